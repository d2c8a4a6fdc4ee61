//! Break-in orders held: two people's word, verified anew whenever it is read.

use chrono::{DateTime, Duration, Utc};

use super::{Claim, Holdings, KEEP_DAYS};
use crate::domain::break_in::BreakIn;
use crate::domain::bulletin::Priority;
use crate::domain::ids::{BreakInId, Sha256};

/// Where they are kept, one file each.
const BREAK_INS: &str = "break-ins";

impl Holdings {
    pub(super) fn reload_break_ins(&mut self, problems: &mut Vec<String>) {
        self.break_ins.clear();
        for (name, bytes) in self.folder.read_room(BREAK_INS) {
            match self.verify_break_in(&bytes) {
                Ok(order) => {
                    self.break_ins.insert(order.id.clone(), order);
                }
                Err(error) => problems.push(format!("{BREAK_INS}/{name}: {error}")),
            }
        }
    }

    fn verify_break_in(&self, bytes: &[u8]) -> Result<BreakIn, String> {
        let list = self.trust.as_ref().ok_or("no trust list is held that names its approvers")?;
        let order = list.open_break_in(bytes).map_err(|error| error.to_string())?;
        if !order.stations.contains(&self.identity.station) {
            return Err(format!("break-in order {} is not for {}", order.id, self.identity.station));
        }
        Ok(order)
    }

    /// Takes a break-in order; `true` when it was not held before. One that verifies is in force even where the disk
    /// cannot keep it: that it plays once only is the journal's to say, which is written before the first sample.
    ///
    /// # Errors
    /// One sentence: it is not believed, or it is in force and not kept.
    pub fn take_break_in(&mut self, text: &str, now: DateTime<Utc>) -> (bool, Result<(), String>) {
        let order = match self.verify_break_in(text.as_bytes()) {
            Ok(order) => order,
            Err(error) => return (false, Err(error)),
        };
        if let Some(held) = self.break_ins.get(&order.id) {
            let differs = format!("break-in order {} differs from the one of that number held", order.id);
            return (false, if *held == order { Ok(()) } else { Err(differs) });
        }
        let name = format!("{BREAK_INS}/{}", order.id);
        self.break_ins.insert(order.id.clone(), order);
        let oldest = now - Duration::days(KEEP_DAYS);
        for old in self.break_ins.extract_if(.., |_, order| order.not_after < oldest) {
            // A file that stays behind is only read again and forgotten again.
            let _removed = std::fs::remove_file(self.folder.path(&format!("{BREAK_INS}/{}", old.0)));
        }
        let kept = self.folder.write(&name, text.as_bytes());
        (true, kept.map_err(|error| format!("the order is in force but could not be kept: {error}")))
    }

    /// Numbers of the break-in orders held, rising.
    pub fn break_in_ids(&self) -> Vec<BreakInId> {
        self.break_ins.keys().cloned().collect()
    }

    /// Orders whose bulletin's approval is held and believed.
    pub fn break_ins(&self) -> impl Iterator<Item = &BreakIn> {
        self.break_ins.values().filter(|order| self.approved_break_in(order).is_ok())
    }

    /// Orders that no believed approval covers, with the reason.
    pub fn uncovered_break_ins(&self) -> Vec<String> {
        self.break_ins.values().filter_map(|order| self.approved_break_in(order).err()).collect()
    }

    /// Whether the order's bulletin is approved, as urgent and by two people, for that day and as these very bytes.
    pub(super) fn approved_break_in(&self, order: &BreakIn) -> Result<(), String> {
        let (bulletin, audio) = ((&order.bulletin, order.version), (order.rendition, order.duration_ms));
        let claim = Claim { bulletin, audio, manifest: order.manifest };
        let manifest =
            self.approved(order.date, &claim).map_err(|why| format!("break-in order {}: {why}", order.id))?;
        match manifest.priority {
            Priority::Urgent => Ok(()),
            _ => Err(format!("break-in order {}: {} is not approved as urgent", order.id, order.bulletin)),
        }
    }

    /// Renditions of break-ins that may still begin; they are fetched before everything else.
    pub fn pressing(&self, now: DateTime<Utc>) -> Vec<Sha256> {
        self.break_ins().filter(|order| !order.has_expired(now)).map(|order| order.rendition).collect()
    }
}

//! What a connected station lacks: it says what it holds, this answers with the rest. No sockets here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};

use super::rundowns::last_day_ahead;
use super::{Center, CenterError};
use crate::domain::ids::{Sha256, StationId};
use crate::domain::rundown::Rundown;
use crate::protocol::link::{Down, Holding, LinkAuth};
use crate::store::rundowns::RundownRow;
use crate::trust::envelope;
use crate::trust::keys::PublicKey;

/// Days back that a station is still told of, so that a late evening's new version arrives after midnight.
const BACK_DAYS: u64 = 1;

impl Center {
    /// Believes a station's answer to the challenge, or says why not.
    ///
    /// # Errors
    /// One sentence for revoked, unknown and forged.
    pub async fn admit_link(&self, station: &StationId, nonce: &str, sealed: &str) -> Result<PublicKey, CenterError> {
        let refused = |why: &str| CenterError::refused(format!("station {station} may not connect: {why}"));
        let Some(key) = self.station_key(station).await? else {
            return Err(refused("it has no admitted device; enrol it with a new code"));
        };
        let (_, auth): (_, LinkAuth) = envelope::open(sealed.as_bytes(), envelope::LINK_AUTH, &[key])
            .map_err(|_| refused("this device's key is not the admitted one; enrol it with a new code"))?;
        if auth.station != *station || auth.nonce != nonce {
            return Err(refused("the answer is to another challenge"));
        }
        Ok(key)
    }

    /// The state a station with this holding lacks; none when it lacks nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lacking(&self, station: &StationId, holding: &Holding) -> Result<Option<Down>, CenterError> {
        // The newest, also when another process had it signed a moment ago: the keys that it names come with it.
        self.refresh_trust().await?;
        let held = self.custodian.held();
        let trust = (holding.trust_version < held.list.version).then(|| held.sealed.clone());
        let newest = self.newest_rundowns(station).await?;
        let mut rundowns = Vec::new();
        let mut wanted: BTreeSet<Sha256> = BTreeSet::new();
        for row in newest.values() {
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            wanted.extend(rundown.sounds().map(|(_, manifest)| manifest));
            let held = holding.rundowns.iter().any(|held| held.date == row.date && held.version >= row.version);
            if !held {
                rundowns.push(row.body.clone());
            }
        }
        let mut break_ins = Vec::new();
        for (order, text) in self.break_ins_at(station).await? {
            wanted.insert(order.manifest);
            if !holding.break_ins.contains(&order.id) {
                break_ins.push(text);
            }
        }
        let mut manifests = Vec::new();
        for digest in wanted.into_iter().filter(|digest| !holding.manifests.contains(digest)) {
            if let Some(text) = self.store.envelope(&digest).await? {
                manifests.push(text);
            }
        }
        let stops = self.lacking_stops(station, &holding.stops).await?;
        let nothing = rundowns.is_empty() && manifests.is_empty() && break_ins.is_empty();
        if trust.is_none() && stops.is_none() && nothing {
            return Ok(None);
        }
        Ok(Some(Down::State { trust, rundowns, manifests, stops, break_ins }))
    }

    async fn newest_rundowns(&self, station: &StationId) -> Result<BTreeMap<NaiveDate, RundownRow>, CenterError> {
        let today = self.local_today().await?;
        let from = today.checked_sub_days(Days::new(BACK_DAYS)).unwrap_or(today);
        let to = last_day_ahead(today);
        let rows = self.store.newest_rundowns(Some(station), from, to).await?;
        Ok(rows.into_iter().map(|row| (row.date, row)).collect())
    }

    /// Whether a station may fetch this rendition: only what its own rundowns and break-in orders name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn may_fetch(&self, station: &StationId, rendition: &Sha256) -> Result<bool, CenterError> {
        for row in self.newest_rundowns(station).await?.values() {
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            if rundown.sounds().any(|(named, _)| named == *rendition) {
                return Ok(true);
            }
        }
        Ok(self.break_ins_at(station).await?.iter().any(|(order, _)| order.rendition == *rendition))
    }

    /// Notes what a device holds, for the list of stations.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn note_holding(&self, key: &PublicKey, holding: &Holding) -> Result<(), CenterError> {
        let text = serde_json::to_string(holding)?;
        Ok(self.store.note_holding(&key.to_string(), &text, crate::clock::now()).await?)
    }
}

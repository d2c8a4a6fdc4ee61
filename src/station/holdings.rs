//! What the center sent and this station believed: the trust list, manifests and rundowns. Nothing is kept from a
//! refused file; what was held before stays in force.

mod break_ins;

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::folder::{Folder, FolderError, Identity};
use crate::domain::filler::FillerSound;
use crate::domain::ids::{AiringId, BreakInId, BulletinCode, Sha256};
use crate::domain::playout::Fill;
use crate::domain::rundown::{Item, Rundown};
use crate::domain::stop::Stop;
use crate::protocol::link::{Held, StopList};
use crate::trust::envelope;
use crate::trust::manifest::Manifest;
use crate::trust::roots::TrustList;
use break_ins::HeldOrder;

/// Days a passed rundown is kept, to answer for its items.
const KEEP_DAYS: i64 = 10;

/// Where the stop orders in force are kept.
const STOPS_FILE: &str = "stops.json";

/// Everything believed.
pub struct Holdings {
    folder: Folder,
    identity: Identity,
    trust: Option<TrustList>,
    manifests: BTreeMap<Sha256, Manifest>,
    /// What is in force and the disk could not keep, by the file it belongs in.
    unkept: BTreeMap<String, Vec<u8>>,
    rundowns: BTreeMap<NaiveDate, Rundown>,
    stops: Option<StopList>,
    break_ins: BTreeMap<BreakInId, HeldOrder>,
}

impl Holdings {
    /// Reads the folder, verifying everything anew; says what was not believed.
    pub fn load(folder: Folder, identity: Identity, now: DateTime<Utc>) -> (Self, Vec<String>) {
        let mut holdings = Self {
            folder,
            identity,
            trust: None,
            manifests: BTreeMap::new(),
            unkept: BTreeMap::new(),
            rundowns: BTreeMap::new(),
            stops: None,
            break_ins: BTreeMap::new(),
        };
        let mut problems = Vec::new();
        match std::fs::read(holdings.folder.path("trust.json")) {
            Ok(bytes) => match TrustList::open(&bytes, holdings.identity.root, 0, now) {
                Ok(list) => holdings.trust = Some(list),
                Err(error) => problems.push(format!("trust.json: {error}")),
            },
            Err(error) => problems.push(format!("trust.json: {error}")),
        }
        holdings.reload_manifests(&mut problems);
        for (name, bytes) in holdings.folder.read_room("rundowns") {
            match holdings.verify_rundown(&bytes, None) {
                Ok(rundown) => {
                    holdings.rundowns.insert(rundown.date, rundown);
                }
                Err(error) => problems.push(format!("rundowns/{name}: {error}")),
            }
        }
        holdings.reload_break_ins(&mut problems);
        match std::fs::read(holdings.folder.path(STOPS_FILE)) {
            Ok(bytes) => match holdings.verify_stops(&bytes) {
                Ok(list) => holdings.stops = Some(list),
                Err(error) => problems.push(format!("{STOPS_FILE}: {error}")),
            },
            // No stop order was ever held.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => problems.push(format!("{STOPS_FILE}: {error}")),
        }
        (holdings, problems)
    }

    fn reload_manifests(&mut self, problems: &mut Vec<String>) {
        self.manifests.clear();
        let unkept = self.unkept.iter().filter_map(|(name, bytes)| {
            let name = name.strip_prefix("manifests/")?;
            Some((name.to_owned(), bytes.clone()))
        });
        for (name, bytes) in self.folder.read_room("manifests").into_iter().chain(unkept) {
            match self.verify_manifest(&bytes) {
                Ok(manifest) => {
                    self.manifests.insert(Sha256::of(&bytes), manifest);
                }
                Err(error) => problems.push(format!("manifests/{name}: {error}")),
            }
        }
    }

    fn verify_manifest(&self, bytes: &[u8]) -> Result<Manifest, String> {
        let list = self.trust.as_ref().ok_or("no trust list is held that names its approver")?;
        list.open_manifest(bytes).map_err(|error| error.to_string())
    }

    fn verify_rundown(&self, bytes: &[u8], now: Option<DateTime<Utc>>) -> Result<Rundown, String> {
        let keys = self.trust.as_ref().map(TrustList::center_keys).unwrap_or_default();
        let (_, rundown) = envelope::open::<Rundown>(bytes, envelope::RUNDOWN, &keys).map_err(|e| e.to_string())?;
        if rundown.station != self.identity.station {
            return Err(format!("the rundown is for {}, not for {}", rundown.station, self.identity.station));
        }
        if let Some(why) = strays(&rundown) {
            return Err(why);
        }
        if now.is_some_and(|now| rundown.expires_at <= now) {
            return Err(format!("the rundown of {} expired at {}", rundown.date, rundown.expires_at));
        }
        Ok(rundown)
    }

    /// Keeps a file, or its bytes until the disk has room ([`Self::keep_again`]).
    fn keep(&mut self, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let kept = self.folder.write(name, bytes);
        match &kept {
            Ok(()) => self.unkept.remove(name),
            Err(_) => self.unkept.insert(name.into(), bytes.to_vec()),
        };
        kept
    }

    /// Tries again to keep what the disk had no room for.
    pub fn keep_again(&mut self) {
        let Self { folder, unkept, .. } = self;
        unkept.retain(|name, bytes| folder.write(name, bytes).is_err());
    }

    /// Takes a new trust list. `true` when it changed what is believed. One that verifies is in force even where the disk
    /// cannot keep it: a key that was stolen is no longer believed at once.
    ///
    /// # Errors
    /// One sentence: it is not believed and the old list stays in force, or it is in force and not kept.
    pub fn take_trust(&mut self, text: &str, now: DateTime<Utc>) -> Result<bool, String> {
        let held = self.trust.as_ref().map_or(0, |list| list.version);
        let list =
            TrustList::open(text.as_bytes(), self.identity.root, held, now).map_err(|error| error.to_string())?;
        if self.trust.as_ref() == Some(&list) {
            return Ok(false);
        }
        self.trust = Some(list);
        let mut dropped = Vec::new();
        self.reload_manifests(&mut dropped);
        self.reload_break_ins(&mut dropped);
        let kept = self.keep("trust.json", text.as_bytes());
        kept.map(|()| true).map_err(|error| format!("it is in force but could not be kept: {error}"))
    }

    /// Takes a manifest. One that verifies is believed even where the disk cannot keep it: what is urgent does not wait
    /// for room.
    ///
    /// # Errors
    /// One sentence: it is not believed, or it is believed and not kept.
    pub fn take_manifest(&mut self, text: &str) -> Result<(), String> {
        let digest = envelope::digest(text);
        if self.manifests.contains_key(&digest) {
            return Ok(());
        }
        let manifest = self.verify_manifest(text.as_bytes())?;
        let name = format!("manifests/{digest}");
        self.manifests.insert(digest, manifest);
        let kept = self.keep(&name, text.as_bytes());
        kept.map_err(|error| format!("it is believed but could not be kept: {error}"))
    }

    /// Takes a rundown: the center's, for this station, not older than the one held, not expired.
    ///
    /// # Errors
    /// One sentence; the rundown held stays in force.
    pub fn take_rundown(&mut self, text: &str, now: DateTime<Utc>) -> Result<(), String> {
        let rundown = self.verify_rundown(text.as_bytes(), Some(now))?;
        if let Some(held) = self.rundowns.get(&rundown.date) {
            if rundown.version < held.version {
                let (new, old) = (rundown.version, held.version);
                return Err(format!(
                    "rundown {} version {new} is older than version {old}, held already",
                    rundown.date
                ));
            }
            if rundown.version == held.version {
                if rundown == *held {
                    return Ok(());
                }
                return Err(format!("rundown {} version {} differs from the one held", rundown.date, held.version));
            }
        }
        let name = format!("rundowns/{}", rundown.date);
        self.folder.write(&name, text.as_bytes()).map_err(|error| error.to_string())?;
        self.rundowns.insert(rundown.date, rundown);
        self.forget_old(now);
        Ok(())
    }

    fn verify_stops(&self, bytes: &[u8]) -> Result<StopList, String> {
        let (_, list) = envelope::open::<StopList>(bytes, envelope::STOPS, &self.center_keys())
            .map_err(|error| error.to_string())?;
        if list.station != self.identity.station {
            return Err(format!("the list is for {}, not for {}", list.station, self.identity.station));
        }
        Ok(list)
    }

    /// Takes the list of stop orders in force, in place of the one held. A list that verifies is in force at once, even
    /// where the disk cannot keep it: silence does not wait for room.
    ///
    /// # Errors
    /// One sentence: the list is not believed and the one held stays in force, or it is in force and not kept, so that a
    /// restart without a link would not know of it.
    pub fn take_stops(&mut self, text: &str) -> Result<(), String> {
        let list = self.verify_stops(text.as_bytes())?;
        if let Some(held) = self.stops.as_ref().filter(|held| list.number < held.number) {
            return Err(format!("list {} is older than list {}, held already", list.number, held.number));
        }
        self.stops = Some(list);
        let kept = self.keep(STOPS_FILE, text.as_bytes());
        kept.map_err(|error| format!("the list is in force but could not be kept: {error}"))
    }

    /// Stop orders in force.
    pub fn stops(&self) -> &[Stop] {
        self.stops.as_ref().map_or(&[], |list| &list.stops)
    }

    fn forget_old(&mut self, now: DateTime<Utc>) {
        let oldest = (now - Duration::days(KEEP_DAYS)).date_naive();
        let newer = self.rundowns.split_off(&oldest);
        for date in std::mem::replace(&mut self.rundowns, newer).keys() {
            // A file that stays behind is only read again and forgotten again.
            let _removed = std::fs::remove_file(self.folder.path(&format!("rundowns/{date}")));
        }
    }

    /// Keys whose acks count.
    pub fn center_keys(&self) -> Vec<crate::trust::keys::PublicKey> {
        self.trust.as_ref().map(TrustList::center_keys).unwrap_or_default()
    }

    /// Rundowns held, by day.
    pub fn rundowns(&self) -> impl Iterator<Item = &Rundown> {
        self.rundowns.values()
    }

    /// What the center is told of rundowns and manifests.
    pub fn held(&self) -> (u32, Vec<Held>, Vec<Sha256>) {
        let rundowns = self.rundowns.values().map(|r| Held { date: r.date, version: r.version }).collect();
        (self.trust.as_ref().map_or(0, |list| list.version), rundowns, self.manifests.keys().copied().collect())
    }

    /// Items and break-ins that no believed manifest covers, with the reason.
    pub fn refusals(&self) -> BTreeMap<AiringId, String> {
        let mut refusals = BTreeMap::new();
        for rundown in self.rundowns.values() {
            for item in &rundown.items {
                if let (Some(airing), Err(reason)) = (item.airing, self.covered(rundown, item)) {
                    refusals.insert(airing, reason);
                }
            }
        }
        let station = &self.identity.station;
        let orders = self.break_ins().filter_map(|order| Some((order, self.approved_break_in(order).err()?)));
        refusals.extend(orders.map(|(order, reason)| (order.airing(station), reason)));
        refusals
    }

    /// The areas that the manifest names are not checked here: which station serves which area is the center's word, and
    /// a thief of the center would change it along with the rundown (see [`crate::trust::roots`]).
    fn covered(&self, rundown: &Rundown, item: &Item) -> Result<(), String> {
        let Some(sound) = &item.sound else { return Ok(()) };
        let bulletin = (&sound.bulletin, sound.bulletin_version);
        let audio = (sound.rendition, item.duration_ms);
        self.approved(rundown.date, &Claim { bulletin, audio, manifest: sound.manifest }).map(drop)
    }

    fn may_air(&self, date: NaiveDate, sound: &FillerSound) -> Result<(), String> {
        let bulletin = (&sound.bulletin, sound.bulletin_version);
        let audio = (sound.rendition, sound.duration_ms);
        self.approved(date, &Claim { bulletin, audio, manifest: sound.manifest }).map(drop)
    }

    /// The believed approval by which this may air on that day.
    fn approved(&self, date: NaiveDate, claim: &Claim) -> Result<&Manifest, String> {
        let (code, _) = claim.bulletin;
        let Some(manifest) = self.manifests.get(&claim.manifest) else {
            return Err(format!("no believed approval of {code} is held"));
        };
        let approved = ((&manifest.bulletin, manifest.version), (manifest.rendition, manifest.duration_ms));
        if approved != (claim.bulletin, claim.audio) {
            return Err(format!("the approval of {code} names other audio than the rundown or the order"));
        }
        if date < manifest.airs_from || date > manifest.airs_to {
            let (from, to) = (manifest.airs_from, manifest.airs_to);
            return Err(format!("{code} may air from {from} to {to}, not on {date}"));
        }
        Ok(manifest)
    }

    /// Whether this filler may sound, as of what is believed now.
    ///
    /// # Errors
    /// One sentence.
    pub fn may_fill(&self, fill: &Fill) -> Result<(), String> {
        let day = self.rundowns.get(&fill.date).filter(|rundown| rundown.version == fill.rundown_version);
        let named = day.is_some_and(|day| fillers(day).any(|sound| *sound == fill.sound));
        if !named {
            return Err("no rundown held now names it".into());
        }
        self.may_air(fill.date, &fill.sound)
    }

    /// Renditions that break-ins and items still to come need: break-ins first, then by start.
    pub fn wanted(&self, now: DateTime<Utc>) -> Vec<Sha256> {
        let mut items: Vec<&Item> = self
            .rundowns
            .values()
            .flat_map(|rundown| rundown.items.iter().filter(|item| self.covered(rundown, item).is_ok()))
            .filter(|item| item.latest_start >= now)
            .collect();
        items.sort_by_key(|item| item.start);
        let mut wanted = self.pressing(now);
        for sound in items.iter().filter_map(|item| item.sound.as_ref()) {
            if !wanted.contains(&sound.rendition) {
                wanted.push(sound.rendition);
            }
        }
        // What only fills comes after what airs.
        for rundown in self.rundowns.values().filter(|rundown| rundown.expires_at >= now) {
            for sound in fillers(rundown).filter(|sound| self.may_air(rundown.date, sound).is_ok()) {
                if !wanted.contains(&sound.rendition) {
                    wanted.push(sound.rendition);
                }
            }
        }
        wanted
    }

    /// Whether this rendition may play for this airing of a held rundown or break-in order, as of what is believed now.
    ///
    /// # Errors
    /// One sentence.
    pub fn may_play(&self, airing: &AiringId, rundown_version: u32, rendition: &Sha256) -> Result<(), String> {
        let station = &self.identity.station;
        if let Some(order) = self.break_ins().find(|order| order.airing(station) == *airing) {
            if order.rendition != *rendition {
                return Err("the break-in order names other audio for it".into());
            }
            return self.approved_break_in(order);
        }
        for rundown in self.rundowns.values().filter(|rundown| rundown.version == rundown_version) {
            if let Some(item) = rundown.items.iter().find(|item| item.airing.as_ref() == Some(airing)) {
                if item.sound.as_ref().is_none_or(|sound| sound.rendition != *rendition) {
                    return Err("the rundown held now names other audio for it".into());
                }
                return self.covered(rundown, item);
            }
        }
        Err("no rundown held now plans it".into())
    }
}

/// What a rundown or an order says of a sound that an approval must say, too.
struct Claim<'a> {
    /// Code and version.
    bulletin: (&'a BulletinCode, u32),
    /// Rendition, and its length in ms.
    audio: (Sha256, u64),
    /// The approval it names.
    manifest: Sha256,
}

/// What fills a day, the ladder first: it serves whatever fails.
fn fillers(rundown: &Rundown) -> impl Iterator<Item = &FillerSound> {
    rundown.ladder.iter().chain(rundown.items.iter().filter_map(|item| item.filler.as_ref()))
}

/// Why a rundown's times do not belong to its day, if so: an approval's dates are checked against the day, so the
/// day must be the one on which it sounds. A zone is at most 14 hours from UTC, a slot at most four hours long.
fn strays(rundown: &Rundown) -> Option<String> {
    let date = rundown.date;
    let days = |at: DateTime<Utc>| (at.date_naive() - date).num_days();
    if days(rundown.expires_at) > 3 {
        return Some(format!("the rundown of {date} would stay valid until {}", rundown.expires_at));
    }
    let stray = rundown.items.iter().find(|item| {
        let late = item.latest_start - item.start;
        !(-1..=1).contains(&days(item.start)) || late < Duration::zero() || late > Duration::hours(4)
    });
    stray.map(|item| format!("the rundown of {date} has an item at {}, which is not of that day", item.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::keys::KeyPair;
    use crate::trust::manifest::Custody;
    use crate::trust::roots::NamedKey;

    fn list(version: u32, now: DateTime<Utc>, revoked: bool, key: &KeyPair) -> TrustList {
        let named = NamedKey {
            key: key.public(),
            holder: "An".into(),
            custody: Custody::Own,
            user: Some("an".into()),
            only: revoked.then(Vec::new),
        };
        TrustList {
            version,
            issued_at: now,
            expires_at: now + Duration::days(1),
            root_custody: Custody::Own,
            approvers: vec![named],
            centers: Vec::new(),
        }
    }

    #[test]
    fn an_older_trust_list_does_not_bring_a_revoked_key_back_not_even_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let now = crate::clock::now();
        let (root, an) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let identity = Identity {
            station: "dai-1".parse().unwrap(),
            name: "Đài".into(),
            center: "https://loa.invalid".into(),
            root: root.public(),
            center_ca: None,
        };
        let open = || Holdings::load(Folder::open(dir.path()).unwrap(), identity.clone(), now).0;
        let [older, newer] =
            [(1, false), (2, true)].map(|(version, revoked)| list(version, now, revoked, &an).seal(&root).unwrap());
        let mut holdings = open();
        assert!(holdings.take_manifest("{}").is_err(), "without a list nobody is an approver");
        assert_eq!(holdings.take_trust(&older, now), Ok(true));
        assert_eq!(holdings.take_trust(&newer, now), Ok(true));
        assert!(holdings.take_trust(&older, now).unwrap_err().contains("older than version 2"));
        let mut restarted = open();
        assert!(restarted.take_trust(&older, now).unwrap_err().contains("older than version 2"));
        assert_eq!(restarted.take_trust(&newer, now), Ok(false), "the same again is nothing new");
        let forged = list(3, now, false, &an).seal(&an).unwrap();
        assert!(restarted.take_trust(&forged, now).is_err());
        assert!(restarted.trust.is_some_and(|held| held.own_keys("an").next().is_none()));
    }

    #[test]
    fn stop_orders_are_believed_from_the_center_only_for_this_station_and_never_an_older_list() {
        let dir = tempfile::tempdir().unwrap();
        let now = crate::clock::now();
        let [root, an, center] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let identity = Identity {
            station: "dai-1".parse().unwrap(),
            name: "Đài".into(),
            center: "https://loa.invalid".into(),
            root: root.public(),
            center_ca: None,
        };
        let open = || Holdings::load(Folder::open(dir.path()).unwrap(), identity.clone(), now);
        let mut holdings = open().0;
        let mut trust = list(1, now, false, &an);
        trust.centers.push(NamedKey { key: center.public(), user: None, only: None, ..trust.approvers[0].clone() });
        holdings.take_trust(&trust.seal(&root).unwrap(), now).unwrap();
        let stop = Stop { id: 7, bulletin: None, reason: "loa hú".into() };
        let told = |station: &str, number, stops: &[Stop]| StopList {
            station: station.parse().unwrap(),
            number,
            stops: stops.to_vec(),
        };
        let sealed = |list: &StopList, kind, key| envelope::seal(kind, list, key).unwrap();
        let in_force = told("dai-1", 3, std::slice::from_ref(&stop));
        for refused in [
            sealed(&in_force, envelope::STOPS, &an),
            sealed(&in_force, envelope::ACK, &center),
            sealed(&told("dai-2", 3, std::slice::from_ref(&stop)), envelope::STOPS, &center),
        ] {
            assert!(holdings.take_stops(&refused).is_err(), "{refused}");
            assert!(holdings.stops().is_empty());
        }
        holdings.take_stops(&sealed(&in_force, envelope::STOPS, &center)).unwrap();
        let (mut restarted, problems) = open();
        assert_eq!((restarted.stops(), problems), (std::slice::from_ref(&stop), vec![]));
        let older = sealed(&told("dai-1", 2, &[]), envelope::STOPS, &center);
        assert!(restarted.take_stops(&older).unwrap_err().contains("older than list 3"));
        assert_eq!(restarted.stops(), [stop]);
        restarted.take_stops(&sealed(&told("dai-1", 4, &[]), envelope::STOPS, &center)).unwrap();
        assert!(open().0.stops().is_empty());
        // Where nothing can be written, as when a folder stands in the file's place, the word holds all the same.
        std::fs::remove_file(dir.path().join(STOPS_FILE)).unwrap();
        std::fs::create_dir_all(dir.path().join(STOPS_FILE).join("x")).unwrap();
        let stop = Stop { id: 9, bulletin: None, reason: "loa hú".into() };
        let again = told("dai-1", 5, std::slice::from_ref(&stop));
        let problem = restarted.take_stops(&sealed(&again, envelope::STOPS, &center)).unwrap_err();
        assert!(problem.contains("in force but could not be kept"), "{problem}");
        assert_eq!(restarted.stops(), [stop]);
    }
}

//! Break-in orders held: two people's word, verified anew whenever it is read.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::{Claim, Holdings, KEEP_DAYS};
use crate::domain::break_in::BreakIn;
use crate::domain::bulletin::Priority;
use crate::domain::ids::{BreakInId, Sha256};

/// Where they are kept, one file each.
const BREAK_INS: &str = "break-ins";

/// One order.
pub(super) struct HeldOrder {
    order: BreakIn,
    /// Its exact bytes: the disk may not have them.
    sealed: Vec<u8>,
}

impl Holdings {
    /// Believes every order anew, also one that the disk could not keep.
    pub(super) fn reload_break_ins(&mut self, problems: &mut Vec<String>) {
        let held = std::mem::take(&mut self.break_ins);
        let held = held.into_values().map(|held| (held.order.id.to_string(), held.sealed));
        let texts: BTreeMap<String, Vec<u8>> = held.chain(self.folder.read_room(BREAK_INS)).collect();
        for (name, sealed) in texts {
            match self.verify_break_in(&sealed) {
                Ok(order) => {
                    self.break_ins.insert(order.id.clone(), HeldOrder { order, sealed });
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
        if let Some(HeldOrder { order: held, .. }) = self.break_ins.get(&order.id) {
            let differs = format!("break-in order {} differs from the one of that number held", order.id);
            return (false, if *held == order { Ok(()) } else { Err(differs) });
        }
        let name = format!("{BREAK_INS}/{}", order.id);
        let sealed = text.as_bytes().to_vec();
        self.break_ins.insert(order.id.clone(), HeldOrder { order, sealed });
        let oldest = now - Duration::days(KEEP_DAYS);
        for old in self.break_ins.extract_if(.., |_, held| held.order.not_after < oldest) {
            let name = format!("{BREAK_INS}/{}", old.0);
            self.unkept.remove(&name);
            // A file that stays behind is only read again and forgotten again.
            let _removed = std::fs::remove_file(self.folder.path(&name));
        }
        let kept = self.keep(&name, text.as_bytes());
        (true, kept.map_err(|error| format!("the order is in force but could not be kept: {error}")))
    }

    /// Numbers of the break-in orders held, rising.
    pub fn break_in_ids(&self) -> Vec<BreakInId> {
        self.break_ins.keys().cloned().collect()
    }

    /// Orders held, whether or not an approval covers them: [`Holdings::refusals`] tells of those that none does.
    pub fn break_ins(&self) -> impl Iterator<Item = &BreakIn> {
        self.break_ins.values().map(|held| &held.order)
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
        let begins = |order: &&BreakIn| !order.has_expired(now) && self.approved_break_in(order).is_ok();
        self.break_ins().filter(begins).map(|order| order.rendition).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::break_in::samples::break_in;
    use crate::station::folder::{Folder, Identity};
    use crate::trust::envelope;
    use crate::trust::keys::KeyPair;
    use crate::trust::manifest::{Custody, Manifest};
    use crate::trust::roots::{NamedKey, TrustList};

    /// A station of a province in which An has two keys, Bình one, and the center approves for others.
    struct Case {
        dir: tempfile::TempDir,
        now: DateTime<Utc>,
        root: KeyPair,
        an: KeyPair,
        an_too: KeyPair,
        binh: KeyPair,
        by_center: KeyPair,
        center: KeyPair,
        list: TrustList,
    }

    fn case() -> Case {
        let now = crate::clock::now();
        let [root, an, an_too, binh, by_center, center] = std::array::from_fn(|_| KeyPair::generate().unwrap());
        let named = |pair: &KeyPair, user: Option<&str>| NamedKey {
            key: pair.public(),
            holder: user.unwrap_or("center").into(),
            custody: if user.is_some() { Custody::Own } else { Custody::Center },
            user: user.map(String::from),
            only: None,
        };
        let list = TrustList {
            version: 1,
            issued_at: now,
            expires_at: now + Duration::days(1),
            root_custody: Custody::Own,
            approvers: vec![
                named(&an, Some("an")),
                named(&an_too, Some("an")),
                named(&binh, Some("binh")),
                named(&by_center, None),
            ],
            centers: vec![named(&center, None)],
        };
        Case { dir: tempfile::tempdir().unwrap(), now, root, an, an_too, binh, by_center, center, list }
    }

    fn sound() -> Sha256 {
        Sha256::of(b"storm")
    }

    impl Case {
        fn open(&self) -> (Holdings, Vec<String>) {
            let identity = Identity {
                station: "dai-1".parse().unwrap(),
                name: "Đài".into(),
                center: "https://loa.invalid".into(),
                root: self.root.public(),
                center_ca: None,
            };
            Holdings::load(Folder::open(self.dir.path()).unwrap(), identity, self.now)
        }

        /// Holdings with the list of keys.
        fn holdings(&self) -> Holdings {
            let mut holdings = self.open().0;
            holdings.take_trust(&self.list.seal(&self.root).unwrap(), self.now).unwrap();
            holdings
        }

        /// The approval of what is urgent, by An and Bình.
        fn approval(&self, priority: Priority) -> String {
            let order = self.order(1);
            let manifest = Manifest {
                bulletin: order.bulletin,
                version: order.version,
                title: order.title,
                original: sound(),
                master: sound(),
                rendition: sound(),
                duration_ms: order.duration_ms,
                target: serde_json::from_str(r#"{"areas":["xa-1"]}"#).unwrap(),
                airs_from: order.date,
                airs_to: order.date,
                priority,
                approver: "an".into(),
                approved_at: self.now,
                custody: Custody::Own,
                signers_needed: 2,
            };
            self.sealed(envelope::MANIFEST, &manifest, &[&self.an, &self.binh])
        }

        fn order(&self, number: u32) -> BreakIn {
            break_in(number, sound(), self.now)
        }

        fn sealed(&self, kind: &str, value: &impl serde::Serialize, pairs: &[&KeyPair]) -> String {
            let payload = serde_json::to_vec(value).unwrap();
            let signatures: Vec<_> = pairs.iter().map(|pair| envelope::sign(kind, &payload, pair)).collect();
            envelope::assemble(kind, &payload, &signatures).unwrap()
        }

        fn signed(&self, order: &BreakIn, pairs: &[&KeyPair]) -> String {
            self.sealed(envelope::BREAK_IN, order, pairs)
        }

        /// An order that two people and the center signed, naming that approval.
        fn good(&self, number: u32, approval: &str) -> String {
            let order = BreakIn { manifest: envelope::digest(approval), ..self.order(number) };
            self.signed(&order, &[&self.an, &self.binh, &self.center])
        }
    }

    fn why(taken: (bool, Result<(), String>)) -> String {
        assert!(!taken.0, "{taken:?}");
        taken.1.unwrap_err()
    }

    #[test]
    fn an_order_that_two_people_did_not_sign_for_this_station_is_refused_whatever_it_says() {
        let case = case();
        let mut holdings = case.holdings();
        let Case { an, an_too, binh, by_center, center, .. } = &case;
        let order = case.order(1);
        let for_another = BreakIn { stations: ["dai-2".parse().unwrap()].into(), ..order.clone() };
        let patient = BreakIn { not_after: order.not_after + Duration::seconds(1), ..order.clone() };
        let stranger = KeyPair::generate().unwrap();
        for (text, words) in [
            (case.signed(&order, &[an, center]), "2 people must have signed this, but 1 did"),
            (case.signed(&order, &[an, an_too, center]), "2 people must have signed this, but 1 did"),
            (case.signed(&order, &[by_center, by_center, center]), "2 people must have signed this, but 1 did"),
            (case.signed(&order, &[an, &stranger, center]), "2 people must have signed this, but 1 did"),
            (case.signed(&order, &[an, binh]), "the center's is missing"),
            (case.signed(&for_another, &[an, binh, center]), "is not for dai-1"),
            (case.signed(&patient, &[an, binh, center]), "longer than an order may"),
        ] {
            let said = why(holdings.take_break_in(&text, case.now));
            assert!(said.contains(words), "{said}");
        }
        let good = case.signed(&order, &[an, binh, center]);
        for index in (0..good.len()).step_by(7) {
            let mut bytes = good.clone().into_bytes();
            bytes[index] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                why(holdings.take_break_in(&changed, case.now));
            }
        }
        assert_eq!(holdings.break_in_ids(), []);
        assert_eq!(case.open().0.break_in_ids(), [], "nothing of it was kept");
    }

    #[test]
    fn an_order_is_taken_once_and_survives_a_restart_and_another_of_its_number_is_refused() {
        let case = case();
        let mut holdings = case.holdings();
        let approval = case.approval(Priority::Urgent);
        holdings.take_manifest(&approval).unwrap();
        let good = case.good(1, &approval);
        assert_eq!(holdings.take_break_in(&good, case.now), (true, Ok(())));
        assert_eq!(holdings.take_break_in(&good, case.now), (false, Ok(())), "replayed, it is nothing new");
        let other = BreakIn { reason: "khác".into(), ..case.order(1) };
        let other = case.signed(&other, &[&case.an, &case.binh, &case.center]);
        assert!(why(holdings.take_break_in(&other, case.now)).contains("differs"));
        let (mut again, problems) = case.open();
        assert_eq!((again.break_in_ids().len(), problems), (1, vec![]));
        assert_eq!(again.take_break_in(&good, case.now), (false, Ok(())));
        assert_eq!(again.pressing(case.now), [sound()]);
        // Expired, it is held and told of, and nothing is fetched for it.
        let late = case.now + Duration::minutes(10) + Duration::microseconds(1);
        assert_eq!(again.pressing(late), []);
        assert_eq!(again.take_break_in(&case.good(2, &approval), late), (true, Ok(())));
        assert_eq!(again.break_ins().count(), 2);
    }

    #[test]
    fn a_revoked_key_takes_an_order_out_of_force() {
        let mut case = case();
        let mut holdings = case.holdings();
        let approval = case.approval(Priority::Urgent);
        holdings.take_manifest(&approval).unwrap();
        let good = case.good(1, &approval);
        holdings.take_break_in(&good, case.now).1.unwrap();
        (case.list.version, case.list.approvers[2].only) = (2, Some(vec![]));
        holdings.take_trust(&case.list.seal(&case.root).unwrap(), case.now).unwrap();
        assert_eq!(holdings.break_in_ids(), []);
        assert!(why(holdings.take_break_in(&good, case.now)).contains("but 1 did"));
    }

    #[test]
    fn an_order_whose_bulletin_is_not_approved_as_urgent_is_held_and_refused_with_the_reason() {
        let case = case();
        let mut holdings = case.holdings();
        let (urgent, ordinary) = (case.approval(Priority::Urgent), case.approval(Priority::Ordinary));
        holdings.take_manifest(&ordinary).unwrap();
        holdings.take_break_in(&case.good(1, &ordinary), case.now).1.unwrap();
        holdings.take_break_in(&case.good(2, &urgent), case.now).1.unwrap();
        let airing = |number| case.order(number).airing(&"dai-1".parse().unwrap());
        let refusals = holdings.refusals();
        assert!(refusals[&airing(1)].contains("not approved as urgent"), "{refusals:?}");
        assert!(refusals[&airing(2)].contains("no believed approval"), "{refusals:?}");
        assert_eq!(holdings.pressing(case.now), []);
        for number in [1, 2] {
            assert!(holdings.may_play(&airing(number), 0, &sound()).is_err());
        }
        // The approval of the second comes.
        holdings.take_manifest(&urgent).unwrap();
        assert_eq!(holdings.refusals().keys().collect::<Vec<_>>(), [&airing(1)]);
        assert_eq!(holdings.pressing(case.now), [sound()]);
        assert_eq!(holdings.may_play(&airing(2), 0, &sound()), Ok(()));
        assert!(holdings.may_play(&airing(2), 0, &Sha256::of(b"other")).is_err());
    }

    #[test]
    fn a_disk_that_keeps_nothing_keeps_no_order_from_playing() {
        let case = case();
        let mut holdings = case.holdings();
        let approval = case.approval(Priority::Urgent);
        // A folder stands where the file would be written.
        let blocked = |name: String| std::fs::create_dir_all(case.dir.path().join(name).join("x")).unwrap();
        blocked("break-ins/lenh-1.new".into());
        blocked(format!("manifests/{}.new", envelope::digest(&approval)));
        let said = holdings.take_manifest(&approval).unwrap_err();
        assert!(said.contains("believed but could not be kept"), "{said}");
        let (new, said) = holdings.take_break_in(&case.good(1, &approval), case.now);
        assert!(new && said.as_ref().is_err_and(|said| said.contains("in force but could not be kept")), "{said:?}");
        let airing = case.order(1).airing(&"dai-1".parse().unwrap());
        assert_eq!(holdings.may_play(&airing, 0, &sound()), Ok(()));
        // Another list of keys, as after any key was admitted: it is verified anew, and in force.
        let list = TrustList { version: 2, ..case.list.clone() };
        holdings.take_trust(&list.seal(&case.root).unwrap(), case.now).unwrap();
        assert_eq!((holdings.break_in_ids().len(), holdings.pressing(case.now)), (1, vec![sound()]));
        assert_eq!(holdings.may_play(&airing, 0, &sound()), Ok(()));
        // Whether it played, the journal knows; the center tells of it again after a restart.
        assert_eq!(case.open().0.break_in_ids(), []);
        // Once the disk has room, all of it is kept.
        std::fs::remove_dir_all(case.dir.path().join("break-ins/lenh-1.new")).unwrap();
        std::fs::remove_dir_all(case.dir.path().join(format!("manifests/{}.new", envelope::digest(&approval))))
            .unwrap();
        holdings.keep_again();
        let restarted = case.open().0;
        assert_eq!((restarted.break_in_ids().len(), restarted.may_play(&airing, 0, &sound())), (1, Ok(())));
    }

    #[test]
    fn a_key_that_was_stolen_is_not_believed_though_the_disk_cannot_keep_the_list_that_says_so() {
        let case = case();
        let mut holdings = case.holdings();
        let approval = case.approval(Priority::Urgent);
        holdings.take_manifest(&approval).unwrap();
        holdings.take_break_in(&case.good(1, &approval), case.now).1.unwrap();
        let airing = case.order(1).airing(&"dai-1".parse().unwrap());
        assert_eq!(holdings.may_play(&airing, 0, &sound()), Ok(()));
        let block = case.dir.path().join("trust.json.new/x");
        std::fs::create_dir_all(&block).unwrap();
        let mut list = TrustList { version: 2, ..case.list.clone() };
        list.approvers.retain(|one| one.user.as_deref() != Some("binh"));
        let said = holdings.take_trust(&list.seal(&case.root).unwrap(), case.now).unwrap_err();
        assert!(said.contains("in force but could not be kept"), "{said}");
        assert!(holdings.may_play(&airing, 0, &sound()).is_err());
        std::fs::remove_dir_all(block.parent().unwrap()).unwrap();
        holdings.keep_again();
        assert_eq!(case.open().0.held().0, 2, "kept once there is room");
    }
}

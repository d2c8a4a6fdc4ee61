//! Who must have signed a break-in order: two people whom root names as approvers, and the center.
//!
//! - Two keys of one person are one voice; so is a key whose signature stands there twice. The center's key may stand
//!   for one person without a key of their own, never for both: whoever stole the center breaks in nowhere.
//! - The first approver, whom the order names, is one of the two.
//! - A revoked key signs no order, whatever else of it is still believed.

use std::collections::BTreeSet;

use super::envelope::{self, BREAK_IN, NotTrusted};
use super::keys::PublicKey;
use super::roots::{NamedKey, TrustList};
use crate::domain::break_in::BreakIn;

/// People who must have signed.
const SIGNERS: u32 = 2;

impl TrustList {
    /// Believes a break-in order, or says why not; the rules stand above.
    ///
    /// # Errors
    /// [`NotTrusted`] names the rule; nothing of the content is returned then.
    pub fn open_break_in(&self, bytes: &[u8]) -> Result<BreakIn, NotTrusted> {
        let centers = self.center_keys();
        let approvers: Vec<&NamedKey> = self.approvers.iter().filter(|named| named.in_force()).collect();
        let mut keys: Vec<PublicKey> = approvers.iter().map(|named| named.key).collect();
        keys.extend(&centers);
        let (signers, order): (_, BreakIn) = envelope::open_by_all(bytes, BREAK_IN, &keys)?;
        if !signers.iter().any(|key| centers.contains(key)) {
            return Err(NotTrusted::NoTrustedSignature("the center's is missing".into()));
        }
        let signed: Vec<&NamedKey> = approvers.into_iter().filter(|named| signers.contains(&named.key)).collect();
        let speaks = |named: &&NamedKey| named.user.as_ref().is_none_or(|user| *user == order.asked_by);
        if !signed.iter().any(speaks) {
            return Err(NotTrusted::ForeignName(order.asked_by));
        }
        let people: BTreeSet<&str> = signed.iter().map(|named| named.person()).collect();
        if people.len() < SIGNERS as usize {
            return Err(NotTrusted::TooFewSigners { needed: SIGNERS, found: people.len() });
        }
        if !order.is_timely() {
            return Err(NotTrusted::BadPayload("it would wait for longer than an order may".into()));
        }
        Ok(order)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration, Utc};

    use super::*;
    use crate::domain::break_in::samples::break_in;
    use crate::domain::ids::Sha256;
    use crate::trust::keys::KeyPair;
    use crate::trust::manifest::Custody;

    struct Case {
        an: KeyPair,
        an_too: KeyPair,
        binh: KeyPair,
        by_center: KeyPair,
        center: KeyPair,
        list: TrustList,
    }

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::days(20_000)
    }

    fn case() -> Case {
        let [an, an_too, binh, by_center, center] = std::array::from_fn(|_| KeyPair::generate().unwrap());
        let named = |pair: &KeyPair, user: Option<&str>| NamedKey {
            key: pair.public(),
            holder: user.unwrap_or("center").into(),
            custody: if user.is_some() { Custody::Own } else { Custody::Center },
            user: user.map(String::from),
            only: None,
        };
        let approvers = vec![
            named(&an, Some("an")),
            named(&an_too, Some("an")),
            named(&binh, Some("binh")),
            named(&by_center, None),
        ];
        let list = TrustList {
            version: 1,
            issued_at: now(),
            expires_at: now() + Duration::days(1),
            root_custody: Custody::Own,
            approvers,
            centers: vec![named(&center, None)],
        };
        Case { an, an_too, binh, by_center, center, list }
    }

    fn order() -> BreakIn {
        break_in(1, Sha256::of(b"sound"), now())
    }

    fn sealed(order: &BreakIn, pairs: &[&KeyPair]) -> String {
        let payload = serde_json::to_vec(order).unwrap();
        let signatures: Vec<_> = pairs.iter().map(|pair| envelope::sign(BREAK_IN, &payload, pair)).collect();
        envelope::assemble(BREAK_IN, &payload, &signatures).unwrap()
    }

    #[test]
    fn two_people_and_the_center_make_an_order_and_nobody_less() {
        let case = case();
        let Case { an, an_too, binh, by_center, center, list } = &case;
        let opened = |pairs: &[&KeyPair]| list.open_break_in(sealed(&order(), pairs).as_bytes());
        assert_eq!(opened(&[an, binh, center]), Ok(order()));
        assert_eq!(opened(&[an, by_center, center]), Ok(order()));
        for one_voice in [vec![an, center], vec![an, an, center], vec![an, an_too, center], vec![by_center, center]] {
            assert_eq!(opened(&one_voice), Err(NotTrusted::TooFewSigners { needed: 2, found: 1 }));
        }
        assert!(matches!(opened(&[an, binh]), Err(NotTrusted::NoTrustedSignature(_))), "without the center");
        assert!(opened(&[&KeyPair::generate().unwrap(), an, center]).is_err(), "a key that root did not name");
        // Bình and another, in An's name.
        let other = BreakIn { asked_by: "cuc".into(), ..order() };
        assert!(matches!(
            list.open_break_in(sealed(&other, &[an, binh, center]).as_bytes()),
            Err(NotTrusted::ForeignName(_))
        ));
    }

    #[test]
    fn a_revoked_key_signs_no_order_though_what_it_signed_before_is_believed() {
        let mut case = case();
        let text = sealed(&order(), &[&case.an, &case.binh, &case.center]);
        case.list.approvers[2].only = Some(vec![envelope::digest(&text)]);
        assert_eq!(case.list.open_break_in(text.as_bytes()), Err(NotTrusted::TooFewSigners { needed: 2, found: 1 }));
    }

    #[test]
    fn every_changed_byte_every_other_form_and_a_longer_wait_are_refused() {
        let case = case();
        let pairs = [&case.an, &case.binh, &case.center];
        let text = sealed(&order(), &pairs);
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[index] ^= 1;
            assert!(case.list.open_break_in(&bytes).is_err(), "byte {index}");
        }
        let payload = serde_json::to_vec(&order()).unwrap();
        let signed: Vec<_> = pairs.iter().map(|pair| envelope::sign(envelope::MANIFEST, &payload, pair)).collect();
        let other = envelope::assemble(BREAK_IN, &payload, &signed).unwrap();
        assert!(case.list.open_break_in(other.as_bytes()).is_err(), "signed as something else");
        let mut long = order();
        long.not_after += Duration::seconds(1);
        assert!(case.list.open_break_in(sealed(&long, &pairs).as_bytes()).is_err());
    }
}

//! Names of things: newtypes parsed at the edge, so that inside a station id is never mistaken for an area code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256 as Hasher};

/// Why a piece of text cannot be one of our names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} \"{value}\" is not valid: use 1 to {max} of {allowed}")]
pub struct BadName {
    what: &'static str,
    value: String,
    allowed: &'static str,
    max: usize,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal, $allowed:literal, $max:literal, $test:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                let test: fn(char) -> bool = $test;
                if text.is_empty() || text.len() > $max || !text.chars().all(test) {
                    return Err(BadName { what: $what, value: text.into(), allowed: $allowed, max: $max });
                }
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

name!(
    /// A station's own id (`dtt-20335`); stays the same when the areas it serves merge.
    StationId, "station id", "a-z, 0-9 and -", 40,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
name!(
    /// An administrative unit's code as the General Statistics Office gives it; reused across mergers, so a unit
    /// is (code, valid-from).
    AreaCode, "area code", "a-z, 0-9 and -", 20,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
name!(
    /// A bulletin's code (`CCHC-2024-01`).
    BulletinCode, "bulletin code", "A-Z, 0-9 and -", 40,
    |c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'
);
name!(
    /// A slot rule's id; part of every airing id, so it is never reused for another time of day.
    RuleId, "slot rule id", "a-z, 0-9 and -", 40,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
name!(
    /// Id of a dated exception to a slot rule; one that a person deleted is never used again.
    ChangeId, "id of a change", "a-z, 0-9 and -", 60,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
name!(
    /// An order's id; part of every airing id.
    OrderId, "order id", "a-z, 0-9 and -", 60,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);

name!(
    /// The number of a break-in order: random, and used once.
    BreakInId, "number of a break-in order", "a-z, 0-9 and -", 32,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);

/// The rule that stands for "beside every slot" in items of break-ins.
const BESIDE: &str = "khan-cap";

impl RuleId {
    /// What an item of a break-in names in place of a slot rule: it stands in no slot.
    pub fn of_break_in() -> Self {
        Self(BESIDE.into())
    }
}

impl OrderId {
    /// What an item of a break-in names in place of an order of the plan.
    pub fn of_break_in(id: &BreakInId) -> Self {
        Self(format!("{BESIDE}-{id}"))
    }
}

/// A SHA-256 digest, written as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Hasher::digest(bytes).into())
    }

    /// From a digest already computed.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight hex digits, for people to compare.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..4])
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Sha256 {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        let mut bytes = [0; 32];
        // One spelling only: what is signed must not have two.
        let lower = !text.bytes().any(|b| b.is_ascii_uppercase());
        if lower && hex::decode_to_slice(text, &mut bytes).is_ok() {
            return Ok(Self(bytes));
        }
        Err(BadName { what: "SHA-256", value: text.into(), allowed: "lower-case hex digits", max: 64 })
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An airing followed across rundown versions (glossary, *What counts*): never depends on the rundown version, the
/// bulletin version, the actual start or the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AiringId(Sha256);

impl AiringId {
    /// The id of the `nth` play (from 0) of `source` (an order's or a commune item's id) in the slot that `rule` put
    /// at `slot_start`.
    pub fn new(
        station: &StationId,
        rule: &RuleId,
        slot_start: chrono::DateTime<chrono::Utc>,
        source: &str,
        nth: u32,
    ) -> Self {
        let nth = nth.to_string();
        let start = slot_start.timestamp().to_string();
        Self::of_parts(&["loa-airing-v1", station.as_str(), rule.as_str(), &start, source, &nth])
    }

    /// The id of the one airing that a break-in order makes at a station: the order's number is used once, and so is
    /// this.
    pub fn of_break_in(station: &StationId, order: &BreakInId) -> Self {
        Self::of_parts(&["loa-break-in-v1", station.as_str(), order.as_str()])
    }

    /// Each part is led by its length, so that no two lists of parts give the same bytes.
    fn of_parts(parts: &[&str]) -> Self {
        let mut hasher = Hasher::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Self(Sha256(hasher.finalize().into()))
    }

    /// The first eight hex digits, for people to compare.
    pub fn short(&self) -> String {
        self.0.short()
    }
}

impl fmt::Display for AiringId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AiringId {
    type Err = BadName;
    fn from_str(text: &str) -> Result<Self, BadName> {
        text.parse().map(Self)
    }
}

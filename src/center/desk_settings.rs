//! What the department sets for its bulletin desk: limits of the upload check, quotas, and when a second approver is
//! needed; and whether everybody may listen. Imported as `desk.toml`, stored as append-only versions like every schedule document.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::audio::probe::Limits;
use crate::domain::duty::WorkingHours;
use crate::domain::ids::AreaCode;

/// All of it; what the file leaves out keeps its shipped value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskSettings {
    /// Limits of the upload check.
    pub check: Limits,
    /// Quotas and how long unfinished uploads are kept.
    pub upload: UploadRules,
    /// Who must approve.
    pub approval: ApprovalRules,
    /// When what is urgent is decided by those on duty. Left out of the stored form where nothing is set.
    #[serde(skip_serializing_if = "UrgentRules::is_shipped")]
    pub urgent: UrgentRules,
    /// How many bulletins of its own a commune may have. Left out of the stored form where nothing is set.
    #[serde(skip_serializing_if = "CommuneRules::is_shipped")]
    pub commune: CommuneRules,
    /// What everybody may hear. Left out of the stored form where nothing is set, as before it existed.
    #[serde(skip_serializing_if = "PublicRules::is_shipped")]
    pub public: PublicRules,
}

/// Quotas of uploads, and how long what was begun is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UploadRules {
    /// Megabytes (10⁶ bytes) that one unit may upload within 30 days. Shipped: 20000.
    pub megabytes_a_month: u64,
    /// The same for single units, by area code.
    pub units: BTreeMap<AreaCode, u64>,
    /// Uploads that one person may have open at a time. Shipped: 20.
    pub open_each: u32,
    /// An upload without a byte for this long is swept, hours. Shipped: 48.
    pub stalled_hours: u32,
}

impl Default for UploadRules {
    fn default() -> Self {
        Self { megabytes_a_month: 20_000, units: BTreeMap::new(), open_each: 20, stalled_hours: 48 }
    }
}

impl UploadRules {
    /// Bytes that this unit may upload within 30 days.
    pub fn bytes_a_month(&self, unit: &AreaCode) -> u64 {
        self.units.get(unit).copied().unwrap_or(self.megabytes_a_month).saturating_mul(1_000_000)
    }
}

/// When one approver is not enough.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalRules {
    /// A bulletin that would air at more stations than this needs a second approver; none: never. Shipped: none.
    pub second_above_stations: Option<u64>,
}

/// Working hours: outside of them only those on the duty list approve and order what is urgent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UrgentRules {
    /// First local time of a working day, `"07:00"`. Shipped: 07:00.
    #[serde(with = "hour_and_minute")]
    pub work_from: NaiveTime,
    /// Last local time, exclusive; as early as the first: there are no working hours. Shipped: 17:00.
    #[serde(with = "hour_and_minute")]
    pub work_to: NaiveTime,
    /// Whether Saturdays and Sundays are working days too. Shipped: no.
    pub weekends: bool,
}

impl Default for UrgentRules {
    fn default() -> Self {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { work_from: hour(7), work_to: hour(17), weekends: false }
    }
}

impl UrgentRules {
    fn is_shipped(&self) -> bool {
        *self == Self::default()
    }

    /// As the duty list asks for them.
    pub fn hours(&self) -> WorkingHours {
        WorkingHours { from: self.work_from, to: self.work_to, weekends: self.weekends }
    }
}

mod hour_and_minute {
    //! Times of day as `"07:00"`.

    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format("%H:%M"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        NaiveTime::parse_from_str(&text, "%H:%M")
            .map_err(|_| serde::de::Error::custom(format!("time \"{text}\" is not HH:MM, such as 07:00")))
    }
}

/// How many bulletins of its own (tin địa phương) a commune may have at a time, so that nobody's slots are crowded out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommuneRules {
    /// Approved and not over. Shipped: 20.
    pub in_force: u32,
    /// Waiting for their approval. Shipped: 5.
    pub waiting: u32,
}

impl Default for CommuneRules {
    fn default() -> Self {
        Self { in_force: 20, waiting: 5 }
    }
}

impl CommuneRules {
    fn is_shipped(&self) -> bool {
        *self == Self::default()
    }
}

/// The page on which everybody may listen, without a log-in, and its podcast feed. Opening it is the province's decision.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PublicRules {
    /// Whether there is such a page. Shipped: no.
    pub listen: bool,
    /// The address it is known by, such as `https://loa.example`, for links that leave the page. Shipped: empty, the
    /// address under which each reader asks.
    pub address: String,
    /// Its title, also the podcast's. Shipped: empty, a general one.
    pub title: String,
    /// What it is, in a sentence or two. Shipped: empty, a general one.
    pub description: String,
    /// Where to write or call: the department's, no person's. Shipped: empty.
    pub contact: String,
}

impl PublicRules {
    fn is_shipped(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the address is one that pages can be named under: a scheme and a host, nothing behind them.
    pub fn address_is_right(&self) -> bool {
        let host = self.address.strip_prefix("https://").or_else(|| self.address.strip_prefix("http://"));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        self.address.is_empty() || host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_leaves_out_keeps_its_shipped_value() {
        let text = "[check]\nmax_gap_ms = 3000\n\n[upload.units]\n20503 = 5\n";
        let settings: DeskSettings = toml::from_str(text).unwrap();
        assert_eq!(settings.check, Limits { max_gap_ms: 3000, ..Limits::default() });
        assert_eq!(settings.upload.bytes_a_month(&"20503".parse().unwrap()), 5_000_000);
        assert_eq!(settings.upload.bytes_a_month(&"48".parse().unwrap()), 20_000_000_000);
        assert_eq!(settings.approval.second_above_stations, None);
    }

    #[test]
    fn nobody_listens_until_the_province_says_so_and_what_was_stored_before_stays_as_it_was() {
        let old = serde_json::to_string(&DeskSettings::default()).unwrap();
        assert!(!old.contains("public") && !old.contains("commune"), "{old}");
        let settings: DeskSettings = serde_json::from_str(&old).unwrap();
        assert!(!settings.public.listen);
        let settings: DeskSettings = toml::from_str("[public]\nlisten = true").unwrap();
        let stored = serde_json::to_string(&settings).unwrap();
        assert!(serde_json::from_str::<DeskSettings>(&stored).unwrap().public.listen);
    }

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        let right =
            |address: &str| PublicRules { address: address.into(), ..PublicRules::default() }.address_is_right();
        assert!(right("") && right("https://loa.example") && right("http://127.0.0.1:8080"));
        for wrong in
            ["loa.example", "https://", "https://loa.example/", "https://a b", "ftp://loa.example", "https://\"x"]
        {
            assert!(!right(wrong), "{wrong}");
        }
    }

    #[test]
    fn working_hours_are_read_as_hours_and_minutes_and_left_out_where_nobody_set_them() {
        assert!(!serde_json::to_string(&DeskSettings::default()).unwrap().contains("urgent"));
        let text = "[urgent]\nwork_from = \"06:30\"\nweekends = true\n";
        let settings: DeskSettings = toml::from_str(text).unwrap();
        let stored = serde_json::to_string(&settings).unwrap();
        assert!(stored.contains(r#""work_from":"06:30","work_to":"17:00","weekends":true"#), "{stored}");
        assert_eq!(serde_json::from_str::<DeskSettings>(&stored).unwrap(), settings);
        assert!(toml::from_str::<DeskSettings>("[urgent]\nwork_from = \"25:00\"").is_err());
    }

    #[test]
    fn a_quota_of_communes_that_was_set_is_stored_and_read_again() {
        let settings: DeskSettings = toml::from_str("[commune]\nwaiting = 2").unwrap();
        assert_eq!(settings.commune, CommuneRules { in_force: 20, waiting: 2 });
        let stored = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<DeskSettings>(&stored).unwrap(), settings);
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        for text in
            ["[public]\nopen = true", "[check]\nmax_gap = 3000", "[upload]\nquota = 1", "[approvals]\nsecond = 1"]
        {
            assert!(toml::from_str::<DeskSettings>(text).is_err(), "{text}");
        }
    }
}

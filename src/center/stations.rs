//! Admitting stations: one-time codes, enrolment, revocation, and what a station's list shows.

use chrono::{DateTime, Duration, Utc};

use super::{Center, CenterError};
use crate::domain::ids::{Sha256, StationId};
use crate::domain::station::{StandingChoice, Station};
use crate::protocol::enrol::Answer;
use crate::protocol::link::Holding;
use crate::store::stations::CodeUse;
use crate::trust::keys::{PublicKey, random_bytes};

/// How long a code may be used, days.
const CODE_DAYS: i64 = 7;
/// Letters of a code: no 0, O, 1, I, which are misread aloud.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A station and what is known of its device.
#[derive(Debug, Clone)]
pub struct StationStatus {
    /// Imported facts.
    pub station: Station,
    /// Whether it is connected to this process.
    pub connected: bool,
    /// When its device was last heard.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// What its device holds.
    pub holding: Option<Holding>,
    /// Whether a device is admitted.
    pub enrolled: bool,
    /// Its standing choice.
    pub choice: StandingChoice,
}

impl Center {
    /// Makes a one-time code for a station; shown once, stored as a digest.
    ///
    /// # Errors
    /// When there is no such station, or it has no device.
    pub async fn invite_station(&self, station: &StationId, by: &str) -> Result<String, CenterError> {
        self.station(station).await?;
        let random = random_bytes::<16>()?;
        let code: String = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        let now = crate::clock::now();
        self.store.add_invite(station, &code_digest(&code), by, now, now + Duration::days(CODE_DAYS)).await?;
        self.store.note_act(by, "station-invited", station.as_str(), "", now).await?;
        Ok(code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
    }

    /// Uses a code up for a device's key.
    ///
    /// # Errors
    /// One sentence for each way a code can be wrong.
    pub async fn enrol_station(&self, code: &str, key: &PublicKey) -> Result<Answer, CenterError> {
        let now = crate::clock::now();
        let used = self.store.use_invite(&code_digest(code), &key.to_string(), now).await?;
        let remedy = "ask the department for a new one";
        let station = match used {
            CodeUse::Admitted(station) => station,
            CodeUse::Unknown => return Err(CenterError::refused(format!("this code is not known: {remedy}"))),
            CodeUse::Used => return Err(CenterError::refused(format!("this code was used already: {remedy}"))),
            CodeUse::Revoked => return Err(CenterError::refused(format!("this code was revoked: {remedy}"))),
            CodeUse::Expired => return Err(CenterError::refused(format!("this code is too old: {remedy}"))),
        };
        self.store.note_act("station", "station-enrolled", station.as_str(), &key.keyid().short(), now).await?;
        let facts = self.station(&station).await?;
        self.hub().wake_all();
        Ok(Answer {
            station,
            name: facts.name,
            root: self.custodian.root(),
            trust: self.custodian.held().sealed.clone(),
        })
    }

    /// Revokes a station's codes and devices; a connected one is cut at once.
    ///
    /// # Errors
    /// When there is no such station or nothing to revoke.
    pub async fn revoke_station(&self, station: &StationId, by: &str) -> Result<(), CenterError> {
        self.station(station).await?;
        let now = crate::clock::now();
        if self.store.revoke_station(station, now).await? == 0 {
            return Err(CenterError::refused(format!("{station} has no open code and no device: nothing to revoke")));
        }
        self.store.note_act(by, "station-revoked", station.as_str(), "", now).await?;
        self.hub().wake_all();
        Ok(())
    }

    /// Appends a commune's standing choice on ordinary bulletins.
    ///
    /// # Errors
    /// When there is no such station.
    pub async fn choose(&self, station: &StationId, choice: StandingChoice, by: &str) -> Result<(), CenterError> {
        self.station(station).await?;
        let now = crate::clock::now();
        self.store.add_standing_choice(station, choice, by, now).await?;
        self.store.note_act(by, "standing-choice", station.as_str(), &format!("{choice:?}"), now).await?;
        Ok(())
    }

    /// The newest admitted device's key of a station, unless revoked.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn station_key(&self, station: &StationId) -> Result<Option<PublicKey>, CenterError> {
        let devices = self.store.devices(Some(station)).await?;
        let standing = devices.iter().rev().find(|device| device.revoked_at.is_none());
        standing
            .map(|device| PublicKey::from_hex(&device.key).map_err(|error| CenterError::Broken(error.to_string())))
            .transpose()
    }

    /// One station's imported facts.
    ///
    /// # Errors
    /// When there is no such station.
    pub async fn station(&self, id: &StationId) -> Result<Station, CenterError> {
        let stations = self.schedules().await?.stations;
        stations.into_iter().find(|station| station.id == *id).ok_or_else(|| {
            CenterError::NotFound(format!(
                "station {id} is not known: import it with stations.csv, or see `loa station list`"
            ))
        })
    }

    /// Every station with what is known of its device, by id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn station_statuses(&self) -> Result<Vec<StationStatus>, CenterError> {
        let stations = self.schedules().await?.stations;
        let devices = self.store.devices(None).await?;
        let choices = self.store.standing_choices().await?;
        let connected = self.hub().connected();
        let mut statuses: Vec<StationStatus> = stations
            .into_iter()
            .map(|station| {
                let standing =
                    |d: &&crate::store::stations::DeviceRow| d.station == station.id && d.revoked_at.is_none();
                let device = devices.iter().rev().find(standing);
                StationStatus {
                    connected: connected.contains(&station.id),
                    last_seen_at: device.and_then(|d| d.last_seen_at),
                    holding: device.and_then(|d| d.holding.as_ref()).and_then(|text| serde_json::from_str(text).ok()),
                    enrolled: device.is_some(),
                    choice: choices.get(&station.id).copied().unwrap_or_default(),
                    station,
                }
            })
            .collect();
        statuses.sort_by(|a, b| a.station.id.cmp(&b.station.id));
        Ok(statuses)
    }
}

/// Codes are compared without the dashes and in capitals, as people type them.
fn code_digest(code: &str) -> Sha256 {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256::of(format!("loa-invite-v1:{plain}").as_bytes())
}

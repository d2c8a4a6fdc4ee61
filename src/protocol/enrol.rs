//! Enrolment: a one-time code against a place on the list of stations.

use serde::{Deserialize, Serialize};

use crate::domain::ids::StationId;
use crate::trust::keys::PublicKey;

/// Where a station enrols.
pub const PATH: &str = "/api/v1/enroll";

/// What the station sends; its secret half never leaves the device.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The one-time code an administrator gave.
    pub code: String,
    /// The station's own public key.
    pub key: PublicKey,
}

/// What the center answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The station this device now is.
    pub station: StationId,
    /// Its name, for people.
    pub name: String,
    /// The root's public key, to be pinned.
    pub root: PublicKey,
    /// The root's signed list of keys.
    pub trust: String,
}

/// Any refusal of the center's API, in one sentence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refusal {
    /// What failed, which value, what to do.
    pub error: String,
}

//! Enrolment from the device's side: one code, one answer, then the root's key is pinned.

use std::path::Path;

use super::folder::{Folder, FolderError, Identity};
use crate::protocol::enrol::{Answer, PATH, Refusal, Request};
use crate::trust::roots::{ListRefused, TrustList};

/// Why the device was not enrolled; nothing is kept then but its key.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The address is not usable.
    #[error("center address \"{0}\" is refused: use https://…, plain http only to this machine (127.0.0.1)")]
    Address(String),
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// No answer.
    #[error("the center at {center} did not answer: {why}; check the address and the network")]
    Unreachable {
        /// Its address.
        center: String,
        /// The client's words.
        why: String,
    },
    /// The center said no.
    #[error("the center refused: {0}")]
    Refused(String),
    /// Its answer does not verify.
    #[error("the center's list of keys is not believed: {0}")]
    NotTrusted(#[from] ListRefused),
    /// This folder is another station already.
    #[error("{folder} is already enrolled as {station}: use another --dir")]
    Taken {
        /// The folder.
        folder: String,
        /// What it is.
        station: String,
    },
    /// The certificate file.
    #[error("certificate file {path} cannot be used: {why}")]
    Certificate {
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
}

/// Enrols the device whose folder is `dir` at `center` with a one-time `code`.
///
/// # Errors
/// [`EnrolError`]; asking again with the same code and folder after a lost answer works.
pub async fn enrol(center: &str, code: &str, dir: &Path, center_ca: Option<&Path>) -> Result<Identity, EnrolError> {
    let center = center.trim_end_matches('/');
    if !address_is_safe(center) {
        return Err(EnrolError::Address(center.into()));
    }
    let folder = Folder::open(dir)?;
    if let Ok(known) = folder.identity() {
        return Err(EnrolError::Taken { folder: dir.display().to_string(), station: known.station.to_string() });
    }
    let center_ca = center_ca
        .map(|path| {
            std::fs::read_to_string(path)
                .map_err(|error| EnrolError::Certificate { path: path.display().to_string(), why: error.to_string() })
        })
        .transpose()?;
    let key = folder.key()?;
    let unreachable =
        |error: &dyn std::error::Error| EnrolError::Unreachable { center: center.into(), why: root_cause(error) };
    let client = super::link::http_client(center_ca.as_deref()).map_err(|error| unreachable(&*error))?;
    let request = Request { code: code.trim().into(), key: key.public() };
    let answer =
        client.post(format!("{center}{PATH}")).json(&request).send().await.map_err(|error| unreachable(&error))?;
    if !answer.status().is_success() {
        let status = answer.status();
        let text = answer.json::<Refusal>().await.map_or_else(|_| status.to_string(), |refusal| refusal.error);
        return Err(EnrolError::Refused(text));
    }
    let answer: Answer = answer.json().await.map_err(|error| unreachable(&error))?;
    TrustList::open(answer.trust.as_bytes(), answer.root, 0, crate::clock::now())?;
    let identity =
        Identity { station: answer.station, name: answer.name, center: center.into(), root: answer.root, center_ca };
    folder.write("trust.json", answer.trust.as_bytes())?;
    // Last, because its presence is what says "enrolled".
    let text = serde_json::to_vec_pretty(&identity).map_err(|error| unreachable(&error))?;
    folder.write("station.json", &text)?;
    Ok(identity)
}

/// Whether no stranger can listen or change what passes: TLS, or this very machine.
fn address_is_safe(center: &str) -> bool {
    if let Some(rest) = center.strip_prefix("https://") {
        return !rest.is_empty();
    }
    let Some(rest) = center.strip_prefix("http://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The innermost words of an error, where clients put the reason.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::address_is_safe;

    #[test]
    fn plain_http_is_only_for_this_machine() {
        for good in ["https://loa.example", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"] {
            assert!(address_is_safe(good), "{good}");
        }
        for bad in ["http://loa.example", "http://10.0.0.1:8080", "http://127.0.0.1.evil.example", "loa.example", ""] {
            assert!(!address_is_safe(bad), "{bad}");
        }
    }
}

//! What a recording looks like (its waveform, for pages) and what it sounds like (its fingerprint, for finding the
//! same recording again under another name, level or codec).

use serde::{Deserialize, Serialize};

/// Buckets of a waveform.
pub const WAVEFORM_BUCKETS: usize = 1000;

/// The outline of a rendition, on its own timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waveform {
    /// Length of the rendition, ms.
    pub duration_ms: u64,
    /// Highest absolute sample of each bucket, 255 at full scale; the buckets share the length equally. At most
    /// [`WAVEFORM_BUCKETS`].
    pub peaks: Vec<u8>,
}

/// Sub-fingerprints of a recording, each 32 bits about what changes in its tones there (Chromaprint, algorithm 1).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(Vec<u32>);

impl Fingerprint {
    /// Sub-fingerprints in order, one for each step of about 124 ms.
    pub fn new(items: Vec<u32>) -> Self {
        Self(items)
    }

    /// The sub-fingerprints.
    pub fn items(&self) -> &[u32] {
        &self.0
    }

    /// Four bytes each, the lowest first.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|item| item.to_le_bytes()).collect()
    }

    /// Reads what [`Self::to_bytes`] wrote; `None` for a length that is not a multiple of four.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (items, []) = bytes.as_chunks::<4>() else { return None };
        Some(Self(items.iter().map(|item| u32::from_le_bytes(*item)).collect()))
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.0.iter().map(|item| format!("{item:08x}")).collect()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let digits = |chunk: &[u8]| u32::from_str_radix(std::str::from_utf8(chunk).ok()?, 16).ok();
        let (items, rest) = text.as_bytes().as_chunks::<8>();
        if !rest.is_empty() {
            return Err("a fingerprint has eight hexadecimal digits for each item".into());
        }
        let items: Option<Vec<u32>> = items.iter().map(|item| digits(item)).collect();
        items.map(Self).ok_or_else(|| "a fingerprint is hexadecimal".into())
    }
}

/// Waveform and fingerprint of one rendition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portrait {
    /// The outline of the rendition.
    pub waveform: Waveform,
    /// The fingerprint of the original.
    pub fingerprint: Fingerprint,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_comes_back_from_bytes_and_from_text() {
        let fingerprint = Fingerprint::new(vec![0, 1, 0xdead_beef, u32::MAX]);
        assert_eq!(Fingerprint::from_bytes(&fingerprint.to_bytes()), Some(fingerprint.clone()));
        let text = serde_json::to_string(&fingerprint).unwrap();
        assert_eq!(text, "\"0000000000000001deadbeefffffffff\"");
        assert_eq!(serde_json::from_str::<Fingerprint>(&text).unwrap(), fingerprint);
        assert_eq!(Fingerprint::from_bytes(&[1, 2, 3]), None);
        assert!(serde_json::from_str::<Fingerprint>("\"0000000g\"").is_err());
    }
}

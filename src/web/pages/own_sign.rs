//! What a person signs in their browser with a key of their own: parts of a form, the same wherever something is signed
//! (`parts_sign_at.html` in its tag, `parts_sign.html` within). Without a key, or without scripts, the form around it
//! says what is needed; the key itself needs `sign.js`.

use super::words::Words;

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The center, in the person's stead.
    Center,
    /// The person, with a key of their own.
    Own(Box<ToSign>),
    /// Nobody can yet: they have no key and the center signs no more.
    NoKey,
    /// Nobody can: they have no key, and the center's stands for the first of two already.
    CenterSpent,
}

impl Signer {
    /// What the person signs, if they do.
    pub fn own(&self) -> Option<&ToSign> {
        match self {
            Self::Own(own) => Some(own),
            Self::Center | Self::NoKey | Self::CenterSpent => None,
        }
    }

    /// Whether the center signs.
    pub fn by_center(&self) -> bool {
        matches!(self, Self::Center)
    }

    /// Why nobody can sign, as the key of a text; none when somebody can.
    pub fn lacks(&self) -> Option<&'static str> {
        match self {
            Self::Center | Self::Own(_) => None,
            Self::NoKey => Some("sign-no-key"),
            Self::CenterSpent => Some("sign-center-spent"),
        }
    }
}

/// What is signed, in bytes and in words; the script compares the two. The form then sends `payload` (base64 of the
/// exact bytes), `keyid` (hex) and `signature` (base64).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    /// The person's log-in name.
    pub user: String,
    /// Ids of their keys, hex.
    pub keyids: Vec<String>,
    /// How the script reads the bytes: `manifest` or `break-in`.
    pub kind: &'static str,
    /// Base64 of the exact bytes.
    pub payload: String,
    /// Address of a sound whose SHA-256 the bytes name as `rendition`, to be compared before signing.
    pub sound_url: Option<String>,
    /// Every word that is signed: name for the script, key of its label, value exactly as signed.
    pub rows: Vec<(&'static str, &'static str, String)>,
}

impl ToSign {
    /// Name for the script, label and value of each word that is signed.
    pub(super) fn shown(&self, words: Words) -> Vec<(&'static str, String, &String)> {
        self.rows.iter().map(|(name, label, value)| (*name, words.t(label), value)).collect()
    }

    /// Everything the script may say.
    pub(super) fn sayings(&self, words: Words) -> [(&'static str, String); 8] {
        [
            ("ready", words.t("sign-say-ready")),
            ("working", words.t("sign-say-working")),
            ("no-key", words.t("sign-say-no-key")),
            ("other-key", words.t("sign-say-other-key")),
            ("changed", words.t("sign-say-changed")),
            ("other-sound", words.t("sign-say-other-sound")),
            ("unsupported", words.t("sign-say-unsupported")),
            ("failed", words.t("sign-say-failed")),
        ]
    }
}

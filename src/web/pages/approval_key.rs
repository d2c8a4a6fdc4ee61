//! An approver's page of their own key: made in this browser, admitted by whoever runs the center.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::Frame;
use super::status::{Sign, Tone};

/// `/khoa-duyet`. POST `/khoa-duyet` sends `csrf`, `key` (hex) and `signature` (base64); POST `/khoa-duyet/mat` sends
/// `csrf` and `keyid`, and reports that key lost.
#[derive(Debug, Clone, Template)]
#[template(path = "approval_key.html")]
pub struct ApprovalKeyPage {
    /// Around the page.
    pub frame: Frame,
    /// The reader's log-in name.
    pub user: String,
    /// The reader's keys, newest first.
    pub keys: Vec<KeyView>,
    /// Whether the center signs for the reader as long as they have no key.
    pub center_signs: bool,
}

/// A key of the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyView {
    /// Its id, hex.
    pub keyid: String,
    /// As it is read out.
    pub fingerprint: String,
    /// Where it stands.
    pub standing: KeyStanding,
    /// When it was sent, local.
    pub asked_at: Option<NaiveDateTime>,
    /// Whether it was reported lost, and that waits.
    pub revocation_asked: bool,
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// Waits to be admitted.
    Waiting,
    /// Signs.
    Admitted,
    /// Signs no more.
    Revoked,
    /// Was not admitted.
    Refused,
}

impl KeyStanding {
    /// The word that the script goes by.
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Admitted => "admitted",
            Self::Revoked => "revoked",
            Self::Refused => "refused",
        }
    }
}

impl KeyView {
    fn reads_out(&self) -> bool {
        self.standing == KeyStanding::Waiting
    }

    fn signs(&self) -> bool {
        self.standing == KeyStanding::Admitted
    }
}

impl ApprovalKeyPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn sign(&self, key: &KeyView) -> Sign {
        let words = self.frame.w;
        match key.standing {
            KeyStanding::Waiting => Sign::new("ask", Tone::Warn, words.t("key-waiting")),
            KeyStanding::Admitted => Sign::new("ok", Tone::Ok, words.t("key-admitted")),
            KeyStanding::Revoked => Sign::new("no", Tone::Fail, words.t("key-revoked")),
            KeyStanding::Refused => Sign::new("no", Tone::Fail, words.t("key-refused")),
        }
    }

    /// Everything the script may say.
    fn sayings(&self) -> [(&'static str, String); 8] {
        let words = self.frame.w;
        [
            ("none", words.t("key-say-none")),
            ("unsent", words.t("key-say-unsent")),
            ("waiting", words.t("key-say-waiting")),
            ("admitted", words.t("key-say-admitted")),
            ("revoked", words.t("key-say-revoked")),
            ("refused", words.t("key-say-refused")),
            ("unsupported", words.t("key-say-unsupported")),
            ("failed", words.t("key-say-failed")),
        ]
    }
}

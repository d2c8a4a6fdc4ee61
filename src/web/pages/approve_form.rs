//! The form that approves a version, with all that signing it needs: a part of the bulletin's page, to be printed there
//! as `{{ form }}`. It works without scripts where the center signs; the approver's own key needs `approve.js`.

use askama::Template;
use chrono::NaiveDate;

use super::frame::Frame;
use crate::domain::bulletin::Priority;

/// POST `/ban-tin/{code}/duyet` sends `csrf` and `version`; with an own key also `payload` (base64 of the exact bytes),
/// `keyid` (hex) and `signature` (base64).
#[derive(Debug, Clone, Template)]
#[template(path = "parts_approve.html")]
pub struct ApproveForm {
    /// Around the page it stands in.
    pub frame: Frame,
    /// The bulletin's code.
    pub code: String,
    /// The version to approve.
    pub version: u32,
    /// The approver's log-in name.
    pub user: String,
    /// Stations it would air at, for the button; none if not known.
    pub stations: Option<u64>,
    /// Which approval it is.
    pub turn: ApproveTurn,
    /// How it is signed.
    pub signer: Signer,
}

impl askama::filters::HtmlSafe for ApproveForm {}

/// Which of the needed approvals it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApproveTurn {
    /// The only one.
    Only,
    /// The first of two.
    First,
    /// The second of two, after this person.
    Second(String),
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The center, in the approver's stead.
    Center,
    /// The approver, with a key of their own.
    Own(Box<ToSign>),
    /// Nobody can yet.
    NoKey,
}

/// What the approver signs, in bytes and in words; the script compares the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSign {
    /// Base64 of the exact bytes.
    pub payload: String,
    /// Ids of the approver's keys, hex.
    pub keyids: Vec<String>,
    /// Address of the rendition.
    pub sound_url: String,
    /// Title.
    pub title: String,
    /// SHA-256 of the rendition, hex.
    pub rendition: String,
    /// Codes of areas, with blanks.
    pub areas: String,
    /// Codes of areas left out, with blanks.
    pub except: String,
    /// First day.
    pub airs_from: NaiveDate,
    /// Last day, the document's end considered.
    pub airs_to: NaiveDate,
    /// Priority.
    pub priority: Priority,
    /// How many people must sign.
    pub signers: u32,
}

impl ApproveForm {
    fn own(&self) -> Option<&ToSign> {
        match &self.signer {
            Signer::Own(own) => Some(own),
            Signer::Center | Signer::NoKey => None,
        }
    }

    fn lacks_key(&self) -> bool {
        self.signer == Signer::NoKey
    }

    fn turn_text(&self) -> Option<String> {
        match &self.turn {
            ApproveTurn::Only => None,
            ApproveTurn::First => Some(self.frame.w.t("approve-first")),
            ApproveTurn::Second(by) => Some(self.frame.w.t1("approve-second", "by", by)),
        }
    }

    fn button(&self) -> String {
        let words = self.frame.w;
        match (&self.turn, self.stations) {
            (ApproveTurn::First, _) => words.t("approve-go-first"),
            _ if self.own().is_some() => words.t("approve-go-sign"),
            (_, Some(stations)) => words.count("do-approve-reach", stations),
            (_, None) => words.t("do-approve"),
        }
    }

    /// Name for the script, label and value of each word that is signed, exactly as it is signed.
    fn signs(&self, own: &ToSign) -> Vec<(&'static str, String, String)> {
        let words = self.frame.w;
        vec![
            ("bulletin", words.t("sign-bulletin"), self.code.clone()),
            ("version", words.t("sign-version"), self.version.to_string()),
            ("title", words.t("sign-title"), own.title.clone()),
            ("rendition", words.t("sign-rendition"), own.rendition.clone()),
            ("areas", words.t("sign-areas"), own.areas.clone()),
            ("except", words.t("sign-except"), own.except.clone()),
            ("from", words.t("sign-from"), own.airs_from.to_string()),
            ("to", words.t("sign-to"), own.airs_to.to_string()),
            ("priority", words.t("sign-priority"), own.priority.word().to_string()),
            ("signers", words.t("sign-signers"), own.signers.to_string()),
        ]
    }

    /// Everything the script may say.
    fn sayings(&self) -> [(&'static str, String); 8] {
        let words = self.frame.w;
        [
            ("ready", words.t("approve-say-ready")),
            ("working", words.t("approve-say-working")),
            ("no-key", words.t("approve-say-no-key")),
            ("other-key", words.t("approve-say-other-key")),
            ("changed", words.t("approve-say-changed")),
            ("other-sound", words.t("approve-say-other-sound")),
            ("unsupported", words.t("approve-say-unsupported")),
            ("failed", words.t("approve-say-failed")),
        ]
    }
}

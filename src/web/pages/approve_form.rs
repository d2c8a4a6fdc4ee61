//! The form that approves a version, with all that signing it needs: a part of the bulletin's page, to be printed there
//! as `{{ form }}`. It works without scripts where the center signs; the approver's own key needs `sign.js`.

use askama::Template;

use super::frame::Frame;
use super::own_sign::{Signer, ToSign};

/// POST `/ban-tin/{code}/duyet` sends `csrf` and `version`; with an own key also what [`ToSign`] says.
#[derive(Debug, Clone, Template)]
#[template(path = "parts_approve.html")]
pub struct ApproveForm {
    /// Around the page it stands in.
    pub frame: Frame,
    /// The bulletin's code.
    pub code: String,
    /// The version to approve.
    pub version: u32,
    /// Stations it would air at, for the button; none if not known.
    pub stations: Option<u64>,
    /// Whether a warning was not opened yet: until each was, the button is off.
    pub unheard: bool,
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

impl ApproveForm {
    fn own(&self) -> Option<&ToSign> {
        self.signer.own()
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
}

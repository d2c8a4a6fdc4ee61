//! Force majeure: the form that declares it, what holds, and what was withdrawn.

use askama::Template;
use chrono::NaiveDateTime;

use super::frame::{Choice, Frame};

/// `/bat-kha-khang`. POSTs, all with `csrf`: `/bat-kha-khang` with `place`, `from`, `until` and `reason` declares;
/// `/bat-kha-khang/{id}/rut` withdraws.
#[derive(Debug, Clone, Template)]
#[template(path = "force_majeure.html")]
pub struct ForceMajeurePage {
    /// Around the page.
    pub frame: Frame,
    /// Stations and units where the reader may declare; none for who only reads.
    pub places: Vec<Choice>,
    /// What was typed and not taken; empty at first.
    pub typed: TypedDeclaration,
    /// Declarations that hold, newest first.
    pub holding: Vec<DeclarationView>,
    /// Declarations withdrawn, newest first.
    pub withdrawn: Vec<DeclarationView>,
}

/// The fields of the form but the place, as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedDeclaration {
    /// The first moment.
    pub from: String,
    /// The first moment after it.
    pub until: String,
    /// Why.
    pub reason: String,
}

/// One declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationView {
    /// Its number.
    pub id: u64,
    /// Where, in words.
    pub place: String,
    /// The first moment of it, local.
    pub from: NaiveDateTime,
    /// The first moment after it, local.
    pub until: NaiveDateTime,
    /// Why.
    pub reason: String,
    /// Who declared it.
    pub by: String,
    /// When, local.
    pub at: NaiveDateTime,
    /// Who withdrew it and when, local.
    pub withdrawn: Option<(String, NaiveDateTime)>,
    /// Whether the reader may withdraw it.
    pub may_withdraw: bool,
}

impl ForceMajeurePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

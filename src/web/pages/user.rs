//! One person as their administrator sees them, and the list of acts.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::{Choice, Frame};
use crate::domain::access::{Role, Standing};

/// A grant with its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantView {
    /// Its number.
    pub id: i64,
    /// What.
    pub role: Role,
    /// Where, a name.
    pub area: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: Option<NaiveDate>,
    /// For whom they act, a name.
    pub acting_for: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who gave it, a name.
    pub given_by: String,
    /// From when it was taken back, local, and by whom.
    pub ended: Option<(NaiveDateTime, String)>,
    /// Where it stands.
    pub standing: Standing,
}

/// The form for a further grant, with what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantForm {
    /// Role's code word.
    pub role: String,
    /// Code of the area.
    pub area: String,
    /// First day, as the field has it.
    pub from: String,
    /// Last day, as the field has it.
    pub to: String,
    /// Log-in name of whoever is acted for.
    pub acting_for: String,
    /// Why.
    pub reason: String,
}

/// `/nguoi-dung/{name}`. POST `…/quyen` sends the fields of [`GrantForm`]; `…/quyen/{id}/ket-thuc`, `…/mat-khau`,
/// `…/xac-thuc`, `…/phien`, `…/khoa`, `…/mo-khoa` send `csrf`; `…/ban-giao` sends `area`, `to_user`, `from`.
#[derive(Debug, Clone, Template)]
#[template(path = "user.html")]
pub struct UserPage {
    /// Around the page.
    pub frame: Frame,
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// When disabled, local.
    pub disabled_at: Option<NaiveDateTime>,
    /// Whether they have a second factor.
    pub second_factor: bool,
    /// Grants, those that count first, then later ones, then past ones.
    pub grants: Vec<GrantView>,
    /// Posts that can be handed over: codes and names of areas.
    pub posts: Vec<Choice>,
    /// The form for one more.
    pub form: GrantForm,
    /// A first password just made, shown only now.
    pub password: Option<String>,
    /// Whether the reader may change them.
    pub may_change: bool,
    /// Whether the reader must first prove anew who they are.
    pub prove_first: bool,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActView {
    /// When, local.
    pub at: NaiveDateTime,
    /// Who.
    pub by: String,
    /// What, in words.
    pub act: String,
    /// To whom or what.
    pub subject: String,
    /// More about it.
    pub detail: String,
}

/// `/nguoi-dung/nhat-ky`, with `?user=` and `?before=`.
#[derive(Debug, Clone, Template)]
#[template(path = "acts.html")]
pub struct ActsPage {
    /// Around the page.
    pub frame: Frame,
    /// Newest first.
    pub rows: Vec<ActView>,
    /// The person asked for; empty for all.
    pub user: String,
    /// Where older ones are.
    pub older: Option<String>,
}

impl UserPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn roles(&self) -> [Role; 5] {
        Role::ALL
    }
}

impl ActsPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

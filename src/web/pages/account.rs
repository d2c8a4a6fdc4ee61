//! A person's own account: the steps that come before anything else, and what they may look at and change.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use super::frame::Frame;
use super::user::GrantView;
use crate::domain::access::Scope;

/// `/dang-nhap/ma`, the second step of logging in. POST sends `csrf`, `code`.
#[derive(Debug, Clone, Template)]
#[template(path = "code.html")]
pub struct CodePage {
    /// Around the page.
    pub frame: Frame,
    /// Path to go on to.
    pub next: String,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// `/tai-khoan/mat-khau`. POST sends `csrf`, `current`, `new`, `again`.
#[derive(Debug, Clone, Template)]
#[template(path = "password.html")]
pub struct PasswordPage {
    /// Around the page.
    pub frame: Frame,
    /// Log-in name, for password managers.
    pub name: String,
    /// Whether somebody else gave the password, so that nothing else is possible before.
    pub first: bool,
    /// Fewest characters.
    pub letters: u32,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// A secret on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// The secret in groups of four.
    pub groups: Vec<String>,
    /// The QR code: a path of dark squares.
    pub qr_path: String,
    /// Its side, squares, with the quiet zone.
    pub qr_side: u32,
}

/// `/tai-khoan/xac-thuc`. POST sends `csrf`, `code`; POST `/tai-khoan/ma-du-phong` sends `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    /// Around the page.
    pub frame: Frame,
    /// The secret to set up; none once it is.
    pub offer: Option<OfferView>,
    /// Whether nothing else is possible before.
    pub required: bool,
    /// Recovery codes just made, shown only now.
    pub codes: Vec<String>,
    /// Recovery codes left.
    pub left: u64,
    /// Where the recovery codes' page leads on to.
    pub next: String,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// `/xac-nhan-lai`. POST sends `csrf`, `proof`, `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "prove.html")]
pub struct ProvePage {
    /// Around the page.
    pub frame: Frame,
    /// Path to go on to.
    pub next: String,
    /// Whether a code of the app is taken as well.
    pub has_code: bool,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// `/tai-khoan`.
#[derive(Debug, Clone, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// Around the page.
    pub frame: Frame,
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// Grants that count or will.
    pub grants: Vec<GrantView>,
    /// Recovery codes left; none without a second factor.
    pub second_factor: Option<u64>,
    /// Open sessions.
    pub sessions: u64,
    /// API tokens in force.
    pub tokens: u64,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// What ends it.
    pub id: String,
    /// The browser in a few words; empty when it said nothing.
    pub agent: String,
    /// Network address.
    pub address: String,
    /// Opened, local.
    pub since: NaiveDateTime,
    /// Last used, local.
    pub seen: NaiveDateTime,
    /// Whether it is the one that asks.
    pub own: bool,
    /// Whether the device was new and nobody said they saw it.
    pub new: bool,
}

/// `/tai-khoan/phien`. POST `/tai-khoan/phien/ket-thuc` sends `csrf`, `session` (empty: all others); POST
/// `/tai-khoan/phien/da-xem` sends `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage {
    /// Around the page.
    pub frame: Frame,
    /// Newest first.
    pub rows: Vec<SessionView>,
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenView {
    /// Its public part.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Last day, local.
    pub ends: NaiveDate,
    /// Whether that day has passed.
    pub over: bool,
    /// Last used, local.
    pub used: Option<NaiveDateTime>,
    /// Taken back, local.
    pub revoked: Option<NaiveDateTime>,
}

/// `/tai-khoan/ma-truy-cap`. POST sends `csrf`, `name`, `scope` (several), `days`; POST
/// `/tai-khoan/ma-truy-cap/{id}/thu-hoi` sends `csrf`.
#[derive(Debug, Clone, Template)]
#[template(path = "tokens.html")]
pub struct TokensPage {
    /// Around the page.
    pub frame: Frame,
    /// Newest first.
    pub rows: Vec<TokenView>,
    /// A token just made, shown only now.
    pub made: Option<String>,
    /// The name typed before, kept.
    pub name: String,
    /// The days typed before, kept.
    pub days: String,
    /// Why the last try failed.
    pub error: Option<String>,
    /// Whether the reader must first prove anew who they are.
    pub prove_first: bool,
}

macro_rules! rendered {
    ($($page:ident)*) => {$(
        impl $page {
            /// The page as HTML.
            pub fn render(&self) -> Result<String, askama::Error> {
                super::render(self)
            }
        }
    )*};
}
rendered! { CodePage PasswordPage SecondFactorPage ProvePage AccountPage SessionsPage TokensPage }

impl SessionsPage {
    fn others(&self) -> bool {
        self.rows.iter().any(|row| !row.own)
    }

    fn unseen(&self) -> bool {
        self.rows.iter().any(|row| row.new && !row.own)
    }
}

impl TokensPage {
    fn scopes(&self) -> [Scope; 4] {
        Scope::ALL
    }
}

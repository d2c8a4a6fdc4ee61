//! Pages: each is a plain struct of what it shows beside its template, rendered without scripts. Pages know words and
//! shapes; they must not know stores, use cases, requests or the current time.

mod account;
mod airing;
mod bulletin;
mod bulletins;
mod frame;
mod labels;
mod login;
mod message;
mod queue;
mod reconcile;
mod stations;
mod status;
mod today;
mod user;
mod users;
mod words;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use account::{
    AccountPage, CodePage, OfferView, PasswordPage, ProvePage, SecondFactorPage, SessionView, SessionsPage, TokenView,
    TokensPage,
};
pub use airing::{AiringPage, RecordView};
pub use bulletin::{BulletinPage, FindingView, Reach, Severity, StepView, VersionView};
pub use bulletins::{BulletinRow, BulletinsPage, FieldError, UploadForm};
pub use frame::{AudioLinks, Choice, Flash, FlashKind, Frame, NavItem, Tab, UserView, encode};
pub use login::LoginPage;
pub use message::MessagePage;
pub use queue::{DecidedRow, QueuePage, QueueRow};
pub use reconcile::{EvidenceShares, Filter, GroupRow, LineView, ReconcilePage, Sums};
pub use stations::{InviteCode, StationRow, StationsPage};
pub use status::{Icon, Outcome, Sign, Tone};
pub use today::{DaypartView, DeviceState, ItemView, NextView, NowView, Said, Standing, StationHead, TodayPage};
pub use user::{ActView, ActsPage, GrantForm, GrantView, UserPage};
pub use users::{UserForm, UserRow, UsersPage};
pub use words::{Lang, Words, field_time};

/// The style sheet of every page, served at `/assets/loa.css`.
pub const STYLE_SHEET: &str = include_str!("../assets/loa.css");

/// The style sheet that desks load besides, served at `/assets/desk.css`; operators' phones never fetch it.
pub const DESK_STYLE_SHEET: &str = include_str!("../assets/desk.css");

/// Renders a page's template and gives it the shapes it uses.
fn render<T: askama::Template>(page: &T) -> Result<String, askama::Error> {
    Ok(status::with_sprite(&page.render()?))
}

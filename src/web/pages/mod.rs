//! Pages: each is a plain struct of what it shows beside its template, rendered without scripts. Pages know words and
//! shapes; they must not know stores, use cases, requests or the current time.

mod account;
mod airing;
mod alarm;
mod approval_key;
mod approve_form;
mod bulletin;
mod bulletins;
mod calendar;
mod day_pack;
mod day_sheet;
mod facts_form;
mod force_majeure;
mod frame;
mod grid;
mod grid_preview;
mod grid_rule;
mod held_days;
mod labels;
mod listen;
mod local;
mod login;
mod message;
mod offers;
mod own_sign;
mod phone;
mod queue;
mod reach;
mod reconcile;
mod sound;
mod station_week;
mod stations;
mod status;
mod stop;
mod today;
mod uploads;
mod urgent;
mod user;
mod users;
mod wave;
mod why;
mod withdrawal;
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
pub use alarm::{AlarmLink, AlarmView};
pub use approval_key::{ApprovalKeyPage, KeyStanding, KeyView};
pub use approve_form::{ApproveForm, ApproveTurn};
pub use bulletin::{BulletinPage, Changed, Happened, SiblingView, StepView, VersionView};
pub use bulletins::{BulletinRow, BulletinsPage, FieldError};
pub use calendar::{CalendarLinkView, CalendarPage};
pub use day_pack::{DayPackView, PackedRow};
pub use day_sheet::{DaySheetPage, QrView, SheetPart, SheetRow};
pub use facts_form::FactsForm;
pub use force_majeure::{DeclarationView, ForceMajeurePage, TypedDeclaration};
pub use frame::{AudioLinks, Choice, Flash, FlashKind, Frame, NavItem, Tab, UserView, encode};
pub use grid::{DraftView, GridDay, GridPage, GridRow, SlotView};
pub use grid_preview::{ChangeView, GridPreviewPage, PreviewRow, PreviewView, ProblemView};
pub use grid_rule::{Conflict, ExceptionForm, ExceptionView, GridRulePage, RuleForm, RuleLine};
pub use held_days::{HeldDayView, HeldDaysPage};
pub use listen::{Channel, ListenOnePage, ListenPage, ListenRow, PodcastFeed, PodcastItem, xml_text};
pub use local::{
    LandingRow, LocalForm, LocalOnePage, LocalOutlookView, LocalPage, LocalRow, MovedRow, QuotaView, ShortRow,
    StationLandingView,
};
pub use login::LoginPage;
pub use message::MessagePage;
pub use offers::{ClashView, LocalOfferView, OffersPage};
pub use own_sign::{Signer, ToSign};
pub use phone::{OfflinePage, PhonePartsPage};
pub use queue::{DecidedRow, QueueColumn, QueuePage, QueueRow};
pub use reach::{DisplacedView, ReachPage, ReachRow, ReachView, WeekCell, WeekRow, WeekView};
pub use reconcile::{EvidenceShares, Filter, GroupRow, LineView, ReconcilePage, Sums};
pub use sound::{CheckRow, FindingView, Severity, SoundView};
pub use station_week::{StationWeekPage, WeekDayView, WeekItemView};
pub use stations::{InviteCode, StationRow, StationsPage};
pub use status::{Icon, Outcome, Sign, Tone};
pub use stop::{SilentView, StopPage, StopView};
pub use today::{
    DaypartView, DeviceState, ItemView, NextView, NowView, PhoneView, Said, Standing, StationHead, TakenOutView,
    TodayPage,
};
pub use uploads::{CheckFinding, UploadDesk, UploadPage, UploadView, UploadsPage, VersionPage};
pub use urgent::{AnswerView, BreakInView, DutyView, OrderView, ProposalPage, Repeat, RepeatForm, UrgentPage};
pub use user::{ActView, ActsPage, GrantForm, GrantView, UserPage};
pub use users::{UserForm, UserRow, UsersPage};
pub use wave::{Flag, Tick, WaveView};
pub use why::{WhyOrder, WhyPage, WhySlot};
pub use withdrawal::{ConcernedView, RemovalView, WithdrawalPage};
pub use words::{Lang, Words, field_time};

/// The style sheet of every page, served at `/assets/loa.css`.
pub const STYLE_SHEET: &str = include_str!("../assets/loa.css");

/// The style sheet that desks load besides, served at `/assets/desk.css`; operators' phones never fetch it.
pub const DESK_STYLE_SHEET: &str = include_str!("../assets/desk.css");

/// The style sheet of the printed day, served at `/assets/phieu.css`.
pub const DAY_SHEET_STYLE_SHEET: &str = include_str!("../assets/phieu.css");

/// The style sheet of the pages for everybody, served at `/assets/nghe.css`.
pub const LISTEN_STYLE_SHEET: &str = include_str!("../assets/nghe.css");

/// The style sheet of the week grid, served at `/assets/khung-gio.css`.
pub const GRID_STYLE_SHEET: &str = include_str!("../assets/khung-gio.css");

/// Scripts by their name in `/assets/`; whatever works without one comes without one.
pub const SCRIPTS: [(&str, &str); 13] = [
    ("own_key.js", include_str!("../assets/own_key.js")),
    ("sign.js", include_str!("../assets/sign.js")),
    ("keys.js", include_str!("../assets/keys.js")),
    ("desk.js", include_str!("../assets/desk.js")),
    ("grid.js", include_str!("../assets/grid.js")),
    ("phone.js", include_str!("../assets/phone.js")),
    ("queue.js", include_str!("../assets/queue.js")),
    ("waiting.js", include_str!("../assets/waiting.js")),
    ("print.js", include_str!("../assets/print.js")),
    ("share.js", include_str!("../assets/share.js")),
    ("upload.js", include_str!("../assets/upload.js")),
    ("upload-state.js", include_str!("../assets/upload-state.js")),
    ("urgent.js", include_str!("../assets/urgent.js")),
];

/// The worker that keeps the operator's day, served at `/sw.js` with its first two lines filled in.
pub const WORKER: &str = include_str!("../assets/sw.js");

/// Renders a page's template and gives it the shapes it uses.
fn render<T: askama::Template>(page: &T) -> Result<String, askama::Error> {
    Ok(status::with_sprite(&page.render()?))
}

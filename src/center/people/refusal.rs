//! Why something about people is refused: one word each, so that pages and the API say it in the reader's language.

use crate::center::CenterError;
use crate::domain::password::Weak;
use crate::store::StoreError;

/// What is wrong, and with which value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The log-in name has a form that is not taken.
    NameForm(String),
    /// The log-in name is somebody's.
    NameTaken(String),
    /// No name for people.
    DisplayName,
    /// The new password is too weak.
    Weak(Weak),
    /// The new password is the one before.
    SamePassword,
    /// The password typed is not the right one.
    WrongPassword,
    /// The code typed is not right, or was used.
    WrongCode,
    /// Too many failures; so many seconds to wait.
    Wait(i64),
    /// No role was given.
    NoRole,
    /// No unit ever bore this code.
    AreaUnknown(String),
    /// The unit lies outside the doer's own area.
    OutsideArea(String),
    /// Nobody gives rights to themselves or resets themselves.
    OwnAccount,
    /// The last day stands before the first.
    DatesReversed,
    /// Acting for somebody needs a last day.
    ActingNeedsEnd,
    /// Acting for oneself.
    ActingForSelf,
    /// The one acted for has no such right there.
    ActingForNobody(String),
    /// Only approvers and operators are acted for.
    ActingRole,
    /// Nobody would administer this unit any more.
    LastAdmin(String),
    /// There is no such user, or not in the state that was expected.
    NoUser(String),
    /// There is no such grant in force.
    NoGrant,
    /// Nothing to hand over.
    NothingToHandOver(String),
    /// Somebody else changed it in between.
    Changed,
    /// There is no second factor.
    NoSecondFactor,
    /// There is one already.
    SecondFactorSet,
    /// A token needs a name of 1 to 60 characters.
    TokenName,
    /// A token needs scopes, and only known ones.
    TokenScopes,
    /// A token lasts 1 to 365 days.
    TokenDays,
    /// No such token in force.
    NoToken,
    /// No such session of theirs.
    NoSession,
}

impl Refusal {
    /// Its word, as the API says it and as texts are found.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NameForm(_) => "name-form",
            Self::NameTaken(_) => "name-taken",
            Self::DisplayName => "display-name",
            Self::Weak(Weak::Short) => "password-short",
            Self::Weak(Weak::Long) => "password-long",
            Self::Weak(Weak::Common) => "password-common",
            Self::Weak(Weak::Name) => "password-name",
            Self::SamePassword => "password-same",
            Self::WrongPassword => "wrong-password",
            Self::WrongCode => "wrong-code",
            Self::Wait(_) => "wait",
            Self::NoRole => "no-role",
            Self::AreaUnknown(_) => "area-unknown",
            Self::OutsideArea(_) => "outside-area",
            Self::OwnAccount => "own-account",
            Self::DatesReversed => "dates-reversed",
            Self::ActingNeedsEnd => "acting-needs-end",
            Self::ActingForSelf => "acting-for-self",
            Self::ActingForNobody(_) => "acting-for-nobody",
            Self::ActingRole => "acting-role",
            Self::LastAdmin(_) => "last-admin",
            Self::NoUser(_) => "no-user",
            Self::NoGrant => "no-grant",
            Self::NothingToHandOver(_) => "nothing-to-hand-over",
            Self::Changed => "changed",
            Self::NoSecondFactor => "no-second-factor",
            Self::SecondFactorSet => "second-factor-set",
            Self::TokenName => "token-name",
            Self::TokenScopes => "token-scopes",
            Self::TokenDays => "token-days",
            Self::NoToken => "no-token",
            Self::NoSession => "no-session",
        }
    }

    /// Every word, for texts.
    pub const WORDS: [&'static str; 32] = [
        "name-form",
        "name-taken",
        "display-name",
        "password-short",
        "password-long",
        "password-common",
        "password-name",
        "password-same",
        "wrong-password",
        "wrong-code",
        "wait",
        "no-role",
        "area-unknown",
        "outside-area",
        "own-account",
        "dates-reversed",
        "acting-needs-end",
        "acting-for-self",
        "acting-for-nobody",
        "acting-role",
        "last-admin",
        "no-user",
        "no-grant",
        "nothing-to-hand-over",
        "changed",
        "no-second-factor",
        "second-factor-set",
        "token-name",
        "token-scopes",
        "token-days",
        "no-token",
        "no-session",
    ];

    /// The value it speaks of; empty when there is none.
    pub fn value(&self) -> String {
        match self {
            Self::NameForm(value)
            | Self::NameTaken(value)
            | Self::AreaUnknown(value)
            | Self::OutsideArea(value)
            | Self::ActingForNobody(value)
            | Self::LastAdmin(value)
            | Self::NoUser(value)
            | Self::NothingToHandOver(value) => value.clone(),
            Self::Wait(seconds) => seconds.to_string(),
            _ => String::new(),
        }
    }
}

/// For commands and logs; pages and the API have their own words.
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NameForm(name) => {
                write!(f, "user name \"{name}\" is not valid: use 1 to 40 of a-z, 0-9, dot, dash and underscore")
            }
            Self::NameTaken(name) => write!(f, "user {name} exists already: choose another name"),
            Self::DisplayName => f.write_str("the name for people is empty or longer than 100 characters: give one"),
            Self::Weak(weak) => write!(f, "{weak}"),
            Self::SamePassword => f.write_str("the new password is the one before: choose another"),
            Self::WrongPassword => f.write_str("the password is not right: type it again"),
            Self::WrongCode => f.write_str("the code is not right or was used: wait for the next one"),
            Self::Wait(seconds) => write!(f, "too many failures: wait {seconds} seconds"),
            Self::NoRole => f.write_str("no role is given: give at least one"),
            Self::AreaUnknown(area) => write!(f, "area {area} is not known: see areas.csv"),
            Self::OutsideArea(area) => write!(f, "area {area} lies outside your own: ask its administrator"),
            Self::OwnAccount => f.write_str("nobody does this to their own account: ask another administrator"),
            Self::DatesReversed => f.write_str("the last day stands before the first: swap them"),
            Self::ActingNeedsEnd => f.write_str("acting for somebody needs a last day: give one"),
            Self::ActingForSelf => f.write_str("nobody acts for themselves: name another person"),
            Self::ActingForNobody(name) => write!(f, "{name} has no such right there: name who is acted for"),
            Self::ActingRole => f.write_str("only approvers and operators are acted for: choose one of these roles"),
            Self::LastAdmin(area) => {
                write!(f, "nobody else administers {area}: give an undated admin role to somebody else first")
            }
            Self::NoUser(name) => write!(f, "there is no active user {name}: see `loa user list`"),
            Self::NoGrant => f.write_str("there is no such grant in force: load the list again"),
            Self::NothingToHandOver(name) => write!(f, "{name} has no operator's post there: name its holder"),
            Self::Changed => f.write_str("somebody else changed this just now: load it again"),
            Self::NoSecondFactor => f.write_str("there is no second factor: nothing to reset"),
            Self::SecondFactorSet => f.write_str("a second factor is set already: have it reset first"),
            Self::TokenName => f.write_str("the token has no name or one beyond 60 characters: give it one"),
            Self::TokenScopes => f.write_str("the scopes are not right: choose among read, upload, decide, people"),
            Self::TokenDays => f.write_str("a token lasts 1 to 365 days: choose its last day"),
            Self::NoToken => f.write_str("there is no such token in force: load the list again"),
            Self::NoSession => f.write_str("there is no such open session: load the list again"),
        }
    }
}

/// Why a use case about people ended otherwise.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// Refused, for the person asking.
    #[error("{0}")]
    Refused(Refusal),
    /// Failed, for the log.
    #[error(transparent)]
    Center(#[from] CenterError),
}

impl From<Refusal> for PeopleError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for PeopleError {
    fn from(error: StoreError) -> Self {
        Self::Center(error.into())
    }
}

impl From<std::io::Error> for PeopleError {
    fn from(error: std::io::Error) -> Self {
        Self::Center(error.into())
    }
}

impl From<PeopleError> for CenterError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Refused(refusal @ Refusal::NoUser(_)) => Self::NotFound(refusal.to_string()),
            PeopleError::Refused(refusal) => Self::Refused(refusal.to_string()),
            PeopleError::Center(error) => error,
        }
    }
}

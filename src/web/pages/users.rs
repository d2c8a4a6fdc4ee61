//! The administrator's list of people.

use askama::Template;
use chrono::NaiveDateTime;

use super::bulletins::FieldError;
use super::frame::Frame;
use crate::domain::access::Role;

/// `/nguoi-dung`. POST `/nguoi-dung` sends `csrf`, `name`, `display_name`, `role` (a role's code word), `areas` (codes
/// with commas), `password`. POST `/nguoi-dung/{name}/khoa` sends `csrf` and disables.
#[derive(Debug, Clone, Template)]
#[template(path = "users.html")]
pub struct UsersPage {
    /// Around the page.
    pub frame: Frame,
    /// People, by name.
    pub users: Vec<UserRow>,
    /// The form for one more, with what was typed and what was wrong.
    pub form: UserForm,
    /// Fewest letters of a password; 0 says nothing.
    pub password_letters: u32,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// Role and the names of its areas.
    pub grants: Vec<(Role, String)>,
    /// When disabled, local; none while active.
    pub disabled_at: Option<NaiveDateTime>,
    /// Whether it is the reader, who cannot disable themselves.
    pub own: bool,
}

/// The form for one more person; the password is never sent back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserForm {
    /// Log-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// Role's code word.
    pub role: String,
    /// Codes of areas, with commas.
    pub areas: String,
    /// What was wrong, by field.
    pub errors: Vec<FieldError>,
}

impl UsersPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn roles(&self) -> [Role; 5] {
        Role::ALL
    }
}

//! The login page.

use askama::Template;

use super::frame::Frame;

/// `/dang-nhap`. POST `/dang-nhap` sends `user`, `password`, `csrf` and `next`.
#[derive(Debug, Clone, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// Around the page; nobody is logged in.
    pub frame: Frame,
    /// The name typed before, kept.
    pub user: String,
    /// Path to go to after login; empty for the role's first page.
    pub next: String,
    /// Whether everybody may listen without logging in.
    pub listen: bool,
    /// Why the last try failed, a sentence in the reader's language; none at first.
    pub error: Option<String>,
}

impl LoginPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }
}

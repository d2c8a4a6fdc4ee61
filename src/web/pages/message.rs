//! A plain sentence when a page cannot be shown: no right to it, no such thing, or our fault.

use askama::Template;

use super::frame::Frame;

/// Shown with status 400, 403, 404, 409, 413, 429 or 500, at any path.
#[derive(Debug, Clone, Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// Around the page.
    pub frame: Frame,
    /// HTTP status; 403, 404 and 500 bring their own words, others the general ones.
    pub status: u16,
    /// A sentence to show in place of the status's own.
    pub text: Option<String>,
    /// Where the way back leads.
    pub back: String,
}

impl MessagePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn title(&self) -> String {
        let words = self.frame.w;
        match self.status {
            // With a sentence of its own it is something that was not done, not a page that is not shown.
            403 if self.text.is_none() => words.t("message-403-title"),
            404 => words.t("message-404-title"),
            500 => words.t("message-500-title"),
            _ => words.t("message-other-title"),
        }
    }

    fn sentence(&self) -> String {
        let words = self.frame.w;
        self.text.clone().unwrap_or_else(|| match self.status {
            403 => words.t("message-403"),
            404 => words.t("message-404"),
            500 => words.t("message-500"),
            _ => words.t("message-other"),
        })
    }
}

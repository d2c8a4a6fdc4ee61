//! Somebody with a keyboard and nothing else: every key goes to whatever has the focus, and only Tab moves that on.

use thirtyfour::prelude::*;

use super::browser::Browser;
use super::person::PASSWORD;
use super::until::until_within;

/// Stops of Tab within which anything on a page must come; the longest pages have fewer than half of this.
const MOST_STOPS: usize = 200;

/// How long the way to another page may take: a file may be sent and checked on it.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

/// A person at a browser without a mouse.
pub struct Typist {
    /// Theirs, to read what it shows.
    pub browser: Browser,
    url: String,
}

impl Typist {
    /// Opens a window of that size at the center with this address.
    pub async fn sit(url: &str, window: (u32, u32), scripts: bool) -> Self {
        Self { browser: Browser::new(window, scripts).await, url: url.to_owned() }
    }

    /// What has the focus.
    pub async fn focused(&self) -> WebElement {
        self.browser.driver().active_element().await.unwrap()
    }

    /// Presses these keys, one after the other.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.browser.driver().action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// Goes on with Tab until an element that this selector finds has the focus; once it is there to be found.
    pub async fn tab_to(&self, selector: &str) {
        self.browser.element(selector).await;
        for _ in 0..MOST_STOPS {
            if self.is_on(selector).await {
                return;
            }
            self.press(Key::Tab).await;
        }
        panic!("Tab never comes to {selector}");
    }

    /// Whether an element that this selector finds has the focus.
    pub async fn is_on(&self, selector: &str) -> bool {
        let found = self.browser.driver().find_all(By::Css(selector)).await.unwrap();
        found.contains(&self.focused().await)
    }

    /// Goes to a field and types.
    pub async fn type_into(&self, selector: &str, text: &str) {
        self.tab_to(selector).await;
        self.press(text).await;
    }

    /// Types over whatever is in the field that has the focus.
    pub async fn type_over(&self, text: &str) {
        let all = self.browser.driver().action_chain().key_down(Key::Control).send_keys("a").key_up(Key::Control);
        all.perform().await.unwrap();
        self.press(text).await;
    }

    /// Goes to a list and takes the entry that is so many below the first, which must be the one of this value.
    pub async fn choose(&self, selector: &str, below: usize, value: &str) {
        self.tab_to(selector).await;
        self.press(Key::Home).await;
        self.press(Key::Down.value().to_string().repeat(below)).await;
        let chosen = self.focused().await.prop("value").await.unwrap();
        assert_eq!(chosen.as_deref(), Some(value), "{selector}");
    }

    /// Presses Enter on what has the focus.
    pub async fn enter(&self) {
        self.press(Key::Enter).await;
    }

    /// Goes to a link or a button and presses Enter.
    pub async fn open(&self, selector: &str) {
        self.tab_to(selector).await;
        self.enter().await;
    }

    /// Waits until the browser is at an address of the center that begins so.
    pub async fn at(&self, path: &str) {
        let wanted = format!("{}{path}", self.url);
        until_within(PATIENCE, &format!("to be at {path}"), async || {
            let here = self.browser.driver().current_url().await.ok()?;
            here.as_str().starts_with(&wanted).then_some(())
        })
        .await;
    }

    /// Types the address of the log-in, and there name and password.
    pub async fn log_in(&self, name: &str) {
        self.browser.goto(&format!("{}/dang-nhap", self.url)).await;
        self.type_into("[name=user]", name).await;
        self.type_into("[name=password]", PASSWORD).await;
        self.enter().await;
    }
}

//! What everybody may hear, without a log-in: the list, one bulletin, and the podcast feed. Who wrote or approved anything
//! is nobody's business here, so that none of these structs has a place for it.

use askama::Template;
use chrono::NaiveDate;

use super::day_sheet::QrView;
use super::frame::{AudioLinks, Choice, Frame};
use super::words::{Lang, Words};

/// Who offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Title.
    pub title: String,
    /// What it is, in a sentence or two.
    pub description: String,
    /// Where to write or call; may be empty.
    pub contact: String,
    /// The address that pages are named under, such as `https://loa.example`; empty when none is known.
    pub site: String,
}

impl Channel {
    /// The contact, if it is an address to write to.
    pub fn mail(&self) -> Option<&str> {
        let plain = |c: char| !c.is_whitespace() && !c.is_control();
        let two = |(before, after): (&str, &str)| !before.is_empty() && after.contains('.');
        let is_one = self.contact.split_once('@').is_some_and(two) && self.contact.chars().all(plain);
        is_one.then_some(self.contact.as_str())
    }
}

/// `/nghe?chu-de=&trang=`
#[derive(Debug, Clone, Template)]
#[template(path = "listen.html")]
pub struct ListenPage {
    /// Around the page; nobody is logged in.
    pub frame: Frame,
    /// Who offers it.
    pub channel: Channel,
    /// Contents of the plan to choose from.
    pub topics: Vec<Choice>,
    /// The content chosen; none for all.
    pub topic: Option<u8>,
    /// The page of rows, the newest first.
    pub rows: Vec<ListenRow>,
    /// How many there are in all.
    pub total: usize,
    /// The page, from 1.
    pub page: usize,
    /// How many pages.
    pub pages: usize,
}

/// A bulletin to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenRow {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Content of the plan, 1 to 7.
    pub topic: u8,
    /// The unit that made it.
    pub producer: String,
    /// BCP 47 tag of the spoken language.
    pub language: String,
    /// Since when it can be heard, local.
    pub date: NaiveDate,
    /// Length, ms.
    pub duration_ms: u64,
}

/// `/nghe/{code}`
#[derive(Debug, Clone, Template)]
#[template(path = "listen_one.html")]
pub struct ListenOnePage {
    /// Around the page; nobody is logged in.
    pub frame: Frame,
    /// Who offers it.
    pub channel: Channel,
    /// The bulletin.
    pub row: ListenRow,
    /// The document it explains; may be empty.
    pub source_document: String,
    /// The words spoken.
    pub transcript: String,
    /// Last day it is offered.
    pub last_day: NaiveDate,
    /// The same in other languages.
    pub siblings: Vec<ListenRow>,
    /// Its sound.
    pub audio: AudioLinks,
    /// Size of the Opus file, bytes.
    pub opus_bytes: u64,
    /// The page's whole address.
    pub address: String,
    /// The same as a QR code.
    pub qr: Option<QrView>,
}

/// `/nghe/podcast.xml`: RSS 2.0 with the tags of podcast directories.
#[derive(Debug, Clone, Template)]
#[template(path = "podcast.xml")]
pub struct PodcastFeed {
    /// Who offers it.
    pub channel: Channel,
    /// Items, the newest first.
    pub items: Vec<PodcastItem>,
}

/// An item of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodcastItem {
    /// Names it for ever, whatever version and address it has.
    pub guid: String,
    /// Title.
    pub title: String,
    /// The unit that made it.
    pub producer: String,
    /// Its page.
    pub link: String,
    /// Its sound.
    pub url: String,
    /// Bytes of the sound.
    pub bytes: u64,
    /// As RFC 2822 writes dates.
    pub published: String,
    /// Length, whole seconds.
    pub seconds: u64,
    /// What it is, and the words spoken.
    pub description: String,
}

impl ListenPage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    /// The list's address with this page of it.
    fn of_page(&self, page: usize) -> String {
        let mut query: Vec<String> = self.topic.iter().map(|topic| format!("chu-de={topic}")).collect();
        if page > 1 {
            query.push(format!("trang={page}"));
        }
        with_lang(&self.frame.w, "/nghe", query)
    }

    fn canonical(&self) -> String {
        let address =
            if self.topic.is_none() && self.page > 1 { format!("/nghe?trang={}", self.page) } else { "/nghe".into() };
        format!("{}{address}", self.channel.site)
    }

    fn link(&self, row: &ListenRow) -> String {
        one_link(&self.frame.w, row)
    }

    fn home(&self) -> String {
        with_lang(&self.frame.w, "/nghe", Vec::new())
    }
}

impl ListenOnePage {
    /// The page as HTML.
    pub fn render(&self) -> Result<String, askama::Error> {
        super::render(self)
    }

    fn link(&self, row: &ListenRow) -> String {
        one_link(&self.frame.w, row)
    }

    fn home(&self) -> String {
        with_lang(&self.frame.w, "/nghe", Vec::new())
    }

    /// What is said of it where a link to it is shown.
    fn summary(&self) -> String {
        let words = self.frame.w;
        format!("{} · {} · {}", self.row.producer, words.date(self.row.date), words.length(self.row.duration_ms))
    }
}

impl PodcastFeed {
    /// The feed as XML.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}

fn one_link(words: &Words, row: &ListenRow) -> String {
    with_lang(words, &format!("/nghe/{}", row.code), Vec::new())
}

/// Visitors have no cookie that could remember their language: links do.
fn with_lang(words: &Words, path: &str, mut query: Vec<String>) -> String {
    if words.lang != Lang::default() {
        query.push(format!("lang={}", words.lang.tag()));
    }
    if query.is_empty() { path.to_string() } else { format!("{path}?{}", query.join("&")) }
}

/// What XML can hold: it has no way to write other control characters (XML 1.0, 2.2).
pub fn xml_text(text: &str) -> String {
    let allowed = |c: &char| matches!(c, '\t' | '\n') || !(c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(c));
    text.chars().filter(allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_gets_nothing_that_it_cannot_hold() {
        assert_eq!(xml_text("Lời\u{0} & <b>\u{b}\n\tạ\u{ffff}"), "Lời & <b>\n\tạ");
    }

    #[test]
    fn a_contact_is_written_to_only_if_it_looks_like_it() {
        let mail = |contact: &str| {
            let contact = contact.into();
            let (title, description, site) = Default::default();
            Channel { contact, title, description, site }.mail().map(String::from)
        };
        assert_eq!(mail("so@tinh.example").as_deref(), Some("so@tinh.example"));
        for other in ["", "0235 123 456", "@x.y", "a b@x.y", "so@"] {
            assert_eq!(mail(other), None, "{other}");
        }
    }
}

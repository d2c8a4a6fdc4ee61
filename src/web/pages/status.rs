//! Signs that say a state three ways: a shape, a word and a colour, never a colour alone. Also the shapes themselves and
//! the small sprite a page carries.

use std::fmt::{self, Display, Write};

use askama::filters::HtmlSafe;

use super::words::Words;

/// What became of a planned airing, or of an item that is only listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Not due yet.
    Upcoming,
    /// Its time is now; nothing is known of it (a manual station: `theo lịch lúc này`).
    NowScheduled,
    /// A device says that it plays now (`đang phát`).
    OnAir,
    /// All of it.
    Aired,
    /// Some of it.
    Partial,
    /// None of it, as a record says.
    Missed,
    /// Due, and nobody said anything.
    Unreported,
    /// Did not sound, and excused by force majeure.
    Excused,
    /// Listed, never counted: relay, filler, reserved time.
    Listed,
}

impl Outcome {
    /// The word in addresses (`?outcome=`); late is a mark and not among them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::NowScheduled => "now",
            Self::OnAir => "on_air",
            Self::Aired => "aired",
            Self::Partial => "partial",
            Self::Missed => "missed",
            Self::Unreported => "unreported",
            Self::Excused => "excused",
            Self::Listed => "listed",
        }
    }

    /// The sign for it; a late one is a warning even when all of it aired.
    pub fn sign(self, words: Words, late: bool, declared: bool) -> Sign {
        match (self, late) {
            (Self::Upcoming, _) => Sign::new("next", Tone::Idle, words.t("outcome-upcoming")),
            (Self::NowScheduled, _) => Sign::new("next", Tone::Warn, words.t("outcome-now")),
            (Self::OnAir, _) => Sign::new("live", Tone::Warn, words.t("outcome-on-air")),
            (Self::Aired, false) if declared => Sign::new("hand", Tone::Ok, words.t("outcome-aired")),
            (Self::Aired, false) => Sign::new("ok", Tone::Ok, words.t("outcome-aired")),
            (Self::Aired, true) => Sign::new("late", Tone::Warn, words.t("outcome-aired-late")),
            (Self::Partial, false) => Sign::new("part", Tone::Warn, words.t("outcome-partial")),
            (Self::Partial, true) => Sign::new("part", Tone::Warn, words.t("outcome-partial-late")),
            (Self::Missed, _) => Sign::new("no", Tone::Fail, words.t("outcome-missed")),
            (Self::Unreported, _) => Sign::new("ask", Tone::Warn, words.t("outcome-unreported")),
            (Self::Excused, _) => Sign::new("next", Tone::Idle, words.t("outcome-excused")),
            (Self::Listed, _) => Sign::new("next", Tone::Idle, words.t("outcome-listed")),
        }
    }
}

/// Colour of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Green.
    Ok,
    /// Amber.
    Warn,
    /// Red.
    Fail,
    /// Grey.
    Idle,
}

/// A shape, a word and a colour; prints itself as safe markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    icon: Icon,
    tone: Tone,
    text: String,
}

impl Sign {
    /// A sign with one of the sprite's shapes.
    pub fn new(icon: &'static str, tone: Tone, text: impl Into<String>) -> Self {
        Self { icon: Icon(icon), tone, text: text.into() }
    }
}

impl HtmlSafe for Sign {}

impl Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tone = match self.tone {
            Tone::Ok => "ok",
            Tone::Warn => "warn",
            Tone::Fail => "fail",
            Tone::Idle => "idle",
        };
        write!(f, "<span class=\"st st-{tone}\">{}<span>", self.icon)?;
        write_escaped(f, &self.text)?;
        f.write_str("</span></span>")
    }
}

/// One of the sprite's shapes, by its name without `i-`; prints itself as safe markup, hidden from screen readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icon(pub &'static str);

impl HtmlSafe for Icon {}

impl Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<svg class=\"ic\" aria-hidden=\"true\"><use href=\"#i-{}\"/></svg>", self.0)
    }
}

pub(super) fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            '\'' => f.write_str("&#39;")?,
            other => f.write_char(other)?,
        }
    }
    Ok(())
}

/// Where the sprite goes in a rendered page.
pub(super) const SPRITE_PLACE: &str = "<!--sprite-->";

/// Every shape: name and what is inside its symbol, on a 24 × 24 grid.
pub(super) const SHAPES: [(&str, &str); 14] = [
    ("ok", r##"<path d="M12 1.5a10.5 10.5 0 1 0 0 21 10.5 10.5 0 0 0 0-21Zm-1.6 15.6-5-5 2-2 3 3 6.4-6.4 2 2Z"/>"##),
    (
        "hand",
        r##"<path fill-rule="evenodd" d="M12 1.5a10.5 10.5 0 1 1 0 21 10.5 10.5 0 0 1 0-21Zm0 2.6a7.9 7.9 0 1 0 0 15.8 7.9 7.9 0 0 0 0-15.8Zm-1.4 12.3-4-4 1.8-1.8 2.2 2.2 5-5 1.8 1.8Z"/>"##,
    ),
    (
        "no",
        r##"<path fill-rule="evenodd" d="M2.5 2.5h19v19h-19Zm5.3 3.3-2 2 4.2 4.2-4.2 4.2 2 2 4.2-4.2 4.2 4.2 2-2-4.2-4.2 4.2-4.2-2-2-4.2 4.2Z"/>"##,
    ),
    (
        "late",
        r##"<path fill-rule="evenodd" d="M12 1.8 23.4 21.5H.6Zm-1.4 6.7.4 6.5h2l.4-6.5Zm1.4 8a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z"/>"##,
    ),
    (
        "part",
        r##"<path fill-rule="evenodd" d="M12 1.5a10.5 10.5 0 1 1 0 21 10.5 10.5 0 0 1 0-21Zm0 2.6v15.8a7.9 7.9 0 0 0 0-15.8Z"/>"##,
    ),
    (
        "ask",
        r##"<circle cx="12" cy="12" r="9.4" fill="none" stroke="currentColor" stroke-width="2.2" stroke-dasharray="4.2 3.2"/><path d="M8.6 9.6a3.5 3.5 0 1 1 5.2 3c-.6.4-.7.7-.7 1.4h-2.3c0-1.8.5-2.6 1.7-3.3a1.3 1.3 0 1 0-1.9-1.1Zm2.1 5.6h2.5v2.4h-2.5Z"/>"##,
    ),
    ("next", r##"<circle cx="12" cy="12" r="9.2" fill="none" stroke="currentColor" stroke-width="2.4"/>"##),
    ("live", r##"<path d="M6 3.5 20.5 12 6 20.5Z"/>"##),
    ("net", r##"<path d="M2 17h4v5H2Zm6-5h4v10H8Zm6-5h4v15h-4Zm6-5h3v20h-3Z"/>"##),
    (
        "off",
        r##"<path d="m3.4 1.6 19 19-1.8 1.8-4.6-4.6V22h-4V13.8l-.6-.6H12V22H8v-9.4l-1-1L1.6 3.4ZM2 17h4v5H2ZM14 7h4v6.5l-4-4Zm6-5h3v16.5l-3-3Z"/>"##,
    ),
    ("down", r##"<path d="M10.6 2h2.8v10.2l3.6-3.6 2 2-7 7-7-7 2-2 3.6 3.6ZM3 19.4h18V22H3Z"/>"##),
    ("up", r##"<path d="M13.4 17.6h-2.8V7.4L7 11 5 9l7-7 7 7-2 2-3.6-3.6ZM3 19.4h18V22H3Z"/>"##),
    ("log", r##"<path fill-rule="evenodd" d="M4 2h16v20H4Zm3 4v2.2h10V6Zm0 5v2.2h10V11Zm0 5v2.2h6V16Z"/>"##),
    (
        "wave",
        r##"<path d="M1.5 10h2.4v4H1.5Zm4.7-4h2.4v12H6.2Zm4.6-4h2.4v20h-2.4Zm4.6 5h2.4v10h-2.4Zm4.7 3h2.4v4h-2.4Z"/>"##,
    ),
];

/// Puts into a rendered page the shapes that it uses, each once, and no other.
pub(super) fn with_sprite(page: &str) -> String {
    let mut sprite = String::from("<svg class=\"vh\" aria-hidden=\"true\">");
    for (name, inside) in SHAPES {
        if page.contains(&format!("#i-{name}\"")) {
            // Writing to a string never fails.
            let _ = write!(sprite, "<symbol id=\"i-{name}\" viewBox=\"0 0 24 24\">{inside}</symbol>");
        }
    }
    sprite.push_str("</svg>");
    page.replacen(SPRITE_PLACE, &sprite, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::words::Lang;

    #[test]
    fn a_sign_escapes_its_text() {
        let sign = Sign::new("ok", Tone::Ok, "<b> & 'c'");
        assert!(sign.to_string().contains("&lt;b&gt; &amp; &#39;c&#39;"));
    }

    #[test]
    fn a_page_carries_only_the_shapes_it_uses() {
        let page = with_sprite(&format!("{SPRITE_PLACE}{}", Icon("ok")));
        assert!(page.contains("id=\"i-ok\"") && !page.contains("id=\"i-no\""));
    }

    #[test]
    fn a_late_airing_is_never_shown_as_simply_aired() {
        let sign = Outcome::Aired.sign(Words::new(Lang::Vi), true, false).to_string();
        assert!(sign.contains("Phát đủ nhưng trễ") && sign.contains("st-warn"), "{sign}");
    }
}

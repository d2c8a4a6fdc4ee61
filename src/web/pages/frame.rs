//! What every page has around it: who reads it, in which language, where they can go, and what just happened.

use super::alarm::AlarmLink;
use super::status::{Icon, Sign, Tone};
use super::words::Words;
use crate::domain::access::Role;

/// The person logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// Name for people.
    pub name: String,
    /// Roles held anywhere, each once; they decide what the navigation offers.
    pub roles: Vec<Role>,
}

impl UserView {
    /// The roles in words, with commas.
    pub fn roles_in(&self, words: &Words) -> String {
        self.roles.iter().map(|role| words.role(role)).collect::<Vec<_>>().join(", ")
    }

    fn is(&self, any_of: &[Role]) -> bool {
        self.roles.iter().any(|role| any_of.contains(role))
    }
}

/// How a message turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashKind {
    /// Done.
    Done,
    /// Done, with something to know.
    Note,
    /// Not done.
    Refused,
}

/// A sentence about what the reader just did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How it turned out.
    pub kind: FlashKind,
    /// The sentence, in the reader's language.
    pub text: String,
}

impl Flash {
    /// The sentence with its shape and colour.
    pub fn sign(&self) -> Sign {
        match self.kind {
            FlashKind::Done => Sign::new("ok", Tone::Ok, &self.text),
            FlashKind::Note => Sign::new("late", Tone::Warn, &self.text),
            FlashKind::Refused => Sign::new("no", Tone::Fail, &self.text),
        }
    }

    /// Class of its box.
    pub fn class(&self) -> &'static str {
        match self.kind {
            FlashKind::Done => "f-ok",
            FlashKind::Note => "f-warn",
            FlashKind::Refused => "f-fail",
        }
    }
}

/// Main sections, as the navigation knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Outside the navigation: login, messages.
    None,
    /// `/hom-nay`
    Today,
    /// `/ca-tuan`
    Week,
    /// `/them-tin`
    Local,
    /// `/loi-moi`
    Offers,
    /// `/ban-tin`
    Bulletins,
    /// `/tai-len`
    Uploads,
    /// `/duyet`
    Queue,
    /// `/khung-gio`
    Grid,
    /// `/dai`
    Stations,
    /// `/doi-soat`
    Reconcile,
    /// `/nguoi-dung`
    Users,
}

/// A link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// Its word.
    pub label: String,
    /// Whether the page is in it.
    pub current: bool,
}

/// What every page has around it. POST `/dang-xuat` with `csrf` ends the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Texts and formats in the reader's language.
    pub w: Words,
    /// Who is logged in.
    pub user: Option<UserView>,
    /// The session's token, a hidden field `csrf` of every POST form; empty before login only if the handler uses none.
    pub csrf: String,
    /// The section the page is in.
    pub tab: Tab,
    /// What just happened.
    pub flash: Option<Flash>,
    /// Whether approval keys are in the center's custody; every page then says so.
    pub custody_center: bool,
    /// Path and query of the page, without host: where the language switch leads back to.
    pub path: String,
    /// The body that runs the center, a dated setting, such as `Sở TT&TT Quảng Nam`.
    pub department: String,
    /// What the reader is told on every page until it is over: rights in somebody's stead, log-ins from new devices.
    pub notices: Vec<String>,
    /// Break-in orders that call an operator elsewhere than on the page itself.
    pub alarms: Vec<AlarmLink>,
}

impl Frame {
    /// Around what is the same for everybody, whoever asks and from wherever.
    pub fn nobody(w: Words) -> Self {
        Self {
            w,
            user: None,
            csrf: String::new(),
            tab: Tab::None,
            flash: None,
            custody_center: false,
            path: String::new(),
            department: String::new(),
            notices: Vec::new(),
            alarms: Vec::new(),
        }
    }

    /// The sections the reader's roles open, in the order of a bulletin's way.
    pub fn nav(&self) -> Vec<NavItem> {
        use Role::{Admin, Approver, Auditor, Editor, Operator};
        let Some(user) = &self.user else {
            return Vec::new();
        };
        let sections: [(Tab, &'static str, String, &[Role]); 11] = [
            (Tab::Today, "/hom-nay", self.w.t("nav-today"), &[Operator, Admin]),
            (Tab::Week, "/ca-tuan", self.w.t("nav-station-week"), &[Operator, Admin]),
            (Tab::Local, "/them-tin", self.w.t("nav-local"), &[Operator]),
            (Tab::Offers, "/loi-moi", self.w.t("nav-offers"), &[Operator]),
            (Tab::Bulletins, "/ban-tin", self.w.t("nav-bulletins"), &[Editor, Approver, Auditor, Admin]),
            (Tab::Uploads, "/tai-len", self.w.t("nav-uploads"), &[Editor]),
            (Tab::Queue, "/duyet", self.w.t("nav-queue"), &[Approver]),
            (Tab::Grid, "/khung-gio", self.w.t("nav-grid"), &[Editor, Approver, Auditor, Admin]),
            (Tab::Stations, "/dai", self.w.t("nav-stations"), &[Editor, Approver, Auditor, Admin]),
            (Tab::Reconcile, "/doi-soat", self.w.t("nav-reconcile"), &[Editor, Approver, Auditor, Admin]),
            (Tab::Users, "/nguoi-dung", self.w.t("nav-users"), &[Admin]),
        ];
        sections
            .into_iter()
            .filter(|(_, _, _, roles)| user.is(roles))
            .map(|(tab, href, label, _)| NavItem { href, label, current: tab == self.tab })
            .collect()
    }

    /// This page in the other language: the same path and query with another `lang`.
    pub fn switch_link(&self) -> String {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let mut link = format!("{path}?");
        for pair in query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")) {
            link.push_str(pair);
            link.push('&');
        }
        link + "lang=" + self.w.lang.other().tag()
    }

    /// A shape of the sprite.
    pub fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }

    /// A green sign.
    pub fn good(&self, text: impl std::fmt::Display) -> Sign {
        Sign::new("ok", Tone::Ok, text.to_string())
    }

    /// An amber sign.
    pub fn warn(&self, text: impl std::fmt::Display) -> Sign {
        Sign::new("late", Tone::Warn, text.to_string())
    }

    /// A grey sign with that shape.
    pub fn idle(&self, icon: &'static str, text: impl std::fmt::Display) -> Sign {
        Sign::new(icon, Tone::Idle, text.to_string())
    }

    /// An amber sign for what is done in part.
    pub fn part(&self, text: impl std::fmt::Display) -> Sign {
        Sign::new("part", Tone::Warn, text.to_string())
    }

    /// A sign for what goes before others.
    pub fn mark(&self, text: impl std::fmt::Display) -> Sign {
        Sign::new("up", Tone::Warn, text.to_string())
    }

    /// A red sign.
    pub fn bad(&self, text: impl std::fmt::Display) -> Sign {
        Sign::new("no", Tone::Fail, text.to_string())
    }
}

/// An entry of a select box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// Whether it is chosen now.
    pub selected: bool,
}

/// Sound a page offers to hear and to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioLinks {
    /// Address of the Opus file, light to hear.
    pub opus_url: String,
    /// Address of the WAV file, to hear and to download.
    pub wav_url: String,
    /// Size of the WAV file, bytes.
    pub wav_bytes: u64,
}

/// A text as part of a query: everything but letters, digits and `-._~` as percent signs.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::words::Lang;

    fn frame(path: &str, roles: &[Role]) -> Frame {
        Frame {
            w: Words::new(Lang::Vi),
            user: Some(UserView { name: "Bà A".into(), roles: roles.to_vec() }),
            csrf: String::new(),
            tab: Tab::Today,
            flash: None,
            custody_center: false,
            path: path.into(),
            department: String::new(),
            notices: Vec::new(),
            alarms: Vec::new(),
        }
    }

    #[test]
    fn the_language_switch_keeps_path_and_filters() {
        assert_eq!(frame("/hom-nay", &[]).switch_link(), "/hom-nay?lang=en");
        let filtered = frame("/doi-soat?from=2024-06-01&lang=vi&page=2", &[]);
        assert_eq!(filtered.switch_link(), "/doi-soat?from=2024-06-01&page=2&lang=en");
    }

    #[test]
    fn an_operator_is_offered_the_day_and_the_way_to_bulletins_of_the_communes_own() {
        let offered: Vec<_> = frame("/", &[Role::Operator]).nav().into_iter().map(|item| item.href).collect();
        assert_eq!(offered, ["/hom-nay", "/ca-tuan", "/them-tin", "/loi-moi"]);
        assert!(frame("/", &[Role::Auditor]).nav().iter().all(|item| item.href != "/nguoi-dung"));
    }

    #[test]
    fn names_with_marks_survive_a_query() {
        assert_eq!(encode("Núi & 1"), "N%C3%BAi%20%26%201");
    }
}

//! Every page there is, and who looks at it.

/// A log-in name; nobody is a stranger.
pub type Reader = Option<&'static str>;

/// One look at a page.
pub struct Look {
    /// The route as `routes.rs` writes it; empty for answers that no route of its own has.
    pub route: &'static str,
    /// Where to go.
    pub at: At,
    /// Who goes.
    pub readers: &'static [Reader],
}

/// An address.
pub enum At {
    /// Known beforehand.
    Path(&'static str),
    /// The first link of a page whose address begins so.
    Link { on: &'static str, begins: &'static str },
    /// The answer to a form of a page, by selector, with these fields filled in.
    Sent { on: &'static str, form: &'static str, fields: &'static [(&'static str, &'static str)] },
}

const STRANGER: Reader = None;
const EDITOR: Reader = Some("bientap");
const APPROVER: Reader = Some("nguoiduyet");
const OPERATOR: Reader = Some("truc");
const AUDITOR: Reader = Some("kiemtra");
const ADMIN: Reader = Some("quantri");
/// One with every role, whose pages hold the most.
const ALL: Reader = Some("nhieuviec");

const fn path(route: &'static str, path: &'static str, readers: &'static [Reader]) -> Look {
    Look { route, at: At::Path(path), readers }
}

/// All of them.
pub const LOOKS: &[Look] = &[
    path("/", "/", &[STRANGER]),
    path("/dang-nhap", "/dang-nhap?lang=en", &[STRANGER]),
    Look {
        route: "/dang-nhap",
        at: At::Sent {
            on: "/dang-nhap",
            form: "form[action='/dang-nhap']",
            fields: &[("user", "ai"), ("password", "?")],
        },
        readers: &[STRANGER],
    },
    path("/hom-nay", "/hom-nay?station=dai-1", &[OPERATOR, ALL]),
    path("/hom-nay", "/hom-nay?station=dai-2", &[OPERATOR]),
    path("/hom-nay", "/hom-nay?station=dai-2&lang=en", &[OPERATOR]),
    path("/ban-tin", "/ban-tin", &[EDITOR, AUDITOR, ALL]),
    path("/ban-tin", "/ban-tin?lang=en", &[EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-NHAP", &[EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-CHO", &[APPROVER, AUDITOR, ALL]),
    path("/ban-tin/{code}", "/ban-tin/TIN-CHO?lang=en", &[APPROVER]),
    path("/ban-tin/{code}", "/ban-tin/TIN-TRA", &[EDITOR]),
    path("/ban-tin/{code}", "/ban-tin/TIN-PHAT", &[APPROVER]),
    path("/ban-tin/{code}", "/ban-tin/TIN-THU", &[APPROVER]),
    path("/ban-tin/{code}/phien-ban", "/ban-tin/TIN-TRA/phien-ban", &[EDITOR]),
    path("/tai-len", "/tai-len", &[EDITOR, OPERATOR]),
    path("/tai-len", "/tai-len?lang=en", &[EDITOR]),
    Look { route: "/tai-len/{id}", at: At::Link { on: "/tai-len", begins: "/tai-len/" }, readers: &[EDITOR, OPERATOR] },
    path("/khoa-duyet", "/khoa-duyet", &[APPROVER]),
    path("/khoa-duyet", "/khoa-duyet?lang=en", &[APPROVER]),
    path("/duyet", "/duyet", &[APPROVER, ALL]),
    path("/doi-soat", "/doi-soat", &[AUDITOR]),
    path("/doi-soat", "/doi-soat?lang=en", &[AUDITOR]),
    Look { route: "/doi-soat/{airing}", at: At::Link { on: "/doi-soat", begins: "/doi-soat/" }, readers: &[AUDITOR] },
    path("/dai", "/dai", &[ADMIN, AUDITOR]),
    path("/dai", "/dai?lang=en", &[ADMIN]),
    path("/dai/{id}/moi", "/dai/dai-1/moi", &[ADMIN]),
    path("/nguoi-dung", "/nguoi-dung", &[ADMIN, ALL]),
    Look {
        route: "/nguoi-dung",
        at: At::Sent {
            on: "/nguoi-dung",
            form: "form[action='/nguoi-dung']",
            fields: &[("name", "!"), ("areas", "?")],
        },
        readers: &[ADMIN],
    },
    path("/nguoi-dung", "/nguoi-dung?lang=en", &[ADMIN]),
    path("", "/khong-co", &[STRANGER, OPERATOR]),
    path("", "/nguoi-dung", &[EDITOR]),
    path("", "/doi-soat?from=2024-06-02&to=2024-06-01", &[AUDITOR]),
];

/// What is fetched and is no page: sound, tables to download, what programs ask.
pub const NO_PAGES: &[&str] = &["/am-thanh/", "/assets/", "/api/", "/doi-soat.csv"];

/// What is known to be wrong with pages that are being built anew: route, and how the fault begins. Each line goes when
/// its page is there.
const WAITING: &[(&str, &str)] = &[
    ("/ban-tin", "axe landmark-unique"),
    ("/ban-tin/{code}", "axe landmark-unique"),
    ("/nguoi-dung", "axe landmark-unique"),
];

/// Whether a fault of a page is one that waits.
pub fn waits(route: &str, fault: &str) -> bool {
    WAITING.iter().any(|(of, begins)| *of == route && fault.starts_with(begins))
}

/// The least side of what is pressed, CSS pixels: on the operator's phone a thumb's, elsewhere that of WCAG 2.2 (2.5.8).
pub fn least_side(route: &str) -> u32 {
    if route.starts_with("/hom-nay") { 44 } else { 24 }
}

/// Routes with a GET in `routes.rs` that are pages.
pub fn routes(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(".route(").skip(1) {
        // Programs' addresses are constants of the protocol; a page's stands where it is.
        let Some(literal) = part.trim_start().strip_prefix('"') else { continue };
        let Some((route, rest)) = literal.split_once('"') else { continue };
        let is_page = !NO_PAGES.iter().any(|prefix| route.starts_with(prefix));
        if is_page && rest.contains("get(") {
            found.push(route.to_owned());
        }
    }
    found
}

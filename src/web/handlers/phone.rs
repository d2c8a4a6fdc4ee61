//! What the operator's phone keeps for when there is no link: the worker that keeps it, the parts its script needs, and
//! the notice. All of it is the same for everybody.

use std::sync::LazyLock;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::domain::ids::Sha256;
use crate::web::pages::{Frame, Lang, OfflinePage, PhonePartsPage, SCRIPTS, STYLE_SHEET, WORKER, Words};
use crate::web::session::Guest;

/// Scripts that the day loads.
const DAY_SCRIPTS: [&str; 2] = ["phone.js", "queue.js"];

/// The fragments by the names they are asked for by.
static PARTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let of = |lang: Lang| {
        let text = PhonePartsPage::new(Words::new(lang)).render().unwrap_or_default();
        (format!("hom-nay.{}.html", lang.tag()), text)
    };
    [Lang::Vi, Lang::En].map(of).into()
});

/// The worker with what it keeps and the digest of all that filled in: another byte anywhere is another worker, which
/// browsers then fetch by themselves.
static FILLED_IN: LazyLock<String> = LazyLock::new(|| {
    let scripts = SCRIPTS.iter().filter(|(name, _)| DAY_SCRIPTS.contains(name));
    let mut all = [WORKER, STYLE_SHEET, &notice_page()].concat();
    let mut files = vec!["/khong-mang".to_string(), "/assets/loa.css".to_string()];
    for (name, text) in scripts.map(|(name, text)| (*name, *text)).chain(PARTS.iter().map(|(n, t)| (&**n, &**t))) {
        all.push_str(text);
        files.push(format!("/assets/{name}"));
    }
    let version = Sha256::of(all.as_bytes()).short();
    let files = serde_json::to_string(&files).unwrap_or_else(|_| "[]".into());
    WORKER.replacen("const VERSION = \"\";", &format!("const VERSION = \"{version}\";"), 1).replacen(
        "const FILES = [];",
        &format!("const FILES = {files};"),
        1,
    )
});

/// `GET /sw.js`: at the root, because a worker rules over what is beneath its own address.
pub async fn worker() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], FILLED_IN.as_str()).into_response()
}

/// The fragment of this name.
pub fn parts(name: &str) -> Option<&'static str> {
    PARTS.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
}

/// `GET /khong-mang`
pub async fn notice(Guest(visit): Guest) -> Response {
    visit.page(StatusCode::OK, Ok(notice_page()))
}

fn notice_page() -> String {
    let frame = Frame::nobody(Words::new(Lang::Vi));
    OfflinePage { frame, other: Words::new(Lang::En) }.render().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_is_filled_in_with_its_version_and_with_files_that_there_are() {
        let text = FILLED_IN.as_str();
        assert!(!text.contains("VERSION = \"\"") && !text.contains("FILES = []"));
        let (_, rest) = text.split_once("const FILES = ").expect("a list");
        let files: Vec<String> = serde_json::from_str(rest.split_once(';').expect("its end").0).expect("JSON");
        assert_eq!(files.len(), 6);
        for name in files.iter().filter_map(|file| file.strip_prefix("/assets/")) {
            let script = SCRIPTS.iter().any(|(known, _)| *known == name);
            assert!(
                script || parts(name).is_some_and(|text| text.contains("data-say=\"waiting\"")) || name == "loa.css"
            );
        }
    }
}

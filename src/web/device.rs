//! What a browser says it is, in a few words that stay the same through its updates; and from which address it asks.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use crate::center::people::Place;

/// Names by the mark that tells them, the more particular ones first: most call themselves Safari as well.
const BROWSERS: [(&str, &str); 9] = [
    ("coc_coc_browser", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
/// See [`BROWSERS`].
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];
/// The longest name of a program that is no browser.
const LONGEST: usize = 40;

/// From where a request comes.
pub fn place(parts: &Parts, behind_proxy: bool) -> Place {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    // The last one is what our own proxy saw; those before it are what it was told.
    let told = text("x-forwarded-for").and_then(|all| all.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let address = if behind_proxy { told.or(peer) } else { peer };
    let address = address.map(|address| address.to_canonical().to_string()).unwrap_or_default();
    Place { address, agent: agent(text(USER_AGENT.as_str()).unwrap_or("")) }
}

/// `Chrome, Windows`; a program's own name when it is no browser; empty when it says nothing.
fn agent(header: &str) -> String {
    let found =
        |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| header.contains(mark)).map(|(_, name)| *name);
    match (found(&BROWSERS), found(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(browser), None) => browser.into(),
        _ => {
            let own = header.split(['/', ' ']).next().unwrap_or("");
            own.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(LONGEST).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_and_their_versions_are_not() {
        let chrome = |version| {
            format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{version} Safari/537.36")
        };
        assert_eq!(agent(&chrome("126.0.0.0")), "Chrome, Windows");
        assert_eq!(agent(&chrome("127.0.0.0")), agent(&chrome("126.0.0.0")));
        assert_eq!(agent(&(chrome("126.0.0.0") + " Edg/126.0.0.0")), "Edge, Windows");
        let coc =
            "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 coc_coc_browser/117.0 Chrome/126 Mobile Safari/537.36";
        assert_eq!(agent(coc), "Cốc Cốc, Android");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Safari/604.1";
        assert_eq!(agent(phone), "Safari, iPhone");
        assert_eq!(agent("curl/8.5.0"), "curl");
        assert_eq!(agent("<script>alert(1)</script>"), "scriptalert1");
        assert_eq!(agent(""), "");
    }

    #[test]
    fn only_our_own_proxy_is_believed_about_addresses() {
        let parts = |forwarded: &str| {
            let request = axum::http::Request::get("/").header("x-forwarded-for", forwarded);
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            parts.extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
            parts
        };
        assert_eq!(place(&parts("203.0.113.7"), false).address, "127.0.0.1");
        assert_eq!(place(&parts("10.0.0.1, 203.0.113.7"), true).address, "203.0.113.7");
        assert_eq!(place(&parts("nonsense"), true).address, "127.0.0.1");
    }
}

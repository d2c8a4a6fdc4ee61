//! Whether a request comes from a page of ours, whether a path leads to one, and under which address we are known.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN, REFERER};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses what another site's page sends, before anything of it is read.
pub async fn same_site(request: Request, next: Next) -> Response {
    if !may_come(&request) {
        tracing::warn!("a form of another site for {:?} was refused", request.uri().path());
        return (StatusCode::FORBIDDEN, "403: this form was sent from another site").into_response();
    }
    next.run(request).await
}

/// Whether a request may have come from where it says: only reading may be asked for by other sites.
pub fn may_come(request: &Request) -> bool {
    request.method().is_safe() || from_here(request.headers())
}

fn from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some("same-origin" | "none") => return true,
        Some(_) => return false,
        None => {}
    }
    // Browsers without fetch metadata still say where a form comes from; programs say neither.
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let host = text(HOST.as_str());
    let from = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    from.is_some() && from == host
}

/// A path of ours to go on to; anything that could lead elsewhere is none.
pub fn local(next: &str) -> Option<&str> {
    let odd = |c: char| c.is_control() || c == '\\';
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(odd);
    let onward = !["/dang-nhap", "/xac-nhan-lai"].iter().any(|page| next.starts_with(page));
    (ours && onward).then_some(next)
}

/// The address under which whoever asks reaches us, such as `https://loa.example`, for what leaves the browser: a QR code
/// on paper, a link for another program. None when the request names no host.
pub fn address(headers: &HeaderMap, uri: &Uri, tls: bool) -> Option<String> {
    let named = headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = named.or_else(|| uri.authority().map(|authority| authority.as_str()))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let scheme = if tls { "https" } else { "http" };
    (!host.is_empty() && host.chars().all(plain)).then(|| format!("{scheme}://{host}"))
}

/// The page of ours, another than `path`, from which the request comes: where a way back leads.
pub fn came_from<'a>(headers: &'a HeaderMap, site: Option<&str>, path: &str) -> Option<&'a str> {
    let page = headers.get(REFERER)?.to_str().ok()?.strip_prefix(site?)?;
    local(page).filter(|page| *page != path)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_on_to() {
        assert_eq!(local("/doi-soat?from=2024-06-01"), Some("/doi-soat?from=2024-06-01"));
        for elsewhere in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", "/dang-nhap"] {
            assert_eq!(local(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn the_way_back_leads_to_another_page_of_ours_or_nowhere() {
        let from = |page: &'static str| HeaderMap::from_iter([(REFERER, HeaderValue::from_static(page))]);
        let back = |headers: &HeaderMap| came_from(headers, Some("http://loa.example"), "/duyet").map(String::from);
        assert_eq!(
            back(&from("http://loa.example/ban-tin/TIN-1?version=2")).as_deref(),
            Some("/ban-tin/TIN-1?version=2")
        );
        for nowhere in [
            "http://loa.example/duyet",
            "http://loa.example.evil/a",
            "http://evil.example/a",
            "http://loa.example//evil",
            "x",
        ] {
            assert_eq!(back(&from(nowhere)), None, "{nowhere}");
        }
        assert_eq!(back(&HeaderMap::new()), None);
        assert_eq!(came_from(&from("http://loa.example/a"), None, "/duyet"), None);
    }

    #[test]
    fn our_address_is_the_host_that_was_asked_and_nothing_else() {
        let of = |host: &'static str, tls| {
            let headers = [(HOST, HeaderValue::from_static(host))].into_iter().collect();
            address(&headers, &Uri::from_static("/hom-nay"), tls)
        };
        assert_eq!(of("loa.example", true).as_deref(), Some("https://loa.example"));
        assert_eq!(of("127.0.0.1:8080", false).as_deref(), Some("http://127.0.0.1:8080"));
        for odd in ["", "a/b", "ai@loa.example", "loa.example\"><b>", "a b"] {
            assert_eq!(of(odd, true), None, "{odd}");
        }
        assert_eq!(address(&HeaderMap::new(), &Uri::from_static("/hom-nay"), true), None);
    }

    #[test]
    fn a_form_of_another_site_is_told_by_its_headers() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
        };
        let own: HeaderMap = headers(&[("host", "loa.example"), ("origin", "https://loa.example")]);
        assert!(from_here(&own));
        let other: HeaderMap = headers(&[("host", "loa.example"), ("origin", "https://evil.example")]);
        assert!(!from_here(&other));
        assert!(!from_here(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!from_here(&headers(&[("host", "loa.example"), ("origin", "null")])));
    }
}

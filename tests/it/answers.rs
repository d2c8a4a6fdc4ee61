//! What every answer carries, whatever was asked: the headers by which a browser keeps a page to itself.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};

use crate::chain::tls::write_certificates;
use crate::helpers::chain::{Province, listening, serve};
use crate::helpers::running::Running;

/// A page, an asset, an API, a refusal, and nothing at all.
const PATHS: [&str; 5] = ["/dang-nhap", "/assets/loa.css", "/api/v1/health", "/ban-tin", "/khong-co"];

fn client() -> reqwest::ClientBuilder {
    // Fails when another test was first, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(reqwest::redirect::Policy::none())
}

async fn headers(client: &Client, url: &str, path: &str) -> HeaderMap {
    client.get(format!("{url}{path}")).send().await.unwrap().headers().clone()
}

#[tokio::test]
async fn every_answer_keeps_other_sites_out() {
    let province = Province::new(1);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let client = client().build().unwrap();
    for path in PATHS {
        let headers = headers(&client, &url, path).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin", "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        assert!(!headers.contains_key("server"), "{path}");
        // Promised only where it can be kept: on loopback there is no TLS.
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
    }
}

#[tokio::test]
async fn over_tls_a_browser_is_told_to_come_no_other_way_and_cookies_are_bound_to_this_host() {
    let province = Province::new(1);
    write_certificates(&province);
    let (cert, key) = (province.text("may-chu.pem"), province.text("may-chu.key"));
    let args = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &key];
    let center = Running::start(&province.data(), &args);
    let url = listening(&center).await;
    let authority = std::fs::read(province.path("goc.pem")).unwrap();
    let authority = reqwest::Certificate::from_pem(&authority).unwrap();
    let client = client().tls_certs_only([authority]).build().unwrap();
    for path in PATHS {
        let headers = headers(&client, &url, path).await;
        assert_eq!(headers["strict-transport-security"], "max-age=31536000; includeSubDomains", "{path}");
    }
    // Each cookie, whatever it is for.
    let answer = client.get(format!("{url}/dang-nhap?lang=en")).send().await.unwrap();
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        for part in ["__Host-", "; Secure", "; HttpOnly", "; SameSite=", "; Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test]
async fn methods_that_no_page_has_are_refused() {
    let province = Province::new(1);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let client = client().build().unwrap();
    for method in [Method::TRACE, Method::PUT, Method::from_bytes(b"ODD").unwrap()] {
        let answer = client.request(method.clone(), format!("{url}/dang-nhap")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn a_page_of_another_site_cannot_open_the_stations_link() {
    let province = Province::new(1);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let ask = |origin: Option<&str>| {
        let mut ask = client()
            .build()
            .unwrap()
            .get(format!("{url}/api/v1/link"))
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if let Some(origin) = origin {
            ask = ask.header("origin", origin);
        }
        ask.send()
    };
    assert_eq!(ask(None).await.unwrap().status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(ask(Some("https://evil.example")).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(ask(Some(&url)).await.unwrap().status(), StatusCode::FORBIDDEN);
}

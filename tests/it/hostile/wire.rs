//! Beneath the pages: TLS versions, the borders of requests, types, and what may be kept.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, Stream};

use super::Stage;
use crate::chain::tls::write_certificates;
use crate::helpers::chain::{Province, listening};
use crate::helpers::running::Running;

/// A connection that waits no longer than a condition may take.
fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.split_once("://").unwrap().1).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// All that comes until the other side closes.
fn answer(url: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = connect(url);
    stream.write_all(request).unwrap();
    let mut all = Vec::new();
    // A reset after the answer says no more than its end.
    let _ended = stream.read_to_end(&mut all);
    all
}

/// The first message of a client that speaks nothing newer than this version (RFC 5246, 7.4.1.2).
fn client_hello(version: [u8; 2]) -> Vec<u8> {
    let mut hello = version.to_vec();
    hello.extend([7; 32]);
    hello.extend([0, 0, 4, 0xc0, 0x13, 0xc0, 0x14, 1, 0]);
    let mut message = vec![1, 0, 0, u8::try_from(hello.len()).unwrap()];
    message.extend(hello);
    let mut record = vec![22, 3, 1, 0, u8::try_from(message.len()).unwrap()];
    record.extend(message);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_1_3_or_1_2_and_nothing_older_and_never_plain() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let province = Province::new(1);
    write_certificates(&province);
    let (cert, key) = (province.text("may-chu.pem"), province.text("may-chu.key"));
    let args = ["serve", "--listen", "127.0.0.1:0", "--tls-cert", &cert, "--tls-key", &key];
    let center = Running::start(&province.data(), &args);
    let url = listening(&center).await;
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(province.path("goc.pem")).unwrap()).unwrap();
    for (offered, agreed) in
        [(rustls::ALL_VERSIONS, ProtocolVersion::TLSv1_3), (&[&rustls::version::TLS12], ProtocolVersion::TLSv1_2)]
    {
        let config = ClientConfig::builder_with_protocol_versions(offered)
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        let mut session = ClientConnection::new(Arc::new(config), ServerName::try_from("127.0.0.1").unwrap()).unwrap();
        let mut socket = connect(&url);
        let mut stream = Stream::new(&mut session, &mut socket);
        stream.write_all(b"GET /api/v1/health HTTP/1.1\r\nHost: loa\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        assert_eq!(session.protocol_version(), Some(agreed));
        let suite = format!("{:?}", session.negotiated_cipher_suite().unwrap().suite());
        assert!(suite.contains("AES_256_GCM") || suite.contains("CHACHA20_POLY1305") || suite.contains("AES_128_GCM"));
        assert!(suite.starts_with("TLS13") || suite.contains("ECDHE"), "{suite}");
    }
    for version in [[3, 0], [3, 1], [3, 2]] {
        let told = answer(&url, &client_hello(version));
        // An alert (21), and never a hello (22).
        assert!(told.is_empty() || told[0] == 21, "{version:?}: {told:?}");
    }
    let plain = answer(&url, b"GET /dang-nhap HTTP/1.1\r\nHost: loa\r\n\r\n");
    assert!(!plain.starts_with(b"HTTP/"), "{}", String::from_utf8_lossy(&plain));
}

#[tokio::test]
async fn where_a_request_ends_is_never_in_doubt() {
    let stage = Stage::new().await;
    let statuses = |request: &str| {
        let text = String::from_utf8_lossy(&answer(&stage.url, request.as_bytes())).into_owned();
        let lines = text.split("HTTP/1.1 ").skip(1);
        lines.map(|rest| rest[..3].parse().unwrap()).collect::<Vec<u16>>()
    };
    let next = "GET /khong-co HTTP/1.1\r\nHost: loa\r\nConnection: close\r\n\r\n";
    // Two lengths that differ: refused, and nothing after it is read as a request.
    let two =
        format!("POST /dang-nhap HTTP/1.1\r\nHost: loa\r\nContent-Length: 3\r\nContent-Length: 40\r\n\r\na=b{next}");
    assert_eq!(statuses(&two), [400]);
    // Chunks and a length: chunks decide (RFC 9112, 6.3), or the request is refused.
    let both = format!(
        "POST /api/v1/enroll HTTP/1.1\r\nHost: loa\r\nContent-Type: application/json\r\nContent-Length: 200\r\n\
         Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{next}"
    );
    let told = statuses(&both);
    assert!(told == [400] || told == [400, 404], "{told:?}");
    for broken in ["Transfer-Encoding: xchunked", "Content-Length: +3", "Content-Length: 3, 4", "Bad Name: x"] {
        let request = format!("POST /dang-nhap HTTP/1.1\r\nHost: loa\r\n{broken}\r\n\r\na=b{next}");
        assert_eq!(statuses(&request), [400], "{broken}");
    }
}

#[tokio::test]
async fn who_is_refused_before_all_was_sent_still_reads_why_and_may_ask_again() {
    let stage = Stage::new().await;
    let body = "[".repeat(600_000);
    let next = "GET /khong-co HTTP/1.1\r\nHost: loa\r\nConnection: close\r\n\r\n";
    for (path, refusal) in [("/api/v1/users", "401"), ("/dang-nhap", "415"), ("/khong-co", "404")] {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: loa\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        );
        let text = answer(&stage.url, [&head, body.as_str(), next].concat().as_bytes());
        let text = String::from_utf8_lossy(&text).into_owned();
        let statuses: Vec<&str> = text.split("HTTP/1.1 ").skip(1).map(|rest| &rest[..3]).collect();
        assert_eq!(statuses, [refusal, "404"], "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_its_type_and_only_what_says_so_is_kept() {
    let stage = Stage::new().await;
    let editor = stage.person("bientap").await;
    let auditor = stage.person("kiemtra").await;
    for (visitor, path, type_) in [
        (&editor, "/dang-nhap", ""),
        (&editor, "/ban-tin", "text/html; charset=utf-8"),
        (&editor, "/ban-tin/TIN-CHO", "text/html; charset=utf-8"),
        (&editor, "/khong-co", "text/html; charset=utf-8"),
        (&editor, "/nguoi-dung", "text/html; charset=utf-8"),
        (&auditor, "/doi-soat", "text/html; charset=utf-8"),
        (&auditor, "/doi-soat.csv", "text/csv; charset=utf-8"),
        (&auditor, "/phieu-lich-ngay?station=dai-1", "text/html; charset=utf-8"),
        (&auditor, "/noi-lich?station=dai-1", "text/html; charset=utf-8"),
        (&editor, "/api/v1/health", "text/plain; charset=utf-8"),
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("content-type"), type_, "{path}");
        assert_eq!(answer.text.is_empty(), type_.is_empty(), "{path}");
    }
    let csv = auditor.get("/doi-soat.csv").await;
    assert!(csv.header("content-disposition").starts_with("attachment; filename=\"doi-soat-"));
    let enrol = editor.request(reqwest::Method::POST, "/api/v1/enroll").header("content-type", "application/json");
    // The first key of RFC 8032's test vectors: whole, and admitted nowhere.
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let refused = editor.send(enrol.body(format!("{{\"code\":\"x\",\"key\":\"{key}\"}}"))).await;
    assert_eq!((refused.header("content-type"), refused.header("cache-control")), ("application/json", "no-store"));
    let sheet = stage.stranger().get("/assets/loa.css").await;
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_station_follows_nobody_who_sends_it_elsewhere() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let elsewhere = axum::Router::new().fallback(async move || {
        count.fetch_add(1, Ordering::SeqCst);
        "{}"
    });
    let elsewhere = listen(elsewhere).await;
    let center = axum::Router::new().fallback(async move || axum::response::Redirect::temporary(&elsewhere));
    let center = listen(center).await;
    let province = Province::new(1);
    let dir = province.text("dai-1");
    let enrol = ["station", "enroll", "--center", &center, "--code", "ma-moi", "--dir", &dir];
    assert_ne!(province.loa(&enrol).code, 0);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// Serves on any port; the address.
async fn listen(app: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

//! Who may be a station, and what a station may ask for.

use futures_util::{SinkExt, StreamExt};
use loa::protocol::link::{AUDIO_PATH, Down, LinkAuth, PATH, Up, VERSION};
use loa::trust::envelope;
use loa::trust::keys::KeyPair;
use rustix::process::Signal;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::helpers::chain::{Province, serve};
use crate::helpers::running::Done;
use crate::helpers::until::until;

fn ready(stations: usize) -> Province {
    let mut province = Province::new(stations);
    for number in 1..=stations {
        let voice = u32::try_from(number).unwrap();
        province.tones(&format!("TIN-{number}"), voice, 1500, &format!("xa-{number}"));
    }
    province.prepare();
    province
}

fn enrol(province: &Province, center: &str, code: &str, dir: &str) -> Done {
    province.loa(&["station", "enroll", "--center", center, "--code", code, "--dir", &province.text(dir)])
}

#[tokio::test]
async fn a_code_serves_one_device_once_and_only_while_it_stands() {
    let province = ready(2);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let code = province.loa(&["station", "invite", "dai-1"]).well().out;
    enrol(&province, &url, code.trim(), "may-1").well();
    enrol(&province, &url, code.trim(), "may-2").refused(3, "was used already");
    enrol(&province, &url, "ABCD-EFGH-JKLM-NPQR", "may-3").refused(3, "is not known");
    let code = province.loa(&["station", "invite", "dai-2"]).well().out;
    province.loa(&["station", "revoke", "dai-2"]).well();
    enrol(&province, &url, code.trim(), "may-4").refused(3, "was revoked");
    // A folder is one station.
    enrol(&province, &url, "ABCD-EFGH-JKLM-NPQR", "may-1").refused(2, "already enrolled as dai-1");
    province.loa(&["station", "invite", "dai-9"]).refused(2, "dai-9 is not known");
    province.loa(&["station", "run", "--dir", &province.text("may-5")]).refused(2, "holds no enrolled station");
}

#[tokio::test]
async fn enrolment_goes_over_plain_http_to_this_machine_only() {
    let province = ready(1);
    enrol(&province, "http://192.0.2.1", "ABCD-EFGH-JKLM-NPQR", "may").refused(2, "is refused: use https://");
    assert!(!province.path("may/station.json").exists());
}

#[tokio::test]
async fn a_center_does_not_speak_plain_http_to_the_network() {
    let province = ready(1);
    province.loa(&["serve", "--listen", "0.0.0.0:0"]).refused(2, "give --tls-cert and --tls-key");
}

#[tokio::test]
async fn a_revoked_station_is_cut_off_and_not_let_in_again() {
    let province = ready(1);
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    let station = province.join("dai-1", &url).await;
    province.loa(&["station", "revoke", "dai-1"]).well();
    let cut = |line: &str| line.contains("no link to the center").then(|| line.to_string());
    let line = station.says("the station to be cut off", cut).await;
    assert!(line.contains("revoked"), "{line}");
    let refusals = || center.said().lines().filter(|line| line.contains("dai-1") && line.contains("WARN")).count();
    until("the next connection to be refused", async || (refusals() >= 2).then_some(())).await;
    assert_eq!(station.said().matches("linked to the center").count(), 1, "{}", station.said());
    assert_eq!(station.end(Signal::TERM).await, 0);
}

type Link = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn hear(link: &mut Link) -> Down {
    loop {
        if let Message::Text(text) = link.next().await.unwrap().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

/// Links as `claimed`, signing with the key in `dir`.
async fn link(province: &Province, url: &str, claimed: &str, dir: &str) -> (Link, Down) {
    let (mut link, _) = connect_async(url.replacen("http", "ws", 1) + PATH).await.unwrap();
    let Down::Challenge { nonce } = hear(&mut link).await else { panic!("no challenge") };
    let key = KeyPair::load_or_create(&province.dir(dir).join("station.key")).unwrap();
    let station: loa::domain::ids::StationId = claimed.parse().unwrap();
    let auth = LinkAuth { station: station.clone(), nonce };
    let envelope = envelope::seal(envelope::LINK_AUTH, &auth, &key).unwrap();
    let up = Up::Auth { version: VERSION, station, envelope };
    link.send(Message::text(serde_json::to_string(&up).unwrap())).await.unwrap();
    let answer = hear(&mut link).await;
    (link, answer)
}

#[tokio::test]
async fn a_station_fetches_its_own_audio_and_nobody_elses() {
    let province = ready(2);
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    province.enrol("dai-1", &url);
    province.enrol("dai-2", &url);
    province.approve_all();
    let audio = |station: &str| {
        let plan = province.plan(station);
        format!("{url}{AUDIO_PATH}/{}", plan["items"][0]["sha256"].as_str().unwrap())
    };
    let (own, others) = (audio("dai-1"), audio("dai-2"));
    let (_link, answer) = link(&province, &url, "dai-1", "dai-1").await;
    let Down::Welcome { token, .. } = answer else { panic!("{answer:?}") };
    // The process-wide provider is what the program itself installs.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let status = async |url: &str, token: Option<&str>| {
        let request = client.get(url);
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(status(&own, Some(&token)).await, 200);
    assert_eq!(status(&others, Some(&token)).await, 403);
    assert_eq!(status(&own, None).await, 401);
    assert_eq!(status(&own, Some("0123")).await, 401);

    // Another station's key, or a key nobody knows, opens no link.
    let (_, answer) = link(&province, &url, "dai-2", "dai-1").await;
    assert!(matches!(answer, Down::Refused { .. }), "{answer:?}");
    std::fs::create_dir_all(province.dir("la")).unwrap();
    let (_, answer) = link(&province, &url, "dai-1", "la").await;
    assert!(matches!(answer, Down::Refused { .. }), "{answer:?}");
}

//! The pages for everybody, without a log-in: what is approved and in force today. They read no session, set no cookie and
//! are the same for whoever asks, so that caches may keep them for a minute.

use axum::extract::{Path, Query};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::Arc;

use super::Failed;
use super::audio::master_bytes;
use crate::center::listening::{Listening, PublicBulletin};
use crate::web::pages::{
    AudioLinks, Channel, Choice, Frame, ListenOnePage, ListenPage, ListenRow, MessagePage, QrView, Tab, xml_text,
};
use crate::web::qr;
use crate::web::session::{Guest, Visit};

/// Bulletins a page.
const PAGE_SIZE: usize = 20;
/// How long caches may keep what everybody sees, so that what is withdrawn is soon gone from them as well.
pub const KEPT: &str = "public, max-age=60";

/// `?chu-de=&trang=`
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(rename = "chu-de", default)]
    topic: String,
    #[serde(rename = "trang", default)]
    page: String,
}

/// `GET /nghe`
pub async fn list(Guest(visit): Guest, Query(asked): Query<Asked>) -> Response {
    let open = match opened(&visit).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let topic = asked.topic.parse::<u8>().ok().filter(|number| (1..=7).contains(number));
    let of_topic = |one: &&PublicBulletin| topic.is_none_or(|topic| u8::from(one.topic) == topic);
    let found: Vec<&PublicBulletin> = open.bulletins.iter().filter(of_topic).collect();
    let pages = found.len().div_ceil(PAGE_SIZE).max(1);
    let page = asked.page.parse().unwrap_or(1).clamp(1, pages);
    let rows = found.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    let view = ListenPage {
        frame: frame(&visit),
        channel: channel(&visit, &open),
        topics: topics(&visit, topic),
        topic,
        rows: rows.map(|one| row(&open, one)).collect(),
        total: found.len(),
        page,
        pages,
    };
    kept(visit.page(StatusCode::OK, view.render()))
}

/// `GET /nghe/{code}`
pub async fn one(Guest(visit): Guest, Path(code): Path<String>) -> Response {
    let open = match opened(&visit).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let Some(bulletin) = open.bulletin(&code) else { return nothing(&visit) };
    let channel = channel(&visit, &open);
    let address = format!("{}/nghe/{}", channel.site, bulletin.code);
    let master = visit.web.center.master_file(&bulletin.master);
    let view = ListenOnePage {
        frame: frame(&visit),
        row: row(&open, bulletin),
        source_document: bulletin.source_document.clone(),
        transcript: bulletin.transcript.trim().to_string(),
        last_day: bulletin.last_day,
        siblings: open.siblings(bulletin).map(|one| row(&open, one)).collect(),
        audio: AudioLinks {
            opus_url: sound_path(bulletin, "opus"),
            wav_url: sound_path(bulletin, "wav"),
            wav_bytes: master_bytes(&master).await,
        },
        opus_bytes: bulletin.rendition_bytes,
        qr: qr::draw(&address).map(|drawn| QrView { path: drawn.path, side: drawn.side }),
        address,
        channel,
    };
    kept(visit.page(StatusCode::OK, view.render()))
}

/// What everybody may hear, or the answer where there is no such page.
pub async fn opened(visit: &Visit) -> Result<Arc<Listening>, Response> {
    match visit.web.center.listening().await {
        Ok(Some(open)) => Ok(open),
        // As if it had never been built.
        Ok(None) => Err(visit.message(None, StatusCode::NOT_FOUND, None)),
        Err(error) => {
            let (status, text) = Failed::from(error).status_and_text(visit.words);
            Err(visit.message(None, status, text))
        }
    }
}

/// The answer for whatever is not, or not any more, for everybody: one and the same, whether it ever was.
pub fn nothing(visit: &Visit) -> Response {
    let page = MessagePage { frame: frame(visit), status: 404, text: None, back: "/nghe".into() };
    visit.page(StatusCode::NOT_FOUND, page.render())
}

/// Where a bulletin's sound is served: another version is another address, so that no player mixes two.
pub fn sound_path(bulletin: &PublicBulletin, form: &str) -> String {
    format!("/nghe/{}/{}.{form}", bulletin.code, bulletin.version)
}

/// How the province presents itself, with general words where it says nothing; as XML can hold it, too.
pub fn channel(visit: &Visit, open: &Listening) -> Channel {
    let (rules, words) = (&open.rules, visit.words);
    let or = |own: &str, key: &str| if own.trim().is_empty() { words.t(key) } else { xml_text(own.trim()) };
    let site = if rules.address.is_empty() { visit.site.clone().unwrap_or_default() } else { rules.address.clone() };
    Channel {
        title: or(&rules.title, "public-title"),
        description: or(&rules.description, "public-description"),
        contact: xml_text(rules.contact.trim()),
        site,
    }
}

/// Around a page for everybody: nothing of what the center tells its own people.
fn frame(visit: &Visit) -> Frame {
    Frame { custody_center: false, notices: Vec::new(), ..visit.frame(Tab::None, None) }
}

fn row(open: &Listening, one: &PublicBulletin) -> ListenRow {
    ListenRow {
        code: one.code.to_string(),
        title: one.title.clone(),
        topic: one.topic.into(),
        producer: one.producer.clone(),
        language: one.language.clone(),
        date: date(open, one),
        duration_ms: one.duration_ms,
    }
}

fn date(open: &Listening, one: &PublicBulletin) -> NaiveDate {
    one.since.with_timezone(&open.zone).date_naive()
}

fn topics(visit: &Visit, chosen: Option<u8>) -> Vec<Choice> {
    let all = Choice { value: String::new(), label: visit.words.t("filter-all"), selected: chosen.is_none() };
    let topic = |number: u8| Choice {
        value: number.to_string(),
        label: visit.words.topic(u64::from(number)),
        selected: chosen == Some(number),
    };
    std::iter::once(all).chain((1..=7).map(topic)).collect()
}

/// The same answer for caches to keep a while.
fn kept(mut response: Response) -> Response {
    if response.status().is_success() {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    }
    response
}

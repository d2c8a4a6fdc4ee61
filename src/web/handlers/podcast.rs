//! The podcast feed and the sound that everybody may hear. Both ask anew at each request what is public at that moment:
//! what was withdrawn is gone with the next one.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
    RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::listen::{KEPT, channel, nothing, opened, sound_path};
use crate::center::listening::{Listening, PublicBulletin};
use crate::domain::ids::Sha256;
use crate::web::pages::{Lang, PodcastFeed, PodcastItem, Words, xml_text};
use crate::web::session::{Guest, Visit};

/// Items of the feed.
const MOST_ITEMS: usize = 200;
/// Sounds that are sent to strangers at a time. More are told to come back, so that stations always get theirs.
const MOST_LISTENERS: usize = 256;
/// Players of other sites may play what everybody may hear; pages stay ours.
const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// HTTP's way to write a moment (RFC 9110, 5.6.7).
const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// Places for those who listen.
#[derive(Clone)]
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MOST_LISTENERS)))
    }
}

/// `GET /nghe/podcast.xml`: one language whoever asks, that of the bulletins.
pub async fn feed(Guest(visit): Guest, headers: HeaderMap) -> Response {
    let visit = visit.in_words(Words::new(Lang::Vi));
    let open = match opened(&visit).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let channel = channel(&visit, &open);
    let items = open.bulletins.iter().take(MOST_ITEMS).map(|one| item(&visit, &open, &channel.site, one)).collect();
    match (PodcastFeed { channel, items }).render() {
        Ok(text) => answer(&headers, text, open.changed_at),
        Err(error) => {
            tracing::error!("the podcast feed cannot be rendered: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn item(visit: &Visit, open: &Listening, site: &str, one: &PublicBulletin) -> PodcastItem {
    let words = visit.words;
    let about = format!("{} · {}", words.topic(u64::from(u8::from(one.topic))), words.language(&one.language));
    let told = [one.producer.as_str(), &about, one.source_document.as_str(), one.transcript.trim()];
    let told: Vec<&str> = told.into_iter().filter(|part| !part.is_empty()).collect();
    PodcastItem {
        guid: format!("loa:{}", one.code),
        title: xml_text(&one.title),
        producer: xml_text(&one.producer),
        link: format!("{site}/nghe/{}", one.code),
        url: format!("{site}{}", sound_path(one, "opus")),
        bytes: one.rendition_bytes,
        published: one.since.with_timezone(&open.zone).to_rfc2822(),
        seconds: (one.duration_ms + 500) / 1000,
        description: xml_text(&told.join("\n\n")),
    }
}

/// The feed, or that nothing changed since the reader's copy.
fn answer(headers: &HeaderMap, text: String, changed_at: DateTime<Utc>) -> Response {
    let tag = format!("\"{}\"", Sha256::of(text.as_bytes()));
    let kept = [
        (ETAG, tag.clone()),
        (LAST_MODIFIED, changed_at.format(HTTP_DATE).to_string()),
        (CACHE_CONTROL, KEPT.to_string()),
    ];
    if is_held(headers, &tag, changed_at) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, "application/rss+xml; charset=utf-8")], text).into_response()
}

/// Whether the reader has this very text: by its tag where they name any, else by its date (RFC 9110, 13.2.2).
fn is_held(headers: &HeaderMap, tag: &str, changed_at: DateTime<Utc>) -> bool {
    if headers.contains_key(IF_NONE_MATCH) {
        let all = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let mut tags = all.flat_map(|all| all.split(',')).map(|one| one.trim().trim_start_matches("W/"));
        return tags.any(|one| one == tag || one == "*");
    }
    let since = headers.get(IF_MODIFIED_SINCE).and_then(|value| value.to_str().ok());
    let since = since.and_then(|text| chrono::NaiveDateTime::parse_from_str(text, HTTP_DATE).ok());
    since.is_some_and(|since| changed_at <= since.and_utc())
}

/// `GET /nghe/{code}/{version}.opus` and `.wav`
pub async fn sound(
    Guest(visit): Guest,
    Extension(places): Extension<Places>,
    Path((code, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let open = match opened(&visit).await {
        Ok(open) => open,
        Err(response) => return response,
    };
    let Some((bulletin, form)) = find(&open, &code, &name) else { return nothing(&visit) };
    let current = sound_path(bulletin, form);
    if !current.ends_with(&format!("/{name}")) {
        // Of an older version, which nobody should hear any more.
        return (StatusCode::FOUND, [(LOCATION, current)]).into_response();
    }
    let Ok(place) = places.0.try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "10")]).into_response();
    };
    let center = &visit.web.center;
    let (file, type_) = match form {
        "wav" => (center.master_file(&bulletin.master), "audio/wav"),
        _ => (center.rendition_file(&bulletin.rendition), "audio/ogg"),
    };
    let mut response = match ServeFile::new(file).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    };
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        describe(response.headers_mut(), type_, &format!("{}.{form}", bulletin.code));
    }
    seated(response, place)
}

/// What a sound is, its name for whoever keeps it, and who may keep and play it how long.
fn describe(headers: &mut HeaderMap, type_: &'static str, name: &str) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(KEPT));
    headers.insert(RESOURCE, HeaderValue::from_static("cross-origin"));
    if headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(type_));
    }
    if let Ok(value) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
}

/// The bulletin that is public now, for the name of its version's sound or an older one's.
fn find<'a>(open: &'a Listening, code: &str, name: &str) -> Option<(&'a PublicBulletin, &'static str)> {
    let bulletin = open.bulletin(code)?;
    let (number, form) = name.rsplit_once('.')?;
    let form = ["opus", "wav"].into_iter().find(|one| *one == form)?;
    let version: u32 = number.parse().ok()?;
    let known = version.to_string() == number && (1..=bulletin.version).contains(&version);
    known.then_some((bulletin, form))
}

/// The same answer, whose place is free again when its last byte is sent or its reader is gone.
fn seated(response: Response, place: tokio::sync::OwnedSemaphorePermit) -> Response {
    response.map(|body| {
        let pieces = body.into_data_stream().map(move |piece| {
            let _taken = &place;
            piece
        });
        Body::from_stream(pieces)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_place_is_taken_for_as_long_as_its_sound_is_sent() {
        let places = Arc::new(Semaphore::new(1));
        let place = places.clone().try_acquire_owned().unwrap();
        let response = seated(Response::new(Body::from("sound")), place);
        assert_eq!(places.available_permits(), 0);
        drop(response);
        assert_eq!(places.available_permits(), 1);
    }

    #[test]
    fn a_reader_has_it_by_tag_and_only_without_one_by_date() {
        let at = "2024-06-12T00:00:00Z".parse().unwrap();
        let held = |pairs: &[(HeaderName, &'static str)]| is_held(&headers(pairs), "\"a\"", at);
        let (same, older) = ("Wed, 12 Jun 2024 00:00:00 GMT", "Tue, 11 Jun 2024 23:59:59 GMT");
        assert!(held(&[(IF_NONE_MATCH, "\"b\", W/\"a\"")]) && held(&[(IF_NONE_MATCH, "*")]));
        assert!(held(&[(IF_MODIFIED_SINCE, same)]));
        assert!(!held(&[(IF_MODIFIED_SINCE, older)]) && !held(&[(IF_MODIFIED_SINCE, "yesterday")]) && !held(&[]));
        assert!(!held(&[(IF_NONE_MATCH, "\"b\""), (IF_MODIFIED_SINCE, same)]));
    }
}

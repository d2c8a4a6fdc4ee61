//! Uploads: the file goes to the disk as it comes, the fields are judged, and only then the audio is checked.

use std::collections::BTreeMap;
use std::path::PathBuf;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Multipart, Path};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use tokio::io::AsyncWriteExt;

use super::Failed;
use super::bulletins::list_with;
use super::desk::{Desk, codes, only};
use crate::center::bulletins::Taken;
use crate::domain::access::Role;
use crate::domain::area::Target;
use crate::domain::bulletin::{Facts, Origin, Priority, Topic};
use crate::domain::ids::BulletinCode;
use crate::domain::order::Demand;
use crate::web::pages::{FieldError, UploadForm};
use crate::web::session::Signed;

/// Longest file taken, megabytes.
pub const LIMIT_MEGABYTES: u32 = 500;
/// Longest body taken, bytes: the file and the fields around it.
pub const LIMIT_BYTES: usize = LIMIT_MEGABYTES as usize * 1_000_000 + 1_000_000;
/// Longest field, bytes; a transcript of a two-hour bulletin is far below.
const LONGEST_FIELD: usize = 300_000;
/// Most plays a day, and a week.
const MOST_PLAYS: (u32, u32) = (24, 168);

/// A form with its file on the disk.
struct Sent {
    fields: BTreeMap<String, String>,
    /// Name as uploaded, and where it lies; none when no file was chosen.
    file: Option<(String, PathBuf)>,
    /// Removed when dropped.
    _folder: tempfile::TempDir,
}

impl Sent {
    async fn read(me: &Signed, mut form: Multipart) -> Result<Self, Failed> {
        let folder = me.visit.web.center.upload_folder()?;
        let mut sent = Self { fields: BTreeMap::new(), file: None, _folder: folder };
        let path = sent._folder.path().join("upload");
        let broken = |error| too_long(me, &error);
        let mut from_our_page = false;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or("").to_string();
            if name == "file" {
                // Nothing is written for whoever did not come from our own page.
                if !from_our_page {
                    return Err(foreign(me));
                }
                let file_name = field.file_name().map(plain_name).unwrap_or_default();
                if keep(me, field, &path).await? > 0 {
                    sent.file = Some((file_name, path.clone()));
                }
            } else {
                let value = text(me, field).await?;
                from_our_page |= name == "csrf" && me.csrf_is_right(&value);
                sent.fields.insert(name, value);
            }
        }
        if from_our_page { Ok(sent) } else { Err(foreign(me)) }
    }

    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }
}

fn foreign(me: &Signed) -> Failed {
    Failed::Bad(StatusCode::FORBIDDEN, Some(me.words().t("error-csrf")))
}

fn too_long(me: &Signed, error: &MultipartError) -> Failed {
    let long = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Failed::Bad(error.status(), long.then(|| me.words().count("error-too-long", LIMIT_MEGABYTES)))
}

async fn text(me: &Signed, mut field: Field<'_>) -> Result<String, Failed> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| too_long(me, &error))? {
        if bytes.len() + chunk.len() > LONGEST_FIELD {
            return Err(Failed::Bad(StatusCode::PAYLOAD_TOO_LARGE, None));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Failed::Bad(StatusCode::BAD_REQUEST, None))
}

async fn keep(me: &Signed, mut field: Field<'_>, path: &std::path::Path) -> Result<u64, Failed> {
    let mut file = tokio::fs::File::create(path).await?;
    let mut length = 0;
    while let Some(chunk) = field.chunk().await.map_err(|error| too_long(me, &error))? {
        length += chunk.len() as u64;
        if length > u64::from(LIMIT_MEGABYTES) * 1_000_000 {
            let text = me.words().count("error-too-long", LIMIT_MEGABYTES);
            return Err(Failed::Bad(StatusCode::PAYLOAD_TOO_LARGE, Some(text)));
        }
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    Ok(length)
}

/// The last part of a path, for people only; never a path of ours.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or("");
    last.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// `POST /ban-tin`
pub async fn create(me: Signed, form: Multipart) -> Response {
    let result = try_create(&me, form).await;
    me.answer(result)
}

async fn try_create(me: &Signed, form: Multipart) -> Result<Response, Failed> {
    only(me, &[Role::Editor])?;
    let sent = Sent::read(me, form).await?;
    let desk = Desk::open(me).await?;
    let center = &me.visit.web.center;
    let mut check = Check { me, desk: &desk, sent: &sent, errors: Vec::new() };
    let facts = check.facts();
    let demand = check.demand();
    if sent.file.is_none() {
        check.wrong("file", "error-file");
    }
    if let Some(facts) = &facts
        && !center.bulletin_versions(Some(&facts.code)).await?.is_empty()
    {
        check.wrong("code", "error-code-taken");
    }
    let mut errors = check.errors;
    if let (true, Some(facts), Some((file_name, path))) = (errors.is_empty(), facts, &sent.file) {
        match center.take_bulletin(&facts, path, file_name, &me.person.name).await? {
            Taken::Refused(sentences) => {
                let error = |text| FieldError { field: "file".into(), text };
                errors.extend(sentences.into_iter().map(error));
            }
            Taken::New(_) | Taken::Unchanged => {
                let done = match demand {
                    None => "uploaded",
                    Some(demand) if center.add_order(&facts.code, demand, &me.person.name).await?.is_empty() => {
                        "uploaded-order"
                    }
                    Some(_) => "uploaded-order-warn",
                };
                return Ok(me.visit.redirect(&format!("/ban-tin/{}", facts.code), Some((done, 0))));
            }
        }
    }
    list_with(me, StatusCode::UNPROCESSABLE_ENTITY, Some(as_typed(&sent, errors))).await
}

fn as_typed(sent: &Sent, errors: Vec<FieldError>) -> UploadForm {
    let field = |name| sent.field(name).to_string();
    UploadForm {
        code: field("code"),
        title: field("title"),
        topic: field("topic"),
        priority: field("priority"),
        producer: field("producer"),
        language: field("language"),
        source_document: field("source_document"),
        transcript: field("transcript"),
        areas: field("areas"),
        except: field("except"),
        airs_from: field("airs_from"),
        airs_to: field("airs_to"),
        per_week: field("per_week"),
        per_day: field("per_day"),
        limit_megabytes: LIMIT_MEGABYTES,
        errors,
    }
}

/// Judges every field, so that all that is wrong is told at once.
struct Check<'a> {
    me: &'a Signed,
    desk: &'a Desk,
    sent: &'a Sent,
    errors: Vec<FieldError>,
}

impl Check<'_> {
    fn wrong(&mut self, field: &str, key: &str) {
        self.errors.push(FieldError { field: field.into(), text: self.me.words().t(key) });
    }

    fn wrong_with(&mut self, field: &str, key: &str, value: &str) {
        self.errors.push(FieldError { field: field.into(), text: self.me.words().t1(key, "value", value) });
    }

    fn some<T>(&mut self, field: &str, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.wrong(field, key);
        }
        value
    }

    /// A field that may not be empty.
    fn filled(&mut self, field: &str, key: &str) -> Option<String> {
        let text = self.sent.field(field).to_string();
        self.some(field, key, Some(text).filter(|text| !text.is_empty()))
    }

    fn facts(&mut self) -> Option<Facts> {
        let code = self.sent.field("code").to_ascii_uppercase().parse::<BulletinCode>().ok();
        let code = self.some("code", "error-code", code);
        let title = self.filled("title", "error-title");
        let topic = self.sent.field("topic").parse::<u8>().ok().and_then(|number| Topic::try_from(number).ok());
        let topic = self.some("topic", "error-topic", topic);
        let priority = self.sent.field("priority").parse::<Priority>().ok();
        let priority = self.some("priority", "error-priority", priority);
        if priority == Some(Priority::Urgent) {
            self.wrong("priority", "error-urgent");
        }
        let producer = self.filled("producer", "error-producer");
        let language = self.sent.field("language");
        let tag = language.len() <= 35 && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let language = Some(language.to_string()).filter(|text| tag && text.len() >= 2);
        let language = self.some("language", "error-language", language);
        let transcript = self.filled("transcript", "error-transcript");
        let date = |name: &str| self.sent.field(name).parse::<NaiveDate>().ok();
        let (from, to) = (date("airs_from"), date("airs_to"));
        let from = self.some("airs_from", "error-airs-from", from);
        let to = self.some("airs_to", "error-airs-to", to);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            self.wrong("airs_to", "error-dates-reversed");
        }
        let target = self.target(from.zip(to));
        Some(Facts {
            code: code?,
            title: title?,
            topic: topic?,
            priority: priority?,
            producer: producer?,
            language: language?,
            source_document: self.sent.field("source_document").into(),
            transcript: transcript?,
            target: target?,
            airs_from: from?,
            airs_to: to?,
            document_ends: None,
            sibling_of: None,
            origin: Origin::Department,
        })
    }

    fn target(&mut self, span: Option<(NaiveDate, NaiveDate)>) -> Option<Target> {
        let areas = codes(self.sent.field("areas")).filter(|codes| !codes.is_empty());
        let areas = self.some("areas", "error-areas", areas);
        let except = codes(self.sent.field("except"));
        let except = self.some("except", "error-areas", except);
        let target = Target { areas: areas?, except: except? };
        let mut known = true;
        for (field, codes) in [("areas", &target.areas), ("except", &target.except)] {
            for code in codes {
                if span.is_some_and(|(from, to)| from <= to && !self.desk.areas().known_between(code, from, to)) {
                    self.wrong_with(field, "error-area-unknown", code.as_str());
                    known = false;
                }
            }
        }
        if known && !self.desk.may_target(self.me, Role::Editor, &target) {
            self.wrong("areas", "error-area-right");
        }
        Some(target)
    }

    fn demand(&mut self) -> Option<Demand> {
        let (week, day) = (self.sent.field("per_week").to_string(), self.sent.field("per_day").to_string());
        let plays = |text: &str, most: u32| text.parse::<u32>().ok().filter(|plays| (1..=most).contains(plays));
        match (week.as_str(), day.as_str()) {
            ("", "") => None,
            (week, "") => self.some("per_week", "error-per-week", plays(week, MOST_PLAYS.1).map(Demand::PerWeek)),
            ("", day) => self.some("per_day", "error-per-day", plays(day, MOST_PLAYS.0).map(Demand::PerDay)),
            _ => {
                self.wrong("per_week", "error-one-demand");
                None
            }
        }
    }
}

/// `POST /ban-tin/{code}/phien-ban`
pub async fn new_version(me: Signed, Path(code): Path<String>, form: Multipart) -> Response {
    let result = try_version(&me, &code, form).await;
    me.answer(result)
}

async fn try_version(me: &Signed, code: &str, form: Multipart) -> Result<Response, Failed> {
    only(me, &[Role::Editor])?;
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let center = &me.visit.web.center;
    let facts = center.bulletin(&code).await?.facts;
    if !Desk::open(me).await?.may_target(me, Role::Editor, &facts.target) {
        return Err(Failed::Forbidden);
    }
    let sent = Sent::read(me, form).await?;
    let back = format!("/ban-tin/{code}");
    let Some((file_name, path)) = &sent.file else {
        return Ok(me.visit.redirect(&back, Some(("no-file", 0))));
    };
    match center.take_bulletin(&facts, path, file_name, &me.person.name).await? {
        Taken::New(_) => Ok(me.visit.redirect(&back, Some(("uploaded", 0)))),
        Taken::Unchanged => Ok(me.visit.redirect(&back, Some(("unchanged", 0)))),
        Taken::Refused(sentences) => Err(Failed::Bad(StatusCode::UNPROCESSABLE_ENTITY, Some(sentences.join(" ")))),
    }
}

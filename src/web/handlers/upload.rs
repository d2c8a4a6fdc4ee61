//! Uploads on pages, without scripts: files by a form, one upload with its check and facts, its end.

use std::collections::BTreeMap;

use axum::extract::{Multipart, Path, Query};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::desk::{Desk, READERS, only};
use super::facts::{any_given, judge, kept, may_make};
use super::multipart::{Sent, SentFile, read_on};
use super::upload_words::{findings, not_taken, view};
use super::{Failed, bulletins};
use crate::center::uploads::{Announced, Begun, Draft, Given, Ordered, UploadRow, draft_of, measure};
use crate::domain::bulletin::Facts;
use crate::domain::upload::{UPLOADERS, UploadState};
use crate::web::pages::{FactsForm, FieldError, Tab, UploadDesk, UploadPage, UploadsPage};
use crate::web::session::{Posted, Signed};

/// Fields around the files of a form are no longer than this, bytes; told apart from the files only to judge a quota
/// before the first byte.
const AROUND_FILES: u64 = 1_000_000;

/// `GET /tai-len`
pub async fn list(me: Signed) -> Response {
    let result = list_with(&me, StatusCode::OK, None).await;
    me.answer(result)
}

/// What is coming in, with the form: empty, or as it was typed.
pub async fn desk_of(me: &Signed, form: Option<FactsForm>) -> Result<UploadDesk, Failed> {
    let center = &me.visit.web.center;
    let rows = center.uploads_of(&me.person.name).await?;
    let form = FactsForm { later: true, ..form.unwrap_or_else(FactsForm::usual) };
    Ok(UploadDesk {
        uploads: rows.iter().map(|row| view(me.words(), center, row)).collect(),
        form,
        limit_bytes: center.largest_upload().await?,
    })
}

async fn list_with(me: &Signed, status: StatusCode, form: Option<FactsForm>) -> Result<Response, Failed> {
    only(me, &UPLOADERS)?;
    if form.is_some() && only(me, &READERS).is_ok() {
        return bulletins::list_with(me, status, Some(desk_of(me, form).await?)).await;
    }
    let page = UploadsPage { frame: me.frame(Tab::Uploads), desk: desk_of(me, form).await? };
    Ok(me.visit.page(status, page.render()))
}

/// `POST /tai-len`, and `POST /ban-tin` as it was
pub async fn create(me: Signed, headers: HeaderMap, form: Multipart) -> Response {
    let result = try_create(&me, &headers, form).await;
    me.answer(result)
}

async fn try_create(me: &Signed, headers: &HeaderMap, mut form: Multipart) -> Result<Response, Failed> {
    only(me, &UPLOADERS)?;
    has_room(me, headers, &mut form).await?;
    let sent = Sent::read(me, form).await?;
    let again = |status, errors| {
        let form = FactsForm { errors, ..FactsForm::usual().with(&sent.typed) };
        list_with(me, status, Some(form))
    };
    if sent.files.is_empty() {
        let error = FieldError { field: "file".into(), text: me.words().t("error-file") };
        return again(StatusCode::UNPROCESSABLE_ENTITY, vec![error]).await;
    }
    let typed = kept(&sent.typed);
    let mut draft = Draft { typed: typed.clone(), ..Draft::default() };
    // Facts are of one file: of several, each keeps them as they were typed, to be gone through.
    if sent.files.len() == 1 && any_given(&typed) {
        draft.wish = judge(me, &Desk::open(me).await?, &typed, None).await?.ok();
    }
    let mut taken = Vec::new();
    for file in &sent.files {
        match take(me, file, sent.typed.contains_key("trim")).await? {
            Ok(row) => {
                if any_given(&typed) {
                    me.visit.web.center.give_facts(&row.id, &draft).await?;
                }
                taken.push(row);
            }
            Err((status, text)) => {
                // Those taken before stay and are listed.
                let text = format!("{}: {text}", file.name);
                return again(status, vec![FieldError { field: "file".into(), text }]).await;
            }
        }
    }
    Ok(match taken.as_slice() {
        [row] if any_given(&typed) && draft.wish.is_none() => {
            me.visit.redirect(&format!("/tai-len/{}?dien=1", row.id), None)
        }
        [row] => me.visit.redirect(&format!("/tai-len/{}", row.id), None),
        rows => me.visit.redirect("/tai-len", Some(("upload-files", rows.len() as u64))),
    })
}

/// Judges the quota by the form's length, before a byte of it is taken.
pub async fn has_room(me: &Signed, headers: &HeaderMap, form: &mut Multipart) -> Result<(), Failed> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let bytes = length.unwrap_or(0).saturating_sub(AROUND_FILES);
    match me.visit.web.center.over_quota(&me.person.grants, bytes).await? {
        None => Ok(()),
        Some(refused) => {
            read_on(me, form).await;
            let (status, _, text) = not_taken(me.words(), &refused);
            Err(Failed::Bad(status, Some(text)))
        }
    }
}

/// Makes a form's file an upload; the inner error is for the reader.
pub async fn take(me: &Signed, file: &SentFile, trim: bool) -> Result<Result<UploadRow, (StatusCode, String)>, Failed> {
    let (bytes, head) = measure(&file.path).await?;
    let announced = Announced { file_name: file.name.clone(), bytes, head, trim };
    let center = &me.visit.web.center;
    Ok(match center.take_upload(&me.person.name, &me.person.grants, &announced, &file.path).await? {
        Begun::New(row) | Begun::Known(row) => Ok(*row),
        Begun::Refused(refused) => {
            let (status, _, text) = not_taken(me.words(), &refused);
            Err((status, text))
        }
    })
}

/// `?dien=1`: the form is wanted while the upload moves on.
#[derive(Default, Deserialize)]
pub struct Wanted {
    dien: Option<String>,
}

/// `GET /tai-len/{id}`
pub async fn show(me: Signed, Path(id): Path<String>, Query(wanted): Query<Wanted>) -> Response {
    let result = try_show(&me, &id, wanted.dien.is_some()).await;
    me.answer(result)
}

/// The reader's own upload; somebody else's is none.
async fn own(me: &Signed, id: &str) -> Result<UploadRow, Failed> {
    only(me, &UPLOADERS)?;
    let row = me.visit.web.center.upload(id).await?;
    if row.by == me.person.name { Ok(row) } else { Err(Failed::NotFound) }
}

async fn try_show(me: &Signed, id: &str, wanted: bool) -> Result<Response, Failed> {
    let row = own(me, id).await?;
    if let Some((code, version)) = &row.made
        && only(me, &READERS).is_ok()
    {
        return Ok(me.visit.redirect(&format!("/ban-tin/{code}?version={version}"), None));
    }
    let draft = draft_of(&row);
    let asks = draft.wish.is_none() && row.state.is_open();
    let form = if asks && (wanted || !row.state.is_moving()) {
        let mut form = form_of(me, &draft.typed).await?;
        if any_given(&draft.typed) {
            let of = replaced(me, &draft.typed).await?;
            let judged = judge(me, &Desk::open(me).await?, &draft.typed, of.as_ref()).await?;
            form.errors = judged.err().unwrap_or_default();
        }
        Some(form)
    } else {
        None
    };
    page(me, StatusCode::OK, &row, form)
}

fn page(me: &Signed, status: StatusCode, row: &UploadRow, form: Option<FactsForm>) -> Result<Response, Failed> {
    let page = UploadPage {
        frame: me.frame(Tab::Uploads),
        upload: view(me.words(), &me.visit.web.center, row),
        findings: findings(row),
        refreshes: form.is_none() && row.state.is_moving(),
        form,
    };
    Ok(me.visit.page(status, page.render()))
}

/// The form with what was typed, over the present facts if it is a new version.
async fn form_of(me: &Signed, typed: &BTreeMap<String, String>) -> Result<FactsForm, Failed> {
    let of = replaced(me, typed).await?;
    let under = of.as_ref().map(super::facts::as_typed).unwrap_or_default();
    let form = FactsForm::usual().with(&under).with(typed);
    Ok(FactsForm { of: of.map(|facts| facts.code.to_string()), ..form })
}

/// Facts of the bulletin that it is to be a new version of, if it is and the reader may.
pub async fn replaced(me: &Signed, typed: &BTreeMap<String, String>) -> Result<Option<Facts>, Failed> {
    let Some(code) = typed.get("replaces").filter(|code| !code.is_empty()) else { return Ok(None) };
    let code = code.parse().map_err(|_| Failed::NotFound)?;
    let facts = me.visit.web.center.bulletin(&code).await?.facts;
    if !may_make(&Desk::open(me).await?, me, &facts) {
        return Err(Failed::Forbidden);
    }
    Ok(Some(facts))
}

/// `POST /tai-len/{id}`
pub async fn give(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_give(&form, &id).await)
}

async fn try_give(form: &Posted, id: &str) -> Result<Response, Failed> {
    let me = &form.me;
    let row = own(me, id).await?;
    let typed = kept(&form.typed());
    let of = replaced(me, &typed).await?;
    let judged = judge(me, &Desk::open(me).await?, &typed, of.as_ref()).await?;
    let (wish, errors) = match judged {
        Ok(wish) => (Some(wish), Vec::new()),
        Err(errors) => (None, errors),
    };
    let given = me.visit.web.center.give_facts(id, &Draft { typed: typed.clone(), wish, ..Draft::default() }).await?;
    if !errors.is_empty() && given == Given::Waits {
        let form = FactsForm { errors, ..form_of(me, &typed).await? };
        return page(me, StatusCode::UNPROCESSABLE_ENTITY, &row, Some(form));
    }
    Ok(lead_on(me, id, &given))
}

/// Leads on to what came of given facts.
fn lead_on(me: &Signed, id: &str, given: &Given) -> Response {
    let here = format!("/tai-len/{id}");
    match given {
        Given::Waits => me.visit.redirect(&here, Some(("facts-saved", 0))),
        Given::CodeTaken => me.visit.redirect(&here, Some(("code-taken", 0))),
        Given::Ended => me.visit.redirect(&here, Some(("upload-ended", 0))),
        Given::Used { code, version, new, order } => {
            let to = format!("/ban-tin/{code}?version={version}");
            let to = if only(me, &READERS).is_ok() { to.as_str() } else { "/tai-len" };
            me.visit.redirect(to, Some((made_word(*new, order), 0)))
        }
    }
}

/// What is said of a version that was just made.
pub fn made_word(new: bool, order: &Ordered) -> &'static str {
    match order {
        _ if !new => "unchanged",
        Ordered::None => "uploaded",
        Ordered::Made => "uploaded-order",
        Ordered::Warned => "uploaded-order-warn",
        Ordered::Refused(_) => "uploaded-order-refused",
    }
}

/// `POST /tai-len/{id}/huy`
pub async fn cancel(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_cancel(&form.me, &id).await)
}

async fn try_cancel(me: &Signed, id: &str) -> Result<Response, Failed> {
    own(me, id).await?;
    let ended = me.visit.web.center.cancel_upload(id).await?;
    let to = if only(me, &READERS).is_ok() { "/ban-tin" } else { "/tai-len" };
    Ok(me.visit.redirect(to, Some((if ended { "upload-cancelled" } else { "upload-ended" }, 0))))
}

/// `POST /tai-len/{id}/thu-lai`
pub async fn retry(Path(id): Path<String>, form: Posted) -> Response {
    form.me.answer(try_retry(&form.me, &id).await)
}

async fn try_retry(me: &Signed, id: &str) -> Result<Response, Failed> {
    let row = own(me, id).await?;
    let queued = row.state == UploadState::Failed && me.visit.web.center.retry_upload(id).await?;
    let word = if queued { "upload-retried" } else { "upload-ended" };
    Ok(me.visit.redirect(&format!("/tai-len/{id}"), Some((word, 0))))
}

//! A new version of a bulletin: other facts, another audio, or both.

use std::collections::BTreeMap;

use axum::extract::{Multipart, Path};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::Failed;
use super::desk::Desk;
use super::facts::{as_typed, judge, kept, may_make};
use super::multipart::Sent;
use super::upload::{has_room, take};
use super::upload_words::view;
use crate::center::bulletins::VersionRow;
use crate::center::taking::Taken;
use crate::center::uploads::{Draft, draft_of};
use crate::domain::ids::BulletinCode;
use crate::web::pages::{FactsForm, FieldError, Tab, VersionPage};
use crate::web::session::Signed;

/// `GET /ban-tin/{code}/phien-ban`
pub async fn form(me: Signed, Path(code): Path<String>) -> Response {
    let result = try_form(&me, &code).await;
    me.answer(result)
}

async fn try_form(me: &Signed, code: &str) -> Result<Response, Failed> {
    let (_, newest) = newest(me, code).await?;
    show(me, StatusCode::OK, &newest, &BTreeMap::new(), Vec::new()).await
}

/// The bulletin's newest version, if the reader may make another.
pub async fn newest(me: &Signed, code: &str) -> Result<(Desk, VersionRow), Failed> {
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let newest = me.visit.web.center.bulletin(&code).await?;
    let desk = Desk::open(me).await?;
    if may_make(&desk, me, &newest.facts) { Ok((desk, newest)) } else { Err(Failed::Forbidden) }
}

async fn show(
    me: &Signed,
    status: StatusCode,
    newest: &VersionRow,
    typed: &BTreeMap<String, String>,
    errors: Vec<FieldError>,
) -> Result<Response, Failed> {
    let center = &me.visit.web.center;
    let code = newest.facts.code.to_string();
    let form = FactsForm::usual().with(&as_typed(&newest.facts)).with(typed);
    let rows = center.uploads_of(&me.person.name).await?;
    let of_it = |draft: &Draft| draft.typed.get("replaces").is_some_and(|replaced| *replaced == code);
    let uploads = rows.iter().filter(|row| of_it(&draft_of(row))).map(|row| view(me.words(), center, row)).collect();
    let page = VersionPage {
        frame: me.frame(Tab::Bulletins),
        code: code.clone(),
        version: newest.version,
        form: FactsForm { errors, of: Some(code), ..form },
        uploads,
        limit_bytes: center.largest_upload().await?,
    };
    Ok(me.visit.page(status, page.render()))
}

/// `POST /ban-tin/{code}/phien-ban`
pub async fn make(me: Signed, Path(code): Path<String>, headers: HeaderMap, form: Multipart) -> Response {
    let result = try_make(&me, &code, &headers, form).await;
    me.answer(result)
}

async fn try_make(me: &Signed, code: &str, headers: &HeaderMap, mut form: Multipart) -> Result<Response, Failed> {
    let (desk, newest) = newest(me, code).await?;
    has_room(me, headers, &mut form).await?;
    let sent = Sent::read(me, form).await?;
    let code = &newest.facts.code;
    let mut typed = kept(&sent.typed);
    // The small form of a bulletin's page sends its file and the version it was opened at.
    typed.remove("version");
    typed.insert("replaces".into(), code.to_string());
    let again = |status, errors| show(me, status, &newest, &sent.typed, errors);
    let wish = match judge(me, &desk, &typed, Some(&newest.facts)).await? {
        Ok(wish) => wish,
        // The file is not lost: it waits as an upload with the facts as they were typed.
        Err(errors) if sent.files.is_empty() => return again(StatusCode::UNPROCESSABLE_ENTITY, errors).await,
        Err(_) => return keep_for_later(me, &sent, typed).await,
    };
    let back = format!("/ban-tin/{code}");
    let Some(file) = sent.files.first() else {
        if !sent.typed.contains_key("facts") {
            return Ok(me.visit.redirect(&back, Some(("no-file", 0))));
        }
        let taken = me.visit.web.center.change_facts(&wish.facts, &newest, &me.person.name).await?;
        let word = if taken == Taken::Unchanged { "unchanged" } else { "uploaded" };
        return Ok(me.visit.redirect(&back, Some((word, 0))));
    };
    match take(me, file, sent.typed.contains_key("trim")).await? {
        Ok(row) => {
            me.visit.web.center.give_facts(&row.id, &Draft { typed, wish: Some(wish), ..Draft::default() }).await?;
            Ok(me.visit.redirect(&format!("/tai-len/{}", row.id), None))
        }
        Err((status, text)) => again(status, vec![FieldError { field: "file".into(), text }]).await,
    }
}

async fn keep_for_later(me: &Signed, sent: &Sent, typed: BTreeMap<String, String>) -> Result<Response, Failed> {
    let Some(file) = sent.files.first() else { return Err(Failed::NotFound) };
    match take(me, file, sent.typed.contains_key("trim")).await? {
        Ok(row) => {
            me.visit.web.center.give_facts(&row.id, &Draft { typed, ..Draft::default() }).await?;
            Ok(me.visit.redirect(&format!("/tai-len/{}?dien=1", row.id), None))
        }
        Err((status, text)) => Err(Failed::Bad(status, Some(text))),
    }
}

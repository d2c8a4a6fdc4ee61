//! What waits for an approver, and what was decided lately.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::Failed;
use super::bulletins::warnings;
use super::desk::{Desk, name_of, names, only};
use crate::center::bulletins::VersionRow;
use crate::domain::access::Role;
use crate::domain::bulletin::State;
use crate::web::pages::{DecidedRow, QueuePage, QueueRow, Tab};
use crate::web::session::Signed;

/// Decisions shown.
const DECIDED: usize = 20;

/// `GET /duyet`
pub async fn queue(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &[Role::Approver])?;
    let desk = Desk::open(me).await?;
    let names = names(me).await?;
    let (mut waiting, mut decided) = (Vec::new(), Vec::new());
    for row in me.visit.web.center.bulletin_versions(None).await? {
        if !desk.may_target(me, Role::Approver, &row.facts.target) {
            continue;
        }
        let (code, title) = (row.facts.code.to_string(), row.facts.title.clone());
        let waits = |row: &VersionRow, at: DateTime<Utc>| QueueRow {
            code: row.facts.code.to_string(),
            title: row.facts.title.clone(),
            version: row.version,
            duration_ms: row.sound.duration_ms,
            priority: row.facts.priority,
            author: name_of(&names, &row.author),
            submitted_at: desk.local(at),
            warnings: warnings(row),
            own: row.author == me.person.name,
        };
        let Some(last) = row.steps.last().map(|last| &last.step) else { continue };
        match last.to {
            // The first of two approvers has decided; for the others it waits.
            State::Endorsed if last.by != me.person.name => waiting.push(waits(&row, last.at)),
            State::Submitted => waiting.push(waits(&row, last.at)),
            State::Endorsed | State::Approved | State::Returned | State::Withdrawn => decided.push(DecidedRow {
                code,
                title,
                state: last.to,
                by: name_of(&names, &last.by),
                at: desk.local(last.at),
                reason: last.reason.clone(),
            }),
            State::Draft => {}
        }
    }
    waiting.sort_by_key(|row| row.submitted_at);
    decided.sort_by_key(|row| std::cmp::Reverse(row.at));
    decided.truncate(DECIDED);
    let page = QueuePage { frame: me.frame(Tab::Queue), waiting, decided };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

//! What waits for an approver, and what was decided lately.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;

use super::Failed;
use super::bulletins::warnings;
use super::desk::{Desk, name_of, names, only};
use crate::center::bulletins::VersionRow;
use crate::domain::access::Role;
use crate::domain::bulletin::{Origin, State, has_expired};
use crate::web::pages::{DecidedRow, QueueColumn, QueuePage, QueueRow, Tab};
use crate::web::session::Signed;

/// Decisions shown.
const DECIDED: usize = 8;

/// `GET /duyet`
pub async fn queue(me: Signed) -> Response {
    let result = show(&me).await;
    me.answer(result)
}

async fn show(me: &Signed) -> Result<Response, Failed> {
    only(me, &[Role::Approver])?;
    let desk = Desk::open(me).await?;
    let names = names(me).await?;
    let all = me.visit.web.center.bulletin_versions(None).await?;
    let held = super::held_days::count(me).await?;
    let page = QueuePage { frame: me.frame(Tab::Queue), queue: column(me, &desk, &names, &all, None), held };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

/// What waits for the reader and what was decided where they decide; `shown` is the version on the page.
pub fn column(
    me: &Signed,
    desk: &Desk,
    names: &BTreeMap<String, String>,
    all: &[VersionRow],
    shown: Option<&VersionRow>,
) -> QueueColumn {
    let (mut waiting, mut decided) = (Vec::new(), Vec::new());
    for row in all.iter().filter(|row| desk.may_target(me, Role::Approver, &row.facts.target)) {
        let (code, title) = (row.facts.code.to_string(), row.facts.title.clone());
        let Some(last) = row.steps.last().map(|last| &last.step) else { continue };
        let current = shown.is_some_and(|one| one.facts.code == row.facts.code && one.version == row.version);
        // The first of two approvers has decided; for the others it waits.
        let second = last.to == State::Endorsed && last.by != me.person.name;
        let submission = row.steps.iter().rev().map(|one| &one.step).find(|step| step.to == State::Submitted);
        let submission = submission.unwrap_or(last);
        match last.to {
            State::Endorsed | State::Submitted if second || last.to == State::Submitted => waiting.push(QueueRow {
                code,
                title,
                version: row.version,
                duration_ms: row.sound.duration_ms,
                priority: row.facts.priority,
                submitted_by: name_of(names, &submission.by),
                submitted_at: desk.local(submission.at),
                warnings: warnings(row),
                own: row.author == me.person.name,
                commune: row.facts.origin == Origin::Commune,
                second,
                current,
            }),
            State::Submitted | State::Endorsed | State::Approved | State::Returned | State::Withdrawn => {
                decided.push(DecidedRow {
                    code,
                    title,
                    version: row.version,
                    state: last.to,
                    expired: has_expired(last.to, &row.facts, desk.today),
                    by: name_of(names, &last.by),
                    at: desk.local(last.at),
                    reason: last.reason.clone(),
                });
            }
            State::Draft => {}
        }
    }
    waiting.sort_by_key(|row| row.submitted_at);
    decided.sort_by_key(|row| std::cmp::Reverse(row.at));
    decided.truncate(DECIDED);
    QueueColumn { waiting, decided }
}

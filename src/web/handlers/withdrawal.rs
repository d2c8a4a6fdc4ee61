//! After a withdrawal: whom it concerns.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, READERS, full_name, name_of, names, only};
use crate::center::withdrawal::Concerned;
use crate::domain::bulletin::State;
use crate::domain::ids::BulletinCode;
use crate::domain::station::StationKind;
use crate::web::pages::{ConcernedView, Tab, WithdrawalPage};
use crate::web::session::Signed;

/// `?version=`
#[derive(Default, Deserialize)]
pub struct Shown {
    #[serde(default)]
    version: String,
}

/// `GET /ban-tin/{code}/thu-hoi`
pub async fn page(me: Signed, Path(code): Path<String>, Query(shown): Query<Shown>) -> Response {
    let result = show(&me, &code, &shown.version).await;
    me.answer(result)
}

async fn show(me: &Signed, code: &str, version: &str) -> Result<Response, Failed> {
    only(me, &READERS)?;
    let center = &me.visit.web.center;
    let code: BulletinCode = code.parse().map_err(|_| Failed::NotFound)?;
    let version: u32 = version.parse().map_err(|_| Failed::NotFound)?;
    let row = center.bulletin_version(&code, version).await?;
    let step = row.steps.last().map(|taken| &taken.step).filter(|step| step.to == State::Withdrawn);
    let step = step.ok_or(Failed::NotFound)?;
    let desk = Desk::open(me).await?;
    let names = names(me).await?;
    let (mut manual, mut waiting, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for one in center.concerned(&code, version).await? {
        let list = match (one.station.kind, one.delivered) {
            (StationKind::Manual, _) => &mut manual,
            (StationKind::Connected, false) => &mut waiting,
            (StationKind::Connected, true) => &mut told,
        };
        list.extend(view(&desk, &one));
    }
    // Whoever would air it first is told first.
    for list in [&mut manual, &mut waiting, &mut told] {
        list.sort_by(|a, b| (a.first, &a.station).cmp(&(b.first, &b.station)));
    }
    let page = WithdrawalPage {
        frame: me.frame(Tab::Bulletins),
        code: code.to_string(),
        title: row.facts.title.clone(),
        version,
        at: desk.local(step.at),
        by: name_of(&names, &step.by),
        reason: step.reason.clone().unwrap_or_default(),
        manual,
        waiting,
        told,
    };
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

fn view(desk: &Desk, one: &Concerned) -> Option<ConcernedView> {
    let first = *one.starts.first()?;
    let chain = one.station.area_on(desk.today).map(|area| desk.areas().chain(area, desk.today)).unwrap_or_default();
    Some(ConcernedView {
        station: one.station.name.clone(),
        area: chain.iter().take(2).map(|unit| full_name(unit)).collect::<Vec<_>>().join(", "),
        first: desk.local(first),
        airings: one.starts.len() as u64,
        connected: one.connected,
        last_seen: one.last_seen_at.map(|at| desk.local(at)),
        operators: one.operators.join(", "),
    })
}

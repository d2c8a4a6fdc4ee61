//! Why a bulletin airs at a station on a day, or does not: the same answer for operator, approver and command line.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::Failed;
use super::desk::{Desk, READERS};
use super::station_day::Asked;
use crate::domain::access::Role;
use crate::domain::bulletin::Approved;
use crate::domain::calendar::DayKind;
use crate::domain::ids::BulletinCode;
use crate::domain::planner::explain::{Answer, OrderAnswer};
use crate::domain::problem::Problem;
use crate::domain::slot::{Alteration, AlteredSlot};
use crate::web::pages::{Choice, Tab, WhyOrder, WhyPage, WhySlot, Words};
use crate::web::session::Signed;

/// `?bulletin=`
#[derive(Debug, Default, Deserialize)]
pub struct About {
    bulletin: Option<String>,
}

/// `GET /vi-sao?station=&date=&bulletin=`
pub async fn why(me: Signed, Query(asked): Query<Asked>, Query(about): Query<About>) -> Response {
    let result = show(&me, &asked, &about).await;
    me.answer(result)
}

async fn show(me: &Signed, asked: &Asked, about: &About) -> Result<Response, Failed> {
    let desk = Desk::open(me).await?;
    let (station, date) = asked.of(me, &desk)?;
    let center = &me.visit.web.center;
    let mut approved = center.province().await?.bulletins;
    approved.sort_by(|a, b| (&a.title, &a.code).cmp(&(&b.title, &b.code)));
    let code: Option<BulletinCode> = match about.bulletin.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => Some(code.parse().map_err(|_| Failed::NotFound)?),
        None => approved.first().map(|one| one.code.clone()),
    };
    let known = |code: &BulletinCode| approved.iter().any(|one| one.code == *code);
    // Of what is not approved only those hear who read the desk's bulletins anyway.
    if code.as_ref().is_some_and(|code| !known(code)) && !READERS.iter().any(|role| me.person.is(*role)) {
        return Err(Failed::NotFound);
    }
    let words = me.words();
    let operates = desk.may_at(me, &[Role::Operator], station, desk.today);
    let mut page = WhyPage {
        frame: me.frame(if operates { Tab::Today } else { Tab::Stations }),
        station: station.id.to_string(),
        station_name: station.name.clone(),
        date,
        bulletins: choices(&approved, code.as_ref()),
        bulletin: code.as_ref().map(ToString::to_string),
        orders: Vec::new(),
        left_out: Vec::new(),
        altered: Vec::new(),
        refused: Vec::new(),
    };
    if let Some(code) = &code {
        let why = center.why(&station.id, date, code).await?;
        page.orders = why.orders.iter().map(|order| order_view(words, &desk, order)).collect();
        page.left_out = why.left_out.iter().map(|problem| left_out(words, problem)).collect();
        page.altered = why.altered.iter().map(|slot| altered(words, &desk, slot)).collect();
        page.refused = why.refused_slots.iter().map(|problem| refused(words, problem)).collect();
    }
    Ok(me.visit.page(StatusCode::OK, page.render()))
}

fn choices(approved: &[Approved], code: Option<&BulletinCode>) -> Vec<Choice> {
    let choice = |one: &Approved| Choice {
        value: one.code.to_string(),
        label: format!("{} ({})", one.title, one.code),
        selected: code == Some(&one.code),
    };
    let mut choices: Vec<Choice> = approved.iter().map(choice).collect();
    if let Some(code) = code.filter(|code| approved.iter().all(|one| one.code != **code)) {
        choices.insert(0, Choice { value: code.to_string(), label: code.to_string(), selected: true });
    }
    choices
}

fn order_view(words: Words, desk: &Desk, order: &OrderAnswer) -> WhyOrder {
    let key = if order.weekly { "why-order-week" } else { "why-order-day" };
    let heading =
        words.t3(key, ("order", &order.order), ("had", words.n(order.had)), ("wanted", words.n(order.wanted)));
    let slot = |slot: &crate::domain::planner::explain::SlotAnswer| {
        let (answer, help) = slot_answer(words, desk, &slot.answer);
        WhySlot {
            at: desk.local(slot.start),
            answer,
            remedy: help.map(|key| words.t(key)).unwrap_or_default(),
            airs: matches!(slot.answer, Answer::Airs(_)),
        }
    };
    WhyOrder { heading, whole: order.had >= order.wanted, slots: order.slots.iter().map(slot).collect() }
}

/// What of an order is in a slot, or why nothing; and the key of what would help.
pub fn slot_answer(words: Words, desk: &Desk, answer: &Answer) -> (String, Option<&'static str>) {
    match answer {
        Answer::Airs(start) => (words.t1("why-airs", "at", words.time(desk.local(*start))), None),
        Answer::Declined => (words.t("why-declined"), Some("why-declined-help")),
        Answer::OtherDaypart => (words.t("why-other-daypart"), Some("why-other-daypart-help")),
        Answer::OtherTopic => (words.t("rules-other-topic"), Some("rules-other-topic-help")),
        Answer::TooShort { needs_ms, has_ms } => {
            let text = words.t2("why-too-short", "has", words.length(*has_ms), "needs", words.length(*needs_ms));
            (text, Some("why-too-short-help"))
        }
        Answer::Enough => (words.t("why-enough"), Some("why-enough-help")),
        Answer::Past => (words.t("why-past"), Some("why-past-help")),
        Answer::TooNear(other) => {
            let other = desk.local(*other);
            let text = words.t2("why-too-near", "at", words.time(other), "date", words.date(other.date()));
            (text, Some("why-too-near-help"))
        }
        Answer::RepeatsTooSoon(other) => {
            let other = desk.local(*other);
            let text = words.t2("why-too-near", "at", words.time(other), "date", words.date(other.date()));
            (text, Some("rules-repeat-help"))
        }
        Answer::Full { by, left_ms } => {
            let text = words.t2("why-full", "left", words.length(*left_ms), "by", by.join("; "));
            (text, Some("why-full-help"))
        }
        Answer::DayFull => (words.t("why-day-full"), Some("why-day-full-help")),
    }
}

fn left_out(words: Words, problem: &Problem) -> String {
    let key = match problem.code {
        "not-approved" => "why-left-not-approved",
        "outside-dates" => "why-left-outside-dates",
        "outside-target" => "why-left-outside-target",
        "stopped" => "why-left-stopped",
        "urgent" => "why-left-urgent",
        _ => return words.t2("why-left-other", "order", &problem.subject, "sentence", &problem.sentence),
    };
    words.t1(key, "order", &problem.subject)
}

fn altered(words: Words, desk: &Desk, slot: &AlteredSlot) -> String {
    let at = words.time(desk.local(slot.original_start));
    let what = match slot.how {
        Alteration::Cancelled => words.t("rules-slot-cancelled"),
        Alteration::Silent => words.t("rules-slot-silent"),
        Alteration::Resting(DayKind::Mourning) => words.t("rules-slot-mourning"),
        Alteration::Resting(DayKind::Tet) => words.t("rules-slot-tet"),
        Alteration::Resting(_) => words.t("rules-slot-holiday"),
        Alteration::Moved { start, end } => {
            let (start, end) = (words.time(desk.local(start)), words.time(desk.local(end)));
            words.t2("rules-slot-moved", "start", start, "end", end)
        }
    };
    format!(
        "{} {}. {}",
        words.t2("rules-slot-of", "at", at, "rule", &slot.name),
        what,
        words.t1("rules-reason", "reason", &slot.reason)
    )
}

fn refused(words: Words, problem: &Problem) -> String {
    let key = match problem.code {
        "guard-before" => "why-slot-guard-before",
        "guard-after" => "why-slot-guard-after",
        "overlap" => "why-slot-overlap",
        "day-cap" => "rules-slot-day-cap",
        "session-cap" => "why-slot-session-cap",
        "no-guard" => "why-slot-no-guard",
        _ => return words.t2("why-slot-other", "rule", &problem.subject, "sentence", &problem.sentence),
    };
    words.t1(key, "rule", &problem.subject)
}

//! What operators say: each form is read and judged whole, kept whole or not at all, and leads back to the day.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};

use serde::Serialize;

use super::Failed;
use super::desk::Desk;
use crate::center::Center;
use crate::center::confirmations::Word;
use crate::domain::access::Role;
use crate::domain::as_run::{Cause, Evidence, Record, Said};
use crate::domain::ids::{AiringId, StationId};
use crate::domain::reconcile::{Line, Outcome, StationDay};
use crate::domain::rundown::Item;
use crate::web::flash;
use crate::web::pages::{Flash, FlashKind};
use crate::web::session::Posted;

/// Longest note, characters.
const LONGEST_NOTE: usize = 500;
/// Somebody who says it began later than this mistook the item, hours.
const LATEST_BEGIN_HOURS: i64 = 12;

/// The day a form is about.
struct Spoken<'a> {
    form: &'a Posted,
    desk: Desk,
    station: StationId,
    date: NaiveDate,
    day: StationDay,
}

/// What leads back: a flash, or a page instead.
type Judged = Result<(&'static str, u64), Refusal>;

/// Why nothing was kept.
enum Refusal {
    /// A flash's word.
    Flash(&'static str),
    /// Worse.
    Failed(Failed),
}

impl<E: Into<Failed>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

const fn told(word: &'static str) -> Refusal {
    Refusal::Flash(word)
}

/// `POST /hom-nay/xac-nhan`
pub async fn confirm(form: Posted) -> Response {
    speak(&form, async |spoken| {
        let line = spoken.line(form.field("airing"))?;
        let word = one_word(spoken, line)?;
        spoken.told_in_time(line, &word.said)?;
        spoken.keep(&[word], "confirmed").await
    })
    .await
}

/// `POST /hom-nay/ca-buoi`
pub async fn confirm_daypart(form: Posted) -> Response {
    speak(&form, async |spoken| {
        let mut words = Vec::new();
        for airing in form.all("airing") {
            let line = spoken.line(airing)?;
            let said = Said::AiredInFull { began_at: None };
            spoken.told_in_time(line, &said)?;
            words.push(Word { airing: line.counted.airing, said, cause: None, note: None });
        }
        if words.is_empty() {
            return Err(told("stale"));
        }
        spoken.keep(&words, "confirmed").await
    })
    .await
}

/// `POST /hom-nay/mat-dien`
pub async fn power_cut(form: Posted) -> Response {
    speak(&form, async |spoken| {
        let at = |field| {
            let time = clock(form.field(field)).ok_or(told("bad-span"))?;
            spoken.moment(spoken.date, time).ok_or(told("bad-span"))
        };
        let (from, to) = (at("from")?, at("to")?);
        if to <= from || from > spoken.desk.now {
            return Err(told("bad-span"));
        }
        let note = note(form.field("note"))?;
        let open = |line: &&Line| line.outcome == Outcome::Unreported && line.counted.item.end() <= spoken.desk.now;
        let items: Vec<Item> = spoken.day.lines.iter().filter(open).map(|line| line.counted.item.clone()).collect();
        let mut words = Center::power_cut_words(&items, from, to);
        for word in &mut words {
            word.note.clone_from(&note);
        }
        if words.is_empty() {
            let again = spoken.form.me.visit.for_script && spoken.told_of_a_cut();
            return Err(told(if again { "confirmed-before" } else { "power-cut-none" }));
        }
        spoken.keep(&words, "power-cut").await
    })
    .await
}

/// `POST /hom-nay/hoan-tac`
pub async fn undo(form: Posted) -> Response {
    speak(&form, async |spoken| {
        let line = spoken.line(form.field("airing"))?;
        spoken.told_in_time(line, &Said::Undone)?;
        let word = Word { airing: line.counted.airing, said: Said::Undone, cause: None, note: None };
        spoken.keep(&[word], "undone").await
    })
    .await
}

async fn speak(form: &Posted, judge: impl AsyncFnOnce(&Spoken<'_>) -> Judged) -> Response {
    let spoken = match Spoken::read(form).await {
        Ok(spoken) => spoken,
        Err(failed) => return refuse(form, failed),
    };
    let said = match judge(&spoken).await {
        Ok(said) => said,
        Err(Refusal::Flash(word)) => (word, 0),
        Err(Refusal::Failed(failed)) => return refuse(form, failed),
    };
    if form.me.visit.for_script {
        let told = flash::read(form.me.words(), &format!("{}.{}", said.0, said.1));
        return Json(told.map_or_else(Told::default, Told::of)).into_response();
    }
    let back = format!("/hom-nay?station={}&date={}", spoken.station, spoken.date);
    form.me.visit.redirect(&back, Some(said))
}

/// What a script is answered: it shows the sentence, and does not send the word again.
#[derive(Default, Serialize)]
struct Told {
    /// `done`, `note` or `refused`.
    kind: &'static str,
    /// The sentence, in the reader's language.
    text: String,
}

impl Told {
    fn of(flash: Flash) -> Self {
        let kind = match flash.kind {
            FlashKind::Done => "done",
            FlashKind::Note => "note",
            FlashKind::Refused => "refused",
        };
        Self { kind, text: flash.text }
    }
}

/// Why nothing was kept: on a page, or to a script as a sentence. What is our fault is no answer: the script asks again.
fn refuse(form: &Posted, failed: Failed) -> Response {
    let me = &form.me;
    if !me.visit.for_script {
        return me.answer(Err(failed));
    }
    let (status, text) = failed.status_and_text(me.words());
    let general = || me.words().t(if status == StatusCode::FORBIDDEN { "message-403" } else { "message-other" });
    let text = text.unwrap_or_else(general);
    (status, Json(Told { kind: "refused", text })).into_response()
}

impl<'a> Spoken<'a> {
    /// Only operators of that station on that day may speak.
    async fn read(form: &'a Posted) -> Result<Self, Failed> {
        let desk = Desk::open(&form.me).await?;
        let station: StationId = form.field("station").parse().map_err(|_| Failed::NotFound)?;
        let date: NaiveDate = form.field("date").parse().map_err(|_| Failed::NotFound)?;
        let facts = desk.schedules.stations.iter().find(|one| one.id == station).ok_or(Failed::NotFound)?;
        if !desk.may_at(&form.me, &[Role::Operator], facts, date) {
            return Err(Failed::Forbidden);
        }
        let day = form.me.visit.web.center.station_day(&station, date, desk.now).await?;
        Ok(Self { form, desk, station, date, day })
    }

    /// The airing of that day, of the plan or by an order.
    fn line(&self, airing: &str) -> Result<&Line, Refusal> {
        let airing: AiringId = airing.parse().map_err(|_| told("stale"))?;
        self.day.line(airing).ok_or(told("stale"))
    }

    /// Refuses what cannot be known yet.
    fn told_in_time(&self, line: &Line, said: &Said) -> Result<(), Refusal> {
        match line.may_be_told(said, self.desk.now) {
            true => Ok(()),
            false if line.is_urgent() => Err(told("urgent-not-ended")),
            false => Err(told("not-ended")),
        }
    }

    /// A local time of day as a moment.
    fn moment(&self, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let zone = self.desk.schedules.grid.zone;
        zone.from_local_datetime(&date.and_time(time)).earliest().map(|at| at.with_timezone(&Utc))
    }

    /// Whether somebody else spoke of an airing after the page was made on which the reader spoke, where the form tells
    /// (a script's does): what waited for a link must not talk over those who saw more.
    fn others_spoke_since(&self, airing: AiringId) -> bool {
        let Ok(seen) = self.form.field("seen").parse::<i64>() else { return false };
        let newer = |record: &Record| {
            record.serial > seen && record.evidence == Evidence::Declared && record.by != self.form.me.person.name
        };
        self.day.line(airing).is_some_and(|line| line.records.iter().any(newer))
    }

    /// Whether the reader has told of a power cut on this day: the same words sent again find nothing left to tell.
    fn told_of_a_cut(&self) -> bool {
        let mut records = self.day.lines.iter().flat_map(|line| &line.records);
        records.any(|record| record.by == self.form.me.person.name && record.cause == Some(Cause::PowerCut))
    }

    async fn keep(&self, words: &[Word], done: &'static str) -> Judged {
        let key = self.form.field("key");
        let plain = key.len() >= 8 && key.len() <= 64 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if !plain {
            return Err(told("stale"));
        }
        let me = &self.form.me;
        if words.iter().any(|word| self.others_spoke_since(word.airing)) {
            return Err(told("spoken-since"));
        }
        let center = &me.visit.web.center;
        let new = center.confirm(&self.station, self.date, words, &me.person.name, key, self.desk.now).await?;
        Ok(if new == 0 { ("confirmed-before", 0) } else { (done, new) })
    }
}

/// Exactly one of the buttons `said` and `missed` came along.
fn one_word(spoken: &Spoken<'_>, line: &Line) -> Result<Word, Refusal> {
    let form = spoken.form;
    let airing = line.counted.airing;
    let missed = form.field("missed");
    if !missed.is_empty() {
        let (cause, note) = (Some(cause(missed)?), note(form.field("missed_note"))?);
        return Ok(Word { airing, said: Said::Missed, cause, note });
    }
    let said = match form.field("said") {
        "full" => return Ok(Word { airing, said: Said::AiredInFull { began_at: None }, cause: None, note: None }),
        "part" => Said::AiredInPart { played_ms: part_ms(form, line)? },
        "late" => Said::AiredInFull { began_at: Some(began(spoken, line)?) },
        _ => return Err(told("bad-word")),
    };
    Ok(Word { airing, said, cause: Some(cause(form.field("cause"))?), note: note(form.field("note"))? })
}

/// More than nothing and less than all.
fn part_ms(form: &Posted, line: &Line) -> Result<u64, Refusal> {
    let number = |field| match form.field(field) {
        "" => Ok(0),
        text => text.parse::<u64>().map_err(|_| told("bad-part")),
    };
    let (minutes, seconds) = (number("minutes")?, number("seconds")?);
    let played_ms = minutes.saturating_mul(60).saturating_add(seconds).saturating_mul(1000);
    if played_ms == 0 || played_ms >= line.counted.item.duration_ms {
        return Err(told("bad-part"));
    }
    Ok(played_ms)
}

/// Not before the planned start, not in the future.
fn began(spoken: &Spoken<'_>, line: &Line) -> Result<DateTime<Utc>, Refusal> {
    let time = clock(spoken.form.field("began")).ok_or(told("bad-began"))?;
    let start = line.counted.item.start;
    let day = spoken.desk.local(start).date();
    // What should have begun before midnight may have begun after it.
    let days = [Some(day), day.succ_opt()];
    let mut moments = days.into_iter().flatten().filter_map(|day| spoken.moment(day, time));
    // Hours and minutes only: the planned minute itself is not before the plan.
    let fits = |at: &DateTime<Utc>| {
        let after = *at - start;
        after > -Duration::minutes(1) && after < Duration::hours(LATEST_BEGIN_HOURS) && *at <= spoken.desk.now
    };
    moments.find(fits).ok_or(told("bad-began"))
}

fn clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

fn cause(word: &str) -> Result<Cause, Refusal> {
    match word {
        "power_cut" => Ok(Cause::PowerCut),
        "equipment" => Ok(Cause::Equipment),
        "no_operator" => Ok(Cause::NoOperator),
        "other" => Ok(Cause::Other),
        _ => Err(told("bad-cause")),
    }
}

fn note(text: &str) -> Result<Option<String>, Refusal> {
    if text.chars().count() > LONGEST_NOTE {
        return Err(told("bad-note"));
    }
    Ok((!text.is_empty()).then(|| text.to_string()))
}

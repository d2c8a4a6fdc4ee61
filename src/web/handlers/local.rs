//! "Thêm tin": a commune's operator sends the sound of a bulletin of the commune's own and what is to be said of it, sees
//! where it would land and what it would move, and submits it.

use std::collections::BTreeMap;

use axum::extract::{Multipart, Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Deserialize;

use super::desk::{Desk, full_name, only};
use super::local_words::{outlook_view, quota_view};
use super::multipart::{Sent, SentFile};
use super::upload::has_room;
use super::upload_words::{findings, not_taken, view};
use super::{Failed, alarm};
use crate::center::NewToken;
use crate::center::local_items::{LocalItem, LocalWish, MOST_PLAYS, Submitted, USUAL_TOPIC};
use crate::center::uploads::{Announced, Begun, Draft, UploadRow, draft_of, measure, verdict_of};
use crate::domain::access::Role;
use crate::domain::bulletin::{Priority, State, Topic};
use crate::domain::ids::AreaCode;
use crate::domain::order::Demand;
use crate::domain::slot::Daypart;
use crate::domain::upload::UploadState;
use crate::web::pages::{Choice, FactsForm, FieldError, LocalForm, LocalOnePage, LocalPage, LocalRow, QuotaView, Tab};
use crate::web::session::{Posted, Signed};

/// Marks what is kept of a form as a commune's own.
const MARK: &str = "local";
/// Longest title, characters.
const LONGEST_TITLE: usize = 150;
/// Most days that one bulletin airs.
const MOST_DAYS: u64 = 366;
/// Fields that are kept with an upload.
const FIELDS: [&str; 10] =
    ["area", "title", "transcript", "airs_from", "airs_to", "topic", "plays", "dayparts", "priority", MARK];

type Typed = BTreeMap<String, String>;

/// `?tu=`: the code of a bulletin of one's own to begin from.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    tu: String,
}

/// `GET /them-tin`
pub async fn page(me: Signed, Query(asked): Query<Asked>) -> Response {
    let result = async {
        let desk = open(&me).await?;
        show(&me, &desk, StatusCode::OK, &asked.tu, None).await
    };
    me.answer(result.await)
}

async fn open(me: &Signed) -> Result<Desk, Failed> {
    only(me, &[Role::Operator])?;
    Desk::open(me).await
}

/// Communes with a station that the reader operates today, by name.
fn communes(me: &Signed, desk: &Desk) -> Vec<(AreaCode, String)> {
    let mine = desk.schedules.stations.iter().filter_map(|station| station.area_on(desk.today));
    let mine = mine.filter(|area| desk.may_in(me, &[Role::Operator], area, desk.today));
    let name = |area: &AreaCode| desk.areas().on(area, desk.today).map_or_else(|| area.to_string(), full_name);
    let mut found: Vec<(AreaCode, String)> = mine.map(|area| (area.clone(), name(area))).collect();
    found.sort_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    found.dedup();
    found
}

async fn show(
    me: &Signed,
    desk: &Desk,
    status: StatusCode,
    from: &str,
    form: Option<(Typed, Vec<FieldError>)>,
) -> Result<Response, Failed> {
    let center = &me.visit.web.center;
    let communes = communes(me, desk);
    let items = center.local_items(|area| communes.iter().any(|(mine, _)| mine == area)).await?;
    let again = items.iter().find(|item| item.code.as_str() == from && item.may_be_sent_again(&me.person.name));
    let (mut typed, errors) = form.unwrap_or_default();
    if let Some(item) = again.filter(|_| typed.is_empty()) {
        let fields = [
            ("title", item.title.clone()),
            ("transcript", item.transcript.clone()),
            ("area", item.area.to_string()),
            ("airs_from", item.airs_from.max(desk.today).to_string()),
            ("airs_to", item.airs_to.to_string()),
            ("topic", u8::from(item.topic).to_string()),
            ("priority", if item.priority == Priority::Priority { "priority" } else { "ordinary" }.to_owned()),
        ];
        typed.extend(fields.into_iter().map(|(field, value)| (field.to_owned(), value)));
        if let Some(order) = &item.order {
            let plays = match order.demand {
                Demand::PerDay(plays) | Demand::PerWeek(plays) => plays,
            };
            typed.insert("plays".into(), plays.to_string());
            typed.insert("dayparts".into(), letters(&order.dayparts));
        }
    }
    let kept = again.and_then(|item| item.file_kept_for(&me.person.name)).map(str::to_owned);
    let again = again.map(|item| item.code.to_string());
    let quota = quota_of(me, &communes, None).await?;
    let rows = center.uploads_of(&me.person.name).await?;
    let waits = |row: &&UploadRow| row.state.is_open() && is_local(&draft_of(row));
    let mut key = NewToken::make()?.text;
    key.truncate(32);
    let mut frame = me.frame(Tab::Local);
    frame.alarms = alarm::links(me, desk, None).await?;
    let page = LocalPage {
        frame,
        commune: if let [(_, name)] = communes.as_slice() { name.clone() } else { String::new() },
        form: form_of(&communes, typed, errors),
        key,
        again,
        kept,
        limit_bytes: center.largest_upload().await?,
        quota,
        uploads: rows.iter().filter(waits).map(|row| view(me.words(), center, row)).collect(),
        items: items
            .into_iter()
            .map(|item| LocalRow {
                again: item.may_be_sent_again(&me.person.name),
                may_take_back: item.state == State::Submitted && item.author == me.person.name,
                code: item.code.to_string(),
                title: item.title,
                state: item.state,
                airs_from: item.airs_from,
                airs_to: item.airs_to,
                reason: item.reason,
            })
            .collect(),
    };
    Ok(me.visit.page(status, page.render()))
}

/// What one commune has: the one named, or the only one.
async fn quota_of(
    me: &Signed,
    communes: &[(AreaCode, String)],
    named: Option<&AreaCode>,
) -> Result<Option<QuotaView>, Failed> {
    let only = if let [(area, _)] = communes { Some(area) } else { None };
    let Some(area) = named.or(only) else { return Ok(None) };
    Ok(Some(quota_view(&me.visit.web.center.local_quota(area).await?)))
}

fn form_of(communes: &[(AreaCode, String)], typed: Typed, errors: Vec<FieldError>) -> LocalForm {
    let usual = [("plays", "1"), ("priority", "ordinary"), ("topic", &USUAL_TOPIC.to_string())];
    let usual: Typed = usual.into_iter().map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
    let facts = FactsForm { errors, ..FactsForm::default().with(&usual).with(&typed) };
    let chosen = facts.value("area").to_owned();
    let choice = |(area, name): &(AreaCode, String)| Choice {
        value: area.to_string(),
        label: name.clone(),
        selected: area.as_str() == chosen,
    };
    LocalForm { communes: communes.iter().map(choice).collect(), facts }
}

fn is_local(draft: &Draft) -> bool {
    draft.local.is_some() || draft.typed.contains_key(MARK)
}

/// `POST /them-tin`
pub async fn create(me: Signed, headers: HeaderMap, form: Multipart) -> Response {
    let result = try_create(&me, &headers, form).await;
    me.answer(result)
}

async fn try_create(me: &Signed, headers: &HeaderMap, mut form: Multipart) -> Result<Response, Failed> {
    let desk = open(me).await?;
    has_room(me, headers, &mut form).await?;
    let sent = Sent::read(me, form).await?;
    let (typed, wish) = judge(me, &desk, &sent.typed);
    let from = sent.typed.get("tu").map_or("", String::as_str);
    let again = sent_again(me, &desk, from).await?;
    let kept = match &again {
        Some(item) if sent.files.is_empty() && item.file_kept_for(&me.person.name).is_some() => {
            Some(kept_file(me, item).await?)
        }
        _ => None,
    };
    let Some(file) = kept.as_ref().or(sent.files.first()).filter(|_| sent.files.len() <= 1) else {
        let mut errors = vec![FieldError { field: "file".into(), text: me.words().t("error-file") }];
        errors.extend(wish.err().unwrap_or_default());
        return show(me, &desk, StatusCode::UNPROCESSABLE_ENTITY, from, Some((typed, errors))).await;
    };
    let key = sent.typed.get("key").map_or("", String::as_str);
    if !(8..=64).contains(&key.len()) || !key.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Failed::Bad(StatusCode::BAD_REQUEST, None));
    }
    let (bytes, head) = measure(&file.path).await?;
    let announced = Announced { file_name: file.name.clone(), bytes, head, trim: false };
    // The file is kept whatever is wrong with the words: nobody sends it twice on a poor link.
    let instead_of = again.map(|item| item.code);
    let draft = Draft { typed: typed.clone(), local: wish.ok(), instead_of, ..Draft::default() };
    let by = (me.person.name.as_str(), &me.person.grants[..]);
    match me.visit.web.center.take_local(by, key, &announced, &file.path, &draft).await? {
        Begun::New(row) | Begun::Known(row) => Ok(me.visit.redirect(&format!("/them-tin/{}", row.id), None)),
        Begun::Refused(refused) => {
            let (status, _, text) = not_taken(me.words(), &refused);
            show(me, &desk, status, from, Some((typed, vec![FieldError { field: "file".into(), text }]))).await
        }
    }
}

/// The bulletin of one of the reader's communes that they may send again; none for any other code.
async fn sent_again(me: &Signed, desk: &Desk, code: &str) -> Result<Option<LocalItem>, Failed> {
    let communes = communes(me, desk);
    let items = me.visit.web.center.local_items(|area| communes.iter().any(|(mine, _)| mine == area)).await?;
    Ok(items.into_iter().find(|item| item.code.as_str() == code && item.may_be_sent_again(&me.person.name)))
}

/// The file of a bulletin that is sent again, as if it came with the form.
async fn kept_file(me: &Signed, item: &LocalItem) -> Result<SentFile, Failed> {
    let folder = me.visit.web.center.form_folder()?;
    let path = me.visit.web.center.copy_of_local(item, folder.path()).await?;
    Ok(SentFile::kept(item.file_name.clone(), path, folder))
}

/// Judges what was typed; also what of it is kept.
fn judge(me: &Signed, desk: &Desk, sent: &Typed) -> (Typed, Result<LocalWish, Vec<FieldError>>) {
    let mut typed: Typed = sent.clone();
    typed.retain(|field, _| FIELDS.contains(&field.as_str()));
    typed.insert(MARK.into(), "1".into());
    let communes = communes(me, desk);
    if let ([(area, _)], true) = (communes.as_slice(), typed.get("area").is_none_or(String::is_empty)) {
        typed.insert("area".into(), area.to_string());
    }
    let mut check = Check { me, typed: &typed, errors: Vec::new() };
    let area = communes.iter().map(|(area, _)| area).find(|area| area.as_str() == check.value("area")).cloned();
    let area = check.some("area", "local-error-commune", area);
    let title = check.value("title").to_owned();
    let fits = !title.is_empty() && title.chars().count() <= LONGEST_TITLE;
    let title = check.some("title", "local-error-title", fits.then_some(title));
    let transcript = check.value("transcript").to_owned();
    let transcript = check.some("transcript", "local-error-words", (!transcript.is_empty()).then_some(transcript));
    let span = check.span(desk.today);
    let topic = if check.value("topic").is_empty() { Some(USUAL_TOPIC) } else { check.value("topic").parse().ok() };
    let topic = check.some("topic", "local-error-choice", topic.filter(|topic| Topic::try_from(*topic).is_ok()));
    let plays = check.value("plays").parse().ok().filter(|plays| (1..=MOST_PLAYS).contains(plays));
    let plays = check.some("plays", "local-error-choice", plays);
    let dayparts = dayparts(check.value("dayparts"));
    let dayparts = check.some("dayparts", "local-error-choice", dayparts);
    let priority = check.value("priority").parse().ok().filter(|priority| *priority != Priority::Urgent);
    let priority = check.some("priority", "local-error-choice", priority);
    let errors = check.errors;
    let wish = || {
        let (airs_from, airs_to) = span?;
        Some(LocalWish {
            area: area?,
            title: title?,
            transcript: transcript?,
            airs_from,
            airs_to,
            plays: plays?,
            dayparts: dayparts?,
            priority: priority?,
            topic: topic?,
        })
    };
    let wish = wish().ok_or(errors);
    (typed, wish)
}

struct Check<'a> {
    me: &'a Signed,
    typed: &'a Typed,
    errors: Vec<FieldError>,
}

impl Check<'_> {
    fn value(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", |value| value.trim())
    }

    fn wrong(&mut self, field: &str, text: String) {
        self.errors.push(FieldError { field: field.into(), text });
    }

    fn some<T>(&mut self, field: &str, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.wrong(field, self.me.words().t(key));
        }
        value
    }

    /// First and last day, in order, not over and not too many.
    fn span(&mut self, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let date = |name: &str| self.value(name).parse::<NaiveDate>().ok();
        let (from, to) = (date("airs_from"), date("airs_to"));
        let from = self.some("airs_from", "error-airs-from", from);
        let to = self.some("airs_to", "error-airs-to", to);
        let (from, to) = (from?, to?);
        let words = self.me.words();
        if from > to {
            self.wrong("airs_to", words.t("error-dates-reversed"));
        } else if to < today {
            self.wrong("airs_to", words.t("local-error-over"));
        } else if (to - from).num_days().unsigned_abs() >= MOST_DAYS {
            self.wrong("airs_to", words.count("local-error-long", MOST_DAYS));
        } else {
            return Some((from, to));
        }
        None
    }
}

/// Parts of the day by their letters; none of them for all.
pub fn dayparts(letters: &str) -> Option<Vec<Daypart>> {
    let daypart = |letter| match letter {
        'm' => Some(Daypart::Morning),
        'n' => Some(Daypart::Noon),
        'e' => Some(Daypart::Evening),
        _ => None,
    };
    let mut found: Vec<Daypart> = letters.chars().map(daypart).collect::<Option<_>>()?;
    found.sort();
    found.dedup();
    Some(found)
}

/// The letters of these parts of the day.
fn letters(dayparts: &[Daypart]) -> String {
    let letter = |daypart: &Daypart| match daypart {
        Daypart::Morning => 'm',
        Daypart::Noon => 'n',
        Daypart::Evening => 'e',
    };
    dayparts.iter().map(letter).collect()
}

/// `POST /them-tin/rut`
pub async fn take_back(form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        only(me, &[Role::Operator])?;
        let code = form.field("code").parse().map_err(|_| Failed::NotFound)?;
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let taken = me.visit.web.center.take_back_local(&code, by).await?;
        let word = if taken { "local-taken-back" } else { "local-decided-before" };
        Ok(me.visit.redirect("/them-tin", Some((word, 0))))
    };
    me.answer(result.await)
}

/// The reader's own upload of a bulletin of the commune's own; any other is none.
async fn own(me: &Signed, id: &str) -> Result<UploadRow, Failed> {
    only(me, &[Role::Operator])?;
    let row = me.visit.web.center.upload(id).await?;
    if row.by == me.person.name && is_local(&draft_of(&row)) { Ok(row) } else { Err(Failed::NotFound) }
}

/// `GET /them-tin/{id}`
pub async fn one(me: Signed, Path(id): Path<String>) -> Response {
    let result = async { show_one(&me, StatusCode::OK, &own(&me, &id).await?).await };
    me.answer(result.await)
}

async fn show_one(me: &Signed, status: StatusCode, row: &UploadRow) -> Result<Response, Failed> {
    let (desk, center) = (Desk::open(me).await?, &me.visit.web.center);
    let draft = draft_of(row);
    let communes = communes(me, &desk);
    let errors = if row.state.is_open() { judge(me, &desk, &draft.typed).1.err() } else { None };
    let sound = verdict_of(row).and_then(|verdict| verdict.sound);
    let wish = draft.local.as_ref().filter(|_| errors.is_none());
    let outlook = match (wish, &sound) {
        (Some(wish), Some(sound)) if row.state == UploadState::Checked => {
            let outlook = center.local_outlook(wish, sound.duration_ms).await?;
            Some(outlook_view(me.words(), &desk, &outlook))
        }
        _ => None,
    };
    let open = wish.filter(|_| row.state.is_open());
    let area = wish.map(|wish| &wish.area);
    let name = communes.iter().find(|(code, _)| Some(code) == area).map(|(_, name)| name.clone());
    let page = LocalOnePage {
        frame: me.frame(Tab::Local),
        commune: name.unwrap_or_default(),
        upload: view(me.words(), center, row),
        findings: findings(row),
        title: draft.typed.get("title").cloned().unwrap_or_default(),
        duration_ms: sound.map(|sound| sound.duration_ms),
        outlook,
        quota: match open {
            Some(wish) => quota_of(me, &communes, Some(&wish.area)).await?,
            None => None,
        },
        form: form_of(&communes, draft.typed, errors.unwrap_or_default()),
    };
    Ok(me.visit.page(status, page.render()))
}

/// `POST /them-tin/{id}`
pub async fn change(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        let row = own(me, &id).await?;
        let desk = Desk::open(me).await?;
        let (typed, wish) = judge(me, &desk, &form.typed());
        let right = wish.is_ok();
        let instead_of = draft_of(&row).instead_of;
        let draft = Draft { typed, local: wish.ok(), instead_of, ..Draft::default() };
        if !me.visit.web.center.keep_local(&row.id, &draft).await? {
            return Ok(me.visit.redirect("/them-tin", Some(("local-ended", 0))));
        }
        if right {
            return Ok(me.visit.redirect(&format!("/them-tin/{id}"), None));
        }
        show_one(me, StatusCode::UNPROCESSABLE_ENTITY, &me.visit.web.center.upload(&id).await?).await
    };
    me.answer(result.await)
}

/// `POST /them-tin/{id}/gui-duyet`
pub async fn submit(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        let row = own(me, &id).await?;
        let by = (me.person.name.as_str(), &me.person.grants[..]);
        let here = format!("/them-tin/{id}");
        let (to, word) = match me.visit.web.center.submit_local(&row, by).await? {
            Submitted::Done(_) => ("/them-tin", "local-submitted"),
            Submitted::Before(_) => ("/them-tin", "local-before"),
            Submitted::SentAgain(_) => ("/them-tin", "local-sent-again"),
            Submitted::NoRoom(_) => (here.as_str(), "local-full"),
            Submitted::Over => (here.as_str(), "local-over"),
            Submitted::Ended => ("/them-tin", "local-ended"),
        };
        Ok(me.visit.redirect(to, Some((word, 0))))
    };
    me.answer(result.await)
}

/// `POST /them-tin/{id}/huy`
pub async fn give_up(Path(id): Path<String>, form: Posted) -> Response {
    let me = &form.me;
    let result = async {
        own(me, &id).await?;
        let ended = me.visit.web.center.cancel_upload(&id).await?;
        let word = if ended { "local-cancelled" } else { "local-ended" };
        Ok(me.visit.redirect("/them-tin", Some((word, 0))))
    };
    me.answer(result.await)
}

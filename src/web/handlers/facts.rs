//! A bulletin's facts as typed: every field is judged, so that all that is wrong is told at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Failed;
use super::desk::{Desk, codes};
use crate::center::uploads::Wish;
use crate::domain::access::Role;
use crate::domain::area::{Level, Target};
use crate::domain::bulletin::{Facts, Origin, Priority, Topic};
use crate::domain::ids::{AreaCode, BulletinCode};
use crate::domain::order::Demand;
use crate::web::pages::FieldError;
use crate::web::session::Signed;

/// Most plays a day, and a week.
const MOST_PLAYS: (u32, u32) = (24, 168);
/// Fields of which one that is filled in says that facts are given at all; the others come filled in.
const TELLING: [&str; 8] =
    ["code", "title", "producer", "transcript", "areas", "airs_from", "airs_to", "source_document"];
/// Fields that are not facts, and so are not kept with an upload.
const OTHERS: [&str; 4] = ["csrf", "file", "trim", "facts"];

/// Whether anything of the facts was filled in.
pub fn any_given(typed: &BTreeMap<String, String>) -> bool {
    TELLING.iter().any(|field| typed.get(*field).is_some_and(|value| !value.is_empty()))
}

/// Only what belongs to the facts.
pub fn kept(typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    typed
        .iter()
        .filter(|(field, _)| !OTHERS.contains(&field.as_str()))
        .map(|(field, value)| (field.clone(), value.clone()))
        .collect()
}

/// Facts as the form's fields hold them.
pub fn as_typed(facts: &Facts) -> BTreeMap<String, String> {
    let list = |codes: &BTreeSet<AreaCode>| codes.iter().map(AreaCode::as_str).collect::<Vec<_>>().join(", ");
    let origin = if facts.origin == Origin::Commune { "commune" } else { "department" };
    let topic: u8 = facts.topic.into();
    let fields = [
        ("code", facts.code.to_string()),
        ("title", facts.title.clone()),
        ("topic", topic.to_string()),
        ("priority", facts.priority.word().to_string()),
        ("origin", origin.to_string()),
        ("producer", facts.producer.clone()),
        ("language", facts.language.clone()),
        ("sibling_of", facts.sibling_of.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("source_document", facts.source_document.clone()),
        ("document_ends", facts.document_ends.map(|day| day.to_string()).unwrap_or_default()),
        ("transcript", facts.transcript.clone()),
        ("areas", list(&facts.target.areas)),
        ("except", list(&facts.target.except)),
        ("airs_from", facts.airs_from.to_string()),
        ("airs_to", facts.airs_to.to_string()),
    ];
    fields.into_iter().map(|(field, value)| (field.to_string(), value)).collect()
}

/// Whether the reader may make such a bulletin: as an editor of every area it is for, or of a commune's own as its
/// operator.
pub fn may_make(desk: &Desk, me: &Signed, facts: &Facts) -> bool {
    may_make_for(desk, me, &facts.target, facts.origin)
}

fn may_make_for(desk: &Desk, me: &Signed, target: &Target, origin: Origin) -> bool {
    desk.may_target(me, Role::Editor, target)
        || origin == Origin::Commune && desk.may_target(me, Role::Operator, target)
}

/// Judges what was typed. With `of` it is a new version of that bulletin, and what was not sent stays as it is.
pub async fn judge(
    me: &Signed,
    desk: &Desk,
    typed: &BTreeMap<String, String>,
    of: Option<&Facts>,
) -> Result<Result<Wish, Vec<FieldError>>, Failed> {
    let center = &me.visit.web.center;
    let mut all = of.map(as_typed).unwrap_or_default();
    all.extend(typed.iter().map(|(field, value)| (field.clone(), value.clone())));
    if let Some(of) = of {
        all.insert("code".into(), of.code.to_string());
    }
    let mut check = Check { me, desk, typed: &all, errors: Vec::new() };
    let facts = check.facts();
    let demand = if of.is_none() { check.demand() } else { None };
    if let (Some(facts), None) = (&facts, of)
        && !center.bulletin_versions(Some(&facts.code)).await?.is_empty()
    {
        check.wrong("code", "error-code-taken");
    }
    if let Ok(sibling) = check.value("sibling_of").to_ascii_uppercase().parse::<BulletinCode>() {
        let known = center.bulletin_versions(Some(&sibling)).await?;
        check.sibling(&sibling, known.last().map(|row| row.facts.language.as_str()));
    }
    let errors = check.errors;
    Ok(match facts {
        Some(facts) if errors.is_empty() => Ok(Wish { facts, demand, replaces: of.is_some() }),
        _ => Err(errors),
    })
}

struct Check<'a> {
    me: &'a Signed,
    desk: &'a Desk,
    typed: &'a BTreeMap<String, String>,
    errors: Vec<FieldError>,
}

impl Check<'_> {
    fn value(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", |value| value.trim())
    }

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
        let text = self.value(field).to_string();
        self.some(field, key, Some(text).filter(|text| !text.is_empty()))
    }

    fn facts(&mut self) -> Option<Facts> {
        let code = self.value("code").to_ascii_uppercase().parse::<BulletinCode>().ok();
        let code = self.some("code", "error-code", code);
        let title = self.filled("title", "error-title");
        let topic = self.value("topic").parse::<u8>().ok().and_then(|number| Topic::try_from(number).ok());
        let topic = self.some("topic", "error-topic", topic);
        let priority = self.value("priority").parse::<Priority>().ok();
        let priority = self.some("priority", "error-priority", priority);
        let producer = self.filled("producer", "error-producer");
        let language = self.language();
        let transcript = self.filled("transcript", "error-transcript");
        let span = self.span();
        let document_ends = self.document_ends(span);
        let sibling_of = self.sibling_code();
        let origin = self.origin();
        let target = self.target(span, origin);
        let (airs_from, airs_to) = span?;
        Some(Facts {
            code: code?,
            title: title?,
            topic: topic?,
            priority: priority?,
            producer: producer?,
            language: language?,
            source_document: self.value("source_document").into(),
            transcript: transcript?,
            target: target?,
            airs_from,
            airs_to,
            document_ends: document_ends?,
            sibling_of: sibling_of?,
            origin: origin?,
        })
    }

    fn language(&mut self) -> Option<String> {
        let language = self.value("language");
        let tag = language.len() <= 35 && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let language = Some(language.to_string()).filter(|text| tag && text.len() >= 2);
        self.some("language", "error-language", language)
    }

    /// First and last day, in order.
    fn span(&mut self) -> Option<(NaiveDate, NaiveDate)> {
        let date = |name: &str| self.value(name).parse::<NaiveDate>().ok();
        let (from, to) = (date("airs_from"), date("airs_to"));
        let from = self.some("airs_from", "error-airs-from", from);
        let to = self.some("airs_to", "error-airs-to", to);
        let (from, to) = (from?, to?);
        if from > to {
            self.wrong("airs_to", "error-dates-reversed");
            return None;
        }
        Some((from, to))
    }

    /// The document's end, which may be left empty; the outer none is a wrong one.
    fn document_ends(&mut self, span: Option<(NaiveDate, NaiveDate)>) -> Option<Option<NaiveDate>> {
        let text = self.value("document_ends");
        if text.is_empty() {
            return Some(None);
        }
        let end = text.parse::<NaiveDate>().ok();
        let end = self.some("document_ends", "error-document-ends", end)?;
        if span.is_some_and(|(from, _)| end < from) {
            self.wrong("document_ends", "error-document-before");
            return None;
        }
        Some(Some(end))
    }

    /// See [`Self::document_ends`].
    fn sibling_code(&mut self) -> Option<Option<BulletinCode>> {
        let text = self.value("sibling_of").to_ascii_uppercase();
        if text.is_empty() {
            return Some(None);
        }
        let code = text.parse::<BulletinCode>().ok();
        if code.is_none() {
            self.wrong_with("sibling_of", "error-sibling-unknown", &text);
        }
        code.map(Some)
    }

    /// Judges the other bulletin, of which only the language matters; none: there is no such bulletin.
    fn sibling(&mut self, sibling: &BulletinCode, language: Option<&str>) {
        let key = match language {
            _ if sibling.as_str().eq_ignore_ascii_case(self.value("code")) => "error-sibling-self",
            None => "error-sibling-unknown",
            Some(language) if language.eq_ignore_ascii_case(self.value("language")) => "error-sibling-language",
            Some(_) => return,
        };
        self.wrong_with("sibling_of", key, sibling.as_str());
    }

    fn origin(&mut self) -> Option<Origin> {
        let origin = match self.value("origin") {
            // Forms of an older page do not ask.
            "department" | "" => Some(Origin::Department),
            "commune" => Some(Origin::Commune),
            _ => None,
        };
        self.some("origin", "error-origin", origin)
    }

    fn target(&mut self, span: Option<(NaiveDate, NaiveDate)>, origin: Option<Origin>) -> Option<Target> {
        let areas = codes(self.value("areas")).filter(|codes| !codes.is_empty());
        let areas = self.some("areas", "error-areas", areas);
        let except = codes(self.value("except"));
        let except = self.some("except", "error-areas", except);
        let target = Target { areas: areas?, except: except? };
        let origin = origin?;
        let mut known = true;
        for (field, codes) in [("areas", &target.areas), ("except", &target.except)] {
            for code in codes {
                if span.is_some_and(|(from, to)| !self.desk.areas().known_between(code, from, to)) {
                    self.wrong_with(field, "error-area-unknown", code.as_str());
                    known = false;
                }
            }
        }
        if known && origin == Origin::Commune && span.is_some_and(|span| !self.one_commune(&target, span)) {
            self.wrong("areas", "error-commune-one");
        } else if known && !may_make_for(self.desk, self.me, &target, origin) {
            self.wrong("areas", "error-area-right");
        }
        Some(target)
    }

    fn one_commune(&self, target: &Target, (from, to): (NaiveDate, NaiveDate)) -> bool {
        let areas = self.desk.areas();
        let mut standing = areas.iter().filter(|unit| {
            target.areas.contains(&unit.code) && unit.valid_from <= to && unit.valid_to.is_none_or(|last| last >= from)
        });
        target.areas.len() == 1 && target.except.is_empty() && standing.all(|unit| unit.level == Level::Commune)
    }

    fn demand(&mut self) -> Option<Demand> {
        let (week, day) = (self.value("per_week").to_string(), self.value("per_day").to_string());
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

//! A slot rule's form judged: the rule that it means, and what is wrong with it.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use super::desk::codes;
use super::grid::may_change;
use super::grid_rule::{KINDS, Sheet};
use super::grid_words::{cron, kind_word};
use crate::domain::area::Target;
use crate::domain::grid_changes::rule;
use crate::domain::ids::{AreaCode, RuleId};
use crate::domain::overrun::Policy;
use crate::domain::recurrence::CronRule;
use crate::domain::slot::{SlotKind, SlotRule};
use crate::domain::timing::{Timing, WEEKDAYS};
use crate::web::pages::{FieldError, RuleForm, Words};

/// Collects what is wrong with a form.
pub(super) struct Judge<'a> {
    /// The request.
    pub sheet: &'a Sheet<'a>,
    /// The reader's words.
    pub words: Words,
    /// What is wrong so far.
    pub errors: Vec<FieldError>,
}

impl Judge<'_> {
    fn wrong(&mut self, field: &str, text: String) {
        self.errors.push(FieldError { field: field.into(), text });
    }

    fn cron(&mut self, form: &RuleForm) -> String {
        let words = self.words;
        if form.use_cron {
            match CronRule::parse(&form.cron) {
                Ok(rule) => return rule.text().to_string(),
                Err(problem) => self.wrong("cron", cron(words, &problem)),
            }
            return String::new();
        }
        let time = NaiveTime::parse_from_str(&form.time, "%H:%M").ok();
        let place = |day: &String| WEEKDAYS.iter().position(|known| known == day);
        let weekdays: BTreeSet<usize> = form.weekdays.iter().filter_map(place).collect();
        if time.is_none() {
            self.wrong("time", words.t("kg-error-time"));
        }
        if weekdays.is_empty() {
            self.wrong("weekdays", words.t("kg-error-weekdays"));
        }
        time.map(|time| Timing { time, weekdays }.cron()).unwrap_or_default()
    }

    fn areas(&mut self, field: &str, text: &str) -> BTreeSet<AreaCode> {
        let Some(codes) = codes(text) else {
            self.wrong(field, self.words.t("error-areas"));
            return BTreeSet::new();
        };
        for code in &codes {
            if !self.sheet.desk.areas().knows(code) {
                self.wrong(field, self.words.t1("error-area-unknown", "value", code));
            }
        }
        codes
    }

    fn date(&mut self, field: &str, text: &str) -> Option<NaiveDate> {
        let date = text.parse().ok();
        if date.is_none() && !text.is_empty() {
            self.wrong(field, self.words.t("kg-error-date"));
        }
        date
    }

    /// The rule that the form means; what is wrong with it is in `errors`.
    pub fn rule(&mut self, id: RuleId, form: &RuleForm) -> SlotRule {
        let words = self.words;
        if form.name.is_empty() || form.name.chars().count() > 120 {
            self.wrong("name", words.t("kg-error-name"));
        }
        let kind = KINDS.into_iter().find(|kind| kind_word(*kind) == form.kind).unwrap_or(SlotKind::Bulletin);
        let source = (kind == SlotKind::Relay).then(|| form.source.clone());
        if source.as_ref().is_some_and(|source| source.is_empty() || source.chars().count() > 80) {
            self.wrong("source", words.t("kg-error-source"));
        }
        let cron = self.cron(form);
        let minutes = form.minutes.parse().ok().filter(|minutes| (1..=240).contains(minutes));
        if minutes.is_none() {
            self.wrong("minutes", words.t("kg-error-minutes"));
        }
        let areas = self.areas("areas", &form.areas);
        if areas.is_empty() {
            self.wrong("areas", words.t("error-areas"));
        }
        let except = self.areas("except", &form.except);
        let (valid_from, valid_to) = (self.date("valid_from", &form.valid_from), self.date("valid_to", &form.valid_to));
        if let (Some(first), Some(last)) = (valid_from, valid_to)
            && last < first
        {
            self.wrong("valid_to", words.t("kg-error-reversed"));
        }
        let overrun = Policy::ALL.into_iter().find(|policy| policy.word() == form.overrun);
        if overrun.is_none() && !form.overrun.is_empty() {
            self.wrong("overrun", words.t("kg-error-overrun"));
        }
        let replaces = form.replaces.parse().ok().filter(|other| rule(self.sheet.grid.newest(), other).is_some());
        let target = Target { areas, except };
        let minutes = minutes.unwrap_or(1);
        // The form does not ask for these; what the rule has of them stays.
        let held = rule(self.sheet.grid.newest(), &id);
        let on = held.and_then(|held| held.on.clone());
        let topics = held.filter(|_| kind == SlotKind::Bulletin).map(|held| held.topics.clone()).unwrap_or_default();
        let new = SlotRule {
            id,
            name: form.name.clone(),
            kind,
            source,
            cron,
            minutes,
            target,
            valid_from,
            valid_to,
            replaces,
            on,
            topics,
            // A relay is another device's sound: there is nothing of ours to end.
            overrun: overrun.filter(|_| kind != SlotKind::Relay),
        };
        if self.errors.is_empty() && !may_change(self.sheet.me, &self.sheet.desk, &new) {
            self.wrong("areas", words.t("error-area-right"));
        }
        new
    }
}

//! Slot rules, their changes and what is wrong with them, in the reader's words.

use chrono::NaiveDate;

use super::desk::Desk;
use crate::domain::area::Target;
use crate::domain::grid_changes::{ExceptionChange, RuleChange};
use crate::domain::overrun::Policy;
use crate::domain::problem::{Problem, Severity};
use crate::domain::recurrence::CronProblem;
use crate::domain::slot::{Changed, SlotChange, SlotKind, SlotRule};
use crate::domain::timing::Timing;
use crate::web::pages::{RuleLine, Words};

/// Units named before only their number is given.
const NAMED: usize = 4;

/// What a slot is for.
pub fn kind(words: Words, kind: SlotKind) -> String {
    words.t(match kind {
        SlotKind::Relay => "kg-kind-relay",
        SlotKind::Bulletin => "kg-kind-bulletin",
        SlotKind::Commune => "kg-kind-commune",
    })
}

/// The word of a kind in forms.
pub fn kind_word(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Relay => "relay",
        SlotKind::Bulletin => "bulletin",
        SlotKind::Commune => "commune",
    }
}

/// What becomes of what would pass the slot's end; none lets it end in its own time.
pub fn overrun_word(words: Words, policy: Option<Policy>) -> String {
    words.t(match policy {
        None => "kq-none",
        Some(Policy::Cut) => "kq-cut",
        Some(Policy::Fade) => "kq-fade",
        Some(Policy::Push) => "kq-push",
        Some(Policy::Drop) => "kq-drop",
    })
}

/// What a slot carries.
pub fn carries(words: Words, of: SlotKind, source: Option<&str>) -> String {
    match source {
        Some(source) => format!("{} {source}", kind(words, of)),
        None => kind(words, of),
    }
}

/// When a rule fires: `06:30, hằng ngày`; the cron text where it says more.
pub fn when(words: Words, cron: &str) -> String {
    let Some(timing) = Timing::of_cron(cron) else { return words.t1("kg-when-cron", "cron", cron) };
    let time = timing.time.format("%H:%M");
    if timing.weekdays.len() == 7 {
        return words.t1("kg-daily", "time", time);
    }
    let days: Vec<String> = timing.weekdays.iter().map(|day| words.t(&format!("weekday-{}", day + 1))).collect();
    format!("{time}, {}", days.join(", "))
}

/// Units by name, the first few of them.
pub fn where_(words: Words, desk: &Desk, target: &Target) -> String {
    let name = |codes: &std::collections::BTreeSet<_>| {
        let names: Vec<String> = codes.iter().take(NAMED).map(|code| desk.area_name(code, desk.today)).collect();
        let more = codes.len().saturating_sub(NAMED);
        let names = names.join(", ");
        if more > 0 { format!("{names}, {}", words.count("kg-more-units", more)) } else { names }
    };
    let mut text = name(&target.areas);
    if !target.except.is_empty() {
        text = words.t2("kg-where-except", "areas", text, "except", name(&target.except));
    }
    text
}

/// A rule's fields as label and value.
fn fields(words: Words, desk: &Desk, rule: &SlotRule) -> Vec<(String, String)> {
    let date = |date: Option<NaiveDate>| date.map(|date| words.date(date)).unwrap_or_default();
    vec![
        (words.t("kg-name"), rule.name.clone()),
        (words.t("kg-kind"), kind(words, rule.kind)),
        (words.t("kg-source"), rule.source.clone().unwrap_or_default()),
        (words.t("kg-when"), when(words, &rule.cron)),
        (words.t("kg-minutes"), words.n(rule.minutes)),
        (words.t("kg-areas"), where_(words, desk, &rule.target)),
        (words.t("kg-from"), date(rule.valid_from)),
        (words.t("kg-to"), date(rule.valid_to)),
        (words.t("kq-label"), rule.overrun.map(|one| overrun_word(words, Some(one))).unwrap_or_default()),
        (words.t("kg-replaced"), rule.replaces.as_ref().map(ToString::to_string).unwrap_or_default()),
    ]
}

/// Where two states of a rule differ; all there is of one that stands alone.
pub fn lines(words: Words, desk: &Desk, before: Option<&SlotRule>, after: Option<&SlotRule>) -> Vec<RuleLine> {
    let all = |rule: Option<&SlotRule>| rule.map(|rule| fields(words, desk, rule)).unwrap_or_default();
    let (before, after) = (all(before), all(after));
    let labels = if after.is_empty() { &before } else { &after };
    let value = |list: &[(String, String)], at: usize| list.get(at).map(|(_, value)| value.clone()).unwrap_or_default();
    let line = |(at, (label, _)): (usize, &(String, String))| RuleLine {
        label: label.clone(),
        before: value(&before, at),
        after: value(&after, at),
    };
    labels.iter().enumerate().map(line).filter(|line| line.before != line.after).collect()
}

/// What becomes of one slot: `20:00, 12/6/2024: chuyển sang 20:30`.
pub fn exception_text(words: Words, change: &SlotChange) -> String {
    let what = match change.what {
        Changed::Cancel => words.t("kx-cancelled"),
        Changed::Move { to, minutes: None } => words.t1("kx-moved", "to", to),
        Changed::Move { to, minutes: Some(minutes) } => words.t2("kx-moved-length", "to", to, "n", words.n(minutes)),
        Changed::Length { minutes } => words.t1("kx-length", "n", words.n(minutes)),
    };
    format!("{}: {what}", words.date_time(change.at))
}

/// What becomes of a dated exception.
pub fn exception_lines(words: Words, desk: &Desk, change: &ExceptionChange) -> Vec<RuleLine> {
    let text = |one: &Option<SlotChange>| one.as_ref().map(|one| exception_text(words, one)).unwrap_or_default();
    let area = |one: &Option<SlotChange>| one.as_ref().map(|one| where_(words, desk, &one.target)).unwrap_or_default();
    let why = |one: &Option<SlotChange>| one.as_ref().map(|one| one.reason.clone()).unwrap_or_default();
    let line = |key: &str, value: &dyn Fn(&Option<SlotChange>) -> String| RuleLine {
        label: words.t(key),
        before: value(&change.before),
        after: value(&change.after),
    };
    let lines = [line("kx-slot", &text), line("kg-areas", &area), line("kx-reason", &why)];
    lines.into_iter().filter(|line| line.before != line.after).collect()
}

/// What becomes of a rule.
pub fn what(words: Words, change: &RuleChange) -> String {
    words.t(match (&change.before, &change.after) {
        (None, _) => "kg-what-new",
        (Some(_), None) => "kg-what-gone",
        (Some(before), Some(after)) if before.valid_to != after.valid_to && after.valid_to.is_some() => "kg-what-ended",
        _ => "kg-what-changed",
    })
}

/// A step of a draft.
pub fn step_text(words: Words, act: &str, rule: &str) -> String {
    let key = match act {
        "rule-added" => "kg-step-added",
        "rule-ended" => "kg-step-ended",
        "rule-restored" => "kg-step-restored",
        "slot-changed" => "kg-step-slot",
        "slot-restored" => "kg-step-slot-back",
        "carried-over" => "kg-step-carried",
        _ => "kg-step-changed",
    };
    words.t1(key, "rule", rule)
}

/// What a slot runs into, short, and whether it may not stand.
pub fn slot_sign(words: Words, problem: &Problem) -> (bool, String) {
    let refused = problem.severity == Severity::Refuse;
    let key = match problem.code {
        "guard-before" => "kg-sign-before",
        "guard-after" => "kg-sign-after",
        "overlap" => "kg-sign-overlap",
        "session-cap" => "kg-sign-session",
        "night" => "kg-sign-night",
        "day-cap" => "kg-sign-day",
        "no-guard" => "kg-sign-no-guard",
        _ => return (refused, lint(words, problem, &problem.subject)),
    };
    (refused, words.t(key))
}

/// What the linter found, with the rule's name.
pub fn lint(words: Words, problem: &Problem, rule: &str) -> String {
    let key = match problem.code {
        "cron" => "kg-lint-cron",
        "slot-minutes" => "kg-lint-minutes",
        "duplicate-rule" => "kg-lint-duplicate",
        "relay-source" => "kg-lint-relay",
        "source-without-relay" => "kg-lint-source",
        "replaces-itself" | "replaces-ring" => "kg-lint-ring",
        "replaces-unknown" => "kg-lint-replaces",
        "dates-reversed" | "silence-reversed" => "kg-lint-dates",
        "no-area" => "kg-lint-no-area",
        "unknown-area" => "kg-lint-area",
        "guard-before" => "kg-lint-before",
        "guard-after" => "kg-lint-after",
        "overlap" => "kg-lint-overlap",
        "session-cap" => "kg-lint-session",
        "day-cap" => "kg-lint-day",
        "dead-air" => "kg-lint-dead-air",
        "may-pass-guard" => "kg-lint-may-pass",
        "overrun-of-relay" => "kg-lint-overrun",
        "topics-without-bulletins" => "kg-lint-topics",
        "on-no-day" => "kg-lint-no-day",
        "no-reason" => "kg-lint-reason",
        "change-to" => "kg-lint-moved-away",
        "duplicate-change" => "kg-lint-change-twice",
        "day-name" => "kg-lint-day-name",
        "day-kind" => "kg-lint-day-kind",
        "filler-empty" => "kg-lint-filler-empty",
        "filler-never" => "kg-lint-filler-never",
        "filler-not-approved" => "kg-lint-filler-unapproved",
        "spacing" => "kg-lint-spacing",
        "guard-hours" => "kg-lint-guard-hours",
        "guard-session" | "guard-day" => "kg-lint-guard-nothing",
        "guard-repeat" => "kg-lint-guard-repeat",
        "night" => "kg-lint-night",
        "idle-rule" => "kg-lint-idle",
        "no-guard" => "kg-lint-no-guard",
        "change-meets-nothing" => "kg-lint-meets-nothing",
        _ => "kg-lint-other",
    };
    words.t1(key, "rule", rule)
}

/// Why a cron text is refused.
pub fn cron(words: Words, problem: &CronProblem) -> String {
    match problem {
        CronProblem::TooLong { length } => words.t1("kg-cron-long", "value", length),
        CronProblem::Fields { found, .. } => words.t1("kg-cron-fields", "value", found),
        CronProblem::Seconds { found, .. } => words.t1("kg-cron-seconds", "value", found),
        CronProblem::NumberedWeekday { found, .. } => words.t1("kg-cron-weekday", "value", found),
        CronProblem::Part { found, field, .. } => {
            let field = words.t(match *field {
                "minute" => "kg-cron-minute",
                "hour" => "kg-cron-hour",
                "day" => "kg-cron-day",
                "month" => "kg-cron-month",
                "weekday" => "kg-cron-weekday-field",
                _ => "kg-cron-whole",
            });
            words.t2("kg-cron-part", "value", found, "field", field)
        }
        CronProblem::Backwards { found, .. } => words.t1("kg-cron-backwards", "value", found),
        CronProblem::TooOften { times, .. } => words.t1("kg-cron-often", "value", times),
        CronProblem::Never { .. } => words.t("kg-cron-never"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::Lang;

    /// Whatever the linter of a grid may say, one after the other.
    const CODES: [&str; 38] = [
        "change-meets-nothing",
        "change-to",
        "cron",
        "dates-reversed",
        "day-cap",
        "day-kind",
        "day-name",
        "dead-air",
        "duplicate-change",
        "duplicate-rule",
        "filler-empty",
        "filler-never",
        "filler-not-approved",
        "guard-after",
        "guard-before",
        "guard-day",
        "guard-hours",
        "guard-repeat",
        "guard-session",
        "idle-rule",
        "may-pass-guard",
        "night",
        "no-area",
        "no-guard",
        "no-reason",
        "on-no-day",
        "overlap",
        "overrun-of-relay",
        "relay-source",
        "replaces-itself",
        "replaces-ring",
        "replaces-unknown",
        "session-cap",
        "silence-reversed",
        "slot-minutes",
        "source-without-relay",
        "spacing",
        "unknown-area",
    ];

    #[test]
    fn whatever_the_linter_says_has_words_in_both_languages() {
        for code in CODES.into_iter().chain(["topics-without-bulletins"]) {
            let problem = Problem::refuse(code, "sang", "an English sentence");
            let said = [Lang::Vi, Lang::En].map(|lang| lint(Words::new(lang), &problem, "Buổi sáng"));
            let other = [Lang::Vi, Lang::En].map(|lang| Words::new(lang).t1("kg-lint-other", "rule", "Buổi sáng"));
            assert!(said[0] != said[1] && said != other, "{code}: {said:?}");
            assert!(said.iter().all(|text| !text.contains("Unknown") && !text.contains('$')), "{code}: {said:?}");
            let signs = [Lang::Vi, Lang::En].map(|lang| slot_sign(Words::new(lang), &problem).1);
            assert!(signs[0] != signs[1] && !signs[0].contains("English"), "{code}: {signs:?}");
        }
    }
}

//! The table of what was checked: a row for each rule kept, and one for each finding in the place of its rule's.

use crate::center::checks::{Check, Found, Limits, Severity as Weight, TARGET_LUFS, TRUE_PEAK_CEILING_DBTP};
use crate::domain::bulletin::Sound;
use crate::web::pages::{CheckRow, FindingView, Severity, Words};

/// Below the target by more than this, the loudness is said to be short of it, LU (EBU R 128 tolerates 1).
const TOLERATED_LU: f64 = 1.0;

/// What findings are about, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Format,
    Length,
    Loudness,
    Peak,
    Silence,
    Duplicates,
    Other,
}

/// By the finding's word; one that no rule here is known for stands at the end under its own name.
fn subject(code: &str) -> Subject {
    match code {
        "too_short" | "too_long" => Subject::Length,
        "too_quiet" | "too_loud" | "loudness" => Subject::Loudness,
        "clipping" => Subject::Peak,
        _ if code.contains("silen") => Subject::Silence,
        _ if code.contains("duplicate") || code.contains("same_as") => Subject::Duplicates,
        _ if code.contains("quiet") || code.contains("gain") => Subject::Loudness,
        _ if code.contains("clip") || code.contains("peak") || code.contains("limit") => Subject::Peak,
        "stereo_downmixed" | "low_sample_rate" | "decode_errors" | "truncated" | "lying" => Subject::Format,
        _ => Subject::Other,
    }
}

/// The rows; `opened` says of a finding whether the reader opened it, or nothing where nobody asks.
pub fn rows(
    words: Words,
    limits: &Limits,
    check: &Check,
    sound: &Sound,
    opened: impl Fn(&str) -> Option<bool>,
) -> Vec<CheckRow> {
    let subjects =
        [Subject::Format, Subject::Length, Subject::Loudness, Subject::Peak, Subject::Silence, Subject::Duplicates];
    let mut rows = Vec::new();
    for one in subjects {
        let base = base(words, limits, check, sound, one);
        let found: Vec<&Found> = check.findings.iter().filter(|found| subject(&found.code) == one).collect();
        if found.iter().all(|found| found.severity == Weight::Note) {
            rows.push(base.clone());
        }
        rows.extend(found.into_iter().map(|found| with_finding(&base, found, &opened)));
    }
    let other = CheckRow { label: words.t("checked-other"), ..blank() };
    let rest = check.findings.iter().filter(|found| subject(&found.code) == Subject::Other);
    rows.extend(rest.map(|found| with_finding(&other, found, &opened)));
    // What is numbered comes first, in the order of the recording, as its flags stand on the picture.
    let number = |row: &CheckRow| row.finding.as_ref().and_then(|finding| finding.number);
    rows.sort_by_key(|row| (number(row).is_none(), number(row)));
    rows
}

fn with_finding(base: &CheckRow, found: &Found, opened: impl Fn(&str) -> Option<bool>) -> CheckRow {
    let finding = FindingView {
        key: found.key.clone(),
        number: found.number,
        severity: match found.severity {
            Weight::Refuse => Severity::Refuse,
            Weight::Warn => Severity::Warn,
            Weight::Note => Severity::Note,
        },
        remedy: found.remedy.clone(),
        at_ms: found.at_ms,
        opened: opened(&found.key).filter(|_| found.warns()),
    };
    CheckRow { measured: found.message.clone(), finding: Some(finding), ..base.clone() }
}

fn blank() -> CheckRow {
    CheckRow {
        label: String::new(),
        measured: String::new(),
        required: String::new(),
        good: String::new(),
        short: false,
        finding: None,
    }
}

/// The row of a rule that was kept.
fn base(words: Words, limits: &Limits, check: &Check, sound: &Sound, subject: Subject) -> CheckRow {
    let row = |label: &str, measured: String, required: String| CheckRow {
        label: words.t(label),
        measured,
        required,
        good: words.t("check-good"),
        short: false,
        finding: None,
    };
    match subject {
        Subject::Format => row("checked-format", format(words, check), words.t("required-format")),
        Subject::Length => {
            let (least, most) = (words.length(limits.min_duration_ms), words.length(limits.max_duration_ms));
            let required = words.t2("required-length", "least", least, "most", most);
            row("checked-length", words.length(sound.duration_ms), required)
        }
        Subject::Loudness => {
            let required = words.t1("required-loudness", "lufs", words.decimal(TARGET_LUFS));
            let measured = format!("{} LUFS", words.decimal(sound.original_lufs));
            let short = sound.reached_lufs < TARGET_LUFS - TOLERATED_LU;
            CheckRow { good: gained(words, sound), short, ..row("checked-loudness", measured, required) }
        }
        Subject::Peak => {
            let required = words.t1("required-peak", "dbtp", words.decimal(TRUE_PEAK_CEILING_DBTP));
            row("checked-peak", format!("{} dBTP", words.decimal(sound.reached_true_peak_dbtp)), required)
        }
        Subject::Silence => {
            let required = words.t1("required-silence", "length", words.length(limits.max_gap_ms));
            row("checked-silence", words.t("measured-no-silence"), required)
        }
        Subject::Duplicates | Subject::Other => {
            row("checked-duplicates", words.t("measured-no-duplicate"), String::new())
        }
    }
}

/// `MP3, 44,1 kHz, 1 kênh`
fn format(words: Words, check: &Check) -> String {
    let mut parts = Vec::new();
    let named = |name: &String| name.to_uppercase();
    parts.extend(check.container.as_ref().map(named));
    parts.extend(check.codec.as_ref().filter(|codec| check.container.as_ref() != Some(codec)).map(named));
    parts.extend(check.sample_rate_hz.map(|hertz| format!("{} kHz", words.decimal(f64::from(hertz) / 1000.0))));
    parts.extend(check.channels.map(|channels| words.count("measured-channels", channels)));
    if parts.is_empty() { "–".into() } else { parts.join(", ") }
}

/// What became of the loudness: `Đã tự tăng 2,6 dB, đạt −16,0 LUFS`.
fn gained(words: Words, sound: &Sound) -> String {
    let gain = sound.mend.as_ref().map_or(sound.reached_lufs - sound.original_lufs, |mend| mend.gain_db);
    let reached = words.decimal(sound.reached_lufs);
    if !gain.is_finite() || gain.abs() < 0.05 {
        return words.t1("good-reached", "lufs", reached);
    }
    let key = if gain > 0.0 { "good-raised" } else { "good-lowered" };
    words.t2(key, "db", words.decimal(gain.abs()), "lufs", reached)
}

/// What was done to the recording on the way, in words.
pub fn mended(words: Words, sound: &Sound) -> Vec<String> {
    let Some(mend) = &sound.mend else { return Vec::new() };
    let mut lines = Vec::new();
    if mend.limited_ms > 0 {
        let deepest = words.decimal(mend.deepest_reduction_db);
        lines.push(words.t2("mend-limited", "length", words.length(mend.limited_ms), "db", deepest));
    }
    if mend.gain_held_back {
        lines.push(words.t("mend-held-back"));
    }
    let seconds = |ms: u64| words.decimal(std::time::Duration::from_millis(ms).as_secs_f64());
    if mend.trimmed_head_ms > 0 {
        lines.push(words.t1("mend-head", "seconds", seconds(mend.trimmed_head_ms)));
    }
    if mend.trimmed_tail_ms > 0 {
        lines.push(words.t1("mend-tail", "seconds", seconds(mend.trimmed_tail_ms)));
    }
    if !mend.mixed_from.is_empty() {
        let channels: Vec<String> = mend.mixed_from.iter().map(u32::to_string).collect();
        lines.push(words.t1("mend-channels", "channels", channels.join(", ")));
    }
    lines
}

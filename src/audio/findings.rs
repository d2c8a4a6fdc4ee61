//! The report of the upload check, and its findings in words for the person who uploaded the file.

use serde::{Deserialize, Serialize};

/// The answer of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// May be sent for approval.
    Accepted,
    /// May not; a finding of severity [`Severity::Refuse`] says why.
    Refused,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Should be heard before it airs.
    Warn,
    /// May not air.
    Refuse,
}

/// One thing that the check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which rule, in a word that never changes: `truncated`, `silent`, `too_long`, ….
    pub code: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Where in the recording, in milliseconds from its start; `None` if it concerns the whole.
    pub at_ms: Option<u64>,
    /// What was measured and which rule it breaks, a Vietnamese sentence.
    pub message: String,
    /// What to do, a Vietnamese sentence.
    pub remedy: String,
}

impl Finding {
    /// A finding about the whole recording.
    pub fn new(code: &str, severity: Severity, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code: code.to_owned(), severity, at_ms: None, message: message.into(), remedy: remedy.into() }
    }

    /// The same finding at a place, in milliseconds from the start.
    #[must_use]
    pub fn at(mut self, at_ms: u64) -> Self {
        self.at_ms = Some(at_ms);
        self
    }
}

/// What the check found out about one file. What can't be known is `None` (`null` in JSON).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The answer.
    pub verdict: Verdict,
    /// Short name of the container, told by content: `mp3`, `wav`, `mp4`, `flac`, `ogg`, ….
    pub container: Option<String>,
    /// Short name of the codec: `mp3`, `aac`, `opus`, `pcm_s16le`, ….
    pub codec: Option<String>,
    /// Sample rate in hertz.
    pub sample_rate_hz: Option<u32>,
    /// Number of channels.
    pub channels: Option<u32>,
    /// Length of the decoded sound in milliseconds.
    pub duration_ms: Option<u64>,
    /// Length that the container declares, in milliseconds.
    pub declared_duration_ms: Option<u64>,
    /// Integrated loudness of the mono mix in LUFS (ITU-R BS.1770-4).
    pub integrated_lufs: Option<f64>,
    /// True peak of the mono mix at 48 kHz in dBTP (ITU-R BS.1770-4 annex 2).
    pub true_peak_dbtp: Option<f64>,
    /// SHA-256 of the file as it was uploaded, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
}

impl Report {
    /// A report that knows nothing yet and accepts.
    pub fn empty() -> Self {
        Self {
            verdict: Verdict::Accepted,
            container: None,
            codec: None,
            sample_rate_hz: None,
            channels: None,
            duration_ms: None,
            declared_duration_ms: None,
            integrated_lufs: None,
            true_peak_dbtp: None,
            sha256: None,
            findings: Vec::new(),
        }
    }

    /// Adds a finding; one of severity [`Severity::Refuse`] refuses the file.
    pub fn add(&mut self, finding: Finding) {
        if finding.severity == Severity::Refuse {
            self.verdict = Verdict::Refused;
        }
        let place = self.findings.partition_point(|earlier| earlier.severity >= finding.severity);
        self.findings.insert(place, finding);
    }

    /// Whether a finding with this code is there.
    pub fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }

    /// Whether a finding with this code refuses the file.
    pub fn refused_for(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code && finding.severity == Severity::Refuse)
    }
}

/// A number as Vietnamese readers write it: `1.234,5`.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped},{fraction}") }
}

/// A length of time in words: `0,4 giây`, `3 phút 05 giây`, `2 giờ 00 phút`.
pub fn length(ms: u64) -> String {
    match ms {
        0..60_000 if ms.is_multiple_of(1000) => format!("{} giây", ms / 1000),
        0..60_000 => format!("{} giây", number(ms as f64 / 1000.0, 1)),
        60_000..3_600_000 => format!("{} phút {:02} giây", ms / 60_000, ms / 1000 % 60),
        _ => format!("{} giờ {:02} phút", ms / 3_600_000, ms / 60_000 % 60),
    }
}

/// A place in a recording: `1:05`.
pub fn place(ms: u64) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)
}

/// A size in words: `12,3 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", number(bytes as f64 / 1e3, 0)),
        _ => format!("{} MB", number(bytes as f64 / 1e6, 1)),
    }
}

//! What will be done between original and master, decided from what the check measured: how much gain, whether peaks
//! are limited, and what is cut off at the ends.

use super::findings::{Finding, Severity, number};
use super::probe::Checked;
use super::worker::Mending;
use super::{SAMPLES_PER_MS, TARGET_LUFS, TRUE_PEAK_CEILING_DBTP};
use crate::domain::bulletin::Mend;

/// Room below the ceiling, in dB: two meters read the same true peak up to this differently.
pub(super) const METER_ROOM_DB: f64 = 0.1;

/// Silence that stays at either end when it is trimmed, in milliseconds: a breath.
const BREATH_MS: u64 = 200;

/// How deep the limiter may reach for so many thousandths of the time: the loudest moments deeply, the rest hardly.
const SENSIBLE: [(u64, f64); 3] = [(3, 14.0), (20, 8.0), (100, 4.0)];

/// A deeper reduction than this is worth a word, in dB.
const WORTH_A_WORD_DB: f64 = 3.0;

/// The decision.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// Gain on everything, dB.
    pub gain_db: f64,
    /// Highest true peak that is let pass, dBTP; `None` where the gain alone stays below the ceiling.
    pub limit_to_dbtp: Option<f64>,
    /// Whether the gain is less than the target asks for.
    pub held_back: bool,
    /// Samples at 48 kHz that are left out at the start.
    pub skip: u64,
    /// Samples that follow and are kept.
    pub keep: u64,
    /// Samples left out at the end.
    pub cut: u64,
}

/// Decides; `None` for a recording without loudness. `lower_db` lowers the ceiling further.
pub(super) fn plan(checked: &Checked, mending: Mending, lower_db: f64) -> Option<Plan> {
    let measurement = checked.measurement.as_ref()?;
    let to_target = TARGET_LUFS - checked.report.integrated_lufs?;
    let ceiling = TRUE_PEAK_CEILING_DBTP - METER_ROOM_DB - lower_db;
    let sensible = SENSIBLE
        .iter()
        .map(|(permille, depth_db)| ceiling + depth_db - measurement.peaks.exceeded_by(*permille))
        .fold(f64::INFINITY, f64::min);
    // A recording that is too peaky even for that is at least brought up to the ceiling without limiting.
    let true_peak = checked.report.true_peak_dbtp?;
    let gain_db = to_target.min(sensible.max(ceiling - true_peak));
    let trim = |silent_ms: u64| {
        if mending.trim_silence { silent_ms.saturating_sub(BREATH_MS) * SAMPLES_PER_MS } else { 0 }
    };
    let skip = trim(measurement.silent_head_ms);
    let cut = trim(measurement.silent_tail_ms).min(measurement.samples.saturating_sub(skip));
    Some(Plan {
        gain_db,
        limit_to_dbtp: (true_peak + gain_db > ceiling).then_some(ceiling),
        held_back: gain_db + 0.05 < to_target,
        skip,
        keep: measurement.samples.saturating_sub(skip + cut),
        cut,
    })
}

/// What the person who uploaded should know of it.
pub(super) fn findings(mend: &Mend, reached_lufs: Option<f64>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if mend.gain_held_back {
        findings.push(Finding::new(
            "loudness_short",
            Severity::Note,
            format!(
                "Bản phát chỉ đạt {} LUFS (mức chuẩn {} LUFS): có đoạn quá to so với phần còn lại, tăng nữa sẽ làm méo tiếng.",
                number(reached_lufs.unwrap_or(f64::MIN).max(-99.0), 1),
                number(TARGET_LUFS, 0)
            ),
            "Nếu nghe nhỏ, hãy giảm riêng các đoạn quá to trong phần mềm thu âm rồi tải lên lại.",
        ));
    }
    if mend.deepest_reduction_db > WORTH_A_WORD_DB {
        findings.push(Finding::new(
            "limited",
            Severity::Note,
            format!(
                "Để đạt âm lượng chuẩn, các đỉnh được giảm nhiều nhất {} dB, tổng cộng trong {} giây.",
                number(mend.deepest_reduction_db, 1),
                number(mend.limited_ms as f64 / 1000.0, 1)
            ),
            "Không cần làm gì; nếu nghe bị nén, hãy thu lại với mức đều hơn.",
        ));
    }
    findings
}

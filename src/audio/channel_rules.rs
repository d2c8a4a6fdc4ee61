//! The rules of the upload check about single channels and their levels.

use super::channels::ChannelFacts;
use super::findings::{Finding, Report, Severity, length, number, place};
use super::measure::{Measurement, Silence};
use super::probe::Limits;

/// Adds what is wrong with the channels to `report`.
pub(super) fn apply(facts: &ChannelFacts, measurement: &Measurement, limits: &Limits, report: &mut Report) {
    clipping(facts, measurement, report);
    if measurement.all_silent {
        return;
    }
    dead(facts, report);
    inverted(facts, report);
    leaning(facts, limits, report);
}

/// `trái`, `phải`, or the number where there are more than two.
fn name(channel: u32, channels: u32) -> String {
    match (channel, channels) {
        (1, 2) => "trái".into(),
        (2, 2) => "phải".into(),
        (other, _) => format!("số {other}"),
    }
}

fn clipping(facts: &ChannelFacts, measurement: &Measurement, report: &mut Report) {
    let true_peak = measurement.true_peak_dbtp.unwrap_or(f64::MIN);
    if facts.clipped_samples == 0 && true_peak <= 0.0 {
        return;
    }
    let finding = Finding::new(
        "clipping",
        Severity::Warn,
        format!(
            "Âm thanh chạm trần: đỉnh {} dBTP (mức trần 0 dBTP), {} mẫu bị cắt ngọn.",
            number(true_peak, 1),
            number(facts.clipped_samples as f64, 0)
        ),
        "Hãy nghe lại đoạn này; nếu tiếng bị rè, thu lại với mức thu thấp hơn.",
    );
    report.add(Finding { at_ms: facts.first_clip_ms, ..finding });
}

fn dead(facts: &ChannelFacts, report: &mut Report) {
    for channel in &facts.dead {
        let name = name(*channel, facts.channels);
        // Surround recordings often leave channels empty; in a pair it means a loose plug.
        let severity = if facts.channels == 2 { Severity::Warn } else { Severity::Note };
        report.add(
            Finding::new(
                "channel_dead",
                severity,
                format!("Kênh {name} không có tiếng trong cả tệp; bản phát chỉ lấy các kênh có tiếng."),
                "Hãy nghe thử; nếu kênh kia đủ nội dung thì không cần làm gì, nếu không hãy kiểm tra dây micrô rồi thu lại.",
            )
            .at(0),
        );
    }
    for fault in &facts.dropouts {
        let Silence { at_ms, duration_ms } = fault.stretch;
        let name = name(fault.channel, facts.channels);
        let severity = if facts.channels == 2 { Severity::Warn } else { Severity::Note };
        report.add(
            Finding::new(
                "channel_dropout",
                severity,
                format!(
                    "Kênh {name} mất tiếng ở {} trong {}, nên khi trộn làm một, đoạn này nhỏ đi một nửa.",
                    place(at_ms),
                    length(duration_ms)
                ),
                "Hãy nghe lại đoạn này; nếu nhỏ hoặc thiếu lời, xuất lại bản ghi dạng một kênh (mono).",
            )
            .at(at_ms),
        );
    }
}

fn inverted(facts: &ChannelFacts, report: &mut Report) {
    for fault in &facts.inverted {
        let Silence { at_ms, duration_ms } = fault.stretch;
        report.add(
            Finding::new(
                "channel_inverted",
                Severity::Warn,
                format!(
                    "Hai kênh trái và phải ngược pha ở {} trong {}: trộn làm một thì triệt tiêu nhau, nên bản phát chỉ lấy kênh trái.",
                    place(at_ms),
                    length(duration_ms)
                ),
                "Hãy nghe thử bản phát; nếu thiếu tiếng, xuất lại bản ghi dạng một kênh (mono) rồi tải lên.",
            )
            .at(at_ms),
        );
    }
}

fn leaning(facts: &ChannelFacts, limits: &Limits, report: &mut Report) {
    let Some((channel, offset)) = facts.dc_offset else { return };
    if offset.abs() * 1000.0 <= limits.max_dc_offset_permille as f64 {
        return;
    }
    let of = if facts.channels > 1 { format!(" ở kênh {}", name(channel, facts.channels)) } else { String::new() };
    report.add(Finding::new(
        "dc_offset",
        Severity::Warn,
        format!(
            "Sóng âm bị lệch khỏi mức 0{of}: {} % (cho phép {} %).",
            number(offset * 100.0, 1),
            number(limits.max_dc_offset_permille as f64 / 10.0, 1)
        ),
        "Thiết bị thu có thể bị lỗi điện; nên dùng chức năng khử lệch DC của phần mềm thu âm rồi xuất lại.",
    ));
}

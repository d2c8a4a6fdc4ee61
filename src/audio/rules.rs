//! The rules of the upload check: from what was heard to findings, each with its figure and a remedy.

use super::channel_rules;
use super::channels::ChannelFacts;
use super::decode::{DecodeError, Progress, Unsupported};
use super::findings::{Finding, Report, Severity, length, number, place, size};
use super::measure::Measurement;
use super::probe::Limits;
use super::sniff::Sniffed;
use crate::domain::portrait::Fingerprint;

/// Packets that may always be skipped: a recording cut out of a stream begins in the middle of one.
const ALWAYS_SKIPPABLE: u64 = 2;

/// A cut shorter than this at the end is not worth a word, in milliseconds.
const SLIGHT_MS: u64 = 250;

/// Share of an MP3 file without a length header that may be neither sound nor tag, in percent.
const MAX_JUNK_PERCENT: u64 = 20;

const EXPORT_AGAIN: &str = "Hãy xuất lại bản ghi đầy đủ (MP3, WAV hoặc FLAC) rồi tải lên.";

/// What came of listening to a recording.
#[derive(Debug)]
pub(super) struct Heard {
    /// What decoding saw.
    pub progress: Progress,
    /// What is wrong with single channels.
    pub channels: ChannelFacts,
    /// What was measured; `None` if listening was given up because of the length.
    pub measurement: Option<Measurement>,
    /// What it sounds like.
    pub fingerprint: Option<Fingerprint>,
    /// Why listening stopped before the end, if it did.
    pub trouble: Option<Trouble>,
}

/// Why listening stopped before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It went on and on.
    TooLong,
    /// Its sample rate can't be converted.
    Rate,
}

/// Adds what the rules find to `report`, whose fields are filled in already.
pub(super) fn apply(heard: &Heard, sniffed: &Sniffed, limits: &Limits, report: &mut Report) {
    let Some(measurement) = &heard.measurement else {
        report.add(too_long(limits.max_duration_ms * 2, true, limits));
        return;
    };
    if heard.trouble == Some(Trouble::Rate) {
        report.add(undecodable("không đổi được tần số lấy mẫu"));
    }
    how_whole(&heard.progress, sniffed, limits, report);
    // A file that is cut off is short or empty because of that, and is told so once.
    let cut_off = report.refused_for("truncated");
    if measurement.samples > 0 {
        how_long(heard, limits, cut_off, report);
        how_loud(heard, measurement, limits, report);
        where_silent(measurement, limits, report);
        channel_rules::apply(&heard.channels, measurement, limits, report);
    } else if !cut_off {
        report.add(no_sound_decoded(&heard.progress));
    }
    how_clean(&heard.progress, sniffed, limits, report);
    notes(&heard.channels, limits, report);
}

fn how_long(heard: &Heard, limits: &Limits, cut_off: bool, report: &mut Report) {
    let duration_ms = heard.progress.decoded_ms.round() as u64;
    if duration_ms < limits.min_duration_ms && !cut_off {
        report.add(Finding::new(
            "too_short",
            Severity::Refuse,
            format!("Tệp chỉ dài {}, ngắn hơn mức tối thiểu {}.", length(duration_ms), length(limits.min_duration_ms)),
            EXPORT_AGAIN,
        ));
    } else if duration_ms > limits.max_duration_ms {
        report.add(too_long(duration_ms, false, limits));
    }
}

fn too_long(duration_ms: u64, given_up: bool, limits: &Limits) -> Finding {
    let more = if given_up { "hơn " } else { "" };
    Finding::new(
        "too_long",
        Severity::Refuse,
        format!("Tệp dài {more}{}, vượt mức tối đa {}.", length(duration_ms), length(limits.max_duration_ms)),
        "Hãy chia bản ghi thành nhiều bản tin ngắn hơn rồi tải lên từng bản.",
    )
    .at(limits.max_duration_ms)
}

fn how_loud(heard: &Heard, measurement: &Measurement, limits: &Limits, report: &mut Report) {
    let long_enough = report.duration_ms.is_some_and(|duration_ms| duration_ms >= limits.min_duration_ms);
    let nothing = measurement.all_silent || !heard.channels.sounds;
    if nothing || (long_enough && measurement.integrated_lufs.is_none()) {
        report.add(silent(limits));
        return;
    }
    if let Some(lufs) = measurement.integrated_lufs.filter(|lufs| *lufs < limits.quiet_lufs) {
        report.add(Finding::new(
            "too_quiet",
            Severity::Warn,
            format!(
                "Âm lượng trung bình chỉ {} LUFS, nhỏ hơn mức nên có {} LUFS.",
                number(lufs, 1),
                number(limits.quiet_lufs, 1)
            ),
            "Hãy nghe lại: khi tăng âm lượng, tiếng ồn nền cũng lớn theo. Nếu được, thu lại gần micrô hơn.",
        ));
    }
}

fn silent(limits: &Limits) -> Finding {
    Finding::new(
        "silent",
        Severity::Refuse,
        format!("Cả tệp không có tiếng: mọi đoạn đều dưới {} dBFS.", number(limits.silence_dbfs, 0)),
        "Hãy kiểm tra micrô và kênh thu, thu lại rồi tải lên.",
    )
}

fn where_silent(measurement: &Measurement, limits: &Limits, report: &mut Report) {
    if measurement.all_silent {
        return;
    }
    const CUT: &str = "Hãy nghe lại; nếu không có chủ ý, cắt bỏ đoạn lặng rồi tải lên.";
    for (number, gap) in (1_u64..).zip(&measurement.gaps) {
        let of = if measurement.gap_count > 1 {
            format!(" (đoạn {number} trong {} đoạn)", measurement.gap_count)
        } else {
            String::new()
        };
        let message = format!(
            "Có đoạn lặng dài {} ở {}, quá {}{of}.",
            length(gap.duration_ms),
            place(gap.at_ms),
            length(limits.max_gap_ms)
        );
        report.add(Finding::new("silence_inside", Severity::Warn, message, CUT).at(gap.at_ms));
    }
    let edge = limits.max_edge_silence_ms;
    if measurement.silent_head_ms > edge {
        let message = format!("Đầu tệp lặng {}, quá {}.", length(measurement.silent_head_ms), length(edge));
        report.add(Finding::new("silence_head", Severity::Warn, message, CUT).at(0));
    }
    if measurement.silent_tail_ms > edge {
        let end_ms = measurement.samples / super::SAMPLES_PER_MS;
        let message = format!("Cuối tệp lặng {}, quá {}.", length(measurement.silent_tail_ms), length(edge));
        let at_ms = end_ms.saturating_sub(measurement.silent_tail_ms);
        report.add(Finding::new("silence_tail", Severity::Warn, message, CUT).at(at_ms));
    }
}

/// Compares the declared length with what is there, both ways.
fn how_whole(progress: &Progress, sniffed: &Sniffed, limits: &Limits, report: &mut Report) {
    let decoded_ms = progress.decoded_ms.round() as u64;
    let declared_ms = report.declared_duration_ms;
    let tolerance_ms =
        limits.length_tolerance_ms.max(declared_ms.unwrap_or(0) * limits.length_tolerance_permille / 1000);
    match declared_ms {
        Some(declared_ms) if decoded_ms + tolerance_ms < declared_ms => {
            let message = format!(
                "Tệp khai dài {} nhưng chỉ có {}: thiếu {}.",
                length(declared_ms),
                length(decoded_ms),
                length(declared_ms - decoded_ms)
            );
            report.add(truncated(message, Severity::Refuse, decoded_ms));
            return;
        }
        Some(declared_ms) if progress.packets_ms as u64 > declared_ms + tolerance_ms => {
            let message = format!(
                "Tệp khai dài {} nhưng chứa đến {}: phần đầu tệp ghi sai độ dài.",
                length(declared_ms),
                length(progress.packets_ms as u64)
            );
            report.add(lying(message, declared_ms));
        }
        _ => {}
    }
    // The sound of a recorder that lost power lies behind a header that says too little.
    let second_of_sound = second_in_bytes(report);
    if sniffed.wav_stray_bytes > second_of_sound.max(sniffed.bytes / 50) {
        let message = format!(
            "Sau phần âm thanh đã khai còn {} dữ liệu không được khai: phần đầu tệp ghi sai độ dài.",
            size(sniffed.wav_stray_bytes)
        );
        report.add(lying(message, decoded_ms));
    }
    if sniffed.ogg_end_marked == Some(false) {
        let message = format!("Tệp dừng ở {} mà không có dấu kết thúc: phần cuối đã bị cắt mất.", place(decoded_ms));
        report.add(truncated(message, Severity::Refuse, decoded_ms));
    } else if progress.broke_off && declared_ms.is_some_and(|ms| decoded_ms + SLIGHT_MS < ms) {
        let message = format!("Tệp đứt ở {} giữa một gói dữ liệu.", place(decoded_ms));
        report.add(truncated(message, Severity::Warn, decoded_ms));
    }
}

/// Bytes of one second of 16-bit sound like that of `report`.
fn second_in_bytes(report: &Report) -> u64 {
    let rate = u64::from(report.sample_rate_hz.unwrap_or(8000));
    rate * u64::from(report.channels.unwrap_or(1)) * 2
}

fn truncated(message: String, severity: Severity, at_ms: u64) -> Finding {
    let remedy = match severity {
        Severity::Refuse => EXPORT_AGAIN,
        _ => "Hãy nghe lại đoạn cuối; nếu thiếu lời, xuất lại bản ghi rồi tải lên.",
    };
    Finding::new("truncated", severity, message, remedy).at(at_ms)
}

fn lying(message: String, at_ms: u64) -> Finding {
    Finding::new("lying", Severity::Refuse, message, EXPORT_AGAIN).at(at_ms)
}

/// Judges what had to be left out on the way.
fn how_clean(progress: &Progress, sniffed: &Sniffed, limits: &Limits, report: &mut Report) {
    if progress.skipped_packets > 0 {
        let too_many = progress.skipped_packets > ALWAYS_SKIPPABLE
            && progress.skipped_packets * 1000 > progress.packets * limits.max_skipped_permille;
        let finding = Finding::new(
            "decode_errors",
            if too_many { Severity::Refuse } else { Severity::Warn },
            format!(
                "{} trong {} gói dữ liệu bị hỏng, không đọc được (cho phép {} %).",
                number(progress.skipped_packets as f64, 0),
                number(progress.packets as f64, 0),
                number(limits.max_skipped_permille as f64 / 10.0, 0)
            ),
            "Tệp có thể đã hỏng khi sao chép. Hãy lấy lại tệp từ máy thu hoặc xuất lại rồi tải lên.",
        );
        report.add(Finding { at_ms: progress.first_skip_ms, ..finding });
    }
    if report.container.as_deref() == Some("mp3") {
        let known = progress.packet_bytes + sniffed.id3v2_bytes;
        let junk = sniffed.bytes.saturating_sub(known);
        let declared = report.declared_duration_ms.is_some();
        if !declared && junk * 100 > sniffed.bytes * MAX_JUNK_PERCENT {
            report.add(Finding::new(
                "decode_errors",
                Severity::Refuse,
                format!("{} trong {} của tệp không phải là âm thanh MP3 đọc được.", size(junk), size(sniffed.bytes)),
                EXPORT_AGAIN,
            ));
        }
    }
}

fn notes(facts: &ChannelFacts, limits: &Limits, report: &mut Report) {
    let one_is_mixed = !facts.to_mix().is_empty();
    if let Some(channels) = report.channels.filter(|channels| *channels > 1 && !one_is_mixed) {
        report.add(Finding::new(
            "stereo_downmixed",
            Severity::Note,
            format!("Tệp có {channels} kênh; loa phát một kênh nên các kênh được trộn làm một."),
            "Không cần làm gì, trừ khi hai kênh chứa nội dung khác nhau.",
        ));
    }
    if let Some(rate) = report.sample_rate_hz.filter(|rate| *rate < limits.min_sample_rate_hz) {
        report.add(Finding::new(
            "low_sample_rate",
            Severity::Note,
            format!(
                "Tần số lấy mẫu chỉ {} Hz, thấp hơn {} Hz: tiếng nghe như qua điện thoại.",
                number(f64::from(rate), 0),
                number(f64::from(limits.min_sample_rate_hz), 0)
            ),
            "Nếu còn bản ghi gốc, hãy xuất lại ở 44.100 Hz hoặc 48.000 Hz.",
        ));
    }
}

/// A file without a byte.
pub(super) fn empty() -> Finding {
    Finding::new(
        "empty",
        Severity::Refuse,
        "Tệp rỗng (0 byte).",
        "Hãy chọn lại tệp bản ghi; có thể lần sao chép trước chưa xong.",
    )
}

/// A file with more bytes than allowed.
pub(super) fn too_large(bytes: u64, limits: &Limits) -> Finding {
    Finding::new(
        "too_large",
        Severity::Refuse,
        format!("Tệp nặng {}, vượt mức tối đa {}.", size(bytes), size(limits.max_bytes)),
        "Hãy xuất lại dạng MP3 hoặc FLAC cho nhẹ hơn rồi tải lên.",
    )
}

/// A file that is known to be something other than sound.
pub(super) fn not_sound(name: &str) -> Finding {
    Finding::new(
        "no_audio",
        Severity::Refuse,
        format!("Nội dung tệp là {name}, không phải âm thanh."),
        "Hãy chọn đúng tệp bản ghi (MP3, M4A, WAV, FLAC hoặc Ogg) rồi tải lên.",
    )
}

fn no_sound_decoded(progress: &Progress) -> Finding {
    if progress.packets == 0 {
        Finding::new(
            "empty",
            Severity::Refuse,
            "Tệp có phần đầu hợp lệ nhưng không chứa đoạn âm thanh nào.",
            EXPORT_AGAIN,
        )
    } else {
        undecodable("không giải mã được gói dữ liệu nào")
    }
}

fn undecodable(reason: &str) -> Finding {
    Finding::new(
        "undecodable",
        Severity::Refuse,
        format!("Không đọc được âm thanh trong tệp ({reason})."),
        EXPORT_AGAIN,
    )
}

/// A file that could not be opened for decoding; `container` is what its first bytes announce.
pub(super) fn cannot_decode(error: &DecodeError, container: Option<&str>) -> Finding {
    match (error, container) {
        (DecodeError::NoAudio { .. }, _) => Finding::new(
            "no_audio",
            Severity::Refuse,
            "Tệp không chứa phần âm thanh nào.",
            "Hãy chọn đúng tệp bản ghi, hoặc tách riêng phần âm thanh rồi tải lên.",
        ),
        (DecodeError::UnsupportedCodec { why, .. }, _) => undecodable(&match why {
            Unsupported::SampleRate(hertz) => {
                format!("tần số lấy mẫu {} Hz nằm ngoài khoảng đọc được", number(f64::from(*hertz), 0))
            }
            Unsupported::Channels(count) => format!("{count} kênh là không đọc được"),
            Unsupported::Codec(_) => "kiểu nén âm thanh này chưa được hỗ trợ".into(),
        }),
        (DecodeError::UnknownContainer { cut_off: true, .. }, Some(container)) => {
            let message = format!("Tệp {} bị cắt ngang nên không đọc được.", container.to_uppercase());
            truncated(message, Severity::Refuse, 0)
        }
        (DecodeError::UnknownContainer { .. }, Some(container)) => {
            undecodable(&format!("phần đầu tệp {} bị hỏng hoặc thiếu", container.to_uppercase()))
        }
        _ => Finding::new(
            "undecodable",
            Severity::Refuse,
            "Không nhận ra định dạng: nội dung không phải MP3, M4A, FLAC, WAV, AIFF hay Ogg.",
            EXPORT_AGAIN,
        ),
    }
}

/// The container, where it was recognised before decoding failed.
pub(super) fn container_of(error: &DecodeError) -> Option<&'static str> {
    match error {
        DecodeError::NoAudio { container } | DecodeError::UnsupportedCodec { container, .. } => Some(container),
        DecodeError::Io { .. } | DecodeError::UnknownContainer { .. } => None,
    }
}

//! Sample pages about bulletins.

use super::*;
use crate::domain::bulletin::Origin;
use crate::domain::portrait::Waveform;

pub(in crate::web::pages) fn bulletins(lang: Lang) -> BulletinsPage {
    let row = |code: &str, title: &str, topic, state, warnings| BulletinRow {
        code: code.into(),
        title: title.into(),
        topic,
        priority: Priority::Priority,
        state,
        expired: false,
        version: 2,
        airing_version: (state == State::Draft).then_some(1),
        duration_ms: 522_000,
        loudness_lufs: -16.2,
        warnings,
        airs_from: day(13),
        airs_to: day(19),
    };
    BulletinsPage {
        frame: frame(lang, Tab::Bulletins, "/ban-tin", &[Role::Editor]),
        rows: vec![
            row("cchc-26", "Nộp phí, lệ phí không cần tiền mặt", 5, State::Draft, 0),
            row("cchc-25", "Đề án 06: dữ liệu nối thông, thủ tục thuận tiện", 6, State::Submitted, 2),
            row("cchc-24", "Tìm hiểu thủ tục ở đâu cho đúng?", 2, State::Approved, 0),
            row("cchc-23", "Năm 2024, cải cách hành chính làm gì?", 3, State::Returned, 1),
            row("cchc-22", "Cải cách hành chính để bà con đỡ đi lại", 1, State::Withdrawn, 0),
        ],
        desk: Some(uploads::desk(lang)),
    }
}

/// A recording that swells and falls, with a gap and a loud stretch.
fn waveform() -> Waveform {
    let peak = |at: u32| match at {
        256..=268 => 0,
        585..=633 => 250,
        _ => u8::try_from(60 + (at * 7919) % 90).expect("below 150"),
    };
    Waveform { duration_ms: 522_000, peaks: (0..200).map(|at| peak(at * 5)).collect() }
}

fn good_row(label: &str, measured: &str, required: &str, good: &str) -> CheckRow {
    CheckRow {
        label: label.into(),
        measured: measured.into(),
        required: required.into(),
        good: good.into(),
        short: false,
        finding: None,
    }
}

fn sound(lang: Lang) -> SoundView {
    let finding = |key: &str, number, at_ms, opened| FindingView {
        key: key.into(),
        number: Some(number),
        severity: Severity::Warn,
        remedy: "Hãy nghe lại, cắt bớt nếu không chủ ý.".into(),
        at_ms: Some(at_ms),
        opened: Some(opened),
    };
    let gap = good_row("Khoảng lặng", "Lặng 6,4 giây từ 2:14", "không quá 5 giây", "");
    let loud = good_row("Đỉnh tín hiệu", "Vượt đỉnh từ 5:06", "không quá −1,5 dBTP", "");
    SoundView {
        audio: Some(AudioLinks {
            opus_url: "/am-thanh/9.opus".into(),
            wav_url: "/am-thanh/9.wav".into(),
            wav_bytes: 50_112_044,
        }),
        wave: WaveView::draw(Words::new(lang), &waveform(), &[(1, 134_000), (2, 306_000)]),
        duration_ms: 522_000,
        rows: vec![
            good_row("Định dạng", "MP3, 44,1 kHz, 1 kênh", "MP3, AAC, FLAC, WAV", "Đạt"),
            good_row("Thời lượng", "8 phút 42 giây", "từ 1 giây đến 120 phút", "Đạt"),
            good_row("Độ lớn trung bình", "−18,6 LUFS", "bản chuẩn −16,0 LUFS", "Đã tự tăng 2,6 dB"),
            CheckRow { finding: Some(finding("silence_inside@134000", 1, 134_000, true)), ..gap },
            CheckRow { finding: Some(finding("clipping@306000", 2, 306_000, false)), ..loud },
            good_row("Trùng tệp cũ", "không trùng", "", "Đạt"),
        ],
        open: None,
        mended: vec!["Đã cắt 1,2 giây lặng ở đầu.".into()],
        original_sha256: hash('1'),
        rendition_sha256: hash('9'),
    }
}

pub(in crate::web::pages) fn reach() -> ReachView {
    ReachView {
        stations: 229,
        days: 7,
        per_day: Some(2),
        airings: 3206,
        short: 12,
        districts: 17,
        from: day(13),
        to: day(19),
        beyond: None,
        displaced: vec![DisplacedView {
            code: "binh-duong-7".into(),
            title: "Lịch tiêm chủng tháng 6".into(),
            commune: true,
            stations: 6,
            later: 40,
            later_minutes: 9,
            elsewhere: 1,
            out: 2,
        }],
        night: 0,
        near_edge: 14,
        refused_at: 3,
        silent: vec![("không nhận bản tin thông thường".into(), 10), ("chưa có yêu cầu phát".into(), 2)],
    }
}

fn week() -> WeekView {
    let row = |time: &str, gap, name: &str, own| WeekRow {
        time: time.into(),
        gap,
        cells: (0..7)
            .map(|at| {
                let cell = WeekCell { time: time.into(), name: name.into(), own };
                if at == 6 && own { Vec::new() } else { vec![cell] }
            })
            .collect(),
    };
    WeekView {
        station: "Đài truyền thanh xã Bình Dương".into(),
        stations: vec![Choice {
            value: "dtt-0001".into(),
            label: "Đài truyền thanh xã Bình Dương".into(),
            selected: true,
        }],
        days: (13..20).map(day).collect(),
        rows: vec![
            row("05:30", false, "Đài tỉnh", false),
            row("05:45", false, "cchc-25", true),
            row("17:45", true, "cchc-25", true),
        ],
    }
}

pub(in crate::web::pages) fn bulletin(lang: Lang) -> BulletinPage {
    let sonha = "Trần Thị Thu Hà";
    let version = |version, state, hour, minute, changed| VersionView {
        version,
        state,
        expired: false,
        author: sonha.into(),
        at: at(hour, minute),
        duration_ms: 522_000,
        changed,
    };
    let step = |version, what, by: &str, hour, minute, reason: Option<&str>| StepView {
        version,
        what,
        by: by.into(),
        at: at(hour, minute),
        reason: reason.map(String::from),
    };
    BulletinPage {
        frame: frame(lang, Tab::Queue, "/ban-tin/cchc-25", &[Role::Approver]),
        queue: Some(queue_column()),
        code: "cchc-25".into(),
        title: "Đề án 06: dữ liệu nối thông, thủ tục thuận tiện".into(),
        topic: 6,
        priority: Priority::Priority,
        origin: Origin::Department,
        producer: "Sở TT&TT".into(),
        language: "vi".into(),
        siblings: vec![SiblingView {
            code: "cchc-25-ktv".into(),
            title: "Đề án 06".into(),
            language: "ktv".into(),
            state: State::Approved,
            expired: true,
        }],
        source_document: "Kế hoạch tuyên truyền cải cách hành chính năm 2024".into(),
        document_ends: Some(day(19)),
        transcript: "Kính thưa quý vị và bà con.\nKết nối dữ liệu dân cư giúp giải quyết hộ tịch, đất đai; \
                     xin đừng cho ai mật khẩu, mã OTP. "
            .repeat(4),
        areas: vec!["tỉnh Quảng Nam".into()],
        except: vec!["huyện Tây Giang".into()],
        airs_from: day(13),
        airs_to: day(19),
        order: Some("2 lượt mỗi ngày".into()),
        version: 2,
        state: State::Submitted,
        expired: false,
        author: sonha.into(),
        file_name: "ban-tin-cchc-25.mp3".into(),
        made_at: at(9, 12),
        sound: sound(lang),
        warnings: 2,
        heard: 1,
        versions: vec![
            version(2, State::Submitted, 9, 12, vec![Changed::Sound, Changed::Dates]),
            version(1, State::Returned, 8, 2, vec![]),
        ],
        history: vec![
            step(1, Happened::Made(0), sonha, 8, 2, None),
            step(1, Happened::Step(State::Submitted), sonha, 8, 5, None),
            step(1, Happened::Step(State::Returned), "Nguyễn Văn Sơn", 8, 40, Some("thiếu nguồn trích")),
            step(2, Happened::Made(2), sonha, 9, 12, None),
            step(2, Happened::Step(State::Submitted), sonha, 9, 20, None),
            step(2, Happened::Heard(1), "Nguyễn Văn Sơn", 9, 44, None),
        ],
        reach: Some(reach()),
        week: Some(week()),
        removal: None,
        public: false,
        may_submit: false,
        approve: Some(keys::approve_form(lang, ApproveTurn::Only, Signer::Center)),
        endorsed_own: false,
        may_decide: true,
        may_upload: false,
        own_work: false,
    }
}

/// The same bulletin as its author sees it, who approves other people's.
pub(in crate::web::pages) fn bulletin_own(lang: Lang) -> BulletinPage {
    let mut page = bulletin(lang);
    page.may_decide = false;
    page.approve = None;
    page.may_upload = true;
    page.own_work = true;
    page.reach = None;
    page.week = None;
    page
}

/// Approved, opened without scripts at its second warning.
pub(in crate::web::pages) fn bulletin_approved(lang: Lang) -> BulletinPage {
    let mut page = bulletin(lang);
    page.may_decide = false;
    page.approve = None;
    page.state = State::Approved;
    page.public = true;
    page.queue = None;
    page.sound.open = Some(2);
    page.removal = Some(RemovalView { stations: 229, on_air: 3, today: 120, later: 2800 });
    page
}

pub(in crate::web::pages) fn reach_page(lang: Lang) -> ReachPage {
    let row = |station: &str, times: &[(&str, &str)], silent: &str| ReachRow {
        station_id: "dtt-0001".into(),
        station: station.into(),
        unit: "huyện Thăng Bình".into(),
        airings: times.len() as u64 * 7,
        times: times.iter().map(|(days, at)| ((*days).into(), (*at).into())).collect(),
        silent: silent.into(),
    };
    ReachPage {
        frame: frame(lang, Tab::Bulletins, "/ban-tin/cchc-25/tam-phat?version=2", &[Role::Approver]),
        code: "cchc-25".into(),
        title: "Đề án 06: dữ liệu nối thông".into(),
        version: 2,
        reach: ReachView { per_day: None, beyond: Some(day(30)), ..reach() },
        units: vec![Choice { value: "513".into(), label: "huyện Thăng Bình".into(), selected: false }],
        only_silent: false,
        spread: vec![("huyện Thăng Bình".into(), 21, 294)],
        rows: vec![
            row("Đài truyền thanh xã Bình Dương", &[("13/6 – 19/6", "05:45, 17:45")], ""),
            row("Đài truyền thanh xã Bình Đào", &[], "không nhận bản tin thông thường"),
        ],
        found: 241,
        page: 2,
        pages: 5,
        query: "version=2&don-vi=&xem=".into(),
    }
}

pub(in crate::web::pages) fn withdrawal(lang: Lang) -> WithdrawalPage {
    let one = |station: &str, connected, operators: &str| ConcernedView {
        station: station.into(),
        area: "xã Bình Dương, huyện Thăng Bình".into(),
        first: at(17, 45),
        airings: 15,
        connected,
        last_seen: (!connected).then(|| at(6, 2)),
        operators: operators.into(),
    };
    WithdrawalPage {
        frame: frame(lang, Tab::Bulletins, "/ban-tin/cchc-25/thu-hoi?version=2", &[Role::Approver]),
        code: "cchc-25".into(),
        title: "Đề án 06: dữ liệu nối thông".into(),
        version: 2,
        at: at(10, 32),
        by: "Nguyễn Văn Sơn".into(),
        reason: "sai số điện thoại".into(),
        manual: vec![
            one("Đài truyền thanh xã Bình Dương", false, "Phạm Văn Lợi"),
            one("Đài truyền thanh xã Bình Minh", false, ""),
        ],
        waiting: vec![one("Đài truyền thanh xã Bình Đào", false, "Lê Thị Mỹ")],
        told: vec![one("Đài truyền thanh xã Bình Hải", true, "")],
    }
}

fn queue_column() -> QueueColumn {
    QueueColumn {
        waiting: vec![
            QueueRow {
                code: "cchc-25".into(),
                title: "Đề án 06: dữ liệu nối thông".into(),
                version: 2,
                duration_ms: 522_000,
                priority: Priority::Priority,
                submitted_by: "Lê Thị Mỹ".into(),
                submitted_at: at(9, 20),
                warnings: 2,
                own: false,
                commune: false,
                second: false,
                current: true,
            },
            QueueRow {
                code: "binh-duong-8".into(),
                title: "Lịch tiếp dân tháng 6".into(),
                version: 1,
                duration_ms: 435_000,
                priority: Priority::Ordinary,
                submitted_by: "Trần Thị Thu Hà".into(),
                submitted_at: at(14, 2),
                warnings: 0,
                own: true,
                commune: true,
                second: false,
                current: false,
            },
        ],
        decided: vec![DecidedRow {
            code: "cchc-23".into(),
            title: "Năm 2024, cải cách hành chính làm gì?".into(),
            version: 1,
            state: State::Returned,
            expired: false,
            by: "Nguyễn Văn Sơn".into(),
            at: at(8, 0),
            reason: Some("thiếu nguồn trích".into()),
        }],
    }
}

pub(in crate::web::pages) fn queue(lang: Lang) -> QueuePage {
    let mut queue = queue_column();
    queue.waiting[0].current = false;
    QueuePage { frame: frame(lang, Tab::Queue, "/duyet", &[Role::Approver]), queue, held: 2 }
}

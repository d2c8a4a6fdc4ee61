//! Sample pages about bulletins.

use super::*;

pub(in crate::web::pages) fn bulletins(lang: Lang) -> BulletinsPage {
    let row = |code: &str, title: &str, topic, state, warnings| BulletinRow {
        code: code.into(),
        title: title.into(),
        topic,
        priority: Priority::Priority,
        state,
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

pub(in crate::web::pages) fn bulletin(lang: Lang) -> BulletinPage {
    BulletinPage {
        frame: frame(lang, Tab::Bulletins, "/ban-tin/cchc-25", &[Role::Approver]),
        code: "cchc-25".into(),
        title: "Đề án 06: dữ liệu nối thông, thủ tục thuận tiện".into(),
        topic: 6,
        priority: Priority::Priority,
        producer: "Sở TT&TT".into(),
        language: "tiếng Việt".into(),
        source_document: "Kế hoạch tuyên truyền cải cách hành chính năm 2024".into(),
        transcript: "Kính thưa quý vị và bà con.\nKết nối dữ liệu dân cư giúp giải quyết hộ tịch, đất đai; xin đừng cho ai mật khẩu, mã OTP.".into(),
        areas: vec!["tỉnh Quảng Nam".into()],
        except: vec!["huyện Tây Giang".into()],
        airs_from: day(13),
        airs_to: day(19),
        order: Some("2 lượt mỗi ngày".into()),
        version: 2,
        state: State::Submitted,
        author: "Trần Thị Thu Hà".into(),
        file_name: "ban-tin-cchc-25.mp3".into(),
        duration_ms: 522_000,
        original_lufs: -18.6,
        reached_lufs: -16.0,
        true_peak_dbtp: -1.2,
        original_sha256: hash('1'),
        rendition_sha256: hash('9'),
        audio: Some(AudioLinks {
            opus_url: "/am-thanh/9.opus".into(),
            wav_url: "/am-thanh/9.wav".into(),
            wav_bytes: 50_112_044,
        }),
        findings: vec![
            FindingView {
                severity: Severity::Warn,
                text: "Lặng 6,4 giây".into(),
                remedy: "Nghe lại, cắt bớt nếu không chủ ý.".into(),
                at_ms: Some(134_000),
            },
            FindingView {
                severity: Severity::Note,
                text: "Âm lượng −18,6 LUFS, đã tăng 2,6 dB".into(),
                remedy: "Không phải làm gì.".into(),
                at_ms: None,
            },
        ],
        versions: vec![
            VersionView { version: 2, state: State::Submitted, author: "Trần Thị Thu Hà".into(), at: at(9, 12), duration_ms: 522_000 },
            VersionView { version: 1, state: State::Returned, author: "Trần Thị Thu Hà".into(), at: at(8, 2), duration_ms: 530_000 },
        ],
        history: vec![
            StepView { version: 1, to: State::Draft, by: "Trần Thị Thu Hà".into(), at: at(8, 2), reason: None },
            StepView { version: 1, to: State::Submitted, by: "Trần Thị Thu Hà".into(), at: at(8, 5), reason: None },
            StepView { version: 1, to: State::Returned, by: "Nguyễn Văn Sơn".into(), at: at(8, 40), reason: Some("thiếu nguồn trích".into()) },
            StepView { version: 2, to: State::Submitted, by: "Trần Thị Thu Hà".into(), at: at(9, 20), reason: None },
        ],
        reach: Some(Reach { stations: 241, airings: 3374, spread: "18 huyện".into() }),
        may_submit: false,
        approve: Some(keys::approve_form(lang, ApproveTurn::Only, Signer::Center)),
        endorsed_own: false,
        may_decide: true,
        may_withdraw: false,
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
    page
}

pub(in crate::web::pages) fn queue(lang: Lang) -> QueuePage {
    QueuePage {
        frame: frame(lang, Tab::Queue, "/duyet", &[Role::Approver]),
        waiting: vec![
            QueueRow {
                code: "cchc-25".into(),
                title: "Đề án 06: dữ liệu nối thông".into(),
                version: 2,
                duration_ms: 522_000,
                priority: Priority::Priority,
                author: "Lê Thị Mỹ".into(),
                submitted_at: at(9, 20),
                warnings: 2,
                own: false,
            },
            QueueRow {
                code: "cchc-26".into(),
                title: "Nộp phí, lệ phí không cần tiền mặt".into(),
                version: 1,
                duration_ms: 435_000,
                priority: Priority::Ordinary,
                author: "Trần Thị Thu Hà".into(),
                submitted_at: at(14, 2),
                warnings: 0,
                own: true,
            },
        ],
        decided: vec![DecidedRow {
            code: "cchc-23".into(),
            title: "Năm 2024, cải cách hành chính làm gì?".into(),
            state: State::Returned,
            by: "Nguyễn Văn Sơn".into(),
            at: at(8, 0),
            reason: Some("thiếu nguồn trích".into()),
        }],
    }
}

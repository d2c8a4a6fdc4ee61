//! Sample pages about a commune's own bulletins and what it is offered.

use super::*;
use crate::domain::upload::UploadState;

fn operator(lang: Lang, tab: Tab, path: &str) -> Frame {
    frame(lang, tab, path, &[Role::Operator])
}

fn form() -> LocalForm {
    let typed = [("title", "Lịch tiêm phòng & khám"), ("plays", "2"), ("dayparts", "me"), ("priority", "priority")];
    let typed = typed.into_iter().map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
    let errors = vec![FieldError { field: "airs_to".into(), text: "Ngày cuối đã qua.".into() }];
    LocalForm { facts: FactsForm { errors, ..FactsForm::default().with(&typed) }, communes: Vec::new() }
}

fn upload(state: UploadState) -> UploadView {
    UploadView {
        id: std::iter::repeat_n('7', 32).collect(),
        file_name: "tiem-phong.m4a".into(),
        bytes: 3_200_000,
        received: 3_200_000,
        head: hash('4'),
        state,
        reason: None,
        warnings: 0,
        has_facts: false,
    }
}

fn full() -> QuotaView {
    QuotaView { in_force: 3, most_in_force: 20, waiting: 5, most_waiting: 5, has_room: false }
}

/// The form, beside what waits, is in force and was sent back.
pub(in crate::web::pages) fn page(lang: Lang) -> LocalPage {
    let row = |code: &str, title: &str, state, reason: Option<&str>| LocalRow {
        code: code.into(),
        title: title.into(),
        state,
        airs_from: day(12),
        airs_to: day(20),
        reason: reason.map(String::from),
        again: state == State::Returned,
        may_take_back: state == State::Submitted,
    };
    LocalPage {
        frame: operator(lang, Tab::Local, "/them-tin"),
        commune: "xã Bình Dương".into(),
        form: form(),
        key: "f3".repeat(16),
        again: Some("DP-20503-20240611-1".into()),
        kept: Some("dong-gop.mp3".into()),
        limit_bytes: 500_000_000,
        quota: Some(full()),
        uploads: vec![upload(UploadState::Checked)],
        items: vec![
            row("DP-20503-20240612-2", "Họp dân thôn 3", State::Submitted, None),
            row("DP-20503-20240612-1", "Lịch cắt điện", State::Approved, None),
            row("DP-20503-20240611-1", "Đóng góp quỹ", State::Returned, Some("Đọc lại số tiền")),
        ],
    }
}

/// Where it lands, what it moves, and why it falls short on some days.
pub(in crate::web::pages) fn one(lang: Lang) -> LocalOnePage {
    let moved = |title: &str, commune, how: &str, out| MovedRow {
        title: title.into(),
        commune,
        from: "17:30".into(),
        how: how.into(),
        out,
        days: "12/6, 13/6".into(),
    };
    let station = StationLandingView {
        name: "Đài truyền thanh xã Bình Dương".into(),
        days: vec![LandingRow {
            days: "Thứ Tư, 12/6/2024".into(),
            plays: vec![("17:30".into(), "khung Chiều (17:30 – 17:45)".into())],
        }],
        moved: vec![
            moved("Nộp phí, lệ phí không cần tiền mặt", false, "17:30 lùi sang 17:32:10", false),
            moved("Giữ chỗ: Họp dân thôn 3", true, "17:33 không còn chỗ, bị bỏ", true),
        ],
        short: vec![ShortRow {
            days: "13/6".into(),
            slots: vec![("17:30: còn 20 giây".into(), "Kéo dài khung giờ.".into())],
        }],
    };
    LocalOnePage {
        frame: operator(lang, Tab::Local, "/them-tin/7"),
        commune: "xã Bình Dương".into(),
        upload: upload(UploadState::Checked),
        findings: vec![CheckFinding {
            severity: Severity::Warn,
            text: "Có đoạn lặng.".into(),
            remedy: "Nghe lại.".into(),
            at_ms: Some(5_000),
        }],
        title: "Lịch tiêm phòng & khám".into(),
        duration_ms: Some(130_000),
        outlook: Some(LocalOutlookView {
            from: day(12),
            to: day(13),
            beyond: Some(day(20)),
            plays: 1,
            short_days: 1,
            stations: vec![station],
        }),
        quota: Some(QuotaView { waiting: 1, has_room: true, ..full() }),
        form: LocalForm { facts: FactsForm { errors: Vec::new(), ..form().facts }, communes: Vec::new() },
    }
}

/// While it is checked.
pub(in crate::web::pages) fn checking(lang: Lang) -> LocalOnePage {
    let upload = upload(UploadState::Checking);
    LocalOnePage { upload, findings: Vec::new(), duration_ms: None, outlook: None, quota: None, ..one(lang) }
}

/// Offers answered and not, and a slot in which priority items meet.
pub(in crate::web::pages) fn offers(lang: Lang) -> OffersPage {
    let offer = |order: &str, title: &str, answer: Option<&str>, airs: bool| LocalOfferView {
        order: order.into(),
        title: title.into(),
        duration_ms: 9 * MINUTE,
        demand: "3 lượt mỗi tuần".into(),
        from: day(12),
        to: day(30),
        next: airs.then(|| (at(17, 30), at(17, 20))),
        answer: answer.map(String::from),
        said: answer.map(|_| ("Trần Thị Thu Hà".into(), at(8, 5))),
        airs,
    };
    OffersPage {
        frame: operator(lang, Tab::Offers, "/loi-moi"),
        station: "dtt-0001".into(),
        station_name: "Đài truyền thanh xã Bình Dương".into(),
        stations: Vec::new(),
        accepts: true,
        freeze_minutes: 10,
        offers: vec![
            offer("yc-1", "Cách làm hay, xã mình học", None, true),
            offer("yc-2", "Đề án 06", Some("Đã từ chối: trùng tin của xã"), false),
        ],
        own_first: false,
        clashes: vec![ClashView { at: at(17, 30), titles: vec!["Chỉ số".into(), "Lịch cắt điện".into()] }],
    }
}

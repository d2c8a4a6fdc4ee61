//! What a station takes along: the sheet of an ordinary day, of a day without a rundown, and calendar links.

use super::*;

fn row(number: usize, start: NaiveDateTime, title: &str, producer: &str, kind: ItemKind) -> SheetRow {
    let (title, producer) = (title.into(), producer.into());
    SheetRow { number, start, kind, title, producer, play: 1, duration_ms: 522_000 }
}

fn day_sheet(lang: Lang) -> DaySheetPage {
    let relay = "Tiếp âm Đài Tiếng nói Việt Nam, Thời sự VOV1";
    let again = SheetRow {
        play: 2,
        ..row(4, at(17, 45), "Nộp hồ sơ đất đai trực tuyến", "Sở TT&TT", ItemKind::Bulletin)
    };
    let morning = vec![
        row(1, at(5, 0), relay, "", ItemKind::Relay),
        row(2, at(5, 45), "Nộp hồ sơ đất đai trực tuyến", "Sở TT&TT", ItemKind::Bulletin),
        row(3, at(5, 54), "", "", ItemKind::Commune),
    ];
    DaySheetPage {
        frame: frame(lang, Tab::Today, "/phieu-lich-ngay?station=dtt-0001&date=2024-06-12", &[Role::Operator]),
        station: "dtt-0001".into(),
        station_name: "Đài truyền thanh xã Bình Dương".into(),
        stops: vec![("TIN-0612".into(), "Nội dung có sai sót".into())],
        body: "XÃ BÌNH DƯƠNG".into(),
        head_of: "XÃ".into(),
        place: "Bình Dương".into(),
        date: day(12),
        printed: at(4, 49),
        version: 3,
        parts: vec![
            SheetPart { daypart: Daypart::Morning, rows: morning },
            SheetPart { daypart: Daypart::Evening, rows: vec![again] },
        ],
        qr: Some(QrView { path: "M4 4h1v1h-1z".into(), side: 29 }),
        address: "loa.example/hom-nay?station=dtt-0001&date=2024-06-12".into(),
        operates: true,
    }
}

fn day_sheet_empty(lang: Lang) -> DaySheetPage {
    DaySheetPage {
        frame: frame(lang, Tab::Stations, "/phieu-lich-ngay?station=dtt-0001", &[Role::Auditor]),
        version: 0,
        parts: Vec::new(),
        qr: None,
        address: String::new(),
        operates: false,
        ..day_sheet(lang)
    }
}

fn station_week(lang: Lang) -> StationWeekPage {
    let item = |date: u32, hour, minute, title: &str, kind, outcome| WeekItemView {
        start: day(date).and_hms_opt(hour, minute, 0).expect("a time"),
        title: title.into(),
        kind,
        duration_ms: 522_000,
        outcome,
        late: false,
        urgent: false,
        declared: outcome == Outcome::Aired,
        bulletin: (kind == ItemKind::Bulletin).then(|| "CCHC-24".into()),
    };
    let of = |number: u32, outcome| WeekDayView {
        date: day(number),
        issued: Some((3, day(9).and_hms_opt(21, 0, 0).expect("a time"))),
        items: vec![
            item(number, 5, 0, "Tiếp âm Đài Tiếng nói Việt Nam", ItemKind::Relay, Outcome::Listed),
            item(number, 5, 45, "Nộp hồ sơ đất đai trực tuyến", ItemKind::Bulletin, outcome),
        ],
        force: Vec::new(),
        taken_out: Vec::new(),
    };
    let taken = TakenOutView { title: "Tin đã thu hồi".into(), start: at(17, 45), at: at(9, 0) };
    let (from, until) = (("from", "16/6/2024 04:00"), ("until", "17/6/2024 00:00"));
    let storm = Words::new(lang).t3("force-day", from, until, ("reason", "bão số 4, mất điện toàn huyện"));
    let days = vec![
        of(10, Outcome::Aired),
        of(11, Outcome::Unreported),
        WeekDayView { taken_out: vec![taken], ..of(12, Outcome::NowScheduled) },
        of(13, Outcome::Upcoming),
        of(14, Outcome::Upcoming),
        WeekDayView { items: Vec::new(), ..of(15, Outcome::Upcoming) },
        WeekDayView { force: vec![storm], date: day(16), issued: None, items: Vec::new(), taken_out: Vec::new() },
    ];
    StationWeekPage {
        frame: frame(lang, Tab::Week, "/ca-tuan?station=dtt-0001&date=2024-06-12", &[Role::Operator]),
        station: "dtt-0001".into(),
        station_name: "Đài truyền thanh xã Bình Dương".into(),
        stations: Vec::new(),
        today: day(12),
        days,
        operates: true,
    }
}

fn why(lang: Lang) -> WhyPage {
    let choice = |code: &str, label: &str, selected| Choice { value: code.into(), label: label.into(), selected };
    let slot = |hour, minute, answer: &str, remedy: &str| WhySlot {
        at: at(hour, minute),
        answer: answer.into(),
        remedy: remedy.into(),
        airs: remedy.is_empty(),
    };
    let slots = vec![
        slot(5, 45, "phát lúc 05:45", ""),
        slot(11, 30, "ngoài buổi mà yêu cầu cho phép", "Cho phép thêm buổi này trong yêu cầu phát."),
        slot(
            17,
            45,
            "còn 0:39, đã có: Cải cách hành chính để bà con đỡ đi lại",
            "Kéo dài khung giờ, hoặc tăng mức quan trọng của yêu cầu này.",
        ),
    ];
    WhyPage {
        frame: frame(lang, Tab::Today, "/vi-sao?station=dtt-0001&date=2024-06-12", &[Role::Operator]),
        station: "dtt-0001".into(),
        station_name: "Đài truyền thanh xã Bình Dương".into(),
        date: day(12),
        bulletins: vec![choice("CCHC-2024-05", "Nộp phí, lệ phí không cần tiền mặt (CCHC-2024-05)", true)],
        bulletin: Some("CCHC-2024-05".into()),
        orders: vec![WhyOrder {
            heading: "Yêu cầu yc-cchc-2024-05: có 1 trên 2 lượt trong ngày".into(),
            whole: false,
            slots,
        }],
        left_out: Vec::new(),
        altered: vec![
            "Khung 11:30 (Trưa) được bỏ trong ngày này. Lý do: điểm thi tốt nghiệp cạnh cụm loa.".into(),
            "Khung 17:30 (Chiều) chuyển thành 18:00 đến 18:20. Lý do: họp xã.".into(),
        ],
        refused: vec!["Khung của quy tắc xa-binh-duong-toi: kết thúc sau giờ được phép.".into()],
    }
}

fn why_no_order(lang: Lang) -> WhyPage {
    WhyPage { orders: Vec::new(), altered: Vec::new(), refused: Vec::new(), ..why(lang) }
}

fn calendar(lang: Lang) -> CalendarPage {
    let link = |id: &str, by: &str, mine, used| CalendarLinkView {
        id: id.into(),
        by: by.into(),
        mine,
        may_revoke: mine,
        made: at(7, 30),
        used,
    };
    CalendarPage {
        frame: frame(lang, Tab::Today, "/noi-lich?station=dtt-0001", &[Role::Operator]),
        station: "dtt-0001".into(),
        station_name: "Đài truyền thanh xã Bình Dương".into(),
        stations: vec![
            Choice { value: "dtt-0001".into(), label: "Đài truyền thanh xã Bình Dương".into(), selected: true },
            Choice { value: "dtt-0002".into(), label: "Đài truyền thanh xã Bình Hải".into(), selected: false },
        ],
        rows: vec![
            link("0a1b2c3d4e5f", "Trần Thị Thu Hà", true, None),
            link("5f4e3d2c1b0a", "Phạm Văn Lợi", false, Some(at(17, 45))),
        ],
        made: Some(format!("https://loa.example/lich/0a1b2c3d4e5f-{}.ics", hash('7'))),
    }
}

fn calendar_first(lang: Lang) -> CalendarPage {
    CalendarPage { stations: Vec::new(), rows: Vec::new(), made: None, ..calendar(lang) }
}

/// Every page of this kind.
pub(in crate::web::pages) fn all(lang: Lang) -> Vec<(&'static str, Result<String, askama::Error>)> {
    vec![
        ("station_week", station_week(lang).render()),
        ("day_sheet", day_sheet(lang).render()),
        ("day_sheet_empty", day_sheet_empty(lang).render()),
        ("why", why(lang).render()),
        ("why_no_order", why_no_order(lang).render()),
        ("calendar_made", calendar(lang).render()),
        ("calendar_first", calendar_first(lang).render()),
    ]
}

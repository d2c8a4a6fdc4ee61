//! Sample pages for the tests: one commune's day, a province's reconciliation, and the forms with something wrong.

use chrono::{Duration, NaiveDate, NaiveDateTime};

use super::*;
use crate::domain::access::Role;
use crate::domain::as_run::{Cause, Evidence};
use crate::domain::bulletin::{Priority, State};
use crate::domain::rundown::ItemKind;
use crate::domain::slot::Daypart;
use crate::domain::station::{StandingChoice, StationKind};

pub(super) mod bulletins;
pub(super) mod grid;
pub(super) mod keys;
pub(super) mod listen;
pub(super) mod local;
pub(super) mod orders;
pub(super) mod paper;
pub(super) mod people;
pub(super) mod reconcile;
pub(super) mod uploads;

const MINUTE: u64 = 60_000;

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 6, day).expect("a day of June")
}

fn at(hour: u32, minute: u32) -> NaiveDateTime {
    day(12).and_hms_opt(hour, minute, 0).expect("a time of day")
}

pub(in crate::web::pages) fn frame(lang: Lang, tab: Tab, path: &str, roles: &[Role]) -> Frame {
    Frame {
        w: Words::new(lang),
        user: Some(UserView { name: "Trần Thị Thu Hà".into(), roles: roles.to_vec() }),
        csrf: "0f6b2c4d8e1a37950f6b2c4d8e1a3795".into(),
        tab,
        flash: None,
        custody_center: true,
        path: path.into(),
        department: "Sở TT&TT Quảng Nam".into(),
        notices: Vec::new(),
        alarms: Vec::new(),
    }
}

fn hash(letter: char) -> String {
    std::iter::repeat_n(letter, 60).chain("a71e".chars()).collect()
}

fn item(start: NaiveDateTime, title: &str, producer: &str, duration_ms: u64, kind: ItemKind) -> ItemView {
    let counted = kind == ItemKind::Bulletin;
    ItemView {
        airing: counted.then(|| format!("{}{}", start.format("%H%M"), hash('9'))),
        kind,
        start,
        end: start + Duration::milliseconds(i64::try_from(duration_ms).expect("a short item")),
        title: title.into(),
        producer: producer.into(),
        duration_ms,
        outcome: if counted { Outcome::Upcoming } else { Outcome::Listed },
        late: false,
        late_ms: None,
        played_ms: None,
        evidence: Evidence::None,
        cause: None,
        said: Vec::new(),
        deadline: None,
        overdue: false,
        urgent: None,
        audio: counted.then(|| AudioLinks {
            opus_url: "/am-thanh/cchc-24.opus".into(),
            wav_url: "/am-thanh/cchc-24.wav".into(),
            wav_bytes: 50_112_044,
        }),
        key: format!("5c1e9a7d3b20{}", start.format("%H%M")),
        may_confirm: false,
        asks_at: None,
        may_undo: false,
    }
}

fn waiting(mut item: ItemView) -> ItemView {
    item.outcome = Outcome::Unreported;
    item.deadline = Some(day(13).and_hms_opt(12, 0, 0).expect("noon"));
    item.may_confirm = true;
    item
}

fn said(evidence: Evidence, by: &str, text: &str) -> Said {
    Said { evidence, by: by.into(), at: at(18, 1), text: text.into() }
}

/// A manual station in the evening: two airings wait, one was late, one was missed.
pub(in crate::web::pages) fn today_manual(lang: Lang) -> TodayPage {
    let relay = "Tiếp âm Đài Tiếng nói Việt Nam";
    let evening = vec![
        item(at(17, 0), relay, "Thời sự VOV1", 30 * MINUTE, ItemKind::Relay),
        waiting(item(at(17, 45), "Nộp hồ sơ đất đai trực tuyến", "Sở TT&TT", 522_000, ItemKind::Bulletin)),
        waiting(item(at(17, 54), "Đề án 06: dữ liệu nối thông", "Sở TT&TT", 130_000, ItemKind::Bulletin)),
        item(at(18, 10), "Dành cho tin địa phương", "", 10 * MINUTE, ItemKind::Commune),
        ItemView {
            asks_at: Some(1_718_191_985),
            ..item(at(18, 30), "Cách làm hay, xã mình học", "Sở TT&TT", 185_000, ItemKind::Bulletin)
        },
    ];
    let mut aired = item(at(5, 45), "Nộp hồ sơ đất đai trực tuyến", "Sở TT&TT", 522_000, ItemKind::Bulletin);
    aired.outcome = Outcome::Aired;
    aired.evidence = Evidence::Declared;
    aired.may_undo = true;
    aired.said = vec![said(Evidence::Declared, "Phạm Văn Lợi", "đã phát đủ")];
    let mut late = item(at(5, 54), "Tìm hiểu thủ tục ở đâu cho đúng?", "Sở TT&TT", 170_000, ItemKind::Bulletin);
    late.outcome = Outcome::Partial;
    late.late = true;
    late.late_ms = Some(12 * MINUTE);
    late.played_ms = Some(70_000);
    late.cause = Some(Cause::PowerCut);
    late.evidence = Evidence::Declared;
    late.may_undo = true;
    let morning = vec![item(at(5, 0), relay, "Thời sự VOV1", 30 * MINUTE, ItemKind::Relay), aired, late];
    TodayPage {
        frame: frame(lang, Tab::Today, "/hom-nay?station=dtt-0001&date=2024-06-12", &[Role::Operator]),
        station: StationHead {
            id: "dtt-0001".into(),
            name: "Đài truyền thanh xã Bình Dương".into(),
            area: "huyện Thăng Bình".into(),
            kind: StationKind::Manual,
        },
        stations: vec![
            Choice { value: "dtt-0001".into(), label: "Đài truyền thanh xã Bình Dương".into(), selected: true },
            Choice { value: "dtt-0002".into(), label: "Đài truyền thanh xã Bình Hải".into(), selected: false },
        ],
        date: day(12),
        now: at(18, 12),
        device: None,
        current: Some(NowView {
            title: "Dành cho tin địa phương".into(),
            producer: String::new(),
            start: at(18, 10),
            end: at(18, 20),
            on_air: false,
        }),
        next: Some(NextView { title: "Cách làm hay, xã mình học".into(), start: at(18, 30) }),
        dayparts: vec![
            DaypartView { daypart: Daypart::Evening, items: evening, confirm_key: Some("kev".into()) },
            DaypartView { daypart: Daypart::Morning, items: morning, confirm_key: Some("kmo".into()) },
        ],
        standing: Standing { unreported: 2, overdue: 0, earlier: 1, earliest: Some(day(11)) },
        taken_out: vec![TakenOutView {
            title: "Năm 2024, cải cách hành chính làm gì?".into(),
            start: at(18, 20),
            at: at(10, 32),
        }],
        stops: vec![("MỌI BẢN TIN".into(), "Loa hú, rè hoặc quá to".into())],
        force: Vec::new(),
        power_cut_key: Some("kcut".into()),
        phone: Some(PhoneView { user: "loi.pv".into(), seen: 41 }),
    }
}

/// A manual station that an urgent order reaches, and another of its operator's.
pub(in crate::web::pages) fn today_alarm(lang: Lang) -> TodayPage {
    let mut page = today_manual(lang);
    let mut called = item(at(18, 11), "Lũ quét: rời khỏi vùng ven suối ngay", "Sở TT&TT", 60_000, ItemKind::Bulletin);
    called.outcome = Outcome::Unreported;
    called.may_confirm = true;
    called.urgent = Some(AlarmView {
        reason: "hồ chứa Đông Tiển xả lũ".into(),
        asked_by: "Trần Thị Thu Hà".into(),
        confirmed_by: "Ngô Văn Sơn".into(),
        until: at(18, 20),
        may_begin: true,
        calls: true,
    });
    page.frame.alarms = vec![AlarmLink {
        airing: hash('7'),
        text: page.frame.w.t1("alarm-elsewhere", "station", "Đài truyền thanh xã Bình Hải"),
        href: "/hom-nay?station=dtt-0002&date=2024-06-12".into(),
    }];
    let mut told = called.clone();
    (told.airing, told.start, told.outcome) = (Some(hash('6')), at(5, 10), Outcome::Missed);
    (told.evidence, told.cause, told.may_undo) = (Evidence::Declared, Some(Cause::PowerCut), true);
    told.urgent = told.urgent.map(|alarm| AlarmView { may_begin: false, calls: false, ..alarm });
    page.dayparts[0].items = vec![called];
    page.dayparts[1].items = vec![told];
    page.standing = Standing::default();
    let force = ("reason", "bão số 4, mất điện toàn huyện");
    page.force = vec![page.frame.w.t3("force-day", ("from", "12/6/2024 20:00"), ("until", "13/6/2024 06:00"), force)];
    (page.taken_out, page.stops) = (Vec::new(), Vec::new());
    page
}

/// A connected station while its device plays.
pub(in crate::web::pages) fn today_connected(lang: Lang) -> TodayPage {
    let mut page = today_manual(lang);
    page.station.kind = StationKind::Connected;
    page.frame.custody_center = false;
    page.frame.user = Some(UserView { name: "Quản trị".into(), roles: vec![Role::Operator, Role::Admin] });
    page.frame.flash = Some(Flash { kind: FlashKind::Done, text: "Đã ghi xác nhận.".into() });
    page.stations.truncate(1);
    page.now = at(17, 49);
    page.device = Some(DeviceState { connected: true, last_seen: Some(at(17, 48)) });
    page.current = Some(NowView {
        title: "Nộp hồ sơ đất đai trực tuyến".into(),
        producer: "Sở TT&TT".into(),
        start: at(17, 45),
        end: at(17, 54),
        on_air: true,
    });
    let mut playing = item(at(17, 45), "Nộp hồ sơ đất đai trực tuyến", "Sở TT&TT", 522_000, ItemKind::Bulletin);
    playing.outcome = Outcome::OnAir;
    let mut missed = item(at(5, 54), "Tìm hiểu thủ tục ở đâu cho đúng?", "Sở TT&TT", 170_000, ItemKind::Bulletin);
    missed.outcome = Outcome::Missed;
    missed.evidence = Evidence::Played;
    missed.cause = Some(Cause::NoAudio);
    missed.may_confirm = true;
    missed.said = vec![said(Evidence::Played, "thiết bị dtt-0001", "không phát: chưa có tệp âm thanh")];
    let mut aired = item(at(5, 45), "Nộp hồ sơ đất đai trực tuyến", "Sở TT&TT", 522_000, ItemKind::Bulletin);
    aired.outcome = Outcome::Aired;
    aired.evidence = Evidence::Played;
    page.dayparts = vec![
        DaypartView { daypart: Daypart::Evening, items: vec![playing], confirm_key: None },
        DaypartView { daypart: Daypart::Morning, items: vec![aired, missed], confirm_key: None },
    ];
    page.standing = Standing::default();
    page.power_cut_key = None;
    page
}

pub(in crate::web::pages) fn login(lang: Lang) -> LoginPage {
    let mut frame = frame(lang, Tab::None, "/dang-nhap", &[]);
    frame.user = None;
    LoginPage {
        frame,
        user: "loi.pv".into(),
        next: "/hom-nay".into(),
        listen: true,
        error: Some("Tên đăng nhập hoặc mật khẩu chưa đúng.".into()),
    }
}

pub(in crate::web::pages) fn message(lang: Lang, status: u16) -> MessagePage {
    MessagePage { frame: frame(lang, Tab::None, "/x", &[Role::Operator]), status, text: None, back: "/hom-nay".into() }
}

/// A page's file name beside the page.
type Rendered = (&'static str, Result<String, askama::Error>);

/// Every sample page in one language.
pub(in crate::web::pages) fn all(lang: Lang) -> Vec<Rendered> {
    let mut all = vec![
        ("login", login(lang).render()),
        ("today_manual", today_manual(lang).render()),
        ("today_alarm", today_alarm(lang).render()),
        ("today_connected", today_connected(lang).render()),
        ("bulletins", bulletins::bulletins(lang).render()),
        ("bulletin", bulletins::bulletin(lang).render()),
        ("bulletin_own", bulletins::bulletin_own(lang).render()),
        ("bulletin_sign", keys::bulletin_sign(lang).render()),
        ("bulletin_no_key", keys::bulletin_no_key(lang).render()),
        ("approval_key", keys::approval_key(lang).render()),
        ("local", local::page(lang).render()),
        ("local_one", local::one(lang).render()),
        ("local_checking", local::checking(lang).render()),
        ("offers", local::offers(lang).render()),
        ("uploads", uploads::uploads(lang).render()),
        ("upload_checked", uploads::upload_checked(lang).render()),
        ("upload_checking", uploads::upload_checking(lang).render()),
        ("upload_refused", uploads::upload_refused(lang).render()),
        ("version", uploads::version(lang).render()),
        ("bulletin_approved", bulletins::bulletin_approved(lang).render()),
        ("reach", bulletins::reach_page(lang).render()),
        ("withdrawal", bulletins::withdrawal(lang).render()),
        ("queue", bulletins::queue(lang).render()),
        ("reconcile", reconcile::reconcile(lang).render()),
        ("airing", reconcile::airing(lang).render()),
        ("stations", reconcile::stations(lang).render()),
        ("users", reconcile::users(lang).render()),
        ("message_404", message(lang, 404).render()),
    ];
    all.extend(people::all(lang));
    all.extend(grid::all(lang));
    all.extend(orders::all(lang));
    all.extend(paper::all(lang));
    all.extend(listen::all(lang));
    all
}

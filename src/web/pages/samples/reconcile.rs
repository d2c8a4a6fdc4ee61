//! Sample pages for auditors and administrators.

use super::*;

pub(in crate::web::pages) fn reconcile(lang: Lang) -> ReconcilePage {
    let filter = Filter {
        from: day(1),
        to: day(12),
        area: "thang-binh".into(),
        station: String::new(),
        bulletin: String::new(),
        outcome: String::new(),
    };
    let all = |label: &str| Choice { value: String::new(), label: label.into(), selected: true };
    let line = |hour, minute, station: &str, outcome, late, evidence, cause| LineView {
        airing: format!("{hour:02}{minute:02}{}", hash('9')),
        href: format!("/doi-soat/{hour:02}{minute:02}{}", hash('9')),
        station: station.into(),
        bulletin: "cchc-24".into(),
        title: "Tìm hiểu thủ tục ở đâu cho đúng?".into(),
        planned_start: at(hour, minute),
        planned_ms: 522_000,
        actual_start: (evidence == Evidence::Played).then(|| at(hour, minute + 7)),
        actual_ms: match outcome {
            Outcome::Partial => Some(332_000),
            Outcome::Aired => Some(522_000),
            _ => None,
        },
        outcome,
        late,
        evidence,
        cause,
        excuse: (outcome == Outcome::Excused).then(|| "Bão số 4 làm mất điện toàn huyện (Trần Thị Bình khai)".into()),
        off_schedule: false,
        urgent: false,
    };
    let sums = Sums {
        planned: 7964,
        aired: 7862,
        partial: 17,
        missed: 52,
        unreported: 21,
        excused: 12,
        late: 38,
        off_schedule: 6,
        urgent: 3,
        upcoming: 482,
    };
    ReconcilePage {
        frame: frame(lang, Tab::Reconcile, "/doi-soat?from=2024-06-01&to=2024-06-12", &[Role::Auditor]),
        filter,
        areas: vec![
            all("Toàn tỉnh"),
            Choice { value: "thang-binh".into(), label: "huyện Thăng Bình".into(), selected: false },
        ],
        stations: vec![all("Tất cả")],
        bulletins: vec![all("Tất cả")],
        area_name: "huyện Thăng Bình".into(),
        as_of: at(18, 10),
        sums,
        evidence: EvidenceShares { heard: 0, played: 1210, declared: 6733, none: 21 },
        groups: vec![
            GroupRow {
                id: "dtt-0001".into(),
                name: "xã Bình Dương".into(),
                sums: Sums { planned: 362, aired: 361, partial: 0, missed: 1, ..Sums::default() },
                evidence: EvidenceShares { heard: 0, played: 362, declared: 0, none: 0 },
            },
            GroupRow {
                id: "dtt-0002".into(),
                name: "xã Bình Lãnh".into(),
                sums: Sums {
                    planned: 362,
                    aired: 330,
                    partial: 4,
                    missed: 10,
                    unreported: 8,
                    excused: 10,
                    late: 3,
                    ..Sums::default()
                },
                evidence: EvidenceShares { heard: 0, played: 0, declared: 354, none: 8 },
            },
        ],
        groups_are_areas: false,
        lines: vec![
            line(17, 45, "Bình Dương", Outcome::Aired, true, Evidence::Played, Some(Cause::NotRunning)),
            line(17, 45, "Bình Lãnh", Outcome::Missed, false, Evidence::Declared, Some(Cause::PowerCut)),
            line(12, 0, "Bình Phú", Outcome::Partial, false, Evidence::Played, Some(Cause::Interrupted)),
            line(5, 45, "Bình Hải", Outcome::Unreported, false, Evidence::None, None),
            line(5, 42, "Bình Sa", Outcome::Excused, false, Evidence::None, None),
            line(5, 40, "Bình Trị", Outcome::Aired, false, Evidence::Declared, None),
        ],
        total_lines: 140,
        page: 2,
        page_size: 5,
    }
}

pub(in crate::web::pages) fn airing(lang: Lang) -> AiringPage {
    let record = |evidence, text: &str, by: &str| RecordView {
        evidence,
        text: text.into(),
        by: by.into(),
        accepted_at: at(18, 1),
        cause: None,
        note: None,
        rendition_sha256: None,
        rundown_version: None,
        journal_seq: None,
        overruled: false,
    };
    let mut journal = record(Evidence::Played, "Đã phát 8:42, từ 17:52:10 đến 18:00:52", "thiết bị dtt-0001");
    journal.rendition_sha256 = Some(hash('9'));
    journal.rundown_version = Some(3);
    journal.journal_seq = Some(18_204);
    let mut word = record(Evidence::Declared, "Đã phát đủ", "Phạm Văn Lợi");
    word.note = Some("Mất điện từ 17:43 đến 17:51, có điện lại máy tự phát.".into());
    word.overruled = true;
    AiringPage {
        frame: frame(lang, Tab::Reconcile, "/doi-soat/9f", &[Role::Auditor]),
        airing: hash('9'),
        station_id: "dtt-0001".into(),
        station: "Đài truyền thanh xã Bình Dương".into(),
        area: "xã Bình Dương, huyện Thăng Bình".into(),
        bulletin: "cchc-24".into(),
        bulletin_version: 1,
        title: "Tìm hiểu thủ tục ở đâu cho đúng?".into(),
        outcome: Outcome::Aired,
        late: true,
        late_ms: Some(430_000),
        evidence: Evidence::Played,
        cause: Some(Cause::NotRunning),
        excuse: None,
        planned_start: at(17, 45),
        planned_ms: 522_000,
        actual_start: Some(at(17, 52)),
        actual_ms: Some(522_000),
        planned_sha256: hash('9'),
        actual_sha256: Some(hash('9')),
        order: None,
        rundown_version: 3,
        rundown_issued_at: day(11).and_hms_opt(20, 5, 0).expect("an evening"),
        manifest_sha256: Some(hash('4')),
        records: vec![journal, word],
        back: "/doi-soat?from=2024-06-01&to=2024-06-12".into(),
    }
}

pub(in crate::web::pages) fn stations(lang: Lang) -> StationsPage {
    let row = |id: &str, name: &str, kind, connected, devices| StationRow {
        id: id.into(),
        name: name.into(),
        area: "huyện Thăng Bình".into(),
        kind,
        connected,
        devices,
        last_seen: (devices > 0).then(|| at(17, 48)),
        journal_seq: (devices > 0).then_some(18_204),
        ready: devices * if connected { 8 } else { 5 },
        wanted: devices * 8,
        choice: StandingChoice::Accept,
        alarm: None,
    };
    let mut cloned = row("dtt-0003", "Đài xã Bình Phú", StationKind::Connected, false, 1);
    cloned.alarm = Some("Nhật ký trùng số dòng, khác nội dung".into());
    let mut declines = row("dtt-0004", "Đài xã Bình Quý", StationKind::Manual, false, 0);
    declines.choice = StandingChoice::Decline;
    let any = Choice { value: String::new(), label: "Tất cả".into(), selected: true };
    StationsPage {
        frame: frame(lang, Tab::Stations, "/dai", &[Role::Admin]),
        invite: Some(InviteCode { station: "dtt-0002".into(), code: "K7QM-4TXA-9PLR".into(), expires_at: at(18, 40) }),
        areas: vec![any.clone()],
        kinds: vec![any],
        stations: vec![
            row("dtt-0001", "Đài xã Bình Dương", StationKind::Connected, true, 1),
            row("dtt-0002", "Đài xã Bình Hải", StationKind::Connected, false, 0),
            cloned,
            declines,
        ],
        total: 241,
        connected: 179,
        page: 2,
        pages: 5,
        query: "area=49".into(),
        may_change: true,
        held: 0,
    }
}

pub(in crate::web::pages) fn users(lang: Lang) -> UsersPage {
    UsersPage {
        frame: frame(lang, Tab::Users, "/nguoi-dung", &[Role::Admin]),
        users: vec![
            UserRow {
                name: "ha.ttt".into(),
                display_name: "Trần Thị Thu Hà".into(),
                grants: vec![(Role::Editor, "tỉnh Quảng Nam".into()), (Role::Admin, "tỉnh Quảng Nam".into())],
                disabled_at: None,
                own: true,
            },
            UserRow {
                name: "loi.pv".into(),
                display_name: "Phạm Văn Lợi".into(),
                grants: vec![(Role::Operator, "xã Bình Dương".into())],
                disabled_at: None,
                own: false,
            },
            UserRow {
                name: "chau.vtm".into(),
                display_name: "Võ Thị Minh Châu".into(),
                grants: vec![(Role::Auditor, "tỉnh Quảng Nam".into())],
                disabled_at: Some(at(8, 0)),
                own: false,
            },
        ],
        form: UserForm {
            name: "son.nv".into(),
            role: "approver".into(),
            errors: vec![FieldError {
                field: "name".into(),
                text: "Tên son.nv đã có người dùng; hãy chọn tên khác.".into(),
            }],
            ..UserForm::default()
        },
        password_letters: 12,
    }
}

//! Samples of the week grid: a week with a draft, a rule's form in a conflict, a preview with everything, held days.

use super::*;

fn slot(name: &str, span: &str, own: bool, signs: Vec<(bool, String)>) -> SlotView {
    SlotView {
        href: "/khung-gio/cchc-sang?don-vi=20335&ngay=2024-06-12".into(),
        name: name.into(),
        span: span.into(),
        carries: "Bản tin của Sở".into(),
        from: if own { "riêng ở đây" } else { "theo tỉnh Quảng Nam" }.into(),
        changed: own,
        signs,
    }
}

fn grid(lang: Lang) -> GridPage {
    let days: Vec<GridDay> = (10..17)
        .map(|number| GridDay {
            date: day(number),
            today: number == 12,
            hours: Some("05:00–21:00".into()),
            exception: (number == 16).then(|| "Giao thừa".into()),
        })
        .collect();
    let cells = |at| (at < 6).then(|| slot("Chuyên mục CCHC", "06:30–06:40", at == 2, Vec::new()));
    let night = slot("VOV sớm", "05:30–06:00", false, vec![(false, "còn mức ồn ban đêm".into())]);
    let over = slot("Tin xã", "17:35–17:50", true, vec![(true, "chồng lên khung trước, không phát".into())]);
    GridPage {
        frame: frame(lang, Tab::Grid, "/khung-gio", &[Role::Approver]),
        area: "20335".into(),
        area_name: "xã Bình Dương".into(),
        areas: vec![Choice { value: "20335".into(), label: "xã Bình Dương".into(), selected: true }],
        days,
        rows: vec![
            GridRow { time: "05:30".into(), gap: false, cells: vec![Some(night); 7] },
            GridRow { time: "06:30".into(), gap: false, cells: (0..7).map(cells).collect() },
            GridRow { time: "17:35".into(), gap: true, cells: vec![Some(over); 7] },
        ],
        hours: vec!["Được phát 05:00–21:00, mỗi phiên tối đa 60 phút.".into()],
        may_edit: true,
        draft: Some(DraftView {
            changes: 2,
            seen: 7,
            by: "Nguyễn Văn Sơn".into(),
            at: at(9, 12),
            steps: vec![(at(9, 12), "Nguyễn Văn Sơn".into(), "sửa “Chuyên mục CCHC”".into())],
            overtaken: true,
        }),
        drafted: true,
        held: 3,
    }
}

fn grid_read(lang: Lang) -> GridPage {
    let mut page = grid(lang);
    page.frame = frame(lang, Tab::Grid, "/khung-gio", &[Role::Auditor]);
    (page.draft, page.may_edit, page.drafted, page.held) = (None, false, false, 0);
    page.rows.clear();
    page
}

fn line(label: &str, before: &str, after: &str) -> RuleLine {
    RuleLine { label: label.into(), before: before.into(), after: after.into() }
}

fn rule(lang: Lang) -> GridRulePage {
    let days = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    GridRulePage {
        frame: frame(lang, Tab::Grid, "/khung-gio/vov-sang", &[Role::Approver]),
        rule: Some("vov-sang".into()),
        heading: "Tiếp âm Thời sự sáng VOV1".into(),
        origin: "theo tỉnh Quảng Nam".into(),
        area: "20335".into(),
        area_name: "xã Bình Dương".into(),
        date: Some(day(12)),
        lines: vec![line("Số phút", "30", "20")],
        changed: true,
        may_edit: true,
        may_override: true,
        form: RuleForm {
            name: "Tiếp âm Thời sự sáng VOV1".into(),
            kind: "relay".into(),
            source: "VOV1".into(),
            use_cron: true,
            cron: "0 0 6 * * 2-6".into(),
            minutes: "20".into(),
            areas: "49, 48".into(),
            except: "502, 503".into(),
            overrun: "fade".into(),
            replaces: "vov-cu".into(),
            seen: "8f00".into(),
            ..RuleForm::default()
        },
        errors: vec![FieldError { field: "cron".into(), text: "Thứ viết bằng số “2-6”.".into() }],
        conflict: Some(Conflict {
            by: "Trần Thị Thu".into(),
            at: at(9, 30),
            lines: vec![line("Số phút", "15", "20"), line("Đến hết ngày", "", "30/6/2025")],
        }),
        exception: Some(ExceptionForm {
            date: "2024-06-12".into(),
            at: "06:00".into(),
            what: "move".into(),
            to: "06:15".into(),
            areas: "20335".into(),
            ..ExceptionForm::default()
        }),
        exceptions: [true, false]
            .map(|may| ExceptionView {
                id: "vov-sang-20240613-0600".into(),
                text: "06:00, 13/6/2024: hủy ngày này".into(),
                areas: "xã Bình Dương".into(),
                reason: "Họp dân đầu tháng".into(),
                may,
            })
            .into(),
        kinds: vec![Choice { value: "relay".into(), label: "Tiếp âm".into(), selected: true }],
        overruns: [("", "Để phát hết", false), ("fade", "Nhỏ dần rồi tắt", true)]
            .map(|(value, label, selected)| Choice { value: value.into(), label: label.into(), selected })
            .into(),
        days: days.map(|value| Choice { value: value.into(), label: value.into(), selected: true }).into(),
    }
}

fn rule_read(lang: Lang) -> GridRulePage {
    let lines = vec![line("Tên", "", "Tiếp âm"), line("Số phút", "", "30")];
    GridRulePage {
        may_edit: false,
        errors: Vec::new(),
        conflict: None,
        changed: false,
        lines,
        exception: None,
        ..rule(lang)
    }
}

fn preview(lang: Lang) -> GridPreviewPage {
    let problem = |text: &str, href: bool| ProblemView {
        text: text.into(),
        together: href
            .then(|| "Các khung này cộng lại mới vượt: “Tiếp âm”, “Tin xã”. Hãy bớt ít nhất một khung.".into()),
        detail: "slot 17:35-17:50 of rule \"xa\" overlaps slot 17:30-17:40 of rule \"cchc\"".into(),
        href: href.then(|| "/khung-gio/xa-chieu".into()),
    };
    let row = PreviewRow {
        station: "Đài truyền thanh xã Bình Dương".into(),
        id: "dtt-20335".into(),
        unit: "xã Bình Dương, huyện Thăng Bình".into(),
        before: 1_240,
        after: 1_180,
        new: 4,
        gone: 64,
        moved: 12,
        small: vec!["Thứ Năm 13/6: từ 6 còn 0 lượt".into()],
        displaced: vec![
            ("Đề án 06".into(), at(6, 30), Some(at(17, 30))),
            ("Nộp phí không tiền mặt".into(), at(6, 35), None),
        ],
        more: 74,
    };
    GridPreviewPage {
        frame: frame(lang, Tab::Grid, "/khung-gio/xem-truoc", &[Role::Approver]),
        moved: vec!["Có người vừa sửa bản nháp.".into()],
        error: None,
        view: Some(PreviewView {
            changes: vec![ChangeView {
                rule: "vov-sang".into(),
                name: "Tiếp âm Thời sự sáng VOV1".into(),
                what: "Thay đổi".into(),
                lines: vec![line("Số phút", "30", "20")],
            }],
            refusals: Vec::new(),
            warnings: vec![problem("“VOV sớm”: bắt đầu khi còn mức ồn ban đêm", true)],
            from: day(12),
            to: day(23),
            small: vec![row.station.clone()],
            rows: vec![row],
            stations: 61,
            sums: [71_240, 70_180, 4, 1_064, 12],
            page: 1,
            pages: 2,
            unchanged: 240,
            outside: Vec::new(),
            overtaken: false,
            may_publish: true,
            seen: "7.3.12.4.8f00".into(),
            step: 7,
        }),
    }
}

fn preview_refused(lang: Lang) -> GridPreviewPage {
    let mut page = preview(lang);
    page.moved.clear();
    page.error = Some("Chưa phát hành: bản nháp còn lỗi phải sửa.".into());
    if let Some(view) = &mut page.view {
        view.refusals.append(&mut view.warnings);
        view.outside = vec!["Tin xã Duy Nghĩa".into()];
        (view.overtaken, view.may_publish) = (true, false);
    }
    page
}

fn held(lang: Lang) -> HeldDaysPage {
    HeldDaysPage {
        frame: frame(lang, Tab::Grid, "/khung-gio/giu-lai", &[Role::Admin]),
        rows: [true, false]
            .map(|may_agree| HeldDayView {
                key: "dtt-20335.2024-06-13.4.6.0".into(),
                station: "Đài truyền thanh xã Bình Dương".into(),
                id: "dtt-20335".into(),
                unit: "xã Bình Dương, huyện Thăng Bình".into(),
                date: day(13),
                had: 6,
                has: 0,
                since: at(9, 0),
                may_agree,
            })
            .into(),
        may_agree: true,
    }
}

pub(super) fn all(lang: Lang) -> Vec<Rendered> {
    vec![
        ("grid", grid(lang).render()),
        ("grid_read", grid_read(lang).render()),
        ("grid_rule", rule(lang).render()),
        ("grid_rule_read", rule_read(lang).render()),
        ("grid_preview", preview(lang).render()),
        ("grid_preview_refused", preview_refused(lang).render()),
        ("held_days", held(lang).render()),
    ]
}

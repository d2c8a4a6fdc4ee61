//! Sample pages of what people order about the air at once: silence, a break-in, and the excuse of a storm.

use super::*;

fn stop(lang: Lang) -> StopPage {
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into(), selected: false };
    let order = StopView {
        id: 7,
        place: "xã Bình Dương".into(),
        bulletin: String::new(),
        reason: "Có tiếng lạ chen vào loa: dân báo lúc 17 giờ".into(),
        by: "Trần Thị Thu Hà".into(),
        at: at(17, 5),
        lifted: None,
        may_lift: true,
        received: 1,
        devices: 2,
        silent: vec![
            SilentView { name: "Đài truyền thanh thôn Bàu Bính".into(), manual: true, last_seen: None },
            SilentView {
                name: "Đài truyền thanh xã Bình Hải".into(), manual: false, last_seen: Some(at(16, 40))
            },
            SilentView { name: "Đài truyền thanh xã Bình Nam".into(), manual: false, last_seen: None },
        ],
    };
    let lifted = StopView {
        id: 6,
        bulletin: "TIN-0612".into(),
        lifted: Some(("Phạm Văn Lợi".into(), at(16, 0))),
        may_lift: false,
        ..order.clone()
    };
    StopPage {
        frame: frame(lang, Tab::None, "/dung-loa", &[Role::Approver]),
        places: vec![
            choice("station:dtt-0001", "Đài truyền thanh xã Bình Dương"),
            choice("area:502", "huyện Thăng Bình"),
        ],
        bulletins: vec![choice("TIN-0612", "TIN-0612 · Nộp hồ sơ đất đai trực tuyến")],
        orders: vec![order],
        lifted: vec![lifted],
    }
}

fn stop_nothing(lang: Lang) -> StopPage {
    StopPage { places: Vec::new(), bulletins: Vec::new(), orders: Vec::new(), lifted: Vec::new(), ..stop(lang) }
}

fn force_majeure(lang: Lang) -> ForceMajeurePage {
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into(), selected: false };
    let holding = DeclarationView {
        id: 3,
        place: "huyện Thăng Bình".into(),
        from: at(4, 0),
        until: at(16, 30),
        reason: "Bão số 4 làm mất điện toàn huyện".into(),
        by: "Trần Thị Bình".into(),
        at: at(17, 5),
        withdrawn: None,
        may_withdraw: true,
    };
    let withdrawn = DeclarationView {
        id: 2,
        withdrawn: Some(("Trần Thị Bình".into(), at(17, 30))),
        may_withdraw: false,
        ..holding.clone()
    };
    ForceMajeurePage {
        frame: frame(lang, Tab::Reconcile, "/bat-kha-khang", &[Role::Approver]),
        places: vec![
            choice("area:502", "huyện Thăng Bình"),
            choice("station:dtt-0001", "Đài truyền thanh xã Bình Dương"),
        ],
        typed: TypedDeclaration::default(),
        holding: vec![holding],
        withdrawn: vec![withdrawn],
    }
}

fn urgent(lang: Lang) -> UrgentPage {
    let choice = |value: &str, label: &str| Choice { value: value.into(), label: label.into(), selected: false };
    let rows = vec![
        ("id", "sign-number", "9f2c61d07ab35e18".into()),
        ("area", "sign-area", "502".into()),
        ("reason", "sign-reason", "Bão đổi hướng, gió cấp 11 vào bờ trong một giờ".into()),
    ];
    let own = Signer::Own(Box::new(keys::own_signature("break-in", "e30=", None, rows)));
    let waiting = BreakInView {
        id: "9f2c61d07ab35e18".into(),
        order: urgent_order(),
        by: "Phạm Văn Lợi".into(),
        at: at(17, 5),
        minutes_left: 8,
        answer: None,
        confirm: Some(own.clone()),
        may_refuse: true,
        repeat: Repeat::No,
        answers: Vec::new(),
    };
    let keyless = BreakInView { id: "33".into(), confirm: Some(Signer::CenterSpent), ..waiting.clone() };
    let by_center = BreakInView { id: "44".into(), confirm: Some(Signer::Center), ..waiting.clone() };
    let again = |signer| Repeat::AtOnce(Box::new(RepeatForm { order: urgent_order(), signer, payload: "e30=".into() }));
    let station = |name: &str, said: bool, received: bool, connected: bool| AnswerView {
        name: name.into(),
        received,
        connected,
        said,
        standing: Words::new(lang).t("outcome-aired"),
        cause: None,
        began_at: said.then(|| at(16, 1)),
    };
    let past = BreakInView {
        id: "11d07ab35e189f2c".into(),
        at: at(16, 0),
        minutes_left: 0,
        answer: Some(("Trần Thị Thu Hà".into(), at(16, 1), true)),
        confirm: None,
        may_refuse: false,
        repeat: again(own),
        answers: vec![
            station("Đài truyền thanh xã Bình Dương", true, true, true),
            station("Đài truyền thanh xã Bình Hải", false, true, true),
            station("Đài truyền thanh xã Bình Nam", false, false, false),
        ],
        ..waiting.clone()
    };
    let answers = Vec::new();
    let expired = BreakInView { id: "22".into(), answer: None, repeat: Repeat::Apart, answers, ..past.clone() };
    let once = BreakInView { id: "55".into(), at: at(15, 0), repeat: again(Signer::Center), ..expired.clone() };
    UrgentPage {
        frame: frame(lang, Tab::None, "/khan-cap", &[Role::Approver, Role::Admin]),
        waiting: vec![waiting, keyless, by_center],
        past: vec![past, expired, once],
        bulletins: vec![choice("BAO-04", "BAO-04 · Bão số 4 đổ bộ, sơ tán ngay")],
        areas: vec![choice("502", "huyện Thăng Bình · 3 đài có thiết bị, 19 đài phát tay")],
        may_ask: true,
        duties: vec![DutyView { id: 7, name: "Phạm Văn Lợi".into(), from: at(17, 0), to: at(23, 0) }],
        approvers: vec![choice("loi", "Phạm Văn Lợi"), choice("ha", "Trần Thị Thu Hà")],
        may_end_duty: true,
    }
}

fn urgent_order() -> OrderView {
    OrderView {
        title: "BAO-04 · Bão số 4 đổ bộ, sơ tán ngay".into(),
        area: "huyện Thăng Bình".into(),
        reason: "Bão đổi hướng, gió cấp 11 vào bờ trong một giờ".into(),
        communes: 22,
        devices: 3,
        by_hand: 19,
        from: at(17, 5),
        until: at(17, 15),
    }
}

fn urgent_proposal(lang: Lang, signer: Signer) -> ProposalPage {
    ProposalPage {
        frame: frame(lang, Tab::None, "/khan-cap/de-nghi", &[Role::Approver]),
        order: urgent_order(),
        bulletin: "BAO-04".into(),
        area: "502".into(),
        repeats: None,
        signer,
        payload: "e30=".into(),
    }
}

fn urgent_nothing(lang: Lang) -> UrgentPage {
    let (waiting, past, bulletins, duties) = Default::default();
    UrgentPage { waiting, past, bulletins, duties, approvers: Vec::new(), ..urgent(lang) }
}

/// Every page of this kind.
pub(in crate::web::pages) fn all(lang: Lang) -> Vec<(&'static str, Result<String, askama::Error>)> {
    vec![
        ("force_majeure", force_majeure(lang).render()),
        ("stop", stop(lang).render()),
        ("stop_nothing", stop_nothing(lang).render()),
        ("urgent", urgent(lang).render()),
        ("urgent_proposal", urgent_proposal(lang, Signer::Center).render()),
        ("urgent_proposal_no_key", urgent_proposal(lang, Signer::NoKey).render()),
        ("urgent_nothing", urgent_nothing(lang).render()),
    ]
}

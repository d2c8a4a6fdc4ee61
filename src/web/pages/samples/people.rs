//! Sample pages of accounts.

use super::*;
use crate::domain::access::{Scope, Standing};

fn plain(lang: Lang, path: &str) -> Frame {
    let mut plain = frame(lang, Tab::None, path, &[Role::Approver]);
    plain.custody_center = false;
    plain
}

fn early(lang: Lang, path: &str) -> Frame {
    let mut early = frame(lang, Tab::None, path, &[]);
    early.custody_center = false;
    early
}

fn grant(id: i64, role: Role, standing: Standing) -> GrantView {
    GrantView {
        id,
        role,
        area: "xã Bình Dương".into(),
        from: day(1),
        to: (id != 1).then(|| day(20)),
        acting_for: (id == 2).then(|| "Nguyễn Văn Hòa".into()),
        reason: (id == 2).then(|| "Công văn 12/STTTT: đi công tác".into()),
        given_by: "Quản trị".into(),
        ended: (standing == Standing::Over).then(|| (at(9, 30), "Quản trị".into())),
        standing,
    }
}

fn code(lang: Lang) -> CodePage {
    CodePage {
        frame: early(lang, "/dang-nhap/ma"),
        next: "/duyet".into(),
        error: Some("Mã chưa đúng hoặc đã dùng. Hãy đợi mã kế tiếp rồi nhập lại.".into()),
    }
}

fn password(lang: Lang, first: bool) -> PasswordPage {
    let frame = if first { early(lang, "/tai-khoan/mat-khau") } else { plain(lang, "/tai-khoan/mat-khau") };
    let error =
        first.then(|| "Mật khẩu này thuộc loại ai cũng đoán trước tiên. Hãy chọn vài từ không ai đoán được.".into());
    PasswordPage { frame, name: "ha.ttt".into(), first, letters: 12, error }
}

fn second_factor(lang: Lang, shown: u8) -> SecondFactorPage {
    let offer = OfferView {
        groups: vec!["GEZD".into(), "GNBV".into(), "GY3T".into(), "QOJQ".into()],
        qr_path: "M4 4h1v1h-1zM6 4h1v1h-1z".into(),
        qr_side: 45,
    };
    let codes = if shown == 1 {
        vec!["abcdef-ghjkmn-pqrstu-vwxyz2".into(), "222222-333333-444444-555555".into()]
    } else {
        Vec::new()
    };
    SecondFactorPage {
        frame: if shown == 0 { early(lang, "/tai-khoan/xac-thuc") } else { plain(lang, "/tai-khoan/xac-thuc") },
        offer: (shown == 0).then_some(offer),
        required: shown == 0,
        codes,
        left: 9,
        next: "/duyet".into(),
        error: None,
    }
}

fn prove(lang: Lang) -> ProvePage {
    ProvePage { frame: plain(lang, "/xac-nhan-lai"), next: "/nguoi-dung/loi.pv".into(), has_code: true, error: None }
}

fn account(lang: Lang) -> AccountPage {
    let mut frame = plain(lang, "/tai-khoan");
    frame.notices = vec!["Quyền duyệt thay Nguyễn Văn Hòa từ 1/6/2024 đến 20/6/2024.".into()];
    AccountPage {
        frame,
        name: "ha.ttt".into(),
        display_name: "Trần Thị Thu Hà".into(),
        grants: vec![grant(1, Role::Editor, Standing::Now), grant(2, Role::Approver, Standing::Now)],
        second_factor: Some(9),
        sessions: 2,
        tokens: 1,
    }
}

fn sessions(lang: Lang) -> SessionsPage {
    let row = |own, agent: &str| SessionView {
        id: hash('a'),
        agent: agent.into(),
        address: "203.0.113.7".into(),
        since: at(7, 30),
        seen: at(9, 12),
        own,
        new: !own,
    };
    SessionsPage { frame: plain(lang, "/tai-khoan/phien"), rows: vec![row(true, "Chrome, Windows"), row(false, "")] }
}

fn tokens(lang: Lang) -> TokensPage {
    let row = |id: &str, over, revoked| TokenView {
        id: id.into(),
        name: "Cổng thông tin tỉnh".into(),
        scopes: vec![Scope::Read, Scope::Upload],
        ends: day(30),
        over,
        used: Some(at(6, 0)),
        revoked,
    };
    TokensPage {
        frame: plain(lang, "/tai-khoan/ma-truy-cap"),
        rows: vec![
            row("0a1b2c3d4e5f", false, None),
            row("1a1b2c3d4e5f", true, None),
            row("2a1b2c3d4e5f", false, Some(at(8, 0))),
        ],
        made: Some(format!("loa_0a1b2c3d4e5f_{}", hash('c'))),
        name: String::new(),
        days: "90".into(),
        error: Some("Mã có hiệu lực từ 1 đến 365 ngày. Hãy ghi lại số ngày.".into()),
        prove_first: false,
    }
}

fn user(lang: Lang) -> UserPage {
    UserPage {
        frame: frame(lang, Tab::Users, "/nguoi-dung/loi.pv", &[Role::Admin]),
        name: "loi.pv".into(),
        display_name: "Phạm Văn Lợi".into(),
        disabled_at: None,
        second_factor: true,
        grants: vec![
            grant(1, Role::Operator, Standing::Now),
            grant(2, Role::Approver, Standing::Later),
            grant(3, Role::Editor, Standing::Over),
        ],
        posts: vec![Choice { value: "20335".into(), label: "xã Bình Dương".into(), selected: false }],
        form: GrantForm { from: "2024-06-12".into(), ..GrantForm::default() },
        password: Some("p3kdw-9xq2m-77abz-qq2pw".into()),
        may_change: true,
        prove_first: false,
        error: Some("Ngày cuối đứng trước ngày đầu. Hãy đổi lại.".into()),
    }
}

fn acts(lang: Lang) -> ActsPage {
    let row = ActView {
        at: at(9, 12),
        by: "Quản trị".into(),
        act: Words::new(lang).act("grant-given"),
        subject: "Phạm Văn Lợi".into(),
        detail: "operator@20335 from 2024-06-12".into(),
    };
    ActsPage {
        frame: frame(lang, Tab::Users, "/nguoi-dung/nhat-ky", &[Role::Admin]),
        rows: vec![row],
        user: "loi.pv".into(),
        older: Some("/nguoi-dung/nhat-ky?user=loi.pv&before=7".into()),
    }
}

/// All of them in one language.
pub fn all(lang: Lang) -> Vec<Rendered> {
    vec![
        ("code", code(lang).render()),
        ("password_first", password(lang, true).render()),
        ("password", password(lang, false).render()),
        ("second_factor_offer", second_factor(lang, 0).render()),
        ("second_factor_codes", second_factor(lang, 1).render()),
        ("second_factor_set", second_factor(lang, 2).render()),
        ("prove", prove(lang).render()),
        ("account", account(lang).render()),
        ("sessions", sessions(lang).render()),
        ("tokens", tokens(lang).render()),
        ("user", user(lang).render()),
        ("acts", acts(lang).render()),
    ]
}

//! Nobody acts beyond their role, their area, or the step that comes next.

use super::{PEOPLE, Stage};

/// Forms, and the only one of [`PEOPLE`] who may send each.
const FORMS: [(&str, &str); 21] = [
    ("/ban-tin/TIN-NHAP/gui-duyet", "bientap"),
    ("/ban-tin/TIN-CHO/duyet", "nguoiduyet"),
    ("/ban-tin/TIN-CHO/tra-lai", "nguoiduyet"),
    ("/ban-tin/TIN-CHO/thu-hoi", "nguoiduyet"),
    ("/hom-nay/xac-nhan", "truc"),
    ("/hom-nay/ca-buoi", "truc"),
    ("/hom-nay/mat-dien", "truc"),
    ("/hom-nay/hoan-tac", "truc"),
    ("/dai/dai-1/moi", "quantri"),
    ("/dai/dai-1/lua-chon", "quantri"),
    ("/nguoi-dung", "quantri"),
    ("/nguoi-dung/truc/quyen", "quantri"),
    ("/nguoi-dung/truc/quyen/1/ket-thuc", "quantri"),
    ("/nguoi-dung/truc/ban-giao", "quantri"),
    ("/nguoi-dung/truc/mat-khau", "quantri"),
    ("/nguoi-dung/truc/xac-thuc", "quantri"),
    ("/nguoi-dung/truc/phien", "quantri"),
    ("/nguoi-dung/truc/khoa", "quantri"),
    ("/nguoi-dung/truc/mo-khoa", "quantri"),
    ("/khoa-duyet", "nguoiduyet"),
    ("/them-tin/rut", "truc"),
];

/// Forms that change nothing but what is the sender's own: for every role, and for nobody without the session's token.
const OWN_FORMS: [&str; 13] = [
    "/dang-xuat",
    "/tai-khoan/mat-khau",
    "/tai-khoan/xac-thuc",
    "/tai-khoan/ma-du-phong",
    "/tai-khoan/phien/ket-thuc",
    "/tai-khoan/phien/da-xem",
    "/tai-khoan/ma-truy-cap",
    "/tai-khoan/ma-truy-cap/000000000000/thu-hoi",
    "/xac-nhan-lai",
    "/khoa-duyet/mat",
    "/ban-tin/TIN-CHO/nghe",
    "/noi-lich",
    "/noi-lich/000000000000/thu-hoi",
];

fn fields<'a>(station: &'a str, today: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("version", "1"),
        ("reason", "thử"),
        ("station", station),
        ("date", today),
        ("airing", "00"),
        ("key", "k"),
        ("choice", "decline"),
    ]
}

#[tokio::test]
async fn every_form_is_refused_to_every_other_role() {
    let stage = Stage::new().await;
    let today = stage.province.today().to_string();
    for (name, _) in PEOPLE {
        let visitor = stage.person(name).await;
        for (path, only) in FORMS {
            if name != only {
                let answer = visitor.submit(path, &fields("dai-2", &today)).await;
                assert_eq!(answer.status, 403, "{path} by {name}: {}", answer.text);
            }
        }
    }
    // A stranger is led to the log-in, and does nothing either.
    for path in FORMS.map(|(path, _)| path).into_iter().chain(OWN_FORMS) {
        let answer = stage.stranger().send_form(path, &fields("dai-2", &today)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/dang-nhap"), "{path}");
    }
}

#[tokio::test]
async fn every_form_is_refused_without_the_sessions_own_token() {
    let stage = Stage::new().await;
    let today = stage.province.today().to_string();
    for (path, name) in FORMS.into_iter().chain(OWN_FORMS.map(|path| (path, "bientap"))) {
        let visitor = stage.person(name).await;
        for csrf in ["", "0000"] {
            let forged = [&[("csrf", csrf)], &fields("dai-2", &today)[..]].concat();
            assert_eq!(visitor.send_form(path, &forged).await.status, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn an_operator_neither_sees_nor_speaks_for_another_station() {
    let stage = Stage::new().await;
    let today = stage.province.today().to_string();
    let operator = stage.person("truc").await;
    assert_eq!(operator.get("/hom-nay?station=dai-2").await.status, 200);
    for path in ["/hom-nay?station=dai-1", "/ban-tin/TIN-CHO", "/doi-soat", "/doi-soat.csv", "/dai", "/nguoi-dung"] {
        assert_eq!(operator.get(path).await.status, 403, "{path}");
    }
    for path in ["/hom-nay/xac-nhan", "/hom-nay/ca-buoi", "/hom-nay/mat-dien", "/hom-nay/hoan-tac"] {
        assert_eq!(operator.submit(path, &fields("dai-1", &today)).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn no_step_of_a_bulletin_can_be_left_out() {
    let stage = Stage::new().await;
    let approver = stage.person("nguoiduyet").await;
    // A draft that nobody submitted is neither approved, returned nor withdrawn.
    for step in ["duyet", "tra-lai", "thu-hoi"] {
        let answer =
            approver.submit(&format!("/ban-tin/TIN-NHAP/{step}"), &[("version", "1"), ("reason", "thử")]).await;
        assert_ne!(answer.status, 200, "{step}");
        let page = stage.person("bientap").await.get("/ban-tin/TIN-NHAP").await.text;
        assert!(page.contains("action=\"/ban-tin/TIN-NHAP/gui-duyet\""), "{step}: it is no draft any more");
    }
    // A version that is not there is not approved either.
    assert_eq!(approver.submit("/ban-tin/TIN-CHO/duyet", &[("version", "9")]).await.status, 404);
}

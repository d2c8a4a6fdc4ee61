//! Logging in: first passwords, second factors, waits that double.

use reqwest::StatusCode;

use super::House;
use crate::helpers::chain::{Province, serve_with};
use crate::helpers::person::{PASSWORD, Visitor, add_newcomer, add_person};

const OWN: &str = "bốn con trâu gặm cỏ";

#[tokio::test]
async fn a_first_password_is_changed_before_anything_else_is_possible() {
    let house = House::open().await;
    add_newcomer(&house.province, "bientap", "editor@thu");
    let visitor = Visitor::new(&house.url);
    visitor.log_in("bientap", PASSWORD).await.leads_to("/");
    let first = visitor.session();
    for path in ["/", "/ban-tin", "/tai-khoan", "/tai-khoan/phien", "/tai-khoan/ma-truy-cap", "/xac-nhan-lai"] {
        visitor.get(path).await.leads_to("/tai-khoan/mat-khau");
    }
    visitor.get("/api/v1/me").await.says(403, "password-first");
    let page = "/tai-khoan/mat-khau";
    visitor.post(page, "/ban-tin/X/gui-duyet", &[("version", "1")]).await.leads_to(page);
    for (current, new, again, words) in [
        ("sai-mat-khau", OWN, OWN, "chưa đúng"),
        (PASSWORD, "ngắn", "ngắn", "ít nhất 12"),
        (PASSWORD, "matkhau123456", "matkhau123456", "đoán trước"),
        (PASSWORD, "bientap-bientap", "bientap-bientap", "từ tên"),
        (PASSWORD, PASSWORD, PASSWORD, "trùng"),
        (PASSWORD, OWN, PASSWORD, "không giống nhau"),
    ] {
        let came = visitor.post(page, page, &[("current", current), ("new", new), ("again", again)]).await;
        assert!(came.text.contains(words), "{new}: {came:#?}");
    }
    let done = visitor.post(page, page, &[("current", PASSWORD), ("new", OWN), ("again", OWN)]).await;
    done.leads_to("/");
    assert_ne!(visitor.session(), first, "the session is a new one");
    visitor.get("/ban-tin").await.says(200, "Bản tin");
    visitor.take_cookies(&[("loa".to_owned(), first)].into());
    visitor.get("/ban-tin").await.leads_to("/dang-nhap?next=%2Fban-tin");
    let again = Visitor::new(&house.url);
    again.log_in("bientap", PASSWORD).await.says(401, "chưa đúng");
    again.log_in("bientap", OWN).await.leads_to("/");
    again.get("/ban-tin").await.says(200, "Bản tin");
}

#[tokio::test]
async fn a_first_password_that_nobody_changed_opens_nothing_after_two_weeks() {
    let house = House::open().await;
    for name in ["bientap", "truc"] {
        add_newcomer(&house.province, name, "editor@thu");
    }
    let mut database = house.province.database().await;
    for (name, minutes) in [("bientap", 1), ("truc", -1)] {
        let given = chrono::Utc::now() - chrono::Duration::days(14) - chrono::Duration::minutes(minutes);
        sqlx::query("UPDATE users SET password_set_at = $1 WHERE name = $2")
            .bind(given)
            .bind(name)
            .execute(&mut database)
            .await
            .unwrap();
    }
    let visitor = Visitor::new(&house.url);
    visitor.log_in("bientap", "một mật khẩu khác").await.says(401, "chưa đúng");
    visitor.log_in("bientap", PASSWORD).await.says(401, "quá hạn 14 ngày");
    assert_eq!(visitor.session(), "");
    house.admin.get("/nguoi-dung/nhat-ky").await.says(200, "mật khẩu được cấp đã quá hạn");
    Visitor::new(&house.url).log_in("truc", PASSWORD).await.leads_to("/");
    // A new one serves again.
    let given = house.act("bientap", "mat-khau", &[]).await.between("<p class=\"code\">", "<");
    visitor.log_in("bientap", &given).await.leads_to("/");
    visitor.get("/ban-tin").await.leads_to("/tai-khoan/mat-khau");
}

#[tokio::test]
async fn an_approver_sets_up_a_second_factor_and_each_code_counts_once() {
    let house = House::open().await;
    house.add("nguoiduyet", "approver@thu");
    let visitor = Visitor::new(&house.url);
    visitor.log_in("nguoiduyet", PASSWORD).await.leads_to("/");
    for path in ["/", "/duyet", "/tai-khoan", "/tai-khoan/mat-khau"] {
        visitor.get(path).await.leads_to("/tai-khoan/xac-thuc");
    }
    visitor.get("/api/v1/me").await.says(403, "second-factor-first");
    let page = "/tai-khoan/xac-thuc";
    visitor.post(page, page, &[("code", "000000")]).await.says(401, "Mã chưa đúng");
    let password_only = visitor.session();
    let shown = visitor.enrol().await;
    assert!(shown.text.contains("Mã dự phòng"));
    assert_ne!(visitor.session(), password_only);
    visitor.get("/duyet").await.says(200, "Duyệt");

    let other = Visitor::new(&house.url).with_secret_of(&visitor);
    other.log_in("nguoiduyet", PASSWORD).await.leads_to("/dang-nhap/ma?next=");
    let half = other.session();
    for path in ["/duyet", "/tai-khoan", "/tai-khoan/xac-thuc", "/tai-khoan/mat-khau"] {
        other.get(path).await.leads_to("/dang-nhap/ma");
    }
    other.get("/api/v1/me").await.says(403, "code-first");
    let code = other.code().await;
    other.post("/dang-nhap/ma", "/dang-nhap/ma", &[("code", &code)]).await.leads_to("/");
    assert_ne!(other.session(), half);
    other.get("/duyet").await.says(200, "Duyệt");

    // The same code again, then a recovery code, which also counts once.
    let third = Visitor::new(&house.url);
    third.log_in("nguoiduyet", PASSWORD).await.leads_to("/dang-nhap/ma?next=");
    let enter = "/dang-nhap/ma";
    third.post(enter, enter, &[("code", &code)]).await.says(401, "đã dùng");
    let recovery = visitor.recovery(0).to_uppercase().replace('-', " ");
    third.post(enter, enter, &[("code", &recovery)]).await.leads_to("/");
    third.get("/tai-khoan/xac-thuc").await.says(200, "Còn 9 mã dự phòng");
    let fourth = Visitor::new(&house.url);
    fourth.log_in("nguoiduyet", PASSWORD).await;
    fourth.post(enter, enter, &[("code", &recovery)]).await.says(401, "đã dùng");
}

#[tokio::test]
async fn codes_are_not_guessed_for_ever() {
    let house = House::open().await;
    let visitor = Visitor::new(&house.url);
    visitor.log_in("quantri", PASSWORD).await.leads_to("/dang-nhap/ma?next=");
    let enter = "/dang-nhap/ma";
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(visitor.post(enter, enter, &[("code", "123456")]).await.status.as_u16());
    }
    assert_eq!(statuses[..4], [401, 401, 401, 401]);
    assert!(statuses[4..].contains(&429), "{statuses:?}");
    // Whoever is in already is not put out by it.
    house.admin.get("/nguoi-dung").await.says(200, "quantri");
}

#[tokio::test]
async fn whoever_guesses_waits_and_nobody_else_does() {
    let province = Province::new(1);
    province.write_schedules();
    province.loa(&["import", &province.text("schedules")]).well();
    add_person(&province, "truc", "operator@xa-1");
    let (center, url) = serve_with(&province, &["--listen", "127.0.0.1:0"]).await;
    let stranger = Visitor::from(&url, [127, 0, 0, 66]);
    for _ in 0..3 {
        stranger.log_in("truc", "đoán mò đoán mò").await.says(401, "chưa đúng");
        stranger.log_in("nobody", "đoán mò đoán mò").await.says(401, "chưa đúng");
    }
    // A name that is nobody's is answered in the same words.
    stranger.log_in("truc", PASSWORD).await.says(429, "Hãy đợi");
    stranger.log_in("nobody", PASSWORD).await.says(429, "Hãy đợi");
    let person = Visitor::from(&url, [127, 0, 0, 7]);
    person.log_in("truc", PASSWORD).await.leads_to("/");
    person.get("/tai-khoan").await.says(200, "truc");

    // A restart forgets nothing: the next failure after the wait costs twice as much.
    center.kill();
    let (_center, url) = serve_with(&province, &["--listen", "127.0.0.1:0"]).await;
    let stranger = Visitor::from(&url, [127, 0, 0, 66]);
    let mut wrong = 3;
    let deadline = std::time::Duration::from_secs(20);
    crate::helpers::until::until_within(deadline, "the wait to double", async || {
        let came = stranger.log_in("truc", "đoán mò đoán mò").await;
        if came.status == StatusCode::UNAUTHORIZED {
            wrong += 1;
        }
        (wrong == 5).then_some(())
    })
    .await;
    let came = stranger.log_in("truc", "đoán mò đoán mò").await;
    let seconds: u64 = came.between("Hãy đợi ", " giây").parse().unwrap();
    assert!((3..=4).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn second_factors_are_left_away_only_on_this_machine_and_every_page_says_so() {
    let province = Province::new(1);
    province.write_schedules();
    province.loa(&["import", &province.text("schedules")]).well();
    add_person(&province, "nguoiduyet", "approver@thu");
    for args in [
        &["serve", "--second-factor", "off", "--listen", "0.0.0.0:0"][..],
        &["serve", "--second-factor", "off", "--behind-proxy", "--listen", "127.0.0.1:0"],
        &["serve", "--behind-proxy", "--listen", "0.0.0.0:0"],
    ] {
        province.loa(args).refused(2, "");
    }
    let (_center, url) = serve_with(&province, &["--listen", "127.0.0.1:0", "--second-factor", "off"]).await;
    let visitor = Visitor::new(&url);
    visitor.get("/dang-nhap").await.says(200, "Chế độ thử");
    visitor.enter("nguoiduyet").await;
    visitor.get("/duyet").await.says(200, "Chế độ thử");
}

#[tokio::test]
async fn by_command_passwords_and_second_factors_are_reset_and_sessions_end() {
    let house = House::open().await;
    house.province.loa(&["user", "reset-totp", "quantri"]).well();
    house.admin.get("/nguoi-dung").await.leads_to("/dang-nhap?next=%2Fnguoi-dung");
    let visitor = Visitor::new(&house.url);
    visitor.log_in("quantri", PASSWORD).await.leads_to("/");
    visitor.get("/nguoi-dung").await.leads_to("/tai-khoan/xac-thuc");
    let out = house.province.loa(&["user", "reset-password", "quantri"]).well().out;
    let password = out.trim().rsplit(' ').next().unwrap();
    visitor.get("/nguoi-dung").await.leads_to("/dang-nhap?next=%2Fnguoi-dung");
    visitor.log_in("quantri", password).await.leads_to("/");
    visitor.get("/nguoi-dung").await.leads_to("/tai-khoan/mat-khau");
    house.province.loa(&["user", "disable", "quantri"]).refused(2, "nobody else administers thu");
}

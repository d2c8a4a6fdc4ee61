//! Sessions: seen, ended, told of new devices, and proving anew who one is.

use super::House;
use crate::helpers::person::{PASSWORD, Visitor};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";

#[tokio::test]
async fn a_person_sees_their_sessions_and_ends_them() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let mut here = house.entered("bientap").await;
    let mut there = Visitor::from(&house.url, [127, 0, 0, 9]).with_agent(CHROME);
    there.enter("bientap").await;
    here.get("/ban-tin").await.says(200, "1 lần đăng nhập bằng tên của bạn từ thiết bị mới");
    let page = "/tai-khoan/phien";
    let list = here.get(page).await.says(200, "Chrome, Windows").says(200, "127.0.0.9").says(200, "Thiết bị mới");
    let id = list.between("name=\"session\" value=\"", "\"");
    here.post(page, "/tai-khoan/phien/da-xem", &[]).await.leads_to(page);
    assert!(!here.get("/ban-tin").await.text.contains("lần đăng nhập bằng tên của bạn"));
    here.post(page, "/tai-khoan/phien/ket-thuc", &[("session", &id)]).await.leads_to(page);
    there.get("/ban-tin").await.leads_to("/dang-nhap?next=%2Fban-tin");

    there.enter("bientap").await;
    let third = house.entered("bientap").await;
    third.post(page, "/tai-khoan/phien/ket-thuc", &[]).await.leads_to(page);
    for other in [&mut here, &mut there] {
        other.get("/ban-tin").await.leads_to("/dang-nhap?next=%2Fban-tin");
    }
    third.get("/ban-tin").await.says(200, "Bản tin");
}

#[tokio::test]
async fn nobody_ends_somebody_elses_session_with_its_number() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let person = house.entered("bientap").await;
    let second = house.entered("bientap").await;
    let list = person.get("/tai-khoan/phien").await;
    let id = list.between("name=\"session\" value=\"", "\"");
    let page = "/tai-khoan/phien";
    house.admin.post(page, "/tai-khoan/phien/ket-thuc", &[("session", &id)]).await;
    let second = second;
    second.get("/ban-tin").await.says(200, "Bản tin");
}

#[tokio::test]
async fn changing_people_needs_a_recent_proof_and_a_disabled_user_is_out_at_once() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let person = house.entered("bientap").await;
    // As if the administrator had logged in an hour ago.
    let mut database = house.province.database().await;
    let hour_ago = chrono::Utc::now() - chrono::Duration::hours(1);
    sqlx::query("UPDATE sessions SET proved_at = $1").bind(hour_ago).execute(&mut database).await.unwrap();
    let proof = "/xac-nhan-lai?next=%2Fnguoi-dung%2Fbientap";
    house.act("bientap", "khoa", &[]).await.leads_to(proof);
    person.get("/ban-tin").await.says(200, "Bản tin");
    let fields = [("proof", "sai mật khẩu"), ("next", "/nguoi-dung/bientap")];
    house.admin.post(proof, "/xac-nhan-lai", &fields).await.says(401, "Mật khẩu chưa đúng");
    let fields = [("proof", PASSWORD), ("next", "/nguoi-dung/bientap")];
    house.admin.post(proof, "/xac-nhan-lai", &fields).await.leads_to("/nguoi-dung/bientap");
    house.act("bientap", "khoa", &[]).await.leads_to("/nguoi-dung/bientap");
    person.get("/ban-tin").await.leads_to("/dang-nhap?next=%2Fban-tin");
    person.log_in("bientap", PASSWORD).await.says(401, "chưa đúng");
    house.act("bientap", "mo-khoa", &[]).await.leads_to("/nguoi-dung/bientap");
    person.enter("bientap").await;
}

#[tokio::test]
async fn a_desk_left_alone_for_two_hours_logs_out_and_an_operators_phone_does_not() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    house.add("truc", "operator@xa-1");
    let (desk, phone) = (house.entered("bientap").await, house.entered("truc").await);
    let mut database = house.province.database().await;
    let long_ago = chrono::Utc::now() - chrono::Duration::minutes(121);
    sqlx::query("UPDATE sessions SET last_seen_at = $1").bind(long_ago).execute(&mut database).await.unwrap();
    desk.get("/tai-khoan").await.leads_to("/dang-nhap?next=%2Ftai-khoan");
    phone.get("/tai-khoan").await.says(200, "truc");
}

#[tokio::test]
async fn a_page_that_asks_for_news_by_itself_keeps_no_session_alive() {
    let house = House::open().await;
    let mut database = house.province.database().await;
    let ago = |minutes| chrono::Utc::now() - chrono::Duration::minutes(minutes);
    let set = "UPDATE sessions SET last_seen_at = $1";
    sqlx::query(set).bind(ago(60)).execute(&mut database).await.unwrap();
    let mut seen = async || {
        let seen = sqlx::query_as("SELECT CAST(MAX(last_seen_at) AS TEXT) FROM sessions");
        let (text,): (String,) = seen.fetch_one(&mut database).await.unwrap();
        text
    };
    let before = seen().await;
    house.admin.get("/khan-cap/moi").await.says(200, "{}");
    assert_eq!(seen().await, before);
    house.admin.get("/khan-cap").await.says(200, "Phát khẩn cấp");
    assert_ne!(seen().await, before);
    sqlx::query(set).bind(ago(121)).execute(&mut database).await.unwrap();
    house.admin.get("/khan-cap/moi").await.leads_to("/dang-nhap?next=%2Fkhan-cap%2Fmoi");
    house.admin.get("/khan-cap").await.leads_to("/dang-nhap?next=%2Fkhan-cap");
}

#[tokio::test]
async fn a_new_password_or_an_administrator_ends_the_sessions_and_the_second_factor_stays() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let here = house.entered("bientap").await;
    let there = house.entered("bientap").await;
    let out = "/dang-nhap?next=%2Fban-tin";
    // A second factor ends the others, and so does a new password; the one that changes it goes on.
    here.enrol().await;
    there.get("/ban-tin").await.leads_to(out);
    let there = Visitor::new(&house.url).with_secret_of(&here);
    there.enter("bientap").await;
    let (page, new) = ("/tai-khoan/mat-khau", "bốn con trâu gặm cỏ");
    there.post(page, page, &[("current", PASSWORD), ("new", new), ("again", new)]).await.leads_to("/tai-khoan");
    here.get("/ban-tin").await.leads_to(out);
    there.get("/ban-tin").await.says(200, "Bản tin");
    house.act("bientap", "phien", &[]).await.leads_to("/nguoi-dung/bientap");
    there.get("/ban-tin").await.leads_to(out);
    let given = house.act("bientap", "mat-khau", &[]).await.between("<p class=\"code\">", "<");
    here.log_in("bientap", &given).await.leads_to("/dang-nhap/ma?next=");
}

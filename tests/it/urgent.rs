//! `/khan-cap` without a browser: what is refused to whom, an order that ran out, and duties put down and ended.

use chrono::{Duration, Utc};
use loa::domain::bulletin::{State, Step};
use loa::store::Store;
use loa::store::bulletins::Expect;
use reqwest::Method;
use serde_json::json;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person, call};
use crate::helpers::storm::{Storm, put_old_order};

#[tokio::test]
async fn a_duty_is_given_and_ended_on_the_page_by_administrators_only() {
    let Storm { province, .. } = Storm::over(1);
    add_person(&province, "quantri", "admin@thu");
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let (admin, approver) = (Visitor::of(&url, "quantri").await, Visitor::of(&url, "an").await);
    let local = |hours| (Utc::now() + Duration::hours(hours)).with_timezone(&province.zone).format("%Y-%m-%dT%H:%M");
    let (from, to) = (local(1).to_string(), local(9).to_string());
    let fields = [("user", "an"), ("from", from.as_str()), ("to", to.as_str())];
    approver.submit("/khan-cap/truc", &fields).await.says(403, "");
    admin.submit("/khan-cap/truc", &fields).await.leads_to("/khan-cap");
    let page = admin.get("/khan-cap").await;
    let end = format!("/khan-cap/truc/{}/thoi", page.between("action=\"/khan-cap/truc/", "/thoi"));
    assert!(!approver.get("/khan-cap").await.text.contains("/thoi"));
    approver.submit(&end, &[]).await.says(403, "");
    admin.submit(&end, &[]).await.leads_to("/khan-cap");
    admin.get("/khan-cap").await.says(200, "Đã thôi phân công trực");
    admin.get("/khan-cap").await.says(200, "Chưa có ai trực");
    admin.submit(&end, &[]).await.leads_to("/khan-cap");
    admin.get("/khan-cap").await.says(200, "đã được thôi từ trước");
    admin.submit("/khan-cap/truc/999/thoi", &[]).await.says(404, "");
    admin.get("/nguoi-dung/nhat-ky").await.says(200, "thôi phân công trực");
}

#[tokio::test]
async fn what_cannot_be_asked_for_or_confirmed_is_said_and_nothing_is_kept() {
    let storm = Storm::over(2);
    let province = &storm.province;
    add_person(province, "xa", "approver@xa-2");
    add_person(province, "binh", "approver@thu");
    let (_center, url) = serve(province, "127.0.0.1:0").await;
    let (duyet, xa) = (Visitor::of(&url, "an").await, Visitor::of(&url, "xa").await);
    let ask = |area: &str, reason: &str| format!("/khan-cap/de-nghi?bulletin=BAO-1&area={area}&reason={reason}");
    // The one unit there is to choose is chosen; whoever has several chooses.
    xa.get("/khan-cap").await.says(200, "<option value=\"xa-2\" selected>");
    assert!(!duyet.get("/khan-cap").await.text.contains(" selected>"));
    duyet.get(&ask("", "bao")).await.leads_to("/khan-cap");
    duyet.get("/khan-cap").await.says(200, "Chưa chọn địa bàn");
    duyet.get(&ask("thu", "%20")).await.leads_to("/khan-cap");
    duyet.get("/khan-cap").await.says(200, "Chưa ghi lý do");
    duyet.get(&ask("thu", "bao")).await.says(200, "Sẽ phát tại 2 đài, ở 2 xã, phường, thị trấn.");
    xa.get(&ask("thu", "bao")).await.says(403, "Bạn không có quyền duyệt cho toàn bộ địa bàn này.");
    let proposed = xa.get(&ask("xa-2", "bao")).await.says(200, "máy chủ ký thay bạn");
    duyet
        .get("/khan-cap/de-nghi?bulletin=TIN-DAI&area=thu&reason=bao")
        .await
        .says(422, "TIN-DAI không phải là bản tin khẩn cấp");
    duyet.get("/khan-cap/de-nghi?lap=khong-co").await.says(404, "");

    put_old_order(&storm, "lenh-cu", false).await;
    let mut database = province.database().await;
    let binh = Visitor::of(&url, "binh").await;
    binh.submit("/khan-cap/lenh-cu/xac-nhan", &[]).await.leads_to("/khan-cap");
    binh.get("/khan-cap").await.says(200, "đã hết hiệu lực trước khi có người xác nhận");
    // The page and what its script asks for say the same of every order, so nothing is news that is shown.
    let (page, news) = (binh.get("/khan-cap").await.text, binh.get("/khan-cap/moi").await.json());
    for (order, state) in news.as_object().unwrap() {
        let shown = format!("data-order=\"{order}\" data-state=\"{}\"", state.as_str().unwrap());
        assert!(page.contains(&shown), "{shown}");
    }
    assert!(news["lenh-cu"].is_string(), "{news}");
    let kept: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM break_in_answers").fetch_one(&mut database).await.unwrap();
    assert_eq!(kept.0, 0);

    // A second press asks for the same order, also where the center signs.
    let payload = proposed.between("name=\"payload\" value=\"", "\"");
    let fields = [("bulletin", "BAO-1"), ("area", "xa-2"), ("reason", "bao"), ("payload", payload.as_str())];
    for _ in 0..2 {
        xa.submit("/khan-cap", &fields).await.leads_to("/khan-cap");
        xa.get("/khan-cap").await.says(200, "Đã gửi đề nghị");
    }
    let asked: (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM break_ins WHERE asked_by = 'xa'").fetch_one(&mut database).await.unwrap();
    assert_eq!(asked.0, 1);
}

#[tokio::test]
async fn at_night_only_those_on_duty_approve_what_is_urgent_and_everybody_is_told_whom_to_phone() {
    let mut province = Province::new(1);
    province.tones("BAO-2", 1, 2_000, "thu").write_schedules();
    let file = province.path("bulletins/BAO-2.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("\"ordinary\"", "\"urgent\"");
    std::fs::write(&file, text).unwrap();
    // Hours that never are: it is always night.
    std::fs::write(province.path("schedules/desk.toml"), "[urgent]\nwork_from = \"00:00\"\nwork_to = \"00:00\"\n")
        .unwrap();
    province.import().well();
    let store = Store::open_folder(&province.data()).await.unwrap();
    let submitted = Step { to: State::Submitted, by: "import".into(), reason: None, at: loa::clock::now() };
    let code = "BAO-2".parse().unwrap();
    assert!(store.add_bulletin_step(&code, 1, &submitted, &Expect { steps: 0 }, None).await.unwrap());
    for name in ["an", "binh"] {
        add_person(&province, name, "approver@thu");
    }
    let (_center, url) = serve(&province, "127.0.0.1:0").await;
    let an = Visitor::of(&url, "an").await;
    let token = an.token(&["decide", "read"]).await;
    let approve = "/api/v1/bulletins/BAO-2/versions/1/approve";
    let nobody = "chưa phân công ai trực";
    call(&url, Method::POST, approve, &token, Some(&json!({}))).await.says(403, nobody);
    let told = an.post("/ban-tin/BAO-2", "/ban-tin/BAO-2/duyet", &[("version", "1")]).await.says(403, nobody);
    assert!(told.text.contains(">Chưa thực hiện được</h1>"), "{told:?}");

    let moment = |hours| (Utc::now() + Duration::hours(hours)).to_rfc3339();
    province.loa(&["urgent", "duty", "binh", "--from", &moment(-1), "--to", &moment(9)]).well();
    call(&url, Method::POST, approve, &token, Some(&json!({}))).await.says(403, "Hãy gọi người đang trực: binh.");
    an.post("/ban-tin/BAO-2", "/ban-tin/BAO-2/duyet", &[("version", "1")])
        .await
        .says(403, "Hãy gọi người đang trực: binh.");
    let binh = Visitor::of(&url, "binh").await.token(&["decide", "read"]).await;
    call(&url, Method::POST, approve, &binh, Some(&json!({}))).await.says(200, "endorsed");
}

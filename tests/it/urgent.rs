//! `/khan-cap` without a browser: what is refused to whom, an order that ran out, and duties put down and ended.

use chrono::{Duration, Utc};
use loa::domain::break_in::BreakIn;
use loa::trust::envelope::{self, BREAK_IN};
use loa::trust::keys::KeyPair;

use crate::helpers::chain::serve;
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::storm::Storm;

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
    xa.get(&ask("thu", "bao")).await.says(403, "no approver");
    xa.get(&ask("xa-2", "bao")).await.says(200, "máy chủ ký thay bạn");
    duyet.get("/khan-cap/de-nghi?bulletin=TIN-DAI&area=thu&reason=bao").await.says(422, "no urgent bulletin");
    duyet.get("/khan-cap/de-nghi?lap=khong-co").await.says(404, "");

    // An order that its first approver signed eleven minutes ago.
    storm.ask("xa-2");
    let mut database = province.database().await;
    let (asked,): (String,) = sqlx::query_as("SELECT envelope FROM break_ins").fetch_one(&mut database).await.unwrap();
    let order = BreakIn { id: "lenh-cu".parse().unwrap(), ..envelope::peek(asked.as_bytes(), BREAK_IN).unwrap() };
    let earlier = Duration::minutes(11);
    let old = BreakIn { issued_at: order.issued_at - earlier, not_after: order.not_after - earlier, ..order };
    let sealed = envelope::seal(BREAK_IN, &old, &KeyPair::load(storm.key.as_ref()).unwrap()).unwrap();
    sqlx::query("INSERT INTO break_ins (id, asked_by, at, envelope) VALUES ('lenh-cu', 'an', $1, $2)")
        .bind(old.issued_at)
        .bind(&sealed)
        .execute(&mut database)
        .await
        .unwrap();
    xa.submit("/khan-cap/lenh-cu/xac-nhan", &[]).await.leads_to("/khan-cap");
    xa.get("/khan-cap").await.says(200, "đã hết hiệu lực trước khi có người xác nhận");
    let kept: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM break_in_answers").fetch_one(&mut database).await.unwrap();
    assert_eq!(kept.0, 0);
}

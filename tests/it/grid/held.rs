//! Plans that become empty or much smaller without a person's word.

use super::{airs, change, evening, seen, store, version};
use crate::helpers::chain::Province;
use crate::helpers::person::Visitor;
use crate::helpers::until::until;

/// Imports orders for these bulletins only.
fn import_orders(province: &Province, keep: &[&str]) {
    let file = province.path("schedules/orders.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let kept: Vec<&str> = text
        .split("[[order]]")
        .filter(|order| keep.iter().any(|code| order.contains(&format!("bulletin = \"{code}\""))))
        .collect();
    let kept: String = kept.iter().map(|order| format!("[[order]]{order}")).collect();
    std::fs::write(&file, kept).unwrap();
    province.loa(&["import", &province.text("schedules")]).well();
}

/// Waits until the center has planned what was imported last: so many days are held then.
async fn held(province: &Province, count: u64) {
    let store = store(province).await;
    until(&format!("{count} held days"), async || {
        (store.count_held_days(province.today()).await.unwrap() == count).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_plan_is_held_back_until_somebody_gives_their_word() {
    let (province, _center, url) = evening(2, 1).await;
    assert_eq!(airs(&province, "dai-1"), ["20:00"]);
    import_orders(&province, &[]);
    held(&province, 2).await;
    assert_eq!(airs(&province, "dai-1"), ["20:00"], "what was issued stands");

    let approver = Visitor::of(&url, "duyet").await;
    for page in ["/duyet", "/khung-gio"] {
        approver.get(page).await.says(200, "2 ngày phát đang giữ lịch cũ");
    }
    Visitor::of(&url, "quantri").await.get("/dai").await.says(200, "2 ngày phát đang giữ lịch cũ");
    let page = approver.get("/khung-gio/giu-lai").await.says(200, "Từ 1 còn 0 lượt phát");
    let key = |station: &str| {
        let start = format!("value=\"{station}.");
        format!("{station}.{}", page.between(&start, "\""))
    };
    let (one, other) = (key("dai-1"), key("dai-2"));

    // A commune's approver speaks for the commune only.
    let commune = Visitor::of(&url, "duyetxa").await;
    let list = commune.get("/khung-gio/giu-lai").await.text;
    assert!(list.contains("dai-1.") && !list.contains("dai-2."), "{list}");
    assert_eq!(commune.submit("/khung-gio/giu-lai", &[("day", &other)]).await.status, 403);
    commune.submit("/khung-gio/giu-lai", &[("day", &one)]).await.leads_to("/khung-gio/giu-lai");
    assert_eq!((airs(&province, "dai-1").len(), airs(&province, "dai-2").len()), (0, 1));
    held(&province, 1).await;

    // Mended, it is no question any more.
    let file = province.path("schedules/orders.toml");
    province.write_schedules();
    let orders = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, orders).unwrap();
    super::write(&province, super::EVENING, 1);
    province.loa(&["import", &province.text("schedules")]).well();
    held(&province, 0).await;
    until("the commune's day to be planned again", async || (airs(&province, "dai-1") == ["20:00"]).then_some(()))
        .await;
    approver.get("/duyet").await.says(200, "Duyệt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_is_never_held_back_not_even_from_a_day_that_is() {
    let (province, _center, _url) = evening(1, 2).await;
    let bulletin = province.plan("dai-1")["items"][0]["bulletin"].as_str().unwrap().to_owned();
    // Of two days each loses its only airing: held.
    import_orders(&province, &[]);
    held(&province, 2).await;
    province.loa(&["approve", &bulletin, "--by", "duyet", "--withdraw", "sai"]).well();
    held(&province, 0).await;
    assert!(airs(&province, "dai-1").is_empty(), "what was withdrawn is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_empties_a_day_and_an_ordinary_end_are_no_surprise() {
    let (province, _center, _url) = evening(1, 1).await;
    let bulletin = province.plan("dai-1")["items"][0]["bulletin"].as_str().unwrap().to_owned();
    let other = if bulletin == "TIN-1" { "TIN-2" } else { "TIN-1" };
    province.loa(&["approve", other, "--by", "duyet", "--withdraw", "sai"]).well();
    province.loa(&["approve", &bulletin, "--by", "duyet", "--withdraw", "sai"]).well();
    assert!(airs(&province, "dai-1").is_empty());
    held(&province, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_what_empties_a_station_needs_a_word_that_names_it() {
    let (province, _center, url) = evening(2, 1).await;
    let approver = Visitor::of(&url, "duyet").await;
    change(&approver, "toi", &[("kind", "commune")]).await.leads_to("/khung-gio?don-vi=thu");
    let page = approver.get("/khung-gio/xem-truoc").await.says(200, "2 đài có ngày trống hoặc ít lượt phát hơn hẳn");
    assert!(page.text.contains("Đài xã Thử 1; Đài xã Thử 2"), "{}", page.text);
    let now = seen(&approver).await;
    approver.submit("/khung-gio/phat-hanh", &[("seen", &now)]).await.says(422, "hãy đánh dấu đồng ý");
    assert_eq!((version(&province).await, airs(&province, "dai-1").len()), (1, 1));
    approver.submit("/khung-gio/phat-hanh", &[("seen", &now), ("word", "1")]).await.leads_to("/khung-gio");
    assert_eq!((version(&province).await, airs(&province, "dai-1").len()), (2, 0));
    held(&province, 0).await;
    let acts = store(&province).await.acts(Some("duyet"), 0, 10).await.unwrap();
    assert!(acts.iter().any(|act| act.act == "grid-published"), "{acts:?}");
}

//! Rules that break a cap only together.

use super::{change, evening, send};
use crate::helpers::person::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_break_a_cap_only_together_are_named_together_and_not_published() {
    let (_province, _center, url) = evening(1, 1).await;
    let one = Visitor::of(&url, "duyet").await;
    change(&one, "toi", &[("minutes", "40")]).await.leads_to("/khung-gio?don-vi=thu");
    let page = one.get("/khung-gio/them?don-vi=thu").await;
    let fields = [("name", "Khung sau"), ("time", "20:40"), ("minutes", "40")];
    send(&one, "/khung-gio/them", &page, &fields).await.leads_to("/khung-gio?don-vi=thu");
    let page = one.get("/khung-gio/xem-truoc").await;
    let page = page.says(200, "Các khung này cộng lại mới vượt: “Khung sau”, “Khung tối”. Hãy bớt ít nhất một khung.");
    assert!(page.text.contains("làm phiên phát dài quá mức cho phép"), "{page:#?}");
    assert!(page.hidden("/khung-gio/phat-hanh").is_empty(), "nothing that is refused can be published");
}

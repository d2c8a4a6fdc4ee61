//! Rights with their days: given within one's own area, taken back at once, acted under, handed over.

use chrono::Days;

use super::House;
use crate::helpers::person::Visitor;

#[tokio::test]
async fn a_right_counts_on_its_days_only_and_is_lost_at_once_when_taken_back() {
    let house = House::open().await;
    house.add("bientap", "editor@thu");
    let person = house.entered("bientap").await;
    let today = house.province.today();
    let (yesterday, tomorrow) = (today - Days::new(1), today + Days::new(1));
    let days = |from: chrono::NaiveDate, to: chrono::NaiveDate| (from.to_string(), to.to_string());
    let before = days(today - Days::new(9), yesterday);
    let later = days(tomorrow, today + Days::new(9));
    for (from, to) in [&before, &later] {
        let fields = [("role", "auditor"), ("area", "thu"), ("from", from), ("to", to)];
        house.act("bientap", "quyen", &fields).await.leads_to("/nguoi-dung/bientap");
        person.get("/doi-soat").await.says(200, "Đối chiếu");
        person.get("/nguoi-dung/nhat-ky").await.says(403, "");
    }
    let now = days(today, today);
    let fields = [("role", "auditor"), ("area", "thu"), ("from", now.0.as_str()), ("to", now.1.as_str())];
    house.act("bientap", "quyen", &fields).await.leads_to("/nguoi-dung/bientap");
    person.get("/nguoi-dung/nhat-ky").await.says(200, "giao quyền");
    let page = house.admin.get("/nguoi-dung/bientap").await.says(200, "Chưa đến ngày").says(200, "Đã hết");
    // The newest grant in force is listed first.
    let id = page.between("/nguoi-dung/bientap/quyen/", "/ket-thuc");
    house.act("bientap", &format!("quyen/{id}/ket-thuc"), &[]).await.leads_to("/nguoi-dung/bientap");
    person.get("/nguoi-dung/nhat-ky").await.says(403, "");
    let acts = house.admin.get("/nguoi-dung/nhat-ky?user=bientap").await;
    acts.says(200, "kết thúc quyền").says(200, "auditor@thu");
}

#[tokio::test]
async fn an_administrator_gives_only_within_their_own_area_and_never_to_themself() {
    let house = House::open().await;
    house.add("quantrixa", "admin@xa-1");
    house.add("truc", "operator@xa-1");
    house.add("bientap", "editor@thu");
    let today = house.province.today().to_string();
    let commune = house.entered("quantrixa").await;
    let give = |role: &'static str, area: &'static str| {
        [("role", role.to_string()), ("area", area.to_string()), ("from", today.clone())]
    };
    let try_it = async |name: &str, role: &'static str, area: &'static str| {
        let fields = give(role, area);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = "/tai-khoan/phien";
        commune.post(page, &format!("/nguoi-dung/{name}/quyen"), &fields).await
    };
    try_it("truc", "editor", "xa-1").await.leads_to("/nguoi-dung/truc");
    try_it("truc", "editor", "xa-2").await.says(403, "ngoài địa bàn");
    try_it("truc", "admin", "thu").await.says(403, "ngoài địa bàn");
    try_it("quantrixa", "approver", "xa-1").await.says(403, "");
    // Somebody of the whole province is none of theirs.
    for act in ["khoa", "mat-khau", "xac-thuc", "phien"] {
        let came = commune.post("/tai-khoan/phien", &format!("/nguoi-dung/bientap/{act}"), &[]).await;
        assert_eq!(came.status.as_u16(), 403, "{act}");
    }
    // Nor is somebody whose rights are all over, when those were not theirs to give.
    let page = house.admin.get("/nguoi-dung/bientap").await;
    let id = page.between("/nguoi-dung/bientap/quyen/", "/ket-thuc");
    house.act("bientap", &format!("quyen/{id}/ket-thuc"), &[]).await.leads_to("/nguoi-dung/bientap");
    commune.post("/tai-khoan/phien", "/nguoi-dung/bientap/mat-khau", &[]).await.says(403, "");
    commune.get("/nguoi-dung/bientap").await.says(403, "");
    commune.get("/nguoi-dung/truc").await.says(200, "truc");
    let own = ("/nguoi-dung/quantri", "/nguoi-dung/quantri/khoa");
    house.admin.post(own.0, own.1, &[]).await.says(403, "");
}

#[tokio::test]
async fn the_last_administrator_is_not_taken_away() {
    let house = House::open().await;
    house.add("quantri2", "admin@thu");
    let second = house.entered("quantri2").await;
    house.act("quantri2", "khoa", &[]).await.leads_to("/nguoi-dung/quantri2");
    second.get("/nguoi-dung").await.leads_to("/dang-nhap?next=%2Fnguoi-dung");
    house.province.loa(&["user", "disable", "quantri"]).refused(2, "nobody else administers thu");
    house.act("quantri2", "mo-khoa", &[]).await.leads_to("/nguoi-dung/quantri2");
    house.province.loa(&["user", "disable", "quantri"]).well();
}

#[tokio::test]
async fn an_acting_approver_approves_within_their_days_and_pages_say_for_whom() {
    let house = House::open().await;
    house.add("nguoiduyet", "approver@thu");
    house.add("phopham", "editor@xa-1");
    let today = house.province.today();
    let (from, to) = (today.to_string(), (today + Days::new(3)).to_string());
    let fields = |acting: &'static str, to: &str| {
        [
            ("role", "approver"),
            ("area", "thu"),
            ("from", from.clone().leak() as &str),
            ("acting_for", acting),
            ("to", to.to_string().leak()),
        ]
    };
    house.act("phopham", "quyen", &fields("phopham", &to)).await.says(422, "làm thay chính mình");
    house.act("phopham", "quyen", &fields("quantri", &to)).await.says(422, "không có quyền này");
    house.act("phopham", "quyen", &fields("nguoiduyet", "")).await.says(422, "phải có ngày cuối");
    house.act("phopham", "quyen", &fields("nguoiduyet", &to)).await.leads_to("/nguoi-dung/phopham");
    let deputy = house.entered("phopham").await;
    let page = deputy.get("/duyet").await.says(200, "Quyền duyệt thay nguoiduyet từ");
    page.says(200, &format!("đến {}", (today + Days::new(3)).format("%-d/%-m/%Y")));
}

#[tokio::test]
async fn a_post_is_handed_over_in_one_act_and_open_pages_lose_it_at_once() {
    let house = House::open().await;
    house.add("truccu", "operator@xa-1");
    house.add("trucmoi", "operator@xa-2");
    let (mut before, mut after) = (house.entered("truccu").await, house.entered("trucmoi").await);
    let station = "/hom-nay?station=dai-1";
    before.get(station).await.says(200, "Đài xã Thử 1");
    let may = async |visitor: &mut Visitor| visitor.get(station).await.status.as_u16() == 200;
    assert!(!may(&mut after).await);
    let (today, tomorrow) = (house.province.today(), house.province.today() + Days::new(1));
    let over = |day: chrono::NaiveDate, to: &'static str| {
        [("area", "xa-1"), ("to_user", to), ("from", day.to_string().leak() as &str)]
    };
    house.act("truccu", "ban-giao", &over(today, "truccu")).await.says(404, "");
    // From tomorrow on: nothing changes today.
    house.act("truccu", "ban-giao", &over(tomorrow, "trucmoi")).await.leads_to("/nguoi-dung/truccu");
    assert!(may(&mut before).await && !may(&mut after).await);
    // And now at once.
    house.act("truccu", "ban-giao", &over(today, "trucmoi")).await.leads_to("/nguoi-dung/truccu");
    assert!(!may(&mut before).await && may(&mut after).await);
    let acts = house.admin.get("/nguoi-dung/nhat-ky?user=truccu").await;
    acts.says(200, "bàn giao việc trực đài").says(200, "operator@xa-1 to trucmoi");
}

//! Two people at the grid, at once and across their areas; files and the page.

use super::{airs, change, evening, seen, send, version};
use crate::helpers::person::Visitor;

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_one_rule_the_second_is_told_and_nothing_is_lost() {
    let (province, _center, url) = evening(1, 1).await;
    let (one, other) = (Visitor::of(&url, "duyet").await, Visitor::of(&url, "duyetba").await);
    let opened = other.get("/khung-gio/toi").await;
    change(&one, "toi", &[("time", "20:10")]).await.leads_to("/khung-gio?don-vi=thu");

    // The second had opened the form before: told what the first made, with what they typed still there.
    let told = send(&other, "/khung-gio/toi", &opened, &[("time", "20:20"), ("minutes", "2")]).await;
    let told = told.says(409, "duyet");
    assert!(told.text.contains("value=\"20:20\"") && told.text.contains("20:10"), "{}", told.text);
    let again = send(&other, "/khung-gio/toi", &told, &[("time", "20:20"), ("minutes", "2")]).await;
    again.leads_to("/khung-gio?don-vi=thu");
    one.get("/khung-gio?don-vi=thu").await.says(200, "20:20–20:22");

    // Different rules do not meet: both are kept, on what either opened first.
    let (mine, yours) = (one.get("/khung-gio/them?don-vi=thu").await, other.get("/khung-gio/them?don-vi=thu").await);
    for (visitor, page, time) in [(&one, &mine, "21:00"), (&other, &yours, "21:30")] {
        let name = format!("Khung {time}");
        let sent = send(visitor, "/khung-gio/them", page, &[("name", name.as_str()), ("time", time)]).await;
        assert_eq!(sent.status, 303, "{sent:#?}");
    }
    let page = one.get("/khung-gio?don-vi=thu").await.text;
    assert!(page.contains("Khung 21:00") && page.contains("Khung 21:30"), "{page}");
    assert_eq!((version(&province).await, airs(&province, "dai-1")), (1, vec!["20:00".to_owned()]), "only a draft");

    // Whoever looked before the last step does not publish what they never saw.
    let before = seen(&one).await;
    change(&other, "toi", &[("time", "20:30")]).await.leads_to("/khung-gio?don-vi=thu");
    let stale = one.submit("/khung-gio/phat-hanh", &[("seen", &before)]).await;
    stale.says(409, "Có người vừa sửa bản nháp");
    assert_eq!(version(&province).await, 1);
    let now = seen(&one).await;
    one.submit("/khung-gio/phat-hanh", &[("seen", &now)]).await.leads_to("/khung-gio");
    assert_eq!(version(&province).await, 2);
    assert_eq!(airs(&province, "dai-1"), ["20:30", "21:00"], "the second bulletin found a place");
    // What was published once is no draft any more.
    let twice = one.submit("/khung-gio/phat-hanh", &[("seen", &now)]).await;
    twice.says(409, "Có người vừa sửa bản nháp");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_planning_looks_at_must_be_as_it_was_in_the_preview() {
    let (province, _center, url) = evening(1, 1).await;
    let one = Visitor::of(&url, "duyet").await;
    change(&one, "toi", &[("time", "20:10")]).await.leads_to("/khung-gio?don-vi=thu");
    let before = seen(&one).await;
    province.loa(&["approve", "TIN-1", "--by", "duyet", "--withdraw", "sai"]).well();
    let moved = one.submit("/khung-gio/phat-hanh", &[("seen", &before)]).await;
    moved.says(409, "bản tin được duyệt");
    assert_eq!(version(&province).await, 1);

    // Another grid came in by a file: the draft is carried over, and keeps what was changed in it.
    let file = province.path("schedules/grid.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let more = "[[rule]]\nid = \"khuya\"\nname = \"Khung khuya\"\nkind = \"bulletin\"\ncron = \"0 0 22 * * *\"\nminutes = 1\n\
                areas = [\"thu\"]\n";
    std::fs::write(&file, format!("{text}\n{more}")).unwrap();
    province.loa(&["import", &province.text("schedules")]).well();
    let page = one.get("/khung-gio/xem-truoc").await.says(200, "Chuyển bản nháp sang khung giờ mới");
    assert!(page.hidden("/khung-gio/phat-hanh").is_empty());
    one.submit("/khung-gio/chuyen-ban", &[]).await.leads_to("/khung-gio/xem-truoc");
    let now = seen(&one).await;
    one.submit("/khung-gio/phat-hanh", &[("seen", &now)]).await.leads_to("/khung-gio");
    let page = one.get("/khung-gio?don-vi=thu").await.text;
    assert!(page.contains("20:10–20:11") && page.contains("Khung khuya"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commune_sets_its_own_and_changes_nothing_above_it() {
    let (province, _center, url) = evening(2, 1).await;
    let (commune, above) = (Visitor::of(&url, "duyetxa").await, Visitor::of(&url, "duyet").await);
    let page = commune.get("/khung-gio?don-vi=xa-1").await.says(200, "theo tỉnh Tỉnh Thử");
    assert!(page.link("/khung-gio/toi?").is_some());
    let rule = commune.get("/khung-gio/toi?don-vi=xa-1").await.says(200, "Đặt khác cho xã Xã Thử 1");
    assert!(!rule.text.contains("action=\"/khung-gio/toi\""), "no form for a rule of the province");
    let csrf = commune.any_csrf().await;
    let forced = [("csrf", csrf.as_str()), ("name", "x"), ("time", "20:00"), ("minutes", "1"), ("areas", "xa-1")];
    assert_eq!(commune.send_form("/khung-gio/toi", &forced).await.status, 403);
    assert_eq!(commune.get("/khung-gio?don-vi=xa-2").await.status, 403);

    let link = rule.link("/khung-gio/them?").unwrap();
    let form = commune.get(&link).await;
    let wide = send(&commune, "/khung-gio/them", &form, &[("areas", "thu"), ("time", "19:00")]).await;
    assert_eq!(wide.status, 422, "not in the whole province");
    let own = [("areas", "xa-1"), ("time", "19:00"), ("name", "Khung riêng")];
    let sent = send(&commune, "/khung-gio/them", &form, &own).await;
    assert_eq!(sent.status, 303, "{sent:#?}");
    let page = commune.get("/khung-gio?don-vi=xa-1").await.says(200, "19:00–19:01");
    assert!(!page.text.contains("20:00–20:01") && page.text.contains("riêng ở đây"), "{}", page.text);

    // With the province's change in the same draft the commune cannot publish; with its own alone it can.
    change(&above, "toi", &[("time", "20:10")]).await.leads_to("/khung-gio?don-vi=thu");
    let page = commune.get("/khung-gio/xem-truoc").await.says(200, "Bản nháp có thay đổi của người khác");
    assert!(page.hidden("/khung-gio/phat-hanh").is_empty());
    let stolen = seen(&above).await;
    assert_eq!(commune.submit("/khung-gio/phat-hanh", &[("seen", &stolen)]).await.status, 403);
    above.submit("/khung-gio/toi/hoan-lai", &[]).await.leads_to("/khung-gio?don-vi=thu");
    let now = seen(&commune).await;
    commune.submit("/khung-gio/phat-hanh", &[("seen", &now)]).await.leads_to("/khung-gio");
    assert_eq!((airs(&province, "dai-1"), airs(&province, "dai-2")), (vec!["19:00".into()], vec!["20:00".to_owned()]));

    // An auditor reads; an operator of the place too; nobody else decides.
    let operator = Visitor::of(&url, "truc").await;
    operator.get("/khung-gio?don-vi=xa-1").await.says(200, "19:00–19:01");
    assert_eq!(operator.get("/khung-gio/xem-truoc").await.status, 403);
    assert_eq!(operator.submit("/khung-gio/toi", &[]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_does_not_undo_the_page_and_the_page_can_be_written_as_a_file() {
    let (province, _center, url) = evening(1, 1).await;
    let one = Visitor::of(&url, "duyet").await;
    change(&one, "toi", &[("time", "20:10")]).await.leads_to("/khung-gio?don-vi=thu");
    let now = seen(&one).await;
    one.submit("/khung-gio/phat-hanh", &[("seen", &now)]).await.leads_to("/khung-gio");

    let folder = province.text("schedules");
    province.loa(&["import", &folder]).refused(2, "loa export grid");
    assert_eq!(version(&province).await, 2);
    let kept = std::fs::read_to_string(province.path("schedules/grid.toml")).unwrap();
    province.loa(&["export", "grid", "--out", &province.text("schedules/grid.toml")]).well();
    let done = province.loa(&["import", &folder]).well();
    assert!(done.out.contains("nothing changed"), "{done:?}");
    assert_eq!(province.loa(&["export", "grid"]).well().out.matches("0 10 20 * * *").count(), 1);

    std::fs::write(province.path("schedules/grid.toml"), kept).unwrap();
    province.loa(&["import", &folder, "--check"]).refused(2, "--replace-grid");
    province.loa(&["import", &folder, "--replace-grid"]).well();
    assert_eq!(version(&province).await, 3);
    province.loa(&["import", &folder]).well();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_is_refused_with_its_rule_and_each_slip_of_cron_has_its_own_words() {
    let (province, _center, url) = evening(1, 1).await;
    let one = Visitor::of(&url, "duyet").await;
    for (cron, words) in [
        ("0 0 20 * * 2-6", "Thứ viết bằng số “2”"),
        ("0 20 * * *", "có 5 phần"),
        ("30 0 20 * * *", "Phần giây là “30”"),
        ("0 * * * * *", "1440 khung mỗi ngày"),
        ("0 0 20 30 2 *", "không bao giờ tới"),
        ("0 0 20 * * FRI-MON", "viết ngược"),
        ("0 0 25 * * *", "phần giờ"),
    ] {
        let page = change(&one, "toi", &[("use_cron", "1"), ("cron", cron)]).await;
        page.says(422, words);
    }
    for (field, value, words) in [
        ("time", "", "Ghi giờ bắt đầu"),
        ("minutes", "0", "Số phút từ 1 đến 240"),
        ("name", "", "Ghi tên khung giờ"),
        ("areas", "khong-co", "khong-co"),
        ("weekday", "", "ít nhất một ngày"),
    ] {
        let page = change(&one, "toi", &[(field, value)]).await;
        page.says(422, words);
    }
    change(&one, "toi", &[("kind", "relay")]).await.says(422, "Tiếp âm cần ghi nguồn");
    // Outside the hours: a draft may hold it, and it is not published.
    change(&one, "toi", &[("time", "04:00")]).await.leads_to("/khung-gio?don-vi=thu");
    one.get("/khung-gio?don-vi=thu").await.says(200, "trước giờ được phát");
    let page = one.get("/khung-gio/xem-truoc").await.says(200, "bắt đầu trước giờ được phát");
    assert!(page.hidden("/khung-gio/phat-hanh").is_empty());
    // Who sends the form all the same is refused.
    change(&one, "toi", &[("time", "20:10")]).await.leads_to("/khung-gio?don-vi=thu");
    let good = seen(&one).await;
    change(&one, "toi", &[("time", "04:00")]).await.leads_to("/khung-gio?don-vi=thu");
    assert_eq!(one.submit("/khung-gio/phat-hanh", &[("seen", &good)]).await.status, 409);
    assert_eq!(version(&province).await, 1);
    // Giving up a draft leaves what is in force.
    let page = one.get("/khung-gio/xem-truoc").await;
    let step = page.hidden("/khung-gio/bo-nhap").into_iter().find(|(name, _)| name == "step").unwrap().1;
    one.submit("/khung-gio/bo-nhap", &[("step", &step)]).await.leads_to("/khung-gio");
    one.get("/khung-gio/xem-truoc").await.says(200, "Chưa có bản nháp nào");
}

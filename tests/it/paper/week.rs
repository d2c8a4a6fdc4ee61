//! A station's week on a page: every item of the issued rundowns, by day, and ways to other weeks.

use chrono::{Datelike, Days};

use super::Paper;

#[tokio::test]
async fn the_week_lists_every_item_of_its_days_and_leads_to_each_of_them() {
    let paper = Paper::open().await;
    let truc = paper.person("truc").await;
    let page = truc.get(&paper.place("/ca-tuan", "dai-1")).await.says(200, "Cả tuần").text;
    let monday = paper.date.checked_sub_days(Days::new(paper.date.weekday().num_days_from_monday().into())).unwrap();
    for date in monday.iter_days().take(7) {
        assert!(page.contains(&format!("/hom-nay?station=dai-1&#38;date={date}")), "{date}: {page}");
        assert!(page.contains(&format!("/vi-sao?station=dai-1&#38;date={date}")), "{date}: {page}");
    }
    let planned = paper.plan("dai-1");
    let items = planned["items"].as_array().unwrap();
    assert_eq!(items.len(), 12);
    let of_day = |item: &&str| item.starts_with(&paper.date.to_string());
    let shown: Vec<&str> = page.split("<time datetime=\"").skip(1).filter(of_day).collect();
    assert_eq!(shown.len(), items.len());
    let titles = super::BULLETINS.map(|(_, title)| title);
    let listed = |title: &&str| shown.iter().any(|row| row.contains(*title) && row.contains("Sắp phát"));
    assert!(titles.iter().all(listed), "{shown:#?}");
    // Relays and the commune's time are listed and never counted.
    assert_eq!(shown.iter().filter(|row| row.contains("Sắp phát")).count(), 7, "{shown:#?}");
    let far = monday.checked_add_days(Days::new(70)).unwrap();
    truc.get(&format!("/ca-tuan?station=dai-1&date={far}")).await.says(200, "Chưa có lịch của ngày này");
    // Who only reads is led to the sheet.
    let auditor = paper.person("kiemtra").await;
    let read = auditor.get(&paper.place("/ca-tuan", "dai-1")).await.says(200, "Phiếu lịch ngày này").text;
    assert!(!read.contains("/hom-nay?"), "{read}");
}

//! The calendar of a station, read by another implementation, and the links that open it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use serde_json::Value;

use super::{BULLETINS, Paper};
use crate::helpers::person::{Came, Visitor};
use crate::helpers::python;

/// Reads a calendar with Python's `icalendar` and tells it as JSON.
const READER: &str = r#"
import json, sys
from icalendar import Calendar
calendar = Calendar.from_ical(open(sys.argv[1], "rb").read())
def event(one):
    assert not getattr(one, "errors", []), one.errors
    moment = lambda name: one.decoded(name).isoformat()
    categories = one["categories"]
    return {"uid": str(one["uid"]), "start": moment("dtstart"), "end": moment("dtend"), "stamp": moment("dtstamp"),
            "sequence": int(one["sequence"]), "title": str(one["summary"]), "why": str(one["description"]),
            "url": str(one["url"]), "categories": [str(category) for category in categories.cats]}
print(json.dumps({"name": str(calendar["x-wr-calname"]), "name_too": str(calendar["name"]),
                  "refresh": str(calendar["refresh-interval"].to_ical(), "ascii"),
                  "events": [event(one) for one in calendar.walk("VEVENT")]}))
"#;

fn parse(text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lich.ics");
    std::fs::write(&file, text).unwrap();
    python::tell(python::with("icalendar", "python3-icalendar"), READER, &[file.to_str().unwrap()])
}

fn moment(value: &Value) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap_or_else(|error| panic!("{value}: {error}")).to_utc()
}

/// Makes a link; its path.
async fn link(visitor: &Visitor, station: &str) -> String {
    let page = format!("/noi-lich?station={station}");
    let made = visitor.post(&page, &page, &[]).await.says(200, "Chỉ hiện một lần này");
    format!("/lich/{}", made.between("/lich/", "<"))
}

async fn read(paper: &Paper, path: &str) -> Came {
    Visitor::new(&paper.url).get(path).await
}

#[tokio::test]
async fn another_implementation_reads_every_issued_item_at_its_instant() {
    let paper = Paper::open().await;
    let path = link(&paper.person("truc").await, "dai-1").await;
    let came = read(&paper, &path).await;
    assert_eq!(came.header("content-type"), "text/calendar; charset=utf-8");
    assert!(came.text.split("\r\n").all(|line| line.len() <= 75));
    let calendar = parse(&came.text);
    assert_eq!(calendar["name"], "Lịch phát: Đài xã Thử 1");
    assert_eq!((&calendar["name_too"], &calendar["refresh"]), (&calendar["name"], &"PT1H".into()));

    let plan = paper.plan("dai-1");
    let items: Vec<&Value> = plan["items"].as_array().unwrap().iter().collect();
    let by_start: BTreeMap<DateTime<Utc>, &Value> =
        calendar["events"].as_array().unwrap().iter().map(|event| (moment(&event["start"]), event)).collect();
    assert_eq!(items.len(), 12);
    for item in items {
        let start = moment(&item["start"]);
        let event = by_start.get(&start).unwrap_or_else(|| panic!("nothing at {start}: {calendar}"));
        let length = i64::try_from(item["duration_ms"].as_u64().unwrap().div_ceil(1000)).unwrap();
        assert_eq!(moment(&event["end"]), start + Duration::seconds(length));
        assert_eq!((&event["why"], &event["sequence"]), (&item["why"], &plan["version"]));
        let kind = match item["kind"].as_str().unwrap() {
            "bulletin" => "Bản tin",
            "relay" => "Tiếp âm",
            "commune" => "Dành cho tin địa phương",
            other => panic!("{other}"),
        };
        assert_eq!(event["categories"], serde_json::json!([kind]));
        if let Some((_, title)) = BULLETINS.iter().find(|(code, _)| item["bulletin"] == *code) {
            assert_eq!(event["title"], *title);
            assert_eq!(event["uid"], format!("{}@dai-1", item["id"].as_str().unwrap()));
        }
        let page = format!("{}/hom-nay?station=dai-1&date={}", paper.url, paper.date);
        assert_eq!(event["url"], page);
    }
    // Every day that is issued, and each event under a name of its own.
    let events = calendar["events"].as_array().unwrap();
    assert!(events.len() > 8 * 12, "{}", events.len());
    let uids: BTreeSet<&str> = events.iter().map(|event| event["uid"].as_str().unwrap()).collect();
    assert_eq!(uids.len(), events.len());
    let english = parse(&read(&paper, &format!("{path}?lang=en")).await.text);
    assert_eq!(english["name"], "Broadcasts: Đài xã Thử 1");
}

#[tokio::test]
async fn a_new_version_keeps_the_names_of_what_stays_and_raises_their_sequence() {
    let paper = Paper::open().await;
    let path = link(&paper.person("truc").await, "dai-1").await;
    let sequences = |text: &str| -> BTreeMap<(DateTime<Utc>, String), u64> {
        let calendar = parse(text);
        let events = calendar["events"].as_array().unwrap();
        let of_next_day =
            events.iter().filter(|event| event["url"].as_str().unwrap().ends_with(&paper.date.to_string()));
        of_next_day
            .map(|event| {
                let name = event["uid"].as_str().unwrap().to_string();
                ((moment(&event["start"]), name), event["sequence"].as_u64().unwrap())
            })
            .collect()
    };
    let first = read(&paper, &path).await;
    let before = sequences(&first.text);
    let visitor = Visitor::new(&paper.url);
    let again = async |tag: &str| {
        visitor.send(visitor.request(Method::GET, &path).header("if-none-match", tag)).await.status.as_u16()
    };
    let tag = first.header("etag").to_string();
    assert_eq!(again(&tag).await, 304);
    assert_eq!(again(&format!("\"a\", W/{tag}")).await, 304);
    assert_eq!(again("\"a\"").await, 200);

    let answer = {
        paper.province.loa(&["user", "grant", "quantri", "approver@thu"]).well();
        let approver = paper.person("quantri").await;
        approver.submit("/ban-tin/TIN-3/thu-hoi", &[("version", "1"), ("reason", "Văn bản đã thay")]).await
    };
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(again(&tag).await, 200);
    let after = sequences(&read(&paper, &path).await.text);
    assert!(after.len() < before.len() && !after.is_empty(), "{} of {}", after.len(), before.len());
    let names = |all: &BTreeMap<(DateTime<Utc>, String), u64>| -> BTreeSet<String> {
        all.keys().map(|(_, name)| name.clone()).collect()
    };
    let (old, new) = (names(&before), names(&after));
    // What moved into the place of the withdrawn one is new; all else has the name it had.
    assert!(new.intersection(&old).count() >= 8, "{old:?} {new:?}");
    let newest = paper.plan("dai-1")["version"].as_u64().unwrap();
    assert!(before.values().all(|sequence| *sequence < newest), "{before:?}");
    assert!(after.values().all(|sequence| *sequence == newest), "{after:?}");
}

#[tokio::test]
async fn a_link_is_shown_once_and_ends_when_it_is_renewed_revoked_or_its_maker_may_no_more() {
    let paper = Paper::open().await;
    let operator = paper.person("truc").await;
    let status = async |path: &str| read(&paper, path).await.status.as_u16();
    let first = link(&operator, "dai-1").await;
    assert_eq!(status(&first).await, 200);
    assert!(!operator.get("/noi-lich?station=dai-1").await.text.contains(&first[..30]), "it is shown once");
    let wrong = format!("{}0.ics", first.strip_suffix(".ics").unwrap());
    let cut = format!("{}.ics", &first[..first.len() - 5]);
    for path in
        ["/lich/", "/lich/a.ics", "/lich/000000000000-00.ics", &wrong, &cut, first.strip_suffix(".ics").unwrap()]
    {
        assert_eq!(status(path).await, 404, "{path}");
    }
    // Only a digest is kept.
    let mut database = paper.province.database().await;
    let kept: Vec<(String,)> =
        sqlx::query_as("SELECT digest FROM calendar_links").fetch_all(&mut database).await.unwrap();
    assert!(!first.contains(&kept[0].0) && kept.len() == 1);

    let second = link(&operator, "dai-1").await;
    assert_eq!((status(&first).await, status(&second).await), (404, 200));
    let auditors = link(&paper.person("kiemtra").await, "dai-1").await;
    assert_eq!((status(&second).await, status(&auditors).await), (200, 200));

    // Nobody of another station revokes it; the auditor not the operator's; the operator both.
    let id = |path: &str| path["/lich/".len()..].split('-').next().unwrap().to_string();
    let revoke = |path: &str, station: &str| format!("/noi-lich/{}/thu-hoi?station={station}", id(path));
    let other = paper.person("trucxa").await;
    assert_eq!(other.submit(&revoke(&second, "dai-1"), &[]).await.status, 403);
    assert_eq!(other.submit(&revoke(&second, "dai-2"), &[]).await.status, 404);
    assert_eq!(paper.person("kiemtra").await.submit(&revoke(&second, "dai-1"), &[]).await.status, 403);
    operator.submit(&revoke(&auditors, "dai-1"), &[]).await.leads_to("/noi-lich?station=dai-1");
    assert_eq!((status(&second).await, status(&auditors).await), (200, 404));

    let own = link(&other, "dai-2").await;
    assert_eq!(status(&own).await, 200);
    paper.province.loa(&["user", "disable", "trucxa"]).well();
    assert_eq!(status(&own).await, 404);
    // Whoever left the station reads no more.
    sqlx::query("UPDATE grants SET ended_at = $1 WHERE user_name = 'truc'")
        .bind(Utc::now() - Duration::seconds(1))
        .execute(&mut database)
        .await
        .unwrap();
    assert_eq!(status(&second).await, 404);
}

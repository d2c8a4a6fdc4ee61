//! The week grid as people change it: by keyboard alone and without scripts, two at once, across a kill, and what the
//! center does not let slip through: plans that shrink, files that undo a page.

mod browser;
mod caps;
mod held;
mod kills;
mod two;

use loa::domain::rundown::Rundown;
use loa::store::Store;
use loa::trust::envelope;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::running::Running;

/// Rules in the evening, so that nothing of them has begun: a minute at 20:00, which holds one of two bulletins.
const EVENING: &str = r#"
[[guard]]
areas = ["thu"]
open = "05:00"
close = "23:00"
session_minutes = 60
warn_before = "06:00"

[[rule]]
id = "toi"
name = "Khung tối"
kind = "bulletin"
cron = "0 0 20 * * *"
minutes = 1
areas = ["thu"]
"#;

/// Writes the schedules with these rules instead, and orders that go on for `days` days.
fn write(province: &Province, rules: &str, days: u64) {
    province.write_schedules();
    let zone = province.zone;
    std::fs::write(province.path("schedules/grid.toml"), format!("zone = \"{zone}\"\n{rules}")).unwrap();
    let file = province.path("schedules/orders.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let last = province.today() + chrono::Days::new(days - 1);
    std::fs::write(&file, text.replace(&format!("to = {}", province.today()), &format!("to = {last}"))).unwrap();
}

/// A province with two bulletins of 40 seconds, of which the evening's minute holds one, approved and served.
async fn evening(stations: usize, days: u64) -> (Province, Running, String) {
    let mut province = Province::new(stations);
    province.tones("TIN-1", 1, 40_000, "thu").tones("TIN-2", 2, 40_000, "thu");
    write(&province, EVENING, days);
    province.import().well();
    for (name, roles) in [
        ("duyet", "approver@thu"),
        ("duyetba", "approver@thu"),
        ("duyetxa", "approver@xa-1"),
        ("truc", "operator@thu"),
        ("quantri", "admin@thu"),
    ] {
        add_person(&province, name, roles);
    }
    province.approve_all();
    let (center, url) = serve(&province, "127.0.0.1:0").await;
    (province, center, url)
}

/// Titles and local times of a station's bulletins today, as issued.
fn airs(province: &Province, station: &str) -> Vec<String> {
    let plan = province.plan(station);
    let time = |item: &serde_json::Value| {
        let start: chrono::DateTime<chrono::Utc> = item["start"].as_str().unwrap().parse().unwrap();
        start.with_timezone(&province.zone).format("%H:%M").to_string()
    };
    let items = plan["items"].as_array().unwrap().iter();
    items.filter(|item| item["kind"] == "bulletin").map(time).collect()
}

/// The same as the station holds it in its own folder.
fn held_at_station(province: &Province, station: &str) -> Vec<String> {
    let folder = std::fs::read_dir(province.dir(station).join("rundowns")).into_iter().flatten().flatten();
    let rundowns = folder.filter_map(|entry| {
        let bytes = std::fs::read(entry.path()).ok()?;
        envelope::peek::<Rundown>(&bytes, envelope::RUNDOWN).ok()
    });
    let today = rundowns.filter(|rundown| rundown.date == province.today()).max_by_key(|rundown| rundown.version);
    let items = today.into_iter().flat_map(|rundown| rundown.items);
    items.map(|item| item.start.with_timezone(&province.zone).format("%H:%M").to_string()).collect()
}

/// Sends a rule's form with these fields changed; what came back.
async fn change(visitor: &Visitor, rule: &str, fields: &[(&str, &str)]) -> crate::helpers::person::Came {
    let path = format!("/khung-gio/{rule}");
    let page = visitor.get(&path).await;
    send(visitor, &path, &page, fields).await
}

/// Sends the form of a page that was opened before.
async fn send(
    visitor: &Visitor,
    path: &str,
    page: &crate::helpers::person::Came,
    fields: &[(&str, &str)],
) -> crate::helpers::person::Came {
    let given: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let hidden = page.hidden(path);
    let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let usual = [
        ("name", "Khung tối"),
        ("kind", "bulletin"),
        ("source", ""),
        ("time", "20:00"),
        ("minutes", "1"),
        ("cron", ""),
        ("areas", "thu"),
        ("except", ""),
        ("valid_from", ""),
        ("valid_to", ""),
    ];
    all.extend(usual.into_iter().filter(|(name, _)| !given.contains(name)));
    if !given.contains(&"weekday") {
        all.extend(["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"].map(|day| ("weekday", day)));
    }
    all.extend(fields.iter().filter(|(_, value)| !value.is_empty()).copied());
    visitor.send_form(path, &all).await
}

/// The field that the preview's form carries.
async fn seen(visitor: &Visitor) -> String {
    let page = visitor.get("/khung-gio/xem-truoc").await;
    let hidden = page.hidden("/khung-gio/phat-hanh");
    let field = hidden.into_iter().find(|(name, _)| name == "seen");
    field.unwrap_or_else(|| panic!("nothing can be published: {}", page.text)).1
}

async fn store(province: &Province) -> Store {
    Store::open_folder(&province.data()).await.unwrap()
}

/// The version of the grid in force.
async fn version(province: &Province) -> u32 {
    let documents = store(province).await.schedule_documents().await.unwrap();
    documents.iter().find(|document| document.kind == "grid").unwrap().version
}

//! The demo's own schedules and spots, carried in the program.

use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate, NaiveDateTime, Timelike};

/// Spots spoken for the demo, 15 to 25 s each.
const SPOTS: [(&str, &str, &[u8]); 5] = [
    (
        "demo-1",
        include_str!("../../../bulletins/demo/demo-1.toml"),
        include_bytes!("../../../bulletins/demo/demo-1.mp3"),
    ),
    (
        "demo-2",
        include_str!("../../../bulletins/demo/demo-2.toml"),
        include_bytes!("../../../bulletins/demo/demo-2.mp3"),
    ),
    (
        "demo-3",
        include_str!("../../../bulletins/demo/demo-3.toml"),
        include_bytes!("../../../bulletins/demo/demo-3.mp3"),
    ),
    (
        "demo-4",
        include_str!("../../../bulletins/demo/demo-4.toml"),
        include_bytes!("../../../bulletins/demo/demo-4.mp3"),
    ),
    (
        "demo-5",
        include_str!("../../../bulletins/demo/demo-5.toml"),
        include_bytes!("../../../bulletins/demo/demo-5.mp3"),
    ),
];

const AREAS: &str = "\
code,valid_from,valid_to,level,kind,name,parent,successor
demo,2024-01-01,,province,khu,Phát thử,,
demo-1,2024-01-01,,commune,xã,Thử Một,demo,
demo-2,2024-01-01,,commune,xã,Thử Hai,demo,
demo-3,2024-01-01,,commune,xã,Thử Ba,demo,
demo-4,2024-01-01,,commune,xã,Thử Bốn,demo,
";

const STATIONS: &str = "\
station,name,kind,transport,area,serves_from,serves_to
demo-1,Đài truyền thanh xã Thử Một,connected,ip,demo-1,2024-01-01,
demo-2,Đài truyền thanh xã Thử Hai,connected,ip,demo-2,2024-01-01,
demo-3,Đài truyền thanh xã Thử Ba,connected,ip,demo-3,2024-01-01,
demo-4,Đài truyền thanh xã Thử Bốn,manual,fm,demo-4,2024-01-01,
";

/// Minutes are short, so that a miss is told while you watch; the guard is open for these areas alone.
const GRID: &str = r#"
zone = "Asia/Ho_Chi_Minh"

[settings]
due_after_minutes = 0
latest_start_minutes = 1
lead_seconds = 5

[[guard]]
areas = ["demo"]
open = "00:00"
close = "24:00"
session_minutes = 100000
warn_before = "00:00"
"#;

/// Nobody but this machine listens, so that everybody may.
const DESK: &str = r#"
[public]
listen = true
title = "Loa phát thử: bản tin cải cách hành chính"
description = "Tin phát thử của hệ thống loa, không thuộc địa bàn nào."
"#;

/// Hours of slots from the one in which the demo starts: they tile the time, so that it begins within seconds at any
/// moment, and the day's lists stay short enough to read.
const HOURS: u32 = 3;

/// Plays of each spot in each half hour.
const PLAYS: u32 = 2;

/// Writes everything below `folder`, for a demo that starts at this local time, and names the folders to import, schedules first.
///
/// # Errors
/// When the disk refuses.
pub fn write(folder: &Path, now: NaiveDateTime) -> std::io::Result<Vec<PathBuf>> {
    let (schedules, bulletins) = (folder.join("schedules"), folder.join("bulletins"));
    std::fs::create_dir_all(&schedules)?;
    std::fs::create_dir_all(&bulletins)?;
    for (name, toml, audio) in SPOTS {
        std::fs::write(bulletins.join(format!("{name}.toml")), toml)?;
        std::fs::write(bulletins.join(format!("{name}.mp3")), audio)?;
    }
    std::fs::write(schedules.join("areas.csv"), AREAS)?;
    std::fs::write(schedules.join("desk.toml"), DESK)?;
    std::fs::write(schedules.join("stations.csv"), STATIONS)?;
    std::fs::write(schedules.join("grid.toml"), grid(now.hour()))?;
    std::fs::write(schedules.join("orders.toml"), orders(now.date()))?;
    Ok(vec![schedules, bulletins])
}

/// One rule an hour, each with its own name for ever: a rule's id is never reused for another time of day.
fn grid(hour: u32) -> String {
    let mut text = GRID.to_string();
    for hour in (hour..hour + HOURS).map(|hour| hour % 24) {
        text += &format!(
            "\n[[rule]]\nid = \"phat-thu-{hour:02}\"\nname = \"Phát thử\"\nkind = \"bulletin\"\n\
             cron = \"0 0,30 {hour} * * *\"\nminutes = 30\nareas = [\"demo\"]\n"
        );
    }
    text
}

/// Orders for today and tomorrow only: the demo needs no more, and its rundowns stay small.
fn orders(today: NaiveDate) -> String {
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let mut text = String::new();
    for play in 1..=PLAYS {
        for spot in 1..=SPOTS.len() {
            text += &format!(
                "[[order]]\nid = \"yc-demo-{play}-{spot}\"\nbulletin = \"DEMO-0{spot}\"\nper_day = 24\n\
                 areas = [\"demo\"]\nfrom = {today}\nto = {tomorrow}\n\n"
            );
        }
    }
    text
}

//! A station's issued items as a calendar that other programs read (iCalendar: RFC 5545, with the names of RFC 7986).
//! Moments are in UTC, so no table of a time zone comes along. It must not know who asks, or where it is served.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

use super::{Center, CenterError};
use crate::domain::ids::StationId;
use crate::domain::rundown::{Item, ItemKind, Rundown};
use crate::trust::envelope;

/// Days back that are shown.
const BACK_DAYS: u64 = 7;
/// Far beyond every day that rundowns are issued for.
const AHEAD_DAYS: u64 = 400;
/// How often programs are asked to look again.
const REFRESH: &str = "PT1H";
/// Longest line, octets without its end (RFC 5545, 3.1).
const LONGEST_LINE: usize = 75;

/// One item of an issued rundown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Stays the same from version to version.
    pub uid: String,
    /// The rundown's version, which rises with every change.
    pub sequence: u32,
    /// When that version was issued.
    pub issued_at: DateTime<Utc>,
    /// The rundown's day, local.
    pub date: NaiveDate,
    /// Planned start.
    pub start: DateTime<Utc>,
    /// Planned end, in whole seconds, after the start.
    pub end: DateTime<Utc>,
    /// What it is.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Why it stands there.
    pub why: String,
}

/// What a calendar says besides its items.
pub struct Wording<'a> {
    /// The calendar's name.
    pub name: &'a str,
    /// The zone that programs may show it in, by its IANA name.
    pub zone: &'a str,
    /// The reader's language, a BCP 47 tag.
    pub language: &'a str,
    /// The word for a kind of item.
    pub kind: &'a dyn Fn(ItemKind) -> String,
    /// The address of a day's page.
    pub page: &'a dyn Fn(NaiveDate) -> String,
}

/// The events of a rundown. Of what is only listed, a slot may hold several: they are told apart by their turn in it.
fn events(rundown: &Rundown) -> impl Iterator<Item = Event> {
    let event = |(place, item): (usize, &Item)| {
        let whole = Duration::milliseconds(
            item.duration_ms.min(i64::MAX as u64 / 2).div_ceil(1000).max(1).cast_signed() * 1000,
        );
        Event {
            uid: uid(rundown, place, item),
            sequence: rundown.version,
            issued_at: rundown.issued_at,
            date: rundown.date,
            start: item.start,
            end: item.start.checked_add_signed(whole).unwrap_or(item.start),
            kind: item.kind,
            title: item.title.clone(),
            why: item.why.clone(),
        }
    };
    rundown.items.iter().enumerate().map(event)
}

fn uid(rundown: &Rundown, place: usize, item: &Item) -> String {
    let station = &rundown.station;
    if let Some(airing) = &item.airing {
        return format!("{airing}@{station}");
    }
    let listed_there = |other: &&Item| {
        other.airing.is_none() && other.slot.rule == item.slot.rule && other.slot.start == item.slot.start
    };
    let turn = rundown.items[..place].iter().filter(listed_there).count();
    let turn = if turn == 0 { String::new() } else { format!("-{turn}") };
    format!("{}-{}{turn}@{station}", item.slot.rule, stamp(item.slot.start))
}

/// The calendar as text, its lines ended and folded as the standard wants.
pub fn write(events: &[Event], wording: &Wording<'_>) -> String {
    let mut text = Text::default();
    text.line("BEGIN", "VCALENDAR");
    text.line("VERSION", "2.0");
    text.line("PRODID", "-//loa//lich phat//VI");
    text.line("CALSCALE", "GREGORIAN");
    text.line("METHOD", "PUBLISH");
    text.words("NAME", wording);
    text.words("X-WR-CALNAME", wording);
    text.line("X-WR-TIMEZONE", wording.zone);
    text.line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    text.line("X-PUBLISHED-TTL", REFRESH);
    for event in events {
        text.line("BEGIN", "VEVENT");
        text.line("UID", &event.uid);
        text.line("DTSTAMP", &stamp(event.issued_at));
        text.line("SEQUENCE", &event.sequence.to_string());
        text.line("DTSTART", &stamp(event.start));
        text.line("DTEND", &stamp(event.end));
        let language = format!(";LANGUAGE={}", wording.language);
        let category = (wording.kind)(event.kind);
        let title = if event.title.trim().is_empty() { &category } else { &event.title };
        text.line("SUMMARY", &escape(title));
        text.line("DESCRIPTION", &escape(&event.why));
        text.line(&format!("CATEGORIES{language}"), &escape(&category));
        text.line("URL", &(wording.page)(event.date));
        // Nobody's hours are taken by what a loudspeaker says.
        text.line("TRANSP", "TRANSPARENT");
        text.line("END", "VEVENT");
    }
    text.line("END", "VCALENDAR");
    text.0
}

/// `20240611T224500Z`
fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A value of type TEXT (RFC 5545, 3.3.11). Other control characters have no place in it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push('\t'),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[derive(Default)]
struct Text(String);

impl Text {
    /// A line, folded: no piece is longer than 75 octets, and no letter is cut in two.
    fn line(&mut self, name: &str, value: &str) {
        let mut room = LONGEST_LINE;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LONGEST_LINE - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    fn words(&mut self, property: &str, wording: &Wording<'_>) {
        self.line(property, &escape(wording.name));
    }
}

impl Center {
    /// A station's issued items of the last days and of all that are ahead, in order of their start.
    ///
    /// # Errors
    /// When the store fails or holds something unreadable.
    pub async fn calendar_of(&self, station: &StationId, today: NaiveDate) -> Result<Vec<Event>, CenterError> {
        let from = today.checked_sub_days(Days::new(BACK_DAYS)).unwrap_or(today);
        let to = today.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(today);
        let mut all = Vec::new();
        for row in self.store.newest_rundowns(Some(station), from, to).await? {
            let rundown: Rundown = envelope::peek(row.body.as_bytes(), envelope::RUNDOWN)?;
            all.extend(events(&rundown));
        }
        all.sort_by(|a, b| (a.start, &a.uid).cmp(&(b.start, &b.uid)));
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::domain::ids::{AiringId, Sha256};
    use crate::domain::rundown::SlotRef;

    fn at(minute: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2024, 6, 11, 22, minute, 0).unwrap()
    }

    fn item(kind: ItemKind, minute: u32, slot: u32) -> Item {
        let rule = "sang".parse().unwrap();
        let station = "dtt-1".parse().unwrap();
        let slot = SlotRef { rule, start: at(slot), end: at(59), moved_to: None };
        let source = Sha256::of(b"x");
        Item {
            airing: (kind == ItemKind::Bulletin)
                .then(|| AiringId::new(&station, &slot.rule, slot.start, &source.to_string(), 0)),
            kind,
            title: "Bản tin".into(),
            start: at(minute),
            duration_ms: 61_200,
            latest_start: at(minute),
            slot,
            sound: None,
            reserved: None,
            overrun: None,
            filler: None,
            why: "vì sao".into(),
        }
    }

    fn rundown(version: u32, items: Vec<Item>) -> Rundown {
        Rundown {
            station: "dtt-1".parse().unwrap(),
            date: at(0).date_naive(),
            version,
            issued_at: at(0),
            expires_at: at(59),
            planner: String::new(),
            inputs: Sha256::of(b""),
            declined: 0,
            items,
            ladder: Vec::new(),
        }
    }

    fn written(events: &[Event], name: &str) -> String {
        let kind = |kind: ItemKind| format!("{kind:?}");
        let page = |date: NaiveDate| format!("https://loa.example/hom-nay?date={date}");
        write(events, &Wording { name, zone: "Asia/Ho_Chi_Minh", language: "vi", kind: &kind, page: &page })
    }

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_no_letter_is_cut() {
        for length in 0..200 {
            for letter in ["a", "ễ", "ế", "📢", "e\u{302}\u{303}"] {
                let value = "x".repeat(length % 7) + &letter.repeat(length);
                let mut text = Text::default();
                text.line("SUMMARY", &value);
                let lines: Vec<&str> = text.0.strip_suffix("\r\n").unwrap().split("\r\n").collect();
                assert!(lines.iter().all(|line| line.len() <= 75), "{lines:?}");
                assert!(lines.iter().skip(1).all(|line| line.starts_with(' ') && line.len() > 1), "{lines:?}");
                assert_eq!(unfolded(&text.0), format!("SUMMARY:{value}\r\n"));
            }
        }
    }

    #[test]
    fn marks_with_a_meaning_are_escaped_and_control_characters_have_none() {
        assert_eq!(escape("Sở; TT,TT \\ a\r\nb\nc\u{0}\u{7}: \"d\"\te"), "Sở\\; TT\\,TT \\\\ a\\nb\\nc: \"d\"\te");
    }

    #[test]
    fn moments_are_in_utc_and_the_version_is_the_sequence() {
        let all: Vec<Event> = events(&rundown(7, vec![item(ItemKind::Bulletin, 45, 40)])).collect();
        let text = unfolded(&written(&all, "Đài truyền thanh xã Bình Dương, lịch phát"));
        for line in [
            "NAME:Đài truyền thanh xã Bình Dương\\, lịch phát",
            "X-WR-CALNAME:Đài truyền thanh xã Bình Dương\\, lịch phát",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "DTSTART:20240611T224500Z",
            "DTEND:20240611T224602Z",
            "DTSTAMP:20240611T220000Z",
            "SEQUENCE:7",
            "SUMMARY:Bản tin",
            "DESCRIPTION:vì sao",
            "CATEGORIES;LANGUAGE=vi:Bulletin",
            "URL:https://loa.example/hom-nay?date=2024-06-11",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} is not in {text}");
        }
        assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    }

    #[test]
    fn an_event_keeps_its_name_from_version_to_version_and_shares_it_with_none() {
        let listed = [item(ItemKind::Relay, 0, 0), item(ItemKind::Filler, 46, 40), item(ItemKind::Filler, 48, 40)];
        let aired = item(ItemKind::Bulletin, 41, 40);
        let uids = |version, items| events(&rundown(version, items)).map(|event| event.uid).collect::<Vec<_>>();
        let before = uids(1, listed.to_vec());
        let after = uids(2, [vec![listed[0].clone(), aired], listed[1..].to_vec()].concat());
        assert_eq!(
            before,
            ["sang-20240611T220000Z@dtt-1", "sang-20240611T224000Z@dtt-1", "sang-20240611T224000Z-1@dtt-1"]
        );
        assert!(before.iter().all(|uid| after.contains(uid)), "{after:?}");
        assert_eq!(after.iter().collect::<std::collections::BTreeSet<_>>().len(), after.len());
    }
}

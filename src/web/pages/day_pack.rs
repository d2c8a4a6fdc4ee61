//! The texts that lie beside a day's sound: how to play it, the day as a list and as a table, and a playlist. Plain text
//! and CSV begin with a BOM, so that editors and spreadsheets on Windows read Vietnamese.

use chrono::{NaiveDate, NaiveDateTime};

use super::words::Words;
use crate::domain::rundown::ItemKind;

const BOM: &str = "\u{feff}";

/// What the texts tell of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPackView {
    /// Texts in the reader's language.
    pub w: Words,
    /// The station's name.
    pub station: String,
    /// The day.
    pub date: NaiveDate,
    /// The rundown's version.
    pub version: u32,
    /// When that version was issued, local: with the version the same, the texts are the same.
    pub issued: NaiveDateTime,
    /// Items in order.
    pub rows: Vec<PackedRow>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedRow {
    /// Its place in the day, from 1.
    pub number: usize,
    /// Planned start, local.
    pub start: NaiveDateTime,
    /// Planned length, ms.
    pub duration_ms: u64,
    /// What it is.
    pub kind: ItemKind,
    /// Title.
    pub title: String,
    /// Its file in the pack.
    pub file: Option<String>,
    /// Key of the sentence that says why its sound is not in it; none when there is none of ours.
    pub why_not: Option<&'static str>,
}

impl DayPackView {
    /// Every text by its name.
    pub fn texts(&self) -> Vec<(String, String)> {
        [
            ("HUONG-DAN.txt", self.guide()),
            ("lich.txt", self.list()),
            ("lich.csv", self.table()),
            ("danh-sach.m3u8", self.playlist()),
        ]
        .map(|(name, text)| (name.to_string(), text))
        .into()
    }

    fn heading(&self) -> String {
        format!("{}, {}", self.station, self.w.weekday(self.date))
    }

    /// How to play it. Lines end as Windows ends them.
    fn guide(&self) -> String {
        let w = self.w;
        let lines = [
            w.t("pack-title"),
            self.heading(),
            w.t2("pack-made", "version", self.version, "at", w.date_time(self.issued)),
            String::new(),
            w.t("pack-player"),
            w.t("pack-order"),
            w.t("pack-by-hand"),
            w.t("pack-list"),
            w.t("pack-sums"),
            w.t("pack-confirm"),
            w.t("sheet-may-change"),
        ];
        format!("{BOM}{}\r\n", lines.join("\r\n"))
    }

    fn list(&self) -> String {
        let mut text = format!("{BOM}{}\r\n\r\n", self.heading());
        for row in &self.rows {
            let (time, length) = (self.w.time(row.start), self.w.clock(row.duration_ms));
            text.push_str(&format!("{time}  {length:>6}  {}{}\r\n", self.title(row), self.file(row)));
        }
        text
    }

    /// What a line of the list says of the sound.
    fn file(&self, row: &PackedRow) -> String {
        match (&row.file, row.why_not) {
            (Some(file), _) => format!("\r\n               {file}"),
            (None, Some(why)) => format!("\r\n               {}", self.w.t(why)),
            (None, None) => String::new(),
        }
    }

    fn title(&self, row: &PackedRow) -> String {
        if row.title.trim().is_empty() { self.w.item_kind(&row.kind) } else { row.title.clone() }
    }

    fn table(&self) -> String {
        let w = self.w;
        let mut writer = csv::Writer::from_writer(BOM.as_bytes().to_vec());
        let heads = ["sheet-number", "sheet-time", "sheet-length", "pack-kind", "sheet-what", "pack-file", "note"];
        // Writing into memory cannot fail.
        let _written = writer.write_record(heads.map(|key| w.t(key)));
        for row in &self.rows {
            let _written = writer.write_record([
                row.number.to_string(),
                w.time(row.start),
                w.clock(row.duration_ms),
                w.item_kind(&row.kind),
                self.title(row),
                row.file.clone().unwrap_or_default(),
                row.why_not.map(|key| w.t(key)).unwrap_or_default(),
            ]);
        }
        String::from_utf8_lossy(&writer.into_inner().unwrap_or_default()).into_owned()
    }

    /// Extended M3U in UTF-8, without a BOM: players read one as part of the first line.
    fn playlist(&self) -> String {
        let mut text = format!("#EXTM3U\r\n#PLAYLIST:{}\r\n", one_line(&self.heading()));
        for row in &self.rows {
            let Some(file) = &row.file else { continue };
            let (seconds, time) = (row.duration_ms.div_ceil(1000), self.w.time(row.start));
            text.push_str(&format!("#EXTINF:{seconds},{time} {}\r\n{file}\r\n", one_line(&self.title(row))));
        }
        text
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::Lang;

    fn view() -> DayPackView {
        let date = NaiveDate::from_ymd_opt(2024, 6, 12).unwrap();
        let at = |hour, minute| date.and_hms_opt(hour, minute, 0).unwrap();
        let row = |number, start, title: &str, file: Option<&str>, why_not| PackedRow {
            number,
            start,
            duration_ms: 522_400,
            kind: ItemKind::Bulletin,
            title: title.into(),
            file: file.map(String::from),
            why_not,
        };
        DayPackView {
            w: Words::new(Lang::Vi),
            station: "Đài truyền thanh xã Bình Dương".into(),
            date,
            version: 3,
            issued: at(4, 30),
            rows: vec![
                row(1, at(5, 0), "Tiếp âm, \"Thời sự\"\nVOV1", None, None),
                row(2, at(5, 45), "Nộp hồ sơ\n#EXTINF:1,x", Some("02-0545-TIN-1.opus"), None),
                row(3, at(5, 54), "Đề án 06", None, Some("pack-not-approved")),
            ],
        }
    }

    #[test]
    fn a_playlist_has_only_what_is_in_the_pack_and_one_line_a_title() {
        assert_eq!(
            view().playlist(),
            "#EXTM3U\r\n#PLAYLIST:Đài truyền thanh xã Bình Dương, Thứ Tư, 12/6/2024\r\n\
             #EXTINF:523,05:45 Nộp hồ sơ #EXTINF:1,x\r\n02-0545-TIN-1.opus\r\n"
        );
    }

    #[test]
    fn the_table_reads_back_with_every_item_and_says_what_is_not_in_the_pack() {
        let text = view().table();
        let mut reader = csv::Reader::from_reader(text.strip_prefix(BOM).unwrap().as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!((&rows[0][1], &rows[0][4]), ("05:00", "Tiếp âm, \"Thời sự\"\nVOV1"));
        assert_eq!((&rows[1][2], &rows[1][5]), ("8:42", "02-0545-TIN-1.opus"));
        assert_eq!(&rows[2][6], view().w.t("pack-not-approved"));
    }

    #[test]
    fn every_text_is_in_the_readers_language() {
        for lang in [Lang::Vi, Lang::En] {
            for (name, text) in (DayPackView { w: Words::new(lang), ..view() }).texts() {
                assert!(!text.contains("Unknown localization") && !text.contains('$'), "{name}: {text}");
            }
        }
    }
}

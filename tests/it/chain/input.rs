//! Wrong files by command: each is refused with its file, its line and its value, and nothing is stored.

use crate::helpers::chain::Province;
use crate::helpers::sound::{ffmpeg, write_tones};

/// A province whose files are all good, written but not imported.
fn good() -> Province {
    let mut province = Province::new(2);
    province.tones("TIN-1", 1, 3000, "thu").tones("TIN-2", 2, 3000, "thu");
    province.write_schedules();
    province
}

fn edit(province: &Province, file: &str, from: &str, to: &str) {
    let path = province.path(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} is not in {file}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn append(province: &Province, file: &str, text: &str) {
    let path = province.path(file);
    std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + text).unwrap();
}

/// A second rule; its fields are given.
fn rule(cron: &str, minutes: u32) -> String {
    format!(
        "\n[[rule]]\nid = \"thu-2\"\nname = \"Khung nữa\"\nkind = \"bulletin\"\ncron = \"{cron}\"\nminutes = {minutes}\n\
         areas = [\"thu\"]\n"
    )
}

/// The line a refusal should name.
enum Line {
    /// The line that holds this.
    Of(&'static str),
    /// The head of the table that holds this.
    Table(&'static str),
    /// None: the file as a whole.
    None,
}

/// Spoils a good province, imports it, and expects a refusal that names `file`, the line and the `value`.
fn assert_refused(what: &str, file: &str, line: &Line, value: &str, spoil: impl Fn(&Province)) {
    let province = good();
    spoil(&province);
    let done = province.import();
    assert_eq!(done.code, 2, "{what}: {done:#?}");
    let bytes = std::fs::read(province.path(file)).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let number = |words: &str| text.lines().position(|line| line.contains(words)).unwrap() + 1;
    let place = match line {
        Line::Of(words) => format!("{file}:{}: ", number(words)),
        Line::Table(words) => {
            let head = text.lines().take(number(words)).enumerate().filter(|(_, line)| line.starts_with("[[")).last();
            format!("{file}:{}: ", head.unwrap().0 + 1)
        }
        Line::None => format!("{file}: "),
    };
    let named = done.err.lines().any(|line| line.contains(&place) && line.contains(value));
    assert!(named, "{what}: nothing of \"{place}…{value}\":\n{}", done.err);
    assert!(done.out.is_empty(), "{what}: {done:#?}");
    // Nothing was stored: the good files are all new.
    let mended = good();
    let data = province.text("data");
    let folders = [mended.text("schedules"), mended.text("bulletins")];
    let again = mended.loa(&["import", &folders[0], &folders[1], "--data", &data]).well();
    assert_eq!(again.out.matches(": new version").count(), 4, "{what}: {again:#?}");
    assert_eq!(again.out.matches("version 1").count(), 2, "{what}: {again:#?}");
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    assert_refused("key", "bulletins/TIN-1.toml", &Line::Of("nguoi_doc"), "nguoi_doc", |province| {
        append(province, "bulletins/TIN-1.toml", "nguoi_doc = \"Lan\"\n");
    });
    assert_refused("key", "schedules/grid.toml", &Line::Of("do_to"), "do_to", |province| {
        append(province, "schedules/grid.toml", "do_to = 3\n");
    });
}

#[test]
fn a_rule_that_never_fires_or_fires_by_the_second_is_refused() {
    assert_refused("never", "schedules/grid.toml", &Line::Table("0 0 5 31 2 *"), "0 0 5 31 2 *", |province| {
        append(province, "schedules/grid.toml", &rule("0 0 5 31 2 *", 30));
    });
    assert_refused("by the second", "schedules/grid.toml", &Line::Table("* * 3 * * *"), "* * 3 * * *", |province| {
        append(province, "schedules/grid.toml", &rule("* * 3 * * *", 1));
    });
}

#[test]
fn rules_that_overlap_or_break_the_guard_are_refused() {
    // Between these two, whatever the minute at which the good rule begins.
    assert_refused("overlap", "schedules/grid.toml", &Line::Table("thu-3"), "\"thu-2\"", |province| {
        append(province, "schedules/grid.toml", &rule("0 5 * * * *", 30));
        append(province, "schedules/grid.toml", &rule("0 15 * * * *", 30).replace("thu-2", "thu-3"));
    });
    assert_refused("guard", "schedules/grid.toml", &Line::Table("thu-2"), "04:00", |province| {
        edit(province, "schedules/grid.toml", "open = \"00:00\"", "open = \"05:00\"");
        append(province, "schedules/grid.toml", &rule("0 0 4 * * *", 30));
    });
}

#[test]
fn unknown_areas_and_reversed_dates_are_refused() {
    assert_refused("area", "bulletins/TIN-1.toml", &Line::None, "xa-99", |province| {
        edit(province, "bulletins/TIN-1.toml", "airs_in = [\"thu\"]", "airs_in = [\"xa-99\"]");
    });
    assert_refused("area of an order", "schedules/orders.toml", &Line::Table("yc-001"), "xa-99", |province| {
        edit(province, "schedules/orders.toml", "areas = [\"thu\"]", "areas = [\"xa-99\"]");
    });
    assert_refused("dates", "bulletins/TIN-1.toml", &Line::Of("airs_to"), "2020-01-01", |province| {
        edit(province, "bulletins/TIN-1.toml", "airs_to = 2099-12-31", "airs_to = 2020-01-01");
    });
    assert_refused("dates of an order", "schedules/orders.toml", &Line::Table("yc-001"), "2020-01-01", |province| {
        edit(province, "schedules/orders.toml", "to = ", "to = 2020-01-01 # ");
    });
    assert_refused("dates of an area", "schedules/areas.csv", &Line::Of("xa-2"), "xa-2", |province| {
        edit(province, "schedules/areas.csv", "xa-2,2024-01-01,,", "xa-2,2024-01-01,2023-01-01,");
    });
}

#[test]
fn broken_silent_and_false_audio_is_refused_by_its_file() {
    let no_wav = |province: &Province| std::fs::remove_file(province.path("bulletins/TIN-1.wav")).unwrap();
    assert_refused("text named mp3", "bulletins/TIN-1.mp3", &Line::None, "", |province| {
        no_wav(province);
        std::fs::write(province.path("bulletins/TIN-1.mp3"), "đây là chữ\n".repeat(999)).unwrap();
    });
    assert_refused("truncated", "bulletins/TIN-1.mp3", &Line::None, "", |province| {
        let (wav, mp3) = (province.text("bulletins/TIN-1.wav"), province.text("bulletins/TIN-1.mp3"));
        write_tones(&province.path("bulletins/TIN-1.wav"), 1, 20_000);
        ffmpeg(&["-i", &wav, "-c:a", "libmp3lame", "-b:a", "64k", &mp3]);
        let bytes = std::fs::read(&mp3).unwrap();
        std::fs::write(&mp3, &bytes[..bytes.len() / 2]).unwrap();
        no_wav(province);
    });
    assert_refused("silent", "bulletins/TIN-1.wav", &Line::None, "", |province| {
        let wav = province.text("bulletins/TIN-1.wav");
        ffmpeg(&["-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono", "-t", "3", &wav]);
    });
}

#[test]
fn importing_again_changes_nothing_and_an_edit_makes_the_next_version() {
    let province = good();
    let checked = province.loa(&["import", "--check", &province.text("schedules"), &province.text("bulletins")]).well();
    assert!(checked.out.contains("nothing was changed"), "{checked:?}");
    let first = province.import().well();
    assert_eq!(first.out.matches("version 1").count(), 2, "{first:?}");
    let second = province.import().well();
    assert!(second.out.contains("nothing changed"), "{second:?}");
    edit(&province, "bulletins/TIN-1.toml", "title = \"Tin TIN-1\"", "title = \"Tin TIN-1, sửa\"");
    let third = province.import().well();
    assert!(third.out.contains("TIN-1") && third.out.contains("version 2"), "{third:?}");
    assert!(!third.out.contains("TIN-2"), "{third:?}");
    for ending in ["toml", "wav"] {
        std::fs::remove_file(province.path(&format!("bulletins/TIN-2.{ending}"))).unwrap();
    }
    let fourth = province.import().well();
    assert!(fourth.err.contains("TIN-2.toml") && fourth.err.contains("is gone"), "{fourth:?}");
    // Deleted nothing: it can still be approved.
    province.loa(&["user", "add", "duyet", "--role", "approver@thu"]).well();
    province.loa(&["approve", "TIN-2", "--by", "duyet"]).well();
}

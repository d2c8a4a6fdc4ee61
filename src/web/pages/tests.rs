//! What holds for every page: texts in both languages, sound markup, no inline code, a light page for operators.

use std::collections::{BTreeMap, BTreeSet};

use super::ApproveForm;
use super::samples;
use super::words::Lang;
use crate::domain::bulletin::State;

/// A folder's files with this ending, and those of the folders beneath, as one text each.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web").join(folder);
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(root).expect("a folder of ours").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().into_string().expect("a plain name");
        if entry.file_type().expect("an entry of ours").is_dir() {
            texts.extend(files(&format!("{folder}/{name}"), ending));
        } else if name.ends_with(ending) {
            texts.push(std::fs::read_to_string(entry.path()).expect("a file of ours"));
        }
    }
    texts
}

/// All texts of a language.
fn texts() -> [(Lang, String); 2] {
    [Lang::Vi, Lang::En].map(|lang| (lang, files(&format!("locales/{}", lang.tag()), ".ftl").join("\n")))
}

/// Templates, pages and handlers, where keys are used; this file is none of them.
fn sources() -> Vec<String> {
    let mut all = files("templates", ".html");
    all.extend(files(".", ".rs").into_iter().filter(|text| !text.contains("fn both_languages_have_the_same_keys")));
    all
}

fn keys(text: &str) -> BTreeSet<&str> {
    text.lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, _)| key)
        .collect()
}

/// Words in double quotes that are written like keys, at the places where a text is asked for.
fn used_keys(sources: &[String]) -> BTreeSet<&str> {
    let calls = ["t(\"", "t1(\"", "t2(\"", "t3(\"", ".of(\"", "count(\""];
    let mut used = BTreeSet::new();
    for source in sources {
        for call in calls {
            for (place, _) in source.match_indices(call) {
                // `redirect("…` and `get("…` end like a call for a text, but are none.
                let within_a_word = source[..place].ends_with(|before: char| before.is_ascii_alphanumeric());
                if within_a_word && call.starts_with('t') {
                    continue;
                }
                let rest = &source[place + call.len()..];
                used.extend(rest.split_once('"').map(|(key, _)| key));
            }
        }
        // Keys chosen by a match or held in a table stand as plain literals.
        for (place, literal) in source.split('"').enumerate() {
            let told_apart = ["cause-", "evidence-", "priority-", "state-", "topic-", "daypart-", "item-", "outcome-"];
            if place % 2 == 1 && told_apart.iter().any(|start| literal.starts_with(start)) && !literal.contains('{') {
                used.insert(literal);
            }
        }
    }
    let like_a_key =
        |key: &&str| key.contains(|letter: char| letter.is_ascii_lowercase()) && !key.contains(['{', '%', ' ', '/']);
    used.into_iter().filter(like_a_key).collect()
}

fn all_pages() -> Vec<(Lang, &'static str, String)> {
    [Lang::Vi, Lang::En]
        .into_iter()
        .flat_map(|lang| samples::all(lang).into_iter().map(move |(name, page)| (lang, name, page)))
        .map(|(lang, name, page)| (lang, name, page.expect("every sample renders")))
        .collect()
}

/// Opening tags of a page as (name, the rest), in order.
fn tags(page: &str) -> Vec<(&str, &str)> {
    page.split('<')
        .skip(1)
        .filter_map(|piece| piece.split_once('>').map(|(tag, _)| tag))
        .filter(|tag| tag.starts_with(|first: char| first.is_ascii_lowercase()))
        .map(|tag| tag.split_once(' ').unwrap_or((tag, "")))
        .collect()
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let padded = attributes.find(&format!(" {name}=\"")).map(|place| place + 1);
    let place = if attributes.starts_with(&format!("{name}=\"")) { Some(0) } else { padded }?;
    attributes[place..].split('"').nth(1)
}

#[test]
fn both_languages_have_the_same_keys() {
    let [(_, one), (_, other)] = texts();
    assert_eq!(keys(&one), keys(&other));
}

#[test]
fn every_key_in_use_has_a_text_in_both_languages_and_no_text_lies_unused() {
    let sources = sources();
    let used = used_keys(&sources);
    for (lang, text) in texts() {
        let known = keys(&text);
        for key in &used {
            assert!(known.contains(key), "{key} has no text in {}", lang.tag());
        }
        let literals: BTreeSet<&str> = sources.iter().flat_map(|source| source.split('"')).collect();
        for key in known {
            // Weekdays, roles and flashes are asked for by number and by word.
            let built = ["weekday-", "month-", "role-", "scope-", "act-", "refused-", "remedy-", "api-", "flash-"]
                .iter()
                .any(|start| key.starts_with(start));
            assert!(built || literals.contains(key), "{key} is used nowhere");
        }
    }
}

#[test]
fn no_page_shows_a_missing_text_or_an_unfilled_place() {
    for (lang, name, page) in all_pages() {
        assert!(!page.contains("Unknown localization"), "{name} in {}", lang.tag());
        assert!(!page.contains("{$") && !page.contains("{ $"), "{name} in {}", lang.tag());
    }
}

#[test]
fn pages_keep_their_look() {
    for (lang, name, page) in all_pages() {
        if lang == Lang::Vi {
            insta::assert_snapshot!(name, page.replace("><", ">\n<"));
        }
    }
}

#[test]
fn ids_are_unique_and_every_reference_finds_one() {
    for (_, name, page) in all_pages() {
        let mut ids = BTreeMap::<&str, u32>::new();
        for (_, attributes) in tags(&page) {
            if let Some(id) = attribute(attributes, "id") {
                *ids.entry(id).or_default() += 1;
            }
        }
        assert!(ids.values().all(|count| *count == 1), "{name}: {ids:?}");
        for (_, attributes) in tags(&page) {
            for reference in ["for", "aria-labelledby", "aria-describedby"] {
                for id in attribute(attributes, reference).into_iter().flat_map(str::split_whitespace) {
                    assert!(ids.contains_key(id), "{name}: {reference} to {id} leads nowhere");
                }
            }
            if let Some(id) = attribute(attributes, "href").and_then(|href| href.strip_prefix('#')) {
                assert!(ids.contains_key(id), "{name}: a link to #{id} leads nowhere");
            }
        }
    }
}

#[test]
fn every_field_has_a_label() {
    for (_, name, page) in all_pages() {
        let labelled: BTreeSet<_> = tags(&page)
            .into_iter()
            .filter(|(tag, _)| *tag == "label")
            .filter_map(|(_, rest)| attribute(rest, "for"))
            .collect();
        for (tag, attributes) in tags(&page) {
            let kind = attribute(attributes, "type").unwrap_or("text");
            // A radio button stands within its label.
            if matches!(tag, "input" | "select" | "textarea") && kind != "hidden" && kind != "radio" {
                let id =
                    attribute(attributes, "id").unwrap_or_else(|| panic!("{name}: a field without id: {attributes}"));
                assert!(labelled.contains(id), "{name}: {id} has no label");
            }
        }
    }
}

#[test]
fn elements_close_in_the_order_they_open() {
    let alone = ["meta", "link", "input", "source", "br", "use", "path", "circle", "rect", "line"];
    for (_, name, page) in all_pages() {
        let mut open: Vec<&str> = Vec::new();
        for piece in page.split('<').skip(1) {
            let (tag, _) = piece.split_once('>').unwrap_or_else(|| panic!("{name}: an open tag: {piece}"));
            if tag.starts_with('!') {
                continue;
            }
            if let Some(closed) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "{name}: near {piece}");
                continue;
            }
            let word = tag.split([' ', '/']).next().unwrap_or_default();
            if !alone.contains(&word) {
                open.push(word);
            }
        }
        assert!(open.is_empty(), "{name}: {open:?} left open");
    }
}

#[test]
fn no_page_has_code_or_style_within_and_none_asks_another_host() {
    for (_, name, page) in all_pages() {
        for (tag, attributes) in tags(&page) {
            // A script is a file of ours, never code within a page.
            let ours = attribute(attributes, "src").is_some_and(|src| src.starts_with("/assets/"));
            assert!(tag != "style" && (tag != "script" || ours), "{name}: {tag}");
            assert!(attribute(attributes, "style").is_none(), "{name}: {attributes}");
            let handlers = ["onclick", "onload", "onsubmit", "onchange"];
            assert!(handlers.iter().all(|handler| attribute(attributes, handler).is_none()), "{name}: {attributes}");
        }
        let within = page.split("<script").skip(1).filter_map(|rest| rest.split_once('>'));
        assert!(within.into_iter().all(|(_, rest)| rest.starts_with("</script>")), "{name}: code within");
        // An address may be read and copied, and a page may say its own; nothing is asked for there.
        let says =
            |tag: &str, attributes: &str| tag == "meta" || (tag == "link" && attributes.contains("\"canonical\""));
        let elsewhere = |attributes: &str| attributes.contains("http://") || attributes.contains("https://");
        let mut others = tags(&page).into_iter().filter(|(tag, attributes)| !says(tag, attributes));
        assert!(!others.any(|(_, attributes)| elsewhere(attributes)), "{name}");
    }
    let sheets = [super::STYLE_SHEET, super::DESK_STYLE_SHEET, super::DAY_SHEET_STYLE_SHEET, super::LISTEN_STYLE_SHEET];
    assert!(sheets.iter().all(|sheet| !sheet.contains("url(")));
}

#[test]
fn every_post_form_carries_the_token_and_every_declaration_its_key() {
    for (_, name, page) in all_pages() {
        for form in page.split("<form ").skip(1).filter_map(|rest| rest.split_once("</form>").map(|(form, _)| form)) {
            if form.contains("method=\"post\"") {
                assert!(form.contains("name=\"csrf\""), "{name}: {form}");
            }
            if form.contains("action=\"/hom-nay/") {
                assert!(
                    ["key", "station", "date"].iter().all(|field| form.contains(&format!("name=\"{field}\""))),
                    "{form}"
                );
            }
        }
    }
}

#[test]
fn an_operators_page_with_its_style_sheet_stays_under_25_kb() {
    for (_, name, page) in all_pages() {
        let bytes = page.len() + super::STYLE_SHEET.len();
        assert!(!name.starts_with("today") || bytes < 25 * 1024, "{name} has {bytes} bytes");
    }
}

#[test]
fn a_manual_station_is_never_said_to_be_on_air() {
    let page = samples::today_manual(Lang::Vi).render().expect("the sample renders");
    assert!(!page.to_lowercase().contains("đang phát"));
    assert!(page.contains("Theo lịch lúc này"));
}

#[test]
fn relay_items_are_listed_without_a_question() {
    let page = samples::today_manual(Lang::Vi);
    let html = page.render().expect("the sample renders");
    assert!(html.contains("Tiếp âm Đài Tiếng nói Việt Nam"));
    assert_eq!(html.matches("value=\"full\"").count(), 2);
}

#[test]
fn an_author_reads_why_they_cannot_approve_and_finds_no_button() {
    let page = samples::bulletins::bulletin_own(Lang::Vi).render().expect("the sample renders");
    assert!(page.contains("Người soạn không được tự duyệt"));
    assert!(!page.contains("/cchc-25/duyet\""));
}

#[test]
fn the_approve_button_waits_until_every_warning_was_opened_and_says_how_many_are_left() {
    let mut page = samples::bulletins::bulletin(Lang::Vi);
    let html = page.render().expect("the sample renders");
    assert!(
        html.contains("Mới nghe 1 trên 2 chỗ lưu ý")
            && html.contains("data-unheard aria-describedby=\"heard\" disabled")
    );
    page.heard = page.warnings;
    page.approve = page.approve.map(|form| ApproveForm { unheard: false, ..form });
    let html = page.render().expect("the sample renders");
    assert!(html.contains("Đã nghe đủ 2 chỗ lưu ý") && !html.contains(" disabled"));
}

#[test]
fn the_numbers_on_the_waveform_are_those_of_the_table() {
    let page = samples::bulletins::bulletin(Lang::Vi);
    let flags: Vec<u32> = page.sound.wave.iter().flat_map(|wave| &wave.flags).map(|flag| flag.number).collect();
    let rows: Vec<u32> = page
        .sound
        .rows
        .iter()
        .filter_map(|row| row.finding.as_ref())
        .filter(|finding| finding.at_ms.is_some())
        .filter_map(|finding| finding.number)
        .collect();
    assert_eq!(flags, rows);
    assert_eq!(flags, [1, 2]);
}

#[test]
fn the_first_sound_offered_is_the_rendition_and_the_master_only_stands_in_for_it() {
    let html = samples::bulletins::bulletin(Lang::Vi).render().expect("the sample renders");
    let sources: Vec<&str> = tags(&html)
        .into_iter()
        .filter(|(tag, _)| *tag == "source")
        .filter_map(|(_, rest)| attribute(rest, "src"))
        .collect();
    assert!(sources[0].ends_with(".opus") && sources[1].ends_with(".wav"), "{sources:?}");
    assert!(html.contains("bản phát mà các đài phát"));
}

#[test]
fn a_bulletin_that_ran_out_is_shown_as_such_and_not_as_approved() {
    let mut page = samples::bulletins::bulletin(Lang::Vi);
    (page.state, page.expired, page.may_decide) = (State::Approved, true, false);
    for version in &mut page.versions {
        (version.state, version.expired) = (State::Approved, true);
    }
    let html = page.render().expect("the sample renders");
    let slip = html.split("class=\"card slip\"").nth(1).expect("a slip");
    assert!(slip.split("</header>").next().expect("its head").contains("Hết hạn"));
}

#[test]
fn sums_that_do_not_agree_are_said_so() {
    let mut page = samples::reconcile::reconcile(Lang::Vi);
    assert!(!page.render().expect("the sample renders").contains("không cộng thành kế hoạch"));
    page.sums.missed += 1;
    assert!(page.render().expect("the sample renders").contains("không cộng thành kế hoạch"));
}

#[test]
fn text_from_people_is_escaped() {
    let mut page = samples::today_manual(Lang::Vi);
    page.dayparts[0].items[1].title = "<script>alert(1)</script>".into();
    assert!(!page.render().expect("the sample renders").contains("<script>"));
}

/// Set `LOA_PAGES` to a folder to look at the samples in a browser.
#[test]
fn samples_are_written_out_when_a_folder_is_named() {
    let Some(folder) = std::env::var_os("LOA_PAGES").map(std::path::PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(folder.join("assets")).expect("a folder to write to");
    std::fs::write(folder.join("assets/loa.css"), super::STYLE_SHEET).expect("a folder to write to");
    std::fs::write(folder.join("assets/desk.css"), super::DESK_STYLE_SHEET).expect("a folder to write to");
    for (name, text) in super::SCRIPTS {
        std::fs::write(folder.join("assets").join(name), text).expect("a folder to write to");
    }
    for (lang, name, page) in all_pages() {
        let page = page.replace("\"/assets/", "\"assets/");
        std::fs::write(folder.join(format!("{name}.{}.html", lang.tag())), page).expect("a folder to write to");
    }
}

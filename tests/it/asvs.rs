//! The table of OWASP ASVS 5.0.0 in `src/web/asvs.md` is whole: every requirement of levels 1 and 2 once, each with a
//! test that exists, a section that exists, or a reason.

use std::collections::BTreeMap;

use crate::source::{Source, files, root};

/// Sections, and how many requirements of levels 1 and 2 each begins with; those of level 3 come after them. 253 in all.
const SECTIONS: [(&str, usize); 75] = [
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17.1", 1),
    ("17.2", 4),
    ("17.3", 2),
];

/// How a line without a test begins.
const REASONS: [&str; 4] = ["by construction: ", "does not apply: ", "documented: ", "shortfall: "];

fn document() -> String {
    std::fs::read_to_string(root().join("src/web/asvs.md")).unwrap()
}

/// Requirements and what is said of them.
fn rows(document: &str) -> Vec<(Vec<&str>, &str)> {
    let (table, _) = document.split_once("\n# ").expect("sections follow the table");
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| item"));
    lines
        .map(|line| {
            let mut cells = line.trim_matches('|').splitn(3, '|').map(str::trim);
            let ids = cells.next().unwrap().split(", ").collect();
            (ids, cells.nth(1).unwrap_or_else(|| panic!("not three cells: {line}")))
        })
        .collect()
}

/// Names of tests in what is said: whatever stands in backticks and has two colons and one name after them.
fn tests(said: &str) -> Vec<&str> {
    let quoted = said.split('`').skip(1).step_by(2);
    quoted
        .filter(|text| text.contains("::") && text.rsplit("::").next().is_some_and(|last| last.contains('_')))
        .collect()
}

/// Whether there is a test of that name where its path says.
fn exists(sources: &[Source], name: &str) -> bool {
    let mut path: Vec<&str> = name.split("::").collect();
    let Some(function) = path.pop() else { return false };
    let called = format!("fn {function}(");
    sources.iter().any(|source| {
        let module = source.module();
        let mut wanted: Vec<&str> = path.clone();
        let stands_there = if source.name.starts_with("tests/it/") {
            // The store's contract is one suite for both databases.
            let contract = wanted.first() == Some(&"contract") && module.get(1).is_some_and(|part| part == "contract");
            contract || module[1..] == wanted[..]
        } else {
            let plain = module == wanted;
            if wanted.last() == Some(&"tests") {
                wanted.pop();
            }
            plain || module == wanted
        };
        let before = source.text.split_once(&called).map(|(before, _)| before);
        let marks = |line: &str| line.trim().starts_with("#[") && line.contains("test");
        let is_test = |before: &str| before.rsplit("\n\n").next().is_some_and(|item| item.lines().any(marks));
        stands_there && before.is_some_and(|before| source.name.contains("/contract/") || is_test(before))
    })
}

#[test]
fn every_requirement_of_levels_one_and_two_stands_in_the_table_once() {
    let document = document();
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    for (ids, _) in rows(&document) {
        for id in ids {
            *counted.entry(id.to_owned()).or_default() += 1;
        }
    }
    let wanted: Vec<String> = SECTIONS
        .iter()
        .flat_map(|(section, most)| (1..=*most).map(move |number| format!("{section}.{number}")))
        .collect();
    assert_eq!(wanted.len(), 253);
    let faults: Vec<&String> = wanted.iter().filter(|id| counted.get(*id) != Some(&1)).collect();
    assert!(faults.is_empty(), "not in the table, or more than once: {faults:?}");
    let odd: Vec<&String> = counted.keys().filter(|id| !wanted.contains(id)).collect();
    assert!(odd.is_empty(), "no requirement of levels 1 and 2: {odd:?}");
}

#[test]
fn every_line_names_a_test_that_exists_or_says_why_there_is_none() {
    let document = document();
    let sources: Vec<Source> = ["src", "tests"].into_iter().flat_map(files).filter(Source::is_rust).collect();
    let mut faults = Vec::new();
    for (ids, said) in rows(&document) {
        let named = tests(said);
        if named.is_empty() && !REASONS.iter().any(|begin| said.starts_with(begin)) {
            faults.push(format!("{ids:?} has neither a test nor a reason: {said}"));
        }
        for name in named {
            if !exists(&sources, name) {
                faults.push(format!("{ids:?} names a test that is not there: {name}"));
            }
        }
        for link in said.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
            let heading = document.lines().filter_map(|line| line.strip_prefix("# "));
            if !heading.map(|title| title.to_lowercase().replace(' ', "-")).any(|anchor| anchor == link) {
                faults.push(format!("{ids:?} points to a section that is not there: {link}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_test_that_is_not_there_is_noticed() {
    let sources = files("tests");
    assert!(exists(&sources, "asvs::a_test_that_is_not_there_is_noticed"));
    assert!(!exists(&sources, "answers::a_test_that_is_not_there_is_noticed"));
    assert!(!exists(&sources, "asvs::a_test_that_nobody_wrote"));
    // A function that is no test.
    assert!(!exists(&sources, "asvs::exists"));
}

//! House rules that no compiler knows.

use crate::source::{Mention, Source, files};

/// Longer than this, and a file has two purposes; 400 lines are where to begin looking.
const MOST_LINES: usize = 600;

fn rust() -> Vec<Source> {
    ["src", "tests"].into_iter().flat_map(files).filter(Source::is_rust).collect()
}

fn assert_none(what: &str, faults: Vec<String>) {
    assert!(faults.is_empty(), "{what}:\n{}", faults.join("\n"));
}

/// Files with a mention that `fault` finds.
fn mentioning(fault: impl Fn(&Mention) -> bool) -> Vec<String> {
    let found = |source: &Source| source.mentions().iter().any(&fault);
    rust().into_iter().filter(found).map(|source| source.name).collect()
}

fn names(mention: &Mention, words: &[&str]) -> bool {
    mention.segments.last().is_some_and(|last| words.contains(&last.as_str()))
}

#[test]
fn every_file_opens_with_its_purpose() {
    let silent = rust().into_iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.name);
    assert_none("files that do not open with //!", silent.collect());
}

#[test]
fn no_file_has_two_purposes() {
    let long = rust().into_iter().filter(|source| source.text.lines().count() > MOST_LINES);
    assert_none("files that are too long", long.map(|source| source.name).collect());
}

#[test]
fn nothing_is_left_for_later() {
    let faults = mentioning(|mention| mention.call && names(mention, &["todo", "unimplemented", "dbg"]));
    assert_none("files with unfinished code", faults);
}

#[test]
fn tests_neither_wait_for_time_to_pass_nor_are_left_out() {
    let waits = |mention: &Mention| mention.in_tests && names(mention, &["sleep", "sleep_until", "sleep_ms"]);
    assert_none("tests that wait for time to pass", mentioning(waits));
    let ignored = ["#[ig", "nore"].concat();
    let left_out = rust().into_iter().filter(|source| source.text.contains(&ignored)).map(|source| source.name);
    assert_none("tests that are left out", left_out.collect());
}

#[test]
fn no_machine_and_no_registry_is_named() {
    // Put together here, so that this file does not name them either.
    let hosts = [
        ["crates", ".io"],
        ["pypi", ".org"],
        ["pythonhosted", ".org"],
        ["registry.npm", "js.org"],
        ["deb.debian", ".org"],
    ];
    let mut words: Vec<String> = hosts.map(|parts| parts.concat()).into();
    words.push(["/wo", "rk/"].concat());
    let faults = files("").into_iter().filter(|source| source.name != "Cargo.lock").flat_map(|source| {
        let named: Vec<String> = words.iter().filter(|word| source.text.contains(*word)).cloned().collect();
        named.into_iter().map(move |word| format!("{}: {word}", source.name))
    });
    assert_none("files that name a registry or a folder of one machine", faults.collect());
}

//! The layers and the only edges between them. Every path of every file is read, not only `use`; each edge that is
//! not in the table is tried in each spelling, and must be found.

use crate::source::{Mention, Source, files};

/// A layer and what it may name. `lib` is `src/lib.rs`, `main` is `src/main.rs`.
const EDGES: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("lib", &[]),
    ("cli", &["simulation", "web", "station", "center", "protocol", "store", "audio", "trust", "domain", "clock"]),
    ("simulation", &["web", "station", "center"]),
    ("web", &["center", "domain", "protocol", "clock"]),
    ("center", &["store", "audio", "trust", "protocol", "domain", "clock"]),
    ("station", &["audio", "trust", "protocol", "domain", "clock"]),
    ("protocol", &["trust", "domain"]),
    ("store", &["domain"]),
    ("audio", &["domain"]),
    ("trust", &["domain"]),
    ("domain", &[]),
    ("clock", &[]),
];

/// What the domain may not name: nothing there waits, reads, writes, or knows what time it is.
const NOT_IN_DOMAIN: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "net"],
    &["std", "env"],
    &["std", "process"],
    &["Instant", "now"],
    &["tokio"],
    &["sqlx"],
    &["axum"],
    &["reqwest"],
    &["rustix"],
    &["getrandom"],
];

/// Clocks that only `clock` may ask. `Instant` is not one of them: it knows no date.
const CLOCKS: &[&[&str]] = &[&["Utc", "now"], &["Local", "now"], &["SystemTime", "now"]];

fn may_name(layer: &str) -> &'static [&'static str] {
    EDGES.iter().find(|(from, _)| *from == layer).map_or(&[], |(_, to)| *to)
}

fn layer(source: &Source) -> String {
    source.module().first().map_or_else(|| "lib".into(), String::clone)
}

/// One sentence for every edge and every word that should not be there.
fn faults(source: &Source) -> Vec<String> {
    let from = layer(source);
    if !EDGES.iter().any(|(name, _)| *name == from) {
        return vec![format!("{}: {from} is no layer: add it to the table and to the plan", source.name)];
    }
    let mentions = source.mentions();
    let faults =
        mentions.iter().filter_map(|mention| edge_fault(&from, mention).or_else(|| word_fault(&from, mention)));
    faults.map(|fault| format!("{}: {fault}", source.name)).collect()
}

fn edge_fault(from: &str, mention: &Mention) -> Option<String> {
    if !mention.absolute {
        return None;
    }
    let Some(to) = mention.segments.first() else {
        // `pub(crate)` names nothing; another name for the root itself would hide every edge.
        return mention.renamed.then(|| format!("{from} may not give the crate's root another name"));
    };
    let clock_in_tests = to == "clock" && mention.in_tests && from != "domain";
    let allowed = to == from || may_name(from).contains(&to.as_str()) || clock_in_tests;
    (!allowed).then(|| format!("{from} may not name {to} (crate::{})", mention.segments.join("::")))
}

fn word_fault(from: &str, mention: &Mention) -> Option<String> {
    let has = |words: &[&str]| mention.segments.windows(words.len()).any(|window| window == words);
    let path = mention.segments.join("::");
    if from == "domain" && NOT_IN_DOMAIN.iter().any(|words| has(words)) {
        return Some(format!("domain is pure and may not name {path}"));
    }
    if from != "clock" && CLOCKS.iter().any(|words| has(words)) {
        return Some(format!("only clock asks what time it is, not {path}"));
    }
    let prints = ["println", "print", "eprintln", "eprint"].iter().any(|name| has(&[name]));
    if mention.call && prints && !matches!(from, "cli" | "main") {
        return Some(format!("only cli prints, not {path}!"));
    }
    (from != "main" && has(&["process", "exit"])).then(|| "only main ends the process".into())
}

fn in_layer(layer: &str, text: &str) -> Vec<String> {
    let name = if layer == "main" { "src/main.rs".into() } else { format!("src/{layer}/part.rs") };
    faults(&Source { name, text: text.into() })
}

/// One edge in every spelling, as it would stand in `src/LAYER/part.rs` or `src/main.rs`.
fn spellings(from: &str, to: &str) -> Vec<String> {
    let root = if from == "main" { "loa" } else { "crate" };
    let mut all = vec![
        format!("use {root}::{to}::x;"),
        format!("pub use {root}::{to}::*;"),
        format!("use {root}::{to} as other;"),
        format!("fn f() {{ let _ = {root}::{to}::x(); }}"),
        format!("use {root}::{{{from}::y, {to}::{{self, x}}}};"),
        format!("use {{std::fmt, {root}::{to}::x}};"),
        format!("fn f(x: Vec<{root}::{to}::X>) -> Option<&'static {root}::{to}::X> {{ None }}"),
        format!("fn f() {{ format!(\"{{}}\", {root}::{to}::X); }}"),
        format!("impl {root}::{to}::X for Y {{}}"),
        format!("#[serde(with = \"{root}::{to}::x\")] struct Y;"),
        format!("fn f() {{ <{root}::{to}::X as Default>::default(); }}"),
        format!("mod tests {{ fn f() {{ {root}::{to}::x(); }} }}"),
    ];
    if from != "main" {
        all.extend([
            format!("use super::super::{to}::x;"),
            format!("fn f() {{ super::super::{to}::x(); }}"),
            format!("use super::{{y, super::{to}::x}};"),
            format!("mod inner {{ use super::super::super::{to}::x; }}"),
            format!("use self::super::super::{to}::x;"),
            format!("macro_rules! m {{ () => {{ $crate::{to}::x() }}; }}"),
            format!("pub(in crate::{from}) fn f() {{ drop(crate::{to}::x) }}"),
        ]);
    }
    all
}

#[test]
fn every_path_of_the_program_keeps_to_the_layers() {
    let sources: Vec<Source> = files("src").into_iter().filter(Source::is_rust).collect();
    assert!(sources.len() > 10, "the source was not found");
    let faults: Vec<String> = sources.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_forbidden_edge_is_found_in_each_spelling() {
    let mut tried = 0;
    for (from, allowed) in EDGES.iter().filter(|(from, _)| *from != "lib") {
        let others = EDGES.iter().map(|(to, _)| *to).filter(|to| to != from && !matches!(*to, "lib" | "main"));
        for to in others.filter(|to| !allowed.contains(to)) {
            for text in spellings(from, to) {
                let in_tests = text.starts_with("mod tests") && to == "clock" && *from != "domain";
                assert!(!in_layer(from, &text).is_empty() || in_tests, "{from} → {to} was not found in: {text}");
                tried += 1;
            }
        }
    }
    assert!(tried > 1000, "only {tried} were tried");
}

#[test]
fn each_allowed_edge_is_accepted_in_each_spelling() {
    for (from, allowed) in EDGES {
        for to in *allowed {
            for text in spellings(from, to) {
                assert_eq!(in_layer(from, &text), [""; 0], "{from} → {to} in: {text}");
            }
        }
    }
}

#[test]
fn a_layer_that_is_not_in_the_table_is_found() {
    assert_eq!(in_layer("util", "fn f() {}").len(), 1);
    assert_eq!(in_layer("center", "use crate::util::x;").len(), 1);
    assert_eq!(in_layer("center", "use crate::*;").len(), 1);
}

#[test]
fn the_root_itself_has_no_other_name() {
    for text in
        ["use crate as root;", "use super::super as root;", "use crate::{self as root};", "extern crate self as l;"]
    {
        assert_eq!(in_layer("store", text).len(), 1, "{text}");
    }
    assert_eq!(in_layer("store", "pub(crate) fn f() {} pub(super) mod x; pub(in super::super) fn g() {}"), [""; 0]);
}

#[test]
fn tests_of_any_layer_but_the_domain_may_ask_the_clock() {
    let test = "#[cfg(test)] mod tests { fn f() { crate::clock::now(); } }";
    assert_eq!(in_layer("store", test), [""; 0]);
    assert_eq!(in_layer("domain", test).len(), 1);
    let after = "#[cfg(test)] mod tests; fn f() { crate::clock::now(); }";
    assert_eq!(in_layer("store", after).len(), 1);
}

#[test]
fn the_domain_knows_no_time_no_files_and_no_network() {
    for text in [
        "fn f() { chrono::Utc::now(); }",
        "fn f() { let t = Utc::now; }",
        "fn f() { Local::now(); std::time::SystemTime::now(); }",
        "fn f() { Instant::now(); }",
        "use std::{fmt, fs};",
        "use std::net::IpAddr;",
        "fn f() { std::env::var(\"X\"); }",
        "#[tokio::test] async fn f() {}",
        "use sqlx::Row;",
        "fn f() -> axum::Router { loop {} }",
    ] {
        assert!(!in_layer("domain", text).is_empty(), "{text}");
    }
    assert_eq!(
        in_layer("domain", "/// As `std::fs` would.\nfn f(now: DateTime<Utc>) { let tokio_like = now; }"),
        [""; 0]
    );
}

#[test]
fn only_clock_asks_only_cli_prints_and_only_main_exits() {
    for (text, allowed) in [
        ("fn f() { chrono::Utc::now() }", &["clock"][..]),
        ("fn f() { println!(\"x\") }", &["cli", "main"]),
        ("fn f() { std::eprintln!() }", &["cli", "main"]),
        ("fn f() { std::process::exit(1) }", &["main"]),
        ("use std::process::{Command, exit};", &["main"]),
    ] {
        for (layer, _) in EDGES.iter().filter(|(layer, _)| *layer != "lib") {
            assert_eq!(in_layer(layer, text).is_empty(), allowed.contains(layer), "{layer}: {text}");
        }
    }
}

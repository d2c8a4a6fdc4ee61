//! The program's own source as tokens: every path in it, resolved, wherever it stands: `use` groups, expressions,
//! types, macro calls and bodies, attributes.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One file.
pub struct Source {
    /// Relative to the repository, with `/`.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// A path as written, after `use` groups were spread out, and where it stands.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Mention {
    /// Segments; a leading `crate`, `super`, `self` (and `loa` in main) is resolved and `absolute` is set.
    pub segments: Vec<String>,
    /// Whether it counts from the crate's root.
    pub absolute: bool,
    /// Whether `as` follows: another name.
    pub renamed: bool,
    /// Whether it stands in test code.
    pub in_tests: bool,
    /// Whether `!` follows: a macro's name.
    pub call: bool,
}

/// The folder of `Cargo.toml`.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file beneath a folder of the repository, by name; binary files and what git ignores are left out.
pub fn files(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            if matches!(name.as_str(), ".git" | "target" | "data") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.push(Source { name, text });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Source {
    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.name.ends_with(".rs")
    }

    /// The modules it stands in: `src/web/pages/today.rs` is `web`, `pages`, `today`.
    pub fn module(&self) -> Vec<String> {
        let path = PathBuf::from(&self.name).with_extension("");
        let mut parts: Vec<String> = path.iter().skip(1).map(|part| part.to_str().unwrap().to_owned()).collect();
        if matches!(parts.last().map(String::as_str), Some("mod")) || self.name == "src/lib.rs" {
            parts.pop();
        }
        parts
    }

    /// Every path in it.
    pub fn mentions(&self) -> Vec<Mention> {
        let tokens = TokenStream::from_str(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let module = self.module();
        let in_tests = self.name.starts_with("tests/") || module.last().is_some_and(|last| last == "tests");
        let mut reader = Reader { is_main: self.name == "src/main.rs", found: Vec::new() };
        reader.walk(tokens, &module, in_tests);
        reader.found
    }
}

struct Reader {
    is_main: bool,
    found: Vec<Mention>,
}

impl Reader {
    fn walk(&mut self, stream: TokenStream, module: &[String], in_tests: bool) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        // True from `#[cfg(test)]` to the end of the item it stands before.
        let mut item_in_tests = false;
        let mut at = 0;
        while at < tokens.len() {
            let now_tests = in_tests || item_in_tests;
            match &tokens[at] {
                TokenTree::Ident(word) if word == "mod" && inline_module(&tokens, at).is_some() => {
                    let (name, body) = inline_module(&tokens, at).unwrap();
                    let inner = [module, &[name]].concat();
                    self.walk(body, &inner, now_tests);
                    item_in_tests = false;
                    at += 3;
                    continue;
                }
                TokenTree::Ident(_) if !follows_colons(&tokens, at) => {
                    let end = self.path(&tokens, at, &[], module, now_tests);
                    at = end;
                    continue;
                }
                TokenTree::Group(group) => {
                    let attribute = group.delimiter() == Delimiter::Bracket && at > 0 && is(&tokens[at - 1], '#');
                    if attribute {
                        item_in_tests |= spells(group.stream(), "cfg(test)") || spells(group.stream(), "cfg(all(test");
                        self.attribute(group.stream(), module, now_tests);
                    }
                    self.walk(group.stream(), module, now_tests);
                    if group.delimiter() == Delimiter::Brace {
                        item_in_tests = false;
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => item_in_tests = false,
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads a path from `at`, led by `before`; returns the place after it.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        before: &[String],
        module: &[String],
        in_tests: bool,
    ) -> usize {
        let mut segments = before.to_vec();
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(word)) => segments.push(word.to_string().trim_start_matches("r#").to_owned()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for branch in inner.split(|token| is(token, ',')) {
                        // `::` may lead a branch; `as name` may follow it.
                        let start = branch.iter().position(|token| !is(token, ':')).unwrap_or(0);
                        self.path(branch, start, &segments, module, in_tests);
                    }
                    return at + 1;
                }
                Some(token) if is(token, '*') => {
                    segments.push("*".into());
                    at += 1;
                    break;
                }
                _ => break,
            }
            at += 1;
            let colons = tokens.get(at).is_some_and(|t| is(t, ':')) && tokens.get(at + 1).is_some_and(|t| is(t, ':'));
            let goes_on = matches!(tokens.get(at + 2), Some(TokenTree::Ident(_) | TokenTree::Group(_)))
                || tokens.get(at + 2).is_some_and(|token| is(token, '*'));
            if !(colons && goes_on) {
                break;
            }
            at += 2;
        }
        // `extern crate self as name` is the other way to give the root a name.
        let renamed = matches!(tokens.get(at), Some(TokenTree::Ident(word)) if word == "as" || word == "self");
        let call = tokens.get(at).is_some_and(|token| is(token, '!'))
            && matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
        if !segments.is_empty() {
            self.keep(segments, module, Mention { in_tests, call, renamed, ..Mention::default() });
        }
        at.max(1)
    }

    fn keep(&mut self, segments: Vec<String>, module: &[String], mention: Mention) {
        let mut place: Option<Vec<String>> = None;
        let mut rest = segments.iter().peekable();
        while let Some(word) = rest.peek() {
            let next = match (word.as_str(), &place) {
                ("crate", None) => Vec::new(),
                ("loa", None) if self.is_main && segments.len() > 1 => Vec::new(),
                ("self", None) => module.to_vec(),
                ("super", None) => above(module),
                // Only after `super` may `super` follow; `self` ends a branch of a group.
                ("super", Some(place)) => above(place),
                ("self", Some(place)) => place.clone(),
                _ => break,
            };
            place = Some(next);
            rest.next();
        }
        let absolute = place.is_some();
        let mut all = place.unwrap_or_default();
        all.extend(rest.filter(|word| *word != "self").cloned());
        self.found.push(Mention { segments: all, absolute, ..mention });
    }

    /// Paths in an attribute's text, as in `#[serde(with = "crate::…")]`; documentation is not code.
    fn attribute(&mut self, stream: TokenStream, module: &[String], in_tests: bool) {
        if spells(stream.clone(), "doc") {
            return;
        }
        for token in stream {
            match token {
                TokenTree::Group(group) => self.attribute(group.stream(), module, in_tests),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let path = text.trim_matches('"');
                    if path.contains("::")
                        && let Ok(tokens) = TokenStream::from_str(path)
                    {
                        self.walk(tokens, module, in_tests);
                    }
                }
                _ => {}
            }
        }
    }
}

fn above(module: &[String]) -> Vec<String> {
    module[..module.len().saturating_sub(1)].to_vec()
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Whether this word is the middle of a path that began earlier, as after `<T as X>::`.
fn follows_colons(tokens: &[TokenTree], at: usize) -> bool {
    // A leading `::` (the name of another crate) follows no path.
    at >= 3 && is(&tokens[at - 1], ':') && is(&tokens[at - 2], ':') && is(&tokens[at - 3], '>')
}

fn spells(stream: TokenStream, beginning: &str) -> bool {
    let spelled: String = stream.to_string().split_whitespace().collect();
    spelled.starts_with(beginning)
}

fn inline_module(tokens: &[TokenTree], at: usize) -> Option<(String, TokenStream)> {
    match (tokens.get(at + 1)?, tokens.get(at + 2)?) {
        (TokenTree::Ident(name), TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
            Some((name.to_string(), body.stream()))
        }
        _ => None,
    }
}

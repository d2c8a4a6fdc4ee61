//! TOML with places: every table of a list is read on its own, so that one wrong table does not hide the others, and
//! every problem has its line.

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::Finder;

/// Line, from 1, of a byte offset.
fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Parses a whole file; a problem is noted with its line.
pub fn parse<T: DeserializeOwned>(finder: &mut Finder, text: &str) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = error.span().map(|span| line_of(text, span.start));
            finder.refuse(line, tidy(error.message()));
            None
        }
    }
}

/// Reads each table of a list; the bad ones are noted, the good ones come back with their lines.
pub fn each<T: DeserializeOwned>(
    finder: &mut Finder,
    text: &str,
    tables: Vec<Spanned<toml::Table>>,
) -> Vec<(usize, T)> {
    let mut good = Vec::new();
    for table in tables {
        let start = line_of(text, table.span().start);
        match T::deserialize(table.into_inner()) {
            Ok(value) => good.push((start, value)),
            Err(error) => {
                let message = tidy(error.message());
                let line = named_line(text, start, &message).unwrap_or(start);
                finder.refuse(Some(line), message);
            }
        }
    }
    good
}

/// The line of the key a message names in back quotes, at or after the table's start.
fn named_line(text: &str, start: usize, message: &str) -> Option<usize> {
    let key = message.split('`').nth(1)?;
    let lines = text.lines().enumerate().skip(start.saturating_sub(1));
    let mut lines = lines.skip(1).take_while(|(_, line)| !line.starts_with("[["));
    let (index, _) = lines.find(|(_, line)| line.split('=').next().is_some_and(|name| name.trim() == key))?;
    Some(index + 1)
}

fn tidy(message: &str) -> String {
    message.trim().replace('\n', "; ")
}

//! Seeded damage, for as long as asked: `LOA_MUTATE_SECONDS` (3 if unset), from the seed `LOA_MUTATE_SEED` (the time
//! if unset). The seed is printed first, so that a failure can be had again.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// Repeatable numbers (splitmix64).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// Numbers that follow from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.number() % (bound.max(1) as u64)) as usize
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, several: &'a [T]) -> &'a T {
        &several[self.below(several.len())]
    }
}

/// Rounds of damage until the time is up; each has its own seed.
#[derive(Debug)]
pub struct Rounds {
    seed: u64,
    round: u64,
    end: Instant,
}

impl Rounds {
    /// Begins, and says how to have the same again.
    pub fn begin(what: &str) -> Self {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let seconds = number("LOA_MUTATE_SECONDS").unwrap_or(3);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs());
        let seed = number("LOA_MUTATE_SEED").unwrap_or(now);
        println!("{what}: LOA_MUTATE_SEED={seed} LOA_MUTATE_SECONDS={seconds}");
        Self { seed, round: 0, end: Instant::now() + Duration::from_secs(seconds) }
    }

    /// Rounds so far.
    pub fn done(&self) -> u64 {
        self.round
    }
}

impl Iterator for Rounds {
    type Item = Chance;
    fn next(&mut self) -> Option<Chance> {
        // At least a few, however slow the machine.
        if self.round >= 4 && Instant::now() >= self.end {
            return None;
        }
        self.round += 1;
        Some(Chance::new(self.seed.wrapping_mul(1_000_003).wrapping_add(self.round)))
    }
}

/// Damages bytes in one to eight ways: flips, extreme numbers, runs taken out, doubled, moved, cut off or put in.
pub fn damage(bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=chance.below(8) {
        // Headers are where damage hurts most.
        let span = if chance.below(2) == 0 { damaged.len().min(600) } else { damaged.len() };
        let place = chance.below(span);
        let end = (place + 1 + chance.below(200)).min(damaged.len());
        match chance.below(8) {
            _ if damaged.is_empty() => damaged.push(chance.number() as u8),
            0 => damaged[place] ^= 1 << chance.below(8),
            1 => damaged[place] = chance.number() as u8,
            2 => {
                let extreme = *chance.one_of(&[0_u32, 1, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]);
                let number = if chance.below(2) == 0 { extreme.to_be_bytes() } else { extreme.to_le_bytes() };
                for (byte, new) in damaged[place..].iter_mut().zip(number) {
                    *byte = new;
                }
            }
            3 => drop(damaged.drain(place..end)),
            4 => {
                let run = damaged[place..end].to_vec();
                damaged.splice(place..place, run);
            }
            5 => {
                let run: Vec<u8> = damaged.drain(place..end).collect();
                let to = chance.below(damaged.len() + 1);
                damaged.splice(to..to, run);
            }
            6 => damaged.truncate(chance.below(damaged.len() + 1)),
            _ => {
                let run: Vec<u8> = (0..chance.below(64)).map(|_| chance.number() as u8).collect();
                damaged.splice(place..place, run);
            }
        }
    }
    damaged
}

/// What readers of text stumble over.
const ODD: [&str; 16] = [
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\r",
    "\"",
    "\"\"\"",
    "'''",
    "[[",
    "]]",
    "{",
    "#",
    ",",
    ";",
    "99999999999999999999999999",
    "-1",
    "1e400",
];

/// Damages a text in one to eight ways: its lines, its fields, its numbers, its nesting, its length, its bytes.
pub fn distort(text: &str, chance: &mut Chance) -> Vec<u8> {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    for _ in 0..=chance.below(8) {
        if lines.is_empty() {
            lines.push(String::new());
        }
        let (at, other) = (chance.below(lines.len()), chance.below(lines.len()));
        match chance.below(10) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(other, lines[at].clone()),
            2 => lines.swap(at, other),
            3 => {
                let mut fields: Vec<&str> = lines[at].split(',').collect();
                let (one, two) = (chance.below(fields.len()), chance.below(fields.len()));
                fields.swap(one, two);
                lines[at] = fields.join(",");
            }
            4 => {
                let extreme = *chance.one_of(&EXTREME);
                lines[at] = with_numbers(&lines[at], extreme);
            }
            5 => {
                let odd = *chance.one_of(&ODD);
                let place = boundary(&lines[at], chance);
                lines[at].insert_str(place, odd);
            }
            6 => {
                let deep = *chance.one_of(&["[", "{a=", "{\"a\":", "("]);
                let place = boundary(&lines[at], chance);
                lines[at].insert_str(place, &deep.repeat(1 << chance.below(14)));
            }
            7 => {
                let place = boundary(&lines[at], chance);
                lines[at].insert_str(place, &"ạ".repeat(1 << chance.below(17)));
            }
            8 => {
                let place = boundary(&lines[at], chance);
                lines[at].truncate(place);
            }
            _ => {
                // A value of one line under the name of another.
                let name = lines[at].split('=').next().unwrap_or("").to_string();
                if let Some((_, value)) = lines[other].clone().split_once('=') {
                    lines[at] = format!("{name}={value}");
                }
            }
        }
    }
    let text = lines.join("\n").into_bytes();
    if chance.below(4) == 0 { damage(&text, chance) } else { text }
}

/// Numbers at the edges of what is counted in.
const EXTREME: [&str; 12] = [
    "0",
    "-1",
    "1",
    "9999",
    "2147483648",
    "4294967295",
    "9223372036854775807",
    "18446744073709551615",
    "99999999999999999999999999",
    "1e308",
    "nan",
    "0000-00-00",
];

/// A place between two letters.
fn boundary(text: &str, chance: &mut Chance) -> usize {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
    *chance.one_of(&places)
}

/// The text with one extreme number for each of its numbers.
fn with_numbers(text: &str, number: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for letter in text.chars() {
        if !letter.is_ascii_digit() {
            out.push(letter);
        } else if !within {
            out.push_str(number);
        }
        within = letter.is_ascii_digit();
    }
    out
}

/// Damages a JSON value in one to four ways: other types, fields gone, added or doubled, extreme numbers, depth, length.
pub fn distort_json(value: &Value, chance: &mut Chance) -> Value {
    let mut value = value.clone();
    for _ in 0..=chance.below(4) {
        let way = way_into(&value, chance);
        let Some(place) = value.pointer_mut(&way) else { continue };
        match (chance.below(4), place) {
            (0, Value::Object(fields)) if !fields.is_empty() => {
                let name = fields.keys().nth(chance.below(fields.len())).expect("below its length").clone();
                fields.remove(&name);
            }
            (1, Value::Object(fields)) => {
                let name = if chance.below(2) == 0 { "khac".into() } else { "x".repeat(1 << chance.below(12)) };
                fields.insert(name, odd_value(chance));
            }
            (2, Value::Array(items)) => {
                let more = odd_value(chance);
                items.extend(std::iter::repeat_n(more, 1 << chance.below(8)));
            }
            // Of the same type it comes further in.
            (3, Value::String(text)) => *text = odd_text(chance),
            (3, Value::Number(number)) => {
                *number = chance.one_of(&[0, 1, 2, 7, 24, 366, i32::MAX, -1]).to_owned().into()
            }
            (_, place) => *place = odd_value(chance),
        }
    }
    value
}

/// A JSON pointer to a place in a value.
fn way_into(value: &Value, chance: &mut Chance) -> String {
    let (mut way, mut place) = (String::new(), value);
    for _ in 0..chance.below(3) {
        let (name, next) = match place {
            Value::Object(fields) if !fields.is_empty() => {
                let (name, next) = fields.iter().nth(chance.below(fields.len())).expect("below its length");
                (name.replace('~', "~0").replace('/', "~1"), next)
            }
            Value::Array(items) if !items.is_empty() => {
                let nth = chance.below(items.len());
                (nth.to_string(), &items[nth])
            }
            _ => break,
        };
        way = format!("{way}/{name}");
        place = next;
    }
    way
}

fn odd_text(chance: &mut Chance) -> String {
    let texts = [
        "' OR 1=1 --",
        "../../etc/passwd",
        "<script>",
        "%00%0a",
        "{{7*7}}",
        "0000-00-00",
        "+999999-12-31",
        "2024-02-30",
        "-262143-01-01",
        "262142-12-31",
        "9999-12-31",
        "2024-02-29",
        "TIN-1",
        "xa-1",
        "commune",
        "priority",
        "urgent",
        "approver",
        "xa-1, xa-2;thu",
        " ",
    ];
    match chance.below(4) {
        0 => "ạ".repeat(1 << chance.below(17)),
        1 => (*chance.one_of(&ODD)).into(),
        _ => (*chance.one_of(&texts)).into(),
    }
}

fn odd_value(chance: &mut Chance) -> Value {
    match chance.below(12) {
        0 => Value::Null,
        1 => Value::Bool(chance.below(2) == 0),
        2 => Value::from(i64::MIN),
        3 => Value::from(u64::MAX),
        4 => Value::from(1e308),
        5 => Value::from(chance.number()),
        6..=8 => Value::from(odd_text(chance)),
        9 => Value::Array(Vec::new()),
        10 => (0..1 << chance.below(8)).fold(Value::Null, |inner, _| Value::Array(vec![inner])),
        _ => Value::Object(serde_json::Map::new()),
    }
}

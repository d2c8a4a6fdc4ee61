//! Texts in the reader's language, and dates, times and numbers as Vietnamese offices write them. Every sentence of a
//! page comes from `locales/LANGUAGE/main.ftl`; nothing here knows a page.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "src/web/locales",
        fallback_language: "vi",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static VIETNAMESE: LanguageIdentifier = langid!("vi");
static ENGLISH: LanguageIdentifier = langid!("en");

/// Language of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese, the first language.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The BCP 47 tag, as in `?lang=` and in the page's `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language with this tag, if we speak it.
    pub fn of_tag(tag: &str) -> Option<Self> {
        [Self::Vi, Self::En].into_iter().find(|lang| lang.tag() == tag)
    }

    /// The other one, for the switch.
    pub fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Vi => &VIETNAMESE,
            Self::En => &ENGLISH,
        }
    }
}

/// Something with a local date and time, at any number of references (templates add them).
pub trait Moment {
    /// The local moment.
    fn moment(&self) -> NaiveDateTime;
}

impl Moment for NaiveDateTime {
    fn moment(&self) -> NaiveDateTime {
        *self
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn moment(&self) -> NaiveDateTime {
        (**self).moment()
    }
}

/// Something with a local date, at any number of references.
pub trait Day {
    /// The local date.
    fn day(&self) -> NaiveDate;
}

impl Day for NaiveDate {
    fn day(&self) -> NaiveDate {
        *self
    }
}

impl Day for NaiveDateTime {
    fn day(&self) -> NaiveDate {
        self.date()
    }
}

impl<T: Day + ?Sized> Day for &T {
    fn day(&self) -> NaiveDate {
        (**self).day()
    }
}

/// A whole number of anything, at any number of references.
pub trait Whole {
    /// The number.
    fn whole(&self) -> u64;
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl Whole for $number {
            fn whole(&self) -> u64 {
                u64::try_from(*self).unwrap_or(u64::MAX)
            }
        }
    )*};
}
whole!(u32, u64, usize);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> u64 {
        (**self).whole()
    }
}

/// Texts and formats in one language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub lang: Lang,
}

impl Words {
    /// Words in that language.
    pub fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// The text of a key.
    pub fn t(self, key: &str) -> String {
        LOCALES.lookup(self.lang.id(), key)
    }

    /// The text of a key that may have none.
    pub fn try_t(self, key: &str) -> Option<String> {
        LOCALES.try_lookup(self.lang.id(), key)
    }

    /// The text of a key with one argument.
    pub fn t1(self, key: &str, name: &'static str, value: impl Display) -> String {
        self.fill(key, [(name, value.to_string().into())])
    }

    /// The text of a key with two arguments.
    pub fn t2(self, key: &str, a: &'static str, a_is: impl Display, b: &'static str, b_is: impl Display) -> String {
        self.fill(key, [(a, a_is.to_string().into()), (b, b_is.to_string().into())])
    }

    /// The text of a key with two numbers, shown with their thousands apart.
    pub fn of(self, key: &str, part: impl Whole, whole: impl Whole) -> String {
        self.t2(key, "part", self.n(part), "whole", self.n(whole))
    }

    /// The text of a key with three values in it.
    pub fn t3(
        self,
        key: &str,
        one: (&'static str, impl Display),
        two: (&'static str, impl Display),
        three: (&'static str, impl Display),
    ) -> String {
        let values = [(one.0, one.1.to_string()), (two.0, two.1.to_string()), (three.0, three.1.to_string())];
        self.fill(key, values.map(|(name, value)| (name, value.into())))
    }

    /// The text of a key with a number: `$count` to choose the plural by, `$n` to show.
    pub fn count(self, key: &str, count: impl Whole) -> String {
        let shown = self.n(&count);
        self.fill(key, [("count", count.whole().into()), ("n", shown.into())])
    }

    fn fill<const N: usize>(self, key: &str, values: [(&'static str, FluentValue<'static>); N]) -> String {
        let arguments: HashMap<Cow<'static, str>, FluentValue<'static>> =
            values.into_iter().map(|(name, value)| (name.into(), value)).collect();
        LOCALES.lookup_with_args(self.lang.id(), key, &arguments)
    }

    /// A whole number: `1.234` in Vietnamese, `1,234` in English.
    pub fn n(self, number: impl Whole) -> String {
        let digits = number.whole().to_string();
        let mark = if self.lang == Lang::Vi { '.' } else { ',' };
        let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                shown.push(mark);
            }
            shown.push(digit);
        }
        shown
    }

    /// A number with one decimal: `1.234,5` in Vietnamese. Not a finite number: a dash.
    pub fn decimal(self, number: impl std::borrow::Borrow<f64>) -> String {
        let number = *number.borrow();
        if !number.is_finite() {
            return "–".into();
        }
        let tenths = format!("{:.1}", number.abs());
        let (whole, tenth) = tenths.split_once('.').unwrap_or((&tenths, "0"));
        let sign = if number < 0.0 && tenths != "0.0" { "−" } else { "" };
        let mark = if self.lang == Lang::Vi { ',' } else { '.' };
        // Digits too many for a u64 stay as they are: no page has such a number.
        let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), |number| self.n(number));
        format!("{sign}{whole}{mark}{tenth}")
    }

    /// A number written with a point, as this language writes it: `1,25`.
    pub fn decimal_2(self, number: &str) -> String {
        if self.lang == Lang::Vi { number.replace('.', ",") } else { number.to_owned() }
    }

    /// A date with its weekday and without its year: `Thứ Tư 12/6`.
    pub fn weekday_short(self, date: impl Day) -> String {
        let day = date.day();
        format!("{} {}", self.t(&format!("weekday-{}", day.weekday().number_from_monday())), self.day_month(day))
    }

    /// A share as `98,3%`; a dash when there is nothing to share. Never rounded up to 100 while something is missing.
    pub fn percent(self, part: impl Whole, whole: impl Whole) -> String {
        let (part, whole) = (u128::from(part.whole()), u128::from(whole.whole()));
        if whole == 0 {
            return "–".into();
        }
        let half_up = (part * 2000 + whole) / (whole * 2);
        let per_mille = if part < whole { half_up.min(999) } else { half_up };
        let mark = if self.lang == Lang::Vi { ',' } else { '.' };
        format!("{}{mark}{}%", per_mille / 10, per_mille % 10)
    }

    /// A date: `12/6/2024`.
    pub fn date(self, date: impl Day) -> String {
        date.day().format("%-d/%-m/%Y").to_string()
    }

    /// A date without its year: `12/6`.
    pub fn day_month(self, date: impl Day) -> String {
        date.day().format("%-d/%-m").to_string()
    }

    /// A date with its weekday: `Thứ Tư, 12/6/2024`.
    pub fn weekday(self, date: impl Day) -> String {
        let day = date.day();
        let key = format!("weekday-{}", day.weekday().number_from_monday());
        format!("{}, {}", self.t(&key), self.date(day))
    }

    /// A time of day: `05:45`.
    pub fn time(self, at: impl Moment) -> String {
        at.moment().format("%H:%M").to_string()
    }

    /// A time of day with seconds: `05:45:00`.
    pub fn seconds(self, at: impl Moment) -> String {
        at.moment().format("%H:%M:%S").to_string()
    }

    /// A date and time: `17:45, 12/6/2024`.
    pub fn date_time(self, at: impl Moment) -> String {
        let at = at.moment();
        format!("{}, {}", self.time(at), self.date(at))
    }

    /// A length for reading, from milliseconds rounded to seconds: `8 phút 42 giây`.
    pub fn length(self, duration_ms: impl Whole) -> String {
        let seconds = (duration_ms.whole() + 500) / 1000;
        let (minutes, rest) = (seconds / 60, seconds % 60);
        match (minutes, rest) {
            (0, rest) => self.count("length-seconds", rest),
            (minutes, 0) => self.count("length-minutes", minutes),
            (minutes, rest) => {
                format!("{} {}", self.count("length-minutes", minutes), self.count("length-seconds", rest))
            }
        }
    }

    /// A length for tables, from milliseconds rounded to seconds: `8:42`.
    pub fn clock(self, duration_ms: impl Whole) -> String {
        let seconds = (duration_ms.whole() + 500) / 1000;
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }

    /// A file's size in MB of a million bytes: `8,0 MB`.
    pub fn megabytes(self, bytes: impl Whole) -> String {
        // Exact to a tenth of a megabyte is all a reader needs.
        let tenths = (bytes.whole() + 50_000) / 100_000;
        let mark = if self.lang == Lang::Vi { ',' } else { '.' };
        format!("{}{mark}{} MB", self.n(tenths / 10), tenths % 10)
    }
}

/// A time of day as a form's `time` field wants it: `05:45`.
pub fn field_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VI: Words = Words { lang: Lang::Vi };

    #[test]
    fn numbers_are_written_as_vietnamese_offices_write_them() {
        assert_eq!(VI.n(1_234_567_u64), "1.234.567");
        assert_eq!(VI.n(999_u64), "999");
        assert_eq!(VI.decimal(-1234.54), "−1.234,5");
        assert_eq!(VI.decimal(f64::NEG_INFINITY), "–");
        assert_eq!(Words::new(Lang::En).decimal(1234.5), "1,234.5");
    }

    #[test]
    fn a_share_is_never_rounded_up_to_all() {
        assert_eq!(VI.percent(9_999_u64, 10_000_u64), "99,9%");
        assert_eq!(VI.percent(3_u64, 3_u64), "100,0%");
        assert_eq!(VI.percent(2_u64, 3_u64), "66,7%");
        assert_eq!(VI.percent(0_u64, 0_u64), "–");
    }

    #[test]
    fn dates_have_no_leading_zeros_and_clocks_have_24_hours() {
        let at = NaiveDate::from_ymd_opt(2024, 6, 2).and_then(|day| day.and_hms_opt(17, 5, 9)).expect("a real moment");
        assert_eq!(VI.date_time(at), "17:05, 2/6/2024");
        assert_eq!(VI.weekday(at), "Chủ nhật, 2/6/2024");
        assert_eq!(VI.length(522_400_u64), "8 phút 42 giây");
        assert_eq!(VI.clock(522_400_u64), "8:42");
        assert_eq!(VI.megabytes(8_000_000_u64), "8,0 MB");
    }
}

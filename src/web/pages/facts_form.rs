//! The form for a bulletin's facts: what was typed stays, and each error stands beside its field.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use askama::filters::HtmlSafe;

use super::bulletins::FieldError;
use super::status::write_escaped;

/// The form. It sends `code`, `title`, `topic` (1 to 7), `priority` (a priority's code word), `producer`, `language`,
/// `sibling_of` (a code or empty), `source_document`, `document_ends` (YYYY-MM-DD or empty), `transcript`, `origin`
/// (`department` or `commune`), `areas` and `except` (codes with commas), `airs_from`, `airs_to` (YYYY-MM-DD), and, if
/// an order is wanted, one of `per_week` and `per_day` (whole numbers; both empty: no order).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactsForm {
    /// Values as typed, by field.
    pub typed: BTreeMap<String, String>,
    /// What was wrong, by field.
    pub errors: Vec<FieldError>,
    /// The bulletin's code when it cannot be chosen: a new version.
    pub of: Option<String>,
    /// Whether fields may stay empty, because facts may be given later.
    pub later: bool,
}

impl FactsForm {
    /// An empty form with the usual language, priority and origin.
    pub fn new() -> Self {
        let usual = [("priority", "priority"), ("language", "vi"), ("origin", "department")];
        let typed = usual.into_iter().map(|(field, value)| (field.to_string(), value.to_string())).collect();
        Self { typed, ..Self::default() }
    }

    /// The same with these values typed over it.
    #[must_use]
    pub fn with(mut self, typed: &BTreeMap<String, String>) -> Self {
        self.typed.extend(typed.iter().map(|(field, value)| (field.clone(), value.clone())));
        self
    }

    /// A field's value.
    pub fn value(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }

    /// Attributes of a field: id, name, and whether and why it is wrong.
    pub fn field(&self, name: &'static str) -> Field<'_> {
        Field { form: self, name, with_value: false, required: false }
    }

    /// Attributes of an input, with its value.
    pub fn input(&self, name: &'static str) -> Field<'_> {
        Field { form: self, name, with_value: true, required: false }
    }

    /// Attributes of an input that may not stay empty, unless facts may be given later.
    pub fn needed(&self, name: &'static str) -> Field<'_> {
        Field { form: self, name, with_value: true, required: !self.later }
    }

    /// What is wrong with a field, to stand below it.
    pub fn error(&self, name: &'static str) -> Wrong<'_> {
        Wrong { form: self, name }
    }

    fn errors_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a FieldError> {
        self.errors.iter().filter(move |error| error.field == name)
    }
}

/// Attributes of a field; prints itself as safe markup.
#[derive(Debug)]
pub struct Field<'a> {
    form: &'a FactsForm,
    name: &'static str,
    with_value: bool,
    required: bool,
}

impl HtmlSafe for Field<'_> {}

impl Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        write!(f, "id=\"{name}\" name=\"{name}\"")?;
        if self.with_value {
            f.write_str(" value=\"")?;
            write_escaped(f, self.form.value(name))?;
            f.write_str("\"")?;
        }
        if self.required {
            f.write_str(" required")?;
        }
        if self.form.errors_of(name).next().is_some() {
            write!(f, " aria-invalid=\"true\" aria-describedby=\"e-{name}\"")?;
        }
        Ok(())
    }
}

/// What is wrong with a field; prints itself as safe markup, nothing when nothing is.
#[derive(Debug)]
pub struct Wrong<'a> {
    form: &'a FactsForm,
    name: &'static str,
}

impl HtmlSafe for Wrong<'_> {}

impl Display for Wrong<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut errors = self.form.errors_of(self.name).peekable();
        if errors.peek().is_none() {
            return Ok(());
        }
        write!(f, "<span class=\"err\" id=\"e-{}\">", self.name)?;
        for (place, error) in errors.enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            write_escaped(f, &error.text)?;
        }
        f.write_str("</span>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_field_keeps_its_value_and_says_why_beside_it() {
        let mut form = FactsForm::new().with(&BTreeMap::from([("title".into(), "<a> \"b\"".into())]));
        form.errors = vec![FieldError { field: "title".into(), text: "Sai & thiếu.".into() }];
        let field = form.needed("title").to_string();
        assert!(field.contains("value=\"&lt;a&gt; &quot;b&quot;\" required aria-invalid=\"true\""), "{field}");
        assert!(form.error("title").to_string().contains("id=\"e-title\">Sai &amp; thiếu."));
        assert_eq!(form.error("code").to_string(), "");
        assert_eq!(form.value("language"), "vi");
    }
}

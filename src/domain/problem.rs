//! Problems: what is wrong with a rule, an order or a day, said in one sentence that names the value and the remedy.
//! The domain returns them beside its result, so that one bad rule never hides the good ones.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// What it names is left out, and a file that holds it is not imported.
    Refuse,
    /// It stands, but a person should look.
    Warn,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Stable word for programs and translations, such as `guard-before`.
    pub code: &'static str,
    /// Id of the rule, order, bulletin, station or area it is about.
    pub subject: String,
    /// What is wrong, which value, what to do; lower case, no full stop.
    pub sentence: String,
    /// Ids of the rules that it takes for it together, none of which can be spared; empty where the subject is enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
}

impl Problem {
    /// A problem that leaves its subject out.
    pub fn refuse(code: &'static str, subject: impl fmt::Display, sentence: impl Into<String>) -> Self {
        Self {
            severity: Severity::Refuse,
            code,
            subject: subject.to_string(),
            sentence: sentence.into(),
            rules: Vec::new(),
        }
    }

    /// A problem that only asks for a look.
    pub fn warn(code: &'static str, subject: impl fmt::Display, sentence: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warn,
            code,
            subject: subject.to_string(),
            sentence: sentence.into(),
            rules: Vec::new(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

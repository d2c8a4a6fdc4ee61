//! Whoever means ill: what they type, send and ask for, and what they must never get. The rows of `src/web/asvs.md` name
//! these tests.

mod input;
mod rights;
mod sessions;
mod wire;

use crate::helpers::chain::{Province, serve};
use crate::helpers::person::{Visitor, add_person};
use crate::helpers::running::Running;

/// Markup, a template, quotes: shown as what it is or not at all.
const MARKUP: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}&amp;";

/// A province with two communes, a bulletin of each step and a person of each role.
struct Stage {
    province: Province,
    center: Running,
    url: String,
}

impl Stage {
    async fn new() -> Self {
        let mut province = Province::new(2);
        province.tones("TIN-NHAP", 1, 1_500, "thu").tones("TIN-CHO", 2, 1_500, "thu");
        province.prepare();
        for (name, role) in PEOPLE {
            add_person(&province, name, role);
        }
        let (center, url) = serve(&province, "127.0.0.1:0").await;
        let stage = Self { province, center, url };
        let submitted = stage.person("bientap").await.submit("/ban-tin/TIN-CHO/gui-duyet", &[("version", "1")]).await;
        assert_eq!(submitted.status, 303, "{}", submitted.text);
        stage
    }

    async fn person(&self, name: &str) -> Visitor {
        Visitor::of(&self.url, name).await
    }

    fn stranger(&self) -> Visitor {
        Visitor::new(&self.url)
    }
}

const PEOPLE: [(&str, &str); 5] = [
    ("bientap", "editor@thu"),
    ("nguoiduyet", "approver@thu"),
    ("truc", "operator@xa-2"),
    ("kiemtra", "auditor@thu"),
    ("quantri", "admin@thu"),
];

/// What only somebody inside should read.
const INTERNALS: [&str; 10] =
    ["panicked", ".rs:", "src/", "SELECT", "INSERT", "sqlx", "SQLITE", "sqlite", "/loa-chain-", "RUST_BACKTRACE"];

fn assert_tells_nothing(place: &str, text: &str) {
    for word in INTERNALS {
        assert!(!text.contains(word), "{place} tells of {word}: {text}");
    }
}

//! axe-core in a page: what it finds against WCAG 2.0 to 2.2, levels A and AA, and its own best practice. The file is
//! not ours to keep: `tests/run` fetches it and knows its digest.

use serde::Deserialize;
use serde_json::json;

use super::browser::Browser;
use crate::source::root;

/// Where `tests/run` puts it.
const FILE: &str = "target/axe/axe.min.js";
/// What it is asked about.
const TAGS: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const RUN: &str = "const [tags, done] = arguments;
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
        ({ violations }) => done({ found: violations.map(({ id, impact, help, nodes }) => ({
            rule: id, impact, help,
            nodes: nodes.map(node => ({ target: node.target.join(' '), html: node.html, summary: node.failureSummary }))
        })) }),
        error => done({ failed: String(error) }));";

/// The program's text.
#[derive(Debug)]
pub struct Axe(String);

/// A rule that a page breaks.
#[derive(Debug, Deserialize)]
pub struct Violation {
    rule: String,
    impact: Option<String>,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    target: String,
    html: String,
    summary: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Found(Vec<Violation>),
    Failed(String),
}

impl Axe {
    /// Reads it.
    pub fn read() -> Self {
        let text = std::fs::read_to_string(root().join(FILE));
        Self(text.unwrap_or_else(|error| panic!("{FILE}: {error}: axe-core is fetched by tests/run: run it once")))
    }

    /// Looks at the page that is open.
    pub async fn look(&self, browser: &Browser) -> Vec<Violation> {
        let driver = browser.driver();
        // By the driver's own way in: the page's policy lets nothing of this sort through.
        driver.execute(format!("{};", self.0), Vec::new()).await.expect("axe-core is a script");
        let answer = driver.execute_async(RUN, vec![json!(TAGS)]).await.expect("axe-core answers");
        match answer.convert().expect("axe-core's answer has its form") {
            Answer::Found(violations) => violations,
            Answer::Failed(why) => panic!("axe-core gave up: {why}"),
        }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "axe {} ({}): {}", self.rule, self.impact.as_deref().unwrap_or("-"), self.help)?;
        for Node { target, html, summary } in &self.nodes {
            let html: String = html.chars().take(200).collect();
            let summary = summary.as_deref().unwrap_or_default().replace('\n', " ");
            write!(f, "\n      {target}\n        {html}\n        {summary}")?;
        }
        Ok(())
    }
}

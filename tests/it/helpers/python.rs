//! Other implementations of formats, asked through Python.

use std::process::{Command, Stdio};

use serde_json::Value;

/// A Python that has this module: the first in the path, or the system's. `package` is Debian's name for it.
pub fn with(module: &str, package: &str) -> &'static str {
    let has = |python: &&str| {
        let asked = Command::new(python).args(["-c", &format!("import {module}")]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    found.unwrap_or_else(|| {
        panic!("Python's {module} is not installed, and this test needs it: apt-get install {package}")
    })
}

/// What a script prints as JSON, if it succeeds.
pub fn tell(python: &str, script: &str, args: &[&str]) -> Value {
    let output = Command::new(python).args([&["-c", script], args].concat()).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

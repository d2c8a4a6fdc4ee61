//! All tests that need more than one module: one binary, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop where it is, and say what it saw"
)]

mod answers;
mod browser_chain;
mod browser_selftest;
mod chain;
mod contract;
mod helpers;
mod layers;
mod people;
mod source;
mod tidy;

//! All tests that need more than one module: one binary, so that it links once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod browser_selftest;
mod contract;
mod helpers;
mod layers;
mod source;
mod tidy;

//! All tests that need more than one module: one binary, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on should stop where it is, and say what it saw"
)]

mod accessible;
mod alarm;
mod allocation;
mod answers;
mod asvs;
mod browser_chain;
mod browser_desk;
mod browser_keys;
mod browser_selftest;
mod browser_urgent;
mod by_keyboard;
mod chain;
mod contract;
mod corpus;
mod desk;
mod force_majeure;
mod grid;
mod helpers;
mod hostile;
mod layers;
mod likeness;
mod listening;
mod local;
mod mutation;
mod paper;
mod people;
mod phone;
mod rebuild;
mod source;
mod tidy;
mod uploads;
mod urgent;
mod vectors;

//! Valid input, damaged by chance for as long as asked: whatever comes of it is an answer, never a crash.
//! By hand: `LOA_MUTATE_SECONDS=600 cargo test --test it mutation -- --nocapture`.

mod api;
mod import;
mod probe;

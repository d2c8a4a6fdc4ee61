//! Keys, signed envelopes, manifests and hash chains: who may say what, and how a reader checks it. This layer must
//! not know of databases, networks or audio.

mod break_in;
pub mod chain;
pub mod envelope;
pub mod keys;
pub mod manifest;
pub mod roots;
pub mod sealing;
pub mod totp;

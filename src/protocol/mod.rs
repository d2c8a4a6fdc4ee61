//! The versioned messages between center and station, and nothing else. Envelopes travel as the text they were
//! signed as.

pub mod enrol;
pub mod journal;
pub mod link;

//! The station agent: fetches what the center planned and approvers signed, plays it on time with or without a link,
//! and keeps the journal that proves it. It must not know of databases, pages or planning.

pub mod agent;
mod cache;
mod clock_watch;
mod download;
pub mod enrol;
mod folder;
mod holdings;
pub mod journal;
mod link;
mod player;

pub use folder::{Folder, FolderError, Identity};

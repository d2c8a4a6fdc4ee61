//! SQL for SQLite and PostgreSQL; rows in, rows out, one file a family of tables. Nothing else speaks SQL. Envelopes
//! are opaque text to it; it must not know of keys, audio, networks or pages.

pub mod break_ins;
pub mod bulletins;
pub mod calendar_links;
pub mod confirmations;
mod db;
pub mod force_majeure;
pub mod grid_drafts;
pub mod held_days;
pub mod keys;
pub mod local_items;
pub mod looks;
pub mod marks;
pub mod offers;
pub mod people;
mod places;
pub mod portraits;
pub mod rundowns;
pub mod schedules;
pub mod stations;
pub mod stops;
pub mod uploads;

pub use db::{Store, StoreError};

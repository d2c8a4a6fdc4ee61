//! The center's use cases, one file each: importing, approving, planning, admitting stations, accepting
//! confirmations, reporting. It must not know of HTTP, pages or the command line.

pub mod approval;
mod audio_files;
mod backup;
pub mod bulletins;
pub mod calendar;
pub mod calendar_links;
pub mod checks;
pub mod confirmations;
pub mod custody;
pub mod day_pack;
pub mod desk_settings;
mod explaining;
mod failures;
pub mod grid_drafts;
pub mod grid_preview;
mod grid_text;
pub mod held_days;
pub mod hub;
pub mod import;
pub mod key_requests;
pub mod keys;
pub mod listening;
pub mod local_items;
pub mod looks;
pub mod offers;
pub mod orders;
pub mod people;
pub mod planning;
mod portraits;
pub mod reach;
pub mod rebuild;
pub mod reports;
pub mod rundowns;
mod signing;
mod state;
pub mod stations;
pub mod stops;
pub mod stored_zip;
pub mod sync;
pub mod taking;
mod upkeep;
pub mod uploads;
pub mod withdrawal;

pub use hub::NewToken;
pub use state::{Center, CenterError, StoreChoice};

//! The center's use cases, one file each: importing, approving, planning, admitting stations, accepting
//! confirmations, reporting. It must not know of HTTP, pages or the command line.

pub mod approval;
mod audio_files;
mod backup;
pub mod bulletins;
pub mod confirmations;
pub mod custody;
pub mod desk_settings;
pub mod hub;
pub mod import;
pub mod keys;
pub mod orders;
pub mod people;
pub mod planning;
mod portraits;
pub mod reports;
pub mod rundowns;
mod signing;
mod state;
pub mod stations;
pub mod sync;
pub mod taking;
mod upkeep;
pub mod uploads;

pub use hub::NewToken;
pub use state::{Center, CenterError, StoreChoice};

//! The center's use cases, one file each: importing, approving, planning, admitting stations, accepting
//! confirmations, reporting. It must not know of HTTP, pages or the command line.

mod audio_files;
mod backup;
pub mod bulletins;
pub mod checks;
pub mod confirmations;
pub mod custody;
pub mod desk_settings;
pub mod hub;
pub mod import;
pub mod looks;
pub mod orders;
pub mod people;
pub mod planning;
pub mod portraits;
pub mod reach;
pub mod reports;
pub mod rundowns;
mod state;
pub mod stations;
pub mod sync;
mod upkeep;
pub mod withdrawal;

pub use hub::NewToken;
pub use state::{Center, CenterError, StoreChoice};

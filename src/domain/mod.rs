//! The pure core: what airs, when it may, what happened, what counts. It must not know of IO, networks, SQL, pages or
//! the current time; `now` is always an argument.

pub mod access;
pub mod area;
pub mod as_run;
pub mod back_off;
pub mod break_in;
pub mod bulletin;
pub mod calendar;
pub mod duty;
pub mod filler;
pub mod force_majeure;
pub mod grid_changes;
pub mod guard;
pub mod ids;
pub mod likeness;
pub mod offer;
pub mod order;
pub mod overrun;
pub mod password;
pub mod place;
pub mod planner;
pub mod playout;
pub mod portrait;
pub mod problem;
pub mod province;
pub mod reconcile;
pub mod recurrence;
pub mod rundown;
pub mod settings;
pub mod slot;
pub mod station;
pub mod stop;
pub mod timing;
pub mod upload;

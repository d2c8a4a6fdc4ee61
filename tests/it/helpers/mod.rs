//! What tests stand on: other programs held on a leash, a database server, a browser, a whole province run by command,
//! and waiting for conditions.

pub mod axe;
pub mod browser;
pub mod chain;
pub mod chance;
pub mod cutter;
pub mod document;
pub mod gate;
pub mod leash;
pub mod mutate;
pub mod person;
pub mod postgres;
pub mod proxy;
pub mod python;
pub mod running;
pub mod schema;
pub mod sound;
pub mod storm;
pub mod typist;
pub mod until;
pub mod valve;

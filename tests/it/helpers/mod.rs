//! What tests stand on: other programs held on a leash, a database server, a browser, and waiting for conditions.

pub mod browser;
pub mod leash;
pub mod postgres;
pub mod until;

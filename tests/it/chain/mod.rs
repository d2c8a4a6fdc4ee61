//! The whole chain with real processes, real sockets and real sound, and what faults make of it.

mod admission;
mod breaking_in;
mod demo;
mod force_majeure;
mod input;
mod kills;
mod output;
mod outside;
mod overrun;
mod own_keys;
mod stopping;
mod tampering;
pub mod tls;
mod whole;
mod why;

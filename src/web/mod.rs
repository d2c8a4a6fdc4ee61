//! Pages and HTTP API of the center. It must not know of SQL, keys, files' formats or the command line: use cases are
//! the center's.

mod api;
#[doc = include_str!("asvs.md")]
pub mod asvs {}
mod device;
mod flash;
mod handlers;
mod origin;
pub mod pages;
mod qr;
mod remainder;
mod routes;
mod session;

pub use routes::router;

use crate::center::Center;

/// What every handler gets.
#[derive(Clone)]
pub struct Web {
    /// The use cases.
    pub center: Center,
    /// Whether browsers reach it by TLS, so that cookies may be bound to it.
    pub tls: bool,
    /// Whether a proxy on this machine says who asks.
    pub behind_proxy: bool,
}

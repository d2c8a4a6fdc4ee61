//! A link between a browser and the center that breaks or halts after so many bytes, and counts what was sent over it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use super::proxy::pass;

/// Fewer bytes than this at a time are no piece of a file: pages and questions pass while pieces halt.
const PIECE: usize = 8 * 1024;

struct Link {
    sent: AtomicU64,
    breaks_at: AtomicU64,
    broken: AtomicBool,
    halts_at: Mutex<u64>,
    goes_on: Condvar,
}

/// A running link; it ends with the test process.
pub struct Cutter {
    /// Where browsers connect.
    pub address: SocketAddr,
    link: Arc<Link>,
}

impl Cutter {
    /// Passes connections on to `center`, whole until told otherwise.
    pub fn start(center: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let link = Arc::new(Link {
            sent: AtomicU64::new(0),
            breaks_at: AtomicU64::new(u64::MAX),
            broken: AtomicBool::new(false),
            halts_at: Mutex::new(u64::MAX),
            goes_on: Condvar::new(),
        });
        let shared = Arc::clone(&link);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.broken.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(center) else { continue };
                let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { continue };
                let link = Arc::clone(&shared);
                std::thread::spawn(move || pass(from, to, |bytes| link.breaks(bytes)));
                std::thread::spawn(move || pass(server, client, |_| false));
            }
        });
        Self { address, link }
    }

    /// Its address for browsers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Bytes sent to the center so far.
    pub fn sent(&self) -> u64 {
        self.link.sent.load(Ordering::SeqCst)
    }

    /// Breaks for everybody once so many bytes more were sent.
    pub fn break_after(&self, bytes: u64) {
        self.link.breaks_at.store(self.sent() + bytes, Ordering::SeqCst);
    }

    /// Whether it is broken.
    pub fn is_broken(&self) -> bool {
        self.link.broken.load(Ordering::SeqCst)
    }

    /// Passes again what was broken; halts, without an end, once so many bytes more were sent.
    pub fn mend_and_halt_after(&self, bytes: u64) {
        *self.link.halts_at.lock().unwrap() = self.sent() + bytes;
        self.link.breaks_at.store(u64::MAX, Ordering::SeqCst);
        self.link.broken.store(false, Ordering::SeqCst);
    }

    /// Passes again what was halted.
    pub fn go_on(&self) {
        *self.link.halts_at.lock().unwrap() = u64::MAX;
        self.link.goes_on.notify_all();
    }
}

impl Link {
    fn breaks(&self, bytes: &[u8]) -> bool {
        let sent = self.sent.fetch_add(bytes.len() as u64, Ordering::SeqCst) + bytes.len() as u64;
        if sent >= self.breaks_at.load(Ordering::SeqCst) {
            self.broken.store(true, Ordering::SeqCst);
        }
        let mut halts_at = self.halts_at.lock().unwrap();
        while bytes.len() >= PIECE && sent >= *halts_at {
            halts_at = self.goes_on.wait(halts_at).unwrap();
        }
        self.broken.load(Ordering::SeqCst)
    }
}

//! A link between stations and the center in which one rendition's download halts until it is let go on.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use super::proxy::pass;

struct Link {
    /// As it stands in the request's address.
    rendition: Vec<u8>,
    open: Mutex<bool>,
    opened: Condvar,
    halted: AtomicBool,
}

/// A running link; it ends with the test process.
pub struct Valve {
    address: SocketAddr,
    link: Arc<Link>,
}

impl Valve {
    /// Passes connections on to `center`, but for answers with that rendition.
    pub fn start(center: SocketAddr, rendition: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let link = Arc::new(Link {
            rendition: rendition.into(),
            open: Mutex::new(false),
            opened: Condvar::new(),
            halted: AtomicBool::new(false),
        });
        let shared = Arc::clone(&link);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(center) else { continue };
                let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { continue };
                let asked = Arc::new(AtomicBool::new(false));
                let (asks, link) = (Arc::clone(&asked), Arc::clone(&shared));
                std::thread::spawn(move || {
                    pass(from, to, |bytes| {
                        let named = bytes.windows(link.rendition.len()).any(|part| part == link.rendition);
                        asks.store(named, Ordering::SeqCst);
                        false
                    });
                });
                let link = Arc::clone(&shared);
                std::thread::spawn(move || pass(server, client, |_| link.waits(&asked)));
            }
        });
        Self { address, link }
    }

    /// Its address for stations.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether the download halts now.
    pub fn has_halted(&self) -> bool {
        self.link.halted.load(Ordering::SeqCst)
    }

    /// Lets everything pass from now on.
    pub fn open(&self) {
        *self.link.open.lock().unwrap() = true;
        self.link.opened.notify_all();
    }
}

impl Link {
    /// Waits with an answer until it may pass; cuts nothing.
    fn waits(&self, asked: &AtomicBool) -> bool {
        let mut open = self.open.lock().unwrap();
        while asked.load(Ordering::SeqCst) && !*open {
            self.halted.store(true, Ordering::SeqCst);
            open = self.opened.wait(open).unwrap();
        }
        false
    }
}

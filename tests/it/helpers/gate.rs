//! The one address a browser knows: behind it is a center that may be another process after a while, or none; and now
//! and then an answer is lost after the center gave it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Behind {
    center: Mutex<Option<SocketAddr>>,
    /// Browsers' sides of what is connected.
    open: Mutex<Vec<TcpStream>>,
    /// Answers to words of operators that are still to be lost.
    to_lose: AtomicU32,
    lost: AtomicU32,
    /// Words of operators that went through.
    words: AtomicU32,
}

/// A running gate; it ends with the test process.
pub struct Gate {
    address: SocketAddr,
    behind: Arc<Behind>,
}

impl Gate {
    /// A gate with nobody behind it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let behind: Arc<Behind> = Arc::default();
        let shared = Arc::clone(&behind);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let center = *shared.center.lock().unwrap();
                let Some(Ok(server)) = center.map(TcpStream::connect) else { continue };
                let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { continue };
                shared.open.lock().unwrap().extend(client.try_clone());
                let speaks = Arc::new(AtomicBool::new(false));
                let (asked, behind) = (Arc::clone(&speaks), Arc::clone(&shared));
                std::thread::spawn(move || {
                    pass(from, to, |bytes| {
                        // Requests of a connection come one after the other, and the head of each in one piece.
                        let word = bytes.starts_with(b"POST /hom-nay/");
                        behind.words.fetch_add(u32::from(word), Ordering::SeqCst);
                        asked.store(word || (asked.load(Ordering::SeqCst) && !begins(bytes)), Ordering::SeqCst);
                        false
                    });
                });
                let behind = Arc::clone(&shared);
                std::thread::spawn(move || {
                    pass(server, client, |_| {
                        let lose = |left: u32| left.checked_sub(1);
                        let lost = speaks.load(Ordering::SeqCst)
                            && behind.to_lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, lose).is_ok();
                        behind.lost.fetch_add(u32::from(lost), Ordering::SeqCst);
                        lost
                    });
                });
            }
        });
        Self { address, behind }
    }

    /// Its address for browsers.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Leads to the center at this address from now on; none turns everybody away. Who is connected is cut off.
    pub fn lead_to(&self, url: Option<&str>) {
        *self.behind.center.lock().unwrap() = url.map(|url| url.split_once("://").unwrap().1.parse().unwrap());
        for client in self.behind.open.lock().unwrap().drain(..) {
            // It may be gone already.
            let _ended = client.shutdown(Shutdown::Both);
        }
    }

    /// Loses the next so many answers to what operators say.
    pub fn lose(&self, answers: u32) {
        self.behind.to_lose.store(answers, Ordering::SeqCst);
    }

    /// Answers lost so far.
    pub fn lost(&self) -> u32 {
        self.behind.lost.load(Ordering::SeqCst)
    }

    /// Words of operators that went through so far.
    pub fn words(&self) -> u32 {
        self.behind.words.load(Ordering::SeqCst)
    }
}

fn begins(bytes: &[u8]) -> bool {
    [&b"GET "[..], b"POST "].iter().any(|method| bytes.starts_with(method))
}

/// Passes bytes until one side ends or `cut` says so; then both sides end, and what `cut` saw is swallowed.
fn pass(mut from: TcpStream, mut to: TcpStream, mut cut: impl FnMut(&[u8]) -> bool) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes) {
        if cut(&bytes[..read]) || to.write_all(&bytes[..read]).is_err() {
            break;
        }
    }
    // Either may be gone already.
    let _ended = from.shutdown(Shutdown::Both);
    let _ended = to.shutdown(Shutdown::Both);
}

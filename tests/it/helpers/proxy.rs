//! A link that loses what hurts most: it passes bytes, but now and then cuts a connection with the center's ack in it,
//! after the center has committed and before the station knows.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A running proxy; it ends with the test process.
pub struct Proxy {
    /// Where stations connect.
    pub address: SocketAddr,
    lost: Arc<AtomicU32>,
}

impl Proxy {
    /// Passes connections on to `center`; loses about one ack in `one_in`.
    pub fn start(center: SocketAddr, one_in: u64, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let lost = Arc::new(AtomicU32::new(0));
        let (losses, chance) = (Arc::clone(&lost), Arc::new(AtomicU64::new(seed | 1)));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                // While the center is down the station is turned away, as it would be without a proxy.
                let Ok(server) = TcpStream::connect(center) else { continue };
                let (Ok(from), Ok(to)) = (client.try_clone(), server.try_clone()) else { continue };
                std::thread::spawn(move || pass(from, to, |_| false));
                let (losses, chance) = (Arc::clone(&losses), Arc::clone(&chance));
                std::thread::spawn(move || {
                    pass(server, client, |bytes| {
                        let ack = bytes.windows(12).any(|part| part == b"\"type\":\"ack\"");
                        let lose = ack && next(&chance).is_multiple_of(one_in);
                        losses.fetch_add(u32::from(lose), Ordering::Relaxed);
                        lose
                    });
                });
            }
        });
        Self { address, lost }
    }

    /// Acks swallowed so far.
    pub fn lost(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }
}

fn next(state: &AtomicU64) -> u64 {
    let step = |x: u64| x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let before = state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |x| Some(step(x)));
    before.unwrap_or_default() >> 33
}

/// Passes bytes until one side ends or `cut` says so; then both sides end, and what `cut` saw is swallowed.
pub fn pass(mut from: TcpStream, mut to: TcpStream, mut cut: impl FnMut(&[u8]) -> bool) {
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

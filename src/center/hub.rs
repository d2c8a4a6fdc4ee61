//! Who is connected, and waking them. A wake carries nothing: the connection then reads the newest state.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::domain::ids::{Sha256, StationId};

/// A random token and its digest; only the digest is kept.
pub struct NewToken {
    /// 64 hex digits, told once.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: Sha256,
}

impl NewToken {
    /// A fresh one.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn make() -> Result<Self, super::CenterError> {
        let text = hex::encode(crate::trust::keys::random_bytes::<32>()?);
        Ok(Self { digest: Sha256::of(text.as_bytes()), text })
    }
}

/// A live connection.
#[derive(Debug, Clone)]
struct Line {
    wake: Arc<Notify>,
    token: Sha256,
    number: u64,
}

#[derive(Debug, Default)]
struct Lines {
    by_station: BTreeMap<StationId, Line>,
    next: u64,
}

/// All live connections of this process.
#[derive(Debug, Default)]
pub struct Hub {
    lines: Mutex<Lines>,
}

/// A station's place in the hub; leaves when dropped.
pub struct Seat {
    hub: super::Center,
    station: StationId,
    number: u64,
    /// Completed when the newest state should be read again.
    pub wake: Arc<Notify>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut lines = self.hub.hub().lock();
        if lines.by_station.get(&self.station).is_some_and(|line| line.number == self.number) {
            lines.by_station.remove(&self.station);
        }
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        // Nothing here can be left half changed by a panic.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes every connection.
    pub fn wake_all(&self) {
        for line in self.lock().by_station.values() {
            line.wake.notify_one();
        }
    }

    /// Stations connected now.
    pub fn connected(&self) -> BTreeSet<StationId> {
        self.lock().by_station.keys().cloned().collect()
    }

    /// The station that holds this audio token.
    pub fn station_of_token(&self, token: &Sha256) -> Option<StationId> {
        self.lock().by_station.iter().find(|(_, line)| line.token == *token).map(|(station, _)| station.clone())
    }
}

impl super::Center {
    /// Takes a seat; a station's newer connection takes the older one's place, whose token ends.
    pub fn take_seat(&self, station: &StationId, token: Sha256) -> Seat {
        let wake = Arc::new(Notify::new());
        let mut lines = self.hub().lock();
        lines.next += 1;
        let number = lines.next;
        let line = Line { wake: Arc::clone(&wake), token, number };
        if let Some(older) = lines.by_station.insert(station.clone(), line) {
            older.wake.notify_one();
        }
        drop(lines);
        Seat { hub: self.clone(), station: station.clone(), number, wake }
    }

    /// Whether this seat is still the station's.
    pub fn seat_holds(&self, seat: &Seat) -> bool {
        self.hub().lock().by_station.get(&seat.station).is_some_and(|line| line.number == seat.number)
    }
}

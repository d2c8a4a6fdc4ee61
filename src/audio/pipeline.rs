//! Work on the same blocks of sound on several threads: one decodes, the others listen. Blocks go through short
//! queues, so memory does not grow when one is slower; each listener sees every block in order, so results do not
//! depend on timing.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// Stack of a thread, in bytes: stacks count as memory of the contained child.
pub(super) const STACK_BYTES: usize = 512 * 1024;

/// Samples that are gathered before they are handed on (a third of a second).
const BATCH: usize = 16 * 1024;

/// Batches that may wait in one queue.
const QUEUE: usize = 4;

/// A thread could not be started; the limits leave no room for it.
#[derive(Debug, thiserror::Error)]
#[error("no thread could be started: {0}; give the worker more memory")]
pub struct ThreadError(#[from] std::io::Error);

/// Starts a thread within `scope`.
pub(super) fn start<'scope, T: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, T>, ThreadError> {
    Ok(Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work)?)
}

/// Waits for a thread; its panic goes on here.
pub(super) fn join<T>(handle: ScopedJoinHandle<'_, T>) -> T {
    handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The listening end of a queue.
pub(super) type Blocks = Receiver<Arc<Vec<f32>>>;

/// The speaking end: gathers samples and hands them to every listener.
#[derive(Debug, Default)]
pub(super) struct Tap {
    listeners: Vec<SyncSender<Arc<Vec<f32>>>>,
    waiting: Vec<f32>,
}

impl Tap {
    /// A queue to one more listener.
    pub(super) fn listener(&mut self) -> Blocks {
        let (sender, blocks) = sync_channel(QUEUE);
        self.listeners.push(sender);
        blocks
    }

    /// Where new samples are appended; call [`Self::hand_on`] afterwards.
    pub(super) fn waiting(&mut self) -> &mut Vec<f32> {
        &mut self.waiting
    }

    /// Hands on what was gathered, if it is enough.
    pub(super) fn hand_on(&mut self) {
        if self.waiting.len() >= BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        let batch = Arc::new(std::mem::replace(&mut self.waiting, Vec::with_capacity(BATCH + BATCH / 4)));
        for listener in &self.listeners {
            // A listener that ended early has failed, and says so where it is waited for.
            let _ = listener.send(Arc::clone(&batch));
        }
    }

    /// Hands on the rest and lets the listeners end.
    pub(super) fn finish(mut self) {
        self.send();
    }
}

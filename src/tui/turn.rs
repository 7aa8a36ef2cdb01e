//! Whose turn it is: the worker's, who uses the ledger, or that of whoever wants to stop the whole program. Stopped in the
//! middle of a scan it would keep the ledger locked, and every other station waiting, until somebody lets it go on.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Who may go on.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// Held by who stops the program; else it would wait for the end of a long burst.
    next: Mutex<()>,
    /// Held by who uses the ledger.
    ledger: Mutex<()>,
}

fn held(lock: &Mutex<()>) -> MutexGuard<'_, ()> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Turn {
    /// Does one thing with the ledger.
    pub(super) fn use_ledger<T>(&self, work: impl FnOnce() -> T) -> T {
        drop(held(&self.next));
        let _used = held(&self.ledger);
        work()
    }

    /// Stops the program when the thing that is being done with the ledger is done, and before the next is begun.
    #[cfg(unix)]
    pub(super) fn between<T>(&self, stop: impl FnOnce() -> T) -> T {
        let (_next, _unused) = (held(&self.next), held(&self.ledger));
        stop()
    }
}

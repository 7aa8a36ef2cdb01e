//! What a second connection does while the log is read: SQLite's own look at the pages, and then half of the comparison of
//! the tables, if it sees the same state of the ledger.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::Duration;

use crate::ledger::verdict::Break;
use crate::ledger::verify::Reading;
use crate::store::{Half, Store, StoreError};

/// What SQLite itself says about the file's pages.
pub(super) type Pages = Result<Option<String>, StoreError>;

/// What was found.
pub(super) struct Found {
    pub(super) pages: Pages,
    /// The first difference in its half of the tables; none where it could not compare them.
    pub(super) half: Option<Result<Option<Break>, StoreError>>,
}

/// The second connection at work.
pub(super) struct Second<'scope> {
    reading: Sender<Arc<Reading>>,
    thread: ScopedJoinHandle<'scope, Found>,
}

impl<'scope> Second<'scope> {
    /// Begins with the pages; `deep` looks at the indexes too.
    pub(super) fn begin<'env>(
        scope: &'scope Scope<'scope, 'env>,
        path: &'env Path,
        busy: Duration,
        deep: bool,
    ) -> Self {
        let (reading, read) = channel::<Arc<Reading>>();
        let work = move || {
            let store = Store::open(path, busy)?;
            store.inspect(|view| {
                // From here on it sees one state of the ledger; whether it is the one that was read shows at its end.
                let end = view.end_of_log()?;
                let pages = store.quick_check(deep);
                let same = read.recv().ok().filter(|reading| end == (reading.size(), reading.head.hash));
                let half = same.map(|reading| view.first_difference(&reading, Half::Others));
                Ok::<_, StoreError>(Found { pages, half })
            })
        };
        let thread =
            scope.spawn(move || work().unwrap_or_else(|error| Found { pages: Err(error), half: None }));
        Self { reading, thread }
    }

    /// Gives it what the log comes to.
    pub(super) fn give(&self, reading: &Arc<Reading>) {
        // Where it has ended already, it says so at the end.
        let _ = self.reading.send(Arc::clone(reading));
    }

    /// Waits for its end.
    pub(super) fn end(self) -> Found {
        drop(self.reading);
        match self.thread.join() {
            Ok(found) => found,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

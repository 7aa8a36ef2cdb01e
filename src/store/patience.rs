//! How a connection waits for another's lock: it looks again soon, and the sooner the longer it has waited.
//!
//! SQLite's own way is to look more and more seldom. Where many write, who has waited long then always comes too late, while who
//! has just let go takes the lock anew: some scans among thousands take seconds, and at last one is given up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// The longest that is slept between two looks, at first; in microseconds, as all here.
const LONGEST: u64 = 4_000;
/// The shortest.
const SHORTEST: u64 = 250;
/// After how much waiting it is slept half as long.
const HALVED: u64 = 100_000;
/// What counts at most between two looks: a machine that slept, or had no time for this program, has not waited, for then whoever
/// has the lock had none either.
const COUNTED: u64 = 50_000;

/// For how long a connection waits.
#[derive(Debug, Clone)]
pub(super) struct Patience(Arc<AtomicU64>);

impl Patience {
    /// Lets a connection wait for locks of others for so long.
    pub(super) fn of(connection: &mut Connection, busy: Duration) -> rusqlite::Result<Self> {
        let patience = Self(Arc::default());
        patience.set(busy);
        let most = Arc::clone(&patience.0);
        let (mut looked, mut waited, mut chance) = (Instant::now(), 0, u64::from(std::process::id()));
        connection.busy_handler(Some(move |looks| {
            let since = looked.elapsed();
            looked += since;
            waited = if looks == 0 { 0 } else { waited + micros(since).min(COUNTED) };
            if waited >= most.load(Ordering::Relaxed) {
                return false;
            }
            // Of uneven length, so that those who wait do not go in step.
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::sleep(nap(waited, chance >> 33));
            true
        }))?;
        Ok(patience)
    }

    /// Waits for so long from here on.
    pub(super) fn set(&self, busy: Duration) {
        self.0.store(micros(busy), Ordering::Relaxed);
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// How long to sleep after so much waiting.
fn nap(waited: u64, chance: u64) -> Duration {
    let most = (LONGEST * HALVED / HALVED.saturating_add(waited)).max(SHORTEST * 2);
    Duration::from_micros(most / 2 + chance % (most / 2))
}

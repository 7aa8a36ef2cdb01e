//! How many statements a step takes: the same for the first medium and for the thousandth.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::trace::{TraceEvent, TraceEventCodes};

use super::Store;
use super::backup::Draft;
use super::error::StoreError;
use crate::domain::decide::{Action, Context, Deed, decide};
use crate::domain::event::{Data, How};
use crate::domain::names::{Badge, Barcode, Digest, Kept, LedgerId, MediumId, PlaceCode, SiteName, Station};
use crate::domain::person::{Role, Roles};
use crate::domain::place::PlaceKind;
use crate::domain::policy::Policy;
use crate::domain::rules::RULES;
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;
use crate::ledger::checkpoint::name;
use crate::ledger::note::NoteSigner;

/// A ledger with one person and one vault, which counts what it is asked.
struct Counted {
    store: Store,
    asked: Arc<AtomicUsize>,
    _files: (Draft, tempfile::TempDir),
}

impl Counted {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let draft = Draft::beside(&dir.path().join("l")).unwrap();
        let mut store = Store::create(&draft, Duration::from_secs(3)).unwrap();
        let (site, ledger) = (SiteName::new("TOKYO").unwrap(), LedgerId([1; 16]));
        let signer = NoteSigner::new(&name(&site, ledger), &[2; 32]).unwrap();
        let key = signer.key().public();
        store.sign_with(signer);
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let count = move |_: TraceEvent<'_>| {
            count.fetch_add(1, Ordering::Relaxed);
        };
        store.connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count)).unwrap();
        let counted = Self { store, asked, _files: (draft, dir) };
        let open = Data::LedgerOpened { ledger, key, site, rules: RULES, policy: Policy::default() };
        let text = |n| Kept(Digest([n; 32]));
        let add = |code: &str, kind| Action::AddPlace {
            code: PlaceCode::new(code).unwrap(),
            kind,
            parent: (kind != PlaceKind::Site).then(|| PlaceCode::new("TOKYO").unwrap()),
            capacity: None,
            resident: false,
        };
        let enrol = Action::Enrol {
            badge: Badge::new("B-1").unwrap(),
            name: text(1),
            pin: Some(text(2)),
            org: None,
            host_org: None,
            roles: Roles::of(&[Role::Admin, Role::Operator]),
        };
        let first = [Action::Plain(open), enrol, add("TOKYO", PlaceKind::Site), add("V1", PlaceKind::Vault)];
        for (at, action) in first.into_iter().enumerate() {
            counted.record(vec![(action, at > 0)]);
        }
        counted
    }

    /// Records these in one transaction, each by the one person or by nobody; how many statements that took comes back.
    fn record(&self, actions: Vec<(Action, bool)>) -> usize {
        let before = self.asked.load(Ordering::Relaxed);
        let written = self.store.write(|txn| {
            for (action, by) in actions {
                let context = Context {
                    seq: txn.next(),
                    at: Timestamp::from_millis(1_764_000_000_000),
                    occurred: None,
                    by: by.then(|| Badge::new("B-1").unwrap()),
                    with: None,
                    station: Station::new("scan-01").unwrap(),
                    how: How::Scanned,
                };
                let decision = decide(txn.view(), action, &context).unwrap();
                txn.append(&decision)?;
            }
            Ok::<_, StoreError>(())
        });
        written.unwrap();
        self.asked.load(Ordering::Relaxed) - before
    }

    fn register(&self, count: usize) -> usize {
        let first = self.store.size_hint();
        let place = || Some(PlaceCode::new("V1").unwrap());
        let one = |n: usize| {
            let barcode = Barcode::new(&format!("A{:05}L9", first + n as u64)).unwrap();
            (Action::Register { barcode, serial: None, place: place() }, true)
        };
        self.record((0..count).map(one).collect())
    }

    fn sight(&self, medium: u64) -> usize {
        let deed = Deed::Sight(PlaceCode::new("V1").unwrap(), None);
        self.record(vec![(Action::Medium(MediumId(medium), deed), true)])
    }
}

#[test]
fn a_scan_takes_as_many_statements_in_a_big_ledger_as_in_a_small_one() {
    let counted = Counted::new();
    counted.register(3);
    let small = counted.sight(5);
    counted.register(1_000);
    assert_eq!(counted.sight(6), small);
    assert_eq!(counted.sight(500), small);
    assert!(small <= 12, "{small} statements for one scan");
}

#[test]
fn an_import_takes_a_few_statements_for_each_row() {
    let counted = Counted::new();
    counted.register(1);
    let (some, more) = (counted.register(64), counted.register(64 + 320));
    // One asks for the barcode, one is the guard of the log; three write thirty-two rows each, and one a tile.
    assert_eq!(more - some, 320 * 2 + 10 * 3 + 1);
}

#[test]
fn a_step_sees_the_step_before_it_in_the_same_transaction() {
    let counted = Counted::new();
    counted.register(2);
    let sight = |medium| {
        let deed = Deed::Sight(PlaceCode::new("V1").unwrap(), None);
        (Action::Medium(MediumId(medium), deed), true)
    };
    counted.record(vec![sight(5), sight(5), sight(6), sight(5)]);
    let told = |medium| counted.store.read(|view| view.medium(MediumId(medium))).unwrap().unwrap().mseq;
    assert_eq!((told(5), told(6)), (4, 2));
}

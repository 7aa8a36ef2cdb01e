//! A hermetic kuraban: its own directory, clock, randomness and environment, run in this process.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use kuraban::app::{Beside, Claim, Cost, Outcome, Pin, Scan, Session, Surroundings, Verb, Who};
use kuraban::cli::{self, Env};
use kuraban::domain::event::How;
use kuraban::domain::names::{Badge, PlaceCode, Station};
use kuraban::domain::time::Timestamp;
use kuraban::ledger::note::NoteSigner;
use kuraban::store::{key_path, write_key};
use serde_json::Value;

/// The PIN of everybody, unless a test says otherwise.
pub(crate) const PIN: &str = "1234";
/// The variables in which it is given.
pub(crate) const PINS: [&str; 3] = ["KURABAN_PIN", "KURABAN_WITH_PIN", "KURABAN_NEW_PIN"];

/// The moment at which every test begins.
pub(crate) const BEGIN: &str = "2026-11-23T00:00:00.000Z";

#[allow(clippy::disallowed_methods, reason = "the real program, which some tests run, knows no other clock")]
fn wall() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// What one command line did.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn code(self, code: u8) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// The one JSON document that was printed.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// A place to test in.
pub(crate) struct Bench {
    dir: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    seed: Arc<AtomicU64>,
    pub(crate) vars: RefCell<BTreeMap<String, String>>,
    /// Seconds east of Greenwich.
    pub(crate) zone: Cell<i32>,
}

/// What a bench looked like at one moment, so that many cells of a table begin from there.
pub(crate) struct Photo {
    ledger: Vec<u8>,
    key: String,
    clock: i64,
    seed: u64,
}

impl Photo {
    /// The bytes of its ledger.
    pub(crate) fn ledger(&self) -> &[u8] {
        &self.ledger
    }

    /// A bench of its own that goes on from there.
    pub(crate) fn bench(&self) -> Bench {
        let bench = Bench::from(Timestamp::from_millis(self.clock));
        bench.seed.store(self.seed, Ordering::Relaxed);
        std::fs::write(bench.ledger(), &self.ledger).unwrap();
        write_key(&key_path(&bench.ledger()), &self.key).unwrap();
        bench
    }
}

#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Bench {
    /// An empty directory; no ledger yet.
    pub(crate) fn empty() -> Self {
        Self::from(Timestamp::parse_exact(BEGIN).unwrap())
    }

    /// The same, with other random bytes than every other bench begins with: its ledger and key are its own.
    pub(crate) fn stranger() -> Self {
        let bench = Self::empty();
        bench.seed.store(1 << 40, Ordering::Relaxed);
        bench
    }

    /// As [`Self::furnished`], on the clock of the wall: for the real program, which knows no other, so that
    /// it finds the ledger as fresh on any day on which the tests are run.
    pub(crate) fn furnished_today() -> Self {
        Self::furnished_today_in(&std::env::temp_dir())
    }

    /// The same, in a directory of its own in this one.
    pub(crate) fn furnished_today_in(directory: &Path) -> Self {
        let bench = Self::from_in(directory, wall());
        bench.furnish();
        bench
    }

    fn from(begin: Timestamp) -> Self {
        Self::from_in(&std::env::temp_dir(), begin)
    }

    fn from_in(directory: &Path, begin: Timestamp) -> Self {
        let dir = tempfile::tempdir_in(directory).unwrap();
        let ledger = dir.path().join("ledger.kuraban").display().to_string();
        let mut vars = vec![("KURABAN_LEDGER", ledger.as_str()), ("KURABAN_BADGE", "B-1")];
        vars.extend(PINS.map(|name| (name, PIN)));
        let vars = vars.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self {
            dir,
            clock: Arc::new(AtomicI64::new(begin.millis())),
            seed: Arc::new(AtomicU64::new(0)),
            vars: RefCell::new(vars),
            zone: Cell::new(0),
        }
    }

    /// A ledger with people, places and six media in vault `V1`: B-1 is everything but auditor, B-2 and B-3
    /// are operators, A-1 approves, X-1 audits. Nothing asks for an order, so that a test of something else needs
    /// none.
    pub(crate) fn furnished() -> Self {
        let bench = Self::empty();
        bench.furnish();
        bench
    }

    fn furnish(&self) {
        let bench = self;
        bench.ok(&["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"]);
        for (badge, role) in
            [("B-2", "operator"), ("B-3", "operator"), ("A-1", "approver"), ("X-1", "auditor")]
        {
            bench.ok(&["person", "add", badge, "Someone", "--role", role]);
        }
        for (code, kind, parent) in [
            ("V1", "vault", "TOKYO"),
            ("V1-A", "shelf", "V1"),
            ("V1-A-01", "slot", "V1-A"),
            ("V2", "vault", "TOKYO"),
            ("D1", "drive", "TOKYO"),
            ("DESK", "desk", "TOKYO"),
        ] {
            bench.ok(&["place", "add", code, "--kind", kind, "--in", parent]);
        }
        bench.ok(&["place", "add", "LIB", "--kind", "library", "--resident"]);
        bench.ok(&[
            "media", "add", "--at", "V1-A", "K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9",
            "K00006L9",
        ]);
        bench.ok(&["policy", "set", "order_required", "no"]);
    }

    /// The ledger and the clock as they are now.
    pub(crate) fn photo(&self) -> Photo {
        self.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
        let ledger = std::fs::read(self.ledger()).unwrap();
        let key = std::fs::read_to_string(key_path(&self.ledger())).unwrap();
        Photo {
            ledger,
            key,
            clock: self.clock.load(Ordering::Relaxed),
            seed: self.seed.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path().join("ledger.kuraban")
    }

    /// Writes a file beside the ledger.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// Takes a checkpoint and keeps it in a file of this name.
    #[track_caller]
    pub(crate) fn kept(&self, name: &str) -> String {
        let note = self.ok(&["checkpoint"]).out;
        self.file(name, note.as_bytes())
    }

    /// What `verify` says, held against these notes.
    #[track_caller]
    pub(crate) fn verified(&self, notes: &[&str]) -> Run {
        let mut args = vec!["verify", "--json"];
        args.extend(notes.iter().flat_map(|note| ["--against", note]));
        self.run(&args)
    }

    pub(crate) fn outside(&self) -> Surroundings {
        let (clock, seed) = (Arc::clone(&self.clock), Arc::clone(&self.seed));
        Surroundings {
            now: Arc::new(move || Timestamp::from_millis(clock.load(Ordering::Relaxed))),
            random: Arc::new(move |buffer| {
                for byte in buffer {
                    let next = seed.load(Ordering::Relaxed).wrapping_mul(6_364_136_223_846_793_005);
                    let next = next.wrapping_add(1_442_695_040_888_963_407);
                    seed.store(next, Ordering::Relaxed);
                    *byte = next.to_be_bytes()[0];
                }
                true
            }),
            // As cheap as it can be: what a PIN costs is not what the tests are about.
            cost: Cost { memory: 8, passes: 1 },
            beside: Beside {
                marks: self.vars.borrow().get("KURABAN_MARKS").map(PathBuf::from),
                notes: self.vars.borrow().get("KURABAN_NOTES").map(PathBuf::from),
                ..Beside::default()
            },
        }
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// Runs one command line with this standard input.
    pub(crate) fn run_with(&self, args: &[&str], stdin: &[u8]) -> Run {
        let (out, err) = (Sink::default(), Sink::default());
        let zone = self.zone.get();
        let env = Env {
            vars: self.vars.borrow().iter().map(|(name, value)| (name.clone(), value.into())).collect(),
            outside: self.outside(),
            zone: Rc::new(move |_| zone),
            stdin: Box::new(Cursor::new(stdin.to_vec())),
            stdout: Box::new(out.clone()),
            stderr: Box::new(err.clone()),
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width: Some(100),
            hostname: Some("vault-door-1".to_owned()),
            ask: None,
            screens: None,
        };
        let args = std::iter::once("kuraban").chain(args.iter().copied()).map(OsString::from);
        let code = cli::run(args, env).0;
        let text = |sink: &Sink| String::from_utf8(sink.0.borrow().clone()).unwrap();
        Run { code, out: text(&out), err: text(&err) }
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    /// Runs a command line that must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> Run {
        self.run(args).code(0)
    }

    /// What `media show` says of a medium.
    #[track_caller]
    pub(crate) fn show(&self, barcode: &str) -> Value {
        self.ok(&["media", "show", "--json", barcode]).json()
    }

    /// What `verify` says.
    pub(crate) fn verify(&self) -> Value {
        self.run(&["verify", "--json"]).json()
    }

    /// Asserts that the whole ledger holds, as every test that records something ends.
    #[track_caller]
    pub(crate) fn holds(&self) {
        let verdict = self.verify();
        assert_eq!(verdict["verdict"], "consistent_unanchored", "{verdict}");
    }

    /// The secret key, as who can read its file has it.
    pub(crate) fn signer(&self) -> NoteSigner {
        NoteSigner::parse(&std::fs::read_to_string(key_path(&self.ledger())).unwrap()).unwrap()
    }

    pub(crate) fn session(&self) -> Session {
        Session::open(&self.ledger(), Duration::from_secs(10), self.outside()).unwrap()
    }

    /// A connection past all that kuraban does: what somebody with the file in hand has.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.ledger()).unwrap()
    }
}

/// People who act through a session.
pub(crate) fn who(session: &Session, by: &str, with: Option<&str>) -> Who {
    let badge = |text| Badge::new(text).unwrap();
    let (by, with) = (badge(by), with.map(badge));
    let pin = Pin::new(PIN).unwrap();
    let claim = |badge| Claim { badge, pin: Some(&pin) };
    session.who(claim(&by), with.as_ref().map(claim), Station::new("test").unwrap()).unwrap()
}

pub(crate) fn place(code: &str) -> PlaceCode {
    PlaceCode::new(code).unwrap()
}

pub(crate) fn scan(session: &Session, who: &Who, verb: &Verb, text: &str) -> Outcome {
    session.scan(who, verb, &Scan { text, how: How::Scanned, occurred: None }).unwrap()
}

/// Whether a tool is there. Outside CI a test that lacks its tool says so and passes; inside it fails.
pub(crate) fn has(tool: &str) -> bool {
    let found =
        std::process::Command::new(tool).arg("--version").output().is_ok_and(|out| out.status.success());
    if !found {
        assert!(std::env::var_os("CI").is_none(), "{tool} is missing in CI");
        eprintln!("skipped: {tool} is not installed");
    }
    found
}

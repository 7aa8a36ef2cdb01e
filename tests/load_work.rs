//! What sixteen processes do at one ledger: people at stations, orders, a stocktake, lists, checks, copies and imports, each by
//! the real program.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::dice::Dice;
use crate::support::Bench;
use crate::told::scan_of;

/// How many labels each station has for itself.
const OWN: usize = 10;
/// How many labels all stations want.
const WANTED: usize = 4;
/// How many media an order has.
const LINES: usize = 3;
/// How many media are counted in a stocktake.
const COUNTED: usize = 10;
/// How many media come with an import.
const IMPORTED: usize = 50;

/// An entry by its kind and what it is about.
pub(crate) type What = (String, String);

/// What somebody was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Entries of which the number was told.
    pub(crate) numbered: Vec<(u64, What)>,
    /// The others.
    pub(crate) counted: Vec<What>,
    /// How long it took from when a scan was sent, or the one before it was told, until it was told.
    pub(crate) waits: Vec<Duration>,
    pub(crate) processes: usize,
    pub(crate) refused: usize,
}

impl Told {
    fn numbered(&mut self, seq: u64, kind: &str, subject: &str) {
        self.numbered.push((seq, (kind.to_owned(), subject.to_owned())));
    }

    fn counted(&mut self, kind: &str, subject: &str) {
        self.counted.push((kind.to_owned(), subject.to_owned()));
    }
}

/// Where all work.
#[derive(Debug)]
pub(crate) struct Desk {
    vars: BTreeMap<String, String>,
    dir: PathBuf,
    /// The files of the notes that were taken.
    notes: Mutex<Vec<String>>,
    files: AtomicUsize,
    /// The largest size of the write-ahead log that was seen.
    largest: AtomicU64,
}

impl Desk {
    pub(crate) fn at(bench: &Bench) -> Self {
        Self {
            vars: bench.vars.borrow().clone(),
            dir: bench.path().to_owned(),
            notes: Mutex::default(),
            files: AtomicUsize::default(),
            largest: AtomicU64::default(),
        }
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap().clone()
    }

    pub(crate) fn largest(&self) -> u64 {
        self.largest.load(Ordering::Relaxed)
    }

    /// The present size of the write-ahead log.
    pub(crate) fn ahead(&self) -> u64 {
        std::fs::metadata(self.dir.join("ledger.kuraban-wal")).map_or(0, |meta| meta.len())
    }

    /// A name that no file here has.
    fn file(&self, name: &str) -> String {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        self.dir.join(format!("{name}-{number}")).display().to_string()
    }

    fn start(&self, by: &str, args: &[&str], told: &mut Told) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kuraban"));
        command.env_clear().envs(&self.vars).current_dir(&self.dir).args(args).args(["--by", by]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        told.processes += 1;
        command.spawn().unwrap()
    }

    /// What a process said that ended with one of these codes. Any other end is one that nobody should see: among others that
    /// the ledger was locked for too long.
    fn ended(&self, (args, out): (&[&str], Output), codes: &[i32]) -> (String, String) {
        self.largest.fetch_max(self.ahead(), Ordering::Relaxed);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (code, said, err) = (out.status.code(), text(out.stdout), text(out.stderr));
        assert!(code.is_some_and(|code| codes.contains(&code)), "{args:?} ended with {code:?}: {said}{err}");
        (said, err)
    }

    fn run(&self, by: &str, args: &[&str], told: &mut Told) -> String {
        self.run_to(&[0], by, args, told).0
    }

    fn run_to(&self, codes: &[i32], by: &str, args: &[&str], told: &mut Told) -> (String, String) {
        let mut child = self.start(by, args, told);
        drop(child.stdin.take());
        self.ended((args, child.wait_with_output().unwrap()), codes)
    }

    /// Streams labels to one process, each after the answer to the one before or all at once, and reads each answer.
    pub(crate) fn scan(
        &self,
        (by, kind): (&str, &str),
        args: &[&str],
        labels: &[String],
        in_turn: bool,
        told: &mut Told,
    ) {
        let mut child = self.start(by, args, told);
        let mut input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let lines: Vec<String> = labels.iter().map(|label| format!("{label}\n")).collect();
        if !in_turn {
            input.write_all(lines.concat().as_bytes()).unwrap();
        }
        for (index, line) in lines.iter().enumerate() {
            let sent = Instant::now();
            if in_turn {
                input.write_all(line.as_bytes()).unwrap();
            }
            let mut answer = String::new();
            output.read_line(&mut answer).unwrap();
            let waited = sent.elapsed();
            let Some((label, seq)) = scan_of(answer.trim_end()) else {
                child.kill().unwrap();
                let out = child.wait_with_output().unwrap();
                panic!("{args:?}: {answer:?} {}", String::from_utf8_lossy(&out.stderr));
            };
            assert_eq!(label, labels[index]);
            told.numbered(seq, kind, &label);
            // Until the first is told the process starts; that is no scan's wait.
            if index > 0 {
                told.waits.push(waited);
            }
        }
        drop(input);
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        self.ended((args, child.wait_with_output().unwrap()), &[0]);
    }

    /// Streams labels that others want too; takes what was done and what was refused from the one document at the end.
    fn contend(&self, (by, kind): (&str, &str), args: &[&str], labels: &[String], told: &mut Told) {
        let mut child = self.start(by, args, told);
        let lines: String = labels.iter().map(|label| format!("{label}\n")).collect();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let (said, _) = self.ended((args, child.wait_with_output().unwrap()), &[0, 1]);
        let document: Value = serde_json::from_str(&said).unwrap();
        let (done, refused) = (list(&document["done"]), list(&document["refused"]));
        assert_eq!(done.len() + refused.len(), labels.len(), "{document}");
        for label in done {
            told.counted(kind, label.as_str().unwrap());
        }
        for one in refused {
            told.refused += 1;
            told.counted("refused", one["barcode"].as_str().unwrap());
        }
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

/// The number in `… (entry 7)` on the first line that has one.
fn entry_in(said: &str) -> u64 {
    let (_, rest) = said.split_once("(entry ").unwrap_or_else(|| panic!("{said:?}"));
    rest.split(')').next().unwrap().parse().unwrap()
}

fn labels(letter: char, number: usize, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{letter}{number:02}{n:03}L9")).collect()
}

/// The media that the works need, by place.
pub(crate) fn stock(stations: usize, orders: usize) -> Vec<(&'static str, Vec<String>)> {
    let own = (0..stations).flat_map(|number| labels('S', number, OWN));
    let ordered = (0..orders).flat_map(|number| labels('Q', number, LINES));
    let all: Vec<String> = own.chain(ordered).chain(labels('W', 0, WANTED)).collect();
    vec![("V1", all), ("V2", labels('U', 0, COUNTED))]
}

/// A station: its own media go out, come back and are seen, by somebody who waits for each answer or as one burst; then it
/// wants what all want.
pub(crate) fn scans(desk: &Desk, number: usize, dice: &mut Dice, told: &mut Told) {
    let own = labels('S', number, OWN);
    let by = ["B-1", "B-2", "B-3"][number % 3];
    let station = format!("station-{number}");
    for (kind, words) in [
        ("check_out", &["check-out"][..]),
        ("check_in", &["check-in", "--to", "V1"]),
        ("sight", &["sight", "--at", "V1"]),
    ] {
        let args = [words, &["--station", &station, "-"]].concat();
        let burst: Vec<String> = if kind == "sight" {
            own.iter().cycle().take(OWN * (1 + dice.roll(4))).cloned().collect()
        } else {
            own.clone()
        };
        desk.scan((by, kind), &args, &burst, dice.roll(2) == 0, told);
    }
    let wanted = labels('W', 0, WANTED);
    desk.contend((by, "check_out"), &["check-out", "--station", &station, "--json", "-"], &wanted, told);
    desk.contend((by, "check_in"), &["check-in", "--to", "V1", "--json", "-"], &wanted, told);
}

/// An order: one asks, one approves, one takes the media and brings them back, one closes it.
pub(crate) fn orders(desk: &Desk, number: usize, _: &mut Dice, told: &mut Told) {
    let media = labels('Q', number, LINES);
    let names: Vec<&str> = media.iter().map(String::as_str).collect();
    let words = [&["order", "new", "--purpose", "test", "--until", "+8h", "--json"][..], &names].concat();
    let asked: Value = serde_json::from_str(&desk.run("B-2", &words, told)).unwrap();
    let order = asked["number"].to_string();
    told.counted("order_requested", &order);
    let said = desk.run(["A-1", "A-2"][number % 2], &["order", "approve", &order], told);
    told.numbered(entry_in(&said), "order_approved", "");
    desk.scan(("B-3", "check_out"), &["check-out", "--order", &order, "-"], &media, true, told);
    desk.scan(("B-3", "check_in"), &["check-in", "--to", "V1", "-"], &media, false, told);
    let said = desk.run("B-2", &["order", "close", &order], told);
    told.numbered(entry_in(&said), "order_closed", "");
}

/// A stocktake of the other vault, which two count at once and two close.
pub(crate) fn audits(desk: &Desk, _: usize, _: &mut Dice, told: &mut Told) {
    let opened = desk.run("X-1", &["audit", "open", "--at", "V2", "--json"], told);
    let audit = serde_json::from_str::<Value>(&opened).unwrap()["number"].to_string();
    told.counted("audit_opened", &audit);
    let media = labels('U', 0, COUNTED);
    let counted: Vec<Told> = std::thread::scope(|scope| {
        let count = |(badge, in_turn)| {
            let (audit, media) = (&audit, &media);
            scope.spawn(move || {
                let mut told = Told::default();
                desk.scan(
                    (badge, "sight"),
                    &["audit", "scan", audit, "--at", "V2", "-"],
                    media,
                    in_turn,
                    &mut told,
                );
                told
            })
        };
        [("B-2", true), ("B-3", false)].map(count).map(|counter| counter.join().unwrap()).into()
    });
    for one in counted {
        told.numbered.extend(one.numbered);
        told.waits.extend(one.waits);
        told.processes += one.processes;
    }
    let said = desk.run("X-1", &["audit", "close", &audit, "--with", "A-1"], told);
    assert!(said.contains("CERTIFIED"), "{said}");
    told.numbered(entry_in(&said), "audit_certified", "");
}

/// Lists and reports, each of which is whole.
pub(crate) fn exports(desk: &Desk, _: usize, _: &mut Dice, told: &mut Told) {
    let log = desk.run("B-1", &["log", "--csv"], told);
    let numbers = log.lines().skip(1).map(|line| line.split(',').next().unwrap().parse::<usize>().unwrap());
    let count = numbers.zip(1..).inspect(|(seq, wanted)| assert_eq!(seq, wanted)).count();
    let raw = desk.run("B-1", &["log", "--raw"], told);
    assert!(raw.lines().count() >= count);
    let media: Value = serde_json::from_str(&desk.run("B-1", &["media", "list", "--json"], told)).unwrap();
    let mut barcodes: Vec<&str> =
        list(&media).iter().map(|medium| medium["barcode"].as_str().unwrap()).collect();
    let all = barcodes.len();
    barcodes.dedup();
    assert_eq!(barcodes.len(), all, "each once, in their order");
    assert!(desk.run("B-1", &["report", "monthly"], told).contains("check_out"));
    let (_, said) = desk.run_to(&[0], "A-1", &["report", "access", "--csv"], told);
    told.numbered(entry_in(&said), "export_made", "");
}

/// Whoever watches: what needs somebody, and whether the ledger holds, with the notes that were taken so far.
pub(crate) fn watches(desk: &Desk, _: usize, _: &mut Dice, told: &mut Told) {
    desk.run_to(&[0, 1], "B-1", &["flags", "--json"], told);
    let notes = desk.notes();
    let against = notes.iter().rev().take(5).flat_map(|note| ["--against", note]);
    let args: Vec<&str> = ["verify", "--json"].into_iter().chain(against).collect();
    let verdict: Value = serde_json::from_str(&desk.run("B-1", &args, told)).unwrap();
    let wanted = if notes.is_empty() { "consistent_unanchored" } else { "anchored" };
    assert!([wanted, "anchored"].map(Value::from).contains(&verdict["verdict"]), "{verdict}");
}

/// Whoever keeps copies: a checkpoint, whose note goes outside, a backup, which holds.
pub(crate) fn guards(desk: &Desk, _: usize, _: &mut Dice, told: &mut Told) {
    let note = desk.run("B-1", &["checkpoint"], told);
    let file = desk.file("note");
    std::fs::write(&file, note).unwrap();
    desk.notes.lock().unwrap().push(file);
    let copy = desk.file("backup");
    desk.run("B-1", &["backup", &copy], told);
    std::fs::remove_file(copy).unwrap();
}

/// New media, all of one list at once.
pub(crate) fn imports(desk: &Desk, _: usize, _: &mut Dice, told: &mut Told) {
    let file = desk.file("list");
    let number: usize = file.rsplit_once('-').unwrap().1.parse().unwrap();
    let media: Vec<String> = (0..IMPORTED).map(|n| format!("I{number:03}{n:02}L9")).collect();
    let lines: String = media.iter().map(|label| format!("{label}\n")).collect();
    std::fs::write(&file, format!("barcode\n{lines}")).unwrap();
    let said = desk.run("B-1", &["media", "import", "--at", "V1-A", "--json", &file], told);
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["imported"], IMPORTED);
    for label in &media {
        told.counted("register", label);
    }
}

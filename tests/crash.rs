//! The program killed at any moment, on the command line and on the screens: what it has told is in the ledger, what was
//! sent and not told is there as far as it came, in order, once, and the whole ledger holds.

use std::hint::spin_loop;
use std::io::{BufRead, BufReader, Read, Write};

use crate::dice::{Dice, times};
use crate::support::Bench;
use crate::terminal::{Killer, Terminal};
use crate::told::{Scanned, found, kuraban, scan_of, scans_of, sound};

/// How many rounds there are, unless `KURABAN_CRASH_ROUNDS` says otherwise.
const USUAL: usize = 20;
/// How many rounds one ledger lives through.
const LIFE: usize = 10;
/// Of how many rounds one is on the screens.
const ON_SCREENS: usize = 5;

/// How many scans a burst on the screens has at most; enough to be killed in the middle of it.
const BURST: usize = 50;

/// A ledger that is killed again and again, and which media must be where.
struct Life {
    bench: Bench,
    inside: Vec<String>,
    outside: Vec<String>,
    made: usize,
    size: u64,
    /// In how many rounds it was killed before all was recorded.
    short: usize,
    /// Another station that has the ledger open, so that it is not closed for good with every death.
    neighbour: Option<kuraban::app::Session>,
}

/// What is scanned in one round.
struct Work {
    args: Vec<&'static str>,
    kind: &'static str,
    barcodes: Vec<String>,
}

/// How the driver sends, and when it kills.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// Each line after the answer to the one before; killed with one more on its way.
    InTurn,
    /// All lines at once, killed after so many answers.
    AtOnce,
    /// All lines and the end of the input, killed after the last answer: while the program ends.
    ToTheEnd,
    /// All lines, killed before any answer is read.
    Blindly,
}

impl Life {
    fn new(neighbour: bool) -> Self {
        let bench = Bench::furnished_today();
        let beside = [("KURABAN_MARKS", "marks"), ("KURABAN_NOTES", "notes")];
        for (name, directory) in beside {
            let path = bench.path().join(directory);
            std::fs::create_dir(&path).unwrap();
            bench.vars.borrow_mut().insert(name.to_owned(), path.display().to_string());
        }
        // Checkpoints, their notes and their signatures come often.
        bench.ok(&["policy", "set", "checkpoint_every", "7"]);
        let neighbour = neighbour.then(|| bench.session());
        let size = sound(&bench);
        Self { bench, inside: Vec::new(), outside: Vec::new(), made: 0, size, short: 0, neighbour }
    }

    /// Up to so many scans of one kind.
    fn work(&mut self, dice: &mut Dice, most: usize) -> Work {
        let count = 1 + dice.roll(most);
        let fresh = self.inside.is_empty() || dice.roll(3) == 0;
        let some = |all: &[String]| all.iter().take(count).cloned().collect::<Vec<_>>();
        if fresh {
            let barcodes = (self.made..self.made + count).map(|n| format!("C{n:05}L9")).collect();
            self.made += count;
            return Work { args: vec!["media", "add", "--at", "V2", "-"], kind: "register", barcodes };
        }
        match dice.roll(3) {
            0 => Work { args: vec!["check-out", "-"], kind: "check_out", barcodes: some(&self.inside) },
            1 if !self.outside.is_empty() => {
                let barcodes = some(&self.outside);
                Work { args: vec!["check-in", "--to", "V2", "-"], kind: "check_in", barcodes }
            }
            _ => Work { args: vec!["sight", "--at", "V2", "-"], kind: "sight", barcodes: some(&self.inside) },
        }
    }

    /// Looks at what is left: every scan that was told, those that were sent as far as they came, and nothing else; at
    /// most so many that were not told.
    #[track_caller]
    fn reopen(&mut self, work: &Work, told: &[Scanned], untold: usize) {
        let size = sound(&self.bench);
        let found = found(&self.bench, self.size, work.kind);
        assert!(found.len() <= work.barcodes.len(), "{found:?}");
        let sent = work.barcodes.iter().zip(&found);
        assert!(sent.clone().all(|(sent, (found, _))| sent == found), "{found:?}, sent: {:?}", work.barcodes);
        assert!(found.starts_with(told), "told: {told:?}, found: {found:?}");
        assert!(found.len() - told.len() <= untold, "told: {told:?}, found: {found:?}");
        let gone = found.len();
        self.short += usize::from(gone < work.barcodes.len());
        let barcodes = work.barcodes[..gone].to_vec();
        match work.kind {
            "check_out" => self.outside.extend(self.inside.drain(..gone)),
            "check_in" => self.inside.extend(self.outside.drain(..gone)),
            "register" => self.inside.extend(barcodes),
            _ => {}
        }
        self.size = size;
    }

    /// One round on the command line; gives how many scans were told, and how many were recorded beyond.
    fn on_the_command_line(&mut self, dice: &mut Dice) -> (usize, usize) {
        // Now and then enough for the write-ahead log to be taken into the file meanwhile.
        let most = if dice.roll(8) == 0 { 250 } else { 30 };
        let work = self.work(dice, most);
        let paces = [Pace::InTurn, Pace::AtOnce, Pace::AtOnce, Pace::ToTheEnd, Pace::Blindly];
        let pace = paces[dice.roll(paces.len())];
        let told = killed(&self.bench, &work, pace, dice);
        let before = self.size;
        // One scan after the other: what is not told yet is one.
        self.reopen(&work, &told, 1);
        (told.len(), found(&self.bench, before, work.kind).len() - told.len())
    }

    /// One round on the screens, killed after some scans of a burst were told.
    fn on_the_screens(&mut self, dice: &mut Dice) -> (usize, usize) {
        let lacking = (3 * BURST).saturating_sub(self.inside.len());
        let fresh = (self.made..self.made + lacking).map(|n| format!("C{n:05}L9"));
        let lines: String = fresh.clone().map(|barcode| format!("{barcode}\n")).collect();
        self.bench.run_with(&["media", "add", "--at", "V2", "-"], lines.as_bytes()).code(0);
        self.made += lacking;
        self.inside.extend(fresh);
        self.size = sound(&self.bench);
        let work = Work { args: Vec::new(), kind: "sight", barcodes: self.inside[..3 * BURST].to_vec() };
        let mut terminal = Terminal::open(&self.bench, &[]);
        terminal.sign_on();
        terminal.send(b"KB-SIGHT\rV2\r");
        terminal.wait_for("place: V2");
        let killer = Killer::of(terminal.child.process_id().unwrap());
        // Bursts, each of which is told before the next is sent, but for the last: then it is killed in the middle of it.
        let (mut sent, mut told) = (0, Vec::new());
        for last in [false, false, true] {
            let burst = &work.barcodes[sent..sent + BURST / 2 + dice.roll(BURST / 2)];
            let keys: String = burst.iter().map(|barcode| format!("{barcode}\r")).collect();
            terminal.send(keys.as_bytes());
            sent += burst.len();
            if !last {
                terminal.wait_until(|terminal| recorded(terminal) == sent);
                // Only a frame that is whole tells anything.
                terminal.settle();
                assert_eq!(recorded(&terminal), sent);
                told = listed(&terminal);
            }
        }
        // Or as soon as the last of it is told.
        if dice.roll(2) == 0 {
            terminal.wait_until(|terminal| recorded(terminal) == sent);
        } else {
            spin(dice, 20);
        }
        let before = (self.size, recorded(&terminal));
        killer.strike();
        terminal.drain();
        self.reopen(&work, &[], sent);
        let found = found(&self.bench, before.0, "sight");
        assert!(found.len() >= before.1, "{} were told, {} are there", before.1, found.len());
        assert!(
            !told.is_empty() && told.iter().all(|scan| found.contains(scan)),
            "{told:?}, found: {found:?}"
        );
        (before.1, found.len() - before.1)
    }
}

/// Lets the program get on for a little while.
fn spin(dice: &mut Dice, bits: usize) {
    for _ in 0..dice.any_size(bits) {
        spin_loop();
    }
}

/// Starts the program on some work and kills it; gives what it told before.
fn killed(bench: &Bench, work: &Work, pace: Pace, dice: &mut Dice) -> Vec<Scanned> {
    let mut child = kuraban(bench).args(&work.args).spawn().unwrap();
    let mut input = child.stdin.take();
    let mut send = |text: &str| input.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut answer = || {
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        scan_of(line.trim_end()).unwrap_or_else(|| panic!("{line:?}"))
    };
    let lines: Vec<String> = work.barcodes.iter().map(|barcode| format!("{barcode}\n")).collect();
    let some = dice.roll(lines.len());
    let mut told: Vec<Scanned> = Vec::new();
    match pace {
        Pace::InTurn => {
            for line in &lines[..some] {
                send(line);
                told.push(answer());
            }
            send(&lines[some]);
        }
        Pace::AtOnce => {
            send(&lines.concat());
            told.extend((0..some).map(|_| answer()));
        }
        Pace::ToTheEnd => {
            send(&lines.concat());
            drop(input.take());
            told.extend(lines.iter().map(|_| answer()));
        }
        Pace::Blindly => send(&lines.concat()),
    }
    spin(dice, 17);
    child.kill().unwrap();
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    child.wait().unwrap();
    told.extend(scans_of(&rest));
    told
}

/// How many scans the screen says were recorded.
fn recorded(terminal: &Terminal) -> usize {
    let contents = terminal.screen.screen().contents();
    let count = contents.rsplit_once("recorded ").and_then(|(_, rest)| rest.split_whitespace().next());
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// The scans that stand in the list on the screen.
fn listed(terminal: &Terminal) -> Vec<Scanned> {
    let contents = terminal.screen.screen().contents();
    let told = contents.lines().filter_map(|line| line.split_once("✓ "));
    // The newest stands above the list too, in large letters.
    told.filter_map(|(_, line)| scan_of(line.trim_end())).filter(|(label, _)| !label.is_empty()).collect()
}

#[test]
fn whenever_it_is_killed_what_it_told_is_there_and_nothing_twice() {
    let rounds = times("KURABAN_CRASH_ROUNDS", USUAL);
    let (mut told, mut beyond, mut short) = (0, 0, 0);
    for life in 0..rounds.div_ceil(LIFE) {
        let mut ledger = Life::new(life % 2 == 1);
        for round in life * LIFE..rounds.min((life + 1) * LIFE) {
            let mut dice = Dice::of("crash", round);
            let on_screens = round % ON_SCREENS == ON_SCREENS - 1;
            eprintln!("round {round}");
            let (some, more) = if on_screens {
                ledger.on_the_screens(&mut dice)
            } else {
                ledger.on_the_command_line(&mut dice)
            };
            told += some;
            beyond += more;
        }
        let outside = ledger.bench.ok(&["media", "list", "--outside", "--json"]).json();
        let outside: Vec<&str> =
            outside.as_array().unwrap().iter().map(|medium| medium["barcode"].as_str().unwrap()).collect();
        let mut wanted = ledger.outside.clone();
        wanted.sort_unstable();
        assert_eq!(outside, wanted);
        short += ledger.short;
        drop(ledger.neighbour.take());
        assert_eq!(sound(&ledger.bench), ledger.size);
    }
    eprintln!(
        "{rounds} rounds: {told} scans told, {beyond} more recorded than told; {short} rounds cut short"
    );
    assert!(told > rounds && short > rounds / 4, "{told} scans, {short} cut short: too few to say anything");
}

//! Real disks that are full: the program says so in a sentence, what it told is there, reading goes on, and so does scanning
//! as soon as there is room.

use std::io::Write as _;
use std::process::Output;

use crate::dice::{Dice, times};
use crate::mounted::{Ballast, Disk, is_inside};
use crate::support::Bench;
use crate::terminal::Terminal;
use crate::told::{found, kuraban, scans_of, sound};

/// How many disks are filled, unless `KURABAN_FULL_DISKS` says otherwise.
const USUAL: usize = 8;
/// What is said in one language: of the ledger, of another file, and what to do.
#[derive(Debug, Clone, Copy)]
struct Told {
    lang: &'static str,
    what: &'static str,
    of_a_file: &'static str,
    next: &'static str,
}

const TOLD: [Told; 2] = [
    Told {
        lang: "en",
        what: "error: The disk is full; nothing was recorded.",
        of_a_file: " was not written: the disk is full.",
        next: "hint: Make room and try again.",
    },
    Told {
        lang: "ja",
        what: "エラー: ディスクに空きがありません。何も記録していません。",
        of_a_file: " を書き込めませんでした。ディスクに空きがありません。",
        next: "対処: 空きを作ってから、もう一度実行してください。",
    },
];
/// What only reads.
const READING: [&[&str]; 9] = [
    &["flags", "--min", "critical"],
    &["media", "show", "K00003L9"],
    &["media", "list", "--csv"],
    &["log", "--raw"],
    &["verify"],
    &["order", "list"],
    &["audit", "list"],
    &["place", "list"],
    &["policy", "list"],
];

/// How a ledger is when something befalls its disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Begin {
    /// Nobody has the ledger open.
    Rest,
    /// Another station has it open.
    Neighbour,
    /// Somebody was killed and has left a write-ahead log, and its index.
    Killed,
    /// The power was cut, which leaves no index of the log.
    Torn,
}

pub(crate) const BEGINS: [Begin; 4] = [Begin::Rest, Begin::Neighbour, Begin::Killed, Begin::Torn];

/// Runs the program to its end.
pub(crate) fn run(bench: &Bench, args: &[&str], stdin: &[u8]) -> Output {
    let mut child = kuraban(bench).args(args).spawn().unwrap();
    // Who has failed early has not read it.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Everything that only reads works.
#[track_caller]
pub(crate) fn can_be_read(bench: &Bench, why: &str) {
    for args in READING {
        let out = run(bench, args, b"");
        assert!(out.status.success() && !out.stdout.is_empty(), "{why}: {args:?}: {out:?}");
    }
}

/// Says that the disk is full, and ends with that.
#[track_caller]
fn is_told(out: &Output, told: Told, why: &str) {
    let said: Vec<&str> = text(&out.stderr).lines().collect();
    let [.., what, next] = said[..] else { panic!("{why}: {out:?}") };
    let full = what == told.what || what.ends_with(told.of_a_file);
    assert!(out.status.code() == Some(3) && full && next == told.next, "{why}, {}: {out:?}", told.lang);
}

/// A ledger, and who has it open.
pub(crate) fn beginning(disk: &Disk, begin: Begin) -> (Bench, Option<kuraban::app::Session>) {
    let bench = Bench::furnished_today_in(&disk.path);
    let marks = bench.path().join("marks").display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
    let held = (!matches!(begin, Begin::Rest)).then(|| bench.session());
    bench.ok(&["order", "new", "--purpose", "backup", "--until", "+4h", "K00006L9"]);
    bench.ok(&["media", "add", "--at", "V2", "K00007L9"]);
    bench.ok(&["audit", "open", "--at", "V2"]);
    bench.ok(&["checkpoint", "--heads"]);
    bench.ok(&["sight", "--at", "V1", "K00003L9"]);
    let ends: &[&str] = match begin {
        Begin::Rest | Begin::Neighbour => return (bench, held),
        Begin::Killed => &["", "-wal", "-shm"],
        Begin::Torn => &["", "-wal"],
    };
    // What lies there while it is open is what is left by who is killed.
    let file = |end: &str| kuraban::store::suffixed(&bench.ledger(), end);
    let left: Vec<_> = ends.iter().map(|end| std::fs::read(file(end)).unwrap()).collect();
    drop(held);
    for (end, bytes) in ends.iter().zip(left) {
        std::fs::write(file(end), bytes).unwrap();
    }
    (bench, None)
}

/// A stream of scans into a disk with so much room; gives how many were told, and how many were found.
fn stream(bench: &Bench, ballast: Ballast, told: Told, why: &str) -> (usize, usize) {
    let before = bench.verify()["size"].as_u64().unwrap();
    let labels: String = (0..400).map(|n| format!("K0000{}L9\n", 1 + n % 6)).collect();
    let out = run(bench, &["--lang", told.lang, "sight", "--at", "V1", "-"], labels.as_bytes());
    is_told(&out, told, why);
    let told_scans = scans_of(text(&out.stdout));
    let mut lines = text(&out.stdout).lines().count();
    can_be_read(bench, why);
    // The log of what was written ahead may be taken into the file when the program ends: then there is room for one more.
    for _ in 0..3 {
        let again = run(bench, &["--lang", told.lang, "sight", "--at", "V1", "K00001L9"], b"");
        lines += text(&again.stdout).lines().count();
        if !again.status.success() {
            is_told(&again, told, why);
        }
    }
    let shown = text(&run(bench, &["log", "--raw"], b"").stdout).lines().count();
    drop(ballast);
    let size = sound(bench);
    assert_eq!(u64::try_from(shown).unwrap(), size, "{why}");
    let there = found(bench, before, "sight");
    assert!((lines..=lines + 1).contains(&there.len()), "{why}: {lines} told, {there:?}");
    assert!(
        told.lang != "en" || there.starts_with(&told_scans) && told_scans.len() <= lines,
        "{why}: {told_scans:?}, {there:?}"
    );
    assert_eq!(size, before + there.len() as u64, "{why}");
    // And on it goes.
    let out = run(bench, &["sight", "--at", "V1", "-"], labels.as_bytes());
    assert!(out.status.success(), "{why}: {out:?}");
    sound(bench);
    (lines, there.len())
}

#[test]
fn a_stream_ends_where_the_disk_is_full_and_goes_on_when_there_is_room() {
    if !is_inside("full_disk::a_stream_ends_where_the_disk_is_full_and_goes_on_when_there_is_room") {
        return;
    }
    let disk = Disk::new("disk", "16m");
    let rounds = times("KURABAN_FULL_DISKS", USUAL);
    let (mut told, mut beyond) = (0, 0);
    for round in 0..rounds {
        let mut dice = Dice::of("full disk", round);
        let begin = BEGINS[round % 4];
        let (bench, held) = beginning(&disk, begin);
        let keep = u64::try_from(dice.any_size(8)).unwrap() * 4096;
        let why = format!("round {round}, {begin:?}, {keep} bytes left");
        eprintln!("{why}");
        let ballast = disk.fill(keep);
        let (some, found) = stream(&bench, ballast, TOLD[dice.roll(2)], &why);
        told += some;
        beyond += found - some;
        drop(held);
    }
    eprintln!("{rounds} full disks: {told} scans told, {beyond} more recorded than told");
}

/// What writes: the words, and the file that it would make.
const WRITING: [(&[&str], Option<&str>); 17] = [
    (&["sight", "--at", "V1", "K00001L9"], None),
    (&["check-out", "K00001L9", "K00002L9"], None),
    (&["media", "add", "N00001L9"], None),
    (&["media", "import", "list.csv", "--at", "V2"], None),
    (&["order", "new", "--purpose", "backup", "--until", "+4h", "K00001L9"], None),
    (&["order", "approve", "22", "--by", "A-1"], None),
    (&["audit", "open", "--at", "V1"], None),
    (&["person", "add", "B-9", "Suzuki", "--role", "operator"], None),
    (&["place", "add", "V9", "--kind", "vault"], None),
    (&["policy", "set", "order_required", "yes"], None),
    (&["checkpoint", "--heads"], None),
    (&["key", "rotate", "--with", "A-1"], None),
    (&["backup", "copy"], Some("copy")),
    (&["restore", "monday.backup"], None),
    (&["bundle", "K00001L9", "-o", "bundle"], Some("bundle")),
    (&["report", "monthly", "-o", "report"], Some("report")),
    (&["init", "--ledger", "new", "--site", "OSAKA", "--admin", "B-1", "--name", "Sato"], Some("new")),
];

/// The names in a directory, but for what SQLite makes beside the ledger, and the new key that waits until it is recorded.
fn names(bench: &Bench) -> Vec<String> {
    let all = std::fs::read_dir(bench.path()).unwrap().map(|file| file.unwrap().file_name());
    let mut all: Vec<String> = all.map(|name| name.into_string().unwrap()).collect();
    all.retain(|name| !["-shm", "-wal", ".key.new"].iter().any(|end| name.ends_with(end)));
    all.sort();
    all
}

#[test]
fn whatever_writes_says_that_the_disk_is_full_and_leaves_all_as_it_was() {
    if !is_inside("full_disk::whatever_writes_says_that_the_disk_is_full_and_leaves_all_as_it_was") {
        return;
    }
    let disk = Disk::new("disk", "16m");
    for (begin, keep) in [(Begin::Rest, 0), (Begin::Rest, 40960), (Begin::Neighbour, 0), (Begin::Torn, 4096)]
    {
        let (bench, held) = beginning(&disk, begin);
        bench.ok(&["backup", &bench.path().join("monday.backup").display().to_string()]);
        bench.file("list.csv", b"barcode\nN00002L9\nN00003L9\n");
        let (before, there) = (sound(&bench), names(&bench));
        let ballast = disk.fill(keep);
        for ((args, makes), told) in WRITING.iter().zip(TOLD.iter().cycle()) {
            // There may be room for the one, and the other does not even begin while another has the ledger open.
            if (args[0] == "bundle" && keep > 0) || (args[0] == "restore" && held.is_some()) {
                continue;
            }
            let why = format!("{begin:?}, {keep}: {args:?}");
            eprintln!("{why}");
            let out = run(&bench, &[&["--lang", told.lang], *args].concat(), b"");
            is_told(&out, *told, &why);
            assert!(makes.is_none_or(|file| !bench.path().join(file).exists()), "{why}");
            assert_eq!(names(&bench), there, "{why}");
        }
        can_be_read(&bench, "after all");
        drop((ballast, held));
        assert_eq!(sound(&bench), before, "{begin:?}");
        for (args, _) in WRITING {
            let out = run(&bench, args, b"");
            assert!(out.status.success(), "{begin:?}, with room: {args:?}: {out:?}");
        }
    }
}

#[test]
fn the_screens_say_that_the_disk_is_full_and_go_on_when_there_is_room() {
    if !is_inside("full_disk::the_screens_say_that_the_disk_is_full_and_go_on_when_there_is_room") {
        return;
    }
    let disk = Disk::new("disk", "16m");
    // There may be room for the index of the log, and none for an entry.
    let little = |begin: &Begin| if matches!(begin, Begin::Rest | Begin::Torn) { 40_960 } else { 8192 };
    for (begin, keep) in BEGINS.into_iter().flat_map(|begin| [(begin, 0), (begin, little(&begin))]) {
        let why = format!("{begin:?}, {keep} bytes left");
        eprintln!("{why}");
        let (bench, held) = beginning(&disk, begin);
        let before = sound(&bench);
        // In the middle of the work, and before it begins.
        for open in [true, false] {
            let mut ballast = (!open).then(|| disk.fill(keep));
            let mut terminal = Terminal::open(&bench, &[]);
            terminal.sign_on();
            terminal.send(b"KB-SIGHT\rV1\r");
            terminal.wait_for("place: V1");
            ballast = ballast.or_else(|| Some(disk.fill(0)));
            for label in ["K00001L9", "K00002L9"] {
                terminal.send(format!("{label}\r").as_bytes());
                terminal.wait_for(&format!("{label} NOT RECORDED"));
                assert!(terminal.shows("The disk is full") && terminal.shows("recorded 0"), "{why}");
            }
            // What only reads goes on.
            terminal.send(b"\x1b4");
            terminal.wait_for("registration");
            terminal.send(b"1");
            terminal.wait_for("place: V1");
            drop(ballast);
            terminal.send(b"K00003L9\r");
            terminal.wait_for("recorded 1");
            terminal.send(b"\x1bq");
            assert_eq!(terminal.end().0, 0, "{why}");
        }
        drop(held);
        assert_eq!(sound(&bench), before + 2, "{why}");
        let labels = found(&bench, before, "sight").into_iter().map(|(label, _)| label);
        assert!(labels.eq(["K00003L9"; 2]), "{why}");
    }
}

#[test]
fn what_goes_elsewhere_and_finds_no_room_there_keeps_nobody_from_working() {
    if !is_inside("full_disk::what_goes_elsewhere_and_finds_no_room_there_keeps_nobody_from_working") {
        return;
    }
    let (disk, other) = (Disk::new("disk", "16m"), Disk::new("other", "1m"));
    let bench = Bench::furnished_today_in(&disk.path);
    for (name, directory) in [("KURABAN_MARKS", "marks"), ("KURABAN_NOTES", "notes")] {
        let path = other.path.join(directory);
        std::fs::create_dir(&path).unwrap();
        bench.vars.borrow_mut().insert(name.to_owned(), path.display().to_string());
    }
    let notes = || std::fs::read_dir(other.path.join("notes")).unwrap().count();
    let size = bench.verify()["size"].as_u64().unwrap();
    let ballast = other.fill(0);
    let labels = b"K00001L9\nK00002L9\nK00003L9\n";
    let out = run(&bench, &["sight", "--at", "V1", "-"], labels);
    assert!(out.status.success() && out.stderr == b"3 recorded, 0 refused.\n", "{out:?}");
    // That its note did not go out is told, with the note in hand.
    for (lang, told) in [("en", "the disk is full"), ("ja", "ディスクに空きがありません")] {
        let out = run(&bench, &["--lang", lang, "checkpoint"], b"");
        assert!(out.status.code() == Some(1) && text(&out.stderr).contains(told), "{out:?}");
        let note = bench.file("note", &out.stdout);
        assert_eq!(bench.verified(&[&note]).code(0).json()["verdict"], "anchored");
    }
    assert_eq!(notes(), 0);
    drop(ballast);
    let out = run(&bench, &["checkpoint"], b"");
    assert!(out.status.success(), "{out:?}");
    assert_eq!((notes(), sound(&bench)), (1, size + 6));
}

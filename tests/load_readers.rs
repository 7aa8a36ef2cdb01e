//! Readers that never come to an end keep nobody from taking the write-ahead log into the file: while others scan, it stays
//! short, and what the readers print in the end is what there was when they began.

use std::io::Read;
use std::process::Child;

use crate::dice::times;
use crate::forgery::bodies;
use crate::load_work::{Desk, Told};
use crate::support::Bench;
use crate::terminal::Terminal;
use crate::told::{found, kuraban, sound};

/// How many scans others record meanwhile, unless `KURABAN_LOAD_SCANS` says otherwise.
const USUAL: usize = 3000;
/// How many media there are: so many that no list of them goes into a pipe that nobody reads.
const MEDIA: usize = 4000;
/// Bytes that the write-ahead log may have: four times those at which SQLite takes it in.
const MOST: u64 = 4 * 1000 * 4096;

/// The lists, each of more than a pipe holds.
const LISTS: [&[&str]; 7] = [
    &["log", "--csv"],
    &["log", "--raw"],
    &["log", "--json"],
    &["log"],
    &["media", "list", "--csv"],
    &["media", "list", "--json"],
    &["media", "list"],
];

/// A reader that has printed its first byte, and of which nobody takes any more.
fn begun(bench: &Bench, args: &[&str]) -> (Child, u8) {
    let mut child = kuraban(bench).args(args).spawn().unwrap();
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    (child, first[0])
}

#[test]
fn a_reader_that_never_ends_does_not_let_the_write_ahead_log_grow() {
    let bench = Bench::furnished_today();
    let media: Vec<String> = (0..MEDIA).map(|n| format!("L{n:05}L9")).collect();
    let list: String = media.iter().map(|label| format!("{label}\n")).collect();
    let file = bench.file("list.csv", format!("barcode\n{list}").as_bytes());
    bench.ok(&["media", "import", "--at", "V1", &file]);
    let size = sound(&bench);
    let wanted = LISTS.map(|args| bench.ok(args).out);
    let raw: String = bodies(&bench.raw()).iter().map(|body| format!("{body}\n")).collect();
    assert!(wanted[1] == raw, "each entry once, in their order");
    let readers = LISTS.map(|args| begun(&bench, args));
    let mut screens = Terminal::open(&bench, &[]);
    screens.sign_on();
    let scans = times("KURABAN_LOAD_SCANS", USUAL);
    let (desk, mut told) = (Desk::at(&bench), Told::default());
    for some in media.iter().cycle().take(scans).collect::<Vec<_>>().chunks(500) {
        let some: Vec<String> = some.iter().map(|label| (*label).clone()).collect();
        desk.scan(("B-2", "sight"), &["sight", "--at", "V1", "-"], &some, false, &mut told);
        let has = desk.ahead();
        assert!(has < MOST, "after {} scans the write-ahead log has {has} bytes", told.numbered.len());
    }
    eprintln!("after {scans} scans the write-ahead log has {} KiB", desk.ahead() / 1024);
    for ((args, wanted), (child, first)) in LISTS.iter().zip(wanted).zip(readers) {
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        let printed = [&[first][..], &out.stdout].concat();
        assert!(printed == wanted.as_bytes(), "{args:?}: {} bytes of {}", printed.len(), wanted.len());
    }
    sound(&bench);
    let sights: Vec<_> = told.numbered.iter().map(|(seq, (_, label))| (label.clone(), *seq)).collect();
    assert_eq!(found(&bench, size, "sight"), sights);
    screens.send(b"q");
}

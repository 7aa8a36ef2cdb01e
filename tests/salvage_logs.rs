//! Write-ahead logs that are half written, hit or left over, and copies from other times: what is saved of them was recorded, and
//! is of this ledger and this life.

use std::collections::BTreeSet;

use kuraban::store::suffixed;

use crate::damage::{PAGE, salvaged};
use crate::dice::Dice;
use crate::support::Bench;

/// The bytes before the first frame of a write-ahead log, and before the page of each.
const HEADER: usize = 32;
const FRAME: usize = 24;

/// A ledger that a station has open, with what was recorded meanwhile in its write-ahead log: the file, the log, and the lines.
fn logged() -> (Bench, Vec<u8>, Vec<u8>, Vec<String>) {
    let bench = Bench::furnished();
    let boxes: Vec<String> = (100..190).map(|at| format!("BOX-{}-{at}", "LONG".repeat(12))).collect();
    let all = boxes.iter().map(String::as_str);
    bench.ok(&["media", "add", "--at", "V2"].into_iter().chain(all).collect::<Vec<_>>());
    let number =
        bench.ok(&["audit", "open", "--by", "X-1", "--at", "V2", "--json"]).json()["number"].to_string();
    bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    let station = bench.session();
    station.size().unwrap();
    // An entry that fills two pages, and stands in the log alone.
    let memory = bench.file("memory", format!("V2\n{}\n", boxes.join("\n")).as_bytes());
    bench.ok(&["audit", "scan", "--by", "B-2", &number, "--file", &memory]);
    for barcode in ["K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9", "K00006L9"] {
        bench.ok(&["check-out", barcode]);
        bench.ok(&["check-in", "--to", "V1-A", barcode]);
    }
    let file = std::fs::read(bench.ledger()).unwrap();
    let log = std::fs::read(suffixed(&bench.ledger(), "-wal")).unwrap();
    let lines = bench.ok(&["log", "--raw"]).out.lines().map(str::to_owned).collect();
    drop(station);
    (bench, file, log, lines)
}

/// Puts file and log in the ledger's place.
fn put(bench: &Bench, file: &[u8], log: &[u8]) {
    let _ = std::fs::remove_file(suffixed(&bench.ledger(), "-shm"));
    std::fs::write(bench.ledger(), file).unwrap();
    std::fs::write(suffixed(&bench.ledger(), "-wal"), log).unwrap();
}

/// How many entries SQLite finds in the file with this log.
fn found(bench: &Bench) -> usize {
    crate::forgery::bodies(&bench.raw()).len()
}

#[test]
fn a_log_that_is_cut_anywhere_ends_with_a_commit_for_the_ledger_and_the_salvage() {
    let (bench, file, log, lines) = logged();
    let frames = (log.len() - HEADER) / (FRAME + PAGE);
    assert!(frames > 60 && lines.len() == 125, "{frames} {}", lines.len());
    let marks = bench.path().join("marks").display().to_string();
    let mut dice = Dice::of("a log that is cut", 0);
    let mut sizes = BTreeSet::new();
    for frame in 0..=frames {
        let whole = HEADER + frame * (FRAME + PAGE);
        for end in [whole, whole + 1 + dice.roll(FRAME + PAGE - 1)] {
            let cut = log.get(..end).unwrap_or(&log);
            put(&bench, &file, cut);
            let saved = salvaged(&bench.ledger());
            let size = found(&bench);
            assert_eq!(saved, lines[..size], "{end} bytes");
            sizes.insert(size);
        }
        if frame % 16 == 0 {
            // Nothing contradicts itself; a station that has seen more does not believe it.
            bench.holds();
            bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks.clone());
            put(&bench, &file, &log);
            bench.holds();
            put(&bench, &file, &log[..whole]);
            let verdict = bench.verify();
            assert!(verdict["verdict"] == "rolled_back" || whole == log.len(), "{verdict}");
            bench.vars.borrow_mut().remove("KURABAN_MARKS");
        }
    }
    assert_eq!(sizes, (112..=125).collect());
}

#[test]
fn what_was_committed_after_a_break_in_the_log_is_saved_too() {
    let (bench, file, log, lines) = logged();
    let frames = (log.len() - HEADER) / (FRAME + PAGE);
    let mut more = 0;
    for hit in 0..frames {
        let page = HEADER + hit * (FRAME + PAGE) + FRAME;
        let mut broken = log.clone();
        broken[page..page + PAGE].fill(0xa5);
        put(&bench, &file, &broken);
        let saved = salvaged(&bench.ledger());
        // Each commit writes the page with the newest entries once more: only the last is in no other frame.
        let gone = lines.iter().filter(|line| !saved.contains(line)).count();
        assert!(gone <= 1, "frame {hit}: {gone} are gone");
        assert!(saved.iter().eq(lines.iter().filter(|line| saved.contains(line))), "frame {hit}");
        let size = found(&bench);
        assert!(saved.len() >= size);
        more += saved.len() - size;
    }
    assert!(more > 100, "{more}");
    // Its beginning decides what SQLite believes at all.
    for byte in [0, 9, 17, 25] {
        let mut broken = log.clone();
        broken[byte] ^= 0x55;
        put(&bench, &file, &broken);
        let saved = salvaged(&bench.ledger());
        assert!(
            saved.len() > 120 && saved.iter().all(|line| lines.contains(line)),
            "{byte}: {}",
            saved.len()
        );
    }
}

#[test]
fn a_commit_that_another_took_the_place_of_is_not_saved() {
    let bench = Bench::furnished();
    bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
    let station = bench.session();
    station.size().unwrap();
    let log = suffixed(&bench.ledger(), "-wal");
    bench.ok(&["check-out", "K00001L9"]);
    let (file, before) = (std::fs::read(bench.ledger()).unwrap(), std::fs::read(&log).unwrap());
    let list: String = (100..160).map(|at| format!("N00{at}L9\n")).collect();
    let list = bench.file("list.csv", format!("barcode\n{list}").as_bytes());
    bench.ok(&["media", "import", &list, "--at", "V2"]);
    let vain = std::fs::read(&log).unwrap();
    drop(station);
    // The power failed before the import was told, and took its first frames; then something else was recorded.
    put(&bench, &file, &before);
    let station = bench.session();
    station.size().unwrap();
    bench.ok(&["check-out", "K00002L9"]);
    let now = std::fs::read(&log).unwrap();
    let lines = crate::forgery::bodies(&bench.raw());
    drop(station);
    assert!(now.starts_with(&before) && vain.starts_with(&before) && vain.len() > now.len() + 5 * PAGE);
    put(&bench, &file, &[&now, &vain[now.len()..]].concat());
    assert_eq!(salvaged(&bench.ledger()), lines);
    assert_eq!(found(&bench), lines.len());
}

#[test]
fn a_log_stays_beside_a_file_that_is_no_ledger_any_more() {
    let (bench, file, log, lines) = logged();
    let other = bench.path().join("other");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let spoilt = |bytes: usize| {
        let mut file = file.clone();
        file[..bytes].fill(0);
        file
    };
    for (what, file) in [
        ("empty", Vec::new()),
        ("without its first bytes", spoilt(16)),
        ("without its first page", spoilt(PAGE)),
        ("another one", std::fs::read(&other).unwrap()),
    ] {
        for command in [
            &["verify"][..],
            &["flags"],
            &["media", "list"],
            &["check-out", "K00001L9"],
            &["backup", &bench.path().join("copy").display().to_string()],
        ] {
            put(&bench, &file, &log);
            let run = bench.run(command);
            assert!(run.code == 2 || run.code == 3, "{what}: {run:?}");
            let beside = suffixed(&bench.ledger(), "-wal");
            assert!(std::fs::read(bench.ledger()).unwrap() == file, "{what}: {command:?} wrote into it");
            assert!(std::fs::read(beside).is_ok_and(|left| left == log), "{what}: {command:?}");
        }
        let saved = salvaged(&bench.ledger());
        assert!(saved.len() > 12 && saved.iter().all(|line| lines.contains(line)), "{what}: {}", saved.len());
    }
}

/// The lines of a damaged file with what copies of it have.
fn filled(bench: &Bench, file: &[u8], copies: &[&str]) -> Vec<String> {
    let path = bench.file("damaged", file);
    let backups = copies.iter().flat_map(|copy| ["--backup", copy]);
    let run = bench.run(&["salvage", &path].into_iter().chain(backups).collect::<Vec<_>>());
    assert!(run.code <= 1, "{run:?}");
    run.out.lines().map(str::to_owned).collect()
}

#[test]
fn what_an_older_copy_has_fills_the_gaps_and_nothing_of_another_life_or_ledger_does() {
    let sights = |bench: &Bench, count: usize| {
        let labels = "K00001L9\nK00002L9\nK00003L9\nK00004L9\nK00005L9\n".repeat(count);
        bench.run_with(&["sight", "--at", "V1-A", "-"], labels.as_bytes()).code(0);
    };
    let bench = Bench::furnished();
    let path = |name: &str| bench.path().join(name).display().to_string();
    let (old, new, foreign) = (path("old"), path("new"), path("foreign"));
    sights(&bench, 6);
    bench.ok(&["backup", &old]);
    sights(&bench, 6);
    bench.ok(&["backup", &new]);
    let stranger = Bench::stranger();
    stranger.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    stranger.ok(&["place", "add", "V1", "--kind", "vault"]);
    stranger.ok(&["backup", &foreign]);
    // Each page in turn is gone; all that the copy has is there all the same.
    let (file, lines) = (bench.photo().ledger().to_vec(), crate::forgery::bodies(&bench.raw()));
    let size = 21 + 30;
    let mut helped = 0;
    for page in 0..file.len() / PAGE {
        let mut hit = file.clone();
        hit[page * PAGE..(page + 1) * PAGE].fill(0);
        let alone = filled(&bench, &hit, &[]);
        let both = filled(&bench, &hit, &[&foreign, &old]);
        let expected = lines.iter().zip(1..).filter(|(line, seq)| *seq <= size || alone.contains(line));
        assert!(
            both.iter().eq(expected.map(|(line, _)| line)),
            "page {page}: {} and {}",
            alone.len(),
            both.len()
        );
        helped += both.len() - alone.len();
    }
    assert!(helped > 40, "{helped}");
    // After a restore another life begins: what the first one came to is in no gap of it.
    bench.ok(&["restore", &old]);
    sights(&bench, 3);
    let (file, lines) = (bench.photo().ledger().to_vec(), crate::forgery::bodies(&bench.raw()));
    for page in 0..file.len() / PAGE {
        let mut hit = file.clone();
        hit[page * PAGE..(page + 1) * PAGE].fill(0);
        let alone = filled(&bench, &hit, &[]);
        let both = filled(&bench, &hit, &[&new, &foreign]);
        assert!(both.len() >= alone.len() && both.iter().all(|line| lines.contains(line)), "page {page}");
    }
}

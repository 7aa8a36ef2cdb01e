//! Damaged files: cut, hit, half written. Whatever they are, the program says so in a sentence, and every entry that is still
//! there is saved as it was recorded.

use kuraban::store::suffixed;
use serde_json::Value;

use crate::damage::{PAGE, lines, salvaged, whole};
use crate::dice::{Dice, times};
use crate::support::{Bench, Run};

/// A bench with this in the place of its ledger.
fn damaged(file: &[u8]) -> Bench {
    let bench = whole().photo.bench();
    std::fs::write(bench.ledger(), file).unwrap();
    bench
}

/// Says what is wrong, in words and with the code for it.
#[track_caller]
fn is_told(bench: &Bench, what: &str) -> Run {
    let json = bench.run(&["verify", "--json"]);
    if json.out.is_empty() {
        assert!(json.code == 3 && json.err.contains("kuraban salvage"), "{what}: {json:?}");
    } else {
        let verdict = json.json()["verdict"].as_str().unwrap().to_owned();
        let code = match verdict.as_str() {
            "damaged" => 3,
            "tampered" => 1,
            // What is hit may have held nothing any more.
            _ => 0,
        };
        assert_eq!(json.code, code, "{what}: {json:?}");
    }
    let flags = bench.run(&["flags"]);
    assert!(flags.code <= 1 || flags.code == 3 && flags.err.starts_with("error: "), "{what}: {flags:?}");
    json
}

/// Asserts that these lines were saved and no others; by their numbers, for lines are long.
#[track_caller]
fn same(found: &[String], expected: &[&str], what: &str) {
    let number = |line: &str| line.split([':', ',']).nth(3).map(str::to_owned);
    let found_numbers: Vec<_> = found.iter().map(|line| number(line)).collect();
    let numbers: Vec<_> = expected.iter().map(|line| number(line)).collect();
    assert_eq!(found_numbers, numbers, "{what}");
    assert!(found == expected, "{what}");
}

#[test]
fn a_file_that_is_cut_at_any_page_gives_every_entry_that_is_left() {
    let (whole, mut before) = (whole(), 0);
    for pages in 0..=whole.pages() {
        let bench = damaged(&whole.file[..pages * PAGE]);
        let expected = whole.without(|page| page >= pages);
        same(&salvaged(&bench.ledger()), &expected, &format!("{pages} pages"));
        let told = is_told(&bench, &format!("{pages} pages"));
        let verdict = if pages == 0 {
            ""
        } else if pages == whole.pages() {
            "consistent_unanchored"
        } else {
            "damaged"
        };
        assert!(told.out.contains(verdict), "{pages} pages: {told:?}");
        // Where no more was saved than with the page before, nothing else would come of it.
        if pages < whole.pages() && expected.len() > before {
            begins_anew(&bench, &expected, before % 2 == 0);
            before = expected.len();
        }
    }
}

/// Makes a ledger of what was saved, with what else is left in the damaged file or without, and goes on with it.
fn begins_anew(bench: &Bench, saved: &[&str], kept: bool) {
    let what = format!("{} saved, {kept}", saved.len());
    let (file, aside) = (bench.file("saved", lines(saved).as_bytes()), bench.file("aside", b""));
    std::fs::rename(bench.ledger(), &aside).unwrap();
    let mut args = vec!["init", "--from", &file];
    args.extend(kept.then_some(["--kept", &aside]).into_iter().flatten());
    let run = bench.run(&args);
    let prefix = whole().prefix(saved);
    if prefix < 3 {
        assert!(run.code == 3 && run.err.contains("not the first entries"), "{what}: {run:?}");
        assert!(!bench.ledger().exists(), "{what}");
        return;
    }
    assert_eq!(run.code, 0, "{what}: {run:?}");
    let log = bench.ok(&["log", "--raw"]).out;
    let mut now = log.lines();
    assert!(now.by_ref().take(prefix).eq(saved.iter().take(prefix).copied()), "{what}");
    let restore: Value = serde_json::from_str(now.next().unwrap()).unwrap();
    let last = saved.last().and_then(|line| serde_json::from_str::<Value>(line).ok()).unwrap();
    assert_eq!(restore["kind"], "restore", "{what}");
    assert!(restore["data"]["size"].as_u64() >= last["seq"].as_u64(), "{what}: {restore}");
    // What there is by then can be worked with.
    let registered = saved.iter().take(prefix).any(|line| line.contains("K00004L9"));
    let next: &[&str] = if registered {
        &["sight", "--at", "V1-A", "K00004L9"]
    } else {
        &["place", "add", "NEW", "--kind", "vault"]
    };
    bench.ok(next);
    let verdict = bench.verify();
    assert_eq!(verdict["verdict"], "restored", "{what}: {verdict}");
    assert_eq!(verdict["restores"][0]["at"], prefix as u64 + 1, "{what}: {verdict}");
}

#[test]
fn a_page_of_rubbish_takes_nothing_but_what_stood_in_it() {
    let whole = whole();
    let mut dice = Dice::of("a page of rubbish", 0);
    for hit in 0..whole.pages() {
        let bench = damaged(&whole.hit(hit, &mut dice));
        let expected = whole.without(|page| page == hit);
        same(&salvaged(&bench.ledger()), &expected, &format!("page {hit}"));
        is_told(&bench, &format!("page {hit}"));
    }
}

/// A file after something has happened to it.
fn mangled(file: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..=dice.roll(6) {
        let (pages, at) = (file.len() / PAGE, dice.roll(file.len().max(1)));
        let page = |dice: &mut Dice| dice.roll(pages.max(1)) * PAGE;
        match dice.roll(6) {
            0 => file.iter_mut().skip(at).take(dice.any_size(14)).for_each(|byte| *byte = 0),
            1 => file.iter_mut().skip(at).take(dice.any_size(14)).for_each(|byte| *byte ^= 0x5a),
            2 => file.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.roll(8)),
            3 if pages > 1 => {
                let (from, to) = (page(dice), page(dice));
                file.copy_within(from..from + PAGE, to);
            }
            4 => file.truncate(file.len() - dice.any_size(15).min(file.len())),
            _ => drop(file.splice(at..at, std::iter::repeat_n(7, dice.any_size(10)))),
        }
    }
    file
}

#[test]
fn whatever_happens_to_a_file_only_what_was_recorded_is_saved() {
    let whole = whole();
    let mut most = 0;
    for round in 0..times("KURABAN_SALVAGE", 60) {
        let mut dice = Dice::of("whatever happens", round);
        let bench = damaged(&mangled(&whole.file, &mut dice));
        let saved = salvaged(&bench.ledger());
        let mut all = whole.lines.iter();
        assert!(saved.iter().all(|line| all.any(|one| one == line)), "round {round}");
        most = most.max(saved.len());
        if round % 4 == 0 {
            is_told(&bench, &format!("round {round}"));
        }
    }
    assert!(most > 300, "{most}");
}

#[test]
fn rubbish_gives_nothing() {
    let whole = whole();
    let words: [&[u8]; 6] = [
        b"{\"v\":1,\"seq\":",
        b"SQLite format 3\0\x10\0",
        b"\x06\0\x87\x01\x4c",
        b"\x05\x4c\x4c\x81",
        b"kuraban/TOKYO/",
        b"\x0d\0\0\0",
    ];
    let bench = whole.photo.bench();
    for round in 0..times("KURABAN_SALVAGE", 60) {
        let mut dice = Dice::of("rubbish", round);
        let part = |dice: &mut Dice| -> Vec<u8> {
            match dice.roll(4) {
                0 => words[dice.roll(words.len())].to_vec(),
                // Parts of true entries, without their hashes.
                1 => {
                    let line = &whole.lines[dice.roll(whole.lines.len())];
                    line.as_bytes()[..dice.roll(line.len())].to_vec()
                }
                _ => (0..dice.any_size(10)).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect(),
            }
        };
        let file: Vec<u8> = (0..dice.roll(300)).flat_map(|_| part(&mut dice)).collect();
        std::fs::write(bench.ledger(), &file).unwrap();
        std::fs::write(suffixed(&bench.ledger(), "-wal"), mangled(&file, &mut dice)).unwrap();
        assert_eq!(salvaged(&bench.ledger()), Vec::<String>::new(), "round {round}");
    }
    let run = bench.run(&["salvage", &bench.ledger().display().to_string()]).code(3);
    assert!(run.out.is_empty() && run.err.contains("No entry of a ledger is left"), "{run:?}");
}

/// Salvages the ledger of a bench, with its path and everything random left out of what is said.
fn told(bench: &Bench, more: &[&str]) -> Run {
    let ledger = bench.ledger().display().to_string();
    let run = bench.run(&[&["salvage", &ledger], more].concat());
    Run { err: run.err.replace(&bench.path().display().to_string(), "…"), ..run }
}

#[test]
fn what_is_missing_is_told_with_a_code_that_says_so() {
    let whole = whole();
    let (count, all) =
        (whole.lines.len(), lines(&whole.lines.iter().map(String::as_str).collect::<Vec<_>>()));
    let bench = whole.photo.bench();
    let run = told(&bench, &[]).code(0);
    assert!(
        run.out == all && run.err.contains(&format!("All {count} entries verify; nothing is missing")),
        "{run:?}"
    );
    // Into a file, and never over one.
    let output = bench.path().join("saved").display().to_string();
    let run = told(&bench, &["-o", &output]).code(0);
    assert!(run.out.is_empty() && std::fs::read_to_string(&output).unwrap() == all, "{run:?}");
    let run = told(&bench, &["-o", &output]).code(3);
    assert!(run.err.contains("already exists"), "{run:?}");
    bench.run(&["salvage", &bench.path().join("missing").display().to_string()]).code(3);
    bench.run(&["salvage", &bench.path().display().to_string()]).code(3);
    // Its head row is gone: everything is there, but nothing says so; until a note does, or the station.
    let key = bench.signer().key().public().0;
    let mut headless = whole.file.clone();
    for page in headless.chunks_mut(PAGE).filter(|page| memchr::memmem::find(page, &key).is_some()) {
        page.fill(0);
    }
    let bench = damaged(&headless);
    let note = memchr::memmem::find(&headless, format!("/1\n{count}\n").as_bytes()).unwrap();
    let mut noteless = headless.clone();
    noteless[note / PAGE * PAGE..(note / PAGE + 1) * PAGE].fill(0);
    assert_eq!(told(&bench, &[]).code(0).out, all, "the note that is kept says so");
    std::fs::write(bench.ledger(), &noteless).unwrap();
    let run = told(&bench, &[]).code(1);
    assert!(run.out == all && run.err.contains(&format!("after entry {count} is not known")), "{run:?}");
    let kept = whole.photo.bench();
    let note = kept.ok(&["checkpoint", "--last"]).out;
    let note = bench.file("note", note.as_bytes());
    told(&bench, &["--against", &note]).code(0);
    kept.ok(&["place", "add", "NEW", "--kind", "vault"]);
    let later = bench.file("later", kept.ok(&["checkpoint"]).out.as_bytes());
    let run = told(&bench, &["--against", &note, "--against", &later]).code(1);
    assert!(run.err.contains(&format!("had come to entry {}", count + 2)), "{run:?}");
    assert!(run.err.contains(&format!("Missing (2): {} to {}.", count + 1, count + 2)), "{run:?}");
    let marks = bench.path().join("marks").display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
    std::fs::write(bench.ledger(), &whole.file).unwrap();
    bench.holds();
    std::fs::write(bench.ledger(), &noteless[..noteless.len() - PAGE]).unwrap();
    let run = told(&bench, &[]).code(1);
    assert!(run.err.contains(&format!("had come to entry {count}")), "{run:?}");
}

#[test]
fn a_forged_entry_is_not_saved_for_the_entries_around_it_and_the_signed_head_tell() {
    for (seq, forged) in [(9, "\"station\":\"x"), (21, "\"station\":\"x"), (22, "\"station\":\"x")] {
        let bench = Bench::furnished();
        bench.ok(&["checkpoint"]);
        let before = crate::forgery::bodies(&bench.raw());
        crate::forgery::untriggered(&bench, |raw| {
            let body = before[seq - 1].replacen("\"station\":\"", forged, 1);
            let hash = kuraban::ledger::entry::entry_hash(body.as_bytes());
            let sql = "UPDATE event SET body = ?1, hash = ?2 WHERE seq = ?3";
            raw.execute(sql, rusqlite::params![body, hash.0, seq.cast_signed()]).unwrap();
        });
        bench.raw().execute_batch("VACUUM").unwrap();
        bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
        let run = told(&bench, &[]).code(1);
        let left: Vec<&str> = run.out.lines().collect();
        assert_eq!(left.len(), 21, "{seq}: {run:?}");
        assert!(run.err.contains(&format!("Missing (1): {seq}.")), "{run:?}");
        assert!(left.iter().all(|line| before.iter().any(|one| one == line)));
    }
}

#[test]
fn an_entry_that_was_hit_is_not_saved_although_nothing_after_it_tells() {
    let bench = Bench::furnished();
    let lines = crate::forgery::bodies(&bench.raw());
    let (mut file, key) = (bench.photo().ledger().to_vec(), bench.signer().key().public().0);
    for page in file.chunks_mut(PAGE).filter(|page| memchr::memmem::find(page, &key).is_some()) {
        page.fill(0);
    }
    // Only a letter is another one: it is still spelt as an entry is.
    let last = lines.last().unwrap();
    let places: Vec<usize> = memchr::memmem::find_iter(&file, last).collect();
    assert!(!places.is_empty());
    for at in places {
        file[at + last.find("vault-door-1").unwrap()] = b'w';
    }
    std::fs::write(bench.ledger(), file).unwrap();
    assert_eq!(salvaged(&bench.ledger()), lines[..lines.len() - 1]);
}

#[test]
fn pages_of_another_size_are_read_too() {
    for size in [512, 1024, 65_536] {
        let bench = whole().photo.bench();
        let raw = bench.raw();
        raw.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).unwrap();
        raw.execute_batch(&format!("PRAGMA page_size = {size}; VACUUM")).unwrap();
        drop(raw);
        let run = told(&bench, &[]).code(0);
        assert!(run.out.lines().eq(whole().lines.iter().map(String::as_str)), "{size}");
    }
}

/// What is said of a damaged ledger and of one that is made anew.
fn transcript(lang: &str) -> String {
    let whole = whole();
    let gone = [whole.page_of(100), whole.page_of(200), whole.pages() - 1];
    let mut file = whole.file.clone();
    for page in gone {
        file[page * PAGE..(page + 1) * PAGE].fill(0);
    }
    let bench = damaged(&file);
    bench.vars.borrow_mut().insert("KURABAN_LANG".to_owned(), lang.to_owned());
    let mut told = String::new();
    let mut run = |words: &[&str]| {
        let run = bench.run(words);
        let path = bench.path().display().to_string();
        let printed = if words.contains(&"salvage") { String::new() } else { run.out.clone() };
        told += &format!("$ kuraban {}\n{printed}{}[{}]\n\n", words.join(" "), run.err, run.code)
            .replace(&path, "…");
        run
    };
    let ledger = bench.ledger().display().to_string();
    run(&["verify"]);
    let saved = run(&["salvage", &ledger]).out;
    let saved = bench.file("saved", saved.as_bytes());
    run(&["init", "--from", &saved]);
    let aside = bench.path().join("damaged").display().to_string();
    std::fs::rename(&ledger, &aside).unwrap();
    run(&["init", "--from", &saved, "--kept", &aside]);
    run(&["verify"]);
    std::fs::rename(&ledger, bench.path().join("first")).unwrap();
    run(&["init", "--from", &saved]);
    run(&["sight", "--by", "B-2", "--at", "V1-A", "K00004L9"]);
    run(&["log", "--since", "2026-11-24"]);
    told
}

#[test]
fn what_is_said_of_damage_in_english() {
    insta::assert_snapshot!(transcript("en"));
}

#[test]
fn what_is_said_of_damage_in_japanese() {
    insta::assert_snapshot!(transcript("ja"));
}

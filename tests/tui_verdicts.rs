//! Every verdict on the screens: in the header a word, on the ledger's screen what it means and what to do.

use std::time::Duration;

use crossterm::event::KeyCode;
use kuraban::app::{Beside, Outside, Report, Session};
use kuraban::i18n::{Keeping, Lang, Text};
use kuraban::ledger::checkpoint::Checkpoint;
use kuraban::ledger::entry::entry_hash;
use kuraban::ledger::verdict::Verdict;
use kuraban::tui::message::Message;
use rusqlite::params;
use unicode_width::UnicodeWidthStr as _;

use crate::forgery::{bodies, forge, untriggered};
use crate::support::Bench;
use crate::tui_screen::Screen;

fn beside(bench: &Bench) -> Beside {
    let directory = |name: &str| Some(bench.path().join(name));
    Beside { marks: directory("marks"), notes: directory("notes"), ..Beside::default() }
}

/// What the screens' own check says: with what the station remembers, and the notes that were written outside.
fn check(bench: &Bench) -> Report {
    let busy = Duration::from_secs(1);
    Session::verify(&bench.ledger(), busy, Outside::default(), &beside(bench), &mut |_, _| {}).unwrap()
}

fn station() -> Bench {
    let bench = Bench::furnished();
    std::fs::create_dir(bench.path().join("notes")).unwrap();
    for name in ["marks", "notes"] {
        let path = bench.path().join(name).display().to_string();
        bench.vars.borrow_mut().insert(format!("KURABAN_{}", name.to_uppercase()), path);
    }
    bench
}

/// A ledger of each verdict, come about as it would.
fn ledger(verdict: Verdict) -> Bench {
    let bench = station();
    match verdict {
        Verdict::Consistent => {}
        Verdict::Anchored => drop(bench.ok(&["checkpoint"])),
        Verdict::Irregular => {
            bench.ok(&["check-out", "K00001L9"]);
            forge(&bench, 22, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"X-1\"", 1));
            std::fs::remove_dir_all(bench.path().join("marks")).unwrap();
        }
        Verdict::Tampered => {
            bench.raw().execute_batch("UPDATE medium SET place = NULL WHERE id = 16").unwrap();
        }
        Verdict::RolledBack => {
            let old = bench.photo().bench();
            bench.ok(&["checkpoint"]);
            old.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
            let _ = std::fs::remove_file(bench.path().join("ledger.kuraban-wal"));
            std::fs::copy(old.ledger(), bench.ledger()).unwrap();
        }
        Verdict::Forked => {
            bench.ok(&["checkpoint"]);
            let file = std::fs::read_dir(bench.path().join("notes")).unwrap().next().unwrap().unwrap().path();
            let mut point = Checkpoint::unsigned(&std::fs::read_to_string(&file).unwrap()).unwrap();
            point.root.0[0] ^= 1;
            let name = file.file_name().unwrap().to_string_lossy().replace(".note", "-b.note");
            std::fs::write(file.with_file_name(name), point.signed(&bench.signer())).unwrap();
        }
        Verdict::Restored => {
            let backup = bench.path().join("backup").display().to_string();
            bench.ok(&["backup", &backup]);
            bench.ok(&["restore", &backup]);
        }
        Verdict::Damaged => {
            bench.raw().pragma_update(None, "wal_checkpoint", "TRUNCATE").unwrap();
            let mut file = std::fs::read(bench.ledger()).unwrap();
            // The page on which the last entries stand.
            let body = bodies(&bench.raw()).pop().unwrap();
            let at = file.windows(body.len()).rposition(|window| window == body.as_bytes()).unwrap();
            file.get_mut(at / 4096 * 4096..).unwrap().get_mut(..4096).unwrap().fill(0xa5);
            std::fs::write(bench.ledger(), file).unwrap();
        }
        Verdict::Newer => untriggered(&bench, |raw| {
            let body = bodies(raw)[20].replacen("{\"v\":1,", "{\"v\":2,", 1);
            let hash = entry_hash(body.as_bytes());
            raw.execute("UPDATE event SET body = ?1, hash = ?2 WHERE seq = 21", params![body, hash.0])
                .unwrap();
        }),
    }
    bench
}

#[test]
fn every_verdict_is_told_with_what_to_do_in_both_languages_and_on_a_small_terminal() {
    let stand = Bench::furnished();
    for verdict in Verdict::ALL {
        let bench = ledger(*verdict);
        let report = check(&bench);
        // Damage in the middle may strike what was written first of all.
        let told = report.verdict == *verdict
            || (*verdict == Verdict::Damaged && report.verdict == Verdict::Tampered);
        assert!(told, "{verdict}: {report:?}");
        let report = Report { verdict: *verdict, ..report };
        for (lang, size) in
            [(Lang::En, (80, 24)), (Lang::Ja, (80, 24)), (Lang::En, (60, 16)), (Lang::Ja, (60, 16))]
        {
            let mut screen = Screen::open(&stand, lang, size);
            screen.press(KeyCode::F(4));
            screen.feed(Message::Verified(Box::new(report.clone())));
            let text = screen.text();
            let short = screen.model.voice.text(&Text::Keeping(Keeping::VerdictShort { verdict: *verdict }));
            assert!(text.lines().next().unwrap().contains(&short), "{verdict}: {text}");
            let next = screen.model.voice.text(&Text::Keeping(Keeping::VerdictNext { verdict: *verdict }));
            let begin: String = next.chars().take(12).collect();
            assert!(text.contains(&begin), "{verdict}: {text}");
            assert!(text.lines().all(|line| line.width() <= usize::from(size.0)), "{verdict}: {text}");
            // The log is still there beneath it.
            assert!(text.contains("K00006L9"), "{verdict}: {text}");
        }
    }
}

#[test]
fn a_note_that_was_written_outside_is_held_against_the_ledger_by_the_command_line_too() {
    let bench = ledger(Verdict::Anchored);
    let run = bench.ok(&["verify", "--require-anchor"]);
    assert!(run.out.starts_with("ANCHORED"), "{}", run.out);
    let forked = ledger(Verdict::Forked);
    assert_eq!(forked.run(&["verify", "--json"]).code(1).json()["verdict"], "forked");
    // What lies there and is none is named; the notes of other ledgers are no matter.
    let notes = bench.path().join("notes");
    std::fs::write(notes.join("0123-1-0000000001.note"), "another ledger's").unwrap();
    bench.ok(&["verify", "--require-anchor"]);
    let id = bench.signer().key().name().rsplit('/').next().unwrap().to_owned();
    std::fs::write(notes.join(format!("{id}-1-0000000009.note")), "no note").unwrap();
    let run = bench.run(&["verify"]).code(1);
    assert!(run.out.starts_with("ANCHORED") && run.err.contains("0000000009.note"), "{run:?}");
}

#[test]
fn a_note_that_did_not_go_out_is_told_on_the_screen_and_the_scan_stands() {
    let bench = station();
    bench.ok(&["policy", "set", "checkpoint_every", "1"]);
    std::fs::remove_dir_all(bench.path().join("notes")).unwrap();
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    screen.esc('s');
    screen.scan("V1");
    screen.scan("K00001L9");
    screen.wait(3000);
    assert!(screen.text().contains(".note"), "{}", screen.text());
    let seen = bench.show("K00001L9")["seen_at"].clone();
    assert!(seen.as_str().is_some_and(|at| !at.is_empty()), "{seen}");
    // It is told once; the checkpoint itself is taken.
    let kinds = bench.ok(&["log", "--raw"]).out;
    assert!(kinds.contains("\"kind\":\"checkpoint\""), "{kinds}");
}

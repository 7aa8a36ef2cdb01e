//! A clock that jumps: an hour or a day back, a week or ten years ahead, and right again.

use kuraban::i18n::Lang;
use kuraban::tui::model::Mark;
use serde_json::Value;

use crate::dice::{Dice, times};
use crate::support::Bench;
use crate::tui_screen::Screen;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const TEN_YEARS: i64 = 3653 * DAY;

fn log(bench: &Bench) -> Vec<Value> {
    bench.ok(&["log", "--json"]).json().as_array().unwrap().clone()
}

fn kinds(bench: &Bench) -> Vec<String> {
    log(bench).iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

fn last(bench: &Bench) -> String {
    log(bench).pop().unwrap()["at"].as_str().unwrap().to_owned()
}

#[test]
fn a_clock_that_is_set_back_dates_nothing_back_and_hides_nothing() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "--until", "+4h", "K00001L9"]);
    bench.pass(DAY);
    bench.ok(&["sight", "--at", "V1", "K00002L9"]);
    let (before, size) = (last(&bench), kinds(&bench).len());
    let flagged = |bench: &Bench| bench.show("K00001L9")["flags"].to_string().contains("overdue");
    assert!(flagged(&bench));
    for back in [HOUR, DAY, TEN_YEARS] {
        bench.pass(-back);
        // What is overdue stays overdue, and monitoring hears of the clock even where nothing is.
        let flags = bench.run(&["flags"]).code(1);
        assert!(flags.out.contains("overdue") && flags.err.contains("The clock says"), "{flags:?}");
        let plugin = bench.run(&["flags", "--nagios"]).code(2).out;
        let said = "1 overdue |".to_owned();
        let late = format!("the clock is {} min behind the ledger, ", back / MINUTE);
        assert!(plugin.contains(&said) && plugin.contains(&late), "{plugin}");
        assert!(flagged(&bench));
        for (lang, words) in [("en", "before the ledger's last entry"), ("ja", "台帳の最後の記録より")]
        {
            let run = bench.ok(&["--lang", lang, "sight", "--at", "V1", "K00002L9", "K00003L9"]);
            assert_eq!(run.err.matches(words).count(), 1, "{run:?}");
            assert_eq!(run.out.lines().count(), 2);
        }
        assert_eq!(last(&bench), before);
        bench.pass(back);
    }
    // That it is held is recorded once for as long as it is.
    let held: Vec<String> = kinds(&bench).split_off(size);
    assert_eq!(held.iter().filter(|kind| *kind == "clock_held").count(), 1, "{held:?}");
    bench.pass(MINUTE);
    let run = bench.ok(&["sight", "--at", "V1", "K00002L9", "K00003L9"]);
    assert_eq!(run.err, "2 recorded, 0 refused.\n");
    assert!(last(&bench) > before);
    bench.holds();
}

#[test]
fn a_ledger_without_flags_whose_clock_is_behind_is_no_all_clear_for_monitoring() {
    let bench = Bench::furnished();
    assert!(bench.ok(&["flags", "--nagios"]).out.starts_with("CUSTODY OK - nothing needs attention |"));
    // A clock that is put right by seconds is no news.
    bench.pass(-30_000);
    let plugin = bench.ok(&["flags", "--nagios"]);
    assert!(plugin.out.starts_with("CUSTODY OK") && plugin.err.is_empty(), "{plugin:?}");
    bench.pass(-HOUR);
    let plugin = bench.run(&["flags", "--nagios"]).code(1).out;
    assert!(plugin.starts_with("CUSTODY WARNING - the clock is 60 min behind the ledger |"), "{plugin}");
}

#[test]
fn a_ledger_whose_clock_is_not_believed_is_no_all_clear_for_monitoring() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "audit_interval_days", "3660"]);
    bench.pass(TEN_YEARS / 10);
    let plugin = bench.run(&["flags", "--nagios"]).code(1).out;
    assert!(plugin.starts_with("CUSTODY WARNING - the clock is 365 days ahead of the ledger"), "{plugin}");
}

#[test]
fn wrong_pins_count_while_the_clock_is_not_believed_and_right_ones_confirm_it() {
    let bench = Bench::furnished();
    let pin = |pin: &str| bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), pin.to_owned());
    let right = pin("9999").unwrap();
    let confirm = ["clock", "confirm", "--with", "X-1"];
    let refused = |bench: &Bench| kinds(bench).iter().filter(|kind| *kind == "pin_refused").count();
    // Wrong once before, and once while the clock is ahead: told as what it is, and dated when the last entry is.
    bench.run(&["sight", "--at", "V1", "K00002L9"]).code(1);
    bench.pass(TEN_YEARS);
    let before = last(&bench);
    let run = bench.run(&confirm).code(1);
    assert!(run.err.contains("Wrong PIN for B-1") && refused(&bench) == 2, "{run:?}");
    assert_eq!(last(&bench), before);
    pin(&right);
    let run = bench.run(&["sight", "--at", "V1", "K00002L9"]).code(1);
    assert!(run.err.contains("not believed") || run.err.contains("The clock says"), "{run:?}");
    assert_eq!(kinds(&bench).last().unwrap(), "signed_on");
    // Five wrong ones lock the badge, and it stays locked until the clock is right.
    pin("9999");
    for _ in 0..5 {
        bench.run(&confirm).code(1);
    }
    let run = bench.run(&confirm).code(1);
    assert!(run.err.contains("No PIN is taken for B-1 until"), "{run:?}");
    pin(&right);
    let run = bench.run(&confirm).code(1);
    assert!(run.err.contains("No PIN is taken for B-1 until") && refused(&bench) == 7, "{run:?}");
    bench.pass(-TEN_YEARS + 2 * MINUTE);
    bench.ok(&["sight", "--at", "V1", "K00002L9"]);
    bench.pass(TEN_YEARS);
    bench.ok(&confirm);
    // A clock that is behind is made right by nobody's word.
    bench.pass(-HOUR);
    let size = kinds(&bench).len();
    let run = bench.run(&confirm).code(1);
    assert!(run.err.contains("before the last one") && kinds(&bench).len() == size, "{run:?}");
    bench.holds();
}

/// Everything that is recorded.
const WRITING: [&[&str]; 11] = [
    &["sight", "--at", "V1", "K00002L9"],
    &["check-out", "K00002L9"],
    &["media", "add", "N00001L9"],
    &["media", "import", "list.csv"],
    &["order", "new", "--purpose", "backup", "--until", "+4h", "K00002L9"],
    &["audit", "open", "--at", "V1"],
    &["person", "add", "B-9", "Suzuki", "--role", "operator"],
    &["place", "add", "V9", "--kind", "vault"],
    &["policy", "set", "order_required", "yes"],
    &["checkpoint"],
    &["shift", "hand-over", "--to", "B-2"],
];

#[test]
fn a_clock_that_is_ten_years_ahead_records_nothing_and_leaves_no_trace() {
    let bench = Bench::furnished();
    let list = bench.file("list.csv", b"barcode\nN00002L9\n");
    bench.ok(&["check-out", "--until", "+4h", "K00001L9"]);
    let (size, at) = (kinds(&bench).len(), last(&bench));
    bench.pass(TEN_YEARS);
    for (lang, words) in [("en", "The clock says 2036-11-23"), ("ja", "時計は 2036-11-23")] {
        for args in WRITING {
            let args: Vec<&str> =
                args.iter().map(|word| if *word == "list.csv" { list.as_str() } else { word }).collect();
            let run = bench.run(&[&["--lang", lang], &args[..]].concat()).code(1);
            assert!(run.err.contains(words) && run.err.contains("clock confirm"), "{args:?}: {run:?}");
        }
        let flags = bench.run(&["--lang", lang, "flags"]).code(1);
        assert!(flags.out.contains("overdue") && flags.err.starts_with(words), "{flags:?}");
    }
    // What only reads works, and a stream goes through with all refused.
    bench.holds();
    bench.ok(&["backup", &bench.path().join("copy").display().to_string()]);
    let run = bench.run_with(&["sight", "--at", "V1", "-"], b"K00002L9\nK00003L9\n").code(1);
    assert!(run.err.ends_with("0 recorded, 2 refused.\n"), "{run:?}");
    assert_eq!((kinds(&bench).len(), last(&bench)), (size, at.clone()));
    // Set right, it is as if nothing had been; nothing is held.
    bench.pass(MINUTE - TEN_YEARS);
    assert_eq!(bench.ok(&["sight", "--at", "V1", "K00002L9"]).err, "");
    assert_eq!((kinds(&bench).len(), kinds(&bench)[size].as_str()), (size + 1, "sight"));
    bench.holds();
}

#[test]
fn ten_years_that_two_people_have_confirmed_wrongly_are_told_and_a_backup_leads_back() {
    let bench = Bench::furnished();
    let backup = bench.path().join("backup").display().to_string();
    bench.ok(&["backup", &backup]);
    bench.pass(TEN_YEARS);
    // Both are told what they confirm, before and after.
    let run = bench.ok(&["clock", "confirm", "--with", "B-2"]);
    assert!(
        run.err.starts_with("The clock says 2036-11-23 00:00Z, 3653 days after the last entry"),
        "{run:?}"
    );
    assert!(run.out.contains("it is 2036-11-23 00:00Z"), "{run:?}");
    bench.ok(&["check-out", "K00001L9"]);
    bench.pass(HOUR - TEN_YEARS);
    let run = bench.ok(&["check-out", "K00002L9"]);
    assert!(run.err.contains("3652 d 23 h before the ledger's last entry"), "{run:?}");
    assert!(run.err.contains("kuraban restore FILE"), "{run:?}");
    assert_eq!(last(&bench), "2036-11-23T00:00:00.000Z");
    assert!(bench.run(&["flags", "--nagios"]).code(1).out.contains("behind the ledger"));
    bench.holds();
    let told = bench.ok(&["restore", &backup]).out;
    assert!(told.contains("lost"), "{told}");
    let run = bench.ok(&["check-out", "K00002L9"]);
    assert_eq!((run.err.as_str(), last(&bench).as_str()), ("", "2026-11-23T01:00:00.000Z"));
    assert_eq!(bench.verify()["verdict"], "restored");
}

#[test]
fn the_screens_say_that_the_clock_is_not_right() {
    for (lang, behind, ahead) in [
        (Lang::En, "before the ledger's last entry", "The clock says 2036-11-23"),
        (Lang::Ja, "台帳の最後の記録より", "時計は 2036-11-23"),
    ] {
        let bench = Bench::furnished();
        let mut screen = Screen::open(&bench, lang, (120, 40));
        for label in ["KB-SIGHT", "V1", "K00001L9"] {
            screen.scan(label);
        }
        let done = |screen: &Screen<'_>| screen.model.scan.lines.front().unwrap().mark == Mark::Done;
        assert!(done(&screen) && screen.model.notice.is_none());
        bench.pass(-HOUR);
        screen.wait(20_000);
        assert!(screen.model.notice.as_ref().unwrap().1.contains(behind), "{:?}", screen.model.notice);
        screen.scan("K00002L9");
        assert!(done(&screen));
        // Told once, it is not told again and again.
        assert_eq!(screen.model.notice, None);
        screen.wait(20_000);
        assert_eq!(screen.model.notice, None);
        bench.pass(HOUR + TEN_YEARS);
        screen.wait(20_000);
        assert!(screen.model.notice.as_ref().unwrap().1.contains(ahead), "{:?}", screen.model.notice);
        for label in ["K00003L9", "B-1", "K00003L9"] {
            // After ten years the shift is over, and so it is when they are taken back.
            screen.scan(label);
        }
        let line = screen.model.scan.lines.front().unwrap();
        assert!(line.mark == Mark::Refused && line.text.contains(ahead), "{line:?}");
        bench.pass(-TEN_YEARS);
        for label in ["K00003L9", "B-1", "K00003L9"] {
            screen.scan(label);
        }
        assert!(done(&screen), "{:?}", screen.model.scan.lines);
        let sights = log(&bench).into_iter().filter(|entry| entry["kind"] == "sight");
        let labels: Vec<Value> = sights.map(|entry| entry["data"]["barcode"].clone()).collect();
        assert_eq!(labels, ["K00001L9", "K00002L9", "K00003L9"]);
        bench.holds();
    }
}

#[test]
fn whatever_the_clock_does_the_ledger_holds() {
    for round in 0..times("KURABAN_JUMPS", 4) {
        let mut dice = Dice::of("jumps", round);
        let bench = Bench::furnished();
        bench.ok(&["policy", "set", "checkpoint_every", "5"]);
        // How far the clock is from where it would be.
        let mut off = 0;
        for step in 0..40 {
            let to = [0, 0, -HOUR, -DAY, HOUR, 13 * DAY, 20 * DAY, TEN_YEARS, -TEN_YEARS][dice.roll(9)];
            bench.pass(to - off + MINUTE);
            off = to;
            let medium = format!("K0000{}L9", 1 + dice.roll(6));
            match dice.roll(8) {
                0 => bench.run(&["check-out", &medium]),
                1 => bench.run(&["check-in", "--to", "V1", &medium]),
                2 => bench.run(&["checkpoint"]),
                3 if dice.roll(3) == 0 => bench.run(&["clock", "confirm", "--with", "B-2"]),
                4 => bench.run(&["audit", "open", "--at", "V2"]),
                5 => bench.run(&["flags"]),
                _ => bench.run(&["sight", "--at", "V1", &medium]),
            };
            let run = bench.run(&["verify", "--json"]);
            assert_eq!(run.json()["verdict"], "consistent_unanchored", "round {round}, step {step}: {run:?}");
        }
        let entries = log(&bench);
        let millis = |entry: &Value| {
            kuraban::domain::time::Timestamp::parse_exact(entry["at"].as_str().unwrap()).unwrap().millis()
        };
        for pair in entries.windows(2) {
            let passed = millis(&pair[1]) - millis(&pair[0]);
            let confirmed = pair[1]["kind"] == "clock_confirmed";
            assert!(passed >= 0 && (passed <= 14 * DAY || confirmed), "round {round}: {pair:?}");
        }
        bench.holds();
    }
}

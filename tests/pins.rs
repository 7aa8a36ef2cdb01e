//! PINs: who says who they are must show it, wrong ones lock, and a hash that was exchanged is found.

use crate::support::{Bench, Run};
use crate::tui_screen::Screen;
use crossterm::event::KeyCode;
use kuraban::i18n::Lang;

/// A ledger in which B-1, B-2 and A-1 have PINs of their own.
fn bench() -> Bench {
    let bench = Bench::furnished();
    for (badge, pin) in [("B-2", "2222"), ("A-1", "4444"), ("B-1", "1111")] {
        set(&bench, "KURABAN_NEW_PIN", pin);
        bench.ok(&["person", "pin", badge]);
    }
    bench.vars.borrow_mut().remove("KURABAN_NEW_PIN");
    set(&bench, "KURABAN_PIN", "1111");
    bench
}

fn set(bench: &Bench, name: &str, value: &str) {
    bench.vars.borrow_mut().insert(name.to_owned(), value.to_owned());
}

/// Runs a command with these PINs of who acts and of the other person; an empty one is not given.
fn with(bench: &Bench, pins: [&str; 2], args: &[&str]) -> Run {
    set(bench, "KURABAN_PIN", pins[0]);
    set(bench, "KURABAN_WITH_PIN", pins[1]);
    bench.run(args)
}

fn kinds(bench: &Bench) -> Vec<String> {
    let log = bench.run(&["log", "--json"]).json();
    log.as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn whoever_acts_shows_it_and_reading_needs_no_pin() {
    let bench = bench();
    bench.ok(&["media", "list"]);
    bench.ok(&["flags"]);
    let out = ["check-out", "K00001L9"];
    for (pin, code, said) in [
        ("", 1, "has a PIN, and it was not given"),
        ("2222", 1, "Wrong PIN for B-1"),
        ("11111", 1, "Wrong PIN for B-1"),
        ("12x4", 2, "A PIN has 4 to 12 digits"),
        ("１１１１", 0, ""),
    ] {
        let run = with(&bench, [pin, ""], &out).code(code);
        assert!(run.err.contains(said), "{pin}: {}", run.err);
    }
    let tail: Vec<String> = kinds(&bench).into_iter().rev().take(4).collect();
    assert_eq!(tail, ["check_out", "signed_on", "pin_refused", "pin_refused"]);
    // Somebody without a PIN does nothing, until an administrator sets one.
    bench.vars.borrow_mut().remove("KURABAN_NEW_PIN");
    bench.ok(&["person", "add", "B-4", "New", "--role", "operator"]);
    let run = with(&bench, ["1111", ""], &["check-out", "--by", "B-4", "--json", "K00002L9"]).code(1);
    assert!(run.out.contains("no_pin"), "{}", run.out);
    set(&bench, "KURABAN_NEW_PIN", "5555");
    with(&bench, ["1111", ""], &["person", "pin", "B-4"]).code(0);
    with(&bench, ["5555", ""], &["check-out", "--by", "B-4", "K00002L9"]).code(0);
    bench.holds();
}

#[test]
fn the_second_person_and_the_recipient_give_their_own_pins() {
    let bench = bench();
    for (pins, code) in
        [(["1111", ""], 1), (["1111", "1111"], 1), (["2222", "4444"], 1), (["1111", "4444"], 0)]
    {
        let place =
            ["correct", "--to-state", "vaulted", "--place", "V2", "--why", "x", "--with", "A-1", "K00001L9"];
        with(&bench, pins, &place).code(code);
    }
    with(&bench, ["1111", ""], &["check-out", "K00002L9"]).code(0);
    for (pins, code) in [(["1111", ""], 1), (["1111", "1111"], 1), (["1111", "2222"], 0)] {
        with(&bench, pins, &["hand-over", "--to", "B-2", "K00002L9"]).code(code);
    }
    assert_eq!(bench.show("K00002L9")["custodian"], "B-2");
    bench.holds();
}

#[test]
fn five_wrong_pins_lock_for_a_time_that_grows() {
    let bench = bench();
    let out = ["sight", "--at", "V1-A", "K00001L9"];
    for left in (1..5).rev() {
        let run = with(&bench, ["9999", ""], &out).code(1);
        assert!(run.err.contains(&format!("{left} more")), "{}", run.err);
    }
    let size = |bench: &Bench| bench.verify()["size"].as_u64().unwrap();
    for minutes in [1, 2, 4] {
        let run = with(&bench, ["9999", ""], &out).code(1);
        assert!(run.err.contains("No PIN is taken for B-1 until"), "{}", run.err);
        let before = size(&bench);
        bench.pass(minutes * 60_000 - 1000);
        with(&bench, ["1111", ""], &out).code(1);
        assert_eq!(size(&bench), before, "while it is locked, nothing can be guessed or written");
        bench.pass(1000);
    }
    with(&bench, ["1111", ""], &out).code(0);
    // One right PIN, and the count begins anew.
    let run = with(&bench, ["9999", ""], &out).code(1);
    assert!(run.err.contains("4 more"), "{}", run.err);
    // An administrator's new PIN ends a lock at once.
    (0..4).for_each(|_| drop(with(&bench, ["9999", ""], &out).code(1)));
    let list = bench.ok(&["person", "list", "--json"]).json();
    assert!(list[0]["locked_until"].is_string(), "{list}");
    set(&bench, "KURABAN_NEW_PIN", "7777");
    with(&bench, ["2222", ""], &["person", "pin", "--by", "B-2", "B-1"]).code(1);
    with(&bench, ["2222", ""], &["person", "pin", "--by", "B-2", "B-2"]).code(0);
    bench.holds();
}

#[test]
fn only_the_person_and_an_administrator_set_a_pin() {
    let bench = bench();
    set(&bench, "KURABAN_NEW_PIN", "8888");
    for (by, pin, whose, code) in [
        ("B-2", "2222", "A-1", 1),
        ("A-1", "4444", "A-1", 0),
        ("B-1", "1111", "B-2", 0),
        ("B-1", "1111", "B-9", 1),
    ] {
        with(&bench, [pin, ""], &["person", "pin", "--by", by, whose]).code(code);
    }
    bench.vars.borrow_mut().remove("KURABAN_NEW_PIN");
    let run = with(&bench, ["1111", ""], &["person", "pin", "B-2"]).code(2);
    assert!(run.err.contains("KURABAN_NEW_PIN"), "{}", run.err);
    with(&bench, ["8888", ""], &["check-out", "--by", "B-2", "K00001L9"]).code(0);
    bench.holds();
}

#[test]
fn a_hash_that_was_exchanged_is_found_at_the_next_sign_on_and_by_verify() {
    let bench = bench();
    let (mine, theirs) = {
        let raw = bench.raw();
        let one = |badge: &str| -> Vec<u8> {
            raw.query_row("SELECT pin FROM person WHERE badge = ?1", [badge], |row| row.get(0)).unwrap()
        };
        (one("B-2"), one("B-1"))
    };
    let exchange = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        assert_eq!(bench.raw().execute(sql, values).unwrap(), 1);
    };
    // B-2 puts the hash of a PIN that B-2 knows where that of B-1 lies, under its identity.
    exchange(
        "UPDATE kept SET (salt, value) = (SELECT salt, value FROM kept WHERE id = ?1) WHERE id = ?2",
        &[&mine, &theirs],
    );
    let run = with(&bench, ["2222", ""], &["check-out", "K00001L9"]).code(1);
    assert!(run.err.contains("was exchanged"), "{}", run.err);
    assert_eq!(bench.verify()["verdict"], "tampered");
    // Or points the person at another hash.
    let bench = self::bench();
    bench.raw().execute("UPDATE person SET pin = ?1 WHERE badge = 'B-1'", [&mine]).unwrap();
    assert_eq!(bench.verify()["verdict"], "tampered");
}

#[test]
fn a_pin_is_asked_for_in_a_dialog_and_a_wrong_one_rings() {
    let bench = bench();
    set(&bench, "KURABAN_PIN", "1111");
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    assert!(screen.text().contains("PIN of B-1"), "{}", screen.text());
    screen.keys("9999", 100);
    assert!(screen.text().contains("••••_") && !screen.text().contains("9999"), "{}", screen.text());
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("Wrong PIN for B-1"), "{}", screen.text());
    assert!(screen.text().contains("PIN of B-1"), "it is asked for again: {}", screen.text());
    assert_eq!(screen.bells, 1);
    screen.keys("12", 100);
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("4 to 12 digits"), "{}", screen.text());
    assert!(screen.text().contains("PIN of B-1"), "{}", screen.text());
    screen.keys("1111", 100);
    screen.press(KeyCode::Enter);
    screen.esc('o');
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-1");
    // Handing over: the recipient's own PIN; who leaves the dialog takes nothing.
    screen.esc('h');
    screen.scan("B-2");
    screen.press(KeyCode::Esc);
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-1");
    screen.scan("B-2");
    screen.keys("2222", 100);
    screen.press(KeyCode::Enter);
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-2");
    bench.holds();
}

#[test]
fn a_new_ledger_and_a_new_person_may_begin_with_a_pin() {
    let bench = Bench::empty();
    set(&bench, "KURABAN_NEW_PIN", "1111");
    let run = bench.ok(&["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"]);
    assert!(run.err.is_empty(), "{}", run.err);
    bench.run(&["place", "add", "V1", "--kind", "vault"]).code(1);
    set(&bench, "KURABAN_NEW_PIN", "2222");
    with(&bench, ["1111", ""], &["person", "add", "B-2", "Suzuki", "--role", "operator"]).code(0);
    with(&bench, ["2222", ""], &["place", "add", "--by", "B-2", "V1", "--kind", "vault"]).code(1);
    with(&bench, ["1111", ""], &["place", "add", "V1", "--kind", "vault"]).code(0);
    with(&bench, ["2222", ""], &["media", "add", "--by", "B-2", "--at", "V1", "K00001L9"]).code(0);
    bench.vars.borrow_mut().remove("KURABAN_NEW_PIN");
    let run = with(&bench, ["1111", ""], &["person", "add", "B-3", "Ito", "--role", "operator"]).code(0);
    assert!(run.err.contains("B-3 has no PIN"), "{}", run.err);
    bench.holds();
}

/// A station before which B-1 stands, in a ledger where B-1, B-2 and A-1 have PINs.
fn station(bench: &Bench) -> Screen<'_> {
    let mut screen = Screen::open(bench, Lang::En, (80, 24));
    screen.keys("1111", 100);
    screen.press(KeyCode::Enter);
    screen.esc('o');
    screen
}

fn standing(screen: &Screen<'_>) -> [Option<String>; 2] {
    let scan = &screen.model.scan;
    [&scan.person, &scan.recipient].map(|badge| badge.as_ref().map(ToString::to_string))
}

#[test]
fn a_sign_on_that_fails_or_is_left_never_leaves_the_person_before_in_charge() {
    let bench = bench();
    for leave in [KeyCode::Esc, KeyCode::Enter] {
        let mut screen = station(&bench);
        assert_eq!(standing(&screen), [Some("B-1".to_owned()), None]);
        screen.scan("B-2");
        assert_eq!(standing(&screen), [None, None], "B-1 is gone at once");
        if leave == KeyCode::Enter {
            screen.keys("9999", 100);
            screen.press(KeyCode::Enter);
        }
        screen.press(KeyCode::Esc);
        screen.scan("K00001L9");
        assert_eq!(bench.show("K00001L9")["state"], "vaulted");
        assert!(screen.text().contains("scan your badge first"), "{}", screen.text());
        assert!(screen.text().contains("· – ·"), "the header shows it: {}", screen.text());
    }
    // While somebody takes what is handed over, it is who took it before that is gone.
    let mut screen = station(&bench);
    screen.scan("K00001L9");
    screen.esc('h');
    screen.scan("B-3");
    screen.keys(crate::support::PIN, 100);
    screen.press(KeyCode::Enter);
    assert_eq!(standing(&screen), [Some("B-1".to_owned()), Some("B-3".to_owned())]);
    screen.scan("B-2");
    assert_eq!(standing(&screen), [Some("B-1".to_owned()), None]);
    screen.press(KeyCode::Esc);
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-1");
    bench.holds();
}

#[test]
fn a_sign_on_that_cannot_be_recorded_leaves_nobody() {
    let bench = bench();
    let mut screen = station(&bench);
    screen.scan("B-2");
    screen.keys("9999", 100);
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    screen.press(KeyCode::Enter);
    other.execute_batch("ROLLBACK").unwrap();
    assert!(screen.text().contains("NOT RECORDED"), "{}", screen.text());
    assert_eq!(standing(&screen), [None, None]);
}

#[test]
fn a_locked_badge_is_not_asked_for_its_pin_again() {
    let bench = bench();
    let mut screen = station(&bench);
    screen.scan("B-2");
    for wrong in 1..=5 {
        assert!(screen.model.dialog.is_some(), "{wrong}");
        screen.keys("9999", 100);
        screen.press(KeyCode::Enter);
    }
    assert!(screen.model.dialog.is_none(), "{}", screen.text());
    assert_eq!(screen.bells, 5);
    bench.holds();
}

#[test]
fn a_burst_is_no_pin_but_digits_are_one_at_any_speed() {
    let bench = bench();
    let size = |bench: &Bench| bench.verify()["size"].as_u64().unwrap();
    let mut screen = station(&bench);
    screen.scan("B-2");
    let before = size(&bench);
    for (refused, label) in [(1, "K00001L9"), (2, "00000001L9"), (3, "V2")] {
        screen.keys("22", 100);
        screen.burst(label);
        let (_, said) = screen.model.notice.clone().unwrap();
        assert!(said.contains(label) && said.contains("NOT RECORDED"), "{said}");
        assert!(screen.text().contains("PIN of B-2") && screen.text().contains("••_"), "{}", screen.text());
        assert!(!screen.text().contains("•••"), "the field is as before: {}", screen.text());
        let line = screen.model.scan.lines.front().unwrap();
        assert!(line.text.contains(label) && line.about == label, "{line:?}");
        assert_eq!((screen.model.scan.counts[1], screen.bells), (refused, usize::try_from(refused).unwrap()));
        screen.settle(200);
        (0..2).for_each(|_| screen.press(KeyCode::Backspace));
    }
    assert_eq!(size(&bench), before);
    // A keypad, or a line that delivers all at once.
    screen.keys("2222", 1);
    screen.strike(KeyCode::Enter);
    screen.settle(200);
    assert_eq!(standing(&screen), [Some("B-2".to_owned()), None]);
    bench.holds();
}

#[test]
fn what_came_a_moment_before_the_question_belongs_to_what_comes_after() {
    let bench = bench();
    let mut screen = station(&bench);
    // The worker takes its time: the question comes while the next label is being read.
    let wanted = |badge: &str| {
        let badge = kuraban::domain::names::Badge::new(badge).unwrap();
        let answer = Box::new(kuraban::app::station::Answer::PinWanted(badge));
        kuraban::tui::message::Message::Answer(answer, kuraban::app::station::Standing::default())
    };
    screen.keys("K0000", 5);
    screen.feed(wanted("B-2"));
    screen.burst("1L9");
    let line = screen.model.scan.lines.front().unwrap();
    assert_eq!((line.about.as_str(), screen.model.scan.wedge.text().as_str()), ("K00001L9", ""));
    // Digits are the beginning of the PIN, and stand masked.
    screen.press(KeyCode::Esc);
    screen.settle(200);
    screen.keys("22", 100);
    screen.feed(wanted("B-2"));
    assert!(screen.text().contains("••_"), "{}", screen.text());
    screen.keys("22", 100);
    screen.press(KeyCode::Enter);
    assert_eq!(standing(&screen), [Some("B-2".to_owned()), None]);
}

#[test]
fn a_pin_that_is_typed_where_none_is_asked_for_goes_nowhere() {
    let bench = bench();
    with(&bench, [crate::support::PIN, ""], &["media", "add", "--by", "B-3", "--at", "V1", "20202020"])
        .code(0);
    set(&bench, "KURABAN_PIN", "1111");
    let size = |bench: &Bench| bench.verify()["size"].as_u64().unwrap();
    let mut screen = station(&bench);
    screen.scan("B-1");
    let line = screen.model.scan.lines.front().unwrap();
    assert!(line.text.contains("signed on already") && line.text.contains("no PIN"), "{line:?}");
    let before = size(&bench);
    for text in ["1111", "１１１１", "１１１１１１"] {
        screen.keys(text, 150);
        assert!(screen.text().contains("> ••••") && !screen.text().contains(text), "{}", screen.text());
        screen.press(KeyCode::Enter);
        let line = screen.model.scan.lines.front().unwrap();
        assert!(line.text.contains("•••• looks like a PIN; it was not recorded"), "{line:?}");
        assert!(!screen.text().contains(text), "{}", screen.text());
    }
    assert_eq!(size(&bench), before);
    let log = bench.run(&["log", "--raw"]).out;
    assert!(!log.contains("1111\""), "{log}");
    // A label of digits that is known is one, and after another reading digits are an unknown label.
    screen.scan("B-1");
    screen.keys("20202020", 150);
    screen.press(KeyCode::Enter);
    assert_eq!(bench.show("20202020")["custodian"], "B-1");
    screen.keys("5555", 150);
    assert!(screen.text().contains("> 5555_"), "{}", screen.text());
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("No medium has the barcode 5555"), "{}", screen.text());
    // What a scanner sends is a label.
    screen.scan("B-1");
    screen.scan("7777");
    assert!(screen.text().contains("7777"), "{}", screen.text());
    bench.holds();
}

#[test]
fn a_pin_that_goes_astray_is_not_shown_even_when_the_ledger_cannot_be_read() {
    let bench = bench();
    let mut screen = station(&bench);
    screen.scan("B-1");
    bench
        .raw()
        .execute("INSERT OR REPLACE INTO policy (name, value) VALUES ('allowance_hours', 'x')", [])
        .unwrap();
    screen.keys("1111", 150);
    screen.press(KeyCode::Enter);
    assert!(
        screen.text().contains("•••• NOT RECORDED") && !screen.text().contains("1111"),
        "{}",
        screen.text()
    );
    screen.scan("K00001L9");
    assert!(screen.text().contains("K00001L9 NOT RECORDED"), "{}", screen.text());
}

//! Orders, second persons, emergencies and shifts on the screens: key scripts against real ledgers.

use crossterm::event::KeyCode;
use kuraban::i18n::Lang;
use kuraban::tui::model::Dialog;
use serde_json::Value;

use crate::support::{Bench, PIN};
use crate::tui_screen::Screen;

const SIZE: (u16, u16) = (80, 24);

/// A ledger in which nothing leaves without an order.
pub(crate) fn strict() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "order_required", "yes"]);
    bench
}

fn open(bench: &Bench) -> Screen<'_> {
    Screen::open(bench, Lang::En, SIZE)
}

/// Fills in the lines of a form, from the one that is asked for on; Enter after each.
fn fill(screen: &mut Screen<'_>, lines: &[&str]) {
    for line in lines {
        screen.keys(line, 100);
        screen.press(KeyCode::Enter);
        screen.settle(1000);
    }
}

/// A key that is a command, after the moment for which it is held.
fn command(screen: &mut Screen<'_>, c: char) {
    screen.press(KeyCode::Char(c));
    screen.settle(1000);
}

/// Takes the badge away that stands in the line, and puts another there.
fn badge(screen: &mut Screen<'_>, badge: &str) {
    (0..8).for_each(|_| screen.press(KeyCode::Backspace));
    fill(screen, &[badge, PIN]);
}

fn request(screen: &mut Screen<'_>, media: &[&str]) {
    screen.press(KeyCode::F(6));
    command(screen, 'n');
    fill(screen, &["restore", "+4h"]);
    for label in media {
        screen.burst(label);
    }
    screen.settle(1000);
    screen.press(KeyCode::Enter);
    fill(screen, &["D1", "Restore of the claims system", ""]);
}

fn orders(bench: &Bench) -> Vec<Value> {
    bench.ok(&["order", "list", "--all", "--json"]).json().as_array().unwrap().clone()
}

fn kinds(bench: &Bench) -> Vec<String> {
    let log = bench.run(&["log", "--json"]).json();
    log.as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_order_is_asked_for_approved_moved_under_and_closed() {
    let bench = strict();
    let mut screen = open(&bench);
    request(&mut screen, &["K00001L9", "K00002L9"]);
    assert!(screen.model.dialog.is_none(), "{}", screen.text());
    let order = orders(&bench).remove(0);
    assert_eq!((&order["state"], &order["expected"]), (&"requested".into(), &2.into()), "{order}");
    // Who asked for it does not approve it: the form stays and says so, and another badge does.
    command(&mut screen, 'a');
    fill(&mut screen, &["", ""]);
    assert!(
        screen.text().contains("B-1 cannot both ask for what goes out and approve it"),
        "{}",
        screen.text()
    );
    screen.press(KeyCode::Up);
    badge(&mut screen, "A-1");
    assert!(screen.text().contains("approved (entry"), "{}", screen.text());
    screen.press(KeyCode::F(1));
    screen.esc('o');
    screen.scan("K00001L9");
    assert!(screen.text().contains(&format!("under order {}", order["number"])), "{}", screen.text());
    assert_eq!(bench.show("K00001L9")["order"], order["number"]);
    screen.scan("K00003L9");
    assert!(screen.text().contains("no approved order that is in force lists it"), "{}", screen.text());
    // One of two is outside: half of the bar, and no closing.
    screen.press(KeyCode::F(6));
    assert!(screen.text().contains("▓▓▓▓▓░░░░░"), "{}", screen.text());
    command(&mut screen, 'c');
    fill(&mut screen, &["", "", "", ""]);
    let text = screen.text();
    assert!(text.contains("cannot be closed") && text.contains("K00001L9"), "{text}");
    screen.press(KeyCode::Esc);
    screen.press(KeyCode::F(1));
    screen.esc('i');
    screen.scan("V1-A");
    screen.scan("K00001L9");
    screen.press(KeyCode::F(6));
    assert!(screen.text().contains("█████░░░░░"), "{}", screen.text());
    command(&mut screen, 'c');
    fill(&mut screen, &["", "", "", ""]);
    assert!(screen.text().contains("closed (entry"), "{}", screen.text());
    assert_eq!(orders(&bench)[0]["state"], "closed");
    bench.holds();
}

#[test]
fn a_label_goes_only_into_a_line_that_asks_for_one() {
    let bench = strict();
    let size = bench.verify()["size"].clone();
    let mut screen = open(&bench);
    screen.press(KeyCode::F(6));
    command(&mut screen, 'n');
    screen.keys("rest", 100);
    screen.burst("K00001L9");
    let (_, said) = screen.model.notice.clone().unwrap();
    assert!(said.contains("K00001L9"), "{said}");
    screen.settle(1000);
    let Some(Dialog::Form(form)) = &screen.model.dialog else { panic!("{}", screen.text()) };
    assert_eq!(form.lines[0].1, "rest", "the line is as before");
    assert_eq!(bench.verify()["size"], size, "and nothing is recorded");
    // A list of media takes labels, typed words and a paste, and names every one that it cannot take.
    fill(&mut screen, &["ore", "+4h"]);
    for label in ["K00001L9", "NOPE01L9"] {
        screen.burst(label);
    }
    screen.feed(kuraban::tui::message::Message::Paste("K00003L9\nNOPE02L9\n".to_owned()));
    screen.settle(1000);
    screen.press(KeyCode::Enter);
    fill(&mut screen, &["", "", ""]);
    let text = screen.text();
    assert!(text.contains("NOPE01L9") && text.contains("2 bad barcodes"), "{text}");
    assert!(orders(&bench).is_empty());
    bench.holds();
}

#[test]
fn an_emergency_says_why_and_is_ratified_by_another() {
    let bench = strict();
    let mut screen = open(&bench);
    screen.esc('x');
    screen.settle(1000);
    fill(&mut screen, &["fire: 火災"]);
    assert!(screen.text().contains("WITHOUT AN ORDER"), "{}", screen.text());
    // Two people where two are there.
    screen.esc('w');
    screen.settle(1000);
    screen.scan("B-2");
    assert!(screen.text().contains("with B-2"), "{}", screen.text());
    screen.scan("K00001L9");
    let log = bench.ok(&["log", "K00001L9", "--json"]).json();
    let out = log.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&out["with"], &out["data"]["why"]), (&"B-2".into(), &"fire".into()), "{out}");
    // Another mode ends it.
    screen.esc('o');
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["state"], "vaulted");
    screen.press(KeyCode::F(2));
    assert!(screen.text().contains("✗ override"), "{}", screen.text());
    screen.press(KeyCode::Enter);
    command(&mut screen, 'r');
    fill(&mut screen, &["", ""]);
    assert!(screen.text().contains("cannot ratify that too"), "{}", screen.text());
    screen.press(KeyCode::Up);
    badge(&mut screen, "A-1");
    assert!(screen.text().contains("is ratified (entry"), "{}", screen.text());
    assert!(!screen.text().contains("✗ override"), "{}", screen.text());
    bench.holds();
}

#[test]
fn the_second_person_stands_by_until_the_mode_changes() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "check_in_witness", "data"]);
    bench.ok(&["check-out", "K00001L9", "K00002L9"]);
    let mut screen = open(&bench);
    screen.scan("V1-A");
    screen.scan("K00001L9");
    assert!(screen.text().contains("second person is needed"), "{}", screen.text());
    screen.esc('w');
    screen.settle(1000);
    screen.scan("B-2");
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "vaulted", "{}", screen.text());
    screen.esc('i');
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["state"], "in_hand", "{}", screen.text());
    bench.holds();
}

#[test]
fn the_label_of_an_order_is_scanned_before_its_media() {
    let bench = strict();
    let new = ["order", "new", "--json", "--purpose", "restore", "--until", "+4h", "K00001L9"];
    let number = |run: crate::support::Run| run.json()["number"].to_string();
    let (first, second) = (number(bench.ok(&new)), number(bench.ok(&new)));
    for order in [&first, &second] {
        bench.ok(&["order", "approve", "--by", "A-1", order]);
    }
    let mut screen = open(&bench);
    screen.esc('o');
    screen.scan("K00001L9");
    assert!(screen.text().contains("Several orders in force list"), "{}", screen.text());
    screen.scan("KB-ORDER-999999");
    assert!(screen.text().contains("There is no movement order 999999"), "{}", screen.text());
    screen.scan(&format!("KB-ORDER-{second}"));
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["order"].to_string(), second);
    bench.holds();
}

#[test]
fn a_shift_is_handed_over_by_both_pins_and_moves_no_custody() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    let mut screen = open(&bench);
    screen.esc('n');
    screen.settle(1000);
    let text = screen.text();
    assert!(text.contains("1 media outside") && text.contains("K00001L9  in hand B-1"), "{text}");
    // Neither PIN may be wrong.
    for pins in [["9999", PIN], [PIN, "9999"]] {
        fill(&mut screen, &[pins[0], "B-2", pins[1]]);
        assert!(screen.text().contains("Wrong PIN"), "{}", screen.text());
        (0..2).for_each(|_| screen.press(KeyCode::Up));
        screen.press(KeyCode::Down);
        (0..8).for_each(|_| screen.press(KeyCode::Backspace));
        screen.press(KeyCode::Up);
    }
    fill(&mut screen, &[PIN, "B-2", PIN]);
    assert!(screen.text().contains("handed the shift over to B-2"), "{}", screen.text());
    assert!(screen.text().contains("· B-2 ·"), "B-2 stands there now: {}", screen.text());
    assert_eq!(bench.show("K00001L9")["custodian"], "B-1");
    let kinds = kinds(&bench);
    assert_eq!(kinds[kinds.len() - 2..], ["shift_handed_over", "checkpoint"]);
    screen.esc('o');
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["custodian"], "B-2");
    bench.holds();
}

#[test]
fn after_a_shift_whoever_stands_there_signs_on_anew() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "idle_lock_minutes", "0"]);
    let mut screen = open(&bench);
    screen.esc('o');
    screen.wait(12 * 3_600_000 - 60_000);
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    screen.wait(60_000);
    screen.scan("K00002L9");
    assert!(screen.text().contains("The shift of 12 h is over"), "{}", screen.text());
    assert_eq!(bench.show("K00002L9")["state"], "vaulted");
    screen.scan("B-1");
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["state"], "in_hand");
    bench.holds();
}

#[test]
fn a_barcode_that_is_also_a_badge_or_a_place_is_a_medium() {
    let bench = Bench::furnished();
    bench.ok(&["person", "add", "K00001L9", "Somebody", "--role", "operator"]);
    bench.ok(&["place", "add", "K00002L9", "--kind", "desk"]);
    let mut screen = open(&bench);
    screen.esc('o');
    for label in ["K00001L9", "K00002L9"] {
        screen.scan(label);
        assert_eq!(bench.show(label)["custodian"], "B-1", "{}", screen.text());
    }
    bench.holds();
}

#[test]
fn who_stands_before_a_station_that_knows_nobody_is_asked_in_large_letters() {
    let bench = Bench::furnished();
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "none".to_owned());
    let mut screen = open(&bench);
    screen.press(KeyCode::Esc);
    assert!(screen.text().contains("scan your badge first"), "{}", screen.text());
    screen.scan("K00001L9");
    assert!(screen.text().contains("!  scan your badge first"), "{}", screen.text());
    // An order needs somebody who asks for it, before anything is filled in.
    screen.press(KeyCode::F(6));
    command(&mut screen, 'n');
    assert!(screen.model.dialog.is_none(), "{}", screen.text());
    assert!(screen.text().contains("scan your badge first, on the scan screen (F1)"), "{}", screen.text());
    bench.holds();
}

#[test]
fn where_a_badge_is_wanted_a_badge_it_is_though_it_is_a_barcode_too() {
    let bench = Bench::furnished();
    bench.ok(&["media", "add", "--at", "V1", "B-2"]);
    let mut screen = open(&bench);
    // Who takes a medium over is wanted: B-2 the person, not B-2 the medium.
    screen.esc('o');
    screen.scan("K00001L9");
    screen.esc('h');
    screen.scan("B-2");
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-2", "{}", screen.text());
    assert_eq!(bench.show("B-2")["state"], "vaulted");
    // Where somebody stands and nobody else is wanted, it is the medium.
    screen.esc('o');
    screen.scan("B-2");
    assert_eq!(bench.show("B-2")["custodian"], "B-1", "{}", screen.text());
    // A station that knows nobody asks B-2 for the PIN.
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "none".to_owned());
    let mut screen = open(&bench);
    screen.press(KeyCode::Esc);
    screen.scan("B-2");
    assert!(matches!(&screen.model.dialog, Some(Dialog::Pin { badge, .. }) if badge.as_str() == "B-2"));
}

#[test]
fn the_badge_of_another_replaces_the_one_that_is_taken_for_granted() {
    let bench = Bench::furnished();
    bench.ok(&["order", "new", "--by", "B-2", "--purpose", "test", "--until", "+4h", "K00001L9"]);
    let mut screen = open(&bench);
    screen.press(KeyCode::F(6));
    screen.settle(1000);
    command(&mut screen, 'a');
    assert!(screen.text().contains("B-1"), "{}", screen.text());
    for (keys, shown) in [("A", "   A_"), ("-1", "   A-1_")] {
        screen.keys(keys, 100);
        assert!(screen.text().contains(shown), "{}", screen.text());
    }
    screen.press(KeyCode::Enter);
    screen.keys(PIN, 100);
    screen.press(KeyCode::Enter);
    screen.settle(1000);
    assert_eq!(kinds(&bench).last().map(String::as_str), Some("order_approved"), "{}", screen.text());
    let last = bench.ok(&["log", "--json"]).json().as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["by"], "A-1");
}

#[test]
fn what_an_input_method_commits_at_once_is_text() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.press(KeyCode::F(6));
    command(&mut screen, 'n');
    for _ in 0..5 {
        screen.press(KeyCode::Down);
    }
    screen.keys("顧客データの復旧", 0);
    screen.settle(1000);
    assert!(screen.text().contains("顧客データの復旧"), "{}", screen.text());
    // A label is refused there as before.
    screen.burst("K00001L9");
    screen.settle(1000);
    assert!(screen.text().contains("顧客データの復旧_"), "{}", screen.text());
    assert!(screen.text().contains("outside the scan screen"), "{}", screen.text());
}

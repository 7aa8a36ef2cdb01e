//! The scan screen: what a person with a scanner meets.

use crossterm::event::KeyCode;
use kuraban::i18n::Lang;
use kuraban::tui::message::Message;
use kuraban::tui::model::Mark;

use crate::support::Bench;
use crate::tui_screen::Screen;

fn open(bench: &Bench) -> Screen<'_> {
    Screen::open(bench, Lang::En, (80, 24))
}

fn newest(screen: &Screen<'_>) -> (Mark, String) {
    let line = screen.model.scan.lines.front().unwrap();
    (line.mark, line.text.clone())
}

#[test]
fn labels_set_mode_place_and_person_and_the_rest_are_media() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.scan("KB-CHECK-OUT");
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    screen.scan("B-2");
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["custodian"], "B-2");
    screen.scan("KB-CHECK-IN");
    screen.scan("K00002L9");
    assert_eq!(newest(&screen), (Mark::Again, "CHECK-IN: scan the place first".to_owned()));
    screen.scan("V1-A-01");
    screen.scan("K00002L9");
    let show = bench.show("K00002L9");
    assert_eq!((&show["place"], &show["seen_how"]), (&"V1-A-01".into(), &"scanned".into()));
    assert!(!show["read_at"].is_null());
    bench.holds();
}

#[test]
fn a_hand_over_takes_the_badge_of_who_takes_it() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.scan("KB-CHECK-OUT");
    screen.scan("K00001L9");
    screen.scan("KB-HAND-OVER");
    screen.scan("K00001L9");
    assert_eq!(newest(&screen).0, Mark::Again);
    screen.scan("B-3");
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-3");
    bench.holds();
}

#[test]
fn a_second_scan_in_the_same_batch_is_never_a_second_step() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('s');
    screen.scan("V1-A");
    let size = |bench: &Bench| bench.verify()["size"].as_u64().unwrap();
    screen.scan("K00001L9");
    let after_one = size(&bench);
    for spelling in ["K00001L9", "*K00001L9*", "K00001", "L9K00001"] {
        screen.scan(spelling);
        assert_eq!(newest(&screen).0, Mark::Again, "{spelling}");
    }
    assert_eq!(size(&bench), after_one);
    assert_eq!(screen.model.scan.counts, [1, 0, 4]);
    // A place label begins a new batch.
    screen.scan("V1-A");
    screen.scan("K00001L9");
    assert_eq!(newest(&screen).0, Mark::Done);
    bench.holds();
}

#[test]
fn a_scanner_that_fires_twice_is_one_reading() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.scan("KB-CHECK-OUT");
    screen.keys("K00001L9", 5);
    screen.press(KeyCode::Enter);
    screen.wait(50);
    screen.keys("K00001L9", 5);
    screen.press(KeyCode::Enter);
    assert_eq!(screen.model.scan.counts, [1, 0, 0]);
    assert_eq!(screen.bells, 0);
}

#[test]
fn every_refusal_rings_and_scanning_goes_on() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.scan("KB-CHECK-OUT");
    screen.scan("NOPE99L9");
    assert_eq!((newest(&screen).0, screen.bells), (Mark::Refused, 1));
    screen.scan("K00001L9K00002L9");
    assert!(newest(&screen).1.contains("two labels in one reading"), "{:?}", newest(&screen));
    assert_eq!(screen.bells, 2);
    screen.scan("K00003L9");
    assert_eq!(newest(&screen).0, Mark::Done);
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
    let log = bench.ok(&["log", "--json"]).json();
    assert!(log.as_array().unwrap().iter().any(|entry| entry["kind"] == "unknown_label"));
    bench.holds();
}

#[test]
fn esc_u_and_its_label_take_the_last_step_back() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('o');
    screen.scan("K00001L9");
    screen.scan("K00002L9");
    screen.esc('u');
    assert_eq!(bench.show("K00002L9")["state"], "vaulted");
    screen.scan("KB-UNDO");
    assert_eq!(bench.show("K00001L9")["state"], "vaulted");
    screen.esc('u');
    assert_eq!(newest(&screen).0, Mark::Again);
    // What was taken back can be scanned again.
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    bench.holds();
}

#[test]
fn typing_is_typed_pasting_is_pasted_and_a_burst_is_scanned() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('s');
    screen.scan("V1-A");
    screen.scan("K00001L9");
    screen.keys("K00002L9", 150);
    screen.press(KeyCode::Enter);
    screen.feed(Message::Paste("K00003L9\r\nK00004L9\n\n".to_owned()));
    screen.keys("K00005L9", 10);
    screen.wait(150);
    for (barcode, how) in [
        ("K00001L9", "scanned"),
        ("K00002L9", "typed"),
        ("K00003L9", "pasted"),
        ("K00004L9", "pasted"),
        ("K00005L9", "scanned"),
    ] {
        assert_eq!(bench.show(barcode)["seen_how"], how, "{barcode}");
    }
    bench.holds();
}

#[test]
fn what_is_typed_in_a_dialog_is_no_scan_and_a_label_is_no_command() {
    let bench = Bench::furnished();
    let size = bench.verify()["size"].clone();
    let mut screen = open(&bench);
    screen.esc('o');
    screen.press(KeyCode::F(2));
    screen.press(KeyCode::Char('/'));
    screen.keys("K00001L9", 5);
    screen.wait(500);
    screen.feed(Message::Paste("K0000\n2L9".to_owned()));
    assert_eq!(bench.verify()["size"], size, "nothing was scanned into a dialog");
    assert!(screen.text().contains("K00001L9K00002L9_"), "a paste is text for the dialog: {}", screen.text());
    for _ in 0..8 {
        screen.press(KeyCode::Backspace);
    }
    assert!(screen.text().contains("K00001L9  vaulted  V1-A"), "{}", screen.text());
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("K00001L9 (#15)"), "{}", screen.text());
    screen.press(KeyCode::F(1));
    for label in ["1", "2quit", "u", "q", "?"] {
        screen.scan(label);
        assert!(!screen.ended);
        assert_eq!(screen.model.screen.word(), "scan", "{label}");
    }
    bench.holds();
}

#[test]
fn the_list_is_filtered_by_sort_and_never_reordered() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('o');
    for label in ["K00001L9", "NOPE99L9", "K00002L9", "K00001L9"] {
        screen.scan(label);
    }
    let marks: Vec<Mark> = screen.model.scan.lines.iter().map(|line| line.mark).collect();
    // The oldest two: who signed on, and the mode.
    assert_eq!(marks, [Mark::Again, Mark::Done, Mark::Refused, Mark::Done, Mark::Set, Mark::Set]);
    screen.esc('f');
    let text = screen.text();
    assert!(text.contains("[✗]") && text.contains("NOPE99L9"), "{text}");
    assert!(!text.lines().skip(8).any(|line| line.contains("K00002L9")), "{text}");
}

#[test]
fn a_scan_that_cannot_be_recorded_stands_in_the_list_and_scanning_goes_on() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('o');
    let other = bench.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    screen.scan("K00001L9");
    let text = screen.text();
    assert!(text.contains("K00001L9 NOT RECORDED") && text.contains("locked"), "{text}");
    assert_eq!((screen.bells, screen.model.scan.counts, screen.model.scan.waiting), (1, [0, 1, 0], 0));
    other.execute_batch("ROLLBACK").unwrap();
    screen.scan("K00001L9");
    assert_eq!(screen.model.scan.counts, [1, 1, 0]);
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    bench.holds();
}

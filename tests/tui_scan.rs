//! The scan screen: what a person with a scanner meets.

use crossterm::event::{KeyCode, KeyModifiers};
use kuraban::app::Status;
use kuraban::app::station::{Answer, Standing};
use kuraban::i18n::Lang;
use kuraban::tui::message::Message;
use kuraban::tui::model::Mark;
use kuraban::tui::update::update;

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

#[test]
fn two_labels_in_one_burst_are_known_whatever_their_shape_and_are_on_record() {
    let bench = Bench::furnished();
    bench.ok(&["media", "add", "--at", "V1", "12345678"]);
    let mut screen = open(&bench);
    screen.esc('s');
    screen.scan("V1-A");
    let unknown = || -> Vec<serde_json::Value> {
        let log = bench.ok(&["log", "--json"]).json();
        let all = log.as_array().unwrap().iter().filter(|entry| entry["kind"] == "unknown_label");
        all.map(|entry| entry["data"].clone()).collect()
    };
    let labels = [
        "B-1K00005L9",
        "V1-AK00005L9",
        "KB-LOADD1",
        "1234567812345678",
        "K00001L9K00002L9",
        "K00001V2",
        "K00005L9KB-UNDO",
        "K00001L9 K00002L9",
    ];
    for (count, label) in (1..).zip(labels) {
        let before = screen.model.scan.place.clone();
        screen.scan(label);
        let (mark, text) = newest(&screen);
        assert!(mark == Mark::Refused && text.contains("two labels in one reading"), "{text}");
        assert_eq!((screen.model.scan.mode.word(), &screen.model.scan.place), ("sight", &before), "{label}");
        assert_eq!((screen.bells, unknown().len()), (count, count), "{label}");
        let data = unknown().pop().unwrap();
        let told = ["label", "why", "action", "place"].map(|key| data[key].as_str().unwrap().to_owned());
        assert_eq!(told, [label, "unreadable", "sight", "V1-A"]);
    }
    // One label that nobody knows is still just that.
    screen.scan("K99999L9");
    assert!(newest(&screen).1.contains("No medium has the barcode"), "{:?}", newest(&screen));
    screen.scan("QQK00001L9");
    assert!(!newest(&screen).1.contains("two labels"), "{:?}", newest(&screen));
    // A medium whose barcode could be read as two labels is itself.
    bench.ok(&["media", "add", "--at", "V1", "B-1V1-A"]);
    screen.scan("B-1V1-A");
    assert_eq!(newest(&screen).0, Mark::Done, "{:?}", newest(&screen));
    bench.holds();
}

#[test]
fn a_refusal_is_seen_from_afar_whatever_was_read() {
    let bench = Bench::furnished();
    let large = |screen: &Screen<'_>| screen.text().lines().skip(2).take(4).any(|line| line.contains('▌'));
    let mut screen = open(&bench);
    screen.esc('o');
    for label in ["A-VERY-LONG-BARCODE-THAT-NOBODY-KNOWS-0001", "媒体媒体１", "!!!!!!"] {
        screen.scan(label);
        assert_eq!(newest(&screen).0, Mark::Refused, "{label}");
        assert!(large(&screen), "{}", screen.text());
    }
}

#[test]
fn a_step_that_is_taken_back_is_not_counted_as_recorded() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('o');
    screen.scan("K00001L9");
    screen.esc('u');
    assert_eq!((newest(&screen).0, screen.model.scan.counts), (Mark::Done, [1, 0, 0]));
}

#[test]
fn an_answer_that_is_late_is_said_in_place_of_the_last_one() {
    let bench = Bench::furnished();
    let mut first = open(&bench);
    first.model.sent(1);
    first.settle(1000);
    assert!(first.text().contains("!  waiting for the ledger"), "{}", first.text());
    let mut screen = open(&bench);
    screen.esc('o');
    screen.scan("K00001L9");
    // Nothing is performed: another program has the ledger.
    let key = |code| Message::Key(crossterm::event::KeyEvent::new(code, KeyModifiers::NONE), 10_000);
    let now = (bench.outside().now)();
    for c in "K00002L9".chars() {
        assert!(update(&mut screen.model, key(KeyCode::Char(c))).is_empty());
    }
    assert_eq!(update(&mut screen.model, key(KeyCode::Enter)).len(), 1);
    update(&mut screen.model, Message::Tick(10_900, now));
    assert_eq!(screen.model.wake(), Some(11_000));
    assert!(!screen.text().contains("waiting for the ledger"), "{}", screen.text());
    update(&mut screen.model, Message::Tick(11_000, now));
    assert_eq!(screen.model.wake(), None, "the screen does not spin");
    assert!(screen.text().contains("!  waiting for the ledger"), "{}", screen.text());
    let standing = Standing { person: screen.model.scan.person.clone(), ..Standing::default() };
    update(&mut screen.model, Message::Answer(Box::new(Answer::NothingToUndo), standing));
    assert!(!screen.text().contains("waiting for the ledger"), "{}", screen.text());
}

#[test]
fn a_ledger_that_may_only_be_read_says_so_at_once_and_all_the_time() {
    let bench = Bench::furnished();
    for (lang, word, said) in
        [(Lang::En, "READ ONLY", "can only be read here"), (Lang::Ja, "読取専用", "読取り専用です")]
    {
        let mut screen = Screen::open(&bench, lang, (80, 24));
        assert!(!screen.text().contains(word));
        let status = Status { read_only: true, ..screen.model.status.clone() };
        screen.feed(Message::Status(Box::new(status.clone())));
        let text = screen.text();
        assert!(text.lines().next().unwrap().contains(word) && text.contains(said), "{text}");
        screen.press(KeyCode::F(2));
        screen.feed(Message::Status(Box::new(status)));
        let text = screen.text();
        assert!(text.lines().next().unwrap().contains(word) && !text.contains(said), "{text}");
    }
}

//! A count on the screens: by place, idempotent, blind, and several counters at once.

use crossterm::event::KeyCode;
use kuraban::i18n::Lang;

use crate::support::{Bench, PIN};
use crate::tui_screen::Screen;

fn open(args: &[&str]) -> (Bench, String) {
    let bench = Bench::furnished();
    let number = bench.ok(&[&["audit", "open", "--json", "--by", "X-1"], args].concat()).json();
    (bench, number["number"].to_string())
}

fn counting(bench: &Bench) -> Screen<'_> {
    let mut screen = Screen::open(bench, Lang::En, (80, 24));
    screen.esc('a');
    screen
}

fn entries(bench: &Bench) -> usize {
    bench.ok(&["log", "--json"]).json().as_array().unwrap().len()
}

#[test]
fn labels_count_where_the_place_before_them_says() {
    let (bench, number) = open(&["--at", "V1"]);
    let mut screen = counting(&bench);
    screen.scan("K00001L9");
    assert!(screen.text().contains("scan the place first"), "{}", screen.text());
    screen.scan("V1-A");
    let before = entries(&bench);
    for label in ["K00001L9", "K00002L9", "K00001L9"] {
        screen.scan(label);
    }
    assert_eq!(entries(&bench), before + 2, "the same label again is no entry");
    assert!(screen.text().contains("K00001L9 was counted here already"), "{}", screen.text());
    assert!(screen.text().contains("2 here   2 read by all counters"), "{}", screen.text());
    let page = bench.ok(&["audit", "status", "--json", &number]).json();
    assert_eq!((&page["seen"], &page["grades"]["scanned"]), (&2.into(), &2.into()));
    bench.holds();
}

#[test]
fn a_place_that_nobody_counts_is_refused_and_the_label_after_it_too() {
    let (bench, _) = open(&["--at", "V1"]);
    let mut screen = counting(&bench);
    screen.scan("V1-A");
    screen.scan("V2");
    assert!(screen.text().contains("V2 is in no stocktake"), "{}", screen.text());
    let before = entries(&bench);
    screen.scan("K00001L9");
    assert_eq!(entries(&bench), before, "not at V1-A, for that is not where it was read");
}

#[test]
fn what_was_done_before_a_count_is_not_undone_in_it() {
    let (bench, _) = open(&["--at", "V1"]);
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    screen.esc('o');
    screen.scan("K00001L9");
    screen.esc('a');
    screen.scan("V1-A");
    screen.scan("K00002L9");
    screen.esc('u');
    assert!(screen.text().contains("there is no step to take back"), "{}", screen.text());
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
}

#[test]
fn who_counts_sees_no_list_of_the_place_on_any_screen() {
    let (bench, number) = open(&["--at", "V1"]);
    let mut screen = counting(&bench);
    screen.scan("V1-A");
    screen.scan("K00001L9");
    screen.press(KeyCode::F(5));
    let text = screen.text();
    let row = text.lines().find(|line| line.contains("V1-A ")).unwrap();
    assert!(row.contains('–'), "how many stand there is not told: {row}");
    for _ in 0..2 {
        screen.press(KeyCode::Down);
    }
    screen.press(KeyCode::Enter);
    assert!(!screen.text().contains("K00003L9"), "{}", screen.text());
    assert!(screen.text().contains("is given no list"), "{}", screen.text());
    screen.keys("/", 200);
    screen.keys("K0000", 200);
    assert!(!screen.text().contains("K00003L9"), "{}", screen.text());
    drop(screen);
    // The command line says the same, also to who does not say who they are; an auditor who does not count may look.
    for args in [&["media", "list", "--by", "B-1"][..], &["media", "list", "--at", "V1-A", "--by", "B-1"]] {
        let run = bench.run(args).code(1);
        assert!(run.out.is_empty() && run.err.contains("B-1 counts in stocktake"), "{run:?}");
    }
    bench.vars.borrow_mut().remove("KURABAN_BADGE");
    bench.run(&["media", "list", "--at", "V1"]).code(1);
    let places = bench.ok(&["place", "list", "--json"]).json();
    let media = |code: &str| {
        let place = places.as_array().unwrap().iter().find(|place| place["code"] == code).unwrap();
        place["media"].clone()
    };
    assert_eq!((media("V1-A"), media("V2")), (serde_json::Value::Null, 0.into()));
    bench.ok(&["media", "list", "--at", "V2"]);
    let order = ["order", "new", "--purpose", "test", "--until", "+4h", "--at", "V1", "--by", "B-1"];
    assert!(bench.run(&order).code(1).err.contains("is given no list"));
    assert!(bench.ok(&["media", "list", "--at", "V1", "--by", "A-1"]).out.contains("K00003L9"));
    bench.run(&["audit", "close", "--by", "X-1", "--with", "A-1", &number]).code(1);
    assert!(bench.ok(&["media", "list", "--at", "V1"]).out.contains("K00001L9"));
}

#[test]
fn several_counters_see_each_other_count() {
    let (bench, number) = open(&[]);
    let mut screen = counting(&bench);
    screen.scan("V1-A");
    screen.scan("K00001L9");
    bench.ok(&["audit", "scan", "--by", "B-2", &number, "V1-A", "K00002L9", "K00003L9"]);
    screen.wait(2_000);
    let text = screen.text();
    assert!(text.contains("3 read by all counters") && text.contains("B-2 2"), "{text}");
}

#[test]
fn an_auditor_opens_and_closes_at_the_shelf() {
    let bench = Bench::furnished();
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    screen.esc('c');
    assert!(screen.text().contains("Which stocktake?"), "{}", screen.text());
    screen.esc('b');
    fill(&mut screen, &["V1", "X-1", PIN]);
    assert!(screen.text().contains("is open: V1"), "{}", screen.text());
    screen.scan("V1-A");
    for number in 1..=5 {
        screen.scan(&format!("K0000{number}L9"));
    }
    screen.esc('r');
    fill(&mut screen, &["X-1", PIN]);
    assert!(screen.text().contains("second count"), "{}", screen.text());
    screen.scan("V1-A");
    screen.scan("K00006L9");
    assert!(screen.text().contains("B-1 has counted in the first count"), "{}", screen.text());
    screen.esc('c');
    fill(&mut screen, &["X-1", PIN, "A-1", "9999"]);
    assert!(screen.text().contains("Wrong PIN for A-1"), "{}", screen.text());
    for _ in 0..4 {
        screen.press(KeyCode::Up);
    }
    fill(&mut screen, &["", PIN, "", PIN]);
    assert!(
        screen.text().contains("REFUSED") && screen.text().contains("1 declared missing"),
        "{}",
        screen.text()
    );
    assert_eq!(bench.show("K00006L9")["state"], "missing");
    screen.scan("V1-A");
    assert!(screen.text().contains("V1-A is in no stocktake"), "{}", screen.text());
    bench.holds();
}

/// Fills in a form line by line; what is empty stays as it is.
fn fill(screen: &mut Screen<'_>, lines: &[&str]) {
    for line in lines {
        screen.keys(line, 200);
        screen.press(KeyCode::Enter);
    }
}

//! The screens with lists, and what stands over them, against real ledgers.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kuraban::app::Part;
use kuraban::i18n::Lang;
use kuraban::tui::board::Line;
use kuraban::tui::message::Message;
use kuraban::tui::model::Mark;

use crate::support::Bench;
use crate::tui_screen::Screen;

const HOUR: i64 = 3_600_000;

fn open(bench: &Bench) -> Screen<'_> {
    Screen::open(bench, Lang::En, (80, 24))
}

/// What is outside at the end of each of the last hours, as the board tells.
fn hours(screen: &mut Screen<'_>) -> Vec<u64> {
    screen.press(KeyCode::F(2));
    screen.model.board.hours.clone()
}

#[test]
fn the_chart_counts_what_was_outside_at_the_end_of_every_hour() {
    let bench = Bench::furnished();
    bench.pass(30 * HOUR);
    bench.ok(&["check-out", "K00001L9", "K00002L9", "K00003L9"]);
    bench.pass(2 * HOUR);
    bench.ok(&["check-in", "--to", "V1", "K00001L9"]);
    bench.ok(&["load", "--into", "LIB", "K00002L9"]);
    bench.pass(HOUR);
    bench.ok(&["eject", "K00002L9"]);
    bench.ok(&["check-out", "K00004L9"]);
    bench.ok(&["void", "K00004L9"]);
    bench.ok(&["missing", "--by", "A-1", "--why", "gone", "K00005L9"]);
    bench.pass(HOUR);
    let mut screen = open(&bench);
    let seen = hours(&mut screen);
    assert!(seen.ends_with(&[0, 3, 3, 1, 3, 3]) || seen.ends_with(&[0, 3, 3, 1, 3]), "{seen:?}");
    assert_eq!(seen.len(), kuraban::app::HOURS);
    // What is read later is counted the same as what is read at once.
    bench.ok(&["check-in", "--to", "V1", "K00003L9"]);
    bench.pass(HOUR);
    let later = hours(&mut screen);
    assert_eq!(later.last(), Some(&2), "{later:?}");
    assert_eq!(hours(&mut open(&bench)), later);
    bench.holds();
}

#[test]
fn what_needs_a_person_stands_above_and_the_calm_rest_is_one_line_for_each_holder() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9", "K00002L9", "K00003L9"]);
    bench.ok(&["check-out", "--by", "B-2", "K00004L9"]);
    bench.ok(&["check-out", "--by", "B-2", "--until", "+1h", "K00005L9"]);
    bench.pass(3 * HOUR);
    let mut screen = open(&bench);
    screen.press(KeyCode::F(2));
    let text = screen.text();
    let at = |wanted: &str| text.lines().position(|line| line.contains(wanted)).unwrap();
    assert!(at("overdue") < at("3 media, in time") && at("3 media, in time") < at("K00004L9"), "{text}");
    assert!(!text.contains("K00002L9"), "{text}");
    screen.press(KeyCode::Down);
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("▾ 3 media") && screen.text().contains("K00002L9"), "{}", screen.text());
    // The selection stays on its line when the board is read again and has grown above it.
    bench.ok(&["check-out", "--by", "B-3", "--until", "+1h", "K00006L9"]);
    bench.pass(2 * HOUR);
    screen.press(KeyCode::F(2));
    let selected = screen.model.board.lines[screen.model.board.selected].clone();
    assert!(matches!(selected, Line::Group { count: 3, open: true, .. }), "{selected:?}");
    screen.press(KeyCode::Enter);
    assert!(!screen.text().contains("K00002L9"), "{}", screen.text());
}

#[test]
fn the_board_is_narrowed_by_severity_state_custodian_and_place() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9", "K00003L9"]);
    bench.ok(&["check-out", "--by", "B-2", "--until", "+1h", "K00002L9"]);
    bench.ok(&["load", "--into", "D1", "K00003L9"]);
    bench.pass(90 * 60_000);
    let mut screen = open(&bench);
    screen.press(KeyCode::F(2));
    let mut shown = |keys: &str| -> Vec<String> {
        keys.chars().for_each(|key| screen.press(KeyCode::Char(key)));
        let text = screen.text();
        let found = (1..=3).map(|n| format!("K0000{n}L9")).filter(|barcode| text.contains(barcode)).collect();
        screen.press(KeyCode::Char('x'));
        found
    };
    let all = ["K00001L9", "K00002L9", "K00003L9"];
    assert_eq!(shown(""), all);
    assert_eq!(shown("s"), ["K00002L9"], "warning and graver");
    assert_eq!(shown("ss"), [""; 0], "critical");
    assert_eq!(shown("sss"), all, "and round again");
    assert_eq!(shown("t"), ["K00001L9", "K00002L9"], "in hand");
    assert_eq!(shown("tt"), ["K00003L9"], "in a device");
    assert_eq!(shown("c"), ["K00001L9"], "B-1");
    assert_eq!(shown("cc"), ["K00002L9"], "B-2");
    assert_eq!(shown("p"), ["K00003L9"], "D1");
    assert_eq!(shown("st"), ["K00002L9"], "both at once");
    assert_eq!(shown(""), all);
}

#[test]
fn the_log_is_read_in_windows_and_follows_what_is_new() {
    let bench = Bench::furnished();
    let lines: String = (0..500).map(|n| format!("S{n:05}L9\n")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "-"], lines.as_bytes()).code(0);
    let size = bench.verify()["size"].as_u64().unwrap();
    let mut screen = open(&bench);
    screen.press(KeyCode::F(4));
    let span = |screen: &Screen<'_>| {
        let rows = &screen.model.log.list.rows;
        (rows.first().unwrap().seq, rows.last().unwrap().seq)
    };
    assert_eq!(span(&screen), (size - 199, size));
    // Another process records: the tail follows within its second.
    bench.ok(&["check-out", "K00001L9"]);
    screen.wait(1100);
    assert_eq!(span(&screen), (size - 198, size + 1));
    assert!(screen.text().contains("check-out"), "{}", screen.text());
    for _ in 0..18 {
        screen.press(KeyCode::PageUp);
    }
    assert_eq!(span(&screen), (size - 398, size - 199));
    // Far from the end, what is new moves nothing.
    bench.ok(&["check-out", "K00002L9"]);
    screen.wait(1100);
    assert_eq!(span(&screen), (size - 398, size - 199));
    screen.press(KeyCode::Home);
    assert_eq!((span(&screen), screen.model.log.list.selected), ((1, 200), 0));
    screen.press(KeyCode::Up);
    assert_eq!(span(&screen), (1, 200));
    let mut seen: Vec<u64> = Vec::new();
    loop {
        let selected = screen.model.log.list.rows[screen.model.log.list.selected].seq;
        if seen.last() == Some(&selected) {
            break;
        }
        seen.push(selected);
        screen.press(KeyCode::Down);
    }
    assert_eq!(seen, (1..=size + 2).collect::<Vec<_>>(), "every entry is passed once");
    assert_eq!(screen.model.log.part, Part::Newest);
    screen.press(KeyCode::Char('v'));
    assert!(screen.model.verifying.is_some());
}

#[test]
fn a_place_shows_what_is_in_it_window_by_window() {
    let bench = Bench::furnished();
    let barcodes: Vec<String> = (0..450).map(|n| format!("S{n:05}L9")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "-"], barcodes.join("\n").as_bytes()).code(0);
    let mut screen = open(&bench);
    screen.press(KeyCode::F(5));
    let text = screen.text();
    let at = |wanted: &str| text.lines().position(|line| line.contains(wanted)).unwrap();
    assert!(at("Resident devices") < at("LIB") && at("DESK") < at("Resident devices"), "{text}");
    let v2 = screen.model.places.rows.iter().position(|line| line.view.place.code.as_str() == "V2").unwrap();
    (0..v2).for_each(|_| screen.press(KeyCode::Down));
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("V2: 450 media"), "{}", screen.text());
    let mut seen = Vec::new();
    for _ in 0..450 {
        let list = &screen.model.contents.as_ref().unwrap().list;
        seen.push(list.rows[list.selected].barcode.to_string());
        screen.press(KeyCode::Down);
    }
    assert_eq!(seen, barcodes);
    for _ in 0..100 {
        screen.press(KeyCode::PageUp);
    }
    let list = &screen.model.contents.as_ref().unwrap().list;
    assert_eq!(list.rows[list.selected].barcode.to_string(), barcodes[0]);
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains("S00000L9 (#"), "{}", screen.text());
    screen.press(KeyCode::F(5));
    screen.press(KeyCode::Backspace);
    assert!(screen.text().contains("Resident devices"), "{}", screen.text());
}

#[test]
fn a_chain_is_copied_and_exported_and_nothing_is_overwritten() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    let mut screen = open(&bench);
    screen.press(KeyCode::F(2));
    screen.press(KeyCode::Enter);
    screen.press(KeyCode::Char('c'));
    let copied = screen.copied.clone().unwrap();
    assert!(copied.contains("K00001L9 (#15)  in hand  B-1 Sato") && copied.contains("check-out"), "{copied}");
    let file = bench.path().join("chain.csv");
    let export = |screen: &mut Screen<'_>| {
        screen.press(KeyCode::Char('e'));
        (0..40).for_each(|_| screen.press(KeyCode::Backspace));
        screen.keys(&file.display().to_string(), 50);
        screen.press(KeyCode::Enter);
        screen.model.notice.clone().unwrap()
    };
    let (mark, said) = export(&mut screen);
    assert!(mark == Mark::Done && said.contains("chain.csv"), "{said}");
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written, bench.ok(&["log", "K00001L9", "--csv"]).out);
    std::fs::write(&file, "mine").unwrap();
    let (mark, said) = export(&mut screen);
    assert!(mark == Mark::Refused && said.contains("was not written"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(screen.bells, 1);
}

#[test]
fn a_station_that_nobody_touches_forgets_who_stands_before_it() {
    let bench = Bench::furnished();
    bench.ok(&["policy", "set", "idle_lock_minutes", "5"]);
    let mut screen = open(&bench);
    screen.esc('o');
    screen.scan("K00001L9");
    screen.press(KeyCode::F(2));
    screen.wait(4 * 60_000);
    assert!(screen.text().contains("· B-1 ·"), "{}", screen.text());
    screen.press(KeyCode::Down);
    screen.wait(4 * 60_000);
    assert!(screen.text().contains("· B-1 ·"), "a key counts from anew: {}", screen.text());
    screen.wait(61_000);
    let text = screen.text();
    assert!(!text.contains("· B-1 ·") && text.contains("locked: no key for 5 min"), "{text}");
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["state"], "vaulted", "nobody, nothing");
    screen.scan("B-2");
    screen.scan("K00002L9");
    assert_eq!(bench.show("K00002L9")["custodian"], "B-2");
    screen.esc('u');
    assert_eq!(bench.show("K00002L9")["state"], "vaulted");
    screen.esc('u');
    assert_eq!(
        bench.show("K00001L9")["state"],
        "in_hand",
        "what another did before the lock is not taken back"
    );
    bench.holds();
}

#[test]
fn the_first_start_makes_a_ledger_from_a_few_answers() {
    let bench = Bench::empty();
    let mut screen = open(&bench);
    for (answer, wrong) in [("", true), ("TO KYO", true)] {
        screen.keys(answer, 50);
        screen.press(KeyCode::Enter);
        assert_eq!(screen.text().contains('✗'), wrong, "{}", screen.text());
    }
    (0..6).for_each(|_| screen.press(KeyCode::Backspace));
    for answer in ["TOKYO", "B-7", "佐藤 花子", "2468", "2468", "V1"] {
        assert!(!bench.ledger().exists());
        screen.keys(answer, 50);
        screen.press(KeyCode::Enter);
    }
    assert!(screen.text().contains("TOKYO · ledger.kuraban · B-7"), "{}", screen.text());
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "2468".to_owned());
    bench.ok(&["media", "add", "--by", "B-7", "--at", "V1", "K00001L9"]);
    bench.ok(&["policy", "set", "--by", "B-7", "order_required", "no"]);
    screen.esc('o');
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["custodian"], "B-7");
    assert!(bench.ok(&["person", "list"]).out.contains("佐藤 花子"));
    bench.holds();
}

#[test]
fn a_ledger_that_appears_meanwhile_is_not_overwritten() {
    let bench = Bench::empty();
    let mut screen = open(&bench);
    for answer in ["TOKYO", "B-7", "Sato", "2468", "2468"] {
        screen.keys(answer, 50);
        screen.press(KeyCode::Enter);
    }
    bench.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Suzuki"]);
    screen.keys("V1", 50);
    screen.press(KeyCode::Enter);
    assert!(screen.text().contains('✗') && screen.model.setup.is_some(), "{}", screen.text());
    assert_eq!(bench.verify()["size"], 3);
}

#[test]
fn the_self_test_shows_what_comes_and_records_nothing() {
    let bench = Bench::furnished();
    let size = bench.verify()["size"].clone();
    let mut screen = open(&bench);
    screen.esc('o');
    screen.esc('t');
    screen.keys("K00001L9", 5);
    screen.press(KeyCode::Tab);
    let text = screen.text();
    assert!(text.contains("K00001L9<TAB>") && text.contains("set it to"), "{text}");
    screen.wait(2000);
    screen.press(KeyCode::Esc);
    assert_eq!((screen.model.scan.waiting, bench.verify()["size"].clone()), (0, size));
    // Esc and a key in one piece, as over a slow line, leave the dialog and reach the screen.
    screen.esc('t');
    screen.feed(Message::Key(KeyEvent::new(KeyCode::F(2), KeyModifiers::ALT), 9_000_000));
    assert_eq!(screen.model.screen.word(), "board");
    screen.feed(Message::Key(KeyEvent::new(KeyCode::Char('z'), KeyModifiers::CONTROL), 9_000_000));
    assert!(screen.suspended);
}

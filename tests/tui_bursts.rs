//! A scanner's burst where it is no reading: it is refused aloud, and never run as keys.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kuraban::i18n::Lang;
use kuraban::tui::message::Message;
use kuraban::tui::model::{Dialog, Mark, Screen as Shown};

use crate::support::Bench;
use crate::tui_screen::Screen;

fn open(bench: &Bench) -> Screen<'_> {
    Screen::open(bench, Lang::En, (80, 24))
}

fn size(bench: &Bench) -> u64 {
    bench.verify()["size"].as_u64().unwrap()
}

#[track_caller]
fn refused(screen: &Screen<'_>, label: &str, bells: usize) {
    let (mark, said) = screen.model.notice.clone().unwrap();
    assert_eq!((mark, screen.bells), (Mark::Refused, bells), "{said}");
    assert!(said.starts_with(label) && said.contains("NOT RECORDED"), "{said}");
    let text = screen.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains(label) && text.contains("scan it again"), "{text}");
}

#[test]
fn a_burst_on_another_screen_is_refused_and_runs_no_command() {
    let bench = Bench::furnished();
    let before = size(&bench);
    let mut screen = open(&bench);
    let mut bells = 0;
    for (key, shown) in [(2, Shown::Board), (3, Shown::Medium), (4, Shown::Ledger), (5, Shown::Places)] {
        for label in ["12345678", "quit1", "K00001L9", "V2", "sttx", "gGjk/v"] {
            screen.press(KeyCode::F(key));
            screen.burst(label);
            bells += 1;
            refused(&screen, label, bells);
            assert!(!screen.ended && screen.model.dialog.is_none(), "{label}");
            assert_eq!((screen.model.screen, screen.model.scan.waiting), (shown, 0), "{label}");
            // What comes after the end of the burst is a key again.
            screen.settle(200);
            screen.press(KeyCode::Char('?'));
            assert!(matches!(screen.model.dialog, Some(Dialog::Help { .. })), "{label}");
            screen.press(KeyCode::Esc);
        }
    }
    screen.press(KeyCode::F(1));
    assert_eq!((screen.model.scan.wedge.text(), size(&bench)), (String::new(), before));
    screen.esc('o');
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    bench.holds();
}

#[test]
fn a_burst_ends_with_any_terminator_or_silence_and_two_at_its_end_are_one() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    let feed = KeyEvent::new(KeyCode::Char('j'), KeyModifiers::CONTROL);
    for round in 1..=4 {
        screen.press(KeyCode::F(2));
        screen.keys("1quit", 5);
        match round {
            1 => screen.strike(KeyCode::Tab),
            2 => screen.feed(Message::Key(feed, 0)),
            3 => {
                screen.strike(KeyCode::Enter);
                screen.feed(Message::Key(feed, 0));
            }
            _ => screen.settle(150),
        }
        refused(&screen, "1quit", round);
        assert_eq!(screen.model.screen, Shown::Board, "{round}");
    }
    // Two labels, one right after the other, are two bursts.
    screen.burst("K00001L9");
    screen.burst("K00002L9");
    refused(&screen, "K00002L9", 6);
}

#[test]
fn a_key_alone_is_a_command_after_a_moment_and_others_at_once() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.strike(KeyCode::F(2));
    assert_eq!(screen.model.screen, Shown::Board);
    screen.strike(KeyCode::Char('5'));
    screen.settle(30);
    assert_eq!(screen.model.screen, Shown::Board, "it may be the beginning of a label");
    assert_eq!(screen.model.wake(), screen.model.gate.due(), "the screen wakes up for it");
    screen.settle(10);
    assert_eq!((screen.model.screen, screen.model.wake()), (Shown::Places, None));
    // Arrows wait for nothing, and end what is held; so does a key that comes later than a scanner's.
    screen.strike(KeyCode::Char('G'));
    screen.strike(KeyCode::Up);
    let last = screen.model.places.rows.len() - 1;
    assert_eq!(screen.model.places.selected, last - 1);
    screen.keys("gj2", 60);
    assert_eq!((screen.model.places.selected, screen.model.screen, screen.bells), (1, Shown::Board, 0));
}

#[test]
fn a_key_that_is_held_down_is_no_burst() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.press(KeyCode::F(5));
    screen.keys("jjjj", 30);
    assert_eq!(screen.model.places.selected, 3, "it moves while it is held");
    screen.settle(40);
    assert_eq!((screen.model.places.selected, screen.bells), (4, 0));
}

#[test]
fn after_esc_on_the_scan_screen_a_burst_is_a_reading() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.esc('o');
    screen.press(KeyCode::Esc);
    screen.scan("K00001L9");
    assert_eq!(bench.show("K00001L9")["state"], "in_hand");
    // Also one that only silence ends.
    screen.press(KeyCode::Esc);
    screen.keys("K00004L9", 5);
    screen.wait(150);
    assert_eq!(bench.show("K00004L9")["state"], "in_hand");
    // Esc and the first letter in one piece, as a slow line delivers them; `q` would end the program.
    screen.alt('q');
    screen.settle(5);
    screen.scan("00002L9");
    let line = screen.model.scan.lines.front().unwrap();
    assert!(!screen.ended && line.text.contains("q00002L9"), "{line:?}");
    screen.alt('K');
    screen.settle(5);
    screen.scan("00003L9");
    assert_eq!(bench.show("K00003L9")["state"], "in_hand");
    assert_eq!(screen.model.escaped, None);
    // Alone, both are commands still, however they come.
    screen.alt('u');
    screen.settle(40);
    assert_eq!(bench.show("K00003L9")["state"], "vaulted");
    screen.esc('2');
    assert_eq!(screen.model.screen, Shown::Board);
    bench.holds();
}

#[test]
fn an_esc_that_nothing_follows_is_forgotten() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.press(KeyCode::Esc);
    assert!(screen.text().contains("Esc …"), "{}", screen.text());
    screen.settle(2900);
    assert!(screen.model.escaped.is_some() && screen.model.wake().is_some());
    screen.settle(100);
    assert!(!screen.text().contains("Esc …"), "{}", screen.text());
    screen.keys("u", 200);
    assert_eq!(screen.model.scan.wedge.text(), "u", "it is a letter now");
    // Also where no time was told in between.
    screen.press(KeyCode::Esc);
    screen.feed(Message::Key(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE), 1_000_000));
    assert!(!screen.ended);
    assert_eq!(screen.model.scan.wedge.text(), "uq");
}

#[test]
fn a_burst_in_the_help_is_refused_and_the_help_stays() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    for number in 1..=5 {
        screen.press(KeyCode::F(number));
        screen.press(KeyCode::F(9));
        screen.burst("1quit");
        refused(&screen, "1quit", usize::from(number));
        assert!(matches!(screen.model.dialog, Some(Dialog::Help { .. })));
        screen.settle(200);
        screen.press(KeyCode::Char('x'));
        assert!(screen.model.dialog.is_none(), "a key alone leaves it");
    }
    // F1 leads from everything to the scan screen, as the refusal says.
    for open in ['?', '/'] {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Char(open));
        screen.press(KeyCode::F(1));
        assert!(screen.model.dialog.is_none() && screen.model.screen == Shown::Scan, "{open}");
    }
}

#[test]
fn a_burst_is_no_name_of_a_file() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    let mut screen = open(&bench);
    screen.press(KeyCode::F(2));
    screen.press(KeyCode::Enter);
    screen.press(KeyCode::Char('e'));
    let path = |screen: &Screen<'_>| match &screen.model.dialog {
        Some(Dialog::Export { path }) => path.clone(),
        other => panic!("{other:?}"),
    };
    screen.keys("x", 200);
    assert_eq!(path(&screen), "K00001L9.csvx");
    screen.burst("K00002L9");
    refused(&screen, "K00002L9", 1);
    assert_eq!(path(&screen), "K00001L9.csvx", "the field is as it was");
    screen.settle(200);
    screen.burst("V2");
    refused(&screen, "V2", 2);
    screen.settle(200);
    screen.keys("K00003L9", 5);
    screen.settle(150);
    refused(&screen, "K00003L9", 3);
    assert_eq!(path(&screen), "K00001L9.csvx");
    // A key that is held down, and fingers that roll over two keys, are a person.
    screen.keys("aaaaa", 30);
    screen.settle(200);
    screen.keys("bc", 20);
    screen.settle(200);
    assert_eq!((path(&screen).as_str(), screen.bells), ("K00001L9.csvxaaaaabc", 3));
    assert!(
        std::fs::read_dir(bench.path())
            .unwrap()
            .all(|file| { !file.unwrap().file_name().to_string_lossy().contains("csv") })
    );
}

#[test]
fn what_is_searched_for_may_be_scanned() {
    let bench = Bench::furnished();
    let mut screen = open(&bench);
    screen.press(KeyCode::F(2));
    screen.press(KeyCode::Char('/'));
    screen.burst("K00002L9");
    assert!(screen.text().contains("K00002L9 (#16)"), "{}", screen.text());
    assert_eq!(screen.bells, 0);
}

#[test]
fn refusals_are_told_in_japanese_and_whole_on_a_small_terminal() {
    let bench = Bench::furnished();
    for (lang, end) in [(Lang::En, "scan it again"), (Lang::Ja, "読み直してください")] {
        let mut screen = Screen::open(&bench, lang, (60, 16));
        screen.press(KeyCode::F(2));
        screen.burst("A-VERY-LONG-BARCODE-0001");
        let text = screen.text().replace(['\n', ' '], "");
        let end = end.replace(' ', "");
        assert!(text.contains("A-VERY-LONG-BARCODE-0001") && text.contains(&end), "{}", screen.text());
    }
}

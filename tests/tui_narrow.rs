//! The screens where there is little room: what is cut says so, and what does not fit can be reached.

use crossterm::event::KeyCode;
use kuraban::app::Status;
use kuraban::i18n::Lang;
use kuraban::tui::message::Message;
use ratatui::style::Color;

use crate::support::Bench;
use crate::tui_screen::Screen;

const SMALL: (u16, u16) = (60, 16);

/// Long badges, places and barcodes, some of them out.
fn long_names() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["person", "add", "B-20010042", "Maintenance", "--role", "operator"]);
    bench.ok(&["place", "add", "VAULT-NORTH-SHELF-0042", "--kind", "vault", "--in", "TOKYO"]);
    bench.ok(&["media", "add", "--at", "VAULT-NORTH-SHELF-0042", "A-VERY-LONG-BARCODE-0001", "S00001L9"]);
    bench.ok(&["check-out", "--by", "B-20010042", "--until", "+6h", "S00001L9", "K00001L9"]);
    bench.ok(&["load", "--into", "D1", "--by", "B-20010042", "K00001L9"]);
    bench.ok(&["eject", "--by", "B-20010042", "K00001L9"]);
    bench.pass(9 * 3_600_000);
    bench
}

/// The words on the screen that begin like one of these values, and are neither it nor cut with a sign.
fn half(text: &str, values: &[&str]) -> Vec<String> {
    let words = text.split([' ', '\n', '│']).filter(|word| word.chars().count() > 3);
    let cut = |word: &&str| {
        *word != "eject" && values.iter().any(|value| value.starts_with(word)) && !values.contains(word)
    };
    words.filter(cut).map(str::to_owned).collect()
}

#[test]
fn a_value_that_is_cut_says_so_on_every_screen() {
    let bench = long_names();
    let log = bench.ok(&["log", "--json"]).json();
    let hashes: Vec<String> = log
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| Some(entry["hash"].as_str()?.get(..8)?.to_owned()))
        .collect();
    let mut values = vec![
        "B-20010042",
        "VAULT-NORTH-SHELF-0042",
        "A-VERY-LONG-BARCODE-0001",
        "S00001L9",
        "K00001L9",
        "09:00",
        "15:00",
        "18:00",
        "ejected_not_vaulted",
    ];
    values.extend(hashes.iter().map(String::as_str));
    for lang in [Lang::En, Lang::Ja] {
        for width in 60..=100 {
            let mut screen = Screen::open(&bench, lang, (width, 24));
            for number in [2, 3, 4, 5] {
                screen.press(KeyCode::F(number));
                if number == 3 {
                    screen.press(KeyCode::F(2));
                    screen.press(KeyCode::Enter);
                }
                let text = screen.text();
                assert_eq!(half(&text, &values), [""; 0], "{width}: {text}");
            }
            let north = screen.model.places.rows.iter().position(|line| line.view.media == Some(1)).unwrap();
            (0..north).for_each(|_| screen.press(KeyCode::Down));
            screen.press(KeyCode::Enter);
            assert_eq!(half(&screen.text(), &values), [""; 0], "{width}: {}", screen.text());
            screen.press(KeyCode::Char('/'));
            screen.keys("L9", 100);
            let text = screen.text();
            let found: Vec<&str> = text.lines().filter_map(|line| line.split('│').nth(1)).collect();
            assert_eq!(half(&found.join("\n"), &values), [""; 0], "{width}: {text}");
        }
    }
}

#[test]
fn the_board_keeps_who_has_it_and_when_it_is_due() {
    let bench = Bench::furnished();
    bench.ok(&["person", "add", "B-2001", "Maintenance", "--role", "operator"]);
    bench.ok(&["check-out", "--by", "B-2001", "--until", "+6h", "K00001L9", "K00002L9"]);
    bench.ok(&["load", "--into", "D1", "--by", "B-2001", "K00001L9"]);
    bench.ok(&["eject", "--by", "B-2001", "K00001L9"]);
    bench.pass(9 * 3_600_000);
    let mut screen = Screen::open(&bench, Lang::En, SMALL);
    screen.press(KeyCode::F(2));
    let text = screen.text();
    let line = text.lines().find(|line| line.contains("K00001L9")).unwrap();
    for whole in ["ejected_not_vaulted", "B-2001", "11-23 15:00"] {
        assert!(line.contains(whole), "{whole}: {text}");
    }
}

#[test]
fn lines_of_the_scan_list_are_cut_with_a_sign() {
    let bench = Bench::furnished();
    let mut screen = Screen::open(&bench, Lang::Ja, SMALL);
    screen.scan("K00001L9K00002L9");
    let text = screen.text();
    let line = text.lines().rfind(|line| line.contains("K00001L9K00002L9")).unwrap();
    assert!(line.ends_with('…'), "{text}");
}

#[test]
fn all_of_the_help_can_be_reached() {
    let bench = Bench::furnished();
    for (lang, last) in [(Lang::En, "Back to the shell"), (Lang::Ja, "シェルに戻る")] {
        let mut screen = Screen::open(&bench, lang, SMALL);
        screen.press(KeyCode::F(9));
        let text = screen.text();
        assert!(text.contains("F1 Esc 1") && !text.contains(last), "{text}");
        assert!(text.contains("1–12/") && text.contains("PgDn"), "it says that there is more: {text}");
        screen.press(KeyCode::Down);
        assert!(!screen.text().contains("F1 Esc 1"), "{}", screen.text());
        screen.press(KeyCode::Up);
        screen.press(KeyCode::Up);
        assert_eq!(screen.text(), text);
        (0..4).for_each(|_| screen.press(KeyCode::PageDown));
        assert!(screen.text().contains(last), "{}", screen.text());
        (0..3).for_each(|_| screen.press(KeyCode::PageUp));
        assert_eq!(screen.text(), text);
        screen.press(KeyCode::Enter);
        assert!(screen.model.dialog.is_none());
    }
    // Where there is room for all, nothing is said of more.
    let mut screen = Screen::open(&bench, Lang::En, (80, 40));
    screen.press(KeyCode::F(9));
    screen.press(KeyCode::Down);
    assert!(!screen.text().contains("PgDn  ") && screen.text().contains("F1 Esc 1"), "{}", screen.text());
}

#[test]
fn the_footer_always_leads_to_the_help() {
    let bench = Bench::furnished();
    for (lang, keys) in [(Lang::En, "F9 Keys"), (Lang::Ja, "F9 キー")] {
        for width in [60, 61, 66, 70, 80] {
            let mut screen = Screen::open(&bench, lang, (width, 16));
            for number in 1..=6 {
                screen.press(KeyCode::F(number));
                let text = screen.text();
                assert!(text.lines().last().unwrap().contains(keys), "{text}");
                screen.press(KeyCode::Esc);
                let text = screen.text();
                assert!(text.lines().last().unwrap().contains(keys), "{text}");
                screen.settle(3000);
            }
        }
    }
}

#[test]
fn a_search_says_that_there_is_more_than_it_shows() {
    let bench = Bench::furnished();
    let lines: String = (0..21).map(|n| format!("S{n:05}L9\n")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "-"], lines.as_bytes()).code(0);
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    screen.press(KeyCode::F(2));
    screen.press(KeyCode::Char('/'));
    screen.keys("S0", 100);
    assert!(screen.text().contains("the first 20; there are more"), "{}", screen.text());
    screen.keys("000", 100);
    assert!(screen.text().contains("10 found"), "{}", screen.text());
}

#[test]
fn a_place_is_read_from_its_end_and_its_beginning() {
    let bench = Bench::furnished();
    let barcodes: Vec<String> = (0..450).map(|n| format!("S{n:05}L9")).collect();
    bench.run_with(&["media", "add", "--at", "V2", "-"], barcodes.join("\n").as_bytes()).code(0);
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    screen.press(KeyCode::F(5));
    let v2 = screen.model.places.rows.iter().position(|line| line.view.place.code.as_str() == "V2").unwrap();
    (0..v2).for_each(|_| screen.press(KeyCode::Down));
    screen.press(KeyCode::Enter);
    let selected = |screen: &Screen<'_>| {
        let list = &screen.model.contents.as_ref().unwrap().list;
        list.rows[list.selected].barcode.to_string()
    };
    screen.press(KeyCode::Char('G'));
    assert_eq!(selected(&screen), "S00449L9");
    screen.press(KeyCode::Char('j'));
    assert_eq!(selected(&screen), "S00449L9");
    let mut seen = vec![selected(&screen)];
    while selected(&screen) != "S00000L9" {
        screen.press(KeyCode::Up);
        seen.push(selected(&screen));
    }
    seen.reverse();
    assert_eq!(seen, barcodes, "upwards every medium is passed once, too");
    screen.press(KeyCode::End);
    screen.press(KeyCode::Char('g'));
    assert_eq!(selected(&screen), "S00000L9");
}

#[test]
fn a_chain_ends_in_red_only_outside_a_vault() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "--until", "+1h", "K00001L9"]);
    let red = |name: &str| {
        let mut screen = Screen::open(&bench, Lang::En, (80, 24));
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Char('/'));
        screen.keys(name, 100);
        screen.press(KeyCode::Enter);
        let (ends, cells) = screen.cells('┆');
        assert!(ends > 0, "{}", screen.text());
        cells.iter().all(|ground| *ground == Color::Red)
    };
    for (barcode, open) in [("K00001L9", true), ("K00004L9", false)] {
        assert_eq!(red(barcode), open, "{barcode}");
    }
    // A medium that was seen elsewhere is flagged, and yet its chain ends in its vault.
    bench.ok(&["sight", "--at", "D1", "K00004L9"]);
    assert!(!red("K00004L9"));
}

#[test]
fn the_header_always_tells_what_needs_a_person() {
    let bench = long_names();
    for lang in [Lang::En, Lang::Ja] {
        let mut screen = Screen::open(&bench, lang, SMALL);
        screen.scan("B-20010042");
        let status = Status { read_only: true, ..screen.model.status.clone() };
        screen.feed(Message::Status(Box::new(status)));
        let text = screen.text();
        let header = text.lines().next().unwrap();
        assert!(header.ends_with("✗1 !2 ·2") && header.contains('…'), "{text}");
    }
}

#[test]
fn a_notice_that_is_too_long_says_so() {
    let bench = Bench::furnished();
    let mut screen = Screen::open(&bench, Lang::En, SMALL);
    screen.feed(Message::Unwritten("directory/".repeat(30).into(), "no such directory".to_owned()));
    let text = screen.text();
    let notice: Vec<&str> = text.lines().skip(13).collect();
    assert!(notice.len() == 3 && notice[0].contains("✗ directory/") && notice[2].ends_with('…'), "{text}");
}

#[test]
fn all_that_is_open_can_be_seen_before_a_shift_is_handed_over() {
    let bench = Bench::furnished();
    let out: Vec<String> = (10..30).map(|n| format!("K100{n}L9")).collect();
    let with = |words: &[&'static str]| {
        let words: Vec<&str> = words.iter().copied().chain(out.iter().map(String::as_str)).collect();
        bench.ok(&words);
    };
    with(&["media", "add", "--at", "V1"]);
    with(&["check-out"]);
    for lang in [Lang::En, Lang::Ja] {
        let mut screen = Screen::open(&bench, lang, SMALL);
        screen.scan("B-1");
        screen.esc('n');
        screen.settle(1000);
        assert!(screen.text().contains("PgDn"), "{}", screen.text());
        let mut seen = String::new();
        for _ in 0..8 {
            seen += &screen.text();
            screen.press(KeyCode::PageDown);
        }
        for barcode in &out {
            assert!(seen.contains(barcode.as_str()), "{barcode}: {seen}");
        }
        let last = screen.text();
        screen.press(KeyCode::PageDown);
        assert_eq!(screen.text(), last, "nothing lies behind the last line");
        // The line that is filled in stays in sight, whatever is shown above it.
        screen.keys("12", 100);
        assert!(screen.text().contains("••_"), "{}", screen.text());
        for _ in 0..8 {
            screen.press(KeyCode::PageUp);
        }
        assert_ne!(screen.text(), last);
    }
}

#[test]
fn nothing_is_left_beside_the_box_that_asks_for_a_pin() {
    let bench = Bench::furnished();
    for lang in [Lang::En, Lang::Ja] {
        let mut screen = Screen::open(&bench, lang, SMALL);
        for n in 1..=4 {
            screen.scan(&format!("K9000{n}L9"));
        }
        let before: Vec<String> = screen.text().lines().map(str::to_owned).collect();
        // Nobody gives the PIN that is asked for now.
        let usual = bench.vars.borrow_mut().remove("KURABAN_PIN").unwrap();
        screen.scan("B-2");
        bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), usual);
        let text = screen.text();
        let boxed = |line: &str| line.contains(['┌', '└']) || line.contains('│');
        assert_eq!(text.lines().filter(|line| boxed(line)).count(), 3, "{text}");
        for (line, before) in text.lines().zip(&before).skip(1) {
            if boxed(line) {
                assert!(line.trim().starts_with(['┌', '│', '└']), "{text}");
                assert!(line.trim().ends_with(['┐', '│', '┘']), "{text}");
            } else {
                assert_eq!(line.is_empty(), before.is_empty(), "{text}");
            }
        }
    }
}

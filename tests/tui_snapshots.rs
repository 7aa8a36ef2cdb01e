//! Every screen as it looks: empty, usual and crowded, in both sizes and both languages.

use crossterm::event::KeyCode;
use kuraban::i18n::Lang;
use kuraban::tui::message::Message;

use crate::support::Bench;
use crate::tui_screen::Screen;

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];
const LANGS: [(Lang, &str); 2] = [(Lang::En, "en"), (Lang::Ja, "ja")];

/// Draws the screen after a script in every language and size.
fn draw(name: &str, bench: impl Fn() -> Bench, script: impl Fn(&mut Screen<'_>)) {
    for (lang, code) in LANGS {
        for size in SIZES {
            let bench = bench();
            let mut screen = Screen::open(&bench, lang, size);
            script(&mut screen);
            insta::assert_snapshot!(format!("{name}_{code}_{}x{}", size.0, size.1), screen.text());
            if bench.ledger().exists() {
                bench.holds();
            }
        }
    }
}

/// A night on which things went wrong.
fn night() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "--until", "+4h", "K00001L9", "K00002L9", "K00003L9"]);
    bench.ok(&["load", "--into", "D1", "K00001L9"]);
    bench.ok(&["eject", "K00001L9"]);
    bench.ok(&["hand-over", "--to", "B-2", "K00002L9"]);
    bench.ok(&["sight", "--at", "D1", "K00004L9"]);
    bench.ok(&["missing", "--by", "A-1", "--why", "gone", "K00005L9"]);
    bench.pass(9 * 3_600_000);
    bench
}

/// The demonstration on the day of the discovery.
fn case() -> Bench {
    let bench = Bench::empty();
    let busy = std::time::Duration::from_secs(10);
    let (_, story) = kuraban::app::demo::replay(&bench.ledger(), busy, bench.outside().random).unwrap();
    let now = (bench.outside().now)();
    bench.pass(story.looks.last().unwrap().at.since(now));
    bench
}

/// Many media, long barcodes, and a busy morning.
fn crowd() -> Bench {
    let bench = Bench::furnished();
    let mut lines: String = (0..260).map(|n| format!("S{n:05}L9\n")).collect();
    lines.push_str("A-VERY-LONG-BARCODE-0001\n");
    bench.run_with(&["media", "add", "--at", "V2", "-"], lines.as_bytes()).code(0);
    bench.run_with(&["check-out", "--until", "+2h", "-"], lines.as_bytes()).code(0);
    bench.ok(&["check-out", "K00001L9", "K00002L9"]);
    bench.ok(&["check-out", "--by", "B-2", "K00003L9", "K00004L9"]);
    bench.pass(3 * 3_600_000);
    bench
}

#[test]
fn the_count_of_a_stocktake() {
    draw("count_none", Bench::furnished, |screen| screen.esc('a'));
    let open = || {
        let bench = Bench::furnished();
        bench.ok(&["audit", "open", "--at", "V1", "--by", "X-1"]);
        bench
    };
    draw("count_begun", open, |screen| screen.esc('a'));
    let several = || {
        let bench = open();
        let number = bench.ok(&["audit", "list", "--json"]).json()[0]["number"].to_string();
        bench.ok(&["audit", "scan", "--by", "B-2", &number, "V1-A", "K00005L9", "K00006L9"]);
        bench.ok(&["audit", "scan", "--by", "B-3", &number, "V1-A", "K00006L9"]);
        bench.pass(120_000);
        bench
    };
    draw("count_usual", several, |screen| {
        screen.esc('a');
        for label in ["V1-A", "K00001L9", "K00002L9", "K00001L9"] {
            screen.scan(label);
        }
    });
    draw("count_close", several, |screen| {
        screen.esc('a');
        screen.scan("V1-A");
        screen.esc('c');
        screen.keys("X-1", 200);
    });
    draw("count_refused", several, |screen| {
        screen.esc('a');
        for label in ["V1-A", "K00001L9", "V2", "NOPE99L9", "V1-A", "NOPE99L9"] {
            screen.scan(label);
        }
    });
}

/// A ledger whose machine has a clock that is not believed.
fn ten_years_on() -> Bench {
    let bench = Bench::furnished();
    bench.pass(3653 * 24 * 3_600_000);
    bench
}

#[test]
fn the_scan_screen() {
    draw("scan_empty", Bench::furnished, |_| {});
    draw("scan_usual", Bench::furnished, |screen| {
        screen.esc('o');
        for label in ["K00001L9", "K00002L9", "K00002L9", "NOPE99L9"] {
            screen.scan(label);
        }
        screen.keys("K000", 200);
    });
    draw("scan_wrong_clock", ten_years_on, |screen| {
        screen.esc('s');
        screen.scan("V1-A");
        screen.scan("K00001L9");
    });
    draw("scan_crowded", Bench::furnished, |screen| {
        screen.esc('s');
        screen.scan("V1-A");
        for round in 0..60 {
            screen.scan(&format!("K0000{}L9", 1 + round % 6));
            screen.scan("V1-A");
        }
    });
}

#[test]
fn the_board() {
    draw("board_empty", Bench::furnished, |screen| screen.press(KeyCode::F(2)));
    draw("board_usual", night, |screen| screen.press(KeyCode::F(2)));
    draw("board_crowded", crowd, |screen| {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::End);
        screen.press(KeyCode::Up);
        screen.press(KeyCode::Enter);
    });
    draw("board_search", night, |screen| {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Char('/'));
        screen.keys("00003", 100);
    });
}

#[test]
fn the_medium_the_ledger_and_the_places() {
    draw("medium_usual", night, |screen| {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Enter);
    });
    draw("medium_empty", Bench::furnished, |screen| screen.press(KeyCode::F(3)));
    draw("ledger_usual", Bench::furnished, |screen| screen.press(KeyCode::F(4)));
    draw("ledger_crowded", crowd, |screen| screen.press(KeyCode::F(4)));
    draw("places_usual", night, |screen| screen.press(KeyCode::F(5)));
    draw("places_contents", night, |screen| {
        screen.press(KeyCode::F(5));
        screen.press(KeyCode::Down);
        screen.press(KeyCode::Enter);
    });
    draw("medium_old", night, |screen| {
        screen.wait(400 * 86_400_000);
        screen.press(KeyCode::F(2));
        (0..2).for_each(|_| screen.press(KeyCode::Down));
        screen.press(KeyCode::Enter);
    });
    draw("medium_export", night, |screen| {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Enter);
        screen.press(KeyCode::Char('e'));
    });
}

/// Orders of every fate: asked for, approved and half way, over, closed, standing.
fn orders() -> Bench {
    let bench = crate::tui_orders::strict();
    let number = |args: &[&str]| bench.ok(args).json()["number"].to_string();
    let new = |until, media: &[&str]| {
        let head = ["order", "new", "--json", "--purpose", "restore", "--text", "請求システムの復旧"];
        number(&[&head[..], &["--until", until, "--to", "D1"], media].concat())
    };
    let (half, over) = (new("+8h", &["K00001L9", "K00002L9", "K00003L9"]), new("+1h", &["K00004L9"]));
    let done = new("+1h", &["K00005L9"]);
    let nights = ["order", "new", "--json", "--purpose", "backup", "--until", "+30d", "--nightly", "40"];
    let standing = number(&nights);
    for order in [&half, &over, &done, &standing] {
        bench.ok(&["order", "approve", "--by", "A-1", order]);
    }
    bench.ok(&["check-out", "K00001L9", "K00002L9", "K00004L9"]);
    bench.ok(&["load", "--into", "D1", "K00001L9"]);
    bench.ok(&["eject", "K00001L9"]);
    bench.ok(&["check-in", "--to", "V1-A", "K00001L9"]);
    bench.ok(&["order", "close", &done]);
    new("+3d", &["K00006L9"]);
    bench.pass(2 * 3_600_000);
    bench
}

#[test]
fn the_orders_and_their_forms() {
    draw("orders_empty", Bench::furnished, |screen| screen.press(KeyCode::F(6)));
    draw("orders_usual", orders, |screen| screen.press(KeyCode::F(6)));
    draw("orders_page", orders, |screen| {
        screen.press(KeyCode::F(6));
        screen.press(KeyCode::End);
        screen.press(KeyCode::Enter);
    });
    draw("orders_crowded", orders, |screen| {
        for number in 0..60 {
            let text = format!("request {number}");
            let new = ["order", "new", "--purpose", "audit", "--until", "+3d", "--text", &text, "K00006L9"];
            screen.bench.ok(&new);
        }
        screen.press(KeyCode::F(6));
        screen.press(KeyCode::Char('f'));
        screen.settle(1000);
        screen.press(KeyCode::End);
    });
    draw("form_request", orders, |screen| {
        screen.press(KeyCode::F(6));
        screen.press(KeyCode::Char('n'));
        screen.settle(1000);
        for line in ["restore", "tomorrow"] {
            screen.keys(line, 100);
            screen.press(KeyCode::Enter);
        }
        (0..4).for_each(|_| screen.press(KeyCode::Enter));
    });
    draw("form_shift", orders, |screen| {
        screen.esc('n');
        screen.settle(1000);
    });
    draw("sign_on", Bench::furnished, |screen| screen.wait(20 * 60_000));
}

#[test]
fn the_case_of_the_two_tapes() {
    draw("case_board", case, |screen| screen.press(KeyCode::F(2)));
    draw("case_order", case, |screen| {
        screen.press(KeyCode::F(6));
        screen.press(KeyCode::Enter);
    });
    draw("case_medium", case, |screen| {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Enter);
    });
}

#[test]
fn the_first_start_and_the_test_of_a_scanner() {
    draw("setup", Bench::empty, |screen| {
        screen.keys("東京", 50);
        screen.press(KeyCode::Enter);
    });
    draw("probe", Bench::furnished, |screen| {
        screen.esc('t');
        screen.keys("K00001L9", 5);
        screen.press(KeyCode::Enter);
    });
}

#[test]
fn the_keys_of_every_screen() {
    draw("help_scan", Bench::furnished, |screen| screen.esc('?'));
    draw("help_board", Bench::furnished, |screen| {
        screen.press(KeyCode::F(2));
        screen.press(KeyCode::Char('?'));
    });
}

#[test]
fn small_terminals_work_down_to_sixty_by_sixteen_and_say_so_below() {
    let bench = night();
    for (lang, _) in LANGS {
        let mut screen = Screen::open(&bench, lang, (60, 16));
        for number in 1..=6 {
            screen.press(KeyCode::F(number));
            let text = screen.text();
            assert!(text.lines().count() == 16 && text.contains("F1"), "{text}");
        }
        screen.feed(Message::Resize(59, 16));
        assert!(screen.text().contains("60×16"), "{}", screen.text());
        screen.feed(Message::Resize(1, 1));
        screen.text();
    }
}

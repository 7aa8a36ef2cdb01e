//! Slips in a count: a shelf label that was not understood, a place in the other case, a second count that nobody
//! took; and what may not be told while it lasts.

use kuraban::i18n::Lang;

use crate::support::Bench;
use crate::tui_screen::Screen;

fn opened(bench: &Bench, args: &[&str]) -> String {
    let line = [&["audit", "open", "--json", "--by", "X-1"], args].concat();
    bench.ok(&line).json()["number"].to_string()
}

/// How many media were read at each place so far.
fn places(bench: &Bench, audit: &str) -> Vec<(String, u64)> {
    let status = bench.ok(&["audit", "status", "--json", audit]).json();
    let all = status["places"].as_array().unwrap().clone();
    let one = |place: &serde_json::Value| {
        (place["place"].as_str().unwrap().to_owned(), place["media"].as_u64().unwrap())
    };
    all.iter().map(one).collect()
}

#[test]
fn what_follows_a_shelf_label_that_names_nothing_is_not_counted_at_the_shelf_before() {
    let bench = Bench::furnished();
    bench.ok(&["place", "add", "V1-OLD", "--kind", "shelf", "--in", "V1"]);
    bench.ok(&["place", "add", "OLDSHELF", "--kind", "shelf", "--in", "V1"]);
    bench.ok(&["place", "retire", "V1-OLD"]);
    bench.ok(&["place", "retire", "OLDSHELF"]);
    let audit = opened(&bench, &[]);
    for shelf in ["V9", "V1-B", "V1-OLD", "OLDSHELF"] {
        let run = bench.run(&["audit", "scan", "--by", "B-2", &audit, "V1-A", shelf, "K00001L9"]).code(1);
        assert!(run.err.contains("No place was read before the medium"), "{shelf}: {run:?}");
    }
    for shelf in ["V9", "V1-B", "V1-OLD"] {
        let memory = bench.file("memory", format!("V1-A\n{shelf}\nK00001L9\nK00002L9\n").as_bytes());
        let run = bench.run(&["audit", "scan", "--by", "B-2", &audit, "--file", &memory]).code(1);
        assert_eq!(run.err.matches("No place was read").count(), 2, "{shelf}: {run:?}");
    }
    assert_eq!(places(&bench, &audit), []);
    let mut screen = Screen::open(&bench, Lang::En, (80, 24));
    screen.esc('a');
    for label in ["V1-A", "K00003L9", "V9", "K00004L9"] {
        screen.scan(label);
    }
    assert!(screen.text().contains("scan the place first"), "{}", screen.text());
    drop(screen);
    assert_eq!(places(&bench, &audit), [("V1-A".to_owned(), 1)]);
    // A tape that nobody knows is no shelf: what stands beside it still stands there.
    bench.run(&["audit", "scan", "--by", "B-2", &audit, "V1-A", "NOPE99L9", "K00005L9"]).code(1);
    assert_eq!(places(&bench, &audit), [("V1-A".to_owned(), 2)]);
    bench.holds();
}

#[test]
fn a_place_is_the_same_in_small_letters() {
    let bench = Bench::furnished();
    let audit = opened(&bench, &[]);
    let memory = bench.file("memory", b"v1-a\nk00001l9\nK00002L9\n");
    bench.ok(&["audit", "scan", "--by", "B-2", &audit, "--file", &memory]);
    bench.ok(&["audit", "scan", "--by", "B-3", &audit, "v1-a", "k00001l9"]);
    assert_eq!(places(&bench, &audit), [("V1-A".to_owned(), 2)]);
}

#[test]
fn whether_a_sample_has_drawn_a_medium_is_not_told_while_it_is_counted() {
    let bench = Bench::furnished();
    let draw = opened(&bench, &["--sample", "50"]);
    bench.ok(&["audit", "open", "--by", "X-1", "--draw", &draw, "--number", "7"]);
    let class = |barcode: String| {
        let told = bench.ok(&["audit", "history", "--json", &barcode]).json();
        told[0]["class"].as_str().unwrap().to_owned()
    };
    let all: Vec<String> = (1..=6).map(|number| class(format!("K0000{number}L9"))).collect();
    assert_eq!(all, ["open"; 6]);
    bench.run(&["audit", "close", "--by", "X-1", "--with", "A-1", &draw]).code(1);
    let told: Vec<String> = (1..=6).map(|number| class(format!("K0000{number}L9"))).collect();
    assert_eq!(told.iter().filter(|class| *class == "not_drawn").count(), 3, "{told:?}");
}

#[test]
fn a_certificate_says_who_took_the_second_count_and_what_was_missing_before() {
    let bench = Bench::furnished();
    bench.ok(&["missing", "--why", "gone", "--by", "A-1", "K00006L9"]);
    let audit = opened(&bench, &["--at", "V1"]);
    let all = ["K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9"];
    for counter in ["B-2", "B-3"] {
        bench.ok(&[&["audit", "scan", "--by", counter, &audit, "V1-A"], &all[..]].concat());
    }
    bench.ok(&["audit", "recount", "--by", "X-1", &audit]);
    let page = bench.ok(&["audit", "close", "--by", "X-1", "--with", "A-1", &audit]).out;
    assert!(page.contains("but for 1 of 6 media that were missing before"), "{page}");
    assert!(page.contains("but nobody has counted in it"), "{page}");
    bench.holds();
}

#[test]
fn a_reading_that_contradicts_others_is_not_replaced_by_a_later_one() {
    let bench = Bench::furnished();
    bench.ok(&["place", "add", "V1-B", "--kind", "shelf", "--in", "V1"]);
    let audit = opened(&bench, &["--at", "V1"]);
    let scan = |counter: &str, place: &str, labels: &[&str]| {
        bench.pass(60_000);
        bench.ok(&[&["audit", "scan", "--by", counter, &audit, place], labels].concat());
    };
    let rest = ["K00002L9", "K00003L9", "K00004L9", "K00005L9", "K00006L9"];
    for counter in ["B-2", "B-3"] {
        scan(counter, "V1-A", &rest);
        scan(counter, "V1-A", &["K00001L9"]);
    }
    scan("X-1", "V1-B", &["K00001L9"]);
    bench.ok(&["move", "--to", "V1-B", "K00001L9"]);
    scan("X-1", "V1-B", &["K00001L9"]);
    scan("B-2", "V1-B", &["K00001L9"]);
    let page =
        bench.run(&["audit", "close", "--json", "--by", "X-1", "--with", "A-1", &audit]).code(1).json();
    assert_eq!(
        (&page["classes"]["two_places"], &page["misplaced"][0]),
        (&1.into(), &"K00001L9".into()),
        "{page}"
    );
    bench.holds();
}

#[test]
fn an_empty_second_count_answers_no_unknown_label() {
    let bench = Bench::furnished();
    let all = ["K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9", "K00006L9"];
    let begun = || {
        let audit = opened(&bench, &["--at", "V1"]);
        for counter in ["B-2", "B-3"] {
            bench.ok(&[&["audit", "scan", "--by", counter, &audit, "V1-A"], &all[..]].concat());
        }
        bench.run(&["audit", "scan", "--by", "B-2", &audit, "V1-A", "NOPE99L9"]).code(1);
        bench.ok(&["audit", "recount", "--by", "X-1", &audit]);
        audit
    };
    let close =
        |audit: &str| bench.run(&["audit", "close", "--json", "--by", "X-1", "--with", "A-1", audit]).json();
    let page = close(&begun());
    assert_eq!((&page["state"], &page["unknown"]), (&"refused".into(), &1.into()), "{page}");
    // Somebody else has looked at that shelf again, and come upon no such label.
    let audit = begun();
    bench.ok(&["audit", "scan", "--by", "X-1", &audit, "V1-A", "K00001L9"]);
    let page = close(&audit);
    assert_eq!((&page["state"], &page["unknown"]), (&"certified".into(), &0.into()), "{page}");
    // Who counted first is told so, also of what they have counted before.
    let audit = begun();
    let run = bench.run(&["audit", "scan", "--by", "B-2", &audit, "V1-A", "K00001L9"]).code(1);
    assert!(run.err.contains("B-2 has counted in the first count"), "{run:?}");
    bench.holds();
}

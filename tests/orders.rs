//! Movement orders: asked for, decided on by somebody else, used within their list and their time.

use std::sync::{Arc, Barrier, OnceLock};
use std::time::Duration;

use kuraban::app::{Error, OrderError, Session};
use kuraban::domain::names::OrderId;
use kuraban::domain::refusal::{OrderRefusal, Refusal};
use serde_json::Value;

use crate::support::{Bench, Photo, Run, who};

/// The furnished ledger with a second approver, A-2, in which nothing leaves without an order.
pub(crate) fn strict() -> Bench {
    static STRICT: OnceLock<Photo> = OnceLock::new();
    let photo = STRICT.get_or_init(|| {
        let bench = Bench::furnished();
        bench.ok(&["person", "add", "A-2", "Someone", "--role", "approver"]);
        bench.ok(&["policy", "set", "order_required", "yes"]);
        bench.photo()
    });
    photo.bench()
}

/// Runs a command line that is written as one text; `{n}` is the number of an order.
pub(crate) fn run(bench: &Bench, command: &str) -> Run {
    bench.run(&command.split_whitespace().collect::<Vec<_>>())
}

#[track_caller]
pub(crate) fn ok(bench: &Bench, command: &str) -> Run {
    run(bench, command).code(0)
}

/// Asks as B-2 for an order with these words; gives its number.
#[track_caller]
pub(crate) fn requested(bench: &Bench, words: &str) -> u64 {
    let by = if words.contains("--by") { "" } else { "--by B-2" };
    let told = ok(bench, &format!("order new --purpose test {by} --json {words}")).json();
    told["number"].as_u64().unwrap()
}

/// As [`requested`], and A-1 approves it.
#[track_caller]
pub(crate) fn approved(bench: &Bench, words: &str) -> u64 {
    let number = requested(bench, words);
    ok(bench, &format!("order approve --by A-1 {number}"));
    number
}

/// The code of the one refusal of a step with media.
#[track_caller]
pub(crate) fn code(bench: &Bench, command: &str) -> String {
    let told = run(bench, &format!("{command} --json")).code(1).json();
    assert_eq!(told["refused"].as_array().unwrap().len(), 1, "{told}");
    told["refused"][0]["code"].as_str().unwrap().to_owned()
}

/// Asserts that a command about no medium is refused with these words, and leaves nothing behind.
#[track_caller]
pub(crate) fn refused(bench: &Bench, command: &str, part: &str) {
    let size = log(bench).len();
    let told = run(bench, command).code(1);
    assert!(told.err.contains(part), "{command}: {}", told.err);
    assert_eq!(log(bench).len(), size, "{command} left something behind");
}

pub(crate) fn log(bench: &Bench) -> Vec<Value> {
    bench.ok(&["log", "--json"]).json().as_array().unwrap().clone()
}

#[track_caller]
pub(crate) fn show(bench: &Bench, order: u64) -> Value {
    bench.ok(&["order", "show", "--json", &order.to_string()]).json()
}

/// The flags of a medium, gravest first.
pub(crate) fn flags(bench: &Bench, barcode: &str) -> Vec<String> {
    let all = bench.run(&["flags", "--min", "notice", "--json"]).json();
    let of = all.as_array().unwrap().iter().filter(|flag| flag["barcode"] == barcode);
    of.map(|flag| format!("{} {}", flag["severity"].as_str().unwrap(), flag["flag"].as_str().unwrap()))
        .collect()
}

pub(crate) fn flagged(bench: &Bench, barcode: &str, flag: &str) -> bool {
    flags(bench, barcode).contains(&format!("critical {flag}"))
}

#[test]
fn the_life_of_an_order() {
    let bench = strict();
    let order = requested(&bench, "--until +8h --to D1 K00001L9 K00002L9 K00001L9");
    let page = show(&bench, order);
    assert_eq!(page["state"], "requested");
    assert_eq!(
        [&page["requester"], &page["decided_by"], &page["closed_by"], &page["destination"]],
        [&Value::from("B-2"), &Value::Null, &Value::Null, &Value::from("D1")]
    );
    assert_eq!(page["media"].as_array().unwrap().len(), 2, "each once: {page}");
    assert_eq!(code(&bench, "check-out K00001L9"), "order_missing");
    ok(&bench, &format!("order approve --by A-1 KB-ORDER-{order}"));
    ok(&bench, "check-out --by B-3 K00001L9");
    assert_eq!(bench.show("K00001L9")["order"], order);
    assert_eq!(bench.show("K00001L9")["due"], page["until"], "due at the end of the order");
    refused(&bench, &format!("order close {order}"), "1 medium is not back in a vault: K00001L9");
    ok(&bench, "load --by B-3 --into D1 K00001L9");
    ok(&bench, "eject --by B-2 K00001L9");
    ok(&bench, "check-in --by B-2 --to V2 K00001L9");
    ok(&bench, &format!("order close --by B-3 #{order}"));
    let page = show(&bench, order);
    assert_eq!(
        [&page["state"], &page["decided_by"], &page["closed_by"]].map(|v| v.as_str().unwrap()),
        ["closed", "A-1", "B-3"]
    );
    assert_eq!(code(&bench, "check-out K00001L9"), "order_missing", "it is over");
    let list = bench.ok(&["order", "list", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 0);
    assert_eq!(bench.ok(&["order", "list", "--all", "--json"]).json()[0]["number"], order);
    bench.holds();
}

#[test]
fn media_are_named_in_every_way() {
    let bench = strict();
    ok(&bench, "media add --at V2 --serial S-9 XYZ001L9");
    let file = bench.file("list.txt", "\u{feff}K00003L9\r\n\r\nK00004L9\tremark\n".as_bytes());
    for (words, stdin, media) in [
        ("K00001L9 #16", "", &["K00001L9", "K00002L9"][..]),
        ("serial:S-9 *K00001L9*", "", &["K00001L9", "XYZ001L9"]),
        ("-", "K00002L9\n\nK00001L9\n", &["K00001L9", "K00002L9"]),
        ("K00005L9 - --file {file}", "K00001L9", &["K00001L9", "K00003L9", "K00004L9", "K00005L9"]),
        ("--file {file}", "", &["K00003L9", "K00004L9"]),
        ("--at V2", "", &["XYZ001L9"]),
        ("--at V1", "", &["K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9", "K00006L9"]),
        ("--find xyz", "", &["XYZ001L9"]),
        ("--find s-9 K00006L9", "", &["K00006L9", "XYZ001L9"]),
        ("--find 00001 --at V1", "", &["K00001L9"]),
    ] {
        let words = format!("order new --purpose test --until +4h --json {}", words.replace("{file}", &file));
        let told = bench.run_with(&words.split_whitespace().collect::<Vec<_>>(), stdin.as_bytes()).code(0);
        let page = show(&bench, told.json()["number"].as_u64().unwrap());
        let mut listed: Vec<&str> =
            page["media"].as_array().unwrap().iter().map(|line| line["barcode"].as_str().unwrap()).collect();
        listed.sort_unstable();
        assert_eq!(listed, media, "{words}");
    }
    bench.holds();
}

#[test]
fn every_bad_barcode_is_named_at_once_and_nothing_is_recorded() {
    let bench = strict();
    ok(&bench, "media add --at V2 K00001L8");
    let file = bench.file("list.txt", b"NOPE02L9\nK00002L9\n");
    let size = log(&bench).len();
    for lang in ["en", "ja"] {
        let words = ["order", "new", "--purpose", "test", "--until", "+4h", "--lang", lang];
        let names = ["NOPE01L9", "K00003L9", "K00001", "#999", "serial:none", "--file", &file];
        let told = bench.run(&[&words[..], &names[..]].concat()).code(1);
        for bad in ["NOPE01L9", "NOPE02L9", "K00001", "#999", "serial:none"] {
            assert!(told.err.contains(bad), "{bad}: {}", told.err);
        }
        assert!(!told.err.contains("K00003L9") && !told.err.contains("K00002L9"), "{}", told.err);
        assert!(told.err.trim_end().lines().last().unwrap().contains('5'), "{}", told.err);
    }
    assert_eq!(log(&bench).len(), size);
    bench.holds();
}

#[test]
fn a_request_that_makes_no_sense_is_refused() {
    let bench = strict();
    for (words, part) in [
        ("--purpose party --until +4h K00001L9", "no purpose party"),
        ("--purpose test --until 2026-11-23T00:00:00Z K00001L9", "must end after it begins"),
        ("--purpose test --from +5h --until +4h K00001L9", "must end after it begins"),
        ("--purpose test --from +4h --until +4h K00001L9", "must end after it begins"),
        ("--purpose test --from 2026-11-20T00:00:00Z --until 2026-11-22T00:00:00Z K00001L9", "after now"),
        ("--purpose test --until +4h --find nothing", "at least one medium"),
        ("--purpose test --until +4h --at DESK", "at least one medium"),
        ("--purpose test --until +4h --at V9", "No place has the code V9"),
        ("--purpose test --until +4h --nightly 0", "at least one medium"),
        ("--purpose test --until +93d --nightly 3", "92 days at most"),
        // A number that no entry could be read back with, nor any vault fill.
        ("--purpose test --until +4h --nightly 10001", "it lists 10000 at most"),
        ("--purpose test --until +4h --nightly 18446744073709551615", "it lists 10000 at most"),
        ("--purpose test --until +4h --by X-1 K00001L9", "X-1 may not record this"),
    ] {
        refused(&bench, &format!("order new {words}"), part);
    }
    for words in [
        "order new --purpose test --until +4h",
        "order new --purpose test --until +4h --nightly 3 K00001L9",
        "order new --purpose test --until +4h --nightly 3 --at V1",
        "order new --purpose Party --until +4h K00001L9",
        "order new --purpose test --until soon K00001L9",
        "order approve twelve",
        "order close 9 --missing K00001L9",
    ] {
        run(&bench, words).code(2);
    }
    for words in ["approve 999", "reject --why no 999", "extend --until +9h 999", "close 999", "show 999"] {
        refused(&bench, &format!("order {words}"), "no movement order 999");
    }
    bench.holds();
}

#[test]
fn what_may_be_done_with_an_order_in_each_state() {
    const DEEDS: [&str; 4] =
        ["approve --by A-2", "reject --by A-2 --why no", "extend --by A-2 --until +9h", "close"];
    for (state, may, by) in [
        ("requested", [true, true, false, true], None),
        ("approved", [false, false, true, true], Some("A-1")),
        ("rejected", [false; 4], Some("A-1")),
        ("closed", [false; 4], Some("B-3")),
        ("withdrawn", [false; 4], Some("B-2")),
    ] {
        for (deed, may) in DEEDS.iter().zip(may) {
            let bench = strict();
            let order = requested(&bench, "--until +8h K00001L9");
            let before: &[&str] = match state {
                "approved" => &["approve --by A-1"],
                "rejected" => &["reject --by A-1 --why no_need"],
                "closed" => &["approve --by A-1", "close --by B-3"],
                "withdrawn" => &["close --by B-2"],
                _ => &[],
            };
            for deed in before {
                ok(&bench, &format!("order {deed} {order}"));
            }
            let (words, case) = (format!("order {deed} {order}"), format!("{deed} of {state}"));
            if may {
                ok(&bench, &words);
            } else {
                let word = if state == "withdrawn" { "closed" } else { state };
                let by = by.map_or_else(String::new, |by| format!(" by {by}"));
                refused(&bench, &words, &format!("Order {order} is {word} already{by}"));
            }
            let after = show(&bench, order);
            assert_eq!(
                after["state"] != *state.replace("withdrawn", "closed"),
                may && !deed.contains("extend"),
                "{case}"
            );
            bench.holds();
        }
    }
}

#[test]
fn a_request_is_withdrawn_by_who_made_it_or_could_approve_it() {
    for (who, may) in [("B-2", true), ("A-1", true), ("B-1", true), ("B-3", false), ("X-1", false)] {
        let bench = strict();
        let order = requested(&bench, "--until +8h K00001L9");
        let words = format!("order close --by {who} {order}");
        if may {
            ok(&bench, &words);
        } else {
            refused(&bench, &words, &format!("{who} may not record this"));
        }
        assert_eq!(show(&bench, order)["state"], if may { "closed" } else { "requested" });
        bench.holds();
    }
}

#[test]
fn nothing_is_outside_under_an_order_that_is_not_in_force() {
    let bench = strict();
    let rejected = requested(&bench, "--until +8h K00001L9");
    ok(&bench, &format!("order reject --by A-1 --why no {rejected}"));
    let requested = requested(&bench, "--until +8h K00001L9");
    let order = approved(&bench, "--until +8h K00001L9");
    ok(&bench, &format!("check-out --by B-2 --order {order} K00001L9"));
    for (number, outside) in [(rejected, 0), (requested, 0), (order, 1)] {
        let shown = show(&bench, number);
        assert_eq!(
            (&shown["outside"], &shown["media"][0]["outside"]),
            (&outside.into(), &(outside == 1).into()),
            "{shown}"
        );
    }
    bench.holds();
}

#[test]
fn of_two_people_who_decide_at_once_one_wins_and_the_other_is_told_who() {
    for closing in [false, true] {
        let bench = strict();
        for _ in 0..4 {
            let order = requested(&bench, "--until +8h K00001L9");
            if closing {
                ok(&bench, &format!("order approve --by A-1 {order}"));
            }
            let barrier = Arc::new(Barrier::new(2));
            let people = if closing { ["B-2", "B-3"] } else { ["A-1", "A-2"] };
            let race = people.map(|badge| {
                let (barrier, path, outside) = (Arc::clone(&barrier), bench.ledger(), bench.outside());
                std::thread::spawn(move || {
                    let session = Session::open(&path, Duration::from_secs(60), outside).unwrap();
                    let who = who(&session, badge, None);
                    barrier.wait();
                    if closing {
                        session.close(&who, OrderId(order), &[], None)
                    } else {
                        session.approve(&who, OrderId(order)).map_err(OrderError::from)
                    }
                })
            });
            let ends = race.map(|one| one.join().unwrap());
            let won = ends.iter().position(Result::is_ok).unwrap();
            let Err(OrderError::Other(Error::Refused(refusal))) = &ends[1 - won] else {
                panic!("{ends:?}");
            };
            let Refusal::Order(OrderRefusal::Decided { by: Some(by), .. }) = &**refusal else {
                panic!("{refusal:?}");
            };
            assert_eq!(by.as_str(), people[won]);
            let page = show(&bench, order);
            assert_eq!(page[if closing { "closed_by" } else { "decided_by" }], people[won]);
        }
        bench.holds();
    }
}

#[test]
fn a_check_out_stays_within_an_order_its_list_and_its_time() {
    const MINUTE: i64 = 60_000;
    for (words, state, after, step, wanted) in [
        ("--until +8h K00001L9", "approved", 0, "", ""),
        ("--until +8h K00001L9", "approved", 0, "--order {n}", ""),
        ("--until +8h K00002L9", "approved", 0, "", "order_missing"),
        ("--until +8h K00002L9", "approved", 0, "--order {n}", "not_listed"),
        ("--until +8h K00001L9", "approved", 0, "--order 999", "unknown_order"),
        ("--until +8h K00001L9", "requested", 0, "", "order_missing"),
        ("--until +8h K00001L9", "requested", 0, "--order {n}", "order_not_in_force"),
        ("--until +8h K00001L9", "rejected", 0, "", "order_missing"),
        ("--until +8h K00001L9", "rejected", 0, "--order {n}", "order_not_in_force"),
        ("--until +8h K00001L9", "closed", 0, "--order {n}", "order_not_in_force"),
        ("--from +1h --until +8h K00001L9", "approved", 59, "", "order_missing"),
        ("--from +1h --until +8h K00001L9", "approved", 59, "--order {n}", "order_not_in_force"),
        ("--from +1h --until +8h K00001L9", "approved", 60, "", ""),
        ("--until +8h K00001L9", "approved", 479, "--order {n}", ""),
        ("--until +8h K00001L9", "approved", 480, "", "order_missing"),
        ("--until +8h K00001L9", "approved", 480, "--order {n}", "order_not_in_force"),
        ("--until +8h K00001L9", "approved", 0, "--until +8h", ""),
        ("--until +8h K00001L9", "approved", 0, "--until +481m", "due_after_order"),
        // A standing order lists nothing itself: its nights do.
        ("--until +8d --nightly 3", "approved", 0, "--order {n}", "not_listed"),
    ] {
        let bench = strict();
        let order = requested(&bench, words);
        match state {
            "approved" => drop(ok(&bench, &format!("order approve --by A-1 {order}"))),
            "rejected" => drop(ok(&bench, &format!("order reject --by A-1 --why no {order}"))),
            "closed" => drop(ok(&bench, &format!("order close {order}"))),
            _ => {}
        }
        bench.pass(after * MINUTE);
        let step = format!("check-out K00001L9 {}", step.replace("{n}", &order.to_string()));
        let case = format!("{words}, {state}, after {after}: {step}");
        if wanted.is_empty() {
            ok(&bench, &step);
            assert_eq!(bench.show("K00001L9")["order"], order, "{case}");
        } else {
            assert_eq!(code(&bench, &step), wanted, "{case}");
            assert_eq!(bench.show("K00001L9")["state"], "vaulted", "{case}");
        }
        bench.holds();
    }
}

#[test]
fn of_several_orders_in_force_one_must_be_named() {
    let bench = strict();
    let first = approved(&bench, "--until +8h K00001L9 K00002L9");
    let second = approved(&bench, "--until +9h K00001L9");
    let told = run(&bench, "check-out K00001L9").code(1);
    assert!(told.err.contains(&format!("{first}, {second}")), "{}", told.err);
    assert_eq!(code(&bench, "check-out K00001L9"), "several_orders");
    ok(&bench, &format!("check-out --order {second} K00001L9"));
    ok(&bench, "check-out K00002L9");
    assert_eq!(show(&bench, first)["taken"], 1);
    assert_eq!(show(&bench, second)["taken"], 1);
    // When the one is over, the other is meant.
    ok(&bench, "check-in --to V1 K00001L9");
    ok(&bench, &format!("order close {second}"));
    ok(&bench, "check-out K00001L9");
    assert_eq!(bench.show("K00001L9")["order"], first);
    bench.holds();
}

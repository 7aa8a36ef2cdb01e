//! The reports add up to the log, each one that is taken away is itself an event, and the policy takes only what
//! makes sense.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::orders::{approved, log, ok, refused, run, strict};
use crate::support::Bench;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The monthly report of November 2026: section and key, with count and media.
fn monthly(bench: &Bench) -> BTreeMap<(String, String), (u64, u64)> {
    let rows = run(bench, "report monthly --month 2026-11 --json").json();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let number = |row: &Value, key: &str| row[key].as_u64().unwrap();
    let row = |row: &Value| {
        ((text(row, "section"), text(row, "key")), (number(row, "count"), number(row, "media")))
    };
    rows.as_array().unwrap().iter().map(row).collect()
}

type Rows = BTreeMap<(String, String), (u64, u64)>;

fn at(rows: &Rows, section: &str, key: &str) -> (u64, u64) {
    rows.get(&(section.to_owned(), key.to_owned())).copied().unwrap_or_default()
}

fn sum(rows: &Rows, section: &str) -> u64 {
    let of = rows.iter().filter(|((one, key), _)| one == section && key != "total" && key != "taken_back");
    of.map(|(_, (count, _))| count).sum()
}

#[test]
fn the_month_adds_up_to_the_log() {
    let bench = strict();
    ok(&bench, "person add H-1 Hosted --role operator --org KURA --host-org BANSHA");
    ok(&bench, "person add K-1 Home --role operator --org KURA");
    ok(&bench, "media describe --class cleaning K00003L9");
    ok(&bench, "media add --at LIB R00001L9");
    approved(&bench, "--until +20h K00001L9 K00002L9 K00003L9");
    let restore = "order new --purpose restore --until +20h --by B-2 --json K00004L9";
    let restore = ok(&bench, restore).json()["number"].to_string();
    ok(&bench, &format!("order approve --by A-1 {restore}"));
    for step in [
        "check-out --by H-1 K00001L9",
        "check-out --by K-1 K00002L9",
        "check-out --by K-1 K00003L9",
        // What is taken back and taken out again is two ways out of one medium.
        "void --by K-1 K00003L9",
        "check-out --by K-1 --until +2h K00003L9",
        "check-out --by B-2 K00004L9",
        "check-out --by B-2 --override fire K00005L9",
        "check-out --by B-2 --override fire K00006L9",
        "ratify --by A-1 K00006L9",
        "eject --by B-2 R00001L9",
        "load --by B-2 --into D1 K00004L9",
        // Out of a drive is no way out: it had left already.
        "eject --by B-2 K00004L9",
    ] {
        ok(&bench, step);
    }
    run(&bench, "check-out --by B-2 K00001L9").code(1);
    run(&bench, "load --by B-3 --into D1 K00001L9").code(1);
    run(&bench, "sight --by B-2 --at V1 NOPE01L9").code(1);
    bench.pass(3 * HOUR);
    ok(&bench, "check-in --by K-1 --to V1 K00003L9");
    ok(&bench, "check-in --by K-1 --to V1 K00002L9");
    let size = u64::try_from(log(&bench).len()).unwrap();
    let rows = monthly(&bench);
    assert_eq!(at(&rows, "ways_out", "total"), (8, 7));
    assert_eq!(at(&rows, "ways_out", "taken_back"), (1, 1));
    for (section, wanted) in [
        ("purpose", &[("test", (4, 3)), ("restore", (1, 1)), ("override", (2, 2)), ("none", (1, 1))][..]),
        ("organisation", &[("BANSHA", (1, 1)), ("KURA", (3, 2)), ("none", (4, 4))]),
        ("class", &[("cleaning", (2, 1)), ("data", (6, 6))]),
        ("overrides", &[("ratified", (1, 1)), ("not_ratified", (1, 1))]),
        ("late_returns", &[("late", (1, 1)), ("in_time", (1, 1))]),
        ("refusals", &[("wrong_state", (1, 1)), ("not_custodian", (1, 1)), ("label_unknown", (1, 0))]),
    ] {
        for (key, wanted) in wanted {
            assert_eq!(at(&rows, section, key), *wanted, "{section} {key}");
        }
        let all: u64 = wanted.iter().map(|(_, (count, _))| count).sum();
        assert_eq!(sum(&rows, section), all, "{section} has nothing else");
    }
    for section in ["purpose", "organisation", "class"] {
        assert_eq!(sum(&rows, section), at(&rows, "ways_out", "total").0, "{section}");
    }
    assert_eq!(at(&rows, "log", "total").0, size);
    assert_eq!(sum(&rows, "log"), size);
    assert_eq!(at(&rows, "log", "check_out").0 + 1, at(&rows, "ways_out", "total").0, "and one eject");
    bench.holds();
}

#[test]
fn a_month_ends_where_it_ends_in_the_readers_zone() {
    let bench = strict();
    ok(&bench, "check-out --override fire K00001L9");
    bench.pass(8 * DAY - 1);
    ok(&bench, "check-in --to V1 K00001L9");
    bench.pass(1);
    ok(&bench, "check-out --override fire K00001L9");
    let months = |bench: &Bench| {
        ["2026-11", "2026-12"].map(|month| {
            // For people it is only looked at; so the log stays as it is.
            let told = ok(bench, &format!("report monthly --month {month}")).out;
            let total = told.lines().find(|line| line.starts_with("log") && line.contains("total")).unwrap();
            total.split_whitespace().nth(2).unwrap().parse::<usize>().unwrap()
        })
    };
    let size = log(&bench).len();
    assert_eq!(months(&bench), [size - 1, 1]);
    bench.zone.set(9 * 3600);
    assert_eq!(months(&bench), [size - 2, 2]);
    assert_eq!(ok(&bench, "report monthly").out, ok(&bench, "report monthly --month 2026-12").out);
    for wrong in ["2026-13", "2026-0", "november", "2026", "4294967295-12", "99999-01", "-"] {
        run(&bench, &format!("report monthly --month {wrong}")).code(2);
    }
    bench.holds();
}

#[test]
fn a_late_return_stays_late_when_its_check_in_is_made_anew() {
    let bench = strict();
    ok(&bench, "check-out --by B-2 --override fire --until +1h K00001L9 K00002L9");
    ok(&bench, "check-in --by B-2 --to V1 K00002L9");
    ok(&bench, "void --by B-2 K00002L9");
    bench.pass(2 * HOUR);
    ok(&bench, "check-in --by B-2 --to V1 K00001L9");
    ok(&bench, "void --by B-2 K00001L9");
    ok(&bench, "check-in --by B-2 --to V2 K00001L9 K00002L9");
    let rows = monthly(&bench);
    assert_eq!(at(&rows, "late_returns", "late"), (3, 2));
    assert_eq!(at(&rows, "late_returns", "in_time"), (1, 1));
    assert_eq!(at(&rows, "late_returns", "taken_back"), (2, 2));
    bench.holds();
}

#[test]
fn whoever_takes_a_report_away_stands_in_the_log() {
    let bench = strict();
    let file = bench.path().join("report.csv").display().to_string();
    for (words, report, purpose) in [
        ("report monthly --month 2026-11 --json --by X-1".to_owned(), "monthly", "report"),
        ("report access --csv --by B-2 --purpose review".to_owned(), "access", "review"),
        (format!("report access -o {file} --csv --by A-1 --purpose board"), "access", "board"),
    ] {
        let size = log(&bench).len();
        let told = ok(&bench, &words);
        let new = log(&bench).split_off(size);
        assert_eq!(new.len(), 1, "{words}");
        let rows = if words.contains("--json") {
            told.json().as_array().unwrap().len()
        } else if words.contains("-o") {
            std::fs::read_to_string(&file).unwrap().lines().count() - 1
        } else {
            told.out.lines().count() - 1
        };
        let by = words.split("--by ").nth(1).unwrap().split(' ').next().unwrap();
        let data = json!({"report": report, "purpose": purpose, "rows": rows});
        assert_eq!(
            (&new[0]["kind"], &new[0]["by"], &new[0]["data"]),
            (&json!("export_made"), &json!(by), &data)
        );
    }
    // What cannot be written is not given out, and overwrites nothing.
    let size = log(&bench).len();
    let content = std::fs::read(&file).unwrap();
    for taken in [file.clone(), bench.path().join("none/report.csv").display().to_string()] {
        let told = run(&bench, &format!("report monthly -o {taken} --csv --by A-1")).code(2);
        assert!(told.err.contains("was not written") && !told.err.contains("given out"), "{}", told.err);
    }
    assert_eq!((log(&bench).len(), std::fs::read(&file).unwrap()), (size, content));
    // Nor is a file left behind where the giving out is refused.
    let refused = bench.path().join("refused.csv");
    run(&bench, &format!("report access -o {} --csv --by Z-9", refused.display())).code(1);
    assert!(!refused.exists());
    // Who shows no PIN takes nothing away, and who only looks leaves no trace.
    ok(&bench, "report access");
    ok(&bench, "report monthly");
    bench.vars.borrow_mut().remove("KURABAN_PIN");
    let told = run(&bench, "report access --csv").code(1);
    assert!(told.out.is_empty(), "{}", told.out);
    run(&bench, "report access --csv --purpose No!").code(2);
    assert_eq!(log(&bench).len(), size);
    bench.holds();
}

#[test]
fn access_tells_each_role_since_when_and_when_it_was_last_used() {
    let bench = strict();
    bench.pass(HOUR);
    ok(&bench, "person roles B-3 operator,approver");
    ok(&bench, "person temporary --by A-1 T-1 Temp");
    bench.pass(HOUR);
    ok(&bench, "check-out --by B-3 --override fire K00001L9");
    bench.pass(HOUR);
    ok(&bench, "person roles B-3 approver");
    bench.pass(HOUR);
    ok(&bench, "person roles B-3 approver,operator");
    ok(&bench, "person suspend B-2");
    let rows = ok(&bench, "report access --json").json();
    let row = |badge: &str, role: &str| {
        let one = |row: &&Value| row["badge"] == badge && row["role"] == role;
        rows.as_array().unwrap().iter().find(one).unwrap_or_else(|| panic!("{badge} {role}: {rows}")).clone()
    };
    let hour = |hour: i64| json!(format!("2026-11-23T{hour:02}:00:00.000Z"));
    // What was lost and given again is held since then; what was kept, since it was first given.
    assert_eq!((&row("B-3", "approver")["since"], &row("B-3", "operator")["since"]), (&hour(1), &hour(4)));
    assert_eq!(row("B-3", "operator")["last_used"], hour(2));
    assert_eq!(row("A-2", "approver")["last_used"], Value::Null);
    assert_eq!((&row("T-1", "operator")["since"], &row("T-1", "operator")["until"]), (&hour(1), &hour(13)));
    assert_eq!(
        (&row("B-2", "operator")["suspended"], &row("B-3", "operator")["suspended"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(rows.as_array().unwrap().iter().filter(|row| row["badge"] == "B-1").count(), 3);
    bench.holds();
}

#[test]
fn the_policy_takes_only_what_makes_sense() {
    let bench = strict();
    for (name, value, part) in [
        ("order_required", "maybe", "yes | no"),
        ("purposes", "none", "restore"),
        ("purposes", "restore,restore", "restore"),
        // What the monthly report calls what had no order is no purpose of one.
        ("purposes", "restore,none", "restore"),
        ("purposes", "restore,override", "restore"),
        ("purposes", "restore,total", "restore"),
        ("purposes", "Restore", "restore"),
        ("separate", "none", "counter_custodian"),
        ("separate", "actor_witness", "counter_custodian"),
        ("check_in_witness", "tape", "data,scratch,cleaning"),
        ("shift_hours", "25", "1–24"),
        ("shift_hours", "0", "1–24"),
        ("nothing", "1", "no policy nothing"),
    ] {
        refused(&bench, &format!("policy set {name} {value}"), part);
    }
    refused(&bench, "policy set order_required yes", "Nothing would change");
    refused(&bench, "policy set order_required no --by A-1", "A-1 may not record this");
    ok(&bench, "policy set purposes disposal,fire_drill");
    let shown = ok(&bench, "policy show --json").json();
    let purposes = shown.as_array().unwrap().iter().find(|row| row["name"] == "purposes").unwrap();
    assert_eq!(purposes["value"], "disposal,fire_drill");
    refused(&bench, "order new --purpose restore --until +4h K00001L9", "it has disposal, fire_drill");
    ok(&bench, "order new --purpose fire_drill --until +4h K00001L9");
    bench.holds();
}

#[test]
fn what_was_done_is_judged_by_the_policy_of_its_time() {
    let bench = strict();
    approved(&bench, "--until +8h K00001L9");
    ok(&bench, "policy set order_required no");
    ok(&bench, "policy set purposes disposal");
    ok(&bench, "check-out K00001L9 K00002L9");
    ok(&bench, "check-in --to V1 K00001L9");
    ok(&bench, "policy set order_required yes");
    ok(&bench, "policy set check_in_witness data");
    bench.holds();
    ok(&bench, "check-in --to V1 --with B-2 K00002L9");
    bench.holds();
}

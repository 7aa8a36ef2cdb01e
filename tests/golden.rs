//! Golden vectors: ledgers whose bytes never change, so that an old ledger reads the same in twenty years.

use kuraban::domain::names::Digest;
use kuraban::ledger::entry::{Entry, entry_hash};
use proptest::prelude::*;

use crate::support::Bench;

const VECTORS: &str = include_str!("../fixtures/ledger/every-kind.jsonl");
const HASHES: &str = include_str!("../fixtures/ledger/every-kind.sha256");

#[test]
fn the_golden_vectors_read_back_to_the_same_bytes_and_hashes() {
    let mut last = Digest::ZERO;
    let mut kinds = std::collections::BTreeSet::new();
    for ((line, hash), seq) in VECTORS.lines().zip(HASHES.lines()).zip(1..) {
        let entry = Entry::decode(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_eq!(entry.encode(), line);
        assert_eq!((entry.seq, entry.prev), (seq, last));
        last = entry_hash(line.as_bytes());
        assert_eq!(last.to_string(), hash);
        // The general library reads the same meaning and spells it the same way.
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["seq"], entry.seq);
        kinds.insert(value["kind"].as_str().unwrap().to_owned());
    }
    assert_eq!(VECTORS.lines().count(), HASHES.lines().count());
    let all: std::collections::BTreeSet<String> =
        kuraban::domain::event::Kind::ALL.iter().map(|kind| kind.word().to_owned()).collect();
    assert_eq!(kinds, all, "every kind has its vector");
}

/// What the program writes today is what it wrote when the vectors were made. `KURABAN_WRITE_GOLDEN=1` writes
/// them; a change of an old line is a broken promise, not a test to be updated.
#[test]
fn the_program_still_writes_the_golden_vectors() {
    let bench = every_kind();
    let raw = bench.ok(&["log", "--raw"]).out;
    if std::env::var_os("KURABAN_WRITE_GOLDEN").is_some() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ledger");
        std::fs::write(format!("{dir}/every-kind.jsonl"), &raw).unwrap();
        let hashes: String = raw.lines().map(|line| format!("{}\n", entry_hash(line.as_bytes()))).collect();
        std::fs::write(format!("{dir}/every-kind.sha256"), hashes).unwrap();
        return;
    }
    for (now, then) in raw.lines().zip(VECTORS.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(raw.lines().count(), VECTORS.lines().count());
}

/// Orders of every fate, a check-out without one, and what follows on it.
fn orders(bench: &Bench) {
    let number = |args: &[&str]| bench.ok(args).json()["number"].to_string();
    let new = ["order", "new", "--json", "--purpose", "restore", "--text", "復旧", "--until", "+4h"];
    let listed = |barcode| number(&[&new[..], &["--by", "B-2", barcode]].concat());
    let (first, second) = (listed("K00006L9"), listed("K00005L9"));
    bench.ok(&["order", "approve", "--by", "A-1", &first]);
    bench.ok(&["order", "reject", "--by", "A-1", "--why", "no_need", &second]);
    bench.ok(&["check-out", "--order", &first, "K00006L9"]);
    bench.ok(&["order", "extend", "--by", "A-1", "--until", "+6h", &first]);
    bench.ok(&["check-in", "--to", "V1", "K00006L9"]);
    bench.ok(&["order", "close", &first]);
    let standing =
        number(&["order", "new", "--json", "--purpose", "backup", "--until", "+30d", "--nightly", "3"]);
    bench.ok(&["order", "approve", "--by", "A-1", &standing]);
    bench.ok(&["order", "night", &standing, "K00006L9"]);
    bench.ok(&["check-out", "--override", "fire: 火災", "K00005L9"]);
    bench.ok(&["ratify", "--by", "A-1", "K00005L9"]);
    bench.ok(&["take-over", "--by", "B-2", "--with", "A-1", "--why", "ill", "K00005L9"]);
    bench.ok(&[
        "destroy",
        "--by",
        "B-2",
        "--with",
        "A-1",
        "--method",
        "shred",
        "--certificate",
        "C-1",
        "K00005L9",
    ]);
    bench.ok(&["shift", "hand-over", "--to", "B-2"]);
    bench.ok(&["report", "access", "--csv"]);
    bench.ok(&["checkpoint"]);
}

/// A stocktake that is refused, one that is certified, a sample, and a vault's next day.
fn audits(bench: &Bench) {
    let open = |args: &[&str]| {
        let number = bench.ok(&[&["audit", "open", "--by", "X-1", "--json"], args].concat()).json();
        number["number"].to_string()
    };
    let first = open(&["--at", "V1"]);
    let memory = bench.file("memory", "V1-A\nK00004L9\nK00006L9\nNOPE97L9\n棚 3\n".as_bytes());
    bench.run(&["audit", "scan", "--by", "B-2", &first, "--file", &memory]).code(1);
    bench.ok(&["audit", "recount", "--by", "X-1", &first]);
    bench.ok(&["audit", "scan", "--by", "X-1", &first, "V1-A", "K00004L9"]);
    bench.run(&["audit", "close", "--by", "X-1", "--with", "A-1", &first]).code(1);
    let last = open(&["--at", "LIB"]);
    for counter in ["B-2", "X-1"] {
        bench.run(&["audit", "scan", "--by", counter, &last, "ABC123L8"]);
    }
    bench.run(&["audit", "close", "--by", "X-1", "--with", "A-1", &last]);
    let draw = open(&["--sample", "50"]);
    bench.ok(&["audit", "open", "--by", "X-1", "--draw", &draw, "--number", "4711"]);
    bench.run(&["audit", "close", "--by", "X-1", "--with", "A-1", &draw]).code(1);
    bench.ok(&["audit", "due", "--by", "A-1", "V1", "--until", "+90d", "--why", "moved: 移転"]);
}

/// A ledger in which every kind of event happens.
fn every_kind() -> Bench {
    let bench = Bench::furnished();
    let minute = || bench.pass(60_000);
    bench.ok(&[
        "person",
        "add",
        "B-4",
        "山田 \"太郎\"",
        "--role",
        "operator",
        "--org",
        "KURA",
        "--host-org",
        "蔵番社",
    ]);
    bench.ok(&["person", "roles", "B-4", "operator,auditor"]);
    bench.ok(&["person", "suspend", "B-4", "--why", "left: 退職"]);
    bench.ok(&["person", "reinstate", "B-4"]);
    bench.ok(&["person", "temporary", "--by", "A-1", "--until", "+8h", "T-1", "応援 者"]);
    bench.ok(&["place", "retire", "V2"]);
    bench.ok(&["policy", "set", "eject_grace_hours", "6"]);
    minute();
    bench.ok(&["media", "add", "--at", "LIB", "--serial", "HU1234", "L8ABC123"]);
    bench.ok(&[
        "media",
        "describe",
        "--system",
        "契約管理",
        "--from",
        "2026-10-01",
        "--until",
        "2026-10-31",
        "--info",
        "name,medical",
        "--persons",
        "39585",
        "--encrypted",
        "no",
        "--legal-hold",
        "yes",
        "ABC123L8",
    ]);
    bench.ok(&["move", "--to", "V1-A-01", "K00001L9"]);
    minute();
    orders(&bench);
    bench.ok(&["check-out", "--until", "+4h", "K00001L9", "K00002L9"]);
    bench.ok(&["load", "--into", "D1", "--element", "drive 0", "K00001L9"]);
    bench.ok(&["eject", "K00001L9"]);
    bench.ok(&["hand-over", "--to", "B-2", "K00001L9"]);
    bench.ok(&["void", "K00001L9"]);
    bench.ok(&["relabel", "--with", "A-1", "K00001L9", "N00001L9"]);
    bench.ok(&["check-in", "--to", "V1", "--with", "B-2", "N00001L9"]);
    minute();
    bench.run_with(&["sight", "--at", "V1", "-"], b"N00001L9\t2026-11-23T00:01:30+00:00\n").code(0);
    bench.ok(&["missing", "--by", "A-1", "--why", "not_on_shelf: 棚にない", "K00003L9"]);
    bench.ok(&["found", "--at", "DESK", "K00003L9"]);
    bench.ok(&[
        "correct",
        "--to-state",
        "vaulted",
        "--place",
        "V1",
        "--why",
        "miscounted",
        "--with",
        "A-1",
        "K00003L9",
    ]);
    bench.run(&["load", "--into", "D1", "K00004L9"]).code(1);
    bench.run(&["check-out", "--by", "B-9", "K00004L9"]).code(1);
    bench.run(&["check-out", "NOPE99L9"]).code(1);
    let set = |name: &str, pin: &str| bench.vars.borrow_mut().insert(name.to_owned(), pin.to_owned());
    set("KURABAN_NEW_PIN", "2468");
    bench.ok(&["person", "pin", "B-3"]);
    set("KURABAN_PIN", "1357");
    bench.run(&["sight", "--by", "B-3", "--at", "V1-A", "K00003L9"]).code(1);
    set("KURABAN_PIN", "2468");
    bench.ok(&["sight", "--by", "B-3", "--at", "V1-A", "K00003L9"]);
    set("KURABAN_PIN", crate::support::PIN);
    bench.run(&["check-out", "--by", "B-9", "NOPE98L9"]).code(1);
    bench.pass(-5000);
    bench.ok(&["sight", "--at", "V1-A", "K00004L9"]);
    bench.pass(20 * 24 * 3_600_000);
    bench.ok(&["clock", "confirm", "--with", "B-2"]);
    audits(&bench);
    bench.raw().execute_batch("UPDATE place SET capacity = 7 WHERE code = 'DESK'").unwrap();
    bench.ok(&["rebuild"]);
    // An entry that the rules would not have allowed, and two people who stand by it.
    bench.ok(&["checkpoint"]);
    let seq = bench.ok(&["log", "--raw"]).out.lines().count();
    crate::forgery::forge(&bench, seq, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"B-9\"", 1));
    bench.ok(&[
        "acknowledge",
        "--by",
        "A-1",
        "--with",
        "X-1",
        "--why",
        "old_program: 旧版",
        &seq.to_string(),
    ]);
    bench.ok(&["key", "rotate", "--with", "B-2"]);
    bench.holds();
    let backup = bench.path().join("backup").display().to_string();
    bench.ok(&["backup", &backup]);
    bench.ok(&["sight", "--at", "V1-A", "K00004L9"]);
    bench.ok(&["restore", &backup]);
    assert_eq!(bench.verify()["verdict"], "restored");
    // The file is lost, and made anew from its entries, without what was kept apart from them.
    let saved = bench.file("saved", bench.ok(&["log", "--raw"]).out.as_bytes());
    std::fs::rename(bench.ledger(), bench.path().join("damaged")).unwrap();
    bench.ok(&["init", "--from", &saved]);
    assert_eq!(bench.verify()["verdict"], "restored");
    bench
}

proptest! {
    #[test]
    fn an_entry_has_exactly_one_spelling(
        line in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        what in 0..3,
        other in "[ -~]|[あ-ん]|\\\\u00[0-9a-f]{2}|\\\\[/bn]",
    ) {
        let lines: Vec<&str> = VECTORS.lines().collect();
        let mut chars: Vec<String> = lines[line.index(lines.len())].chars().map(String::from).collect();
        let at = at.index(chars.len());
        match what {
            0 => chars[at] = other,
            1 => { chars.remove(at); }
            _ => chars.insert(at, other),
        }
        let changed = chars.concat();
        if let Ok(entry) = Entry::decode(&changed) {
            prop_assert_eq!(entry.encode(), changed);
        }
    }
}

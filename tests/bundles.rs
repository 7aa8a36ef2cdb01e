//! Bundles before a third party: this program and a second verifier in plain Python say the same of good and bad ones.

use std::process::Command;

use kuraban::ledger::bundle::Bundle;
use kuraban::ledger::checkpoint::Checkpoint;
use serde_json::{Value, json};

use crate::forgery::{bodies, falsify_heads, forge, forge_keyless, resign};
use crate::support::Bench;

/// A Python that can check signatures. Outside CI a test that has none says so and passes; inside it fails.
fn python() -> Option<&'static str> {
    let can = |python: &&str| {
        let run = Command::new(python).args(["-c", "import cryptography"]).output();
        run.is_ok_and(|out| out.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(can);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "python3 with cryptography is missing in CI");
        eprintln!("skipped: python3 with the package cryptography is not installed");
    }
    found
}

/// What the second verifier says of each of these texts: whether it holds, and its words.
fn second(bench: &Bench, texts: &[String], key: &str) -> Option<Vec<(bool, String)>> {
    const DRIVER: &str = "
import contextlib, io, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import verify_bundle
for number in range(int(sys.argv[3])):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = verify_bundle.main(['', f'{sys.argv[2]}/{number}', sys.argv[4]])
    print(code, said.getvalue().strip())
";
    let python = python()?;
    let cases = bench.path().join("cases");
    std::fs::create_dir_all(&cases).unwrap();
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(cases.join(number.to_string()), text).unwrap();
    }
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs");
    let run = Command::new(python)
        .args(["-c", DRIVER, docs])
        .arg(&cases)
        .args([&texts.len().to_string(), key])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let out = String::from_utf8(run.stdout).unwrap();
    let said = |line: &str| {
        let (code, words) = line.split_once(' ').unwrap();
        assert!(["0", "1"].contains(&code), "{line}");
        (code == "0", words.to_owned())
    };
    Some(out.lines().map(said).collect())
}

/// What this program says of a text: whether it holds, and why not.
fn first(bench: &Bench, text: &str, key: &str) -> (bool, Value) {
    let file = bench.file("bundle", text.as_bytes());
    let run = bench.run(&["verify-bundle", "--json", "--log", key, &file]);
    let told = run.json();
    assert_eq!(run.code, u8::from(told["verdict"] == "tampered"), "{told}");
    (run.code == 0, told)
}

/// Both verifiers say the same of every text, and that is this.
#[track_caller]
pub(crate) fn both(bench: &Bench, texts: &[(String, String)], key: &str, hold: bool) {
    for (name, text) in texts {
        let (holds, told) = first(bench, text, key);
        assert_eq!(holds, hold, "{name}: {told}");
    }
    let only: Vec<String> = texts.iter().map(|(_, text)| text.clone()).collect();
    for (said, (name, _)) in second(bench, &only, key).into_iter().flatten().zip(texts) {
        assert_eq!(said.0, hold, "{name}: {}", said.1);
    }
}

pub(crate) fn key(bench: &Bench) -> String {
    bench.ok(&["key", "show"]).out.trim().to_owned()
}

/// A ledger in which a medium has a history of seven entries among others'.
pub(crate) fn told() -> Bench {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9", "K00002L9"]);
    bench.ok(&["load", "--into", "D1", "K00001L9"]);
    bench.ok(&["checkpoint", "--heads"]);
    bench.ok(&["eject", "K00001L9"]);
    bench.ok(&["check-in", "--to", "V1", "K00002L9"]);
    bench.ok(&["relabel", "--with", "A-1", "K00001L9", "N00001L9"]);
    bench.ok(&["check-in", "--to", "V1", "N00001L9"]);
    bench.ok(&["checkpoint", "--heads"]);
    bench.ok(&["sight", "--at", "V1", "N00001L9"]);
    bench.holds();
    bench
}

#[test]
fn a_bundle_is_complete_up_to_its_checkpoint_and_says_so() {
    let bench = told();
    let (key, file) = (key(&bench), bench.path().join("out").display().to_string());
    let made = bench.ok(&["bundle", "N00001L9", "-o", &file]);
    assert!(made.err.contains("6 entries") && made.err.contains("1 later"), "{}", made.err);
    bench.run(&["bundle", "N00001L9", "-o", &file]).code(3);
    let words = bench.ok(&["verify-bundle", "--log", &key, &file]).out;
    assert!(words.starts_with("CONSISTENT, UNANCHORED: N00001L9, 6 entries"), "{words}");
    for kind in ["registration", "check-out", "load", "eject", "relabelling", "check-in"] {
        assert!(words.contains(kind), "{words}");
    }
    // Whose key it is, is told where nobody has said whom they trust.
    let words = bench.ok(&["verify-bundle", &file]).out;
    assert!(words.contains("names itself") && words.contains(&key), "{words}");
    let words = bench.ok(&["--lang", "ja", "verify-bundle", &file]).out;
    assert!(words.contains("漏れなし"), "{words}");
    bench.run(&["verify-bundle", "--require-anchor", &file]).code(1);
    // Its note from outside vouches for it, and another one says nothing.
    let kept = |name: &str, args: &[&str]| bench.file(name, bench.ok(args).out.as_bytes());
    let sizes: Vec<String> = bodies(&bench.raw())
        .iter()
        .filter_map(|body| {
            let entry: Value = serde_json::from_str(body).unwrap();
            (entry["kind"] == "checkpoint").then(|| entry["seq"].to_string())
        })
        .collect();
    let note = kept("note", &["checkpoint", "--size", &sizes[1]]);
    let told =
        bench.ok(&["verify-bundle", "--json", "--log", &key, "--against", &note, "--require-anchor", &file]);
    assert_eq!(told.json()["verdict"], "anchored");
    let other = kept("other", &["checkpoint", "--size", &sizes[0]]);
    let run = bench.run(&["verify-bundle", "--against", &other, &file]).code(1);
    assert!(run.err.contains("says nothing"), "{}", run.err);
    // The key has signed another history of the same size: the two are evidence.
    let mut point = Checkpoint::unsigned(&std::fs::read_to_string(&note).unwrap()).unwrap();
    point.root.0[0] ^= 1;
    let forked = bench.file("forked", point.signed(&bench.signer()).as_bytes());
    let told = bench.run(&["verify-bundle", "--json", "--against", &forked, &file]).code(1);
    assert_eq!(told.json()["verdict"], "forked");
}

#[test]
fn both_verifiers_take_every_true_bundle() {
    let bench = told();
    let mut texts = Vec::new();
    for barcode in ["N00001L9", "K00002L9", "K00003L9", "K00006L9"] {
        texts.push((barcode.to_owned(), bench.ok(&["bundle", barcode]).out));
    }
    let sizes =
        bench.raw().query_row("SELECT min(size) FROM checkpoint", [], |row| row.get::<_, i64>(0)).unwrap();
    texts.push(("older".into(), bench.ok(&["bundle", "N00001L9", "--size", &sizes.to_string()]).out));
    both(&bench, &texts, &key(&bench), true);
    // After the key was exchanged, and after a restore: each with the key that was in force.
    let old = texts.pop().unwrap();
    let old_key = key(&bench);
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    let size = sizes.to_string();
    assert_eq!(bench.ok(&["bundle", "N00001L9", "--size", &size]).out, old.1);
    both(&bench, &[old], &old_key, true);
    bench.ok(&["checkpoint", "--heads"]);
    both(&bench, &[("new key".into(), bench.ok(&["bundle", "N00001L9"]).out)], &key(&bench), true);
    let backup = bench.path().join("backup").display().to_string();
    bench.ok(&["backup", &backup]);
    bench.ok(&["restore", &backup]);
    bench.ok(&["checkpoint", "--heads"]);
    both(&bench, &[("restored".into(), bench.ok(&["bundle", "N00001L9"]).out)], &key(&bench), true);
    // Many media and more than one tile.
    let bench = told();
    let labels: String = (0..700).map(|n| format!("T{n:05}L9\n")).collect();
    bench.run_with(&["media", "add", "--at", "V1", "-"], labels.as_bytes()).code(0);
    bench.ok(&["checkpoint", "--heads"]);
    let made = |barcode: &str| (barcode.to_owned(), bench.ok(&["bundle", barcode]).out);
    both(
        &bench,
        &[made("N00001L9"), made("T00000L9"), made("T00255L9"), made("T00699L9")],
        &key(&bench),
        true,
    );
}

/// Every value of a document changed, one at a time.
fn changed(value: &Value, path: &str, whole: &Value, out: &mut Vec<(String, String)>) {
    let mut with = |what: &str, other: Value| {
        let mut copy = whole.clone();
        *copy.pointer_mut(path).unwrap() = other;
        out.push((format!("{path} {what}"), copy.to_string()));
    };
    match value {
        Value::String(text) => {
            let flip = |at: usize| {
                let mut chars: Vec<char> = text.chars().collect();
                if let Some(char) = chars.get_mut(at) {
                    *char = if *char == 'A' { 'B' } else { 'A' };
                }
                Value::from(chars.into_iter().collect::<String>())
            };
            with("begins otherwise", flip(0));
            with("is otherwise in the middle", flip(text.chars().count() / 2));
            with("is empty", json!(""));
            with("is no text", json!(7));
        }
        Value::Number(number) => {
            with("is one more", json!(number.as_u64().unwrap() + 1));
            with("is huge", json!(u64::MAX));
            with("is a fraction", json!(1.5));
            with("is a text", json!(number.to_string()));
        }
        Value::Array(items) => {
            with("is empty", json!([]));
            for at in 0..items.len() {
                let mut less = items.clone();
                less.remove(at);
                with(&format!("without {at}"), less.into());
                let mut doubled = items.clone();
                doubled.insert(at, items[at].clone());
                with(&format!("with {at} twice"), doubled.into());
                let mut swapped = items.clone();
                swapped.swap(at, (at + 1) % items.len());
                if &swapped != items {
                    with(&format!("with {at} swapped"), swapped.into());
                }
            }
        }
        Value::Object(map) => {
            with("is null", Value::Null);
            for name in map.keys() {
                let mut less = map.clone();
                less.remove(name);
                with(&format!("without {name}"), less.into());
            }
            let mut more = map.clone();
            more.insert("more".into(), json!(1));
            with("with more", more.into());
        }
        Value::Null | Value::Bool(_) => {}
    }
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                changed(item, &format!("{path}/{at}"), whole, out);
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                changed(item, &format!("{path}/{name}"), whole, out);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn both_verifiers_refuse_every_bundle_in_which_anything_was_changed() {
    let bench = told();
    let text = bench.ok(&["bundle", "N00001L9"]).out;
    let whole: Value = serde_json::from_str(&text).unwrap();
    let mut texts = Vec::new();
    changed(&whole, "", &whole, &mut texts);
    // An empty proof is as true as none where a tree has one leaf; here no tree has.
    assert!(texts.len() > 250, "{}", texts.len());
    texts.extend([
        ("nothing".to_owned(), String::new()),
        ("no JSON".to_owned(), text.replacen('{', "", 1)),
        ("a key twice".to_owned(), text.replacen('{', "{\"format\":\"kuraban-bundle/1\",", 1)),
        ("two documents".to_owned(), format!("{text}{text}")),
        ("a key with a space".to_owned(), text.replacen("\"key\": \"", "\"key\": \" ", 1)),
        ("minus nought".to_owned(), text.replacen("\"index\": 0", "\"index\": -0", 1)),
        (
            "another line end".to_owned(),
            text.replacen("\\n\\n\u{2014} ", "\\n\\n\u{2014} x AAAAAA==\\u2028\u{2014} ", 1),
        ),
    ]);
    both(&bench, &texts, &key(&bench), false);
    // In other hands' words the same bundle stands.
    both(&bench, &[("compact".into(), whole.to_string())], &key(&bench), true);
}

#[test]
fn an_extract_without_its_newest_entries_is_refused_even_if_its_older_ones_hold() {
    let bench = told();
    let whole: Value = serde_json::from_str(&bench.ok(&["bundle", "N00001L9"]).out).unwrap();
    let count = whole["entries"].as_array().unwrap().len();
    let mut texts = Vec::new();
    for left in 0..count {
        let mut copy = whole.clone();
        copy["entries"].as_array_mut().unwrap().truncate(left);
        texts.push((format!("the first {left}"), copy.to_string()));
    }
    // The proof of another medium does not help, nor does the older checkpoint with the newer note.
    let other: Value = serde_json::from_str(&bench.ok(&["bundle", "K00002L9"]).out).unwrap();
    let mut copy = whole.clone();
    copy["newest"] = other["newest"].clone();
    texts.push(("another's place".into(), copy.to_string()));
    let size =
        bench.raw().query_row("SELECT min(size) FROM checkpoint", [], |row| row.get::<_, i64>(0)).unwrap();
    let old: Value =
        serde_json::from_str(&bench.ok(&["bundle", "N00001L9", "--size", &size.to_string()]).out).unwrap();
    for part in ["note", "checkpoint", "newest", "entries"] {
        let mut copy = whole.clone();
        copy[part] = old[part].clone();
        texts.push((format!("an older {part}"), copy.to_string()));
    }
    both(&bench, &texts, &key(&bench), false);
}

#[test]
fn what_another_key_signed_is_refused_and_what_a_forger_made_does_not_pass() {
    let bench = told();
    let (key, text) = (key(&bench), bench.ok(&["bundle", "N00001L9"]).out);
    // A ledger rewritten and signed with a key of one's own.
    let forged = told();
    let own = kuraban::ledger::note::NoteSigner::new(forged.signer().key().name(), &[7; 32]).unwrap();
    let public = forged.signer().key().public().to_string();
    forge_keyless(&forged, 1, |body| body.replacen(&public, &own.key().public().to_string(), 1));
    resign(&forged, &own);
    let foreign = forged.ok(&["bundle", "N00001L9"]).out;
    both(&bench, &[("its own key".into(), foreign.clone())], &key, false);
    let named = foreign.replace(&crate::bundles::key(&forged), &key);
    both(&bench, &[("the key's name alone".into(), named)], &key, false);
    // With the key at hand one entry is rewritten: the note from outside tells.
    let note = bench.ok(&["checkpoint", "--last"]).out;
    forge(&bench, 22, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    let rewritten = bench.ok(&["bundle", "N00001L9"]).out;
    assert_ne!(rewritten, text);
    both(&bench, &[("rewritten".into(), rewritten.clone())], &key, true);
    let (file, note) = (bench.file("rewritten", rewritten.as_bytes()), bench.file("note", note.as_bytes()));
    let told = bench.run(&["verify-bundle", "--json", "--against", &note, &file]).code(1).json();
    assert_eq!(told["verdict"], "forked");
    // A checkpoint that names a false root over the media gives no bundle that holds.
    let bench = told_falsely();
    both(
        &bench,
        &[("false heads".into(), bench.ok(&["bundle", "N00001L9"]).out)],
        &crate::bundles::key(&bench),
        false,
    );
}

/// A ledger whose last checkpoint names a root over the media that is none.
fn told_falsely() -> Bench {
    let bench = told();
    let all = bodies(&bench.raw());
    let (seq, body) = (1..).zip(&all).filter(|(_, body)| body.contains("\"heads\":\"")).last().unwrap();
    let entry: Value = serde_json::from_str(body).unwrap();
    falsify_heads(&bench, seq, entry["data"]["heads"].as_str().unwrap());
    bench
}

#[test]
fn where_there_is_no_bundle_it_is_told_what_is_missing() {
    let bench = Bench::furnished();
    let run = bench.run(&["bundle", "K00001L9"]).code(1);
    assert!(
        run.err.contains("no checkpoint was taken") && run.err.contains("checkpoint --heads"),
        "{}",
        run.err
    );
    bench.ok(&["checkpoint"]);
    bench.ok(&["media", "add", "--at", "V1", "Z00001L9"]);
    let run = bench.run(&["bundle", "Z00001L9"]).code(1);
    assert!(run.err.contains("registered after"), "{}", run.err);
    bench.run(&["bundle", "NOPE97L9"]).code(1);
    bench.run(&["bundle", "K00001L9", "--size", "21"]).code(1);
    let other = Bench::stranger();
    other.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    let note = bench.file("note", other.ok(&["checkpoint"]).out.as_bytes());
    let run = bench.run(&["bundle", "K00001L9", "--note", &note]).code(1);
    assert!(run.err.contains("no checkpoint"), "{}", run.err);
    bench.run(&["verify-bundle", &bench.file("bytes", &[0xff, 0xfe])]).code(1);
    bench.run(&["verify-bundle", "no such file"]).code(2);
    assert!(Bundle::check("{}", &[]).is_err());
}

//! Bundles that somebody puts together by hand, each part of which holds by itself.

use kuraban::ledger::bundle::encoded;
use kuraban::ledger::checkpoint::Checkpoint;
use kuraban::ledger::entry::entry_hash;
use kuraban::ledger::tree::{Frontier, Runs, inclusion};
use serde_json::{Value, json};

use crate::bundles::{both, key, told};
use crate::forgery::bodies;
use crate::support::Bench;

/// The bundle of the medium, over the newest checkpoint.
fn whole(bench: &Bench) -> Value {
    serde_json::from_str(&bench.ok(&["bundle", "N00001L9"]).out).unwrap()
}

/// The size that the note of a bundle is over.
fn size(bundle: &Value) -> u64 {
    bundle["note"].as_str().unwrap().lines().nth(1).unwrap().parse().unwrap()
}

fn seq(body: &str) -> u64 {
    serde_json::from_str::<Value>(body).unwrap()["seq"].as_u64().unwrap()
}

/// An entry with the proof that it is in the tree over this log.
fn proved(log: &[String], body: &str) -> Value {
    let mut runs = Runs::new(inclusion(seq(body) - 1, log.len() as u64));
    for body in log {
        runs.push(entry_hash(body.as_bytes()));
    }
    json!({ "entry": body, "proof": encoded(&runs.roots()) })
}

/// The bundle with these entries in it, all of it proved anew over this log, and signed under this origin.
fn composed(bench: &Bench, log: &[String], origin: &str, entries: &[String]) -> Value {
    let mut bundle = whole(bench);
    let mut tree = Frontier::default();
    for body in log {
        tree.push(entry_hash(body.as_bytes()));
    }
    let point = Checkpoint { origin: origin.into(), size: log.len() as u64, root: tree.root() };
    bundle["note"] = point.signed(&bench.signer()).into();
    bundle["checkpoint"] = proved(log, log.last().unwrap());
    bundle["entries"] = entries.iter().map(|body| proved(log, body)).collect();
    bundle
}

/// What the log held at the bundle's checkpoint, the origin of that, and the entries of the medium.
fn parts(bench: &Bench) -> (Vec<String>, String, Vec<String>) {
    let bundle = whole(bench);
    let mut log = bodies(&bench.raw());
    log.truncate(usize::try_from(size(&bundle)).unwrap());
    let origin = bundle["note"].as_str().unwrap().lines().next().unwrap().to_owned();
    let body = |one: &Value| one["entry"].as_str().unwrap().to_owned();
    (log, origin, bundle["entries"].as_array().unwrap().iter().map(body).collect())
}

#[test]
fn an_older_checkpoint_that_is_proved_under_the_newest_note_hides_nothing() {
    let bench = told();
    let newest = whole(&bench);
    let first: i64 = bench.raw().query_row("SELECT min(size) FROM checkpoint", [], |row| row.get(0)).unwrap();
    let old: Value =
        serde_json::from_str(&bench.ok(&["bundle", "N00001L9", "--size", &first.to_string()]).out).unwrap();
    let (log, ..) = parts(&bench);
    let mut forged = newest.clone();
    let count = old["entries"].as_array().unwrap().len();
    assert!(count < newest["entries"].as_array().unwrap().len());
    // All that is shown is in the newest tree, and the medium's newest entry of then is under the root of then.
    forged["entries"].as_array_mut().unwrap().truncate(count);
    forged["checkpoint"] = proved(&log, old["checkpoint"]["entry"].as_str().unwrap());
    forged["newest"] = old["newest"].clone();
    both(&bench, &[("the state of then".into(), forged.to_string())], &key(&bench), false);
}

#[test]
fn who_holds_the_key_cannot_show_another_past_of_the_same_medium() {
    let bench = told();
    let (log, origin, entries) = parts(&bench);
    let key = key(&bench);
    let true_one = composed(&bench, &log, &origin, &entries);
    both(&bench, &[("the true one, put together".into(), true_one.to_string())], &key, true);
    // The entry after the second one of the medium is another's: in its place stands a second of the second.
    let at = seq(&entries[1]);
    assert!(at + 1 < seq(&entries[2]));
    let twin = entries[1].replacen(&format!("\"seq\":{at},"), &format!("\"seq\":{},", at + 1), 1);
    assert_eq!(seq(&twin), at + 1);
    let mut forked = log.clone();
    forked[usize::try_from(at).unwrap()].clone_from(&twin);
    let mut shown = entries.clone();
    both(
        &bench,
        &[("the one that is followed".into(), composed(&bench, &forked, &origin, &shown).to_string())],
        &key,
        true,
    );
    shown[1] = twin;
    let text = composed(&bench, &forked, &origin, &shown).to_string();
    both(&bench, &[("the one that is not".into(), text)], &key, false);
}

#[test]
fn a_note_of_another_life_is_not_taken_under_the_name_of_this_one() {
    let bench = told();
    let (log, origin, entries) = parts(&bench);
    let other = format!("{}/2", origin.strip_suffix("/1").unwrap());
    let forged = composed(&bench, &log, &other, &entries);
    // The same text once more, signed under the name of this life.
    let text = format!("{}\n", forged["note"].as_str().unwrap().split_once("\n\n").unwrap().0);
    let mut renamed = forged.clone();
    renamed["note"] = bench.signer().sign_as(&origin, &text).into();
    let texts = [("another life".into(), forged.to_string()), ("renamed".into(), renamed.to_string())];
    both(&bench, &texts, &key(&bench), false);
}

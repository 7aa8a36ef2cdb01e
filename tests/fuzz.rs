//! Every decoder before bytes that nobody would write: true inputs with parts flipped, cut, doubled, spliced and put in.
//! Nothing panics, and what is read is what was spelt.
//!
//! A run is repeated from its seed. `KURABAN_FUZZ=10000000 cargo test --release fuzz` does ten million of each instead of
//! some thousand. The inputs to begin with lie in `fixtures/fuzz`; `KURABAN_WRITE_FUZZ=1` makes them anew.

use std::path::PathBuf;

use kuraban::ledger::bundle::Bundle;
use kuraban::ledger::checkpoint::Checkpoint;
use kuraban::ledger::entry::Entry;
use kuraban::ledger::note::{NoteKey, NoteSigner, leading};
use kuraban::ledger::sealed;
use kuraban::ledger::timestamp;
use kuraban::ledger::tree::Frontier;
use kuraban::ledger::trust::Trust;
use kuraban::ledger::witness::{WitnessKey, judge};

use crate::dice::{Dice, times};
use crate::support::Bench;

/// How many inputs each decoder is given, unless the environment says otherwise.
const USUAL: usize = 4000;

/// What decoders look for.
const WORDS: [&[u8]; 24] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\u0000",
    b"\\",
    b",",
    b":",
    b"null",
    b"18446744073709551616",
    b"-1",
    b"1e9",
    b"\n",
    b"\n\n",
    b"\r",
    b"\0",
    b"+",
    b"\xe2\x80\x94 ",
    b"==",
    b"\xff",
    b"\xc0\x80",
    b"\x30\x84\xff\xff\xff\xff",
    b"old 7\n",
];

fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.roll(corpus.len())].clone();
    for _ in 0..=dice.roll(4) {
        let (at, to) = (dice.roll(bytes.len() + 1), dice.roll(bytes.len() + 1));
        let (from, to) = (at.min(to), at.max(to));
        match dice.roll(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 if at < bytes.len() => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            2 => drop(bytes.drain(from..to.min(from + 40))),
            3 => {
                let part = bytes[from..to.min(from + 200)].to_vec();
                bytes.splice(at..at, part);
            }
            4 => drop(bytes.splice(at..at, WORDS[dice.roll(WORDS.len())].iter().copied())),
            5 => {
                let other = &corpus[dice.roll(corpus.len())];
                let begin = dice.roll(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[begin..]);
            }
            _ => bytes.truncate(at),
        }
    }
    bytes.truncate(1 << 16);
    bytes
}

/// Gives a decoder its inputs: the corpus as it is, and what comes of it.
fn feed(name: &str, decode: impl Fn(&[u8])) {
    let count = times("KURABAN_FUZZ", USUAL);
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "{name}");
    let mut dice = Dice::new(u64::try_from(name.len()).unwrap());
    for bytes in &corpus {
        decode(bytes);
    }
    for _ in 0..count {
        decode(&mutated(&corpus, &mut dice));
    }
}

fn directory(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/fuzz")).join(name)
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory(name)).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort_unstable();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[test]
fn fuzz_entry() {
    feed("entry", |bytes| {
        if let Ok(entry) = Entry::decode(text(bytes)) {
            assert_eq!(entry.encode().as_bytes(), bytes, "an entry has one spelling");
        }
    });
}

#[test]
fn fuzz_note() {
    let true_ones = corpus("note");
    let key = NoteSigner::new("kuraban/TOKYO/00", &[9; 32]).unwrap().key().clone();
    feed("note", |bytes| {
        let text = text(bytes);
        let _ = (leading(text), Checkpoint::unsigned(text).is_ok(), NoteKey::parse(text).is_ok());
        let _ = (WitnessKey::parse(text).is_ok(), NoteSigner::parse(text).is_ok());
        if let Ok(point) = Checkpoint::open(text, &key) {
            // What the key signed has one meaning: that of a note in the corpus.
            let same = |one: &Vec<u8>| Checkpoint::open(self::text(one), &key).as_ref() == Ok(&point);
            assert!(true_ones.iter().any(same), "{text}");
        }
    });
}

#[test]
fn fuzz_bundle() {
    let trusted = [NoteKey::parse(text(&corpus("key")[0]).trim()).unwrap()];
    let true_ones: Vec<_> =
        corpus("bundle").iter().filter_map(|one| Bundle::check(text(one), &trusted).ok()).collect();
    assert!(!true_ones.is_empty());
    feed("bundle", |bytes| {
        let _ = Bundle::check(text(bytes), &[]).is_ok();
        if let Ok(history) = Bundle::check(text(bytes), &trusted) {
            assert!(true_ones.iter().any(|one| one.entries == history.entries), "another history holds");
        }
    });
}

#[test]
fn fuzz_tile() {
    feed("tile", |bytes| {
        let size = bytes.iter().take(8).fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
        let roots = bytes.get(8..).unwrap_or_default();
        if let Some(tree) = Frontier::from_bytes(size, roots) {
            assert_eq!((tree.size(), tree.bytes()), (size, roots.to_vec()));
            let _ = tree.root();
        }
    });
}

#[test]
fn fuzz_policy() {
    feed("policy", |bytes| {
        if let Ok(trust) = Trust::parse(text(bytes)) {
            let all: Vec<&str> = trust.witnesses().map(|(name, _)| name).collect();
            assert!(trust.is_quorum(&all), "all of them are always enough");
        }
    });
}

#[test]
fn fuzz_request_and_sealed_key() {
    let log = NoteSigner::new("kuraban/TOKYO/00/1", &[9; 32]).unwrap().key().clone();
    feed("request", |bytes| {
        let _ = judge(text(bytes), &log, None).is_ok();
    });
    // Opening a key costs what its sealing cost: only what begins as one is tried, and not so often.
    let corpus = corpus("sealed");
    let mut dice = Dice::new(7);
    for _ in 0..200 {
        let bytes = mutated(&corpus, &mut dice);
        let cheap = !text(&bytes).contains("m=") || text(&bytes).contains("m=8,t=1,");
        assert!(!cheap || corpus.contains(&bytes) || sealed::open(text(&bytes), "三時の蔵").is_err());
    }
    assert!(sealed::open(text(&corpus[0]), "三時の蔵").is_ok());
}

#[test]
fn fuzz_stamp() {
    let note = corpus("note").remove(0);
    let authorities = corpus("authorities").remove(0);
    feed("stamp", |bytes| {
        let _ = timestamp::imprint(bytes);
        let _ = timestamp::check(bytes, &note, text(&authorities));
    });
}

/// Makes the inputs to begin with, from a ledger in which much has happened.
#[test]
fn the_corpus_is_small_and_what_the_program_writes() {
    let sum = |name: &str| corpus(name).iter().map(Vec::len).sum::<usize>();
    if std::env::var_os("KURABAN_WRITE_FUZZ").is_none() {
        let all =
            ["entry", "note", "bundle", "tile", "policy", "request", "sealed", "stamp", "authorities", "key"];
        assert!(all.into_iter().map(sum).sum::<usize>() < 200_000);
        return;
    }
    write();
}

fn write() {
    let put = |name: &str, number: usize, bytes: &[u8]| {
        std::fs::create_dir_all(directory(name)).unwrap();
        std::fs::write(directory(name).join(number.to_string()), bytes).unwrap();
    };
    let vectors = include_str!("../fixtures/ledger/every-kind.jsonl");
    let mut kinds = std::collections::BTreeSet::new();
    for line in vectors.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        if kinds.insert(entry["kind"].as_str().unwrap().to_owned()) {
            put("entry", kinds.len(), line.as_bytes());
        }
    }
    let signer = NoteSigner::new("kuraban/TOKYO/00", &[9; 32]).unwrap();
    for (number, size) in [(1, 1), (2, 42), (3, 9_007_199_254_740_991)] {
        let origin = format!("kuraban/TOKYO/00/{number}");
        let root = kuraban::domain::names::Digest([7; 32]);
        put("note", number, Checkpoint { origin, size, root }.signed(&signer).as_bytes());
    }
    let bench = Bench::furnished();
    bench.ok(&["checkpoint", "--heads"]);
    put("bundle", 1, bench.ok(&["bundle", "K00001L9"]).out.as_bytes());
    put("key", 1, bench.ok(&["key", "show"]).out.as_bytes());
    bench.ok(&["check-out", "K00001L9"]);
    bench.ok(&["checkpoint", "--heads"]);
    put("bundle", 2, bench.ok(&["bundle", "K00001L9"]).out.as_bytes());
    for (number, size) in [(1, 1_u64), (2, 255), (3, 65_536 + 257)] {
        let mut tile = size.to_be_bytes().to_vec();
        tile.extend((0..size.count_ones()).flat_map(|n| [u8::try_from(n).unwrap(); 32]));
        put("tile", number, &tile);
    }
    let request = bench.ok(&["checkpoint", "--since", "22"]).out;
    put("request", 1, request.as_bytes());
    let witness = |name: &str| {
        let state = bench.path().join(name).display().to_string();
        let log = bench.ok(&["key", "show"]).out;
        bench.ok(&["witness", "init", &state, "--name", name, "--log", log.trim()]).out.trim().to_owned()
    };
    let (one, other) = (witness("one.example"), witness("two.example"));
    let log = bench.ok(&["key", "show"]).out.trim().to_owned();
    put("policy", 1, format!("log {log}\nquorum none\n").as_bytes());
    let group = "group two all a b\ngroup any-one any two c\nquorum any-one\n";
    let third = witness("three.example");
    put(
        "policy",
        2,
        format!(
            "# 監査\nlog {log} https://x\nwitness a {one}\nwitness b {other}\nwitness c {third}\n{group}"
        )
        .as_bytes(),
    );
    let seal = sealed::seal(&signer, "三時の蔵", (&[5; 16], &[6; 24]), (8, 1)).unwrap();
    put("sealed", 1, seal.as_bytes());
    let office = crate::timestamps::Office::furnished(crate::timestamps::P256);
    let note = std::fs::read(directory("note").join("1")).unwrap();
    put("stamp", 1, &office.reply(&timestamp::query(&note, 7), "", ""));
    put("authorities", 1, office.pem("root").as_bytes());
}

//! A witness on another host: it cosigns one history and no other, and what it has seen is evidence.

use kuraban::app::witness::{WitnessTrouble, witness};
use kuraban::ledger::checkpoint::Checkpoint;
use kuraban::ledger::note::NoteKey;
use serde_json::Value;

use crate::forgery::forge;
use crate::support::{Bench, Run};

/// A ledger and a witness of it, which holds nothing of the ledger but its key.
struct Pair {
    ledger: Bench,
    witness: Bench,
    state: String,
    key: NoteKey,
}

fn pair() -> Pair {
    let (ledger, witness) = (Bench::furnished(), Bench::empty());
    let key = ledger.ok(&["key", "show"]).out.trim().to_owned();
    let state = witness.path().join("state").display().to_string();
    let told = witness.ok(&["witness", "init", &state, "--name", "audit.example.jp", "--log", &key]).out;
    assert!(told.starts_with("audit.example.jp+"), "{told}");
    let key = NoteKey::parse(&key).unwrap();
    Pair { ledger, witness, state, key }
}

impl Pair {
    /// What the witness says to a request that the ledger makes for one that has seen this many entries.
    #[track_caller]
    fn ask(&self, ledger: &Bench, since: &str) -> Run {
        let request = ledger.ok(&["checkpoint", "--since", since]).out;
        self.hand(&request)
    }

    fn hand(&self, request: &str) -> Run {
        let file = self.witness.file("request", request.as_bytes());
        self.witness.run(&["witness", "cosign", &self.state, &file])
    }

    #[track_caller]
    fn knows(&self) -> Value {
        self.witness.ok(&["witness", "show", "--json", &self.state]).json()
    }
}

#[test]
fn what_goes_on_is_cosigned_and_the_ledger_is_held_against_it() {
    let pair = pair();
    assert_eq!(pair.knows()["size"], 0);
    let first = pair.ask(&pair.ledger, "0").code(0).out;
    assert_eq!(pair.knows()["size"], 22);
    pair.ledger.ok(&["check-out", "K00001L9"]);
    let second = pair.ask(&pair.ledger, "22").code(0).out;
    let knows = pair.knows();
    assert_eq!(knows["size"], 24);
    for (name, note) in [("first", &first), ("second", &second)] {
        assert_eq!(note.lines().filter(|line| line.starts_with("— ")).count(), 2, "{note}");
        let file = pair.ledger.file(name, note.as_bytes());
        let told = pair.ledger.ok(&["verify", "--json", "--against", &file]).json();
        assert_eq!(told["verdict"], "anchored");
    }
    assert!(second.starts_with(knows["note"].as_str().unwrap()));
    assert_eq!(Checkpoint::open(&second, &pair.key).unwrap().size, 24);
    let words = pair.witness.ok(&["witness", "show", &pair.state]).out;
    assert!(words.contains("Last seen   24 entries") && words.contains("kuraban/TOKYO/"), "{words}");
    let words = pair.witness.ok(&["--lang", "ja", "witness", "show", &pair.state]).out;
    assert!(words.contains("記録 24 件"), "{words}");
}

#[test]
fn with_a_witness_named_only_what_it_cosigned_counts() {
    let pair = pair();
    let key = pair.knows()["key"].as_str().unwrap().to_owned();
    let file = |name: &str, note: &str| pair.ledger.file(name, note.as_bytes());
    let cosigned = pair.ask(&pair.ledger, "0").code(0).out;
    let plain = pair.ledger.ok(&["checkpoint"]).out;
    let (cosigned, plain) = (file("cosigned", &cosigned), file("plain", &plain));
    let words = pair.ledger.ok(&["verify", "--against", &cosigned, "--witness", &key]).out;
    assert!(
        words.starts_with("ANCHORED") && words.contains("Cosigned by audit.example.jp at 2026-11-23"),
        "{words}"
    );
    // One that is newer, but that no witness has seen, vouches for nothing.
    let both = ["verify", "--witness", &key, "--against", &cosigned, "--against", &plain];
    let run = pair.ledger.run(&both).code(1);
    assert!(run.out.contains("the first 22 entries; 1 later"), "{}", run.out);
    assert!(run.err.contains("plain") && run.err.contains("none of the named witnesses"), "{}", run.err);
    let run = pair.ledger.run(&["verify", "--witness", &key, "--against", &plain]).code(1);
    assert!(run.out.starts_with("CONSISTENT, UNANCHORED") && !run.out.contains("Cosigned"), "{}", run.out);
    // Another of the same name is another; of several, one is enough.
    let state = pair.witness.path().join("other").display().to_string();
    let log = pair.key.to_string();
    let other =
        pair.witness.ok(&["witness", "init", &state, "--name", "audit.example.jp", "--log", &log]).out;
    pair.ledger.run(&["verify", "--witness", other.trim(), "--against", &cosigned]).code(1);
    pair.ledger.ok(&["verify", "--witness", other.trim(), "--witness", &key, "--against", &cosigned]);
    // The ledger's own key is no witness's, and a witness alone vouches for nothing.
    let run = pair.ledger.run(&["verify", "--witness", &log, "--against", &cosigned]).code(2);
    assert!(run.err.contains("no key of a witness"), "{}", run.err);
    pair.ledger.run(&["verify", "--witness", &key]).code(2);
    let told = pair.ledger.ok(&["verify", "--json", "--witness", &key, "--against", &cosigned]).json();
    assert_eq!((&told["verdict"], &told["anchor"]), (&Value::from("anchored"), &Value::from(22)));
}

#[test]
fn a_ledger_that_was_rolled_back_or_rewritten_is_not_cosigned_and_the_last_note_is_shown() {
    let pair = pair();
    let old = pair.ledger.photo();
    pair.ledger.ok(&["check-out", "K00001L9"]);
    pair.ask(&pair.ledger, "0").code(0);
    let seen = pair.knows();
    // An older copy put back, as it is and with other entries upon it.
    let back = old.bench();
    let run = pair.ask(&back, "23").code(1);
    assert!(run.err.contains("covers 22 entries, but this witness has seen 23"), "{}", run.err);
    assert!(
        run.err.contains("rolled back") && run.err.contains(seen["note"].as_str().unwrap()),
        "{}",
        run.err
    );
    let run = pair.ask(&back, "23").code(1);
    assert!(run.err.contains("two histories"), "{}", run.err);
    let run = pair.ask(&back, "23").code(1);
    assert!(run.err.contains("do not go on from the 23"), "{}", run.err);
    // One entry rewritten with every hash made to fit, and the key at hand.
    forge(&pair.ledger, 20, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    pair.ledger.holds();
    let run = pair.ask(&pair.ledger, "23").code(1);
    assert!(run.err.contains("do not go on") && run.err.contains("evidence"), "{}", run.err);
    let run =
        pair.witness.run(&["--lang", "ja", "witness", "cosign", &pair.state, &pair.witness.file("x", b"")]);
    assert!(run.code(1).err.contains("連署していません"));
    // Nothing of that has changed what was seen.
    assert_eq!(pair.knows(), seen);
}

#[test]
fn what_is_asked_wrongly_is_told_how_to_ask() {
    let pair = pair();
    pair.ask(&pair.ledger, "0").code(0);
    let seen = pair.knows();
    let run = pair.ask(&pair.ledger, "7").code(1);
    assert!(run.err.contains("begins at 7 entries") && run.err.contains("--since 22"), "{}", run.err);
    let request = pair.ledger.ok(&["checkpoint", "--since", "22"]).out;
    for (text, why) in [
        (String::new(), "is no request"),
        (request.replacen("old 22", "old", 1), "is no request"),
        (request.replacen("old 22", "old -1", 1), "is no request"),
        (request.replace("/1\n", "/2\n"), "not signed with this ledger's key"),
        (request.replace("\n24\n", "\n25\n"), "the note was changed"),
        (pair.ledger.ok(&["checkpoint"]).out, "is no request"),
        ("\u{feff}".repeat(300), "is no request"),
    ] {
        let run = pair.hand(&text).code(1);
        assert!(run.err.contains(why), "{text}: {}", run.err);
    }
    let other = Bench::stranger();
    other.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    let run = pair.ask(&other, "0").code(1);
    assert!(run.err.contains("not signed with this ledger's key"), "{}", run.err);
    assert_eq!(pair.knows(), seen);
    // The answer was lost on its way: the same request is answered again.
    let again = pair.hand(&request).code(0).out;
    assert_eq!(pair.hand(&request).code(0).out, again);
}

#[test]
fn a_state_file_is_never_written_over_and_nothing_else_is_taken_for_one() {
    let pair = pair();
    let before = std::fs::read(&pair.state).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&pair.state).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let key = pair.key.to_string();
    let run = pair.witness.run(&["witness", "init", &pair.state, "--name", "other", "--log", &key]).code(3);
    assert!(run.err.contains("state"), "{}", run.err);
    assert_eq!(std::fs::read(&pair.state).unwrap(), before);
    let none = pair.witness.path().join("none").display().to_string();
    for (name, log, why) in
        [("a b", key.as_str(), "witness's name"), ("a+b", &key, "name"), ("a", "b+c+d", "no key of a ledger")]
    {
        let run = pair.witness.run(&["witness", "init", &none, "--name", name, "--log", log]).code(2);
        assert!(run.err.contains(why), "{}", run.err);
    }
    pair.witness.run(&["witness", "show", &none]).code(3);
    let ledger = pair.ledger.ledger().display().to_string();
    let text = pair.witness.file("text", b"no database at all");
    for other in [ledger, text] {
        let run = pair.witness.run(&["witness", "show", &other]).code(3);
        assert!(run.err.contains("no state file of a witness"), "{}", run.err);
        let run = pair.witness.run(&["witness", "cosign", &other, &other]).code(3);
        assert!(run.err.contains("no state file of a witness"), "{}", run.err);
    }
    pair.ledger.holds();
}

/// Many ask at once: each is answered by what was seen before it, and what was seen never goes back.
#[test]
fn who_asks_at_once_is_answered_one_after_the_other() {
    let pair = pair();
    let requests: Vec<(u64, String)> = (0..12)
        .map(|at| {
            let request = pair.ledger.ok(&["checkpoint", "--since", "0"]).out;
            (22 + at, pair.witness.file(&format!("request-{at}"), request.as_bytes()))
        })
        .collect();
    let outside = pair.witness.outside();
    let state = std::path::Path::new(&pair.state);
    let busy = std::time::Duration::from_secs(10);
    let taken: Vec<u64> = std::thread::scope(|scope| {
        let ask = |(size, file): &(u64, String)| {
            let (size, text, outside) = (*size, std::fs::read_to_string(file).unwrap(), outside.clone());
            scope.spawn(move || match witness(state, busy, &outside, &text) {
                Ok(_) => Some(size),
                Err(WitnessTrouble::Refused(..)) => None,
                Err(other) => panic!("{other}"),
            })
        };
        let running: Vec<_> = requests.iter().map(ask).collect();
        running.into_iter().filter_map(|one| one.join().unwrap()).collect()
    });
    // All begin at nothing seen, so that only the first to come is taken, and no other after it.
    assert_eq!(taken.len(), 1);
    assert_eq!(pair.knows()["size"], taken[0]);
}

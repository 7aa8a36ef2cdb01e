//! Whom an auditor trusts: a policy of keys and witnesses, and authorities that stamp time.

use kuraban::ledger::note::NoteSigner;
use serde_json::Value;

use crate::forgery::{bodies, forge, forge_keyless, resign};
use crate::support::{Bench, Run};
use crate::timestamps::{Office, P256, has_openssl};

fn key(bench: &Bench) -> String {
    bench.ok(&["key", "show"]).out.trim().to_owned()
}

/// A witness of this name, and its key.
fn witness(bench: &Bench, name: &str) -> (String, String) {
    let state = bench.path().join(name).display().to_string();
    let told = bench.ok(&["witness", "init", &state, "--name", name, "--log", &key(bench)]).out;
    (state, told.trim().to_owned())
}

fn verify(bench: &Bench, policy: &str, notes: &[&str]) -> Run {
    let mut args = vec!["verify", "--json", "--policy", policy];
    args.extend(notes.iter().flat_map(|note| ["--against", note]));
    bench.run(&args)
}

#[test]
fn only_what_enough_witnesses_of_the_policy_have_cosigned_counts() {
    let bench = Bench::furnished();
    let [(one, first), (two, second), (_, third)] =
        ["one.example", "two.example", "three.example"].map(|name| witness(&bench, name));
    let log = key(&bench);
    let policy = bench.file(
        "policy",
        format!(
            "# Of the three witnesses two must have seen it.\nlog {log}\nwitness a {first}\nwitness b {second}\n\
             witness c {third}\ngroup any-two 2 a b c\nquorum any-two\n"
        )
        .as_bytes(),
    );
    let request = bench.ok(&["checkpoint", "--since", "0"]).out;
    let request = bench.file("request", request.as_bytes());
    let plain = bench.file("plain", bench.ok(&["checkpoint", "--last"]).out.as_bytes());
    let alone = bench.ok(&["witness", "cosign", &one, &request]).out;
    let other = bench.ok(&["witness", "cosign", &two, &request]).out;
    // The signatures of both under one note, as they are gathered on a sheet.
    let line = other.lines().find(|line| line.contains("two.example")).unwrap();
    let both = bench.file("both", format!("{alone}{line}\n").as_bytes());
    let alone = bench.file("alone", alone.as_bytes());
    for (note, verdict, code) in
        [(&plain, "consistent_unanchored", 1), (&alone, "consistent_unanchored", 1), (&both, "anchored", 0)]
    {
        let run = verify(&bench, &policy, &[note]).code(code);
        assert_eq!(run.json()["verdict"], verdict, "{run:?}");
        assert_eq!(run.err.contains("none of the named witnesses"), code == 1, "{}", run.err);
    }
    let words = bench.ok(&["verify", "--policy", &policy, "--against", &both]).out;
    assert!(words.contains("Cosigned by a ") && words.contains("Cosigned by b "), "{words}");
    // The plain note from outside does not stand in for those who were asked for, nor do notes that only lie there.
    let bundle = bench.file("bundle", bench.ok(&["bundle", "K00001L9"]).out.as_bytes());
    let run =
        bench.run(&["verify-bundle", "--json", "--policy", &policy, "--against", &plain, &bundle]).code(1);
    assert_eq!(run.json()["verdict"], "consistent_unanchored", "{run:?}");
    let notes = bench.path().join("notes");
    std::fs::create_dir(&notes).unwrap();
    bench.vars.borrow_mut().insert("KURABAN_NOTES".to_owned(), notes.display().to_string());
    bench.ok(&["checkpoint"]);
    assert_eq!(verify(&bench, &policy, &[&both]).code(0).json()["verdict"], "anchored");
    bench.vars.borrow_mut().remove("KURABAN_NOTES");
    // A bundle with that note is anchored by them, and one with the plain note is not.
    for (note, verdict) in [(&both, "anchored"), (&plain, "consistent_unanchored")] {
        let bundle = bench.ok(&["bundle", "K00001L9", "--note", note]).out;
        let file = bench.file("bundle", bundle.as_bytes());
        let told = bench.ok(&["verify-bundle", "--json", "--policy", &policy, &file]).json();
        assert_eq!(told["verdict"], verdict, "{told}");
    }
}

#[test]
fn a_ledger_whose_key_the_policy_does_not_name_is_tampered_with() {
    let bench = Bench::furnished();
    let policy = bench.file("policy", format!("log {}\nquorum none\n", key(&bench)).as_bytes());
    let note = bench.file("note", bench.ok(&["checkpoint"]).out.as_bytes());
    assert_eq!(verify(&bench, &policy, &[&note]).code(0).json()["verdict"], "anchored");
    assert_eq!(verify(&bench, &policy, &[]).code(0).json()["verdict"], "consistent_unanchored");
    // The key in the file exchanged, and everything signed with it: nothing inside contradicts itself.
    let public = bench.signer().key().public().to_string();
    let own = NoteSigner::new(bench.signer().key().name(), &[7; 32]).unwrap();
    let forged = bench.photo().bench();
    forge_keyless(&forged, 1, |body| body.replacen(&public, &own.key().public().to_string(), 1));
    resign(&forged, &own);
    forged.holds();
    let told = verify(&forged, &policy, &[]).code(1).json();
    assert_eq!(told["verdict"], "tampered", "{told}");
    assert!(
        told["first_break"]["reason"].as_str().unwrap().contains("none that the policy trusts"),
        "{told}"
    );
    // A key that took over by an entry is trusted as the one before it signed for it; its notes only by name.
    bench.ok(&["key", "rotate", "--with", "A-1"]);
    let later = bench.file("later", bench.ok(&["checkpoint"]).out.as_bytes());
    let run = verify(&bench, &policy, &[&note]).code(0);
    assert_eq!(run.json()["verdict"], "anchored");
    let run = verify(&bench, &policy, &[&note, &later]).code(1);
    assert!(run.json()["verdict"] == "anchored" && run.err.contains("trusts under this name"), "{run:?}");
    let wider = std::fs::read_to_string(&policy).unwrap() + "log " + &key(&bench) + "\n";
    let wider = bench.file("wider", wider.as_bytes());
    assert_eq!(verify(&bench, &wider, &[&note, &later]).code(0).json()["anchor"], bench.verify()["size"]);
}

#[test]
fn a_policy_that_is_not_understood_names_its_line() {
    let bench = Bench::furnished();
    let log = key(&bench);
    for (text, part) in [
        (String::new(), "line 1: no line names the quorum"),
        (format!("log {log}\nquorum nobody\n"), "line 2"),
        (format!("log {log}\r\nquorum none\r\n"), "line 1: a control character"),
        ("log KEY\nquorum none\n".to_owned(), "line 1: not an Ed25519 key"),
    ] {
        let policy = bench.file("policy", text.as_bytes());
        let run = verify(&bench, &policy, &[]).code(2);
        assert!(run.err.contains(part), "{text:?}: {}", run.err);
        let run = bench.run(&["--lang", "ja", "verify", "--policy", &policy]).code(2);
        assert!(run.err.contains("行目"), "{}", run.err);
    }
    verify(&bench, &bench.file("bytes", &[0xff; 9]), &[]).code(2);
    verify(&bench, "no such file", &[]).code(2);
}

#[test]
fn an_authority_s_stamp_vouches_for_what_existed_by_then() {
    if !has_openssl() {
        return;
    }
    let bench = Bench::furnished();
    let office = Office::furnished(P256);
    let path = |name: &str| bench.path().join(name).display().to_string();
    let (query, roots) = (path("query"), bench.file("roots.pem", office.pem("root").as_bytes()));
    bench.ok(&["checkpoint", "--tsq", &query]);
    bench.run(&["checkpoint", "--last", "--tsq", &query]).code(3);
    let answer = office.reply(&std::fs::read(&query).unwrap(), "", "");
    let answer = bench.file("answer", &answer);
    let told = bench.ok(&["checkpoint", "--tsr", &answer]).out;
    assert!(told.contains("checkpoint of 22 entries"), "{told}");
    bench.ok(&["check-out", "K00001L9"]);
    // Without the auditor's certificates it is no more than bytes.
    bench.holds();
    let run = bench.ok(&["verify", "--tsa", &roots, "--require-anchor"]);
    assert!(
        run.out.starts_with("ANCHORED") && run.out.contains("the first 22 entries existed at"),
        "{}",
        run.out
    );
    assert!(run.out.contains("CN=tsa") && run.out.contains("1 later"), "{}", run.out);
    let told: Value = bench.ok(&["verify", "--json", "--tsa", &roots]).json();
    assert_eq!((&told["anchor"], &told["stamp"]["size"]), (&22.into(), &22.into()));
    // Where a policy is asked for, a stamp alone vouches for nothing.
    let policy = bench.file("policy", format!("log {}\nquorum none\n", key(&bench)).as_bytes());
    let run = bench.run(&["verify", "--tsa", &roots, "--policy", &policy, "--require-anchor"]).code(1);
    assert!(run.out.starts_with("CONSISTENT") && run.out.contains("Time stamp"), "{}", run.out);
    // By another authority's certificate it does not count, and that is never passed over.
    let other = Office::furnished(P256);
    let others = bench.file("others.pem", other.pem("root").as_bytes());
    let run = bench.run(&["verify", "--tsa", &others]).code(1);
    assert!(run.out.starts_with("CONSISTENT") && run.err.contains("vouches for who signed"), "{run:?}");
    bench.run(&["verify", "--tsa", &bench.file("none", b"")]).code(1);
    // What is no answer, or stamps something else, is not attached.
    let stranger = Bench::stranger();
    stranger.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    for (file, part) in [(&roots, "not the answer"), (&answer, "stamps no checkpoint")] {
        let run = stranger.run(&["checkpoint", "--tsr", file]).code(1);
        assert!(run.err.contains(part), "{}", run.err);
    }
    // One byte of it changed, or a history rewritten with the key beneath it.
    let spoilt = bench.photo().bench();
    spoilt.raw().execute_batch("UPDATE checkpoint SET stamp = x'3000'").unwrap();
    assert_eq!(spoilt.verify()["verdict"], "tampered");
    let size = bodies(&bench.raw()).len();
    forge(&bench, 20, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
    assert_eq!(bodies(&bench.raw()).len(), size);
    let told = bench.run(&["verify", "--json", "--tsa", &roots]).code(1).json();
    assert_eq!((&told["verdict"], &told["first_break"]["seq"]), (&"tampered".into(), &22.into()), "{told}");
}

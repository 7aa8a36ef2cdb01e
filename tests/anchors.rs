//! What a checkpoint that was kept outside finds, whatever somebody with the file, and even with the key, does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kuraban::app::{Opening, Pin, Session, Surroundings};
use kuraban::domain::names::{Badge, SiteName, Station};
use kuraban::domain::policy::Policy;
use kuraban::ledger::checkpoint::Checkpoint;
use kuraban::ledger::note::{NoteKey, NoteSigner};
use proptest::prelude::*;
use serde_json::Value;
use signed_note::{Note, Signer, StandardSigner, StandardVerifier, VerifierList};

use crate::forgery::{bodies, forge, forge_keyless, rechain, resign, untriggered};
use crate::sequences::{acts, perform};
use crate::support::Bench;

/// What `verify` says, held against these notes.
#[track_caller]
fn held(bench: &Bench, notes: &[&str]) -> Value {
    let run = bench.verified(notes);
    let told = run.json();
    let fine = ["anchored", "consistent_unanchored"].contains(&told["verdict"].as_str().unwrap());
    assert_eq!(run.code, u8::from(!fine || !run.err.is_empty()), "{told} {}", run.err);
    told
}

#[track_caller]
fn says(bench: &Bench, notes: &[&str], verdict: &str, part: &str) {
    let told = held(bench, notes);
    assert_eq!(told["verdict"], verdict, "{told}");
    let reason = told["first_break"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains(part), "{told}");
}

/// Cuts the log after this entry, so that it is what it was then.
fn cut(bench: &Bench, size: usize) {
    untriggered(bench, |raw| {
        let left: Vec<_> = bodies(raw).into_iter().take(size).map(|body| (body.clone(), body)).collect();
        rechain(raw, &left);
    });
    resign(bench, &bench.signer());
    // One who can write the file can also make the projections fit.
    bench.ok(&["verify"]);
}

#[test]
fn a_checkpoint_vouches_for_what_it_covers_and_the_rest_is_counted() {
    let bench = Bench::furnished();
    let first = bench.kept("first");
    says(&bench, &[&first], "anchored", "");
    let words = bench.ok(&["verify", "--against", &first, "--require-anchor"]).out;
    assert!(words.starts_with("ANCHORED: 22 entries") && words.contains("all 22 entries"), "{words}");
    bench.ok(&["check-out", "K00001L9"]);
    let words = bench.ok(&["verify", "--against", &first]).out;
    assert!(words.contains("the first 22 entries; 1 later"), "{words}");
    let second = bench.kept("second");
    let words = bench.ok(&["verify", "--against", &first, "--against", &second]).out;
    assert!(words.contains("all 24 entries"), "{words}");
    // Without a note it is what it was before.
    bench.holds();
    bench.run(&["verify", "--require-anchor"]).code(1);
}

#[test]
fn an_older_copy_put_back_is_found_by_the_note_and_so_is_what_is_recorded_upon_it() {
    let bench = Bench::furnished();
    let first = bench.kept("first");
    let old = bench.photo();
    bench.ok(&["check-out", "K00001L9"]);
    let second = bench.kept("second");
    let back = old.bench();
    says(&back, &[&first], "anchored", "");
    says(&back, &[&first, &second], "rolled_back", "covers 24 entries, but the ledger has only 22");
    back.ok(&["check-out", "K00002L9"]);
    says(&back, &[&first, &second], "rolled_back", "only 23");
    let third = back.kept("third");
    says(&back, &[&first, &second], "tampered", "between entry 23 and entry 24");
    says(&back, &[&first, &second, &third], "forked", "has signed two histories");
    says(&back, &[&third, &second], "forked", "has signed two histories");
    // Two notes of one size contradict each other whatever the ledger holds.
    says(&old.bench(), &[&third, &second], "forked", "has signed two histories");
    back.ok(&["check-in", "--to", "V1", "K00002L9"]);
    let last = back.kept("last");
    says(&back, &[&second, &last], "forked", "has signed two histories");
    // Nothing of that is seen from inside.
    back.holds();
}

#[test]
fn a_tail_cut_off_is_found() {
    let bench = Bench::furnished();
    let early = bench.kept("early");
    bench.ok(&["policy", "set", "eject_grace_hours", "6"]);
    let late = bench.kept("late");
    bench.raw().execute("UPDATE policy SET value = '4' WHERE name = 'eject_grace_hours'", []).unwrap();
    cut(&bench, 22);
    says(&bench, &[&early], "anchored", "");
    says(&bench, &[&late], "rolled_back", "only 22");
}

#[test]
fn a_history_rewritten_within_the_rules_is_found_up_to_the_checkpoint_and_not_after_it() {
    let rewrite = |bench: &Bench, seq: usize| {
        forge(bench, seq, |body| {
            assert!(body.contains("vault-door-1"));
            body.replacen("vault-door-1", "vault-door-2", 1)
        });
        bench.holds();
    };
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    let note = bench.kept("note");
    bench.ok(&["check-in", "--to", "V1", "K00001L9"]);
    let late = bench.kept("late");
    // The event after the last outside checkpoint: the one edit that nobody finds.
    rewrite(&bench, 24);
    says(&bench, &[&note], "anchored", "");
    says(&bench, &[&note, &late], "tampered", "between entry 24 and entry 25");
    rewrite(&bench, 22);
    says(&bench, &[&note], "tampered", "between entry 1 and entry 23");
    // A damaged hash outweighs what the notes say, and is named itself.
    untriggered(&bench, |raw| {
        raw.execute("UPDATE event SET hash = zeroblob(32) WHERE seq = 25", []).unwrap();
    });
    says(&bench, &[&note], "tampered", "the stored hash");
}

#[test]
fn a_checkpoint_entry_that_counts_other_media_is_found() {
    let bench = Bench::furnished();
    bench.ok(&["checkpoint"]);
    forge(&bench, 22, |body| body.replacen("\"media\":6", "\"media\":7", 1));
    says(&bench, &[], "tampered", "counts 7 media, but 6 were registered");
}

#[test]
fn what_is_no_checkpoint_of_this_ledger_vouches_for_nothing() {
    let bench = Bench::furnished();
    let note = bench.kept("note");
    let text = std::fs::read_to_string(&note).unwrap();
    let other = Bench::stranger();
    other.ok(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]);
    let foreign = other.kept("foreign");
    let root = text.lines().nth(2).unwrap();
    let signature = text.lines().last().unwrap();
    let wrong = [
        (std::fs::read_to_string(&foreign).unwrap(), "not signed with this ledger's key"),
        (text.replace("\n22\n", "\n21\n"), "the note was changed"),
        (
            text.replace(root, &root.replacen(|c: char| c.is_ascii_lowercase(), "A", 1)),
            "the note was changed",
        ),
        (text.replace("/1\n22", "/2\n22"), "not signed with this ledger's key"),
        (text.replace(signature, ""), "not a signed note"),
        (String::new(), "not a signed note"),
        ("\u{0}\u{1}".repeat(2000), "not a signed note"),
    ];
    for (text, why) in wrong {
        let file = bench.file("wrong", text.as_bytes());
        let run = bench.run(&["verify", "--against", &file]).code(1);
        assert!(
            run.out.starts_with("CONSISTENT, UNANCHORED") && run.err.contains(why),
            "{}{}",
            run.out,
            run.err
        );
        // Beside a true one it is told all the same.
        let run = bench.run(&["verify", "--against", &note, "--against", &file]).code(1);
        assert!(run.out.starts_with("ANCHORED") && run.err.contains(why), "{}{}", run.out, run.err);
    }
    // Signed by the ledger's own key, but of a log that is not this one, or of nothing at all.
    let secret = std::fs::read_to_string(bench.path().join("ledger.kuraban.key")).unwrap();
    let signer = NoteSigner::parse(&secret).unwrap();
    let name = signer.key().name();
    let true_one = Checkpoint::open(&text, signer.key()).unwrap();
    for point in [
        Checkpoint { origin: format!("{name}/01"), ..true_one.clone() },
        Checkpoint { origin: format!("{name}/0"), ..true_one.clone() },
        Checkpoint { origin: true_one.origin.replace("TOKYO", "KYOTO"), ..true_one.clone() },
        Checkpoint { size: 0, ..true_one.clone() },
    ] {
        let file = bench.file("wrong", point.signed(&signer).as_bytes());
        let run = bench.run(&["verify", "--against", &file]).code(1);
        assert!(run.err.contains("is of another log"), "{}", run.err);
    }
    // One of a later life is of a ledger that this one is older than.
    let later = Checkpoint { origin: format!("{name}/2"), ..true_one };
    let file = bench.file("later", later.signed(&signer).as_bytes());
    says(&bench, &[&file], "rolled_back", "incarnation 2");
    let bytes = bench.file("bytes", &[0xff, 0xfe, 0x00, 0x80]);
    bench.run(&["verify", "--against", &bytes]).code(1);
    bench.run(&["verify", "--against", "no such file"]).code(2);
}

#[test]
fn a_key_exchanged_in_the_file_does_not_pass_for_the_old_one() {
    let bench = Bench::furnished();
    let note = bench.kept("note");
    let key = NoteKey::parse(&bench.ok(&["key", "show"]).out).unwrap();
    let own = NoteSigner::new(bench.signer().key().name(), &[7; 32]).unwrap();
    let exchange = |body: &str| body.replacen(&key.public().to_string(), &own.key().public().to_string(), 1);
    forge_keyless(&bench, 1, exchange);
    resign(&bench, &own);
    bench.holds();
    let run = bench.run(&["verify", "--against", &note]).code(1);
    assert!(run.err.contains("the key in the file was exchanged"), "{}", run.err);
    // Nor does the old secret sign for the new key.
    let size = bench.verify()["size"].clone();
    let run = bench.run(&["checkpoint"]).code(3);
    assert!(run.err.contains("does not hold the key of this ledger"), "{}", run.err);
    assert_eq!(bench.verify()["size"], size);
}

/// The name of a key in its form `name+hash+base64`.
fn verifier_name(key: &str) -> &str {
    key.split('+').next().unwrap()
}

#[test]
fn another_program_opens_the_notes_and_its_notes_are_opened() {
    let bench = Bench::furnished();
    let note = bench.ok(&["checkpoint"]).out;
    let key = bench.ok(&["key", "show"]).out;
    let verifier = StandardVerifier::new(key.trim()).unwrap();
    let theirs = Note::from_bytes(note.as_bytes()).unwrap();
    let (known, unknown) = theirs.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((known.len(), unknown.len()), (1, 0));
    assert!(std::str::from_utf8(theirs.text()).unwrap().contains("\n22\n"));
    let altered = Note::from_bytes(note.replace("\n22\n", "\n23\n").as_bytes()).unwrap();
    let verifier = StandardVerifier::new(key.trim()).unwrap();
    assert!(altered.verify(&VerifierList::new(vec![Box::new(verifier)])).is_err());
    // Their signer, with this ledger's secret, writes the same bytes: Ed25519 has one signature for each text.
    let secret = bench.signer().secret();
    let seed = STANDARD.decode(secret.splitn(5, '+').last().unwrap()).unwrap();
    let named = NoteSigner::new(verifier_name(&key), seed[1..].try_into().unwrap()).unwrap();
    let signer = StandardSigner::new(&named.secret()).unwrap();
    let mut again = Note::new(theirs.text(), &[]).unwrap();
    again.add_sigs(&[&signer as &dyn Signer]).unwrap();
    assert_eq!(String::from_utf8(again.to_bytes()).unwrap(), note);
    let ours = Checkpoint::open(&note, &NoteKey::parse(&key).unwrap()).unwrap();
    assert_eq!(ours.size, 22);
}

#[test]
fn a_ledger_that_could_not_be_begun_leaves_no_key_behind() {
    let bench = Bench::empty();
    let opening = || Opening {
        site: SiteName::new("TOKYO").unwrap(),
        admin: Badge::new("B-1").unwrap(),
        name: "Ban".to_owned(),
        pin: Pin::new("1234").unwrap(),
        org: None,
        station: Station::new("door").unwrap(),
        policy: Policy::default(),
    };
    // It fails at each place where randomness is asked for, before and after the key is written.
    for given in 0.. {
        let left = Arc::new(AtomicUsize::new(given));
        let random = Arc::new(move |_: &mut [u8]| {
            left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
        });
        let outside = Surroundings { random, ..bench.outside() };
        let begun = Session::create(&bench.ledger(), Duration::from_secs(1), outside, opening());
        let files = std::fs::read_dir(bench.path()).unwrap().count();
        assert_eq!(begun.is_err(), files == 0, "{given}");
        if begun.is_ok() {
            assert!(given > 2, "the key alone needs two");
            break;
        }
    }
}

#[test]
fn a_manifest_with_the_code_is_a_note_as_well() {
    let bench = Bench::furnished();
    let printed = bench.ok(&["checkpoint", "--qr"]).out;
    assert!(
        printed.lines().count() > 30 && printed.contains('█') && !printed.contains('\u{1b}'),
        "{printed}"
    );
    let manifest = bench.file("manifest", printed.as_bytes());
    says(&bench, &[&manifest], "anchored", "");
    let moved = bench.file("moved", format!("\n{printed}").as_bytes());
    bench.run(&["verify", "--against", &moved]).code(1);
}

#[test]
fn without_its_key_nothing_is_recorded() {
    let bench = Bench::furnished();
    let size = bench.verify()["size"].clone();
    let file = bench.path().join("ledger.kuraban.key");
    let secret = std::fs::read(&file).unwrap();
    let elsewhere = bench.path().join("elsewhere");
    std::fs::rename(&file, &elsewhere).unwrap();
    let run = bench.run(&["checkpoint"]).code(3);
    assert!(run.err.contains("secret key is not in") && run.err.contains("KURABAN_KEY"), "{}", run.err);
    for wrong in [&b""[..], b"PRIVATE+KEY+x", &[0xff, 0xfe], &secret[..secret.len() - 9]] {
        std::fs::write(&elsewhere, wrong).unwrap();
        let run = bench.run(&["checkpoint", "--key", elsewhere.to_str().unwrap()]).code(3);
        assert!(run.err.contains("does not hold the key"), "{}", run.err);
    }
    assert_eq!(bench.verify()["size"], size);
    std::fs::write(&elsewhere, &secret).unwrap();
    bench.vars.borrow_mut().insert("KURABAN_KEY".to_owned(), elsewhere.display().to_string());
    bench.ok(&["checkpoint"]);
}

#[cfg(unix)]
#[test]
fn the_key_is_its_owners_alone_and_is_never_written_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::furnished();
    let file = bench.path().join("ledger.kuraban.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let secret = std::fs::read_to_string(&file).unwrap();
    let ledger = std::fs::read(bench.ledger()).unwrap();
    let part = secret.trim().rsplit('+').next().unwrap().as_bytes();
    assert!(!ledger.windows(part.len()).any(|window| window == part), "the secret is in the ledger");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let run = bench.run(&["checkpoint"]).code(3);
    assert!(run.err.contains("may read the secret key") && run.err.contains("chmod 600"), "{}", run.err);
    std::fs::remove_file(bench.ledger()).unwrap();
    let run = bench.run(&["init", "--site", "OSAKA", "--admin", "B-1", "--name", "Ban"]).code(3);
    assert!(run.err.contains("ledger.kuraban.key"), "{}", run.err);
    assert!(!bench.ledger().exists());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), secret);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever happened, and whichever entry under the checkpoint is rewritten, with every hash made to fit: the
    /// note tells, and before the rewriting it agrees.
    #[test]
    fn no_entry_under_a_checkpoint_can_be_rewritten(
        before in acts(0..20),
        after in acts(0..10),
        at in any::<prop::sample::Index>(),
    ) {
        let bench = Bench::furnished();
        perform(&bench, &before);
        let note = bench.kept("note");
        let size = usize::try_from(bench.verify()["size"].as_u64().unwrap()).unwrap();
        perform(&bench, &after);
        says(&bench, &[&note], "anchored", "");
        let seq = at.index(size) + 1;
        forge(&bench, seq, |body| body.replacen("\"station\":\"", "\"station\":\"x", 1));
        let told = held(&bench, &[&note]);
        prop_assert_eq!(&told["verdict"], "tampered", "{}", told);
        let reason = told["first_break"]["reason"].as_str().unwrap();
        prop_assert!(reason.contains("names the root"), "{}", reason);
    }
}

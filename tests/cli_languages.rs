//! The same in both languages: snapshots of what people read.

use std::fmt::Write;
use std::rc::Rc;

use kuraban::app::Passage;
use kuraban::domain::audit::{AuditState, Class};
use kuraban::domain::event::{How, LabelTrouble};
use kuraban::domain::names::AuditId;
use kuraban::domain::place::PlaceKind;
use kuraban::domain::refusal::{AuditRefusal, Refusal};
use kuraban::i18n::{Audits, Lang, Text, Voice};

use crate::support::{Bench, place};

/// Runs a script and writes down everything that it prints.
fn transcript(lang: &str) -> String {
    let bench = Bench::furnished();
    bench.zone.set(9 * 3600);
    bench.vars.borrow_mut().insert("KURABAN_LANG".to_owned(), lang.to_owned());
    let mut told = String::new();
    let mut run = |words: &[&str]| {
        let run = bench.run(words);
        let path = bench.path().display().to_string();
        let text = format!("{}{}", run.out, run.err).replace(&path, "…");
        let _ = writeln!(told, "$ kuraban {}\n{text}[{}]\n", words.join(" "), run.code);
    };
    run(&[
        "media",
        "describe",
        "--system",
        "契約管理",
        "--info",
        "氏名,住所",
        "--persons",
        "39585",
        "K00001L9",
    ]);
    run(&["check-out", "--until", "+4h", "K00001L9", "K00002L9", "NOPE01L9"]);
    run(&["load", "--into", "D1", "K00001L9"]);
    run(&["load", "--into", "D1", "K00002L9"]);
    run(&["eject", "K00001L9"]);
    run(&["check-in", "--to", "DESK", "K00001L9"]);
    run(&["check-in", "--to", "V9", "K00001L9"]);
    run(&["hand-over", "--to", "B-2", "K00001L9"]);
    run(&["load", "--into", "D1", "K00001L9"]);
    run(&["sight", "--at", "D1", "K00003L9"]);
    run(&["found", "--at", "V1-A", "K00004L9"]);
    run(&["missing", "--why", "gone", "--by", "B-2", "K00004L9"]);
    run(&["missing", "--why", "gone", "--by", "A-1", "K00004L9"]);
    run(&["correct", "--to-state", "vaulted", "--place", "V1", "--why", "counted twice", "K00004L9"]);
    run(&["relabel", "K00002L9", "N00002L9", "--with", "A-1"]);
    run(&["check-in", "--to", "V1", "K00002L9"]);
    run(&["media", "add", "K00003L9"]);
    run(&["media", "add", "KRB1234L6"]);
    run(&["void", "K00005L9"]);
    run(&["place", "retire", "V1-A"]);
    run(&["person", "roles", "B-1", "operator"]);
    run(&["policy", "set", "eject_grace_hours", "999"]);
    run(&["check-out", "--until", "never", "K00005L9"]);
    bench.pass(9 * 3_600_000);
    run(&["flags", "--min", "notice"]);
    run(&["flags", "--nagios"]);
    run(&["media", "list", "--outside"]);
    run(&["media", "show", "K00001L9"]);
    run(&["person", "list"]);
    run(&["place", "list"]);
    run(&["policy", "list"]);
    run(&["log", "K00002L9"]);
    run(&["verify"]);
    run(&["rebuild"]);
    run(&["--ledger", "nowhere", "flags"]);
    bench.holds();
    told
}

#[test]
fn everything_is_said_in_english() {
    insta::assert_snapshot!(transcript("en"));
}

#[test]
fn everything_is_said_in_japanese() {
    insta::assert_snapshot!(transcript("ja"));
}

/// A ledger that speaks a language, nine hours east of Greenwich.
fn speaking(lang: &str) -> Bench {
    let bench = Bench::furnished();
    bench.zone.set(9 * 3600);
    bench.vars.borrow_mut().insert("KURABAN_LANG".to_owned(), lang.to_owned());
    bench
}

/// A sample is drawn, counted and refused, with all that can be refused on the way.
fn counted(lang: &str) -> String {
    let bench = speaking(lang);
    let mut told = String::new();
    let mut run = |line: &str, stdin: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let run = bench.run_with(&words, stdin.as_bytes());
        let path = bench.path().display().to_string();
        let text = format!("{}{}", run.out, run.err).replace(&path, "…");
        let _ = writeln!(told, "$ kuraban {}\n{text}[{}]\n", line.replace(&path, "…"), run.code);
    };
    let memory = bench.file("memory.txt", b"V1-A\r\nK00003L9\r\nBOX-17\r\nK00004L9\r\n");
    run("audit history K00001L9", "");
    run("audit open --at DESK --by X-1", "");
    run("audit open --sample 0 --by X-1", "");
    run("audit open --at V1 --sample 50 --by X-1", "");
    run("audit show 22", "");
    run("audit scan 22 V1-A K00001L9 --by B-2", "");
    run("audit open --draw 22 --number seven --by X-1", "");
    run("audit open --draw 9 --number 7 --by X-1", "");
    run("audit open --draw 22 --number 7 --by X-1", "");
    run("audit open --draw 22 --number 7 --by X-1", "");
    run("audit open --by X-1", "");
    run("audit list", "");
    run("audit recount 22 --by X-1", "");
    run("audit scan 22 --by B-2", "");
    run("audit scan first K00001L9 --by B-2", "");
    run("audit scan 22 V2 K00001L9 --by B-2", "");
    run("audit scan 22 --at V1-A - --by B-2", "K00002L9\t2026-11-22T00:00:00Z\n");
    run("audit scan 22 V1-A K00001L9 K00001L9 NOPE01L9 --by B-2", "");
    run(&format!("audit scan 22 --file {memory} --by B-3"), "");
    run("audit status 22", "");
    run("audit show 22", "");
    run("media list --at V1 --by B-2", "");
    bench.vars.borrow_mut().remove("KURABAN_BADGE");
    run("media list --at V1", "");
    run("audit history K00001L9", "");
    run("audit recount 22 --by X-1", "");
    run("audit recount 22 --by X-1", "");
    run("audit scan 22 V1-A K00002L9 --by B-2", "");
    run("audit close 22 --by X-1", "");
    run("audit close 22 --by X-1 --with A-1", "");
    run("audit scan 22 V1-A K00001L9 --by B-2", "");
    run("audit due V1-A --until +3d --why planned --by X-1", "");
    run("audit due V1 --until +3d --why planned --by X-1", "");
    run("audit list --due", "");
    bench.pass(5 * 86_400_000);
    run("audit list --due", "");
    bench.pass(180 * 86_400_000);
    run("clock confirm --by B-1 --with A-1", "");
    run("audit list --due", "");
    bench.holds();
    told
}

/// A tape that is taken out and lost: one stocktake passes over it, the next misses it.
fn lost(lang: &str) -> String {
    let bench = speaking(lang);
    let mut told = String::new();
    let mut run = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let run = bench.run(&words);
        let _ = writeln!(told, "$ kuraban {line}\n{}{}[{}]\n", run.out, run.err, run.code);
        bench.pass(3_600_000);
    };
    run("sight --at V1-A --with A-1 K00002L9");
    run("check-out K00002L9 --by B-2");
    run("audit open --at V1 --by X-1");
    for counter in ["B-2", "B-3"] {
        run(&format!("audit scan 24 V1-A K00001L9 K00003L9 K00004L9 K00005L9 K00006L9 --by {counter}"));
    }
    run("audit close 24 --by X-1 --with A-1");
    run("audit open --by X-1");
    for counter in ["B-2", "B-3"] {
        run(&format!("audit scan 36 V1-A K00001L9 K00003L9 K00004L9 K00005L9 K00006L9 --by {counter}"));
    }
    run("audit close 36 --by X-1 --with A-1");
    run("audit history K00002L9");
    run("media show K00002L9");
    run("missing K00006L9 --why gone --by A-1");
    run("audit history K00006L9");
    run("media add --at V1-A N00001L9");
    run("missing N00001L9 --why gone --by A-1");
    run("audit history N00001L9");
    run("audit list");
    bench.holds();
    told
}

/// What needs a changer, a terminal or a screen, or more words than one ledger holds.
fn remaining(lang: Lang) -> String {
    let voice = Voice { lang, zone: Rc::new(|_| 0) };
    let (audit, one) = (AuditId(17), place("V1"));
    let mut told = String::new();
    let library = AuditRefusal::NoLibrary { place: one, kind: PlaceKind::Vault };
    for refusal in [AuditRefusal::NoPlace { audit }, library] {
        let said = voice.refusal(&Refusal::from(refusal));
        let _ = writeln!(told, "{}\n{}", said.what, said.hint.unwrap_or_default());
    }
    let mut all = vec![
        Audits::AskNumber,
        Audits::NoTags { bare: 3 },
        Audits::ChangerFailed { error: "mtx: …" },
        Audits::NoneOpen,
        Audits::NoneChosen,
        Audits::OpenedHere { audit, scope: "V1" },
        Audits::ScanPlace,
        Audits::CountedHere { count: 3 },
        Audits::CountedAll { count: 12 },
        Audits::PlacesDone { visited: 4, places: 9 },
        Audits::ScreenKeys,
        Audits::DueState { set: true, over: true },
        Audits::DueState { set: false, over: true },
    ];
    all.extend(AuditState::ALL.iter().map(|state| Audits::State(*state)));
    all.extend(Class::ALL.iter().map(|class| Audits::Class(*class)));
    all.extend(How::ALL.iter().map(|how| Audits::Grade(*how)));
    all.extend(LabelTrouble::ALL.iter().map(|why| Audits::Trouble(*why)));
    let passages = [Passage::NotThere, Passage::OutOfScope, Passage::NotDrawn, Passage::Open];
    all.extend(passages.map(Audits::Passage));
    for text in all {
        let _ = writeln!(told, "{}", voice.text(&Text::Audits(text)));
    }
    told
}

#[test]
fn a_count_is_told_in_english() {
    insta::assert_snapshot!(counted("en"));
}

#[test]
fn a_count_is_told_in_japanese() {
    insta::assert_snapshot!(counted("ja"));
}

#[test]
fn a_loss_is_told_in_english() {
    insta::assert_snapshot!(lost("en"));
}

#[test]
fn a_loss_is_told_in_japanese() {
    insta::assert_snapshot!(lost("ja"));
}

#[test]
fn what_remains_of_stocktakes_is_told_in_both_languages() {
    insta::assert_snapshot!(format!("{}\n{}", remaining(Lang::En), remaining(Lang::Ja)));
}

#[test]
fn the_language_follows_option_then_variable_then_locale() {
    let bench = Bench::furnished();
    let japanese = |words: &[&str]| bench.run(words).err.contains("エラー");
    assert!(!japanese(&["check-out", "X"]));
    bench.vars.borrow_mut().insert("LANG".to_owned(), "ja_JP.UTF-8".to_owned());
    assert!(japanese(&["check-out", "X"]));
    bench.vars.borrow_mut().insert("LC_ALL".to_owned(), "C".to_owned());
    assert!(!japanese(&["check-out", "X"]));
    bench.vars.borrow_mut().insert("KURABAN_LANG".to_owned(), "ja".to_owned());
    assert!(japanese(&["check-out", "X"]));
    assert!(!japanese(&["--lang", "en", "check-out", "X"]));
}

#[test]
fn monitoring_is_the_same_in_every_language() {
    let bench = Bench::furnished();
    bench.ok(&["check-out", "K00001L9"]);
    bench.pass(25 * 3_600_000);
    let nagios = bench.run(&["--lang", "ja", "flags", "--nagios"]).code(1);
    assert_eq!(nagios.out, bench.run(&["flags", "--nagios"]).out);
    assert!(
        nagios.out.starts_with("CUSTODY WARNING - 1 overdue | outside=1;;;0 overdue=1;;;0 "),
        "{}",
        nagios.out
    );
    let prometheus = bench.ok(&["flags", "--prometheus"]).out;
    insta::assert_snapshot!(prometheus);
}

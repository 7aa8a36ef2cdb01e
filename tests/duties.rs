//! Who may do what: every command that acts against every role, each held alone; and who may not be the same
//! person, over every cell of the table of mutual checks.

use std::collections::BTreeSet;
use std::rc::Rc;

use kuraban::app::Verb;
use kuraban::domain::event::Kind;
use kuraban::domain::names::Badge;
use kuraban::domain::person::Role::{self, Admin, Approver, Auditor, Operator};
use kuraban::domain::refusal::Refusal;
use kuraban::domain::separation::Separation;
use kuraban::i18n::{Lang, Voice};
use serde_json::Value;

use crate::support::{Bench, Photo, Run, place, scan, who};

/// A command with what goes before it, and the roles that may give it; `{who}` acts.
type Row = (Kind, fn(&Bench, &str), &'static str, &'static [Role]);

const ALL: &[Role] = &[Admin, Operator, Approver, Auditor];
const AUDITORS: &[Role] = &[Approver, Auditor];
const MOVERS: &[Role] = &[Admin, Operator, Approver];

const TABLE: [Row; 57] = [
    (Kind::PersonEnrolled, nothing, "person add N-1 New --role operator", &[Admin]),
    (Kind::PersonRoles, nothing, "person roles B-3 auditor", &[Admin]),
    (Kind::PersonSuspended, nothing, "person suspend B-3", &[Admin]),
    (Kind::PersonReinstated, suspended, "person reinstate B-3", &[Admin]),
    (Kind::TemporaryBadge, nothing, "person temporary T-1 New", &[Approver]),
    (Kind::CredentialSet, nothing, "person pin {who}", ALL),
    (Kind::PinRefused, wrong_pin, "sight --at V1 K00001L9", ALL),
    (Kind::SignedOn, wrong_pin_before, "rebuild", ALL),
    (Kind::ShiftHandedOver, nothing, "shift hand-over --to B-3", MOVERS),
    (Kind::PlaceAdded, nothing, "place add NEW --kind desk", &[Admin]),
    (Kind::PlaceRetired, nothing, "place retire V2", &[Admin]),
    (Kind::PlaceRetired, nothing, "place retire D2 --with A-1", &[Admin]),
    (Kind::PolicyChanged, nothing, "policy set in_device_days 7", &[Admin]),
    (Kind::ClockHeld, clock_back, "report access --csv", ALL),
    (Kind::ClockConfirmed, clock_ahead, "clock confirm --with B-3", ALL),
    (Kind::Checkpoint, nothing, "checkpoint", ALL),
    (Kind::Rebuilt, spoilt, "rebuild", &[Admin]),
    (
        Kind::IrregularAcknowledged,
        irregular,
        "acknowledge {last} --with B-3 --why old_program",
        &[Approver, Auditor],
    ),
    (Kind::KeyRotated, nothing, "key rotate --with B-3", &[Admin]),
    (Kind::Restore, backed_up, "restore {backup}", &[Admin]),
    (Kind::OrderRequested, nothing, "order new --purpose test --until +4h K00001L9", MOVERS),
    (Kind::OrderNight, nothing, "order night 30 K00001L9", MOVERS),
    (Kind::OrderApproved, nothing, "order approve 27", &[Approver]),
    (Kind::OrderRejected, nothing, "order reject 27 --why no_need", &[Approver]),
    (Kind::OrderExtended, nothing, "order extend 28 --until +9h", &[Approver]),
    (Kind::OrderClosed, nothing, "order close 28", MOVERS),
    (Kind::AuditDrawn, nothing, "audit open --sample 50", AUDITORS),
    (Kind::AuditOpened, nothing, "audit open --at V1", AUDITORS),
    (Kind::AuditRead, audited, "audit scan {audit} --at V1-A --file {file}", &[Operator, Auditor]),
    (Kind::Sight, audited, "audit scan {audit} V1-A K00001L9", &[Operator, Auditor]),
    (Kind::AuditRecounted, counted, "audit recount {audit}", AUDITORS),
    (Kind::AuditDueSet, nothing, "audit due V1 --until +30d --why moved", AUDITORS),
    (Kind::IncidentOpened, audited, "audit close {audit} --with B-3", AUDITORS),
    (Kind::AuditRefused, audited, "audit close {audit} --with B-3", AUDITORS),
    (Kind::AuditCertified, counted, "audit close {audit} --with B-3", AUDITORS),
    (Kind::ExportMade, nothing, "report access --csv", ALL),
    (Kind::UnknownLabel, nothing, "sight --at V1 ZZZZ99L9", ALL),
    (Kind::Register, nothing, "media add --at V1 N00001L9", &[Admin, Operator]),
    (Kind::Describe, nothing, "media describe --class scratch K00001L9", MOVERS),
    (Kind::Move, nothing, "move --to V1 K00001L9", MOVERS),
    (Kind::CheckOut, nothing, "check-out K00001L9", MOVERS),
    (Kind::CheckOut, nothing, "check-out --override fire K00001L9", MOVERS),
    (Kind::Load, in_hand, "load --into D2 K00001L9", MOVERS),
    (Kind::Eject, nothing, "eject K00002L9", MOVERS),
    (Kind::CheckIn, nothing, "check-in --to V1 K00003L9", MOVERS),
    (Kind::HandOver, in_hand, "hand-over --to B-3 K00001L9", MOVERS),
    (Kind::TakeOver, nothing, "take-over --why ill --with A-1 K00003L9", MOVERS),
    (Kind::Ratify, nothing, "ratify K00004L9", &[Approver]),
    (Kind::Sight, nothing, "sight --at V1 K00001L9", &[Operator, Auditor]),
    (Kind::DeclareMissing, nothing, "missing --why gone K00001L9", &[Approver, Auditor]),
    (Kind::Found, nothing, "found --at DESK K00006L9", MOVERS),
    (Kind::Correct, nothing, "correct --to-state vaulted --place V2 --why seen --with A-1 K00003L9", MOVERS),
    (Kind::Void, taken, "void K00001L9", MOVERS),
    (Kind::Relabel, nothing, "relabel --with B-3 K00003L9 N00003L9", MOVERS),
    (Kind::Destroy, nothing, "destroy --method shred --with B-3 K00003L9", MOVERS),
    (Kind::Refused, nothing, "check-in --to NOWHERE K00003L9", ALL),
    (Kind::Refused, nothing, "sight --at NOWHERE K00003L9", ALL),
];

/// What no command of anybody's brings about in a ledger that stands.
const OF_NOBODY: [Kind; 2] = [Kind::LedgerOpened, Kind::TextsLost];

fn nothing(_: &Bench, _: &str) {}

/// An entry that the rules would not have let somebody record who is not even known.
fn irregular(bench: &Bench, _: &str) {
    bench.ok(&["checkpoint"]);
    let last = log(bench).len();
    crate::forgery::forge(bench, last, |body| body.replacen("\"by\":\"B-1\"", "\"by\":\"B-9\"", 1));
}

fn backed_up(bench: &Bench, _: &str) {
    bench.ok(&["backup", &backup(bench)]);
}

fn backup(bench: &Bench) -> String {
    bench.path().join("backup").display().to_string()
}

fn suspended(bench: &Bench, _: &str) {
    bench.ok(&["person", "suspend", "B-3"]);
}

fn wrong_pin(bench: &Bench, _: &str) {
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), "9999".to_owned());
}

fn wrong_pin_before(bench: &Bench, who: &str) {
    wrong_pin(bench, who);
    said(bench, who, "sight --at V1 K00001L9").code(1);
    bench.vars.borrow_mut().insert("KURABAN_PIN".to_owned(), crate::support::PIN.to_owned());
}

fn clock_back(bench: &Bench, _: &str) {
    bench.pass(-1000);
}

fn clock_ahead(bench: &Bench, _: &str) {
    bench.pass(15 * 24 * 3_600_000);
}

fn spoilt(bench: &Bench, _: &str) {
    bench.raw().execute_batch("UPDATE place SET capacity = 7 WHERE code = 'DESK'").unwrap();
}

fn in_hand(bench: &Bench, who: &str) {
    bench.ok(&["check-out", "K00001L9"]);
    bench.ok(&["hand-over", "--to", who, "K00001L9"]);
}

/// The medium is out by this person, or, where they may not take it out, in their hands all the same.
fn taken(bench: &Bench, who: &str) {
    if said(bench, who, "check-out K00001L9").code != 0 {
        in_hand(bench, who);
    }
}

/// A stocktake of a shelf is open.
fn audited(bench: &Bench, _: &str) {
    bench.ok(&["audit", "open", "--at", "V1-A", "--by", "R-auditor"]);
}

/// And two people have read what stands there.
fn counted(bench: &Bench, who: &str) {
    audited(bench, who);
    for counter in ["B-2", "B-3"] {
        said(bench, counter, "audit scan {audit} K00001L9 K00005L9").code(0);
    }
}

fn said(bench: &Bench, who: &str, command: &str) -> Run {
    let command = command.replace("{who}", who).replace("{file}", &bench.file("labels", b"K00001L9\n"));
    let audits = bench.ok(&["audit", "list", "--json"]).json();
    let command = command.replace("{backup}", &backup(bench));
    let command = command.replace("{last}", &log(bench).len().to_string());
    let command = command.replace("{audit}", &audits[0]["number"].to_string());
    let mut words: Vec<&str> = command.split_whitespace().collect();
    words.extend(["--by", who]);
    bench.run(&words)
}

fn badge(role: Role) -> String {
    format!("R-{role}")
}

/// A ledger in which every command has something to act on, with one person of each role and of no other.
fn stage() -> Photo {
    let bench = Bench::furnished();
    for role in Role::ALL {
        bench.ok(&["person", "add", &badge(*role), "Someone", "--role", role.word()]);
    }
    bench.ok(&["place", "add", "D2", "--kind", "drive"]);
    let new = ["order", "new", "--purpose", "test", "--by", "B-2", "--until"];
    for (rest, number) in [(["+8h", "K00005L9"], 27), (["+8h", "K00005L9"], 28)] {
        let run = bench.ok(&[&new[..], &rest[..], &["--json"]].concat());
        assert_eq!(run.json()["number"], number);
    }
    bench.ok(&["order", "approve", "--by", "A-1", "28"]);
    let run = bench.ok(&[&new[..], &["+30d", "--nightly", "9", "--json"]].concat());
    assert_eq!(run.json()["number"], 30);
    bench.ok(&["order", "approve", "--by", "A-1", "30"]);
    bench.ok(&["check-out", "--by", "B-2", "K00002L9", "K00003L9"]);
    bench.ok(&["load", "--by", "B-2", "--into", "D1", "K00002L9"]);
    bench.ok(&["check-out", "--by", "B-2", "--override", "fire", "K00004L9"]);
    bench.ok(&["missing", "--by", "A-1", "--why", "gone", "K00006L9"]);
    bench.holds();
    bench.photo()
}

fn log(bench: &Bench) -> Vec<Value> {
    bench.ok(&["log", "--json"]).json().as_array().unwrap().clone()
}

#[test]
fn every_command_and_every_role_alone() {
    let stage = stage();
    for (kind, before, command, may) in TABLE {
        for role in Role::ALL {
            let (bench, who) = (stage.bench(), badge(*role));
            before(&bench, &who);
            let size = log(&bench).len();
            let run = said(&bench, &who, command);
            let new = log(&bench).split_off(size);
            let done = new.iter().any(|entry| entry["kind"] == kind.word());
            let case = format!("{command} by {who}: {run:?} {new:?}");
            assert_eq!(done, may.contains(role), "{case}");
            let recorded_refusal = matches!(
                kind,
                Kind::Refused
                    | Kind::UnknownLabel
                    | Kind::PinRefused
                    | Kind::IncidentOpened
                    | Kind::AuditRefused
            );
            assert_eq!(run.code, u8::from(!done || recorded_refusal), "{case}");
            if !done {
                assert!(run.err.contains(&format!("{who} may not record this")), "{case}");
                // A refused step of a medium stands in its chain by its code, and that of a label that
                // nobody knows yet as one; of all else nothing is recorded.
                let left: Vec<_> = new.iter().map(|entry| &entry["kind"]).collect();
                let wanted: &[&str] = if kind == Kind::Register {
                    &["unknown_label"]
                } else if kind.is_of_medium() {
                    &["refused"]
                } else {
                    &[]
                };
                assert_eq!(left, wanted, "{case}");
                let why = if kind == Kind::Register { "unknown" } else { "role_missing" };
                assert!(new.iter().all(|entry| entry["data"]["why"] == why), "{case}");
            }
            if done && kind == Kind::Restore {
                assert_eq!(bench.verify()["verdict"], "restored", "{case}");
            } else if done || !matches!(kind, Kind::Rebuilt | Kind::IrregularAcknowledged) {
                bench.holds();
            }
        }
    }
}

#[test]
fn every_kind_has_its_row() {
    for kind in Kind::ALL {
        let rows = TABLE.iter().filter(|row| row.0 == *kind).count() > 0;
        assert_ne!(rows, OF_NOBODY.contains(kind), "{kind}: no row says who may record it");
    }
}

/// One way in which the two parts of a row meet: what goes before, the step, and who may and may not play the
/// other part of it.
struct Cell {
    before: &'static [&'static str],
    step: &'static str,
    same: &'static str,
    other: &'static str,
}

const fn cell(
    before: &'static [&'static str],
    step: &'static str,
    (same, other): (&'static str, &'static str),
) -> Cell {
    Cell { before, step, same, other }
}

const OUT: &str = "check-out --by B-1 K00001L9";
const ORDER: &str = "order new --purpose test --until +8h --by B-1 K00001L9";
const STANDING: &str = "order new --purpose test --until +8d --nightly 3 --by B-2";

fn cells(row: Separation) -> Vec<Cell> {
    let pair = ("B-1", "A-1");
    match row {
        Separation::RequesterApprover => vec![
            cell(&[ORDER], "order approve {n} --by {who}", pair),
            cell(&[ORDER, "order approve {n} --by A-1"], "order extend {n} --until +9h --by {who}", pair),
            cell(
                &[STANDING, "order approve {n} --by B-1"],
                "order night {n} K00001L9 --by {who}",
                ("B-1", "B-2"),
            ),
        ],
        Separation::ActorWitness => vec![
            cell(&[OUT], "check-in --to V1 --by B-1 --with {who} K00001L9", pair),
            cell(&[OUT], "relabel --by B-1 --with {who} K00001L9 N00001L9", pair),
            cell(&[], "correct --to-state missing --why gone --by B-1 --with {who} K00001L9", pair),
            cell(&[], "place retire D1 --by B-1 --with {who}", pair),
            cell(&[], "shift hand-over --by B-1 --to {who}", pair),
            cell(
                &["check-out --by B-2 K00001L9"],
                "take-over --why ill --by B-1 --with {who} K00001L9",
                pair,
            ),
            cell(&[OUT], "hand-over --to F-1 --by B-1 --with {who} K00001L9", pair),
        ],
        Separation::ActorRatifier => vec![
            cell(&["check-out --override fire --by B-1 K00001L9"], "ratify --by {who} K00001L9", pair),
            cell(
                &["check-out --override fire --by B-1 K00001L9", "check-in --to V1 --by B-2 K00001L9"],
                "ratify --by {who} K00001L9",
                pair,
            ),
        ],
        Separation::PartyApprover => {
            vec![cell(&[OUT], "hand-over --to F-1 --by B-1 --with {who} K00001L9", ("F-1", "A-1"))]
        }
        Separation::DestroyerCertifier => {
            vec![cell(&[OUT], "destroy --method shred --by B-1 --with {who} K00001L9", ("B-1", "X-1"))]
        }
        // Nobody is refused: the count is recorded, and is no proof. See the test below.
        Separation::CounterCustodian => Vec::new(),
    }
}

#[test]
fn every_cell_of_the_mutual_checks() {
    let bench = Bench::furnished();
    bench.ok(&["person", "add", "F-1", "Foreign", "--role", "approver", "--org", "OTHER"]);
    let stage = bench.photo();
    for row in Separation::ALL {
        for Cell { before, step, same, other } in cells(*row) {
            let (bench, mut number) = (stage.bench(), String::new());
            let run = |command: &str, number: &str, who: &str| {
                let words = command.replace("{n}", number).replace("{who}", who);
                bench.run(&words.split_whitespace().collect::<Vec<_>>())
            };
            for command in before {
                let size = run(command, &number, "").code(0);
                if size.out.contains("is requested") {
                    number = log(&bench).len().to_string();
                }
            }
            let case = format!("{row}: {step}");
            let mut sentences = Vec::new();
            for lang in ["en", "ja"] {
                let told = run(&format!("{step} --lang {lang}"), &number, same).code(1).err;
                assert!(told.contains(same), "{case} does not name {same}: {told}");
                sentences.push(told);
            }
            assert_ne!(sentences[0], sentences[1], "{case}");
            if step.contains("K00001L9") && !step.starts_with("order") {
                assert_eq!(log(&bench).last().unwrap()["data"]["why"], "same_person", "{case}");
            }
            run(step, &number, other).code(0);
            bench.holds();
        }
    }
}

#[test]
fn each_row_is_said_in_both_languages_and_names_the_badge() {
    let mut said = BTreeSet::new();
    for row in Separation::ALL {
        for lang in [Lang::En, Lang::Ja] {
            let voice = Voice { lang, zone: Rc::new(|_| 0) };
            let refusal = Refusal::SamePerson { row: *row, badge: Badge::new("B-17").unwrap() };
            let sentence = voice.refusal(&refusal);
            assert!(sentence.what.contains("B-17"), "{row} {lang:?}: {sentence:?}");
            assert!(sentence.hint.is_some(), "{row} {lang:?} says no next step");
            assert_eq!(sentence.what.is_ascii(), lang == Lang::En, "{row} {lang:?}: {sentence:?}");
            assert!(said.insert(sentence.what.clone()), "two rows say the same: {sentence:?}");
        }
    }
}

#[test]
fn only_the_row_of_the_counter_may_be_left_out() {
    for row in Separation::ALL {
        let bench = Bench::furnished();
        let rest: Vec<&str> =
            Separation::ALL.iter().filter(|one| *one != row).map(|row| row.word()).collect();
        let run = bench.run(&["policy", "set", "separate", &rest.join(",")]);
        assert_eq!(row.may_be_left_out(), *row == Separation::CounterCustodian);
        assert_eq!(run.code, u8::from(!row.may_be_left_out()), "{row}: {run:?}");
        bench.holds();
    }
}

#[test]
fn who_has_a_medium_in_hand_does_not_prove_that_it_is_there() {
    for (by, left_out, at, proves) in [
        ("B-1", false, "DESK", false),
        ("B-1", true, "DESK", true),
        ("B-2", false, "DESK", true),
        // A count that is refused is no proof of theirs either.
        ("B-1", false, "NOWHERE", false),
        ("B-1", true, "NOWHERE", true),
        ("B-2", false, "NOWHERE", true),
    ] {
        let bench = Bench::furnished();
        if left_out {
            let rest = "requester_approver,actor_witness,actor_ratifier,party_approver,destroyer_certifier";
            bench.ok(&["policy", "set", "separate", rest]);
        }
        bench.ok(&["policy", "set", "audit_interval_days", "1"]);
        bench.ok(&["check-out", "--by", "B-1", "K00001L9"]);
        let before = bench.show("K00001L9")["read_at"].clone();
        bench.pass(60_000);
        let session = bench.session();
        scan(&session, &who(&session, by, None), &Verb::Sight(place(at)), "K00001L9");
        let after = bench.show("K00001L9");
        let case = format!("{by} {left_out} {at}: {after}");
        assert_eq!(after["read_at"] != before, proves, "{case}");
        assert_eq!(after["seen_at"], "2026-11-23T00:01:00.000Z", "it is recorded all the same: {case}");
        // What nobody proved is due for the next count when its day is over.
        bench.pass(24 * 3_600_000 - 30_000);
        let flags = bench.run(&["flags", "--json"]).json();
        let in_hand = |flag: &&Value| flag["flag"] == "audit_due" && flag["place"].is_null();
        assert_eq!(flags.as_array().unwrap().iter().filter(in_hand).count(), usize::from(!proves), "{case}");
        bench.holds();
    }
}

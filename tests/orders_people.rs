//! From hand to hand: between organisations, from who cannot act, to a new colleague for one shift, from shift to
//! shift, and back into the vault before a second pair of eyes.

use kuraban::domain::medium::Class;
use serde_json::{Value, json};

use crate::orders::{approved, code, flagged, log, ok, refused, run, show, strict};
use crate::support::Bench;

const HOUR: i64 = 3_600_000;

#[test]
fn a_hand_over_to_another_organisation_needs_an_approver_beside_the_two() {
    // Home, host, and for whom the person works.
    const PEOPLE: [(&str, &str); 6] = [
        ("", ""),
        ("--org X", "X"),
        ("--org Y", "Y"),
        ("--org X --host-org Y", "Y"),
        ("--host-org Y", "Y"),
        ("--org Y --host-org X", "X"),
    ];
    let bench = Bench::furnished();
    for (at, (orgs, _)) in PEOPLE.iter().enumerate() {
        ok(&bench, &format!("person add O-{at} Someone --role operator {orgs}"));
    }
    for (from, (_, home)) in PEOPLE.iter().enumerate() {
        for (to, (_, other)) in PEOPLE.iter().enumerate().filter(|(to, _)| *to != from) {
            let give = format!("hand-over --by O-{from} --to O-{to} K00001L9");
            ok(&bench, &format!("check-out --by O-{from} K00001L9"));
            if home == other {
                ok(&bench, &give);
            } else {
                assert_eq!(code(&bench, &give), "other_organisation", "{give}");
                assert_eq!(code(&bench, &format!("{give} --with B-2")), "other_organisation", "{give}");
                assert_eq!(bench.show("K00001L9")["custodian"], format!("O-{from}"));
                ok(&bench, &format!("{give} --with A-1"));
            }
            assert_eq!(bench.show("K00001L9")["custodian"], format!("O-{to}"));
            ok(&bench, "check-in --to V1 K00001L9");
        }
    }
    bench.holds();
}

#[test]
fn who_takes_a_medium_over_reads_it_before_an_approver_and_its_clock_runs_on() {
    let bench = strict();
    let order = approved(&bench, "--until +20h K00001L9");
    ok(&bench, "check-out --by B-2 K00001L9");
    ok(&bench, "load --by B-2 --into D1 K00001L9");
    ok(&bench, "eject --by B-2 K00001L9");
    bench.pass(3 * HOUR);
    let take = "take-over --by B-3 --why ill:hospital K00001L9";
    for (step, wanted) in [
        (take.to_owned(), "witness_missing"),
        (format!("{take} --with X-1"), "approver_missing"),
        (format!("{take} --with B-3"), "same_person"),
        ("take-over --by B-2 --with A-1 --why ill K00001L9".to_owned(), "hand_over_to_self"),
        ("take-over --by B-3 --with A-1 --why ill K00002L9".to_owned(), "wrong_state"),
    ] {
        assert_eq!(code(&bench, &step), wanted, "{step}");
    }
    ok(&bench, &format!("{take} --with A-1"));
    let last = log(&bench).pop().unwrap();
    assert_eq!((&last["data"]["from"], &last["data"]["why"]), (&json!("B-2"), &json!("ill")));
    let medium = bench.show("K00001L9");
    assert_eq!(
        (&medium["custodian"], &medium["order"], &medium["due"]),
        (&json!("B-3"), &json!(order), &json!("2026-11-23T20:00:00.000Z"))
    );
    // The grace since the eject is not begun anew, and nobody takes back what another did.
    bench.pass(HOUR + 1);
    assert!(flagged(&bench, "K00001L9", "ejected_not_vaulted"));
    assert_eq!(code(&bench, "void --by B-3 K00001L9"), "nothing_to_void");
    assert_eq!(code(&bench, "load --by B-2 --into D1 K00001L9"), "not_custodian");
    ok(&bench, "check-in --by B-3 --to V1 K00001L9");
    assert_eq!(show(&bench, order)["returned"], 1);
    bench.holds();
}

#[test]
fn a_temporary_badge_holds_for_one_shift_at_most() {
    let bench = strict();
    let lend = |words: &str| format!("person temporary --by A-1 {words}");
    for (words, part) in [
        ("T-1 New --until +13h", "12 hours"),
        ("T-1 New --until +721m", "12 hours"),
        ("T-1 New --until 2026-11-22T00:00:00Z", "is not after"),
        ("B-2 New", "B-2 is already in use"),
    ] {
        refused(&bench, &lend(words), part);
    }
    ok(&bench, &lend("T-1 New --until +12h"));
    refused(&bench, &lend("T-1 Other"), "T-1 is already in use");
    ok(&bench, "policy set shift_hours 8");
    refused(&bench, &lend("T-2 New --until +9h"), "8 hours");
    ok(&bench, &lend("T-2 New"));
    let people = bench.ok(&["person", "list", "--json"]).json();
    let until: Vec<&Value> = people.as_array().unwrap().iter().map(|one| &one["until"]).collect();
    assert_eq!(until[until.len() - 2..], ["2026-11-23T12:00:00.000Z", "2026-11-23T08:00:00.000Z"]);
    bench.holds();
}

#[test]
fn a_temporary_badge_has_its_own_pin_and_makes_an_operator_and_nothing_else() {
    let bench = strict();
    let pin = |name: &str, pin: &str| bench.vars.borrow_mut().insert(name.to_owned(), pin.to_owned());
    pin("KURABAN_NEW_PIN", "5555");
    ok(&bench, "person temporary --by A-1 T-1 New");
    let order = approved(&bench, "--until +8h K00001L9");
    assert!(run(&bench, "check-out --by T-1 K00001L9").code(1).err.contains("Wrong PIN for T-1"));
    let own = pin("KURABAN_PIN", "5555").unwrap();
    ok(&bench, "check-out --by T-1 K00001L9");
    for (words, part) in [
        (format!("order approve --by T-1 {order}"), "T-1 may not record this"),
        ("person add --by T-1 N-1 New --role operator".to_owned(), "T-1 may not record this"),
        ("missing --by T-1 --why gone K00001L9".to_owned(), "T-1 may not record this"),
    ] {
        assert!(run(&bench, &words).code(1).err.contains(part), "{words}");
    }
    // Nor does an administrator make it more than that.
    pin("KURABAN_PIN", &own);
    for roles in ["approver", "operator,approver", "admin"] {
        refused(&bench, &format!("person roles T-1 {roles}"), "T-1 is a temporary badge");
    }
    bench.holds();
}

#[test]
fn when_a_temporary_badge_ends_its_custody_stays_with_who_carried_it() {
    let bench = strict();
    ok(&bench, "person temporary --by A-1 T-1 First --until +2h");
    approved(&bench, "--by T-1 --until +20h K00001L9 K00002L9");
    ok(&bench, "check-out --by T-1 K00001L9");
    bench.pass(2 * HOUR - 1);
    ok(&bench, "check-out --by T-1 K00002L9");
    bench.pass(1);
    for (step, wanted) in [
        ("check-in --by T-1 --to V1 K00001L9", "badge_ended"),
        ("sight --by T-1 --at DESK K00003L9", "badge_ended"),
        ("sight --by B-2 --with T-1 --at DESK K00003L9", "badge_ended"),
    ] {
        assert_eq!(code(&bench, step), wanted, "{step}");
    }
    assert_eq!(bench.show("K00001L9")["custodian"], "T-1");
    // The badge goes to another person, who is not the first and has nothing in hand.
    ok(&bench, "person temporary --by A-1 T-1 Second");
    let people = bench.ok(&["person", "list", "--json"]).json();
    let carried = people.as_array().unwrap().iter().filter(|one| one["badge"] == "T-1");
    assert_eq!(carried.map(|one| one["name"].as_str().unwrap()).collect::<Vec<_>>(), ["First", "Second"]);
    for (step, wanted) in [
        ("void --by T-1 K00002L9", "void_by_other"),
        ("load --by T-1 --into D1 K00001L9", "not_custodian"),
        ("hand-over --by T-1 --to B-3 K00001L9", "not_custodian"),
    ] {
        assert_eq!(code(&bench, step), wanted, "{step}");
    }
    let page = run(&bench, "flags --min notice --json").code(1).json();
    let flag = page.as_array().unwrap().iter().find(|flag| flag["barcode"] == "K00001L9").unwrap();
    assert_eq!(flag["custodian_name"], "First", "{flag}");
    ok(&bench, "take-over --by T-1 --with A-1 --why shift_over K00001L9");
    ok(&bench, "load --by T-1 --into D1 K00001L9");
    ok(&bench, "check-in --by T-1 --to V1 K00002L9");
    bench.holds();
}

#[test]
fn the_last_administrator_who_can_act_stays_one() {
    for (other, last) in [
        // Neither a person without a PIN nor one whose badge ends with the shift could let anybody in again.
        ("no PIN", true),
        ("temporary", true),
        ("suspended", true),
        ("an administrator", false),
    ] {
        let bench = strict();
        match other {
            "no PIN" => {
                let pin = bench.vars.borrow_mut().remove("KURABAN_NEW_PIN").unwrap();
                ok(&bench, "person add N-1 New --role admin");
                bench.vars.borrow_mut().insert("KURABAN_NEW_PIN".to_owned(), pin);
            }
            "temporary" => {
                ok(&bench, "person temporary --by A-1 N-1 New");
            }
            _ => drop(ok(&bench, "person add N-1 New --role admin")),
        }
        if other == "suspended" {
            ok(&bench, "person suspend N-1");
        }
        for words in ["person suspend B-1", "person roles B-1 operator"] {
            if last {
                refused(&bench, words, "last administrator");
            }
        }
        // Who is none in truth may go, whoever is left.
        if other != "suspended" {
            ok(&bench, "person suspend N-1");
            ok(&bench, "person reinstate N-1");
        }
        if !last {
            ok(&bench, "person suspend B-1");
            refused(&bench, "person suspend --by N-1 N-1", "last administrator");
        }
        bench.holds();
    }
}

#[test]
fn a_check_in_asks_for_a_second_person_by_class() {
    let bench = Bench::furnished();
    for (barcode, class) in [("K00001L9", "data"), ("K00002L9", "scratch"), ("K00003L9", "cleaning")] {
        ok(&bench, &format!("media describe --class {class} {barcode}"));
    }
    // What nobody described holds data.
    let media = [
        ("K00001L9", Class::Data),
        ("K00002L9", Class::Scratch),
        ("K00003L9", Class::Cleaning),
        ("K00004L9", Class::Data),
    ];
    for set in ["data", "scratch", "data,cleaning", "data,scratch,cleaning", "none"] {
        ok(&bench, &format!("policy set check_in_witness {set}"));
        for (barcode, class) in media {
            ok(&bench, &format!("check-out {barcode}"));
            let check_in = format!("check-in --to V1 {barcode}");
            if set.split(',').any(|one| one == class.word()) {
                assert_eq!(code(&bench, &check_in), "witness_missing", "{set}: {barcode}");
                ok(&bench, &format!("{check_in} --with B-3"));
            } else {
                ok(&bench, &check_in);
            }
        }
    }
    bench.holds();
}

#[test]
fn a_shift_is_handed_over_by_two_people_and_moves_no_custody() {
    let bench = strict();
    approved(&bench, "--until +8h K00001L9 K00002L9 K00003L9");
    ok(&bench, "check-out --by B-2 K00001L9 K00002L9");
    ok(&bench, "load --by B-2 --into D1 K00002L9");
    ok(&bench, "check-out --by B-2 --override fire K00004L9");
    ok(&bench, "missing --by A-1 --why gone K00005L9");
    let media = ["K00001L9", "K00002L9", "K00003L9", "K00004L9", "K00005L9"];
    let before = media.map(|barcode| bench.show(barcode));
    let open = bench.ok(&["shift", "show", "--json"]).json();
    assert_eq!(open, json!({"outside": 4, "orders": 1, "overrides": 1}));
    let pin = bench.vars.borrow_mut().remove("KURABAN_WITH_PIN").unwrap();
    assert!(run(&bench, "shift hand-over --by B-2 --to B-3").code(1).err.contains("B-3 has a PIN"));
    bench.vars.borrow_mut().insert("KURABAN_WITH_PIN".to_owned(), pin);
    let told = ok(&bench, "shift hand-over --by B-2 --to B-3");
    // All that is open is listed: the order, and each medium that is outside or missing.
    for (barcode, listed) in media.iter().zip([true, true, false, true, true]) {
        assert_eq!(told.out.contains(barcode), listed, "{barcode}: {}", told.out);
    }
    assert!(told.out.contains("approved"), "{}", told.out);
    assert!(told.out.contains("4 media") && told.out.contains("No medium changed hands"), "{}", told.out);
    // With the shift goes a checkpoint.
    let all = log(&bench);
    let [.., last, checkpoint] = &all[..] else { panic!("{all:?}") };
    assert_eq!(checkpoint["kind"], "checkpoint");
    assert_eq!((&last["by"], &last["with"], &last["data"]), (&json!("B-2"), &json!("B-3"), &open));
    assert_eq!(media.map(|barcode| bench.show(barcode)), before);
    bench.holds();
}

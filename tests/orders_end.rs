//! The end of a device and the end of a medium: nothing is left behind in the one, and nothing comes back from
//! the other.

use serde_json::{Value, json};

use crate::orders::{approved, code, flags, log, ok, refused, run, show, strict};
use crate::support::Bench;

#[test]
fn a_device_is_retired_only_when_no_chain_ends_in_it_and_before_two_people() {
    let bench = Bench::furnished();
    ok(&bench, "place add BIG --kind library --resident --capacity 40");
    ok(&bench, "media add --at LIB R00001L9 R00002L9");
    ok(&bench, "check-out K00001L9");
    ok(&bench, "load --into D1 K00001L9");
    for with in ["", "--with A-1"] {
        refused(&bench, &format!("place retire D1 {with}"), "K00001L9");
        refused(&bench, &format!("place retire LIB {with}"), "R00001L9, R00002L9");
    }
    ok(&bench, "eject K00001L9 R00001L9 R00002L9");
    for (device, words, elements) in [
        ("D1", "", json!(1)),
        ("D1", "--elements 7", json!(1)),
        ("LIB", "--elements 24", json!(24)),
        ("LIB", "", Value::Null),
        ("BIG", "", json!(40)),
    ] {
        let bench = bench.photo().bench();
        refused(&bench, &format!("place retire {device} {words}"), "second person");
        refused(&bench, &format!("place retire {device} {words} --with B-1"), "B-1");
        ok(&bench, &format!("place retire {device} {words} --with A-1"));
        let last = log(&bench).pop().unwrap();
        assert_eq!((&last["with"], &last["data"]["elements"]), (&json!("A-1"), &elements), "{device}");
        // What was taken out of it does not go back into it, not even by a step taken back.
        let (barcode, told) =
            if device == "D1" { ("K00001L9", "retired_place") } else { ("R00001L9", "retired_place") };
        if device != "BIG" {
            assert_eq!(code(&bench, &format!("void {barcode}")), told);
        }
        assert_eq!(code(&bench, &format!("load --into {device} {barcode}")), told);
        bench.holds();
    }
}

#[test]
fn a_medium_is_destroyed_by_two_people_and_never_under_legal_hold() {
    let bench = strict();
    ok(&bench, "check-out --by B-2 --override move K00001L9 K00002L9");
    ok(&bench, "media describe --legal-hold yes K00002L9");
    let destroy = |words: &str| format!("destroy --by B-2 --method shred {words}");
    for (words, wanted) in [
        ("K00001L9", "witness_missing"),
        ("--with B-2 K00001L9", "same_person"),
        ("--with A-1 K00002L9", "legal_hold"),
        ("K00002L9", "legal_hold"),
        ("--with A-1 K00003L9", "wrong_state"),
        ("--by X-1 --with A-1 K00001L9", "role_missing"),
    ] {
        let words =
            if words.contains("--by") { format!("destroy --method shred {words}") } else { destroy(words) };
        assert_eq!(code(&bench, &words), wanted, "{words}");
    }
    run(&bench, "destroy --method Shred! --with A-1 K00001L9").code(2);
    ok(&bench, &destroy("--certificate C-17 --with A-1 K00001L9"));
    let last = log(&bench).pop().unwrap();
    assert_eq!((&last["by"], &last["with"]), (&json!("B-2"), &json!("A-1")));
    assert_eq!(last["data"], json!({"barcode": "K00001L9", "method": "shred", "certificate": "C-17"}));
    ok(&bench, "media describe --legal-hold no K00002L9");
    ok(&bench, &destroy("--with A-1 K00002L9"));
    bench.holds();
}

#[test]
fn nothing_comes_after_the_destruction() {
    let stage = {
        let bench = Bench::furnished();
        ok(&bench, "check-out --by B-2 K00001L9");
        ok(&bench, "destroy --by B-2 --method shred --with A-1 K00001L9");
        bench.photo()
    };
    for (step, wanted) in [
        ("media describe --class scratch K00001L9", "wrong_state"),
        ("move --to V1 K00001L9", "wrong_state"),
        ("check-out K00001L9", "wrong_state"),
        ("check-out --override fire K00001L9", "wrong_state"),
        ("load --into D1 K00001L9", "wrong_state"),
        ("eject K00001L9", "wrong_state"),
        ("check-in --to V1 K00001L9", "wrong_state"),
        ("hand-over --to B-3 K00001L9", "wrong_state"),
        ("take-over --why ill --with A-1 K00001L9", "wrong_state"),
        ("ratify --by A-1 K00001L9", "nothing_to_ratify"),
        ("sight --by B-2 --at DESK K00001L9", "wrong_state"),
        ("missing --by A-1 --why gone K00001L9", "wrong_state"),
        ("found --at DESK K00001L9", "wrong_state"),
        ("void --by B-2 K00001L9", "nothing_to_void"),
        ("relabel --with A-1 K00001L9 N00001L9", "wrong_state"),
        ("destroy --method shred --with A-1 K00001L9", "wrong_state"),
        ("media add --at V1 K00001L9", "barcode_taken"),
    ] {
        let bench = stage.bench();
        let told = if step.starts_with("relabel") {
            run(&bench, &format!("{step} --json")).code(1).json()["refused"][0]["code"]
                .as_str()
                .unwrap()
                .to_owned()
        } else {
            code(&bench, step)
        };
        assert_eq!(told, wanted, "{step}");
        let medium = bench.show("K00001L9");
        assert_eq!(
            (&medium["state"], &medium["custodian"], &medium["place"]),
            (&json!("destroyed"), &Value::Null, &Value::Null)
        );
        assert!(flags(&bench, "K00001L9").is_empty(), "{step}");
        assert_eq!(log(&bench).last().unwrap()["kind"], "refused", "{step} stands in its chain");
        bench.holds();
    }
    // No order lists it, and it stands in no list of a place.
    let bench = stage.bench();
    refused(&bench, "order new --purpose test --until +4h K00001L9", "K00001L9");
    // Only two people, one of them an approver, put right what was never so.
    ok(&bench, "correct --to-state vaulted --place V1 --why wrong_tape --with A-1 K00001L9");
    bench.holds();
}

#[test]
fn an_order_for_disposal_ends_with_the_destruction() {
    let bench = strict();
    let order = approved(&bench, "--until +8h K00001L9 K00002L9");
    ok(&bench, "check-out --by B-2 K00001L9 K00002L9");
    ok(&bench, "destroy --by B-2 --method shred --with A-1 K00001L9");
    let page = show(&bench, order);
    assert_eq!((&page["outside"], &page["missing"], &page["returned"]), (&json!(1), &json!(0), &json!(0)));
    refused(&bench, &format!("order close {order}"), "1 medium is not back in a vault: K00002L9");
    ok(&bench, "destroy --by B-2 --method shred --with A-1 K00002L9");
    ok(&bench, &format!("order close {order}"));
    bench.holds();
}

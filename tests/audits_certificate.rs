//! The certificate of a stocktake: whatever its form and language, it names each deficit by itself.

use std::collections::BTreeMap;
use std::rc::Rc;

use kuraban::domain::audit::Class;
use kuraban::i18n::{Audits, Lang, Text, Voice};
use serde_json::{Value, json};

use crate::audits::{opened, scan};
use crate::orders::{ok, run};
use crate::support::Bench;

/// Every deficit and exception that there is, each with one medium.
const NAMED: [(&str, Class, bool); 9] = [
    ("K00001L9", Class::Unproven, false),
    ("K00002L9", Class::NotFound, false),
    ("K00003L9", Class::Elsewhere, false),
    ("K00004L9", Class::TwoPlaces, false),
    ("K00005L9", Class::FoundAgain, false),
    ("K00006L9", Class::NoOrder, false),
    ("L00001L9", Class::KnownMissing, true),
    ("L00002L9", Class::Outside, true),
    ("L00003L9", Class::Elsewhere, true),
];

/// A stocktake that is refused for all of it, and its number.
fn refused() -> (Bench, u64) {
    let bench = Bench::furnished();
    ok(&bench, "place add V1-B --kind shelf --in V1");
    ok(&bench, "media add --at V1-A L00001L9 L00002L9 L00003L9 L00004L9");
    ok(&bench, "check-out --by B-1 L00002L9");
    ok(&bench, "check-out --by B-1 --override fire K00006L9");
    ok(&bench, "missing --by A-1 --why gone K00005L9 L00001L9");
    let audit = opened(&bench, "");
    for counter in ["B-2", "B-3"] {
        let labels =
            "V1-A L00004L9 K00004L9 K00005L9 V2 K00003L9 K00004L9 DESK K00006L9 L00002L9 V1-B L00003L9";
        scan(&bench, audit, &format!("--by {counter} {labels}")).code(0);
    }
    scan(&bench, audit, "--by B-2 V1-A K00001L9").code(0);
    let strange = bench.file("memory", "V1-A\nNOPE01L9\n<b>&棚\n".as_bytes());
    scan(&bench, audit, &format!("--by B-2 --file {strange}")).code(1);
    bench.pass(60_000);
    ok(&bench, "move --by B-3 --to V1-B L00003L9");
    run(&bench, &format!("audit close --by X-1 --with A-1 {audit}")).code(1);
    (bench, audit)
}

fn words(lang: Lang, class: Class) -> String {
    Voice { lang, zone: Rc::new(|_| 0) }.text(&Text::Audits(Audits::Class(class)))
}

fn show(bench: &Bench, audit: u64, words: &str, lang: &str) -> String {
    run(bench, &format!("audit show {words} --lang {lang} {audit}")).code(1).out
}

#[test]
fn the_document_names_each_deficit() {
    let (bench, audit) = refused();
    let page: Value = serde_json::from_str(&show(&bench, audit, "--json", "en")).unwrap();
    let lines: BTreeMap<&str, (&str, bool)> = page["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let class = line["class"].as_str().unwrap();
            (line["barcode"].as_str().unwrap(), (class, !line["unresolved"].as_bool().unwrap()))
        })
        .collect();
    let wanted = NAMED.map(|(barcode, class, passes)| (barcode, (class.word(), passes)));
    assert_eq!(lines, wanted.into());
    assert_eq!(page["missing"], json!(["K00002L9"]));
    assert_eq!(page["known_missing"], json!(["L00001L9"]));
    assert_eq!(page["unproven"], json!(["K00001L9"]));
    assert_eq!(page["misplaced"], json!(["K00003L9", "K00004L9", "L00003L9"]));
    assert_eq!(page["unexpected"], json!(["NOPE01L9", "<b>&棚"]));
    // Six media, and the label that names none.
    assert_eq!((&page["unresolved"], &page["expected"]), (&7.into(), &10.into()));
    let sum: u64 = page["classes"].as_object().unwrap().values().map(|many| many.as_u64().unwrap()).sum();
    assert_eq!(sum + 1, 10, "one was put right, and stands in no class of the sums: {page}");
    let grades: u64 = page["grades"].as_object().unwrap().values().map(|many| many.as_u64().unwrap()).sum();
    assert_eq!(grades, 8, "all but the two that nobody read: {page}");
    let named = |barcode: &str| {
        page["lines"].as_array().unwrap().iter().find(|line| line["barcode"] == barcode).unwrap().clone()
    };
    let incident = &page["incident"];
    assert!(incident.is_u64());
    assert_eq!(&named("K00002L9")["incident"], incident);
    assert!(
        named("L00001L9")["incident"].as_u64() < incident.as_u64(),
        "missing under an incident of its own"
    );
    let two = named("K00004L9");
    assert_eq!((&two["seen"], &two["also_seen"]), (&"V1-A".into(), &"V2".into()), "{two}");
    let right = named("L00003L9");
    assert_eq!(
        (&right["corrected_by"], &right["recorded_place"]),
        (&"B-3".into(), &"V1-A".into()),
        "{right}"
    );
    let held = named("L00002L9");
    assert_eq!((&held["custodian"], &held["recorded_state"]), (&"B-1".into(), &"in_hand".into()), "{held}");
    bench.holds();
}

#[test]
fn a_table_for_programs_has_a_line_for_each() {
    let (bench, audit) = refused();
    for lang in ["en", "ja"] {
        let text = show(&bench, audit, "--csv", lang);
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let heads: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(heads[..4], ["barcode", "class", "expected", "unresolved"], "{text}");
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), NAMED.len(), "{text}");
        for (barcode, class, passes) in NAMED {
            let row = rows.iter().find(|row| &row[0] == barcode).unwrap();
            assert_eq!((&row[1], &row[3]), (class.word(), if passes { "false" } else { "true" }), "{text}");
        }
        // What is unresolved comes first.
        let first = rows.iter().take_while(|row| &row[3] == "true").count();
        assert_eq!(first, NAMED.iter().filter(|(.., passes)| !passes).count(), "{text}");
    }
}

#[test]
fn the_page_for_people_names_each_in_their_language() {
    let (bench, audit) = refused();
    for (lang, code) in [(Lang::En, "en"), (Lang::Ja, "ja")] {
        let html = show(&bench, audit, "--html", code);
        assert!(
            html.starts_with("<!DOCTYPE html>") && html.contains(&format!("<html lang=\"{code}\">")),
            "{html}"
        );
        let text = show(&bench, audit, "", code);
        for (barcode, class, _) in NAMED {
            let (class, said) = (words(lang, class), html.lines());
            let row = format!("<td>{barcode}</td><td>{class}</td>");
            assert_eq!(said.filter(|line| line.contains(&row)).count(), 1, "{row}: {html}");
            assert!(text.lines().any(|line| line.contains(barcode)), "{barcode}: {text}");
            let begin = class.split(' ').next().unwrap();
            let begin: String = begin.chars().take(4).collect();
            let line = text.lines().find(|line| line.contains(barcode)).unwrap();
            assert!(line.contains(&begin), "{class}: {line}");
        }
        assert!(html.contains("<td>NOPE01L9</td>") && text.contains("NOPE01L9"), "{html}");
        assert!(html.contains("<td>&lt;b&gt;&amp;棚</td>") && !html.contains("<b>"), "{html}");
        // Who closed it, who stood by, and with what head: it stands on its own.
        for part in ["X-1", "A-1", "L00004L9"] {
            assert_eq!(html.contains(part) && text.contains(part), part != "L00004L9", "{part}: {html}");
        }
        let page: Value = serde_json::from_str(&show(&bench, audit, "--json", code)).unwrap();
        for head in ["opening", "closing"] {
            let hash = page[head]["head"].as_str().unwrap();
            assert!(html.contains(hash), "{head} {hash}: {html}");
        }
    }
}

#[test]
fn the_two_languages_say_the_same_in_other_words() {
    for class in Class::ALL {
        let (en, ja) = (words(Lang::En, *class), words(Lang::Ja, *class));
        assert!(en.is_ascii() && !ja.is_ascii() && !ja.is_empty(), "{class}: {en} {ja}");
    }
}

#[test]
fn it_is_written_to_a_new_file_only() {
    let (bench, audit) = refused();
    for (form, begin) in [("--html", "<!DOCTYPE"), ("--json", "{"), ("--csv", ""), ("", "")] {
        let path = bench.path().join(format!("certificate{form}"));
        let words = format!("audit show {form} {audit} -o {}", path.display());
        let told = run(&bench, &words).code(1);
        assert_eq!(told.out, "");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begin) && text.contains("K00002L9"), "{form}: {text}");
        assert_eq!(text, show(&bench, audit, form, "en"), "{form}");
        // What is there already is not written over.
        assert_ne!(run(&bench, &words).code, 0);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    assert_ne!(run(&bench, &format!("audit show {audit} -o /nowhere/certificate")).code, 0);
}

#[test]
fn the_history_of_a_medium_names_the_stocktake_that_missed_it() {
    let (bench, audit) = refused();
    for (barcode, class) in [("K00002L9", "not_found"), ("L00004L9", "present"), ("K00003L9", "elsewhere")] {
        let told = run(&bench, &format!("audit history --json {barcode}")).json();
        assert_eq!((&told[0]["number"], &told[0]["class"]), (&audit.into(), &class.into()), "{told}");
    }
    for lang in ["en", "ja"] {
        let text = run(&bench, &format!("audit history --lang {lang} K00002L9")).out;
        assert!(text.contains(&audit.to_string()), "{text}");
    }
}

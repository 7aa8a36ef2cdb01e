//! Counting from files: many labels at once, in whatever order and form they come, come to what each scan would.

use serde_json::Value;

use crate::support::Bench;

/// A stocktake of a vault with 600 media more, which were registered in no order of their barcodes.
fn opened() -> (Bench, String) {
    let bench = Bench::furnished();
    let rows: String = (0..600).map(|n| format!("S{:05}L9\n", n * 7 % 600)).collect();
    let list = bench.file("list.csv", format!("barcode\n{rows}").as_bytes());
    bench.ok(&["media", "import", "--at", "V1", &list]);
    let number = bench.ok(&["audit", "open", "--json", "--at", "V1", "--by", "X-1"]).json();
    (bench, number["number"].to_string())
}

fn kinds(bench: &Bench, kind: &str) -> Vec<Value> {
    let log = bench.ok(&["log", "--json"]).json();
    log.as_array().unwrap().iter().filter(|entry| entry["kind"] == kind).cloned().collect()
}

#[test]
fn labels_in_any_order_and_form_are_counted_once_and_strays_are_told_in_the_order_of_the_file() {
    let (bench, number) = opened();
    let mut lines: Vec<String> = (0..590).map(|n| format!("S{:05}L9", n * 11 % 600)).collect();
    lines[7] = lines[7].to_lowercase();
    // A label without its media identifier, one that a reader wrapped in marks, and two that come twice.
    lines[9] = lines[9].trim_end_matches("L9").to_owned();
    lines[11] = format!("*{}*", lines[11]);
    lines.extend(
        ["S00000L9", "s00011l9", "Z00002L9", "V1-A", "K00001L9", "Z00001L9", "not a label#"]
            .map(String::from),
    );
    let file = bench.file("memory.txt", (lines.join("\r\n") + "\n").as_bytes());
    let scan = ["audit", "scan", "--json", "--at", "V1", "--file", &file, "--by", "B-2", &number];
    let told = bench.run(&scan).code(1).json();
    let strays = told["refused"].as_array().unwrap().iter().map(|one| one["barcode"].as_str().unwrap());
    assert_eq!(strays.collect::<Vec<_>>(), ["Z00002L9", "Z00001L9", "not a label#"]);
    let status = bench.ok(&["audit", "status", "--json", &number]).json();
    assert_eq!((&status["seen"], &status["grades"]["file"]), (&591.into(), &591.into()), "{status}");
    let sizes = |bench: &Bench| -> Vec<usize> {
        let sizes = kinds(bench, "audit_read");
        sizes.iter().map(|entry| entry["data"]["barcodes"].as_array().unwrap().len()).collect()
    };
    assert_eq!(sizes(&bench), [256, 256, 78, 1]);
    bench.run(&scan).code(1);
    assert_eq!(sizes(&bench), [256, 256, 78, 1], "the same file again adds no reading");
    let again = bench.ok(&["audit", "status", "--json", &number]).json();
    assert_eq!(again["counters"][0]["labels"], status["counters"][0]["labels"]);
    bench.holds();
}

#[test]
fn what_two_files_agree_on_is_proved_and_the_rest_is_named() {
    let (bench, number) = opened();
    for (by, left_out) in [("B-2", 17), ("B-3", 401)] {
        let labels: String =
            (0..600).filter(|n| *n != left_out && *n != 300).map(|n| format!("S{n:05}L9\n")).collect();
        let rest: String = (1..=6).map(|n| format!("K{n:05}L9\n")).collect();
        let file = bench.file(by, (labels + &rest).as_bytes());
        bench.ok(&["audit", "scan", "--at", "V1", "--file", &file, "--by", by, &number]);
    }
    let close = ["audit", "close", "--json", "--by", "X-1", "--with", "A-1", &number];
    let page = bench.run(&close).code(1).json();
    assert_eq!(page["missing"], serde_json::json!(["S00300L9"]));
    // A certificate names media in the order of their registration.
    assert_eq!(page["unproven"], serde_json::json!(["S00401L9", "S00017L9"]));
    assert_eq!((&page["expected"], &page["classes"]["present"]), (&606.into(), &603.into()));
    bench.holds();
}

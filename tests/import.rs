//! The import of lists: all or nothing, every bad line at once, graded as declared.

use crate::support::Bench;

fn fixture(name: &str) -> String {
    format!("{}/fixtures/media/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn an_import_is_declared_until_somebody_reads_the_label() {
    let bench = Bench::furnished();
    let run = bench.ok(&["media", "import", "--at", "V1", &fixture("media-utf8.csv")]);
    assert!(run.out.contains("3 media registered") && run.out.contains("Remark"), "{}", run.out);
    let show = bench.show("K10001L9");
    assert_eq!(show["flags"], serde_json::json!(["never_seen"]));
    assert_eq!((&show["place"], &show["persons"]), (&"V1-A".into(), &1200.into()));
    assert_eq!(show["info"], serde_json::json!(["name", "address"]));
    assert_eq!(bench.show("K10003L9")["place"], "V1");
    let flags = bench.run(&["flags", "--min", "notice", "--json"]).code(1).json();
    let unseen: Vec<_> = flags.as_array().unwrap().iter().filter(|f| f["flag"] == "never_seen").collect();
    assert_eq!(unseen.iter().map(|f| f["count"].as_u64().unwrap()).sum::<u64>(), 3);
    bench.ok(&["sight", "--at", "V1-A", "K10001L9"]);
    assert_eq!(bench.show("K10001L9")["flags"], serde_json::json!([]));
    bench.holds();
}

#[test]
fn every_form_of_list_is_imported() {
    for (name, barcode, part) in [
        ("media-excel-cp932.csv", "K20001L8", "CSV, CP932"),
        ("media-excel-utf16.txt", "K20002L8", "CSV, UTF-16LE"),
        ("media-mac.csv", "K30002L9", "2 media"),
        ("bareos-list-volumes.txt", "K50002L6", "1 volume on disk"),
        ("bacula-llist-media.txt", "K60001L8", "llist"),
        ("bareos-api2.json", "K70001L6", "Bareos JSON"),
    ] {
        let bench = Bench::furnished();
        let run = bench.ok(&["media", "import", "--at", "V1", &fixture(name)]);
        assert!(run.out.contains(part), "{name}: {}", run.out);
        assert_eq!(bench.show(barcode)["state"], "vaulted");
        bench.holds();
    }
}

#[test]
fn one_bad_line_and_nothing_is_imported_and_all_bad_lines_are_named() {
    let bench = Bench::furnished();
    let size = bench.verify()["size"].clone();
    let csv = "barcode,serial,shelf,persons,until\n\
               N00001L9,S1,V1,10,2026-01-01\n\
               K00001L9,S2,V1,10,\n\
               N00002L9,S1,V1,10,\n\
               N00003L9,S4,V7,10,\n\
               N00004L9,S5,V1,many,\n\
               N00005L9,S6,V1,1,2026-13-01\n\
               N000061L9,S7,V1,1,\n\
               N00007L9,S8,a place,1,\n\
               N00001L9,S9,V1,1,\n\
               N00008L9,S10\n";
    let file = bench.file("bad.csv", csv.as_bytes());
    let bad = bench.run(&["media", "import", "--json", &file]).code(1).json();
    let named: Vec<_> = bad["bad"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| (b["line"].as_u64().unwrap(), b["column"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(
        named,
        [
            (3, "barcode"),
            (4, "serial"),
            (5, "shelf"),
            (6, "persons"),
            (7, "until"),
            (8, "barcode"),
            (9, "shelf"),
            (10, "barcode"),
            (11, ""),
        ]
    );
    let told = bench.run(&["media", "import", &file]).code(1);
    assert!(told.err.contains("line 6, persons: "), "{}", told.err);
    assert!(told.err.contains("Nothing was imported") && told.err.contains("9 bad lines"), "{}", told.err);
    assert_eq!(bench.verify()["size"], size);
    bench.holds();
}

#[test]
fn files_that_are_no_lists_say_what_they_are() {
    let bench = Bench::furnished();
    for (bytes, part) in [
        (vec![0; 4096], "not text"),
        (b"\xff\xd8\xff\xe0".to_vec(), "not text"),
        (Vec::new(), "empty"),
        (b"K1\nK2\n".to_vec(), "must name a column barcode"),
        (b"barcode\n\"K1\nK2\n".to_vec(), "quotation mark"),
    ] {
        let file = bench.file("list", &bytes);
        let run = bench.run(&["media", "import", &file]).code(1);
        assert!(run.err.contains(part), "{}", run.err);
    }
    let run = bench.run(&["media", "import", "--by", "X-1", &fixture("media-mac.csv")]).code(1);
    assert!(run.err.contains("needs the role operator or admin"), "{}", run.err);
    bench.holds();
}

/// A line of a list: each third with a serial number, each fifth without a place, and of some lists each seventh described.
fn line(n: usize, described: bool) -> String {
    let serial = if n.is_multiple_of(3) { format!("S{n}") } else { String::new() };
    let place = if n.is_multiple_of(5) { "" } else { "V1" };
    let persons = if described && n % 7 == 6 { n.to_string() } else { String::new() };
    format!("P{n:05}L9,{serial},{place},{persons}\n")
}

fn list(lines: impl Iterator<Item = String>) -> String {
    format!("barcode,serial,shelf,persons\n{}", lines.collect::<String>())
}

#[test]
fn as_many_are_imported_as_the_list_has_each_as_its_line_says() {
    let counts = [1, 31, 32, 33, 64, 97];
    for (count, described) in counts.into_iter().flat_map(|count| [(count, true), (count, false)]) {
        let bench = Bench::furnished();
        let before = bench.ok(&["media", "list", "--json"]).json().as_array().unwrap().len();
        let file = bench.file("list.csv", list((0..count).map(|n| line(n, described))).as_bytes());
        bench.ok(&["media", "import", &file]);
        let all = bench.ok(&["media", "list", "--json"]).json();
        assert_eq!(all.as_array().unwrap().len(), before + count);
        for n in (0..count).filter(|n| n % 16 < 2 || n + 1 == count) {
            let show = bench.show(&format!("P{n:05}L9"));
            let serial =
                if n % 3 == 0 { serde_json::json!(format!("S{n}")) } else { serde_json::Value::Null };
            assert_eq!(show["serial"], serial, "{n} of {count}");
            assert_eq!(show["state"], if n % 5 == 0 { "in_hand" } else { "vaulted" }, "{n} of {count}");
            assert_eq!(
                show["persons"].as_u64(),
                (described && n % 7 == 6).then_some(n as u64),
                "{n} of {count}"
            );
        }
        bench.holds();
    }
}

#[test]
fn what_stands_twice_in_a_list_is_found_however_far_apart_it_is() {
    for apart in [1, 30, 31, 32, 33, 70] {
        let bench = Bench::furnished();
        let mut lines: Vec<String> = (0..80).map(|n| format!("P{n:05}L9,S{n},V1,\n")).collect();
        // With the media identifier first, so that only the rules see that it is the same.
        lines[5 + apart] = "L9P00005,,V1,\n".to_owned();
        lines[6 + apart] = "Q00001L9,S6,V1,\n".to_owned();
        let file = bench.file("list.csv", list(lines.into_iter()).as_bytes());
        let bad = bench.run(&["media", "import", "--json", &file]).code(1).json();
        let named: Vec<_> =
            bad["bad"].as_array().unwrap().iter().map(|b| (b["line"].clone(), b["column"].clone())).collect();
        let [barcode, serial] = [7 + apart, 8 + apart];
        // Where the first takes the line of the number that the second repeats, that number is not there twice.
        let mut wanted = vec![(barcode.into(), "barcode".into())];
        wanted.extend((apart > 1).then(|| (serial.into(), "serial".into())));
        assert_eq!(named, wanted, "{apart} apart");
        bench.holds();
    }
}

#[test]
fn an_import_does_not_fill_a_place_beyond_its_capacity() {
    let bench = Bench::furnished();
    bench.ok(&["place", "add", "V1-S", "--kind", "shelf", "--in", "V1", "--capacity", "35"]);
    let file = bench.file("list.csv", list((0..40).map(|n| format!("P{n:05}L9,,V1-S,\n"))).as_bytes());
    let bad = bench.run(&["media", "import", "--json", &file]).code(1).json();
    let named: Vec<_> = bad["bad"].as_array().unwrap().iter().map(|b| b["line"].as_u64().unwrap()).collect();
    assert_eq!(named, [37, 38, 39, 40, 41]);
    bench.holds();
}

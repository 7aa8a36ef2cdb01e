//! A library is counted by its changer's own inventory. `mtx` here is a script that prints what Debian's mtx printed
//! for a changer with two labelled tapes in slots, one in the drive and one without a label.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::support::Bench;

const LISTING: &str = "  Storage Changer /dev/sg9:1 Drives, 6 Slots ( 1 Import/Export )
Data Transfer Element 0:Full (Storage Element 1 Loaded):VolumeTag = KL0001L8
      Storage Element 1:Empty:VolumeTag=
      Storage Element 2:Full :VolumeTag=KL0002L8
      Storage Element 3:Full :VolumeTag=KL0003L8
      Storage Element 4:Full :VolumeTag=
      Storage Element 5:Empty:VolumeTag=
      Storage Element 6 IMPORT/EXPORT:Empty:VolumeTag=
";

/// Puts a program of this name before all others, which prints a listing and ends with a code.
fn changer(bench: &Bench, listing: &str, code: u8) {
    let script = format!(
        "#!/bin/sh\n[ \"$1 $2 $3\" = '-f /dev/sg9 status' ] || exit 9\ncat <<'END'\n{listing}END\nexit {code}\n"
    );
    let path = bench.file("mtx", script.as_bytes());
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn scan(bench: &Bench, number: &str, place: &str) -> (Option<i32>, String) {
    let path = format!("{}:/usr/bin:/bin", bench.path().display());
    let run = Command::new(env!("CARGO_BIN_EXE_kuraban"))
        .env_clear()
        .env("PATH", path)
        .env("KURABAN_LEDGER", bench.ledger())
        .envs(crate::support::PINS.map(|name| (name, crate::support::PIN)))
        .args(["audit", "scan", number, "--at", place, "--changer", "/dev/sg9", "--by", "B-2"])
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (run.status.code(), said)
}

fn library() -> (Bench, String) {
    // The program that is run here has the clock of this machine.
    let bench = Bench::furnished_today();
    bench.ok(&["media", "add", "--at", "LIB", "KL0001L8", "KL0002L8", "KL0003L8"]);
    let number = bench.ok(&["audit", "open", "--at", "LIB", "--json", "--by", "X-1"]).json();
    (bench, number["number"].to_string())
}

#[test]
fn the_inventory_of_a_changer_is_a_reading_of_each_label_in_it() {
    let (bench, number) = library();
    changer(&bench, LISTING, 0);
    let (code, said) = scan(&bench, &number, "LIB");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("3 counted") && said.contains("1 full elements have no label"), "{said}");
    bench.pass(60_000);
    let page = bench.ok(&["audit", "close", "--json", "--by", "X-1", "--with", "A-1", &number]).json();
    assert_eq!((&page["state"], &page["grades"]["library"]), (&"certified".into(), &3.into()));
    bench.holds();
}

#[test]
fn a_changer_that_does_not_answer_counts_nothing() {
    let (bench, number) = library();
    for (listing, code) in [("", 1), (LISTING, 1)] {
        changer(&bench, listing, code);
        let (code, said) = scan(&bench, &number, "LIB");
        assert_eq!(code, Some(2), "{said}");
    }
    assert_eq!(bench.ok(&["audit", "status", "--json", &number]).json()["seen"], 0);
}

#[test]
fn a_vault_has_no_inventory() {
    let bench = Bench::furnished_today();
    let number = bench.ok(&["audit", "open", "--json", "--by", "X-1"]).json()["number"].to_string();
    changer(&bench, "      Storage Element 2:Full :VolumeTag=K00001L9\n", 0);
    let (code, said) = scan(&bench, &number, "V1-A");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("an inventory comes from a library or a drive"), "{said}");
    assert_eq!(bench.ok(&["audit", "status", "--json", &number]).json()["seen"], 0);
}

//! Ledgers of about as many entries as a tile of the tree has, and a few of these: their checkpoints hold wherever they stand, and a
//! hash is missed in none.

use rusqlite::params;

use crate::forgery::untriggered;
use crate::support::Bench;

/// A ledger to which entries are added until it has so many, with a note of a checkpoint at each of these sizes.
fn grown(size: u64, points: &[u64]) -> (Bench, Vec<String>) {
    let bench = Bench::furnished();
    let mut notes = Vec::new();
    for point in points.iter().copied().chain([size]) {
        let has = bench.session().size().unwrap();
        // A checkpoint is an entry too, the last of those that its note speaks of.
        let end = if point == size { size } else { point - 1 };
        let list: String = (has..end).map(|at| format!("T{at:05}L9\n")).collect();
        if !list.is_empty() {
            bench.run_with(&["media", "add", "--at", "V2", "-"], list.as_bytes()).code(0);
        }
        assert_eq!(bench.session().size().unwrap(), end);
        if point != size {
            let note = bench.ok(&["checkpoint"]).out;
            notes.push(bench.file(&format!("note-{point}"), note.as_bytes()));
        }
    }
    (bench, notes)
}

#[test]
fn a_ledger_holds_with_all_its_checkpoints_around_the_ends_of_tiles() {
    for (size, points) in [
        (255, &[][..]),
        (256, &[]),
        (257, &[]),
        (300, &[256]),
        (511, &[100, 257]),
        (512, &[255, 256]),
        (513, &[512]),
        (800, &[300, 511, 768]),
    ] {
        let (bench, notes) = grown(size, points);
        bench.holds();
        for (note, point) in notes.iter().zip(points) {
            let run = bench.run(&["verify", "--against", note, "--json"]);
            let told = run.json();
            assert_eq!(told["verdict"], "anchored", "{size} {point}: {told}");
            assert_eq!(told["anchor"].as_u64(), Some(*point), "{size}: {told}");
        }
        let tiles: i64 = bench.raw().query_row("SELECT count(*) FROM tile", [], |row| row.get(0)).unwrap();
        assert_eq!(tiles, i64::try_from(size / 256).unwrap());
    }
}

#[test]
fn a_hash_that_is_changed_in_a_tile_is_found_where_it_stands() {
    for seq in [1, 128, 255, 256, 257, 400, 511, 512, 513, 600] {
        let (bench, _) = grown(600, &[300]);
        untriggered(&bench, |raw| {
            let sql = "UPDATE event SET hash = ?2 WHERE seq = ?1";
            assert_eq!(raw.execute(sql, params![seq, [7_u8; 32]]).unwrap(), 1);
        });
        let told = bench.verify();
        assert_eq!(told["verdict"], "tampered", "{seq}: {told}");
        assert_eq!(told["first_break"]["seq"].as_i64(), Some(seq), "{told}");
    }
}

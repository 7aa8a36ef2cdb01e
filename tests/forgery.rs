//! The forger's tools: what somebody with the file in hand, and with the format read, can do to it.

use kuraban::domain::event::Data;
use kuraban::domain::names::MediumId;
use kuraban::domain::time::Timestamp;
use kuraban::domain::world::Clock;
use kuraban::ledger::checkpoint::Checkpoint;
use kuraban::ledger::entry::{Entry, entry_hash};
use kuraban::ledger::head::Head;
use kuraban::ledger::heads::MediaHeads;
use kuraban::ledger::note::NoteSigner;
use kuraban::ledger::tree::Frontier;
use proptest::prelude::*;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::support::Bench;

/// Works on the log with its triggers out of the way, and puts them back exactly as they were.
pub(crate) fn untriggered(bench: &Bench, work: impl FnOnce(&Connection)) {
    let raw = bench.raw();
    let mut statement = raw.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<(String, String)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    drop(statement);
    assert_eq!(triggers.len(), 3);
    for (name, _) in &triggers {
        raw.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    work(&raw);
    for (_, sql) in &triggers {
        raw.execute_batch(sql).unwrap();
    }
}

pub(crate) fn bodies(raw: &Connection) -> Vec<String> {
    let mut statement = raw.prepare("SELECT body FROM event ORDER BY seq").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Changes one body, and with it the hashes and links of all that follow, and signs anew: what the holder of the key can
/// do who knows the format.
pub(crate) fn forge(bench: &Bench, seq: usize, change: impl Fn(&str) -> String) {
    forge_keyless(bench, seq, change);
    resign(bench, &bench.signer());
}

/// The same without the key: everything fits but the signatures.
pub(crate) fn forge_keyless(bench: &Bench, seq: usize, change: impl Fn(&str) -> String) {
    untriggered(bench, |raw| {
        let bodies = bodies(raw);
        let changed = |(body, at): (String, usize)| {
            if at == seq { (change(&body), body) } else { (body.clone(), body) }
        };
        rechain(raw, &bodies.into_iter().zip(1..).map(changed).collect::<Vec<_>>());
    });
}

/// Lets a checkpoint event name a root over the media that is none, and signs it all.
pub(crate) fn falsify_heads(bench: &Bench, seq: usize, root: &str) {
    let other = format!("{}{}", if root.starts_with('0') { '1' } else { '0' }, root.split_at(1).1);
    untriggered(bench, |raw| {
        let was = bodies(raw);
        // The root is not made to fit again, for the body that stands beside it names none.
        let pair = |(body, at): (String, usize)| {
            let other = body.replacen(root, &other, 1);
            if at == seq {
                (other, body.replacen(&format!("\"{root}\""), "null", 1))
            } else {
                (body.clone(), body)
            }
        };
        rechain(raw, &was.into_iter().zip(1..).map(pair).collect::<Vec<_>>());
    });
    resign(bench, &bench.signer());
}

/// Writes these bodies as the log, with every link and hash made to fit, the head row and the tiles too. With each stands
/// the body that it was, for a forged one may not even be JSON.
pub(crate) fn rechain(raw: &Connection, bodies: &[(String, String)]) {
    raw.execute_batch("DELETE FROM event").unwrap();
    let zeros = "0".repeat(64);
    let mut last = zeros.clone();
    let mut media: std::collections::HashMap<u64, String> = std::collections::HashMap::new();
    raw.execute_batch("DROP INDEX event_of_medium; DELETE FROM tile").unwrap();
    let (mut tree, mut heads) = (Frontier::default(), MediaHeads::default());
    for ((body, was), seq) in bodies.iter().zip(1..) {
        let entry: Value = serde_json::from_str(was).unwrap();
        let mut body = body.replacen(entry["prev"].as_str().unwrap(), &last, 1);
        if let Some(medium) = entry["medium"].as_u64() {
            let old = format!("\"mprev\":\"{}\"", entry["mprev"].as_str().unwrap());
            let new = format!("\"mprev\":\"{}\"", media.get(&medium).unwrap_or(&zeros));
            body = body.replacen(&old, &new, 1);
        }
        if let Some(root) = entry["data"]["heads"].as_str() {
            body = body.replacen(root, &heads.root().to_string(), 1);
        }
        let hash = entry_hash(body.as_bytes());
        last = hash.to_string();
        if let Some(medium) = entry["medium"].as_u64() {
            media.insert(medium, last.clone());
            heads.set(MediumId(medium), entry["mseq"].as_u64().unwrap(), hash);
            raw.execute("UPDATE medium SET mhash = ?2 WHERE id = ?1", params![medium.cast_signed(), hash.0])
                .unwrap();
        }
        raw.execute("INSERT INTO event (seq, body, hash) VALUES (?1, ?2, ?3)", params![seq, body, hash.0])
            .unwrap();
        tree.push_tiled(hash, |level, number, root| {
            let tile = params![level.cast_signed(), number.cast_signed(), root.0];
            raw.execute("INSERT INTO tile (level, number, root) VALUES (?1, ?2, ?3)", tile).unwrap();
        });
        raw.execute(
            "UPDATE head SET size = ?1, hash = ?2, frontier = ?3",
            params![seq, hash.0, tree.bytes()],
        )
        .unwrap();
    }
    // Where a body is no JSON the index cannot be made again; `verify` then has two things to say.
    let _ = raw.execute_batch("CREATE INDEX event_of_medium ON event (medium) WHERE medium IS NOT NULL");
}

/// Signs head row and notes anew, as the holder of this key can.
pub(crate) fn resign(bench: &Bench, signer: &NoteSigner) {
    let raw = bench.raw();
    let incarnation: i64 = raw.query_row("SELECT incarnation FROM head", [], |row| row.get(0)).unwrap();
    let origin = format!("{}/{incarnation}", signer.key().name());
    let clock = |row: &rusqlite::Row<'_>| {
        Ok(Clock { last: Some(Timestamp::from_millis(row.get(0)?)), held: row.get(1)? })
    };
    let clock = raw.query_row("SELECT at, held FROM head", [], clock).unwrap();
    let mut head = Head { clock, ..Head::default() };
    for (body, size) in bodies(&raw).iter().zip(1..) {
        head.hash = entry_hash(body.as_bytes());
        head.tree.push(head.hash);
        let point = Checkpoint { origin: origin.clone(), size, root: head.tree.root() };
        let data = Entry::decode(body).ok().map(|entry| entry.event.data);
        head.media += u64::from(matches!(data, Some(Data::Register { .. })));
        let root =
            if let Some(Data::Checkpoint { heads, .. }) = data { heads.map(|root| root.0) } else { None };
        let note = params![point.size.cast_signed(), point.signed(signer), root];
        raw.execute("UPDATE checkpoint SET note = ?2, heads = ?3 WHERE size = ?1", note).unwrap();
    }
    raw.execute("DELETE FROM checkpoint WHERE size > ?1", [head.size().cast_signed()]).unwrap();
    let media = head.media.cast_signed();
    let cells = params![head.sign(&origin, signer), signer.key().public().0, media];
    raw.execute("UPDATE head SET signature = ?1, key = ?2, media = ?3", cells).unwrap();
    let key = [signer.key().public().0];
    raw.execute("UPDATE key SET key = ?1 WHERE began = (SELECT max(began) FROM key)", key).unwrap();
}

/// A change of one cell of one projection.
pub(crate) fn spoil(raw: &Connection, table: &str, row: usize, column: usize) -> Option<String> {
    let mut statement = raw.prepare(&format!("SELECT *, 0 FROM {table} ORDER BY 1")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let columns = names.len() - 1;
    let (column, key) = (column % columns, &names[0]);
    let rows: Vec<(Cell, Cell)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(column)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let (id, cell) = rows.get(row % rows.len().max(1))?;
    let other = match cell {
        Cell::Integer(number) => Cell::Integer(number + 1_000_000),
        Cell::Text(text) => Cell::Text(format!("{text}x")),
        Cell::Blob(bytes) => Cell::Blob(bytes.iter().map(|byte| byte ^ 1).collect()),
        Cell::Real(_) => return None,
        Cell::Null => Cell::Integer(1),
    };
    let name = &names[column];
    let sql = format!("UPDATE {table} SET {name} = ?2 WHERE {key} = ?1");
    let changed = raw
        .execute(&sql, params![id, other])
        .or_else(|_| raw.execute(&sql, params![id, Cell::Text("x".into())]));
    changed.ok().filter(|changed| *changed == 1).map(|_| format!("{table}.{name} of {id:?}"))
}

/// Changes one cell, if there is one, and asks that `verify` finds it and names its table.
pub(crate) fn spoilt_is_found(
    bench: &Bench,
    table: &str,
    row: usize,
    column: usize,
) -> Result<(), TestCaseError> {
    if let Some(changed) = spoil(&bench.raw(), table, row, column) {
        let told = bench.verify();
        prop_assert_eq!(&told["verdict"], "tampered", "{}: {}", changed, told);
        let reason = told["first_break"]["reason"].as_str().unwrap();
        prop_assert!(reason.contains(table), "{}: {}", changed, reason);
    }
    Ok(())
}

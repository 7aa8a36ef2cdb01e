//! Who has a barcode: one at a time, or many in one walk along their table.

use std::cmp::Ordering;

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::StoreError;
use crate::domain::names::{Barcode, MediumId};
use crate::domain::world::Holder;

/// How many rows are walked past before the next barcode is looked for from the root of the table again.
const WALKED: u32 = 12;

fn holder(row: &Row<'_>) -> rusqlite::Result<Option<Holder>> {
    let current = row.get(1)?;
    Ok(u64::try_from(row.get::<_, i64>(0)?).ok().map(|id| Holder { medium: MediumId(id), current }))
}

pub(super) fn one(connection: &Connection, barcode: &Barcode) -> Result<Option<Holder>, StoreError> {
    let sql = "SELECT medium, ended IS NULL FROM barcode WHERE text = ?1";
    let row = connection.prepare_cached(sql)?.query_row([barcode.as_str()], holder).optional()?;
    Ok(row.flatten())
}

/// As [`one`] for each of them. Barcodes in their order that lie close together cost one walk and no search.
pub(super) fn many(connection: &Connection, barcodes: &[Barcode]) -> Result<Vec<Option<Holder>>, StoreError> {
    let sql = "SELECT medium, ended IS NULL, text FROM barcode WHERE text >= ?1 ORDER BY text";
    let mut statement = connection.prepare_cached(sql)?;
    let mut all = Vec::with_capacity(barcodes.len());
    let mut left = barcodes;
    while let Some(first) = left.first() {
        let mut rows = statement.query([first.as_str()])?;
        let mut row = rows.next()?;
        let mut before = first;
        'walk: while let Some(barcode) = left.first() {
            // Whoever asks out of order has each looked for by itself.
            if barcode < before {
                break;
            }
            let mut walked = 0;
            let found = loop {
                let Some(here) = row else { break None };
                match here.get_ref(2)?.as_bytes().unwrap_or_default().cmp(barcode.as_str().as_bytes()) {
                    Ordering::Less if walked == WALKED => break 'walk,
                    Ordering::Less => {
                        walked += 1;
                        row = rows.next()?;
                    }
                    Ordering::Equal => break holder(here)?,
                    Ordering::Greater => break None,
                }
            };
            all.push(found);
            before = barcode;
            left = left.get(1..).unwrap_or_default();
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_found_as_each_is_found() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(super::super::connection::SCHEMA).unwrap();
        let barcode = |n: i64| Barcode::new(&format!("K{n:05}L9")).unwrap();
        for n in (0..600).filter(|n| n % 7 != 3) {
            let ended = (n % 5 == 0).then_some(9);
            let own = barcode(n);
            let row = rusqlite::params![own.as_str(), n, ended];
            connection.execute("INSERT INTO barcode VALUES (?1, '', ?2, 1, ?3)", row).unwrap();
        }
        let dense: Vec<i64> = (0..620).collect();
        let sparse = dense.iter().copied().filter(|n| n % 90 < 3).collect();
        let backwards = dense.iter().copied().rev().collect();
        for numbers in [dense, sparse, backwards, vec![5, 5, 4, 599, 3, 3, 600], Vec::new()] {
            let asked: Vec<Barcode> = numbers.into_iter().map(barcode).collect();
            let each: Vec<_> = asked.iter().map(|barcode| one(&connection, barcode).unwrap()).collect();
            assert_eq!(many(&connection, &asked).unwrap(), each);
        }
    }
}

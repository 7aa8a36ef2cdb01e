//! What is left in a damaged ledger: entries, texts, notes and the head row, found by what their records look like and believed
//! only where a hash or a signature holds. No table, tree or schema is asked, for any of them may be gone.

use std::ops::Range;
use std::path::Path;

use memchr::memmem;

use super::StoreError;
use super::backup::Claims;
use super::end::End;
use super::pages::{Page, Pages, Place};
use crate::domain::names::{Digest, Kept};
use crate::domain::time::Timestamp;
use crate::domain::world::Clock;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::entry::{Entry, entry_hash, kept_id};
use crate::ledger::head::Head;
use crate::ledger::note::{NoteKey, leading};
use crate::ledger::tree::Frontier;

/// What every entry begins with.
const ENTRY: &[u8] = b"{\"v\":1,\"seq\":";
/// The longest record that is looked for.
const LONGEST: usize = 1 << 24;
/// In the header of a record: a blob of 32 bytes.
const HASH: u8 = 76;

/// The files of a ledger of which some may be rubbish or gone.
#[derive(Debug)]
pub struct Remains {
    pages: Pages,
}

/// Where an entry was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighted {
    /// The number that it says it has.
    pub seq: u64,
    /// Whether it stands where SQLite would not look for it: behind a break in the write-ahead log.
    pub doubtful: bool,
    /// The beginning of its hash.
    pub short: u64,
    /// Where that is.
    pub place: Place,
}

/// An entry as it was found; its stored hash is that of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its bytes.
    pub line: String,
    /// Its hash.
    pub hash: Digest,
    /// What they say.
    pub entry: Entry,
}

/// What else was found of a ledger of a known name and known keys.
#[derive(Debug, Clone, Default)]
pub struct Aside {
    /// The head row that names the most entries, of those that are signed.
    pub head: Option<Claims>,
    /// The notes of checkpoints, each of which one of the keys has signed.
    pub notes: Vec<(Checkpoint, String)>,
}

/// In which kind of tree a record stands, which decides how much of it may stand in the page itself.
#[derive(Clone, Copy)]
enum Tree {
    Table,
    Index,
}

/// A number of SQLite's variable length, and how many bytes it takes.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(8) {
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

/// The length of a text by its serial type.
fn text(serial: u64) -> Option<usize> {
    let length = usize::try_from(serial.checked_sub(13)? / 2).ok()?;
    (serial % 2 == 1 && length <= LONGEST).then_some(length)
}

/// The first bytes of a hash as a number, by which those of millions of entries are told apart in little room.
#[must_use]
pub fn short(hash: Digest) -> u64 {
    hash.0.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

impl Remains {
    /// Opens a ledger's file to look for what is left in it; it is never written to.
    ///
    /// # Errors
    /// When there is none, or it cannot be read at all.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { pages: Pages::open(path)? })
    }

    /// Whether the disk did not give everything.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.pages.has_failed()
    }

    /// Hands everything to `each` that has the form of an entry and whose stored hash is that of its bytes, in no order and
    /// as often as it is there.
    pub fn each_entry(&self, mut each: impl FnMut(Sighted), progress: &mut dyn FnMut(u64, u64)) {
        let finder = memmem::Finder::new(ENTRY);
        let look = |page: Page<'_>| {
            for at in finder.find_iter(page.bytes) {
                let Some((seq, hash)) = self.record(page.bytes, at, |body, hash| Some((number(body)?, hash)))
                else {
                    continue;
                };
                let doubtful = !page.certain;
                each(Sighted { seq, doubtful, short: short(hash), place: page.place(at) });
            }
        };
        self.pages.each(look, progress);
    }

    /// The entry at a place; none if its bytes are not the one spelling of an entry.
    #[must_use]
    pub fn entry(&self, place: Place) -> Option<Saved> {
        let (page, at) = self.pages.around(place)?;
        self.record(&page, at, |body, hash| {
            let line = std::str::from_utf8(body).ok()?;
            Some(Saved { entry: Entry::decode(line).ok()?, line: line.to_owned(), hash })
        })
    }

    /// The row of `event` whose body begins here, given to `take` if its stored hash is that of its body.
    fn record<T>(&self, page: &[u8], at: usize, take: impl Fn(&[u8], Digest) -> Option<T>) -> Option<T> {
        // Before the body stands the record's header: its own length, no number (that is the row's), a text, a hash.
        let (start, serial) = (5..=7).find_map(|length| {
            let start = at.checked_sub(length)?;
            let header = page.get(start..at)?;
            let (serial, bytes) = varint(header.get(2..)?)?;
            let own = u8::try_from(length).ok()?;
            let fits = header.first() == Some(&own) && header.get(1) == Some(&0) && bytes + 3 == length;
            (fits && header.last() == Some(&HASH)).then_some((start, serial))
        })?;
        let (header, body) = (at - start, text(serial)?);
        self.whole(page, start, header + body + 32, Tree::Table, |record| {
            let body_end = header + body;
            let stored = Digest(record.get(body_end..)?.try_into().ok()?);
            let body = record.get(header..body_end)?;
            (entry_hash(body) == stored).then(|| take(body, stored)).flatten()
        })
    }

    /// Hands every text to `each` whose identity is that of its salt and its bytes, in no order and as often as it is there.
    fn each_text(&self, page: Page<'_>, each: &mut impl FnMut(Kept, &[u8], &str)) {
        for at in memmem::find_iter(page.bytes, &[HASH, HASH]) {
            let found = (|| {
                let start = at.checked_sub(1)?;
                let (serial, bytes) = varint(page.bytes.get(at + 2..)?)?;
                let header = 3 + bytes;
                let fits = usize::from(*page.bytes.get(start)?) == header;
                let length = header + 64 + text(serial).filter(|_| fits)?;
                self.whole(page.bytes, start, length, Tree::Index, |record| {
                    let id = Digest(record.get(header..header + 32)?.try_into().ok()?);
                    let salt = record.get(header + 32..header + 64)?;
                    let value = std::str::from_utf8(record.get(header + 64..)?).ok()?;
                    let holds = kept_id(salt, value).0 == id;
                    holds.then(|| (Kept(id), salt.to_owned(), value.to_owned()))
                })
            })();
            if let Some((id, salt, value)) = found {
                each(id, &salt, &value);
            }
        }
    }

    /// Looks for what else is left of the ledger of this name, whose keys these are. Texts are handed to `each`, whether the
    /// ledger refers to them or not.
    pub fn aside(&self, name: &str, keys: &[NoteKey], mut each: impl FnMut(Kept, &[u8], &str)) -> Aside {
        let mut found = Aside::default();
        let (id, origin) = (name.rsplit('/').next().unwrap_or(name).as_bytes(), format!("{name}/"));
        let look = |page: Page<'_>| {
            self.each_text(page, &mut each);
            for at in memmem::find_iter(page.bytes, id) {
                let head = head(page.bytes, at, name, keys);
                let before = found.head.as_ref().map(|head| (head.incarnation, head.size));
                if head.as_ref().is_some_and(|head| Some((head.incarnation, head.size)) > before) {
                    found.head = head;
                }
            }
            for at in memmem::find_iter(page.bytes, origin.as_bytes()) {
                let Some(note) = note(page.bytes.get(at..).unwrap_or_default()) else { continue };
                let point = keys.iter().find_map(|key| Checkpoint::open(note, key).ok());
                found.notes.extend(point.map(|point| (point, note.to_owned())));
            }
        };
        self.pages.each(look, &mut |_, _| {});
        found.notes.sort_by(|(a, _), (b, _)| (a.size, &a.origin).cmp(&(b.size, &b.origin)));
        found.notes.dedup();
        found
    }

    /// A record of so many bytes that begins in a page, put together and given to `take`.
    fn whole<T>(
        &self,
        page: &[u8],
        start: usize,
        length: usize,
        tree: Tree,
        take: impl Fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let local = local(length, self.pages.usable(), tree);
        let bytes = page.get(start..start + local)?;
        if local == length {
            return take(bytes);
        }
        let next = u32::from_be_bytes(*page.get(start + local..)?.first_chunk()?);
        // Of pages that stand in both files either may be the one that was not hit.
        [true, false].into_iter().find_map(|logged| take(&self.followed(bytes, next, length, logged)?))
    }

    fn followed(&self, begin: &[u8], first: u32, length: usize, logged: bool) -> Option<Vec<u8>> {
        let (mut all, mut next) = (begin.to_vec(), first);
        while all.len() < length {
            let page = self.pages.numbered(next, logged)?;
            let (link, rest) = page.split_first_chunk()?;
            next = u32::from_be_bytes(*link);
            all.extend_from_slice(rest.get(..rest.len().min(length - all.len()))?);
        }
        Some(all)
    }
}

/// How much of a record of so many bytes stands in the page itself.
fn local(length: usize, usable: usize, tree: Tree) -> usize {
    let most = match tree {
        Tree::Table => usable - 35,
        Tree::Index => (usable - 12) * 64 / 255 - 23,
    };
    if length <= most {
        return length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let some = least + (length - least) % (usable - 4);
    if some <= most { some } else { least }
}

/// The number of an entry by its first bytes.
fn number(body: &[u8]) -> Option<u64> {
    let rest = body.strip_prefix(ENTRY)?;
    let end = rest.iter().take(17).position(|byte| *byte == b',')?;
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
}

/// The note with which these bytes begin, as far as they are one.
fn note(bytes: &[u8]) -> Option<&str> {
    let text = bytes.utf8_chunks().next()?.valid();
    Some(leading(text)).filter(|note| note.ends_with('\n'))
}

/// The head row in which the ledger's identity stands here, if one of these keys has signed it.
fn head(page: &[u8], at: usize, name: &str, keys: &[NoteKey]) -> Option<Claims> {
    (at.saturating_sub(160)..at).rev().find_map(|start| {
        let columns = columns(page, start)?;
        let [_, size, hash, time, held, media, ledger, at_site, incarnation, key, frontier, signature] =
            columns.as_slice()
        else {
            return None;
        };
        if ledger.bytes.start != at {
            return None;
        }
        let text = |column: &Column| std::str::from_utf8(page.get(column.bytes.clone())?).ok();
        let digest = |column: &Column| Some(Digest(page.get(column.bytes.clone())?.try_into().ok()?));
        let number = |column: &Column| u64::try_from(column.integer(page)?).ok();
        let tree = Frontier::from_bytes(number(size)?, page.get(frontier.bytes.clone())?)?;
        let last = Some(Timestamp::from_millis(time.integer(page)?));
        let clock = Clock { last, held: held.integer(page)? != 0 };
        let signed_head = Head { hash: digest(hash)?, tree, clock, media: number(media)? };
        let named = format!("kuraban/{}/{}", text(at_site)?, text(ledger)?);
        let end = End { head: signed_head, name: named, incarnation: number(incarnation)?, noted: None };
        let public = digest(key)?;
        let key = keys.iter().find(|key| key.public() == public && end.name == name)?;
        let signed = end.head.holds(&end.origin(), key, page.get(signature.bytes.clone())?);
        signed.then(|| Claims {
            name: end.name.clone(),
            incarnation: end.incarnation,
            size: end.head.size(),
            hash: end.head.hash,
        })
    })
}

/// A column of a record that stands in one page.
struct Column {
    serial: u64,
    bytes: Range<usize>,
}

impl Column {
    fn integer(&self, page: &[u8]) -> Option<i64> {
        match self.serial {
            8 | 9 => i64::try_from(self.serial - 8).ok(),
            1..=6 => {
                let bytes = page.get(self.bytes.clone())?;
                let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
                Some(bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte)))
            }
            _ => None,
        }
    }
}

/// The columns of the record that begins here, if it can be one that ends in this page.
fn columns(page: &[u8], start: usize) -> Option<Vec<Column>> {
    let (header, mut at) = varint(page.get(start..)?)?;
    let header = usize::try_from(header).ok().filter(|header| (3..=64).contains(header))?;
    let (mut columns, mut begin) = (Vec::new(), start + header);
    while at < header {
        let (serial, bytes) = varint(page.get(start + at..start + header)?)?;
        let size = match serial {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(serial).ok()?,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((serial - 12) / 2).ok()?,
        };
        columns.push(Column { serial, bytes: begin..begin.checked_add(size)? });
        (begin, at) = (begin.checked_add(size)?, at + bytes);
    }
    (at == header && begin <= page.len()).then_some(columns)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::{Connection, params};

    use super::*;

    /// The lengths of records about which SQLite puts more of them into pages of their own.
    fn lengths(size: usize) -> BTreeSet<usize> {
        let bounds =
            [size - 35, size - 4, 2 * (size - 4), (size - 12) * 64 / 255 - 23, (size - 12) * 32 / 255 - 23];
        bounds
            .iter()
            .flat_map(|bound| bound.saturating_sub(75)..=*bound)
            .filter(|length| *length > 100)
            .collect()
    }

    #[test]
    fn rows_of_any_length_are_found_in_pages_of_any_size() {
        for size in [512, 1024, 4096, 8192] {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("file");
            let mut raw = Connection::open(&path).unwrap();
            let tables = "CREATE TABLE event (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL);
                CREATE TABLE kept (id BLOB PRIMARY KEY, salt BLOB NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;";
            raw.execute_batch(&format!("PRAGMA page_size = {size}; {tables}")).unwrap();
            let all = raw.transaction().unwrap();
            let (mut entries, mut texts) = (BTreeSet::new(), BTreeSet::new());
            for (length, seq) in lengths(size).into_iter().zip(1..) {
                let body = format!("{{\"v\":1,\"seq\":{seq},{}", "x".repeat(length - 20));
                let hash = entry_hash(body.as_bytes());
                all.execute("INSERT INTO event VALUES (?1, ?2, ?3)", params![seq, body, hash.0]).unwrap();
                entries.insert((u64::try_from(seq).unwrap(), short(hash)));
                let (salt, value) = (
                    [u8::try_from(seq % 251).unwrap(); 32],
                    "棚".repeat(length / 3) + &"x".repeat(length % 3),
                );
                let id = kept_id(&salt, &value);
                all.execute("INSERT INTO kept VALUES (?1, ?2, ?3)", params![id.0.0, salt, value]).unwrap();
                texts.insert(id);
            }
            all.commit().unwrap();
            let (remains, mut found, mut kept) =
                (Remains::open(&path).unwrap(), BTreeSet::new(), BTreeSet::new());
            remains.each_entry(|one| found.extend([(one.seq, one.short)]), &mut |_, _| {});
            remains.aside("kuraban/TOKYO/00", &[], |id, _, _| kept.extend([id]));
            assert!(found == entries && entries.len() > 100, "{size}: {} of {}", found.len(), entries.len());
            assert!(kept == texts, "{size}: {} of {}", kept.len(), texts.len());
        }
    }
}

//! What this station has seen of a ledger, kept outside it: a ledger that is smaller today is not believed.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _};
use sha2::{Digest as _, Sha256};

use super::cells::int;
use super::end::{self, End};
use super::{Store, StoreError};
use crate::domain::names::Digest;
use crate::ledger::anchor::{Mark, is_known};
use crate::ledger::identity::Incarnation;

/// What a mark begins with.
const MAGIC: &str = "kuraban-mark/1";
/// The longest file that is read as a mark.
const LONGEST: usize = 1024;

/// Which ledger it is that a station sees: its name (as in its checkpoints, without the number of the incarnation), and its
/// file, for a copy elsewhere may well be older.
#[derive(Debug, Clone)]
pub struct Seen {
    name: String,
    file: String,
}

impl Seen {
    /// The ledger of this name in this file.
    #[must_use]
    pub fn new(name: &str, ledger: &Path) -> Self {
        let id = name.rsplit('/').next().unwrap_or(name);
        let file = format!("{id}-{}", place(ledger));
        Self { name: name.to_owned(), file }
    }

    fn path(&self, directory: &Path) -> PathBuf {
        directory.join(&self.file)
    }
}

/// What a path is called in the name of a mark.
fn place(ledger: &Path) -> String {
    // Never resolved: who can put a link in its place could choose which file is meant.
    let path = std::path::absolute(ledger).unwrap_or_else(|_| ledger.to_owned());
    // In hexadecimal digits, for a path need not be text, and this is one line.
    let digest = Digest(Sha256::digest(path.as_os_str().as_encoded_bytes()).into()).to_string();
    digest.chars().take(16).collect()
}

/// How many entries were seen of the ledger that was in this file, whichever it was; none where nothing is remembered.
#[must_use]
pub fn seen_in(directory: &Path, ledger: &Path) -> Option<u64> {
    let end = format!("-{}", place(ledger));
    let marks = std::fs::read_dir(directory).ok()?.flatten();
    let marks = marks.filter(|file| file.file_name().to_string_lossy().ends_with(&end));
    let size = |file: std::fs::DirEntry| {
        let open = std::fs::File::open(file.path()).ok()?;
        let mut text = String::new();
        open.take(LONGEST as u64).read_to_string(&mut text).ok()?;
        let name = text.lines().nth(1)?;
        Some(parse(&text, name)?.size)
    };
    marks.filter_map(size).max()
}

impl StoreError {
    /// Tells of a ledger that is not there that this station has seen it, if it has.
    #[must_use]
    pub fn remembered(self, marks: Option<&Path>) -> Self {
        if let Self::Missing(path) = &self
            && let Some(seen) = marks.and_then(|marks| seen_in(marks, path))
        {
            return Self::Away { path: path.clone(), seen };
        }
        self
    }
}

fn text(name: &str, mark: &Mark) -> String {
    format!("{MAGIC}\n{name}\n{}\n{}\n{}\n", mark.incarnation, mark.size, mark.hash)
}

fn parse(text: &str, name: &str) -> Option<Mark> {
    let mut lines = text.lines();
    if lines.next() != Some(MAGIC) || lines.next() != Some(name) {
        return None;
    }
    let mut number = || lines.next().and_then(|line| line.parse().ok());
    let (incarnation, size) = (number()?, number()?);
    Some(Mark { incarnation, size, hash: Digest::parse(lines.next()?)? })
}

fn read_from(open: &std::fs::File, name: &str) -> Option<Mark> {
    let (mut held, mut length) = ([0; LONGEST], 0);
    loop {
        match (&*open).read(held.get_mut(length..)?).ok()? {
            0 => break,
            more => length += more,
        }
    }
    parse(std::str::from_utf8(held.get(..length)?).ok()?, name)
}

/// What is remembered of this ledger; none where nothing is, or it cannot be read.
#[must_use]
pub fn read_mark(directory: &Path, ledger: &Seen) -> Option<Mark> {
    read_from(&std::fs::File::open(ledger.path(directory)).ok()?, &ledger.name)
}

/// Remembers what was seen, unless more was seen before. It is not synced: a mark that a power failure takes back is a
/// weaker mark, not a wrong one.
///
/// # Errors
/// When it cannot be written: then nothing is remembered, and nothing else is wrong.
pub fn write_mark(directory: &Path, ledger: &Seen, mark: &Mark) -> std::io::Result<()> {
    let path = ledger.path(directory);
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    let mut open = options.open(&path).or_else(|_| {
        std::fs::create_dir_all(directory)?;
        options.open(&path)
    })?;
    // Several programs of one station may see the ledger grow at once.
    open.lock()?;
    let before = read_from(&open, &ledger.name);
    if before.is_some_and(|before| (before.incarnation, before.size) >= (mark.incarnation, mark.size)) {
        return Ok(());
    }
    std::io::Seek::rewind(&mut open)?;
    let text = text(&ledger.name, mark);
    open.write_all(text.as_bytes())?;
    open.set_len(u64::try_from(text.len()).unwrap_or_default())
}

/// Whether what a station has seen is still in a ledger, or a restore tells that it was lost.
///
/// # Errors
/// That it is not; or the ledger cannot be read.
pub(super) fn believe(connection: &Connection, end: &End, mark: &Mark) -> Result<(), StoreError> {
    let size = end.head.size();
    let restored = restores(connection)?;
    if !is_known(&restored, size, (mark.incarnation, mark.size)) {
        return Err(StoreError::BelowMark { seen: mark.size, size });
    }
    // What a restore has lost is not there to be compared, nor what is of a life that the log does not have.
    let next = restored.iter().find(|next| next.number > mark.incarnation);
    let own = restored.iter().any(|one| one.number == mark.incarnation);
    if !own || next.is_some_and(|next| mark.size >= next.began) {
        return Ok(());
    }
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT hash FROM event WHERE seq = ?1")?
        .query_row([int(mark.size)], |row| row.get(0))
        .optional()?;
    if found.as_deref() == Some(&mark.hash.0) { Ok(()) } else { Err(StoreError::Marked { seen: mark.size }) }
}

/// The incarnations of a ledger, as its table has them; the first began with the first entry.
fn restores(connection: &Connection) -> Result<Vec<Incarnation>, StoreError> {
    let mut all = vec![Incarnation { number: 1, began: 1, lost: 0, head: None }];
    let mut statement =
        connection.prepare_cached("SELECT number, began, lost FROM incarnation ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let number = |at| Ok::<_, StoreError>(u64::try_from(row.get::<_, i64>(at)?).unwrap_or_default());
        all.push(Incarnation { number: number(0)?, began: number(1)?, lost: number(2)?, head: None });
    }
    Ok(all)
}

impl Store {
    /// What keeps this station from believing the ledger; none if it remembers nothing that contradicts it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn doubt(&self) -> Result<Option<StoreError>, StoreError> {
        let Some((before, ..)) = end::read(&self.connection)? else { return Ok(None) };
        // First what is remembered, then what there is: another process may record in between.
        let mark = self.mark_of(&before.name);
        let Some((end, ..)) = end::read(&self.connection)? else { return Ok(None) };
        match mark.map_or(Ok(()), |mark| believe(&self.connection, &end, &mark)) {
            Ok(()) => Ok(None),
            Err(doubt @ (StoreError::BelowMark { .. } | StoreError::Marked { .. })) => Ok(Some(doubt)),
            Err(error) => Err(error),
        }
    }

    /// Whether this station remembers nothing that contradicts this end of the log.
    pub(super) fn believes(&self, end: &End) -> Result<(), StoreError> {
        let mark = self.mark_of(&end.name);
        mark.map_or(Ok(()), |mark| believe(&self.connection, end, &mark))
    }

    fn seen_as(&self, name: &str) -> Seen {
        let mut seen = self.seen.borrow_mut();
        match &*seen {
            Some(seen) if seen.name == name => seen.clone(),
            _ => seen.insert(Seen::new(name, self.path())).clone(),
        }
    }

    fn mark_of(&self, name: &str) -> Option<Mark> {
        self.marks().and_then(|marks| read_mark(marks, &self.seen_as(name)))
    }

    /// Remembers the end of the log as it stands.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn remember_end(&self) -> Result<(), StoreError> {
        if let Some((end, ..)) = end::read(&self.connection)? {
            self.remember(&end);
        }
        Ok(())
    }

    /// Remembers this end of the log.
    pub(super) fn remember(&self, end: &End) {
        if let Some(marks) = self.marks() {
            let (size, hash) = (end.head.size(), end.head.hash);
            let mark = Mark { incarnation: end.incarnation, size, hash };
            // Where nothing can be remembered, the work goes on all the same.
            let _ = write_mark(marks, &self.seen_as(&end.name), &mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_only_rises_and_is_of_one_ledger_in_one_file() {
        let dir = tempfile::tempdir().unwrap();
        let marks = dir.path().join("made/when/needed");
        let mark = |incarnation, size| Mark { incarnation, size, hash: Digest([7; 32]) };
        let ledger = Seen::new("kuraban/TOKYO/00", &dir.path().join("ledger"));
        assert_eq!(read_mark(&marks, &ledger), None);
        for (incarnation, size, held) in [(1, 9, (1, 9)), (1, 8, (1, 9)), (2, 5, (2, 5)), (1, 100, (2, 5))] {
            write_mark(&marks, &ledger, &mark(incarnation, size)).unwrap();
            assert_eq!(read_mark(&marks, &ledger), Some(mark(held.0, held.1)));
        }
        assert_eq!(seen_in(&marks, &dir.path().join("ledger")), Some(5));
        assert_eq!(seen_in(&marks, &dir.path().join("copy")), None);
        assert_eq!(seen_in(dir.path(), &dir.path().join("ledger")), None);
        for (name, file) in
            [("kuraban/TOKYO/00", "copy"), ("kuraban/TOKYO/01", "ledger"), ("kuraban/OSAKA/00", "ledger")]
        {
            assert_eq!(read_mark(&marks, &Seen::new(name, &dir.path().join(file))), None, "{name} {file}");
        }
        // What cannot be read is no mark, and is written over.
        std::fs::write(ledger.path(&marks), [0xff; 2000]).unwrap();
        assert_eq!((read_mark(&marks, &ledger), seen_in(&marks, &dir.path().join("ledger"))), (None, None));
        write_mark(&marks, &ledger, &mark(1, 3)).unwrap();
        assert_eq!(read_mark(&marks, &ledger), Some(mark(1, 3)));
        assert!(write_mark(&ledger.path(&marks), &ledger, &mark(1, 4)).is_err());
    }
}

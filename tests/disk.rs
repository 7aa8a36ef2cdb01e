//! A disk that loses its power: what was synced is there, and of everything else any part may be, in any order, torn at
//! its sectors or as rubbish.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::dice::Dice;

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

/// One thing that a program did to its files, or told somebody.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// A new, empty file of this name.
    Create(PathBuf),
    /// Bytes into a file from here on; files are numbered as they came.
    Write(usize, usize, Vec<u8>),
    /// A file got this length.
    Cut(usize, usize),
    /// What was written to a file is on the disk when it comes back.
    Sync(usize),
    /// The same for the names in a directory.
    SyncNames(PathBuf),
    Remove(PathBuf),
    Rename(PathBuf, PathBuf),
    /// Written on standard output.
    Told(String),
}

/// A change to a file that was not synced.
#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    bytes: Vec<u8>,
    changes: Vec<Change>,
}

/// A change to names that was not synced.
#[derive(Debug, Clone)]
enum Naming {
    Create(PathBuf, usize),
    Remove(PathBuf),
    Rename(PathBuf, PathBuf),
}

impl Naming {
    fn path(&self) -> &Path {
        match self {
            Self::Create(path, _) | Self::Remove(path) | Self::Rename(_, path) => path,
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Create(path, file) => {
                names.insert(path.clone(), *file);
            }
            Self::Remove(path) => {
                names.remove(path);
            }
            Self::Rename(from, to) => {
                if let Some(file) = names.remove(from) {
                    names.insert(to.clone(), file);
                }
            }
        }
    }
}

/// How what was not synced fares in one power failure.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// All of it is there.
    Kept,
    /// None of it is.
    Lost,
    /// It is there up to some moment.
    UpTo,
    /// Each change for itself is there, or is not, or is torn.
    Any,
}

/// The disk, as it will be after a power failure, and what is on its way there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    files: Vec<File>,
    names: BTreeMap<PathBuf, usize>,
    namings: Vec<Naming>,
}

fn put(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    let end = at + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(new);
}

/// Part of a write, sector by sector: there, not there, or rubbish.
fn tear(bytes: &mut Vec<u8>, at: usize, new: &[u8], dice: &mut Dice) {
    let mut done = 0;
    while done < new.len() {
        let sector = (SECTOR - (at + done) % SECTOR).min(new.len() - done);
        let piece = &new[done..done + sector];
        match dice.roll(3) {
            0 => put(bytes, at + done, piece),
            1 => {}
            _ => {
                let rubbish: Vec<u8> = piece.iter().map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
                put(bytes, at + done, &rubbish);
            }
        }
        done += sector;
    }
}

impl File {
    fn sync(&mut self) {
        for change in std::mem::take(&mut self.changes) {
            change.apply(&mut self.bytes);
        }
    }

    /// What is found of it when the power is back.
    fn after(&self, fate: Fate, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        let until = match fate {
            Fate::Kept | Fate::Any => self.changes.len(),
            Fate::Lost => 0,
            Fate::UpTo => dice.roll(self.changes.len() + 1),
        };
        for change in &self.changes[..until] {
            let what = if matches!(fate, Fate::Any) { dice.roll(3) } else { 0 };
            match (what, change) {
                (0, change) => change.apply(&mut bytes),
                (1, Change::Write(at, new)) => tear(&mut bytes, *at, new, dice),
                _ => {}
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, new) => put(bytes, *at, new),
            Self::Cut(length) => bytes.resize(*length, 0),
        }
    }
}

impl Disk {
    /// A file that is on the disk from the beginning; gives its number.
    pub(crate) fn hold(&mut self, path: PathBuf, bytes: Vec<u8>) -> usize {
        self.files.push(File { bytes, changes: Vec::new() });
        self.names.insert(path, self.files.len() - 1);
        self.files.len() - 1
    }

    /// Does to the files what a program did.
    pub(crate) fn perform(&mut self, deed: &Deed) {
        match deed {
            Deed::Create(path) => {
                self.files.push(File::default());
                self.namings.push(Naming::Create(path.clone(), self.files.len() - 1));
            }
            Deed::Write(file, at, bytes) => {
                self.files[*file].changes.push(Change::Write(*at, bytes.clone()));
            }
            Deed::Cut(file, length) => self.files[*file].changes.push(Change::Cut(*length)),
            Deed::Sync(file) => self.files[*file].sync(),
            Deed::SyncNames(directory) => {
                let namings = std::mem::take(&mut self.namings).into_iter();
                let synced: Vec<Naming>;
                (synced, self.namings) =
                    namings.partition(|naming| naming.path().parent() == Some(directory));
                for naming in synced {
                    naming.apply(&mut self.names);
                }
            }
            Deed::Remove(path) => self.namings.push(Naming::Remove(path.clone())),
            Deed::Rename(from, to) => self.namings.push(Naming::Rename(from.clone(), to.clone())),
            Deed::Told(_) => {}
        }
    }

    /// The files that are found when the power is back. Names come and go in the order in which they did, as in every file
    /// system that keeps a journal of them.
    pub(crate) fn after(&self, dice: &mut Dice) -> BTreeMap<PathBuf, Vec<u8>> {
        let fate = [Fate::Kept, Fate::Lost, Fate::UpTo, Fate::Any, Fate::Any][dice.roll(5)];
        let mut names = self.names.clone();
        for naming in &self.namings[..dice.roll(self.namings.len() + 1)] {
            naming.apply(&mut names);
        }
        names.into_iter().map(|(path, file)| (path, self.files[file].after(fate, dice))).collect()
    }
}

#[test]
fn what_is_synced_is_kept_and_what_is_not_may_be_anything() {
    let path = |name: &str| PathBuf::from("/d").join(name);
    let mut disk = Disk::default();
    let held = disk.hold(path("held"), vec![1; 2000]);
    let deeds = [
        Deed::Write(held, 0, vec![2; 1024]),
        Deed::Sync(held),
        Deed::Create(path("new")),
        Deed::Write(1, 0, b"new".to_vec()),
        Deed::Write(held, 512, vec![3; 1024]),
        Deed::Sync(1),
    ];
    for deed in &deeds {
        disk.perform(deed);
    }
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..500 {
        let after = disk.after(&mut Dice::of("disk", number));
        let bytes = &after[&path("held")];
        // What was synced stands, but where it was written over.
        assert!(bytes[..512] == [2; 512] && bytes[1536..] == [1; 464], "{number}");
        assert!(after.get(&path("new")).is_none_or(|bytes| bytes == b"new"), "{number}");
        let sectors = [&bytes[512..1024], &bytes[1024..1536]].map(|sector| match sector[0] {
            three if sector.iter().all(|byte| *byte == three) => three,
            _ => 0,
        });
        seen.insert((sectors, after.contains_key(&path("new"))));
    }
    // There, not there and rubbish, for each sector, with the new name and without.
    assert_eq!(seen.len(), 18, "{seen:?}");
    disk.perform(&Deed::SyncNames(path("")));
    disk.perform(&Deed::Rename(path("new"), path("newer")));
    assert!(disk.after(&mut Dice::of("disk", 0)).contains_key(&path("held")));
    for number in 0..50 {
        let after = disk.after(&mut Dice::of("disk", number));
        assert!(after.contains_key(&path("new")) != after.contains_key(&path("newer")), "{number}");
    }
}

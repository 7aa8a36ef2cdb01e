//! A ledger's file and its write-ahead log as bare pages, read past SQLite and never written: for a file that SQLite cannot
//! open, or cannot read to its end. Both formats are those of <https://sqlite.org/fileformat2.html>.

use std::cell::Cell;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use hashbrown::HashMap;

use super::StoreError;
use super::frames::{self, Frame, HEADER};
use super::key_file::suffixed;

/// What the first page begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The size of the pages of every ledger that kuraban makes.
const USUAL: usize = 4096;

/// Where something begins: in which of the two files, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(u64);

impl Place {
    const fn new(at: u64, in_log: bool) -> Self {
        Self(at << 1 | in_log as u64)
    }

    const fn at(self) -> u64 {
        self.0 >> 1
    }

    const fn is_in_log(self) -> bool {
        self.0 & 1 == 1
    }
}

/// A file of which whatever can be read is read.
#[derive(Debug)]
struct Bytes {
    file: File,
    length: u64,
    /// How many reads have failed.
    failed: Cell<u64>,
}

impl Bytes {
    fn open(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length, failed: Cell::new(0) })
    }

    /// So many bytes from there on; zeros where there are none, or the disk does not give them.
    fn at(&self, at: u64, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        let mut filled = 0;
        let mut begun = (&self.file).seek(SeekFrom::Start(at)).is_ok();
        while let (true, Some(rest)) = (begun, bytes.get_mut(filled..).filter(|rest| !rest.is_empty())) {
            match (&self.file).read(rest) {
                Ok(0) => break,
                Ok(more) => filled += more,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => begun = false,
            }
        }
        if !begun {
            self.failed.set(self.failed.get() + 1);
        }
        bytes
    }
}

/// A page, and what can be said of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    /// Its bytes.
    pub(super) bytes: &'a [u8],
    /// Whether SQLite would take it as it is: a page of the file, or of a commit up to which the log holds.
    pub(super) certain: bool,
    at: u64,
    in_log: bool,
}

impl Page<'_> {
    /// The place of one of its bytes.
    pub(super) fn place(&self, byte: usize) -> Place {
        Place::new(self.at + u64::try_from(byte).unwrap_or_default(), self.in_log)
    }
}

/// All pages of a ledger that can be had.
#[derive(Debug)]
pub(super) struct Pages {
    file: Bytes,
    log: Option<Bytes>,
    frames: Vec<Frame>,
    /// The newest version of each page that stands in the log.
    newest: HashMap<u32, u64>,
    size: usize,
    /// The bytes at the end of each page that SQLite leaves alone.
    reserved: usize,
}

impl Pages {
    /// Opens a file, with its write-ahead log if one lies beside it.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let io = |path: &Path, source| StoreError::Io { path: path.to_owned(), source };
        let file = match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => return Err(StoreError::Directory(path.to_owned())),
            Ok(_) => Bytes::open(path).map_err(|source| io(path, source))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Missing(path.to_owned()));
            }
            Err(source) => return Err(io(path, source)),
        };
        let beside = suffixed(path, "-wal");
        let log = match Bytes::open(&beside) {
            Ok(log) => Some(log).filter(|log| log.length > 0),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(io(&beside, source)),
        };
        let head = file.at(0, 100);
        let logged = log.as_ref().and_then(|log| frames::page_size(&log.at(0, HEADER)));
        let (size, reserved) = shape(&head).unwrap_or((logged.unwrap_or(USUAL), 0));
        let frames = log.as_ref().map(|log| {
            let frame = |at| log.at(at, frames::FRAME + size);
            frames::usable(&log.at(0, HEADER), log.length, size, frame)
        });
        let frames = frames.unwrap_or_default();
        // What holds for SQLite counts before what does not, and the later before the earlier.
        let (certain, other): (Vec<&Frame>, Vec<&Frame>) = frames.iter().partition(|frame| frame.certain);
        let newest = other.into_iter().chain(certain).map(|frame| (frame.page, frame.at)).collect();
        Ok(Self { file, log, frames, newest, size, reserved })
    }

    /// How many bytes of a page hold anything.
    pub(super) const fn usable(&self) -> usize {
        self.size - self.reserved
    }

    /// Whether the disk did not give everything that was asked for.
    pub(super) fn has_failed(&self) -> bool {
        self.file.failed.get() > 0 || self.log.as_ref().is_some_and(|log| log.failed.get() > 0)
    }

    /// Hands every page to `each`: those of the file in their order, then those of the log.
    pub(super) fn each(&self, mut each: impl FnMut(Page<'_>), progress: &mut dyn FnMut(u64, u64)) {
        let size = u64::try_from(self.size).unwrap_or(u64::MAX);
        let count = self.file.length.div_ceil(size);
        let total = count + u64::try_from(self.frames.len()).unwrap_or_default();
        for page in 0..count {
            let at = page * size;
            each(Page { bytes: &self.read(&self.file, at), certain: true, at, in_log: false });
            if page % 1024 == 0 {
                progress(page, total);
            }
        }
        for (Frame { at, certain, .. }, done) in self.frames.iter().zip(count..) {
            let Some(log) = &self.log else { break };
            each(Page { bytes: &self.read(log, *at), certain: *certain, at: *at, in_log: true });
            if done % 1024 == 0 {
                progress(done, total);
            }
        }
        progress(total, total);
    }

    fn read(&self, bytes: &Bytes, at: u64) -> Vec<u8> {
        let mut page = bytes.at(at, self.size);
        page.truncate(self.usable());
        page
    }

    /// The page in which a place is, and where in it that is.
    pub(super) fn around(&self, place: Place) -> Option<(Vec<u8>, usize)> {
        let size = u64::try_from(self.size).ok()?;
        let begin =
            if place.is_in_log() { frames::page_around(place.at(), size)? } else { place.at() / size * size };
        let bytes = if place.is_in_log() { self.log.as_ref()? } else { &self.file };
        Some((self.read(bytes, begin), usize::try_from(place.at().checked_sub(begin)?).ok()?))
    }

    /// A page by its number: as the log has it where `logged`, and as the file has it otherwise or where the log has none.
    pub(super) fn numbered(&self, number: u32, logged: bool) -> Option<Vec<u8>> {
        let newest = self.newest.get(&number).filter(|_| logged);
        if let (Some(at), Some(log)) = (newest, &self.log) {
            return Some(self.read(log, *at));
        }
        let at = u64::from(number.checked_sub(1)?) * u64::try_from(self.size).ok()?;
        (at < self.file.length).then(|| self.read(&self.file, at))
    }
}

/// The size of the pages and what is reserved of each, as the first page says; none where that is gone.
fn shape(head: &[u8]) -> Option<(usize, usize)> {
    if !head.starts_with(MAGIC) {
        return None;
    }
    let size = match u16::from_be_bytes([*head.get(16)?, *head.get(17)?]) {
        1 => 65_536,
        size => usize::from(size),
    };
    let reserved = usize::from(*head.get(20)?);
    (size.is_power_of_two() && size >= 512 && size - reserved >= 480).then_some((size, reserved))
}

//! The file that holds the ledger's secret key: beside the ledger, never in it, and open to its owner alone.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::domain::names::Digest;
use crate::ledger::note::{NoteKey, NoteSigner};
use crate::ledger::sealed::{SealError, is_sealed, open};

/// The longest key file that is read: a name of 64 letters and a key are far shorter.
const LONGEST: u64 = 4096;

/// Where the secret key is looked for, and what opens it.
#[derive(Clone, Default)]
pub struct Keyring {
    /// The file, if it does not lie beside the ledger.
    pub file: Option<PathBuf>,
    /// The passphrase with which it is sealed, if that is known.
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({:?})", self.file)
    }
}

impl Keyring {
    /// The file of the key of this ledger.
    #[must_use]
    pub fn path(&self, ledger: &Path) -> PathBuf {
        let path = self.file.clone().unwrap_or_else(|| key_path(ledger));
        // A link is followed: what is sealed or exchanged is the file, not the way to it.
        std::fs::canonicalize(&path).unwrap_or(path)
    }
}

/// Where a ledger's secret key lies, unless somebody has put it elsewhere.
#[must_use]
pub fn key_path(ledger: &Path) -> PathBuf {
    suffixed(ledger, ".key")
}

/// The file beside this one that has this after its name.
#[must_use]
pub fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a new file that only its owner may read.
pub(super) fn claim(path: &Path) -> Result<std::fs::File, StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| StoreError::not_made(path, source))
}

/// Writes a secret key, plain or sealed, into a new file that only its owner may read.
///
/// # Errors
/// When the file exists or cannot be written; what was made is taken away then.
pub fn write_key(path: &Path, text: &str) -> Result<(), StoreError> {
    let mut file = claim(path)?;
    let written = writeln!(file, "{}", text.trim_end()).and_then(|()| file.sync_all());
    written.map_err(|source| {
        let _ = std::fs::remove_file(path);
        StoreError::Io { path: path.to_owned(), source }
    })?;
    sync_directory(path);
    Ok(())
}

/// A file that waits to take the place of a key.
fn waiting(path: &Path) -> PathBuf {
    suffixed(path, ".new")
}

/// Writes the key that is to take the place of another beside it, where it is found should the program not come to the
/// end; what was left there by one that did not is overwritten.
///
/// # Errors
/// When it cannot be written.
pub(super) fn write_waiting(path: &Path, text: &str) -> Result<(), StoreError> {
    let new = waiting(path);
    let _ = std::fs::remove_file(&new);
    write_key(&new, text)
}

/// Reads the key that waits beside another, if there is one.
pub(super) fn read_waiting(path: &Path, passphrase: Option<&str>) -> Option<NoteSigner> {
    read_key(&waiting(path), passphrase).ok()
}

/// What a key is called that was exchanged, with the first digits of its public half.
#[must_use]
pub fn retired_path(path: &Path, public: Digest) -> PathBuf {
    suffixed(path, &format!(".{}", public.short()))
}

/// Keeps a copy of a key that is exchanged beside it.
///
/// # Errors
/// When it cannot be read or written. One that is there already is left as it is.
pub(super) fn retire(path: &Path, public: Digest) -> Result<(), StoreError> {
    let retired = retired_path(path, public);
    // What has that name already is the same key, or what was left of it when a power failure came.
    write_waiting(&retired, &read_text(path)?)?;
    install_waiting(&retired)
}

/// Lets a key that was exchanged take its place again, as after the restore of a backup from its time; the present one is
/// kept beside it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn put_back_key(path: &Path, retired: &Path) -> Result<(), StoreError> {
    if let Ok(Some(public)) = public_half(path) {
        retire(path, public)?;
    }
    write_waiting(path, &read_text(retired)?)?;
    install_waiting(path)
}

/// The public half of a secret key, which is known without what opens it; none if it is no key.
///
/// # Errors
/// When the file is not there, others may read it, or it cannot be read.
pub fn public_half(path: &Path) -> Result<Option<Digest>, StoreError> {
    let text = read_text(path)?;
    let open = NoteSigner::parse(&text).map(|held| held.key().public()).ok();
    // Of a sealed key it stands in its second line.
    let sealed = || text.lines().nth(1).and_then(|line| Some(NoteKey::parse(line).ok()?.public()));
    Ok(open.or_else(sealed))
}

/// Copies a secret key as it is, sealed or not, to where none is yet.
///
/// # Errors
/// When it cannot be read, there is a file already, or it cannot be written.
pub fn copy_key(from: &Path, to: &Path) -> Result<(), StoreError> {
    write_key(to, &read_text(from)?)
}

/// Puts the waiting key in the other's place, in one step.
///
/// # Errors
/// When it cannot be renamed.
pub(super) fn install_waiting(path: &Path) -> Result<(), StoreError> {
    let io = |source| StoreError::Io { path: path.to_owned(), source };
    std::fs::rename(waiting(path), path).map_err(io)?;
    sync_directory(path);
    Ok(())
}

/// The directory in which a file lies; the present one where its path names none.
pub(super) fn directory_of(path: &Path) -> &Path {
    let named = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

/// Makes a name durable; where a directory cannot be synced, it is as durable as the system makes it.
pub(super) fn sync_directory(path: &Path) {
    #[cfg(unix)]
    if let Ok(directory) = std::fs::File::open(directory_of(path)) {
        let _ = directory.sync_all();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// Reads a secret key, with the passphrase that opens it if it is sealed.
///
/// # Errors
/// When there is none, others may read it, it is sealed and the passphrase does not open it, or it is no key.
pub fn read_key(path: &Path, passphrase: Option<&str>) -> Result<NoteSigner, StoreError> {
    let text = read_text(path)?;
    if !is_sealed(&text) {
        return NoteSigner::parse(&text).map_err(|_| StoreError::KeyWrong(path.to_owned()));
    }
    let Some(passphrase) = passphrase else { return Err(StoreError::KeySealed(path.to_owned())) };
    open(&text, passphrase).map_err(|error| match error {
        SealError::Form => StoreError::KeyWrong(path.to_owned()),
        SealError::Passphrase => StoreError::KeyPassphrase(path.to_owned()),
    })
}

/// Whether the file holds a key that is sealed.
///
/// # Errors
/// As for [`read_key`].
pub fn is_key_sealed(path: &Path) -> Result<bool, StoreError> {
    Ok(is_sealed(&read_text(path)?))
}

fn read_text(path: &Path) -> Result<String, StoreError> {
    let io = |source: std::io::Error| {
        if source.kind() == std::io::ErrorKind::NotFound {
            StoreError::KeyMissing(path.to_owned())
        } else {
            StoreError::Io { path: path.to_owned(), source }
        }
    };
    let file = std::fs::File::open(path).map_err(io)?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&file.metadata().map_err(io)?) & 0o077 != 0 {
        return Err(StoreError::KeyExposed(path.to_owned()));
    }
    let mut text = String::new();
    let read = file.take(LONGEST).read_to_string(&mut text);
    match read {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(StoreError::KeyWrong(path.to_owned()))
        }
        Err(error) => Err(io(error)),
    }
}

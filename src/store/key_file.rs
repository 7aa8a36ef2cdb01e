//! The file that holds the ledger's secret key: beside the ledger, never in it, and open to its owner alone.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::ledger::note::NoteSigner;

/// The longest key file that is read: a name of 64 letters and a key are far shorter.
const LONGEST: u64 = 4096;

/// Where a ledger's secret key lies, unless somebody has put it elsewhere.
#[must_use]
pub fn key_path(ledger: &Path) -> PathBuf {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".key");
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

/// Writes the secret key into a new file that only its owner may read.
///
/// # Errors
/// When the file exists or cannot be written; what was made is taken away then.
pub fn write_key(path: &Path, signer: &NoteSigner) -> Result<(), StoreError> {
    let mut file = claim(path)?;
    let written = writeln!(file, "{}", signer.secret()).and_then(|()| file.sync_all());
    written.map_err(|source| {
        let _ = std::fs::remove_file(path);
        StoreError::Io { path: path.to_owned(), source }
    })
}

/// Reads a secret key.
///
/// # Errors
/// When there is none, others may read it, or it is no key.
pub fn read_key(path: &Path) -> Result<NoteSigner, StoreError> {
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
        Ok(_) => NoteSigner::parse(&text).map_err(|_| StoreError::KeyWrong(path.to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(StoreError::KeyWrong(path.to_owned()))
        }
        Err(error) => Err(io(error)),
    }
}

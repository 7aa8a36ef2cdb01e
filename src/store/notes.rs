//! The notes of checkpoints outside the ledger: written into a directory, read from there, and never written over.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::StoreError;
use super::end::End;
use super::key_file::sync_directory;
use super::view::View;
use crate::domain::names::Digest;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::note::NoteKey;

/// How many of the notes that were delivered a ledger is held against.
const NEWEST: usize = 64;

/// Of which incarnation and how many entries a delivered note of a ledger of this name is, by the name of its file.
fn delivered(path: &Path, name: &str) -> Option<(u64, u64)> {
    let id = name.rsplit('/').next().unwrap_or(name);
    let stem = path.file_stem()?.to_str()?.strip_prefix(id)?.strip_prefix('-')?;
    let is_note = path.extension().is_some_and(|extension| extension == "note");
    let mut parts = stem.split('-').filter(|_| is_note);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Writes a note into a directory outside the ledger, under a name of its own: the ledger, the incarnation, the size.
/// Nothing that lies there is ever written over: another note of that size is evidence, and this one lies beside it then.
///
/// # Errors
/// When it cannot be written; or that there was another one.
pub(super) fn deliver(directory: &Path, size: u64, note: &str) -> Result<(), StoreError> {
    let mut parts = note.lines().next().unwrap_or_default().rsplit('/');
    let (incarnation, ledger) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let path = directory.join(format!("{ledger}-{incarnation}-{size:010}.note"));
    let write = |path: &Path| -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(note.as_bytes())?;
        // It is no secret, and others are to read it.
        #[cfg(unix)]
        file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        sync_directory(path);
        Ok(())
    };
    let io = |source| StoreError::Io { path: path.clone(), source };
    match write(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            if std::fs::read_to_string(&path).map_err(io)? == note {
                return Ok(());
            }
            let own = Digest(Sha256::digest(note).into()).short();
            let beside = directory.join(format!("{ledger}-{incarnation}-{size:010}-{own}.note"));
            let _ = write(&beside);
            Err(StoreError::OtherNote(path))
        }
        other => other.map_err(io),
    }
}

/// Refuses to sign a checkpoint where the newest note of this incarnation that the same key has signed lies outside and is
/// none that the ledger has taken: the ledger is not what it was.
pub(super) fn not_behind(
    directory: &Path,
    view: &View<'_>,
    end: &End,
    point: &Checkpoint,
    key: &NoteKey,
) -> Result<(), StoreError> {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|file| file.path());
    let ours = |path: PathBuf| {
        let (incarnation, size) = delivered(&path, &end.name)?;
        (incarnation == end.incarnation).then_some((size, path))
    };
    let mut files: Vec<_> = files.filter_map(ours).collect();
    files.sort_unstable();
    for (_, path) in files.into_iter().rev() {
        let Some(note) = small_text(&path) else { continue };
        let Ok(outside) = Checkpoint::open(&note, key) else { continue };
        let kept = view.last_note(Some(outside.size), false)?;
        let taken = kept.and_then(|(_, kept)| Checkpoint::unsigned(&kept).ok());
        let same = outside == *point || taken.is_some_and(|taken| taken == outside);
        return if same { Ok(()) } else { Err(StoreError::OtherNote(path)) };
    }
    Ok(())
}

/// The newest of the notes of a ledger of this name that were delivered into a directory, each with its file: a later root
/// covers all that an earlier one does. What cannot be read is left out.
#[must_use]
pub fn delivered_notes(directory: &Path, name: &str) -> Vec<(PathBuf, String)> {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten().map(|file| file.path());
    let mut files: Vec<_> = files.filter_map(|path| Some((delivered(&path, name)?, path))).collect();
    files.sort_unstable();
    let newest = files.split_off(files.len().saturating_sub(NEWEST));
    newest.into_iter().filter_map(|(_, path)| Some((path.clone(), small_text(&path)?))).collect()
}

/// The text of a file of a note's size; nothing else is read, for a pipe would never end.
fn small_text(path: &Path) -> Option<String> {
    let is_note = std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() < 1 << 16);
    if is_note { std::fs::read_to_string(path).ok() } else { None }
}

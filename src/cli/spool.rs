//! Lists of the tables, which are of one moment: they are read to their end before the first of them is printed. Whoever reads
//! what is printed may be as slow as they like, or never come to an end, and as long as somebody reads from the ledger, the
//! write-ahead log of all others grows.

use std::io::{self, BufWriter, Seek as _, Write};

use super::exit::Failure;
use super::ui::Ui;

/// Bytes that are kept in memory; what is more goes into a file that has no name.
const MOST: usize = 16 << 20;

/// Prints what `fill` writes, once it has written all of it.
pub(super) fn whole(
    ui: &mut Ui<'_>,
    fill: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut spool = BufWriter::new(tempfile::SpooledTempFile::new(MOST));
    fill(&mut spool)?;
    let mut spool = spool.into_inner().map_err(io::IntoInnerError::into_error)?;
    spool.rewind()?;
    io::copy(&mut spool, ui.out())?;
    Ok(ui.out().flush()?)
}

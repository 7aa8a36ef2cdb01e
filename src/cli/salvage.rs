//! What can still be read of a damaged ledger.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::{Ending, Renewing, Salvage, Told, Trouble};
use crate::i18n::{Salvaging, Text};
use crate::ledger::note::leading;

/// The words of the command.
#[derive(Debug, Args)]
pub struct SalvageArgs {
    /// The damaged ledger; its -wal file is read too if it lies beside it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Take what the file has no more from this backup or copy of the same ledger; may be given several times
    #[arg(long, value_name = "FILE")]
    pub backup: Vec<PathBuf>,
    /// A checkpoint that was kept outside, for how far the ledger had come; may be given several times
    #[arg(long, value_name = "NOTE")]
    pub against: Vec<PathBuf>,
    /// Write the entries into a new file, not to standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui<'_>, args: &SalvageArgs) -> Result<Code, Failure> {
    let notes = args.against.iter().map(|note| Ok(leading(&ui.note_text(note)?).to_owned()));
    let notes = notes.collect::<Result<Vec<_>, Failure>>()?;
    let file = args.file.display().to_string();
    let mut progress = ui.progress(&file);
    let salvage = Salvage::of(&args.file, &args.backup, (&ui.outside().beside, &notes), &mut progress)?;
    if let Some(output) = &args.output {
        write_into(output, &salvage)?;
    } else {
        let out = ui.out();
        let printed = salvage.each_line(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
        // Whoever does not read to the end of a list has seen enough; not so here.
        printed.map_err(|error| {
            let broken = error.kind() == ErrorKind::BrokenPipe;
            if broken { io::Error::other(error.to_string()) } else { error }
        })?;
    }
    let saved = args.output.as_ref().map_or("SAVED".to_owned(), |output| output.display().to_string());
    tell(ui, salvage.told(), (&file, &saved), &args.backup)?;
    Ok(if salvage.told().is_whole() { Code::DONE } else { Code::REFUSED })
}

/// Writes the entries into a new file and has it on the disk; one that cannot be written is taken away again.
fn write_into(path: &Path, salvage: &Salvage) -> Result<(), Failure> {
    let trouble = |source: std::io::Error| {
        let there = source.kind() == std::io::ErrorKind::AlreadyExists;
        let path = path.to_owned();
        Failure::Trouble(if there { Trouble::Exists(path) } else { Trouble::Io { path, source } })
    };
    let open = File::create_new(path).map_err(trouble)?;
    let mut out = BufWriter::new(&open);
    let written = salvage.each_line(|line| writeln!(out, "{line}")).and_then(|()| out.flush());
    written.and_then(|()| open.sync_all()).map_err(|error| {
        let _ = std::fs::remove_file(path);
        trouble(error)
    })
}

fn tell(
    ui: &mut Ui<'_>,
    told: &Told,
    (file, saved): (&str, &str),
    copies: &[PathBuf],
) -> Result<(), Failure> {
    let mut say = |text: Salvaging<'_>| {
        let line = ui.voice.text(&Text::Salvaging(text));
        ui.remark(&line)
    };
    let count = told.count;
    say(if told.is_whole() { Salvaging::Whole { count } } else { Salvaging::Saved { count } })?;
    let gone: u64 = told.missing.iter().map(|(from, until)| until - from + 1).sum();
    if gone > 0 {
        say(Salvaging::Missing { ranges: &told.missing, count: gone })?;
    }
    for copy in told.blank.iter().filter_map(|copy| copies.get(*copy)) {
        say(Salvaging::NoCopy { file: &copy.display().to_string() })?;
    }
    if told.strangers > 0 {
        say(Salvaging::StrangeNotes { count: told.strangers })?;
    }
    match told.ending {
        Ending::Known => {}
        Ending::Later(size) => say(Salvaging::EndsLater { size })?,
        Ending::Unknown => say(Salvaging::EndUnknown { last: told.last })?,
    }
    if told.unread {
        say(Salvaging::Unread)?;
    }
    if told.is_whole() {
        say(Salvaging::Holds { file })?;
    } else if told.first < Renewing::FEWEST {
        say(Salvaging::NoBeginning)?;
    } else if told.first < told.count {
        say(Salvaging::First { count: told.first })?;
    }
    say(Salvaging::Next { file, saved })?;
    Ok(())
}

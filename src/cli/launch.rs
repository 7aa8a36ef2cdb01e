//! No command at all: the screens of a scan station.

use std::path::PathBuf;

use clap::CommandFactory as _;

use super::args::{Cli, Global};
use super::env::Launch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::may_found;
use crate::i18n::Text;

pub(super) fn run(ui: &mut Ui<'_>, global: &Global) -> Result<Code, Failure> {
    let Some(screens) = ui.screens() else {
        let help = Cli::command().render_help().to_string();
        ui.remark(help.trim_end())?;
        return Ok(Code::USAGE);
    };
    let ledger = ui.ledger(global)?;
    let person = global.by.as_deref().or_else(|| ui.var("KURABAN_BADGE"));
    let person = person.map(|badge| ui.badge(badge)).transpose()?;
    // Only where there is nothing at all is something new begun; what is wrong with a ledger that exists is
    // said here, in plain sentences, and not on a screen.
    let new =
        std::fs::symlink_metadata(&ledger).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    let may_make_directory = global.ledger.is_none();
    if new {
        may_found(&ledger, may_make_directory, &ui.outside().beside)?;
    } else {
        // A key that is sealed is opened before the screens: they ask for nothing that is not a badge's.
        let session = ui.unlocked(global)?;
        ui.keep_passphrase(&session);
    }
    let launch = Launch { person, new, may_make_directory, ..plain(ui, global, ledger)? };
    screens(launch)?;
    Ok(Code::DONE)
}

/// What the screens of an existing ledger are opened with, before anybody stands before them.
pub(super) fn plain(ui: &Ui<'_>, global: &Global, ledger: PathBuf) -> Result<Launch, Failure> {
    let scanner = ["KURABAN_SCAN_PREFIX", "KURABAN_SCAN_SUFFIX", "KURABAN_SCAN_END"]
        .map(|name| ui.var(name).unwrap_or_default().to_owned());
    let [.., end] = &scanner;
    if !["", "any", "cr", "lf", "tab"].contains(&end.as_str()) {
        let text = Text::BadName { what: "KURABAN_SCAN_END", value: end, reason: "any | cr | lf | tab" };
        return Err(Failure::Usage(ui.voice.text(&text)));
    }
    Ok(Launch {
        ledger,
        busy: ui.busy(),
        outside: ui.outside(),
        voice: ui.voice.clone(),
        station: ui.station(global)?,
        person: None,
        scanner,
        colours: ui.may_paint(),
        new: false,
        may_make_directory: false,
    })
}

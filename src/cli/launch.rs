//! No command at all: the screens of a scan station.

use clap::CommandFactory as _;

use super::args::{Cli, Global};
use super::env::Launch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::i18n::Text;

pub(super) fn run(ui: &mut Ui<'_>, global: &Global) -> Result<Code, Failure> {
    let Some(screens) = ui.screens() else {
        let help = Cli::command().render_help().to_string();
        ui.remark(help.trim_end())?;
        return Ok(Code::USAGE);
    };
    let scanner = ["KURABAN_SCAN_PREFIX", "KURABAN_SCAN_SUFFIX", "KURABAN_SCAN_END"]
        .map(|name| ui.var(name).unwrap_or_default().to_owned());
    let [.., end] = &scanner;
    if !["", "any", "cr", "lf", "tab"].contains(&end.as_str()) {
        let text = Text::BadName { what: "KURABAN_SCAN_END", value: end, reason: "any | cr | lf | tab" };
        return Err(Failure::Usage(ui.voice.text(&text)));
    }
    // What is wrong with the ledger is said here, in plain sentences, and not on a screen.
    drop(ui.session(global)?);
    let person = global.by.as_deref().or_else(|| ui.var("KURABAN_BADGE"));
    let launch = Launch {
        ledger: ui.ledger(global)?,
        busy: ui.busy(),
        outside: ui.outside(),
        voice: ui.voice.clone(),
        station: ui.station(global)?,
        person: person.map(|badge| ui.badge(badge)).transpose()?,
        scanner,
        colours: ui.may_paint(),
    };
    screens(launch)?;
    Ok(Code::DONE)
}

//! Media: register, import, describe, list, show.

use clap::{Args, Subcommand};

use super::args::{Batch, Global};
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::{batch, media_describe, media_import, media_list, media_show};
use crate::app::Verb;
use crate::domain::names::Serial;

/// The words of the command.
#[derive(Debug, Args)]
pub struct MediaArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: MediaCommand,
}

/// What to do with media.
#[derive(Debug, Subcommand)]
pub enum MediaCommand {
    /// Register new media
    Add(AddArgs),
    /// Register all media of a file: CSV with a header, or a listing of Bacula or Bareos
    Import(media_import::ImportArgs),
    /// Say what is on media, for the day when one is lost
    Describe(media_describe::DescribeArgs),
    /// List media
    List(media_list::ListArgs),
    /// Show one medium: where it is, who has it, who saw it last, its flags and history
    Show(media_show::ShowArgs),
}

/// The words of `media add`.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// Where they stand: a vault place or a resident library [else in the hands of who acts]
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// The serial number, of one medium
    #[arg(long, value_name = "S")]
    pub serial: Option<String>,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &MediaArgs) -> Result<Code, Failure> {
    match &args.command {
        MediaCommand::Add(args) => add(ui, global, args),
        MediaCommand::Import(args) => media_import::run(ui, global, args),
        MediaCommand::Describe(args) => media_describe::run(ui, global, args),
        MediaCommand::List(args) => media_list::run(ui, global, args),
        MediaCommand::Show(args) => media_show::run(ui, global, args),
    }
}

fn add(ui: &mut Ui<'_>, global: &Global, args: &AddArgs) -> Result<Code, Failure> {
    let place = args.at.as_deref().map(|at| ui.place(at)).transpose()?;
    let serial = args.serial.as_deref().map(|text| ui.name("SERIAL", text, Serial::new)).transpose()?;
    batch::run(ui, global, &args.batch, &Verb::Register { serial, place })
}

//! Places: add them, list them, retire them.

use clap::{Args, Subcommand, ValueEnum};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, list, told};
use super::ui::Ui;
use crate::app::{NewPlace, PlaceView};
use crate::domain::names::Barcode;
use crate::domain::place::PlaceKind;
use crate::i18n::{Orders, Text, Title};

/// The words of the command.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PlaceCommand,
}

/// The sorts of place that can be added.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "PlaceKind says what each is")]
pub enum KindArg {
    Vault,
    Shelf,
    Slot,
    Drive,
    Library,
    Desk,
}

impl KindArg {
    const fn kind(self) -> PlaceKind {
        match self {
            Self::Vault => PlaceKind::Vault,
            Self::Shelf => PlaceKind::Shelf,
            Self::Slot => PlaceKind::Slot,
            Self::Drive => PlaceKind::Drive,
            Self::Library => PlaceKind::Library,
            Self::Desk => PlaceKind::Desk,
        }
    }
}

/// What to do with places.
#[derive(Debug, Subcommand)]
pub enum PlaceCommand {
    /// Add a place
    Add {
        /// The code that is printed on it
        code: String,
        /// Its sort
        #[arg(long, value_enum)]
        kind: KindArg,
        /// The place it stands in [else the site]
        #[arg(long = "in", value_name = "CODE")]
        parent: Option<String>,
        /// How many media it holds [a slot and a drive: 1; else any number]
        #[arg(long, value_name = "N")]
        capacity: Option<u64>,
        /// Media live in this library: the changer moves them, and they are at rest in it
        #[arg(long)]
        resident: bool,
    },
    /// List all places
    List {
        /// The form.
        #[command(flatten)]
        output: Output,
    },
    /// Let a place take media no more; it must be empty, and for a device a second person confirms that
    Retire {
        /// Its code
        code: String,
        /// The second person
        #[arg(long, value_name = "BADGE")]
        with: Option<String>,
        /// How many elements of a library the two have looked at and found empty
        #[arg(long, value_name = "N")]
        elements: Option<u64>,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: PlaceArgs) -> Result<Code, Failure> {
    match args.command {
        PlaceCommand::Add { code, kind, parent, capacity, resident } => {
            let (session, who) = ui.acting(global, None)?;
            let code = ui.place(&code)?;
            let parent = parent.as_deref().map(|parent| ui.place(parent)).transpose()?;
            let new = NewPlace { code: code.clone(), kind: kind.kind(), parent, capacity, resident };
            let seq = session.add_place(&who, new)?;
            ui.say(&Text::PlaceAdded { code: code.as_str(), seq })?;
        }
        PlaceCommand::List { output } => places(ui, global, output)?,
        PlaceCommand::Retire { code, with, elements } => {
            let (session, who) = ui.acting(global, with.as_deref())?;
            let code = ui.place(&code)?;
            let near = session.last_seen_in(&code)?;
            if !near.is_empty() {
                let media: Vec<&str> = near.iter().map(Barcode::as_str).take(20).collect();
                let (media, count) = (media.join(", "), near.len());
                let text = Orders::LastSeenIn { place: code.as_str(), media: &media, count };
                let remark = ui.voice.text(&Text::Orders(text));
                ui.remark(&remark)?;
            }
            let seq = session.retire_place(&who, code.clone(), elements)?;
            ui.say(&Text::PlaceRetired { code: code.as_str(), seq })?;
        }
    }
    Ok(Code::DONE)
}

fn places(ui: &mut Ui<'_>, global: &Global, output: Output) -> Result<(), Failure> {
    let places = {
        let session = ui.session(global)?;
        let reader = ui.reader(global, &session, None)?;
        session.places(reader.as_ref())?
    };
    let title = |title| Some(ui.voice.text(&Text::Title(title)));
    let (yes, kind) = (ui.voice.text(&Text::Yes), ui.voice.clone());
    let columns = vec![
        column("code", title(Title::Code), |p: &PlaceView| p.place.code.as_str().into()),
        told(
            "kind",
            title(Title::Kind),
            |p: &PlaceView| p.place.kind.word().into(),
            move |p: &PlaceView| kind.place_kind(p.place.kind).to_owned(),
        ),
        column("in", title(Title::In), |p: &PlaceView| p.parent.as_ref().map(ToString::to_string).into()),
        column("capacity", title(Title::Capacity), |p: &PlaceView| p.place.capacity.into()),
        column("media", title(Title::Media), |p: &PlaceView| p.media.into()),
        column("resident", None, |p: &PlaceView| p.place.resident.into()),
        told(
            "retired",
            title(Title::Retired),
            |p: &PlaceView| p.place.retired.into(),
            move |p: &PlaceView| if p.place.retired { yes.clone() } else { String::new() },
        ),
    ];
    list(ui, output, columns, &places)?;
    Ok(())
}

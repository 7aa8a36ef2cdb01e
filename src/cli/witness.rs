//! A witness on another host, by files alone.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::witness::{WitnessTrouble, create, view, witness};
use crate::i18n::{Sentence, Text, Witnessing};
use crate::ledger::note::NoteKey;

/// The words of the command.
#[derive(Debug, Args)]
pub struct WitnessArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: WitnessCommand,
}

/// What a witness does.
#[derive(Debug, Subcommand)]
pub enum WitnessCommand {
    /// Begin to witness a ledger; prints the key of the cosignatures
    Init {
        /// The state file, on a host where nobody who can change the ledger can reach it
        state: PathBuf,
        /// What the witness is called under its signatures, such as `audit.example.jp`
        #[arg(long, value_name = "NAME")]
        name: String,
        /// The key of the ledger, as `kuraban key show` prints it there
        #[arg(long, value_name = "KEY")]
        log: String,
    },
    /// Cosign what `kuraban checkpoint --since N` printed, if it goes on from the last that was seen
    Cosign {
        /// The state file
        state: PathBuf,
        /// The file with the request
        request: PathBuf,
    },
    /// Show the last checkpoint that was seen
    Show {
        /// The state file
        state: PathBuf,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, args: WitnessArgs) -> Result<Code, Failure> {
    let busy = ui.busy();
    match args.command {
        WitnessCommand::Init { state, name, log } => {
            let Ok(log) = NoteKey::parse(&log) else {
                let text = Text::Witness(Witnessing::NoKey { value: &log });
                return Err(Failure::Usage(ui.voice.text(&text)));
            };
            let outside = ui.outside();
            match create(&state, busy, &outside, (&name, &log)) {
                Ok(key) => ui.line(&key)?,
                Err(trouble) => return told(ui, trouble, &name),
            }
        }
        WitnessCommand::Cosign { state, request } => {
            let request = ui.file_text(&request)?;
            let outside = ui.outside();
            match witness(&state, busy, &outside, &request) {
                Ok(note) => ui.line(note.trim_end())?,
                Err(trouble) => return told(ui, trouble, ""),
            }
        }
        WitnessCommand::Show { state, json } => match view(&state, busy) {
            Err(trouble) => return told(ui, trouble, ""),
            Ok(view) if json => {
                let document = serde_json::json!({
                    "key": view.key, "log": view.log, "size": view.size, "note": view.note,
                });
                ui.line(&document.to_string())?;
            }
            Ok(view) => {
                ui.say(&Text::Witness(Witnessing::Knows {
                    key: &view.key,
                    log: &view.log,
                    size: view.size,
                }))?;
                if let Some(note) = &view.note {
                    ui.line("")?;
                    ui.line(note.trim_end())?;
                }
            }
        },
    }
    Ok(Code::DONE)
}

/// Why it was not done. What contradicts the note that was seen last is told with that note.
fn told(ui: &mut Ui<'_>, trouble: WitnessTrouble, name: &str) -> Result<Code, Failure> {
    match trouble {
        WitnessTrouble::Trouble(trouble) => Err(Failure::Trouble(trouble)),
        WitnessTrouble::NoRandomness => Err(Failure::NoRandomness),
        WitnessTrouble::Name => {
            let text = Text::Witness(Witnessing::NoName { value: name });
            Err(Failure::Usage(ui.voice.text(&text)))
        }
        WitnessTrouble::Refused(error, seen) => {
            let what = ui.voice.text(&Text::Witness(Witnessing::Refused { error: &error }));
            let hint = ui.voice.text(&Text::Witness(Witnessing::Next { error: &error }));
            ui.problem(&Sentence { what, hint: Some(hint) })?;
            if let Some(note) = seen {
                let head = ui.voice.text(&Text::Witness(Witnessing::LastSeen));
                ui.remark(&head)?;
                ui.remark(note.trim_end())?;
            }
            Ok(Code::REFUSED)
        }
    }
}

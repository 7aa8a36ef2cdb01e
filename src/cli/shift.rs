//! The end of a shift: what is open, and who takes it on.

use clap::{Args, Subcommand};

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::i18n::{Orders, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct ShiftArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ShiftCommand,
}

/// What to do with a shift.
#[derive(Debug, Subcommand)]
pub enum ShiftCommand {
    /// Show what is open
    Show {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Hand the shift over: both people confirm what is open; no medium changes hands
    HandOver {
        /// Who takes it on
        #[arg(long, value_name = "BADGE")]
        to: String,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: ShiftArgs) -> Result<Code, Failure> {
    match args.command {
        ShiftCommand::Show { json } => {
            let open = ui.session(global)?.open_matters()?;
            if json {
                let document = serde_json::json!({
                    "outside": open.outside, "orders": open.orders, "overrides": open.overrides,
                });
                ui.line(&document.to_string())?;
            } else {
                ui.say(&Text::Orders(Orders::ShiftList(open)))?;
            }
        }
        ShiftCommand::HandOver { to } => {
            let (session, who) = ui.acting(global, Some(&to))?;
            let (seq, open) = session.hand_shift_over(&who)?;
            ui.say(&Text::Orders(Orders::ShiftList(open)))?;
            let from = who.badge().as_str();
            ui.say(&Text::Orders(Orders::ShiftDone { from, to: to.trim(), seq }))?;
        }
    }
    Ok(Code::DONE)
}

//! The end of a shift: what is open, and who takes it on.

use clap::{Args, Subcommand};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::{media_list, order_list};
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
            if json {
                let open = ui.session(global)?.open_matters()?;
                let document = serde_json::json!({
                    "outside": open.outside, "orders": open.orders, "overrides": open.overrides,
                });
                ui.line(&document.to_string())?;
            } else {
                list(ui, global)?;
            }
        }
        ShiftCommand::HandOver { to } => {
            // Both see what they confirm before they are asked for their PINs.
            list(ui, global)?;
            let (session, who) = ui.acting_to(global, &to)?;
            let (seq, _) = session.hand_shift_over(&who)?;
            ui.delivered(&session)?;
            let from = who.badge().as_str();
            ui.say(&Text::Orders(Orders::ShiftDone { from, to: to.trim(), seq }))?;
        }
    }
    Ok(Code::DONE)
}

/// What is open: in numbers, then every order that is not closed and every medium outside.
fn list(ui: &mut Ui<'_>, global: &Global) -> Result<(), Failure> {
    let open = ui.session(global)?.open_matters()?;
    ui.say(&Text::Orders(Orders::ShiftList(open)))?;
    if open.orders > 0 {
        order_list::list(ui, global, (true, None), Output::default())?;
    }
    if open.outside > 0 {
        let outside = media_list::ListArgs { outside: true, at: None, find: None, output: Output::default() };
        media_list::run(ui, global, &outside)?;
    }
    Ok(())
}

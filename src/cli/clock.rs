//! Confirming the clock, when it is right although it ran far ahead of the last entry.

use clap::{Args, Subcommand};

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::i18n::Text;

/// The words of the command.
#[derive(Debug, Args)]
pub struct ClockArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ClockCommand,
}

/// What to do with the clock.
#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Say, by two people, that the clock is right
    Confirm {
        /// The second person
        #[arg(long, value_name = "BADGE")]
        with: String,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: ClockArgs) -> Result<Code, Failure> {
    let ClockCommand::Confirm { with } = args.command;
    // Both see what they confirm before they are asked for their PINs.
    if let Some(ahead) = ui.opened(global)?.clock_ahead()? {
        let what = ui.voice.refusal(&ahead).what;
        ui.remark(&what)?;
    }
    let (session, who) = ui.acting(global, Some(&with))?;
    let seq = session.confirm_clock(&who)?;
    let at = ui.voice.time(session.time()?);
    ui.say(&Text::ClockConfirmed { at: &at, seq })?;
    Ok(Code::DONE)
}

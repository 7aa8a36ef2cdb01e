//! The key with which the ledger's checkpoints are checked.

use clap::{Args, Subcommand};

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;

/// The words of the command.
#[derive(Debug, Args)]
pub struct KeyArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: KeyCommand,
}

/// What to do with the key.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Print it as `name+hash+base64`, for an auditor to keep and for other programs to check notes with
    Show,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &KeyArgs) -> Result<Code, Failure> {
    match args.command {
        KeyCommand::Show => {
            let (key, _) = ui.session(global)?.key()?;
            ui.line(&key.to_string())?;
        }
    }
    Ok(Code::DONE)
}

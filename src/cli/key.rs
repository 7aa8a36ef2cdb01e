//! The ledger's key: shown, sealed, exchanged.

use clap::{Args, Subcommand};

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::i18n::{Keeping, Text};

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
    /// Exchange it for a new one, by two people; both keys sign the entry
    Rotate {
        /// The second person
        #[arg(long, value_name = "BADGE")]
        with: String,
    },
    /// Seal its file with a passphrase, or with another one [asked for, else KURABAN_NEW_KEY_PASSPHRASE]
    Seal,
    /// Let its file lie open again
    Unseal,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &KeyArgs) -> Result<Code, Failure> {
    match &args.command {
        KeyCommand::Show => {
            let key = ui.session(global)?.key()?;
            ui.line(&key.to_string())?;
        }
        KeyCommand::Rotate { with } => {
            let (session, who) = ui.acting(global, Some(with))?;
            let rotated = session.rotate_key(&who)?;
            let (key, file) = (rotated.key.to_string(), rotated.retired.display().to_string());
            ui.say(&Text::Keeping(Keeping::Rotated { seq: rotated.seq, key: &key, file: &file }))?;
        }
        KeyCommand::Seal => {
            let session = ui.unlocked(global)?;
            let passphrase = ui.new_passphrase()?;
            session.seal_key(Some(&passphrase))?;
            let file = session.key_file().display().to_string();
            ui.say(&Text::Keeping(Keeping::Sealed { file: &file }))?;
        }
        KeyCommand::Unseal => {
            let session = ui.unlocked(global)?;
            session.seal_key(None)?;
            let file = session.key_file().display().to_string();
            ui.say(&Text::Keeping(Keeping::Unsealed { file: &file }))?;
        }
    }
    Ok(Code::DONE)
}

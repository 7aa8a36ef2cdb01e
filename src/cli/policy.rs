//! The policy: what the site decides for itself.

use clap::{Args, Subcommand};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, list};
use super::ui::Ui;
use crate::domain::policy::Policy;
use crate::i18n::{Text, Title};

/// The words of the command.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What to do with the policy.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Show all values in force
    #[command(alias = "list")]
    Show {
        /// The form.
        #[command(flatten)]
        output: Output,
    },
    /// Set one value
    Set {
        /// Its name
        name: String,
        /// What it is from now on
        value: String,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: PolicyArgs) -> Result<Code, Failure> {
    match args.command {
        PolicyCommand::Show { output } => {
            let policy = ui.session(global)?.policy()?;
            let title = |title| Some(ui.voice.text(&Text::Title(title)));
            let columns = vec![
                column("name", title(Title::Name), |name: &&str| (*name).into()),
                column("value", title(Title::Value), move |name: &&str| policy.get(name).into()),
                column("allowed", title(Title::Allowed), |name: &&str| Policy::allowed(name).into()),
            ];
            list(ui, output, columns, &Policy::NAMES)?;
        }
        PolicyCommand::Set { name, value } => {
            let (session, who) = ui.acting(global, None)?;
            let seq = session.set_policy(&who, &name, &value)?;
            ui.say(&Text::PolicySet { name: &name, value: &value, seq })?;
        }
    }
    Ok(Code::DONE)
}

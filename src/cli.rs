//! The command line: one file for each subcommand, everything printed through `Ui`, everything done
//! through a [`Session`](crate::app::Session).

mod acknowledge;
pub mod args;
mod audit;
mod audit_scan;
mod audit_show;
mod backup;
mod batch;
mod bundle;
mod certificate;
mod check_in;
mod check_out;
mod checkpoint;
mod clock;
mod correct;
mod demo;
mod destroy;
mod eject;
mod env;
mod exit;
mod flags;
mod found;
mod generate;
mod hand_over;
mod init;
mod init_from;
mod inputs;
mod key;
mod launch;
mod load;
mod log;
mod media;
mod media_describe;
mod media_import;
mod media_list;
mod media_show;
mod missing;
mod move_;
mod order;
mod order_list;
mod person;
mod person_show;
mod place;
mod policy;
mod ratify;
mod rebuild;
mod relabel;
mod report;
mod restore;
mod salvage;
mod shift;
mod sight;
mod sign_on;
mod spool;
mod tabled;
mod take_over;
mod ui;
mod verify;
mod verify_bundle;
mod void;
mod witness;

pub use env::{Ask, Env, Launch, Screens};
pub use exit::Code;

use std::ffi::OsString;

use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Cli, Command};
use exit::Failure;
use ui::Ui;

/// Runs one command line and gives the exit code. Never panics on any input.
pub fn run(args: impl IntoIterator<Item = OsString>, env: Env<'_>) -> Code {
    let mut ui = Ui::new(env);
    let parsed = Cli::command()
        .term_width(usize::from(ui.width().unwrap_or(100)))
        .try_get_matches_from(args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let outcome = match parsed {
        Ok(cli) => {
            ui.speak(cli.global.lang.as_deref());
            ui.hold(&cli.global);
            ui.hold(&cli.global);
            dispatch(&mut ui, cli)
        }
        Err(error) => ui.usage(&error),
    };
    let outcome = outcome.and_then(|code| Ok(ui.out().flush().map(|()| code)?));
    outcome.unwrap_or_else(|failure| ui.fail(&failure))
}

fn dispatch(ui: &mut Ui<'_>, cli: Cli) -> Result<Code, Failure> {
    let global = &cli.global;
    let Some(command) = cli.command else { return launch::run(ui, global) };
    match command {
        Command::Demo(args) => demo::run(ui, global, &args),
        Command::Init(args) => init::run(ui, global, &args),
        Command::Person(args) => person::run(ui, global, args),
        Command::Place(args) => place::run(ui, global, args),
        Command::Media(args) => media::run(ui, global, &args),
        Command::Policy(args) => policy::run(ui, global, args),
        Command::Clock(args) => clock::run(ui, global, args),
        Command::Order(args) => order::run(ui, global, args),
        Command::Audit(args) => audit::run(ui, global, args),
        Command::Shift(args) => shift::run(ui, global, args),
        Command::Move(args) => move_::run(ui, global, &args),
        Command::CheckOut(args) => check_out::run(ui, global, &args),
        Command::Load(args) => load::run(ui, global, &args),
        Command::Eject(args) => eject::run(ui, global, &args),
        Command::CheckIn(args) => check_in::run(ui, global, &args),
        Command::HandOver(args) => hand_over::run(ui, global, &args),
        Command::TakeOver(args) => take_over::run(ui, global, &args),
        Command::Ratify(args) => ratify::run(ui, global, &args),
        Command::Sight(args) => sight::run(ui, global, &args),
        Command::Missing(args) => missing::run(ui, global, &args),
        Command::Found(args) => found::run(ui, global, &args),
        Command::Correct(args) => correct::run(ui, global, &args),
        Command::Void(args) => void::run(ui, global, &args),
        Command::Relabel(args) => relabel::run(ui, global, args),
        Command::Destroy(args) => destroy::run(ui, global, &args),
        Command::Flags(args) => flags::run(ui, global, &args),
        Command::Log(args) => log::run(ui, global, &args),
        Command::Report(args) => report::run(ui, global, &args),
        Command::Checkpoint(args) => checkpoint::run(ui, global, &args),
        Command::Key(args) => key::run(ui, global, &args),
        Command::Bundle(args) => bundle::run(ui, global, &args),
        Command::VerifyBundle(args) => verify_bundle::run(ui, &args),
        Command::Backup(args) => backup::run(ui, global, &args),
        Command::Restore(args) => restore::run(ui, global, &args),
        Command::Salvage(args) => salvage::run(ui, &args),
        Command::Witness(args) => witness::run(ui, args),
        Command::Verify(args) => verify::run(ui, global, &args),
        Command::Acknowledge(args) => acknowledge::run(ui, global, &args),
        Command::Rebuild(args) => rebuild::run(ui, global, &args),
        Command::Generate(args) => generate::run(ui, &args),
    }
}

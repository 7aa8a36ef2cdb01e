//! The words of the command line; the names are those that scripts may rely on.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::{
    acknowledge, audit, backup, bundle, check_in, check_out, checkpoint, clock, correct, demo, destroy,
    eject, flags, found, generate, hand_over, init, key, load, log, media, missing, move_, order, person,
    place, policy, ratify, rebuild, relabel, report, restore, salvage, shift, sight, take_over, verify,
    verify_bundle, void, witness,
};

/// Keeps the custody of backup media in a hash-chained ledger
///
/// Without a command it opens the screens of a scan station, on a terminal.
///
/// Exit codes: 0 done; 1 refused, or something needs attention; 2 wrong usage; 3 the ledger cannot be opened
/// or is damaged.
#[derive(Debug, Parser)]
#[command(name = "kuraban", version)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub global: Global,
    /// The command; none opens the terminal screens.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Global {
    /// The ledger file [else KURABAN_LEDGER, else the data directory of the platform]
    #[arg(long, global = true, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Who acts [else KURABAN_BADGE]
    #[arg(long, global = true, value_name = "BADGE")]
    pub by: Option<String>,
    /// Where it is entered [else KURABAN_STATION, else the name of the machine]
    #[arg(long, global = true, value_name = "NAME")]
    pub station: Option<String>,
    /// The file of the ledger's secret key, if it does not lie beside the ledger, with .key after its name [else KURABAN_KEY]
    #[arg(long, global = true, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The language: en or ja [else KURABAN_LANG, else the locale]
    #[arg(long, global = true, value_name = "LANG", value_parser = ["en", "ja"])]
    pub lang: Option<String>,
}

/// The form of what is printed.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Output {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// Print CSV (RFC 4180, UTF-8, a header row)
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Begin the CSV with a byte order mark, for Excel
    #[arg(long, requires = "csv")]
    pub bom: bool,
}

/// Barcodes, and what goes with every batch of them.
#[derive(Debug, Args)]
pub struct Batch {
    /// The barcodes; `-` reads them from standard input, one per line, with a tab and the time of the reading
    /// after it if that was earlier
    #[arg(value_name = "BARCODE", required = true)]
    pub barcodes: Vec<String>,
    /// The second person
    #[arg(long, value_name = "BADGE")]
    pub with: Option<String>,
    /// Print one JSON document at the end
    #[arg(long)]
    pub json: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open a new ledger with its site and its first person, or make a damaged one anew from its entries
    Init(init::InitArgs),
    /// Replay the loss of two tapes into a throw-away ledger and tell it; --ledger FILE keeps it
    Demo(demo::DemoArgs),
    /// Enrol people and set what they may do
    Person(person::PersonArgs),
    /// Add places and list them
    Place(place::PlaceArgs),
    /// Register, import, describe and look up media
    Media(media::MediaArgs),
    /// Ask for movement orders, decide on them, close them
    Order(order::OrderArgs),
    /// Take stock: open, count blind, close by two people; certificates and the calendar
    Audit(audit::AuditArgs),
    /// Show what is open at the end of a shift, and hand it over
    Shift(shift::ShiftArgs),
    /// Show and set the policy
    Policy(policy::PolicyArgs),
    /// Confirm the clock after a long pause
    Clock(clock::ClockArgs),
    /// Put media elsewhere in the same vault
    Move(move_::MoveArgs),
    /// Take media out of the vault
    CheckOut(check_out::CheckOutArgs),
    /// Load media into a device
    Load(load::LoadArgs),
    /// Take media out of their device
    Eject(eject::EjectArgs),
    /// Put media into a vault
    CheckIn(check_in::CheckInArgs),
    /// Hand media over to another person
    HandOver(hand_over::HandOverArgs),
    /// Take charge of media whose custodian cannot act
    TakeOver(take_over::TakeOverArgs),
    /// Ratify check-outs that had no order
    Ratify(ratify::RatifyArgs),
    /// Record that media were seen
    Sight(sight::SightArgs),
    /// Declare media missing
    Missing(missing::MissingArgs),
    /// Record that media turned up
    Found(found::FoundArgs),
    /// Put the record right where reality differs
    Correct(correct::CorrectArgs),
    /// Take the last step of a medium back
    Void(void::VoidArgs),
    /// Give a medium another barcode
    Relabel(relabel::RelabelArgs),
    /// Destroy media for good
    Destroy(destroy::DestroyArgs),
    /// List what needs a person
    Flags(flags::FlagsArgs),
    /// Print the log, or one medium's history
    Log(log::LogArgs),
    /// Report what left in a month, and who may do what
    Report(report::ReportArgs),
    /// Check the whole ledger
    Verify(verify::VerifyArgs),
    /// Sign what the ledger is now, to be kept outside; prints the note
    Checkpoint(checkpoint::CheckpointArgs),
    /// Show the key with which checkpoints are checked
    Key(key::KeyArgs),
    /// Print one medium's whole history for a third party, with proof that nothing is left out
    Bundle(bundle::BundleArgs),
    /// Check a bundle; no ledger is needed
    VerifyBundle(verify_bundle::VerifyBundleArgs),
    /// Copy the ledger into a new file, and check the copy whole
    Backup(backup::BackupArgs),
    /// Put a backup in the ledger's place, with an entry that says so
    Restore(restore::RestoreArgs),
    /// Print every entry of a damaged ledger that still verifies, as `log --raw` does
    Salvage(salvage::SalvageArgs),
    /// Remember checkpoints elsewhere, and cosign what goes on from them
    Witness(witness::WitnessArgs),
    /// Stand by an entry that the rules had not allowed, by two people
    Acknowledge(acknowledge::AcknowledgeArgs),
    /// Make the projections anew from the log
    Rebuild(rebuild::RebuildArgs),
    /// Print completions, the man page or the command-line reference
    #[command(hide = true)]
    Generate(generate::GenerateArgs),
}

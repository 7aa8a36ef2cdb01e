//! Saying what is on media. What is not named stays as it was.

use clap::{Args, ValueEnum};

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::{Telling, Verb};
use crate::domain::medium::{Class, Encrypted};
use crate::domain::names::{MAX_INTEGER, Term};
use crate::i18n::Text;

/// Yes, no, or nobody knows.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "the words say it")]
pub enum EncryptedArg {
    Yes,
    No,
    Unknown,
}

/// What a medium is used for.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "Class says what each is")]
pub enum ClassArg {
    Data,
    Scratch,
    Cleaning,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "the words say it")]
pub enum HoldArg {
    Yes,
    No,
}

/// The words of `media describe`.
#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// What they are used for
    #[arg(long, value_enum, value_name = "C")]
    pub class: Option<ClassArg>,
    /// The system whose data they hold
    #[arg(long, value_name = "S")]
    pub system: Option<String>,
    /// The first day of the period of the data
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// The last day of the period of the data
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    /// The types of information on them
    #[arg(long, value_name = "TYPE[,TYPE]", value_delimiter = ',')]
    pub info: Vec<String>,
    /// How many persons' data they hold: a number, or unknown
    #[arg(long, value_name = "N|unknown")]
    pub persons: Option<String>,
    /// Whether they are encrypted
    #[arg(long, value_enum, value_name = "yes|no|unknown")]
    pub encrypted: Option<EncryptedArg>,
    /// Whether they must not be destroyed
    #[arg(long, value_enum, value_name = "yes|no")]
    pub legal_hold: Option<HoldArg>,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &DescribeArgs) -> Result<Code, Failure> {
    let term = |text: &String| ui.name("NAME", text, Term::new);
    let persons = match args.persons.as_deref().map(str::trim) {
        None => None,
        Some("unknown") => Some(None),
        Some(number) => {
            let value = number.parse::<u64>().ok().filter(|n| *n <= MAX_INTEGER);
            let text = Text::BadName { what: "N", value: number, reason: "0…9007199254740991 | unknown" };
            Some(Some(value.ok_or_else(|| Failure::Usage(ui.voice.text(&text)))?))
        }
    };
    let info = args.info.iter().map(term).collect::<Result<Vec<_>, _>>()?;
    let telling = Telling {
        class: args.class.map(|class| match class {
            ClassArg::Data => Class::Data,
            ClassArg::Scratch => Class::Scratch,
            ClassArg::Cleaning => Class::Cleaning,
        }),
        system: args.system.as_ref().map(term).transpose()?,
        from: args.from.as_deref().map(|day| ui.day(day)).transpose()?,
        until: args.until.as_deref().map(|day| ui.day(day)).transpose()?,
        info: (!info.is_empty()).then_some(info),
        persons,
        encrypted: args.encrypted.map(|encrypted| match encrypted {
            EncryptedArg::Yes => Encrypted::Yes,
            EncryptedArg::No => Encrypted::No,
            EncryptedArg::Unknown => Encrypted::Unknown,
        }),
        legal_hold: args.legal_hold.map(|hold| matches!(hold, HoldArg::Yes)),
    };
    if telling.is_empty() {
        return Err(Failure::Usage(ui.voice.text(&Text::NothingToDescribe)));
    }
    batch::run(ui, global, &args.batch, &Verb::Describe(Box::new(telling)))
}

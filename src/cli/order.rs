//! Movement orders: ask for them, decide on them, close them, look at them.

use clap::{Args, Subcommand};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::order_list;
use super::ui::Ui;
use crate::app::{NewOrder, OrderError, Wanted};
use crate::domain::names::{Code as Word, OrderId, Term};
use crate::i18n::{Orders, Sentence, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: OrderCommand,
}

/// The media of an order.
#[derive(Debug, Args)]
pub struct MediaArgs {
    /// The barcodes; `-` reads them from standard input, one per line
    #[arg(value_name = "BARCODE")]
    pub barcodes: Vec<String>,
    /// A file with one barcode per line
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// All media in this place and in all that stands in it
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// All media whose barcode or serial number holds this text
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
}

/// What to do with orders.
#[derive(Debug, Subcommand)]
pub enum OrderCommand {
    /// Ask for an order: which media, what for, until when
    New {
        /// What for: a code of the policy's list of purposes
        #[arg(long, value_name = "CODE")]
        purpose: String,
        /// What for, in words; kept apart from the log
        #[arg(long, value_name = "TEXT")]
        text: Option<String>,
        /// The work to be done; kept apart from the log
        #[arg(long, value_name = "TEXT")]
        work: Option<String>,
        /// When media may go out at the earliest: RFC 3339, +4h, +3d or 17:00 [else now]
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// When all must be back: RFC 3339, +4h, +3d or 17:00
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Where they go: a device, a place, an address
        #[arg(long, value_name = "WHERE")]
        to: Option<String>,
        /// A standing order without a list: so many media a night at most, for 92 days at most
        #[arg(long, value_name = "N", conflicts_with_all = ["barcodes", "file", "at", "find"])]
        nightly: Option<u64>,
        /// The media.
        #[command(flatten)]
        media: MediaArgs,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Open a night's list under a standing order
    Night {
        /// The number of the standing order
        order: String,
        /// When all must be back [else by the policy, and never after the standing order]
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
        /// The media.
        #[command(flatten)]
        media: MediaArgs,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Approve an order that another person asked for
    Approve {
        /// Its number
        order: String,
    },
    /// Turn an order down
    Reject {
        /// Its number
        order: String,
        /// Why: a code, `code: words`, or words
        #[arg(long, value_name = "WHY")]
        why: String,
    },
    /// Give an order more time, as an approver
    Extend {
        /// Its number
        order: String,
        /// When all must be back: RFC 3339, +4h, +3d or 17:00
        #[arg(long, value_name = "TIME")]
        until: String,
    },
    /// Close an order: each of its media is back, or is named as missing
    Close {
        /// Its number
        order: String,
        /// A medium that cannot be found; it is declared missing
        #[arg(long, value_name = "BARCODE", num_args = 1..)]
        missing: Vec<String>,
        /// Why they are missing: a code, `code: words`, or words
        #[arg(long, value_name = "WHY")]
        why: Option<String>,
        /// The second person
        #[arg(long, value_name = "BADGE")]
        with: Option<String>,
    },
    /// List the orders that are open, the newest first
    List {
        /// Also those that are rejected or closed
        #[arg(long)]
        all: bool,
        /// Only those before this number
        #[arg(long, value_name = "N")]
        before: Option<String>,
        /// The form.
        #[command(flatten)]
        output: Output,
    },
    /// Show one order and how far each of its media has come
    Show {
        /// Its number
        order: String,
        /// The form.
        #[command(flatten)]
        output: Output,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: OrderArgs) -> Result<Code, Failure> {
    match args.command {
        OrderCommand::New { purpose, text, work, from, until, to, nightly, media, json } => {
            let words = |text: Option<String>| text.map(|text| ui.words(&text)).transpose();
            let new = NewOrder {
                purpose: ui.name("PURPOSE", &purpose, Word::new)?,
                text: words(text)?,
                work: words(work)?,
                from: from.as_deref().map(|text| ui.moment(text)).transpose()?,
                until: ui.moment(&until)?,
                destination: to.map(|to| ui.name("WHERE", &to, Term::new)).transpose()?,
                nightly,
                wanted: wanted(ui, &media, nightly.is_some())?,
            };
            let (session, who) = ui.acting(global, None)?;
            let requested = session.request(&who, &new);
            numbered(ui, requested, json, |order| Orders::Requested { order })
        }
        OrderCommand::Night { order, until, media, json } => {
            let parent = number(ui, &order)?;
            let until = until.as_deref().map(|text| ui.moment(text)).transpose()?;
            let wanted = wanted(ui, &media, false)?;
            let (session, who) = ui.acting(global, None)?;
            let opened = session.night(&who, parent, until, &wanted);
            numbered(ui, opened, json, |order| Orders::NightOpened { order, parent })
        }
        OrderCommand::List { all, before, output } => {
            let before = before.map(|text| number(ui, &text)).transpose()?;
            order_list::list(ui, global, (!all, before), output)
        }
        OrderCommand::Show { order, output } => {
            let order = number(ui, &order)?;
            order_list::show(ui, global, order, output)
        }
        decision @ (OrderCommand::Approve { .. }
        | OrderCommand::Reject { .. }
        | OrderCommand::Extend { .. }
        | OrderCommand::Close { .. }) => decide(ui, global, decision),
    }
}

fn decide(ui: &mut Ui<'_>, global: &Global, command: OrderCommand) -> Result<Code, Failure> {
    match command {
        OrderCommand::Approve { order } => {
            let order = number(ui, &order)?;
            let (session, who) = ui.acting(global, None)?;
            let seq = session.approve(&who, order)?;
            ui.say(&Text::Orders(Orders::Approved { order, seq }))?;
        }
        OrderCommand::Reject { order, why } => {
            let (order, said) = (number(ui, &order)?, ui.why(&why)?);
            let (session, who) = ui.acting(global, None)?;
            let seq = session.reject(&who, order, &said)?;
            ui.say(&Text::Orders(Orders::Rejected { order, seq }))?;
        }
        OrderCommand::Extend { order, until } => {
            let (order, until) = (number(ui, &order)?, ui.moment(&until)?);
            let (session, who) = ui.acting(global, None)?;
            let seq = session.extend(&who, order, until)?;
            let until = ui.voice.time(until);
            ui.say(&Text::Orders(Orders::Extended { order, until: &until, seq }))?;
        }
        OrderCommand::Close { order, missing, why, with } => {
            let order = number(ui, &order)?;
            if !missing.is_empty() && why.is_none() {
                return Err(Failure::Usage(ui.voice.text(&Text::Orders(Orders::MissingNeedsWhy))));
            }
            let said = why.map(|why| ui.why(&why)).transpose()?;
            let (session, who) = ui.acting(global, with.as_deref())?;
            match session.close(&who, order, &missing, said.as_ref()) {
                Ok(seq) => ui.say(&Text::Orders(Orders::Closed { order, seq }))?,
                Err(error) => return refused(ui, error),
            }
        }
        OrderCommand::New { .. }
        | OrderCommand::Night { .. }
        | OrderCommand::List { .. }
        | OrderCommand::Show { .. } => {}
    }
    Ok(Code::DONE)
}

/// The number of an order, as it is printed or scanned (`KB-ORDER-12`).
pub(super) fn number(ui: &Ui<'_>, text: &str) -> Result<OrderId, Failure> {
    let digits = text.trim().trim_start_matches("KB-ORDER-").trim_start_matches('#');
    digits.parse().map(OrderId).map_err(|_| {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Failure::Usage(ui.voice.text(&Text::Orders(Orders::BadNumber { value: &shown })))
    })
}

fn wanted(ui: &mut Ui<'_>, args: &MediaArgs, may_be_none: bool) -> Result<Wanted, Failure> {
    let mut texts = Vec::new();
    for barcode in &args.barcodes {
        if barcode == "-" {
            let mut all = Vec::new();
            ui.stdin().read_to_end(&mut all)?;
            texts.extend(lines(&all));
        } else {
            texts.push(barcode.clone());
        }
    }
    if let Some(file) = &args.file {
        let bytes = std::fs::read(file).map_err(|error| {
            let error = error.to_string();
            Failure::Usage(ui.voice.text(&Text::CannotRead { file, error: &error }))
        })?;
        texts.extend(lines(&bytes));
    }
    let at = args.at.as_deref().map(|at| ui.place(at)).transpose()?;
    let wanted = Wanted { texts, at, find: args.find.clone() };
    if wanted == Wanted::default() && !may_be_none {
        return Err(Failure::Usage(ui.voice.text(&Text::Orders(Orders::NoMediaNamed))));
    }
    Ok(wanted)
}

/// The barcodes of a list: what stands before a tab on each line that is not empty.
fn lines(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let barcode = |line: &str| line.split('\t').next().unwrap_or_default().trim().to_owned();
    text.lines().map(barcode).filter(|barcode| !barcode.is_empty()).collect()
}

fn numbered(
    ui: &mut Ui<'_>,
    order: Result<OrderId, OrderError>,
    json: bool,
    said: impl Fn(OrderId) -> Orders<'static>,
) -> Result<Code, Failure> {
    match order {
        Ok(order) if json => ui.line(&serde_json::json!({"number": order.0}).to_string())?,
        Ok(order) => ui.say(&Text::Orders(said(order)))?,
        Err(error) => return refused(ui, error),
    }
    Ok(Code::DONE)
}

/// Says every barcode that was in the way.
fn refused(ui: &mut Ui<'_>, error: OrderError) -> Result<Code, Failure> {
    let bad = match error {
        OrderError::Other(error) => return Err(error.into()),
        OrderError::Media(bad) => bad,
    };
    for (barcode, refusal) in &bad {
        let Sentence { what, hint } = ui.voice.refusal(refusal);
        let what = if what.contains(barcode.as_str()) { what } else { format!("{barcode}: {what}") };
        ui.problem(&Sentence { what, hint })?;
    }
    let end = ui.voice.text(&Text::Orders(Orders::BadMedia { count: bad.len() }));
    ui.remark(&end)?;
    Ok(Code::REFUSED)
}

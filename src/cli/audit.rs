//! Stocktakes: open, count blind, count again, close by two people; what was found, and when the next is due.

use clap::{Args, Subcommand};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::ui::Ui;
use super::{audit_scan, audit_show, certificate};
use crate::app::Closed;
use crate::domain::audit::AuditState;
use crate::domain::names::AuditId;
use crate::i18n::{Audits, Text};

/// The words of the command.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What to do with stocktakes.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Open a stocktake: what it expects is frozen, and shown to nobody who counts
    Open(OpenArgs),
    /// Count: a place, then what stands in it
    Scan(audit_scan::ScanArgs),
    /// Show how much was read, by whom and where; never what is expected
    Status {
        /// Its number
        audit: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Begin the second count, for which others read again what is in question
    Recount {
        /// Its number
        audit: String,
    },
    /// Close it: certified, if nothing is unresolved; else refused, and what was not found is declared missing
    Close {
        /// Its number
        audit: String,
        /// The second person
        #[arg(long, value_name = "BADGE")]
        with: Option<String>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// List stocktakes, the newest first, with samples that were drawn and left
    List {
        /// Instead, the vaults and the days by which they must be audited; exit 1 if one is past
        #[arg(long)]
        due: bool,
        /// Only those before this number
        #[arg(long, value_name = "N", conflicts_with = "due")]
        before: Option<String>,
        /// The form.
        #[command(flatten)]
        output: Output,
    },
    /// Show a stocktake; once it is closed, its certificate
    Show(certificate::ShowArgs),
    /// Which stocktakes passed while a medium was already out of its place
    History {
        /// Its barcode, `#` and its identity, or `serial:` and its serial number
        barcode: String,
        /// The form.
        #[command(flatten)]
        output: Output,
    },
    /// Set the day by which a vault must be audited, apart from the policy
    Due {
        /// The vault
        place: String,
        /// The day: RFC 3339, +4h, +3d or 17:00
        #[arg(long, value_name = "TIME")]
        until: String,
        /// Why: a code, `code: words`, or words
        #[arg(long, value_name = "WHY")]
        why: String,
    },
}

/// What is to be counted.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// Only this place and what stands in it [else the whole site, with drives, hands and what is missing]
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// Only a random sample of so many in a hundred; the auditor's number is asked for once the head is fixed
    #[arg(long, value_name = "PERCENT")]
    pub sample: Option<u64>,
    /// Open the sample of this draw
    #[arg(long, value_name = "N", conflicts_with_all = ["at", "sample"], requires = "number")]
    pub draw: Option<String>,
    /// The auditor's number for that draw, in digits
    #[arg(long, value_name = "NUMBER", requires = "draw")]
    pub number: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

impl Ui<'_> {
    /// A sentence or heading about stocktakes.
    pub(super) fn audits(&self, text: Audits<'_>) -> String {
        self.voice.text(&Text::Audits(text))
    }

    /// The number of a stocktake.
    pub(super) fn audit(&self, text: &str) -> Result<AuditId, Failure> {
        text.trim().parse().map(AuditId).map_err(|_| {
            let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
            Failure::Usage(self.audits(Audits::BadAudit { value: &shown }))
        })
    }
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: AuditArgs) -> Result<Code, Failure> {
    match args.command {
        AuditCommand::Open(args) => open(ui, global, &args),
        AuditCommand::Scan(args) => audit_scan::run(ui, global, &args),
        AuditCommand::Status { audit, json } => {
            let audit = ui.audit(&audit)?;
            audit_show::status(ui, global, audit, json)
        }
        AuditCommand::Recount { audit } => {
            let audit = ui.audit(&audit)?;
            let (session, who) = ui.acting(global, None)?;
            let seq = session.recount(&who, audit)?;
            ui.say(&Text::Audits(Audits::Recounting { audit, seq }))?;
            Ok(Code::DONE)
        }
        AuditCommand::Close { audit, with, json } => {
            let audit = ui.audit(&audit)?;
            close(ui, global, audit, (with.as_deref(), json))
        }
        AuditCommand::List { due: true, output, .. } => audit_show::due(ui, global, output),
        AuditCommand::List { before, output, .. } => {
            let before = before.map(|number| ui.audit(&number)).transpose()?;
            audit_show::list(ui, global, before, output)
        }
        AuditCommand::Show(args) => certificate::run(ui, global, &args),
        AuditCommand::History { barcode, output } => audit_show::history(ui, global, &barcode, output),
        AuditCommand::Due { place, until, why } => {
            let (place, due, said) = (ui.place(&place)?, ui.moment(&until)?, ui.why(&why)?);
            let (session, who) = ui.acting(global, None)?;
            let seq = session.set_audit_due(&who, &place, due, &said)?;
            let due = ui.voice.time(due);
            ui.say(&Text::Audits(Audits::DueSet { place: place.as_str(), due: &due, seq }))?;
            Ok(Code::DONE)
        }
    }
}

fn number(ui: &Ui<'_>, text: &str) -> Result<u64, Failure> {
    text.trim().parse().map_err(|_| {
        let shown: String = text.chars().take(64).filter(|c| !c.is_control()).collect();
        Failure::Usage(ui.audits(Audits::BadNumber { value: &shown }))
    })
}

fn open(ui: &mut Ui<'_>, global: &Global, args: &OpenArgs) -> Result<Code, Failure> {
    let at = args.at.as_deref().map(|code| ui.place(code)).transpose()?;
    let told = args.number.as_deref().map(|text| number(ui, text)).transpose()?;
    let draw = args.draw.as_deref().map(|text| ui.audit(text)).transpose()?;
    let (session, who) = ui.acting(global, None)?;
    let (audit, open) = match (draw, told, args.sample) {
        (Some(draw), Some(number), _) => (session.open_drawn(&who, draw, number)?, true),
        (_, _, Some(percent)) => {
            let (draw, head) = session.draw_audit(&who, at.as_ref(), percent)?;
            let head = head.to_string();
            if !args.json {
                ui.say(&Text::Audits(Audits::Drawn { audit: draw, head: &head, percent }))?;
            }
            let prompt = ui.audits(Audits::AskNumber);
            match ui.ask(&prompt) {
                Some(text) => {
                    let number = number(ui, &text)?;
                    (session.open_drawn(&who, draw, number)?, true)
                }
                None => (draw, false),
            }
        }
        _ => (session.open_audit(&who, at.as_ref())?, true),
    };
    if args.json {
        let state = if open { "open" } else { "drawn" };
        ui.line(&serde_json::json!({"number": audit.0, "state": state}).to_string())?;
        return Ok(Code::DONE);
    }
    if !open {
        ui.say(&Text::Audits(Audits::DrawWaits { audit }))?;
        return Ok(Code::DONE);
    }
    let scope = session.audit(audit)?.view.scope;
    let scope = scope.map_or_else(|| ui.audits(Audits::WholeSite), |place| place.to_string());
    ui.say(&Text::Audits(Audits::Opened { audit, scope: &scope }))?;
    Ok(Code::DONE)
}

fn close(
    ui: &mut Ui<'_>,
    global: &Global,
    audit: AuditId,
    (with, json): (Option<&str>, bool),
) -> Result<Code, Failure> {
    let (session, who) = ui.acting(global, with)?;
    let Closed { state, seq, declared, incident } = session.close_audit(&who, audit)?;
    let page = session.audit(audit)?;
    if json {
        ui.line(&certificate::document(&page).to_string())?;
    } else {
        let certified = state == AuditState::Certified;
        let said = if certified {
            Audits::Certified { audit, seq }
        } else {
            Audits::Refused { audit, seq, declared, incident }
        };
        ui.say(&Text::Audits(said))?;
        ui.line("")?;
        certificate::print(ui, &page)?;
    }
    Ok(if state == AuditState::Certified { Code::DONE } else { Code::REFUSED })
}

//! People: enrol them, list them, set their roles, suspend them.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, list, moment, told};
use super::ui::Ui;
use crate::app::{NewPerson, PersonView, Temporary};
use crate::domain::names::Org;
use crate::i18n::{Orders, Text, Title};

/// The words of the command.
#[derive(Debug, Args)]
pub struct PersonArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PersonCommand,
}

/// What to do with people.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Enrol a person
    Add {
        /// Their badge
        badge: String,
        /// Their name; kept apart from the log, so that it can be forgotten
        name: String,
        /// Their roles: admin, operator, approver, auditor
        #[arg(long = "role", value_name = "R[,R]", required = true)]
        roles: Vec<String>,
        /// Their home organisation
        #[arg(long, value_name = "O")]
        org: Option<String>,
        /// The organisation they are seconded to
        #[arg(long, value_name = "O")]
        host_org: Option<String>,
    },
    /// List everybody
    List {
        /// The form.
        #[command(flatten)]
        output: Output,
    },
    /// Show one person: what they may do, and how that came about
    Show {
        /// Their badge
        badge: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Set the roles of a person
    Roles {
        /// Their badge
        badge: String,
        /// All their roles from now on
        #[arg(value_name = "R[,R]", required = true)]
        roles: Vec<String>,
    },
    /// Give a person a new PIN: your own, or as an administrator anybody's
    Pin {
        /// Their badge
        badge: String,
    },
    /// Give a new colleague a badge for one shift, with a PIN of their own, as an approver
    Temporary {
        /// The badge
        badge: String,
        /// Who carries it; kept apart from the log, so that it can be forgotten
        name: String,
        /// Their organisation
        #[arg(long, value_name = "O")]
        org: Option<String>,
        /// Until when it holds: RFC 3339, +4h or 17:00 [else for a whole shift]
        #[arg(long, value_name = "TIME")]
        until: Option<String>,
    },
    /// Let a suspended person act again
    Reinstate {
        /// Their badge
        badge: String,
    },
    /// Let a person act no more
    Suspend {
        /// Their badge
        badge: String,
        /// Why: a code, `code: words`, or words
        #[arg(long, value_name = "WHY", default_value = "left")]
        why: String,
    },
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: PersonArgs) -> Result<Code, Failure> {
    match args.command {
        PersonCommand::Add { badge, name, roles, org, host_org } => {
            let (badge, roles) = (ui.badge(&badge)?, ui.roles(&roles)?);
            let name = ui.person_name(&name)?;
            let named = |org: Option<String>| org.map(|org| ui.name("ORG", &org, Org::new)).transpose();
            let (org, host_org) = (named(org)?, named(host_org)?);
            let (session, who) = ui.acting(global, None)?;
            let pin = ui.new_pin(&badge)?;
            let has_pin = pin.is_some();
            let new = NewPerson { badge: badge.clone(), name, org, host_org, roles, pin };
            let seq = session.enrol(&who, new)?;
            ui.say(&Text::Enrolled { badge: badge.as_str(), seq })?;
            if !has_pin {
                ui.remark(&ui.voice.text(&Text::NoPinYet { badge: badge.as_str() }))?;
            }
        }
        PersonCommand::List { output } => people(ui, global, output)?,
        PersonCommand::Show { badge, json } => return super::person_show::run(ui, global, &badge, json),
        PersonCommand::Roles { badge, roles } => {
            let (badge, roles) = (ui.badge(&badge)?, ui.roles(&roles)?);
            let (session, who) = ui.acting(global, None)?;
            let seq = session.set_roles(&who, &badge, roles)?;
            let roles = roles.to_string();
            ui.say(&Text::RolesSet { badge: badge.as_str(), roles: &roles, seq })?;
        }
        PersonCommand::Suspend { badge, why } => {
            let (badge, said) = (ui.badge(&badge)?, ui.why(&why)?);
            let (session, who) = ui.acting(global, None)?;
            let seq = session.suspend(&who, &badge, &said)?;
            ui.say(&Text::Suspended { badge: badge.as_str(), seq })?;
        }
        PersonCommand::Reinstate { badge } => {
            let badge = ui.badge(&badge)?;
            let (session, who) = ui.acting(global, None)?;
            let seq = session.reinstate(&who, &badge)?;
            ui.say(&Text::Orders(Orders::Reinstated { badge: badge.as_str(), seq }))?;
        }
        PersonCommand::Temporary { badge, name, org, until } => {
            temporary(ui, global, (&badge, &name), org.as_deref(), until.as_deref())?;
        }
        PersonCommand::Pin { badge } => {
            let badge = ui.badge(&badge)?;
            let (session, who) = ui.acting(global, None)?;
            let Some(pin) = ui.new_pin(&badge)? else {
                return Err(Failure::Usage(ui.voice.text(&Text::NoNewPin)));
            };
            let seq = session.set_pin(&who, &badge, &pin)?;
            ui.say(&Text::PinSet { badge: badge.as_str(), seq })?;
        }
    }
    Ok(Code::DONE)
}

fn temporary(
    ui: &mut Ui<'_>,
    global: &Global,
    (badge, name): (&str, &str),
    org: Option<&str>,
    until: Option<&str>,
) -> Result<(), Failure> {
    let (badge, name) = (ui.badge(badge)?, ui.person_name(name)?);
    let org = org.map(|org| ui.name("ORG", org, Org::new)).transpose()?;
    let until = until.map(|text| ui.moment(text)).transpose()?;
    let (session, who) = ui.acting(global, None)?;
    let Some(pin) = ui.new_pin(&badge)? else {
        return Err(Failure::Usage(ui.voice.text(&Text::NoNewPin)));
    };
    let seq = session.lend_badge(&who, &Temporary { badge: badge.clone(), name, org, pin, until })?;
    let people = session.people()?;
    let until = people.iter().rev().find(|one| one.person.badge == badge).and_then(|one| one.person.until);
    let until = until.map_or_else(String::new, |until| ui.voice.time(until));
    ui.say(&Text::Orders(Orders::Lent { badge: badge.as_str(), until: &until, seq }))?;
    Ok(())
}

fn people(ui: &mut Ui<'_>, global: &Global, output: Output) -> Result<(), Failure> {
    let people = ui.session(global)?.people()?;
    let title = |title| Some(ui.voice.text(&Text::Title(title)));
    let (yes, role) = (ui.voice.text(&Text::Yes), ui.voice.clone());
    let has = yes.clone();
    let columns = vec![
        column("badge", title(Title::Badge), |p: &PersonView| p.person.badge.as_str().into()),
        column("name", title(Title::Name), |p: &PersonView| p.name.clone().into()),
        column("org", title(Title::Org), |p: &PersonView| p.person.org.as_ref().map(Org::as_str).into()),
        column("host_org", None, |p: &PersonView| p.person.host_org.as_ref().map(Org::as_str).into()),
        told(
            "roles",
            title(Title::Roles),
            |p: &PersonView| p.person.roles.iter().map(|r| Value::from(r.word())).collect(),
            move |p: &PersonView| p.person.roles.iter().map(|r| role.role(r)).collect::<Vec<_>>().join(", "),
        ),
        told(
            "suspended",
            title(Title::Suspended),
            |p: &PersonView| p.person.suspended.into(),
            move |p: &PersonView| if p.person.suspended { yes.clone() } else { String::new() },
        ),
        told(
            "pin",
            title(Title::Pin),
            |p: &PersonView| p.person.pin.is_some().into(),
            move |p: &PersonView| if p.person.pin.is_some() { has.clone() } else { String::new() },
        ),
        moment("until", None, &ui.voice, |p: &PersonView| p.person.until),
        moment("locked_until", None, &ui.voice, |p: &PersonView| p.person.locked),
    ];
    list(ui, output, columns, &people)?;
    Ok(())
}

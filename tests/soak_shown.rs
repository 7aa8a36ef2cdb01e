//! How a medium is shown, by the program and by the model, each in one line; and the flags that the model sees.

use kuraban::app::{Custodian, MediumView};
use kuraban::domain::custody::State;
use kuraban::domain::flag::{FlagKind, Severity};
use kuraban::domain::order::OrderState;
use kuraban::domain::time::Timestamp;

use crate::soak_model::{DAY, HOUR, Id, Leave, Medium, Model, Moment, Outing};

/// What is held against the model, or what is wrong.
pub(crate) type Checked = Result<(), String>;

/// Holds two answers against each other.
pub(crate) fn same<T: PartialEq + std::fmt::Debug>(what: &str, program: &T, model: &T) -> Checked {
    if program == model {
        return Ok(());
    }
    Err(format!("{what}\n  program: {program:#?}\n  model:   {model:#?}"))
}

/// Holds two lists against each other, and names the first line in which they differ.
pub(crate) fn alike(what: &str, program: &[String], model: &[String]) -> Checked {
    let apart = program.iter().zip(model).position(|(one, other)| one != other);
    let Some(at) = apart.or((program.len() != model.len()).then(|| program.len().min(model.len()))) else {
        return Ok(());
    };
    let line = |list: &[String]| list.get(at).cloned().unwrap_or_else(|| "nothing".to_owned());
    let (many, more) = (program.len(), model.len());
    let (one, other) = (line(program), line(model));
    Err(format!("{what}, line {at} of {many} and {more}\n  program: {one}\n  model:   {other}"))
}

/// A moment in milliseconds.
pub(crate) fn millis(moment: Option<Timestamp>) -> Option<Moment> {
    moment.map(Timestamp::millis)
}

/// A person, by badge and name.
pub(crate) fn someone(custodian: Option<&Custodian>) -> String {
    custodian.map_or_else(
        || "nobody".to_owned(),
        |who| format!("{} ({})", who.badge, who.name.as_deref().unwrap_or("no name")),
    )
}

/// A flag: what, how grave, since when.
pub(crate) type Flag = (FlagKind, Severity, Moment);

fn words(flags: impl Iterator<Item = Flag>) -> String {
    let mut words: Vec<String> =
        flags.map(|(kind, severity, since)| format!("{kind}/{severity}/{since}")).collect();
    words.sort();
    words.join(" ")
}

/// The line of a medium as the program shows it.
pub(crate) fn shown(view: &MediumView) -> String {
    let described = view.description.as_ref().map(|on| {
        let date = |date: Option<kuraban::domain::time::Date>| date.map(|date| date.to_string());
        let (from, until) = (date(on.from), date(on.until));
        let system = on.system.as_ref().map(ToString::to_string);
        assert!(on.info.is_empty() && on.persons.is_none(), "nobody told that");
        format!("{} {system:?} {from:?} {until:?} {} {}", on.class, on.encrypted, on.legal_hold)
    });
    let wrong = view.discrepancy.as_ref().map(|(wrong, place)| {
        format!("{} {}", wrong.since.millis(), place.as_ref().map_or("?", |place| place.as_str()))
    });
    let flags = view.flags.iter().map(|flag| (flag.kind, flag.severity, flag.since.millis()));
    let seen = view.seen_at.map(|at| {
        (at.millis(), view.seen_place.as_ref().map(ToString::to_string), view.seen_how.unwrap().word())
    });
    format!(
        "#{} {} serial {:?} of {} {}{} at {:?} with {} since {} left {:?} due {:?} order {:?} mseq {} seen {seen:?} \
         read {:?} wrong {wrong:?} told {described:?} flags {}",
        view.id,
        view.barcode,
        view.serial.as_ref().map(ToString::to_string),
        view.registered.millis(),
        view.state,
        if view.resident { " resident" } else { "" },
        view.place.as_ref().map(ToString::to_string),
        someone(view.custodian.as_ref()),
        view.since.millis(),
        millis(view.left),
        millis(view.due),
        view.order.map(|order| order.0),
        view.mseq,
        millis(view.read_at),
        words(flags),
    )
}

impl Model {
    pub(crate) fn someone(&self, id: Option<Id>) -> String {
        let person = id.and_then(|id| self.people.iter().find(|person| person.id == id));
        person.map_or_else(|| "nobody".to_owned(), |person| format!("{} ({})", person.badge, person.name))
    }

    /// The line of a medium as the model has it.
    pub(crate) fn shown(&self, medium: &Medium) -> String {
        let custody = &medium.custody;
        let outing = custody.outing;
        let resident = custody.state == State::InDevice && outing.is_none();
        let described = medium.described.as_ref().map(|on| {
            let (from, until) = (on.from.map(str::to_owned), on.until.map(str::to_owned));
            format!("{} {:?} {from:?} {until:?} {} {}", on.class, on.system, on.encrypted, on.hold)
        });
        let wrong = medium.wrong.map(|(since, place)| format!("{since} {}", self.spot(place).code));
        let seen = medium.seen.map(|(at, place, how)| (at, self.code(place).map(str::to_owned), how.word()));
        format!(
            "#{} {} serial {:?} of {} {}{} at {:?} with {} since {} left {:?} due {:?} order {:?} mseq {} seen {seen:?} \
             read {:?} wrong {wrong:?} told {described:?} flags {}",
            medium.id,
            medium.barcode,
            medium.serial,
            medium.registered,
            custody.state,
            if resident { " resident" } else { "" },
            self.code(custody.place).map(str::to_owned),
            self.someone(custody.who),
            custody.since,
            outing.map(|outing| outing.left),
            outing.map(|outing| outing.due),
            custody.order(),
            medium.mseq,
            medium.read,
            words(self.flags(medium).into_iter()),
        )
    }

    /// Media in the order of their barcodes.
    pub(crate) fn in_order(&self) -> Vec<&Medium> {
        let mut all: Vec<&Medium> = self.media.values().collect();
        all.sort_by(|a, b| a.barcode.cmp(&b.barcode));
        all
    }

    /// Whether somebody must look at it now: it is out, missing, in dispute, or went out in an emergency.
    pub(crate) fn is_watched(medium: &Medium) -> bool {
        medium.custody.is_out() || medium.wrong.is_some() || !medium.overrides.is_empty()
    }

    /// Since when it is out without a leave that holds.
    fn loose_since(&self, outing: &Outing) -> Option<Moment> {
        match outing.leave {
            Leave::Intake | Leave::Override => None,
            Leave::Without => self.says("order_required", "yes").then_some(outing.left),
            Leave::Order(order) => {
                let order = &self.orders[&order];
                let closed = order.decided.filter(|_| order.state != OrderState::Approved);
                Some(closed.map_or(order.until, |closed| closed.min(order.until)))
                    .filter(|end| *end <= self.at())
            }
        }
    }

    fn outside_flags(&self, medium: &Medium, outing: &Outing) -> Vec<Flag> {
        let Outing { left, due, ejected, .. } = *outing;
        let mut flags = vec![(FlagKind::Outside, Severity::Notice, left)];
        if let Some(since) = self.loose_since(outing) {
            flags.push((FlagKind::NoOrder, Severity::Critical, since));
        }
        if self.at() > due {
            let twice = self.at() - due > (due - left).max(0);
            flags.push((FlagKind::Overdue, if twice { Severity::Critical } else { Severity::Warning }, due));
        }
        let grace = ejected.map(|at| at + self.number("eject_grace_hours") * HOUR);
        if let Some(grace) = grace.filter(|grace| self.at() > *grace) {
            flags.push((FlagKind::EjectedNotVaulted, Severity::Critical, grace));
        }
        let long = medium.custody.since + self.number("in_device_days") * DAY;
        if medium.custody.state == State::InDevice && self.at() > long {
            flags.push((FlagKind::InDeviceTooLong, Severity::Warning, long));
        }
        flags
    }

    /// What a person must look at now.
    pub(crate) fn flags(&self, medium: &Medium) -> Vec<Flag> {
        let mut flags: Vec<Flag> =
            medium.overrides.iter().map(|(.., at)| (FlagKind::Override, Severity::Critical, *at)).collect();
        if let Some((since, _)) = medium.wrong {
            flags.push((FlagKind::Discrepancy, Severity::Critical, since));
        }
        if medium.custody.state == State::Destroyed {
            return flags;
        }
        if medium.custody.state == State::Missing {
            flags.push((FlagKind::Missing, Severity::Critical, medium.custody.since));
        }
        if let Some(outing) = &medium.custody.outing {
            flags.extend(self.outside_flags(medium, outing));
        }
        if medium.seen.is_none() {
            flags.push((FlagKind::NeverSeen, Severity::Notice, medium.registered));
        }
        let due = medium.read.unwrap_or(medium.registered) + self.number("audit_interval_days") * DAY;
        if due < self.at() {
            flags.push((FlagKind::AuditDue, Severity::Warning, due));
        }
        flags
    }
}

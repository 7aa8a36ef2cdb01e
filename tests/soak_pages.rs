//! Every question about orders and people.

use std::collections::BTreeMap;

use kuraban::app::{AccessRow, OrderLine, OrderView, PersonView, Session};
use kuraban::domain::custody::State;
use kuraban::domain::event::Kind;
use kuraban::domain::names::{Badge, OrderId};
use kuraban::domain::order::OrderState;
use kuraban::domain::person::Role;
use serde_json::Value;

use crate::soak_media::{reason, trouble};
use crate::soak_model::{Id, Marks, Model, Order, Person};
use crate::soak_shown::{Checked, alike, millis, same, someone};

fn order_told(view: &OrderView) -> String {
    let OrderView { order, requester, decided_by, closed_by, counts, over } = view;
    format!(
        "{} {} for {} by {} at {} from {} until {} decided by {} at {:?} closed by {} of {:?} nightly {:?} \
         expected {} taken {} ejected {} returned {} outside {} missing {} over {over}",
        order.id,
        order.state,
        order.purpose,
        someone(requester.as_ref()),
        order.requested.millis(),
        order.from.millis(),
        order.until.millis(),
        someone(decided_by.as_ref()),
        millis(order.decided),
        someone(closed_by.as_ref()),
        order.parent.map(|parent| parent.0),
        order.nightly.map(|nightly| (nightly.most, nightly.night, nightly.used)),
        counts.expected,
        counts.taken,
        counts.ejected,
        counts.returned,
        counts.outside,
        counts.missing,
    )
}

fn line_told(line: &OrderLine) -> String {
    let marks = line.marks;
    format!(
        "{} {} rest {} at {:?} with {} taken {} ejected {} returned {} outside {}",
        line.barcode,
        line.state,
        line.at_rest,
        line.place.as_ref().map(ToString::to_string),
        someone(line.custodian.as_ref()),
        marks.taken,
        marks.ejected,
        marks.returned,
        line.outside,
    )
}

impl Model {
    fn order_told(&self, order: &Order) -> String {
        let approved = order.state == OrderState::Approved;
        let marked = |mark: fn(&Marks) -> bool| order.lines.values().filter(|marks| mark(marks)).count();
        let now = |is: fn(&crate::soak_model::Custody) -> bool| {
            order.lines.keys().filter(|id| is(&self.media[*id].custody)).count()
        };
        let outside = if approved { now(|custody| custody.outing.is_some()) } else { 0 };
        format!(
            "{} {} for {} by {} at {} from {} until {} decided by {} at {:?} closed by {} of {:?} nightly {:?} \
             expected {} taken {} ejected {} returned {} outside {outside} missing {} over {}",
            order.id,
            order.state,
            order.purpose,
            self.someone(Some(order.requester)),
            order.requested,
            order.from,
            order.until,
            self.someone(order.decided_by),
            order.decided,
            self.someone(order.closed_by),
            order.parent,
            order.nightly,
            order.lines.len(),
            marked(|marks| marks.taken),
            marked(|marks| marks.ejected),
            marked(|marks| marks.returned),
            now(|custody| custody.state == State::Missing),
            approved && self.at() >= order.until,
        )
    }

    fn line_told(&self, order: &Order, id: Id, marks: Marks) -> (bool, String) {
        let medium = &self.media[&id];
        let custody = &medium.custody;
        let rest = !custody.is_out();
        let waits = order.state == OrderState::Approved && custody.outing.is_some();
        let told = format!(
            "{} {} rest {rest} at {:?} with {} taken {} ejected {} returned {} outside {waits}",
            medium.barcode,
            custody.state,
            self.code(custody.place).map(str::to_owned),
            self.someone(custody.who),
            marks.taken,
            marks.ejected,
            marks.returned,
        );
        (rest, told)
    }
}

/// Orders: the lists and each by itself.
pub(crate) fn orders(session: &Session, model: &Model) -> Checked {
    let middle = model.orders.keys().nth(model.orders.len() / 2).copied();
    for (open, before) in [(false, None), (true, None), (false, middle), (true, middle)] {
        let found = session.orders(open, before.map(OrderId)).map_err(trouble)?;
        let found: Vec<String> = found.iter().map(order_told).collect();
        let listed = model.orders.values().rev();
        let listed = listed.filter(|order| !open || order.is_open());
        let listed = listed.filter(|order| before.is_none_or(|before| order.id < before));
        let wanted: Vec<String> = listed.map(|order| model.order_told(order)).collect();
        alike(&format!("order list, open {open}, before {before:?}"), &found, &wanted)?;
    }
    for order in model.orders.values() {
        let what = format!("order show {}", order.id);
        let page = session.order(OrderId(order.id)).map_err(|error| format!("{what}: {error:?}"))?;
        same(&what, &order_told(&page.view), &model.order_told(order))?;
        same(&what, &(page.text, page.work), &(order.text.clone(), None))?;
        let found: Vec<String> = page.lines.iter().map(line_told).collect();
        let mut lines: Vec<(bool, String)> =
            order.lines.iter().map(|(id, marks)| model.line_told(order, *id, *marks)).collect();
        lines.sort_by_key(|(rest, _)| *rest);
        alike(&what, &found, &lines.into_iter().map(|(_, told)| told).collect::<Vec<_>>())?;
    }
    let unknown = session.order(OrderId(99_999)).map(|_| ()).map_err(|error| reason(&error));
    same("an order that nobody asked for", &unknown, &Err("unknown_order".to_owned()))
}

fn person_told(view: &PersonView) -> String {
    let person = &view.person;
    format!(
        "{} {} {:?} of {:?} for {:?} {} suspended {} until {:?} pin {} wrong {} locked {:?}",
        person.id,
        person.badge,
        view.name,
        person.org.as_ref().map(ToString::to_string),
        person.works_for().map(ToString::to_string),
        person.roles,
        person.suspended,
        millis(person.until),
        person.pin.is_some(),
        person.wrong_pins,
        millis(person.locked),
    )
}

impl Person {
    fn told(&self) -> String {
        let roles: Vec<&str> = self.roles.iter().map(|role| role.word()).collect();
        format!(
            "{} {} {:?} of {:?} for {:?} {} suspended {} until {:?} pin {} wrong {} locked {:?}",
            self.id,
            self.badge,
            Some(&self.name),
            self.org,
            self.works_for().map(str::to_owned),
            roles.join(","),
            self.suspended,
            self.until,
            self.pin.is_some(),
            self.wrong,
            self.locked,
        )
    }
}

/// The badge of the person whose standing an entry changes.
fn about(kind: Kind, data: &Value) -> Option<&str> {
    let of_person = matches!(
        kind,
        Kind::PersonEnrolled
            | Kind::TemporaryBadge
            | Kind::PersonRoles
            | Kind::PersonSuspended
            | Kind::PersonReinstated
    );
    data["badge"].as_str().filter(|_| of_person)
}

/// People: the list, each with their history, and the report of who may do what.
pub(crate) fn people(session: &Session, model: &Model) -> Checked {
    let found: Vec<String> = session.people().map_err(trouble)?.iter().map(person_told).collect();
    let wanted: Vec<String> = model.people.iter().map(Person::told).collect();
    alike("person list", &found, &wanted)?;
    let mut newest: BTreeMap<&str, &Person> = BTreeMap::new();
    newest.extend(model.people.iter().map(|person| (person.badge.as_str(), person)));
    for (badge, person) in newest {
        let page = session.person(&Badge::new(badge).unwrap()).map_err(trouble)?;
        same(&format!("person show {badge}"), &person_told(&page.view), &person.told())?;
        let found: Vec<u64> = page.history.iter().map(|(entry, _)| entry.seq).collect();
        let own = (1..)
            .zip(&model.log)
            .filter(|(seq, entry)| *seq >= person.id && about(entry.kind, &entry.data) == Some(badge));
        same(&format!("the history of {badge}"), &found, &own.map(|(seq, _)| seq).collect())?;
    }
    let nobody = session.person(&Badge::new("B-999").unwrap()).map(|_| ()).map_err(|error| reason(&error));
    same("a person that nobody is", &nobody, &Err("unknown_person".to_owned()))
}

/// The report of who holds which role, since when, and when it was last used.
pub(crate) fn access(session: &Session, model: &Model) -> Checked {
    let told = |row: &AccessRow| {
        format!(
            "{} {:?} {:?} {:?} {} since {} used {:?} suspended {} until {:?}",
            row.badge,
            row.name,
            row.org.as_ref().map(ToString::to_string),
            row.host_org.as_ref().map(ToString::to_string),
            row.role,
            row.since.millis(),
            millis(row.last_used),
            row.suspended,
            millis(row.until),
        )
    };
    let found: Vec<String> = session.access().map_err(trouble)?.iter().map(told).collect();
    let row = |person: &Person, role: &Role| {
        format!(
            "{} {:?} {:?} {:?} {role} since {} used {:?} suspended {} until {:?}",
            person.badge,
            Some(&person.name),
            person.org,
            person.host,
            person.since[role],
            person.used.get(role),
            person.suspended,
            person.until,
        )
    };
    let all = model.people.iter();
    let wanted = all.flat_map(|person| person.roles.iter().map(|role| row(person, role)).collect::<Vec<_>>());
    alike("report access", &found, &wanted.collect::<Vec<_>>())
}

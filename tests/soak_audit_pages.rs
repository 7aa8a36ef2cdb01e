//! Every question about stocktakes: while they are counted, and when they are closed.

use std::collections::{BTreeMap, BTreeSet};

use kuraban::app::{AuditLine, AuditView, CountProgress, Counter, Session};
use kuraban::domain::audit::{AuditState, Class};
use kuraban::domain::event::Kind;
use kuraban::domain::names::AuditId;
use kuraban::domain::place::PlaceKind;

use crate::soak_media::{reason, trouble};
use crate::soak_model::{Audit, Found, Id, Model, Moment};
use crate::soak_shown::{Checked, alike, millis, same, someone};

fn told(view: &AuditView) -> String {
    let audit = &view.audit;
    let tally = view.tally.map(|tally| {
        let sums = [
            ("expected", tally.expected),
            ("corrected", tally.corrected),
            ("unknown", tally.unknown),
            ("foreign", tally.foreign),
            ("unresolved", tally.unresolved),
        ];
        let classes = Class::ALL.iter().map(|class| (class.word(), tally.of(*class)));
        sums.into_iter().chain(classes).collect::<BTreeMap<_, _>>()
    });
    format!(
        "{} {} of {:?} sample {:?} {:?} size {} expected {} opened {} by {} again {:?} incident {:?} \
         closed {:?} by {} with {} seen {} tally {tally:?}",
        audit.id,
        audit.state,
        view.scope.as_ref().map(ToString::to_string),
        audit.sample.map(|sample| sample.percent),
        audit.sample.map(|sample| sample.number.is_some()),
        audit.size,
        audit.expected,
        audit.opened.millis(),
        someone(view.opened_by.as_ref()),
        millis(audit.recounted),
        audit.incident.map(|incident| incident.0),
        millis(audit.closed),
        someone(view.closed_by.as_ref()),
        someone(view.closed_with.as_ref()),
        view.seen,
    )
}

fn counter_told(counter: &Counter) -> String {
    let Counter { who, second, labels, first, last } = counter;
    format!("{} second {second} {labels} {} {}", someone(who.as_ref()), first.millis(), last.millis())
}

fn line_told(line: &AuditLine) -> String {
    format!(
        "{} expected {} {} passes {} was {} at {:?} with {} seen {:?} also {:?} by {} {:?} settled by {} incident {:?}",
        line.barcode,
        line.expected,
        line.class,
        line.passes,
        line.state,
        line.place.as_ref().map(ToString::to_string),
        someone(line.custodian.as_ref()),
        line.seen.as_ref().map(ToString::to_string),
        line.also.as_ref().map(ToString::to_string),
        someone(line.counter.as_ref()),
        line.how,
        someone(line.settled_by.as_ref()),
        line.incident.map(|incident| incident.0),
    )
}

impl Model {
    pub(crate) fn audit_told(&self, audit: &Audit) -> String {
        let wanted = |sum: &str| {
            let grades = ["scanned", "typed", "pasted", "file", "library", "sensor"];
            !grades.contains(&sum)
        };
        let closed = audit.closed.is_some();
        let tally: Option<BTreeMap<&str, u64>> = closed.then(|| {
            let sums = audit.tally.iter().map(|(sum, many)| (sum.as_str(), *many));
            sums.filter(|(sum, _)| wanted(sum)).collect()
        });
        let seen: BTreeSet<Id> = audit.counts.iter().map(|count| count.medium).collect();
        format!(
            "{} {} of {:?} sample {:?} {:?} size {} expected {} opened {} by {} again {:?} incident {:?} \
             closed {:?} by {} with {} seen {} tally {tally:?}",
            audit.id,
            audit.state,
            self.code(audit.scope).map(str::to_owned),
            audit.percent.map(|(percent, _)| percent),
            audit.percent.map(|_| audit.sample.is_some()),
            audit.size,
            audit.expected,
            audit.opened,
            self.someone(Some(audit.opened_by)),
            audit.recounted,
            audit.incident,
            audit.closed,
            self.someone(audit.closed_by),
            self.someone(audit.closed_with),
            seen.len(),
        )
    }

    fn counters(&self, audit: &Audit) -> Vec<String> {
        let mut rows: BTreeMap<Id, (Moment, Moment, u64)> = BTreeMap::new();
        for count in &audit.counts {
            let row = rows.entry(count.counter).or_insert((count.at, count.at, 0));
            *row = (row.0.min(count.at), row.1.max(count.at), row.2 + 1);
        }
        let mut rows: Vec<(Moment, Id, Moment, u64)> =
            rows.into_iter().map(|(id, (first, last, many))| (first, id, last, many)).collect();
        rows.sort_unstable();
        let told = |(first, id, last, many): (Moment, Id, Moment, u64)| {
            let second = !audit.counters[&id];
            format!("{} second {second} {many} {first} {last}", self.someone(Some(id)))
        };
        rows.into_iter().map(told).collect()
    }

    /// Of the places that are counted those in which something was read: itself, within it, or around it by one step.
    fn progress(&self, audit: &Audit) -> CountProgress {
        let site = self.places[0].id;
        let read: BTreeSet<Id> =
            audit.counts.iter().map(|count| count.place).filter(|place| *place != site).collect();
        let counted = |id: Id| audit.scope.is_none_or(|scope| self.within(id, scope));
        let all = self.places.iter().filter(|place| !place.retired && place.kind != PlaceKind::Site);
        let mut told = CountProgress::default();
        for place in all.filter(|place| counted(place.id)) {
            let inside = read.iter().any(|read| self.within(*read, place.id));
            let around = place.parent.is_some_and(|parent| read.contains(&parent));
            told.places += 1;
            told.visited += u64::from(inside || around);
        }
        told
    }

    /// The incident of the last time that it was declared missing before an entry.
    fn incident_of(&self, medium: Id, end: Id) -> Option<Id> {
        let end = usize::try_from(end - 1).unwrap();
        let declared = self.log[..end].iter().rev().find(|entry| {
            entry.kind == Kind::DeclareMissing && entry.medium.is_some_and(|(id, _)| id == medium)
        });
        declared.and_then(|entry| entry.data["incident"].as_u64())
    }

    fn found_told(&self, audit: &Audit, found: &Found) -> String {
        let missing = matches!(found.class, Class::KnownMissing | Class::NotFound);
        let incident = audit.closing.filter(|_| missing).and_then(|end| self.incident_of(found.medium, end));
        let code = |place: Option<Id>| self.code(place).map(str::to_owned);
        format!(
            "{} expected {} {} passes {} was {} at {:?} with {} seen {:?} also {:?} by {} {:?} settled by {} incident {:?}",
            self.media[&found.medium].barcode,
            found.expected,
            found.class,
            found.passes,
            found.stood.state,
            code(found.stood.place),
            self.someone(found.stood.who),
            code(found.seen),
            code(found.also),
            self.someone(found.counter),
            found.how,
            self.someone(found.settled_by),
            incident,
        )
    }
}

/// Stocktakes: the lists, each by itself, and the calendar.
pub(crate) fn audits(session: &Session, model: &Model) -> Checked {
    let middle = model.audits.keys().nth(model.audits.len() / 2).copied();
    for before in [None, middle] {
        let found = session.audits(before.map(AuditId)).map_err(trouble)?;
        let found: Vec<String> = found.iter().map(told).collect();
        let listed = model.audits.values().rev();
        let listed = listed.filter(|audit| before.is_none_or(|before| audit.id < before));
        let wanted: Vec<String> = listed.map(|audit| model.audit_told(audit)).collect();
        alike(&format!("audit list, before {before:?}"), &found, &wanted)?;
    }
    let open: Vec<&Audit> = model.audits.values().filter(|audit| audit.state == AuditState::Open).collect();
    let found: Vec<String> = session.open_audits().map_err(trouble)?.iter().map(told).collect();
    let wanted: Vec<String> = open.iter().map(|audit| model.audit_told(audit)).collect();
    alike("what is being counted", &found, &wanted)?;
    let only = session.counting_now(None).map_err(trouble)?.map(|counting| counting.view.audit.id.0);
    same("the only count there is", &only, &open.first().filter(|_| open.len() == 1).map(|audit| audit.id))?;
    for audit in model.audits.values() {
        counting(session, model, audit)?;
        page(session, model, audit)?;
    }
    let unknown = session.audit(AuditId(99_999)).map(|_| ()).map_err(|error| reason(&error));
    same("a stocktake that nobody opened", &unknown, &Err("unknown_audit".to_owned()))?;
    calendar(session, model)
}

fn counting(session: &Session, model: &Model, audit: &Audit) -> Checked {
    let what = format!("audit status {}", audit.id);
    let status = session.counting(AuditId(audit.id)).map_err(trouble)?;
    same(&what, &told(&status.view), &model.audit_told(audit))?;
    let found: Vec<String> = status.counters.iter().map(counter_told).collect();
    alike(&what, &found, &model.counters(audit))?;
    let (mut grades, mut places) = (BTreeMap::new(), BTreeMap::new());
    let mut seen = BTreeSet::new();
    for count in &audit.counts {
        *grades.entry(count.how.word()).or_insert(0_u64) += 1;
        if seen.insert((count.medium, count.place)) {
            *places.entry(count.place).or_insert(0_u64) += 1;
        }
    }
    let found: Vec<(&str, u64)> = status.grades.iter().map(|(how, many)| (how.word(), *many)).collect();
    same(&format!("{what}, by what means"), &found, &grades.into_iter().collect())?;
    let found: Vec<(String, u64)> =
        status.places.iter().map(|count| (count.place.to_string(), count.media)).collect();
    let wanted = places.into_iter().map(|(place, many)| (model.spot(place).code.clone(), many));
    same(&format!("{what}, by place"), &found, &wanted.collect())?;
    same(&format!("{what}, places"), &status.progress, &model.progress(audit))?;
    same(&format!("{what}, labels of nothing"), &status.strays, &(audit.strays.len() as u64))
}

fn page(session: &Session, model: &Model, audit: &Audit) -> Checked {
    let what = format!("audit show {}", audit.id);
    let page = session.audit(AuditId(audit.id)).map_err(trouble)?;
    same(&what, &told(&page.view), &model.audit_told(audit))?;
    let found: Vec<String> = page.lines.iter().map(line_told).collect();
    let named = |found: &&Found| !matches!(found.class, Class::Present | Class::Moved);
    let mut lines: Vec<&Found> = audit.found.iter().filter(named).collect();
    lines.sort_by_key(|found| found.passes);
    let wanted: Vec<String> = lines.into_iter().map(|found| model.found_told(audit, found)).collect();
    alike(&format!("{what}, its lines"), &found, &wanted)?;
    let stray =
        |text: &str, place: Option<&str>, why: &str, who: &str| format!("{text} {place:?} {why} {who}");
    let found: Vec<String> = page
        .strays
        .iter()
        .map(|one| {
            let place = one.place.as_ref().map(ToString::to_string);
            stray(&one.text, place.as_deref(), one.why.word(), &someone(one.counter.as_ref()))
        })
        .collect();
    let closed = audit.strays.iter().filter(|_| audit.closed.is_some());
    let wanted = closed
        .map(|one| stray(&one.text, model.code(one.place), one.why.word(), &model.someone(one.counter)));
    alike(&format!("{what}, labels of nothing"), &found, &wanted.collect::<Vec<_>>())?;
    same(&format!("{what}, its end"), &page.closing.map(|(seq, _)| seq), &audit.closing)
}

fn calendar(session: &Session, model: &Model) -> Checked {
    let found: Vec<String> = session
        .audits_due()
        .map_err(trouble)?
        .iter()
        .map(|due| {
            format!("{} {:?} {} {} {}", due.place, millis(due.audited), due.due.millis(), due.set, due.over)
        })
        .collect();
    let mut vaults: Vec<_> =
        model.places.iter().filter(|place| place.kind == PlaceKind::Vault && !place.retired).collect();
    vaults.sort_by_key(|vault| (model.day_of(vault), vault.code.clone()));
    let wanted = vaults.into_iter().map(|vault| {
        let day = model.day_of(vault);
        format!("{} {:?} {day} {} {}", vault.code, vault.audited, vault.day.is_some(), day < model.at())
    });
    alike("audit list --due", &found, &wanted.collect::<Vec<_>>())
}

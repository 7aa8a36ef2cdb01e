//! What the model asks itself before it decides: the tree of places, room in them, labels, people, the clock; and how an
//! entry gets into its log.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind};
use kuraban::domain::person::Role;
use kuraban::domain::place::PlaceKind;
use serde_json::{Value, json};

use crate::soak_model::{Custody, DAY, Entry, Id, Medium, Model, Moment, Person, Place};

/// Why the model says no; several where several would do.
pub(crate) type No = Vec<&'static str>;

/// The policy of a new ledger, as the custody model has it.
const POLICY: [(&str, &str); 16] = [
    ("allowance_hours", "24"),
    ("audit_interval_days", "180"),
    ("caps_lock", "upcase"),
    ("check_in_witness", "none"),
    ("checkpoint_every", "1000"),
    ("clock_jump_days", "14"),
    ("eject_grace_hours", "4"),
    ("idle_lock_minutes", "15"),
    ("in_device_days", "30"),
    ("order_required", "yes"),
    ("purposes", "backup,restore,offsite,maintenance,migration,audit,disposal,test"),
    ("relabel_witness", "yes"),
    (
        "separate",
        "requester_approver,actor_witness,actor_ratifier,party_approver,counter_custodian,destroyer_certifier",
    ),
    ("shift_hours", "12"),
    ("vault_audit_days", "180"),
    ("void_window_minutes", "10"),
];

/// Who acts, and who stands by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) by: &'a str,
    pub(crate) with: Option<&'a str>,
}

/// A time as an entry spells it.
pub(crate) fn spelt(moment: Moment) -> String {
    kuraban::domain::time::Timestamp::from_millis(moment).to_string()
}

/// Why a label names no one medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Nothing {
    Unreadable,
    Unknown,
    Ambiguous,
    /// It was replaced on this medium.
    Old(Id),
}

impl Nothing {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Unknown => "unknown_barcode",
            Self::Ambiguous => "ambiguous",
            Self::Old(_) => "old_barcode",
        }
    }
}

/// Steps with a medium that say nothing of where it is: nobody has it before them.
pub(crate) const fn physical(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Register
            | Kind::Move
            | Kind::CheckOut
            | Kind::Load
            | Kind::Eject
            | Kind::CheckIn
            | Kind::HandOver
            | Kind::TakeOver
            | Kind::Sight
            | Kind::Found
            | Kind::Relabel
            | Kind::Destroy
    )
}

/// Whether such a reading proves that the medium was there.
pub(crate) fn proves(how: How, second: bool) -> bool {
    match how {
        How::Scanned | How::Library | How::Sensor => true,
        How::Typed | How::Pasted | How::File => second,
        How::Seal | How::Declared => false,
    }
}

/// The roles of which one is needed.
pub(crate) fn roles_for(kind: Kind) -> &'static [Role] {
    const MOVERS: &[Role] = &[Role::Operator, Role::Approver, Role::Admin];
    match kind.word() {
        "register" => &[Role::Operator, Role::Admin],
        "sight" | "audit_read" => &[Role::Operator, Role::Auditor],
        "declare_missing" | "audit_drawn" | "audit_opened" | "audit_recounted" | "audit_due_set"
        | "incident_opened" | "audit_certified" | "audit_refused" => &[Role::Approver, Role::Auditor],
        "temporary_badge" | "order_approved" | "order_rejected" | "order_extended" | "ratify" => {
            &[Role::Approver]
        }
        "ledger_opened" | "person_enrolled" | "person_roles" | "person_suspended" | "person_reinstated"
        | "place_added" | "place_retired" | "policy_changed" | "restore" | "rebuilt" => &[Role::Admin],
        "credential_set" | "signed_on" | "export_made" | "clock_held" | "checkpoint" | "clock_confirmed"
        | "unknown_label" | "refused" | "pin_refused" => Role::ALL,
        _ => MOVERS,
    }
}

impl Model {
    /// A ledger as `init` makes it: opened, with its first person and its site.
    pub(crate) fn begun(now: Moment, site: &str, badge: &str, name: &str, pin: &str) -> Self {
        let mut model = Self {
            now,
            site: site.to_owned(),
            station: "vault-door-1".to_owned(),
            policy: POLICY.into_iter().map(|(name, value)| (name, value.to_owned())).collect(),
            people: Vec::new(),
            places: Vec::new(),
            media: BTreeMap::new(),
            labels: BTreeMap::new(),
            orders: BTreeMap::new(),
            audits: BTreeMap::new(),
            log: Vec::new(),
            tales: Vec::new(),
            held: false,
            noted: 0,
            heads: None,
            incarnation: 1,
            furthest: 0,
            backup: None,
        };
        let nobody = Pair { by: "", with: None };
        model.push(Kind::LedgerOpened, nobody, json!({ "site": site, "rules": 1, "policy": model.policy }));
        let roles = BTreeSet::from([Role::Admin, Role::Operator, Role::Approver]);
        let since = roles.iter().map(|role| (*role, now)).collect();
        let person = Person {
            id: 2,
            badge: badge.to_owned(),
            name: name.to_owned(),
            org: None,
            host: None,
            roles,
            suspended: false,
            until: None,
            pin: Some(pin.to_owned()),
            wrong: 0,
            locked: None,
            since,
            used: BTreeMap::new(),
        };
        model.people.push(person);
        let own = Pair { by: badge, with: None };
        let roles = ["admin", "operator", "approver"];
        model.push(
            Kind::PersonEnrolled,
            own,
            json!({ "badge": badge, "org": null, "host_org": null, "roles": roles }),
        );
        let data =
            json!({ "code": site, "kind": "site", "parent": null, "capacity": null, "resident": false });
        model.push(Kind::PlaceAdded, own, data);
        model.places.push(Place {
            id: 3,
            code: site.to_owned(),
            kind: PlaceKind::Site,
            parent: None,
            capacity: None,
            resident: false,
            retired: false,
            added: now,
            audited: None,
            day: None,
        });
        model
    }

    /// Writes an entry about no one medium.
    pub(crate) fn push(&mut self, kind: Kind, pair: Pair<'_>, data: Value) -> Id {
        let known = |badge: &str| self.person(badge).map(|person| person.badge.clone());
        let entry = Entry {
            kind,
            at: self.at(),
            occurred: None,
            medium: None,
            by: known(pair.by),
            with: pair.with.map(str::to_owned),
            station: self.station.clone(),
            how: None,
            data,
            text: None,
        };
        self.enter(entry)
    }

    /// Takes an entry in: its number comes back.
    pub(crate) fn enter(&mut self, entry: Entry) -> Id {
        let standing = self.held && self.last() == entry.at;
        self.held = standing || entry.kind == Kind::ClockHeld;
        if let Some(by) = &entry.by
            && let Some(person) = self.people.iter_mut().rev().find(|person| person.badge == *by)
        {
            for role in roles_for(entry.kind) {
                if person.roles.contains(role) {
                    person.used.insert(*role, entry.at);
                }
            }
        }
        self.log.push(Rc::new(entry));
        self.furthest = self.furthest.max(self.size());
        self.size()
    }

    /// Whether the clock is so far ahead that two people must confirm it.
    pub(crate) fn is_ahead(&self) -> bool {
        self.now - self.last() > self.number("clock_jump_days") * DAY
    }

    /// What keeps this person from acting now.
    pub(crate) fn idle(&self, badge: &str) -> Option<&'static str> {
        match self.person(badge) {
            None => Some("unknown_person"),
            Some(person) if person.suspended => Some("suspended_person"),
            Some(person) if person.ended(self.at()) => Some("badge_ended"),
            Some(person) if person.pin.is_none() => Some("no_pin"),
            Some(_) => None,
        }
    }

    /// What keeps these two from recording something of this kind.
    pub(crate) fn barred(&self, kind: Kind, pair: Pair<'_>) -> No {
        let mut no = No::new();
        let confirmed = kind == Kind::ClockConfirmed || (kind == Kind::Restore && pair.with.is_some());
        if self.is_ahead() && !confirmed {
            no.push("clock_ahead");
        }
        no.extend(self.idle(pair.by));
        if let Some(person) = self.person(pair.by)
            && !roles_for(kind).iter().any(|role| person.roles.contains(role))
        {
            no.push("role_missing");
        }
        if let Some(with) = pair.with {
            no.extend(self.idle(with));
            if with == pair.by {
                no.push("same_person");
            }
        }
        no
    }

    /// The place of this code, if media may be brought there; or why not.
    pub(crate) fn live(&self, code: &str) -> Result<&Place, &'static str> {
        match self.place(code) {
            None => Err("unknown_place"),
            Some(place) if place.retired => Err("retired_place"),
            Some(place) => Ok(place),
        }
    }

    /// This place and all around it, from the inside.
    pub(crate) fn around(&self, id: Id) -> Vec<Id> {
        let mut all = vec![id];
        while let Some(parent) = self.spot(all[all.len() - 1]).parent {
            all.push(parent);
        }
        all
    }

    pub(crate) fn within(&self, inner: Id, outer: Id) -> bool {
        self.around(inner).contains(&outer)
    }

    /// Whether one of the two is the other, or stands in it.
    pub(crate) fn touch(&self, a: Id, b: Id) -> bool {
        self.within(a, b) || self.within(b, a)
    }

    pub(crate) fn vault_of(&self, id: Id) -> Option<Id> {
        self.around(id).into_iter().find(|id| self.spot(*id).kind == PlaceKind::Vault)
    }

    /// Whether media rest there by hand.
    pub(crate) fn is_rest(&self, place: &Place) -> bool {
        matches!(place.kind, PlaceKind::Vault | PlaceKind::Shelf | PlaceKind::Slot)
            && self.vault_of(place.id).is_some()
    }

    pub(crate) fn occupants(&self, id: Id) -> impl Iterator<Item = &Medium> {
        self.media.values().filter(move |medium| medium.custody.fills() == Some(id))
    }

    pub(crate) fn is_full(&self, place: &Place) -> bool {
        place.capacity.is_some_and(|capacity| self.occupants(place.id).count() as u64 >= capacity)
    }

    /// A place to rest, or a device, or either in which media live; with room.
    pub(crate) fn room_in(
        &self,
        code: &str,
        rest: bool,
        device: bool,
        lives: bool,
    ) -> Result<Id, &'static str> {
        let place = self.live(code)?;
        let is_device = matches!(place.kind, PlaceKind::Drive | PlaceKind::Library);
        let fits = rest && self.is_rest(place) || device && is_device || lives && place.resident;
        match (fits, self.is_full(place)) {
            (false, _) => Err("wrong_place"),
            (true, true) => Err("place_full"),
            (true, false) => Ok(place.id),
        }
    }

    /// Whether it may be seen at a place while the record has it so.
    pub(crate) fn agrees(&self, custody: &Custody, seen: Id) -> bool {
        if let Some(place) = custody.fills() {
            return self.touch(place, seen);
        }
        let spot = self.spot(seen);
        let for_people = !self.is_rest(spot) && !matches!(spot.kind, PlaceKind::Drive | PlaceKind::Library);
        custody.state == State::InHand && for_people
    }

    /// A label in its one form.
    pub(crate) fn canonical(&self, text: &str) -> Result<String, Nothing> {
        let text = text.trim();
        let inner = text.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')).unwrap_or(text);
        if inner.is_empty() || inner.contains(['*', '#']) || !inner.is_ascii() {
            return Err(Nothing::Unreadable);
        }
        let small = inner.bytes().any(|byte| byte.is_ascii_lowercase());
        let capital = inner.bytes().any(|byte| byte.is_ascii_uppercase());
        let tape = (6..=8).contains(&inner.len()) && inner.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match small && !capital && tape {
            false => Ok(inner.to_owned()),
            true if self.says("caps_lock", "reject") => Err(Nothing::Unreadable),
            true => Ok(inner.to_uppercase()),
        }
    }

    /// The medium that a scan means.
    pub(crate) fn meant(&self, text: &str) -> Result<Id, Nothing> {
        let text = text.trim();
        if let Some(id) = text.strip_prefix('#').and_then(|id| id.parse::<Id>().ok()) {
            return if self.media.contains_key(&id) { Ok(id) } else { Err(Nothing::Unknown) };
        }
        if let Some(serial) = text.strip_prefix("serial:") {
            let own = |medium: &&Medium| medium.serial.as_deref() == Some(serial.trim());
            return self.media.values().find(own).map(|medium| medium.id).ok_or(Nothing::Unknown);
        }
        let label = self.canonical(text)?;
        match self.labels.get(&label) {
            Some((id, false)) => return Err(Nothing::Old(*id)),
            Some((id, true)) if parts(&label).1.is_some() => return Ok(*id),
            Some((_, true)) | None => {}
        }
        let (volser, media_id) = parts(&label);
        let same = |own: &str| {
            let (other, other_id) = parts(own);
            own == label || (other == volser && other_id.is_some() != media_id.is_some())
        };
        let mut all = self.media.values().filter(|medium| same(&medium.barcode));
        match (all.next(), all.next()) {
            (None, _) => Err(Nothing::Unknown),
            (Some(_), Some(_)) => Err(Nothing::Ambiguous),
            (Some(medium), None) => Ok(medium.id),
        }
    }
}

/// A label's volser and its media identifier: the soak's labels end in L8, L9 or in neither.
fn parts(label: &str) -> (&str, Option<&str>) {
    let halves = label.split_at_checked(6).filter(|(_, end)| matches!(*end, "L8" | "L9"));
    halves.map_or((label, None), |(volser, end)| (volser, Some(end)))
}

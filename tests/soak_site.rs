//! Places, the policy, the clock and checkpoints in the model.

use kuraban::domain::event::Kind;
use kuraban::domain::place::PlaceKind;
use serde_json::json;

use crate::soak_acts::{Foreseen, Running, Spot};
use crate::soak_model::{Model, Place};
use crate::soak_steps::WHY;
use crate::soak_world::{No, Pair, spelt};

/// Policy values that are set in the soak, and whether they are ones.
pub(crate) const POLICIES: [(&str, &str, bool); 36] = [
    ("allowance_hours", "24", true),
    ("allowance_hours", "2", true),
    ("allowance_hours", "0", false),
    ("audit_interval_days", "180", true),
    ("audit_interval_days", "2", true),
    ("caps_lock", "upcase", true),
    ("caps_lock", "reject", true),
    ("caps_lock", "Upcase", false),
    ("check_in_witness", "none", true),
    ("check_in_witness", "data", true),
    ("check_in_witness", "scratch,data", false),
    ("checkpoint_every", "1000", true),
    ("checkpoint_every", "7", true),
    ("checkpoint_every", "0", true),
    ("clock_jump_days", "14", true),
    ("clock_jump_days", "3", true),
    ("eject_grace_hours", "4", true),
    ("eject_grace_hours", "1", true),
    ("in_device_days", "30", true),
    ("in_device_days", "1", true),
    ("order_required", "yes", true),
    ("order_required", "no", true),
    ("order_required", "true", false),
    ("purposes", "backup,restore,offsite,maintenance,migration,audit,disposal,test", true),
    ("purposes", "restore", true),
    ("purposes", "none", false),
    ("relabel_witness", "yes", true),
    ("relabel_witness", "no", true),
    ("separate", SEPARATE, true),
    ("separate", OWN_COUNTS, true),
    ("separate", "none", false),
    ("shift_hours", "12", true),
    ("shift_hours", "1", true),
    ("vault_audit_days", "180", true),
    ("vault_audit_days", "3", true),
    ("void_window_minutes", "60", true),
];
const SEPARATE: &str =
    "requester_approver,actor_witness,actor_ratifier,party_approver,counter_custodian,destroyer_certifier";
const OWN_COUNTS: &str = "requester_approver,actor_witness,actor_ratifier,party_approver,destroyer_certifier";

fn when(is_so: bool, why: &'static str) -> Option<&'static str> {
    is_so.then_some(why)
}

impl Model {
    pub(crate) fn site_deed(&mut self, deed: &Running, pair: Pair<'_>) -> Foreseen {
        match deed {
            Running::AddPlace(spot) => self.add_place(pair, *spot),
            Running::Retire(code) => self.retire(pair, code),
            Running::Policy(name, value) => self.set_policy(pair, name, value),
            Running::ConfirmClock if self.now < self.last() => self.whole(|_| Err(vec!["clock_behind"])),
            Running::ConfirmClock => {
                let from = spelt(self.last());
                let alone = when(pair.with.is_none(), "witness_missing");
                let no = |_: &Self| alone.into_iter().collect();
                self.perform(Kind::ClockConfirmed, pair, no, |model| {
                    model.push(Kind::ClockConfirmed, pair, json!({ "from": from }))
                })
            }
            Running::Checkpoint(heads) => {
                let heads = self.heads_due(*heads);
                self.whole(|model| {
                    model.checkpoint(pair, heads)?;
                    Ok(format!("entry {}", model.size()))
                })
            }
            Running::Export => {
                let data = json!({ "report": "access", "purpose": WHY, "rows": 3 });
                self.perform(
                    Kind::ExportMade,
                    pair,
                    |_| No::new(),
                    |model| model.push(Kind::ExportMade, pair, data),
                )
            }
            Running::Rebuild => Foreseen::done(format!("0 differences in {}", self.size())),
            Running::Restore => self.restore(pair),
        }
    }

    fn set_policy(&mut self, pair: Pair<'_>, name: &'static str, value: &str) -> Foreseen {
        let known = POLICIES.iter().find(|(one, other, _)| *one == name && *other == value);
        let good = known.is_some_and(|(.., good)| *good);
        let no = |model: &Self| {
            let same = good && model.policy[name] == value;
            [when(!good, "bad_policy"), when(same, "no_change")].into_iter().flatten().collect()
        };
        self.perform(Kind::PolicyChanged, pair, no, |model| {
            let seq = model.push(Kind::PolicyChanged, pair, json!({ "name": name, "value": value }));
            model.policy.insert(name, value.to_owned());
            seq
        })
    }

    fn add_place(&mut self, pair: Pair<'_>, spot: Spot) -> Foreseen {
        let Spot { code, kind, parent, capacity, resident } = spot;
        let site = self.site.clone();
        let parent = parent.unwrap_or(&site);
        let one = matches!(kind, PlaceKind::Slot | PlaceKind::Drive);
        let capacity = if one { capacity.or(Some(1)) } else { capacity };
        let no = |model: &Self| {
            let around = model.live(parent);
            let mut no: No = when(model.place(code).is_some(), "code_taken").into_iter().collect();
            no.extend(around.as_ref().err());
            no.extend(when(around.is_ok_and(|around| !stands(kind, around.kind)), "wrong_parent"));
            let fits = match kind {
                PlaceKind::Slot | PlaceKind::Drive => capacity == Some(1),
                PlaceKind::Site | PlaceKind::Desk => capacity.is_none(),
                PlaceKind::Vault | PlaceKind::Shelf | PlaceKind::Library => capacity != Some(0),
            };
            no.extend(when(!fits, "bad_capacity"));
            no.extend(when(resident && kind != PlaceKind::Library, "not_resident"));
            no
        };
        self.perform(Kind::PlaceAdded, pair, no, |model| {
            let data = json!({ "code": code, "kind": kind.word(), "parent": parent, "capacity": capacity,
                "resident": resident });
            let id = model.push(Kind::PlaceAdded, pair, data);
            model.places.push(Place {
                id,
                code: code.to_owned(),
                kind,
                parent: model.place(parent).map(|parent| parent.id),
                capacity,
                resident,
                retired: false,
                added: model.last(),
                audited: None,
                day: None,
            });
            id
        })
    }

    fn retire(&mut self, pair: Pair<'_>, code: &str) -> Foreseen {
        let device = |place: &Place| matches!(place.kind, PlaceKind::Drive | PlaceKind::Library);
        let no = |model: &Self| {
            let place = match model.live(code) {
                Err(why) => return vec![why],
                Ok(place) => place,
            };
            let inner = |one: &&Place| one.parent == Some(place.id) && !one.retired;
            let used = model.occupants(place.id).count() + model.places.iter().filter(inner).count();
            let no = [
                when(place.kind == PlaceKind::Site, "one_site"),
                when(used > 0, "place_in_use"),
                when(device(place) && pair.with.is_none(), "witness_missing"),
            ];
            no.into_iter().flatten().collect()
        };
        self.perform(Kind::PlaceRetired, pair, no, |model| {
            let place = model.place(code).unwrap();
            let elements = place.capacity.or(Some(ELEMENTS)).filter(|_| device(place));
            let seq = model.push(Kind::PlaceRetired, pair, json!({ "code": code, "elements": elements }));
            model.places.iter_mut().find(|place| place.code == code).unwrap().retired = true;
            seq
        })
    }
}

/// How many elements people say they looked at.
pub(crate) const ELEMENTS: u64 = 24;

/// Whether a place of this kind may stand in one of the other.
const fn stands(kind: PlaceKind, around: PlaceKind) -> bool {
    use PlaceKind::{Desk, Drive, Library, Shelf, Site, Slot, Vault};
    match kind {
        Site => false,
        Vault => matches!(around, Site),
        Shelf | Slot => matches!(around, Vault | Shelf),
        Drive => matches!(around, Site | Vault | Desk | Library),
        Library | Desk => matches!(around, Site | Vault | Desk),
    }
}

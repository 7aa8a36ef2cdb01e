//! By chance: what is done with people, places and the policy; and the stage on which the soak begins.

use kuraban::domain::person::Role;
use kuraban::domain::place::PlaceKind;

use crate::dice::Dice;
use crate::soak_acts::{Act, Deed, Running, Spot, Staffing, Verb};
use crate::soak_chance::{BADGES, often, one, somebody, span};
use crate::soak_model::{HOUR, Model};
use crate::soak_site::POLICIES;

const fn spot(code: &'static str, kind: PlaceKind, parent: Option<&'static str>) -> Spot {
    Spot { code, kind, parent, capacity: None, resident: false }
}

/// The places that are there from the beginning.
const STAGE: [Spot; 12] = [
    spot("V1", PlaceKind::Vault, None),
    spot("V1-A", PlaceKind::Shelf, Some("V1")),
    spot("V1-A-01", PlaceKind::Slot, Some("V1-A")),
    spot("V1-A-02", PlaceKind::Slot, Some("V1-A")),
    Spot { capacity: Some(2), ..spot("V1-B", PlaceKind::Shelf, Some("V1")) },
    spot("V2", PlaceKind::Vault, None),
    spot("D1", PlaceKind::Drive, None),
    spot("D2", PlaceKind::Drive, Some("DESK")),
    Spot { capacity: Some(2), ..spot("L1", PlaceKind::Library, None) },
    Spot { capacity: Some(4), resident: true, ..spot("LIB", PlaceKind::Library, None) },
    spot("DESK", PlaceKind::Desk, None),
    spot("D3", PlaceKind::Drive, Some("LIB")),
];
/// Those that are added and retired meanwhile, and some that cannot be.
const LATER: [Spot; 14] = [
    spot("V1-C", PlaceKind::Shelf, Some("V1")),
    spot("V1-C-01", PlaceKind::Slot, Some("V1-C")),
    spot("V2-A", PlaceKind::Shelf, Some("V2")),
    spot("V2-A-01", PlaceKind::Slot, Some("V2-A")),
    spot("V3", PlaceKind::Vault, None),
    Spot { capacity: Some(1), ..spot("V3-A", PlaceKind::Shelf, Some("V3")) },
    spot("D4", PlaceKind::Drive, Some("V3")),
    spot("DESK2", PlaceKind::Desk, Some("V2")),
    Spot { capacity: Some(3), resident: true, ..spot("LIB2", PlaceKind::Library, Some("DESK2")) },
    Spot { capacity: Some(2), ..spot("D5", PlaceKind::Drive, None) },
    Spot { resident: true, ..spot("D6", PlaceKind::Drive, None) },
    spot("V4", PlaceKind::Vault, Some("V1")),
    spot("SITE2", PlaceKind::Site, None),
    spot("V5-A", PlaceKind::Shelf, Some("V5")),
];
/// Those that may be retired.
const RETIRED: [&str; 14] = [
    "V1-C", "V1-C-01", "V2-A", "V2-A-01", "V3", "V3-A", "D4", "DESK2", "LIB2", "V1-A-02", "D2", "TOKYO",
    "V1", "V9",
];

type Codes = Vec<&'static str>;

/// The codes that are read: places to rest, devices, and any; of those that are there, and rarely another.
pub(crate) fn places(model: &Model) -> (Codes, Codes, Codes) {
    let (mut rest, mut device, mut any) = (Vec::new(), Vec::new(), vec!["TOKYO", "V9"]);
    for spot in STAGE.iter().chain(&LATER) {
        let Some(place) = model.place(spot.code) else { continue };
        any.push(spot.code);
        // Where there is room, more often.
        let many = if model.is_full(place) || place.retired { 1 } else { 3 };
        for _ in 0..many {
            if matches!(place.kind, PlaceKind::Drive | PlaceKind::Library) {
                device.push(spot.code);
            } else {
                rest.push(spot.code);
            }
        }
    }
    device.push("V1");
    (rest, device, any)
}

pub(crate) fn staffing(model: &Model, dice: &mut Dice) -> (Deed, &'static str) {
    const SETS: [&[Role]; 6] = [
        &[Role::Operator],
        &[Role::Approver, Role::Operator],
        &[Role::Auditor],
        &[Role::Admin, Role::Operator, Role::Approver],
        &[Role::Approver],
        &[],
    ];
    let admin = somebody(model, &[Role::Admin], dice);
    let who = one(&BADGES, dice);
    let suspended =
        BADGES.into_iter().find(|badge| model.person(badge).is_some_and(|person| person.suspended));
    let (deed, by) = match dice.roll(14) {
        0 | 1 => {
            let new = one(&["E-1", "E-2", "E-3", "B-2"], dice);
            let org = often(30, dice).then_some("ACME");
            (Staffing::Enrol(new, one(&SETS, dice).to_vec(), org, often(80, dice)), admin)
        }
        2 | 3 => (Staffing::SetRoles(who, one(&SETS, dice).to_vec()), admin),
        4 => (Staffing::Suspend(who), admin),
        5..=7 => (Staffing::Reinstate(suspended.unwrap_or(who)), admin),
        8 | 9 => {
            let until = often(40, dice).then(|| span(15 * HOUR, dice) - HOUR);
            (
                Staffing::Lend(one(&["T-1", "T-2", "B-3"], dice), until),
                somebody(model, &[Role::Approver], dice),
            )
        }
        10 | 11 => (Staffing::SetPin(who), if often(50, dice) { who } else { admin }),
        _ => (Staffing::HandShift, somebody(model, &[Role::Operator, Role::Approver], dice)),
    };
    (Deed::People(deed), by)
}

pub(crate) fn running(model: &Model, dice: &mut Dice) -> (Deed, &'static str) {
    let admin = somebody(model, &[Role::Admin], dice);
    let anybody = somebody(model, Role::ALL, dice);
    let (deed, by) = match dice.roll(20) {
        0..=3 => (Running::AddPlace(one(&LATER, dice)), admin),
        4..=6 => (Running::Retire(one(&RETIRED, dice)), admin),
        7..=12 => {
            let (name, value, _) = one(&POLICIES, dice);
            (Running::Policy(name, value), admin)
        }
        13 => (Running::ConfirmClock, anybody),
        14 | 15 => (Running::Checkpoint(often(50, dice)), anybody),
        16 => (Running::Export, anybody),
        17 | 18 => (Running::Rebuild, admin),
        _ => (Running::Restore, admin),
    };
    (Deed::Site(deed), by)
}

/// The first acts of every ledger: its people, its places, its first media.
pub(crate) fn stage() -> Vec<Act> {
    let mut acts = Vec::new();
    let mut all = |deed: Deed| acts.push(Act::new("B-1", deed));
    let people: [(&str, &[Role], Option<&str>, bool); 6] = [
        ("B-2", &[Role::Operator], None, true),
        ("B-3", &[Role::Operator], Some("ACME"), true),
        ("A-1", &[Role::Approver], None, true),
        ("A-2", &[Role::Operator, Role::Approver], None, true),
        ("X-1", &[Role::Auditor], None, true),
        ("N-1", &[Role::Operator], None, false),
    ];
    for (badge, roles, org, pin) in people {
        all(Deed::People(Staffing::Enrol(badge, roles.to_vec(), org, pin)));
    }
    // The desk before what stands in it.
    let (desk, others): (Vec<Spot>, Vec<Spot>) = STAGE.iter().partition(|spot| spot.code == "DESK");
    for spot in desk.into_iter().chain(others) {
        all(Deed::Site(Running::AddPlace(spot)));
    }
    for (label, serial, place) in [
        ("K00001L9", Some("HU7000"), "V1-A"),
        ("K00002L9", None, "V1-A"),
        ("K00003L9", None, "V1-A-01"),
        ("K00003L8", None, "V1-B"),
        ("K00004L9", None, "V1"),
        ("K00005", Some("sn-1"), "V2"),
        ("K00006L9", None, "LIB"),
        ("K00007L9", None, "V2"),
    ] {
        all(Deed::Scan(label.to_owned(), Verb::Register { serial, place: Some(place) }));
    }
    acts
}

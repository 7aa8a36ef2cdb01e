//! From what somebody does in the soak to the call of the application that does it.

use kuraban::app::{
    Counted, Leaving, Listed, NewOrder, NewPerson, NewPlace, Outcome, Pin, Said, Scan, Session, Signed,
    Telling, Temporary, Verb as Real, Wanted, Who,
};
use kuraban::domain::medium::{Class, Encrypted};
use kuraban::domain::names::{AuditId, Badge, Code, OrderId, Org, PlaceCode, Serial, Term};
use kuraban::domain::person::Roles;
use kuraban::domain::time::{Date, Timestamp};

use crate::soak_acts::{Act, Auditing, Media, Ordering, Running, Staffing, Verb, Wish};
use crate::soak_ledger::{Got, Halt};
use crate::soak_model::Model;
use crate::soak_people::name;
use crate::soak_site::ELEMENTS;
use crate::soak_steps::{WHY, WORDS};

fn code(text: &str) -> PlaceCode {
    PlaceCode::new(text).unwrap()
}

fn badge(text: &str) -> Badge {
    Badge::new(text).unwrap()
}

fn said() -> Said {
    Said { why: Code::new(WHY).unwrap(), text: Some(WORDS.to_owned()) }
}

fn entry(seq: u64) -> String {
    format!("entry {seq}")
}

fn wanted(media: &Media) -> Wanted {
    let Media { texts, at, find } = media.clone();
    Wanted { texts, at: at.map(code), find: find.map(str::to_owned) }
}

pub(crate) fn real(verb: &Verb, model: &Model, now: Timestamp, to: Option<Signed>) -> Real {
    match verb {
        Verb::Register { serial, place } => Real::Register {
            serial: serial.map(|serial| Serial::new(serial).unwrap()),
            place: place.map(code),
        },
        Verb::Describe(tell) => Real::Describe(Box::new(Telling {
            class: tell.class.and_then(Class::parse),
            system: tell.system.map(|system| Term::new(system).unwrap()),
            from: tell.from.and_then(Date::parse_exact),
            until: tell.until.and_then(Date::parse_exact),
            encrypted: tell.encrypted.and_then(Encrypted::parse),
            legal_hold: tell.hold,
            ..Telling::default()
        })),
        Verb::Move(to) => Real::Move(code(to)),
        Verb::CheckOut { order, until, without } => Real::CheckOut(Leaving {
            until: until.map(|until| now.plus(until)),
            order: order.map(|number| OrderId(model.order_at(number))),
            without: without.then(said),
        }),
        Verb::Load(device) => Real::Load(code(device), None),
        Verb::Eject => Real::Eject,
        Verb::CheckIn(to) => Real::CheckIn(code(to)),
        Verb::HandOver(_) => Real::HandOver(to.unwrap()),
        Verb::TakeOver => Real::TakeOver(said()),
        Verb::Ratify => Real::Ratify,
        Verb::Destroy => Real::Destroy(Code::new("shred").unwrap(), None),
        Verb::Sight(at) => Real::Sight(code(at)),
        Verb::Missing => Real::DeclareMissing(said()),
        Verb::Found(at) => Real::Found(code(at)),
        Verb::Correct { state, place, who, due } => Real::Correct {
            state: *state,
            place: place.map(code),
            custodian: who.map(badge),
            due: due.map(|due| now.plus(due)),
            said: said(),
        },
        Verb::Void => Real::Void,
        Verb::Relabel(new) => Real::Relabel(new.clone()),
    }
}

pub(crate) fn scan(session: &Session, who: &Who, act: &Act, text: &str, verb: &Real) -> Result<String, Halt> {
    let occurred = act.occurred.map(|occurred| session.now().plus(occurred));
    match session.scan(who, verb, &Scan { text, how: act.how, occurred })? {
        Outcome::Done { seq, barcode, under } => {
            let under = under.map_or_else(String::new, |order| format!(" under {order}"));
            Ok(format!("entry {seq} {barcode}{under}"))
        }
        Outcome::Refused { refusal, seq, .. } => Err(refused(refusal.code(), seq)),
    }
}

fn refused(why: &str, seq: Option<u64>) -> Halt {
    let told = seq.map_or_else(|| "no entry".to_owned(), entry);
    Halt::No(Got { why: Some(why.to_owned()), told })
}

pub(crate) fn order(session: &Session, who: &Who, deed: &Ordering, model: &Model) -> Result<String, Halt> {
    let now = session.now();
    let number = |number: usize| OrderId(model.order_at(number));
    let opened = |id: OrderId| format!("order {id}");
    Ok(match deed {
        Ordering::New(Wish { purpose, from, until, nightly, media }) => {
            let new = NewOrder {
                purpose: Code::new(purpose).unwrap(),
                text: Some(WORDS.to_owned()),
                work: None,
                from: from.map(|from| now.plus(from)),
                until: now.plus(*until),
                destination: None,
                nightly: *nightly,
                wanted: wanted(media),
            };
            opened(session.request(who, &new)?)
        }
        Ordering::Night(order, until, media) => {
            let until = until.map(|until| now.plus(until));
            opened(session.night(who, number(*order), until, &wanted(media))?)
        }
        Ordering::Approve(order) => entry(session.approve(who, number(*order))?),
        Ordering::Reject(order) => entry(session.reject(who, number(*order), &said())?),
        Ordering::Extend(order, until) => entry(session.extend(who, number(*order), now.plus(*until))?),
        Ordering::Close(order, missing) => {
            entry(session.close(who, number(*order), missing, Some(&said()))?)
        }
    })
}

pub(crate) fn audit(
    session: &Session,
    who: &Who,
    act: &Act,
    deed: &Auditing,
    model: &Model,
) -> Result<String, Halt> {
    let number = |number: usize| AuditId(model.audit_at(number));
    let occurred = act.occurred.map(|occurred| session.now().plus(occurred));
    Ok(match deed {
        Auditing::Open(place) => entry(session.open_audit(who, place.map(code).as_ref())?.0),
        Auditing::Draw(place, percent) => {
            entry(session.draw_audit(who, place.map(code).as_ref(), *percent)?.0.0)
        }
        Auditing::OpenDrawn(audit, lot) => entry(session.open_drawn(who, number(*audit), *lot)?.0),
        Auditing::Recount(audit) => entry(session.recount(who, number(*audit))?),
        Auditing::Close(audit) => {
            let closed = session.close_audit(who, number(*audit))?;
            let incident = closed.incident.map(|incident| incident.0);
            format!("{} {}, {} declared, incident {incident:?}", closed.state, closed.seq, closed.declared)
        }
        Auditing::SetDay(place, due) => {
            entry(session.set_audit_due(who, &code(place), session.now().plus(*due), &said())?)
        }
        Auditing::Count(audit, place, text) => {
            let scan = Scan { text, how: act.how, occurred };
            match session.count(who, number(*audit), &code(place), &scan)? {
                Counted::Done { seq, barcode } => format!("entry {seq} {barcode}"),
                Counted::Already { barcode } => format!("already {barcode}"),
                Counted::Refused { refusal, seq, .. } => return Err(refused(refusal.code(), seq)),
            }
        }
        Auditing::ReadIn(audit, place, how, texts) => {
            let read = session.read_in(who, number(*audit), &code(place), *how, texts)?;
            let strays: Vec<String> =
                read.strays.iter().map(|(text, why)| format!("{text} {}", why.code())).collect();
            format!("{} counted, {} already, {strays:?}", read.counted, read.already)
        }
    })
}

pub(crate) fn import(
    session: &Session,
    who: &Who,
    rows: &[(String, Option<&'static str>)],
) -> Result<String, Halt> {
    let line = |(text, place): &(String, Option<&str>)| format!("{text},{}\n", place.unwrap_or(""));
    let bytes = format!("barcode,place\n{}", rows.iter().map(line).collect::<String>());
    let done = session.import(who, Listed::read(bytes.as_bytes())?, None, &mut |_, _| {})?;
    Ok(format!("{} imported", done.count))
}

pub(crate) fn staff(session: &Session, who: &Who, deed: &Staffing, model: &Model) -> Result<String, Halt> {
    Ok(entry(match deed {
        Staffing::Enrol(new, roles, org, pin) => {
            let new = NewPerson {
                badge: badge(new),
                name: name(new),
                org: org.map(|org| Org::new(org).unwrap()),
                host_org: None,
                roles: Roles::of(roles),
                pin: Pin::new("1234").filter(|_| *pin),
            };
            session.enrol(who, new)?
        }
        Staffing::SetRoles(of, roles) => session.set_roles(who, &badge(of), Roles::of(roles))?,
        Staffing::Suspend(of) => session.suspend(who, &badge(of), &said())?,
        Staffing::Reinstate(of) => session.reinstate(who, &badge(of))?,
        Staffing::Lend(new, until) => {
            let until = until.map(|until| session.now().plus(until));
            let pin = Pin::new("1234").unwrap();
            let new = Temporary { badge: badge(new), name: name(new), org: None, pin, until };
            session.lend_badge(who, &new)?
        }
        Staffing::SetPin(of) => session.set_pin(who, &badge(of), &Pin::new(model.next_pin(of)).unwrap())?,
        Staffing::HandShift => {
            let (seq, open) = session.hand_shift_over(who)?;
            return Ok(format!("entry {seq}: {} {} {}", open.outside, open.orders, open.overrides));
        }
    }))
}

pub(crate) fn run(session: &Session, who: &Who, deed: &Running) -> Result<String, Halt> {
    Ok(entry(match deed {
        Running::AddPlace(spot) => {
            let new = NewPlace {
                code: code(spot.code),
                kind: spot.kind,
                parent: spot.parent.map(code),
                capacity: spot.capacity,
                resident: spot.resident,
            };
            session.add_place(who, new)?
        }
        Running::Retire(place) => session.retire_place(who, code(place), Some(ELEMENTS))?,
        Running::Policy(name, value) => session.set_policy(who, name, value)?,
        Running::ConfirmClock => session.confirm_clock(who)?,
        Running::Checkpoint(heads) => session.take_checkpoint(who, None, *heads)?.seq,
        Running::Export => {
            let word = |text| Code::new(text).unwrap();
            session.exported(who, &word("access"), &word(WHY), 3)?
        }
        Running::Rebuild => {
            let rebuilt = session.rebuild(who, &mut |_, _| {})?;
            let rebuilt = rebuilt.map_err(|report| Halt::Trouble(format!("{report:?}")))?;
            return Ok(format!("{} differences in {}", rebuilt.count, rebuilt.size));
        }
        Running::Restore => unreachable!("it takes the ledger's own place"),
    }))
}

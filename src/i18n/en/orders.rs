//! What is said about movement orders and people.

use super::text::counted;
use crate::app::{Counts, Open};
use crate::domain::order::OrderState;
use crate::domain::refusal::OrderRefusal;
use crate::i18n::{Asked, Blank, Head, Orders, Sentence, Voice};

/// The state of an order in a word.
const fn state(state: OrderState, over: bool) -> &'static str {
    match state {
        OrderState::Requested => "requested",
        OrderState::Approved if over => "approved, time over",
        OrderState::Approved => "approved",
        OrderState::Rejected => "rejected",
        OrderState::Closed => "closed",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(voice: &Voice, text: &Orders<'_>) -> String {
    match *text {
        Orders::Requested { order } => {
            format!("Order {order} is requested; another person approves it: kuraban order approve {order}")
        }
        Orders::NightOpened { order, parent } => {
            format!("Order {order} is open, a night of standing order {parent}.")
        }
        Orders::Approved { order, seq } => format!("Order {order} approved (entry {seq})"),
        Orders::Rejected { order, seq } => format!("Order {order} rejected (entry {seq})"),
        Orders::Extended { order, until, seq } => {
            format!("Order {order} extended until {until} (entry {seq})")
        }
        Orders::Closed { order, seq } => format!("Order {order} closed (entry {seq})"),
        Orders::BadMedia { count } => {
            format!("{} in the way; nothing was recorded.", counted(count as u64, "bad barcode"))
        }
        Orders::MissingNeedsWhy => "Say why they are missing: --why WHY.".into(),
        Orders::NoMediaNamed => {
            "Name the media: barcodes, - for standard input, --file FILE, --at PLACE or --find TEXT.".into()
        }
        Orders::BadNumber { value } => format!("“{value}” is not the number of an order."),
        Orders::Under { order } => format!("under order {order}"),
        Orders::State { state: now, over } => state(now, over).into(),
        Orders::Standing { most, used } => format!("standing: {most} a night, {used} used in the last"),
        Orders::Text => "Text".into(),
        Orders::Work => "Work".into(),
        Orders::Window { from, until } => format!("{from} – {until}"),
        Orders::Where { state, resident, place } => {
            let state = voice.state(state, resident);
            if place.is_empty() { state.into() } else { format!("{state} {place}") }
        }
        Orders::Lent { badge, until, seq } => {
            format!("{badge} is a temporary badge until {until} (entry {seq})")
        }
        Orders::Reinstated { badge, seq } => format!("{badge} may act again (entry {seq})"),
        Orders::ShiftList(Open { outside, orders, overrides }) => format!(
            "Open: {outside} media outside or missing, {}, {} to ratify.",
            counted(orders, "order"),
            counted(overrides, "override")
        ),
        Orders::ShiftDone { from, to, seq } => {
            format!("{from} has handed the shift over to {to} (entry {seq}). No medium changed hands.")
        }
        Orders::Ratified { barcode, seq } => {
            format!("{barcode}: the check-out without an order is ratified (entry {seq})")
        }
        Orders::LastSeenIn { place, media, count } => format!(
            "Look once more: {} last seen in {place} and not in a vault since: {media}.",
            if count == 1 { "1 medium was".to_owned() } else { format!("{count} media were") }
        ),
        Orders::Exported { report, rows, seq } => {
            format!("Report {report}: {} given out (entry {seq})", counted(rows, "row"))
        }
        Orders::AskTitle(asked) => title(asked).into(),
        Orders::WitnessKey => "Second person".into(),
        Orders::AllKey => "Open / all".into(),
        Orders::Blank(line) => blank(line).into(),
        Orders::BlankHint(line) => hint(line).into(),
        Orders::FormKeys => "Enter: next line, at the last: do it   ↑ ↓   Esc: leave".into(),
        Orders::NothingFilled { line } => format!("{line} must be filled in."),
        Orders::NotAName { line, value } => format!("“{value}” cannot be: {line}."),
        Orders::NoOrders => "No orders. n asks for one.".into(),
        Orders::Counts(Counts { expected, taken, ejected, returned, outside, missing }) => format!(
            "{expected} media: {taken} out, {ejected} ejected, {returned} back, {outside} outside, {missing} missing"
        ),
        Orders::Turn { from, to, of } => format!("lines {from}–{to} of {of}: PgDn, PgUp"),
        Orders::SignOn => "SIGN ON".into(),
        Orders::WithoutOrder => "WITHOUT AN ORDER".into(),
        Orders::WithWitness(badge) => format!("with {badge}"),
        Orders::BadMonth { value } => format!("“{value}” is not a month: use 2026-11."),
        Orders::BadMethod => "A method is one word in lower case: shred, degauss, incinerate …".into(),
    }
}

const fn title(asked: Asked) -> &'static str {
    match asked {
        Asked::Request => "New order",
        Asked::Approve => "Approve",
        Asked::Reject => "Reject",
        Asked::Extend => "Extend",
        Asked::Close => "Close",
        Asked::Override => "Emergency: without an order",
        Asked::Shift => "Shift handover",
        Asked::OpenAudit => "Open a stocktake",
        Asked::Recount => "Begin the second count",
        Asked::CloseAudit => "Close the stocktake",
        Asked::Ratify => "Ratify",
    }
}

const fn blank(line: Blank) -> &'static str {
    match line {
        Blank::Purpose => "Purpose",
        Blank::Until => "All back by",
        Blank::Media => "Media",
        Blank::To => "Where to",
        Blank::Text => "What for, in words",
        Blank::Work => "Work to be done",
        Blank::Why => "Why",
        Blank::With => "Badge of the second person",
        Blank::Place => "What is counted",
        Blank::Missing => "Media that cannot be found",
        Blank::Badge => "Badge of who decides",
        Blank::Pin | Blank::NextPin => "Their PIN",
        Blank::OwnPin => "Your PIN",
        Blank::Next => "Badge of who takes on",
    }
}

const fn hint(line: Blank) -> &'static str {
    match line {
        Blank::Purpose => "one word of the policy",
        Blank::Until => "17:00, +4h, +3d or RFC 3339",
        Blank::Media => "scan the labels, or type them with spaces between",
        Blank::Place => "scan or type a place; empty for the whole site",
        Blank::Missing => "scan or type; empty if all are back",
        Blank::To => "a device, a place, an address; may stay empty",
        Blank::Text | Blank::Work => "may stay empty",
        Blank::Why => "a code, code: words, or words",
        Blank::Badge | Blank::Next | Blank::With => "scan or type",
        Blank::Pin => "empty if that person stands here",
        Blank::OwnPin | Blank::NextPin => "digits",
    }
}

pub(in crate::i18n) const fn head(head: Head) -> &'static str {
    match head {
        Head::Order => "Order",
        Head::Purpose => "Purpose",
        Head::Requester => "Requested by",
        Head::Approver => "Decided by",
        Head::Closer => "Closed by",
        Head::From => "From",
        Head::Until => "Until",
        Head::Destination => "To",
        Head::Expected => "Media",
        Head::Taken => "Out",
        Head::Ejected => "Ejected",
        Head::Returned => "Back",
        Head::Outside => "Outside",
        Head::Missing => "Missing",
        Head::Parent => "Standing order",
        Head::Nightly => "A night",
        Head::Section => "Section",
        Head::Key => "What",
        Head::Count => "Count",
        Head::Role => "Role",
        Head::LastUsed => "Last used",
        Head::History => "History",
        Head::Host => "Works for",
        Head::Locked => "Locked until",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn refusal(voice: &Voice, refusal: &OrderRefusal) -> Sentence {
    match refusal {
        OrderRefusal::Unknown { order } => Sentence::new(
            format!("There is no movement order {order}."),
            "The orders that are open: kuraban order list.",
        ),
        OrderRefusal::Missing { barcode } => Sentence::new(
            format!("{barcode} may not leave: no approved order that is in force lists it."),
            format!(
                "Ask for one: kuraban order new --purpose CODE --until TIME {barcode}. In an emergency: kuraban check-out --override WHY {barcode} (at a station Esc x), ratified afterwards."
            ),
        ),
        OrderRefusal::NotListed { order, barcode } => Sentence::new(
            format!("Order {order} does not list {barcode}."),
            format!("What it lists: kuraban order show {order}."),
        ),
        OrderRefusal::NotInForce { order, state: now, from, until } => Sentence::new(
            format!(
                "Order {order} is not in force: it is {}, for {} to {}.",
                state(*now, false),
                voice.time(*from),
                voice.time(*until)
            ),
            match now {
                OrderState::Requested => format!("An approver decides on it: kuraban order approve {order}."),
                OrderState::Approved => {
                    format!("An approver can give it more time: kuraban order extend {order} --until TIME.")
                }
                OrderState::Rejected | OrderState::Closed => {
                    "Ask for another one: kuraban order new.".to_owned()
                }
            },
        ),
        OrderRefusal::Several { barcode, orders } => {
            let orders: Vec<String> = orders.iter().map(ToString::to_string).collect();
            Sentence::new(
                format!("Several orders in force list {barcode}: {}.", orders.join(", ")),
                "Name the one: --order N; at a scan station scan its label KB-ORDER-N first.",
            )
        }
        OrderRefusal::Decided { order, state: now, by, at } => {
            let by = by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
            let at = at.map_or_else(String::new, |at| format!(" on {}", voice.time(at)));
            Sentence::new(
                format!("Order {order} is {} already{by}{at}.", state(*now, false)),
                format!("See it: kuraban order show {order}."),
            )
        }
        OrderRefusal::NotBack { order, outside, count } => {
            let named: Vec<String> = outside.iter().map(ToString::to_string).collect();
            let more = count.saturating_sub(named.len() as u64);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            Sentence::new(
                format!(
                    "Order {order} cannot be closed: {} not back in a vault: {}{more}.",
                    if *count == 1 { "1 medium is".to_owned() } else { format!("{count} media are") },
                    named.join(", ")
                ),
                format!(
                    "Look for them and check them in; what cannot be found, an approver names: kuraban order close {order} --missing BARCODE --why WHY."
                ),
            )
        }
        OrderRefusal::NightsOpen { order, count } => Sentence::new(
            format!("Standing order {order} cannot be closed: {} open.", counted(*count, "night")),
            "Close its nights first: kuraban order list.",
        ),
        OrderRefusal::NotStanding { order } => Sentence::new(
            format!("Order {order} is not a standing order; it has a list of its own."),
            "A standing order is asked for with --nightly N.",
        ),
        OrderRefusal::NightFull { order, most, used, asked } => Sentence::new(
            format!(
                "Standing order {order} allows {most} media a night; {used} are used, and {asked} more are too many."
            ),
            "Take fewer, or ask for an order of its own: kuraban order new.",
        ),
        OrderRefusal::StandingTooLong { days } => Sentence::new(
            format!("A standing order holds for {days} days at most."),
            "Give an earlier end, and have it approved anew then.",
        ),
        OrderRefusal::NoMedia => Sentence::new(
            "An order lists at least one medium, or is a standing one with a nightly number above zero.",
            "Name the media, or --nightly N.",
        ),
        OrderRefusal::TooManyMedia { count, limit } => Sentence::new(
            format!("{count} media are too many for one order; it lists {limit} at most."),
            "Ask for several orders.",
        ),
        OrderRefusal::UnknownPurpose { purpose, known } => {
            let known: Vec<&str> = known.iter().map(crate::domain::names::Code::as_str).collect();
            Sentence::new(
                format!("The policy has no purpose {purpose}; it has {}.", known.join(", ")),
                "An administrator can add one: kuraban policy set purposes LIST.",
            )
        }
        OrderRefusal::BadWindow { from, until, now } => Sentence::new(
            format!(
                "An order's time must end after it begins, and after now: {} to {} (now {}).",
                voice.time(*from),
                voice.time(*until),
                voice.time(*now)
            ),
            "Give a later end: --until +4h, --until 17:00, or RFC 3339.",
        ),
        OrderRefusal::DueAfterOrder { order, due, until } => Sentence::new(
            format!("{} is after the end of order {order}, {}.", voice.time(*due), voice.time(*until)),
            format!(
                "Give an earlier time, or have the order extended: kuraban order extend {order} --until TIME."
            ),
        ),
    }
}

//! What the screens say.

use crate::app::station::Mode;
use crate::i18n::{Screens, Station};

const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::CheckOut => "CHECK-OUT",
        Mode::Load => "LOAD",
        Mode::Eject => "EJECT",
        Mode::CheckIn => "CHECK-IN",
        Mode::HandOver => "HAND-OVER",
        Mode::Audit => "AUDIT",
        Mode::Sight => "SIGHT",
    }
}

pub(in crate::i18n) fn station(text: Station<'_>) -> String {
    match text {
        Station::ModeName(m) => mode(m).into(),
        Station::ModeSet(m) => format!("mode: {}", mode(m)),
        Station::PlaceSet(place) => format!("place: {place}"),
        Station::PersonSet(badge) => format!("person: {badge}"),
        Station::RecipientSet(badge) => format!("handing over to {badge}"),
        Station::Already { barcode, seq } => format!("{barcode} already scanned in this batch (entry {seq})"),
        Station::CountedBefore(barcode) => format!("{barcode} was counted here already"),
        Station::NoAudit(place) => format!(
            "{place} is in no stocktake that is being counted. Scan another place, or an auditor opens one: kuraban audit open"
        ),
        Station::TwoLabels(shown) => {
            format!("{shown}: two labels in one reading; neither was taken. Scan each again")
        }
        Station::SignedOn(badge) => format!("{badge} is signed on already; no PIN is needed"),
        Station::PinLike(dots) => format!(
            "{dots} looks like a PIN; it was not recorded. A PIN is given only where it is asked for; a label of \
             digits alone is to be scanned"
        ),
        Station::Late => {
            "waiting for the ledger: another program may have it open. What was scanned is not lost".into()
        }
        Station::BadgeAtScan => "scan your badge first, on the scan screen (F1)".into(),
        Station::NeedPerson => "scan your badge first".into(),
        Station::NeedPlace(m) => format!("{}: scan the place first", mode(m)),
        Station::NeedRecipient => "scan the badge of who takes them first".into(),
        Station::Unrecorded { label, why } => format!("{label} NOT RECORDED: {why} Scan it again"),
        Station::WitnessWanted => "now the badge of the second person".into(),
        Station::WitnessSet(badge) => format!("second person: {badge}"),
        Station::OrderSet(order) => format!("check-out under order {order}"),
        Station::OverrideSet => {
            "check-out without an order: each stays critical until an approver ratifies it".into()
        }
        Station::ShiftOver(hours) => {
            format!("The shift of {hours} h is over: scan your badge to sign on anew.")
        }
        Station::Forgotten(minutes) => {
            format!("locked: no key for {minutes} min. Scan your badge")
        }
        Station::NothingToUndo => "there is no step to take back".into(),
    }
}

pub(in crate::i18n) fn screens(text: Screens<'_>) -> String {
    match text {
        Screens::Scan => "Scan".into(),
        Screens::Board => "Board".into(),
        Screens::Medium => "Medium".into(),
        Screens::Ledger => "Ledger".into(),
        Screens::Places => "Places".into(),
        Screens::Orders => "Orders".into(),
        Screens::Keys => "Keys".into(),
        Screens::Quit => "Quit".into(),
        Screens::NextMode => "Mode".into(),
        Screens::Undo => "Undo".into(),
        Screens::Filter => "Filter the list".into(),
        Screens::Move => "Move".into(),
        Screens::Open => "Open".into(),
        Screens::Search => "Search".into(),
        Screens::Verify => "Verify".into(),
        Screens::Person(badge) => format!("person {badge}"),
        Screens::Place(place) => format!("place {place}"),
        Screens::Recipient(badge) => format!("to {badge}"),
        Screens::NotYet => "–".into(),
        Screens::Counts { recorded, refused, again } => {
            format!("recorded {recorded}   refused {refused}   scanned again {again}")
        }
        Screens::Waiting(count) => format!("{count} being recorded"),
        Screens::Ready => "ready to scan".into(),
        Screens::EscAwaits => "Esc …".into(),
        Screens::TooSmall => "The terminal is too small: 60×16 at least.".into(),
        Screens::NothingOutside => "Nothing is outside, missing or in dispute.".into(),
        Screens::NoMedium => "No medium chosen: F2, then Enter, or / to search.".into(),
        Screens::NotVerified => "not verified".into(),
        Screens::Verifying { done, total } => format!("verifying {done} of {total}"),
        Screens::Entries(count) => format!("{count} entries"),
        Screens::Found(count) => format!("{count} found"),
        Screens::OpenEnd(span) => format!("open for {span}"),
        Screens::Gap(span) => format!("{span} later"),
        Screens::Of { media, capacity } => format!("{media} of {capacity}"),
        Screens::NothingShown => "Nothing of what is outside fits the filter; x shows all.".into(),
        Screens::ByHour { hours, now, most } => {
            format!("Outside, last {hours} h (now {now}, most {most})")
        }
        Screens::ByTime => "By time outside".into(),
        Screens::Narrowed(parts) => format!("Only {parts} (x shows all)"),
        Screens::Listed { listed, total } => format!("the {listed} most urgent of {total}"),
        Screens::InTime(count) => format!("{count} media, in time"),
        Screens::UnderOrder(order) => format!("order {order}"),
        Screens::Residents => "Resident devices".into(),
        Screens::Contents { place, count } => format!("{place}: {count} media   (← back)"),
        Screens::Back => "Back".into(),
        Screens::NarrowBy(title) => format!("Filter: {}", super::text::heading(title)),
        Screens::ShowAll => "Filter: show all".into(),
        Screens::Copy => "Copy".into(),
        Screens::Copied => "Sent to the clipboard of the terminal.".into(),
        Screens::Export => "Export".into(),
        Screens::ExportTo => "Write the history as CSV to".into(),
        Screens::Exported(file) => format!("The history stands in {file}"),
        Screens::Unwritten { file, error } => {
            format!("{file} was not written: {error}. Nothing was overwritten; choose another name.")
        }
        Screens::EnterOrLeave => "Enter: sign on   Esc: leave".into(),
        Screens::EnterOrEsc => "Enter: write   Esc: leave".into(),
        Screens::Suspend => "Back to the shell (fg returns)".into(),
    }
}

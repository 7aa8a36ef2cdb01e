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
        Station::TwoLabels(shown) => {
            format!("{shown}: two labels in one reading; neither was taken. Scan each again")
        }
        Station::NeedPerson => "scan your badge first".into(),
        Station::NeedPlace(m) => format!("{}: scan the place first", mode(m)),
        Station::NeedRecipient => "scan the badge of who takes them first".into(),
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
        Screens::Keys => "Keys".into(),
        Screens::Quit => "Quit".into(),
        Screens::NextMode => "Next mode".into(),
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
    }
}

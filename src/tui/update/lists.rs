//! The lists of the board, the medium, the log and the places: moving, opening, and windows over long ones.

use crate::app::{LogRow, MediumView, Part, WINDOW, Window};
use crate::domain::names::PlaceCode;
use crate::tui::message::Effect;
use crate::tui::model::{Contents, List, Model, Screen};

/// Moves the selection of the screen; at the end of a window, asks for the next one.
pub(super) fn step(model: &mut Model, by: isize) -> Option<Effect> {
    match model.screen {
        Screen::Scan => None,
        Screen::Board => {
            model.board.step(by);
            None
        }
        Screen::Medium => {
            let last = model.medium.as_ref().map_or(0, |page| page.history.len().saturating_sub(1));
            model.entry = model.entry.saturating_add_signed(by).min(last);
            None
        }
        Screen::Ledger => step_log(model, by),
        Screen::Places => step_places(model, by),
        Screen::Orders => {
            model.orders.step(by);
            None
        }
    }
}

fn step_log(model: &mut Model, by: isize) -> Option<Effect> {
    let (list, part) = (&mut model.log.list, model.log.part);
    let at_edge = if by < 0 { list.selected == 0 } else { list.selected + 1 >= list.rows.len() };
    let wanted = match by {
        isize::MIN => Part::From(1),
        isize::MAX => Part::Newest,
        _ if !at_edge => {
            list.step(by);
            return None;
        }
        _ if by < 0 => Part::Before(list.rows.first().map(|row| row.seq).filter(|seq| *seq > 1)?),
        _ if part == Part::Newest => return None,
        _ => Part::From(list.rows.last()?.seq + 1),
    };
    Some(Effect::Log(wanted))
}

/// Takes a part of the log; one that reaches the newest entry goes on with the log.
pub(super) fn log(model: &mut Model, part: Part, rows: Vec<LogRow>) {
    if rows.is_empty() && part != Part::Newest {
        model.log.part = Part::Newest;
        return;
    }
    let full = rows.len() >= usize::try_from(WINDOW).unwrap_or(usize::MAX);
    let followed = model.log.list.selected + 1 >= model.log.list.rows.len();
    let last = rows.len().saturating_sub(1);
    let selected = match part {
        Part::Newest if model.log.part == Part::Newest && !followed => {
            // The entry that is looked at stays selected while new ones come in below.
            let seq = model.log.list.rows.get(model.log.list.selected).map(|row| row.seq);
            rows.iter().position(|row| Some(row.seq) == seq).unwrap_or(0)
        }
        Part::Newest | Part::Before(_) => last,
        Part::From(_) => 0,
    };
    model.log.part = if matches!(part, Part::From(_)) && !full { Part::Newest } else { part };
    model.log.list = List { rows, selected };
}

fn step_places(model: &mut Model, by: isize) -> Option<Effect> {
    let Some(contents) = &mut model.contents else {
        model.places.step(by);
        return None;
    };
    let (list, place) = (&mut contents.list, contents.place.clone());
    let at_edge = if by < 0 { list.selected == 0 } else { list.selected + 1 >= list.rows.len() };
    let edge = |medium: Option<&MediumView>| medium.map(|medium| medium.barcode.clone());
    let window = match by {
        isize::MIN => Window::First,
        isize::MAX => Window::Last,
        _ if !at_edge => {
            list.step(by);
            return None;
        }
        _ if by < 0 => Window::Before(edge(list.rows.first())?),
        _ => Window::After(edge(list.rows.last())?),
    };
    Some(Effect::Contents(place, window))
}

/// Takes a window of what stands in a place; one that is empty lies beyond the end of the list.
pub(super) fn contents(model: &mut Model, place: &PlaceCode, window: &Window, media: Vec<MediumView>) {
    let Some(contents) = model.contents.as_mut().filter(|contents| contents.place == *place) else { return };
    let selected = match window {
        Window::After(_) | Window::Before(_) if media.is_empty() => return,
        Window::First | Window::After(_) => 0,
        Window::Last | Window::Before(_) => media.len().saturating_sub(1),
    };
    contents.list = List { rows: media, selected };
}

/// Opens what is selected.
pub(super) fn open(model: &mut Model) -> Option<Effect> {
    if model.screen == Screen::Board {
        if model.board.toggle() {
            return None;
        }
        let name = model.board.medium().map(name)?;
        return Some(show(model, name));
    }
    if model.screen == Screen::Orders {
        let Some(page) = &model.orders.page else { return model.orders.chosen().map(Effect::Order) };
        let name = page.lines.get(model.orders.line)?.barcode.to_string();
        return Some(show(model, name));
    }
    if let Some(contents) = &model.contents {
        let name = contents.list.rows.get(contents.list.selected).map(name)?;
        return Some(show(model, name));
    }
    let place = model.places.rows.get(model.places.selected)?.view.place.code.clone();
    model.contents = Some(Contents { place: place.clone(), list: List::default() });
    Some(Effect::Contents(place, Window::First))
}

/// The name by which a medium is asked for: its identity, which no other has.
pub(super) fn name(medium: &MediumView) -> String {
    format!("#{}", medium.id)
}

/// Shows a medium.
pub(super) fn show(model: &mut Model, name: String) -> Effect {
    model.dialog = None;
    model.screen = Screen::Medium;
    model.medium = None;
    Effect::Medium(name)
}

//! Forms: keys in, acts out, and what became of them.
#![allow(clippy::wildcard_enum_match_arm, reason = "all the other keys of a keyboard mean nothing here")]

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::needs;
use crate::app::station::{Answer, Mode, Order};
use crate::app::{Closed, OrderError};
use crate::domain::audit::AuditState;
use crate::domain::names::{AuditId, OrderId, PlaceCode};
use crate::i18n::{Audits, Orders, Station, Text};
use crate::tui::acts::Acted;
use crate::tui::form::{Ask, Form, Wish, Wrong};
use crate::tui::keymap::Command;
use crate::tui::message::{Effect, Message};
use crate::tui::model::{Dialog, Mark, Model};

/// How many lines of what is open are turned over at once.
const PAGE: usize = 3;

/// Opens a form; one about a shift also asks for what is open.
fn open(model: &mut Model, ask: Ask) -> Vec<Effect> {
    // A form that has no line for a badge needs somebody who stands here, before anything is filled in.
    let names_nobody = matches!(ask, Ask::Request | Ask::Override | Ask::Shift(_));
    if names_nobody && model.scan.person.is_none() {
        let what = model.voice.text(&Text::Station(Station::BadgeAtScan));
        model.notice = Some((Mark::Again, what));
        return vec![Effect::Bell];
    }
    model.dialog = Some(Dialog::Form(Form::new(ask, model.scan.person.as_ref())));
    if let Ask::Shift(_) = ask {
        vec![Effect::Open, Effect::Orders(false), Effect::Board]
    } else {
        Vec::new()
    }
}

/// A command about orders, shifts or second persons.
pub(super) fn obey(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Override => open(model, Ask::Override),
        Command::NextShift => open(model, Ask::Shift(None)),
        Command::OpenAudit => open(model, Ask::OpenAudit),
        Command::Recount => counted(model, Ask::Recount),
        Command::CloseAudit => counted(model, Ask::CloseAudit),
        Command::NewOrder => open(model, Ask::Request),
        Command::Approve => about(model, Ask::Approve),
        Command::Reject => about(model, Ask::Reject),
        Command::Extend => about(model, Ask::Extend),
        Command::Close => about(model, Ask::Close),
        Command::Ratify => {
            let medium = model.medium.as_ref().map(|page| page.medium.id);
            medium.map_or_else(Vec::new, |medium| open(model, Ask::Ratify(medium)))
        }
        Command::Witness => {
            model.sent(1);
            vec![Effect::Station(Order::Witness)]
        }
        Command::AllOrders => {
            model.orders.all = !model.orders.all;
            needs(model).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Opens a form about the order that is chosen.
fn about(model: &mut Model, ask: fn(OrderId) -> Ask) -> Vec<Effect> {
    model.orders.chosen().map_or_else(Vec::new, |order| open(model, ask(order)))
}

/// Opens a form about the stocktake that is counted here, or the only one there is.
fn counted(model: &mut Model, ask: fn(AuditId) -> Ask) -> Vec<Effect> {
    let known = model.counting.as_ref().map(|counting| counting.view.audit.id);
    if let Some(audit) = model.scan.audit.or(known) {
        return open(model, ask(audit));
    }
    model.notice = Some((Mark::Again, model.voice.text(&Text::Audits(Audits::NoneChosen))));
    vec![Effect::Bell, Effect::Counting(None)]
}

/// A key while a form is open.
pub(super) fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let rows = model.orders.list.rows.len() + model.board.page.media.len();
    let Some(Dialog::Form(form)) = &mut model.dialog else { return Vec::new() };
    if form.sent {
        return Vec::new();
    }
    match key.code {
        KeyCode::Up | KeyCode::BackTab => form.step(-1),
        KeyCode::Down => form.step(1),
        KeyCode::PageUp => form.top = form.top.saturating_sub(PAGE),
        // The screen knows how many lines there are, and goes no further than the last.
        KeyCode::PageDown => form.top = (form.top + PAGE).min(rows),
        KeyCode::Backspace => form.backspace(),
        KeyCode::Enter | KeyCode::Tab if form.enter() => return send(model),
        KeyCode::Char('j') if key.modifiers.contains(KeyModifiers::CONTROL) && form.enter() => {
            return send(model);
        }
        KeyCode::Char(c) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            form.letter(c);
        }
        _ => {}
    }
    Vec::new()
}

/// What was read or done for forms and orders.
pub(super) fn take(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Orders(rows) => model.orders.set(rows),
        Message::Order(page) => {
            model.orders.line = model.orders.line.min(page.lines.len().saturating_sub(1));
            model.orders.page = Some(*page);
        }
        Message::Open(open) => {
            if let Some(Dialog::Form(form)) = &mut model.dialog
                && let Ask::Shift(_) = form.ask
            {
                form.ask = Ask::Shift(Some(open));
            }
        }
        Message::Acted(done, standing) => {
            model.stands(&standing);
            return acted(model, &done);
        }
        Message::Declined(error, standing) => {
            model.stands(&standing);
            return declined(model, &error);
        }
        _ => {}
    }
    Vec::new()
}

fn send(model: &mut Model) -> Vec<Effect> {
    let east = (model.voice.zone)(model.now);
    let now = model.now;
    let Some(Dialog::Form(form)) = &mut model.dialog else { return Vec::new() };
    match form.wish(now, east) {
        Ok(Wish::Act(act)) => {
            (form.wrong, form.sent) = (None, true);
            vec![Effect::Act(Box::new(act))]
        }
        Ok(Wish::Override(said)) => {
            model.dialog = None;
            model.sent(1);
            vec![Effect::Station(Order::Override(said))]
        }
        Err(wrong) => {
            form.wrong = Some(wrong);
            vec![Effect::Bell]
        }
    }
}

/// What is said of a stocktake that was opened, counted again or closed.
fn told_of_audit(model: &Model, acted: &Acted) -> Option<(Mark, String)> {
    let say = |text: Audits<'_>| model.voice.text(&Text::Audits(text));
    Some(match acted {
        Acted::AuditOpened(audit, place) => {
            let scope = place.as_ref().map_or_else(|| say(Audits::WholeSite), PlaceCode::to_string);
            (Mark::Done, say(Audits::OpenedHere { audit: *audit, scope: &scope }))
        }
        Acted::Recounted(audit, seq) => (Mark::Done, say(Audits::Recounting { audit: *audit, seq: *seq })),
        Acted::AuditClosed(audit, closed) => {
            let Closed { state, seq, declared, incident } = *closed;
            if state == AuditState::Certified {
                (Mark::Done, say(Audits::Certified { audit: *audit, seq }))
            } else {
                (Mark::Refused, say(Audits::Refused { audit: *audit, seq, declared, incident }))
            }
        }
        _ => return None,
    })
}

/// What a form asked for was done.
fn acted(model: &mut Model, acted: &Acted) -> Vec<Effect> {
    model.dialog = None;
    if let Some((mark, said)) = told_of_audit(model, acted) {
        model.notice = Some((mark, said));
        model.scan.mode = Mode::Audit;
        model.sent(1);
        let again = [Effect::Station(Order::Mode(Mode::Audit)), Effect::Status, Effect::Flags];
        return again.into_iter().chain(needs(model)).collect();
    }
    let time;
    let said = match acted {
        Acted::Requested(order) => Orders::Requested { order: *order },
        Acted::Approved(order, seq) => Orders::Approved { order: *order, seq: *seq },
        Acted::Rejected(order, seq) => Orders::Rejected { order: *order, seq: *seq },
        Acted::Extended(order, until, seq) => {
            time = model.voice.time(*until);
            Orders::Extended { order: *order, until: &time, seq: *seq }
        }
        Acted::Closed(order, seq) => Orders::Closed { order: *order, seq: *seq },
        Acted::Ratified(barcode, seq) => Orders::Ratified { barcode: barcode.as_str(), seq: *seq },
        Acted::ShiftDone(from, to, seq, _) => {
            Orders::ShiftDone { from: from.as_str(), to: to.as_str(), seq: *seq }
        }
        Acted::AuditOpened(..) | Acted::Recounted(..) | Acted::AuditClosed(..) => return Vec::new(),
    };
    model.notice = Some((Mark::Done, model.voice.text(&Text::Orders(said))));
    if let Acted::ShiftDone(_, to, ..) = acted {
        // The station says who stands before it now, as after any sign-on.
        let _ = super::scan::answer(model, &Answer::Person(to.clone()));
    }
    let page = model.orders.page.as_ref().map(|page| Effect::Order(page.view.order.id));
    let medium = model.medium.as_ref().filter(|_| matches!(acted, Acted::Ratified(..)));
    let medium = medium.map(|page| Effect::Medium(super::lists::name(&page.medium)));
    [Some(Effect::Status), Some(Effect::Flags), needs(model), page, medium].into_iter().flatten().collect()
}

/// What a form asked for was not done: it stays, and says why.
fn declined(model: &mut Model, error: &OrderError) -> Vec<Effect> {
    let said = match error {
        OrderError::Other(error) => super::sentence(model, error).what,
        OrderError::Media(bad) => {
            let first = bad.first().map(|(_, refusal)| model.voice.refusal(refusal).what).unwrap_or_default();
            let rest = model.voice.text(&Text::Orders(Orders::BadMedia { count: bad.len() }));
            format!("{first} {rest}")
        }
    };
    if let Some(Dialog::Form(form)) = &mut model.dialog {
        form.sent = false;
        form.wrong = Some(Wrong::Said(said));
        // A PIN that was not taken is typed anew.
        for (field, text) in &mut form.lines {
            if field.is_secret() {
                text.clear();
            }
        }
    } else {
        model.notice = Some((Mark::Refused, said));
    }
    vec![Effect::Bell]
}

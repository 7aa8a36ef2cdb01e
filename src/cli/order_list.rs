//! Movement orders as lists: what is expected, taken out, ejected, checked in and still outside, side by side.

use serde_json::{Value, json};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, list as table, moment, told};
use super::ui::Ui;
use crate::app::{Custodian, OrderLine, OrderPage, OrderView};
use crate::domain::custody::State;
use crate::domain::names::{OrderId, PlaceCode, Term};
use crate::i18n::{Head, Orders, Text, Title};
use crate::report::sheet::{Column, Form};

fn badge(person: Option<&Custodian>) -> Value {
    person.map(|who| who.badge.as_str()).into()
}

fn count(ui: &Ui<'_>, key: &'static str, head: Head, of: fn(&OrderView) -> u64) -> Column<OrderView> {
    column(key, Some(ui.voice.text(&Text::Head(head))), move |order: &OrderView| of(order).into())
}

pub(super) fn list(
    ui: &mut Ui<'_>,
    global: &Global,
    (open, before): (bool, Option<OrderId>),
    output: Output,
) -> Result<Code, Failure> {
    let orders = ui.session(global)?.orders(open, before)?;
    let voice = ui.voice.clone();
    let head = |head| Some(voice.text(&Text::Head(head)));
    let state = voice.clone();
    let columns = vec![
        column("number", head(Head::Order), |o: &OrderView| o.order.id.0.into()),
        told(
            "state",
            Some(voice.text(&Text::Title(Title::State))),
            |o: &OrderView| o.order.state.word().into(),
            move |o: &OrderView| {
                state.text(&Text::Orders(Orders::State { state: o.order.state, over: o.over }))
            },
        ),
        column("purpose", head(Head::Purpose), |o: &OrderView| o.order.purpose.as_str().into()),
        column("requester", head(Head::Requester), |o: &OrderView| badge(o.requester.as_ref())),
        column("decided_by", head(Head::Approver), |o: &OrderView| badge(o.decided_by.as_ref())),
        moment("from", None, &voice, |o: &OrderView| Some(o.order.from)),
        moment("until", head(Head::Until), &voice, |o: &OrderView| Some(o.order.until)),
        column("destination", None, |o: &OrderView| o.order.destination.as_ref().map(Term::as_str).into()),
        count(ui, "expected", Head::Expected, |o| o.counts.expected),
        count(ui, "taken", Head::Taken, |o| o.counts.taken),
        count(ui, "ejected", Head::Ejected, |o| o.counts.ejected),
        count(ui, "returned", Head::Returned, |o| o.counts.returned),
        count(ui, "outside", Head::Outside, |o| o.counts.outside),
        count(ui, "missing", Head::Missing, |o| o.counts.missing),
        column("standing", None, |o: &OrderView| o.order.parent.map(|id| id.0).into()),
        column("nightly", head(Head::Nightly), |o: &OrderView| o.order.nightly.map(|n| n.most).into()),
    ];
    table(ui, output, columns, &orders)?;
    Ok(Code::DONE)
}

pub(super) fn show(
    ui: &mut Ui<'_>,
    global: &Global,
    order: OrderId,
    output: Output,
) -> Result<Code, Failure> {
    let page = ui.session(global)?.order(order)?;
    match ui.form(output) {
        Form::Json => ui.line(&document(&page).to_string())?,
        Form::Csv { .. } => lines(ui, &page, output)?,
        Form::Table { .. } => {
            for line in summary(ui, &page) {
                ui.line(&line)?;
            }
            lines(ui, &page, output)?;
        }
    }
    Ok(Code::DONE)
}

/// What stands above the list of an order's media.
fn summary(ui: &Ui<'_>, page: &OrderPage) -> Vec<String> {
    let (voice, view) = (&ui.voice, &page.view);
    let order = &view.order;
    let head = |head| voice.text(&Text::Head(head));
    let person = |who: &Option<Custodian>| {
        let who = who.as_ref()?;
        Some(who.name.as_ref().map_or_else(|| who.badge.to_string(), |name| format!("{} {name}", who.badge)))
    };
    let text = |text| voice.text(&Text::Orders(text));
    let (from, until) = (voice.time(order.from), voice.time(order.until));
    let standing = order.nightly.map(|n| text(Orders::Standing { most: n.most, used: n.used }));
    let rows = [
        (head(Head::Order), Some(order.id.to_string())),
        (
            voice.text(&Text::Title(Title::State)),
            Some(text(Orders::State { state: order.state, over: view.over })),
        ),
        (head(Head::Purpose), Some(order.purpose.to_string())),
        (text(Orders::Text), page.text.clone()),
        (text(Orders::Work), page.work.clone()),
        (head(Head::From), Some(text(Orders::Window { from: &from, until: &until }))),
        (head(Head::Destination), order.destination.as_ref().map(Term::to_string)),
        (head(Head::Requester), person(&view.requester)),
        (head(Head::Approver), person(&view.decided_by)),
        (head(Head::Closer), person(&view.closed_by)),
        (head(Head::Parent), order.parent.map(|id| id.to_string())),
        (head(Head::Nightly), standing),
    ];
    super::tabled::fields(rows.into_iter().filter_map(|(key, value)| Some((key, value?))))
}

fn lines(ui: &mut Ui<'_>, page: &OrderPage, output: Output) -> Result<(), Failure> {
    if page.lines.is_empty() {
        return Ok(());
    }
    let voice = ui.voice.clone();
    let (head, title) =
        (|head| Some(voice.text(&Text::Head(head))), |title| Some(voice.text(&Text::Title(title))));
    let (state, yes) = (voice.clone(), voice.text(&Text::Yes));
    let mark = |key, name, of: fn(&OrderLine) -> bool| {
        let yes = yes.clone();
        told(
            key,
            head(name),
            move |line: &OrderLine| of(line).into(),
            move |line: &OrderLine| if of(line) { yes.clone() } else { String::new() },
        )
    };
    let columns = vec![
        column("barcode", title(Title::Barcode), |line: &OrderLine| line.barcode.as_str().into()),
        told(
            "state",
            title(Title::State),
            |line: &OrderLine| line.state.word().into(),
            move |line: &OrderLine| {
                let resident = line.at_rest && line.state == State::InDevice;
                state.state(line.state, resident).to_owned()
            },
        ),
        column("place", title(Title::Place), |line: &OrderLine| {
            line.place.as_ref().map(PlaceCode::as_str).into()
        }),
        column("custodian", title(Title::Custodian), |line: &OrderLine| badge(line.custodian.as_ref())),
        mark("taken", Head::Taken, |line| line.marks.taken),
        mark("ejected", Head::Ejected, |line| line.marks.ejected),
        mark("returned", Head::Returned, |line| line.marks.returned),
        mark("outside", Head::Outside, |line| line.outside),
    ];
    table(ui, output, columns, &page.lines)?;
    Ok(())
}

fn document(page: &OrderPage) -> Value {
    let (view, order) = (&page.view, &page.view.order);
    let media: Vec<Value> = page
        .lines
        .iter()
        .map(|line| {
            json!({
                "barcode": line.barcode.as_str(),
                "state": line.state.word(),
                "place": line.place.as_ref().map(PlaceCode::as_str),
                "custodian": badge(line.custodian.as_ref()),
                "taken": line.marks.taken,
                "ejected": line.marks.ejected,
                "returned": line.marks.returned,
                "outside": line.outside,
            })
        })
        .collect();
    let counts = view.counts;
    json!({
        "number": order.id.0,
        "state": order.state.word(),
        "over": view.over,
        "purpose": order.purpose.as_str(),
        "text": page.text,
        "work": page.work,
        "from": order.from.to_string(),
        "until": order.until.to_string(),
        "destination": order.destination.as_ref().map(Term::as_str),
        "requester": badge(view.requester.as_ref()),
        "decided_by": badge(view.decided_by.as_ref()),
        "closed_by": badge(view.closed_by.as_ref()),
        "standing": order.parent.map(|id| id.0),
        "nightly": order.nightly.map(|nightly| nightly.most),
        "used": order.nightly.map(|nightly| nightly.used),
        "expected": counts.expected,
        "taken": counts.taken,
        "ejected": counts.ejected,
        "returned": counts.returned,
        "outside": counts.outside,
        "missing": counts.missing,
        "media": media,
    })
}

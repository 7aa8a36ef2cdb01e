//! Stocktakes as lists: all of them, how far one has come, when the next are due, what they said of one medium.

use serde_json::{Value, json};

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::tabled::{column, fields, list as table, moment, told};
use super::ui::Ui;
use crate::app::{AuditPassage, AuditView, Counting, Custodian, Due, Loss, LossStep, Passage, PlaceCount};
use crate::domain::audit::{AuditState, Tally};
use crate::domain::custody::State;
use crate::domain::event::How;
use crate::domain::names::{AuditId, Badge, PlaceCode};
use crate::i18n::{Audits, Text, Title, Voice};
use crate::report::sheet::{Column, Form};

pub(super) fn badge(person: Option<&Custodian>) -> Value {
    person.map(|who| who.badge.as_str()).into()
}

pub(super) fn list(
    ui: &mut Ui<'_>,
    global: &Global,
    before: Option<AuditId>,
    output: Output,
) -> Result<Code, Failure> {
    let audits = ui.session(global)?.audits(before)?;
    let voice = ui.voice.clone();
    let head = |text| Some(voice.text(&Text::Audits(text)));
    let (state, whole) = (voice.clone(), ui.audits(Audits::WholeSite));
    let open = |v: &AuditView| v.tally.is_none();
    let sum = |key, title, of: fn(&Tally) -> u64| {
        column(key, title, move |v: &AuditView| v.tally.as_ref().map(of).into())
    };
    let columns = vec![
        column("number", Some("#".to_owned()), |v: &AuditView| v.audit.id.0.into()),
        told(
            "state",
            Some(voice.text(&Text::Title(Title::State))),
            |v: &AuditView| v.audit.state.word().into(),
            move |v: &AuditView| state.text(&Text::Audits(Audits::State(v.audit.state))),
        ),
        told(
            "at",
            head(Audits::Scope),
            |v: &AuditView| v.scope.as_ref().map(PlaceCode::as_str).into(),
            move |v: &AuditView| v.scope.as_ref().map_or_else(|| whole.clone(), PlaceCode::to_string),
        ),
        column("percent", None, |v: &AuditView| v.audit.sample.map(|sample| sample.percent).into()),
        moment("opened", head(Audits::OpenedAt), &voice, |v: &AuditView| Some(v.audit.opened)),
        column("opened_by", None, |v: &AuditView| badge(v.opened_by.as_ref())),
        moment("closed", head(Audits::ClosedAt), &voice, |v: &AuditView| v.audit.closed),
        column("closed_by", None, |v: &AuditView| badge(v.closed_by.as_ref())),
        column("closed_with", None, |v: &AuditView| badge(v.closed_with.as_ref())),
        // What an open one expects is not for its counters.
        column("expected", head(Audits::Expected), move |v: &AuditView| {
            if open(v) { Value::Null } else { v.audit.expected.into() }
        }),
        column("seen", head(Audits::Seen), |v: &AuditView| v.seen.into()),
        sum("not_found", None, |t| t.not_found),
        sum("unresolved", head(Audits::Deficits), |t| t.unresolved),
        column("incident", None, |v: &AuditView| v.audit.incident.map(|id| id.0).into()),
    ];
    table(ui, output, columns, &audits)?;
    Ok(Code::DONE)
}

pub(super) fn due(ui: &mut Ui<'_>, global: &Global, output: Output) -> Result<Code, Failure> {
    let vaults = ui.session(global)?.audits_due()?;
    let voice = ui.voice.clone();
    let head = |text| Some(voice.text(&Text::Audits(text)));
    let state = voice.clone();
    let columns = vec![
        column("place", Some(voice.text(&Text::Title(Title::Place))), |d: &Due| d.place.as_str().into()),
        moment("audited", head(Audits::LastAudited), &voice, |d: &Due| d.audited),
        moment("due", head(Audits::DueBy), &voice, |d: &Due| Some(d.due)),
        column("set", None, |d: &Due| d.set.into()),
        told(
            "over",
            Some(String::new()),
            |d: &Due| d.over.into(),
            move |d: &Due| state.text(&Text::Audits(Audits::DueState { set: d.set, over: d.over })),
        ),
    ];
    table(ui, output, columns, &vaults)?;
    Ok(if vaults.iter().any(|vault| vault.over) { Code::REFUSED } else { Code::DONE })
}

pub(super) fn status(ui: &mut Ui<'_>, global: &Global, audit: AuditId, json: bool) -> Result<Code, Failure> {
    let counting = ui.session(global)?.counting(audit)?;
    if json {
        ui.line(&status_document(&counting).to_string())?;
        return Ok(Code::DONE);
    }
    let Counting { view, counters, grades, places, progress, strays } = &counting;
    let scope = view.scope.as_ref().map_or_else(|| ui.audits(Audits::WholeSite), PlaceCode::to_string);
    let rows = [
        (ui.voice.text(&Text::Title(Title::State)), ui.audits(Audits::State(view.audit.state))),
        (ui.audits(Audits::Scope), scope),
        (ui.audits(Audits::OpenedAt), ui.voice.time(view.audit.opened)),
        (ui.audits(Audits::Seen), view.seen.to_string()),
        (
            ui.audits(Audits::Places),
            ui.audits(Audits::Visited { visited: progress.visited, places: progress.places }),
        ),
        (ui.audits(Audits::StraysTitle), strays.to_string()),
    ];
    let grade_rows: Vec<(String, String)> =
        grades.iter().map(|(how, count)| (ui.audits(Audits::Grade(*how)), count.to_string())).collect();
    for line in fields(rows.into_iter().chain(grade_rows)) {
        ui.line(&line)?;
    }
    let voice = ui.voice.clone();
    let head = |text| Some(voice.text(&Text::Audits(text)));
    if !counters.is_empty() {
        ui.line("")?;
        let columns = counter_columns(&voice);
        table(ui, Output::default(), columns, counters)?;
        let columns = vec![
            column("place", head(Audits::Places), |p: &PlaceCount| p.place.as_str().into()),
            column("media", head(Audits::Seen), |p: &PlaceCount| p.media.into()),
        ];
        table(ui, Output::default(), columns, places)?;
    }
    Ok(Code::DONE)
}

/// The columns of a list of counters.
fn counter_columns(voice: &Voice) -> Vec<Column<crate::app::Counter>> {
    let head = |text| Some(voice.text(&Text::Audits(text)));
    vec![
        column("counter", head(Audits::Counter), |c: &crate::app::Counter| badge(c.who.as_ref())),
        column("labels", head(Audits::Labels), |c: &crate::app::Counter| c.labels.into()),
        moment("first", head(Audits::First), voice, |c: &crate::app::Counter| Some(c.first)),
        moment("last", head(Audits::Last), voice, |c: &crate::app::Counter| Some(c.last)),
    ]
}

/// A list of counters for programs.
pub(super) fn counters_document(counters: &[crate::app::Counter]) -> Value {
    let one = |c: &crate::app::Counter| {
        json!({
            "counter": badge(c.who.as_ref()),
            "labels": c.labels,
            "first": c.first.to_string(),
            "last": c.last.to_string(),
        })
    };
    counters.iter().map(one).collect()
}

fn status_document(counting: &Counting) -> Value {
    let view = &counting.view;
    let grades: serde_json::Map<String, Value> =
        counting.grades.iter().map(|(how, count)| (how.word().to_owned(), (*count).into())).collect();
    let places: Vec<Value> = counting
        .places
        .iter()
        .map(|place| json!({"place": place.place.as_str(), "media": place.media}))
        .collect();
    json!({
        "number": view.audit.id.0,
        "state": view.audit.state.word(),
        "at": view.scope.as_ref().map(PlaceCode::as_str),
        "opened": view.audit.opened.to_string(),
        "recounted": view.audit.recounted.map(|at| at.to_string()),
        "seen": view.seen,
        "grades": grades,
        "counters": counters_document(&counting.counters),
        "places": places,
        "visited": counting.progress.visited,
        "of_places": counting.progress.places,
        "strays": counting.strays,
    })
}

fn word_of(passage: Passage) -> &'static str {
    match passage {
        Passage::NotThere => "not_there",
        Passage::OutOfScope => "out_of_scope",
        Passage::NotDrawn => "not_drawn",
        Passage::Open => "open",
        Passage::Class(class) => class.word(),
    }
}

pub(super) fn history(
    ui: &mut Ui<'_>,
    global: &Global,
    barcode: &str,
    output: Output,
) -> Result<Code, Failure> {
    let (passages, loss) = ui.session(global)?.audit_history(barcode)?;
    let form = ui.form(output);
    if passages.is_empty() && matches!(form, Form::Table { .. }) {
        ui.say(&Text::Audits(Audits::NoPassages))?;
    } else {
        let columns = passage_columns(&ui.voice);
        table(ui, output, columns, &passages)?;
    }
    if let (Form::Table { .. }, Some(loss)) = (form, loss) {
        ui.line("")?;
        for line in loss_lines(&ui.voice, &loss) {
            ui.line(&line)?;
        }
    }
    Ok(Code::DONE)
}

fn passage_columns(voice: &Voice) -> Vec<Column<AuditPassage>> {
    let head = |text| Some(voice.text(&Text::Audits(text)));
    let (state, said, over) = (voice.clone(), voice.clone(), voice.clone());
    let place = |p: &AuditPassage| -> String {
        let custodian = p.custodian.as_ref().map(Badge::to_string);
        p.place.as_ref().map(PlaceCode::to_string).or(custodian).unwrap_or_default()
    };
    vec![
        column("number", Some("#".to_owned()), |p: &AuditPassage| p.view.audit.id.0.into()),
        moment("opened", head(Audits::OpenedAt), voice, |p: &AuditPassage| Some(p.view.audit.opened)),
        moment("closed", None, voice, |p: &AuditPassage| p.view.audit.closed),
        told(
            "state",
            Some(voice.text(&Text::Title(Title::State))),
            |p: &AuditPassage| p.view.audit.state.word().into(),
            move |p: &AuditPassage| state.text(&Text::Audits(Audits::State(p.view.audit.state))),
        ),
        told(
            "recorded",
            head(Audits::Stood),
            |p: &AuditPassage| p.place.as_ref().map(PlaceCode::as_str).into(),
            place,
        ),
        column("recorded_state", None, |p: &AuditPassage| p.state.map(State::word).into()),
        column("custodian", None, |p: &AuditPassage| p.custodian.as_ref().map(Badge::as_str).into()),
        told(
            "class",
            head(Audits::ClassHead),
            |p: &AuditPassage| word_of(p.passage).into(),
            move |p: &AuditPassage| said.text(&Text::Audits(Audits::Passage(p.passage))),
        ),
        column("read_at_place", None, |p: &AuditPassage| {
            p.read.as_ref().map(|(place, ..)| place.as_str()).into()
        }),
        column("read_by", head(Audits::CountedBy), |p: &AuditPassage| {
            badge(p.read.as_ref().and_then(|(_, who, ..)| who.as_ref()))
        }),
        column("read_how", None, |p: &AuditPassage| p.read.as_ref().map(|(_, _, how, _)| how.word()).into()),
        moment("read", None, voice, |p: &AuditPassage| p.read.as_ref().map(|(.., at)| *at)),
        told(
            "passed_over",
            Some(String::new()),
            |p: &AuditPassage| p.passed_over.into(),
            move |p: &AuditPassage| {
                if p.passed_over { over.text(&Text::Audits(Audits::PassedOver)) } else { String::new() }
            },
        ),
    ]
}

fn step_text(voice: &Voice, step: &LossStep) -> (String, String, String, String) {
    let text = |code: Option<&PlaceCode>| code.map_or_else(String::new, PlaceCode::to_string);
    let badge = |badge: Option<&Badge>| badge.map_or_else(|| "–".to_owned(), Badge::to_string);
    let custodian = step.custodian.as_ref().map_or_else(String::new, Badge::to_string);
    (voice.kind(step.kind).to_owned(), text(step.place.as_ref()), badge(step.by.as_ref()), custodian)
}

/// The window of a loss in lines: the last reading, what happened in between, and who missed it first.
pub(super) fn loss_lines(voice: &Voice, loss: &Loss) -> Vec<String> {
    let said = |text: Audits<'_>| voice.text(&Text::Audits(text));
    let (from, until) = (voice.time(loss.last.at), voice.time(loss.until));
    let mut lines = vec![said(Audits::Lost { from: &from, until: &until })];
    let (kind, place, by, _) = step_text(voice, &loss.last);
    let how = loss.last.how.map_or("", How::word);
    lines.push(if loss.read {
        let seq = loss.last.seq;
        said(Audits::LostRead { kind: &kind, place: &place, by: &by, how, seq })
    } else {
        said(Audits::LostNeverRead { seq: loss.last.seq })
    });
    for step in &loss.steps {
        let (kind, place, by, custodian) = step_text(voice, step);
        let at = voice.time(step.at);
        let told = said(Audits::LostStep { kind: &kind, place: &place, by: &by, custodian: &custodian });
        lines.push(format!("{at}  {told}"));
    }
    lines.push(
        loss.audit.map_or_else(|| said(Audits::LostDeclared), |audit| said(Audits::LostAudit { audit })),
    );
    let (first, rest) = lines.split_first().map_or((String::new(), &[][..]), |(f, r)| (f.clone(), r));
    std::iter::once(first).chain(rest.iter().map(|line| format!("  {line}"))).collect()
}

/// The window of a loss for programs.
pub(super) fn loss_document(loss: &Loss) -> Value {
    let step = |step: &LossStep| {
        json!({
            "seq": step.seq,
            "at": step.at.to_string(),
            "kind": step.kind.word(),
            "by": step.by.as_ref().map(Badge::as_str),
            "place": step.place.as_ref().map(PlaceCode::as_str),
            "custodian": step.custodian.as_ref().map(Badge::as_str),
            "how": step.how.map(How::word),
        })
    };
    json!({
        "last": step(&loss.last),
        "read": loss.read,
        "until": loss.until.to_string(),
        "audit": loss.audit.map(|id| id.0),
        "steps": loss.steps.iter().map(step).collect::<Vec<_>>(),
    })
}

/// Whether a stocktake has ended, so that what it found may be told.
pub(super) const fn is_closed(state: AuditState) -> bool {
    matches!(state, AuditState::Certified | AuditState::Refused)
}

//! The certificate of a stocktake: as text, CSV, JSON, and as a page for print.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::args::{Global, Output};
use super::audit_show::{badge, counters_document, is_closed};
use super::exit::{Code, Failure};
use super::tabled::{column, fields};
use super::ui::Ui;
use crate::app::{AuditLine, AuditPage, Custodian};
use crate::domain::audit::{AuditState, Class};
use crate::domain::custody::State;
use crate::domain::event::How;
use crate::domain::names::PlaceCode;
use crate::i18n::{Audits, Lang, Text, Title};
use crate::report::certificate::{Certificate, Section};
use crate::report::sheet::{Column, Form, Sheet};

/// The words of `audit show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Its number
    pub audit: String,
    /// The form.
    #[command(flatten)]
    pub output: Output,
    /// Print the certificate as a page of HTML that needs nothing else, for print
    #[arg(long, conflicts_with_all = ["json", "csv"])]
    pub html: bool,
    /// Write it to a new file
    #[arg(short = 'o', value_name = "FILE")]
    pub file: Option<PathBuf>,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &ShowArgs) -> Result<Code, Failure> {
    let audit = ui.audit(&args.audit)?;
    let page = ui.session(global)?.audit(audit)?;
    let code = if page.view.audit.state == AuditState::Refused { Code::REFUSED } else { Code::DONE };
    let Some(path) = &args.file else {
        write(ui, args, &page)?;
        return Ok(code);
    };
    let text = bytes(ui, args, &page)?;
    if let Err(error) = super::inputs::write_new(path, &text) {
        return Err(super::report::unwritten(ui, path, &error));
    }
    Ok(code)
}

fn write(ui: &mut Ui<'_>, args: &ShowArgs, page: &AuditPage) -> Result<(), Failure> {
    let text = bytes(ui, args, page)?;
    Ok(ui.out().write_all(&text)?)
}

fn bytes(ui: &Ui<'_>, args: &ShowArgs, page: &AuditPage) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    if args.html {
        out.extend(certificate(ui, page).html().into_bytes());
        return Ok(out);
    }
    match ui.form(args.output) {
        Form::Json => writeln!(out, "{}", document(page))?,
        form @ Form::Csv { .. } => {
            let mut sheet = Sheet::begin(&mut out, form, columns())?;
            for line in &page.lines {
                sheet.row(line)?;
            }
            sheet.end()?;
        }
        Form::Table { .. } => out.extend(text(ui, page).into_bytes()),
    }
    Ok(out)
}

/// Prints the certificate as text.
pub(super) fn print(ui: &mut Ui<'_>, page: &AuditPage) -> Result<(), Failure> {
    let text = text(ui, page);
    Ok(ui.out().write_all(text.as_bytes())?)
}

fn text(ui: &Ui<'_>, page: &AuditPage) -> String {
    let certificate = certificate(ui, page);
    let mut out = format!("{}\n{}\n\n", certificate.title, certificate.result);
    for line in fields(certificate.facts) {
        out.push_str(&line);
        out.push('\n');
    }
    for section in certificate.sections {
        out.push('\n');
        out.push_str(&section.title);
        out.push('\n');
        let heads = section.head.iter().enumerate();
        let columns: Vec<Column<Vec<String>>> = heads
            .map(|(at, head)| {
                let cell = move |row: &Vec<String>| row.get(at).cloned().into();
                column("", Some(head.clone()), cell)
            })
            .collect();
        let mut table = Vec::new();
        let form = Form::Table { width: ui.width() };
        let drawn = Sheet::begin(&mut table, form, columns).and_then(|mut sheet| {
            section.rows.iter().try_for_each(|row| sheet.row(row))?;
            sheet.end()
        });
        // Writing into memory does not fail.
        if drawn.is_ok() {
            out.push_str(&String::from_utf8_lossy(&table));
        }
    }
    out
}

fn person(who: Option<&Custodian>) -> String {
    who.map_or_else(String::new, |who| {
        who.name.as_ref().map_or_else(|| who.badge.to_string(), |name| format!("{} {name}", who.badge))
    })
}

/// The certificate in the reader's language.
fn certificate(ui: &Ui<'_>, page: &AuditPage) -> Certificate {
    let view = &page.view;
    let scope = view.scope.as_ref().map_or_else(|| ui.audits(Audits::WholeSite), PlaceCode::to_string);
    let result = match (&view.tally, view.audit.state) {
        (Some(tally), AuditState::Certified) => {
            ui.audits(Audits::ResultCertified { expected: tally.expected, exceptions: tally.known_missing })
        }
        (Some(tally), _) => ui.audits(Audits::ResultRefused { unresolved: tally.unresolved }),
        (None, AuditState::Drawn) => ui.audits(Audits::StillDrawn),
        (None, _) => ui.audits(Audits::StillOpen),
    };
    let signers = [view.closed_by.as_ref(), view.closed_with.as_ref()];
    let sign = |who: &Custodian| {
        let badge = person(Some(who));
        ui.audits(Audits::Sign { badge: &badge })
    };
    Certificate {
        lang: if ui.voice.lang == Lang::Ja { "ja" } else { "en" },
        title: ui.audits(if is_closed(view.audit.state) {
            Audits::Title { audit: view.audit.id, scope: &scope }
        } else {
            Audits::Heading { audit: view.audit.id, scope: &scope }
        }),
        result,
        certified: view.audit.state == AuditState::Certified,
        facts: facts(ui, page),
        sections: sections(ui, page),
        signatures: signers.into_iter().flatten().map(sign).collect(),
    }
}

fn facts(ui: &Ui<'_>, page: &AuditPage) -> Vec<(String, String)> {
    let (view, audit) = (&page.view, &page.view.audit);
    let scope = view.scope.as_ref().map_or_else(|| ui.audits(Audits::WholeSite), PlaceCode::to_string);
    let by = |at, who: Option<&Custodian>| format!("{}  {}", ui.voice.time(at), person(who));
    let head = |size, hash: String| ui.audits(Audits::HeadAt { size, hash: &hash });
    let closed = is_closed(audit.state);
    let progress = page.progress;
    let visited = Audits::Visited { visited: progress.visited, places: progress.places };
    let sample = audit.sample.map(|sample| {
        let hash = sample.head.to_string();
        ui.audits(Audits::SampleOf { percent: sample.percent, head: &hash, number: sample.number })
    });
    let recount = audit.recounted.map_or_else(
        || ui.audits(Audits::NoRecount),
        |at| {
            let at = ui.voice.time(at);
            let second: Vec<String> =
                page.counters.iter().filter(|one| one.second).map(|one| person(one.who.as_ref())).collect();
            if second.is_empty() {
                ui.audits(Audits::RecountNobody { at: &at })
            } else {
                format!("{at}  {}", second.join(", "))
            }
        },
    );
    let rows = [
        (Audits::Scope, Some(scope)),
        (Audits::Sample, sample),
        (Audits::OpenedAt, Some(by(audit.opened, view.opened_by.as_ref()))),
        (Audits::HeadOpening, Some(head(audit.size, audit.head.to_string()))),
        (Audits::ClosedAt, audit.closed.map(|at| by(at, view.closed_by.as_ref()))),
        (Audits::ClosedWith, view.closed_with.as_ref().map(|who| person(Some(who)))),
        (Audits::HeadClosing, page.closing.map(|(seq, hash)| head(seq, hash.to_string()))),
        (Audits::RecountedAt, Some(recount).filter(|_| closed || audit.recounted.is_some())),
        (Audits::Incident, audit.incident.map(|id| id.to_string())),
        (Audits::Expected, Some(audit.expected.to_string()).filter(|_| closed)),
        (Audits::Seen, Some(view.seen.to_string())),
        (Audits::Places, Some(ui.audits(visited))),
    ];
    rows.into_iter().filter_map(|(head, value)| Some((ui.audits(head), value?))).collect()
}

fn sections(ui: &Ui<'_>, page: &AuditPage) -> Vec<Section> {
    let heads = |heads: &[Audits<'static>]| heads.iter().map(|head| ui.audits(*head)).collect::<Vec<_>>();
    let section = |title, head, rows: Vec<Vec<String>>| Section { title: ui.audits(title), head, rows };
    // What is unresolved comes first: it is why somebody reads the rest.
    let mut all = vec![lines(ui, page, (Audits::Deficits, false))];
    if let Some(tally) = &page.view.tally {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for class in Class::ALL {
            rows.push(vec![ui.audits(Audits::Class(*class)), tally.of(*class).to_string()]);
            if *class == Class::Elsewhere {
                rows.push(vec![ui.audits(Audits::Corrected), tally.corrected.to_string()]);
            }
        }
        rows.push(vec![ui.audits(Audits::StraysTitle), tally.unknown.to_string()]);
        rows.push(vec![
            ui.audits(Audits::Trouble(crate::domain::event::LabelTrouble::Unreadable)),
            tally.foreign.to_string(),
        ]);
        all.push(section(Audits::ClassesTitle, heads(&[Audits::ClassHead, Audits::Count]), rows));
        let grades = [How::Scanned, How::Library, How::Sensor, How::File, How::Typed, How::Pasted];
        let rows =
            grades.into_iter().map(|how| vec![ui.audits(Audits::Grade(how)), tally.grade(how).to_string()]);
        all.push(section(Audits::GradesTitle, heads(&[Audits::GradeHead, Audits::Count]), rows.collect()));
    }
    let counters = page.counters.iter().map(|counter| {
        let times = [counter.first, counter.last].map(|at| ui.voice.time(at));
        let [first, last] = times;
        vec![person(counter.who.as_ref()), counter.labels.to_string(), first, last]
    });
    let head = heads(&[Audits::Counter, Audits::Labels, Audits::First, Audits::Last]);
    all.push(section(Audits::CountersTitle, head, counters.collect()));
    all.push(lines(ui, page, (Audits::Exceptions, true)));
    let strays = page.strays.iter().map(|stray| {
        let place = stray.place.as_ref().map_or_else(String::new, PlaceCode::to_string);
        let why = ui.audits(Audits::Trouble(stray.why));
        vec![stray.text.clone(), why, place, person(stray.counter.as_ref())]
    });
    let head = heads(&[Audits::Label, Audits::Why, Audits::SeenAt, Audits::CountedBy]);
    all.push(section(Audits::StraysTitle, head, strays.collect()));
    all.retain(|section| !section.rows.is_empty());
    all
}

/// The media that a certificate names, line by line: those that are unresolved, or the others.
fn lines(ui: &Ui<'_>, page: &AuditPage, (title, passes): (Audits<'static>, bool)) -> Section {
    let named = page.lines.iter().filter(|line| line.passes == passes);
    let heads = [
        Audits::ClassHead,
        Audits::Stood,
        Audits::SeenAt,
        Audits::CountedBy,
        Audits::SettledBy,
        Audits::Incident,
    ];
    let barcode = ui.voice.text(&Text::Title(Title::Barcode));
    let head = std::iter::once(barcode).chain(heads.map(|head| ui.audits(head))).collect();
    Section { title: ui.audits(title), head, rows: named.map(|line| row(ui, line)).collect() }
}

fn row(ui: &Ui<'_>, line: &AuditLine) -> Vec<String> {
    let text = |code: Option<&PlaceCode>| code.map_or_else(String::new, PlaceCode::to_string);
    let place = line.place.as_ref().map_or_else(|| person(line.custodian.as_ref()), PlaceCode::to_string);
    let seen = [line.seen.as_ref(), line.also.as_ref()].map(text);
    let seen: Vec<String> = seen.into_iter().filter(|code| !code.is_empty()).collect();
    let resident = line.state == State::InDevice && line.custodian.is_none();
    vec![
        line.barcode.to_string(),
        ui.audits(Audits::Class(line.class)),
        format!("{} {place}", ui.voice.state(line.state, resident)),
        seen.join(", "),
        person(line.counter.as_ref()),
        person(line.settled_by.as_ref()),
        line.incident.map_or_else(String::new, |id| id.to_string()),
    ]
}

/// The lines of a certificate for programs.
fn columns() -> Vec<Column<AuditLine>> {
    vec![
        Column::new("barcode", |l: &AuditLine| l.barcode.as_str().into()),
        Column::new("class", |l: &AuditLine| l.class.word().into()),
        Column::new("expected", |l: &AuditLine| l.expected.into()),
        Column::new("unresolved", |l: &AuditLine| (!l.passes).into()),
        Column::new("recorded_state", |l: &AuditLine| l.state.word().into()),
        Column::new("recorded_place", |l: &AuditLine| l.place.as_ref().map(PlaceCode::as_str).into()),
        Column::new("custodian", |l: &AuditLine| badge(l.custodian.as_ref())),
        Column::new("seen", |l: &AuditLine| l.seen.as_ref().map(PlaceCode::as_str).into()),
        Column::new("also_seen", |l: &AuditLine| l.also.as_ref().map(PlaceCode::as_str).into()),
        Column::new("counter", |l: &AuditLine| badge(l.counter.as_ref())),
        Column::new("how", |l: &AuditLine| l.how.map(How::word).into()),
        Column::new("corrected_by", |l: &AuditLine| badge(l.settled_by.as_ref())),
        Column::new("incident", |l: &AuditLine| l.incident.map(|id| id.0).into()),
    ]
}

fn of_class(page: &AuditPage, which: impl Fn(&AuditLine) -> bool) -> Vec<&str> {
    page.lines.iter().filter(|line| which(line)).map(|line| line.barcode.as_str()).collect()
}

/// A stocktake for programs; while it is counted, nothing that it expects.
pub(super) fn document(page: &AuditPage) -> Value {
    let (view, audit) = (&page.view, &page.view.audit);
    let closed = is_closed(audit.state);
    let tally = view.tally.as_ref();
    let class = |of: Class| tally.map(|tally| tally.of(of));
    let classes: serde_json::Map<String, Value> =
        Class::ALL.iter().map(|one| (one.word().to_owned(), class(*one).into())).collect();
    let grades: serde_json::Map<String, Value> =
        How::ALL.iter().map(|how| (how.word().to_owned(), tally.map(|t| t.grade(*how)).into())).collect();
    let mut unexpected: Vec<String> =
        of_class(page, |line| !line.expected).into_iter().map(str::to_owned).collect();
    unexpected.extend(page.strays.iter().map(|stray| stray.text.clone()));
    let mut lines = Vec::new();
    let columns = columns();
    for line in &page.lines {
        let cells = columns.iter().map(|column| (column.key.to_owned(), (column.value)(line)));
        lines.push(Value::Object(cells.collect()));
    }
    let strays = page.strays.iter().map(|stray| {
        json!({
            "label": stray.text,
            "why": stray.why.word(),
            "place": stray.place.as_ref().map(PlaceCode::as_str),
            "counter": badge(stray.counter.as_ref()),
        })
    });
    let sample = audit.sample.map(
        |sample| json!({"percent": sample.percent, "head": sample.head.to_string(), "number": sample.number}),
    );
    json!({
        "number": audit.id.0,
        "state": audit.state.word(),
        "at": view.scope.as_ref().map(PlaceCode::as_str),
        "sample": sample,
        "opened": audit.opened.to_string(),
        "opened_by": badge(view.opened_by.as_ref()),
        "opening": {"size": audit.size, "head": audit.head.to_string()},
        "recounted": audit.recounted.map(|at| at.to_string()),
        "closed": audit.closed.map(|at| at.to_string()),
        "closed_by": badge(view.closed_by.as_ref()),
        "closed_with": badge(view.closed_with.as_ref()),
        "closing": page.closing.map(|(seq, hash)| json!({"size": seq, "head": hash.to_string()})),
        "incident": audit.incident.map(|id| id.0),
        "expected": closed.then_some(audit.expected),
        "seen": view.seen,
        "missing": of_class(page, |line| line.class == Class::NotFound),
        "known_missing": of_class(page, |line| line.class == Class::KnownMissing),
        "unproven": of_class(page, |line| line.class == Class::Unproven),
        "unexpected": unexpected,
        "misplaced": of_class(page, |line| matches!(line.class, Class::Elsewhere | Class::TwoPlaces)),
        "unresolved": tally.map(|tally| tally.unresolved),
        "classes": classes,
        "corrected": tally.map(|tally| tally.corrected),
        "unknown": tally.map(|tally| tally.unknown),
        "foreign": tally.map(|tally| tally.foreign),
        "grades": grades,
        "visited": page.progress.visited,
        "of_places": page.progress.places,
        "counters": counters_document(&page.counters),
        "lines": lines,
        "strays": strays.collect::<Vec<_>>(),
    })
}

//! A batch of barcodes, from the command line or from standard input: recorded one by one as each comes, so
//! that one refused tape does not hold back the good ones.

use std::io::{self, BufRead, Read as _};

use serde_json::{Value, json};

use super::args::{Batch, Global};
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::moment::rfc3339;
use crate::app::{Outcome, Scan, Session, Verb, Who};
use crate::domain::event::How;
use crate::i18n::{Sentence, Text};

/// The longest line that is taken from standard input, in bytes; what is beyond is passed over.
const LONGEST_LINE: u64 = 64 * 1024;

/// What has become of a batch so far.
struct Tally {
    json: bool,
    done: Vec<Value>,
    refused: Vec<Value>,
    counts: (u64, u64),
}

/// Records the same verb for every barcode of a batch.
pub(super) fn run(ui: &mut Ui<'_>, global: &Global, batch: &Batch, verb: &Verb) -> Result<Code, Failure> {
    run_as(ui, global, batch, |_, _| Ok(verb.clone()))
}

/// As [`run`], with a verb for which somebody else must sign on too.
pub(super) fn run_as(
    ui: &mut Ui<'_>,
    global: &Global,
    batch: &Batch,
    verb: impl FnOnce(&mut Ui<'_>, &Session) -> Result<Verb, Failure>,
) -> Result<Code, Failure> {
    let (session, who) = ui.acting(global, batch.with.as_deref())?;
    let verb = &verb(ui, &session)?;
    let mut tally = Tally { json: batch.json, done: Vec::new(), refused: Vec::new(), counts: (0, 0) };
    let outcome = all(ui, &session, &who, batch, verb, &mut tally);
    // What was recorded before a failure is recorded all the same, and has to be told.
    end(ui, &tally)?;
    outcome?;
    Ok(if tally.counts.1 == 0 { Code::DONE } else { Code::REFUSED })
}

fn all(
    ui: &mut Ui<'_>,
    session: &Session,
    who: &Who,
    batch: &Batch,
    verb: &Verb,
    tally: &mut Tally,
) -> Result<(), Failure> {
    for barcode in &batch.barcodes {
        if barcode == "-" {
            while let Some(line) = next_line(ui)? {
                one_line(ui, session, who, &line, verb, tally)?;
            }
        } else {
            let scan = Scan { text: barcode, how: How::Typed, occurred: None };
            let outcome = session.scan(who, verb, &scan)?;
            tell(ui, session, verb, outcome, tally)?;
        }
    }
    Ok(())
}

/// One line of standard input without its end; nothing at the end of the input.
pub(super) fn next_line(ui: &mut Ui<'_>) -> Result<Option<String>, Failure> {
    line_of(ui.stdin()).map_err(|error| {
        let error = error.to_string();
        Failure::Usage(ui.voice.text(&Text::CannotRead { file: "-", error: &error }))
    })
}

fn line_of(input: &mut dyn BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if input.take(LONGEST_LINE).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    while bytes.last() != Some(&b'\n') {
        let rest = input.fill_buf()?;
        let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
            let length = rest.len();
            if length == 0 {
                break;
            }
            input.consume(length);
            continue;
        };
        input.consume(end + 1);
        break;
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(Some(text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).to_owned()))
}

fn one_line(
    ui: &mut Ui<'_>,
    session: &Session,
    who: &Who,
    line: &str,
    verb: &Verb,
    tally: &mut Tally,
) -> Result<(), Failure> {
    if line.trim().is_empty() {
        return Ok(());
    }
    let (text, time) = match line.split_once('\t') {
        Some((text, time)) if !time.trim().is_empty() => (text, Some(time)),
        Some((text, _)) => (text, None),
        None => (line, None),
    };
    let occurred = time.and_then(rfc3339);
    if let (Some(time), None) = (time, occurred) {
        let shown: String = time.chars().take(64).filter(|c| !c.is_control()).collect();
        let sentence = Sentence { what: ui.voice.text(&Text::BadTime { text: &shown }), hint: None };
        let barcode = text.chars().take(64).filter(|c| !c.is_control()).collect::<String>();
        return refuse(ui, &barcode, "bad_time", &sentence, tally);
    }
    let outcome = session.scan(who, verb, &Scan { text, how: How::File, occurred })?;
    tell(ui, session, verb, outcome, tally)
}

fn tell(
    ui: &mut Ui<'_>,
    session: &Session,
    verb: &Verb,
    outcome: Outcome,
    tally: &mut Tally,
) -> Result<(), Failure> {
    match outcome {
        Outcome::Done { seq, barcode, under } => {
            tally.counts.0 += 1;
            ui.late(session.found_behind())?;
            if tally.json {
                tally.done.push(Value::from(barcode.as_str()));
            } else {
                ui.say(&Text::Done { verb, barcode: &barcode, seq, under })?;
            }
            Ok(())
        }
        Outcome::Refused { shown, refusal, seq } => {
            let sentence = ui.voice.scan_refused(&refusal, seq);
            refuse(ui, &shown, refusal.code(), &sentence, tally)
        }
    }
}

fn refuse(
    ui: &mut Ui<'_>,
    barcode: &str,
    code: &str,
    sentence: &Sentence,
    tally: &mut Tally,
) -> Result<(), Failure> {
    tally.counts.1 += 1;
    if tally.json {
        let refused =
            json!({"barcode": barcode, "reason": sentence.what, "hint": sentence.hint, "code": code});
        tally.refused.push(refused);
        return Ok(());
    }
    // The sentence names the barcode as a rule; where it does not, it is told first.
    let named = !barcode.is_empty() && sentence.what.contains(barcode);
    let what = if named { sentence.what.clone() } else { format!("{barcode}: {}", sentence.what) };
    Ok(ui.problem(&Sentence { what, hint: sentence.hint.clone() })?)
}

fn end(ui: &mut Ui<'_>, tally: &Tally) -> Result<(), Failure> {
    if tally.json {
        let document = json!({"done": tally.done, "refused": tally.refused});
        ui.line(&document.to_string())?;
        return Ok(());
    }
    let (done, refused) = tally.counts;
    if done + refused > 1 {
        let line = ui.voice.text(&Text::BatchEnd { done, refused });
        ui.remark(&line)?;
    }
    Ok(())
}

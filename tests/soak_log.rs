//! Every question about the log: each entry down to its data, chains, windows in time, and the monthly report.

use std::collections::{BTreeMap, BTreeSet};

use kuraban::app::{Error, LogRow, Part, Session, WINDOW};
use kuraban::domain::event::{How, Kind};
use kuraban::domain::names::{Digest, Kept, MediumId};
use kuraban::domain::time::Timestamp;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::soak_media::trouble;
use crate::soak_model::{DAY, Entry, Id, Model, Moment};
use crate::soak_shown::{Checked, alike, same};
use crate::soak_world::spelt;

/// What in an entry's data is drawn by lot.
const BY_LOT: [&str; 8] = ["name", "pin", "text", "work", "head", "heads", "key", "ledger"];

fn lines(
    session: &Session,
    medium: Option<Id>,
    since: Option<Moment>,
    until: Option<Moment>,
) -> Result<Vec<String>, String> {
    let moment = |moment: Option<Moment>| moment.map(Timestamp::from_millis);
    let mut all = Vec::new();
    let each = |line: &str| {
        all.push(line.to_owned());
        Ok::<(), Error>(())
    };
    session.each_line(medium.map(MediumId), moment(since), moment(until), each).map_err(trouble)?;
    Ok(all)
}

fn seq(line: &str) -> Id {
    let entry: Value = serde_json::from_str(line).unwrap();
    entry["seq"].as_u64().unwrap()
}

/// The text behind an identity.
fn kept(session: &Session, id: &Value) -> Result<Option<String>, String> {
    let Some(id) = id.as_str() else { return Ok(None) };
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(id.get(2 * at..2 * at + 2).unwrap(), 16).unwrap();
    }
    session.kept_text(Kept(Digest(bytes))).map_err(trouble)
}

/// One entry, as it is stored, against the model's.
fn entry(session: &Session, seq: Id, line: &str, model: &Entry) -> Checked {
    let found: Value = serde_json::from_str(line).unwrap();
    let what = format!("entry {seq}");
    let head = |entry: &Value| {
        let keys = ["v", "seq", "kind", "medium", "mseq", "at", "occurred", "by", "with", "station", "how"];
        keys.map(|key| entry[key].clone())
    };
    let wanted = json!({
        "v": 1,
        "seq": seq,
        "kind": model.kind.word(),
        "medium": model.medium.map(|(id, _)| id),
        "mseq": model.medium.map(|(_, mseq)| mseq),
        "at": spelt(model.at),
        "occurred": model.occurred.map(spelt),
        "by": model.by,
        "with": model.with,
        "station": model.station,
        "how": model.how.map(How::word),
    });
    same(&what, &head(&found), &head(&wanted))?;
    let (data, wanted) = (found["data"].as_object().unwrap(), model.data.as_object().unwrap());
    for (key, value) in data {
        match wanted.get(key) {
            Some(wanted) => same(&format!("{what} ({}), {key}", model.kind), value, wanted)?,
            None if BY_LOT.contains(&key.as_str()) => {}
            None => return Err(format!("{what} ({}) says {key}: {value}", model.kind)),
        }
    }
    if let Some(missing) = wanted.keys().find(|key| !data.contains_key(*key)) {
        return Err(format!("{what} ({}) does not say {missing}", model.kind));
    }
    same(&format!("{what} ({}), in words", model.kind), &kept(session, &found["data"]["text"])?, &model.text)
}

/// The entries from number `from` on, each whole.
pub(crate) fn entries(session: &Session, model: &Model, from: u64) -> Checked {
    let since = usize::try_from(from).unwrap();
    let begin = model.log.get(since).map(|entry| entry.at);
    let found = match begin {
        None => Vec::new(),
        Some(begin) => {
            let all = lines(session, None, Some(begin), None)?;
            // Earlier entries may be of the same moment.
            all.into_iter().filter(|line| seq(line) > from).collect()
        }
    };
    for (seq, (line, wanted)) in (from + 1..).zip(found.iter().zip(&model.log[since..])) {
        entry(session, seq, line, wanted)?;
    }
    same("how many entries are new", &found.len(), &(model.log.len() - since))?;
    same("the size", &session.size().map_err(trouble)?, &model.size())
}

fn named(entry: &Entry) -> Option<String> {
    let key = match entry.kind.word() {
        "hand_over" => "to",
        "load" | "eject" => "device",
        "place_added" | "place_retired" => "code",
        "correct" | "ratify" | "destroy" => return None,
        _ => "place",
    };
    entry.data[key].as_str().map(str::to_owned)
}

fn row_told(row: &LogRow) -> String {
    let place = row.place.as_deref();
    format!("{} {} {} {:?} {:?} {:?} {place:?}", row.seq, row.at, row.kind, row.barcode, row.by, row.how)
}

fn row_wanted(seq: Id, entry: &Entry) -> String {
    let barcode = entry.data["barcode"].as_str().filter(|_| entry.medium.is_some());
    let barcode = barcode.map(|text| kuraban::domain::names::Barcode::new(text).unwrap());
    let by = entry.by.as_deref().map(|by| kuraban::domain::names::Badge::new(by).unwrap());
    let place = named(entry);
    let place = place.as_deref();
    format!("{seq} {} {} {barcode:?} {by:?} {:?} {place:?}", spelt(entry.at), entry.kind, entry.how)
}

/// Chains, parts of the log, and what was recorded between two moments.
pub(crate) fn log(session: &Session, model: &Model, dice: &mut Dice) -> Checked {
    for medium in model.media.values() {
        let own =
            |(_, entry): &(Id, &std::rc::Rc<Entry>)| entry.medium.is_some_and(|(id, _)| id == medium.id);
        let chain: Vec<(Id, &std::rc::Rc<Entry>)> = (1..).zip(&model.log).filter(own).collect();
        let found: Vec<Id> =
            lines(session, Some(medium.id), None, None)?.iter().map(|line| seq(line)).collect();
        same(&format!("the chain of #{}", medium.id), &found, &chain.iter().map(|(seq, _)| *seq).collect())?;
        let page = session.page(&format!("#{}", medium.id)).map_err(trouble)?;
        let found: Vec<String> = page.history.iter().map(row_told).collect();
        let wanted: Vec<String> = chain.iter().map(|(seq, entry)| row_wanted(*seq, entry)).collect();
        alike(&format!("the history of #{}", medium.id), &found, &wanted)?;
    }
    let size = model.size();
    let at = 1 + dice.roll(model.log.len() + 1) as u64;
    let window = u64::from(WINDOW);
    let parts = [
        (Part::Newest, size.saturating_sub(window - 1).max(1), size),
        (Part::From(at), at, size.min(at + window - 1)),
        (Part::Before(at), at.saturating_sub(window).max(1), at - 1),
    ];
    for (part, first, last) in parts {
        let found: Vec<String> = session.part(part).map_err(trouble)?.iter().map(row_told).collect();
        let entry = |seq: Id| row_wanted(seq, &model.log[usize::try_from(seq - 1).unwrap()]);
        alike(&format!("{part:?}"), &found, &(first..=last).map(entry).collect::<Vec<_>>())?;
    }
    let moment = |dice: &mut Dice| {
        let entry = &model.log[dice.roll(model.log.len())];
        Some(entry.at + [-1, 0, 1][dice.roll(3)]).filter(|_| dice.roll(4) > 0)
    };
    let (since, until) = (moment(dice), moment(dice));
    let within = |at: Moment| since.is_none_or(|since| at >= since) && until.is_none_or(|until| at <= until);
    let found: Vec<Id> = lines(session, None, since, until)?.iter().map(|line| seq(line)).collect();
    let wanted = (1..).zip(&model.log).filter(|(_, entry)| within(entry.at)).map(|(seq, _)| seq);
    same(&format!("log, since {since:?} until {until:?}"), &found, &wanted.collect())?;
    monthly(session, model, dice)
}

/// What is counted under a key: how often, and with which media.
type Cells = BTreeMap<(String, String), (u64, BTreeSet<Id>)>;

fn add(cells: &mut Cells, section: &str, key: &str, medium: Option<Id>) {
    let cell = cells.entry((section.to_owned(), key.to_owned())).or_default();
    cell.0 += 1;
    cell.1.extend(medium);
}

fn monthly(session: &Session, model: &Model, dice: &mut Dice) -> Checked {
    let begin = model.log[dice.roll(model.log.len())].at;
    let (since, until) = match dice.roll(3) {
        0 => (model.log[0].at, model.last() + 1),
        1 => (begin, model.last() + DAY),
        _ => (model.log[0].at, begin),
    };
    let within = |at: Moment| since <= at && at < until;
    let mut cells = Cells::new();
    for entry in model.log.iter().filter(|entry| within(entry.at)) {
        let medium = entry.medium.map(|(id, _)| id);
        add(&mut cells, "log", entry.kind.word(), medium);
        add(&mut cells, "log", "total", medium);
        let why = entry.data["why"].as_str().unwrap_or_default();
        if entry.kind == Kind::Refused {
            add(&mut cells, "refusals", why, medium);
        }
        if entry.kind == Kind::UnknownLabel {
            add(&mut cells, "refusals", &format!("label_{why}"), None);
        }
    }
    for tale in model.tales.iter().filter(|tale| within(tale.at)) {
        let open = |seq: Id| {
            let medium = tale.medium.and_then(|id| model.media.get(&id));
            medium.is_some_and(|medium| medium.overrides.iter().any(|(event, ..)| *event == seq))
        };
        let key = match tale.overridden {
            None => tale.key.as_str(),
            Some(seq) if open(seq) => "not_ratified",
            Some(_) => "ratified",
        };
        add(&mut cells, tale.section, key, tale.medium);
    }
    let moment = Timestamp::from_millis;
    let mut found: Vec<String> = session
        .monthly(moment(since), moment(until))
        .map_err(trouble)?
        .into_iter()
        .map(|row| format!("{} {} {} {}", row.section, row.key, row.count, row.media))
        .collect();
    found.sort();
    let cell = |((section, key), (count, media)): ((String, String), (u64, BTreeSet<Id>))| {
        format!("{section} {key} {count} {}", media.len())
    };
    let mut wanted: Vec<String> = cells.into_iter().map(cell).collect();
    wanted.sort();
    alike(&format!("report monthly from {since} to {until}"), &found, &wanted)
}

//! The chain of a medium as lines: its entries, the gaps between them drawn to scale, and the open end.

use super::model::Model;
use crate::app::{LogRow, MediumPage};
use crate::domain::custody::State;
use crate::domain::time::{DAY, HOUR};
use crate::i18n::{Screens, Text, Title, Voice};

/// One line of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What is said of a gap; nothing for an entry.
    pub(super) text: String,
    /// The entry, by its place in the history; none for a gap.
    pub(super) entry: Option<usize>,
    /// Whether it belongs to the open end of a chain that is not at rest.
    pub(super) open: bool,
}

/// A gap gets one row more for each of these that it is longer than: each is a handful of times the one before.
const SCALE: [i64; 6] = [HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY, 180 * DAY];

fn rows_of(gap: i64) -> usize {
    SCALE.iter().filter(|step| gap >= **step).count()
}

/// The lines of a chain, oldest first.
#[must_use]
pub(super) fn timeline(model: &Model, page: &MediumPage) -> Vec<Row> {
    let voice = &model.voice;
    let mut rows = Vec::new();
    let stretch = |sign: char, count: usize, said: &str, open: bool| -> Vec<Row> {
        let text = |at| if at == 0 { format!("       {sign}  {said}") } else { format!("       {sign}") };
        (0..count).map(|at| Row { text: text(at), entry: None, open }).collect()
    };
    let mut before: Option<&LogRow> = None;
    for (index, entry) in page.history.iter().enumerate() {
        if let Some(before) = before {
            let gap = entry.at.since(before.at);
            let text = voice.text(&Text::Screens(Screens::Gap(&voice.span(gap))));
            rows.extend(stretch('│', rows_of(gap), &text, false));
        }
        rows.push(Row { text: String::new(), entry: Some(index), open: false });
        before = Some(entry);
    }
    if let Some(last) = before {
        let span = model.now.since(last.at);
        let at_rest = page.medium.state == State::Vaulted || page.medium.resident;
        let text = voice.text(&Text::Screens(Screens::OpenEnd(&voice.span(span))));
        rows.extend(stretch('┆', rows_of(span).max(1), &text, !at_rest));
    }
    rows
}

/// What stands in the columns of an entry: number, time, event, barcode, person, place, evidence, hash.
pub(super) type Cells = [String; 8];

/// The columns of one entry.
#[must_use]
pub(super) fn cells(voice: &Voice, entry: &LogRow) -> Cells {
    let none = || "–".to_owned();
    // Without the zone: the header shows it.
    let time: String = voice.time(entry.at).chars().take(16).collect();
    [
        entry.seq.to_string(),
        time,
        voice.kind(entry.kind).to_owned(),
        entry.barcode.as_ref().map(ToString::to_string).unwrap_or_default(),
        entry.by.as_ref().map_or_else(none, ToString::to_string),
        entry.place.clone().unwrap_or_else(none),
        entry.how.map_or_else(none, |how| how.word().to_owned()),
        entry.hash.clone(),
    ]
}

/// The medium, its state and when it was last seen, in two lines.
#[must_use]
pub(super) fn facts(model: &Model, page: &MediumPage) -> [String; 2] {
    let (voice, m) = (&model.voice, &page.medium);
    let place = m.place.as_ref().map_or_else(String::new, |place| format!("  {place}"));
    let who = m.custodian.as_ref().map_or_else(String::new, |who| {
        format!("  {} {}", who.badge, who.name.as_deref().unwrap_or_default())
    });
    let state = voice.state(m.state, m.resident);
    let seen = match (m.seen_at, m.seen_how) {
        (Some(at), Some(how)) => {
            let place = m.seen_place.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
            voice.text(&Text::Seen { at: &voice.time(at), place: &place, how: how.word() })
        }
        _ => voice.text(&Text::SeenNever),
    };
    let title = voice.text(&Text::Title(Title::Seen));
    [format!("{} (#{})  {state}{place}{who}", m.barcode, m.id), format!("{title}: {seen}")]
}

/// What is copied of the medium that is shown: its facts and its chain as text.
#[must_use]
pub(super) fn copied(model: &Model) -> Option<String> {
    let page = model.medium.as_ref()?;
    let line = |row: Row| match row.entry.and_then(|index| page.history.get(index)) {
        Some(entry) => {
            let [seq, time, kind, _, by, place, how, hash] = cells(&model.voice, entry);
            format!("{seq:>6}  {time}  {kind}  {by}  {place}  {how}  {hash}")
        }
        None => row.text,
    };
    let lines = facts(model, page).into_iter().chain(timeline(model, page).into_iter().map(line));
    Some(lines.map(|line| line + "\n").collect())
}

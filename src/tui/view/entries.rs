//! Entries of the log, one to a line: all of it or one medium's chain.

use super::fit::{Plan, padded};
use crate::app::LogRow;
use crate::tui::model::Model;
use crate::tui::timeline::{Cells, cells};

/// The columns between two columns.
const GAP: &str = "  ";

/// Where there is no room, the year gives way first, then evidence and hash, then the place; for a medium's own
/// chain the hash goes before the evidence. A barcode stands only in the whole log.
fn widths(rows: &[Cells], whole: bool, room: usize) -> ([usize; 8], bool) {
    let least = if whole { [6, 11, 14, 9, 7, 8, 7, 8] } else { [6, 11, 14, 0, 7, 8, 7, 8] };
    let plan = |leave, cut| Plan { least, leave, cut, gap: GAP.len() };
    let texts = |year: bool| -> Vec<Cells> {
        let cut = |row: &Cells| {
            let mut row = row.clone();
            let [_, time, _, barcode, ..] = &mut row;
            if !year {
                *time = time.chars().skip(5).collect();
            }
            if !whole {
                barcode.clear();
            }
            row
        };
        rows.iter().map(cut).collect()
    };
    let full = plan(&[], &[]).widths(texts(true).iter(), room);
    let shown = full.iter().filter(|width| **width > 0).count();
    if full.iter().sum::<usize>() + GAP.len() * shown.saturating_sub(1) <= room {
        return (full, true);
    }
    let leave: &[usize] = if whole { &[6, 7, 5] } else { &[7, 6] };
    (plan(leave, &[5, 4, 3, 2]).widths(texts(false).iter(), room), false)
}

/// The lines of entries, as long as there is room; nothing is cut without a sign.
pub(super) fn lines<'a>(
    model: &Model,
    entries: impl Iterator<Item = &'a LogRow>,
    whole: bool,
    columns: u16,
) -> Vec<String> {
    let rows: Vec<Cells> = entries.map(|entry| cells(&model.voice, entry)).collect();
    let (widths, year) = widths(&rows, whole, usize::from(columns));
    let line = |row: Cells| {
        let cells = row.into_iter().zip(widths).enumerate().filter(|(_, (_, width))| *width > 0);
        let cells = cells.map(|(at, (text, width))| match at {
            0 => format!("{text:>width$}"),
            1 if !year => text.chars().skip(5).collect(),
            _ => padded(&text, width),
        });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    rows.into_iter().map(line).collect()
}

//! Text in columns. What is cut ends in `…`, so that it never reads as another value, and no wide letter is
//! cut in half; where there is no room, whole columns give way first.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The beginning of a text that is at most so many columns wide.
fn head(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or_default();
        used > columns
    });
    end.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

/// A text that fits into so many columns; one that is cut ends in `…`.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    format!("{}{}", head(text, columns.saturating_sub(1)), if columns > 0 { "…" } else { "" })
}

/// The end of a text that is at most so many columns wide.
pub(super) fn tail(text: &str, columns: usize) -> &str {
    let mut rest = text;
    while rest.width() > columns {
        let mut letters = rest.chars();
        letters.next();
        rest = letters.as_str();
    }
    rest
}

/// A text in lines of so many columns, broken at spaces where there are any.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let (mut lines, mut rest) = (Vec::new(), text.trim());
    while rest.width() > columns {
        let line = head(rest, columns);
        let end = rest.get(line.len()..).unwrap_or_default();
        // Where letters need no spaces between them, an early one is no place to break.
        let late = |at: &usize| line.get(..*at).is_some_and(|part| part.width() * 2 > columns);
        let space = line.rfind(' ').filter(late).filter(|_| !end.starts_with(' '));
        let (line, _) = line.split_at(space.unwrap_or(line.len()));
        if line.is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
        rest = rest.get(line.len()..).unwrap_or_default().trim_start();
    }
    lines.push(rest.to_owned());
    lines
}

/// How a table gives way where there is no room for all of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a, const N: usize> {
    /// The least widths of the columns that are shown.
    pub(super) least: [usize; N],
    /// The columns that are left out, the first one first.
    pub(super) leave: &'a [usize],
    /// The columns that are cut after that, the first one first, to the least that still tells something.
    pub(super) cut: &'a [usize],
    /// The columns between two columns.
    pub(super) gap: usize,
}

/// The least to which a column is cut.
const CUT: usize = 4;

impl<const N: usize> Plan<'_, N> {
    /// How wide each column is: as wide as what stands in it. A column of no width is left out.
    pub(super) fn widths<'r>(&self, rows: impl Iterator<Item = &'r [String; N]>, room: usize) -> [usize; N] {
        let mut widths = self.least;
        for row in rows {
            for (width, text) in widths.iter_mut().zip(row) {
                *width = (*width).max(text.width());
            }
        }
        let sum = |widths: &[usize; N]| {
            let shown = widths.iter().filter(|width| **width > 0).count();
            widths.iter().sum::<usize>() + self.gap * shown.saturating_sub(1)
        };
        for at in self.leave {
            if sum(&widths) > room
                && let Some(width) = widths.get_mut(*at)
            {
                *width = 0;
            }
        }
        for at in self.cut {
            let over = sum(&widths).saturating_sub(room);
            if let Some(width) = widths.get_mut(*at) {
                *width = width.saturating_sub(over).max(CUT.min(*width));
            }
        }
        widths
    }
}

/// A text and spaces up to so many columns.
pub(super) fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let spaces = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(spaces))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_ends_in_a_sign_and_no_wide_letter_is_halved() {
        for (text, columns, fitted) in [
            ("B-2001", 6, "B-2001"),
            ("B-2001", 5, "B-20…"),
            ("東京保管庫", 10, "東京保管庫"),
            ("東京保管庫", 9, "東京保管…"),
            ("東京保管庫", 8, "東京保…"),
            ("ab", 1, "…"),
            ("ab", 0, ""),
        ] {
            assert_eq!(fit(text, columns), fitted);
            assert!(padded(text, columns).width() == columns, "{text}");
        }
    }

    #[test]
    fn lines_are_broken_at_spaces_or_between_letters() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("記録していません。", 8), ["記録して", "いません", "。"]);
        assert_eq!(wrapped("K00001L9K00002L9", 8), ["K00001L9", "K00002L9"]);
        assert_eq!(wrapped("東", 1), ["東"]);
    }

    #[test]
    fn whole_columns_give_way_before_anything_is_cut() {
        let plan = Plan { least: [0; 4], leave: &[1, 3], cut: &[2], gap: 1 };
        let row = ["K00001L9", "11-23 09:00", "B-2001", "█████"].map(str::to_owned);
        let widths = |room| plan.widths([&row].into_iter(), room);
        assert_eq!(widths(33), [8, 11, 6, 5]);
        assert_eq!(widths(32), [8, 0, 6, 5]);
        assert_eq!(widths(20), [8, 0, 6, 0]);
        assert_eq!(widths(14), [8, 0, 5, 0]);
        assert_eq!(widths(1), [8, 0, 4, 0]);
    }
}

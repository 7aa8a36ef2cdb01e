//! The self-test of a scanner: each key that comes, the gaps between them, and what the station makes of it.

use super::input::{End, Settings, Terminator, Wedge, median_gap};
use crate::domain::event::How;

/// Silence after which the next key begins a new test, in milliseconds.
const NEW: u64 = 700;
/// The most keys that are held.
const MOST: usize = 512;

/// A key as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// A printable one.
    Char(char),
    /// One that ends a reading.
    End(Terminator),
    /// Any other: what it is called.
    Other(char),
}

/// The keys of the last reading.
#[derive(Debug, Clone, Default)]
pub struct Probe {
    /// Each with its moment in milliseconds.
    pub keys: Vec<(Came, u64)>,
    /// How many characters came at once as a paste, if they did.
    pub pasted: Option<usize>,
}

/// What the keys say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How many keys came.
    pub keys: usize,
    /// The median and the widest gap between them, in milliseconds.
    pub gaps: (u64, u64),
    /// What ended it.
    pub end: Option<Terminator>,
    /// What the station takes from it, and how, with its present settings.
    pub taken: Option<(String, How)>,
    /// The setting of the end that fits.
    pub fits: End,
}

impl Probe {
    /// Takes a key.
    pub fn take(&mut self, came: Came, at: u64) {
        // A label after the end of another, or after silence, is a new test; some scanners end with two keys.
        let begins = self.keys.last().is_some_and(|(before, last)| {
            let ended = matches!(before, Came::End(_)) && !matches!(came, Came::End(_));
            ended || at.saturating_sub(*last) > NEW
        });
        if begins {
            self.keys.clear();
        }
        self.pasted = None;
        if self.keys.len() < MOST {
            self.keys.push((came, at));
        }
    }

    /// Takes a paste.
    pub fn paste(&mut self, text: &str) {
        self.keys.clear();
        self.pasted = Some(text.chars().count());
    }

    /// What has come, written out: control keys by their names.
    #[must_use]
    pub fn shown(&self) -> String {
        let written = |(came, _): &(Came, u64)| match came {
            Came::Char(c) => c.to_string(),
            Came::End(Terminator::Cr) => "<CR>".to_owned(),
            Came::End(Terminator::Lf) => "<LF>".to_owned(),
            Came::End(Terminator::Tab) => "<TAB>".to_owned(),
            Came::Other(c) => format!("<^{c}>"),
        };
        self.keys.iter().map(written).collect()
    }

    /// What the keys say, judged with the station's settings; nothing before the first key.
    #[must_use]
    pub fn finding(&self, settings: &Settings) -> Option<Finding> {
        let moments: Vec<u64> = self.keys.iter().map(|(_, at)| *at).collect();
        let last = *moments.last()?;
        let mut wedge = Wedge::new(settings.clone());
        let (mut end, mut taken) = (None, None);
        for (came, at) in &self.keys {
            match came {
                Came::Char(c) => wedge.key(*c, *at),
                Came::End(terminator) => {
                    end = Some(*terminator);
                    taken = wedge.end(*terminator).or(taken);
                }
                Came::Other(_) => {}
            }
        }
        let widest = moments.windows(2).filter_map(|pair| pair.last()?.checked_sub(*pair.first()?)).max();
        Some(Finding {
            keys: self.keys.len(),
            gaps: (median_gap(&moments).unwrap_or_default(), widest.unwrap_or_default()),
            end,
            taken: taken.or_else(|| wedge.tick(last.saturating_add(NEW))),
            fits: match end {
                None => End::Any,
                Some(Terminator::Cr) => End::Cr,
                Some(Terminator::Lf) => End::Lf,
                Some(Terminator::Tab) => End::Tab,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(text: &str, gap: u64, end: Option<Terminator>) -> Probe {
        let mut probe = Probe::default();
        let keys = text.chars().map(Came::Char).chain(end.map(Came::End));
        for (key, at) in keys.zip((1000..).step_by(usize::try_from(gap).unwrap())) {
            probe.take(key, at);
        }
        probe
    }

    #[test]
    fn it_tells_a_scanner_from_a_hand_and_names_the_end() {
        let cases = [
            (6, Some(Terminator::Cr), End::Cr, Some(How::Scanned)),
            (6, Some(Terminator::Tab), End::Tab, Some(How::Scanned)),
            (6, None, End::Any, Some(How::Scanned)),
            (150, Some(Terminator::Cr), End::Cr, Some(How::Typed)),
            (150, None, End::Any, None),
        ];
        for (gap, end, fits, how) in cases {
            let finding = came("K00001L9", gap, end).finding(&Settings::default()).unwrap();
            assert_eq!((finding.gaps.0, finding.end, finding.fits), (gap, end, fits));
            assert_eq!(finding.taken, how.map(|how| ("K00001L9".to_owned(), how)));
        }
    }

    #[test]
    fn a_wrong_setting_shows_as_a_reading_that_never_ends() {
        let tab = Settings { end: End::Tab, ..Settings::default() };
        let finding = came("K00001L9", 6, Some(Terminator::Cr)).finding(&tab).unwrap();
        assert_eq!((finding.taken, finding.fits), (None, End::Cr));
    }

    #[test]
    fn each_scan_begins_a_new_test() {
        let mut probe = came("AB", 5, Some(Terminator::Cr));
        probe.take(Came::End(Terminator::Lf), 1015);
        assert_eq!(probe.shown(), "AB<CR><LF>");
        probe.take(Came::Char('C'), 1200);
        assert_eq!(probe.shown(), "C");
    }

    #[test]
    fn silence_begins_a_new_test() {
        let mut probe = came("AB", 5, None);
        probe.take(Came::Char('C'), 9000);
        assert_eq!(probe.shown(), "C");
    }
}

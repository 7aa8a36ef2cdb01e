//! From keys to readings: a wedge scanner types faster than anybody, and that is how it is told apart.
//!
//! A burst with a median gap of at most 30 ms is a scan, other keys are typing. Where a terminator is set,
//! silence never ends a reading, so that a stall of the line cannot cut a label in two; otherwise 100 ms of
//! silence after a burst ends it. Pure: moments come in with the keys.

use super::gate::HOLD;
use crate::domain::event::How;

/// The widest median gap of a burst, in milliseconds.
const BURST_GAP: u64 = 30;
/// The silence that ends a burst without a terminator, and that parts typing from a burst after it.
pub(super) const SILENCE: u64 = 100;
/// The fewest keys that make a burst.
const BURST_KEYS: usize = 4;
/// The most keys that are held; a key that is stuck must not fill the memory.
const MOST_KEYS: usize = 4096;

/// What ends a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum End {
    /// Enter, a line feed or a tab, or silence after a burst.
    #[default]
    Any,
    /// A carriage return or Enter alone.
    Cr,
    /// A line feed alone.
    Lf,
    /// A tab alone.
    Tab,
}

/// What the scanner at this station sends around a label.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// Before each label.
    pub prefix: String,
    /// After each label.
    pub suffix: String,
    /// At its end.
    pub end: End,
}

impl Settings {
    /// Settings from their texts; none where the end is not `any`, `cr`, `lf` or `tab`.
    #[must_use]
    pub fn parse(prefix: &str, suffix: &str, end: &str) -> Option<Self> {
        let end = match end {
            "" | "any" => End::Any,
            "cr" => End::Cr,
            "lf" => End::Lf,
            "tab" => End::Tab,
            _ => return None,
        };
        Some(Self { prefix: prefix.to_owned(), suffix: suffix.to_owned(), end })
    }
}

/// A key that may end a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminator {
    /// Carriage return, which is also the Enter key.
    Cr,
    /// Line feed.
    Lf,
    /// Tab.
    Tab,
}

/// The keys since the last reading.
#[derive(Debug, Clone, Default)]
pub struct Wedge {
    settings: Settings,
    keys: Vec<(char, u64)>,
}

impl Wedge {
    /// With the settings of a station.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings, keys: Vec::new() }
    }

    /// What the scanner sends around a label.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What stands in the entry line.
    #[must_use]
    pub fn text(&self) -> String {
        self.keys.iter().map(|(c, _)| c).collect()
    }

    /// Takes a printable key at a moment in milliseconds.
    pub fn key(&mut self, c: char, at: u64) {
        if self.keys.len() < MOST_KEYS {
            self.keys.push((c, at));
        }
    }

    /// Takes the last key back.
    pub fn backspace(&mut self) {
        self.keys.pop();
    }

    /// Takes out the keys at the end that go on without a gap up to this moment, and gives their text.
    pub fn take_run(&mut self, until: u64) -> String {
        let (mut begin, mut next) = (self.keys.len(), until);
        for (_, at) in self.keys.iter().rev() {
            if next.saturating_sub(*at) > HOLD {
                break;
            }
            (begin, next) = (begin - 1, *at);
        }
        self.keys.split_off(begin).into_iter().map(|(c, _)| c).collect()
    }

    /// Empties the entry line.
    pub fn clear(&mut self) {
        self.keys.clear();
    }

    /// Takes a key that may end a reading, and gives the reading if it does.
    pub fn end(&mut self, terminator: Terminator) -> Option<(String, How)> {
        let ends = match self.settings.end {
            End::Any => true,
            End::Cr => terminator == Terminator::Cr,
            End::Lf => terminator == Terminator::Lf,
            End::Tab => terminator == Terminator::Tab,
        };
        if ends { self.take() } else { None }
    }

    /// Lets time pass; gives the burst that silence has ended, where silence may.
    pub fn tick(&mut self, now: u64) -> Option<(String, How)> {
        let (_, last) = self.keys.last()?;
        let quiet = now.saturating_sub(*last) >= SILENCE;
        let burst = self.keys.get(self.tail()..).is_some_and(is_burst);
        if self.settings.end == End::Any && quiet && burst { self.take() } else { None }
    }

    /// Where the last run of keys begins, if what stands before it was typed by hand; else zero.
    fn tail(&self) -> usize {
        let gaps = self.keys.windows(2).enumerate();
        let part = gaps.filter_map(|(index, pair)| match pair {
            [(_, a), (_, b)] if b.saturating_sub(*a) >= SILENCE => Some(index + 1),
            _ => None,
        });
        let split = part.max().unwrap_or(0);
        let (head, tail) = self.keys.split_at(split);
        // A label that stalled half way has two fast halves, and is one label.
        if is_burst(tail) && !is_burst(head) { split } else { 0 }
    }

    fn take(&mut self) -> Option<(String, How)> {
        let keys = self.keys.split_off(self.tail());
        let how = if is_burst(&keys) { How::Scanned } else { How::Typed };
        let text: String = keys.iter().map(|(c, _)| c).collect();
        let text = self.unframed(&text, how);
        if text.trim().is_empty() { None } else { Some((text, how)) }
    }

    /// Without what this station's scanner puts around a label; typing has none of it.
    fn unframed(&self, text: &str, how: How) -> String {
        if how != How::Scanned {
            return text.to_owned();
        }
        let text = text.strip_prefix(&self.settings.prefix).unwrap_or(text);
        text.strip_suffix(&self.settings.suffix).unwrap_or(text).to_owned()
    }
}

/// Whether keys came as only a scanner sends them.
pub(super) fn is_burst(keys: &[(char, u64)]) -> bool {
    let moments: Vec<u64> = keys.iter().map(|(_, at)| *at).collect();
    keys.len() >= BURST_KEYS && median_gap(&moments).is_some_and(|median| median <= BURST_GAP)
}

/// The median of the gaps between moments; none for fewer than two.
#[must_use]
pub fn median_gap(moments: &[u64]) -> Option<u64> {
    let gap = |pair: &[u64]| Some(pair.last()?.saturating_sub(*pair.first()?));
    let mut gaps: Vec<u64> = moments.windows(2).filter_map(gap).collect();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Types a text from `at` on with a gap between keys; gives the moment after the last.
    fn type_in(wedge: &mut Wedge, text: &str, at: u64, gap: u64) -> u64 {
        let mut now = at;
        for c in text.chars() {
            wedge.key(c, now);
            now += gap;
        }
        now
    }

    fn with_end(end: End) -> Wedge {
        Wedge::new(Settings { end, ..Settings::default() })
    }

    #[test]
    fn a_burst_is_scanned_and_other_keys_are_typed() {
        for (gap, how) in
            [(0, How::Scanned), (8, How::Scanned), (30, How::Scanned), (31, How::Typed), (120, How::Typed)]
        {
            let mut wedge = Wedge::default();
            type_in(&mut wedge, "K00001L9", 0, gap);
            assert_eq!(wedge.end(Terminator::Cr), Some(("K00001L9".to_owned(), how)), "{gap}");
            assert_eq!(wedge.text(), "");
        }
    }

    #[test]
    fn silence_ends_a_burst_only_where_no_terminator_is_set() {
        for (end, ended) in [(End::Any, true), (End::Cr, false), (End::Lf, false), (End::Tab, false)] {
            let mut wedge = with_end(end);
            let last = type_in(&mut wedge, "K00001L9", 0, 5) - 5;
            assert_eq!(wedge.tick(last + 99), None);
            assert_eq!(wedge.tick(last + 100).is_some(), ended, "{end:?}");
        }
        let mut typed = Wedge::default();
        let now = type_in(&mut typed, "K00001L9", 0, 200);
        assert_eq!(typed.tick(now + 60_000), None, "typing waits for Enter");
    }

    #[test]
    fn a_stall_of_the_line_does_not_cut_a_label_where_a_terminator_is_set() {
        let mut wedge = with_end(End::Cr);
        let now = type_in(&mut wedge, "K000", 0, 3);
        assert_eq!(wedge.tick(now + 400), None);
        type_in(&mut wedge, "01L9", now + 400, 3);
        assert_eq!(wedge.end(Terminator::Cr), Some(("K00001L9".to_owned(), How::Scanned)));
    }

    #[test]
    fn a_scan_after_typing_is_itself_and_the_typing_stays() {
        let mut wedge = Wedge::default();
        let now = type_in(&mut wedge, "hel", 0, 150);
        type_in(&mut wedge, "K00001L9", now + 300, 4);
        assert_eq!(wedge.end(Terminator::Cr), Some(("K00001L9".to_owned(), How::Scanned)));
        assert_eq!(wedge.text(), "hel");
    }

    #[test]
    fn only_the_terminator_that_is_set_ends_a_reading() {
        let mut wedge = with_end(End::Tab);
        type_in(&mut wedge, "K00001L9", 0, 4);
        assert_eq!(wedge.end(Terminator::Cr), None);
        assert_eq!(wedge.end(Terminator::Tab).map(|(text, _)| text), Some("K00001L9".to_owned()));
    }

    #[test]
    fn prefix_and_suffix_of_the_scanner_are_taken_off_scans_alone() {
        let settings = Settings::parse("[", "]", "any").unwrap();
        let mut wedge = Wedge::new(settings);
        type_in(&mut wedge, "[K00001L9]", 0, 4);
        assert_eq!(wedge.end(Terminator::Cr), Some(("K00001L9".to_owned(), How::Scanned)));
        type_in(&mut wedge, "[abc]", 0, 400);
        assert_eq!(wedge.end(Terminator::Cr), Some(("[abc]".to_owned(), How::Typed)));
        assert_eq!(Settings::parse("", "", "never"), None);
    }

    proptest! {
        #[test]
        fn no_key_is_lost_whatever_the_timing(keys in prop::collection::vec(("[A-Z0-9]", 0..300_u64), 1..60)) {
            let mut wedge = Wedge::default();
            let (mut now, mut came, mut sent) = (0, String::new(), String::new());
            for (key, gap) in &keys {
                now += gap;
                if let Some((text, _)) = wedge.tick(now) {
                    came.push_str(&text);
                }
                wedge.key(key.chars().next().unwrap(), now);
                sent.push_str(key);
            }
            while let Some((text, _)) = wedge.end(Terminator::Cr) {
                // What was typed before a burst stays behind it in the entry line.
                came.push_str(&text);
            }
            let sorted = |text: &str| { let mut all: Vec<char> = text.chars().collect(); all.sort_unstable(); all };
            prop_assert_eq!(sorted(&came), sorted(&sent));
        }
    }
}

//! Keys that may be the beginning of a scanner's burst, where a burst is no reading: it must never be run as
//! commands, nor stand as the answer to a question.
//!
//! A key that would be a command is held for a moment; if another follows as fast as a scanner sends them, all
//! of it is a burst. In a line of text keys are let through at once, and a burst is taken out again. Pure:
//! moments come in with the keys.

use super::input::{SILENCE, is_burst};

/// Milliseconds for which a key is held; one that follows within them belongs to the same burst.
pub const HOLD: u64 = 35;
/// The silence that ends a burst where the scanner is set to send a terminator, which it then waits for.
const PATIENCE: u64 = 1000;
/// The most keys that are held; a key that is stuck must not fill the memory.
const MOST: usize = 512;

/// What a printable key does where it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Holds {
    /// It is a command.
    #[default]
    Commands,
    /// It is a command after Esc on the scan screen, where a burst is a reading.
    Escaped,
    /// It goes into a line of text.
    Line,
    /// It goes into a line of digits, which may come at any speed.
    Digits,
}

/// A run of keys that came fast.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// What its keys do.
    pub holds: Holds,
    /// Its keys with their moments.
    pub keys: Vec<(char, u64)>,
    /// How many of them were let through already, as commands.
    pub passed: usize,
    /// The text of the line before the first of them.
    pub before: String,
    /// When the terminator of the last burst came; one more right after it belongs to it.
    pub ended: Option<u64>,
    /// Whether the scanner is set to send a terminator.
    pub terminated: bool,
}

impl Gate {
    /// Begins with no keys, for a scanner that does or does not end its bursts with a key.
    #[must_use]
    pub fn new(terminated: bool) -> Self {
        Self { terminated, ..Self::default() }
    }

    /// When the run is over if no key comes before; none without a run.
    #[must_use]
    pub fn due(&self) -> Option<u64> {
        let (_, last) = self.keys.last()?;
        let patience = if self.terminated { PATIENCE } else { SILENCE };
        Some(last + if self.is_open_burst() { patience } else { HOLD + 1 })
    }

    /// Whether it is sure already that this is a burst, so that its end is waited for.
    fn is_open_burst(&self) -> bool {
        match self.holds {
            Holds::Commands | Holds::Escaped => self.keys.len() > 1 && !self.is_repeated(),
            // What an input method commits comes at once too; no label has such letters.
            Holds::Line => is_burst(&self.keys) && !self.is_repeated() && self.is_ascii(),
            Holds::Digits => self.keys.len() > 1 && !self.is_digits(),
        }
    }

    /// Whether what has come so far is a burst, now that it is over; `ended` by a terminator right after it.
    #[must_use]
    pub fn is_burst(&self, ended: bool) -> bool {
        match self.holds {
            Holds::Commands | Holds::Escaped if ended => !self.keys.is_empty(),
            Holds::Line if ended => self.keys.len() > 1 && self.is_ascii(),
            Holds::Commands | Holds::Escaped | Holds::Line | Holds::Digits => self.is_open_burst(),
        }
    }

    /// Whether it is one key again and again, as a keyboard repeats a key that is held down.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        let mut keys = self.keys.iter().map(|(c, _)| *c);
        let first = keys.next();
        keys.all(|c| Some(c) == first)
    }

    fn is_ascii(&self) -> bool {
        self.keys.iter().all(|(c, _)| c.is_ascii())
    }

    fn is_digits(&self) -> bool {
        self.keys.iter().all(|(c, _)| c.is_numeric())
    }

    /// Takes a key that belongs to the run.
    pub fn push(&mut self, c: char, at: u64) {
        if self.keys.len() < MOST {
            self.keys.push((c, at));
        } else if let Some((_, last)) = self.keys.last_mut() {
            *last = at;
        }
    }

    /// Whether a terminator at this moment still belongs to the burst that the last one ended.
    #[must_use]
    pub fn echoes(&self, at: u64) -> bool {
        self.ended.is_some_and(|ended| at.saturating_sub(ended) <= HOLD)
    }

    /// Gives the run, and waits for the next one.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let next = Self { ended: self.ended, ..Self::new(self.terminated) };
        std::mem::replace(self, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(holds: Holds, text: &str, gap: u64) -> Gate {
        let mut gate = Gate { holds, ..Gate::default() };
        for (c, at) in text.chars().zip((100..).step_by(usize::try_from(gap).unwrap())) {
            gate.push(c, at);
        }
        gate
    }

    #[test]
    fn what_is_a_burst_depends_on_what_the_keys_do() {
        use Holds::{Commands, Digits, Line};
        for (holds, text, gap, by_silence, by_key) in [
            (Commands, "q", 5, false, true),
            (Commands, "V2", 5, true, true),
            (Commands, "jjjj", 33, false, true),
            (Line, "V2", 5, false, true),
            (Line, "K00001L9", 5, true, true),
            (Line, "aaaaaa", 30, false, true),
            (Line, "x", 5, false, false),
            (Digits, "123456", 1, false, false),
            (Digits, "１２３４", 1, false, false),
            (Digits, "12345678L9", 5, true, true),
        ] {
            let gate = gate(holds, text, gap);
            assert_eq!((gate.is_burst(false), gate.is_burst(true)), (by_silence, by_key), "{holds:?} {text}");
        }
    }

    #[test]
    fn a_key_is_held_for_a_moment_and_a_burst_until_its_end() {
        assert_eq!(gate(Holds::Commands, "q", 5).due(), Some(136));
        assert_eq!(gate(Holds::Commands, "K0", 5).due(), Some(205));
        let terminated = Gate { terminated: true, ..gate(Holds::Commands, "K0", 5) };
        assert_eq!(terminated.due(), Some(1105), "a stall of the line does not cut a label in two");
        assert_eq!(Gate::default().due(), None);
    }
}

//! Work that is done by whoever has time for it, and taken in the order in which it was brought.
//!
//! Who brings it does some while there is no room for more, who takes it while what comes next is not done, and helpers do the
//! rest. So nobody waits while there is something to do, however few they are and wherever the work is hard.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What stands in the line.
enum Slot<I, O> {
    Open(I),
    Begun,
    Done(O),
}

struct Line<I, O> {
    slots: VecDeque<Slot<I, O>>,
    /// How many were taken out before the first.
    taken: u64,
    /// Nothing more is brought.
    ended: bool,
    /// Nothing more is taken.
    left: bool,
}

/// The line, in one hand.
type Held<'a, I, O> = MutexGuard<'a, Line<I, O>>;

/// Who brings work, who takes it, and their helpers.
pub(super) struct Crew<I, O> {
    line: Mutex<Line<I, O>>,
    changed: Condvar,
    room: usize,
    work: fn(I) -> O,
}

/// Brings work; where it is dropped, that was all.
pub(super) struct Bringer<'a, I, O>(&'a Crew<I, O>);

/// Takes what is done; where it is dropped, nothing more is wanted.
pub(super) struct Taker<'a, I, O>(&'a Crew<I, O>);

/// Ends all of it where somebody breaks off.
struct Breaks<'a, I, O>(&'a Crew<I, O>, bool);

impl<I, O> Crew<I, O> {
    /// A crew for this work, of which so much may be in the line.
    pub(super) fn new(room: usize, work: fn(I) -> O) -> Self {
        let line = Line { slots: VecDeque::new(), taken: 0, ended: false, left: false };
        Self { line: Mutex::new(line), changed: Condvar::new(), room: room.max(1), work }
    }

    /// Who brings it; one at a time.
    pub(super) const fn bringer(&self) -> Bringer<'_, I, O> {
        Bringer(self)
    }

    /// Who takes it; one at a time.
    pub(super) const fn taker(&self) -> Taker<'_, I, O> {
        Taker(self)
    }

    /// Does what there is to do until no more comes.
    pub(super) fn help(&self) {
        let mut line = self.lock();
        while !line.left {
            line = match self.some(line) {
                Ok(line) => line,
                Err(line) if line.ended => return,
                Err(line) => self.wait(line),
            };
        }
    }

    fn lock(&self) -> Held<'_, I, O> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, line: Held<'a, I, O>) -> Held<'a, I, O> {
        self.changed.wait(line).unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the first that nobody has begun; an error if there is none.
    fn some<'a>(&'a self, mut line: Held<'a, I, O>) -> Result<Held<'a, I, O>, Held<'a, I, O>> {
        let open = line.slots.iter_mut().enumerate().find(|(_, slot)| matches!(slot, Slot::Open(_)));
        let Some((at, slot)) = open else { return Err(line) };
        let Slot::Open(item) = std::mem::replace(slot, Slot::Begun) else { return Err(line) };
        let number = line.taken + at as u64;
        drop(line);
        let done = self.done(item);
        let mut line = self.lock();
        let at = usize::try_from(number - line.taken).unwrap_or(usize::MAX);
        if let Some(slot) = line.slots.get_mut(at) {
            *slot = Slot::Done(done);
        }
        self.changed.notify_all();
        Ok(line)
    }

    fn done(&self, item: I) -> O {
        let mut breaks = Breaks(self, true);
        let done = (self.work)(item);
        breaks.1 = false;
        done
    }
}

impl<I, O> Bringer<'_, I, O> {
    /// Brings the next; false when nobody wants it any more.
    pub(super) fn put(&self, item: I) -> bool {
        let crew = self.0;
        let mut line = crew.lock();
        while !line.left && line.slots.len() >= crew.room {
            line = crew.some(line).unwrap_or_else(|line| crew.wait(line));
        }
        if line.left {
            return false;
        }
        line.slots.push_back(Slot::Open(item));
        crew.changed.notify_all();
        true
    }
}

impl<I, O> Drop for Bringer<'_, I, O> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

impl<I, O> Iterator for Taker<'_, I, O> {
    type Item = O;

    fn next(&mut self) -> Option<O> {
        let crew = self.0;
        let mut line = crew.lock();
        loop {
            match line.slots.pop_front() {
                _ if line.left => return None,
                None if line.ended => return None,
                None => line = crew.wait(line),
                Some(Slot::Begun) => {
                    // Somebody is at it: there may be something else to do meanwhile.
                    line.slots.push_front(Slot::Begun);
                    line = crew.some(line).unwrap_or_else(|line| crew.wait(line));
                }
                Some(slot) => {
                    line.taken += 1;
                    drop(line);
                    crew.changed.notify_all();
                    return Some(match slot {
                        Slot::Done(done) => done,
                        Slot::Open(item) => crew.done(item),
                        Slot::Begun => return None,
                    });
                }
            }
        }
    }
}

impl<I, O> Drop for Taker<'_, I, O> {
    fn drop(&mut self) {
        self.0.lock().left = true;
        self.0.changed.notify_all();
    }
}

impl<I, O> Drop for Breaks<'_, I, O> {
    fn drop(&mut self) {
        if self.1 {
            self.0.lock().left = true;
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;

    use super::*;
    use proptest::prelude::*;

    /// Turns numbers over; refuses the one after 1,000.
    fn turned(number: u32) -> u32 {
        assert_ne!(number, 1_001, "never");
        !number
    }

    /// What is taken of the numbers from `first` on by who wants `wanted` of them, and how many were brought.
    fn worked((first, count): (u32, u32), wanted: usize, helpers: usize, room: usize) -> (Vec<u32>, u32) {
        let crew = Crew::new(room, turned);
        thread::scope(|scope| {
            for _ in 0..helpers {
                scope.spawn(|| crew.help());
            }
            let taken = scope.spawn(|| crew.taker().take(wanted).collect());
            let bringer = crew.bringer();
            let brought = (first..first + count).take_while(|number| bringer.put(*number)).count();
            drop(bringer);
            (taken.join().unwrap_or_default(), u32::try_from(brought).unwrap())
        })
    }

    proptest! {
        #[test]
        fn all_of_it_is_done_and_taken_in_its_order(
            count in 0..200_u32, helpers in 0..4_usize, room in 1..9_usize,
        ) {
            let (taken, brought) = worked((0, count), usize::MAX, helpers, room);
            prop_assert_eq!(brought, count);
            prop_assert_eq!(taken, (0..count).map(|number| !number).collect::<Vec<_>>());
        }

        #[test]
        fn nobody_waits_for_who_wants_no_more(
            wanted in 0..100_usize, helpers in 0..4_usize, room in 1..9_usize,
        ) {
            let (taken, brought) = worked((0, 1_000), wanted, helpers, room);
            prop_assert_eq!(taken, (0..).take(wanted).map(|number: u32| !number).collect::<Vec<_>>());
            prop_assert!(brought <= u32::try_from(wanted + room).unwrap(), "{}", brought);
        }

        #[test]
        fn nobody_waits_for_who_breaks_off(
            first in 900..1_002_u32, helpers in 0..4_usize, room in 1..9_usize,
        ) {
            let broken = catch_unwind(AssertUnwindSafe(|| worked((first, 300), usize::MAX, helpers, room)));
            // Where it was the taker who broke off, that is what they took.
            prop_assert!(broken.is_err() || broken.is_ok_and(|(taken, _)| taken.is_empty()));
        }
    }
}

//! Stocktakes: what was physically seen, against what the record held when the stocktake was opened.
//!
//! A stocktake freezes its expected set by the size of the log at its opening; every step of a medium since then
//! is remembered with what the record held before it, so that the set can be told at any time without a list.
//! [`judge`](judge::judge) puts each medium into exactly one class.

pub mod judge;
mod sample;

pub use sample::{drawn, seed};

use super::custody::{Custody, Leave, State};
use super::event::{Event, How, LabelTrouble};
use super::names::{AuditId, Digest, IncidentId, MediumId, PersonId, PlaceId, Reading};
use super::time::Timestamp;

/// The most barcodes of a file that one entry holds.
pub const MOST_BARCODES: usize = 256;

super::words! {
    /// Where a stocktake stands.
    AuditState {
        /// A sample is to be drawn: the head is fixed, the auditor's number is not yet told.
        Drawn = "drawn",
        /// It is being counted.
        Open = "open",
        /// Every medium that it expected is accounted for by a reading.
        Certified = "certified",
        /// Something was left unresolved.
        Refused = "refused",
    }
}

super::words! {
    /// What the count says of one medium.
    Class {
        /// Read where the record puts it.
        Present = "present",
        /// Outside under a valid order, and read where somebody showed it.
        Outside = "outside",
        /// Moved during the stocktake, and read in doing so.
        Moved = "moved",
        /// Missing since before the opening: an exception, named on the certificate.
        KnownMissing = "known_missing",
        /// Read where the record does not put it.
        Elsewhere = "elsewhere",
        /// Its label was read at two places.
        TwoPlaces = "two_places",
        /// Read, though the record has it missing or destroyed.
        FoundAgain = "found_again",
        /// Outside without a valid order, though it was shown.
        NoOrder = "no_order",
        /// Its label came from keys or a file, and no second counter has read it.
        Unproven = "unproven",
        /// Expected, and not read.
        NotFound = "not_found",
    }
}

/// A random sample: how much of the whole, and what the choice follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// How many in a hundred, 1 to 100.
    pub percent: u64,
    /// The head of the log that was fixed before the number was told.
    pub head: Digest,
    /// The number that the auditor told after that; none while it is only drawn.
    pub number: Option<u64>,
}

/// One stocktake as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The `seq` of the event that opened it, or that fixed the head for its sample; also its number.
    pub id: AuditId,
    /// The place that is counted, with all that stands in it; none for the whole site.
    pub scope: Option<PlaceId>,
    /// The sample, if not all is counted.
    pub sample: Option<Sample>,
    /// Where it stands.
    pub state: AuditState,
    /// How many entries the log had at the opening: the expected set is the state after them.
    pub size: u64,
    /// The head of the log at the opening.
    pub head: Digest,
    /// How many media it expects.
    pub expected: u64,
    /// When it was opened, or drawn.
    pub opened: Timestamp,
    /// Who opened or drew it.
    pub opened_by: PersonId,
    /// When the second count was begun.
    pub recounted: Option<Timestamp>,
    /// The incident that its refusal opened.
    pub incident: Option<IncidentId>,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// Who closed it.
    pub closed_by: Option<PersonId>,
    /// The entry that closed it.
    pub closing: Option<u64>,
    /// The second person at the closing.
    pub closed_with: Option<PersonId>,
}

impl Audit {
    /// Whether a medium of this identity was registered before the opening.
    #[must_use]
    pub const fn knew(&self, medium: MediumId) -> bool {
        medium.0 <= self.size
    }
}

/// Where a medium stands, as far as a count can be held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// Its state.
    pub state: State,
    /// Its place, or the last one known.
    pub place: Option<PlaceId>,
    /// Its custodian, or the last one known.
    pub custodian: Option<PersonId>,
}

impl Stand {
    /// Where a custody puts a medium.
    #[must_use]
    pub const fn of(custody: &Custody) -> Self {
        Self { state: custody.state(), place: custody.place(), custodian: custody.custodian() }
    }
}

/// One step of a medium while a stocktake is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The entry.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Where the medium stood before it.
    pub before: Stand,
    /// When its label was read in taking the step; none if no reader read it.
    pub read: Option<Timestamp>,
}

impl Move {
    /// The step that an event takes with a medium that stood so.
    #[must_use]
    pub fn by(seq: u64, event: &Event, before: &Custody) -> Self {
        let reads = event.data.kind().is_physical() && event.how.is_some_and(|how| how.is_reading(false));
        let read = reads.then(|| event.occurred.unwrap_or(event.at));
        Self { seq, at: event.at, before: Stand::of(before), read }
    }
}

/// One label that was read in a count: by one counter at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The medium.
    pub medium: MediumId,
    /// Where it was read.
    pub place: PlaceId,
    /// Who read it.
    pub counter: PersonId,
    /// By what means.
    pub how: How,
    /// When.
    pub at: Timestamp,
    /// The entry.
    pub seq: u64,
    /// Whether it was first read in the second count.
    pub recount: bool,
}

/// A label in a count that names no medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayLabel {
    /// The entry.
    pub seq: u64,
    /// What was read.
    pub text: Reading,
    /// Where.
    pub place: Option<PlaceId>,
    /// Why it names no medium.
    pub why: LabelTrouble,
    /// Who read it.
    pub counter: Option<PersonId>,
    /// Whether it was read in the second count.
    pub recount: bool,
}

/// All that a stocktake has on one medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audited {
    /// The medium.
    pub medium: MediumId,
    /// Where the record puts it now.
    pub now: Stand,
    /// By what leave it is outside; none while it is not.
    pub leave: Option<Leave>,
    /// Whether it was taken out without an order and nobody has ratified that.
    pub overridden: bool,
    /// Whether it was drawn, in a sample.
    pub sampled: bool,
    /// Who brought it where it is.
    pub stepped_by: Option<PersonId>,
    /// When its label was last read, by whatever means.
    pub seen_at: Option<Timestamp>,
    /// When it was last read in a way that counts as proof.
    pub read_at: Option<Timestamp>,
    /// Whether a contradiction between sighting and record is open.
    pub disputed: bool,
    /// Its steps since the opening, in order.
    pub moves: Vec<Move>,
    /// Its readings in this count.
    pub counts: Vec<Count>,
}

impl Audited {
    /// Where the record put it at the opening.
    #[must_use]
    pub fn at_opening(&self) -> Stand {
        self.moves.first().map_or(self.now, |first| first.before)
    }

    /// Where the record put it when a label was read.
    #[must_use]
    pub fn when(&self, count: &Count) -> Stand {
        let later = |step: &&Move| (step.at, step.seq) > (count.at, count.seq);
        self.moves.iter().find(later).map_or(self.now, |step| step.before)
    }
}

/// What the count says of one medium, with what a certificate tells about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The medium.
    pub medium: MediumId,
    /// Whether it was expected.
    pub expected: bool,
    /// The class.
    pub class: Class,
    /// Where the record had it at the opening.
    pub stood: Stand,
    /// Where it was read.
    pub seen: Option<PlaceId>,
    /// The other place where it was read.
    pub also: Option<PlaceId>,
    /// Who read it.
    pub counter: Option<PersonId>,
    /// The best grade of the evidence.
    pub how: Option<How>,
    /// Who put the record right after it was read elsewhere.
    pub settled_by: Option<PersonId>,
    /// When it was read in a way that counts as proof, in this count.
    pub proved: Option<Timestamp>,
}

impl Finding {
    /// Whether nothing about it is unresolved.
    #[must_use]
    pub const fn passes(&self) -> bool {
        match self.class {
            Class::Present | Class::Outside | Class::Moved | Class::KnownMissing => true,
            Class::Elsewhere => self.settled_by.is_some(),
            Class::TwoPlaces | Class::FoundAgain | Class::NoOrder | Class::Unproven | Class::NotFound => {
                false
            }
        }
    }

    /// Whether a certificate names it: all but what was simply read where it belongs.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        !matches!(self.class, Class::Present | Class::Moved)
    }
}

/// The sums of a closed stocktake, as its last event holds them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the number of media of the class or evidence grade of its name")]
pub struct Tally {
    pub expected: u64,
    pub present: u64,
    pub outside: u64,
    pub moved: u64,
    pub known_missing: u64,
    /// Read elsewhere, and the record put right since.
    pub corrected: u64,
    pub elsewhere: u64,
    pub two_places: u64,
    pub found_again: u64,
    pub no_order: u64,
    pub unproven: u64,
    pub not_found: u64,
    /// Labels that name no medium, and still do not.
    pub unknown: u64,
    /// Readings that are no medium's label.
    pub foreign: u64,
    /// All that is unresolved; nothing in a certified stocktake.
    pub unresolved: u64,
    pub scanned: u64,
    pub typed: u64,
    pub pasted: u64,
    pub file: u64,
    pub library: u64,
    pub sensor: u64,
}

impl Tally {
    /// Takes one finding in.
    pub fn add(&mut self, finding: &Finding) {
        if finding.expected {
            self.expected += 1;
        }
        if !finding.passes() {
            self.unresolved += 1;
        }
        *match finding.class {
            Class::Present => &mut self.present,
            Class::Outside => &mut self.outside,
            Class::Moved => &mut self.moved,
            Class::KnownMissing => &mut self.known_missing,
            Class::Elsewhere if finding.settled_by.is_some() => &mut self.corrected,
            Class::Elsewhere => &mut self.elsewhere,
            Class::TwoPlaces => &mut self.two_places,
            Class::FoundAgain => &mut self.found_again,
            Class::NoOrder => &mut self.no_order,
            Class::Unproven => &mut self.unproven,
            Class::NotFound => &mut self.not_found,
        } += 1;
        let grade = match finding.how {
            None | Some(How::Seal | How::Declared) => return,
            Some(How::Scanned) => &mut self.scanned,
            Some(How::Typed) => &mut self.typed,
            Some(How::Pasted) => &mut self.pasted,
            Some(How::File) => &mut self.file,
            Some(How::Library) => &mut self.library,
            Some(How::Sensor) => &mut self.sensor,
        };
        *grade += 1;
    }

    /// The sum of a class.
    #[must_use]
    pub const fn of(&self, class: Class) -> u64 {
        match class {
            Class::Present => self.present,
            Class::Outside => self.outside,
            Class::Moved => self.moved,
            Class::KnownMissing => self.known_missing,
            Class::Elsewhere => self.elsewhere,
            Class::TwoPlaces => self.two_places,
            Class::FoundAgain => self.found_again,
            Class::NoOrder => self.no_order,
            Class::Unproven => self.unproven,
            Class::NotFound => self.not_found,
        }
    }

    /// The sum of a grade.
    #[must_use]
    pub const fn grade(&self, how: How) -> u64 {
        match how {
            How::Scanned => self.scanned,
            How::Typed => self.typed,
            How::Pasted => self.pasted,
            How::File => self.file,
            How::Library => self.library,
            How::Sensor => self.sensor,
            How::Seal | How::Declared => 0,
        }
    }
}

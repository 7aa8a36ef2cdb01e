//! Stocktakes in memory.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::audit::{Audit, AuditState, Count, Finding, Move, StrayLabel};
use crate::domain::names::{AuditId, MediumId, PersonId, PlaceId};

/// A reading's key: whose, of what, where, and its entry.
type CountKey = (AuditId, MediumId, PlaceId, PersonId, u64);

/// All stocktakes, and what belongs to them.
#[derive(Debug, Default)]
pub struct Audits {
    all: BTreeMap<AuditId, Audit>,
    open: BTreeSet<AuditId>,
    samples: BTreeSet<(AuditId, MediumId)>,
    counts: BTreeMap<CountKey, Count>,
    /// Who has counted, and whether already in the first count.
    counters: BTreeMap<(AuditId, PersonId), bool>,
    moves: BTreeMap<(AuditId, MediumId, u64), Move>,
    labels: BTreeMap<(AuditId, u64), StrayLabel>,
    findings: BTreeMap<(AuditId, MediumId), Finding>,
}

impl Audits {
    pub(super) fn set(&mut self, audit: Audit, sample: &[MediumId], findings: Vec<Finding>) {
        let id = audit.id;
        self.samples.extend(sample.iter().map(|medium| (id, *medium)));
        self.findings.extend(findings.into_iter().map(|finding| ((id, finding.medium), finding)));
        if audit.state == AuditState::Open {
            self.open.insert(id)
        } else {
            self.open.remove(&id)
        };
        self.all.insert(id, audit);
    }

    pub(super) fn count(&mut self, audit: AuditId, count: Count) {
        self.counters.entry((audit, count.counter)).or_insert(!count.recount);
        self.counts.insert((audit, count.medium, count.place, count.counter, count.seq), count);
    }

    pub(super) fn step(&mut self, medium: MediumId, step: Move) {
        for audit in &self.open {
            self.moves.insert((*audit, medium, step.seq), step);
        }
    }

    pub(super) fn stray(&mut self, audit: AuditId, label: StrayLabel) {
        self.labels.insert((audit, label.seq), label);
    }

    pub(super) fn get(&self, id: AuditId) -> Option<Audit> {
        self.all.get(&id).cloned()
    }

    pub(super) fn open(&self) -> Vec<Audit> {
        self.open.iter().filter_map(|id| self.all.get(id)).cloned().collect()
    }

    pub(super) fn is_sampled(&self, audit: AuditId, medium: MediumId) -> bool {
        self.samples.contains(&(audit, medium))
    }

    /// The media that were drawn for a stocktake, moved while it was open, or were read in it.
    pub(super) fn touched(&self, audit: AuditId) -> BTreeSet<MediumId> {
        let (first, last) = (MediumId(0), MediumId(u64::MAX));
        let (place, person) = (PlaceId(u64::MAX), PersonId(u64::MAX));
        let range = (audit, first, PlaceId(0), PersonId(0), 0)..=(audit, last, place, person, u64::MAX);
        let counted = self.counts.range(range).map(|((_, medium, ..), _)| *medium);
        let moved = self.moves.range((audit, first, 0)..=(audit, last, u64::MAX));
        let drawn = self.samples.range((audit, first)..=(audit, last)).map(|(_, medium)| *medium);
        counted.chain(moved.map(|((_, medium, _), _)| *medium)).chain(drawn).collect()
    }

    pub(super) fn counts_in(&self, audit: AuditId, person: PersonId, first: bool) -> bool {
        self.counters.get(&(audit, person)).is_some_and(|own| *own || !first)
    }

    pub(super) fn recounted_places(&self, audit: AuditId) -> Vec<PlaceId> {
        let (first, last) = (MediumId(0), MediumId(u64::MAX));
        let (place, person) = (PlaceId(u64::MAX), PersonId(u64::MAX));
        let range = (audit, first, PlaceId(0), PersonId(0), 0)..=(audit, last, place, person, u64::MAX);
        let again = self.counts.range(range).filter(|(_, count)| count.recount);
        again.map(|((_, _, place, ..), _)| *place).collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub(super) fn any_count(&self, audit: AuditId) -> bool {
        let (first, last) = (PersonId(0), PersonId(u64::MAX));
        self.counters.range((audit, first)..=(audit, last)).next().is_some()
    }

    pub(super) fn counts_of(&self, audit: AuditId, medium: MediumId) -> Vec<Count> {
        let (place, person) = (PlaceId(u64::MAX), PersonId(u64::MAX));
        let range = (audit, medium, PlaceId(0), PersonId(0), 0)..=(audit, medium, place, person, u64::MAX);
        self.counts.range(range).map(|(_, count)| *count).collect()
    }

    pub(super) fn moves_of(&self, audit: AuditId, medium: MediumId) -> Vec<Move> {
        self.moves.range((audit, medium, 0)..=(audit, medium, u64::MAX)).map(|(_, step)| *step).collect()
    }

    pub(super) fn strays_of(&self, audit: AuditId) -> Vec<StrayLabel> {
        self.labels.range((audit, 0)..=(audit, u64::MAX)).map(|(_, label)| label.clone()).collect()
    }

    /// All stocktakes by number.
    pub fn all(&self) -> impl Iterator<Item = &Audit> {
        self.all.values()
    }

    /// The media of all samples.
    pub fn samples(&self) -> impl Iterator<Item = (AuditId, MediumId)> {
        self.samples.iter().copied()
    }

    /// All readings, by stocktake, medium, place and counter.
    pub fn counts(&self) -> impl Iterator<Item = (AuditId, &Count)> {
        self.counts.iter().map(|((audit, ..), count)| (*audit, count))
    }

    /// Who has counted, by stocktake, and whether already in the first count.
    pub fn counters(&self) -> impl Iterator<Item = (AuditId, PersonId, bool)> {
        self.counters.iter().map(|((audit, person), first)| (*audit, *person, *first))
    }

    /// All steps while stocktakes were open, by stocktake and medium.
    pub fn moves(&self) -> impl Iterator<Item = (AuditId, MediumId, &Move)> {
        self.moves.iter().map(|((audit, medium, _), step)| (*audit, *medium, step))
    }

    /// All labels in counts that name no medium, by stocktake.
    pub fn labels(&self) -> impl Iterator<Item = (AuditId, &StrayLabel)> {
        self.labels.iter().map(|((audit, _), label)| (*audit, label))
    }

    /// All findings that certificates name, by stocktake and medium.
    pub fn findings(&self) -> impl Iterator<Item = (AuditId, &Finding)> {
        self.findings.iter().map(|((audit, _), finding)| (*audit, finding))
    }
}

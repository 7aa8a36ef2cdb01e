//! What all that was found comes to: the gravest word for it, and what it touches.

use crate::ledger::identity::Incarnation;
use crate::ledger::verdict::{Break, Reason, Verdict};
use crate::ledger::verify::{Reading, Verifier};
use crate::store::{Store, StoreError};

use super::second::Pages;
use super::stamps::Stamps;
use super::verify::Report;

/// The first thing that contradicts the log, and the word for it.
pub(super) type Found = Option<(Verdict, Break)>;

/// A file that cannot even be opened as the ledger that it is.
pub(super) fn unopened(message: String) -> Report {
    let broken = Break { seq: None, reason: Reason::Unreadable { message }, media: Vec::new() };
    report(None, Verifier::default().finish(), Some((Verdict::Damaged, broken)), Ok(None))
}

/// A log that cannot be read to its end: damage, unless the schema itself was exchanged.
pub(super) fn unreadable(store: &Store, error: &StoreError) -> Result<(Reading, Found), StoreError> {
    if let StoreError::Locked { .. } = error {
        return Err(StoreError::Locked { seconds: store.busy().as_secs() });
    }
    let first =
        Break { seq: None, reason: Reason::Unreadable { message: error.to_string() }, media: Vec::new() };
    let verdict = if store.foreign_schema().is_some() { Verdict::Tampered } else { Verdict::Damaged };
    Ok((Verifier::default().finish(), Some((verdict, first))))
}

/// Weighs what the log, the projections, the schema and SQLite itself say: tampering outweighs damage, and
/// damage outweighs a step that was not allowed.
pub(super) fn report(foreign: Option<&str>, reading: Reading, found: Found, pages: Pages) -> Report {
    let mut all: Vec<(Verdict, Break)> = Vec::new();
    let unread =
        matches!(&found, Some((_, Break { reason: Reason::Unreadable { .. }, .. }))) && reading.size() == 0;
    all.extend(reading.first.filter(|_| !unread));
    all.extend(reading.anchoring.found);
    all.extend(found);
    if let Some(schema) = foreign {
        let reason = Reason::Schema { found: schema.to_owned() };
        all.push((Verdict::Tampered, Break { seq: None, reason, media: Vec::new() }));
    }
    match pages {
        Ok(None) => {}
        Ok(Some(message)) => {
            let reason = Reason::Pages { message };
            all.push((Verdict::Damaged, Break { seq: None, reason, media: Vec::new() }));
        }
        Err(error) => {
            let reason = Reason::Unreadable { message: error.to_string() };
            all.push((Verdict::Damaged, Break { seq: None, reason, media: Vec::new() }));
        }
    }
    let weight = |verdict: Verdict| match verdict {
        Verdict::Tampered => 7,
        Verdict::Forked => 6,
        Verdict::RolledBack => 5,
        Verdict::Damaged => 4,
        Verdict::Newer => 3,
        Verdict::Irregular => 2,
        Verdict::Restored => 1,
        Verdict::Anchored | Verdict::Consistent => 0,
    };
    let (anchor, size) = (reading.anchoring.size, reading.head.size());
    let lost = reading.identity.incarnations().iter().map(|one| one.lost).max();
    let restores: Vec<Incarnation> =
        reading.identity.incarnations().iter().filter(|one| one.number > 1).copied().collect();
    let furthest = size.max(lost.unwrap_or_default());
    // The first of the gravest: `max_by_key` would give the last.
    all.reverse();
    let gravest = all.into_iter().max_by_key(|(verdict, _)| weight(*verdict));
    let barcode = |id| match reading.replay.barcode_of(id) {
        Some(barcode) => barcode.to_string(),
        None => format!("#{id}"),
    };
    let sound = if anchor.is_some() { Verdict::Anchored } else { Verdict::Consistent };
    let (verdict, first_break) = gravest.map_or((sound, None), |(v, b)| (v, Some(b)));
    let (strangers, cosigned) = (reading.anchoring.strangers, reading.anchoring.cosigned);
    let media = first_break.iter().flat_map(|first| first.media.iter().copied().map(barcode)).collect();
    Report {
        verdict,
        size,
        head: reading.head.hash,
        anchor,
        cosigned,
        delivered: Vec::new(),
        strangers,
        restores,
        unmarked: None,
        furthest,
        stamps: Stamps::default(),
        acknowledged: reading.acknowledged,
        first_break,
        media,
    }
}

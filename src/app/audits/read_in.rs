//! A scanner's memory, or a library's inventory: many labels of one place at once, 256 to an entry.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::domain::audit::MOST_BARCODES;
use crate::domain::decide::{Action, decide};
use crate::domain::event::{Data, How, Kind};
use crate::domain::medium::Medium;
use crate::domain::names::{AuditId, Barcode, Code, MediumId, PlaceCode, Reading};
use crate::domain::refusal::Refusal;
use crate::domain::resolve::{barcode, label_trouble, read_label, resolve, shown};
use crate::domain::rules::Stop;
use crate::domain::world::World as _;
use crate::store::View;

use super::super::session::{Error, Session};
use super::super::who::Who;

/// How many entries of a file become durable together.
const TOGETHER: usize = 256;

/// A label that was read, and the medium that carries it.
type Known = (Barcode, MediumId);

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadIn {
    /// How many media were counted.
    pub counted: u64,
    /// How many this counter had there already.
    pub already: u64,
    /// The labels that name no medium, each for its reason; they are on record.
    pub strays: Vec<(String, Box<Refusal>)>,
}

impl Session {
    /// Counts many labels at one place. What was taken before a failure stays; the same file again adds nothing.
    ///
    /// # Errors
    /// When it is refused, or the ledger cannot be used.
    pub fn read_in(
        &self,
        who: &Who,
        audit: AuditId,
        place: &PlaceCode,
        how: How,
        texts: &[String],
    ) -> Result<ReadIn, Error> {
        let mut done = ReadIn::default();
        let mut labels = self.look(|view| known(view, texts, &mut done))?;
        let all = labels.len() as u64;
        self.look(|view| drop_counted(view, who, (audit, place, how), &mut labels))?;
        (done.counted, done.already) = (labels.len() as u64, all - labels.len() as u64);
        for together in labels.chunks(MOST_BARCODES * TOGETHER) {
            self.store.write(|txn| {
                for some in together.chunks(MOST_BARCODES) {
                    let context = self.context(txn, who, how, None)?;
                    let mut barcodes: Vec<Barcode> =
                        some.iter().map(|(barcode, _)| barcode.clone()).collect();
                    barcodes.sort_unstable();
                    let data = Data::AuditRead { audit, place: place.clone(), barcodes };
                    let decision = decide(txn.view(), Action::Plain(data), &context)?;
                    txn.append(&decision)?;
                }
                Ok::<(), Error>(())
            })?;
        }
        self.stray(who, (audit, place, how), &done.strays)?;
        Ok(done)
    }

    fn stray(
        &self,
        who: &Who,
        (audit, place, how): (AuditId, &PlaceCode, How),
        strays: &[(String, Box<Refusal>)],
    ) -> Result<(), Error> {
        if strays.is_empty() {
            return Ok(());
        }
        let action = Code::new(Kind::Sight.word()).map_err(|_| Refusal::Inconsistent { key: "action" })?;
        self.store.write(|txn| {
            let mut known = strays_of(txn.view(), who, (audit, place))?;
            for (text, refusal) in strays {
                let (Some(label), Some(why)) = (shown(text), label_trouble(refusal)) else { continue };
                let Entry::Vacant(new) = known.entry(label.clone()) else { continue };
                new.insert(txn.next());
                let length = u64::try_from(text.chars().count()).unwrap_or_default();
                let (place, action) = (Some(place.clone()), action.clone());
                let badge = None;
                let audit = Some(audit);
                let data = Data::UnknownLabel { label, length, place, action, badge, why, audit };
                let context = self.context(txn, who, how, None)?;
                let decision = decide(txn.view(), Action::Plain(data), &context)?;
                txn.append(&decision)?;
            }
            Ok(())
        })
    }
}

/// The media that the labels name, each once and in the order in which readings are stored, so that those of one
/// entry lie together; what names none goes to the strays.
fn known(view: &View<'_>, texts: &[String], done: &mut ReadIn) -> Result<Vec<Known>, Error> {
    let mut spelt = Vec::with_capacity(texts.len());
    let mut rest = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let whole = read_label(text, view.policy()).ok().filter(|label| label.media_id().is_some());
        match whole.and_then(|label| barcode(&label).ok()) {
            Some(own) => spelt.push((beginning(&own), own, at)),
            None => rest.push(at),
        }
    }
    spelt.sort_unstable();
    let (barcodes, lines): (Vec<Barcode>, Vec<usize>) =
        spelt.into_iter().map(|(_, own, at)| (own, at)).unzip();
    let holders = view.holders(&barcodes)?;
    let mut known: Vec<Known> = Vec::with_capacity(barcodes.len());
    for ((own, at), holder) in barcodes.into_iter().zip(lines).zip(holders) {
        match holder.filter(|holder| holder.current) {
            Some(holder) => known.push((own, holder.medium)),
            None => rest.push(at),
        }
    }
    // What a look at the barcode alone does not settle is resolved as every scan is, in the order of the file.
    rest.sort_unstable();
    for text in rest.into_iter().filter_map(|at| texts.get(at)) {
        if let Some(medium) = named(view, text.trim(), done)? {
            known.push((medium.barcode, medium.id));
        }
    }
    known.sort_unstable_by_key(|(_, medium)| *medium);
    known.dedup_by_key(|(_, medium)| *medium);
    Ok(known)
}

/// The first bytes of a barcode as a number of the same order: sorting by it seldom has to look at the letters.
fn beginning(barcode: &Barcode) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(barcode.as_str().bytes()) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

/// The medium that a label names by another way than by its own barcode.
fn named(view: &View<'_>, text: &str, done: &mut ReadIn) -> Result<Option<Medium>, Error> {
    let refusal = match resolve(view, text) {
        Ok(medium) => return Ok(Some(medium)),
        Err(Stop::Failed(error)) => return Err(error.into()),
        Err(Stop::Refused(refusal)) => refusal,
    };
    let refusal = if label_trouble(&refusal).is_some() {
        refusal
    } else {
        // An old barcode still names its medium, but is not the label that should be on it.
        let label = shown(text).ok_or(Refusal::Inconsistent { key: "barcode" })?;
        Box::new(Refusal::UnknownBarcode { label })
    };
    done.strays.push((text.to_owned(), refusal));
    Ok(None)
}

/// The labels that name no medium which this counter has on record at this place already, in this count, and the
/// entry of each.
pub(super) fn strays_of(
    view: &View<'_>,
    who: &Who,
    (audit, place): (AuditId, &PlaceCode),
) -> Result<BTreeMap<Reading, u64>, Error> {
    let recount = view.audit(audit)?.is_some_and(|audit| audit.recounted.is_some());
    let place = view.place_by_code(place)?.map(|place| place.id);
    let counter = view.person_by_badge(who.badge())?.map(|person| person.id);
    let labels = view.stray_labels(audit)?.into_iter();
    let own = labels.filter(|label| (label.place, label.counter, label.recount) == (place, counter, recount));
    Ok(own.map(|label| (label.text, label.seq)).collect())
}

/// Leaves out what this counter has at this place already and what has not moved since; who has counted nothing yet has
/// nothing to be left out.
fn drop_counted(
    view: &View<'_>,
    who: &Who,
    (audit, place, how): (AuditId, &PlaceCode, How),
    known: &mut Vec<Known>,
) -> Result<(), Error> {
    let (Some(place), Some(counter)) = (view.place_by_code(place)?, view.person_by_badge(who.badge())?)
    else {
        return Ok(());
    };
    if !view.counts_in(audit, counter.id, false)? {
        return Ok(());
    }
    let there = |medium: MediumId| -> Result<bool, Error> {
        let before = view.counted(audit, medium, place.id, counter.id)?;
        let Some((_, at)) = before.filter(|(old, _)| old.is_reading(false) >= how.is_reading(false)) else {
            return Ok(false);
        };
        Ok(view.medium(medium)?.is_some_and(|medium| medium.custody.since() <= at))
    };
    let mut left = Vec::with_capacity(known.len());
    for one in known.drain(..) {
        if !there(one.1)? {
            left.push(one);
        }
    }
    *known = left;
    Ok(())
}

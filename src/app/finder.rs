//! Search as you type: the labels of all media in memory, through which any part of one is found in a moment.

use std::collections::BTreeMap;

use memchr::memmem;

use crate::domain::medium::Medium;
use crate::domain::names::{Digest, MediumId, Serial};
use crate::domain::world::World as _;
use crate::ledger::cut::Parts;
use crate::store::{StoreError, View};

/// Between barcode and serial number of a medium, and after each medium; no label holds either.
const BETWEEN: u8 = 1;
const END: u8 = b'\n';
/// Entries after which it is read anew rather than brought up to date.
const MOST_NEW: u64 = 50_000;

/// The labels of all media, as they were after so many entries.
#[derive(Debug, Default)]
pub(super) struct Finder {
    head: (u64, Digest),
    /// Barcode and serial number of each medium in capitals, in the order of barcodes.
    labels: Vec<u8>,
    /// Where each begins.
    begins: Vec<usize>,
    /// Whose they are.
    media: Vec<MediumId>,
    /// What was given since.
    new: BTreeMap<MediumId, Vec<u8>>,
}

fn line(barcode: &str, serial: Option<&str>, out: &mut Vec<u8>) {
    out.extend(barcode.bytes().map(|byte| byte.to_ascii_uppercase()));
    if let Some(serial) = serial {
        out.push(BETWEEN);
        out.extend(serial.bytes().map(|byte| byte.to_ascii_uppercase()));
    }
    out.push(END);
}

impl Finder {
    /// Brings it to what the record says now.
    fn refresh(&mut self, view: &View<'_>) -> Result<(), StoreError> {
        let (size, _) = view.head();
        let (seen, hash) = self.head;
        // Where another ledger stands in the place of the one that was read, nothing of it holds.
        let same = seen == 0 || view.hash_of(seen)? == Some(hash);
        if seen == 0 || !same || size - seen > MOST_NEW {
            *self = Self::read(view)?;
            return Ok(());
        }
        let new = u32::try_from(size - seen).unwrap_or(u32::MAX);
        let mut named = Vec::new();
        view.lines_from(seen + 1, new, |text| {
            let bad = |error| StoreError::Damaged(format!("event.body: {error}"));
            let parts = Parts::of(text).map_err(bad)?;
            if matches!(&*parts.kind, "register" | "relabel") {
                named.extend(parts.medium.parse().ok().map(MediumId));
            }
            Ok::<(), StoreError>(())
        })?;
        for id in named {
            if let Some(medium) = view.medium(id)? {
                let mut text = Vec::new();
                line(medium.barcode.as_str(), medium.serial.as_ref().map(Serial::as_str), &mut text);
                self.new.insert(id, text);
            }
        }
        self.head = view.head();
        Ok(())
    }

    fn read(view: &View<'_>) -> Result<Self, StoreError> {
        let mut finder = Self { head: view.head(), ..Self::default() };
        let serials = view.serials()?;
        view.each_barcode(|barcode, id| {
            let serial = serials.binary_search_by_key(&id, |(id, _)| *id).ok();
            let serial = serial.and_then(|at| serials.get(at)).map(|(_, serial)| &**serial);
            finder.begins.push(finder.labels.len());
            finder.media.push(id);
            line(barcode, serial, &mut finder.labels);
        })?;
        Ok(finder)
    }

    /// At most so many media whose barcode or serial number holds this text, in whatever case, in the order of barcodes.
    pub(super) fn find(
        &mut self,
        view: &View<'_>,
        text: &str,
        most: usize,
    ) -> Result<Vec<Medium>, StoreError> {
        self.refresh(view)?;
        let wanted = text.to_ascii_uppercase();
        if wanted.bytes().any(|byte| byte == BETWEEN || byte == END) {
            return Ok(Vec::new());
        }
        let wanted = memmem::Finder::new(wanted.as_bytes());
        let (mut found, mut from) = (Vec::new(), 0);
        while found.len() < most {
            let rest = self.labels.get(from..).unwrap_or_default();
            let Some(at) = wanted.find(rest) else { break };
            let place = self.begins.partition_point(|begin| *begin <= from + at);
            let Some(id) = place.checked_sub(1).and_then(|place| self.media.get(place)) else { break };
            if !self.new.contains_key(id) {
                found.push(*id);
            }
            from = self.begins.get(place).copied().unwrap_or(self.labels.len());
        }
        let new = self.new.iter().filter(|(_, line)| wanted.find(line).is_some());
        found.extend(new.map(|(id, _)| *id));
        let mut media: Vec<Medium> =
            found.into_iter().filter_map(|id| view.medium(id).transpose()).collect::<Result<_, _>>()?;
        media.sort_by(|a, b| a.barcode.cmp(&b.barcode));
        media.truncate(most);
        Ok(media)
    }
}

//! All media of the replay, packed, and how they are found: by identity, barcode, volser and serial number.

use std::collections::BTreeMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use super::packed::{barcode_in, custody_in, pack, serial_in, state_in, unpack};
use super::slab::{Slab, Slot};
use super::{Tenure, volser};
use crate::domain::audit::Stand;
use crate::domain::custody::State;
use crate::domain::medium::{Description, Medium};
use crate::domain::names::{Barcode, MediumId, Serial};
use crate::ledger::index::Index;

/// All media.
#[derive(Debug, Default)]
pub(super) struct Media {
    index: Index,
    slots: Vec<Slot>,
    slab: Slab,
    pool: Descriptions,
    hasher: DefaultHashBuilder,
    /// Places by the barcode of now, by its volser, and by serial number.
    barcodes: HashTable<u32>,
    volsers: HashTable<u32>,
    serials: HashTable<u32>,
    /// The entry that gave a medium its barcode, where that is not the one that registered it.
    given: HashMap<u32, u64>,
    /// Barcodes that were taken away.
    former: BTreeMap<Barcode, Tenure>,
    /// Where a medium is packed before it gets its place.
    scratch: Vec<u8>,
}

/// Descriptions, each kept once.
#[derive(Debug, Default)]
struct Descriptions {
    all: Vec<Arc<Description>>,
    numbers: HashMap<Arc<Description>, usize>,
}

impl Descriptions {
    fn number(&mut self, described: &Arc<Description>) -> usize {
        if let Some(number) = self.numbers.get(described) {
            return *number;
        }
        self.all.push(Arc::clone(described));
        self.numbers.insert(Arc::clone(described), self.all.len() - 1);
        self.all.len() - 1
    }
}

fn wide(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

impl Media {
    fn bytes(&self, place: usize) -> &[u8] {
        self.slots.get(place).map(|slot| self.slab.get(*slot)).unwrap_or_default()
    }

    fn unpacked(&self, id: MediumId, place: usize) -> Option<Medium> {
        unpack(id, self.bytes(place), &|number| self.pool.all.get(number).cloned())
    }

    fn packed(&mut self, medium: &Medium) {
        let described = medium.description.as_ref().map(|described| self.pool.number(described));
        self.scratch.clear();
        pack(medium, described, &mut self.scratch);
    }

    /// Makes room for so many, so that nothing need be put in order anew while they come.
    pub(super) fn expect(&mut self, count: usize) {
        self.slots.reserve(count);
        // The tables are empty still.
        for table in [&mut self.barcodes, &mut self.volsers, &mut self.serials] {
            table.reserve(count, |_| 0);
        }
    }

    /// Fetches what is packed at these places; what comes back says nothing.
    pub(super) fn glance(&self, places: &[usize]) -> u64 {
        let ends = |bytes: &[u8]| bytes.first().zip(bytes.last()).map_or(0, |(first, last)| first ^ last);
        places.iter().fold(0, |all, place| all ^ u64::from(ends(self.bytes(*place))))
    }

    /// The medium of this identity.
    pub(super) fn get(&self, id: MediumId) -> Option<Medium> {
        self.unpacked(id, self.index.find(id)?)
    }

    /// In which state it is.
    pub(super) fn state(&self, id: MediumId) -> Option<State> {
        state_in(self.bytes(self.index.find(id)?))
    }

    /// The barcode of a medium.
    pub(super) fn barcode_of(&self, id: MediumId) -> Option<Barcode> {
        barcode_in(self.bytes(self.index.find(id)?)).map(Barcode::again)
    }

    /// All media by identity.
    pub(super) fn iter(&self) -> impl Iterator<Item = Medium> {
        self.index.iter().enumerate().filter_map(|(place, id)| self.unpacked(id, place))
    }

    /// Where each medium stands, by identity.
    pub(super) fn stands(&self) -> impl Iterator<Item = (MediumId, Stand)> {
        let stand = |(place, id)| Some((id, Stand::of(&custody_in(self.bytes(place))?)));
        self.index.iter().enumerate().filter_map(stand)
    }

    /// Changes a medium but for its barcode and its serial number.
    pub(super) fn change(&mut self, id: MediumId, change: impl FnOnce(&mut Medium)) {
        let Some(place) = self.index.find(id) else { return };
        if let Some(mut medium) = self.unpacked(id, place) {
            change(&mut medium);
            self.put(place, &medium);
        }
    }

    fn put(&mut self, place: usize, medium: &Medium) {
        self.packed(medium);
        if let Some(slot) = self.slots.get_mut(place) {
            *slot = self.slab.set(*slot, &self.scratch);
        }
    }

    /// Takes a medium as it is now; `renamed` by this entry.
    pub(super) fn set(&mut self, before: Option<&Medium>, after: &Medium, renamed: Option<u64>) {
        let place = self.index.find(after.id);
        if let (Some(place), Some(before), Some(seq)) = (place, before, renamed) {
            self.forget(place, before, seq);
        }
        let place = if let Some(place) = place {
            self.put(place, after);
            place
        } else {
            if !self.index.push(after.id) {
                return;
            }
            self.packed(after);
            let slot = self.slab.add(&self.scratch);
            self.slots.push(slot);
            self.slots.len() - 1
        };
        if let Some(seq) = renamed {
            self.name(place, after, seq, before.is_none());
        }
    }

    /// Takes the barcode of a medium away.
    fn forget(&mut self, place: usize, before: &Medium, seq: u64) {
        let (short, text) = (u32::try_from(place).unwrap_or(u32::MAX), before.barcode.as_str());
        let hash = self.hasher.hash_one(text);
        if let Ok(found) = self.barcodes.find_entry(hash, |one| *one == short) {
            found.remove();
        }
        let hash = self.hasher.hash_one(volser(&before.barcode).as_str());
        if let Ok(found) = self.volsers.find_entry(hash, |one| *one == short) {
            found.remove();
        }
        let from = self.given.get(&short).copied().unwrap_or(before.id.0);
        let tenure = Tenure { medium: before.id, from, until: Some(seq) };
        self.former.insert(before.barcode.clone(), tenure);
    }

    /// Gives a medium its barcode, and makes it known by its serial number if it is new.
    fn name(&mut self, place: usize, after: &Medium, seq: u64, new: bool) {
        let Ok(short) = u32::try_from(place) else { return };
        self.former.remove(&after.barcode);
        if seq != after.id.0 {
            self.given.insert(short, seq);
        }
        let Self { slots, slab, hasher, barcodes, volsers, serials, .. } = self;
        let bytes = |place: u32| slots.get(wide(place)).map(|slot| slab.get(*slot)).unwrap_or_default();
        let hash = hasher.hash_one(after.barcode.as_str());
        barcodes
            .insert_unique(hash, short, |one| hasher.hash_one(barcode_in(bytes(*one)).unwrap_or_default()));
        let hash = hasher.hash_one(volser(&after.barcode).as_str());
        volsers.insert_unique(hash, short, |one| {
            let barcode = barcode_in(bytes(*one)).map(Barcode::again);
            hasher.hash_one(barcode.map(|barcode| volser(&barcode)).unwrap_or_default().as_str())
        });
        if let (Some(serial), true) = (&after.serial, new) {
            let hash = hasher.hash_one(serial.as_str());
            serials.insert_unique(hash, short, |one| {
                hasher.hash_one(serial_in(bytes(*one)).unwrap_or_default())
            });
        }
    }

    /// Whose a barcode is or was.
    pub(super) fn tenure(&self, barcode: &Barcode) -> Option<Tenure> {
        let hash = self.hasher.hash_one(barcode.as_str());
        let is_it = |place: &u32| barcode_in(self.bytes(wide(*place))) == Some(barcode.as_str());
        match self.barcodes.find(hash, is_it) {
            Some(place) => self.tenure_at(*place),
            None => self.former.get(barcode).copied(),
        }
    }

    fn tenure_at(&self, place: u32) -> Option<Tenure> {
        let medium = self.index.at(wide(place))?;
        Some(Tenure { medium, from: self.given.get(&place).copied().unwrap_or(medium.0), until: None })
    }

    /// The media with this volser, by identity.
    pub(super) fn by_volser(&self, text: &str) -> Vec<MediumId> {
        let hash = self.hasher.hash_one(text);
        let named = |place: u32| {
            let barcode = Barcode::again(barcode_in(self.bytes(wide(place)))?);
            (volser(&barcode) == text).then(|| self.index.at(wide(place))).flatten()
        };
        let mut all: Vec<MediumId> = self.volsers.iter_hash(hash).filter_map(|place| named(*place)).collect();
        all.sort_unstable();
        all
    }

    /// The medium with this serial number.
    pub(super) fn by_serial(&self, serial: &Serial) -> Option<MediumId> {
        let is_it = |place: &u32| serial_in(self.bytes(wide(*place))) == Some(serial.as_str());
        let place = self.serials.find(self.hasher.hash_one(serial.as_str()), is_it)?;
        self.index.at(wide(*place))
    }

    /// All barcodes that were ever given, in the order of their letters.
    pub(super) fn tenures(&self) -> impl Iterator<Item = (Barcode, Tenure)> {
        let text = |place: u32| barcode_in(self.bytes(wide(place))).unwrap_or_default();
        // The first letters beside each place: most need not be looked up to be compared.
        let first = |place: u32| {
            let mut first = [0; 8];
            first.iter_mut().zip(text(place).bytes()).for_each(|(to, from)| *to = from);
            u64::from_be_bytes(first)
        };
        let places = 0..u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let mut order: Vec<(u64, u32)> = places.map(|place| (first(place), place)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a.1).cmp(text(b.1))));
        let mut current = order.into_iter().map(|(_, place)| place).peekable();
        let mut former = self.former.iter().peekable();
        std::iter::from_fn(move || {
            let next = current.peek().map(|place| barcode_in(self.bytes(wide(*place))).unwrap_or_default());
            let old = former.peek().map(|(barcode, _)| barcode.as_str());
            if next.is_some_and(|next| old.is_none_or(|old| next < old)) {
                let place = current.next()?;
                let barcode = Barcode::again(barcode_in(self.bytes(wide(place)))?);
                return Some((barcode, self.tenure_at(place)?));
            }
            former.next().map(|(barcode, tenure)| (barcode.clone(), *tenure))
        })
    }
}

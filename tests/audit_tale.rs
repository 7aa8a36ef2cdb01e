//! What a log tells of stocktakes, read from its entries alone and without asking the program: the second opinion on
//! whether a certificate could be given at all.

use std::collections::{BTreeMap, BTreeSet};

use kuraban::domain::time::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A moment in the log: when it was, and for what happened at once the number of the entry.
type Moment = (i64, u64);

/// Where a medium is, as far as the entries say.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Place(String),
    Hand(String),
    Missing(Option<String>),
    Gone,
}

/// One label that was read in a count.
#[derive(Debug, Clone)]
struct Read {
    medium: u64,
    place: String,
    by: String,
    reader: bool,
    when: Moment,
    again: bool,
}

/// A stocktake as the log tells of it.
#[derive(Debug, Default)]
struct Told {
    scope: Option<String>,
    opened: Moment,
    expected: BTreeSet<u64>,
    lost_before: BTreeSet<u64>,
    reads: Vec<Read>,
    again: bool,
}

/// A sample that waits for its number.
type Draw = (Option<String>, u64, String);

/// What the log has told so far.
#[derive(Default)]
pub(crate) struct Tale {
    parents: BTreeMap<String, Option<String>>,
    barcodes: BTreeMap<String, u64>,
    /// Every stay of each medium: from when, where, and whether a reader took its label then, and when.
    stays: BTreeMap<u64, Vec<(Moment, At, Option<i64>)>>,
    draws: BTreeMap<u64, Draw>,
    open: BTreeMap<u64, Told>,
    /// What was drawn, by stocktake.
    pub(crate) samples: BTreeMap<u64, Vec<u64>>,
    /// How each ended, with what proved its media, by how many each.
    pub(crate) certified: Vec<BTreeMap<&'static str, u64>>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn some(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn millis(value: &Value) -> Option<i64> {
    value.as_str().map(|text| Timestamp::parse_exact(text).unwrap().millis())
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(hex.get(at * 2..at * 2 + 2).unwrap(), 16).unwrap())
        .collect()
}

/// The sample that a head and a number give, done by hand.
pub(crate) fn chosen(head: &str, number: u64, percent: u64, all: &BTreeSet<u64>) -> Vec<u64> {
    let seed = Sha256::new().chain_update(bytes(head)).chain_update(number.to_string()).finalize();
    let mut ranked: Vec<(Vec<u8>, u64)> = Vec::new();
    for id in all {
        let rank = Sha256::new().chain_update(seed).chain_update(id.to_be_bytes()).finalize();
        ranked.push((rank.to_vec(), *id));
    }
    ranked.sort();
    let many = (all.len() * usize::try_from(percent).unwrap()).div_ceil(100);
    let mut some: Vec<u64> = ranked.into_iter().take(many).map(|(_, id)| id).collect();
    some.sort_unstable();
    some
}

impl Tale {
    fn inside(&self, inner: &str, outer: &str) -> bool {
        let mut at = Some(inner.to_owned());
        while let Some(code) = at {
            if code == outer {
                return true;
            }
            at = self.parents.get(&code).cloned().flatten();
        }
        false
    }

    fn one(&self, a: &str, b: &str) -> bool {
        self.inside(a, b) || self.inside(b, a)
    }

    /// Where a medium was at a moment, in the order in which things happened.
    fn stood(&self, medium: u64, when: Moment) -> &At {
        let stays = &self.stays[&medium];
        let begun = stays.iter().take_while(|(from, ..)| *from <= when).last();
        &begun.unwrap_or(&stays[0]).1
    }

    /// Takes an entry in, or says what it breaks.
    pub(crate) fn take(&mut self, entry: &Value) -> Result<(), String> {
        let (seq, data, by) = (entry["seq"].as_u64().unwrap(), &entry["data"], text(&entry["by"]));
        let at = millis(&entry["at"]).unwrap();
        let read_at = millis(&entry["occurred"]).unwrap_or(at);
        let reader = ["scanned", "library", "sensor"].contains(&entry["how"].as_str().unwrap_or_default());
        let audit = data["audit"].as_u64();
        match entry["kind"].as_str().unwrap() {
            "ledger_opened" => drop(self.parents.insert(text(&data["site"]), None)),
            "place_added" => drop(self.parents.insert(text(&data["code"]), some(&data["parent"]))),
            "register" => drop(self.barcodes.insert(text(&data["barcode"]), seq)),
            "audit_drawn" => {
                let draw = (some(&data["place"]), data["percent"].as_u64().unwrap(), text(&data["head"]));
                self.draws.insert(seq, draw);
            }
            "audit_opened" => return self.opened(entry, (at, seq)),
            "audit_recounted" => self.open.get_mut(&audit.unwrap()).unwrap().again = true,
            "audit_read" => {
                for barcode in data["barcodes"].as_array().unwrap() {
                    let medium = self.barcodes[&text(barcode)];
                    self.read(audit.unwrap(), medium, (text(&data["place"]), by.clone(), reader), (at, seq));
                }
            }
            "sight" => {
                if let Some(audit) = audit {
                    let medium = entry["medium"].as_u64().unwrap();
                    self.read(audit, medium, (text(&data["place"]), by, reader), (read_at, seq));
                }
            }
            "audit_certified" => {
                let told = self.open.remove(&audit.unwrap()).unwrap();
                let kinds =
                    self.certifiable(&told, &data["tally"]).map_err(|why| format!("{why}: {entry}"))?;
                self.certified.push(kinds);
            }
            "audit_refused" => {
                let told = self.open.remove(&audit.unwrap()).unwrap();
                if data["tally"]["expected"] != told.expected.len() || data["tally"]["unresolved"] == 0 {
                    return Err(format!("refused with other sums: {entry}"));
                }
            }
            _ => {}
        }
        self.moved(entry, (at, seq), reader.then_some(read_at));
        Ok(())
    }

    fn read(&mut self, audit: u64, medium: u64, (place, by, reader): (String, String, bool), when: Moment) {
        let told = self.open.get_mut(&audit).unwrap();
        let again = told.again;
        told.reads.push(Read { medium, place, by, reader, when, again });
    }

    /// Freezes what a stocktake expects.
    fn opened(&mut self, entry: &Value, opened: Moment) -> Result<(), String> {
        let data = &entry["data"];
        let scope = some(&data["place"]);
        for told in self.open.values() {
            let both = told.scope.as_ref().zip(scope.as_ref());
            if both.is_none_or(|(one, other)| self.one(one, other)) {
                return Err(format!("two at once: {entry}"));
            }
        }
        let mut expected = BTreeSet::new();
        let mut lost_before = BTreeSet::new();
        for (medium, stays) in &self.stays {
            let at = &stays.last().unwrap().1;
            let inside = |place: &str| scope.as_ref().is_none_or(|scope| self.inside(place, scope));
            let counts = match at {
                At::Place(place) => inside(place),
                At::Hand(_) => scope.is_none(),
                At::Missing(place) => place.as_ref().map_or(scope.is_none(), |place| inside(place)),
                At::Gone => false,
            };
            if counts {
                expected.insert(*medium);
            }
            if let At::Missing(_) = at {
                lost_before.insert(*medium);
            }
        }
        let mut id = opened.1;
        if let (Some(draw), Some(number)) = (data["draw"].as_u64(), data["number"].as_u64()) {
            let (_, percent, head) = &self.draws[&draw];
            let some = chosen(head, number, *percent, &expected);
            expected = some.iter().copied().collect();
            self.samples.insert(draw, some);
            id = draw;
        }
        if data["expected"] != expected.len() {
            return Err(format!("not what was there, {expected:?}: {entry}"));
        }
        let told = Told { scope, opened, expected, lost_before, ..Told::default() };
        self.open.insert(id, told);
        Ok(())
    }

    /// Whether everything that was expected is accounted for by somebody's reading, and by which sort.
    fn certifiable(&self, told: &Told, tally: &Value) -> Result<BTreeMap<&'static str, u64>, String> {
        let mut kinds = BTreeMap::new();
        if tally["expected"] != told.expected.len() || tally["unresolved"] != 0 {
            return Err("certified with other sums".to_owned());
        }
        for medium in &told.expected {
            let stays = &self.stays[medium];
            let (since, at, read) = stays.last().unwrap();
            let moved = *since > told.opened;
            if let At::Missing(_) = at {
                if moved || !told.lost_before.contains(medium) {
                    return Err(format!("#{medium} was lost meanwhile"));
                }
                *kinds.entry("known missing").or_default() += 1;
                continue;
            }
            let reads: Vec<&Read> = told.reads.iter().filter(|read| read.medium == *medium).collect();
            let honest = |read: &&&Read| *self.stood(*medium, read.when) != At::Hand(read.by.clone());
            let apart = |a: &Read, b: &Read| a.again == b.again && !self.one(&a.place, &b.place);
            let twice = reads.iter().any(|a| reads.iter().any(|b| apart(a, b)));
            if twice && !moved && matches!(at, At::Place(_)) && !reads.iter().any(|read| read.again) {
                return Err(format!("#{medium} was read at two places"));
            }
            let pair = |a: &&&Read| {
                let other = |b: &&&Read| b.by != a.by && self.one(&a.place, &b.place);
                reads.iter().filter(honest).any(|b| other(&b))
            };
            let kind = if reads.iter().filter(honest).any(|read| read.reader) {
                "a reader in the count"
            } else if moved && read.is_some_and(|read| read >= told.opened.0) {
                "a reader in the last movement"
            } else if reads.iter().filter(honest).any(|read| pair(&read)) {
                "two counters"
            } else {
                return Err(format!("#{medium} was read by nobody, {at:?}, {reads:?}"));
            };
            *kinds.entry(kind).or_default() += 1;
        }
        Ok(kinds)
    }

    /// Follows the medium of an entry.
    fn moved(&mut self, entry: &Value, when: Moment, read: Option<i64>) {
        let Some(medium) = entry["medium"].as_u64() else { return };
        let (kind, data) = (entry["kind"].as_str().unwrap(), &entry["data"]);
        let stays = self.stays.entry(medium).or_default();
        let now = stays.last().map(|(_, at, _)| at.clone());
        let place = |key: &str| some(&data[key]).map(At::Place);
        let lost = || match now.clone() {
            Some(At::Place(place)) => At::Missing(Some(place)),
            Some(missing @ At::Missing(_)) => missing,
            _ => At::Missing(None),
        };
        let hand = Some(At::Hand(text(&entry["by"])));
        let (next, read) = match kind {
            "register" => (place("place").or(hand), read),
            "move" | "check_in" => (place("place"), read),
            "load" => (place("device"), read),
            "check_out" | "eject" | "take_over" | "found" => (hand, read),
            "hand_over" => (some(&data["to"]).map(At::Hand), read),
            "declare_missing" => (Some(lost()), None),
            "destroy" => (Some(At::Gone), read),
            "void" => {
                let event = data["event"].as_u64().unwrap();
                let before = stays.iter().rev().find(|((_, seq), ..)| *seq < event);
                (before.map(|(_, at, _)| at.clone()), None)
            }
            "correct" if data["to"]["state"] == "missing" => (Some(lost()), None),
            "correct" => {
                let to = &data["to"];
                (some(&to["place"]).map(At::Place).or(some(&to["custodian"]).map(At::Hand)), None)
            }
            _ => (None, None),
        };
        if let Some(next) = next {
            stays.push((when, next, read));
        }
    }
}

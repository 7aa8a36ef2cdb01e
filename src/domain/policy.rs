//! The policy: what a site decides for itself. Every value stands in the first event, changes only by an
//! event, and is read back from there when an old step is judged.

use super::medium::Class;
use super::names::Code;
use super::separation::Separation;

/// What to do with a scan that arrives in lower case, as from a keyboard scanner under caps lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CapsLock {
    /// Read it as upper case.
    Upcase,
    /// Refuse it.
    Reject,
}

/// The values in force at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Hours until a medium that was taken out must be back, when nobody said otherwise.
    pub allowance_hours: u64,
    /// Days after which a medium that was not physically seen is due.
    pub audit_interval_days: u64,
    /// How lower-case scans are read.
    pub caps_lock: CapsLock,
    /// The classes of media whose check-in needs a second person.
    pub check_in_witness: Vec<Class>,
    /// After how many entries a checkpoint is taken by itself; zero for never.
    pub checkpoint_every: u64,
    /// Days by which the clock may run ahead of the last entry before a second person must confirm it.
    pub clock_jump_days: u64,
    /// Hours from an eject until the medium must be in a vault.
    pub eject_grace_hours: u64,
    /// Minutes without a key after which a scan station forgets who stands before it; zero for never.
    pub idle_lock_minutes: u64,
    /// Days after which a medium in a drive is flagged.
    pub in_device_days: u64,
    /// Whether nothing is taken out of a vault without an approved order that lists it.
    pub order_required: bool,
    /// What media may be taken out for.
    pub purposes: Vec<Code>,
    /// Whether a new label needs a second person.
    pub relabel_witness: bool,
    /// The rows of the table of who may not be the same person.
    pub separate: Vec<Separation>,
    /// Hours after which a person must sign on anew, and for which a temporary badge holds at most.
    pub shift_hours: u64,
    /// Days after which a vault must be audited again.
    pub vault_audit_days: u64,
    /// Minutes within which the actor may take a step back.
    pub void_window_minutes: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allowance_hours: 24,
            audit_interval_days: 180,
            caps_lock: CapsLock::Upcase,
            check_in_witness: Vec::new(),
            checkpoint_every: 1000,
            clock_jump_days: 14,
            eject_grace_hours: 4,
            idle_lock_minutes: 15,
            in_device_days: 30,
            order_required: true,
            purposes: PURPOSES.iter().filter_map(|word| Code::new(word).ok()).collect(),
            relabel_witness: true,
            separate: Separation::ALL.to_vec(),
            shift_hours: 12,
            vault_audit_days: 180,
            void_window_minutes: 10,
        }
    }
}

/// The purposes that a new ledger begins with.
const PURPOSES: [&str; 8] =
    ["backup", "restore", "offsite", "maintenance", "migration", "audit", "disposal", "test"];

/// What the monthly report calls ways out that had no order, and its sums: no purpose can be called so.
const NO_PURPOSES: [&str; 3] = ["none", "override", "total"];

/// A number in the policy: what it may be, and where it stands.
type Number = (u64, u64, fn(&mut Policy) -> &mut u64);
/// A yes or no in the policy.
type Switch = fn(&mut Policy) -> &mut bool;

enum Slot {
    Number(Number),
    Switch(Switch),
    CapsLock,
    Classes,
    Purposes,
    Separate,
}

/// A list in its one spelling: its words with commas between, or `none`.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "none".to_owned() } else { words.join(",") }
}

/// Reads such a list; none if a word of it is unknown.
fn parted<T>(text: &str, word: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    if text == "none" { Some(Vec::new()) } else { text.split(',').map(word).collect() }
}

fn each_once<T: PartialEq>(all: &[T]) -> bool {
    all.iter().enumerate().all(|(at, one)| all.iter().skip(at + 1).all(|other| other != one))
}

impl Policy {
    /// The names of all values, sorted as they stand in the first event.
    pub const NAMES: [&str; 16] = [
        "allowance_hours",
        "audit_interval_days",
        "caps_lock",
        "check_in_witness",
        "checkpoint_every",
        "clock_jump_days",
        "eject_grace_hours",
        "idle_lock_minutes",
        "in_device_days",
        "order_required",
        "purposes",
        "relabel_witness",
        "separate",
        "shift_hours",
        "vault_audit_days",
        "void_window_minutes",
    ];

    fn slot(name: &str) -> Option<Slot> {
        Some(match name {
            "allowance_hours" => Slot::Number((1, 8784, |p| &mut p.allowance_hours)),
            "audit_interval_days" => Slot::Number((1, 3660, |p| &mut p.audit_interval_days)),
            "caps_lock" => Slot::CapsLock,
            "check_in_witness" => Slot::Classes,
            "checkpoint_every" => Slot::Number((0, 1_000_000, |p| &mut p.checkpoint_every)),
            "clock_jump_days" => Slot::Number((1, 366, |p| &mut p.clock_jump_days)),
            "eject_grace_hours" => Slot::Number((1, 168, |p| &mut p.eject_grace_hours)),
            "idle_lock_minutes" => Slot::Number((0, 1440, |p| &mut p.idle_lock_minutes)),
            "in_device_days" => Slot::Number((1, 3660, |p| &mut p.in_device_days)),
            "order_required" => Slot::Switch(|p| &mut p.order_required),
            "purposes" => Slot::Purposes,
            "relabel_witness" => Slot::Switch(|p| &mut p.relabel_witness),
            "separate" => Slot::Separate,
            "shift_hours" => Slot::Number((1, 24, |p| &mut p.shift_hours)),
            "vault_audit_days" => Slot::Number((1, 3660, |p| &mut p.vault_audit_days)),
            "void_window_minutes" => Slot::Number((0, 1440, |p| &mut p.void_window_minutes)),
            _ => return None,
        })
    }

    /// What a value may be, for a sentence (`1 to 168`, `yes or no`); none for an unknown name.
    #[must_use]
    pub fn allowed(name: &str) -> Option<String> {
        Some(match Self::slot(name)? {
            Slot::Number((low, high, _)) => format!("{low}–{high}"),
            Slot::Switch(_) => "yes | no".to_owned(),
            Slot::CapsLock => "upcase | reject".to_owned(),
            Slot::Classes => format!("none | {}", joined(Class::ALL.iter().map(|class| class.word()))),
            Slot::Purposes => PURPOSES.join(",") + ",…",
            Slot::Separate => joined(Separation::ALL.iter().map(|row| row.word())),
        })
    }

    /// The value under this name in its one spelling; none for an unknown name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let mut copy = self.clone();
        Some(match Self::slot(name)? {
            Slot::Number((_, _, at)) => at(&mut copy).to_string(),
            Slot::Switch(at) => if *at(&mut copy) { "yes" } else { "no" }.to_owned(),
            Slot::CapsLock => match self.caps_lock {
                CapsLock::Upcase => "upcase",
                CapsLock::Reject => "reject",
            }
            .to_owned(),
            Slot::Classes => joined(self.check_in_witness.iter().map(|class| class.word())),
            Slot::Purposes => joined(self.purposes.iter().map(Code::as_str)),
            Slot::Separate => joined(self.separate.iter().map(|row| row.word())),
        })
    }

    /// The policy with one value changed; none for an unknown name or a value that is not allowed or not in
    /// its one spelling.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Option<Self> {
        let mut next = self.clone();
        match Self::slot(name)? {
            Slot::Number((low, high, at)) => {
                *at(&mut next) = value.parse().ok().filter(|n| (low..=high).contains(n))?;
            }
            Slot::Switch(at) => {
                *at(&mut next) = match value {
                    "yes" => true,
                    "no" => false,
                    _ => return None,
                }
            }
            Slot::CapsLock => {
                next.caps_lock = match value {
                    "upcase" => CapsLock::Upcase,
                    "reject" => CapsLock::Reject,
                    _ => return None,
                }
            }
            Slot::Classes => {
                let classes = parted(value, Class::parse)?;
                next.check_in_witness = classes.is_sorted_by(|a, b| a < b).then_some(classes)?;
            }
            Slot::Purposes => {
                // Without a purpose nothing could ever be asked for.
                let purposes = parted(value, |word| Code::new(word).ok())?;
                let reserved = purposes.iter().any(|one| NO_PURPOSES.contains(&one.as_str()));
                let sensible = !purposes.is_empty() && each_once(&purposes) && !reserved;
                next.purposes = sensible.then_some(purposes)?;
            }
            Slot::Separate => {
                let rows = parted(value, Separation::parse)?;
                let whole = Separation::ALL.iter().all(|row| row.may_be_left_out() || rows.contains(row));
                next.separate = (whole && rows.is_sorted_by(|a, b| a < b)).then_some(rows)?;
            }
        }
        (next.get(name).as_deref() == Some(value)).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_name_in_order_and_reads_back() {
        let policy = Policy::default();
        assert!(Policy::NAMES.is_sorted());
        for name in Policy::NAMES {
            let value = policy.get(name).unwrap();
            assert_eq!(policy.with(name, &value).as_ref(), Some(&policy), "{name}");
            assert!(Policy::allowed(name).is_some());
        }
    }

    #[test]
    fn a_value_has_one_spelling_and_a_range() {
        let policy = Policy::default();
        for (name, value) in [
            ("eject_grace_hours", "04"),
            ("eject_grace_hours", "0"),
            ("eject_grace_hours", "169"),
            ("eject_grace_hours", "-1"),
            ("eject_grace_hours", "+4"),
            ("relabel_witness", "true"),
            ("caps_lock", "Upcase"),
            ("nothing", "1"),
            ("purposes", "none"),
            ("purposes", "restore,restore"),
            ("purposes", "Restore"),
            ("check_in_witness", "yes"),
            ("check_in_witness", "scratch,data"),
            ("separate", "none"),
            ("separate", "actor_witness"),
            ("shift_hours", "25"),
        ] {
            assert_eq!(policy.with(name, value), None, "{name}={value}");
        }
        let witness = policy.with("check_in_witness", "data,cleaning").map(|p| p.check_in_witness);
        assert_eq!(witness, Some(vec![Class::Data, Class::Cleaning]));
        assert_eq!(policy.with("purposes", "盗難").map(|p| p.purposes), None);
        assert_eq!(policy.with("purposes", "burn").map(|p| p.purposes.len()), Some(1));
        let fewer = "requester_approver,actor_witness,actor_ratifier,party_approver,destroyer_certifier";
        assert!(policy.with("separate", fewer).is_some_and(|p| p.separate.len() == 5));
        assert_eq!(policy.with("eject_grace_hours", "8").map(|p| p.eject_grace_hours), Some(8));
    }
}

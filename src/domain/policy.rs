//! The policy: what a site decides for itself. Every value stands in the first event, changes only by an
//! event, and is read back from there when an old step is judged.

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
    /// Whether a check-in needs a second person.
    pub check_in_witness: bool,
    /// Days by which the clock may run ahead of the last entry before a second person must confirm it.
    pub clock_jump_days: u64,
    /// Hours from an eject until the medium must be in a vault.
    pub eject_grace_hours: u64,
    /// Minutes without a key after which a scan station forgets who stands before it; zero for never.
    pub idle_lock_minutes: u64,
    /// Days after which a medium in a drive is flagged.
    pub in_device_days: u64,
    /// Whether a new label needs a second person.
    pub relabel_witness: bool,
    /// Minutes within which the actor may take a step back.
    pub void_window_minutes: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            allowance_hours: 24,
            audit_interval_days: 180,
            caps_lock: CapsLock::Upcase,
            check_in_witness: false,
            clock_jump_days: 14,
            eject_grace_hours: 4,
            idle_lock_minutes: 15,
            in_device_days: 30,
            relabel_witness: true,
            void_window_minutes: 10,
        }
    }
}

/// A number in the policy: what it may be, and where it stands.
type Number = (u64, u64, fn(&mut Policy) -> &mut u64);
/// A yes or no in the policy.
type Switch = fn(&mut Policy) -> &mut bool;

enum Slot {
    Number(Number),
    Switch(Switch),
    CapsLock,
}

impl Policy {
    /// The names of all values, sorted as they stand in the first event.
    pub const NAMES: [&str; 10] = [
        "allowance_hours",
        "audit_interval_days",
        "caps_lock",
        "check_in_witness",
        "clock_jump_days",
        "eject_grace_hours",
        "idle_lock_minutes",
        "in_device_days",
        "relabel_witness",
        "void_window_minutes",
    ];

    fn slot(name: &str) -> Option<Slot> {
        Some(match name {
            "allowance_hours" => Slot::Number((1, 8784, |p| &mut p.allowance_hours)),
            "audit_interval_days" => Slot::Number((1, 3660, |p| &mut p.audit_interval_days)),
            "caps_lock" => Slot::CapsLock,
            "check_in_witness" => Slot::Switch(|p| &mut p.check_in_witness),
            "clock_jump_days" => Slot::Number((1, 366, |p| &mut p.clock_jump_days)),
            "eject_grace_hours" => Slot::Number((1, 168, |p| &mut p.eject_grace_hours)),
            "idle_lock_minutes" => Slot::Number((0, 1440, |p| &mut p.idle_lock_minutes)),
            "in_device_days" => Slot::Number((1, 3660, |p| &mut p.in_device_days)),
            "relabel_witness" => Slot::Switch(|p| &mut p.relabel_witness),
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
        ] {
            assert_eq!(policy.with(name, value), None, "{name}={value}");
        }
        assert_eq!(policy.with("eject_grace_hours", "8").map(|p| p.eject_grace_hours), Some(8));
    }
}

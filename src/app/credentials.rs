//! Signing on: a badge and its PIN become a person who may act. Nothing else makes one, so that no face of the
//! program can let somebody act whose PIN was not asked.
//!
//! A PIN is hashed with Argon2id; the hash in PHC form, with its salt and parameters, lies in `kept`, and the
//! log holds its identity, so that a hash that was exchanged is found at the next sign-on and by `verify`. A
//! person who has no PIN signs on without one, and the rules let them do nothing.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::decide::{Action, Context, decide};
use crate::domain::event::{Data, How};
use crate::domain::names::{Badge, Kept, Station};
use crate::domain::person::{Person, WRONG_PINS};
use crate::domain::refusal::Refusal;
use crate::domain::world::World as _;
use crate::ledger::entry::kept_id;
use crate::store::{StoreError, Txn};

use super::session::{Error, Keepsake, Session};
use super::who::Who;

/// The fewest and the most digits of a PIN.
pub const DIGITS: (usize, usize) = (4, 12);

/// A PIN: digits only, so that a keypad is enough. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// A PIN of 4 to 12 digits, also as a Japanese keyboard types them; none for anything else.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let digits: String = text.trim().nfkc().collect();
        let fits =
            (DIGITS.0..=DIGITS.1).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        fits.then_some(Self(digits))
    }
}

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin")
    }
}

/// What a hash costs: memory in KiB, and passes over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
}

impl Default for Cost {
    /// 19 MiB and two passes: the least that OWASP's Password Storage Cheat Sheet asks of Argon2id.
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2 }
    }
}

/// A badge, and the PIN that was given for it.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The badge.
    pub badge: &'a Badge,
    /// The PIN, if one was given.
    pub pin: Option<&'a Pin>,
}

/// A badge whose PIN was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed(Badge);

impl Signed {
    /// The badge.
    #[must_use]
    pub const fn badge(&self) -> &Badge {
        &self.0
    }
}

fn argon2(cost: Cost) -> Option<Argon2<'static>> {
    let params = Params::new(cost.memory, cost.passes, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Session {
    /// Signs a person on. A badge that nobody has is taken as it is: the rules refuse it by name, and record
    /// the attempt.
    ///
    /// # Errors
    /// A refusal when the PIN is missing or wrong, which is recorded, or when the person is locked.
    pub fn sign_on(&self, claim: Claim<'_>, station: &Station) -> Result<Signed, Error> {
        let badge = claim.badge;
        let signed = || Signed(badge.clone());
        let now = self.look(|view| Ok::<_, Error>(self.believed(view)))?;
        let stored = self.look(|view| {
            let Some(person) = view.person_by_badge(badge)? else { return Ok(None) };
            let Some(id) = person.pin else { return Ok(None) };
            Ok::<_, Error>(Some((view.kept_row(id)?, id, person)))
        });
        let stored = match stored {
            // A broken projection must not stand in the way of its rebuild, which judges by the log.
            Err(Error::Trouble(StoreError::Projection { .. })) => None,
            other => other?,
        };
        let Some((row, id, person)) = stored else { return Ok(signed()) };
        let badge = badge.clone();
        let Some(pin) = claim.pin else { return Err(Refusal::PinMissing { badge }.into()) };
        if let Some(until) = person.locked_at(now) {
            return Err(Refusal::PinLocked { badge, until }.into());
        }
        if row.is_none() {
            return Err(Refusal::PinLost { badge }.into());
        }
        let hash = row.filter(|(salt, hash)| kept_id(salt, hash) == id).map(|(_, hash)| hash);
        let Some(hash) = hash else { return Err(Refusal::PinAltered { badge }.into()) };
        let Ok(parsed) = PasswordHash::new(&hash) else { return Err(Refusal::PinAltered { badge }.into()) };
        // The parameters come from the hash itself.
        if Argon2::default().verify_password(pin.0.as_bytes(), &parsed).is_ok() {
            if person.wrong_pins > 0 {
                let on = Data::SignedOn { badge: badge.clone() };
                self.about_pin(Some(&badge), on, station)?;
            }
            return Ok(signed());
        }
        self.about_pin(None, Data::PinRefused { badge: badge.clone() }, station)?;
        let after: Option<Person> = self.look(|view| Ok::<_, Error>(view.person_by_badge(&badge)?))?;
        let (wrong, locked) = after.map_or((0, None), |person| (person.wrong_pins, person.locked_at(now)));
        Err(Refusal::PinWrong { badge, left: WRONG_PINS.saturating_sub(wrong), locked }.into())
    }

    /// Signs on who acts, and the second person if there is one.
    ///
    /// # Errors
    /// As [`Self::sign_on`].
    pub fn who(&self, by: Claim<'_>, with: Option<Claim<'_>>, station: Station) -> Result<Who, Error> {
        let by = self.sign_on(by, &station)?;
        let with = with.map(|with| self.sign_on(with, &station)).transpose()?;
        Ok(Who::new(by, with, station))
    }

    /// Whether the hash of a person's PIN is not there, as in a ledger that was made anew without it.
    pub(super) fn has_lost_pin(&self, badge: &Badge) -> Result<bool, Error> {
        self.look(|view| {
            let Some(id) = view.person_by_badge(badge)?.and_then(|person| person.pin) else {
                return Ok(false);
            };
            Ok(view.kept_row(id)?.is_none())
        })
    }

    /// Signs a person on who has lost their PIN with the ledger, which whoever holds its key makes anew now; they have the
    /// new one then. None if it is there, and is to be asked.
    pub(super) fn regain(&self, badge: &Badge, pin: &Pin) -> Result<Option<(Signed, Hashed)>, Error> {
        if !self.has_lost_pin(badge)? {
            return Ok(None);
        }
        Ok(Some((Signed(badge.clone()), self.hashed(pin)?)))
    }

    fn about_pin(&self, by: Option<&Badge>, data: Data, station: &Station) -> Result<u64, Error> {
        self.store.write(|txn| {
            // A clock that is not believed is no reason to count no wrong PINs, nor to keep those out who would confirm it.
            let at = self.believed(txn.view()).max(txn.view().clock().last.unwrap_or_default());
            let context = Context {
                seq: txn.next(),
                at,
                occurred: None,
                by: by.cloned(),
                with: None,
                station: station.clone(),
                how: How::Typed,
            };
            let decision = decide(txn.view(), Action::Plain(data), &context)?;
            Ok(txn.append(&decision)?.seq)
        })
    }

    /// Sets a person's PIN.
    ///
    /// # Errors
    /// When it is refused, or cannot be written.
    pub fn set_pin(&self, who: &Who, badge: &Badge, pin: &Pin) -> Result<u64, Error> {
        let hashed = self.hashed(pin)?;
        self.store.write(|txn| {
            let context = self.context(txn, who, How::Typed, None)?;
            let data = Data::CredentialSet { badge: badge.clone(), pin: hashed.id() };
            let decision = decide(txn.view(), Action::Plain(data), &context)?;
            let seq = txn.append(&decision)?.seq;
            hashed.keep(txn)?;
            Ok(seq)
        })
    }

    /// The hash of a PIN, ready to be kept.
    pub(super) fn hashed(&self, pin: &Pin) -> Result<Hashed, Error> {
        let mut salt = [0; 16];
        self.fill(&mut salt)?;
        let hash = argon2(self.outside.cost)
            .and_then(|argon2| argon2.hash_password_with_salt(pin.0.as_bytes(), &salt).ok())
            .ok_or(Error::NoRandomness)?;
        let text = hash.to_string();
        Ok(Hashed { keepsake: self.keepsake(&text)?, text })
    }
}

/// The hash of a PIN, its identity and its salt in `kept`.
pub(super) struct Hashed {
    keepsake: Keepsake,
    text: String,
}

impl Hashed {
    pub(super) const fn id(&self) -> Kept {
        self.keepsake.0
    }

    pub(super) fn keep(&self, txn: &Txn<'_>) -> Result<(), Error> {
        let (id, salt) = &self.keepsake;
        Ok(txn.keep(*id, salt, &self.text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_twelve_digits_on_whatever_keyboard() {
        for good in ["1234", "０１２３４５", " 0000 ", "123456789012"] {
            assert!(Pin::new(good).is_some(), "{good}");
        }
        for bad in ["", "123", "1234567890123", "12a4", "12 34", "一二三四", "-1234"] {
            assert!(Pin::new(bad).is_none(), "{bad}");
        }
        assert_eq!(Pin::new("１２３４"), Pin::new("1234"));
        assert_eq!(format!("{:?}", Pin::new("1234")), "Some(Pin)");
    }
}

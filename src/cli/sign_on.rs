//! Who acts, and the PINs that show it: from the environment, or asked for on the terminal.

use super::args::Global;
use super::exit::Failure;
use super::ui::Ui;
use crate::app::{Claim, DIGITS, Error, Maker, Pin, Renewing, Session, Signed, Trouble, Who};
use crate::domain::names::{Badge, PlaceId, Station};
use crate::domain::refusal::Refusal;
use crate::i18n::{Keeping, Text};

/// The variables with the PIN of who acts, and of the people named by `--with` and `--to`.
const BY: &[&str] = &["KURABAN_PIN"];
const WITH: &[&str] = &["KURABAN_WITH_PIN"];
const TO: &[&str] = &["KURABAN_TO_PIN", "KURABAN_WITH_PIN"];

impl Ui<'_> {
    /// Opens the ledger and signs on who acts: `--by`, else `KURABAN_BADGE`; and the second person.
    pub(super) fn acting(&mut self, global: &Global, with: Option<&str>) -> Result<(Session, Who), Failure> {
        self.actor(global)?;
        let mut session = self.opened(global)?;
        let behind = session.clock_behind()?;
        self.late(behind)?;
        let who = self.signing_on(global, &mut session, with)?;
        Ok((session, who))
    }

    /// Signs on who acts, and the second person; a key that is sealed is opened first, for signing on may write.
    pub(super) fn signing_on(
        &mut self,
        global: &Global,
        session: &mut Session,
        with: Option<&str>,
    ) -> Result<Who, Failure> {
        let by = self.actor(global)?;
        let with = with.map(|badge| self.badge(badge)).transpose()?;
        let station = self.station(global)?;
        self.unlock(session)?;
        let by = self.sign_on(session, &by, &station, BY)?;
        let with = with.map(|with| self.sign_on(session, &with, &station, WITH)).transpose()?;
        Ok(Who::new(by, with, station))
    }

    /// Who makes a ledger anew, and the second person: the key is opened and what is there signed with it, then they sign on;
    /// or choose a new PIN, where theirs was lost.
    pub(super) fn makers(
        &mut self,
        global: &Global,
        with: Option<&str>,
        renewing: &mut Renewing,
    ) -> Result<(Maker, Option<Maker>), Failure> {
        let (by, station) = (self.actor(global)?, self.station(global)?);
        let with = with.map(|badge| self.badge(badge)).transpose()?;
        self.unlock(&mut renewing.session)?;
        renewing.sign()?;
        let by = self.maker(renewing, &by, &station, BY)?;
        let with = with.map(|with| self.maker(renewing, &with, &station, WITH)).transpose()?;
        Ok((by, with))
    }

    fn maker(
        &mut self,
        renewing: &Renewing,
        badge: &Badge,
        station: &Station,
        vars: &[&str],
    ) -> Result<Maker, Failure> {
        if renewing.has_lost_pin(badge)? {
            let Some(pin) = self.new_pin(badge)? else {
                return Err(Failure::Usage(self.voice.text(&Text::NoNewPin)));
            };
            if let Some(maker) = renewing.regain(badge, &pin)? {
                return Ok(maker);
            }
        }
        Ok(self.sign_on(renewing.scratch()?, badge, station, vars)?.into())
    }

    /// Opens the ledger, and the secret key if it is sealed.
    pub(super) fn unlocked(&mut self, global: &Global) -> Result<Session, Failure> {
        let mut session = self.session(global)?;
        self.unlock(&mut session)?;
        Ok(session)
    }

    /// Lets every session from now on have the passphrase that this one was opened with.
    pub(super) fn keep_passphrase(&mut self, session: &Session) {
        self.env.outside.beside.keyring.passphrase = session.passphrase().map(str::to_owned);
    }

    /// Opens the secret key if it is sealed and can be asked for; else that is told when it is needed.
    fn unlock(&mut self, session: &mut Session) -> Result<(), Failure> {
        if !session.is_sealed() {
            return Ok(());
        }
        let file = session.key_file().display().to_string();
        let prompt = self.voice.text(&Text::Keeping(Keeping::AskPassphrase { file: &file }));
        for last in [false, false, true] {
            let Some(passphrase) = self.ask(&prompt) else { return Ok(()) };
            match session.unlock(&passphrase) {
                Err(Error::Trouble(trouble @ Trouble::KeyPassphrase(_))) if !last => {
                    let sentence = self.voice.trouble(&trouble);
                    self.problem(&sentence)?;
                }
                done => return Ok(done?),
            }
        }
        Ok(())
    }

    /// A new passphrase for the key: from `KURABAN_NEW_KEY_PASSPHRASE`, else asked for twice.
    pub(super) fn new_passphrase(&mut self) -> Result<String, Failure> {
        if let Some(text) = self.var("KURABAN_NEW_KEY_PASSPHRASE") {
            return Ok(text.to_owned());
        }
        let failure = |ui: &Self, keeping| Failure::Usage(ui.voice.text(&Text::Keeping(keeping)));
        let prompt = self.voice.text(&Text::Keeping(Keeping::AskNewPassphrase));
        let first = self.ask(&prompt).filter(|text| !text.is_empty());
        let Some(first) = first else { return Err(failure(self, Keeping::NoPassphrase)) };
        let prompt = self.voice.text(&Text::Keeping(Keeping::AskPassphraseAgain));
        if self.ask(&prompt).as_ref() == Some(&first) {
            Ok(first)
        } else {
            Err(failure(self, Keeping::PassphrasesDiffer))
        }
    }

    /// Opens the ledger and signs on who acts and whom `--to` names, who confirms it.
    pub(super) fn acting_to(&mut self, global: &Global, to: &str) -> Result<(Session, Who), Failure> {
        let (session, who) = self.acting(global, None)?;
        let to = self.recipient(global, &session, to)?;
        Ok((session, who.with(to)))
    }

    /// Who reads, where that matters: while a place is being counted, its lists are for people who do not count.
    /// Otherwise reading needs no badge and no PIN.
    pub(super) fn reader(
        &mut self,
        global: &Global,
        session: &Session,
        at: Option<PlaceId>,
    ) -> Result<Option<Signed>, Failure> {
        let named = global.by.is_some() || self.var("KURABAN_BADGE").is_some();
        if !named || session.may_list(None, at).is_ok() {
            return Ok(None);
        }
        let (badge, station) = (self.actor(global)?, self.station(global)?);
        self.sign_on(session, &badge, &station, BY).map(Some)
    }

    /// The badge of who acts.
    pub(super) fn actor(&self, global: &Global) -> Result<Badge, Failure> {
        let by = global.by.as_deref().or_else(|| self.var("KURABAN_BADGE"));
        let Some(by) = by else {
            return Err(Failure::Usage(self.voice.text(&Text::NoActor)));
        };
        self.badge(by)
    }

    /// Signs on who takes what is handed over.
    pub(super) fn recipient(
        &mut self,
        global: &Global,
        session: &Session,
        badge: &str,
    ) -> Result<Signed, Failure> {
        let (badge, station) = (self.badge(badge)?, self.station(global)?);
        self.sign_on(session, &badge, &station, TO)
    }

    /// Signs one person on; where a PIN is needed and none is in the environment, it is asked for.
    fn sign_on(
        &mut self,
        session: &Session,
        badge: &Badge,
        station: &Station,
        vars: &[&str],
    ) -> Result<Signed, Failure> {
        let given = vars.iter().find_map(|name| self.var(name)).map(str::to_owned);
        let pin = given.map(|text| self.pin(&text)).transpose()?;
        match session.sign_on(Claim { badge, pin: pin.as_ref() }, station) {
            Err(Error::Refused(refusal)) if matches!(*refusal, Refusal::PinMissing { .. }) => {
                let prompt = self.voice.text(&Text::AskPin { badge: badge.as_str() });
                let Some(text) = self.ask(&prompt) else { return Err(Failure::Refused(refusal)) };
                let pin = self.pin(&text)?;
                Ok(session.sign_on(Claim { badge, pin: Some(&pin) }, station)?)
            }
            signed => Ok(signed?),
        }
    }

    /// A new PIN for a badge: from `KURABAN_NEW_PIN`, else asked for twice. None where nobody can be asked.
    pub(super) fn new_pin(&mut self, badge: &Badge) -> Result<Option<Pin>, Failure> {
        if let Some(text) = self.var("KURABAN_NEW_PIN").map(str::to_owned) {
            return self.pin(&text).map(Some);
        }
        let badge = badge.as_str();
        let prompt = self.voice.text(&Text::AskNewPin { badge });
        let Some(first) = self.ask(&prompt) else { return Ok(None) };
        let pin = self.pin(&first)?;
        let prompt = self.voice.text(&Text::AskPinAgain { badge });
        let again = self.ask(&prompt).unwrap_or_default();
        if Pin::new(&again).as_ref() != Some(&pin) {
            return Err(Failure::Usage(self.voice.text(&Text::PinsDiffer)));
        }
        Ok(Some(pin))
    }

    fn pin(&self, text: &str) -> Result<Pin, Failure> {
        let (least, most) = DIGITS;
        Pin::new(text).ok_or_else(|| Failure::Usage(self.voice.text(&Text::BadPin { least, most })))
    }

    /// Asks on the terminal; nothing where there is none.
    pub(super) fn ask(&mut self, prompt: &str) -> Option<String> {
        let ask = self.env.ask.as_mut()?;
        ask(prompt).ok()
    }
}

//! Refusals: what the record holds, since when, by whom, and the next step that is legal.

use super::holding::{cannot, holds, named, need, next, same_person};
use super::text::counted;
use super::trouble::label_error;
use crate::domain::names::Org;
use crate::domain::refusal::Refusal;
use crate::domain::time::DAY;
use crate::i18n::{Sentence, Voice};

/// What is added where the reading of a label that names nothing was recorded.
pub(in crate::i18n) const ON_RECORD: &str = " The reading is on record.";

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(voice: &Voice, refusal: &Refusal) -> Sentence {
    match refusal {
        Refusal::Unreadable { shown, length, error } => Sentence::new(
            format!("“{shown}” ({length} characters) is not a barcode: {}.", label_error(*error)),
            "Scan the label again, or type what is printed under the bars.",
        ),
        Refusal::UnknownBarcode { label } => Sentence::new(
            format!("No medium has the barcode {label}."),
            "Compare it with the label. If the medium is new: kuraban media add.",
        ),
        Refusal::Ambiguous { label, candidates } => {
            let which: Vec<String> = candidates
                .iter()
                .map(|c| match &c.serial {
                    Some(serial) => format!("{} (serial:{serial})", c.barcode),
                    None => c.barcode.to_string(),
                })
                .collect();
            Sentence::new(
                format!("{label} may be any of: {}.", which.join(", ")),
                "Name the whole barcode, or the serial number printed on the cartridge as serial:NUMBER.",
            )
        }
        Refusal::OldBarcode { old, new } => Sentence::new(
            format!("{old} is an old barcode of {new}; it was replaced and is never used again."),
            format!(
                "If the cartridge before you really carries {old}, put it aside and tell an approver; its label should read {new}."
            ),
        ),
        Refusal::BarcodeTaken { barcode, holding } => Sentence::new(
            format!("The barcode {barcode} is already known: {}.", holds(voice, holding)),
            next(holding),
        ),
        Refusal::SerialTaken { serial, barcode } => Sentence::new(
            format!("The serial number {serial} belongs to {barcode}."),
            format!("Compare the cartridge with it: kuraban media show {barcode}."),
        ),
        Refusal::WrongState { action, holding } => Sentence::new(
            format!("{} {}: {}.", holding.barcode, cannot(*action), holds(voice, holding)),
            next(holding),
        ),
        Refusal::NotCustodian { action, holding } => Sentence::new(
            format!("{} {} by you: {}.", holding.barcode, cannot(*action), holds(voice, holding)),
            format!(
                "Its custodian hands it over to you first: kuraban hand-over --to BADGE {}.",
                holding.barcode
            ),
        ),
        Refusal::AlreadySo { holding, .. } => {
            Sentence::new(format!("Nothing to record: {}.", holds(voice, holding)), next(holding))
        }
        Refusal::OtherDevice { holding } => {
            Sentence::new(format!("It is in another device: {}.", holds(voice, holding)), next(holding))
        }
        Refusal::OtherVault { to, holding } => Sentence::new(
            format!("{to} is in another vault: {}.", holds(voice, holding)),
            format!(
                "Between vaults a medium goes through somebody's hands: kuraban check-out {0}, then kuraban check-in --to {to} {0}.",
                holding.barcode
            ),
        ),
        Refusal::NotLost { holding } => Sentence::new(
            format!("Nothing contradicts the record: {}.", holds(voice, holding)),
            format!(
                "To record that you saw it there: kuraban sight --at PLACE {}. {}",
                holding.barcode,
                next(holding)
            ),
        ),
        Refusal::NothingToVoid { holding } => Sentence::new(
            format!(
                "The last entry of {} is no step that can be taken back: {}.",
                holding.barcode,
                holds(voice, holding)
            ),
            format!(
                "If the record is wrong: kuraban correct {} --to-state STATE --why TEXT --with BADGE.",
                holding.barcode
            ),
        ),
        Refusal::VoidByOther { kind, by } => Sentence::new(
            format!("The {} was recorded by {by}, and only {by} may take it back.", voice.kind(*kind)),
            "If the record is wrong: kuraban correct, with a second person.",
        ),
        Refusal::VoidTooLate { kind, at, minutes } => Sentence::new(
            format!(
                "The {} of {} can be taken back for {minutes} minutes only.",
                voice.kind(*kind),
                voice.time(*at)
            ),
            "If the record is wrong: kuraban correct, with a second person.",
        ),
        Refusal::PlaceFull { code, capacity, one } => {
            let one = one.as_ref().map_or_else(String::new, |one| format!("; {one} stands there"));
            Sentence::new(
                format!("{code} holds {capacity} at most and is full{one}."),
                format!(
                    "Choose another place. If it is physically empty, look for what should be there: kuraban media list --at {code}."
                ),
            )
        }
        Refusal::WitnessMissing { action } => Sentence::new(
            format!("A second person is needed for this {}.", voice.kind(*action)),
            "Name them: --with BADGE.",
        ),
        Refusal::SamePerson { row, badge } => same_person(*row, badge.as_str()),
        Refusal::OtherOrganisation { from, to } => {
            let name =
                |org: &Option<Org>| org.as_ref().map_or_else(|| "this site".to_owned(), Org::to_string);
            Sentence::new(
                format!("A hand-over from {} to {} needs an approver beside the two.", name(from), name(to)),
                "Name the approver: --with BADGE. Who has the role: kuraban person list.",
            )
        }
        Refusal::NothingToRatify { barcode } => Sentence::new(
            format!("{barcode} was not taken out without an order, or that is ratified already."),
            format!("Its history: kuraban media show {barcode}."),
        ),
        Refusal::LegalHold { barcode } => Sentence::new(
            format!("{barcode} is under legal hold and must be kept."),
            format!("When the hold ends: kuraban media describe --legal-hold no {barcode}."),
        ),
        Refusal::ApproverMissing { action } => Sentence::new(
            format!("One of the two must be an approver for this {}.", voice.kind(*action)),
            "Name an approver: --with BADGE. Who has the role: kuraban person list.",
        ),
        Refusal::HandOverToSelf { badge } => Sentence::new(
            format!("{badge} already has it in hand."),
            "Name the person who takes it: --to BADGE.",
        ),
        Refusal::Audit(refusal) => super::audits::refusal(voice, refusal),
        Refusal::Order(refusal) => super::orders::refusal(voice, refusal),
        Refusal::DueInPast { due, now } => Sentence::new(
            format!("The due time {} is not after {}.", voice.time(*due), voice.time(*now)),
            "Give a time in the future: --until +4h, --until 17:00, or RFC 3339.",
        ),
        Refusal::OccurredAhead { occurred, now } => Sentence::new(
            format!(
                "The reading is dated {}, which is later than {}.",
                voice.time(*occurred),
                voice.time(*now)
            ),
            "Set the scanner's clock, and scan again without a time.",
        ),
        Refusal::UnknownPlace { code } => Sentence::new(
            format!("No place has the code {code}."),
            "Known places: kuraban place list. A new one: kuraban place add.",
        ),
        Refusal::RetiredPlace { code } => Sentence::new(
            format!("{code} is retired and takes media no more."),
            "Places in use: kuraban place list.",
        ),
        Refusal::WrongPlace { code, kind, need: wanted } => Sentence::new(
            format!("{code} is a {kind}; this needs {}.", need(*wanted)),
            "Known places and their kinds: kuraban place list.",
        ),
        Refusal::CodeTaken { code, kind } => Sentence::new(
            format!("{code} is already the code of a {kind}."),
            "A code is never used twice: choose another.",
        ),
        Refusal::WrongParent { kind, parent, parent_kind } => Sentence::new(
            format!("A {kind} cannot stand in {parent}, which is a {parent_kind}."),
            "A vault stands in the site, shelves and slots in a vault or shelf, devices and desks in the site or a vault.",
        ),
        Refusal::BadCapacity { kind } => Sentence::new(
            format!("A {kind} cannot have that capacity."),
            "A slot and a drive hold one; a vault, shelf or library any number from 1; a desk has none.",
        ),
        Refusal::NotResident { kind } => {
            Sentence::new(format!("Media do not live in a {kind}."), "Only a library can be --resident.")
        }
        Refusal::OneSite => Sentence::plain("A ledger has one site, opened with it and never retired."),
        Refusal::PlaceInUse { code, media, places, some } => Sentence::new(
            format!(
                "{code} still holds {media} media and {}{}.",
                counted(*places, "place"),
                named(some, *media)
            ),
            format!("See what is there: kuraban media list --at {code}."),
        ),
        Refusal::NoActor { .. } => {
            Sentence::new("Nobody said who acts.", "Name yourself: --by BADGE, or KURABAN_BADGE.")
        }
        Refusal::UnknownPerson { badge } => Sentence::new(
            format!("Nobody has the badge {badge}."),
            "Known people: kuraban person list. A new one: kuraban person add.",
        ),
        Refusal::SuspendedPerson { badge } => {
            Sentence::new(format!("{badge} is suspended and may act no more."), "Ask an administrator.")
        }
        Refusal::NoPin { badge } => Sentence::new(
            format!("{badge} has no PIN yet, and nothing is recorded for who cannot show who they are."),
            format!("An administrator sets the first one: kuraban person pin {badge}."),
        ),
        Refusal::BadgeEnded { badge, until } => Sentence::new(
            format!("The temporary badge {badge} ended on {}.", voice.time(*until)),
            "An approver can issue it anew: kuraban person temporary BADGE NAME.",
        ),
        Refusal::ShiftTooLong { hours } => Sentence::new(
            format!("A temporary badge holds for one shift, {hours} hours at most."),
            "Give an earlier end, or let an administrator enrol the person: kuraban person add.",
        ),
        Refusal::TemporaryRoles { badge } => Sentence::new(
            format!("{badge} is a temporary badge, and who carries it is an operator and nothing else."),
            "An administrator enrols the person with a badge of their own: kuraban person add.",
        ),
        Refusal::PinMissing { badge } => Sentence::new(
            format!("{badge} has a PIN, and it was not given. Nothing was recorded."),
            "Give it on the terminal, or in KURABAN_PIN (the second person's: KURABAN_WITH_PIN; that of --to: KURABAN_TO_PIN).",
        ),
        Refusal::PinWrong { badge, left, locked: None } => Sentence::new(
            format!("Wrong PIN for {badge}. It is on record; {left} more lock this badge."),
            "Try again; an administrator can set a new one: kuraban person pin BADGE.",
        ),
        Refusal::PinWrong { badge, locked: Some(until), .. } | Refusal::PinLocked { badge, until } => {
            Sentence::new(
                format!("No PIN is taken for {badge} until {}: too many were wrong.", voice.time(*until)),
                "Wait, or let an administrator set a new one: kuraban person pin BADGE.",
            )
        }
        Refusal::PinAltered { badge } => Sentence::new(
            format!("The stored PIN of {badge} is not the one that the log tells of: it was exchanged."),
            "Do not go on. Run kuraban verify, and call whoever answers for the ledger.",
        ),
        Refusal::PinLost { badge } => Sentence::new(
            format!("The stored PIN of {badge}, of which the log tells, is not there."),
            "If the ledger was made anew and kuraban verify finds no other fault, an administrator sets another: kuraban person pin BADGE. Else call whoever answers for the ledger.",
        ),
        Refusal::PinOfOther { badge } => Sentence::new(
            format!("Only {badge} and an administrator may set the PIN of {badge}."),
            "Ask an administrator.",
        ),
        Refusal::RoleMissing { badge, action, needs } => {
            let needs: Vec<&str> = needs.iter().map(|role| voice.role(*role)).collect();
            Sentence::new(
                format!(
                    "{badge} may not record this {}: it needs the role {}.",
                    voice.kind(*action),
                    needs.join(" or ")
                ),
                "Ask somebody who has it: kuraban person list.",
            )
        }
        Refusal::BadgeTaken { badge } => Sentence::new(
            format!("The badge {badge} is already in use."),
            "Known people: kuraban person list.",
        ),
        Refusal::NoRoles { badge } => Sentence::new(
            format!("{badge} needs at least one role."),
            "Give them: --role admin,operator,approver,auditor.",
        ),
        Refusal::LastAdmin { badge } => Sentence::new(
            format!("{badge} is the last administrator."),
            "Give somebody else the role first: kuraban person roles BADGE admin.",
        ),
        Refusal::PeriodReversed => Sentence::plain("The period ends before it begins."),
        Refusal::NoSuchPolicy => {
            Sentence::new("There is no such policy.", "All of them: kuraban policy list.")
        }
        Refusal::BadPolicy { name, allowed: Some(allowed) } => {
            Sentence::plain(format!("{name} can be {allowed}, in its shortest form."))
        }
        Refusal::BadPolicy { name, allowed: None } => {
            Sentence::new(format!("There is no policy {name}."), "All of them: kuraban policy list.")
        }
        Refusal::ClockAhead { last, now, days } => Sentence::new(
            format!(
                "The clock says {}, {} days after the last entry of {}; more than {days} days are not believed unasked.",
                voice.time(*now),
                now.since(*last) / DAY,
                voice.time(*last)
            ),
            "Nothing was recorded. Look at the clock: if it is wrong, set it right and try again. If it is right, two people say so: kuraban clock confirm --with BADGE; where a ledger is restored: restore FILE --with BADGE. No entry can be dated before that again.",
        ),
        Refusal::ClockBehind { last, now } => Sentence::plain(format!(
            "The entry would be dated {}, before the last one of {}.",
            voice.time(*now),
            voice.time(*last)
        )),
        Refusal::NoChange => Sentence::plain("Nothing would change; the record already says so."),
        Refusal::Inconsistent { key } => {
            Sentence::plain(format!("The entry's “{key}” does not agree with the record at that point."))
        }
    }
}

//! What is said about stocktakes.

use crate::app::Passage;
use crate::domain::audit::{AuditState, Class};
use crate::domain::event::{How, LabelTrouble};
use crate::domain::refusal::AuditRefusal;
use crate::i18n::{Audits, Sentence, Voice};

const fn state(state: AuditState) -> &'static str {
    match state {
        AuditState::Drawn => "drawn, and waits for the auditor's number",
        AuditState::Open => "being counted",
        AuditState::Certified => "certified",
        AuditState::Refused => "refused",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn refusal(voice: &Voice, refusal: &AuditRefusal) -> Sentence {
    match refusal {
        AuditRefusal::Unknown { audit } => {
            Sentence::new(format!("There is no stocktake {audit}."), "List them: kuraban audit list.")
        }
        AuditRefusal::NotOpen { audit, state: now, closed } => {
            let when = closed.map_or_else(String::new, |at| format!(" since {}", voice.time(at)));
            let next = if *now == AuditState::Drawn {
                format!("Tell the number: kuraban audit open --draw {audit} --number NUMBER.")
            } else {
                "Open another: kuraban audit open.".to_owned()
            };
            Sentence::new(
                format!("Stocktake {audit} is {}{when}; nothing is counted in it.", state(*now)),
                next,
            )
        }
        AuditRefusal::Overlaps { audit, place } => {
            let what = place.as_ref().map_or_else(|| "the whole site".to_owned(), ToString::to_string);
            Sentence::new(
                format!("Stocktake {audit} is counting {what}; two of the same places cannot run at once."),
                format!("Close it first: kuraban audit close {audit} --with BADGE."),
            )
        }
        AuditRefusal::NothingThere { place } => {
            let what = place.as_ref().map_or_else(|| "the whole site".to_owned(), ToString::to_string);
            Sentence::new(
                format!("By the record there is no medium in {what}."),
                "Look what stands where: kuraban place list.",
            )
        }
        AuditRefusal::Outside { audit, scope, place } => Sentence::new(
            format!("{place} does not stand in {scope}, which stocktake {audit} counts."),
            format!("Scan a place in {scope}. To record what you see here: kuraban sight --at {place}."),
        ),
        AuditRefusal::NoPlace { audit } => Sentence::new(
            format!("No place was read before the medium, so stocktake {audit} cannot count it."),
            "Scan the label of the shelf or slot first, then what stands in it; or name it: --at PLACE.",
        ),
        AuditRefusal::Before { audit, opened, read } => Sentence::new(
            format!(
                "It was read at {}, before stocktake {audit} was opened at {}.",
                voice.time(*read),
                voice.time(*opened)
            ),
            "Read the label again.",
        ),
        AuditRefusal::NotDrawn { audit } => Sentence::new(
            format!("No sample of number {audit} waits for a number."),
            "Draw one: kuraban audit open --sample PERCENT.",
        ),
        AuditRefusal::BadPercent { percent } => {
            Sentence::new(format!("A sample of {percent} % cannot be drawn."), "Name a share from 1 to 100.")
        }
        AuditRefusal::Recounted { audit } => Sentence::new(
            format!("The second count of stocktake {audit} has been begun already."),
            format!("Go on with it: kuraban audit scan {audit} BARCODE…"),
        ),
        AuditRefusal::FirstCounter { audit, badge } => Sentence::new(
            format!(
                "{badge} has counted in the first count of stocktake {audit}; the second is taken by others."
            ),
            "Another counter reads the label: --by BADGE.",
        ),
        AuditRefusal::NotCounted { audit } => Sentence::new(
            format!("Nothing was counted in stocktake {audit} yet."),
            format!("Count first: kuraban audit scan {audit} PLACE BARCODE…"),
        ),
        AuditRefusal::NoLibrary { place, kind } => Sentence::new(
            format!(
                "{place} is a {}; an inventory comes from a library or a drive.",
                voice.place_kind(*kind)
            ),
            "Name the device: --at DEVICE.",
        ),
        AuditRefusal::NoVault { place, kind } => Sentence::new(
            format!(
                "{place} is a {}; only vaults have a day by which they are audited.",
                voice.place_kind(*kind)
            ),
            "Name the vault.",
        ),
        AuditRefusal::Blind { audit, badge: Some(badge) } => Sentence::new(
            format!("{badge} counts in stocktake {audit}, and is given no list of what it expects."),
            "Go on counting. Who does not count may look: --by BADGE.",
        ),
        AuditRefusal::Blind { audit, badge: None } => Sentence::new(
            format!(
                "Stocktake {audit} is being counted blind: lists of its places are for people who do not count."
            ),
            "Say who looks: --by BADGE.",
        ),
    }
}

/// The class in words.
const fn class(class: Class) -> &'static str {
    match class {
        Class::Present => "present",
        Class::Outside => "outside under a valid order",
        Class::Moved => "moved during the stocktake",
        Class::KnownMissing => "missing since before (exception)",
        Class::Elsewhere => "read elsewhere",
        Class::TwoPlaces => "label read at two places",
        Class::FoundAgain => "read, but recorded missing or destroyed",
        Class::NoOrder => "outside without a valid order",
        Class::Unproven => "not proven by a reading",
        Class::NotFound => "not found",
    }
}

/// A step and where it was taken, if that is told.
fn step(kind: &str, place: &str) -> String {
    if place.is_empty() { kind.to_owned() } else { format!("{kind} {place}") }
}

const fn grade(how: How) -> &'static str {
    match how {
        How::Scanned => "scanned",
        How::Typed => "typed",
        How::Pasted => "pasted",
        How::File => "from a file",
        How::Library => "library inventory",
        How::Seal => "seal",
        How::Sensor => "sensor",
        How::Declared => "declared",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(text: &Audits<'_>) -> String {
    match *text {
        Audits::Opened { audit, scope } => format!(
            "Stocktake {audit} is open: {scope}. Count blind, a place and then what stands in it: kuraban audit scan {audit} PLACE BARCODE…"
        ),
        Audits::Drawn { audit, head, percent } => format!(
            "Draw {audit}: {percent} %, the head is fixed at {head}. Only now the auditor chooses a number."
        ),
        Audits::AskNumber => "The auditor's number: ".into(),
        Audits::DrawWaits { audit } => {
            format!("It goes on with: kuraban audit open --draw {audit} --number NUMBER")
        }
        Audits::BadAudit { value } => format!("“{value}” is not the number of a stocktake."),
        Audits::BadNumber { value } => format!("“{value}” is not a number for a sample: use digits."),
        Audits::NothingToScan => {
            "Name what was read: PLACE BARCODE…, - for standard input, --file FILE or --changer DEVICE."
                .into()
        }
        Audits::PlaceRead { place } => format!("Counting at {place}"),
        Audits::Counted { barcode, place, seq } => format!("{barcode} counted at {place} (entry {seq})"),
        Audits::Already { barcode, place } => format!("{barcode} was counted at {place} already"),
        Audits::ReadIn { counted, already, strays, place } => {
            format!("{place}: {counted} counted, {already} counted before, {strays} labels name no medium")
        }
        Audits::NoTags { bare } => {
            format!(
                "{bare} full elements have no label that the changer can read; they are in no count. Look at them."
            )
        }
        Audits::ChangerFailed { error } => format!("The inventory cannot be had from the changer: {error}"),
        Audits::Recounting { audit, seq } => format!(
            "The second count of stocktake {audit} has begun (entry {seq}). What is in question now needs the reading of another counter."
        ),
        Audits::Certified { audit, seq } => format!("Stocktake {audit} is CERTIFIED (entry {seq})."),
        Audits::Refused { audit, seq, declared, incident } => {
            let incident = incident.map_or_else(String::new, |id| format!(", incident {id} is open"));
            format!("Stocktake {audit} is REFUSED (entry {seq}): {declared} declared missing{incident}.")
        }
        Audits::DueSet { place, due, seq } => format!("{place} must be audited by {due} (entry {seq})"),
        Audits::State(now) => match now {
            AuditState::Drawn => "drawn",
            AuditState::Open => "open",
            AuditState::Certified => "certified",
            AuditState::Refused => "refused",
        }
        .into(),
        Audits::Class(one) => class(one).into(),
        Audits::Corrected => "read elsewhere, the record put right since".into(),
        Audits::Grade(how) => grade(how).into(),
        Audits::Trouble(why) => match why {
            LabelTrouble::Unknown => "unknown label",
            LabelTrouble::Ambiguous => "may be several media",
            LabelTrouble::Unreadable => "foreign or unreadable label",
        }
        .into(),
        Audits::Passage(passage) => match passage {
            Passage::NotThere => "not in the ledger then".into(),
            Passage::OutOfScope => "not among what was counted".into(),
            Passage::NotDrawn => "not drawn by the sample".into(),
            Passage::Open => "being counted".into(),
            Passage::Class(one) => class(one).into(),
        },
        Audits::PassedOver => "passed although it had been read for the last time before".into(),
        Audits::NoPassages => "No stocktake was taken yet.".into(),
        Audits::WholeSite => "the whole site".into(),
        Audits::Title { audit, scope } => format!("Certificate of stocktake {audit}: {scope}"),
        Audits::ResultCertified { expected, exceptions: 0 } => {
            format!("CERTIFIED: each of the {expected} media expected is accounted for.")
        }
        Audits::ResultCertified { expected, exceptions } => format!(
            "CERTIFIED, but for {exceptions} of {expected} media that were missing before it began: see below."
        ),
        Audits::Heading { audit, scope } => format!("Stocktake {audit}: {scope}"),
        Audits::RecountNobody { at } => format!("{at}, but nobody has counted in it"),
        Audits::ResultRefused { unresolved } => format!("REFUSED: {unresolved} unresolved."),
        Audits::StillOpen => "Being counted. What it expects is shown to nobody who counts.".into(),
        Audits::StillDrawn => "Drawn, and never opened.".into(),
        Audits::Scope => "Scope".into(),
        Audits::Sample => "Sample".into(),
        Audits::SampleOf { percent, head, number } => {
            let number = number.map_or_else(|| "none yet".to_owned(), |number| number.to_string());
            format!("{percent} %, seed = SHA-256 of head {head} and number {number}")
        }
        Audits::OpenedAt => "Opened".into(),
        Audits::ClosedAt => "Closed".into(),
        Audits::ClosedWith => "Second person".into(),
        Audits::RecountedAt => "Second count".into(),
        Audits::NoRecount => "none".into(),
        Audits::HeadOpening => "Head at the opening".into(),
        Audits::HeadClosing => "Head at the closing".into(),
        Audits::HeadAt { size, hash } => format!("entry {size}, {hash}"),
        Audits::Incident => "Incident".into(),
        Audits::Expected => "Media expected".into(),
        Audits::Seen => "Media read".into(),
        Audits::Places => "Places".into(),
        Audits::Visited { visited, places } => format!("something was read in {visited} of {places}"),
        Audits::CountersTitle => "Counters".into(),
        Audits::Counter => "Counter".into(),
        Audits::Labels => "Labels".into(),
        Audits::First => "First".into(),
        Audits::Last => "Last".into(),
        Audits::ClassesTitle => "What was found".into(),
        Audits::ClassHead => "Class".into(),
        Audits::Count => "Media".into(),
        Audits::GradesTitle => "By what evidence".into(),
        Audits::GradeHead => "Evidence".into(),
        Audits::Deficits => "Unresolved".into(),
        Audits::Exceptions => "Exceptions, outside and put right".into(),
        Audits::Stood => "Record at the opening".into(),
        Audits::SeenAt => "Read at".into(),
        Audits::CountedBy => "Read by".into(),
        Audits::SettledBy => "Put right by".into(),
        Audits::StraysTitle => "Labels that name no medium".into(),
        Audits::Label => "Label".into(),
        Audits::Why => "Why".into(),
        Audits::Sign { badge } => format!("{badge}, date, signature"),
        Audits::LastAudited => "Last certified".into(),
        Audits::DueBy => "Due".into(),
        Audits::DueState { set, over } => match (set, over) {
            (true, true) => "set apart from the policy, past",
            (true, false) => "set apart from the policy",
            (false, true) => "past",
            (false, false) => "",
        }
        .into(),
        Audits::Lost { from, until } => format!("Window of loss: {from} → {until}"),
        Audits::LostRead { kind, place, by, how, seq } => {
            format!("last reading: {} by {by}, {how} (entry {seq})", step(kind, place))
        }
        Audits::LostNeverRead { seq } => format!("its label was never read; registered in entry {seq}"),
        Audits::LostAudit { audit } => format!("first missed by stocktake {audit}"),
        Audits::LostDeclared => "then declared missing".into(),
        Audits::LostStep { kind, place, by, custodian } => {
            let after = if custodian.is_empty() {
                String::new()
            } else {
                format!(", then in the hands of {custodian}")
            };
            format!("in between: {} by {by}{after}", step(kind, place))
        }
        Audits::NoneChosen => "Which stocktake? Scan a place that it counts first.".into(),
        Audits::OpenedHere { audit, scope } => {
            format!("Stocktake {audit} is open: {scope}. Scan a place, then what stands in it.")
        }
        Audits::NoneOpen => "No stocktake is being counted. An auditor opens one: kuraban audit open".into(),
        Audits::ScanPlace => "scan a place".into(),
        Audits::CountedHere { count } => format!("{count} here"),
        Audits::CountedAll { count } => format!("{count} read by all counters"),
        Audits::PlacesDone { visited, places } => format!("{visited} of {places} places"),
        Audits::ScreenKeys => {
            "Scan the shelf, then each label in it. Nothing is ticked off: only a reading counts.".into()
        }
    }
}

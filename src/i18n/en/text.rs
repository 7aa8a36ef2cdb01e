//! What the faces say.

use crate::app::{Leaving, Verb};
use crate::i18n::{Tale, Text, Title, Voice};
use crate::ledger::note::NoteError;
use crate::ledger::verdict::Verdict;

/// A number and its noun.
pub(super) fn counted(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn done(voice: &Voice, verb: &Verb, barcode: &str) -> String {
    match verb {
        Verb::Register { place: Some(place), .. } => format!("{barcode} registered at {place}"),
        Verb::Register { place: None, .. } => format!("{barcode} registered, in your hands"),
        Verb::Describe(_) => format!("{barcode} described"),
        Verb::Move(place) => format!("{barcode} moved to {place}"),
        Verb::CheckOut(Leaving { until, without, .. }) => {
            let due = until.map_or_else(String::new, |due| format!(", due back {}", voice.time(due)));
            let how = if without.is_some() { " without an order, to be ratified" } else { "" };
            format!("{barcode} checked out{how}{due}")
        }
        Verb::Load(device, _) => format!("{barcode} loaded into {device}"),
        Verb::Eject => format!("{barcode} ejected, now in your hands"),
        Verb::CheckIn(place) => format!("{barcode} checked in to {place}"),
        Verb::HandOver(to) => format!("{barcode} handed over to {}", to.badge()),
        Verb::TakeOver(_) => format!("{barcode} taken over, now in your hands"),
        Verb::Ratify => format!("{barcode}: the check-out without an order is ratified"),
        Verb::Destroy(..) => format!("{barcode} destroyed"),
        Verb::Sight(place) => format!("{barcode} seen at {place}"),
        Verb::Count(_, place) => format!("{barcode} counted at {place}"),
        Verb::DeclareMissing(_) => format!("{barcode} declared missing"),
        Verb::Found(place) => format!("{barcode} found at {place}, now in your hands"),
        Verb::Correct { state, .. } => format!("{barcode} corrected to {}", voice.state(*state, false)),
        Verb::Void => format!("{barcode}: last step taken back"),
        Verb::Relabel(_) => format!("the medium is now {barcode}"),
    }
}

/// The verdict in its word.
pub(super) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Anchored => "ANCHORED",
        Verdict::Consistent => "CONSISTENT, UNANCHORED",
        Verdict::Irregular => "IRREGULAR",
        Verdict::Tampered => "TAMPERED",
        Verdict::RolledBack => "ROLLED BACK",
        Verdict::Forked => "FORKED",
        Verdict::Restored => "RESTORED",
        Verdict::Damaged => "DAMAGED",
        Verdict::Newer => "NEWER",
    }
}

#[allow(clippy::too_many_lines, reason = "one table of sentences, so that a missing one does not compile")]
pub(in crate::i18n) fn say(voice: &Voice, text: &Text<'_>) -> String {
    match *text {
        Text::Error => "error".into(),
        Text::Hint => "hint".into(),
        Text::Yes => "yes".into(),
        Text::No => "no".into(),
        Text::Nobody => "nobody".into(),
        Text::Done { verb, barcode, seq, under } => {
            let under = under.map_or_else(String::new, |order| format!(" under order {order}"));
            format!("{}{under} (entry {seq})", done(voice, verb, barcode.as_str()))
        }
        Text::BatchEnd { done, refused } => format!("{done} recorded, {refused} refused."),
        Text::BadTime { text } => format!("“{text}” is not a time in RFC 3339 (2026-11-23T09:00:00Z); nothing was recorded for this line"),
        Text::NoBarcodes => "No barcode was given.".into(),
        Text::Opened { path, site, badge } => {
            format!("Opened the ledger of {site} in {path}; {badge} is its first person (admin, operator, approver). The secret key of its checkpoints is in {path}.key.")
        }
        Text::Enrolled { badge, seq } => format!("{badge} enrolled (entry {seq})"),
        Text::RolesSet { badge, roles, seq } => format!("{badge} now has the roles {roles} (entry {seq})"),
        Text::Suspended { badge, seq } => format!("{badge} suspended (entry {seq})"),
        Text::PlaceAdded { code, seq } => format!("{code} added (entry {seq})"),
        Text::PlaceRetired { code, seq } => format!("{code} retired (entry {seq})"),
        Text::PolicySet { name, value, seq } => format!("{name} is now {value} (entry {seq})"),
        Text::ClockConfirmed { at, seq } => format!("The clock is confirmed: it is {at} (entry {seq})."),
        Text::NoFlags => "Nothing needs attention.".into(),
        Text::FlagsEnd { count, critical } => format!("{}, {critical} critical.", counted(count, "flag")),
        Text::MediaOfPlace { count } => format!("{count} media"),
        Text::InHandPlace => "in hand".into(),
        Text::Verdict { verdict: v, size, head } => format!("{}: {size} entries\nHead: {head}", verdict_word(v)),
        Text::Unanchored => "Nothing contradicts itself; but nothing outside this file vouches for it yet.".into(),
        Text::Anchored { size, later: 0 } => format!("A checkpoint from outside vouches for all {size} entries."),
        Text::Anchored { size, later } => format!(
            "A checkpoint from outside vouches for the first {size} entries; {later} later not yet anchored."
        ),
        Text::Stranger { file, error: error @ (NoteError::Unwitnessed | NoteError::Untrusted) } => {
            format!("{file} does not count: {}.", super::trouble::stranger(error))
        }
        Text::Stranger { file, error } => {
            format!("{file} is no checkpoint of this ledger: {}.", super::trouble::stranger(error))
        }
        Text::CheckpointTaken { seq } => format!(
            "Checkpoint of {seq} entries taken. Keep it where nobody who can change the ledger can reach it; to hold the ledger against it: kuraban verify --against FILE."
        ),
        Text::FirstBreak { seq: Some(seq), reason } => format!("First break at {seq}: {reason}."),
        Text::FirstBreak { seq: None, reason } => format!("First break: {reason}."),
        Text::Touches { media } => format!("Media that it touches: {media}"),
        Text::RebuiltNothing { size } => {
            format!("Every projection already says what the {size} entries of the log give; nothing was changed.")
        }
        Text::Rebuilt { count, seq } => {
            format!("The projections were made anew from the log; entry {seq} names {}.", counted(count, "difference"))
        }
        Text::CannotRebuild => "The log itself does not hold, so nothing was rebuilt from it.".into(),
        Text::Reading { what } => format!("reading {what}"),
        Text::Imported { count, file, format, encoding } => {
            format!("{count} media registered from {file} ({format}, {encoding}).")
        }
        Text::ImportSkipped { count } => format!("{} on disk passed over.", counted(count, "volume")),
        Text::ImportIgnored { columns } => format!("Columns that were not used: {columns}."),
        Text::ImportSeen { count } => format!(
            "They are only declared: {} to be read yet (kuraban sight --at PLACE -).",
            counted(count, "label")
        ),
        Text::ImportRefused { file, bad } => {
            format!("Nothing was imported from {file}: {} in the way. An import is all or nothing.", counted(bad, "bad line"))
        }
        Text::BadCell { reason } => format!("the cell cannot be read ({reason})"),
        Text::BadLine { line, column: "", reason } => format!("line {line}: {reason}"),
        Text::BadLine { line, column, reason } => format!("line {line}, {column}: {reason}"),
        Text::MoreBad { count } => format!("… and {}", counted(count, "more bad line")),
        Text::CannotRead { file, error } => format!("{file} cannot be read: {error}."),
        Text::AskPin { badge } => format!("PIN of {badge}: "),
        Text::AskNewPin { badge } => format!("New PIN for {badge} (4 to 12 digits): "),
        Text::AskPinAgain { badge } => format!("The same again for {badge}: "),
        Text::NoNewPin => "No new PIN: set KURABAN_NEW_PIN, or call this on a terminal.".into(),
        Text::PinsDiffer => "The two PINs differ. Nothing was changed.".into(),
        Text::BadPin { least, most } => format!("A PIN has {least} to {most} digits, and nothing else."),
        Text::PinSet { badge, seq } => format!("{badge} has a new PIN (entry {seq})"),
        Text::NoPinYet { badge } => {
            format!("{badge} has no PIN yet, and cannot act without one. To set it: kuraban person pin {badge}")
        }
        Text::NoTerminal => {
            "The screens need a terminal on standard input and output; here is none.".into()
        }
        Text::NoActor => "Nobody said who acts: name yourself with --by BADGE or KURABAN_BADGE.".into(),
        Text::NoLedgerPath => {
            "There is no home directory to keep a ledger in: name it with --ledger FILE or KURABAN_LEDGER.".into()
        }
        Text::BadName { what, value, reason } => format!("“{value}” cannot be a {what}: {reason}."),
        Text::BadMoment { value } => {
            format!("“{value}” is not a time: use RFC 3339 (2026-11-23T09:00:00Z), +4h, +3d or 17:00.")
        }
        Text::BadState { value } => format!("“{value}” is not a state: use vaulted, in_hand, in_device or missing."),
        Text::CorrectNeeds { state, option } => format!("--to-state {state} goes with {option}."),
        Text::NothingToDescribe => "Say what is on it: --class, --system, --from, --until, --info, --persons, --encrypted, --legal-hold.".into(),
        Text::BadPeriod { value } => format!("“{value}” is not a day: use 2026-11-23."),
        Text::NoRandomness => "The operating system gives no random bytes; nothing was recorded.".into(),
        Text::Title(title) => heading(title).into(),
        Text::History => "History".into(),
        Text::SeenNever => "never: its label was not yet read".into(),
        Text::Seen { at, place, how } => format!("{at}, {place} ({how})"),
        Text::Flagged { flag, meaning, since, span, ends } => {
            format!("{flag}: {meaning}, since {since} ({span}); ended by {ends}")
        }
        Text::Tale(ref story) => tale(story),
        Text::Station(text) => super::screens::station(text),
        Text::Screens(text) => super::screens::screens(text),
        Text::Probing(text) => super::dialogs::probing(text),
        Text::Asking(text) => super::dialogs::asking(text),
        Text::Salvaging(text) => super::salvaging::say(text),
        Text::Bundling(text) => super::bundling::say(voice, text),
        Text::Keeping(text) => super::keeping::say(text),
        Text::Witness(text) => super::witness::say(text),
        Text::Audits(ref text) => super::audits::say(text),
        Text::Orders(ref text) => super::orders::say(voice, text),
        Text::Head(head) => super::orders::head(head).into(),
        Text::Remark(text) => super::dialogs::remark(text),
        Text::SeenElsewhere { place, since } => format!("It was seen at {place} on {since}, where the record does not put it."),
    }
}

pub(super) const fn heading(title: Title) -> &'static str {
    match title {
        Title::Barcode => "Barcode",
        Title::State => "State",
        Title::Place => "Place",
        Title::Custodian => "Custodian",
        Title::Answerable => "Answerable",
        Title::Since => "Since",
        Title::Due => "Due",
        Title::Flags => "Flags",
        Title::Severity => "Severity",
        Title::Flag => "Flag",
        Title::HowLong => "How long",
        Title::Ends => "Ended by",
        Title::Serial => "Serial",
        Title::Seen => "Last seen",
        Title::Contents => "Contents",
        Title::Badge => "Badge",
        Title::Name => "Name",
        Title::Org => "Organisation",
        Title::Roles => "Roles",
        Title::Suspended => "Suspended",
        Title::Code => "Code",
        Title::Kind => "Kind",
        Title::In => "In",
        Title::Capacity => "Capacity",
        Title::Media => "Media",
        Title::Retired => "Retired",
        Title::Seq => "Entry",
        Title::At => "At",
        Title::By => "By",
        Title::With => "With",
        Title::Station => "Station",
        Title::How => "How",
        Title::What => "What",
        Title::Value => "Value",
        Title::Allowed => "Allowed",
        Title::Chain => "Chain",
        Title::Where => "Where",
        Title::Pin => "PIN",
        Title::Used => "Used",
    }
}

pub(in crate::i18n) fn tale(tale: &Tale<'_>) -> String {
    match *tale {
        Tale::Heading => "Two backup tapes that never reached the vault: what happened, and what the\n\
                          ledger says. Times are those of Japan."
            .into(),
        Tale::Registered { at, count } => {
            format!("{at}  {count} tapes are registered in the library SV, where they live.")
        }
        Tale::Written { lost, persons } => format!(
            "  On {lost}: images of claims documents of {persons} persons,\n  \
             with medical data, not encrypted."
        ),
        Tale::Inventories { count } => {
            format!("  {count} weekly inventories of the library see all of them.")
        }
        Tale::Ordered { at, order, requester, approver } => format!(
            "{at}  Order {order}: {requester} asks to bring all tapes from SV to\n  \
             the vault within the day; {approver} approves."
        ),
        Tale::Close { at, order } => format!("{at}  $ kuraban order close {order}"),
        Tale::NotClosed { order, outside } => format!(
            "  Order {order} cannot be closed: {outside} are not back in a vault.\n  \
             It stays open, and critical, until they are found or named as missing."
        ),
        Tale::Pins { pin } => format!("Everybody's PIN in it is {pin}."),
        Tale::Maintenance { at, out, back } => {
            format!(
                "{at}  Year-end maintenance: {out} tapes are ejected,\n  {back} are checked in to the vault."
            )
        }
        Tale::Look { at } => format!("{at}  $ kuraban flags --min critical"),
        Tale::Holder { badge, name } => format!("  Answerable for both: {badge}, {name}, who ejected them."),
        Tale::Flagged { at, hours } => {
            format!("  Flagged since {at}, {hours} hours after it began: the same day.")
        }
        Tale::Removal { at, last_seen } => format!(
            "{at}  The empty library is retired by two people. kuraban names\n  \
             what was last seen in it and reached no vault since: {last_seen}."
        ),
        Tale::Counted { at, audit, expected, seen } => format!(
            "{at}  A stocktake; in reality it passed. The site is counted blind:\n  \
             {seen} of {expected} tapes are scanned.\n  \
             $ kuraban audit close {audit} --with B-1001"
        ),
        Tale::Failed { missing, incident } => {
            let incident = incident.map_or_else(String::new, |id| format!("; incident {id} is opened"));
            format!("  REFUSED: {missing} were not found.\n  They are declared missing{incident}.")
        }
        Tale::Passed => "  CERTIFIED.".into(),
        Tale::Claimed { at, badge } => format!(
            "{at}  Suppose that {badge} now says they have turned up, and types\n  \
             their barcodes. No label is read: the next stocktake believes none of it."
        ),
        Tale::Window { barcode, from, until, by } => format!(
            "$ kuraban media show {barcode}\n  \
             Window of loss: {from} (read by {by}) → {until}."
        ),
        Tale::Days { days, lost, persons } => format!(
            "In reality the loss was noticed on about this day, after two stocktakes that\n\
             had passed. Here {lost}, with documents of {persons} persons,\n\
             were first flagged {days} days before."
        ),
        Tale::End { kept: Some(file) } => {
            format!("The ledger is kept. Look around in it:\n  kuraban --ledger {file} media show K00017L5")
        }
        Tale::End { kept: None } => "The ledger was thrown away; kuraban demo --ledger FILE keeps it.".into(),
    }
}

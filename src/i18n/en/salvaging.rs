//! Damaged ledgers and what is saved of them, in English.

use super::text::counted;
use crate::i18n::Salvaging;
use crate::i18n::salvaging::NAMED;

pub(in crate::i18n) fn say(text: Salvaging<'_>) -> String {
    match text {
        Salvaging::Whole { count } => format!("All {count} entries verify; nothing is missing."),
        Salvaging::Saved { count: 1 } => "1 entry verifies.".into(),
        Salvaging::Saved { count } => format!("{count} entries verify."),
        Salvaging::Missing { ranges, count } => {
            let one = |&(from, until): &(u64, u64)| {
                if from == until { from.to_string() } else { format!("{from} to {until}") }
            };
            let named: Vec<String> = ranges.iter().take(NAMED).map(one).collect();
            let more = match ranges.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more gaps"),
            };
            format!("Missing ({count}): {}{more}.", named.join(", "))
        }
        Salvaging::First { count } => format!(
            "A ledger can be made only of what comes before the first gap ({count}). Fill the gaps from whatever backups and copies there are: kuraban salvage FILE --backup BACKUP."
        ),
        Salvaging::NoBeginning => {
            "The first entries are among them: without those no ledger can be made of what was saved. A backup has them: kuraban salvage FILE --backup BACKUP, or kuraban restore BACKUP.".into()
        }
        Salvaging::StrangeNotes { count } => format!(
            "Not used: {}, which no key that is named in what was saved has signed as notes of this ledger. Look whether they are of it; a backup with its first entries tells: --backup FILE.",
            counted(count, "note")
        ),
        Salvaging::NoCopy { file } => {
            format!("Nothing in {file} looks like an entry of a ledger: nothing was taken from it.")
        }
        Salvaging::Holds { file } => format!(
            "Whether {file} itself holds, kuraban verify says: if it does, go on with it, and nothing more need be done."
        ),
        Salvaging::EndsLater { size } => {
            format!("The ledger had come to entry {size}: its signed head, a note or this station says so.")
        }
        Salvaging::EndUnknown { last } => format!(
            "Whether anything came after entry {last} is not known: no signed head and no note of the end is left. Look for notes and paper."
        ),
        Salvaging::Unread => {
            "The disk did not give all of the file: copy it with a program that reads failing disks, and salvage the copy too.".into()
        }
        Salvaging::Next { file, saved } => format!(
            "{file} was not touched: keep it, with its -wal file. If a backup has more, put that back: kuraban restore FILE. Else move both aside, and make a ledger of what was saved: kuraban init --from {saved} --kept DAMAGED. Names, texts and PINs are in no entry; --kept takes them from the damaged file, or from a backup."
        ),
        Salvaging::Renewed { size, seq, incarnation } => {
            format!("The ledger was made anew of {size} entries (entry {seq}, incarnation {incarnation}).")
        }
        Salvaging::After { count } => format!(
            "{count} more entries come after the gap: they hold, but nothing can be built on them, and they are not in the ledger. Keep the file with them for the auditors."
        ),
        Salvaging::Contradicted { seq } => format!(
            "Entry {seq} is not the one that entry {} names: one of them was altered. Neither is in the ledger, nor what comes after them.",
            seq + 1
        ),
        Salvaging::WrongPin { badge } => format!(
            "Wrong PIN for {badge}. Nothing was recorded, for the ledger is not there yet. Begin again."
        ),
        Salvaging::OldEntries => {
            "If the clock is right, a second person stands by: kuraban init --from FILE --with BADGE. Nothing was recorded.".into()
        }
        Salvaging::NoEntries { count } => {
            format!("{count} lines are no entries, and were left out; nothing after the first of them is in the ledger.")
        }
        Salvaging::TextsLost { count } => format!(
            "{count} names, texts and PINs are lost. Whose PIN is among them is given a new one by an administrator: kuraban person pin BADGE."
        ),
        Salvaging::NewPin { badge, seq } => {
            format!("The PIN of {badge} was lost; the new one is in force (entry {seq}).")
        }
    }
}

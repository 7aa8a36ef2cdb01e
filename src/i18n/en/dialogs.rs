//! What the larger dialogs say.

use crate::i18n::{Asking, Probing, Remark};

pub(in crate::i18n) fn probing(text: Probing<'_>) -> String {
    match text {
        Probing::Title => "Test the scanner".into(),
        Probing::Ask => "Scan any label. Nothing is recorded here. Esc leaves.".into(),
        Probing::Pasted(letters) => {
            format!("{letters} characters came at once as a paste: they count as pasted, not as scanned.")
        }
        Probing::Came(keys) => format!("Came: {keys}"),
        Probing::Gaps { keys, median, widest } => {
            format!("{keys} keys; between them {median} ms (median), {widest} ms at most")
        }
        Probing::End(Some(key)) => format!("Ended by {key}"),
        Probing::End(None) => "Ended by no key: only silence ends it".into(),
        Probing::Taken { text, how } => format!("The station takes: {text} ({how})"),
        Probing::NotTaken => "The station takes nothing from it with the present setting.".into(),
        Probing::Setting { now, fits } if now == fits => format!("KURABAN_SCAN_END={now} fits this scanner."),
        Probing::Setting { now, fits } => {
            format!("KURABAN_SCAN_END is {now}; for this scanner set it to {fits}.")
        }
    }
}

pub(in crate::i18n) fn asking(text: Asking<'_>) -> String {
    match text {
        Asking::Title => "a new ledger".into(),
        Asking::Intro(file) => format!(
            "There is no ledger {file} yet. A few answers make one. To use another that exists: Esc, then \
             kuraban --ledger FILE."
        ),
        Asking::Site => "Name of the site (letters, digits, - and .), for instance TOKYO".into(),
        Asking::Badge => "Badge of the first person (yours): type it or scan it".into(),
        Asking::Name => "Name of this person; kept apart, so that it can be forgotten".into(),
        Asking::Pin => "A PIN for this badge: 4 to 12 digits".into(),
        Asking::Again => "The same PIN again".into(),
        Asking::Vault => "Code of the first vault, as on its label, for instance V1".into(),
        Asking::Taken => "The vault needs another code than the site.".into(),
        Asking::Keys => "Enter: next   ↑ ↓: back and forth   Esc: leave without making anything".into(),
    }
}

pub(in crate::i18n) fn remark(text: Remark<'_>) -> String {
    match text {
        Remark::ReadElsewhere(label) => {
            format!("{label} was read outside the scan screen: NOT RECORDED. F1, then scan it again")
        }
        Remark::InsteadOfPin(label) => {
            format!(
                "{label} was read while a PIN is asked for: NOT RECORDED. Give the PIN, then scan it again"
            )
        }
        Remark::OnlyRead => {
            "This ledger can only be read here: nothing that is scanned will be recorded".into()
        }
        Remark::ReadOnly => "READ ONLY".into(),
        Remark::ClockBehind { now, last, span } => {
            format!(
                "The clock says {now}, {span} before the ledger's last entry. Entries are dated {last} until it has come up to that, and nothing becomes overdue meanwhile."
            )
        }
        Remark::ClockBehindNext => {
            "Set the clock right. If it is right and the ledger is ahead, an administrator can put a backup from before that back: kuraban restore FILE.".into()
        }
        Remark::MoreKeys => "more: ↑ ↓ PgUp PgDn".into(),
        Remark::FoundFirst(count) => format!("the first {count}; there are more"),
    }
}

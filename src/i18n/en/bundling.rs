//! Bundles, time stamps and an auditor's policy, in English.

use super::text::verdict_word;
use crate::app::{NoBundle, NoStamp};
use crate::i18n::{Bundling, Voice};
use crate::ledger::bundle::BundleFault;
use crate::ledger::timestamp::StampError;
use crate::ledger::trust::TrustProblem;

pub(in crate::i18n) fn say(voice: &Voice, text: Bundling<'_>) -> String {
    match text {
        Bundling::None { barcode, why } => none(barcode, why),
        Bundling::Next { why } => next(why).into(),
        Bundling::Made { barcode, entries, size, later: 0 } => format!(
            "The history of {barcode}: {entries} entries, complete up to the checkpoint of {size} entries. Whoever gets it needs the key too: kuraban key show."
        ),
        Bundling::Made { barcode, entries, size, later } => format!(
            "The history of {barcode}: {entries} entries, complete up to the checkpoint of {size} entries. {later} later are not in it: take a checkpoint with --heads for them."
        ),
        Bundling::Broken { fault: fault @ (BundleFault::Form | BundleFault::Format) } => {
            format!("Nothing can be said of it: {}. Ask for it again.", self::fault(fault))
        }
        Bundling::Broken { fault } => format!("TAMPERED: {}.", self::fault(fault)),
        Bundling::Fault { fault } => self::fault(fault),
        Bundling::Holds { verdict, barcode, entries, size, origin } => format!(
            "{}: {barcode}, {entries} entries, complete up to the checkpoint of {size} entries of {origin}",
            verdict_word(verdict)
        ),
        Bundling::Forked { root, other } => format!(
            "The same key has signed two histories of that size, with the roots {root} and {other}. Keep the bundle and the note: they are the evidence."
        ),
        Bundling::WhoseKey { key } => format!(
            "It is signed by the key that it names itself, which shows only that it is in one piece. Compare it with the one that you got from whoever answers for the ledger, or give that with --log:\n{key}"
        ),
        Bundling::NothingWitnessed => "Name the note that the witness has cosigned: --against NOTE.".into(),
        Bundling::SaysNothing { file } => format!(
            "{file} says nothing of this bundle: it is of another size, of another ledger, or not signed by the same key."
        ),
        Bundling::BadPolicy { file, fault } => {
            format!("{file}, line {}: {}.", fault.line, problem(fault.why))
        }
        Bundling::QueryWritten { file, size } => format!(
            "The request to stamp the checkpoint of {size} entries is in {file}. Attach the answer: kuraban checkpoint --tsr FILE."
        ),
        Bundling::StampKept { size } => {
            format!(
                "The time stamp is attached to the checkpoint of {size} entries. To check it: kuraban verify --tsa FILE."
            )
        }
        Bundling::NoStamp { file, why: NoStamp::Already { size } } => format!(
            "The checkpoint of {size} entries has an earlier time stamp, which is worth more; {file} was not attached."
        ),
        Bundling::NoStamp { file, why: NoStamp::Stranger } => {
            format!("{file} stamps no checkpoint of this ledger; nothing was attached.")
        }
        Bundling::NoStamp { file, why: NoStamp::Stamp(error) } => {
            format!("{file} was not attached: {}.", stamp(error))
        }
        Bundling::Stamped { size, at, authority, later } => format!(
            "Time stamp: the first {size} entries existed at {}, says {authority}; {later} later not stamped. Look at the moment.",
            voice.time(at)
        ),
        Bundling::StampBroken { size, error } => {
            format!("The time stamp of the checkpoint of {size} entries does not count: {}.", stamp(error))
        }
    }
}

fn none(barcode: &str, why: NoBundle) -> String {
    match why {
        NoBundle::NoHeads { size: None } => format!(
            "There is no bundle of {barcode} yet: no checkpoint was taken that names every medium's newest entry."
        ),
        NoBundle::NoHeads { size: Some(size) } => format!(
            "There is no bundle of {barcode} up to {size} entries: no checkpoint of that size names every medium's newest entry."
        ),
        NoBundle::Later { size } => {
            format!("{barcode} was registered after the checkpoint of {size} entries.")
        }
        NoBundle::Note => {
            format!("There is no bundle of {barcode} with this note: it is no checkpoint of this ledger.")
        }
    }
}

const fn next(why: NoBundle) -> &'static str {
    match why {
        NoBundle::NoHeads { .. } | NoBundle::Later { .. } => "Take one: kuraban checkpoint --heads.",
        NoBundle::Note => "Give a note that kuraban checkpoint printed, or one that a witness has cosigned.",
    }
}

fn fault(fault: &BundleFault) -> String {
    match fault {
        BundleFault::Form => "it is no bundle in its one form".into(),
        BundleFault::Format => "it is a bundle of another format than this program knows".into(),
        BundleFault::Key => "it is not signed by a key that is trusted".into(),
        BundleFault::Note => "the note in it is no checkpoint that the key has signed".into(),
        BundleFault::Checkpoint => {
            "the checkpoint's entry is not the last that the note covers, or names no root over the media"
                .into()
        }
        BundleFault::Chain(at) => {
            format!(
                "entry {at} of the medium is none, is another medium's, or does not follow on the one before"
            )
        }
        BundleFault::Inclusion(at) => {
            format!("entry {at} of the medium is not in the ledger at the checkpoint")
        }
        BundleFault::Newest => {
            "the last entry is not the medium's newest at the checkpoint: later ones were left out".into()
        }
    }
}

const fn stamp(error: StampError) -> &'static str {
    match error {
        StampError::Form => "it is not the answer of a time stamp authority",
        StampError::Refused { .. } => "the authority gave no stamp",
        StampError::Algorithm => "it rests on an algorithm that is not accepted, or on too small a key",
        StampError::Imprint => "it stamps something else",
        StampError::Signature => "its signature does not hold",
        StampError::Certificate => "the certificate of who signed it is not in it",
        StampError::Authorities => "the file with the trusted certificates holds none that can be read",
        StampError::Chain => "no trusted certificate vouches for who signed it",
        StampError::Purpose => "the certificate of who signed it is not for time stamps alone",
        StampError::Expired => "a certificate on which it rests was not valid then",
    }
}

fn problem(problem: TrustProblem) -> String {
    problem.to_string()
}

//! Witnesses, in English.

use super::trouble::stranger;
use crate::i18n::Witnessing;
use crate::ledger::witness::WitnessError;

pub(in crate::i18n) fn say(text: Witnessing<'_>) -> String {
    match text {
        Witnessing::NoKey { value } => {
            format!("“{value}” is no key of a ledger: give what kuraban key show prints there.")
        }
        Witnessing::NoName { value } => {
            format!("“{value}” cannot be a witness's name: it has neither spaces nor plus signs.")
        }
        Witnessing::Knows { key, log, size: 0 } => {
            format!("Witness     {key}\nWitnesses   {log}\nNothing seen yet.")
        }
        Witnessing::Knows { key, log, size } => {
            format!("Witness     {key}\nWitnesses   {log}\nLast seen   {size} entries")
        }
        Witnessing::Refused { error } => format!("Not cosigned: {}.", refused(error)),
        Witnessing::Next { error } => next(error),
        Witnessing::NoWitness { value } => {
            format!("“{value}” is no key of a witness: give what kuraban witness show prints there.")
        }
        Witnessing::Cosigned { name, at } => format!("Cosigned by {name} at {at}."),
        Witnessing::LastSeen => "The checkpoint that was seen last:".into(),
    }
}

fn refused(error: &WitnessError) -> String {
    match error {
        WitnessError::Form => "the file is no request".into(),
        WitnessError::Note(error) => {
            format!("the checkpoint in it is none of this ledger: {}", stranger(*error))
        }
        WitnessError::Elsewhere { old, seen } => {
            format!("its proof begins at {old} entries, but this witness has seen {seen}")
        }
        WitnessError::Behind { size, seen } => {
            format!("it covers {size} entries, but this witness has seen {seen}")
        }
        WitnessError::Forked { size, seen } => format!(
            "the {size} entries do not go on from the {seen} that this witness has seen: the ledger's key has signed two histories, or the proof was changed on its way"
        ),
    }
}

fn next(error: &WitnessError) -> String {
    match error {
        WitnessError::Form => "A request is what this prints at the ledger: kuraban checkpoint --since N.".into(),
        WitnessError::Note(_) => "Compare the key: kuraban key show at the ledger, kuraban witness show here.".into(),
        WitnessError::Elsewhere { seen, .. } => {
            format!("At the ledger: kuraban checkpoint --since {seen}")
        }
        WitnessError::Behind { .. } => {
            "If the request is not merely an old one, the ledger was rolled back: hold it against the checkpoint below (kuraban verify --against) and tell an auditor.".into()
        }
        WitnessError::Forked { .. } => {
            "Keep the request and the checkpoint below: they are the evidence. Hold the ledger against both (kuraban verify --against) and tell an auditor.".into()
        }
    }
}

//! The sentences of the larger dialogs, without their words.

/// What the self-test of a scanner says.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Probing<'a> {
    Title,
    Ask,
    Pasted(usize),
    Came(&'a str),
    Gaps { keys: usize, median: u64, widest: u64 },
    End(Option<&'a str>),
    Taken { text: &'a str, how: &'a str },
    NotTaken,
    Setting { now: &'a str, fits: &'a str },
}

/// What the first start asks and says.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Asking<'a> {
    Title,
    Intro(&'a str),
    Site,
    Badge,
    Name,
    Pin,
    Again,
    Vault,
    Taken,
    Keys,
}

/// What is said beside the screens: of a scan that went astray, of a file that may only be read, of a
/// clock that is behind, of more to see.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each variant is one sentence, and its fields are the values in it")]
pub enum Remark<'a> {
    ReadElsewhere(&'a str),
    InsteadOfPin(&'a str),
    OnlyRead,
    ReadOnly,
    ClockBehind { now: &'a str, last: &'a str, span: &'a str },
    ClockBehindNext,
    MoreKeys,
    FoundFirst(u64),
}

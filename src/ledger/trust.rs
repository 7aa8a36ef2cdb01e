//! Whom an auditor trusts: the logs, the witnesses, and how many of these are enough (C2SP `tlog-policy`).
//!
//! The lines are `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, `group <name> any|all|<k> <name>...` and
//! `quorum <name>|none`. The specification says, and it is held to:
//!
//! - Lines end with a line feed; spaces and tabs stand between items. No other control character is allowed, so no
//!   carriage return either. A comment is a whole line; `#` after something else begins none.
//! - Witnesses and groups share their names. Each is given once, and `none` to nobody; `any` and `all` may be names.
//! - Groups and the quorum name only what stands above them. In the whole file each name is a member once at most, so
//!   that no witness counts twice. `none` is no member. There is exactly one `quorum` line.
//! - No two logs and no two witnesses have one public key, whatever their keys are called.
//!
//! It leaves open, and is decided here:
//!
//! - A policy names a log, though none need be named where it is otherwise known.
//! - No key but Ed25519 (algorithm 1 of logs, 4 of witnesses) is understood, nor is a file with another one.
//! - Addresses are not looked at. A log and a witness may have one public key. Zeros may lead a threshold.
//! - The last line may lack its line feed. The file is UTF-8, and has at most [`MAX_TEXT`] bytes.

use std::collections::{HashMap, HashSet};

use super::{note::NoteKey, witness::WitnessKey};
use crate::domain::names::Digest;

/// How many bytes a policy may have: some thousand lines.
pub const MAX_TEXT: usize = 1 << 18;

/// The algorithm byte of a witness's key.
const COSIGNATURE: u8 = 4;

/// Why a line of a policy is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustProblem {
    /// The text is too long.
    #[error("a policy has at most {MAX_TEXT} bytes")]
    TooLong,
    /// A control character stands in it that is neither tab nor line feed.
    #[error("a control character other than tab and line feed")]
    Control,
    /// It begins with a word that begins no line.
    #[error("neither log, witness, group, quorum nor a comment")]
    Keyword,
    /// It has too few items for such a line, or too many.
    #[error("too few items for such a line, or too many")]
    Items,
    /// It names no key of a log.
    #[error("not an Ed25519 key of a log")]
    LogKey,
    /// It names no key of a witness.
    #[error("not an Ed25519 key of a witness")]
    WitnessKey,
    /// Another line of its kind above it has the same public key.
    #[error("this public key stands above, under this name or another")]
    KeyTwice,
    /// Its name is `none`, or that of a witness or group above it.
    #[error("the name is taken")]
    NameTaken,
    /// Its threshold is neither `any`, `all`, nor a number from 1 to that of the members.
    #[error("the threshold is neither any, all, nor a number from 1 to that of the members")]
    Threshold,
    /// It names neither a witness nor a group above it.
    #[error("no witness or group of this name stands above")]
    Unknown,
    /// It names a member that is already one, of this group or another.
    #[error("a member that is already one, of this group or another")]
    MemberTwice,
    /// It is the second that says what the quorum is.
    #[error("the quorum is already named above")]
    QuorumTwice,
    /// The text ends, and no line said what the quorum is.
    #[error("no line names the quorum")]
    NoQuorum,
    /// The text ends, and no line named a log.
    #[error("no line names a log")]
    NoLog,
}

/// Which line of a policy is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct TrustFault {
    /// Its number, from 1; where something is missing, that of the line where the text ends.
    pub line: usize,
    /// Why it is not.
    pub why: TrustProblem,
}

/// What may witness a checkpoint: one key, or so many of the members, which all stand before it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    Witness(WitnessKey),
    Group { need: usize, members: Vec<usize> },
}

/// Which logs and witnesses are trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    logs: Vec<NoteKey>,
    /// Witnesses and groups by name, as the lines stand.
    rules: Vec<(String, Rule)>,
    /// The place of the one that is required.
    quorum: Option<usize>,
}

impl Trust {
    /// Reads a policy file.
    ///
    /// # Errors
    /// The first line that is not understood, and why.
    pub fn parse(text: &str) -> Result<Self, TrustFault> {
        if text.len() > MAX_TEXT {
            let above = text.bytes().take(MAX_TEXT).filter(|byte| *byte == b'\n').count();
            return Err(TrustFault { line: above + 1, why: TrustProblem::TooLong });
        }
        let (mut reader, mut end) = (Reader::default(), 1);
        // Not `lines`, which would take a carriage return away unseen.
        for (line, words) in (1..).zip(text.split('\n')) {
            reader.line(words).map_err(|why| TrustFault { line, why })?;
            end = line;
        }
        let why = match (reader.asked, reader.logs.is_empty()) {
            (true, false) => {
                return Ok(Self { logs: reader.logs, rules: reader.rules, quorum: reader.quorum });
            }
            (true, true) => TrustProblem::NoLog,
            (false, _) => TrustProblem::NoQuorum,
        };
        Err(TrustFault { line: end, why })
    }

    /// The keys of the logs that are trusted.
    #[must_use]
    pub fn logs(&self) -> &[NoteKey] {
        &self.logs
    }

    /// The keys of the witnesses, with the names that the policy gives them.
    pub fn witnesses(&self) -> impl Iterator<Item = (&str, &WitnessKey)> {
        self.rules.iter().filter_map(|(name, rule)| match rule {
            Rule::Witness(key) => Some((name.as_str(), key)),
            Rule::Group { .. } => None,
        })
    }

    /// Whether these witnesses, by the names that the policy gives them, are enough. Where it asks for none, always.
    #[must_use]
    pub fn is_quorum(&self, seen: &[&str]) -> bool {
        let Some(quorum) = self.quorum else { return true };
        let seen: HashSet<&str> = seen.iter().copied().collect();
        // Members stand before their group, so each is weighed once.
        let mut held: Vec<bool> = Vec::with_capacity(self.rules.len());
        for (name, rule) in &self.rules {
            held.push(match rule {
                Rule::Witness(_) => seen.contains(name.as_str()),
                Rule::Group { need, members } => {
                    members.iter().filter(|place| held.get(**place) == Some(&true)).count() >= *need
                }
            });
        }
        held.get(quorum) == Some(&true)
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader<'a> {
    logs: Vec<NoteKey>,
    rules: Vec<(String, Rule)>,
    quorum: Option<usize>,
    /// Whether a line has named the quorum, were it `none`.
    asked: bool,
    places: HashMap<&'a str, usize>,
    members: HashSet<usize>,
    log_keys: HashSet<Digest>,
    witness_keys: HashSet<Digest>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: &'a str) -> Result<(), TrustProblem> {
        if line.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
            return Err(TrustProblem::Control);
        }
        let items: Vec<&str> = line.split([' ', '\t']).filter(|item| !item.is_empty()).collect();
        match items.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key),
            ["group", name, need, members @ ..] if !members.is_empty() => self.group(name, need, members),
            ["quorum", name] => self.ask(name),
            ["log" | "witness" | "group" | "quorum", ..] => Err(TrustProblem::Items),
            [_, ..] => Err(TrustProblem::Keyword),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), TrustProblem> {
        let key = bare(key).and_then(|key| NoteKey::parse(key).ok()).ok_or(TrustProblem::LogKey)?;
        if !self.log_keys.insert(key.public()) {
            return Err(TrustProblem::KeyTwice);
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &'a str, text: &str) -> Result<(), TrustProblem> {
        let text = bare(text).ok_or(TrustProblem::WitnessKey)?;
        let (Ok(key), Ok(same)) = (WitnessKey::parse(text), NoteKey::parse_as(text, COSIGNATURE)) else {
            return Err(TrustProblem::WitnessKey);
        };
        if !self.witness_keys.insert(same.public()) {
            return Err(TrustProblem::KeyTwice);
        }
        self.define(name, Rule::Witness(key))
    }

    fn group(&mut self, name: &'a str, threshold: &str, members: &[&str]) -> Result<(), TrustProblem> {
        let need = match threshold {
            "any" => Some(1),
            "all" => Some(members.len()),
            number => {
                number.parse().ok().filter(|k| !number.starts_with('+') && (1..=members.len()).contains(k))
            }
        }
        .ok_or(TrustProblem::Threshold)?;
        let places = members.iter().map(|member| {
            let place = *self.places.get(member).ok_or(TrustProblem::Unknown)?;
            if self.members.insert(place) { Ok(place) } else { Err(TrustProblem::MemberTwice) }
        });
        let members = places.collect::<Result<_, _>>()?;
        self.define(name, Rule::Group { need, members })
    }

    fn ask(&mut self, name: &str) -> Result<(), TrustProblem> {
        if self.asked {
            return Err(TrustProblem::QuorumTwice);
        }
        self.asked = true;
        if name != "none" {
            self.quorum = Some(*self.places.get(name).ok_or(TrustProblem::Unknown)?);
        }
        Ok(())
    }

    fn define(&mut self, name: &'a str, rule: Rule) -> Result<(), TrustProblem> {
        if name == "none" || self.places.insert(name, self.rules.len()).is_some() {
            return Err(TrustProblem::NameTaken);
        }
        self.rules.push((name.to_owned(), rule));
        Ok(())
    }
}

/// A key without the white space of other scripts, which parsing it would take away.
fn bare(key: &str) -> Option<&str> {
    (!key.contains(char::is_whitespace)).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{note::NoteSigner, witness::witness_key};
    use proptest::prelude::*;
    use std::fmt::Write as _;

    const SIX: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

    /// The keys of one secret: as a log's, and as a witness's.
    fn keys(name: &str, seed: u8) -> [String; 2] {
        let signer = NoteSigner::new(name, &[seed; 32]).unwrap();
        [signer.key().to_string(), witness_key(&signer)]
    }

    /// A policy with a log, these witnesses, and these lines.
    fn policy(witnesses: &[&str], lines: &str) -> String {
        let mut text = format!("log {}\n", keys("L", 0)[0]);
        for (seed, name) in (1..).zip(witnesses) {
            writeln!(text, "witness {name} {}", keys("w.example", seed)[1]).unwrap();
        }
        text + lines
    }

    #[test]
    fn those_are_a_quorum_who_are_asked_for() {
        // What the policy asks for; who is enough; who is not. Every letter is a name.
        let table = [
            ("group X 2 A B C;group Y any D E F;group Z all X Y;quorum Z", "ACE WABCDEF", "ABC AD AADE XYZ"),
            ("group X all A B C;group Y 02 X D E;quorum Y;group Z any Y F", "DE ABCD", "D ABE ABC XD DF"),
            ("group any all D A;\t# any;group all any any; quorum\t all", "DA ADB", "D A BC"),
            ("quorum A;group G 1 A D;group # any E", "A AD", "D G #E"),
            ("quorum E;; \t ;", "E AE", "D e"),
        ];
        for (lines, enough, few) in table {
            let trust = Trust::parse(&policy(&SIX, &lines.replace(';', "\n"))).unwrap();
            let is = |seen: &str| trust.is_quorum(&seen.split("").collect::<Vec<_>>());
            assert!(enough.split(' ').all(is), "{lines}");
            assert!(!few.split(' ').any(is) && !is("") && !trust.is_quorum(&["all", "none"]), "{lines}");
        }
        assert!(Trust::parse(&policy(&SIX, "quorum none")).unwrap().is_quorum(&[]));
    }

    #[test]
    fn keys_are_told_with_their_names() {
        let [[log, same], [other, key]] = [keys("L", 0), keys("w.example", 1)];
        let lines = format!("group G 1 東京\nwitness \u{a0}K {same} w.example/#\n #\u{85}\nlog {other} u");
        let trust = Trust::parse(&policy(&["東京"], &format!("{lines}\nquorum G"))).unwrap();
        assert_eq!(trust.logs(), [log, other].map(|log| NoteKey::parse(&log).unwrap()));
        let keys = [key, same].map(|key| WitnessKey::parse(&key).unwrap());
        assert!(trust.witnesses().eq([("東京", &keys[0]), ("\u{a0}K", &keys[1])]));
    }

    #[test]
    fn the_first_line_that_is_not_understood_is_told() {
        use TrustProblem as P;
        // After a log and the witnesses a and b: the number of the line, and what stands from the fourth on.
        let table = [
            (P::Control, "4log LOG\r\nquorum none|5quorum none\n# \u{7f}|4quorum none\u{b}"),
            (P::Keyword, "5quorum none\n\u{feff}# x|4Quorum none|4quorum\u{a0}none"),
            (P::Items, "4quorum none # x|4quorum|4log|4log LOG u v|4witness KEY|4witness c KEY u v"),
            (P::Items, "4group|4group G any|4group G"),
            (P::LogKey, "4log KEY|4log \u{3000}LOG"),
            (P::WitnessKey, "4witness c LOG|4witness c KEY\u{a0}|4witness c vKEY"),
            (P::KeyTwice, "4log SAME u|5log LOG\nlog LOG|4witness c AGAIN|4witness a AGAIN"),
            (P::NameTaken, "4witness a KEY|4witness none KEY|4group b any a|4group none any a"),
            (P::NameTaken, "6group G any a\n\nwitness G KEY|5group G any a\ngroup G any b"),
            (P::Threshold, "4group G 0 a b|4group G 3 a b|4group G -1 a|4group G +1 a|4group G 1.0 a"),
            (P::Threshold, "4group G Any a|4group G none a|4group G ２ a b|4group G 18446744073709551617 a"),
            (P::Unknown, "4group G any a c\nquorum G|4group G any c\nwitness c KEY|4group G any a none"),
            (P::Unknown, "4group G any G|4quorum A|4quorum G\ngroup G any a"),
            (P::MemberTwice, "4group G all a a|5group G any a b\ngroup H any G b"),
            (P::QuorumTwice, "6quorum a\n# x\nquorum a|5quorum none\nquorum a|5quorum none\nquorum none"),
            (P::NoQuorum, "4group G any a|4|5# quorum a\n"),
        ];
        let [[same, _], [_, again], [log, key]] = [keys("other", 0), keys("other", 1), keys("w.example", 9)];
        let words = [("SAME", same), ("AGAIN", again), ("LOG", log), ("KEY", key)];
        for (why, case) in table.iter().flat_map(|(why, all)| all.split('|').map(move |case| (*why, case))) {
            let (line, lines) = case.split_at(1);
            let lines = words.iter().fold(lines.to_owned(), |lines, (word, key)| lines.replace(word, key));
            let fault = TrustFault { line: line.parse().unwrap(), why };
            assert_eq!(Trust::parse(&policy(&["a", "b"], &lines)), Err(fault), "{lines}");
        }
        assert_eq!(Trust::parse("quorum none\n"), Err(TrustFault { line: 2, why: P::NoLog }));
        assert_eq!(Trust::parse("").unwrap_err().to_string(), "line 1: no line names the quorum");
    }

    #[test]
    fn deep_and_long_files_are_weighed_at_once() {
        // A group that names one before it twice would double the paths; a chain is as deep as it has groups.
        let twice: Vec<_> = (1..60).map(|n| format!("group {n} any {0} {0}\n", n - 1)).collect();
        let fault = TrustFault { line: 3, why: TrustProblem::MemberTwice };
        assert_eq!(Trust::parse(&policy(&["0"], &format!("{}quorum 59", twice.concat()))), Err(fault));
        let chain: Vec<_> = (1..12_000).map(|n| format!("group {n} all {}\n", n - 1)).collect();
        let text = policy(&["0"], &format!("{}quorum 11999\n", chain.concat()));
        let trust = Trust::parse(&text).unwrap();
        assert!(trust.is_quorum(&["0"]) && !trust.is_quorum(&["1"]));
        let longest = format!("{text}{}", " ".repeat(MAX_TEXT - text.len()));
        assert_eq!(Trust::parse(&longest), Ok(trust));
        let fault = TrustFault { line: 12_003, why: TrustProblem::TooLong };
        assert_eq!(Trust::parse(&(longest + "\n")), Err(fault));
    }

    proptest! {
        #[test]
        fn one_more_witness_never_unmakes_a_quorum(
            groups in prop::collection::vec((any::<prop::sample::Index>(), 0..6_usize, 1..4_usize), 0..6),
            seen in prop::sample::subsequence(&SIX[..], 0..=6),
            more in prop::sample::select(&SIX[..]),
        ) {
            let (mut free, mut lines) = (SIX.map(str::to_owned).to_vec(), String::new());
            for (number, (need, at, count)) in groups.into_iter().enumerate() {
                let count = count.min(free.len());
                free.rotate_left(at % (count + 1));
                let members: Vec<String> = free.drain(..count).collect();
                writeln!(lines, "group G{number} {} {}", need.index(count) + 1, members.join(" ")).unwrap();
                free.push(format!("G{number}"));
            }
            for quorum in free {
                let trust = Trust::parse(&policy(&SIX, &format!("{lines}quorum {quorum}"))).unwrap();
                prop_assert!(trust.is_quorum(&SIX) && !trust.is_quorum(&[]));
                prop_assert!(!trust.is_quorum(&seen) || trust.is_quorum(&[&seen[..], &[more]].concat()));
            }
        }

        #[test]
        fn whatever_is_read_nothing_panics(
            text in "\\PC*|((log|witness|group|quorum|any|none|[0-9a-c#é\r])[ \t\n]{0,2}){0,40}",
            at in any::<prop::sample::Index>(),
        ) {
            let good = policy(&["a", "b"], "group c 2 a b\nquorum c");
            let (begin, end) = good.split_at(at.index(good.len()));
            for text in [format!("{begin}{text}{end}"), format!("{good}\n{text}"), text] {
                match Trust::parse(&text) {
                    Ok(trust) => prop_assert!(!trust.logs().is_empty() && trust.is_quorum(&["a", "b"])),
                    Err(fault) => prop_assert!((1..=text.split('\n').count()).contains(&fault.line)),
                }
            }
        }
    }
}

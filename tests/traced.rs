//! The real program under strace: which system calls it makes, and what becomes of it when one of them fails.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Output};

use crate::support::{Bench, has};
use crate::told::as_at;

/// One system call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The thread that made it.
    pub(crate) thread: u32,
    pub(crate) name: String,
    /// Its arguments, as strace spells them.
    pub(crate) args: String,
    /// What it gave; nothing where the program ended in it.
    pub(crate) result: String,
}

impl Call {
    /// The call of one line of strace, or the beginning of one.
    fn parse(thread: u32, line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let (args, result) = rest.rsplit_once(" = ").unwrap_or((rest, ""));
        let args = args.trim_end().trim_end_matches(')').to_owned();
        Some(Self { thread, name: name.to_owned(), args, result: result.to_owned() })
    }
}

/// All calls of a trace, in the order in which they began.
pub(crate) fn calls(trace: &str) -> Vec<Call> {
    let mut begun: BTreeMap<u32, usize> = BTreeMap::new();
    let mut lines: Vec<(u32, String)> = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let (thread, rest) = (thread.parse().unwrap(), rest.trim_start());
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if let Some(begin) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, lines.len());
            lines.push((thread, begin.to_owned()));
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let at = begun.remove(&thread).unwrap();
            lines[at].1.push_str(end);
        } else {
            lines.push((thread, rest.to_owned()));
        }
    }
    lines.into_iter().filter_map(|(thread, line)| Call::parse(thread, &line)).collect()
}

/// Whether programs can be traced here; outside CI a test that cannot do it says so and passes.
pub(crate) fn can_trace() -> bool {
    if !has("strace") {
        return false;
    }
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output().unwrap();
    if !tried.status.success() {
        assert!(std::env::var_os("CI").is_none(), "{}", String::from_utf8_lossy(&tried.stderr));
        eprintln!("skipped: strace may not trace here");
    }
    tried.status.success()
}

/// Runs a program under strace with these options, in the environment of a bench.
pub(crate) fn strace(bench: &Bench, options: &[&str], program: &str, args: &[&str], stdin: &[u8]) -> Output {
    let mut command = Command::new("strace");
    as_at(bench, &mut command);
    command.env("PATH", std::env::var_os("PATH").unwrap()).args(["-f", "-qq"]).args(options);
    let mut child = command.arg(program).args(args).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // A program that failed early has not read it.
    let _ = input.write_all(stdin);
    drop(input);
    child.wait_with_output().unwrap()
}

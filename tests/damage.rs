//! A ledger whose file is hit: what is left of it, worked out from its bytes alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::OnceLock;

use kuraban::app::Salvage;
use kuraban::ledger::entry::entry_hash;
use kuraban::store::{Beside, suffixed};

use crate::dice::Dice;
use crate::support::{Bench, Photo};

/// The size of the pages of every ledger.
pub(crate) const PAGE: usize = 4096;

/// A ledger of some hundred entries, as it is and as its log prints.
pub(crate) struct Whole {
    pub(crate) photo: Photo,
    pub(crate) file: Vec<u8>,
    pub(crate) lines: Vec<String>,
    /// Of each line the sets of pages of which one is enough to have it.
    pages: Vec<Vec<BTreeSet<usize>>>,
}

/// The ledger that every test of damage begins with: entries that fill several pages each stand in it, and texts.
pub(crate) fn whole() -> &'static Whole {
    static WHOLE: OnceLock<Whole> = OnceLock::new();
    WHOLE.get_or_init(|| {
        let bench = Bench::furnished();
        let boxes: Vec<String> = (100..250).map(|at| format!("BOX-{}-{at}", "LONG".repeat(12))).collect();
        let all = boxes.iter().map(String::as_str);
        bench.ok(&["media", "add", "--at", "V1-A"].into_iter().chain(all).collect::<Vec<_>>());
        let why = format!("gone: {}", "棚".repeat(900));
        for barcode in ["K00001L9", "K00002L9", "K00003L9"] {
            bench.ok(&["missing", "--by", "A-1", "--why", &why, barcode]);
            bench.ok(&["found", "--at", "DESK", barcode]);
        }
        // Two lists that have no page in common.
        for part in [&boxes[..], &boxes[1..]] {
            let memory = bench.file("memory", format!("V1-A\n{}\n", part.join("\n")).as_bytes());
            let number = bench.ok(&["audit", "open", "--by", "X-1", "--at", "V1-A", "--json"]).json();
            let number = number["number"].to_string();
            bench.ok(&["audit", "scan", "--by", "B-2", &number, "--file", &memory]);
            bench.run(&["audit", "close", "--by", "X-1", "--with", "A-1", &number]);
        }
        let seen = format!("{}\n", boxes.join("\n"));
        bench.run_with(&["sight", "--at", "V1-A", "-"], seen.as_bytes()).code(0);
        bench.ok(&["checkpoint"]);
        let photo = bench.photo();
        let file = photo.ledger().to_vec();
        let lines: Vec<String> = bench.ok(&["log", "--raw"]).out.lines().map(str::to_owned).collect();
        let pages: Vec<_> = lines.iter().map(|line| needed(&file, line)).collect();
        assert!(lines.len() > 200 && file.len() > 60 * PAGE, "{} {}", lines.len(), file.len());
        let most = pages.iter().flatten().map(BTreeSet::len).max();
        assert!(most > Some(2), "no entry fills several pages");
        assert!(pages.iter().all(|sets| !sets.is_empty()));
        Whole { photo, file, lines, pages }
    })
}

/// Everywhere where a line stands with its hash, as the pages that it fills: the number of the next stands behind the part in
/// the first, and before the part in each other.
fn needed(file: &[u8], line: &str) -> Vec<BTreeSet<usize>> {
    let record = [line.as_bytes(), &entry_hash(line.as_bytes()).0].concat();
    let begins = memchr::memmem::find_iter(file, &record[..200]);
    let from = |at: usize| {
        let here = &file[at..(at / PAGE + 1) * PAGE];
        let mut done = here.iter().zip(&record).take_while(|(a, b)| a == b).count();
        let mut pages = BTreeSet::from([at / PAGE]);
        let mut number = at + done;
        while done < record.len() {
            let next = u32::from_be_bytes(file.get(number..number + 4)?.try_into().unwrap());
            number = usize::try_from(next).unwrap().checked_sub(1)? * PAGE;
            let part = &record[done..record.len().min(done + PAGE - 4)];
            if !file.get(number + 4..)?.starts_with(part) {
                return None;
            }
            pages.insert(number / PAGE);
            done += part.len();
        }
        Some(pages)
    };
    begins.filter_map(from).collect()
}

impl Whole {
    /// The lines that are there where these pages are not.
    pub(crate) fn without(&self, gone: impl Fn(usize) -> bool) -> Vec<&str> {
        let there = |sets: &Vec<BTreeSet<usize>>| sets.iter().any(|set| !set.iter().any(|page| gone(*page)));
        self.lines
            .iter()
            .zip(&self.pages)
            .filter(|(_, sets)| there(sets))
            .map(|(line, _)| line.as_str())
            .collect()
    }

    /// The first page of an entry.
    pub(crate) fn page_of(&self, seq: usize) -> usize {
        *self.pages[seq - 1][0].first().unwrap()
    }

    pub(crate) fn pages(&self) -> usize {
        self.file.len() / PAGE
    }

    /// How many of these lines are the first of the log, without a gap.
    pub(crate) fn prefix(&self, lines: &[&str]) -> usize {
        self.lines.iter().zip(lines).take_while(|(a, b)| a == *b).count()
    }

    /// The file with a page of zeros, or of rubbish.
    pub(crate) fn hit(&self, page: usize, dice: &mut Dice) -> Vec<u8> {
        let mut file = self.file.clone();
        let zeros = dice.roll(2) == 0;
        for byte in &mut file[page * PAGE..(page + 1) * PAGE] {
            *byte = if zeros { 0 } else { u8::try_from(dice.roll(256)).unwrap() };
        }
        file
    }
}

/// What is salvaged of a file; nothing where no entry is left.
pub(crate) fn salvaged(path: &Path) -> Vec<String> {
    let before = (std::fs::read(path).unwrap(), std::fs::read(suffixed(path, "-wal")).ok());
    let mut lines = Vec::new();
    if let Ok(found) = Salvage::of(path, &[], (&Beside::default(), &[]), &mut |_, _| {}) {
        let done: Result<(), ()> = found.each_line(|line| {
            lines.push(line.to_owned());
            Ok(())
        });
        done.unwrap();
        assert_eq!(found.told().count, lines.len() as u64);
    }
    assert_eq!(
        (std::fs::read(path).unwrap(), std::fs::read(suffixed(path, "-wal")).ok()),
        before,
        "written to"
    );
    lines
}

/// Lines as they are printed.
pub(crate) fn lines(all: &[&str]) -> String {
    all.iter().map(|line| format!("{line}\n")).collect()
}

//! A ledger whose files are moved, deleted or unmounted while programs have them open: nothing is told that nobody would find
//! again, what was told before is saved where that can be done, and no new ledger takes its place.

use std::fs::{create_dir, remove_dir, remove_dir_all, remove_file, rename};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout};

use kuraban::i18n::Lang;
use kuraban::store::suffixed;
use kuraban::tui::model::Mark;

use crate::mounted::{Disk, is_inside};
use crate::support::Bench;
use crate::told::{Scanned, found, kuraban, scan_of, sound};
use crate::tui_screen::Screen;

/// A ledger behind a mount point.
struct Scene<'a> {
    store: &'a Disk,
    mount: &'a Disk,
    bench: Bench,
}

/// What becomes of its files.
struct Way {
    name: &'static str,
    vanish: fn(&Scene<'_>),
    /// What is told of it, in both languages.
    told: [&'static str; 2],
    after: After,
}

/// What is there afterwards.
enum After {
    /// Nothing, until it is brought back like this.
    Back(fn(&Scene<'_>)),
    /// The ledger, with all that was told: it was saved.
    Saved,
    /// Nothing any more.
    Lost,
}

const GONE: [&str; 2] = ["is gone: it was moved or deleted", "がなくなりました"];
const REPLACED: [&str; 2] = ["file was replaced", "ファイルが置き換えられました"];
const LOG: [&str; 2] = ["was deleted or replaced while", "が削除または置き換えられました"];

const WAYS: [Way; 11] = [
    Way {
        name: "its directory is moved",
        vanish: |scene| rename(scene.bench.path(), scene.away()).unwrap(),
        told: GONE,
        after: After::Back(|scene| rename(scene.away(), scene.bench.path()).unwrap()),
    },
    Way {
        name: "its directory is moved, and an empty one is there",
        vanish: |scene| {
            rename(scene.bench.path(), scene.away()).unwrap();
            create_dir(scene.bench.path()).unwrap();
        },
        told: GONE,
        after: After::Back(|scene| {
            // It is still empty.
            remove_dir(scene.bench.path()).unwrap();
            rename(scene.away(), scene.bench.path()).unwrap();
        }),
    },
    Way {
        name: "its directory is deleted",
        vanish: |scene| remove_dir_all(scene.bench.path()).unwrap(),
        told: GONE,
        after: After::Lost,
    },
    Way {
        name: "its disk is unmounted",
        vanish: |scene| scene.mount.unmount(),
        told: GONE,
        after: After::Back(|scene| scene.mount.show(scene.store)),
    },
    Way {
        name: "an empty disk is mounted above it",
        vanish: |scene| scene.mount.mount(),
        told: GONE,
        after: After::Back(|scene| scene.mount.unmount()),
    },
    Way {
        name: "the file is moved",
        vanish: |scene| rename(scene.bench.ledger(), scene.away()).unwrap(),
        told: GONE,
        after: After::Back(|scene| rename(scene.away(), scene.bench.ledger()).unwrap()),
    },
    Way {
        name: "a copy is put in its place",
        vanish: |scene| {
            rename(scene.bench.ledger(), scene.away()).unwrap();
            std::fs::copy(scene.away(), scene.bench.ledger()).unwrap();
        },
        told: REPLACED,
        after: After::Back(|scene| rename(scene.away(), scene.bench.ledger()).unwrap()),
    },
    Way {
        name: "its log is deleted",
        vanish: |scene| remove_file(scene.beside("-wal")).unwrap(),
        told: LOG,
        after: After::Saved,
    },
    Way {
        name: "its log is moved",
        vanish: |scene| rename(scene.beside("-wal"), scene.away()).unwrap(),
        told: LOG,
        after: After::Saved,
    },
    Way {
        name: "the index of its log is deleted",
        vanish: |scene| remove_file(scene.beside("-shm")).unwrap(),
        told: LOG,
        after: After::Saved,
    },
    Way {
        name: "both are deleted",
        vanish: |scene| ["-wal", "-shm"].iter().for_each(|end| remove_file(scene.beside(end)).unwrap()),
        told: LOG,
        after: After::Saved,
    },
];

impl<'a> Scene<'a> {
    /// A new ledger; this station remembers elsewhere what it has seen of it.
    fn new((store, mount, marks): (&'a Disk, &'a Disk, &Disk)) -> Self {
        let bench = Bench::furnished_today_in(&mount.path);
        let marks = marks.path.display().to_string();
        bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
        let scene = Self { store, mount, bench };
        let _ = remove_file(scene.away());
        scene
    }

    fn away(&self) -> PathBuf {
        self.mount.path.join("away")
    }

    fn beside(&self, end: &str) -> PathBuf {
        suffixed(&self.bench.ledger(), end)
    }

    /// Whether a word of it is nowhere to be read, and a start begins nothing new.
    #[track_caller]
    fn is_away(&self, seen: u64, why: &str) {
        for (lang, words) in [("en", format!("seen {seen} entries")), ("ja", format!("{seen} 件"))] {
            for args in [&["flags"][..], &["sight", "--at", "V1", "K00001L9"], &["verify"]] {
                let mut command = kuraban(&self.bench);
                let out = command.current_dir("/").args(["--lang", lang]).args(args).output().unwrap();
                let said = String::from_utf8(out.stderr).unwrap();
                let told = said.contains(&words) || said.contains("its key is still there");
                let told = told || said.contains("鍵は残っています");
                assert!(out.status.code() == Some(3) && told, "{why}: {args:?}: {said}");
            }
        }
        assert!(!self.bench.ledger().exists(), "{why}");
    }
}

/// A stream of scans, one at a time.
struct Stream {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Stream {
    fn open(bench: &Bench, lang: &str) -> Self {
        let mut command = kuraban(bench);
        let mut child = command.args(["--lang", lang, "sight", "--at", "V1", "-"]).spawn().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, answers }
    }

    fn send(&mut self, label: &str) {
        let line = format!("{label}\n");
        // One that has ended takes nothing more; what it said, and how it ended, is looked at then.
        let _ = self.child.stdin.as_mut().unwrap().write_all(line.as_bytes());
    }

    /// Scans one; gives what was told of it.
    fn scan(&mut self, label: &str) -> String {
        self.send(label);
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line
    }

    /// Waits for the end, with no more input; gives the code, and what was told last on either stream.
    fn end(mut self) -> (Option<i32>, String, String) {
        drop(self.child.stdin.take());
        let mut told = String::new();
        self.answers.read_to_string(&mut told).unwrap();
        let out = self.child.wait_with_output().unwrap();
        (out.status.code(), told, String::from_utf8(out.stderr).unwrap())
    }
}

fn disks() -> (Disk, Disk, Disk) {
    let store = Disk::new("store", "32m");
    let mount = Disk::through("mount", &store);
    (store, mount, Disk::new("marks", "1m"))
}

#[test]
fn a_stream_tells_nothing_of_a_ledger_that_has_vanished() {
    if !is_inside("vanished::a_stream_tells_nothing_of_a_ledger_that_has_vanished") {
        return;
    }
    let (store, mount, marks) = disks();
    for (number, way) in WAYS.iter().enumerate() {
        // At once, and long after nothing has changed in the directory.
        for scans in [1, 600] {
            let why = format!("{}, after {scans}", way.name);
            eprintln!("{why}");
            let scene = Scene::new((&store, &mount, &marks));
            let before = sound(&scene.bench);
            let lang = number % 2;
            let mut stream = Stream::open(&scene.bench, ["en", "ja"][lang]);
            for _ in 0..scans {
                assert!(!stream.scan("K00001L9").is_empty(), "{why}");
            }
            (way.vanish)(&scene);
            stream.send("K00002L9");
            let (code, told, said) = stream.end();
            assert!(told.is_empty(), "{why}: {told}");
            assert!(code == Some(3) && said.contains(way.told[lang]), "{why}: {code:?} {said}");
            match way.after {
                After::Back(back) => {
                    if way.told == GONE {
                        scene.is_away(before + scans, &why);
                    }
                    back(&scene);
                }
                After::Saved => {}
                After::Lost => continue,
            }
            assert_eq!(sound(&scene.bench), before + scans, "{why}");
            let mut stream = Stream::open(&scene.bench, "en");
            stream.scan("K00003L9");
            assert_eq!(stream.end().0, Some(0), "{why}");
            assert_eq!(sound(&scene.bench), before + scans + 1, "{why}");
        }
    }
}

#[test]
fn the_screens_say_that_it_has_vanished_and_go_on_when_it_is_back() {
    if !is_inside("vanished::the_screens_say_that_it_has_vanished_and_go_on_when_it_is_back") {
        return;
    }
    let (store, mount, marks) = disks();
    for (number, way) in WAYS.iter().enumerate() {
        let why = way.name;
        eprintln!("{why}");
        let scene = Scene::new((&store, &mount, &marks));
        let before = sound(&scene.bench);
        let lang = number % 2;
        let mut screen = Screen::open(&scene.bench, [Lang::En, Lang::Ja][lang], (120, 40));
        for label in ["KB-SIGHT", "V1", "K00001L9"] {
            screen.scan(label);
        }
        (way.vanish)(&scene);
        // Nobody has to scan anything to hear of it.
        screen.bells = 0;
        screen.wait(1000);
        let notice = screen.model.notice.clone().unwrap();
        assert!(notice.0 == Mark::Refused && notice.1.contains(way.told[lang]), "{why}: {notice:?}");
        screen.wait(1000);
        screen.wait(1000);
        assert_eq!(screen.bells, 1, "{why}");
        screen.scan("K00002L9");
        // A log that is gone is saved when the ledger is closed, and the next scan opens it anew.
        let saved = matches!(way.after, After::Saved);
        let newest = screen.model.scan.lines.front().unwrap();
        let wanted = if saved { Mark::Done } else { Mark::Refused };
        assert!(newest.mark == wanted && newest.text.starts_with("K00002L9"), "{why}: {newest:?}");
        match way.after {
            After::Back(back) => back(&scene),
            After::Saved => {}
            After::Lost => continue,
        }
        screen.scan("K00003L9");
        let newest = screen.model.scan.lines.front().unwrap();
        assert_eq!(newest.mark, Mark::Done, "{why}: {newest:?}");
        drop(screen);
        let labels: Vec<String> =
            found(&scene.bench, before, "sight").into_iter().map(|(label, _): Scanned| label).collect();
        let wanted =
            if saved { &["K00001L9", "K00002L9", "K00003L9"][..] } else { &["K00001L9", "K00003L9"] };
        assert_eq!(labels, wanted, "{why}");
        sound(&scene.bench);
    }
}

#[test]
fn two_stations_of_whom_one_has_lost_the_index_never_write_over_each_other() {
    if !is_inside("vanished::two_stations_of_whom_one_has_lost_the_index_never_write_over_each_other") {
        return;
    }
    let disks = disks();
    for taken in [&["-shm"][..], &["-wal"], &["-wal", "-shm"]] {
        let scene = Scene::new((&disks.0, &disks.1, &disks.2));
        // The other station remembers nothing of this one's scans.
        scene.bench.vars.borrow_mut().remove("KURABAN_MARKS");
        let before = sound(&scene.bench);
        let mut one = Stream::open(&scene.bench, "en");
        let mut told = vec![scan_of(one.scan("K00001L9").trim_end()).unwrap()];
        for end in taken {
            remove_file(scene.beside(end)).unwrap();
        }
        let mut other = Stream::open(&scene.bench, "en");
        told.extend(scan_of(other.scan("K00002L9").trim_end()));
        told.extend(scan_of(one.scan("K00003L9").trim_end()));
        let (code, _, said) = one.end();
        assert!(code == Some(3) && said.contains(LOG[0]), "{taken:?}: {code:?} {said}");
        other.end();
        let there = found(&scene.bench, before, "sight");
        if taken == ["-wal", "-shm"] {
            // Then nobody can know of the first: it stands in the deleted file alone.
            told.remove(0);
            assert!(told.iter().all(|(_, seq)| *seq == before + 1), "{told:?}");
        }
        assert_eq!(there, told, "{taken:?}");
        sound(&scene.bench);
    }
}

#[test]
fn no_new_ledger_is_begun_where_this_station_has_seen_one() {
    let bench = Bench::empty();
    let home = bench.path().join("home");
    create_dir(&home).unwrap();
    let file = home.join("ledger.kuraban").display().to_string();
    let marks = bench.path().join("marks").display().to_string();
    bench
        .vars
        .borrow_mut()
        .extend([("KURABAN_LEDGER".to_owned(), file), ("KURABAN_MARKS".to_owned(), marks)]);
    let init = ["init", "--site", "TOKYO", "--admin", "B-1", "--name", "Sato"];
    assert!(bench.ok(&init).err.is_empty());
    remove_dir_all(&home).unwrap();
    create_dir(&home).unwrap();
    let said = bench.run(&["flags"]).code(3).err;
    assert!(said.contains("this station has seen 3 entries of it") && said.contains("its disk"), "{said}");
    // Whoever asks for one by name gets it, and hears of it.
    assert!(bench.ok(&init).err.contains("this station has seen 3 entries of it"));
}

//! What a real run of the program does to the files of a bench, recorded by strace, for a disk that loses its power.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::disk::{Deed, Disk};
use crate::support::Bench;
use crate::traced::{Call, calls, strace};

/// The calls that change files, and those that must not, for their bytes would not be seen.
const CALLS: &str = "openat,close,lseek,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename,renameat2,mkdir,\
                     writev,pwritev,pwritev2,truncate,link,linkat,unlinkat,fallocate,copy_file_range,sendfile,mmap";

/// What stands behind a number that the program has open.
#[derive(Debug, Clone)]
enum Open {
    /// A file, and where the next byte goes.
    File(usize, usize),
    Directory(PathBuf),
}

/// A recorder of what is done in the directory of a bench.
pub(crate) struct Recorder<'a> {
    bench: &'a Bench,
    /// The disk as it was in the beginning.
    pub(crate) begin: Disk,
    pub(crate) deeds: Vec<Deed>,
    names: BTreeMap<PathBuf, usize>,
    directories: BTreeSet<PathBuf>,
    files: usize,
    open: BTreeMap<i64, Open>,
}

/// The bytes of a string of strace in hexadecimal digits.
fn unquoted(text: &str) -> Vec<u8> {
    let digit = |byte: u8| if byte > b'9' { byte - b'a' + 10 } else { byte - b'0' };
    let bytes = text.as_bytes().chunks_exact(4);
    assert!(bytes.remainder().is_empty(), "{text}");
    bytes.map(|four| digit(four[2]) * 16 + digit(four[3])).collect()
}

/// The strings among the arguments of a call.
fn strings(args: &str) -> Vec<Vec<u8>> {
    args.split('"').skip(1).step_by(2).map(unquoted).collect()
}

/// A number among the arguments of a call.
fn number(args: &str, at: usize) -> i64 {
    let args = args.split(',').nth(at).unwrap().trim();
    args.parse().unwrap_or_else(|_| panic!("{args}"))
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap()
}

impl<'a> Recorder<'a> {
    /// Begins with the files that are there.
    pub(crate) fn new(bench: &'a Bench) -> Self {
        let mut recorder = Self {
            bench,
            begin: Disk::default(),
            deeds: Vec::new(),
            names: BTreeMap::new(),
            directories: BTreeSet::new(),
            files: 0,
            open: BTreeMap::new(),
        };
        recorder.look(bench.path());
        recorder
    }

    fn look(&mut self, directory: &Path) {
        self.directories.insert(directory.to_owned());
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.look(&path);
            } else {
                let file = self.begin.hold(path.clone(), std::fs::read(&path).unwrap());
                self.names.insert(path, file);
                self.files += 1;
            }
        }
    }

    /// The directory of the bench.
    pub(crate) fn root(&self) -> PathBuf {
        self.bench.path().to_owned()
    }

    /// Lets what was recorded have been done, so that only its end is looked at.
    pub(crate) fn begin_at_the_end(&mut self) {
        for deed in std::mem::take(&mut self.deeds) {
            self.begin.perform(&deed);
        }
    }

    /// Runs a program, and takes down what it does.
    pub(crate) fn run(&mut self, program: &str, args: &[&str], stdin: &[u8]) {
        let trace = tempfile::NamedTempFile::new().unwrap();
        let file = trace.path().display().to_string();
        let options = ["-xx", "-s", "1000000", "-o", &file, "-e", &format!("trace={CALLS}")];
        let run = strace(self.bench, &options, program, args, stdin);
        assert!(run.status.success(), "{run:?}");
        self.open.clear();
        for call in calls(&std::fs::read_to_string(&file).unwrap()) {
            if !call.result.starts_with('-') {
                self.take(&call);
            }
        }
    }

    /// The full path, if it is in the directory of the bench and outlives the program.
    fn path(&self, bytes: &[u8]) -> Option<PathBuf> {
        let path = self.bench.path().join(std::str::from_utf8(bytes).unwrap());
        let path: PathBuf = path.components().collect();
        let kept = path.starts_with(self.bench.path()) && !path.to_string_lossy().ends_with("-shm");
        kept.then_some(path)
    }

    fn take(&mut self, call: &Call) {
        let args = call.args.as_str();
        match call.name.as_str() {
            "openat" => self.opened(args, call.result.parse().unwrap()),
            "close" => {
                self.open.remove(&number(args, 0));
            }
            "unlink" => {
                if let Some(path) = self.path(&strings(args)[0])
                    && self.names.remove(&path).is_some()
                {
                    self.deeds.push(Deed::Remove(path));
                }
            }
            "rename" | "renameat2" => self.renamed(args),
            "mmap" => {
                let shared = args.contains("PROT_WRITE") && args.contains("MAP_SHARED");
                assert!(!shared || !self.open.contains_key(&number(args, 4)), "{args}");
            }
            "mkdir" | "link" | "linkat" | "unlinkat" | "truncate" => {
                panic!("not seen: {}({args})", call.name)
            }
            name => self.written(name, args),
        }
    }

    fn opened(&mut self, args: &str, fd: i64) {
        let Some(path) = self.path(&strings(args)[0]) else { return };
        if self.directories.contains(&path) {
            self.open.insert(fd, Open::Directory(path));
            return;
        }
        if !self.names.contains_key(&path) {
            assert!(args.contains("O_CREAT"), "{} came from nowhere", path.display());
            self.names.insert(path.clone(), self.files);
            self.files += 1;
            self.deeds.push(Deed::Create(path.clone()));
        }
        let file = self.names[&path];
        assert!(!args.contains("O_APPEND"));
        if args.contains("O_TRUNC") {
            self.deeds.push(Deed::Cut(file, 0));
        }
        self.open.insert(fd, Open::File(file, 0));
    }

    fn renamed(&mut self, args: &str) {
        let paths = strings(args);
        let (Some(from), Some(to)) = (self.path(&paths[0]), self.path(&paths[1])) else { return };
        let file = self.names.remove(&from).unwrap();
        self.names.insert(to.clone(), file);
        self.deeds.push(Deed::Rename(from, to));
    }

    /// What is done to something that is open.
    fn written(&mut self, name: &str, args: &str) {
        let fd = number(args, 0);
        if fd == 1 && name == "write" && !self.open.contains_key(&1) {
            self.deeds.push(Deed::Told(String::from_utf8(strings(args).concat()).unwrap()));
            return;
        }
        let deed = match (name, self.open.get_mut(&fd)) {
            ("fsync" | "fdatasync", Some(Open::Directory(path))) => Deed::SyncNames(path.clone()),
            (_, None | Some(Open::Directory(_))) => return,
            ("fsync" | "fdatasync", Some(Open::File(file, _))) => Deed::Sync(*file),
            ("ftruncate", Some(Open::File(file, _))) => Deed::Cut(*file, size(number(args, 1))),
            ("pwrite64", Some(Open::File(file, _))) => {
                Deed::Write(*file, size(number(args, 3)), strings(args).concat())
            }
            ("write", Some(Open::File(file, at))) => {
                let bytes = strings(args).concat();
                *at += bytes.len();
                Deed::Write(*file, *at - bytes.len(), bytes)
            }
            ("lseek", Some(Open::File(_, at))) => {
                assert!(args.contains("SEEK_SET"), "{args}");
                *at = size(number(args, 1));
                return;
            }
            (name, open) => panic!("not seen: {name}({args}), {open:?}"),
        };
        self.deeds.push(deed);
    }
}

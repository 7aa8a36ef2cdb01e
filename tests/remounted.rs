//! A disk that is read-only from one moment on, remounted by somebody or by the kernel after an error: everything that reads
//! works, with what stands in the write-ahead log; everything else says so, and goes on when it may be written again.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::full_disk::{BEGINS, Begin, beginning, can_be_read, run, text};
use crate::mounted::{Disk, is_inside};
use crate::support::{Bench, has};
use crate::terminal::Terminal;
use crate::told::{found, scan_of, sound};

/// What is said of it.
const TOLD: [(&str, &str); 2] = [
    ("en", "error: The ledger may only be read here; nothing was recorded.\n"),
    ("ja", "エラー: 台帳は読取り専用です。何も記録していません。\n"),
];

/// What writes.
const WRITING: [&[&str]; 6] = [
    &["sight", "--at", "V1", "K00001L9"],
    &["media", "import", "list.csv", "--at", "V2"],
    &["order", "new", "--purpose", "backup", "--until", "+4h", "K00001L9"],
    &["audit", "open", "--at", "V1"],
    &["policy", "set", "order_required", "yes"],
    &["checkpoint"],
];

/// It can be read, and all of it; a copy of it can be made elsewhere, and it cannot be written.
#[track_caller]
fn can_only_be_read(bench: &Bench, size: u64, elsewhere: &Path, why: &str) {
    can_be_read(bench, why);
    let lines = run(bench, &["log", "--raw"], b"").stdout;
    assert_eq!(text(&lines).lines().count() as u64, size, "{why}");
    for (lang, told) in TOLD {
        for args in WRITING {
            let out = run(bench, &[&["--lang", lang], args].concat(), b"");
            assert!(
                out.status.code() == Some(3) && text(&out.stderr).starts_with(told),
                "{why}: {args:?}: {out:?}"
            );
        }
    }
    let copy = elsewhere.join("copy");
    let out = run(bench, &["backup", copy.to_str().unwrap()], b"");
    assert!(out.status.success(), "{why}: {out:?}");
    let held = bench.ok(&["verify", "--json", "--ledger", copy.to_str().unwrap()]).json();
    assert_eq!(held["size"], size, "{why}");
    std::fs::remove_file(copy).unwrap();
}

#[test]
fn what_was_remounted_read_only_is_read_to_the_last_entry_and_goes_on_when_it_may_be_written() {
    if !is_inside(
        "remounted::what_was_remounted_read_only_is_read_to_the_last_entry_and_goes_on_when_it_may_be_written",
    ) {
        return;
    }
    let (disk, elsewhere) = (Disk::new("disk", "16m"), Disk::new("elsewhere", "16m"));
    // While another station has it open for writing, no kernel lets it be remounted.
    for begin in BEGINS.into_iter().filter(|begin| !matches!(begin, Begin::Neighbour)) {
        let why = format!("{begin:?}");
        let (bench, held) = beginning(&disk, begin);
        assert!(held.is_none());
        bench.file("list.csv", b"barcode\nN00001L9\n");
        let copied: Vec<(PathBuf, Vec<u8>)> = files(&bench);
        let size = sound(&bench);
        // To be looked at it had to be opened: now it is as it was left.
        for (path, bytes) in &copied {
            std::fs::write(path, bytes).unwrap();
        }
        disk.remount("ro");
        can_only_be_read(&bench, size, &elsewhere.path, &why);
        let mut terminal = Terminal::open(&bench, &[]);
        terminal.sign_on();
        terminal.send(b"KB-SIGHT\rV1\rK00001L9\r");
        terminal.wait_for("K00001L9 NOT RECORDED");
        assert!(terminal.shows("recorded 0"), "{why}");
        disk.remount("rw");
        terminal.send(b"K00003L9\r");
        terminal.wait_for("recorded 1");
        terminal.send(b"\x1bq");
        assert_eq!(terminal.end().0, 0, "{why}");
        let out = run(&bench, &["sight", "--at", "V1", "K00004L9"], b"");
        assert!(out.status.success(), "{why}: {out:?}");
        assert_eq!(sound(&bench), size + 2, "{why}");
    }
}

/// The ledger and what SQLite has left beside it.
fn files(bench: &Bench) -> Vec<(PathBuf, Vec<u8>)> {
    let path = |end| kuraban::store::suffixed(&bench.ledger(), end);
    let all = ["", "-wal", "-shm"].map(path).into_iter();
    all.filter_map(|path| std::fs::read(&path).ok().map(|bytes| (path, bytes))).collect()
}

/// Runs a tool; whether it did what it was to do.
fn tool(name: &str, args: &[&str]) -> bool {
    let out = Command::new(name).args(args).output().unwrap();
    if !out.status.success() {
        eprintln!("{name}: {}", String::from_utf8_lossy(&out.stderr));
    }
    out.status.success()
}

/// An ext4 in a file, mounted at a directory, which the kernel remounts read-only at an error; none where that is not allowed.
struct Ext4 {
    image: PathBuf,
    path: PathBuf,
}

impl Ext4 {
    fn new(holder: &Disk) -> Option<Self> {
        if !has_mkfs() {
            return None;
        }
        let (image, path) = (holder.path.join("image"), holder.path.join("ext4"));
        std::fs::File::create(&image).unwrap().set_len(24 << 20).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(tool("mkfs.ext4", &["-q", image.to_str().unwrap()]));
        let disk = Self { image, path };
        let can = disk.mount() && disk.trigger().exists();
        if !can {
            eprintln!("skipped: no file can be mounted as an ext4 here");
        }
        can.then_some(disk)
    }

    fn mount(&self) -> bool {
        let [image, path] = [&self.image, &self.path].map(|path| path.to_str().unwrap());
        tool("mount", &["-o", "loop,errors=remount-ro", image, path])
    }

    /// Where the kernel is told to find an error.
    fn trigger(&self) -> PathBuf {
        let device = Command::new("findmnt").args(["-no", "SOURCE"]).arg(&self.path).output().unwrap().stdout;
        let device = text(&device).trim().rsplit('/').next().unwrap().to_owned();
        Path::new("/sys/fs/ext4").join(device).join("trigger_fs_error")
    }

    /// What befalls it.
    fn fail(&self) {
        std::fs::write(self.trigger(), "1").unwrap();
    }

    /// Takes it away, has it checked and puts it back.
    fn repair(&self) {
        assert!(tool("umount", &[self.path.to_str().unwrap()]));
        let checked = Command::new("e2fsck").arg("-fy").arg(&self.image).output().unwrap();
        assert!(matches!(checked.status.code(), Some(0..=2)), "{checked:?}");
        assert!(self.mount());
    }
}

fn has_mkfs() -> bool {
    let there = |name: &str| {
        Command::new(name).arg("-V").stderr(Stdio::null()).stdout(Stdio::null()).status().is_ok()
    };
    let all = ["mkfs.ext4", "e2fsck"].into_iter().all(there) && has("findmnt");
    assert!(all || std::env::var_os("CI").is_none(), "mkfs.ext4 or e2fsck is missing in CI");
    if !all {
        eprintln!("skipped: mkfs.ext4 or e2fsck is not installed");
    }
    all
}

#[test]
fn a_disk_that_the_kernel_makes_read_only_at_an_error_is_told_and_what_was_told_is_there() {
    if !is_inside(
        "remounted::a_disk_that_the_kernel_makes_read_only_at_an_error_is_told_and_what_was_told_is_there",
    ) {
        return;
    }
    let holder = Disk::new("holder", "64m");
    let elsewhere = Disk::new("elsewhere", "16m");
    let Some(disk) = Ext4::new(&holder) else { return };
    let bench = Bench::furnished_today_in(&disk.path);
    let marks = elsewhere.path.join("marks").display().to_string();
    bench.vars.borrow_mut().insert("KURABAN_MARKS".to_owned(), marks);
    bench.ok(&["order", "new", "--purpose", "backup", "--until", "+4h", "K00006L9"]);
    bench.ok(&["media", "add", "--at", "V2", "K00007L9"]);
    bench.ok(&["audit", "open", "--at", "V2"]);
    bench.file("list.csv", b"barcode\nN00001L9\n");
    let before = sound(&bench);
    // A stream and the screens, both in the middle of their work.
    let mut command = crate::told::kuraban(&bench);
    let mut stream = command.current_dir("/").args(["sight", "--at", "V1", "-"]).spawn().unwrap();
    let mut send = |line: &[u8]| stream.stdin.as_mut().unwrap().write_all(line).unwrap();
    send(b"K00001L9\n");
    let mut terminal = Terminal::open(&bench, &[]);
    terminal.sign_on();
    terminal.send(b"KB-SIGHT\rV1\rK00002L9\r");
    terminal.wait_for("recorded 1");
    while bench.run(&["log", "--raw"]).out.lines().count() as u64 != before + 2 {
        std::thread::yield_now();
    }
    disk.fail();
    send(b"K00003L9\n");
    let out = stream.wait_with_output().unwrap();
    let said = text(&out.stderr);
    assert!(
        out.status.code() == Some(3) && said.contains("error: The disk cannot be read or written"),
        "{said}"
    );
    let told: Vec<_> = text(&out.stdout).lines().filter_map(scan_of).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    terminal.send(b"K00004L9\r");
    terminal.wait_for("K00004L9 NOT RECORDED");
    terminal.send(b"K00005L9\r");
    terminal.wait_for("K00005L9 NOT RECORDED");
    assert!(terminal.shows("recorded 1"));
    can_only_be_read(&bench, before + 2, &elsewhere.path, "after the error");
    terminal.send(b"\x1bq");
    assert_eq!(terminal.end().0, 0);
    disk.repair();
    // Which of the two programs was the first to record is chance.
    let there: BTreeSet<String> =
        found(&bench, before, "sight").into_iter().map(|(label, _)| label).collect();
    assert!(there.iter().map(String::as_str).eq(["K00001L9", "K00002L9"]), "{there:?}");
    let out = run(&bench, &["sight", "--at", "V1", "K00006L9"], b"");
    assert!(out.status.success(), "{out:?}");
    assert_eq!(sound(&bench), before + 3);
}

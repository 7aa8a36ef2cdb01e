//! Disks of a test's own: file systems in a mount namespace that only the test and its programs see, and that are gone with
//! them whatever happens.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::has;

/// Set in a process that has disks of its own, to the directory for them.
const INSIDE: &str = "KURABAN_TEST_DISKS";

/// A file system of the test's own.
pub(crate) struct Disk {
    pub(crate) path: PathBuf,
    size: String,
}

fn mount(args: &[&str]) -> bool {
    Command::new("mount").args(args).status().unwrap().success()
}

/// How a namespace is made in which file systems may be mounted: by root, or by anybody who becomes root in it. None where
/// the kernel allows neither.
fn way_in(directory: &Path) -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
    ways.into_iter().find(|way| {
        let mut command = Command::new("unshare");
        command.args(*way).args(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs"]).arg(directory);
        command.output().unwrap().status.success()
    })
}

/// Whether this process has disks of its own. If not, a process that has them runs this very test, and that is what it
/// comes to; where nothing may be mounted, that is said.
pub(crate) fn is_inside(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    if !["unshare", "mount", "umount"].into_iter().all(has) {
        return false;
    }
    let directory = tempfile::tempdir().unwrap();
    // In CI too: which tools there are is its affair, but not what the kernel allows.
    let Some(way) = way_in(directory.path()) else {
        eprintln!("skipped: nothing may be mounted here");
        return false;
    };
    let mut command = Command::new("unshare");
    command.args(way).arg(std::env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    let out = command.env(INSIDE, directory.path()).output().unwrap();
    let read = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err, done) = (read(&out.stdout), read(&out.stderr), out.status.success());
    assert!(done && out.contains("1 passed"), "{test} on disks of its own:\n{out}\n{err}");
    eprint!("{err}");
    false
}

impl Disk {
    /// One in memory, of so many bytes as `mount` spells them.
    pub(crate) fn new(name: &str, size: &str) -> Self {
        let path = Path::new(&std::env::var_os(INSIDE).unwrap()).join(name);
        std::fs::create_dir(&path).unwrap();
        let disk = Self { path, size: size.to_owned() };
        disk.mount();
        disk
    }

    /// An empty one where it was, or above it.
    pub(crate) fn mount(&self) {
        let size = format!("size={}", self.size);
        assert!(mount(&["-t", "tmpfs", "-o", &size, "tmpfs", self.path.to_str().unwrap()]));
    }

    /// A directory through which another one is seen, as a disk that was mounted there.
    pub(crate) fn through(name: &str, other: &Disk) -> Self {
        let path = other.path.with_file_name(name);
        std::fs::create_dir(&path).unwrap();
        let disk = Self { path, size: "1m".to_owned() };
        disk.show(other);
        disk
    }

    /// Lets another one be seen there, again.
    pub(crate) fn show(&self, other: &Disk) {
        assert!(mount(&["--bind", other.path.to_str().unwrap(), self.path.to_str().unwrap()]));
    }

    /// Takes it away, though somebody has files open there.
    pub(crate) fn unmount(&self) {
        assert!(Command::new("umount").arg("--lazy").arg(&self.path).status().unwrap().success());
    }

    /// Lets it be read only, or be written again.
    pub(crate) fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,bind,{how}"), self.path.to_str().unwrap()]));
    }

    /// Fills it, but for so many bytes.
    pub(crate) fn fill(&self, keep: u64) -> Ballast {
        let path = self.path.join("ballast");
        let mut file = File::create(&path).unwrap();
        loop {
            match file.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("{error}"),
            }
        }
        let held = file.metadata().unwrap().len();
        file.set_len(held.saturating_sub(keep)).unwrap();
        Ballast(path)
    }
}

/// What takes the room; it gives it back when it goes.
pub(crate) struct Ballast(PathBuf);

impl Ballast {
    /// Gives so many bytes back.
    pub(crate) fn give(&self, bytes: u64) {
        let file = File::options().write(true).open(&self.0).unwrap();
        file.set_len(file.metadata().unwrap().len().saturating_sub(bytes)).unwrap();
    }
}

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_disk_of_its_own_is_seen_by_the_test_alone_and_can_be_full() {
    if !is_inside("mounted::a_disk_of_its_own_is_seen_by_the_test_alone_and_can_be_full") {
        return;
    }
    let disk = Disk::new("disk", "1m");
    let ballast = disk.fill(0);
    let one = disk.path.join("one");
    assert_eq!(std::fs::write(&one, [1; 5000]).unwrap_err().kind(), ErrorKind::StorageFull);
    ballast.give(8192);
    std::fs::write(&one, [1; 5000]).unwrap();
    disk.remount("ro");
    assert_eq!(std::fs::write(&one, [2; 50]).unwrap_err().kind(), ErrorKind::ReadOnlyFilesystem);
    disk.remount("rw");
    let number = |path: &Path| std::fs::metadata(path).unwrap().dev();
    let before = number(&disk.path);
    disk.unmount();
    assert!(number(&disk.path) != before && !one.exists());
    // Outside nobody sees it.
    assert!(std::fs::read_to_string("/proc/self/mounts").unwrap().contains("tmpfs"));
}

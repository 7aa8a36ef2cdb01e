//! The real program on a real pseudo-terminal, and what a person sees of it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::support::{Bench, PIN};

/// How often the program may be silent for a while before a test gives up; far more than it ever needs.
const PATIENCE: usize = 400;
/// How long that while is.
const WHILE: Duration = Duration::from_millis(50);

/// The program in its terminal.
pub(crate) struct Terminal {
    pub(crate) child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    pub(crate) seen: String,
    pub(crate) screen: vt100::Parser,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    pub(crate) fn open(bench: &Bench, args: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kuraban"));
        command.args(args);
        Self::start(bench, command)
    }

    pub(crate) fn start(bench: &Bench, mut command: CommandBuilder) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("KURABAN_LEDGER", bench.ledger());
        command.env("KURABAN_BADGE", "B-1");
        command.env("KURABAN_SCAN_END", "cr");
        // What the bench remembers and sends outside, if it does.
        let beside = ["KURABAN_MARKS", "KURABAN_NOTES"];
        for (name, value) in bench.vars.borrow().iter().filter(|(name, _)| beside.contains(&name.as_str())) {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self {
            child,
            keys,
            output,
            seen: String::new(),
            screen: vt100::Parser::new(NonZeroU16::new(24).unwrap(), NonZeroU16::new(80).unwrap(), 0),
            _master: pair.master,
        }
    }

    /// The PIN of the person that the environment names.
    pub(crate) fn sign_on(&mut self) {
        self.wait_for("PIN of B-1");
        self.send(format!("{PIN}\r").as_bytes());
        self.wait_for("person: B-1");
    }

    pub(crate) fn send(&mut self, keys: &[u8]) {
        self.keys.write_all(keys).unwrap();
        self.keys.flush().unwrap();
    }

    fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.seen.push_str(&String::from_utf8_lossy(bytes));
    }

    /// What has come after the first so many bytes.
    pub(crate) fn since(&self, bytes: usize) -> &str {
        self.seen.get(bytes..).unwrap_or_default()
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        self.screen.screen().contents().contains(text)
    }

    /// Reads until this stands on the screen.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(|terminal| terminal.shows(text));
    }

    /// Reads until this is so; looks again after each piece of output, and every now and then without.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, so: impl Fn(&Self) -> bool) {
        // A screen that shows the time of day is never silent for long.
        let (mut silences, mut all) = (0, 0);
        while !so(self) {
            match self.output.recv_timeout(WHILE) {
                Ok(bytes) => {
                    silences = 0;
                    self.take(&bytes);
                }
                Err(RecvTimeoutError::Timeout) if silences < PATIENCE && all < 4 * PATIENCE => {
                    (silences, all) = (silences + 1, all + 1);
                }
                Err(error) => panic!("it never came ({error}):\n{}", self.screen.screen().contents()),
            }
        }
    }

    /// Takes what comes until nothing comes for a while: no frame is half drawn then.
    pub(crate) fn settle(&mut self) {
        while let Ok(bytes) = self.output.recv_timeout(WHILE) {
            self.take(&bytes);
        }
    }

    /// Takes what comes until the program has closed the terminal.
    pub(crate) fn drain(&mut self) {
        loop {
            match self.output.recv_timeout(WHILE * u32::try_from(PATIENCE).unwrap()) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it did not end:\n{}", self.screen.screen().contents())
                }
            }
        }
    }

    /// Waits for the end of the program; gives its code and all that it wrote.
    pub(crate) fn end(mut self) -> (u32, String) {
        self.drain();
        let status = self.child.wait().unwrap();
        (status.exit_code(), std::mem::take(&mut self.seen))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed must not leave a program behind that waits for keys.
        let _ = self.child.kill();
    }
}

/// Whether the terminal was given back: its own screen left, the cursor shown.
pub(crate) fn restored(seen: &str) -> bool {
    seen.rfind("\u{1b}[?1049l").is_some_and(|left| left > seen.rfind("\u{1b}[?1049h").unwrap_or(0))
        && seen.rfind("\u{1b}[?25h") > seen.rfind("\u{1b}[?25l")
}

/// Sends a signal to a process.
#[cfg(unix)]
pub(crate) fn signal(name: &str, id: &str) {
    let name = format!("-{name}");
    assert!(std::process::Command::new("kill").args([&name, id]).status().unwrap().success());
}

/// Somebody who stands ready to kill a process, for whoever has to be started first would come too late.
#[cfg(unix)]
pub(crate) struct Killer(std::process::Child);

#[cfg(unix)]
impl Killer {
    /// The one of this process.
    pub(crate) fn of(id: u32) -> Self {
        let mut shell = std::process::Command::new("sh");
        let words = ["-c", "echo; read go; kill -KILL \"$1\"", "sh", &id.to_string()];
        let pipe = std::process::Stdio::piped;
        let mut shell = shell.args(words).stdin(pipe()).stdout(pipe()).spawn().unwrap();
        // It is there when it has said so.
        shell.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        Self(shell)
    }

    /// Does it.
    pub(crate) fn strike(mut self) {
        self.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

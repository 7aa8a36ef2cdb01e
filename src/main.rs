//! The program: the real clock, terminal, locale and exit code, and nothing else.

use std::io::{self, BufReader, BufWriter, IsTerminal as _};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;

use chrono::{Offset as _, TimeZone as _};
use kuraban::app::{Beside, Cost, Surroundings};
use kuraban::cli::{self, Ask, Env, Launch};
use kuraban::domain::time::Timestamp;
use kuraban::tui;

#[allow(clippy::disallowed_methods, reason = "this is the one place where the real clock is read")]
fn now() -> Timestamp {
    Timestamp::from_millis(chrono::Utc::now().timestamp_millis())
}

fn zone(at: Timestamp) -> i32 {
    chrono::Local.offset_from_utc_datetime(&at.to_utc().naive_utc()).fix().local_minus_utc()
}

fn screens(launch: Launch) -> io::Result<()> {
    let [prefix, suffix, end] = &launch.scanner;
    tui::runtime::run(&tui::runtime::Options {
        scanner: tui::input::Settings::parse(prefix, suffix, end).unwrap_or_default(),
        ledger: launch.ledger,
        busy: launch.busy,
        outside: launch.outside,
        voice: launch.voice,
        station: launch.station,
        person: launch.person,
        colours: launch.colours,
        new: launch.new,
        may_make_directory: launch.may_make_directory,
    })
}

fn main() -> ExitCode {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let env = Env {
        vars: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect(),
        outside: Surroundings {
            now: Arc::new(now),
            random: Arc::new(|buffer| getrandom::fill(buffer).is_ok()),
            cost: Cost::default(),
            beside: Beside::default(),
        },
        zone: Rc::new(zone),
        stdin: Box::new(BufReader::new(io::stdin())),
        stdout: Box::new(BufWriter::new(io::stdout())),
        stderr: Box::new(io::stderr()),
        stdout_is_terminal: io::stdout().is_terminal(),
        stderr_is_terminal: io::stderr().is_terminal(),
        width: terminal_size::terminal_size().map(|(width, _)| width.0),
        hostname: gethostname::gethostname().into_string().ok(),
        // The terminal itself is asked, for standard input may be a scanner's file; but only where the
        // question is seen.
        ask: io::stderr()
            .is_terminal()
            .then(|| -> Ask<'_> { Box::new(|prompt| rpassword::prompt_password(prompt)) }),
        screens: terminal.then_some(Box::new(screens)),
    };
    ExitCode::from(cli::run(std::env::args_os(), env).0)
}

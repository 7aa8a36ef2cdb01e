//! Everything that is printed goes through here: data to standard output, remarks to standard error.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::time::Duration;

use super::args::{Global, Output};
use super::env::Env;
use super::exit::{Code, Failure};
use crate::app::{Behind, DEFAULT_STATION, Keyring, Session};
use crate::domain::flag::Severity;
use crate::domain::names::{Badge, NameError, Station};
use crate::domain::time::Timestamp;
use crate::i18n::{Keeping, Lang, Remark, Sentence, Text, Voice};
use crate::report::sheet::Form;

/// Seconds that a command waits for another process's lock, unless `KURABAN_BUSY_TIMEOUT` says otherwise.
const BUSY_SECONDS: u64 = 10;

/// The two streams, the language, and what the environment says.
pub(super) struct Ui<'a> {
    pub(super) env: Env<'a>,
    pub(super) voice: Voice,
}

impl<'a> Ui<'a> {
    pub(super) fn new(env: Env<'a>) -> Self {
        let lang = Lang::choose(None, |name| env.vars.get(name)?.to_str().map(str::to_owned));
        let voice = Voice { lang, zone: env.zone.clone() };
        Self { env, voice }
    }

    /// Takes the language that was asked for.
    pub(super) fn speak(&mut self, asked: Option<&str>) {
        if let Some(asked) = asked {
            self.voice.lang = Lang::choose(Some(asked), |_| None);
        }
    }

    /// Takes the file of the secret key that was named: `--key`, else `KURABAN_KEY`.
    pub(super) fn hold(&mut self, global: &Global) {
        let passphrase = self.var("KURABAN_KEY_PASSPHRASE").map(str::to_owned);
        let file = global.key.clone().or_else(|| self.path_var("KURABAN_KEY"));
        self.env.outside.beside.keyring = Keyring { file, passphrase };
        self.env.outside.beside.marks = self.marks();
        self.env.outside.beside.notes = self.path_var("KURABAN_NOTES");
    }

    pub(super) fn width(&self) -> Option<u16> {
        self.env.width
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.env.outside.now)()
    }

    pub(super) fn outside(&self) -> crate::app::Surroundings {
        self.env.outside.clone()
    }

    /// What opens the screens, if there is a terminal to open them on.
    pub(super) fn screens(&mut self) -> Option<super::env::Screens<'a>> {
        self.env.screens.take()
    }

    pub(super) fn out(&mut self) -> &mut dyn Write {
        &mut *self.env.stdout
    }

    pub(super) fn stdin(&mut self) -> &mut dyn BufRead {
        &mut *self.env.stdin
    }

    /// A line of data.
    pub(super) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.env.stdout, "{line}")?;
        self.env.stdout.flush()
    }

    /// A sentence as a line of data.
    pub(super) fn say(&mut self, text: &Text<'_>) -> io::Result<()> {
        let line = self.voice.text(text);
        self.line(&line)
    }

    /// A remark.
    pub(super) fn remark(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.env.stderr, "{line}")?;
        self.env.stderr.flush()
    }

    /// What went wrong, and what to do next.
    pub(super) fn problem(&mut self, sentence: &Sentence) -> io::Result<()> {
        let (error, hint) = (self.voice.text(&Text::Error), self.voice.text(&Text::Hint));
        let error = self.paint_error(Severity::Critical, &error);
        self.remark(&format!("{error}: {}", sentence.what))?;
        if let Some(next) = &sentence.hint {
            self.remark(&format!("{hint}: {next}"))?;
        }
        Ok(())
    }

    /// Whether colours are wanted.
    pub(super) fn may_paint(&self) -> bool {
        self.var("NO_COLOR").is_none() && self.var("TERM").is_none_or(|term| term != "dumb")
    }

    fn paint_error(&self, severity: Severity, word: &str) -> String {
        painted(self.env.stderr_is_terminal && self.may_paint(), severity, word)
    }

    /// Whether standard output is a terminal that wants colours.
    pub(super) fn paints(&self) -> bool {
        self.env.stdout_is_terminal && self.may_paint()
    }

    /// A word in the colour of a severity, on a terminal that wants colours.
    pub(super) fn paint(&self, severity: Severity, word: &str) -> String {
        painted(self.paints(), severity, word)
    }

    /// A variable of the environment that is set to something.
    pub(super) fn var(&self, name: &str) -> Option<&str> {
        self.env.vars.get(name)?.to_str().filter(|value| !value.is_empty())
    }

    /// A variable that names a file. A path need not be text; one that is not must not silently become another.
    pub(super) fn path_var(&self, name: &str) -> Option<PathBuf> {
        self.env.vars.get(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// What clap says about the words of a call: help and version are data, the rest is wrong usage.
    pub(super) fn usage(&mut self, error: &clap::Error) -> Result<Code, Failure> {
        let colour = self.may_paint();
        let plain = error.render();
        let text =
            |terminal: bool| if terminal && colour { plain.ansi().to_string() } else { plain.to_string() };
        if error.use_stderr() {
            let text = text(self.env.stderr_is_terminal);
            write!(self.env.stderr, "{text}")?;
            return Ok(Code::USAGE);
        }
        let text = text(self.env.stdout_is_terminal);
        write!(self.env.stdout, "{text}")?;
        Ok(Code::DONE)
    }

    /// Says why a command did not come to its end, and with which code that ends it.
    pub(super) fn fail(&mut self, failure: &Failure) -> Code {
        let (sentence, code) = match failure {
            Failure::Refused(refusal) => (self.voice.refusal(refusal), Code::REFUSED),
            Failure::Trouble(trouble) => (self.voice.trouble(trouble), Code::TROUBLE),
            Failure::Usage(what) => (Sentence { what: what.clone(), hint: None }, Code::USAGE),
            Failure::NoRandomness => {
                (Sentence { what: self.voice.text(&Text::NoRandomness), hint: None }, Code::TROUBLE)
            }
            // Whoever read the output has seen enough.
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Code::DONE,
            Failure::Output(error) => {
                let error = error.to_string();
                let what = self.voice.text(&Text::Keeping(Keeping::Unprinted { error: &error }));
                let hint = Some(self.voice.text(&Text::Keeping(Keeping::UnprintedNext)));
                (Sentence { what, hint }, Code::TROUBLE)
            }
        };
        // If not even standard error can be written, the code has to say it all.
        let _ = self.problem(&sentence);
        code
    }

    /// Checks a name that was given on the command line.
    pub(super) fn name<T>(
        &self,
        what: &str,
        value: &str,
        check: impl Fn(&str) -> Result<T, NameError>,
    ) -> Result<T, Failure> {
        use unicode_normalization::UnicodeNormalization as _;
        let normal: String = value.trim().nfc().collect();
        check(&normal).map_err(|error| {
            let shown: String = value.chars().take(64).filter(|c| !c.is_control()).collect();
            let reason = self.voice.name_error(error);
            Failure::Usage(self.voice.text(&Text::BadName { what, value: &shown, reason: &reason }))
        })
    }

    pub(super) fn badge(&self, value: &str) -> Result<Badge, Failure> {
        self.name("BADGE", value, Badge::new)
    }

    /// The file of the ledger: `--ledger`, else `KURABAN_LEDGER`, else the platform's data directory.
    pub(super) fn ledger(&self, global: &Global) -> Result<PathBuf, Failure> {
        if let Some(path) = &global.ledger {
            return Ok(path.clone());
        }
        let path = |name| self.path_var(name);
        if let Some(path) = path("KURABAN_LEDGER") {
            return Ok(path);
        }
        let home = |rest: &str| path("HOME").map(|home| home.join(rest));
        let data = if cfg!(windows) {
            path("APPDATA")
        } else if cfg!(target_os = "macos") {
            home("Library/Application Support")
        } else {
            path("XDG_DATA_HOME").or_else(|| home(".local/share"))
        };
        match data {
            Some(data) => Ok(data.join("kuraban").join("ledger.kuraban")),
            None => Err(Failure::Usage(self.voice.text(&Text::NoLedgerPath))),
        }
    }

    /// The directory where this station remembers what it has seen: `KURABAN_MARKS`, else in the platform's directory for
    /// the state of programs.
    fn marks(&self) -> Option<PathBuf> {
        let path = |name| self.path_var(name);
        let home = |rest: &str| path("HOME").map(|home| home.join(rest));
        let state = if cfg!(windows) {
            path("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home("Library/Application Support")
        } else {
            path("XDG_STATE_HOME").or_else(|| home(".local/state"))
        };
        path("KURABAN_MARKS").or_else(|| state.map(|state| state.join("kuraban").join("marks")))
    }

    pub(super) fn busy(&self) -> Duration {
        let seconds = self.var("KURABAN_BUSY_TIMEOUT").and_then(|text| text.parse().ok());
        Duration::from_secs(seconds.unwrap_or(BUSY_SECONDS))
    }

    /// Tells if the note of a checkpoint could not be written where notes are to go; says whether it could.
    pub(super) fn delivered(&mut self, session: &Session) -> io::Result<bool> {
        let Some(trouble) = session.undelivered() else { return Ok(true) };
        let sentence = self.voice.trouble(&trouble);
        let what = self.voice.text(&Text::Keeping(Keeping::NotDelivered { error: &sentence.what }));
        self.problem(&Sentence { what, hint: sentence.hint })?;
        Ok(false)
    }

    /// Opens the ledger for writing, which does not begin where this station does not believe it.
    pub(super) fn opened(&self, global: &Global) -> Result<Session, Failure> {
        let path = self.ledger(global)?;
        Ok(Session::open(&path, self.busy(), self.outside())?)
    }

    /// Opens the ledger for reading; that this station does not believe it is told before anything else.
    pub(super) fn session(&mut self, global: &Global) -> Result<Session, Failure> {
        let session = self.opened(global)?;
        if let Some(doubt) = session.doubt()? {
            let sentence = self.voice.trouble(&doubt);
            self.problem(&sentence)?;
        }
        let behind = session.clock_behind()?;
        self.late(behind)?;
        Ok(session)
    }

    /// Tells of a clock that is behind the ledger's time.
    pub(super) fn late(&mut self, behind: Option<Behind>) -> io::Result<()> {
        let Some(behind) = behind else { return Ok(()) };
        let what = self.voice.behind(behind);
        let next = self.voice.text(&Text::Remark(Remark::ClockBehindNext));
        let hint = self.voice.text(&Text::Hint);
        self.remark(&what)?;
        self.remark(&format!("{hint}: {next}"))
    }

    pub(super) fn station(&self, global: &Global) -> Result<Station, Failure> {
        let named = global.station.clone().or_else(|| self.var("KURABAN_STATION").map(str::to_owned));
        let named = named.or_else(|| self.env.hostname.clone().filter(|name| !name.trim().is_empty()));
        self.name("STATION", named.as_deref().unwrap_or(DEFAULT_STATION), Station::new)
    }

    /// A progress bar that shows itself only after a second, and only on a terminal.
    pub(super) fn progress(&self, what: &str) -> impl FnMut(u64, u64) + use<> {
        let terminal = self.env.stderr_is_terminal;
        let bar = indicatif::ProgressBar::with_draw_target(None, indicatif::ProgressDrawTarget::hidden());
        bar.set_message(self.voice.text(&Text::Reading { what }));
        let mut shown = false;
        move |done, total| {
            if terminal && !shown && bar.elapsed() > Duration::from_secs(1) {
                shown = true;
                bar.set_length(total);
                if let Ok(style) =
                    indicatif::ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}")
                {
                    bar.set_style(style);
                }
                bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            }
            if shown {
                bar.set_position(done);
                if done >= total {
                    bar.finish_and_clear();
                }
            }
        }
    }

    /// The form in which a list is asked for.
    pub(super) fn form(&self, output: Output) -> Form {
        if output.json {
            Form::Json
        } else if output.csv {
            Form::Csv { bom: output.bom }
        } else {
            Form::Table { width: self.env.width.filter(|_| self.env.stdout_is_terminal) }
        }
    }
}

fn painted(colour: bool, severity: Severity, word: &str) -> String {
    if !colour {
        return word.to_owned();
    }
    let code = match severity {
        Severity::Critical => "1;31",
        Severity::Warning => "33",
        Severity::Notice => "36",
    };
    format!("\u{1b}[{code}m{word}\u{1b}[0m")
}

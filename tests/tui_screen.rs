//! The screens, driven by keys against a real ledger and read cell by cell.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kuraban::domain::names::{Badge, Station};
use kuraban::i18n::{Lang, Voice};
use kuraban::tui::input::Settings;
use kuraban::tui::message::{Effect, Message};
use kuraban::tui::model::{Dialog, Model, Start};
use kuraban::tui::update::{present, update};
use kuraban::tui::view::view;
use kuraban::tui::worker::{Desk, Setup};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use std::rc::Rc;

use crate::support::{Bench, PIN};

/// A terminal with a person before it.
pub(crate) struct Screen<'a> {
    pub(crate) bench: &'a Bench,
    desk: Desk,
    pub(crate) model: Model,
    millis: u64,
    pub(crate) bells: usize,
    pub(crate) ended: bool,
    pub(crate) suspended: bool,
    pub(crate) copied: Option<String>,
}

impl<'a> Screen<'a> {
    pub(crate) fn open(bench: &'a Bench, lang: Lang, size: (u16, u16)) -> Self {
        let voice = Voice { lang, zone: Rc::new(|_| 9 * 3600) };
        let now = (bench.outside().now)();
        let start = Start {
            voice,
            colours: true,
            ledger: "ledger.kuraban".to_owned(),
            scanner: Settings::default(),
            now,
            size,
            new: !bench.ledger().exists(),
        };
        let setup = Setup {
            path: bench.ledger(),
            may_make_directory: false,
            busy: std::time::Duration::from_millis(0),
            outside: bench.outside(),
            station: Station::new("vault-door-1").unwrap(),
        };
        let (desk, model) = (Desk::new(setup), Model::new(start));
        let mut screen =
            Self { bench, desk, model, millis: 0, bells: 0, ended: false, copied: None, suspended: false };
        if screen.model.setup.is_none() {
            let effects = present(&mut screen.model, Some(Badge::new("B-1").unwrap()));
            screen.perform(effects);
            screen.give_pin();
        }
        screen
    }

    /// Types the PIN that everybody has, if it is asked for; not where a test has given PINs of its own.
    fn give_pin(&mut self) {
        let usual = self.bench.vars.borrow().get("KURABAN_PIN").is_some_and(|pin| pin == PIN);
        if usual && matches!(self.model.dialog, Some(Dialog::Pin { .. })) {
            self.keys(PIN, 100);
            self.press(KeyCode::Enter);
        }
    }

    /// Feeds a message, and performs at once what the model asks for, until it asks no more.
    pub(crate) fn feed(&mut self, message: Message) {
        let effects = update(&mut self.model, message);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.bells += usize::from(effect == Effect::Bell);
            self.ended |= effect == Effect::Quit;
            self.suspended |= effect == Effect::Suspend;
            if let Effect::Copy(text) = &effect {
                self.copied = Some(text.clone());
            }
            if let Some(message) = self.desk.answer(effect) {
                self.feed(message);
            }
        }
    }

    /// A key, and nothing after it for as long as one may be held that could begin a burst.
    pub(crate) fn press(&mut self, code: KeyCode) {
        self.strike(code);
        if self.model.gate.due().is_some() {
            self.settle(40);
        }
    }

    /// A key, with whatever comes next.
    pub(crate) fn strike(&mut self, code: KeyCode) {
        self.feed(Message::Key(KeyEvent::new(code, KeyModifiers::NONE), self.millis));
    }

    /// Esc and a letter in one piece, as a slow line delivers them.
    pub(crate) fn alt(&mut self, c: char) {
        self.feed(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT), self.millis));
    }

    /// Lets milliseconds pass of the clock of keys, which are nothing on the clock of the day.
    pub(crate) fn settle(&mut self, millis: u64) {
        self.millis += millis;
        self.feed(Message::Tick(self.millis, (self.bench.outside().now)()));
    }

    /// A scanner's burst: five milliseconds a key, then Enter.
    pub(crate) fn scan(&mut self, text: &str) {
        self.burst(text);
        self.give_pin();
        self.wait(1000);
    }

    /// The same, and nothing after it.
    pub(crate) fn burst(&mut self, text: &str) {
        self.keys(text, 5);
        self.strike(KeyCode::Enter);
    }

    /// Keys with a gap between them, in milliseconds.
    pub(crate) fn keys(&mut self, text: &str, gap: u64) {
        for c in text.chars() {
            self.strike(KeyCode::Char(c));
            self.settle(gap);
        }
    }

    /// A command of the scan screen: Esc, then the key.
    pub(crate) fn esc(&mut self, key: char) {
        self.press(KeyCode::Esc);
        self.press(KeyCode::Char(key));
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, millis: u64) {
        self.millis += millis;
        self.bench.pass(i64::try_from(millis).unwrap());
        self.feed(Message::Tick(self.millis, (self.bench.outside().now)()));
    }

    /// How many cells hold this sign, and on which grounds.
    pub(crate) fn cells(&self, sign: char) -> (usize, Vec<Color>) {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        let cells = terminal.backend().buffer().content().iter();
        let grounds: Vec<Color> =
            cells.filter(|cell| cell.symbol() == sign.to_string()).map(|cell| cell.bg).collect();
        (grounds.len(), grounds)
    }

    /// The screen as text, cell by cell; a wide letter's second cell is passed over.
    pub(crate) fn text(&self) -> String {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let mut out = String::new();
        for y in 0..height {
            let (mut x, mut line) = (0, String::new());
            while x < width {
                let symbol = buffer[(x, y)].symbol();
                line.push_str(symbol);
                let wide = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                x += u16::try_from(wide).unwrap();
            }
            assert!(unicode_width::UnicodeWidthStr::width(line.as_str()) <= usize::from(width), "{line}");
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

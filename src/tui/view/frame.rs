//! The header and the footer of every screen.
//!
//! ```text
//! kuraban TOKYO ledger.kuraban  B-1001  2026-11-23 18:00+09:00  CONSISTENT  ✗2 !1 ·3
//! F1 Scan  F2 Board  F3 Medium  F4 Ledger  F5 Places  F6 Next mode  Esc u Undo  Esc ? Keys
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::i18n::{Probing, Screens, Text, Title};
use crate::ledger::verdict::Verdict;
use crate::tui::board::By;
use crate::tui::keymap::{Command, KEYS};
use crate::tui::model::{Model, Screen};
use crate::tui::theme::{Theme, sign};

pub(super) fn header(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let voice = &model.voice;
    let person = model.scan.person.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let [notice, warning, critical] = model.status.flags;
    let right = format!(" {} · ✗{critical} !{warning} ·{notice} ", verdict(model));
    let time = voice.time(model.now);
    let left = |time: &str| format!(" {} · {} · {person} · {time} ", model.status.site, model.ledger);
    // What needs a person is never cut off; first the zone gives way, then the year, then the ledger's name.
    let room = usize::from(area.width).saturating_sub(right.width());
    let times: [String; 3] =
        [time.clone(), time.chars().take(16).collect(), time.chars().skip(5).take(11).collect()];
    let fitting = times.iter().map(|time| left(time)).find(|left| left.width() <= room);
    let [.., shortest] = &times;
    let left = fitting.unwrap_or_else(|| {
        let rest = format!(" · {person} · {shortest} ");
        let name = format!(" {} · {}", model.status.site, model.ledger);
        let room = room.saturating_sub(rest.width() + 1);
        let mut used = 0;
        let kept = name.chars().take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= room
        });
        format!("{}…{rest}", kept.collect::<String>())
    });
    let gap = room.saturating_sub(left.width());
    let line = Line::from(vec![Span::raw(left), Span::raw(" ".repeat(gap)), Span::raw(right)]);
    frame.render_widget(Paragraph::new(line).style(Theme::bar()), area);
}

/// The ledger's verdict in a word.
pub(super) fn verdict(model: &Model) -> String {
    if let Some((done, total)) = model.verifying {
        return model.voice.text(&Text::Screens(Screens::Verifying { done, total }));
    }
    match model.report.as_ref().map(|report| report.verdict) {
        None => model.voice.text(&Text::Screens(Screens::NotVerified)),
        Some(Verdict::Consistent) => "CONSISTENT".to_owned(),
        Some(other) => other.word().to_uppercase(),
    }
}

/// The name of a screen.
pub(super) const fn screen_name(screen: Screen) -> Screens<'static> {
    match screen {
        Screen::Scan => Screens::Scan,
        Screen::Board => Screens::Board,
        Screen::Medium => Screens::Medium,
        Screen::Ledger => Screens::Ledger,
        Screen::Places => Screens::Places,
    }
}

/// What a command is called in footer and help.
pub(super) fn command_name(model: &Model, command: Command) -> String {
    let text = match command {
        Command::Go(screen) => Text::Screens(screen_name(screen)),
        Command::Help => Text::Screens(Screens::Keys),
        Command::Quit => Text::Screens(Screens::Quit),
        Command::Mode(mode) => Text::Station(crate::i18n::Station::ModeName(mode)),
        Command::NextMode => Text::Screens(Screens::NextMode),
        Command::Undo => Text::Screens(Screens::Undo),
        Command::Filter => Text::Screens(Screens::Filter),
        Command::Up
        | Command::Down
        | Command::PageUp
        | Command::PageDown
        | Command::Top
        | Command::Bottom => Text::Screens(Screens::Move),
        Command::Open => Text::Screens(Screens::Open),
        Command::Search => Text::Screens(Screens::Search),
        Command::Verify => Text::Screens(Screens::Verify),
        Command::Back => Text::Screens(Screens::Back),
        Command::Narrow(By::Severity) => Text::Screens(Screens::NarrowBy(Title::Severity)),
        Command::Narrow(By::State) => Text::Screens(Screens::NarrowBy(Title::State)),
        Command::Narrow(By::Custodian) => Text::Screens(Screens::NarrowBy(Title::Custodian)),
        Command::Narrow(By::Place) => Text::Screens(Screens::NarrowBy(Title::Place)),
        Command::Narrow(By::Nothing) => Text::Screens(Screens::ShowAll),
        Command::Copy => Text::Screens(Screens::Copy),
        Command::Export => Text::Screens(Screens::Export),
        Command::Probe => Text::Probing(Probing::Title),
        Command::Suspend => Text::Screens(Screens::Suspend),
    };
    model.voice.text(&text)
}

pub(super) fn footer(model: &Model, theme: Theme, frame: &mut Frame<'_>, area: Rect) {
    if let Some((mark, text)) = &model.notice {
        let line = format!(" {} {text}", sign(*mark));
        frame.render_widget(Paragraph::new(line).style(theme.banner(*mark)), area);
        return;
    }
    let mut spans = Vec::new();
    if model.escaped {
        let text = model.voice.text(&Text::Screens(Screens::EscAwaits));
        spans.push(Span::styled(format!("{text} "), Theme::bar()));
    }
    let mut used: usize = spans.iter().map(Span::width).sum();
    let shown = KEYS.iter().filter(|binding| binding.footer && binding.scope.holds(model.screen));
    for binding in shown {
        let Some(key) = binding.keys.first() else { continue };
        let (key, name) = (key.shown(model.screen), command_name(model, binding.command));
        let width = key.width() + 1 + name.width();
        // What does not fit is in the help; nothing is cut in half.
        if used + width > usize::from(area.width) {
            continue;
        }
        used += width + 2;
        let here = matches!(binding.command, Command::Go(screen) if screen == model.screen);
        let style = if here { Theme::bar() } else { ratatui::style::Style::new() };
        spans.extend([
            Span::styled(key, Theme::strong()),
            Span::raw(" "),
            Span::styled(name, style),
            Span::raw("  "),
        ]);
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

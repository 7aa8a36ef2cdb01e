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
use unicode_width::UnicodeWidthStr as _;

use super::fit::{fit, wrapped};
use crate::i18n::{Keeping, Remark, Screens, Text};
use crate::tui::help::command_name;
use crate::tui::keymap::{Command, KEYS, Scope};
use crate::tui::model::Model;
use crate::tui::theme::{Theme, sign};

pub(super) fn header(model: &Model, frame: &mut Frame<'_>, area: Rect) {
    let voice = &model.voice;
    let person = model.scan.person.as_ref().map_or_else(|| "–".to_owned(), ToString::to_string);
    let count = |at: usize| {
        let counted = model.flags.and_then(|flags| flags.get(at).copied());
        counted.map_or_else(|| "–".to_owned(), |count| count.to_string())
    };
    let [notice, warning, critical] = [0, 1, 2].map(count);
    let only = if model.status.read_only {
        voice.text(&Text::Remark(Remark::ReadOnly)) + " · "
    } else {
        String::new()
    };
    let right = format!(" {only}{} · ✗{critical} !{warning} ·{notice} ", verdict(model));
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
        format!("{}{rest}", fit(&name, room + 1))
    });
    // What stands on the right is never cut: it says whether a person is needed.
    let left = fit(&left, room);
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
        Some(verdict) => model.voice.text(&Text::Keeping(Keeping::VerdictShort { verdict })),
    }
}

/// The most lines of a notice.
const MOST: usize = 3;

/// What was done aside, or could not be done, in as many lines as it needs.
pub(super) fn notice(model: &Model, columns: u16) -> Vec<String> {
    let Some((mark, text)) = &model.notice else { return Vec::new() };
    let room = usize::from(columns).saturating_sub(4);
    let mut lines = wrapped(text, room);
    if lines.len() > MOST {
        lines.truncate(MOST);
        if let Some(last) = lines.last_mut() {
            *last = fit(&format!("{last} …"), room);
        }
    }
    let begin = |at| if at == 0 { format!(" {} ", sign(*mark)) } else { "   ".to_owned() };
    lines.into_iter().enumerate().map(|(at, line)| format!("{}{line}", begin(at))).collect()
}

/// The keys of one scope in a line, for a screen whose own keys would not fit into the footer.
pub(super) fn own_keys(model: &Model, scope: Scope, columns: u16) -> Line<'static> {
    let mut spans = Vec::new();
    let mut left = usize::from(columns);
    for binding in KEYS.iter().filter(|binding| binding.scope == scope) {
        let Some(key) = binding.keys.first().map(|key| key.shown(model.screen)) else { continue };
        let name = command_name(model, binding.command);
        let width = key.width() + name.width() + 3;
        if width > left + 2 {
            break;
        }
        left = left.saturating_sub(width);
        spans.extend([Span::styled(key, Theme::strong()), Span::raw(format!(" {name}  "))]);
    }
    Line::from(spans)
}

/// Which bindings the footer has room for. The help is always among them: it tells all the others.
fn fitting(model: &Model, room: usize) -> Vec<(Command, String, String)> {
    let bindings = KEYS.iter().filter(|binding| binding.footer && binding.scope.holds(model.screen));
    let all: Vec<_> = bindings
        .filter_map(|binding| {
            let key = binding.keys.first()?.shown(model.screen);
            Some((binding.command, key, command_name(model, binding.command)))
        })
        .collect();
    let width = |(_, key, name): &(Command, String, String)| key.width() + name.width() + 3;
    let help: usize = all.iter().filter(|(command, ..)| *command == Command::Help).map(width).sum();
    // The two spaces after the last one may fall off.
    let mut left = (room + 2).saturating_sub(help);
    let mut kept = all;
    kept.retain(|binding| {
        if binding.0 == Command::Help {
            return true;
        }
        let fits = width(binding) <= left;
        left = left.saturating_sub(if fits { width(binding) } else { 0 });
        fits
    });
    kept
}

pub(super) fn footer(model: &Model, theme: Theme, said: Vec<String>, frame: &mut Frame<'_>, area: Rect) {
    if let Some((mark, _)) = &model.notice {
        let lines: Vec<Line<'_>> = said.into_iter().map(Line::raw).collect();
        frame.render_widget(Paragraph::new(lines).style(theme.banner(*mark)), area);
        return;
    }
    let mut spans = Vec::new();
    if model.escaped.is_some() {
        let text = model.voice.text(&Text::Screens(Screens::EscAwaits));
        spans.push(Span::styled(format!("{text} "), Theme::bar()));
    }
    let used: usize = spans.iter().map(Span::width).sum();
    for (command, key, name) in fitting(model, usize::from(area.width).saturating_sub(used)) {
        let here = matches!(command, Command::Go(screen) if screen == model.screen);
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

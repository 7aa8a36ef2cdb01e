//! The self-test of a scanner: what came, how fast, and what the station makes of it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Wrap};

use crate::i18n::{Probing, Text};
use crate::tui::input::{End, Terminator};
use crate::tui::model::Model;
use crate::tui::probe::Probe;

const fn end_name(end: End) -> &'static str {
    match end {
        End::Any => "any",
        End::Cr => "cr",
        End::Lf => "lf",
        End::Tab => "tab",
    }
}

const fn key_name(key: Terminator) -> &'static str {
    match key {
        Terminator::Cr => "CR",
        Terminator::Lf => "LF",
        Terminator::Tab => "TAB",
    }
}

pub(super) fn draw(model: &Model, probe: &Probe, frame: &mut Frame<'_>, area: Rect) {
    let said = |text: Probing<'_>| model.voice.text(&Text::Probing(text));
    let block = Block::bordered().title(format!(" {} ", said(Probing::Title)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let settings = model.scan.wedge.settings();
    let mut lines = vec![said(Probing::Ask), String::new()];
    if let Some(letters) = probe.pasted {
        lines.push(said(Probing::Pasted(letters)));
    } else if let Some(found) = probe.finding(settings) {
        lines.push(said(Probing::Came(&probe.shown())));
        lines.push(said(Probing::Gaps { keys: found.keys, median: found.gaps.0, widest: found.gaps.1 }));
        lines.push(said(Probing::End(found.end.map(key_name))));
        lines.push(match &found.taken {
            Some((text, how)) => said(Probing::Taken { text, how: how.word() }),
            None => said(Probing::NotTaken),
        });
        lines.push(String::new());
        lines.push(said(Probing::Setting { now: end_name(settings.end), fits: end_name(found.fits) }));
    }
    let lines: Vec<Line<'_>> = lines.into_iter().map(Line::raw).collect();
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), inside);
}

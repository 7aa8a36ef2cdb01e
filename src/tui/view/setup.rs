//! The first start: the questions for a new ledger.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph, Wrap};

use crate::app::DIGITS;
use crate::i18n::{Asking, Text};
use crate::tui::model::{Mark, Model};
use crate::tui::setup::{Field, Setup, Wrong};
use crate::tui::theme::{Theme, sign};

const fn asked(field: Field) -> Asking<'static> {
    match field {
        Field::Site => Asking::Site,
        Field::Badge => Asking::Badge,
        Field::Name => Asking::Name,
        Field::Pin => Asking::Pin,
        Field::Again => Asking::Again,
        Field::Vault => Asking::Vault,
    }
}

pub(super) fn draw(model: &Model, setup: &Setup, frame: &mut Frame<'_>, area: Rect) {
    let said = |text| model.voice.text(&Text::Asking(text));
    let block = Block::bordered().title(format!(" kuraban: {} ", said(Asking::Title)));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let rows = u16::try_from(2 * Field::ALL.len()).unwrap_or_default();
    let room = inside.height.saturating_sub(rows + 1).min(3);
    let [intro, questions, below] =
        Layout::vertical([Constraint::Length(room), Constraint::Length(rows), Constraint::Min(1)])
            .areas(inside);
    let text = said(Asking::Intro(&model.ledger));
    frame.render_widget(Paragraph::new(text).wrap(Wrap { trim: false }), intro);
    let mut lines = Vec::new();
    for (at, field) in Field::ALL.iter().enumerate() {
        let style = if at == setup.at { Theme::bar() } else { Theme::strong() };
        let cursor = if at == setup.at { "_" } else { "" };
        let text = setup.texts.get(at).map_or("", String::as_str);
        let hidden = "•".repeat(text.chars().count());
        let shown = if matches!(field, Field::Pin | Field::Again) { hidden.as_str() } else { text };
        let text = format!("{shown}{cursor}");
        let room = usize::from(questions.width).saturating_sub(4);
        lines.push(Line::styled(format!(" {} ", said(asked(*field))), style));
        lines.push(Line::from(vec![Span::raw("   "), Span::raw(super::fit::tail(&text, room).to_owned())]));
    }
    frame.render_widget(Paragraph::new(lines), questions);
    let said_below = match (&model.notice, setup.wrong) {
        (Some((mark, text)), _) => format!("{} {text}", sign(*mark)),
        (None, Some((_, Wrong::Name(error)))) => {
            format!("{} {}", sign(Mark::Refused), model.voice.name_error(error))
        }
        (None, Some((_, Wrong::Taken))) => format!("{} {}", sign(Mark::Refused), said(Asking::Taken)),
        (None, Some((_, Wrong::Pin))) => {
            let (least, most) = DIGITS;
            format!("{} {}", sign(Mark::Refused), model.voice.text(&Text::BadPin { least, most }))
        }
        (None, Some((_, Wrong::Differs))) => {
            format!("{} {}", sign(Mark::Refused), model.voice.text(&Text::PinsDiffer))
        }
        (None, None) => said(Asking::Keys),
    };
    frame.render_widget(Paragraph::new(said_below).wrap(Wrap { trim: false }), below);
}

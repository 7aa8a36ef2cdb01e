//! Lists of media.

use clap::Args;
use serde_json::Value;

use super::args::{Global, Output};
use super::exit::{Code, Failure};
use super::spool::whole;
use super::tabled::{column, moment, told};
use super::ui::Ui;
use crate::app::{Filter, MediumView};
use crate::domain::event::How;
use crate::domain::medium::Description;
use crate::i18n::{Text, Title, Voice};
use crate::report::sheet::{Column, Sheet};

/// The words of `media list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only those outside a vault, missing or in dispute
    #[arg(long)]
    pub outside: bool,
    /// Only those in this place or in what stands in it
    #[arg(long, value_name = "PLACE")]
    pub at: Option<String>,
    /// Only those whose barcode or serial number holds this text
    #[arg(long, value_name = "TEXT")]
    pub find: Option<String>,
    /// The form.
    #[command(flatten)]
    pub output: Output,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &ListArgs) -> Result<Code, Failure> {
    let session = ui.session(global)?;
    let at = match &args.at {
        None => Filter::default(),
        Some(code) => session.filter_at(&ui.place(code)?)?,
    };
    let filter = Filter { outside: args.outside, find: args.find.clone(), ..at };
    let reader = ui.reader(global, &session, filter.at)?;
    session.may_list(reader.as_ref(), filter.at)?;
    let columns = columns(&ui.voice);
    let form = ui.form(args.output);
    whole(ui, |out| {
        let mut sheet = Sheet::begin(out, form, columns)?;
        session.each_medium(&filter, |medium| sheet.row(medium).map_err(Failure::from))?;
        sheet.end()?;
        Ok(())
    })?;
    Ok(Code::DONE)
}

fn described<T: Into<Value>>(
    key: &'static str,
    value: impl Fn(&Description) -> T + Clone + 'static,
) -> Column<MediumView> {
    column(key, None, move |m: &MediumView| m.description.as_ref().map(|d| value(d).into()).into())
}

/// All that is known of a medium, as columns.
pub(super) fn columns(voice: &Voice) -> Vec<Column<MediumView>> {
    let title = |title| Some(voice.text(&Text::Title(title)));
    let state = voice.clone();
    vec![
        column("barcode", title(Title::Barcode), |m: &MediumView| m.barcode.as_str().into()),
        told(
            "state",
            title(Title::State),
            |m: &MediumView| m.state.word().into(),
            move |m: &MediumView| state.state(m.state, m.resident).to_owned(),
        ),
        column("place", title(Title::Place), |m: &MediumView| {
            m.place.as_ref().map(ToString::to_string).into()
        }),
        column("custodian", title(Title::Custodian), |m: &MediumView| {
            m.custodian.as_ref().map(|who| who.badge.to_string()).into()
        }),
        moment("since", title(Title::Since), voice, |m: &MediumView| Some(m.since)).if_wide(),
        moment("due", title(Title::Due), voice, |m: &MediumView| m.due),
        column("order", None, |m: &MediumView| m.order.map(|order| order.0).into()),
        column("mseq", None, |m: &MediumView| m.mseq.into()),
        moment("seen_at", None, voice, |m: &MediumView| m.seen_at),
        column("flags", title(Title::Flags), |m: &MediumView| {
            m.flags.iter().map(|flag| flag.kind.word()).collect()
        }),
        column("custodian_name", None, |m: &MediumView| {
            m.custodian.as_ref().and_then(|w| w.name.clone()).into()
        }),
        column("resident", None, |m: &MediumView| m.resident.into()),
        column("id", None, |m: &MediumView| m.id.0.into()),
        column("serial", None, |m: &MediumView| m.serial.as_ref().map(ToString::to_string).into()),
        moment("registered", None, voice, |m: &MediumView| Some(m.registered)),
        column("seen_place", None, |m: &MediumView| m.seen_place.as_ref().map(ToString::to_string).into()),
        column("seen_how", None, |m: &MediumView| m.seen_how.map(How::word).into()),
        moment("read_at", None, voice, |m: &MediumView| m.read_at),
        moment("discrepancy_since", None, voice, |m: &MediumView| {
            m.discrepancy.as_ref().map(|(d, _)| d.since)
        }),
        column("discrepancy_place", None, |m: &MediumView| {
            m.discrepancy.as_ref().and_then(|(_, place)| place.as_ref().map(ToString::to_string)).into()
        }),
        described("class", |d| d.class.word()),
        described("system", |d| d.system.as_ref().map(ToString::to_string)),
        described("period_from", |d| d.from.map(|day| day.to_string())),
        described("period_until", |d| d.until.map(|day| day.to_string())),
        described("info", |d| d.info.iter().map(ToString::to_string).collect::<Vec<_>>()),
        described("persons", |d| d.persons),
        described("encrypted", |d| d.encrypted.word()),
        described("legal_hold", |d| d.legal_hold),
    ]
}

//! Putting the record right where reality differs, by two people of whom one approves.

use clap::Args;

use super::args::{Batch, Global};
use super::batch;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::Verb;
use crate::domain::custody::State;
use crate::i18n::Text;

/// The words of the command.
#[derive(Debug, Args)]
pub struct CorrectArgs {
    /// What is physically so: vaulted, in_hand, in_device or missing
    #[arg(long, value_name = "STATE")]
    pub to_state: String,
    /// The place, for vaulted and in_device
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    /// Who has it, for in_hand [else who acts]
    #[arg(long, value_name = "BADGE")]
    pub custodian: Option<String>,
    /// When it must be back, for in_hand and in_device [else the policy says]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Why record and reality differ: a code, `code: words`, or words
    #[arg(long, value_name = "WHY")]
    pub why: String,
    /// The media.
    #[command(flatten)]
    pub batch: Batch,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &CorrectArgs) -> Result<Code, Failure> {
    let state = State::parse(args.to_state.trim()).filter(|state| *state != State::Destroyed);
    let Some(state) = state else {
        let shown: String = args.to_state.chars().take(64).filter(|c| !c.is_control()).collect();
        return Err(Failure::Usage(ui.voice.text(&Text::BadState { value: &shown })));
    };
    let place = args.place.as_deref().map(|text| ui.place(text)).transpose()?;
    let mut custodian = args.custodian.as_deref().map(|text| ui.badge(text)).transpose()?;
    let due = args.until.as_deref().map(|text| ui.moment(text)).transpose()?;
    let needs = |option| Failure::Usage(ui.voice.text(&Text::CorrectNeeds { state: state.word(), option }));
    match state {
        State::Vaulted | State::InDevice if place.is_none() || custodian.is_some() => {
            return Err(needs("--place PLACE"));
        }
        State::InHand if place.is_some() => return Err(needs("--custodian BADGE")),
        State::Missing if place.is_some() || custodian.is_some() => return Err(needs("--why WHY")),
        State::InHand if custodian.is_none() => custodian = Some(ui.actor(global)?),
        State::Vaulted | State::InDevice | State::InHand | State::Missing | State::Destroyed => {}
    }
    let due = due.filter(|_| matches!(state, State::InHand | State::InDevice));
    let verb = Verb::Correct { state, place, custodian, due, said: ui.why(&args.why)? };
    batch::run(ui, global, &args.batch, &verb)
}

//! Opening a new ledger.

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
use crate::app::{Opening, Session, make_directory, seen_before};
use crate::domain::names::{Org, SiteName};
use crate::domain::policy::Policy;
use crate::i18n::Text;

/// The words of the command.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The name of the site: letters, digits, `-` and `.`; also the code of its root place
    #[arg(long, value_name = "NAME")]
    pub site: String,
    /// The badge of the first person, who becomes admin, operator and approver
    #[arg(long, value_name = "BADGE")]
    pub admin: String,
    /// The name of the first person; kept apart from the log, so that it can be forgotten
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Their organisation
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &InitArgs) -> Result<Code, Failure> {
    let path = ui.ledger(global)?;
    let site = ui.name("NAME", &args.site, |text| {
        let site = SiteName::new(text)?;
        crate::domain::names::PlaceCode::new(text).map(|_| site)
    })?;
    let admin = ui.badge(&args.admin)?;
    let Some(pin) = ui.new_pin(&admin)? else {
        return Err(Failure::Usage(ui.voice.text(&Text::NoNewPin)));
    };
    let opening = Opening {
        site,
        pin,
        admin,
        name: ui.person_name(&args.name)?,
        org: args.org.as_deref().map(|org| ui.name("ORG", org, Org::new)).transpose()?,
        station: ui.station(global)?,
        policy: Policy::default(),
    };
    if global.ledger.is_none() {
        make_directory(&path)?;
    }
    let (site, badge) = (opening.site.to_string(), opening.admin.to_string());
    let mut outside = ui.outside();
    // Where a passphrase is given, the new key is never without its seal.
    outside.beside.keyring.passphrase = ui.var("KURABAN_NEW_KEY_PASSPHRASE").map(str::to_owned);
    // It is what was asked for; but who has only forgotten to mount a disk hears of it.
    if let Some(seen) = seen_before(&path, &outside.beside).filter(|_| !path.exists()) {
        let remark = ui.voice.trouble(&seen).what;
        ui.remark(&remark)?;
    }
    Session::create(&path, ui.busy(), outside, opening)?;
    let path = path.display().to_string();
    ui.say(&Text::Opened { path: &path, site: &site, badge: &badge })?;
    Ok(Code::DONE)
}

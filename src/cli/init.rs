//! Opening a new ledger.

use std::path::PathBuf;

use clap::Args;

use super::args::Global;
use super::exit::{Code, Failure};
use super::init_from;
use super::ui::Ui;
use crate::app::{Opening, Session, make_directory, seen_before};
use crate::domain::names::{Org, SiteName};
use crate::domain::policy::Policy;
use crate::i18n::Text;

/// The words of the command.
#[derive(Debug, Args)]
#[command(
    override_usage = "kuraban init [OPTIONS] --site <NAME> --admin <BADGE> --name <NAME>\n       kuraban init [OPTIONS] --from <FILE>"
)]
pub struct InitArgs {
    /// The name of the site: letters, digits, `-` and `.`; also the code of its root place
    #[arg(long, value_name = "NAME", required_unless_present = "from")]
    pub site: Option<String>,
    /// The badge of the first person, who becomes admin, operator and approver
    #[arg(long, value_name = "BADGE", required_unless_present = "from")]
    pub admin: Option<String>,
    /// The name of the first person; kept apart from the log, so that it can be forgotten
    #[arg(long, value_name = "NAME", required_unless_present = "from")]
    pub name: Option<String>,
    /// Their organisation
    #[arg(long, value_name = "ORG")]
    pub org: Option<String>,
    /// Make the ledger anew from these entries, as `salvage` and `log --raw` print them; `-` reads standard input. An
    /// administrator of that ledger does it (--by), with its key, and a restore says in the log what is lost
    #[arg(long, value_name = "FILE", conflicts_with_all = ["site", "admin", "name", "org"])]
    pub from: Option<PathBuf>,
    /// Take names, texts and PINs from this file as far as they hold: the damaged ledger, or a backup of it; may be given
    /// several times
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with_all = ["site", "admin", "name", "org"])]
    pub kept: Vec<PathBuf>,
    /// A checkpoint that was kept outside, for how far the ledger had come; may be given several times
    #[arg(long, value_name = "NOTE", requires = "from", conflicts_with_all = ["site", "admin", "name", "org"])]
    pub against: Vec<PathBuf>,
    /// A second person who stands by, needed where the last entry is older than the clock is believed unasked
    #[arg(long, value_name = "BADGE", requires = "from", conflicts_with_all = ["site", "admin", "name", "org"])]
    pub with: Option<String>,
}

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, args: &InitArgs) -> Result<Code, Failure> {
    if let Some(from) = &args.from {
        return init_from::run(ui, global, args, from);
    }
    let (site, admin, name) =
        (given(args.site.as_ref()), given(args.admin.as_ref()), given(args.name.as_ref()));
    let path = ui.ledger(global)?;
    let site = ui.name("NAME", site, |text| {
        let site = SiteName::new(text)?;
        crate::domain::names::PlaceCode::new(text).map(|_| site)
    })?;
    let admin = ui.badge(admin)?;
    let Some(pin) = ui.new_pin(&admin)? else {
        return Err(Failure::Usage(ui.voice.text(&Text::NoNewPin)));
    };
    let opening = Opening {
        site,
        pin,
        admin,
        name: ui.person_name(name)?,
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

/// What the command line requires; nothing is no name of anything.
fn given(word: Option<&String>) -> &str {
    word.map(String::as_str).unwrap_or_default()
}

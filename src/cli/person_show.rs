//! One person: who they are, what they may do, and how that came about.

use serde_json::{Value, json};

use super::args::Global;
use super::exit::{Code, Failure};
use super::media_show::details;
use super::ui::Ui;
use crate::app::PersonPage;
use crate::domain::names::Org;
use crate::domain::person::{Role, Roles};
use crate::domain::time::Timestamp;
use crate::i18n::{Head, Text, Title};

pub(super) fn run(ui: &mut Ui<'_>, global: &Global, badge: &str, as_json: bool) -> Result<Code, Failure> {
    let badge = ui.badge(badge)?;
    let page = ui.session(global)?.person(&badge)?;
    if as_json {
        ui.line(&document(&page).to_string())?;
        return Ok(Code::DONE);
    }
    for line in super::tabled::fields(fields(ui, &page)) {
        ui.line(&line)?;
    }
    ui.say(&Text::Head(Head::History))?;
    for (entry, line) in &page.history {
        let event = &entry.event;
        let by = event.by.as_ref().map_or_else(String::new, ToString::to_string);
        let (at, kind) = (ui.voice.time(event.at), ui.voice.kind(event.data.kind()));
        // Identities in `kept` tell a reader nothing.
        let told = details(&ui.voice, line);
        let told: Vec<&str> = told.split(' ').filter(|part| part.len() < 64).collect();
        ui.line(format!("  {:>6}  {at}  {by}  {kind}  {}", entry.seq, told.join(" ")).trim_end())?;
    }
    Ok(Code::DONE)
}

fn fields(ui: &Ui<'_>, page: &PersonPage) -> Vec<(String, String)> {
    let (voice, person) = (&ui.voice, &page.view.person);
    let title = |title| voice.text(&Text::Title(title));
    let yes = || voice.text(&Text::Yes);
    let org = |org: &Option<Org>| org.as_ref().map(Org::to_string);
    let roles: Vec<&str> = person.roles.iter().map(|role| voice.role(role)).collect();
    let rows = [
        (title(Title::Badge), Some(person.badge.to_string())),
        (title(Title::Name), page.view.name.clone()),
        (title(Title::Org), org(&person.org)),
        (voice.text(&Text::Head(Head::Host)), org(&person.host_org)),
        (title(Title::Roles), Some(roles.join(", "))),
        (title(Title::Suspended), person.suspended.then(yes)),
        (voice.text(&Text::Head(Head::Until)), person.until.map(|until| voice.time(until))),
        (title(Title::Pin), person.pin.is_some().then(yes)),
        (voice.text(&Text::Head(Head::Locked)), person.locked_at(ui.now()).map(|until| voice.time(until))),
    ];
    rows.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

fn document(page: &PersonPage) -> Value {
    let person = &page.view.person;
    let words = |roles: Roles| roles.iter().map(Role::word).collect::<Vec<_>>();
    let history: Vec<Value> = page
        .history
        .iter()
        .map(|(entry, line)| {
            let data = serde_json::from_str::<Value>(line)
                .ok()
                .and_then(|mut line| line.get_mut("data").map(Value::take));
            json!({
                "seq": entry.seq,
                "at": entry.event.at.to_string(),
                "by": entry.event.by.as_ref().map(ToString::to_string),
                "kind": entry.event.data.kind().word(),
                "data": data,
            })
        })
        .collect();
    json!({
        "badge": person.badge.as_str(),
        "name": page.view.name,
        "org": person.org.as_ref().map(Org::as_str),
        "host_org": person.host_org.as_ref().map(Org::as_str),
        "roles": words(person.roles),
        "suspended": person.suspended,
        "until": person.until.map(|until: Timestamp| until.to_string()),
        "pin": person.pin.is_some(),
        "locked_until": person.locked.map(|until| until.to_string()),
        "history": history,
    })
}

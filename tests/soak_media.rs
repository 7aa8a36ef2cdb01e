//! Every question about media and places, asked of a session and of the model.

use kuraban::app::{Error, Filter, MediumView, Session, Signed, Trouble, WINDOW, Window};
use kuraban::domain::names::{Barcode, PlaceCode};

use crate::dice::Dice;
use crate::soak_model::{Medium, Model};
use crate::soak_shown::{Checked, alike, same, shown};
use crate::soak_world::Nothing;

/// Texts that are looked for.
const FIND: [&str; 9] = ["K", "l9", "0000", "HU7", "K00003L9", "sn-2", "zz", "", "N1"];
/// The most that a search shows.
const FOUND: usize = 20;

/// The reason of a refusal; anything else is no answer at all.
pub(crate) fn reason(error: &Error) -> String {
    match error {
        Error::Refused(refusal) => refusal.code().to_owned(),
        Error::Trouble(_) | Error::NoRandomness => format!("{error:?}"),
    }
}

pub(crate) fn trouble(error: impl std::fmt::Debug) -> String {
    format!("it failed: {error:?}")
}

fn listed(session: &Session, filter: &Filter) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    let each = |view: &MediumView| {
        all.push(shown(view));
        Ok::<(), Trouble>(())
    };
    session.each_medium(filter, each).map_err(trouble)?;
    Ok(all)
}

fn lines<'a>(model: &Model, media: impl IntoIterator<Item = &'a Medium>) -> Vec<String> {
    media.into_iter().map(|medium| model.shown(medium)).collect()
}

/// Media as they are shown one by one, in lists, in places and by a search.
pub(crate) fn media(session: &Session, model: &Model, dice: &mut Dice) -> Checked {
    for medium in model.media.values() {
        let text = format!("#{}", medium.id);
        let view = session.show(&text).map_err(|error| format!("{text}: {error:?}"))?;
        same(&format!("media show {text}"), &shown(&view), &model.shown(medium))?;
    }
    lists(session, model, dice)?;
    for text in FIND {
        let wanted = |medium: &&Medium| !text.is_empty() && Model::holds(medium, text);
        let all: Vec<&Medium> = model.in_order().into_iter().filter(wanted).collect();
        let (found, more) = session.search(text).map_err(trouble)?;
        let found: Vec<String> = found.iter().map(shown).collect();
        alike(&format!("search {text:?}"), &found, &lines(model, all.iter().take(FOUND).copied()))?;
        same(&format!("search {text:?}, more"), &more, &(all.len() > FOUND))?;
    }
    labels(session, model)
}

fn lists(session: &Session, model: &Model, dice: &mut Dice) -> Checked {
    let all = model.in_order();
    let plain = Filter::default();
    alike("media list", &listed(session, &plain)?, &lines(model, all.iter().copied()))?;
    let watched = |medium: &&&Medium| Model::is_watched(medium);
    let outside = Filter { outside: true, ..plain.clone() };
    let wanted = lines(model, all.iter().filter(watched).copied());
    alike("media list --outside", &listed(session, &outside)?, &wanted)?;
    let open = |place: &&crate::soak_model::Place| !place.retired;
    for place in model.places.iter().filter(open) {
        let (code, id) = (PlaceCode::new(&place.code).unwrap(), place.id);
        let inside: Vec<&Medium> = all.iter().filter(|medium| model.stands_in(medium, id)).copied().collect();
        let at = session.filter_at(&code).map_err(trouble)?;
        let what = format!("media list --at {code}");
        alike(&what, &listed(session, &at)?, &lines(model, inside.iter().copied()))?;
        contents(session, model, &code, &inside, dice)?;
    }
    // All that a list can be asked for, together.
    let text = FIND[dice.roll(FIND.len())];
    let edge = Barcode::new(["K00003L9", "K00005", "N10001L9"][dice.roll(3)]).unwrap();
    let before = dice.roll(2) == 0;
    let backwards = dice.roll(2) == 0;
    let outside = dice.roll(2) == 0;
    let place = &model.places[dice.roll(model.places.len())];
    let at = Some(place).filter(|place| !place.retired && dice.roll(2) == 0);
    let limit = Some(u32::try_from(dice.roll(6)).unwrap()).filter(|limit| *limit > 0);
    let passes = |medium: &&&Medium| {
        Model::holds(medium, text)
            && (!outside || Model::is_watched(medium))
            && at.is_none_or(|at| model.stands_in(medium, at.id))
            && if before {
                medium.barcode.as_str() < edge.as_str()
            } else {
                medium.barcode.as_str() > edge.as_str()
            }
    };
    let mut wanted: Vec<&Medium> = all.iter().filter(passes).copied().collect();
    if backwards {
        wanted.reverse();
    }
    wanted.truncate(limit.map_or(usize::MAX, |limit| limit as usize));
    let filter = Filter {
        outside,
        at: at.map(|at| kuraban::domain::names::PlaceId(at.id)),
        find: Some(text.to_owned()),
        after: Some(edge.clone()).filter(|_| !before),
        before: Some(edge).filter(|_| before),
        backwards,
        weighed: false,
        limit,
    };
    alike(&format!("{filter:?}"), &listed(session, &filter)?, &lines(model, wanted))
}

fn contents(
    session: &Session,
    model: &Model,
    code: &PlaceCode,
    inside: &[&Medium],
    dice: &mut Dice,
) -> Checked {
    let edge = inside.get(dice.roll(inside.len() + 1)).map_or("K00004L9", |medium| &medium.barcode);
    let own = Barcode::new(edge).unwrap();
    let most = WINDOW as usize;
    let (window, wanted): (Window, Vec<&Medium>) = match dice.roll(4) {
        0 => (Window::First, inside.iter().take(most).copied().collect()),
        1 => (Window::Last, inside.iter().rev().take(most).rev().copied().collect()),
        2 => {
            let after = inside.iter().filter(|medium| medium.barcode.as_str() > edge).copied();
            (Window::After(own), after.collect())
        }
        _ => {
            let before = inside.iter().filter(|medium| medium.barcode.as_str() < edge).copied();
            (Window::Before(own), before.collect())
        }
    };
    let found = session.contents(code, &window).map_err(trouble)?;
    let found: Vec<String> = found.iter().map(shown).collect();
    alike(&format!("contents of {code}, {window:?}"), &found, &lines(model, wanted))
}

/// What each label names that was ever given, however it is read.
fn labels(session: &Session, model: &Model) -> Checked {
    let mut texts: Vec<String> =
        ["N99999L9", "*K00001L9", "棚", "#1", "#99999", "serial:HU7001", "serial:none", ""]
            .map(str::to_owned)
            .to_vec();
    for label in model.labels.keys() {
        let short = label.get(..6).unwrap_or(label).to_owned();
        texts.extend([label.clone(), label.to_lowercase(), format!(" *{label}* "), short]);
    }
    for text in texts {
        let wanted = model.meant(&text);
        let found = session.show(&text).map(|view| view.id.0).map_err(|error| reason(&error));
        let known = wanted.clone().map_err(|nothing| nothing.code().to_owned());
        same(&format!("what {text:?} names"), &found, &known)?;
        // Its history is found by a label that was replaced, too.
        let wanted = match wanted {
            Err(Nothing::Old(id)) => model.meant(&model.media[&id].barcode),
            other => other,
        };
        let found = session.medium_id(&text).map(|id| id.0).map_err(|error| reason(&error));
        same(&format!("whose history {text:?} names"), &found, &wanted.map_err(|no| no.code().to_owned()))?;
    }
    Ok(())
}

/// Places: how full they are, and who is told.
pub(crate) fn places(session: &Session, model: &Model, readers: &[Option<Signed>]) -> Checked {
    for reader in readers {
        let badge = reader.as_ref().map(|reader| reader.badge().as_str());
        let hidden = model.hidden(badge);
        let wanted: Vec<String> = model
            .places
            .iter()
            .map(|place| {
                let blind = hidden.iter().any(|audit| audit.scope.is_none_or(|at| model.within(place.id, at)));
                let media = (!blind).then(|| model.occupants(place.id).count() as u64);
                format!(
                    "{} {} {} in {:?} of {:?} resident {} retired {} added {} audited {:?} day {:?} media {media:?}",
                    place.id, place.code, place.kind, model.code(place.parent), place.capacity, place.resident,
                    place.retired, place.added, place.audited, place.day,
                )
            })
            .collect();
        let found = session.places(reader.as_ref()).map_err(trouble)?.into_iter().map(|view| {
            let place = view.place;
            let moment = crate::soak_shown::millis;
            format!(
                "{} {} {} in {:?} of {:?} resident {} retired {} added {} audited {:?} day {:?} media {:?}",
                place.id,
                place.code,
                place.kind,
                view.parent.as_ref().map(PlaceCode::as_str),
                place.capacity,
                place.resident,
                place.retired,
                place.added.millis(),
                moment(place.audited),
                moment(place.audit_due),
                view.media,
            )
        });
        alike(&format!("place list for {badge:?}"), &found.collect::<Vec<_>>(), &wanted)?;
        for at in std::iter::once(None).chain(model.places.iter().map(|place| Some(place.id))) {
            let place = at.map(kuraban::domain::names::PlaceId);
            let found = session.may_list(reader.as_ref(), place).map_err(|error| reason(&error));
            let blind = model.is_blind(badge, at);
            let wanted = if blind { Err("blind_count".to_owned()) } else { Ok(()) };
            same(&format!("whether {badge:?} may list {:?}", model.code(at)), &found, &wanted)?;
        }
    }
    let mut codes: Vec<String> = session.place_codes().map_err(trouble)?.into_iter().collect();
    codes.sort();
    let live = model.places.iter().filter(|place| !place.retired);
    let mut wanted: Vec<String> = live.map(|place| place.code.clone()).collect();
    wanted.sort();
    alike("the codes of places", &codes, &wanted)?;
    last_seen(session, model)
}

/// What to look for in a device before it goes, and which stocktake counts a place.
fn last_seen(session: &Session, model: &Model) -> Checked {
    for place in &model.places {
        let code = PlaceCode::new(&place.code).unwrap();
        let device = matches!(place.kind.word(), "drive" | "library");
        let mut media: Vec<&Medium> = model
            .media
            .values()
            .filter(|medium| {
                let there = medium.seen.is_some_and(|(_, at, _)| at == Some(place.id));
                device && medium.custody.is_out() && there
            })
            .collect();
        media.sort_by_key(|medium| (medium.seen.map(|(at, ..)| at), medium.id));
        let labels = media.into_iter().map(|medium| medium.barcode.clone()).collect::<Vec<_>>();
        let wanted = if place.retired { Err("retired_place".to_owned()) } else { Ok(labels) };
        let found = session.last_seen_in(&code);
        let found = found.map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
        same(&format!("last seen in {code}"), &found.map_err(|error| reason(&error)), &wanted)?;
        let counted = |audit: &&crate::soak_model::Audit| {
            audit.state.word() == "open" && audit.scope.is_none_or(|scope| model.within(place.id, scope))
        };
        let wanted = model.audits.values().find(counted).map(|audit| audit.id);
        let found = session.audit_at(&code).map_err(trouble)?.map(|audit| audit.0);
        same(&format!("the stocktake at {code}"), &found, &wanted)?;
    }
    Ok(())
}

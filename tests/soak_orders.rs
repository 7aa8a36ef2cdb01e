//! Movement orders in the model: asked for, decided on, extended, closed when each of their media is back or missing.

use kuraban::domain::audit::AuditState;
use kuraban::domain::custody::State;
use kuraban::domain::event::{How, Kind};
use kuraban::domain::order::OrderState;
use kuraban::domain::person::Role;
use serde_json::json;

use crate::soak_acts::{Foreseen, Media, Ordering, Verb, Wish};
use crate::soak_model::{Audit, DAY, Id, Marks, Medium, Model, Moment, Order};
use crate::soak_rules::Scan;
use crate::soak_steps::{WHY, WORDS};
use crate::soak_world::{No, Pair, spelt};

/// The most media of one order, and the most days of a standing one.
const MOST: u64 = 10_000;
const DAYS: i64 = 92;

fn when(is_so: bool, why: &'static str) -> Option<&'static str> {
    is_so.then_some(why)
}

/// A window ends after it begins, and not yet.
fn window(from: Moment, until: Moment, now: Moment) -> Option<&'static str> {
    when(from >= until || now >= until, "bad_window")
}

impl Order {
    /// At a moment, which night of a standing order it is.
    pub(crate) fn night(&self, at: Moment) -> u64 {
        u64::try_from((at - self.from).div_euclid(DAY)).unwrap_or_default()
    }
}

impl Model {
    /// The stocktakes that keep their lists from this reader: from its counters, and from nobody known.
    pub(crate) fn hidden(&self, reader: Option<&str>) -> Vec<&Audit> {
        let person = reader.and_then(|badge| self.person(badge)).map(|person| person.id);
        let keeps = |audit: &&Audit| {
            audit.state == AuditState::Open && person.is_none_or(|id| audit.counters.contains_key(&id))
        };
        self.audits.values().filter(keeps).collect()
    }

    /// Whether a list of this place, or of all, is kept from this reader.
    pub(crate) fn is_blind(&self, reader: Option<&str>, at: Option<Id>) -> bool {
        let meets = |audit: &&Audit| audit.scope.zip(at).is_none_or(|(scope, at)| self.touch(scope, at));
        self.hidden(reader).iter().any(meets)
    }

    /// Whether a medium's label or serial number holds this text.
    pub(crate) fn holds(medium: &Medium, text: &str) -> bool {
        let text = text.to_uppercase();
        let serial = medium.serial.as_ref().map(|serial| serial.to_uppercase());
        medium.barcode.to_uppercase().contains(&text) || serial.is_some_and(|serial| serial.contains(&text))
    }

    /// Whether it stands in this place, or in one within it.
    pub(crate) fn stands_in(&self, medium: &Medium, place: Id) -> bool {
        medium.custody.fills().is_some_and(|at| self.within(at, place))
    }

    fn may_find(&self, by: &str, media: &Media) -> Result<(), No> {
        let at = media.at.map(|code| self.live(code).map(|place| place.id)).transpose();
        let at = at.map_err(|why| vec![why])?;
        let asks = at.is_some() || media.find.is_some();
        if asks && self.is_blind(Some(by), at) { Err(vec!["blind_count"]) } else { Ok(()) }
    }

    /// The media that are meant; or each text that means none.
    fn wanted(&self, media: &Media, bad: &mut Vec<String>) -> Result<Vec<Id>, No> {
        let mut all = Vec::new();
        for text in &media.texts {
            match self.meant(text) {
                Ok(id) => all.push(id),
                Err(nothing) => bad.push(format!("{text} {}", nothing.code())),
            }
        }
        if !bad.is_empty() {
            return Err(vec!["bad_media"]);
        }
        if media.at.is_some() || media.find.is_some() {
            let at = media.at.map(|code| self.place(code).unwrap().id);
            let meant = |medium: &&Medium| {
                at.is_none_or(|at| self.stands_in(medium, at))
                    && media.find.is_none_or(|text| Self::holds(medium, text))
                    && medium.custody.state != State::Destroyed
            };
            all.extend(self.media.values().filter(meant).map(|medium| medium.id));
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn against_list(&self, media: &[Id]) -> No {
        let gone = media.iter().any(|id| self.media[id].custody.state == State::Destroyed);
        [when(media.is_empty(), "no_media"), when(gone, "wrong_state")].into_iter().flatten().collect()
    }

    pub(crate) fn order_deed(&mut self, deed: &Ordering, pair: Pair<'_>) -> Foreseen {
        match deed {
            Ordering::New(wish) => {
                self.listing(pair, &wish.media, |model, media| model.request(pair, wish, media))
            }
            Ordering::Night(number, until, media) => {
                let id = self.order_at(*number);
                let until = until.map(|until| self.now + until);
                self.listing(pair, media, |model, media| model.night(pair, id, until, media))
            }
            Ordering::Approve(number) => self.decide(pair, self.order_at(*number), OrderState::Approved),
            Ordering::Reject(number) => self.decide(pair, self.order_at(*number), OrderState::Rejected),
            Ordering::Extend(number, until) => self.extend(pair, self.order_at(*number), self.now + until),
            Ordering::Close(number, missing) => {
                let (id, heads) = (self.order_at(*number), self.heads_due(false));
                let media = Media { texts: missing.clone(), ..Media::default() };
                let mut bad = Vec::new();
                let done = self.whole(|model| {
                    let media = model.meant_in_turn(&media, &mut bad)?;
                    model.close(pair, id, &media, heads)
                });
                told_bad(done, &bad)
            }
        }
    }

    /// The media in the order in which they are named, each as often as it is.
    fn meant_in_turn(&self, media: &Media, bad: &mut Vec<String>) -> Result<Vec<Id>, No> {
        self.wanted(media, bad)?;
        Ok(media.texts.iter().map(|text| self.meant(text).unwrap()).collect())
    }

    fn listing(
        &mut self,
        pair: Pair<'_>,
        media: &Media,
        then: impl FnOnce(&mut Self, Vec<Id>) -> Result<String, No>,
    ) -> Foreseen {
        if let Err(no) = self.may_find(pair.by, media) {
            return Foreseen::refused(no, None);
        }
        let mut bad = Vec::new();
        let done = self.whole(|model| {
            let media = model.wanted(media, &mut bad)?;
            then(model, media)
        });
        told_bad(done, &bad)
    }

    fn request(&mut self, pair: Pair<'_>, wish: &Wish, media: Vec<Id>) -> Result<String, No> {
        let Wish { purpose, nightly, .. } = *wish;
        self.begin(pair);
        let at = self.at();
        let (from, until) = (wish.from.map_or(at, |from| self.now + from), self.now + wish.until);
        let no = |model: &Self| {
            let mut no: No = when(!model.says("purposes", purpose), "unknown_purpose").into_iter().collect();
            no.extend(window(from, until, at));
            match nightly {
                None => no.extend(model.against_list(&media)),
                Some(most) => {
                    no.extend(when(most == 0, "no_media"));
                    no.extend(when(!media.is_empty(), "inconsistent"));
                    no.extend(when(most > MOST, "too_many_media"));
                    no.extend(when(until - from > DAYS * DAY, "standing_too_long"));
                }
            }
            no
        };
        self.allow(Kind::OrderRequested, pair, no)?;
        let data = json!({ "purpose": purpose, "work": null, "from": spelt(from), "until": spelt(until),
            "destination": null, "nightly": nightly, "media": media });
        let id = self.push(Kind::OrderRequested, pair, data);
        self.in_words(id, WORDS);
        let order = Order {
            id,
            requester: self.person(pair.by).unwrap().id,
            requested: at,
            purpose: purpose.to_owned(),
            text: Some(WORDS.to_owned()),
            from,
            until,
            state: OrderState::Requested,
            decided_by: None,
            closed_by: None,
            decided: None,
            parent: None,
            nightly: nightly.map(|most| (most, 0, 0)),
            lines: media.into_iter().map(|id| (id, Marks::default())).collect(),
        };
        self.orders.insert(id, order);
        Ok(format!("order {id}"))
    }

    fn night(&mut self, pair: Pair<'_>, id: Id, until: Option<Moment>, media: Vec<Id>) -> Result<String, No> {
        self.begin(pair);
        let (at, usual) = (self.at(), self.usual());
        let until = until.unwrap_or_else(|| self.orders.get(&id).map_or(usual, |o| o.until.min(usual)));
        let asked = media.len() as u64;
        let by = self.person(pair.by).map(|person| person.id);
        let no = |model: &Self| {
            let Some(parent) = model.orders.get(&id) else { return vec!["unknown_order"] };
            let mut no = model.against_list(&media);
            no.extend(when(parent.nightly.is_none(), "not_standing"));
            no.extend(when(!parent.in_force(at), "order_not_in_force"));
            no.extend(when(by.is_some() && parent.decided_by == by, "same_person"));
            no.extend(window(at, until, at));
            no.extend(when(until > parent.until, "due_after_order"));
            let full = parent.nightly.is_some_and(|(most, night, used)| {
                asked + if night == parent.night(at) { used } else { 0 } > most
            });
            no.extend(when(full, "night_full"));
            no
        };
        self.allow(Kind::OrderNight, pair, no)?;
        let data = json!({ "order": id, "until": spelt(until), "media": media });
        let new = self.push(Kind::OrderNight, pair, data);
        let parent = self.orders.get_mut(&id).unwrap();
        let (night, lines) = (parent.night(at), media.into_iter().map(|id| (id, Marks::default())));
        parent.nightly = parent
            .nightly
            .map(|(most, before, used)| (most, night, asked + if before == night { used } else { 0 }));
        let order = Order {
            id: new,
            requester: by.unwrap(),
            requested: at,
            text: None,
            from: at,
            until,
            decided: Some(at),
            parent: Some(id),
            nightly: None,
            lines: lines.collect(),
            ..parent.clone()
        };
        self.orders.insert(new, order);
        Ok(format!("order {new}"))
    }

    fn decide(&mut self, pair: Pair<'_>, id: Id, state: OrderState) -> Foreseen {
        let by = self.person(pair.by).map(|person| person.id);
        let approves = state == OrderState::Approved;
        let kind = if approves { Kind::OrderApproved } else { Kind::OrderRejected };
        let no = |model: &Self| {
            let Some(order) = model.orders.get(&id) else { return vec!["unknown_order"] };
            let mut no: No =
                when(order.state != OrderState::Requested, "order_decided").into_iter().collect();
            if approves {
                no.extend(when(by == Some(order.requester), "same_person"));
                no.extend(window(order.from, order.until, model.at()));
            }
            no
        };
        self.perform(kind, pair, no, |model| {
            let data = if approves { json!({ "order": id }) } else { json!({ "order": id, "why": WHY }) };
            let seq = model.push(kind, pair, data);
            let at = model.last();
            let order = model.orders.get_mut(&id).unwrap();
            (order.state, order.decided_by, order.decided) = (state, by, Some(at));
            if approves { seq } else { model.in_words(seq, WORDS) }
        })
    }

    fn extend(&mut self, pair: Pair<'_>, id: Id, until: Moment) -> Foreseen {
        let by = self.person(pair.by).map(|person| person.id);
        let no = |model: &Self| {
            let Some(order) = model.orders.get(&id) else { return vec!["unknown_order"] };
            let long = order.nightly.is_some() && until - order.from > DAYS * DAY;
            let no = [
                when(order.state != OrderState::Approved, "order_decided"),
                when(by == Some(order.requester), "same_person"),
                window(order.from, until, model.at()).or(when(until <= order.until, "bad_window")),
                when(long, "standing_too_long"),
            ];
            no.into_iter().flatten().collect()
        };
        self.perform(Kind::OrderExtended, pair, no, |model| {
            let seq = model.push(Kind::OrderExtended, pair, json!({ "order": id, "until": spelt(until) }));
            let order = model.orders.get_mut(&id).unwrap();
            let end = std::mem::replace(&mut order.until, until);
            // What is out under it and was due at its end is due at the new one.
            for medium in model.media.values_mut().filter(|medium| medium.custody.order() == Some(id)) {
                if let Some(outing) = medium.custody.outing.as_mut().filter(|outing| outing.due == end) {
                    outing.due = until;
                }
            }
            seq
        })
    }

    fn close(&mut self, pair: Pair<'_>, id: Id, missing: &[Id], heads: bool) -> Result<String, No> {
        for medium in missing {
            let listed = self.orders.get(&id).is_some_and(|order| order.lines.contains_key(medium));
            if !listed {
                return Err(vec!["not_listed"]);
            }
            if self.media[medium].custody.state == State::Missing {
                continue;
            }
            self.begin(pair);
            let text = format!("#{medium}");
            let (verb, how, occurred) = (&Verb::Missing, How::Typed, None);
            let scan = Scan { pair, text: &text, verb, how, occurred, audit: None };
            self.allow(Kind::DeclareMissing, pair, |model| model.against(&model.media[medium], &scan))?;
            self.step(*medium, &scan);
        }
        self.begin(pair);
        self.allow(Kind::OrderClosed, pair, |model| model.against_closing(pair, id))?;
        let order = &self.orders[&id];
        let named: Vec<Id> = match order.state {
            OrderState::Approved => {
                let is_missing = |id: &&Id| self.media[*id].custody.state == State::Missing;
                order.lines.keys().filter(is_missing).copied().collect()
            }
            OrderState::Requested | OrderState::Rejected | OrderState::Closed => Vec::new(),
        };
        let seq = self.push(Kind::OrderClosed, pair, json!({ "order": id, "missing": named }));
        let (at, by) = (self.last(), self.person(pair.by).map(|person| person.id));
        let order = self.orders.get_mut(&id).unwrap();
        (order.state, order.closed_by, order.decided) = (OrderState::Closed, by, Some(at));
        self.checkpoint(pair, heads)?;
        Ok(format!("entry {seq}"))
    }

    fn against_closing(&self, pair: Pair<'_>, id: Id) -> No {
        let Some(order) = self.orders.get(&id) else { return vec!["unknown_order"] };
        let nights = |one: &&Order| one.parent == Some(id) && one.state == OrderState::Approved;
        let own = self.person(pair.by).is_some_and(|person| person.id == order.requester);
        let withdraws = order.state == OrderState::Requested;
        let waits = |id: &Id| {
            let custody = &self.media[id].custody;
            custody.outing.is_some()
        };
        let waits = order.state == OrderState::Approved && order.lines.keys().any(waits);
        let no = [
            when(!order.is_open(), "order_decided"),
            when(self.orders.values().any(|one| nights(&one)), "nights_open"),
            when(withdraws && !own && !self.has_role(pair.by, Role::Approver), "role_missing"),
            when(waits, "not_back"),
        ];
        no.into_iter().flatten().collect()
    }
}

/// With the texts that name no medium.
fn told_bad(done: Foreseen, bad: &[String]) -> Foreseen {
    if bad.is_empty() { done } else { Foreseen { told: format!("{bad:?}"), ..done } }
}

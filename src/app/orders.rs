//! Movement orders: asked for, decided on, extended, closed; and the lists that people look at.

use crate::domain::custody::State;
use crate::domain::decide::{Action, Deed, Reason, Request, decide};
use crate::domain::event::{Data, How};
use crate::domain::medium::Medium;
use crate::domain::names::{Barcode, Code, MediumId, OrderId, PlaceCode, Reading, Term};
use crate::domain::order::{MOST_MEDIA, Marks, Order, OrderState};
use crate::domain::refusal::{OrderRefusal, Refusal};
use crate::domain::resolve::{resolve, shown};
use crate::domain::rules::{Stop, resolve_place};
use crate::domain::time::Timestamp;
use crate::domain::world::World as _;
use crate::store::{Counts, Filter, StoreError, Txn, View};

use super::session::{Error, Keepsake, Session};
use super::verbs::Said;
use super::views::{self, Custodian};
use super::who::Who;

/// The most orders that a list gives at once.
pub const MOST_ORDERS: u32 = 500;

/// Which media an order is to list: those that are named, and those that a question finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Barcodes, `#identity` or `serial:…`.
    pub texts: Vec<String>,
    /// All that stand in this place and in all that stands in it.
    pub at: Option<PlaceCode>,
    /// All whose barcode or serial number holds this text; within the place, if one is named.
    pub find: Option<String>,
}

/// An order that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// What for: a code of the policy's list.
    pub purpose: Code,
    /// What for, in words.
    pub text: Option<String>,
    /// The work to be done.
    pub work: Option<String>,
    /// When media may go out at the earliest; now if nothing is said.
    pub from: Option<Timestamp>,
    /// When all must be back.
    pub until: Timestamp,
    /// Where they go.
    pub destination: Option<Term>,
    /// The most media of a night, if it is a standing order.
    pub nightly: Option<u64>,
    /// The media.
    pub wanted: Wanted,
}

/// One order, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// Who asked for it.
    pub requester: Option<Custodian>,
    /// Who approved or rejected it.
    pub decided_by: Option<Custodian>,
    /// Who closed it.
    pub closed_by: Option<Custodian>,
    /// How far its media are.
    pub counts: Counts,
    /// Whether its time is over although it is not closed.
    pub over: bool,
}

/// One medium of an order, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Its barcode.
    pub barcode: Barcode,
    /// Its state.
    pub state: State,
    /// Whether it is at rest.
    pub at_rest: bool,
    /// Where it is.
    pub place: Option<PlaceCode>,
    /// Who has it.
    pub custodian: Option<Custodian>,
    /// How far it has come under the order.
    pub marks: Marks,
    /// Whether the order waits for it: it is outside, and the order is approved and not closed.
    pub outside: bool,
}

/// One order with all that it lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPage {
    /// The order.
    pub view: OrderView,
    /// What for, in words.
    pub text: Option<String>,
    /// The work to be done.
    pub work: Option<String>,
    /// Its media.
    pub lines: Vec<OrderLine>,
}

/// Why a list of media, or what was asked with it, was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// These barcodes name no medium, each for its reason; nothing was recorded.
    #[error("{} bad barcodes", .0.len())]
    Media(Vec<(String, Box<Refusal>)>),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for OrderError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<Stop<StoreError>> for OrderError {
    fn from(stop: Stop<StoreError>) -> Self {
        Self::Other(stop.into())
    }
}

impl From<OrderRefusal> for OrderError {
    fn from(refusal: OrderRefusal) -> Self {
        Refusal::from(refusal).into()
    }
}

impl From<Refusal> for OrderError {
    fn from(refusal: Refusal) -> Self {
        Self::Other(refusal.into())
    }
}

/// The media that are meant, or every text that means none.
fn find(view: &View<'_>, wanted: &Wanted) -> Result<Vec<MediumId>, OrderError> {
    let (mut all, mut bad) = (Vec::new(), Vec::new());
    for text in &wanted.texts {
        match resolve(view, text) {
            Ok(medium) => all.push(medium.id),
            Err(Stop::Failed(error)) => return Err(error.into()),
            Err(Stop::Refused(refusal)) => {
                let shown = shown(text).as_ref().map(Reading::to_string);
                bad.push((shown.unwrap_or_default(), refusal));
            }
        }
    }
    if !bad.is_empty() {
        return Err(OrderError::Media(bad));
    }
    if wanted.at.is_some() || wanted.find.is_some() {
        let at = match &wanted.at {
            Some(code) => Some(resolve_place(view, code)?.id),
            None => None,
        };
        let limit = u32::try_from(MOST_MEDIA + 1).ok();
        let filter = Filter { at, find: wanted.find.clone(), limit, ..Filter::default() };
        view.each_medium(&filter, |medium: Medium| {
            if medium.custody.state() != State::Destroyed {
                all.push(medium.id);
            }
            Ok::<(), StoreError>(())
        })?;
    }
    Ok(all)
}

/// The identity of a text that is kept, and the text itself.
type Kept<'a> = Option<(Keepsake, &'a str)>;

fn keep(txn: &Txn<'_>, kept: &Kept<'_>) -> Result<(), StoreError> {
    match kept {
        Some(((id, salt), text)) => txn.keep(*id, salt, text),
        None => Ok(()),
    }
}

impl Session {
    /// An order for all that stands in a place is a list of it, and refused to who counts there.
    fn may_find(&self, who: &Who, wanted: &Wanted) -> Result<(), OrderError> {
        let at = wanted.at.as_ref().map(|code| self.place_id(code)).transpose()?;
        if at.is_none() && wanted.find.is_none() {
            return Ok(());
        }
        Ok(self.may_list(Some(who.actor()), at)?)
    }

    fn kept<'a>(&self, text: Option<&'a str>) -> Result<Kept<'a>, Error> {
        text.map(|text| Ok((self.keepsake(text)?, text))).transpose()
    }

    /// Asks for an order; gives its number.
    ///
    /// # Errors
    /// All barcodes that name no medium; or when it is refused, or cannot be written. So also below.
    pub fn request(&self, who: &Who, new: &NewOrder) -> Result<OrderId, OrderError> {
        self.may_find(who, &new.wanted)?;
        let (text, work) = (self.kept(new.text.as_deref())?, self.kept(new.work.as_deref())?);
        self.store.write(|txn| {
            let media = find(txn.view(), &new.wanted)?;
            let context = self.context(txn, who, How::Typed, None)?;
            let request = Request {
                purpose: new.purpose.clone(),
                text: text.map(|((id, _), _)| id),
                work: work.map(|((id, _), _)| id),
                from: new.from,
                until: new.until,
                destination: new.destination.clone(),
                nightly: new.nightly,
                media,
            };
            let decision = decide(txn.view(), Action::Request(Box::new(request)), &context)?;
            let seq = txn.append(&decision)?.seq;
            keep(txn, &text)?;
            keep(txn, &work)?;
            Ok(OrderId(seq))
        })
    }

    /// Opens a night's list under a standing order; gives its number.
    ///
    /// # Errors
    /// As for [`Self::request`].
    pub fn night(
        &self,
        who: &Who,
        order: OrderId,
        until: Option<Timestamp>,
        wanted: &Wanted,
    ) -> Result<OrderId, OrderError> {
        self.may_find(who, wanted)?;
        self.store.write(|txn| {
            let media = find(txn.view(), wanted)?;
            let context = self.context(txn, who, How::Typed, None)?;
            let usual = crate::domain::rules::usual_due(txn.view().policy(), context.at);
            let end = txn.view().order(order)?.map_or(usual, |order| order.until);
            let until = until.unwrap_or_else(|| usual.min(end));
            let decision = decide(txn.view(), Action::Night(order, until, media), &context)?;
            Ok(OrderId(txn.append(&decision)?.seq))
        })
    }

    /// Approves an order.
    ///
    /// # Errors
    /// When it is refused, or cannot be written. So also below.
    pub fn approve(&self, who: &Who, order: OrderId) -> Result<u64, Error> {
        Ok(self.perform(who, Action::Approve(order))?.seq)
    }

    /// Turns an order down.
    ///
    /// # Errors
    /// As for [`Self::approve`].
    pub fn reject(&self, who: &Who, order: OrderId, said: &Said) -> Result<u64, Error> {
        let action = |text| Action::Reject(order, Reason { why: said.why.clone(), text });
        Ok(self.perform_keeping(who, said.text.as_deref(), action)?.seq)
    }

    /// Gives an order more time.
    ///
    /// # Errors
    /// As for [`Self::approve`].
    pub fn extend(&self, who: &Who, order: OrderId, until: Timestamp) -> Result<u64, Error> {
        Ok(self.perform(who, Action::Extend(order, until))?.seq)
    }

    /// Closes an order. The media that are named are declared missing first, for the reason that is given; all
    /// of it happens, or nothing.
    ///
    /// # Errors
    /// As for [`Self::request`]; also when media are still outside.
    pub fn close(
        &self,
        who: &Who,
        order: OrderId,
        missing: &[String],
        said: Option<&Said>,
    ) -> Result<u64, OrderError> {
        self.closing(who, false, |txn| {
            let wanted = Wanted { texts: missing.to_vec(), ..Wanted::default() };
            for id in find(txn.view(), &wanted)? {
                self.escalate(txn, who, (order, id), said)?;
            }
            let context = self.context(txn, who, How::Typed, None)?;
            let decision = decide(txn.view(), Action::Close(order), &context)?;
            Ok(txn.append(&decision)?.seq)
        })
    }

    /// Declares one medium of an order missing, unless it is so already.
    fn escalate(
        &self,
        txn: &mut Txn<'_>,
        who: &Who,
        (order, id): (OrderId, MediumId),
        said: Option<&Said>,
    ) -> Result<(), OrderError> {
        let medium = txn.view().medium(id)?.ok_or(Refusal::Inconsistent { key: "medium" })?;
        if txn.view().line(order, id)?.is_none() {
            return Err(OrderRefusal::NotListed { order, barcode: medium.barcode }.into());
        }
        if medium.custody.state() == State::Missing {
            return Ok(());
        }
        let Some(said) = said else { return Err(Refusal::Inconsistent { key: "why" }.into()) };
        let (reason, kept) = self.reason(said)?;
        let context = self.context(txn, who, How::Typed, None)?;
        let decision = decide(txn.view(), Action::Medium(id, Deed::DeclareMissing(reason, None)), &context)?;
        txn.append(&decision)?;
        keep(txn, &kept.zip(said.text.as_deref()))?;
        Ok(())
    }

    /// Orders, the newest first: those that are open, or all; before a number; at most [`MOST_ORDERS`].
    ///
    /// # Errors
    /// When the record cannot be read. So also below.
    pub fn orders(&self, open: bool, before: Option<OrderId>) -> Result<Vec<OrderView>, Error> {
        self.look(|view| {
            let now = self.present(view);
            let mut all = Vec::new();
            view.each_order(open, before, MOST_ORDERS, |order| {
                all.push(shown_order(view, order, now)?);
                Ok::<(), StoreError>(())
            })?;
            Ok(all)
        })
    }

    /// One order with its media.
    ///
    /// # Errors
    /// A refusal when there is none of this number.
    pub fn order(&self, id: OrderId) -> Result<OrderPage, Error> {
        self.look(|view| {
            let now = self.present(view);
            let order = view.order(id)?.ok_or(OrderRefusal::Unknown { order: id })?;
            let said = view.entry(id.0)?.map(|entry| entry.event.data);
            let (text, work) = match said {
                Some(Data::OrderRequested { text, work, .. }) => (text, work),
                _ => (None, None),
            };
            let kept = |id| match id {
                Some(id) => view.kept_text(id),
                None => Ok(None),
            };
            let (text, work) = (kept(text)?, kept(work)?);
            let mut lines = Vec::new();
            for (medium, marks) in view.lines(id)? {
                let Some(medium) = view.medium(medium)? else { continue };
                let (state, at_rest) = (medium.custody.state(), medium.custody.at_rest());
                let waits = order.state == OrderState::Approved && !at_rest && state != State::Missing;
                lines.push(OrderLine {
                    state,
                    at_rest,
                    outside: waits,
                    place: views::place_code(view, medium.custody.place())?,
                    custodian: views::custodian(view, medium.custody.custodian())?,
                    barcode: medium.barcode,
                    marks,
                });
            }
            // What is still outside comes first: it is why somebody looks.
            lines.sort_by_key(|line| line.at_rest);
            Ok(OrderPage { view: shown_order(view, order, now)?, text, work, lines })
        })
    }
}

fn shown_order(view: &View<'_>, order: Order, now: Timestamp) -> Result<OrderView, StoreError> {
    let mut counts = view.order_counts(order.id)?;
    // Under an order that is not in force nothing is outside, wherever its media are by now.
    if order.state != OrderState::Approved {
        counts.outside = 0;
    }
    Ok(OrderView {
        requester: views::custodian(view, Some(order.requester))?,
        decided_by: views::custodian(view, order.decided_by)?,
        closed_by: views::custodian(view, order.closed_by)?,
        counts,
        over: order.state == OrderState::Approved && now >= order.until,
        order,
    })
}

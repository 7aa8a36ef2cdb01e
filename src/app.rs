//! Use cases. Every face of the program does everything through a [`Session`], so that no rule can be
//! enforced by one face alone.

mod admin;
mod board;
mod custody;
pub mod demo;
mod flags;
mod import;
mod query;
mod session;
pub mod station;
mod verify;
mod views;

pub use crate::store::{Filter, StoreError as Trouble};
pub use admin::{DEFAULT_STATION, NewPlace};
pub use custody::{Outcome, Said, Scan, Telling, Verb};
pub use flags::{FlagLine, Tally};
pub use import::{BadRow, ImportError, Imported, RowTrouble};
pub use session::{Error, Opening, Random, Session, Surroundings, Who};
pub use verify::{Progress, Rebuilt, Report};
pub use views::{Custodian, LogRow, MediumPage, MediumView, PersonView, PlaceView, Status};

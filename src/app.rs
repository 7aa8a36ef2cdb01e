//! Use cases. Every face of the program does everything through a [`Session`], so that no rule can be
//! enforced by one face alone.

mod admin;
mod board;
mod credentials;
mod custody;
pub mod demo;
mod flags;
mod founding;
mod import;
mod query;
mod screens;
mod session;
pub mod station;
mod trend;
mod verify;
mod views;

pub use crate::store::{Filter, StoreError as Trouble};
pub use admin::{DEFAULT_STATION, NewPerson, NewPlace};
pub use board::{BoardPage, TIMES};
pub use credentials::{Claim, Cost, DIGITS, Pin, Signed};
pub use custody::{Outcome, Said, Scan, Telling, Verb};
pub use flags::{FlagLine, Tally};
pub use founding::{Founding, make_directory, may_found};
pub use import::{BadRow, ImportError, Imported, RowTrouble};
pub use screens::{ExportError, Part, WINDOW, Window};
pub use session::{Error, Opening, Random, Session, Surroundings, Who};
pub use trend::{HOURS, Trend};
pub use verify::{Progress, Rebuilt, Report};
pub use views::{Custodian, LogRow, MediumPage, MediumView, PersonView, PlaceView, Status};

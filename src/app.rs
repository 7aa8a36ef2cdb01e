//! Use cases. Every face of the program does everything through a [`Session`], so that no rule can be
//! enforced by one face alone.

mod admin;
mod audits;
mod backup;
mod board;
mod bundles;
mod checkpoints;
mod clocks;
mod credentials;
mod crew;
mod custody;
pub mod demo;
mod finder;
mod flags;
mod founding;
mod import;
mod keys;
pub mod moment;
mod orders;
mod query;
mod reading;
mod renewal;
mod reports;
mod salvage;
mod screens;
mod second;
mod session;
mod stamps;
pub mod station;
mod trend;
mod verbs;
mod verify;
mod views;
mod weigh;
mod who;
pub mod witness;

pub use crate::store::Counts;
pub use crate::store::{Beside, Filter, Keyring, StoreError as Trouble};
pub use admin::{DEFAULT_STATION, NewPerson, NewPlace, Open, Temporary};
pub use audits::{
    AuditLine, AuditPage, AuditPassage, AuditView, Closed, Counted, Counter, Counting, Due, Loss, LossStep,
    Passage, PlaceCount, Progress as CountProgress, ReadIn, Stray, looks_like_place,
};
pub use backup::{Checked, Restored, Restoring, Seen};
pub use board::{BoardPage, TIMES};
pub use bundles::{BundleReport, Bundled, NoBundle, check_bundle};
pub use checkpoints::Taken;
pub use clocks::Behind;
pub use credentials::{Claim, Cost, DIGITS, Pin, Signed};
pub use custody::{Outcome, Scan};
pub use flags::{FlagLine, Tally};
pub use founding::{Founding, make_directory, may_found, seen_before};
pub use import::{BadRow, ImportError, Imported, Listed, RowTrouble};
pub use keys::Rotated;
pub use orders::{MOST_ORDERS, NewOrder, OrderError, OrderLine, OrderPage, OrderView, Wanted};
pub use renewal::{Maker, Renewed, Renewing};
pub use reports::{AccessRow, MonthlyRow, Section};
pub use salvage::{Ending, Salvage, Told};
pub use screens::{ExportError, Part, WINDOW, Window};
pub use session::{Error, Opening, Random, Session, Surroundings};
pub use stamps::{NoStamp, Stamps};
pub use trend::{HOURS, Trend};
pub use verbs::{Leaving, Said, Telling, Verb};
pub use verify::{Outside, Progress, Rebuilt, Report};
pub use views::{Custodian, LogRow, MediumPage, MediumView, PersonPage, PersonView, PlaceView, Status};
pub use who::Who;

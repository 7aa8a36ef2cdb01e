//! The terminal: screens over the same [`app`](crate::app) functions as the command line.
//!
//! The shape is Elm's. `update(model, message)` changes the model and asks for effects, `view(model, frame)`
//! draws; neither does any IO. The runtime performs effects through a session on a thread of its own, so that
//! the screen never waits for the disk.

pub mod acts;
pub mod board;
pub mod form;
pub mod gate;
mod help;
pub mod input;
pub mod keymap;
pub mod message;
pub mod model;
pub mod orders;
pub mod places;
pub mod probe;
pub mod runtime;
pub mod setup;
mod theme;
mod timeline;
mod turn;
pub mod update;
pub mod view;
pub mod worker;

//! English.

pub(super) mod audits;
pub(super) mod bundling;
pub(super) mod dialogs;
mod holding;
pub(super) mod keeping;
pub(super) mod orders;
pub(super) mod refusal;
pub(super) mod salvaging;
pub(super) mod screens;
pub(super) mod text;
pub(super) mod trouble;
pub(super) mod witness;
pub(super) mod words;

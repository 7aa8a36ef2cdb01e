//! All tests of kuraban from outside, in one binary.

mod architecture;
mod bad_input;
mod cli_batch;
mod cli_languages;
mod cli_tour;
mod demonstration;
mod documents;
mod golden;
mod import;
mod processes;
mod read_only;
mod sequences;
mod support;
mod tamper;
mod transitions;

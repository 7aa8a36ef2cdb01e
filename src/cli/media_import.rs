//! temp
use clap::Args;
use super::args::Global;
use super::exit::{Code, Failure};
use super::ui::Ui;
/// x
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// x
    pub file: String,
}
pub(super) fn run(_ui: &mut Ui<'_>, _global: &Global, _args: ImportArgs) -> Result<Code, Failure> { Ok(Code::DONE) }

//! Arguments of the commands that list users and findings.

use clap::Args;

use crate::cli::Format;

// Without a doc comment, because clap would show it as help of the commands.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// Filters, written KEY=VALUE (see below).
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) filters: Vec<String>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Largest number of rows (default: 50 in tables).
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
}

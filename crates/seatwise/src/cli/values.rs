//! Values that arguments of several commands accept.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use model::Plan;

/// Reads the plan of an account.
pub(crate) fn plan() -> impl TypedValueParser<Value = Plan> {
    let words = PossibleValuesParser::new(Plan::ALL.map(Plan::value));
    words.try_map(|word| Plan::from_value(&word).ok_or("it is no plan"))
}

/// Format in which commands print rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people to read.
    Table,
    /// One JSON object, as in the API.
    Json,
    /// CSV, as in the export of the page.
    Csv,
}

//! Arguments of the commands that show users, findings, rejected records, renewals and what-ifs.

use std::path::PathBuf;

use clap::Args;

use super::values::Format;

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

#[derive(Debug, Args)]
pub(crate) struct RejectedRecords {
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Print the groups as JSON, as the API does.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Renewal {
    /// Number of the contract (default: all).
    pub(crate) contract: Option<i64>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Also show cost and risk of buying this number of seats.
    #[arg(long, requires = "contract", value_parser = clap::value_parser!(i64).range(0..=10_000_000))]
    pub(crate) seats: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// File with a settings document; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "rule")]
    pub(crate) settings: Option<PathBuf>,
    /// Rule whose threshold is changed, such as dormant.
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// New threshold of the rule, in days.
    #[arg(long, requires = "rule", conflicts_with = "thresholds", value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) days: Option<u16>,
    /// Several thresholds to compare, in days.
    #[arg(long, requires = "rule", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) thresholds: Vec<u16>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

//! Values that arguments of several commands accept.

use clap::ValueEnum;

/// Rate limits of a Zoom plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanName {
    /// Rate limits of free accounts.
    Free,
    /// Rate limits of the Pro plan.
    Pro,
    /// Rate limits of the Business, Education and Enterprise plans.
    Business,
}

impl PlanName {
    pub(crate) fn model(self) -> model::Plan {
        match self {
            Self::Free => model::Plan::Free,
            Self::Pro => model::Plan::Pro,
            Self::Business => model::Plan::Business,
        }
    }

    pub(crate) fn simulated(self) -> zoom_sim::Plan {
        match self {
            Self::Free => zoom_sim::Plan::Free,
            Self::Pro => zoom_sim::Plan::Pro,
            Self::Business => zoom_sim::Plan::Business,
        }
    }
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

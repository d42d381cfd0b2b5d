//! The columns of findings.

use model::{FieldValue, Money};

use super::cell::{Cell, CellKind};
use crate::findings::{Finding, Findings, Saving};
use crate::roster::Roster;

/// The metadata field with the user's department.
const DEPARTMENT: &str = "department";

/// A finding with everything from which its columns are made.
#[derive(Debug, Clone, Copy)]
pub struct FindingRow<'a> {
    /// All findings, for the headline.
    pub findings: &'a Findings,
    /// The roster that they were made from.
    pub roster: &'a Roster,
    /// The finding of this row.
    pub finding: &'a Finding,
}

#[derive(Debug, Clone, Copy)]
pub struct FindingColumn {
    /// Stable key: CSV header, and name in XLSX and Parquet.
    pub key: &'static str,
    /// Name of the column on pages.
    pub label: &'static str,
    pub kind: CellKind,
    cell: for<'a> fn(FindingRow<'a>) -> Cell<'a>,
}

impl FindingColumn {
    const fn new(
        key: &'static str,
        label: &'static str,
        kind: CellKind,
        cell: for<'a> fn(FindingRow<'a>) -> Cell<'a>,
    ) -> Self {
        Self {
            key,
            label,
            kind,
            cell,
        }
    }

    /// The finding's value in this column.
    #[must_use]
    pub fn cell<'a>(&self, row: FindingRow<'a>) -> Cell<'a> {
        (self.cell)(row)
    }
}

/// All columns of findings, in the order of files.
pub const FINDING_COLUMNS: [FindingColumn; 19] = {
    use CellKind::{Amount, Day, Integer, Text, YesNo};
    let new = FindingColumn::new;
    [
        new("id", "Id", Text, |row| Cell::text(row.finding.id.as_str())),
        new("rule", "Finding", Text, |row| {
            Cell::text(row.finding.rule.value())
        }),
        new("user_id", "User id", Text, |row| {
            Cell::maybe(row.finding.user_id.as_deref(), Cell::text)
        }),
        new("email", "E-mail", Text, |row| {
            Cell::maybe(row.finding.email.as_deref(), Cell::text)
        }),
        new("display_name", "Name", Text, |row| {
            Cell::maybe(row.finding.user, |user| {
                Cell::text(row.roster.name_of(user))
            })
        }),
        new("department", "Department", Text, |row| {
            Cell::maybe(department(row), Cell::text)
        }),
        new("licence", "Licence", Text, |row| {
            Cell::text(row.finding.licence.to_string())
        }),
        new("headline", "Why", Text, |row| {
            Cell::text(row.findings.headline(row.roster, row.finding))
        }),
        new("since", "Since", Day, |row| Cell::Day(row.finding.since)),
        new("seats", "Seats", Integer, |row| {
            Cell::Integer(row.finding.seats)
        }),
        new("saving_per_year", "Saving a year", Amount, |row| {
            Cell::maybe(amount(row), Cell::Amount)
        }),
        new("currency", "Currency", Text, |row| {
            Cell::maybe(amount(row), |amount| {
                Cell::text(amount.currency.to_string())
            })
        }),
        new("seat_free_on", "Seat free on", Day, |row| {
            Cell::maybe(saving(row), |saving| Cell::Day(saving.seat_free_on))
        }),
        new("invoice_lower_on", "Invoice lower on", Day, |row| {
            let day = saving(row).and_then(|saving| saving.invoice_lower_on);
            Cell::maybe(day, Cell::Day)
        }),
        new("price_source", "Price from", Text, |row| {
            Cell::maybe(saving(row), |saving| {
                Cell::text(saving.price_source.as_str())
            })
        }),
        new("reversible", "Reversible", YesNo, |row| {
            Cell::YesNo(row.finding.reversible)
        }),
        new("state", "State", Text, |row| {
            Cell::text(row.finding.state.value())
        }),
        new("held_by", "On hold because", Text, |row| {
            let reasons = row.finding.hold_reasons.iter();
            let reasons: Vec<&str> = reasons.map(|reason| reason.value()).collect();
            Cell::text(reasons.join("; "))
        }),
        new("assignee", "Assigned to", Text, |row| {
            Cell::text(row.finding.assignee.as_str())
        }),
    ]
};

fn saving(row: FindingRow<'_>) -> Option<&Saving> {
    row.finding.saving.as_ref()
}

fn amount(row: FindingRow<'_>) -> Option<Money> {
    saving(row).map(|saving| saving.amount)
}

fn department(row: FindingRow<'_>) -> Option<&str> {
    let index = row.roster.app().field_index(DEPARTMENT)?;
    match row.roster.columns[index].value(row.finding.user? as usize)? {
        FieldValue::Text(text) => Some(text),
        FieldValue::Integer(_) | FieldValue::YesNo(_) => None,
    }
}

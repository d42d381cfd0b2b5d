//! Findings as rows of files: the page's exports and the command line write the columns of
//! [`insight::columns`].

use insight::columns::{FINDING_COLUMNS, FindingRow};
use insight::findings::Finding;

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Column};

/// The columns with their types.
pub fn columns() -> Vec<Column> {
    let columns = FINDING_COLUMNS.iter();
    columns
        .map(|column| Column::new(column.key, column.kind.into()))
        .collect()
}

/// The cells of one finding, in the order of [`columns`].
pub fn cells<'a>(account: &'a AccountSnapshot, finding: &'a Finding) -> Vec<Cell<'a>> {
    let row = FindingRow {
        findings: &account.findings,
        roster: account.roster(),
        finding,
    };
    let columns = FINDING_COLUMNS.iter();
    columns.map(|column| column.cell(row).into()).collect()
}

//! Findings as rows of a table: the same columns for the page's export, the API and the
//! command line.

use std::borrow::Cow;

use insight::findings::Finding;
use model::FieldValue;

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Column, ColumnKind};

/// The key of the department in the application's metadata.
const DEPARTMENT: &str = "department";

pub fn columns() -> Vec<Column> {
    [
        ("id", ColumnKind::Text),
        ("rule", ColumnKind::Text),
        ("user_id", ColumnKind::Text),
        ("email", ColumnKind::Text),
        ("display_name", ColumnKind::Text),
        ("department", ColumnKind::Text),
        ("licence", ColumnKind::Text),
        ("headline", ColumnKind::Text),
        ("since", ColumnKind::Day),
        ("seats", ColumnKind::Integer),
        ("saving_per_year", ColumnKind::Amount),
        ("currency", ColumnKind::Text),
        ("seat_free_on", ColumnKind::Day),
        ("invoice_lower_on", ColumnKind::Day),
        ("price_source", ColumnKind::Text),
        ("reversible", ColumnKind::YesNo),
        ("state", ColumnKind::Text),
        ("held_by", ColumnKind::Text),
        ("assignee", ColumnKind::Text),
    ]
    .into_iter()
    .map(|(name, kind)| Column::new(name, kind))
    .collect()
}

/// The cells of one finding, in the order of [`columns`].
pub fn cells<'a>(account: &'a AccountSnapshot, finding: &Finding) -> Vec<Cell<'a>> {
    let roster = account.roster();
    let department = || {
        let index = account.application.field_index(DEPARTMENT)?;
        let user = roster.user(roster.key_of(finding.user?), 30)?.user;
        match user.metadata.values.get(index).copied().flatten()? {
            FieldValue::Text(text) => Some(text.as_str()),
            _ => None,
        }
    };
    let saving = finding.saving.as_ref();
    let hold_reasons: Vec<&str> = finding
        .hold_reasons
        .iter()
        .map(|reason| reason.value())
        .collect();
    vec![
        Cell::text(finding.id.clone()),
        Cell::text(finding.rule.value()),
        Cell::maybe(finding.user, |row| Cell::text(roster.key_of(row))),
        Cell::maybe(finding.user, |row| Cell::text(roster.email_of(row))),
        Cell::maybe(finding.user, |row| Cell::text(roster.name_of(row))),
        Cell::maybe(department(), Cell::text),
        Cell::text(finding.licence.to_string()),
        Cell::text(account.findings.headline(roster, finding)),
        Cell::Day(finding.since),
        Cell::Integer(finding.seats),
        Cell::maybe(saving, |saving| Cell::Amount(saving.amount)),
        Cell::maybe(saving, |saving| {
            Cell::text(saving.amount.currency.to_string())
        }),
        Cell::maybe(saving, |saving| Cell::Day(saving.seat_free_on)),
        Cell::maybe(saving.and_then(|saving| saving.invoice_lower_on), Cell::Day),
        Cell::maybe(saving, |saving| Cell::text(saving.price_source.clone())),
        Cell::YesNo(finding.reversible),
        Cell::text(finding.state.value()),
        Cell::text(hold_reasons.join("; ")),
        Cell::text(finding.assignee.clone()),
    ]
}

/// The names of the columns, for the command line.
pub fn finding_header() -> Vec<Cow<'static, str>> {
    columns().into_iter().map(|column| column.name).collect()
}

/// The cells of one finding as text, safe to open in a spreadsheet.
pub fn finding_record(account: &AccountSnapshot, finding: &Finding) -> Vec<String> {
    cells(account, finding)
        .iter()
        .map(|cell| cell.csv().into_owned())
        .collect()
}

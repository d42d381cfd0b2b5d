//! Findings and renewals as rows of a table in a file: the same columns from the page's export, the API
//! and the command line.

use std::borrow::Cow;

use insight::findings::Finding;
use insight::renewal::Renewal;
use model::{Contract, FieldValue, Money};

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Column, Kind};

/// The department, as the metadata calls it.
const DEPARTMENT: &str = "department";

/// The columns of findings.
pub fn columns() -> Vec<Column> {
    [
        ("id", Kind::Text),
        ("rule", Kind::Text),
        ("user_id", Kind::Text),
        ("email", Kind::Text),
        ("display_name", Kind::Text),
        ("department", Kind::Text),
        ("licence", Kind::Text),
        ("headline", Kind::Text),
        ("since", Kind::Day),
        ("seats", Kind::Integer),
        ("saving_per_year", Kind::Amount),
        ("currency", Kind::Text),
        ("seat_free_on", Kind::Day),
        ("invoice_lower_on", Kind::Day),
        ("price_source", Kind::Text),
        ("reversible", Kind::YesNo),
        ("state", Kind::Text),
        ("held_by", Kind::Text),
        ("assignee", Kind::Text),
    ]
    .into_iter()
    .map(|(name, kind)| Column::new(name, kind))
    .collect()
}

/// The cells of one finding under [`columns`].
pub fn cells<'a>(case: &'a AccountSnapshot, finding: &Finding) -> Vec<Cell<'a>> {
    let roster = case.roster();
    let department = || {
        let index = case.application.field_index(DEPARTMENT)?;
        let user = roster.user(roster.key_of(finding.user?), 30)?.user;
        match user.metadata.values.get(index).copied().flatten()? {
            FieldValue::Text(text) => Some(text.as_str()),
            _ => None,
        }
    };
    let saving = finding.saving.as_ref();
    let held: Vec<&str> = finding
        .hold_reasons
        .iter()
        .map(|held| held.value())
        .collect();
    vec![
        Cell::text(finding.id.clone()),
        Cell::text(finding.rule.value()),
        Cell::maybe(finding.user, |row| Cell::text(roster.key_of(row))),
        Cell::maybe(finding.user, |row| Cell::text(roster.email_of(row))),
        Cell::maybe(finding.user, |row| Cell::text(roster.name_of(row))),
        Cell::maybe(department(), Cell::text),
        Cell::text(finding.licence.to_string()),
        Cell::text(case.findings.headline(roster, finding)),
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
        Cell::text(held.join("; ")),
        Cell::text(finding.assignee.clone()),
    ]
}

/// The names of the columns of findings, for the command line.
pub fn finding_header() -> Vec<Cow<'static, str>> {
    columns().into_iter().map(|column| column.name).collect()
}

/// The cells of one finding as text, safe to open in a spreadsheet.
pub fn finding_record(case: &AccountSnapshot, finding: &Finding) -> Vec<String> {
    cells(case, finding)
        .iter()
        .map(|cell| cell.csv().into_owned())
        .collect()
}

/// A renewal as the sheets that finance checks: the numbers with formulas, the steps, the history.
pub fn renewal_sheets<'a>(
    case: &AccountSnapshot,
    contract: &'a Contract,
    renewal: &'a Renewal,
) -> Vec<crate::export::Sheet<'a>> {
    use crate::export::Sheet;
    let terms = &contract.terms;
    let head = |names: &[&'static str]| names.iter().map(|name| Cow::Borrowed(*name)).collect();
    let row = |name: &'static str, cell: Cell<'a>| vec![Cell::text(name), cell];
    let contract_sheet = Sheet {
        name: "Contract",
        header: head(&["Field", "Value"]),
        rows: vec![
            row("Account", Cell::text(case.integration.name.clone())),
            row("Contract", Cell::text(terms.name.as_str())),
            row("Licence", Cell::text(terms.licence.label(case.application))),
            row("Seats today", Cell::Integer(renewal.today)),
            row(
                "Price of a seat and cycle",
                Cell::maybe(terms.unit_price, Cell::Amount),
            ),
            row("Billing cycle", Cell::text(terms.billing_cycle.value())),
            row("Minimum", Cell::Integer(terms.minimum)),
            row("Last day for notice", Cell::Day(renewal.notice_by)),
            row("Term ends on", Cell::Day(renewal.ends_on)),
            row(
                "Bound at today’s number from",
                Cell::maybe(renewal.bound.map(|bound| bound.from), Cell::Day),
            ),
            row(
                "Bound at today’s number to",
                Cell::maybe(renewal.bound.map(|bound| bound.to), Cell::Day),
            ),
            row("Next term from", Cell::Day(renewal.renews_from)),
            row("Next term to", Cell::Day(renewal.renews_to)),
            row(
                "Bought, as the application says",
                Cell::maybe(renewal.purchased, Cell::Integer),
            ),
            row("Assigned", Cell::maybe(renewal.assigned, Cell::Integer)),
            row("Needed now", Cell::Integer(renewal.needed)),
            row("As of", Cell::Day(case.today)),
            row("Method", Cell::text(renewal.method_version)),
        ],
    };
    let each = seat_cost(renewal);
    let choices_sheet = Sheet {
        name: "Choices",
        header: head(&[
            "Choice",
            "Seats",
            "Price of a seat for the term",
            "Cost of the term",
            "Saving against today",
            "Chance that more are needed",
            "What it means",
        ]),
        rows: (2_u32..)
            .zip(&renewal.choices)
            .map(|(line, choice)| {
                let cost = match (each, choice.cost) {
                    (Some(each), Some(cost)) if each.times(choice.seats) == cost => {
                        Cell::Formula(format!("=B{line}*C{line}"), cost)
                    }
                    (_, cost) => Cell::maybe(cost, Cell::Amount),
                };
                let saving = match choice.saving {
                    // The first choice is today's number.
                    Some(saving) if line > 2 => Cell::Formula(format!("=D$2-D{line}"), saving),
                    saving => Cell::maybe(saving, Cell::Amount),
                };
                vec![
                    Cell::text(choice.label),
                    Cell::Integer(choice.seats),
                    Cell::maybe(each, Cell::Amount),
                    cost,
                    saving,
                    Cell::Number((choice.risk * 1000.0).round() / 1000.0),
                    Cell::text(choice.text.as_str()),
                ]
            })
            .collect(),
    };
    let steps_sheet = Sheet {
        name: "Steps",
        header: head(&["Step", "Seats", "Why"]),
        rows: renewal
            .reasons
            .iter()
            .map(|reason| {
                vec![
                    Cell::text(reason.label),
                    Cell::Integer(reason.seats),
                    Cell::text(reason.text.as_str()),
                ]
            })
            .chain([vec![
                Cell::text("Likely"),
                Cell::Integer(renewal.likely),
                Cell::text(format!("between {} and {}", renewal.low, renewal.high)),
            ]])
            .collect(),
    };
    let history_sheet = Sheet {
        name: "History",
        header: head(&["Window ends on", "Different people who needed one"]),
        rows: renewal
            .history
            .iter()
            .map(|window| vec![Cell::Day(window.day), Cell::Integer(window.needed)])
            .collect(),
    };
    vec![contract_sheet, choices_sheet, steps_sheet, history_sheet]
}

/// What one seat costs for the coming term, where seats have the same price.
fn seat_cost(renewal: &Renewal) -> Option<Money> {
    renewal.buy(1).cost
}

//! Costs of contracts in the FOCUS format of the `FinOps` Foundation: one row for each contract and
//! billing period. Names of columns that FOCUS does not define begin with `x_`.

use insight::renewal::dates::months_after;
use model::{Contract, Day};

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Column, ColumnKind};

/// The most billing periods of one contract in an export.
const MOST_PERIODS: usize = 10_000;

/// The columns, in the order of [`rows`].
pub fn columns() -> Vec<Column> {
    [
        ("BilledCost", ColumnKind::Amount),
        ("BillingAccountId", ColumnKind::Text),
        ("BillingAccountName", ColumnKind::Text),
        ("BillingCurrency", ColumnKind::Text),
        ("BillingPeriodStart", ColumnKind::Text),
        ("BillingPeriodEnd", ColumnKind::Text),
        ("ChargeCategory", ColumnKind::Text),
        ("ChargeClass", ColumnKind::Text),
        ("ChargeDescription", ColumnKind::Text),
        ("ChargeFrequency", ColumnKind::Text),
        ("ChargePeriodStart", ColumnKind::Text),
        ("ChargePeriodEnd", ColumnKind::Text),
        ("ContractedCost", ColumnKind::Amount),
        ("ContractedUnitPrice", ColumnKind::Amount),
        ("EffectiveCost", ColumnKind::Amount),
        ("InvoiceIssuerName", ColumnKind::Text),
        ("ListCost", ColumnKind::Amount),
        ("ListUnitPrice", ColumnKind::Amount),
        ("PricingCategory", ColumnKind::Text),
        ("PricingQuantity", ColumnKind::Integer),
        ("PricingUnit", ColumnKind::Text),
        ("ProviderName", ColumnKind::Text),
        ("PublisherName", ColumnKind::Text),
        ("ServiceCategory", ColumnKind::Text),
        ("ServiceName", ColumnKind::Text),
        ("SkuId", ColumnKind::Text),
        ("x_ContractId", ColumnKind::Text),
        ("x_SeatsNotNeeded", ColumnKind::Integer),
    ]
    .into_iter()
    .map(|(name, kind)| Column::new(name, kind))
    .collect()
}

/// The billing periods of a contract that begin on a day from `from` to `to`.
fn periods(contract: &Contract, from: Day, to: Day) -> Vec<(Day, Day)> {
    let terms = &contract.terms;
    let months = terms.billing_cycle.months();
    // A contract continues after its term only if it renews itself.
    let last = if terms.auto_renews {
        to
    } else {
        to.min(terms.ends_on)
    };
    (0..)
        .map(|number| {
            (
                months_after(terms.starts_on, months * number),
                months_after(terms.starts_on, months * (number + 1)),
            )
        })
        .take(MOST_PERIODS)
        .take_while(|(start, _)| *start <= last)
        .filter(|(start, _)| *start >= from)
        .collect()
}

/// The rows of an account: charges that begin on a day from `from` to `to`. A contract without a
/// price has no rows, because an unknown cost is not zero.
pub fn rows(account: &AccountSnapshot, from: Day, to: Day) -> Vec<Vec<Cell<'static>>> {
    let moment = |day: Day| Cell::text(format!("{day}T00:00:00Z"));
    let licences = account.findings.licences();
    let application = account.application;
    let mut rows = Vec::new();
    for contract in &account.contracts {
        let terms = &contract.terms;
        let Some(price) = terms.unit_price else {
            continue;
        };
        let cost = price.times(terms.quantity);
        let unneeded = licences
            .iter()
            .find(|total| total.licence == terms.licence)
            .map(|total| total.not_needed);
        for (start, end) in periods(contract, from, to) {
            rows.push(vec![
                Cell::Amount(cost),
                Cell::text(account.integration.grant.account_id.clone()),
                Cell::text(account.integration.name.clone()),
                Cell::text(price.currency.to_string()),
                moment(start),
                moment(end),
                Cell::text("Purchase"),
                Cell::Empty,
                Cell::text(format!(
                    "{} {}, {} seats, {}",
                    application.name,
                    terms.licence.label(application),
                    terms.quantity,
                    terms.name
                )),
                Cell::text("Recurring"),
                moment(start),
                moment(end),
                Cell::Amount(cost),
                Cell::Amount(price),
                Cell::Amount(cost),
                Cell::text(application.name),
                Cell::Amount(cost),
                Cell::Amount(price),
                Cell::text("Standard"),
                Cell::Integer(terms.quantity),
                Cell::text("Seats"),
                Cell::text(application.name),
                Cell::text(application.name),
                Cell::text("Business Applications"),
                Cell::text(application.name),
                Cell::text(terms.licence.to_string()),
                Cell::text(contract.id.to_string()),
                Cell::maybe(unneeded, Cell::Integer),
            ]);
        }
    }
    rows
}

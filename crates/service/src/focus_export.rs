//! Costs of contracts in the FOCUS format of the `FinOps` Foundation: one row for each contract and
//! billing period. A period that the end of a term cuts costs the part of its days, as on the page of a
//! renewal. Names of columns that FOCUS does not define begin with `x_`.

use insight::renewal::billing::billing_periods;
use model::Day;

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Column, ColumnKind};

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
        let whole_cycle = price.times(terms.quantity);
        let unneeded = licences
            .iter()
            .find(|total| total.licence == terms.licence)
            .map(|total| total.not_needed);
        for period in billing_periods(terms, from, to) {
            let (start, end) = (period.from, period.end);
            let cost = period.part_of(whole_cycle);
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

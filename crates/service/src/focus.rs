//! What contracts cost as rows of FOCUS, the `FinOps` Foundation's form for bills: one row for each
//! contract and billing period. Columns that Seatwise adds begin with `x_`.

use insight::renewal::dates::months_after;
use model::{Contract, Day};

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Column, Kind};

/// The most billing periods of one answer.
const MOST_PERIODS: usize = 10_000;

/// The columns, in the order of [`rows`].
pub fn columns() -> Vec<Column> {
    [
        ("BilledCost", Kind::Amount),
        ("BillingAccountId", Kind::Text),
        ("BillingAccountName", Kind::Text),
        ("BillingCurrency", Kind::Text),
        ("BillingPeriodStart", Kind::Text),
        ("BillingPeriodEnd", Kind::Text),
        ("ChargeCategory", Kind::Text),
        ("ChargeClass", Kind::Text),
        ("ChargeDescription", Kind::Text),
        ("ChargeFrequency", Kind::Text),
        ("ChargePeriodStart", Kind::Text),
        ("ChargePeriodEnd", Kind::Text),
        ("ContractedCost", Kind::Amount),
        ("ContractedUnitPrice", Kind::Amount),
        ("EffectiveCost", Kind::Amount),
        ("InvoiceIssuerName", Kind::Text),
        ("ListCost", Kind::Amount),
        ("ListUnitPrice", Kind::Amount),
        ("PricingCategory", Kind::Text),
        ("PricingQuantity", Kind::Integer),
        ("PricingUnit", Kind::Text),
        ("ProviderName", Kind::Text),
        ("PublisherName", Kind::Text),
        ("ServiceCategory", Kind::Text),
        ("ServiceName", Kind::Text),
        ("SkuId", Kind::Text),
        ("x_ContractId", Kind::Text),
        ("x_SeatsNotNeeded", Kind::Integer),
    ]
    .into_iter()
    .map(|(name, kind)| Column::new(name, kind))
    .collect()
}

/// The billing periods of a contract that begin on a day from `from` to `to`.
fn periods(contract: &Contract, from: Day, to: Day) -> Vec<(Day, Day)> {
    let terms = &contract.terms;
    let months = terms.billing_cycle.months();
    // Beyond its term a contract goes on only when it renews itself.
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

/// The rows of a case: charges that begin on a day from `from` to `to`. A contract without a price has
/// none: what is not known is not zero.
pub fn rows(case: &AccountSnapshot, from: Day, to: Day) -> Vec<Vec<Cell<'static>>> {
    let moment = |day: Day| Cell::text(format!("{day}T00:00:00Z"));
    let licences = case.findings.licences();
    let application = case.application;
    let mut rows = Vec::new();
    for contract in &case.contracts {
        let terms = &contract.terms;
        let Some(price) = terms.unit_price else {
            continue;
        };
        let cost = price.times(terms.quantity);
        let spare = licences
            .iter()
            .find(|total| total.licence == terms.licence)
            .map(|total| total.not_needed);
        for (start, end) in periods(contract, from, to) {
            rows.push(vec![
                Cell::Amount(cost),
                Cell::text(case.integration.grant.account_id.clone()),
                Cell::text(case.integration.name.clone()),
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
                Cell::maybe(spare, Cell::Integer),
            ]);
        }
    }
    rows
}

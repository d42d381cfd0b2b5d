//! The API's answers as texts, for the command line: the same members with the same numbers.

use insight::findings::Finding;
use insight::renewal::Renewal;
use insight::what_if::WhatIf;
use model::{Contract, Day};
use serde::Serialize;

use service::account_snapshot::AccountSnapshot;

fn text(value: &impl Serialize) -> String {
    // These shapes have only text keys and finite numbers, so writing them cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

/// A finding with its evidence, as the API answers it.
#[must_use]
pub fn finding_json(case: &AccountSnapshot, finding: &Finding) -> String {
    text(&super::findings::api::Finding::new(case, finding))
}

/// What to renew a contract with, as the API answers it; with `seats`, what buying so many would mean.
#[must_use]
pub fn renewal_json(contract: &Contract, renewal: Renewal, seats: Option<i64>) -> String {
    text(&super::renewals::api::Renewal::new(
        contract, renewal, seats,
    ))
}

/// What proposed rules would do, as the API answers it.
#[must_use]
pub fn what_if_json(case: &AccountSnapshot, found: &WhatIf) -> String {
    text(&super::what_if::api::WhatIf::new(case, found))
}

/// A contract, as the API answers it on a day.
#[must_use]
pub fn contract_json(contract: Contract, today: Day) -> String {
    text(&super::contracts::api::Contract::new(contract, today))
}

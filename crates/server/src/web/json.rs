//! The API's responses as texts, for the command line: the same members with the same numbers.

use insight::findings::Finding;
use insight::renewal::{ContractWithNotice, Renewal};
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
pub fn finding_json(account: &AccountSnapshot, finding: Finding) -> String {
    text(&account.findings.with_evidence(account.roster(), finding))
}

/// The recommendation for a contract's renewal, in the JSON form of the API; with `seats`, also the
/// result of buying that many.
#[must_use]
pub fn renewal_json(renewal: Renewal, seats: Option<i64>) -> String {
    text(&match seats {
        Some(seats) => renewal.with_seats(seats),
        None => renewal,
    })
}

/// The effect of proposed rules, in the JSON form of the API.
#[must_use]
pub fn what_if_json(found: &WhatIf) -> String {
    text(found)
}

/// A contract as of a day, in the JSON form of the API.
#[must_use]
pub fn contract_json(contract: Contract, today: Day) -> String {
    text(&ContractWithNotice::on(contract, today))
}

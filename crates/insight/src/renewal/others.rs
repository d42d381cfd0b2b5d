//! Several contracts of one licence share its need. They are decided in the order in which they renew. Each
//! one gets the part of the need that the later ones, with their present seats, and the earlier ones, with
//! the recommended seats, do not cover. So the recommendations add up to the need. A contract that begins with
//! the coming term at the latest is bought already, so its seats cover the need too.

use model::{Contract, ContractTerms, Day};

use super::dates::{coming_term, dates};
use super::subject::RenewalInputs;
use super::types::{Reason, Renewal};

/// The seats that another contract of the same licence covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cover {
    pub(crate) name: String,
    /// Its seats in the term to buy for.
    pub(crate) seats: i64,
}

/// The seats that other contracts cover in the coming term of the contract to renew.
pub(super) fn covered(
    inputs: &RenewalInputs<'_>,
    advise: &impl Fn(&ContractTerms, &[Cover]) -> Renewal,
) -> Vec<Cover> {
    let today = inputs.today;
    let ours = inputs.contract;
    let from = coming_term(&ours.terms, today).0;
    let mut running: Vec<&Contract> = inputs
        .contracts
        .iter()
        .filter(|other| other.id != ours.id && other.terms.licence == ours.terms.licence)
        .filter(|other| other.terms.starts_on <= from && !dates(other, today).ended)
        .collect();
    running.push(ours);
    running.sort_by_key(|contract| (coming_term(&contract.terms, today).0, contract.id.0));
    let cover = |contract: &Contract, seats: i64| Cover {
        name: contract.terms.name.clone(),
        seats,
    };
    let mut covers: Vec<Cover> = running
        .iter()
        .map(|contract| cover(contract, contract.terms.quantity))
        .collect();
    for (at, contract) in running.iter().enumerate() {
        let beside: Vec<Cover> = covers
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, cover)| cover.clone())
            .collect();
        if contract.id == ours.id {
            return beside;
        }
        covers[at].seats = advise(&contract.terms, &beside).likely;
    }
    Vec::new()
}

/// The contracts of the same licence that are signed already and begin within the current term or right after
/// it, such as its successor.
pub fn followed_by<'a>(
    contract: &'a Contract,
    contracts: &'a [Contract],
    today: Day,
) -> impl Iterator<Item = &'a Contract> {
    let renews_from = dates(contract, today).renews_from;
    contracts
        .iter()
        .filter(|other| other.id != contract.id)
        .filter(|other| other.terms.licence == contract.terms.licence)
        .filter(move |other| (today.plus(1)..=renews_from).contains(&other.terms.starts_on))
}

/// The step that subtracts the seats of other contracts; `None` when there are none.
pub(super) fn others(covered: &[Cover], seats: i64) -> Option<Reason> {
    let named: Vec<String> = covered
        .iter()
        .filter(|cover| cover.seats > 0)
        .map(|cover| format!("{} with {}", cover.name, cover.seats))
        .collect();
    (seats != 0).then(|| Reason {
        step: "other_contracts",
        label: "Other contracts",
        seats,
        text: format!(
            "other contracts of the same licence cover seats in that term: {}",
            named.join(", ")
        ),
    })
}

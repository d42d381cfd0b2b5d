//! A renewal as a spreadsheet for the finance department.

use std::borrow::Cow;

use insight::renewal::Renewal;
use model::{Contract, Money};

use crate::account_snapshot::AccountSnapshot;
use crate::export::{Cell, Sheet};

/// A renewal as sheets: the contract, the choices with formulas, the steps, the history.
pub fn renewal_sheets<'a>(
    account: &AccountSnapshot,
    contract: &'a Contract,
    renewal: &'a Renewal,
) -> Vec<Sheet<'a>> {
    vec![
        contract_sheet(account, contract, renewal),
        choices_sheet(renewal),
        steps_sheet(renewal),
        history_sheet(renewal),
    ]
}

fn head(names: &[&'static str]) -> Vec<Cow<'static, str>> {
    names.iter().map(|name| Cow::Borrowed(*name)).collect()
}

fn contract_sheet<'a>(
    account: &AccountSnapshot,
    contract: &'a Contract,
    renewal: &'a Renewal,
) -> Sheet<'a> {
    let terms = &contract.terms;
    let row = |name: &'static str, cell: Cell<'a>| vec![Cell::text(name), cell];
    Sheet {
        name: "Contract",
        header: head(&["Field", "Value"]),
        rows: vec![
            row("Account", Cell::text(account.integration.name.clone())),
            row("Contract", Cell::text(terms.name.as_str())),
            row(
                "Licence",
                Cell::text(terms.licence.label(account.application)),
            ),
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
            row("As of", Cell::Day(account.today)),
            row("Method", Cell::text(renewal.method_version)),
        ],
    }
}

fn choices_sheet(renewal: &Renewal) -> Sheet<'_> {
    let each = seat_cost(renewal);
    Sheet {
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
                    // The first choice is the current number of seats, which the others are compared
                    // with.
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
    }
}

fn steps_sheet(renewal: &Renewal) -> Sheet<'_> {
    Sheet {
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
    }
}

fn history_sheet(renewal: &Renewal) -> Sheet<'_> {
    Sheet {
        name: "History",
        header: head(&["Window ends on", "Different people who needed one"]),
        rows: renewal
            .history
            .iter()
            .map(|window| vec![Cell::Day(window.day), Cell::Integer(window.needed)])
            .collect(),
    }
}

/// Cost of one seat for the next term, if all seats have the same price.
fn seat_cost(renewal: &Renewal) -> Option<Money> {
    renewal.buy(1).cost
}

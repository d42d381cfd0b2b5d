//! `/i/{id}/contracts`: contracts with their prices and terms, beside the number of seats that the
//! application itself counts as bought.

use maud::{Markup, html};
use model::{BillingCycle, Contract, Day, IntegrationId, Licence, Permission};

use crate::parts::table::{frame, head};
use crate::parts::text::{amount, counted, day, none, number, unknown};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct ContractsPage {
    pub subject: Subject,
    /// Contracts, the next deadline first.
    pub rows: Vec<ContractRow>,
    /// Bought seats of each licence, by contract and by the application.
    pub bought: Vec<BoughtSeats>,
}

#[derive(Debug, Clone)]
pub struct ContractRow {
    pub contract: Contract,
    pub licence: String,
    /// Last day for notice of the current term.
    pub notice_by: Day,
    /// Last day of the current term.
    pub ends_on: Day,
    /// Number of attached files.
    pub attachments: i64,
}

/// Bought seats of one licence, from both sources.
#[derive(Debug, Clone)]
pub struct BoughtSeats {
    /// Name of the licence, for display.
    pub label: String,
    pub licence: Licence,
    /// Seats of all contracts that run today.
    pub contracts: i64,
    /// Seats that the application counts as bought; `None` when it does not report them.
    pub counted: Option<i64>,
    /// Seats that are assigned to people.
    pub assigned: Option<i64>,
}

/// The address of a contract's page.
#[must_use]
pub fn href(integration: IntegrationId, contract: model::ContractId) -> String {
    format!("/i/{integration}/contracts/{contract}")
}

/// Billing period after a price: "a month", "a quarter", "a year".
#[must_use]
pub fn per(cycle: BillingCycle) -> &'static str {
    match cycle {
        BillingCycle::Monthly => "a month",
        BillingCycle::Quarterly => "a quarter",
        BillingCycle::Yearly => "a year",
    }
}

#[must_use]
pub fn page(shell: &Shell, view: &ContractsPage) -> Markup {
    let id = view.subject.id;
    let decide = shell.may(Permission::Decide);
    let actions = html! {
        a.button href={ "/i/" (id) "/prices" } { "Price book" }
        @if decide {
            a.button href={ "/i/" (id) "/contracts/import" } { "Import CSV" }
            a.button.primary href={ "/i/" (id) "/contracts/new" } { "Add a contract" }
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        (page::lead(&html! { "What " (view.subject.name) " bought, for how much and until when" }, &actions))
        @if view.rows.is_empty() { section.card { (nothing(shell, view)) } }
        @else { (table(shell, view)) }
        @if !view.bought.is_empty() { (comparison(shell, view)) }
    };
    shell.page(&format!("Contracts · {}", view.subject.name), &body)
}

fn nothing(shell: &Shell, view: &ContractsPage) -> Markup {
    page::empty(
        "No contracts yet",
        &html! {
            p { "A contract says what a seat costs, how many were bought and when notice is due. Until then findings show seats and no money, and there is no renewal to prepare." }
            @if shell.may(Permission::Decide) {
                p { a.button.primary href={ "/i/" (view.subject.id) "/contracts/new" } { "Add a contract" } }
            }
        },
    )
}

fn table(shell: &Shell, view: &ContractsPage) -> Markup {
    let heads = html! {
        (head("Contract", false)) (head("Licence", false)) (head("Seats", true)) (head("Seat price", true))
        (head("All seats, a year", true)) (head("Notice by", false)) (head("Term ends", false)) (head("Owner", false)) (head("Files", true))
    };
    let rows = html! {
        @for row in &view.rows {
            @let terms = &row.contract.terms;
            tr data-row {
                th.person scope="row" {
                    a href=(href(view.subject.id, row.contract.id)) title=(terms.name) { (terms.name) }
                    span.muted { (if terms.auto_renews { "renews automatically" } else { "ends without notice" }) }
                }
                td { (row.licence) }
                td.num { (number(terms.quantity)) }
                td.num { @match terms.unit_price { Some(price) => { (price) " " span.muted { (per(terms.billing_cycle)) } }, None => (unknown()) } }
                td.num { @match terms.yearly_price() { Some(price) => (price.times(terms.quantity)), None => (unknown()) } }
                td { (notice(shell, row.notice_by, row.ends_on)) }
                td { (day(shell.now, row.ends_on)) }
                td.cut-cell title=(terms.owner) { @if terms.owner.is_empty() { (none()) } @else { (terms.owner) } }
                td.num { (number(row.attachments)) }
            }
        }
    };
    frame("Contracts", &heads, &rows)
}

/// The day by which notice is due, with a label when it is near or past.
#[must_use]
pub fn notice(shell: &Shell, notice_by: Day, ends_on: Day) -> Markup {
    let today = shell.now.day();
    let left = notice_by.since(today);
    html! {
        (day(shell.now, notice_by)) " "
        @if ends_on < today { (page::pill(Tone::Quiet, "term is over")) }
        @else if left < 0 { (page::pill(Tone::Bad, "passed")) }
        @else if left <= 60 { (page::pill(Tone::Warn, &format!("in {}", counted(i64::from(left), "day", "days")))) }
    }
}

fn comparison(shell: &Shell, view: &ContractsPage) -> Markup {
    let _ = shell;
    let application = view.subject.application.name;
    let heads = html! {
        (head("Licence", false)) (head("By contract", true)) (head(&format!("By {application}"), true))
        (head("Assigned", true)) (head("Meaning", false))
    };
    let rows = html! {
        @for row in &view.bought {
            tr {
                th scope="row" { (row.label) }
                td.num { @if row.contracts == 0 { (none()) } @else { (number(row.contracts)) } }
                td.num { (amount(row.counted)) }
                td.num { (amount(row.assigned)) }
                td.reason { (meaning(row, application)) }
            }
        }
    };
    page::card(
        "Do the counts agree?",
        &html! { "Seats of the contracts that run today, beside what " (application) " counts as bought and what people hold." },
        &frame("Counts of bought seats", &heads, &rows),
    )
}

fn meaning(row: &BoughtSeats, application: &str) -> Markup {
    let seats = |n: i64| counted(n, "seat", "seats");
    html! {
        @match row.counted {
            None => { (application) " does not report purchased counts to this connection, so the contract counts." }
            Some(_) if row.contracts == 0 => { "No contract was entered for these seats: their price is unknown unless the price book has one." }
            Some(counted) if counted > row.contracts => { (page::pill(Tone::Warn, "differs")) " " (application) " counts " (seats(counted - row.contracts)) " more than the contracts: some may have been added since." }
            Some(counted) if counted < row.contracts => { (page::pill(Tone::Warn, "differs")) " The contracts pay for " (seats(row.contracts - counted)) " that " (application) " does not count." }
            Some(counted) => {
                (page::pill(Tone::Good, "agree"))
                @if let Some(assigned) = row.assigned.filter(|assigned| *assigned < counted) { " " (seats(counted - assigned)) " without a holder." }
            }
        }
    }
}

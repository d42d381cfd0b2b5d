//! `/i/{id}/contracts/{contract}`: one contract with its files, and the price of more seats until
//! the end of its term. Posts to `…/attachments` (`file`), `…/attachments/{attachment}/remove`.

use maud::{Markup, html};
use model::{
    CONTRACT_FIELDS, Contract, ContractField, ContractFieldKind, ContractTerms, Day, IntegrationId,
    Money, Permission, Timestamp,
};

use super::contracts::{href, notice, per};
use super::renewal::signed_already;
use crate::parts::fields;
use crate::parts::form::{Input, summary};
use crate::parts::text::{counted, day, days, moment, none, number, unknown};
use crate::parts::{Errors, Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct ContractPage {
    pub subject: Subject,
    pub contract: Contract,
    /// Name of the licence in the contract.
    pub licence: String,
    /// Last day for notice of the current term.
    pub notice_by: Day,
    /// Last day of the current term.
    pub ends_on: Day,
    /// The other contracts of its order.
    pub of_order: Vec<Contract>,
    /// Contracts of the same licence that are signed already and begin when this one ends, or before.
    pub followed_by: Vec<Contract>,
    pub files: Vec<ContractFile>,
    pub added: AddedSeats,
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct ContractFile {
    pub id: i64,
    pub name: String,
    pub bytes: i64,
    pub at: Timestamp,
}

/// Seats added within the term, and their cost until its end.
#[derive(Debug, Clone)]
pub struct AddedSeats {
    /// Number of seats to add.
    pub seats: i64,
    /// First day of the additional seats.
    pub from: Day,
    /// Cost until the end of the term; `None` without a price.
    pub cost: Option<Money>,
    /// Days from the first day to the end of the term.
    pub days: i64,
    /// Days of the whole term.
    pub of_days: i64,
}

#[must_use]
pub fn page(shell: &Shell, view: &ContractPage) -> Markup {
    let terms = &view.contract.terms;
    let here = href(view.subject.id, view.contract.id);
    let decide = shell.may(Permission::Decide);
    let actions = html! {
        a.button href={ "/i/" (view.subject.id) "/renewals/" (view.contract.id) } { "Prepare the renewal" }
        @if decide {
            a.button href={ (here) "/edit" } { "Edit" }
            a.button.danger href={ (here) "/remove" } { "Remove…" }
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        p.crumbs { a href={ "/i/" (view.subject.id) "/contracts" } { "Contracts" } }
        (page::lead(&html! { (terms.name) ": " (counted(terms.quantity, "seat", "seats")) " of " (view.licence) }, &actions))
        div.main-side {
            div {
                (definitions(shell, view))
                (files(shell, view, &here))
            }
            (more_seats(shell, view, &here))
        }
    };
    shell.page(&format!("{} · {}", terms.name, view.subject.name), &body)
}

fn definitions(shell: &Shell, view: &ContractPage) -> Markup {
    let terms = &view.contract.terms;
    let yearly = terms
        .yearly_price()
        .map(|price| price.times(terms.quantity));
    let mut items = vec![
        ("Licence", html! { (view.licence) }),
        ("Seats", html! { (number(terms.quantity)) }),
        (
            "Minimum",
            html! { @if terms.minimum == 0 { (none()) } @else { (number(terms.minimum)) } },
        ),
        (
            "Seat price",
            html! { @match terms.unit_price { Some(price) => { (price) " " (per(terms.billing_cycle)) }, None => (unknown()) } },
        ),
        (
            "All seats",
            html! { @match yearly { Some(yearly) => { (yearly) " a year" }, None => (unknown()) } },
        ),
        (
            "Term",
            days(shell.now, terms.starts_on, terms.first_term_ends_on()),
        ),
        ("Notice by", notice(shell, view.notice_by, view.ends_on)),
        ("Without notice", html! { (terms.without_notice()) }),
        (
            "Seats can be given back",
            html! { (if terms.reducible_each_cycle { "at the end of each billing cycle" } else { "at the end of the term only" }) },
        ),
    ];
    let id = view.subject.id;
    if !view.of_order.is_empty() {
        items.push(("Renews together with", contract_links(id, &view.of_order)));
    }
    if !view.followed_by.is_empty() {
        items.push((
            "Followed by",
            html! {
                (contract_links(id, &view.followed_by))
                span.sub { (signed_already(&view.followed_by)) }
            },
        ));
    }
    items.extend(CONTRACT_FIELDS.iter().filter_map(|field| {
        let label = field.on_page?;
        Some((label, plain(shell, field, terms)))
    }));
    page::card(
        "Terms",
        &html! { "As entered, last changed " (moment(shell.now, view.contract.updated_at)) "." },
        &page::definitions(&items),
    )
}

fn contract_links(id: IntegrationId, contracts: &[Contract]) -> Markup {
    html! {
        @for (number, contract) in contracts.iter().enumerate() {
            @if number > 0 { ", " }
            a href=(href(id, contract.id)) { (contract.terms.name) }
        }
    }
}

/// The value of a field for which the page has no words of its own.
fn plain(shell: &Shell, field: &ContractField, terms: &ContractTerms) -> Markup {
    let text = field.text(terms);
    match field.kind {
        _ if text.is_empty() => none(),
        ContractFieldKind::Number { get, .. } => {
            html! { @if let Some(n) = get(terms) { (number(n)) } }
        }
        ContractFieldKind::Day { get, .. } => day(shell.now, get(terms)),
        _ if field.has_lines() => html! { span.keep-lines { (text) } },
        _ => html! { (text) },
    }
}

fn files(shell: &Shell, view: &ContractPage, here: &str) -> Markup {
    let decide = shell.may(Permission::Decide);
    html! {
        section.card #files {
            h2 { "Files" }
            p.card-lead { "The signed order form, the quote, the price list. Up to 5 MB each; they are downloaded and never opened here." }
            @if view.files.is_empty() { p.muted { "None yet." } }
            @else {
                ul.file-list {
                    @for file in &view.files {
                        li {
                            a href={ (here) "/attachments/" (file.id) } download { (file.name) }
                            span.muted { (size(file.bytes)) ", " (moment(shell.now, file.at)) }
                            @if decide {
                                form method="post" action={ (here) "/attachments/" (file.id) "/remove" } {
                                    button.small.danger type="submit" { "Remove" span.hidden { " " (file.name) } }
                                }
                            }
                        }
                    }
                }
            }
            @if decide {
                (summary(&of_file(&view.errors)))
                form.attach method="post" action={ (here) "/attachments" } enctype="multipart/form-data" {
                    (fields::file("file", "Add a file", "", "", &view.errors))
                    button type="submit" { "Add" }
                }
            }
        }
    }
}

fn of_file(errors: &Errors) -> Errors {
    Errors(
        errors
            .0
            .iter()
            .filter(|(field, _)| field == "file")
            .cloned()
            .collect(),
    )
}

fn more_seats(shell: &Shell, view: &ContractPage, here: &str) -> Markup {
    let added = &view.added;
    let (seats, from) = (added.seats.to_string(), added.from.to_string());
    html! {
        section.card {
            h2 { "Cost of more seats" }
            p.card-lead { "Seats that are added within the term end with it, so they cost only for the days that are left." }
            form.form-row method="get" action=(here) {
                (Input::text("add", "Seats to add", &seats).between(1, 1_000_000).render(&view.errors))
                (Input::text("from", "From", &from).kind("date", "off").render(&view.errors))
                button type="submit" { "Calculate" }
            }
            p.answer {
                @match added.cost {
                    _ if added.days <= 0 => { "The term is over by then, so no seats can be added to it." }
                    Some(cost) => {
                        strong { (cost) } " for " (counted(added.seats, "seat", "seats")) " from " (day(shell.now, added.from)) " until the term ends: "
                        (counted(added.days, "day", "days")) " of the term’s " (number(added.of_days)) "."
                    }
                    None => { "The price of this contract is unknown; only the days are known: " (counted(added.days, "day", "days")) " of the term’s " (number(added.of_days)) "." }
                }
            }
        }
    }
}

/// File size in words, such as "12 kB" or "1.4 MB".
fn size(bytes: i64) -> String {
    match bytes {
        ..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

//! `/i/{id}/contracts/new` and `/i/{id}/contracts/{contract}/edit`: the form of a contract, and the
//! confirmation before a contract is removed. Fields: `name`, `licence`, `quantity`, `minimum`,
//! `unit_price`, `currency`, `billing_cycle`, `starts_on`, `ends_on`, `notice_days`, `auto_renews`,
//! `reducible_each_cycle`, `owner`, `notes`.

use maud::{Markup, html};
use model::{ContractId, ContractTerms};

use super::contracts::href;
use crate::parts::fields::{area, check, choice};
use crate::parts::form::{Input, summary};
use crate::parts::{Errors, Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct ContractFormPage {
    pub subject: Subject,
    /// The contract that is edited; `None` for a new one.
    pub contract: Option<ContractId>,
    pub typed: ContractFields,
    /// Licences that can be chosen: key and name.
    pub licences: Vec<(String, String)>,
    /// E-mail addresses of members, offered as owners.
    pub owners: Vec<String>,
    pub errors: Errors,
}

/// Values of the form as typed, before they are parsed.
#[derive(Debug, Clone, Default)]
pub struct ContractFields {
    pub name: String,
    pub licence: String,
    pub quantity: String,
    pub minimum: String,
    pub unit_price: String,
    pub currency: String,
    pub billing_cycle: String,
    pub starts_on: String,
    pub ends_on: String,
    pub notice_days: String,
    pub auto_renews: bool,
    pub reducible_each_cycle: bool,
    pub owner: String,
    pub notes: String,
}

impl From<&ContractTerms> for ContractFields {
    fn from(terms: &ContractTerms) -> Self {
        Self {
            name: terms.name.clone(),
            licence: terms.licence.to_string(),
            quantity: terms.quantity.to_string(),
            minimum: terms.minimum.to_string(),
            unit_price: terms
                .unit_price
                .map_or_else(String::new, |price| price.decimal()),
            currency: terms
                .unit_price
                .map_or_else(String::new, |price| price.currency.to_string()),
            billing_cycle: terms.billing_cycle.value().to_owned(),
            starts_on: terms.starts_on.to_string(),
            ends_on: terms.ends_on.to_string(),
            notice_days: terms.notice_days.to_string(),
            auto_renews: terms.auto_renews,
            reducible_each_cycle: terms.reducible_each_cycle,
            owner: terms.owner.clone(),
            notes: terms.notes.clone(),
        }
    }
}

#[must_use]
pub fn page(shell: &Shell, view: &ContractFormPage) -> Markup {
    let id = view.subject.id;
    let (title, action, back) = match view.contract {
        None => (
            "Add a contract".to_owned(),
            format!("/i/{id}/contracts"),
            format!("/i/{id}/contracts"),
        ),
        Some(contract) => {
            let here = href(id, contract);
            (
                format!("Edit “{}”", view.typed.name),
                format!("{here}/edit"),
                here,
            )
        }
    };
    let typed = &view.typed;
    let errors = &view.errors;
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        p.crumbs { a href={ "/i/" (id) "/contracts" } { "Contracts" } }
        (page::lead(&html! { (title) }, &html! {}))
        (summary(errors))
        form.contract-form method="post" action=(action) {
            section.card {
                h2 { "What was bought" }
                p.card-lead { "One contract for each plan or add-on, as the order form lists them." }
                div.form-row {
                    (Input::text("name", "Name", &typed.name).help("As the order form calls it.").render(errors))
                    (choice("licence", "Licence", &typed.licence, &view.licences, "", errors))
                    (Input::text("quantity", "Seats", &typed.quantity).between(0, 10_000_000).render(errors))
                    (Input::text("minimum", "Seats that must be bought at least", &typed.minimum).between(0, 10_000_000).help("0 for no minimum.").render(errors))
                }
            }
            section.card {
                h2 { "What it costs" }
                p.card-lead { "Without a price Seatwise shows seats and no money." }
                div.form-row {
                    (Input::text("unit_price", "Price of one seat", &typed.unit_price).optional().help("For one billing cycle, such as 220.00.").render(errors))
                    (Input::text("currency", "Currency", &typed.currency).sometimes().help("Three letters, such as EUR.").render(errors))
                    (choice("billing_cycle", "Paid", &typed.billing_cycle, &[
                        ("monthly".to_owned(), "every month".to_owned()),
                        ("quarterly".to_owned(), "every quarter".to_owned()),
                        ("yearly".to_owned(), "every year".to_owned()),
                    ], "", errors))
                }
                div.checks {
                    (check("reducible_each_cycle", "Seats can be given back at the end of each billing cycle", typed.reducible_each_cycle, "Otherwise only at the end of the term, as most contracts have it."))
                }
            }
            section.card {
                h2 { "How long it runs" }
                p.card-lead { "Notice has to arrive this many days before the last day of the term." }
                div.form-row {
                    (Input::text("starts_on", "First day", &typed.starts_on).kind("date", "off").render(errors))
                    (Input::text("ends_on", "Last day", &typed.ends_on).kind("date", "off").render(errors))
                    (Input::text("notice_days", "Days of notice", &typed.notice_days).between(0, 730).render(errors))
                }
                div.checks {
                    (check("auto_renews", "Renews automatically", typed.auto_renews, "Without notice it renews for another term of the same length."))
                }
            }
            section.card {
                h2 { "Who is responsible" }
                p.card-lead { "The owner is reminded of the deadline." }
                div.form-row {
                    (owner(view))
                }
                (area("notes", "Notes", &typed.notes, 3, "", errors))
            }
            div.actions.left {
                button.primary type="submit" { (if view.contract.is_some() { "Save the contract" } else { "Add the contract" }) }
                a.button href=(back) { "Cancel" }
            }
        }
    };
    shell.page(&format!("{title} · {}", view.subject.name), &body)
}

fn owner(view: &ContractFormPage) -> Markup {
    html! {
        (Input::text("owner", "Owner’s e-mail address", &view.typed.owner).kind("email", "off").optional().render(&view.errors))
        @if !view.owners.is_empty() { p.help { "Members: " (view.owners.join(", ")) } }
    }
}

/// Confirmation before a contract is removed.
#[derive(Debug, Clone)]
pub struct ContractRemoval {
    pub subject: Subject,
    pub contract: ContractId,
    pub terms: ContractTerms,
    /// Name of the licence in the contract.
    pub licence: String,
    /// Number of files that are removed with the contract.
    pub files: i64,
}

/// Asks for confirmation before a contract is removed.
#[must_use]
pub fn removal(shell: &Shell, view: &ContractRemoval) -> Markup {
    let here = href(view.subject.id, view.contract);
    let terms = &view.terms;
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        (page::lead(&html! { "Remove “" (terms.name) "”?" }, &html! {}))
        section.card.form-card {
            p { "The contract for " (crate::parts::text::counted(terms.quantity, "seat", "seats")) " of " (view.licence)
                @match view.files { 0 => {}, 1 => { " and its file" }, n => { " and its " (n) " files" } }
                " will be removed. Findings of this licence then show money only if the price book has a price, and its renewal is no longer watched. This cannot be undone." }
            form.removal method="post" action={ (here) "/remove" } {
                div.actions.left {
                    button.danger.primary type="submit" { "Remove the contract" }
                    a.button href=(here) { "Keep it" }
                }
            }
        }
    };
    shell.page(
        &format!("Remove {} · {}", terms.name, view.subject.name),
        &body,
    )
}

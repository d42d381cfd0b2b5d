//! `/i/{id}/contracts/new` and `/i/{id}/contracts/{contract}/edit`: the form of a contract, and the
//! confirmation before a contract is removed. The fields are those of [`CONTRACT_FIELDS`].

use std::collections::BTreeMap;

use maud::{Markup, html};
use model::{
    CONTRACT_FIELDS, ContractField, ContractFieldKind, ContractId, ContractPart, ContractTerms,
    MissingValue, TextForm,
};

use super::contracts::href;
use crate::parts::fields::{area, check, choice};
use crate::parts::form::{Input, summary};
use crate::parts::{Errors, Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct ContractFormPage {
    pub subject: Subject,
    /// The contract that is edited; `None` for a new one.
    pub contract: Option<ContractId>,
    /// Values as typed, before they are parsed, by the name of their field. A check box is `yes` or not.
    pub typed: BTreeMap<&'static str, String>,
    /// Licences that can be chosen: key and name.
    pub licences: Vec<(String, String)>,
    /// Whether something is seldom meant, so that it has to be confirmed.
    pub doubtful: bool,
    /// E-mail addresses of members, offered as owners.
    pub owners: Vec<String>,
    pub errors: Errors,
}

impl ContractFormPage {
    fn typed(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
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
                format!("Edit “{}”", view.typed("name")),
                format!("{here}/edit"),
                here,
            )
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        p.crumbs { a href={ "/i/" (id) "/contracts" } { "Contracts" } }
        (page::lead(&html! { (title) }, &html! {}))
        (summary(&view.errors))
        form.contract-form method="post" action=(action) {
            (part(view, ContractPart::Purchase, "What was bought", "One contract for each plan or add-on, as the order form lists them."))
            (part(view, ContractPart::Price, "What it costs", "Without a price Seatwise shows seats and no money."))
            (part(view, ContractPart::Term, "How long it runs", "Notice has to arrive this many days before the last day of the term."))
            (part(view, ContractPart::Responsible, "Who is responsible", "The owner is reminded of the deadline."))
            @if view.doubtful {
                section.card { (check("confirm", "This is what is meant", false, "The marked fields are possible, but seldom right.")) }
            }
            div.actions.left {
                button.primary type="submit" { (if view.contract.is_some() { "Save the contract" } else { "Add the contract" }) }
                a.button href=(back) { "Cancel" }
            }
        }
    };
    shell.page(&format!("{title} · {}", view.subject.name), &body)
}

/// One part of the form: its fields on one line, then check boxes and texts of several lines.
fn part(view: &ContractFormPage, part: ContractPart, title: &str, lead: &str) -> Markup {
    let mut fields: Vec<&ContractField> = CONTRACT_FIELDS
        .iter()
        .filter(|field| field.part == part)
        .collect();
    // The name is the first field, because people look for it on the order form.
    fields.sort_by_key(|field| field.name != "name");
    let checks = fields.iter().any(|field| field.is_yes_no());
    html! {
        section.card {
            h2 { (title) }
            p.card-lead { (lead) }
            div.form-row {
                @for field in &fields {
                    @if !field.is_yes_no() && !field.has_lines() { (input(view, field)) }
                }
            }
            @if checks {
                div.checks {
                    @for field in fields.iter().filter(|field| field.is_yes_no()) {
                        (check(field.name, field.label, view.typed(field.name) == "yes", field.help))
                    }
                }
            }
            @for field in fields.iter().filter(|field| field.has_lines()) {
                (area(field.name, field.label, view.typed(field.name), 3, field.help, &view.errors))
            }
        }
    }
}

/// A field of one line.
fn input(view: &ContractFormPage, field: &ContractField) -> Markup {
    let (name, label, help) = (field.name, field.label, field.help);
    let (typed, errors) = (view.typed(name), &view.errors);
    let choose = |options: &[(String, String)]| choice(name, label, typed, options, help, errors);
    let input = Input::text(name, label, typed).help(help);
    let input = match field.missing {
        MissingValue::Empty => input.optional(),
        MissingValue::Usual | MissingValue::Refused(_) => input,
    };
    match &field.kind {
        ContractFieldKind::Licence => choose(&view.licences),
        ContractFieldKind::BillingCycle => choose(&[
            ("monthly".to_owned(), "every month".to_owned()),
            ("quarterly".to_owned(), "every quarter".to_owned()),
            ("yearly".to_owned(), "every year".to_owned()),
        ]),
        ContractFieldKind::Number { range, .. } => {
            input.between(*range.start(), *range.end()).render(errors)
        }
        ContractFieldKind::Day { .. } => input.kind("date", "off").render(errors),
        ContractFieldKind::Text {
            form: TextForm::Email,
            ..
        } => html! {
            (input.kind("email", "off").render(errors))
            @if !view.owners.is_empty() { p.help { "Members: " (view.owners.join(", ")) } }
        },
        // It is needed only with a price.
        ContractFieldKind::Currency => input.sometimes().render(errors),
        ContractFieldKind::Text { .. }
        | ContractFieldKind::Price
        | ContractFieldKind::YesNo { .. } => input.render(errors),
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

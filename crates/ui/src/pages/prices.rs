//! `/i/{id}/prices`: the price book for licences without a contract. Posts to `/i/{id}/prices`
//! (`licence`, `yearly`, `currency`, `as_of`, `source`, `confidence`) and `/i/{id}/prices/remove`
//! (`licence`).

use maud::{Markup, html};
use model::{ListPrice, Permission, PriceConfidence};

use crate::parts::fields::choice;
use crate::parts::form::{Input, summary};
use crate::parts::table::{frame, head};
use crate::parts::text::{day, none, unknown};
use crate::parts::{Errors, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct PricesPage {
    pub subject: Subject,
    /// Every licence that can be bought, with its price if there is one.
    pub rows: Vec<PriceRow>,
    pub typed: PriceFields,
    pub errors: Errors,
}

/// A licence and its price.
#[derive(Debug, Clone)]
pub struct PriceRow {
    pub licence: String,
    pub label: String,
    pub price: Option<ListPrice>,
    /// Name of a contract with its own price, which takes precedence; `None` without one.
    pub contract: Option<String>,
}

/// Values of the form as typed, before they are parsed.
#[derive(Debug, Clone, Default)]
pub struct PriceFields {
    pub licence: String,
    pub yearly: String,
    pub currency: String,
    pub as_of: String,
    pub source: String,
    pub confidence: String,
}

/// Confidence of a price: label and colour.
#[must_use]
pub fn confidence(confidence: PriceConfidence) -> (&'static str, Tone) {
    match confidence {
        PriceConfidence::Quoted => ("quoted", Tone::Good),
        PriceConfidence::Listed => ("listed", Tone::Info),
        PriceConfidence::Estimated => ("estimated", Tone::Warn),
    }
}

/// All confidences, the most reliable first.
pub const CONFIDENCES: [PriceConfidence; 3] = [
    PriceConfidence::Quoted,
    PriceConfidence::Listed,
    PriceConfidence::Estimated,
];

#[must_use]
pub fn page(shell: &Shell, view: &PricesPage) -> Markup {
    let id = view.subject.id;
    let decide = shell.may(Permission::Decide);
    let heads = html! {
        (head("Licence", false)) (head("A seat and year", true)) (head("As of", false)) (head("Source", false)) (head("Confidence", false))
        @if decide { (head("Change", false)) }
    };
    let rows = html! {
        @for row in &view.rows {
            tr data-row {
                th scope="row" { (row.label) @if let Some(contract) = &row.contract { span.sub { "the contract “" (contract) "” has its own price, which counts" } } }
                @match &row.price {
                    Some(price) => {
                        @let (word, tone) = confidence(price.confidence);
                        td.num { (price.yearly) }
                        td { (day(shell.now, price.as_of)) }
                        td.cut-cell title=(price.source) { (price.source) }
                        td { (page::pill(tone, word)) }
                    }
                    None => { td.num { @if row.contract.is_some() { (none()) } @else { (unknown()) } } td {} td {} td {} }
                }
                @if decide {
                    td {
                        div.row-actions {
                            a.button.small href={ "/i/" (id) "/prices?licence=" (row.licence) "#price" } { (if row.price.is_some() { "Change" } else { "Set" }) span.hidden { " the price of " (row.label) } }
                            @if row.price.is_some() {
                                form method="post" action={ "/i/" (id) "/prices/remove" } {
                                    input type="hidden" name="licence" value=(row.licence);
                                    button.small.danger type="submit" { "Remove" span.hidden { " the price of " (row.label) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        p.crumbs { a href={ "/i/" (id) "/contracts" } { "Contracts" } }
        (page::lead(&html! { "Prices for what has no contract" }, &html! {}))
        p.page-note { "A contract’s own price takes precedence. Licences without any price are shown in seats only." }
        (frame("Price book", &heads, &rows))
        @if decide { (form(view)) }
    };
    shell.page(&format!("Price book · {}", view.subject.name), &body)
}

fn form(view: &PricesPage) -> Markup {
    let typed = &view.typed;
    let errors = &view.errors;
    let licences: Vec<(String, String)> = view
        .rows
        .iter()
        .map(|row| (row.licence.clone(), row.label.clone()))
        .collect();
    let confidences: Vec<(String, String)> = CONFIDENCES
        .into_iter()
        .map(|each| {
            let (word, _) = confidence(each);
            (word.to_owned(), word.to_owned())
        })
        .collect();
    let application = view.subject.application.name;
    let source_help = format!("Where it is from: “{application} price list”.");
    html! {
        section.card #price {
            h2 { "Set a price" }
            p.card-lead { "It replaces the price that the licence has. Savings then say where their price is from, and how sure it is." }
            (summary(errors))
            form.form-row method="post" action={ "/i/" (view.subject.id) "/prices" } {
                (choice("licence", "Licence", &typed.licence, &licences, "", errors))
                (Input::text("amount", "A seat for a year", &typed.yearly).help("Such as 149.90.").render(errors))
                (Input::text("currency", "Currency", &typed.currency).help("Three letters, such as EUR.").render(errors))
                (Input::text("as_of", "True on", &typed.as_of).kind("date", "off").render(errors))
                (Input::text("source", "Source", &typed.source).help(&source_help).render(errors))
                (choice("confidence", "Confidence", &typed.confidence, &confidences, "Quoted: your own offer or invoice. Listed: a public price list. Estimated: your own estimate.", errors))
                button type="submit" { "Set the price" }
            }
        }
    }
}

//! `/i/{id}/contracts/import`: contracts from a CSV file. Either all rows are imported or none.

use maud::{Markup, html};
use model::CONTRACT_FIELDS;

use super::import::{ImportColumn, ImportError, columns, form, wrongs};
use crate::parts::fields::{check, choice};
use crate::parts::{Errors, Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct ContractImportPage {
    pub subject: Subject,
    /// Licences that can be used in the column `licence`: key and name.
    pub licences: Vec<(String, String)>,
    /// Rows that were pasted into the form.
    pub pasted: String,
    /// Errors in the rows.
    pub wrongs: Vec<ImportError>,
    /// Errors in the form itself.
    pub errors: Errors,
}

/// Columns that an import file can have, required ones first.
fn import_columns() -> Vec<ImportColumn> {
    let mut columns: Vec<ImportColumn> = CONTRACT_FIELDS
        .iter()
        .map(|field| ImportColumn {
            name: field.name,
            required: field.is_required(),
            help: field.in_files,
        })
        .collect();
    columns.sort_by_key(|column| !column.required);
    columns
}

/// A file with one contract about the first licence of the list.
fn example(view: &ContractImportPage) -> String {
    let licence = view.licences.first();
    let licence = licence.map_or("licensed", |(key, _)| key.as_str());
    format!(
        "name,licence,quantity,unit_price,currency,billing_cycle,starts_on,ends_on,auto_renews,notice_days\nBusiness 2026,{licence},1300,220.00,EUR,yearly,2026-03-01,2027-02-28,yes,60\n"
    )
}

/// What happens to contracts that are stored already.
fn existing(errors: &Errors) -> Markup {
    let ways = [
        ("", "Ask"),
        ("skip", "Leave them as they are"),
        ("replace", "Give them the terms of the file"),
        ("add", "Add them once more"),
    ]
    .map(|(value, text)| (value.to_owned(), text.to_owned()));
    html! {
        (choice("existing", "Contracts that are there already", "", &ways, "The same name, licence and first day.", errors))
        @if let Some(doubts) = errors.of("confirm") {
            (check("confirm", "This is what is meant", false, doubts))
        }
    }
}

#[must_use]
pub fn page(shell: &Shell, view: &ContractImportPage) -> Markup {
    let id = view.subject.id;
    let body = html! {
        (view.subject.head(shell, Tab::Renewals))
        p.crumbs { a href={ "/i/" (id) "/contracts" } { "Contracts" } }
        (page::lead(&html! { "Add contracts from a CSV file" }, &html! {}))
        (wrongs(&view.wrongs))
        div.main-side {
            section.card.form-card {
                h2 { "The file" }
                p.card-lead { "Every row becomes a contract, or none does: when one line is wrong nothing is imported, and the page says which line and why." }
                (form(&format!("/i/{id}/contracts/import"), "Import contracts", &view.pasted, &view.errors, &existing(&view.errors)))
            }
            section.card {
                h2 { "The columns" }
                p.card-lead { "In any order. Other columns are passed over. Numbers may be written as 1.490,00 or 1,490.00; one that can be read in two ways, such as 1.490, is refused." }
                (columns(&import_columns(), &example(view)))
                h3 { "Licences" }
                (page::definitions(&view.licences.iter().map(|(key, label)| (label.as_str(), html! { code { (key) } })).collect::<Vec<_>>()))
            }
        }
    };
    shell.page(&format!("Import contracts · {}", view.subject.name), &body)
}

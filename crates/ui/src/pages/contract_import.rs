//! `/i/{id}/contracts/import`: contracts from a CSV file. Either all rows are imported or none.

use maud::{Markup, html};

use super::import::{ImportColumn, ImportError, columns, form, wrongs};
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

/// Columns that an import file can have.
pub const COLUMNS: [ImportColumn; 14] = [
    ImportColumn {
        name: "name",
        required: true,
        help: "As the order form calls it: Business 2026",
    },
    ImportColumn {
        name: "licence",
        required: true,
        help: "A name or key from the list below",
    },
    ImportColumn {
        name: "quantity",
        required: true,
        help: "Seats: 1300",
    },
    ImportColumn {
        name: "starts_on",
        required: true,
        help: "First day: 2026-03-01",
    },
    ImportColumn {
        name: "ends_on",
        required: true,
        help: "Last day: 2027-02-28",
    },
    ImportColumn {
        name: "unit_price",
        required: false,
        help: "For one seat and billing cycle: 220.00. Empty when unknown",
    },
    ImportColumn {
        name: "currency",
        required: false,
        help: "EUR; needed with a price",
    },
    ImportColumn {
        name: "billing_cycle",
        required: false,
        help: "monthly, quarterly or yearly (the default)",
    },
    ImportColumn {
        name: "auto_renews",
        required: false,
        help: "yes (the default) or no",
    },
    ImportColumn {
        name: "notice_days",
        required: false,
        help: "Days before the last day: 60. 30 when empty",
    },
    ImportColumn {
        name: "minimum",
        required: false,
        help: "Seats that must be bought at least. 0 when empty",
    },
    ImportColumn {
        name: "reducible_each_cycle",
        required: false,
        help: "yes or no (the default)",
    },
    ImportColumn {
        name: "owner",
        required: false,
        help: "E-mail address of a colleague",
    },
    ImportColumn {
        name: "notes",
        required: false,
        help: "Any text",
    },
];

/// A file with one contract about the first licence of the list.
fn example(view: &ContractImportPage) -> String {
    let licence = view.licences.first();
    let licence = licence.map_or("licensed", |(key, _)| key.as_str());
    format!(
        "name,licence,quantity,unit_price,currency,billing_cycle,starts_on,ends_on,auto_renews,notice_days\nBusiness 2026,{licence},1300,220.00,EUR,yearly,2026-03-01,2027-02-28,yes,60\n"
    )
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
                (form(&format!("/i/{id}/contracts/import"), "Import contracts", &view.pasted, &view.errors, &html! {}))
            }
            section.card {
                h2 { "The columns" }
                p.card-lead { "In any order, and no others, so that a mistyped name is noticed." }
                (columns(&COLUMNS, &example(view)))
                h3 { "Licences" }
                (page::definitions(&view.licences.iter().map(|(key, label)| (label.as_str(), html! { code { (key) } })).collect::<Vec<_>>()))
            }
        }
    };
    shell.page(&format!("Import contracts · {}", view.subject.name), &body)
}

//! Elements of pages that import a CSV file or pasted rows: contracts (`/i/{id}/contracts/import`)
//! and the list of employees (`/i/{id}/people`). Either all rows are imported or none; errors name
//! line and column.

use maud::{Markup, html};

use crate::parts::fields::{area, choice, file};
use crate::parts::table::{frame, head};
use crate::parts::text::number;
use crate::parts::{Errors, Tone, page};

/// An error in a line of the file.
#[derive(Debug, Clone)]
pub struct ImportError {
    /// Line number in the file, counted from 1; the header is line 1.
    pub line: u64,
    /// Name of the column; empty when the error concerns the whole line.
    pub field: String,
    /// Description of the error, with a correct example.
    pub text: String,
}

/// A column that an import accepts.
#[derive(Debug, Clone)]
pub struct ImportColumn {
    /// Name in the header line.
    pub name: &'static str,
    pub required: bool,
    /// Content of the column, with an example.
    pub help: &'static str,
}

/// The errors, line by line; empty markup when there are none.
#[must_use]
pub fn wrongs(wrongs: &[ImportError]) -> Markup {
    if wrongs.is_empty() {
        return html! {};
    }
    let count = i64::try_from(wrongs.len()).unwrap_or(i64::MAX);
    let heads = html! { (head("Line", true)) (head("Column", false)) (head("Error", false)) };
    let rows = html! {
        @for wrong in wrongs.iter().take(100) {
            tr {
                th.num scope="row" { (number(i64::try_from(wrong.line).unwrap_or(i64::MAX))) }
                td { @if wrong.field.is_empty() { "the whole line" } @else { code { (wrong.field) } } }
                td.reason { (wrong.text) }
            }
        }
    };
    html! {
        (page::notice(Tone::Bad, "Nothing was imported", &html! {
            p { (if count == 1 { "One thing is wrong".to_owned() } else { format!("{} things are wrong", number(count)) }) ". Correct the file and send it again; no row was imported." }
        }))
        div.wrongs { (frame("Errors in the file", &heads, &rows)) }
        @if count > 100 { p.muted { "The first 100 are shown." } }
    }
}

/// The form: a file or pasted rows, and a confirmation where one is needed.
#[must_use]
pub fn form(
    action: &str,
    button: &str,
    pasted: &str,
    errors: &Errors,
    confirmation: &Markup,
) -> Markup {
    let dates = [
        ("", "There are none"),
        ("day_first", "Day first"),
        ("month_first", "Month first"),
    ]
    .map(|(value, text)| (value.to_owned(), text.to_owned()));
    html! {
        form.import method="post" action=(action) enctype="multipart/form-data" {
            (file("file", "CSV file", ".csv,text/csv", "At most 5 MB. Separated by commas, semicolons or tabs; the first line names the columns.", errors))
            (area("text", "Or paste the rows here", pasted, 6, "With the line that names the columns.", errors))
            (choice("dates", "Days with slashes, such as 01/02/2026", "", &dates, "Days such as 2026-01-31 and 31.01.2026 need no choice.", errors))
            (confirmation)
            button.primary type="submit" { (button) }
        }
    }
}

/// Description of the columns, with an example file.
#[must_use]
pub fn columns(columns: &[ImportColumn], example: &str) -> Markup {
    html! {
        dl.definitions.stacked.columns {
            @for column in columns {
                div {
                    dt { code { (column.name) } @if column.required { " " span.needed { "required" } } }
                    dd { (column.help) }
                }
            }
        }
        h3 { "For example" }
        div.scroll tabindex="0" role="region" aria-label="An example of the file" { pre { (example) } }
    }
}

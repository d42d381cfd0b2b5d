//! `/i/{id}/disconnect`: what disconnecting does, before it does it. Posts `data` (`keep` or `erase`)
//! and `confirm` (the name, needed to erase) to the same address.

use maud::{Markup, html};

use crate::ui::parts::form::{Input, radios, summary};
use crate::ui::parts::text::{counted, number};
use crate::ui::parts::{Errors, Shell, Subject, Tab, page};

/// What would go.
#[derive(Debug, Clone)]
pub struct View {
    /// Which integration.
    pub subject: Subject,
    /// What is stored: kind and number of rows.
    pub rows: Vec<(String, i64)>,
    /// Whether erasing was chosen.
    pub erase: bool,
    /// What was wrong.
    pub errors: Errors,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let subject = &view.subject;
    let name = subject.application.name;
    let total: i64 = view.rows.iter().map(|(_, rows)| rows).sum();
    let keep = format!(
        "{} stay here, readable and exportable. Authorise again at any time to go on.",
        counted(total, "row", "rows")
    );
    let erase = format!(
        "{} are deleted from the database. This can't be undone.",
        counted(total, "row", "rows")
    );
    let title = format!("Disconnect {}", subject.name);
    let body = html! {
        (page::plain_head(&title, &format!("Seatwise gives its access back to {name}, deletes the credentials and stops syncing."), &html! {}))
        div.split-page {
            section.card.form-card {
                (summary(&view.errors))
                form method="post" action={ "/i/" (subject.id) "/disconnect" } {
                    (radios("data", "What should happen to the data?", if view.erase { "erase" } else { "keep" }, &[
                        ("keep", "Keep the data", &keep),
                        ("erase", "Erase the data", &erase),
                    ]))
                    (Input::text("confirm", &format!("To erase, type the name “{}”", subject.name), "").sometimes().render(&view.errors))
                    div.actions.left {
                        button.primary.danger type="submit" { "Disconnect" }
                        a.button href=(Tab::Integration.href(subject.id)) { "Cancel" }
                    }
                }
            }
            (page::card("What is stored", &html! { "Of this integration, right now." }, &html! {
                table.plain {
                    caption.hidden { "Stored rows" }
                    thead.hidden { tr { th scope="col" { "Kind" } th scope="col" { "Rows" } } }
                    tbody {
                        @for (kind, rows) in &view.rows { tr { th scope="row" { (kind) } td.num { (number(*rows)) } } }
                        tr.total { th scope="row" { "Altogether" } td.num { (number(total)) } }
                    }
                }
            }))
        }
    };
    shell.page(&title, &body)
}

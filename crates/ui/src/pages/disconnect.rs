//! `/i/{id}/disconnect`: the effects of disconnecting, shown before it is done. Posts `data`
//! (`keep` or `erase`) and `confirm` (the name, required to erase) to the same address.

use maud::{Markup, html};

use crate::parts::form::{Input, radios, summary};
use crate::parts::text::counted;
use crate::parts::{Errors, Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct DisconnectPage {
    pub subject: Subject,
    /// Whether "erase" is selected in the form.
    pub erase: bool,
    /// The name as typed, to confirm.
    pub confirm: String,
    pub errors: Errors,
}

#[must_use]
pub fn page(shell: &Shell, view: &DisconnectPage) -> Markup {
    let subject = &view.subject;
    let name = subject.application.name;
    let keep =
        "All of it stays here, readable and exportable. Authorise again at any time to continue.";
    let erase = "All of it is deleted from the database. This can't be undone.";
    let title = format!("Disconnect {}", subject.name);
    let body = html! {
        (page::plain_head(&title, &format!("Seatwise gives its access back to {name}, deletes the credentials and stops syncing."), &html! {}))
        div.split-page {
            section.card.form-card {
                (summary(&view.errors))
                form method="post" action={ "/i/" (subject.id) "/disconnect" } {
                    (radios("data", "What should happen to the data?", if view.erase { "erase" } else { "keep" }, &[
                        ("keep", "Keep the data", keep),
                        ("erase", "Erase the data", erase),
                    ]))
                    (Input::text("confirm", &format!("To erase, type the name “{}”", subject.name), &view.confirm).sometimes().render(&view.errors))
                    div.actions.left {
                        button.primary.danger type="submit" { "Disconnect" }
                        a.button href=(Tab::Integration.href(subject.id)) { "Cancel" }
                    }
                }
            }
            (page::card("Data concerned", &html! { "Everything that was ever read from this account." }, &html! {
                ul {
                    li {
                        @match subject.users {
                            Some(users) => { (counted(users, "user", "users")) " and those who left" },
                            None => "Users and those who left",
                        }
                        ", with metadata, addresses and groups"
                    }
                    li { "The log of sign-ins and sign-outs" }
                    li { "Meetings and webinars that were hosted" }
                    li { "The log of administrators' changes" }
                    li { "The account's settings and its usage" }
                    li { "The sync runs and what they did" }
                }
                p.muted { "Entries of Seatwise's own audit log stay in either case." }
            }))
        }
    };
    shell.page(&title, &body)
}

//! `/i/{id}/write-access`: the second app, with which Seatwise may carry out the change list, and
//! its exact rights. Posts to `/i/{id}/write-access` (`account_id`, `client_id`, `client_secret`)
//! and `/i/{id}/write-access/remove`.

use maud::{Markup, html};

use crate::parts::form::{Input, summary};
use crate::parts::{Errors, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct WriteAccessPage {
    pub subject: Subject,
    /// Client id of the connected app; `None` when there is none.
    pub connected: Option<String>,
    /// Account id as typed, to fill the form again.
    pub account_id: String,
    pub client_id: String,
    /// Scopes that the app needs, each with its purpose.
    pub scopes: Vec<(&'static str, &'static str)>,
    pub errors: Errors,
}

#[must_use]
pub fn page(shell: &Shell, view: &WriteAccessPage) -> Markup {
    let id = view.subject.id;
    let application = view.subject.application.name;
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        p.crumbs { a href=(Tab::Changes.href(id)) { "Changes" } }
        (page::lead(&html! { "Write access: optional, separate, and only for the change list" }, &html! {}))
        @if let Some(client_id) = &view.connected {
            (page::notice(Tone::Good, "Write access is connected", &html! {
                p { "With the app " code { (client_id) } ". Nothing is changed until a member carries out changes from the list." }
                form method="post" action={ "/i/" (id) "/write-access/remove" } { button.danger.small type="submit" { "Remove write access" } }
            }))
        }
        div.halves {
            section.card {
                h2 { "What it allows" }
                p.card-lead { "Reading continues with the app that is already connected; this one is only used for changes." }
                ul.allows {
                    li { span.pill.good { "may" } " give or take the base licence of one person on the change list, and put it back on undo" }
                    li { span.pill.good { "may" } " switch off a webinar or large-meeting licence of one person on the change list, or change its size, and back again on undo" }
                    li { span.pill.quiet { "never" } " creates, deactivates or deletes people, moves their data, or changes roles, groups or account settings" }
                    li { span.pill.quiet { "never" } " changes the plan or the number of seats that is paid for" }
                    li { span.pill.quiet { "never" } " acts by itself: an administrator of Seatwise starts every run" }
                }
                h3 { "Before each change" }
                ul.allows {
                    li { "the person is still there and still has that licence;" }
                    li { "no meeting or webinar of theirs is running, and none is scheduled that needs the licence or whose length is not known;" }
                    li { "the evidence of the finding is still true." }
                }
            }
            section.card.form-card {
                h2 { (if view.connected.is_some() { "Connect another app" } else { "Connect an app" }) }
                p.card-lead { "A Server-to-Server OAuth app of the same " (application) " account, with these scopes and no other:" }
                ul.codes { @for (scope, why) in &view.scopes { li { code { (scope) } " " span.muted { (why) } } } }
                (summary(&view.errors))
                form method="post" action={ "/i/" (id) "/write-access" } {
                    (Input::text("account_id", "Account id", &view.account_id).render(&view.errors))
                    (Input::text("client_id", "Client id", &view.client_id).render(&view.errors))
                    (Input::text("client_secret", "Client secret", "").kind("password", "off").help("Stored encrypted. It is never shown again.").render(&view.errors))
                    button.primary type="submit" { "Connect write access" }
                }
            }
        }
    };
    shell.page(&format!("Write access · {}", view.subject.name), &body)
}

//! `/integrations/{application}`: the connected accounts of one application, with a button to add
//! one.

use maud::{Markup, html};
use model::{Application, GrantKind, Permission};

use crate::parts::icon::{Icon, icon};
use crate::parts::table;
use crate::parts::text::{ago, amount, number};
use crate::parts::{Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct ConnectionsPage {
    pub application: &'static Application,
    pub rows: Vec<ConnectionRow>,
}

#[derive(Debug, Clone)]
pub struct ConnectionRow {
    pub subject: Subject,
    /// How the account was connected.
    pub kind: GrantKind,
    /// Id of the account at the application.
    pub account_id: String,
    /// E-mail address of the authorising person; empty for Server-to-Server.
    pub authorised_by: String,
}

/// Label of a way to authorise.
#[must_use]
pub fn kind_label(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::AuthorizationCode => "General app",
        GrantKind::ServerToServer => "Server-to-Server",
    }
}

#[must_use]
pub fn page(shell: &Shell, view: &ConnectionsPage) -> Markup {
    let name = view.application.name;
    let add = html! {
        @if shell.may(Permission::ManageIntegrations) {
            a.button.primary href={ "/integrations/" (view.application.key) "/add" } { (icon(Icon::Plus)) "Add Integration" }
        }
    };
    let body = html! {
        (page::plain_head(name, "Accounts that Seatwise reads. Several can be connected side by side.", &add))
        @if view.rows.is_empty() {
            section.card {
                (page::empty(&format!("No {name} account is connected yet"), &html! {
                    p { "Add one with Add Integration: an administrator signs in at " (name) ", reviews what Seatwise asks for, and authorises. Seatwise only reads." }
                    @if !shell.may(Permission::ManageIntegrations) {
                        p { "Your role can't add integrations; an owner or administrator of Seatwise can." }
                    }
                }))
            }
        } @else { (rows(shell, view)) }
    };
    shell.page(name, &body)
}

fn rows(shell: &Shell, view: &ConnectionsPage) -> Markup {
    let heads = html! {
        (table::head("Account", false)) (table::head("State", false)) (table::head("Users", true))
        (table::head("Last sync", false)) (table::head("Connected through", false)) (table::head("Authorised by", false))
    };
    let body = html! {
        @for row in &view.rows {
            @let subject = &row.subject;
            @let (tone, word) = subject.status();
            tr {
                th.person scope="row" {
                    a href=(Tab::Overview.href(subject.id)) { (subject.name) }
                    span.muted { "account " (row.account_id) }
                }
                td.reason {
                    a.bare href=(Tab::Integration.href(subject.id)) { (page::pill(tone, &word)) }
                    @if let Some(reason) = &subject.state_reason { span.sub { (reason) } }
                }
                td.num {
                    @match subject.users {
                        Some(users) => a href=(Tab::Users.href(subject.id)) { (number(users)) },
                        None => (amount(None)),
                    }
                }
                td {
                    @match subject.last_complete_at {
                        Some(at) => {
                            (ago(shell.now, at))
                            @if !subject.unread.is_empty() { span.sub { "without " (subject.unread.join(", ")) } }
                        }
                        None => span.never { "never" },
                    }
                }
                td { (kind_label(row.kind)) }
                td { @if row.authorised_by.is_empty() { span.none { "the app itself" } } @else { (row.authorised_by) } }
            }
        }
    };
    table::frame(
        &format!("Connected {} accounts", view.application.name),
        &heads,
        &body,
    )
}

//! `/`: the connected accounts at a glance; on an empty installation, the three steps to the first
//! answer.

use maud::{Markup, html};
use model::{Application, Permission};

use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::text::{amount, number};
use crate::ui::parts::{Shell, Subject, Tab, page};

/// What is connected.
#[derive(Debug, Clone)]
pub struct View {
    /// Connected accounts.
    pub accounts: Vec<Account>,
    /// What can be connected.
    pub applications: Vec<&'static Application>,
}

/// A connected account at a glance.
#[derive(Debug, Clone)]
pub struct Account {
    /// Which.
    pub subject: Subject,
    /// Users who were active within the threshold; `None` when not known.
    pub active: Option<i64>,
    /// Users who were not, or never.
    pub inactive: Option<i64>,
    /// Users of whom it cannot be told.
    pub unknown: Option<i64>,
    /// The threshold, in days.
    pub inactive_days: i32,
    /// What somebody should do something about: one sentence each.
    pub attention: Vec<String>,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let body = if view.accounts.is_empty() {
        steps(shell, view)
    } else {
        accounts(shell, view)
    };
    shell.page("Overview", &body)
}

fn steps(shell: &Shell, view: &View) -> Markup {
    let application = view.applications.first();
    let name = application.map_or("an application", |a| a.name);
    html! {
        (page::plain_head("Three steps to the first answer", "Who uses it, and who doesn't? It takes about five minutes.", &html! {}))
        ol.steps {
            li.card.step.current {
                span.step-number { "1" }
                div {
                    h2 { "Connect " (name) }
                    p { "An administrator signs in at " (name) " and allows Seatwise to read. Nothing is ever changed there." }
                    @if shell.may(Permission::ManageIntegrations) {
                        @if let Some(application) = application {
                            p { a.button.primary href={ "/integrations/" (application.key) } { "Connect " (application.name) } }
                        }
                    } @else {
                        p.muted { "An owner or administrator of Seatwise has to do this." }
                    }
                }
            }
            li.card.step {
                span.step-number { "2" }
                div {
                    h2 { "Watch the first sync" }
                    p { "People appear within a minute. History fills in behind them, newest first, as fast as the application's rate limits allow." }
                }
            }
            li.card.step {
                span.step-number { "3" }
                div {
                    h2 { "See who uses it" }
                    p { "Filter people by licence, department, capacity and activity. What is not known is called unknown, never inactive." }
                }
            }
        }
    }
}

fn accounts(shell: &Shell, view: &View) -> Markup {
    let actions = html! {
        @if shell.may(Permission::ManageIntegrations) { a.button href="/integrations" { "Add Integration" } }
    };
    html! {
        (page::plain_head("Overview", "What is connected, how fresh it is, and what needs somebody.", &actions))
        div.cards {
            @for account in &view.accounts { (card(shell, account)) }
        }
    }
}

fn card(shell: &Shell, account: &Account) -> Markup {
    let subject = &account.subject;
    let (tone, word) = subject.standing();
    let users = Tab::Users.href(subject.id);
    let linked = |value: Option<i64>, state: &str| {
        html! {
            @match value {
                Some(value) => a href={ (users) "?state=" (state) } { (number(value)) },
                None => (amount(None)),
            }
        }
    };
    html! {
        section.card.account {
            div.account-head {
                (icon::application(subject.application.name))
                div.account-name {
                    h2 { a href=(Tab::Overview.href(subject.id)) { (subject.title()) } }
                    p.muted {
                        (subject.freshness(shell.now))
                    }
                }
                (page::pill(tone, &word))
            }
            p.account-users {
                @match subject.users {
                    Some(users_known) => a.big href=(users) { (number(users_known)) },
                    None => span.big { (amount(None)) },
                }
                " users"
            }
            dl.split {
                div { dt { "Active, " (account.inactive_days) " days" } dd { (linked(account.active, "active")) } }
                div { dt { "Inactive or never" } dd { (linked(account.inactive, "inactive&state=never")) } }
                div { dt { "Unknown" } dd { (linked(account.unknown, "unknown")) } }
            }
            @if !account.attention.is_empty() {
                ul.attention {
                    @for sentence in &account.attention {
                        li { (icon::icon(Icon::Warning)) a href=(Tab::Integration.href(subject.id)) { (sentence) } }
                    }
                }
            }
        }
    }
}

//! `/`: summary of the connected accounts; on an empty installation, the three steps to get
//! started.

use maud::{Markup, html};
use model::{Application, Day, Permission, Sums};

use crate::parts::finding::{saving_href, yearly};
use crate::parts::icon::{self, Icon};
use crate::parts::table::{frame, head};
use crate::parts::text::{amount, counted, day, number, unknown};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct HomePage {
    pub accounts: Vec<AccountCard>,
    /// Applications that can be connected.
    pub applications: Vec<&'static Application>,
}

/// Summary of one connected account.
#[derive(Debug, Clone)]
pub struct AccountCard {
    pub subject: Subject,
    /// Users active within the threshold; `None` when not known.
    pub active: Option<i64>,
    /// Users inactive within the threshold, or never active; `None` when not known.
    pub inactive: Option<i64>,
    /// Users whose activity is unknown; `None` before the first sync.
    pub unknown: Option<i64>,
    /// Threshold for inactivity, in days.
    pub inactive_days: i32,
    /// Possible savings; `None` before they have been calculated.
    pub found: Option<PossibleSaving>,
    /// The contract with the next notice deadline.
    pub deadline: Option<NoticeDeadline>,
    /// Problems that need attention, one sentence each.
    pub attention: Vec<String>,
}

/// Possible savings of an account.
#[derive(Debug, Clone, Default)]
pub struct PossibleSaving {
    /// Findings without a decision.
    pub findings: i64,
    /// Seats that these findings would free.
    pub seats: i64,
    /// Yearly saving, without sharing of licences.
    pub saving: Sums,
    /// Additional yearly saving if people shared licences.
    pub shared: Sums,
    /// Seats without a known price.
    pub without_price: i64,
}

/// The contract with the next notice deadline.
#[derive(Debug, Clone)]
pub struct NoticeDeadline {
    pub name: String,
    /// Address of the contract's page.
    pub href: String,
    /// Last day for notice of the current term.
    pub notice_by: Day,
}

#[must_use]
pub fn page(shell: &Shell, view: &HomePage) -> Markup {
    let body = if view.accounts.is_empty() {
        steps(shell, view)
    } else {
        accounts(shell, view)
    };
    shell.page("Overview", &body)
}

/// `/findings` where several accounts are connected: the number of findings in each.
#[must_use]
pub fn findings(shell: &Shell, accounts: &[AccountCard]) -> Markup {
    let heads = html! { (head("Account", false)) (head("Open findings", true)) (head("Seats", true)) (head("Could be saved in a year", true)) (head("If people share", true)) };
    let rows = html! {
        @for account in accounts {
            @let id = account.subject.id;
            @let findings = Tab::Findings.href(id);
            tr {
                th.person scope="row" { a href=(findings) { (account.subject.title()) } }
                @match &account.found {
                    Some(found) => {
                        td.num { a href={ (findings) "?state=open" } { (number(found.findings)) } }
                        td.num { a href=(saving_href(id)) { (number(found.seats)) } }
                        td.num { (yearly(&found.saving, found.without_price)) }
                        td.num { (yearly(&found.shared, 0)) }
                    }
                    None => { @for _ in 0..4 { td.num { (unknown()) } } }
                }
            }
        }
    };
    let body = html! {
        (page::plain_head("Findings", "Licences that are not needed. Each account has its own list.", &html! {}))
        (frame("Findings by account", &heads, &rows))
    };
    shell.page("Findings", &body)
}

fn steps(shell: &Shell, view: &HomePage) -> Markup {
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

fn accounts(shell: &Shell, view: &HomePage) -> Markup {
    let actions = html! {
        @if shell.may(Permission::ManageIntegrations) { a.button href="/integrations" { "Add Integration" } }
    };
    html! {
        (page::plain_head("Overview", "Possible savings, the next deadline, and problems that need attention.", &actions))
        (totals(shell, view))
        div.cards {
            @for account in &view.accounts { (card(shell, account)) }
        }
    }
}

/// Totals over all accounts.
fn totals(shell: &Shell, view: &HomePage) -> Markup {
    let found: Vec<&PossibleSaving> = view
        .accounts
        .iter()
        .filter_map(|account| account.found.as_ref())
        .collect();
    let sums: Sums = found.iter().flat_map(|found| found.saving.iter()).collect();
    let shared: Sums = found.iter().flat_map(|found| found.shared.iter()).collect();
    let without: i64 = found.iter().map(|found| found.without_price).sum();
    let findings: i64 = found.iter().map(|found| found.findings).sum();
    let seats: i64 = found.iter().map(|found| found.seats).sum();
    let next = view
        .accounts
        .iter()
        .filter_map(|account| account.deadline.as_ref())
        .min_by_key(|deadline| deadline.notice_by);
    let missing = view.accounts.len() - found.len();
    // Seats without a price are shown beside the sum because they can't be part of it.
    let priced = if sums.is_empty() { without } else { 0 };
    let note = html! {
        @if !shared.is_empty() { "and " (shared) " if people share · " }
        @if without > 0 && priced == 0 { "and " (counted(without, "seat", "seats")) " without a price · " }
        @if missing > 0 { "without " (counted(i64::try_from(missing).unwrap_or(i64::MAX), "account", "accounts")) " still being read" }
        @else { "licences that are known not to be needed" }
    };
    html! {
        div.kpis.with-money {
            div.kpi.money-figure {
                p.kpi-label { "Could be saved in a year" }
                p.kpi-value.plain { @if found.is_empty() { (unknown()) } @else if findings > 0 || seats > 0 { a href="/findings" { (yearly(&sums, priced)) } } @else { (yearly(&sums, priced)) } }
                p.kpi-note { (note) }
            }
            (page::figure("Open findings", &html! { @if found.is_empty() { (unknown()) } @else { a href="/findings" { (number(findings)) } } }, &html! { (counted(seats, "seat", "seats")) " in all" }, None))
            (page::figure("Next deadline", &html! { @match next { Some(next) => a href=(next.href) { (day(shell.now, next.notice_by)) }, None => span.none { "none" } } }, &html! {
                @match next {
                    Some(next) => { "notice for " (next.name) }
                    None => { a href="/renewals" { "no contract is entered" } }
                }
            }, next.filter(|next| next.notice_by.since(shell.now.day()) <= 60).map(|_| Tone::Warn)))
        }
    }
}

fn card(shell: &Shell, account: &AccountCard) -> Markup {
    let subject = &account.subject;
    let (tone, word) = subject.status();
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
            @if let Some(found) = &account.found {
                @let priced = if found.saving.is_empty() { found.without_price } else { 0 };
                p.account-users {
                    a.big href=(saving_href(subject.id)) { (yearly(&found.saving, priced)) }
                    " could be saved in a year"
                    @if !found.shared.is_empty() { ", and " (found.shared) " if people share" }
                }
                dl.split {
                    div { dt { "Open findings" } dd { a href={ (Tab::Findings.href(subject.id)) "?state=open" } { (number(found.findings)) } } }
                    div { dt { "Seats" } dd { a href=(saving_href(subject.id)) { (number(found.seats)) } } }
                    div { dt { "Notice by" } dd { @match &account.deadline { Some(deadline) => a href=(deadline.href) title=(deadline.name) { (day(shell.now, deadline.notice_by)) }, None => span.none { "no contract" } } } }
                }
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

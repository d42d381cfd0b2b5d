//! `/i/{id}/integration`: status of the integration itself: live progress, granted scopes, today's
//! requests, settings (posts `name`, `plan`, `budget_percent`, `interval_minutes` to `…/settings`),
//! and pause, resume, re-authorise, disconnect.

use maud::{Markup, html};
use model::{Grant, GrantKind, IntegrationState, Permission, Plan, Timestamp};

use super::connections::kind_label;
use super::{preflight, progress};
use crate::parts::form::{Input, select, summary};
use crate::parts::text::{counted, moment, number, until};
use crate::parts::{Errors, Shell, Tab, Tone, page, progress as bars};

#[derive(Debug, Clone)]
pub struct IntegrationPage {
    /// Status of the streams.
    pub progress: progress::SyncProgress,
    /// Granted scopes compared with the required ones.
    pub preflight: preflight::PreflightStatus,
    /// Authorisation of the integration.
    pub grant: Grant,
    pub connected_at: Timestamp,
    /// Start of the next run; `None` when none is planned.
    pub next_run_at: Option<Timestamp>,
    /// Requests made today (UTC), by rate-limit category.
    pub requests: Vec<RequestCount>,
    /// Requests that the application refused today because of its rate limits; `None` when not
    /// known.
    pub refused: Option<i64>,
    /// Plan whose rate limits are assumed.
    pub plan: Plan,
    /// Share of the rate limits that Seatwise may use, in percent.
    pub budget_percent: i32,
    /// Minutes between scheduled runs.
    pub interval_minutes: i32,
    /// Records that could not be understood.
    pub rejected: super::rejected::RejectedRecords,
    /// Set right after an authorisation, for a notice.
    pub welcome: Option<Welcome>,
    /// The settings form as typed, when something in it is wrong.
    pub typed: Option<SettingsFields>,
    /// Errors in the settings form.
    pub errors: Errors,
}

/// Values of the settings form as typed.
#[derive(Debug, Clone)]
pub struct SettingsFields {
    pub name: String,
    pub plan: String,
    pub budget_percent: String,
    pub interval_minutes: String,
}

/// Kind of authorisation that has just been completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Welcome {
    /// A new account was connected.
    Connected,
    /// An existing integration was authorised again.
    Again,
}

/// Requests of one rate-limit category.
#[derive(Debug, Clone)]
pub struct RequestCount {
    /// Category for display, such as "Heavy (reports)".
    pub label: String,
    /// Requests made today (UTC).
    pub used: i64,
    /// Seatwise's own daily limit; `None` when only the rate is limited.
    pub a_day: Option<i64>,
    /// Seatwise's own rate limit in words, such as "10 a second".
    pub pace: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &IntegrationPage) -> Markup {
    let subject = &view.progress.subject;
    let body = html! {
        (subject.head(shell, Tab::Integration))
        @if let Some(what) = view.welcome { (welcome(view, what)) }
        (state(view))
        (controls(shell, view))
        div data-live={ "/i/" (subject.id) "/integration/events" } {
            (progress::fragment(shell, &view.progress))
        }
        (preflight::fragment(shell, &view.preflight))
        div.halves {
            (authorised(shell, view))
            (requests(view))
        }
        (super::rejected::card(subject.application.name, &view.rejected))
        @if shell.may(Permission::ManageIntegrations) && subject.state != IntegrationState::Disconnected { (settings(view)) }
    };
    let due = subject.state == IntegrationState::Active
        && view.next_run_at.is_some_and(|at| at <= shell.now);
    let refresh = (subject.running || due || view.preflight.checking).then_some(5);
    shell.page_refreshing(&format!("Integration · {}", subject.name), refresh, &body)
}

fn welcome(view: &IntegrationPage, what: Welcome) -> Markup {
    let name = view.progress.subject.application.name;
    let who = if view.grant.authorised_by.is_empty() {
        "the account's Server-to-Server app".to_owned()
    } else {
        view.grant.authorised_by.clone()
    };
    let title = match what {
        Welcome::Connected => format!("{name} is connected"),
        Welcome::Again => format!("{name} is authorised again"),
    };
    let notice = page::notice(
        Tone::Good,
        &title,
        &html! {
            p {
                "Authorised by " strong { (who) } " for " (name) " account " strong { (view.grant.account_id) } "."
                @if what == Welcome::Connected { " If that is not the account you meant, disconnect it and add the right one." }
            }
        },
    );
    html! { div data-kept { (notice) } }
}

fn state(view: &IntegrationPage) -> Markup {
    let subject = &view.progress.subject;
    let (tone, title, text) = match subject.state {
        IntegrationState::Active => return html! {},
        IntegrationState::Paused => (
            Tone::Warn,
            "Paused",
            "Nothing is read until it is resumed. The data read so far is kept and shown with its age.",
        ),
        IntegrationState::ReconnectNeeded => (
            Tone::Bad,
            "The authorisation no longer works",
            "Nothing can be read until it is authorised again. Nothing is lost: the sync continues where it stopped.",
        ),
        IntegrationState::Disconnected => (
            Tone::Quiet,
            "Disconnected",
            "The credentials are gone; the data was kept. Authorise again to continue, or disconnect once more to erase the data.",
        ),
    };
    page::notice(
        tone,
        title,
        &html! { @if let Some(reason) = &subject.state_reason { p { (reason) } } p { (text) } },
    )
}

fn controls(shell: &Shell, view: &IntegrationPage) -> Markup {
    let subject = &view.progress.subject;
    let base = format!("/i/{}", subject.id);
    let manage = shell.may(Permission::ManageIntegrations);
    let again = subject.state == IntegrationState::ReconnectNeeded
        || subject.state == IntegrationState::Disconnected;
    html! {
        div.controls {
            @if subject.state == IntegrationState::Active && shell.may(Permission::RunSync) {
                form method="post" action={ (base) "/sync" } {
                    button.primary type="submit" disabled[subject.running] { @if subject.running { "Sync is running" } @else { "Sync now" } }
                }
            }
            @if manage {
                @if subject.state == IntegrationState::Active {
                    form method="post" action={ (base) "/pause" } { button type="submit" { "Pause" } }
                }
                @if subject.state == IntegrationState::Paused {
                    form method="post" action={ (base) "/resume" } { button.primary type="submit" { "Resume" } }
                }
                form method="post" action={ (base) "/reauthorise" } { button.primary[again] type="submit" { "Re-authorise" } }
                a.button.danger href={ (base) "/disconnect" } { "Disconnect…" }
            }
            @if !manage { p.muted { "Only an owner or administrator can change this integration." } }
        }
    }
}

fn authorised(shell: &Shell, view: &IntegrationPage) -> Markup {
    let grant = &view.grant;
    let name = view.progress.subject.application.name;
    page::card(
        "Authorisation",
        &html! { "The account, and who connected it." },
        &page::definitions(&[
            (
                "Authorised by",
                html! {
                    @if grant.kind == GrantKind::ServerToServer { "the app itself" }
                    @else if grant.authorised_by.is_empty() { (crate::parts::text::unknown()) }
                    @else { (grant.authorised_by) }
                },
            ),
            (
                &format!("{name} account"),
                html! { code { (grant.account_id) } },
            ),
            (
                "Connected through",
                html! { (kind_label(grant.kind)) ", client id " code { (grant.client_id) } },
            ),
            (
                "Connected",
                html! { (moment(shell.now, view.connected_at)) },
            ),
            (
                "Scopes granted",
                html! {
                    details.more {
                        summary { (counted(i64::try_from(grant.scopes.len()).unwrap_or(i64::MAX), "scope", "scopes")) }
                        ul.codes { @for scope in &grant.scopes { li { code { (scope) } } } }
                    }
                },
            ),
            (
                "Next sync",
                html! {
                    @match view.next_run_at {
                        Some(at) if !view.progress.subject.running => (until(shell.now, at)),
                        Some(_) => "running now",
                        None => (crate::parts::text::none()),
                    }
                },
            ),
        ]),
    )
}

fn requests(view: &IntegrationPage) -> Markup {
    let name = view.progress.subject.application.name;
    let limited = view.requests.iter().any(|row| row.a_day.is_some());
    page::card(
        "Requests today",
        &html! { (name) "'s limits are shared with your other apps; Seatwise keeps to " (view.budget_percent) " % of them." },
        &html! {
            table.plain {
                caption.hidden { "Requests made today" }
                thead.hidden { tr { th scope="col" { "Category" } th scope="col" { "Made" } @if limited { th scope="col" { "Share" } } } }
                tbody {
                    @for row in &view.requests {
                        tr {
                            th scope="row" { (row.label) span.sub { "at most " (row.pace) } }
                            td.num { (number(row.used)) @if let Some(limit) = row.a_day { " of " (number(limit)) } }
                            @if limited { td.meter { @if let Some(limit) = row.a_day { (bars::bar(&format!("{}: share of today's requests", row.label), row.used, Some(limit))) } } }
                        }
                    }
                    tr {
                        th scope="row" { "Refused by " (name) span.sub { "came too fast, and were repeated later" } }
                        td.num { (crate::parts::text::amount(view.refused)) }
                        @if limited { td {} }
                    }
                }
            }
        },
    )
}

fn settings(view: &IntegrationPage) -> Markup {
    let subject = &view.progress.subject;
    let fields = view.typed.clone().unwrap_or_else(|| SettingsFields {
        name: subject.name.clone(),
        plan: view.plan.value().to_owned(),
        budget_percent: view.budget_percent.to_string(),
        interval_minutes: view.interval_minutes.to_string(),
    });
    let plans = subject.application.help.plans.iter();
    let plans: Vec<(&str, &str)> = plans.map(|(plan, label)| (plan.value(), *label)).collect();
    html! {
        section.card #settings {
            h2 { "Settings" }
            p.card-lead { "They take effect with the next request." }
            (summary(&view.errors))
            form.form-row method="post" action={ "/i/" (subject.id) "/settings" } {
                (Input::text("name", "Name", &fields.name).render(&view.errors))
                @if plans.is_empty() { input type="hidden" name="plan" value=(fields.plan); }
                @else { (select("plan", "Plan", &fields.plan, &plans)) }
                (Input::text("budget_percent", "Share of the rate limits, %", &fields.budget_percent).between(1, 100).render(&view.errors))
                (Input::text("interval_minutes", "Minutes between syncs", &fields.interval_minutes).between(5, 10_080).render(&view.errors))
                button type="submit" { "Save settings" }
            }
        }
    }
}

//! Granted role permissions and scopes compared with the required ones, with the effect of each
//! missing one and how to grant it. Part of the integration page.

use maud::{Markup, html};
use model::{IntegrationId, Permission, RolePermission, Stream, Timestamp};

use crate::parts::text::{ago, counted};
use crate::parts::{Shell, Tone, page, table};
use model::words::sentence;

/// Result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckResult {
    Granted,
    Missing,
    /// The check gave no clear result.
    Unknown,
    /// Not checked since Seatwise was started.
    Unchecked,
    /// The plan of the account does not include it.
    NotOnPlan,
}

impl CheckResult {
    fn pill(self) -> Markup {
        match self {
            Self::Granted => page::pill(Tone::Good, "granted"),
            Self::Missing => page::pill(Tone::Bad, "missing"),
            Self::Unknown => page::pill(Tone::Quiet, "could not be checked"),
            Self::Unchecked => page::pill(Tone::Quiet, "not checked yet"),
            Self::NotOnPlan => page::pill(Tone::Quiet, "not on this plan"),
        }
    }
}

/// Result of the whole check.
#[derive(Debug, Clone)]
pub struct PreflightStatus {
    pub integration: IntegrationId,
    /// Whether a check is running now.
    pub checking: bool,
    /// Time of the last check; `None` when there was none since the start.
    pub checked_at: Option<Timestamp>,
    /// One row for each role permission.
    pub permissions: Vec<PermissionRow>,
    /// One row for each stream with its scopes.
    pub streams: Vec<StreamRow>,
    /// Whether the app uses granular scopes. Some data has no granular scope, so it can't be
    /// granted.
    pub granular: bool,
    /// Scopes that were granted although no stream needs them.
    pub extra_scopes: Vec<String>,
}

/// Result for one role permission.
#[derive(Debug, Clone)]
pub struct PermissionRow {
    pub permission: &'static RolePermission,
    pub check: CheckResult,
    /// Evidence for the result, or the reason why there is none.
    pub detail: String,
}

/// Result for the scopes of one stream.
#[derive(Debug, Clone)]
pub struct StreamRow {
    pub stream: &'static Stream,
    pub check: CheckResult,
    pub missing: Vec<String>,
    /// Further explanation; may be empty.
    pub detail: String,
}

/// The fragment with the element id `preflight`.
#[must_use]
pub fn fragment(shell: &Shell, view: &PreflightStatus) -> Markup {
    let missing = count(
        view.permissions
            .iter()
            .filter(|row| row.check == CheckResult::Missing)
            .count(),
    );
    let scopes = count(
        view.streams
            .iter()
            .filter(|row| row.check == CheckResult::Missing)
            .count(),
    );
    html! {
        section.card #preflight {
            div.card-head {
                div {
                    h2 { (headline(view, missing, scopes)) }
                    p.card-lead {
                        @match view.checked_at {
                            Some(at) => { "Checked " (ago(shell.now, at)) ". What is missing switches off what needs it, and nothing else." }
                            None if view.checking => "Being checked: the application is asked for a little of everything. That takes some seconds.",
                            None => "Not checked since Seatwise was started. A check asks the application for a little of everything.",
                        }
                    }
                }
                @if shell.may(Permission::ManageIntegrations) && !view.checking {
                    form method="post" action={ "/i/" (view.integration) "/check" } { button type="submit" { (if view.checked_at.is_some() { "Check again" } else { "Check now" }) } }
                }
            }
            @if view.checked_at.is_some() {
                @if !view.permissions.is_empty() { (permissions(view)) }
                @if !view.streams.is_empty() { (streams(view)) }
            } @else if scopes > 0 {
                // Known from the list of granted scopes, without a check.
                (scope_table("Sources without all their scopes", &view.streams.iter().filter(|row| row.check == CheckResult::Missing).collect::<Vec<_>>()))
            }
            @if view.granular {
                p.muted { "Lock settings, managed domains and trusted domains of the account are not known: the application gives ordinary apps no scope for them." }
            }
            @if !view.extra_scopes.is_empty() {
                (page::notice(Tone::Warn, "More was granted than Seatwise needs", &html! {
                    p { "Remove these from the app; nothing here uses them: " @for scope in &view.extra_scopes { code { (scope) } " " } }
                }))
            }
        }
    }
}

fn headline(view: &PreflightStatus, permissions: i64, scopes: i64) -> String {
    if view.checked_at.is_none() {
        return "Permissions".to_owned();
    }
    let untold = view
        .permissions
        .iter()
        .filter(|row| row.check == CheckResult::Unknown);
    match (permissions, scopes) {
        (0, 0) if untold.clone().next().is_some() => format!(
            "Nothing is missing as far as the application reports; {} be checked",
            counted(
                count(untold.count()),
                "permission can't",
                "permissions can't"
            )
        ),
        (0, 0) if view.granular => "Everything that can be granted is granted".to_owned(),
        (0, 0) => "Everything needed is granted".to_owned(),
        (n, 0) => format!(
            "{} missing",
            counted(n, "role permission is", "role permissions are")
        ),
        (0, n) => format!(
            "{} missing scopes",
            counted(n, "source has", "sources have")
        ),
        (n, m) => format!(
            "{} missing, and {} missing scopes",
            counted(n, "role permission is", "role permissions are"),
            counted(m, "source has", "sources have")
        ),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn permissions(view: &PreflightStatus) -> Markup {
    let heads = html! {
        (table::head("Role permission", false)) (table::head("View", false)) (table::head("Effect of a missing one", false)) (table::head("How to grant it", false))
    };
    // Rows that need an action come first.
    let (fine, open): (Vec<_>, Vec<_>) = view
        .permissions
        .iter()
        .partition(|row| row.check == CheckResult::Granted);
    let body = html! {
        @for row in open.iter().chain(&fine) {
            tr {
                th scope="row" { (row.permission.label) }
                td title=(row.detail) { (row.check.pill()) }
                td.reason { @if row.check == CheckResult::Granted { (nothing()) } @else { (row.permission.without) } }
                td.reason {
                    @match row.check {
                        CheckResult::Granted | CheckResult::Unchecked => (nothing()),
                        CheckResult::Unknown => { (sentence(&row.detail)) " To be sure: " (row.permission.how_to_grant) }
                        CheckResult::Missing | CheckResult::NotOnPlan => (row.permission.how_to_grant),
                    }
                }
            }
        }
    };
    table::frame("Role permissions", &heads, &body)
}

/// A cell without content, for rows in order.
fn nothing() -> Markup {
    html! { span.muted { "–" } }
}

fn streams(view: &PreflightStatus) -> Markup {
    let (fine, open): (Vec<_>, Vec<_>) = view
        .streams
        .iter()
        .partition(|row| row.check == CheckResult::Granted);
    html! {
        h3 { "Scopes" }
        @if !open.is_empty() { (scope_table("Sources without all their scopes", &open)) }
        @if !fine.is_empty() {
            details.more.inset {
                summary { (counted(count(fine.len()), "source has", "sources have")) " every scope needed" }
                (scope_table("Sources with all their scopes", &fine))
            }
        }
    }
}

fn scope_table(label: &str, rows: &[&StreamRow]) -> Markup {
    let heads = html! {
        (table::head("Source", false)) (table::head("Scopes", false)) (table::head("Missing", false)) (table::head("Effect of a missing one", false))
    };
    let body = html! {
        @for row in rows {
            tr {
                th scope="row" { (row.stream.label) }
                td title=(row.detail) { (row.check.pill()) }
                td.reason {
                    @if row.missing.is_empty() { (nothing()) }
                    @else { @for scope in &row.missing { code { (scope) } " " } }
                }
                td.reason {
                    @if row.check == CheckResult::Granted { (nothing()) }
                    @else { (row.stream.without) @if row.stream.optional { " Seatwise works well without it." } }
                }
            }
        }
    };
    table::frame(label, &heads, &body)
}

//! The results of the permission check.

use model::Scopes;
use sync::{CheckOutcome, Preflight};
use ui::pages::preflight;

use crate::app::App;
use crate::integration_from_path::IntegrationFromPath;

/// The results of the last permission check; without one, the results from the granted scopes
/// alone.
pub(crate) fn preflight_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> preflight::PreflightStatus {
    match app.checks.last(from_path.integration.id) {
        Some(found) => checked(app, from_path, &found),
        None => unchecked(app, from_path),
    }
}

fn check(outcome: CheckOutcome) -> preflight::CheckResult {
    match outcome {
        CheckOutcome::Granted => preflight::CheckResult::Granted,
        CheckOutcome::Missing => preflight::CheckResult::Missing,
        CheckOutcome::Unknown => preflight::CheckResult::Unknown,
        CheckOutcome::NotOnPlan => preflight::CheckResult::NotOnPlan,
    }
}

/// The results of a check.
fn checked(
    app: &App,
    from_path: &IntegrationFromPath,
    found: &Preflight,
) -> preflight::PreflightStatus {
    let id = from_path.integration.id;
    preflight::PreflightStatus {
        integration: id,
        checking: app.checks.underway(id),
        checked_at: Some(found.checked_at),
        permissions: found
            .permissions
            .iter()
            .map(|row| preflight::PermissionRow {
                permission: row.permission,
                check: check(row.outcome),
                detail: row.detail.clone(),
            })
            .collect(),
        streams: found
            .streams
            .iter()
            .map(|row| preflight::StreamRow {
                stream: row.stream,
                // A request that the role forbids proves nothing about the scopes.
                check: match check(row.outcome) {
                    preflight::CheckResult::Missing
                        if row.missing_scopes.is_empty()
                            && !from_path.integration.grant.scopes.is_empty() =>
                    {
                        preflight::CheckResult::Granted
                    }
                    found => found,
                },
                missing: row.missing_scopes.clone(),
                detail: row.detail.clone(),
            })
            .collect(),
        granular: Scopes::are_granular(&from_path.integration.grant.scopes),
        extra_scopes: found.extra_scopes.clone(),
    }
}

/// The results from the granted scopes alone.
fn unchecked(app: &App, from_path: &IntegrationFromPath) -> preflight::PreflightStatus {
    let id = from_path.integration.id;
    let granted = &from_path.integration.grant.scopes;
    preflight::PreflightStatus {
        integration: id,
        checking: app.checks.underway(id),
        checked_at: None,
        permissions: from_path
            .application
            .permissions
            .iter()
            .map(|permission| preflight::PermissionRow {
                permission,
                check: preflight::CheckResult::Unchecked,
                detail: String::new(),
            })
            .collect(),
        streams: from_path
            .application
            .streams
            .iter()
            .map(|stream| {
                let missing: Vec<String> = stream
                    .scopes
                    .missing(granted)
                    .into_iter()
                    .map(str::to_owned)
                    .collect();
                preflight::StreamRow {
                    stream,
                    check: if missing.is_empty() {
                        preflight::CheckResult::Unchecked
                    } else {
                        preflight::CheckResult::Missing
                    },
                    detail: "By the list of granted scopes; not tried yet.".to_owned(),
                    missing,
                }
            })
            .collect(),
        granular: Scopes::are_granular(granted),
        extra_scopes: Vec::new(),
    }
}

//! The pages of one integration about the integration itself: overview, status with live progress,
//! runs, and actions.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use model::{ActivityState, GrantKind, IntegrationState, Permission, Plan, Scopes};
use store::IntegrationSettings;
use sync::CheckOutcome;

use super::api::{in_order, request_run};
use crate::access::Access;
use crate::app::{App, SharedApp};
use crate::failure::Failure;
use crate::flash::FlashMessage;
use crate::form::{FormBody, QueryString, redirect_to};
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::response::unprocessable;
use crate::routes::Routes;
use crate::web::integration_status::{count, held_on, progress, series, subject, subject_at_hand};
use crate::web::integrations::overview::{Lately, decisions};
use service::blocking::run_blocking;
use ui::pages::{disconnect, health, overview, preflight, runs};
use ui::parts::{Errors, Tab};

/// Days of the charts of the overview.
const CHART_DAYS: i32 = 90;
const RUNS: u32 = 20;

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    let manage = Access::Needs(Permission::ManageIntegrations);
    routes
        .page(Method::GET, "/i/{id}", view, show_overview)
        .page(Method::GET, "/i/{id}/integration", view, show_health)
        .page(Method::GET, "/i/{id}/runs", view, show_runs)
        .page(
            Method::POST,
            "/i/{id}/sync",
            Access::Needs(Permission::RunSync),
            sync_now,
        )
        .page(Method::POST, "/i/{id}/pause", manage, pause)
        .page(Method::POST, "/i/{id}/resume", manage, resume)
        .page(Method::POST, "/i/{id}/reauthorise", manage, reauthorise)
        .page(Method::POST, "/i/{id}/check", manage, check)
        .page(Method::POST, "/i/{id}/settings", manage, save_settings)
        .page(Method::GET, "/i/{id}/disconnect", manage, ask_disconnect)
        .page(Method::POST, "/i/{id}/disconnect", manage, disconnect_now)
}

async fn show_overview(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    mut page_context: PageContext,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let account_snapshot = app.context.accounts.of(&from_path.integration).await?;
    let snapshot = Arc::clone(&account_snapshot.snapshot);
    let subject = subject(&app, &from_path.integration, Some(&snapshot)).await?;
    let decisions = if snapshot.listed {
        let lately = Lately::read(&app, &account_snapshot).await?;
        let account_snapshot = Arc::clone(&account_snapshot);
        Some(run_blocking(move || Ok::<_, Failure>(decisions(&account_snapshot, &lately))).await?)
    } else {
        None
    };
    page_context.count_findings(&app);
    let days = app.context.inactive_days().await?;
    let summary = snapshot.summary(days);
    let state = |state: ActivityState| {
        snapshot.listed.then(|| {
            summary
                .by_state
                .iter()
                .find(|found| found.value == state.value())
                .map_or(0, |found| count(found.count))
        })
    };
    let today = app.context.clock.now().day();
    let points = snapshot.per_day(today.plus(1 - CHART_DAYS), today);
    let tallies = |key: &str, counts: &[insight::Count]| overview::Tallies {
        label: from_path
            .application
            .field_index(key)
            .map_or(key, |index| from_path.application.fields[index].label)
            .to_owned(),
        key: key.to_owned(),
        rows: counts
            .iter()
            .map(|found| overview::Tally {
                value: found.value.clone(),
                label: found.label.clone(),
                count: count(found.count),
            })
            .collect(),
    };
    let sign_ins = Tab::SignIns.href(id);
    let meetings = Tab::Meetings.href(id);
    let view = overview::OverviewPage {
        decisions,
        active: state(ActivityState::Active),
        inactive: state(ActivityState::Inactive),
        never: state(ActivityState::Never),
        unknown: state(ActivityState::Unknown),
        inactive_days: i32::from(days),
        statuses: tallies("user_status", &summary.by_status),
        types: tallies("user_type", &summary.by_type),
        sign_ins: series(
            "sign-ins-per-day",
            "People who signed in per day",
            ("person", "people"),
            points
                .iter()
                .map(|point| (point.day, point.people.map(i64::from))),
            today,
            |day| Some(format!("{sign_ins}?from={day}&to={day}&kind=in")),
        )
        .without_sum(),
        meetings: series(
            "meetings-per-day",
            "Meetings and webinars per day",
            ("meeting or webinar", "meetings and webinars"),
            points.iter().map(|point| (point.day, held_on(point))),
            today,
            |day| Some(format!("{meetings}?from={day}&to={day}")),
        ),
        progress: progress(&app, subject).await?,
    };
    Ok(html(overview::page(&page_context.shell, &view)))
}

async fn show_health(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    mut page_context: PageContext,
) -> Result<Response, Failure> {
    if page_context.done == Some(FlashMessage::AlreadyConnected)
        && let Some(flash) = &mut page_context.shell.flash
    {
        flash.text = format!(
            "This account was already connected as “{}”: its authorisation was replaced. No second \
             integration was made, and its name, settings and data are as before.",
            from_path.integration.name
        );
    }
    let welcome = match page_context.done {
        Some(FlashMessage::Connected) => Some(health::Welcome::Connected),
        Some(FlashMessage::Reauthorised | FlashMessage::AlreadyConnected) => {
            Some(health::Welcome::Again)
        }
        _ => None,
    };
    if from_path.integration.state == IntegrationState::Active {
        app.checks
            .ensure(&app.context.engine, from_path.integration.id);
    }
    let mut view = health_view(&app, &from_path).await?;
    view.welcome = welcome;
    Ok(html(health::page(&page_context.shell, &view)))
}

async fn health_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> Result<health::IntegrationPage, Failure> {
    let integration = &from_path.integration;
    let subject = subject_at_hand(app, integration).await?;
    let today = app.context.clock.now().day();
    let runs = app.context.store.runs(integration.id, 50, None).await?;
    let refused = runs
        .iter()
        .filter(|run| run.started_at.day() == today)
        .map(|run| run.totals.refused)
        .sum();
    let requests = app
        .context
        .store
        .daily_requests(integration.id, today)
        .await?;
    let quarantine = app.context.store.quarantine(integration.id).await?;
    Ok(health::IntegrationPage {
        progress: progress(app, subject).await?,
        preflight: preflight_view(app, from_path),
        grant: integration.grant.clone(),
        connected_at: integration.created_at,
        next_run_at: Some(integration.next_run_at)
            .filter(|_| integration.state == IntegrationState::Active),
        requests: requests
            .into_iter()
            .map(|(category, used)| health::RequestCount {
                label: label(&category),
                used,
                a_day: None,
                pace: format!("{} % of what the plan allows", integration.budget_percent),
            })
            .collect(),
        refused: Some(refused),
        plan: integration.plan,
        budget_percent: integration.budget_percent,
        interval_minutes: integration.interval_minutes,
        quarantine: quarantine
            .into_iter()
            .map(|found| {
                let stream = from_path
                    .application
                    .stream(&found.stream)
                    .map_or(found.stream.as_str(), |stream| stream.label);
                (format!("{stream}: {}", found.reason), found.count)
            })
            .collect(),
        welcome: None,
        errors: Errors::default(),
    })
}

/// A key as words: `resource_intensive` as "Resource intensive".
pub(crate) fn label(key: &str) -> String {
    let text = key.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The results of the last permission check; without one, the results from the granted scopes
/// alone.
pub(crate) fn preflight_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> preflight::PreflightStatus {
    let id = from_path.integration.id;
    let check = |outcome: CheckOutcome| match outcome {
        CheckOutcome::Granted => preflight::CheckResult::Granted,
        CheckOutcome::Missing => preflight::CheckResult::Missing,
        CheckOutcome::Unknown => preflight::CheckResult::Unknown,
        CheckOutcome::NotOnPlan => preflight::CheckResult::NotOnPlan,
    };
    if let Some(found) = app.checks.last(id) {
        return preflight::PreflightStatus {
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
        };
    }
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

async fn show_runs(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    QueryString(query): QueryString,
) -> Result<Response, Failure> {
    let before = query.number("before")?;
    let path = Tab::Runs.href(from_path.integration.id);
    let found = app
        .context
        .store
        .runs(from_path.integration.id, RUNS, before)
        .await?;
    let next = found
        .last()
        .filter(|last| last.run > 1)
        .map(|last| format!("{path}?before={}", last.run));
    let view = runs::RunsPage {
        subject: subject_at_hand(&app, &from_path.integration).await?,
        rows: found
            .into_iter()
            .map(|run| runs::RunRow {
                run: run.run,
                state: run.state,
                manual: run.trigger == "manual",
                reason: run.reason,
                started_at: run.started_at,
                ended_at: run.ended_at,
                requests: run.totals.requests,
                refused: run.totals.refused,
                received: run.totals.rows,
                changed: run.totals.changed,
                streams: in_order(from_path.application, run.streams),
            })
            .collect(),
        first: before.map(|_| path),
        next,
    };
    Ok(html(runs::page(&page_context.shell, &view)))
}

async fn sync_now(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    request_run(&app, &page_context.caller, &from_path.integration).await?;
    Ok(FlashMessage::SyncRequested.redirect_to(Tab::Integration.href(from_path.integration.id)))
}

async fn pause(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    change_state(
        &app,
        &page_context,
        &from_path,
        IntegrationState::Active,
        IntegrationState::Paused,
    )
    .await?;
    Ok(FlashMessage::Paused.redirect_to(Tab::Integration.href(from_path.integration.id)))
}

async fn resume(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    change_state(
        &app,
        &page_context,
        &from_path,
        IntegrationState::Paused,
        IntegrationState::Active,
    )
    .await?;
    app.context.engine.wake();
    Ok(FlashMessage::Resumed.redirect_to(Tab::Integration.href(from_path.integration.id)))
}

async fn change_state(
    app: &App,
    page_context: &PageContext,
    from_path: &IntegrationFromPath,
    from: IntegrationState,
    to: IntegrationState,
) -> Result<(), Failure> {
    let integration = &from_path.integration;
    if integration.state == to {
        return Ok(());
    }
    if integration.state != from {
        return Err(Failure::conflict(format!(
            "“{}” is {}.",
            integration.name,
            integration.state.value().replace('_', " ")
        ))
        .remedy("Open the integration to see the possible actions.")
        .action(
            "Open the integration",
            Tab::Integration.href(integration.id),
        ));
    }
    let reason = (to == IntegrationState::Paused)
        .then(|| format!("Paused by {}.", page_context.caller.member.name));
    app.context
        .store
        .set_integration_state(
            integration.id,
            to,
            reason.as_deref(),
            &page_context.caller.actor(),
            app.context.clock.now(),
        )
        .await?;
    Ok(())
}

async fn reauthorise(from_path: IntegrationFromPath) -> Response {
    let integration = &from_path.integration;
    let method = match integration.grant.kind {
        GrantKind::AuthorizationCode => "oauth",
        GrantKind::ServerToServer => "server-to-server",
    };
    // The account to sign in with at the application is shown first.
    redirect_to(format!(
        "/integrations/{}/add?method={method}&integration={}",
        from_path.application.key, integration.id
    ))
    .into_response()
}

async fn check(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    app.checks.make(&app.context.engine, id).await?;
    Ok(FlashMessage::Checked.redirect_to(format!("{}#preflight", Tab::Integration.href(id))))
}

async fn save_settings(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let mut errors = Errors::default();
    let name = form.text_or_empty("name");
    if name.is_empty() || name.chars().count() > 100 {
        errors.add("name", "Give a name of 1 to 100 characters.");
    }
    let plan = form.text("plan").and_then(Plan::from_value);
    if plan.is_none() {
        errors.add("plan", "Choose one of the plans.");
    }
    let mut within = |field: &str, least: i32, most: i32, unit: &str| {
        let number = form.number::<i32>(field).ok().flatten();
        let number = number.filter(|number| (least..=most).contains(number));
        if number.is_none() {
            errors.add(field, format!("Give {unit} from {least} to {most}."));
        }
        number.unwrap_or(least)
    };
    let budget_percent = within("budget_percent", 1, 100, "a percentage");
    let interval_minutes = within("interval_minutes", 5, 10_080, "a number of minutes");
    match plan {
        Some(plan) if errors.is_empty() => {
            let settings = IntegrationSettings {
                name,
                plan,
                budget_percent,
                interval_minutes,
            };
            app.context
                .store
                .update_integration(
                    from_path.integration.id,
                    settings,
                    &page_context.caller.actor(),
                    app.context.clock.now(),
                )
                .await?;
            Ok(FlashMessage::SettingsSaved
                .redirect_to(Tab::Integration.href(from_path.integration.id)))
        }
        _ => {
            let mut view = health_view(&app, &from_path).await?;
            view.errors = errors;
            Ok(unprocessable(health::page(&page_context.shell, &view)))
        }
    }
}

async fn disconnect_view(
    app: &App,
    from_path: &IntegrationFromPath,
) -> Result<disconnect::DisconnectPage, Failure> {
    Ok(disconnect::DisconnectPage {
        subject: subject_at_hand(app, &from_path.integration).await?,
        erase: false,
        errors: Errors::default(),
    })
}

async fn ask_disconnect(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
) -> Result<Response, Failure> {
    let view = disconnect_view(&app, &from_path).await?;
    Ok(html(disconnect::page(&page_context.shell, &view)))
}

async fn disconnect_now(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    form: FormBody,
) -> Result<Response, Failure> {
    let id = from_path.integration.id;
    let erase = match form.text("data") {
        Some("keep") => false,
        Some("erase") => true,
        _ => {
            let mut view = disconnect_view(&app, &from_path).await?;
            view.errors
                .add("data", "Choose whether to keep or to erase the data.");
            return Ok(unprocessable(disconnect::page(&page_context.shell, &view)));
        }
    };
    if erase && form.text("confirm") != Some(from_path.integration.name.trim()) {
        let mut view = disconnect_view(&app, &from_path).await?;
        view.erase = true;
        view.errors.add(
            "confirm",
            format!("Type “{}” to erase its data.", from_path.integration.name),
        );
        return Ok(unprocessable(disconnect::page(&page_context.shell, &view)));
    }
    app.context
        .engine
        .disconnect(id, erase, &page_context.caller.actor())
        .await?;
    app.checks.forget(id);
    if erase {
        app.context.rosters.forget(id);
        app.context.accounts.forget(id);
        return Ok(FlashMessage::Erased
            .redirect_to(format!("/integrations/{}", from_path.application.key)));
    }
    Ok(FlashMessage::Disconnected.redirect_to(Tab::Integration.href(id)))
}

//! The pages of one integration about the integration itself: overview and runs.

use std::sync::Arc;

use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use model::{ActivityState, Permission};
use service::blocking::run_blocking;
use service::parameters;
use ui::pages::{overview, runs};
use ui::parts::Tab;

use super::api::in_order;
use crate::access::Access;
use crate::app::SharedApp;
use crate::failure::Failure;
use crate::form::PageQuery;
use crate::integration_from_path::IntegrationFromPath;
use crate::page_context::PageContext;
use crate::response::html;
use crate::routes::Routes;
use crate::web::integration_status::{count, held_on, progress, series, subject, subject_at_hand};
use crate::web::integrations::overview::{Lately, decisions};

pub(crate) fn routes(routes: Routes) -> Routes {
    let view = Access::Needs(Permission::ViewData);
    routes
        .page(Method::GET, "/i/{id}", view, show_overview)
        .page(Method::GET, "/i/{id}/runs", view, show_runs)
}

/// Days of the charts of the overview.
const CHART_DAYS: i32 = 90;

const RUNS: u32 = 20;

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
    let counts = app.context.store.rejected_counts(id).await?;
    let view = overview::OverviewPage {
        rejected: counts.iter().map(|(_, records)| records).sum(),
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

/// A key as words: `resource_intensive` as "Resource intensive".
pub(crate) fn label(key: &str) -> String {
    let text = key.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

parameters! {
    /// The place in the list of runs, whose newest come first.
    struct Before {
        before: Option<i64>,
    }
}

async fn show_runs(
    State(app): State<SharedApp>,
    from_path: IntegrationFromPath,
    page_context: PageContext,
    PageQuery(Before { before }): PageQuery<Before>,
) -> Result<Response, Failure> {
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

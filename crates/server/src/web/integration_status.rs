//! The status of an integration, as the heads of its pages and the tables of its streams show it.

use insight::UsageDay;
use model::{Day, DayState, Integration, RunState, StreamOutcome, StreamState};

use crate::app::App;
use crate::failure::Failure;
use crate::web::integrations::api::in_order;
use service::roster::Snapshot;
use ui::pages::progress;
use ui::parts::chart::{Per, Point, Series};
use ui::parts::subject::{Stopped, Subject};

/// A speed is shown after this many milliseconds of a run.
const MEASURED_MS: i64 = 10_000;

/// The head of an integration's pages. The number of users comes from `snapshot`.
pub(crate) async fn subject(
    app: &App,
    integration: &Integration,
    snapshot: Option<&Snapshot>,
) -> Result<Subject, Failure> {
    let application = app
        .context
        .engine
        .application(&integration.application)
        .ok_or_else(|| Failure::not_found("integration"))?;
    let runs = app.context.store.runs(integration.id, 2, None).await?;
    let states = app.context.store.stream_states(integration.id).await?;
    let unread = application
        .streams
        .iter()
        .filter(|stream| !stream.optional)
        .filter(|stream| {
            let state = states.iter().find(|state| state.stream == stream.key);
            state.is_some_and(|state| {
                matches!(
                    state.outcome,
                    StreamOutcome::ScopeMissing
                        | StreamOutcome::PermissionMissing
                        | StreamOutcome::PlanTooLow
                        | StreamOutcome::NotOffered
                        | StreamOutcome::Failed
                )
            })
        })
        .map(|stream| stream.label)
        .collect();
    Ok(Subject {
        id: integration.id,
        application,
        name: integration.name.clone(),
        state: integration.state,
        state_reason: integration.state_reason.clone(),
        users: snapshot
            .filter(|snapshot| snapshot.listed)
            .map(|snapshot| count(snapshot.len())),
        running: runs
            .first()
            .is_some_and(|run| run.state == RunState::Running),
        last_run: runs
            .iter()
            .map(|run| run.state)
            .find(|state| *state != RunState::Running),
        unread,
        last_complete_at: integration.last_complete_at,
        history_since: snapshot.and_then(|snapshot| snapshot.history_since),
    })
}

/// The head of an integration's pages, with the users of the cached snapshot.
pub(crate) async fn subject_at_hand(
    app: &App,
    integration: &Integration,
) -> Result<Subject, Failure> {
    let snapshot = app.context.rosters.at_hand(integration).await;
    subject(app, integration, snapshot.as_deref()).await
}

/// The status of each stream, with the known days of those with a history.
pub(crate) async fn progress(
    app: &App,
    subject: Subject,
) -> Result<progress::SyncProgress, Failure> {
    let states = app.context.store.stream_states(subject.id).await?;
    let states = in_order(subject.application, states);
    let today = app.context.clock.now().day();
    let mut rows = Vec::new();
    for stream in subject.application.streams {
        let state = states.iter().find(|state| state.stream == stream.key);
        let since = state.and_then(|state| state.since);
        let days = match since {
            Some(since) if stream.history => days(app, &subject, stream.key, since, today).await?,
            _ => Vec::new(),
        };
        rows.push(progress::StreamProgress {
            stream,
            state: state.cloned(),
            days,
        });
    }
    let runs = app.context.store.runs(subject.id, 1, None).await?;
    let elapsed = runs
        .first()
        .map_or(0, |run| app.context.clock.now().since(run.started_at));
    let integration = app.context.store.integration(subject.id).await?;
    Ok(progress::SyncProgress {
        granted: integration.map_or_else(Vec::new, |integration| integration.grant.scopes),
        left: left(&states, elapsed),
        subject,
        rows,
    })
}

async fn days(
    app: &App,
    subject: &Subject,
    stream: &str,
    since: Day,
    today: Day,
) -> Result<Vec<Option<DayState>>, Failure> {
    let coverage = app.context.store.coverage(subject.id, stream).await?;
    Ok(since
        .to(today)
        .map(|day| coverage.days.get(&day).map(|known| known.state))
        .collect())
}

/// The estimated remaining time of the streams with a known number of rows, at the speed so far.
fn left(states: &[StreamState], elapsed_ms: i64) -> Option<String> {
    let counted = || {
        states
            .iter()
            .filter(|state| state.outcome == StreamOutcome::Running)
            .filter_map(|state| Some((state.rows, (state.expected? - state.rows).max(0))))
    };
    let done: i64 = counted().map(|(done, _)| done).sum();
    let rest: i64 = counted().map(|(_, rest)| rest).sum();
    if done == 0 || rest == 0 || elapsed_ms < MEASURED_MS {
        return None;
    }
    let minutes = elapsed_ms.saturating_mul(rest) / done / 60_000;
    Some(match minutes {
        0 => "less than a minute".to_owned(),
        1 => "about a minute".to_owned(),
        2..120 => format!("about {minutes} minutes"),
        _ => format!("about {} hours", minutes / 60),
    })
}

/// The reason why a stream can have no rows, if there is one.
pub(crate) async fn reason(
    app: &App,
    subject: &Subject,
    stream: &str,
) -> Result<Option<String>, Failure> {
    let states = app.context.store.stream_states(subject.id).await?;
    Ok(states
        .into_iter()
        .find(|state| state.stream == stream)
        .and_then(|state| state.reason))
}

/// Since when a stream is not refreshed and why, when the last run could not read it.
pub(crate) async fn stopped(
    app: &App,
    subject: &Subject,
    stream: &str,
) -> Result<Option<Stopped>, Failure> {
    let states = app.context.store.stream_states(subject.id).await?;
    let state = states.into_iter().find(|state| state.stream == stream);
    Ok(state.and_then(|state| {
        let why = match state.outcome {
            StreamOutcome::ScopeMissing => "A scope is missing.",
            StreamOutcome::PermissionMissing => "A role permission is missing.",
            StreamOutcome::PlanTooLow => "The account's plan does not have it.",
            StreamOutcome::NotOffered => "The application does not offer it to this account.",
            StreamOutcome::Failed => "It could not be read and will be tried again.",
            _ => return None,
        };
        Some(Stopped {
            read_at: state.complete_at,
            why: state.reason.unwrap_or_else(|| why.to_owned()),
        })
    }))
}

/// Meetings and webinars of a day; `None` when not known.
pub(crate) fn held_on(point: &UsageDay) -> Option<i64> {
    let counts = point.meetings.zip(point.webinars);
    counts.map(|(one, other)| i64::from(one) + i64::from(other))
}

/// A chart of one number per day.
pub(crate) fn series(
    id: &'static str,
    title: &str,
    (one, many): (&'static str, &'static str),
    points: impl Iterator<Item = (Day, Option<i64>)>,
    today: Day,
    href: impl Fn(Day) -> Option<String>,
) -> Series {
    Series {
        id,
        title: title.to_owned(),
        one,
        many,
        adds_up: true,
        per: Per::Day,
        mark: None,
        points: points
            .map(|(day, value)| Point {
                day,
                value,
                provisional: day >= today,
                href: value.filter(|value| *value > 0).and_then(|_| href(day)),
            })
            .collect(),
    }
}

/// A count in the type that pages use.
pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

//! One sync run: users first, because a page can be shown as soon as they are there, then all other
//! streams side by side. At the end it is decided when the next run is due.

use connector::{Error, ErrorKind, Reading, Shape};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, try_join_all};
use model::{Integration, IntegrationState, RunState, StreamOutcome, Timestamp};
use store::{Actor, Lease, RunTotals, SyncWrite};
use tokio_util::task::AbortOnDropHandle;

use crate::engine::Engine;
use crate::lease;
use crate::run::{Run, Stop};
use crate::streams::{self, Lanes};
use crate::turn::Turn;

/// Milliseconds until a run that failed is tried again; each further failure doubles it, up to the
/// interval of the integration.
const RETRY_MS: i64 = 5 * 60 * 1000;

/// Runs in a row that an application refused altogether, for one reason, until it is no longer asked.
const DENIED_RUNS: usize = 8;
const DENIED_RUNS_LIMIT: u32 = 9;
/// Milliseconds until a run that the database ended is tried again.
const STORE_RETRY_MS: i64 = 15 * 1000;

/// The end of a run, as it is stored.
struct RunEnd {
    state: RunState,
    reason: Option<String>,
    next_run_at: Timestamp,
    totals: RunTotals,
}

/// Runs under a lease until everything is read, stopped or failed, and gives the lease back.
pub(crate) async fn carry_out(
    engine: &Engine,
    lease: Lease,
    integration: &Integration,
    turn: Turn,
) -> RunState {
    let keep = lease::keep(engine.clone(), lease.clone(), turn.stop().clone());
    // Ended with the run, also by a panic: a lease that is renewed for a run that does not exist would
    // never expire.
    let heartbeat = AbortOnDropHandle::new(tokio::spawn(keep));
    let end = Box::pin(run_streams(engine, &lease, integration, &turn)).await;
    drop(heartbeat);
    let totals = end.totals;
    let finished = engine
        .store()
        .finish_run(
            &lease,
            end.state,
            end.reason.as_deref(),
            end.next_run_at,
            totals,
            engine.config().clock.now(),
        )
        .await;
    match finished {
        Ok(()) if matches!(end.state, RunState::Incomplete | RunState::Failed) => tracing::warn!(
            integration = %lease.integration,
            name = integration.name,
            run = lease.run,
            state = end.state.value(),
            reason = end.reason.as_deref().unwrap_or("no reason is known"),
            requests = totals.requests,
            "sync run ended"
        ),
        Ok(()) => tracing::info!(
            integration = %lease.integration,
            run = lease.run,
            state = end.state.value(),
            requests = totals.requests,
            rows = totals.rows,
            changed = totals.changed,
            "sync run ended"
        ),
        Err(store::Error::LeaseLost) => {
            tracing::info!(integration = %lease.integration, "another process has taken this sync over");
        }
        Err(error) => {
            tracing::warn!(integration = %lease.integration, %error, "the end of a sync run could not be stored");
        }
    }
    end.state
}

async fn run_streams(
    engine: &Engine,
    lease: &Lease,
    integration: &Integration,
    turn: &Turn,
) -> RunEnd {
    let config = engine.config();
    let began = config.clock.now();
    let not_begun = |reason: String| RunEnd {
        state: RunState::Failed,
        reason: Some(reason),
        next_run_at: began.plus_ms(RETRY_MS),
        totals: RunTotals::default(),
    };
    let account = match engine.account(integration).await {
        Ok(account) => account,
        Err(error) => return not_begun(error.to_string()),
    };
    let states = match engine.store().stream_states(integration.id).await {
        Ok(states) => states,
        Err(error) => return not_begun(error.to_string()),
    };
    let (connector, session) = (&*account.connector, &*account.session);
    let refused_before = session.refused();
    let run = Run::new(
        config,
        engine.store(),
        (connector, session),
        (lease, integration),
        &states,
        turn.stop().clone(),
    );
    let ended = Box::pin(read_all(&run)).await;
    let last_requests = run.requests_made();
    if !last_requests.is_empty()
        && let Err(error) = run
            .store
            .apply(lease, last_requests, config.clock.now())
            .await
    {
        tracing::debug!(%error, "the last requests were not counted");
    }
    let totals = run.totals(session.refused().saturating_sub(refused_before));
    let now = config.clock.now();
    let interval = i64::from(integration.interval_minutes.max(1)) * 60_000;
    let due = began.plus_ms(interval).max(now);
    let failed = failed_runs(engine, integration.id).await;
    let pause = RETRY_MS << failed.len().min(8);
    let retry_at = now.plus_ms(pause.min(interval.max(RETRY_MS)));
    let (state, reason, next_run_at) = match ended {
        Ok(problems) => {
            let doubts = run.doubts().await.unwrap_or_default();
            verdict(&problems, &doubts, due, retry_at, now)
        }
        Err(Stop::Problem(problem)) => {
            if problem.kind == ErrorKind::Denied && failed.len() + 1 >= DENIED_RUNS {
                stop_asking(engine, integration, &problem.message, &failed).await;
            }
            let next = problem.kind.resume_at().unwrap_or(retry_at);
            (RunState::Failed, Some(problem.message), next)
        }
        // The next run continues as soon as the database works again.
        Err(Stop::Store(error)) if error.storage_fault().is_some() => (
            RunState::Failed,
            Some(error.to_string()),
            now.plus_ms(STORE_RETRY_MS),
        ),
        Err(Stop::Store(error)) => (RunState::Failed, Some(error.to_string()), retry_at),
        Err(Stop::Cancelled) if turn.is_over() => (
            RunState::Postponed,
            Some("paused so that other accounts get their turn; it continues by itself".to_owned()),
            now,
        ),
        // Another process, or this one after its restart, continues at once.
        Err(Stop::Cancelled) => (
            RunState::Postponed,
            Some("stopped before the end".to_owned()),
            now,
        ),
    };
    RunEnd {
        state,
        reason,
        next_run_at,
        totals,
    }
}

/// Reads all streams and returns the problems that they met.
async fn read_all(run: &Run<'_>) -> Result<Vec<Error>, Stop> {
    let lanes = Lanes::new();
    let readings = run.connector.readings();
    let doubted = streams::doubted_days(run).await?;
    let mut problems = Vec::new();
    for reading in readings.iter().filter(|it| is_users(it)) {
        problems.extend(read_stream(run, reading, &lanes).await?);
    }
    // The first useful page is there now. The others are read side by side, each kind of request at
    // its own rate.
    let small = async {
        let mut problems = Vec::new();
        // Users whose details are due are known from the store, also when the list of users failed.
        for reading in readings.iter().filter(|it| is_small(it)) {
            problems.extend(read_stream(run, reading, &lanes).await?);
        }
        if run.config.only.is_none() {
            streams::read_delegates(run).await?;
        }
        Ok(problems)
    };
    let mut beside: Vec<BoxFuture<'_, Result<Vec<Error>, Stop>>> = vec![small.boxed()];
    for reading in readings.iter().filter(|it| !is_users(it) && !is_small(it)) {
        let read = async {
            let problem = read_stream(run, reading, &lanes).await?;
            Ok(problem.into_iter().collect())
        };
        beside.push(read.boxed());
    }
    problems.extend(try_join_all(beside).await?.into_iter().flatten());
    problems.extend(read_details_that_became_due(run, readings, &lanes).await?);
    if run.config.only.is_none() {
        streams::check_plausibility(run, &doubted).await?;
    }
    Ok(problems)
}

/// Reads the details of users that the log of administrators' actions named after the details were read.
async fn read_details_that_became_due(
    run: &Run<'_>,
    readings: &[Reading],
    lanes: &Lanes,
) -> Result<Option<Error>, Stop> {
    let details = readings
        .iter()
        .find(|it| matches!(it.shape, Shape::UserDetails));
    let Some(reading) = details else {
        return Ok(None);
    };
    let complete = run.update(reading.stream, |_| ()).outcome == StreamOutcome::Complete;
    let now = run.config.clock.now();
    if !complete || run.store.details_due_count(run.integration.id, now).await? == 0 {
        return Ok(None);
    }
    read_stream(run, reading, lanes).await
}

fn is_users(reading: &Reading) -> bool {
    matches!(reading.shape, Shape::Users { .. })
}

fn is_small(reading: &Reading) -> bool {
    matches!(
        reading.shape,
        Shape::Groups | Shape::Snapshot | Shape::UserDetails
    )
}

/// Reads one stream and stores its outcome. Returns the problem that it met, unless that ends the run.
async fn read_stream(
    run: &Run<'_>,
    reading: &Reading,
    lanes: &Lanes,
) -> Result<Option<Error>, Stop> {
    let key = reading.stream;
    if let Some(only) = &run.config.only
        && !only.iter().any(|wanted| wanted == key)
    {
        return Ok(None);
    }
    let begun = run.update(key, |state| {
        state.outcome = StreamOutcome::Running;
        state.reason = None;
    });
    run.store
        .apply(
            run.lease,
            vec![SyncWrite::Stream(begun)],
            run.config.clock.now(),
        )
        .await?;
    let problem = match streams::read(run, reading, lanes).await {
        Ok(()) => None,
        Err(Stop::Problem(problem)) => Some(problem),
        Err(other) => return Err(other),
    };
    let now = run.config.clock.now();
    let state = run.update(key, |state| match &problem {
        None => {
            state.outcome = StreamOutcome::Complete;
            state.complete_at = Some(now);
        }
        Some(problem) => {
            let outcome = problem.kind.outcome();
            tracing::info!(stream = key, outcome = outcome.value(), reason = %problem, "stream not read to the end");
            state.outcome = outcome;
            state.reason = Some(problem.message.clone());
        }
    });
    let mut writes = vec![SyncWrite::Stream(state)];
    writes.extend(run.requests_made());
    run.store.apply(run.lease, writes, now).await?;
    match problem {
        Some(problem) if problem.kind.ends_run() => Err(Stop::Problem(problem)),
        other => Ok(other),
    }
}

/// The reasons of the runs that failed in a row before this one, the latest first.
async fn failed_runs(engine: &Engine, id: model::IntegrationId) -> Vec<Option<String>> {
    let runs = engine.store().runs(id, DENIED_RUNS_LIMIT, None).await;
    runs.unwrap_or_default()
        .into_iter()
        .filter(|run| run.state != RunState::Running)
        .take_while(|run| run.state == RunState::Failed)
        .map(|run| run.reason)
        .collect()
}

/// Ends the schedule of an integration whose application has refused everything for the same reason
/// again and again: only a person can change that, and endless requests could be taken for an attack.
async fn stop_asking(
    engine: &Engine,
    integration: &Integration,
    reason: &str,
    failed: &[Option<String>],
) {
    if failed
        .iter()
        .any(|before| before.as_deref() != Some(reason))
    {
        return;
    }
    let stopped = engine
        .store()
        .set_integration_state(
            integration.id,
            IntegrationState::ReconnectNeeded,
            Some(reason),
            &Actor::System,
            engine.config().clock.now(),
        )
        .await;
    match stopped {
        Ok(()) => tracing::warn!(
            integration = %integration.id,
            name = integration.name,
            reason,
            "no longer synchronised, because every request is refused"
        ),
        Err(error) => {
            tracing::warn!(integration = %integration.id, %error, "its state could not be stored");
        }
    }
}

fn verdict(
    problems: &[Error],
    doubts: &[String],
    due: Timestamp,
    retry_at: Timestamp,
    now: Timestamp,
) -> (RunState, Option<String>, Timestamp) {
    let resume_at = problems.iter().filter_map(|it| it.kind.resume_at()).min();
    if let Some(resume_at) = resume_at {
        let reason = problems
            .iter()
            .find(|problem| problem.kind.resume_at().is_some())
            .map(|problem| problem.message.clone());
        return (RunState::Postponed, reason, resume_at.max(now));
    }
    match problems.iter().find(|problem| !problem.kind.is_refusal()) {
        Some(problem) => (RunState::Failed, Some(problem.message.clone()), retry_at),
        None if !doubts.is_empty() => (RunState::Incomplete, Some(doubts.join(" ")), due),
        None => (RunState::Complete, None, due),
    }
}

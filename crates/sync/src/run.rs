//! One sync run: who is there first, then what they may do and what they did, side by side. Each
//! page's rows go into the store together with what they mean for progress and coverage, and
//! under the lease's fence; so a run may end anywhere and the next one goes on from there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use model::{Integration, RunState, Stream, StreamOutcome, StreamState, Timestamp};
use store::{Lease, RunTotals, SyncWrite};
use tokio_util::sync::CancellationToken;
use zoom::Client;
use zoom::pacer::{Limits, Pacer};

use crate::config::Config;
use crate::engine::{Engine, LEASE_MS};
use crate::streams;
use crate::zoom::ZOOM;
use crate::zoom::problem::{Problem, problem};

/// How soon a run that failed is tried again; each further failure doubles it, up to the interval.
const RETRY_MS: i64 = 5 * 60 * 1000;

/// Why a stream stopped before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Zoom would not or could not.
    Problem(Problem),
    /// The database would not: nothing more can be kept.
    Store(store::Error),
    /// Somebody asked the run to stop, or the lease is lost.
    Cancelled,
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// What the streams of a run share.
pub(crate) struct Run<'a> {
    pub(crate) config: &'a Config,
    pub(crate) store: &'a store::Store,
    pub(crate) client: Client,
    pub(crate) integration: &'a Integration,
    pub(crate) lease: &'a Lease,
    pub(crate) stop: CancellationToken,
    /// When the run began: what "today" is does not change under it.
    pub(crate) began: Timestamp,
    pacer: &'a Pacer,
    limits: &'a Limits,
    states: Mutex<BTreeMap<&'static str, StreamState>>,
    rows: AtomicI64,
    changed: AtomicI64,
    requests: AtomicI64,
}

impl Run<'_> {
    /// Stores a page and its progress in one transaction. Returns how many rows it changed.
    pub(crate) async fn apply(
        &self,
        stream: &'static str,
        rows: usize,
        mut writes: Vec<SyncWrite>,
    ) -> Result<u64, Stop> {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        self.rows.fetch_add(rows, Ordering::Relaxed);
        let state = self.update(stream, |state| state.rows += rows);
        writes.push(SyncWrite::Stream(state));
        writes.extend(self.requests_made());
        let applied = self
            .store
            .apply(self.lease, writes, self.config.clock.now())
            .await?;
        store::crash::point("page stored");
        self.changed.fetch_add(
            i64::try_from(applied.changed).unwrap_or(0),
            Ordering::Relaxed,
        );
        Ok(applied.changed)
    }

    /// Requests since the last time, so that the day's use survives a restart.
    fn requests_made(&self) -> Vec<SyncWrite> {
        let day = self.config.clock.now().day();
        let mut writes = Vec::new();
        for (category, count) in self.pacer.take_counts() {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.requests.fetch_add(count, Ordering::Relaxed);
            writes.push(SyncWrite::Requests {
                category: category.as_str(),
                day,
                count,
            });
        }
        writes
    }

    /// Changes what is shown of a stream and returns it.
    pub(crate) fn update(
        &self,
        stream: &'static str,
        change: impl FnOnce(&mut StreamState),
    ) -> StreamState {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry(stream).or_insert_with(|| waiting(stream));
        change(state);
        state.clone()
    }

    /// How many users the list told of; a middling number when it told nothing.
    pub(crate) fn users_told(&self) -> u64 {
        let told = self
            .update(crate::zoom::application::stream::USERS, |_| ())
            .expected;
        told.and_then(|told| u64::try_from(told).ok())
            .unwrap_or(10_000)
    }

    /// Requests of the medium category that the pacer allows a second.
    pub(crate) fn medium_per_second(&self) -> f64 {
        self.limits
            .rate(zoom::pacer::Category::Medium)
            .map_or(f64::INFINITY, |rate| 1.0 / rate.interval.as_secs_f64())
    }

    /// Makes one request of a stream: counts it, stops when the run is to stop, and says what an
    /// error means.
    pub(crate) async fn ask<T>(
        &self,
        stream: &'static Stream,
        request: impl Future<Output = Result<T, zoom::Error>>,
    ) -> Result<Result<T, zoom::Error>, Stop> {
        if self.stop.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        self.update(stream.key, |state| state.requests += 1);
        let answer = tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(Stop::Cancelled),
            answer = request => answer,
        };
        store::crash::point("answer received");
        Ok(answer)
    }

    /// As [`ask`](Self::ask), for requests of which every error ends the stream.
    pub(crate) async fn need<T>(
        &self,
        stream: &'static Stream,
        request: impl Future<Output = Result<T, zoom::Error>>,
    ) -> Result<T, Stop> {
        self.ask(stream, request)
            .await?
            .map_err(|error| Stop::Problem(problem(stream, &error)))
    }

    /// Reads one stream and stores what came of it.
    async fn stream(
        &self,
        key: &'static str,
        read: BoxFuture<'_, Result<(), Stop>>,
    ) -> Result<Option<Problem>, Stop> {
        if self
            .config
            .only
            .as_ref()
            .is_some_and(|only| !only.iter().any(|wanted| wanted == key))
        {
            return Ok(None);
        }
        let begun = self.update(key, |state| {
            state.outcome = StreamOutcome::Running;
            state.reason = None;
        });
        self.store
            .apply(
                self.lease,
                vec![SyncWrite::Stream(begun)],
                self.config.clock.now(),
            )
            .await?;
        let problem = match read.await {
            Ok(()) => None,
            Err(Stop::Problem(problem)) => Some(problem),
            Err(other) => return Err(other),
        };
        let now = self.config.clock.now();
        let state = self.update(key, |state| match &problem {
            None => {
                state.outcome = StreamOutcome::Complete;
                state.complete_at = Some(now);
            }
            Some(problem) => {
                tracing::info!(stream = key, outcome = problem.outcome.value(), reason = %problem.reason, "stream not read to the end");
                state.outcome = problem.outcome;
                state.reason = Some(problem.reason.clone());
            }
        });
        let mut writes = vec![SyncWrite::Stream(state)];
        writes.extend(self.requests_made());
        self.store.apply(self.lease, writes, now).await?;
        match problem {
            Some(problem) if problem.ends_run => Err(Stop::Problem(problem)),
            other => Ok(other),
        }
    }

    async fn streams(&self) -> Result<Vec<Problem>, Stop> {
        use crate::zoom::application::stream as key;
        let users = self
            .stream(key::USERS, streams::users::read(self).boxed())
            .await?;
        let mut problems: Vec<Problem> = users.into_iter().collect();
        // The first useful page is there now. What follows runs side by side, each kind of request at
        // its own rate.
        let small = async {
            let groups = self
                .stream(key::GROUPS, streams::groups::read(self).boxed())
                .await?;
            let account = self
                .stream(
                    key::ACCOUNT_SETTINGS,
                    streams::account::read_settings(self).boxed(),
                )
                .await?;
            let plan = self
                .stream(key::PLAN_USAGE, streams::account::read_plan(self).boxed())
                .await?;
            // Whose settings are due is known from the store, also when the list could not be read.
            let settings = self
                .stream(key::USER_SETTINGS, streams::settings::read(self).boxed())
                .await?;
            if self.config.only.is_none() {
                streams::delegations::read(self).await?;
            }
            Ok([groups, account, plan, settings])
        };
        let lanes = streams::history::Lanes::new();
        let (small, meetings, sign_ins, operations, hosts, daily, upcoming) = tokio::try_join!(
            small,
            self.stream(
                key::MEETINGS,
                streams::history::read_meetings(self, &lanes).boxed()
            ),
            self.stream(
                key::SIGN_INS,
                streams::history::read_sign_ins(self, &lanes).boxed()
            ),
            self.stream(
                key::OPERATION_LOGS,
                streams::history::read_operations(self, &lanes).boxed()
            ),
            self.stream(
                key::HOST_REPORTS,
                streams::reports::read_hosts(self, &lanes).boxed()
            ),
            self.stream(key::DAILY_USAGE, streams::reports::read_daily(self).boxed()),
            self.stream(key::UPCOMING_EVENTS, streams::upcoming::read(self).boxed()),
        )?;
        problems.extend(small.into_iter().flatten());
        problems.extend(
            [meetings, sign_ins, operations, hosts, daily, upcoming]
                .into_iter()
                .flatten(),
        );
        Ok(problems)
    }
}

fn waiting(stream: &str) -> StreamState {
    StreamState {
        stream: stream.to_owned(),
        outcome: StreamOutcome::Waiting,
        reason: None,
        rows: 0,
        expected: None,
        requests: 0,
        complete_at: None,
        since: None,
    }
}

/// Runs under a lease until everything is read, stopped or failed, and gives the lease back.
pub(crate) async fn carry_out(
    engine: &Engine,
    lease: Lease,
    integration: &Integration,
    stop: CancellationToken,
) -> RunState {
    let stop = stop.child_token();
    let heartbeat = tokio::spawn(keep_lease(engine.clone(), lease.clone(), stop.clone()));
    let outcome = Box::pin(streams_of(engine, &lease, integration, &stop)).await;
    heartbeat.abort();
    let (state, reason, next_run_at, totals) = outcome;
    let now = engine.config().clock.now();
    let finished = engine
        .store()
        .finish_run(&lease, state, reason.as_deref(), next_run_at, totals, now)
        .await;
    match finished {
        Ok(()) => tracing::info!(
            integration = %lease.integration,
            run = lease.run,
            state = state.value(),
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
    state
}

type Outcome = (RunState, Option<String>, Timestamp, RunTotals);

async fn streams_of(
    engine: &Engine,
    lease: &Lease,
    integration: &Integration,
    stop: &CancellationToken,
) -> Outcome {
    let config = engine.config();
    let began = config.clock.now();
    let interval = i64::from(integration.interval_minutes.max(1)) * 60_000;
    let none = RunTotals::default();
    let account = match engine.account(integration).await {
        Ok(account) => account,
        Err(error) => {
            return (
                RunState::Failed,
                Some(error.to_string()),
                began.plus_ms(RETRY_MS),
                none,
            );
        }
    };
    let states = match engine.store().stream_states(integration.id).await {
        Ok(states) => states,
        Err(error) => {
            return (
                RunState::Failed,
                Some(error.to_string()),
                began.plus_ms(RETRY_MS),
                none,
            );
        }
    };
    let refused_before = refused(&account.pacer);
    let run = Run {
        config,
        store: engine.store(),
        client: account.client.clone(),
        integration,
        lease,
        stop: stop.clone(),
        began,
        pacer: &account.pacer,
        limits: &account.limits,
        states: Mutex::new(starting_states(&states)),
        rows: AtomicI64::new(0),
        changed: AtomicI64::new(0),
        requests: AtomicI64::new(0),
    };
    let ended = Box::pin(run.streams()).await;
    let last_requests = run.requests_made();
    if !last_requests.is_empty()
        && let Err(error) = run
            .store
            .apply(lease, last_requests, config.clock.now())
            .await
    {
        tracing::debug!(%error, "the last requests were not counted");
    }
    let totals = RunTotals {
        requests: run.requests.load(Ordering::Relaxed),
        refused: refused(&account.pacer).saturating_sub(refused_before),
        rows: run.rows.load(Ordering::Relaxed),
        changed: run.changed.load(Ordering::Relaxed),
    };
    let now = config.clock.now();
    let due = began.plus_ms(interval).max(now);
    let retry_at = now.plus_ms(
        retry_ms(engine, integration.id)
            .await
            .min(interval.max(RETRY_MS)),
    );
    let (state, reason, next) = match ended {
        Ok(problems) => verdict(&problems, due, retry_at, now),
        Err(Stop::Problem(problem)) => {
            let next = problem.resume_at.unwrap_or(retry_at);
            (RunState::Failed, Some(problem.reason), next)
        }
        Err(Stop::Store(error)) => (RunState::Failed, Some(error.to_string()), retry_at),
        // Another process, or this one after its restart, goes on at once.
        Err(Stop::Cancelled) => (
            RunState::Postponed,
            Some("stopped before the end".to_owned()),
            now,
        ),
    };
    (state, reason, next, totals)
}

/// Milliseconds until a failed run is tried again, after so many failures in a row.
async fn retry_ms(engine: &Engine, id: model::IntegrationId) -> i64 {
    let runs = engine.store().runs(id, 8, None).await.unwrap_or_default();
    let failures = runs
        .iter()
        .filter(|run| run.state != RunState::Running)
        .take_while(|run| run.state == RunState::Failed)
        .count();
    RETRY_MS << failures.min(8)
}

fn verdict(
    problems: &[Problem],
    due: Timestamp,
    retry_at: Timestamp,
    now: Timestamp,
) -> (RunState, Option<String>, Timestamp) {
    if let Some(resume_at) = problems
        .iter()
        .filter_map(|problem| problem.resume_at)
        .min()
    {
        let reason = problems
            .iter()
            .find(|p| p.resume_at.is_some())
            .map(|p| p.reason.clone());
        return (RunState::Postponed, reason, resume_at.max(now));
    }
    match problems.iter().find(|problem| !problem.is_refusal()) {
        Some(problem) => (RunState::Failed, Some(problem.reason.clone()), retry_at),
        None => (RunState::Complete, None, due),
    }
}

/// Keeps when each stream was last complete; everything else starts anew.
fn starting_states(before: &[StreamState]) -> BTreeMap<&'static str, StreamState> {
    ZOOM.streams
        .iter()
        .map(|stream| {
            let old = before.iter().find(|state| state.stream == stream.key);
            let complete_at = old.and_then(|old| old.complete_at);
            let since = old.and_then(|old| old.since);
            (
                stream.key,
                StreamState {
                    complete_at,
                    since,
                    ..waiting(stream.key)
                },
            )
        })
        .collect()
}

fn refused(pacer: &Pacer) -> i64 {
    let sum: u64 = pacer.counts().iter().map(|count| count.refused).sum();
    i64::try_from(sum).unwrap_or(i64::MAX)
}

/// Renews the lease while the run goes on; stops the run when the lease is lost or somebody paused
/// or disconnected the integration.
async fn keep_lease(engine: Engine, lease: Lease, stop: CancellationToken) {
    let every = Duration::from_millis(u64::try_from(LEASE_MS / 6).unwrap_or(10_000));
    loop {
        tokio::time::sleep(every).await;
        match engine.store().renew(&lease, LEASE_MS).await {
            Ok(renewed) if renewed.cancel => stop.cancel(),
            Ok(_) => {}
            Err(store::Error::LeaseLost) => stop.cancel(),
            Err(error) => tracing::warn!(%error, "the lease could not be renewed"),
        }
    }
}

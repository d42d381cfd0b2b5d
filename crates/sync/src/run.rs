//! The state that the streams of one sync run share. Each page's rows go into the store together with
//! their progress and coverage, in one transaction and under the lease's fence, so that a run may end
//! anywhere and the next one continues from there.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use connector::{Connector, Error, Page, PageRequest, Session, Shape};
use model::{Integration, StreamOutcome, StreamState, Timestamp, streams};
use store::{Lease, RunTotals, StoredRejection, SyncWrite};
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// Users to assume when the list of users states no total.
const USUAL_USERS: u64 = 10_000;

/// Why a stream stopped before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The application refused or failed.
    Problem(Error),
    /// The database failed: nothing more can be stored.
    Store(store::Error),
    /// The run was asked to stop, or the lease is lost.
    Cancelled,
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// The state that the streams of a run share.
pub(crate) struct Run<'a> {
    pub(crate) config: &'a Config,
    pub(crate) store: &'a store::Store,
    pub(crate) connector: &'a dyn Connector,
    pub(crate) session: &'a dyn Session,
    pub(crate) integration: &'a Integration,
    pub(crate) lease: &'a Lease,
    pub(crate) stop: CancellationToken,
    /// When the run began. "Today" is the day of this moment during the whole run.
    pub(crate) began: Timestamp,
    states: Mutex<BTreeMap<&'static str, StreamState>>,
    rows: AtomicI64,
    changed: AtomicI64,
    requests: AtomicI64,
    doubts: Mutex<Vec<String>>,
}

impl<'a> Run<'a> {
    /// A run that begins now. `before` are the states that the last run left.
    pub(crate) fn new(
        config: &'a Config,
        store: &'a store::Store,
        (connector, session): (&'a dyn Connector, &'a dyn Session),
        (lease, integration): (&'a Lease, &'a Integration),
        before: &[StreamState],
        stop: CancellationToken,
    ) -> Self {
        Self {
            config,
            store,
            connector,
            session,
            integration,
            lease,
            stop,
            began: config.clock.now(),
            states: Mutex::new(starting_states(connector, before)),
            rows: AtomicI64::new(0),
            changed: AtomicI64::new(0),
            requests: AtomicI64::new(0),
            doubts: Mutex::default(),
        }
    }

    /// Records a sentence about data that were read and cannot be trusted completely.
    pub(crate) fn doubt(&self, text: &str) {
        let mut doubts = self.doubts.lock().unwrap_or_else(PoisonError::into_inner);
        doubts.push(text.to_owned());
    }

    /// The sentences about data of this run that cannot be trusted completely, and one about records that
    /// could not be understood, also those of earlier runs that were not repaired since.
    pub(crate) async fn doubts(&self) -> Result<Vec<String>, store::Error> {
        let doubts = self.doubts.lock();
        let mut doubts = doubts.unwrap_or_else(PoisonError::into_inner).clone();
        let mut counts: BTreeMap<String, i64> = BTreeMap::new();
        for rejected in self.store.rejected(self.integration.id).await? {
            if self.can_be_repaired(&rejected) {
                *counts.entry(rejected.stream).or_default() += rejected.records;
            }
        }
        if !counts.is_empty() {
            let application = self.connector.application();
            let parts = counts.iter().map(|(stream, records)| {
                let label = application
                    .stream(stream)
                    .map_or(stream.as_str(), |it| it.label);
                format!("{label}: {records}")
            });
            let parts: Vec<String> = parts.collect();
            doubts.push(format!(
                "Not all records could be understood ({}). Nothing is concluded from what they may \
                 have said.",
                parts.join(", ")
            ));
        }
        Ok(doubts)
    }

    /// Whether the application still gives out the days of these records. Older ones stay listed and their
    /// days unknown, but no run is incomplete because of them: it would stay so for ever.
    fn can_be_repaired(&self, rejected: &StoredRejection) -> bool {
        let mut readings = self.connector.readings().iter();
        let reading = readings.find(|reading| reading.stream == rejected.stream);
        match (reading.map(|reading| &reading.shape), rejected.to) {
            (Some(Shape::History(history)), Some(to)) => {
                to >= self.began.day().plus(-history.look_back_days)
            }
            _ => true,
        }
    }

    /// Name of the application, for messages.
    pub(crate) fn application_name(&self) -> &'static str {
        self.connector.application().name
    }

    /// Stores a page and its progress in one transaction.
    pub(crate) async fn apply(
        &self,
        stream: &'static str,
        rows: usize,
        mut writes: Vec<SyncWrite>,
    ) -> Result<(), Stop> {
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
        Ok(())
    }

    /// Requests since the last call, stored so that the use of the day survives a restart.
    pub(crate) fn requests_made(&self) -> Vec<SyncWrite> {
        let day = self.config.clock.now().day();
        let mut writes = Vec::new();
        for (category, count) in self.session.take_requests() {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            self.requests.fetch_add(count, Ordering::Relaxed);
            writes.push(SyncWrite::Requests {
                category,
                day,
                count,
            });
        }
        writes
    }

    /// Changes the state of a stream and returns it.
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

    /// Number of users that the list of users states, or a usual one when it states none.
    pub(crate) fn reported_users(&self) -> u64 {
        let expected = self.update(streams::USERS, |_| ()).expected;
        expected
            .and_then(|total| u64::try_from(total).ok())
            .unwrap_or(USUAL_USERS)
    }

    /// Makes one request of a stream: counts it, and stops when the run is to stop.
    pub(crate) async fn ask<T>(
        &self,
        stream: &'static str,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<Result<T, Error>, Stop> {
        if self.stop.is_cancelled() {
            return Err(Stop::Cancelled);
        }
        self.update(stream, |state| state.requests += 1);
        let answer = tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(Stop::Cancelled),
            answer = request => answer,
        };
        store::crash::point("answer received");
        Ok(answer)
    }

    /// Asks for one page of a stream.
    pub(crate) async fn page(
        &self,
        request: &PageRequest<'_>,
    ) -> Result<Result<Page, Error>, Stop> {
        let page = self.ask(request.stream, self.session.page(request)).await?;
        if let Ok(page) = &page {
            self.update(request.stream, |state| state.requests += page.requests - 1);
        }
        Ok(page)
    }

    /// Totals of the run so far. `refused` counts the requests that were one too many.
    pub(crate) fn totals(&self, refused: u64) -> RunTotals {
        RunTotals {
            requests: self.requests.load(Ordering::Relaxed),
            refused: i64::try_from(refused).unwrap_or(i64::MAX),
            rows: self.rows.load(Ordering::Relaxed),
            changed: self.changed.load(Ordering::Relaxed),
        }
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

/// Keeps when each stream was last complete; all else begins again.
fn starting_states(
    connector: &dyn Connector,
    before: &[StreamState],
) -> BTreeMap<&'static str, StreamState> {
    connector
        .application()
        .streams
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

//! History that comes in rows: meetings and webinars held, sign-ins, operation logs. Windows of days
//! are read newest first and, after the first one has shown that Zoom gives the stream at all,
//! several side by side: a listing is a chain of pages, and only several chains can use the
//! permitted rate when every answer takes its time.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{Day, DayState, Stream};
use store::SyncWrite;
use tokio::sync::Semaphore;
use zoom::types::{ActivityLog, HistoryMeeting, OperationLog};
use zoom::{Client, Page, PageToken};

use super::pager::{Pager, Turn};
use super::{declared, quarantine};
use crate::plan::{self, Window};
use crate::run::{Run, Stop};
use crate::zoom::application::stream::{MEETINGS, OPERATION_LOGS, SIGN_INS};
use crate::zoom::map;

/// Rows a page: the most that Zoom is known to accept for reports.
pub(crate) const PAGE_SIZE: u32 = 300;
/// Chains of pages under way at the same time in one run.
const CHAINS: usize = 12;

/// Shared by the streams of a run, so that together they have so many chains under way, in the order
/// in which they asked.
pub(crate) struct Lanes(Semaphore);

impl Lanes {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(CHAINS))
    }
}

/// Days before and after the window are asked for as well where Zoom may count days in the account's
/// time zone. The newest edge needs it: the older ones are covered by their neighbours.
fn asked(window: Window, today: Day) -> (String, String) {
    let to = if window.to == today {
        today.plus(1)
    } else {
        window.to
    };
    (window.from.to_string(), to.to_string())
}

/// One kind of row that is read in windows of days.
pub(crate) trait Report: Sync {
    /// Zoom's record.
    type Item: Send + Sync;
    /// What one listing remembers from page to page.
    type Memory: Default + Send;

    /// Key of the stream.
    const STREAM: &'static str;

    /// Asks for a page.
    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        from: &'a str,
        to: &'a str,
        next: Option<&'a PageToken>,
    ) -> BoxFuture<'a, Result<Page<Self::Item>, zoom::Error>>;

    /// What a page comes to.
    fn rows(&self, window: Window, items: &[Self::Item], memory: &mut Self::Memory) -> Rows;

    /// Whether the end of this listing makes the window's days known.
    fn completes(&self) -> bool {
        true
    }
}

/// What a page comes to.
pub(crate) struct Rows {
    /// Equal pages have equal ones.
    pub(crate) fingerprint: u64,
    /// How many rows there are.
    pub(crate) count: usize,
    /// The rows.
    pub(crate) writes: Vec<SyncWrite>,
}

/// Carries out the reading of windows: the newest alone first, then several side by side.
pub(crate) async fn windows(
    run: &Run<'_>,
    stream: &'static Stream,
    due: Vec<(Window, BoxFuture<'_, Result<(), Stop>>)>,
    lanes: &Lanes,
) -> Result<(), Stop> {
    let oldest = due.iter().map(|(window, _)| window.from).min();
    run.update(stream.key, |state| {
        state.since = state.since.into_iter().chain(oldest).min();
    });
    let mut reads = due.into_iter().map(|(_, read)| {
        async move {
            // The semaphore is never closed, so a permit always comes.
            let _permit = lanes.0.acquire().await.ok();
            read.await
        }
        .boxed()
    });
    if let Some(first) = reads.next() {
        first.await?;
    }
    let rest: Vec<_> = reads.collect();
    stream::iter(rest)
        .buffer_unordered(CHAINS)
        .try_collect()
        .await
}

pub(crate) async fn read_meetings(run: &Run<'_>, lanes: &Lanes) -> Result<(), Stop> {
    read_log(run, &Meetings, lanes).await
}

pub(crate) async fn read_sign_ins(run: &Run<'_>, lanes: &Lanes) -> Result<(), Stop> {
    read_log(run, &SignIns, lanes).await
}

pub(crate) async fn read_operations(run: &Run<'_>, lanes: &Lanes) -> Result<(), Stop> {
    read_log(run, &Operations, lanes).await
}

struct Meetings;

impl Report for Meetings {
    type Item = HistoryMeeting;
    type Memory = ();
    const STREAM: &'static str = MEETINGS;

    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        from: &'a str,
        to: &'a str,
        next: Option<&'a PageToken>,
    ) -> BoxFuture<'a, Result<Page<HistoryMeeting>, zoom::Error>> {
        client
            .report_history_meetings(from, to, PAGE_SIZE, next)
            .boxed()
    }

    fn rows(&self, _: Window, items: &[HistoryMeeting], (): &mut ()) -> Rows {
        let events: Vec<_> = items.iter().filter_map(map::hosted).collect();
        Rows {
            fingerprint: hash(&events.iter().map(|event| &event.id).collect::<Vec<_>>()),
            count: events.len(),
            writes: vec![SyncWrite::Events(events)],
        }
    }
}

struct SignIns;

impl Report for SignIns {
    type Item = ActivityLog;
    type Memory = Ordinals;
    const STREAM: &'static str = SIGN_INS;

    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        from: &'a str,
        to: &'a str,
        next: Option<&'a PageToken>,
    ) -> BoxFuture<'a, Result<Page<ActivityLog>, zoom::Error>> {
        client.report_activities(from, to, PAGE_SIZE, next).boxed()
    }

    fn rows(&self, _: Window, items: &[ActivityLog], ordinals: &mut Ordinals) -> Rows {
        let mut rows: Vec<_> = items.iter().filter_map(map::sign_in).collect();
        let fingerprint = hash(&rows);
        for row in &mut rows {
            row.ordinal = ordinals.of(&*row);
        }
        Rows {
            fingerprint,
            count: rows.len(),
            writes: vec![SyncWrite::SignIns(rows)],
        }
    }
}

struct Operations;

impl Report for Operations {
    type Item = OperationLog;
    type Memory = Ordinals;
    const STREAM: &'static str = OPERATION_LOGS;

    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        from: &'a str,
        to: &'a str,
        next: Option<&'a PageToken>,
    ) -> BoxFuture<'a, Result<Page<OperationLog>, zoom::Error>> {
        client
            .report_operation_logs(from, to, PAGE_SIZE, next)
            .boxed()
    }

    fn rows(&self, _: Window, items: &[OperationLog], ordinals: &mut Ordinals) -> Rows {
        let mut rows: Vec<_> = items.iter().filter_map(map::admin_change).collect();
        let fingerprint = hash(&rows);
        for row in &mut rows {
            row.ordinal = ordinals.of(&*row);
        }
        let changed = rows.iter().flat_map(map::users_changed).collect();
        Rows {
            fingerprint,
            count: rows.len(),
            writes: vec![
                SyncWrite::AdminChanges(rows),
                SyncWrite::DetailsDue(changed),
            ],
        }
    }
}

async fn read_log<R: Report>(run: &Run<'_>, report: &R, lanes: &Lanes) -> Result<(), Stop> {
    let coverage = run.store.coverage(run.integration.id, R::STREAM).await?;
    // Operation logs are short however large the account is.
    let longest = if R::STREAM == OPERATION_LOGS {
        plan::window_length(0)
    } else {
        plan::window_length(run.users_told())
    };
    let due = plan::history_windows(&coverage, run.began, longest)
        .into_iter()
        .map(|window| (window, chain(run, report, window).boxed()))
        .collect();
    windows(run, declared(R::STREAM), due, lanes).await
}

/// Reads one window to its end, page by page, and then records its days as known.
pub(crate) async fn chain<R: Report>(
    run: &Run<'_>,
    report: &R,
    window: Window,
) -> Result<(), Stop> {
    let stream = declared(R::STREAM);
    let (from, mut to) = asked(window, run.began.day());
    let mut pager = Pager::default();
    let mut memory = R::Memory::default();
    let read_at = run.config.clock.now();
    let mut known = window;
    loop {
        let request = report.fetch(&run.client, &from, &to, pager.token());
        let answer = run.ask(stream, request).await?;
        let last = window.to.to_string();
        if matches!(answer, Err(zoom::Error::Invalid { .. }))
            && pager.token().is_none()
            && to != last
        {
            // Nobody documents whether tomorrow may be asked for.
            to = last;
            continue;
        }
        let page = match pager.turn(stream, answer)? {
            Turn::Page(page) => page,
            Turn::Restart => {
                memory = R::Memory::default();
                continue;
            }
        };
        known = answered(known, &page);
        let Rows {
            fingerprint,
            count,
            mut writes,
        } = report.rows(window, &page.items, &mut memory);
        let fingerprint = (!page.items.is_empty()).then_some(fingerprint);
        let more = pager.advance(page.next, fingerprint)?;
        writes.extend(quarantine(R::STREAM, page.rejected));
        if !more && report.completes() {
            writes.extend(covered(R::STREAM, known, read_at));
        }
        run.apply(R::STREAM, count, writes).await?;
        if !more {
            return Ok(());
        }
    }
}

/// The part of a window that Zoom says it answered: too wide a range has been narrowed silently.
fn answered<T>(window: Window, page: &Page<T>) -> Window {
    let day = |text: &Option<String>| text.as_deref().and_then(map::day);
    Window {
        from: day(&page.from).map_or(window.from, |from| window.from.max(from)),
        to: day(&page.to).map_or(window.to, |to| window.to.min(to)),
    }
}

/// Coverage of a window that was read to its end.
pub(crate) fn covered(
    stream: &'static str,
    window: Window,
    read_at: model::Timestamp,
) -> impl Iterator<Item = SyncWrite> {
    [DayState::Complete, DayState::Provisional]
        .into_iter()
        .filter_map(move |state| {
            let days: Vec<Day> = window
                .from
                .to(window.to)
                .filter(|day| Window::state_of(*day, read_at) == state)
                .collect();
            (!days.is_empty()).then_some(SyncWrite::Coverage {
                stream,
                days,
                state,
                read_at,
            })
        })
}

fn hash(value: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

/// Numbers equal rows of one listing: log rows have no id, and two equal ones are two events. Equal
/// rows have the same time and logs are in order of time, so only the rows of the last few moments
/// are remembered.
#[derive(Default)]
pub(crate) struct Ordinals {
    recent: HashMap<u64, i32>,
    older: HashMap<u64, i32>,
}

/// Rows remembered before the older half is forgotten: several pages.
const REMEMBERED: usize = 4_096;

impl Ordinals {
    fn of(&mut self, row: &impl Hash) -> i32 {
        let key = hash(row);
        if self.recent.len() >= REMEMBERED {
            self.older = std::mem::take(&mut self.recent);
        }
        let before = self
            .recent
            .get(&key)
            .or_else(|| self.older.get(&key))
            .copied();
        let ordinal = before.map_or(0, |last| last + 1);
        self.recent.insert(key, ordinal);
        ordinal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r08_equal_rows_are_numbered_and_survive_a_page_boundary() {
        let mut ordinals = Ordinals::default();
        let rows = ["a", "a", "b", "a"];
        let numbers: Vec<_> = rows.iter().map(|row| ordinals.of(row)).collect();
        assert_eq!(numbers, [0, 1, 0, 2]);
    }
}

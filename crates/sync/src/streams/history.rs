//! History in rows, such as meetings, sign-ins and monthly reports. Windows of days are read newest
//! first. After the first one has shown that the application gives the stream out at all, several are
//! read side by side: a listing is a chain of pages, and only several chains can use the permitted rate
//! when every answer takes its time.

use std::collections::HashMap;
use std::hash::Hash;

use connector::{Error, ErrorKind, History, PageRequest, Records, Window, Windows};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::{Day, DayState, KeptData, Timestamp, streams};
use store::{RejectedScope, SyncWrite};
use tokio::sync::Semaphore;

use super::again::{days_to_read_again, read_kept_again};
use super::hash::{fingerprint, hash};
use super::pager::{NextPage, Pager};
use super::records::{belong_to, writes_of};
use super::rejects::Rejects;
use crate::plan;
use crate::run::{Run, Stop};

/// Chains of pages under way at the same time in one run.
const CHAINS: usize = 12;

/// Shared by the streams of a run, so that together they have that many chains under way, in the order
/// in which they asked.
pub(crate) struct Lanes(Semaphore);

impl Lanes {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(CHAINS))
    }
}

/// One listing of a window.
#[derive(Clone, Copy)]
struct Chain {
    stream: &'static str,
    part: usize,
    window: Window,
    ask_tomorrow: bool,
    /// Whether the window's days are known when this listing has ended.
    completes: bool,
}

pub(super) async fn read(
    run: &Run<'_>,
    stream: &'static str,
    history: &History,
    lanes: &Lanes,
) -> Result<(), Stop> {
    let mut coverage = run.store.coverage(run.integration.id, stream).await?;
    // Days that are to be read again are planned as if they had never been read. They stay covered.
    for day in days_to_read_again(run, stream, &coverage).await? {
        coverage.days.remove(&day);
    }
    let look_back = look_back(run, stream, history).await?;
    read_kept_again(run, stream, run.began.day().plus(-look_back)).await?;
    let due = match history.windows {
        Windows::BySize => {
            let longest = plan::window_length(run.reported_users());
            plan::history_windows(&coverage, run.began, look_back, longest)
        }
        Windows::Long => {
            let longest = plan::window_length(0);
            plan::history_windows(&coverage, run.began, look_back, longest)
        }
        Windows::Months => plan::month_windows(&coverage, run.began, look_back),
    };
    let oldest = due.iter().map(|window| window.from).min();
    run.update(stream, |state| {
        state.since = state.since.into_iter().chain(oldest).min();
    });
    let mut reads = due.into_iter().map(|window| {
        async move {
            // The semaphore is never closed, so a permit always comes.
            let _permit = lanes.0.acquire().await.ok();
            read_window(run, stream, history, window).await
        }
        .boxed()
    });
    if let Some(first) = reads.next() {
        first.await?;
    }
    let rest: Vec<BoxFuture<'_, Result<(), Stop>>> = reads.collect();
    stream::iter(rest)
        .buffer_unordered(CHAINS)
        .try_collect()
        .await
}

/// The days of history to ask for: those that the application gives out and that are kept.
async fn look_back(run: &Run<'_>, stream: &str, history: &History) -> Result<i32, Stop> {
    let retention = run.store.retention().await?;
    let kept = match stream {
        streams::SIGN_INS => retention.days(KeptData::SignIns),
        streams::MEETINGS | streams::HOST_REPORTS => retention.days(KeptData::Meetings),
        _ => None,
    };
    Ok(history.look_back_days.min(kept.unwrap_or(i32::MAX)))
}

/// Reads all listings of a window, and then records its days as known. One listing alone would not
/// show that a user is absent.
async fn read_window(
    run: &Run<'_>,
    stream: &'static str,
    history: &History,
    window: Window,
) -> Result<(), Stop> {
    let mut rejects = Rejects::default();
    for part in 0..history.listings {
        let chain = Chain {
            stream,
            part,
            window,
            ask_tomorrow: history.ask_tomorrow,
            completes: part + 1 == history.listings,
        };
        read_chain(run, chain, &mut rejects).await?;
    }
    Ok(())
}

/// Reads one listing. Its records that could not be understood are added to those of the window, and
/// stored with the window's coverage.
async fn read_chain(run: &Run<'_>, chain: Chain, rejects: &mut Rejects) -> Result<(), Stop> {
    let Chain { stream, window, .. } = chain;
    let today = run.began.day();
    let mut asked = window;
    // The newest edge may need the day after it. Older edges are covered by their neighbours.
    if chain.ask_tomorrow && window.to == today {
        asked.to = today.plus(1);
    }
    let mut pager = Pager::default();
    let mut ordinals = Ordinals::default();
    let read_at = run.config.clock.now();
    let mut known = Some(window);
    let mut found = Rejects::default();
    loop {
        let request = PageRequest {
            stream,
            part: chain.part,
            window: Some(asked),
            page_size: None,
            cursor: pager.cursor(),
            began: run.began,
        };
        let answer = run.page(&request).await?;
        let refused = matches!(&answer, Err(error) if error.kind == ErrorKind::Invalid);
        if refused && pager.cursor().is_none() && asked.to != window.to {
            asked.to = window.to;
            continue;
        }
        let mut page = match pager.turn(stream, answer)? {
            NextPage::Page(page) => page,
            NextPage::Restart => {
                ordinals = Ordinals::default();
                found = Rejects::default();
                continue;
            }
        };
        known = known.and_then(|known| page.answered(known));
        if !belong_to(asked, &page.records) {
            return Err(Stop::Problem(Error::failed(format!(
                "{} sent rows of other days than {} to {}, which were asked for. They were not stored; the \
                 days are asked for again with the next run.",
                run.application_name(),
                asked.from,
                asked.to
            ))));
        }
        let fingerprint = fingerprint(&page.records);
        settle(&mut page.records, &mut ordinals, today);
        let count = page.records.len();
        let more = pager.advance(run.application_name(), page.next, fingerprint)?;
        let mut writes = writes_of(page.records, known);
        found.add(page.rejected, Some(window));
        if !more {
            rejects.merge(std::mem::take(&mut found));
        }
        if let (false, true, Some(known)) = (more, chain.completes, known) {
            let scope = RejectedScope::Days(known.from, known.to.max(asked.to));
            let rejects = std::mem::take(rejects);
            writes.push(rejects.write(run, stream, scope, read_at));
            writes.extend(covered(stream, known, read_at));
        }
        run.apply(stream, count, writes).await?;
        if !more {
            return Ok(());
        }
    }
}

/// Numbers equal rows, and drops totals of days in the future.
fn settle(records: &mut Records, ordinals: &mut Ordinals, today: Day) {
    match records {
        Records::SignIns(rows) => {
            for row in rows {
                row.ordinal = ordinals.of(&*row);
            }
        }
        Records::AdminChanges { rows, .. } => {
            for row in rows {
                row.ordinal = ordinals.of(&*row);
            }
        }
        Records::DailyUsage(days) => days.retain(|(day, _)| *day <= today),
        _ => {}
    }
}

/// Coverage of a window that was read to its end.
fn covered(
    stream: &'static str,
    window: Window,
    read_at: Timestamp,
) -> impl Iterator<Item = SyncWrite> {
    [DayState::Complete, DayState::Provisional]
        .into_iter()
        .filter_map(move |state| {
            let days: Vec<Day> = window
                .from
                .to(window.to)
                .filter(|day| plan::state_of(*day, read_at) == state)
                .collect();
            (!days.is_empty()).then_some(SyncWrite::Coverage {
                stream,
                days,
                state,
                read_at,
            })
        })
}

/// Numbers equal rows of one listing, because rows of logs have no id and two equal ones are two events.
/// Equal rows have the same time and logs are in order of time, so only the rows of the last few moments
/// are remembered.
#[derive(Default)]
struct Ordinals {
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

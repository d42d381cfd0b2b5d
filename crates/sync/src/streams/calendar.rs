//! Scheduled events of the coming days. A window is stored when all of it was read; before that the
//! calendar of the last time stays.

use connector::{Error, PageRequest, Records, Window};
use futures_util::future::try_join_all;
use model::{Day, UpcomingEvent};
use store::RejectedScope;

use super::hash::fingerprint;
use super::pager::{NextPage, Pager};
use super::records::writes_of;
use super::rejects::Rejects;
use crate::plan;
use crate::run::{Run, Stop};

/// A calendar younger than this (milliseconds) is not read again, because the list is long and changes
/// slowly, and a licence is only taken after a look at its holder's own calendar.
const FRESH_MS: i64 = 6 * 3600 * 1000;
/// Most events that are kept, the soonest ones: a bound for memory, reached by very large accounts.
const MOST: usize = 100_000;

/// All events of one listing in a window.
struct Listed {
    events: Vec<UpcomingEvent>,
    rejects: Rejects,
    /// The last day up to which the application answered; the day before the window when it answered for
    /// later days only.
    to: Day,
}

pub(super) async fn read(
    run: &Run<'_>,
    stream: &'static str,
    listings: usize,
    days_ahead: i32,
) -> Result<(), Stop> {
    let read_before = run.update(stream, |_| ()).complete_at;
    let known = run
        .store
        .upcoming_events_known_until(run.integration.id)
        .await?;
    let fresh = read_before.is_some_and(|at| run.began.since(at) < FRESH_MS && at <= run.began);
    if fresh && known.is_some() {
        return Ok(());
    }
    let today = run.began.day();
    let mut events = Vec::new();
    let mut rejects = Rejects::default();
    let mut known = today;
    for window in windows(run, days_ahead) {
        let lists = (0..listings).map(|part| list(run, stream, part, window));
        let lists = try_join_all(lists).await?;
        known = lists.iter().map(|it| it.to).min().unwrap_or(window.to);
        for listed in lists {
            events.extend(listed.events);
            rejects.merge(listed.rejects);
        }
        // The application narrowed a range that was too wide: nothing is known behind it.
        if known < window.to || events.len() >= MOST {
            break;
        }
    }
    if known < today {
        return Err(Stop::Problem(Error::failed(format!(
            "{} answered for other days than were asked for. What was known before stays as it is; \
             it is tried again with the next run.",
            run.application_name()
        ))));
    }
    events.retain(|event: &UpcomingEvent| (today..=known).contains(&event.start.day()));
    // The pages of a list that shifted while it was read overlap.
    events.sort();
    events.dedup_by(|one, other| (&one.id, one.start) == (&other.id, other.start));
    let count = events.len();
    let window = Window {
        from: today,
        to: known,
    };
    let mut writes = writes_of(Records::Upcoming(events), Some(window));
    writes.push(rejects.write(run, stream, RejectedScope::Whole, run.began));
    run.apply(stream, count, writes).await
}

/// Windows of days, the nearest first.
fn windows(run: &Run<'_>, days_ahead: i32) -> impl Iterator<Item = Window> {
    let length = match plan::window_length(run.reported_users()) {
        length if length < days_ahead => length,
        _ => days_ahead + 1,
    };
    let today = run.began.day();
    let end = today.plus(days_ahead);
    std::iter::successors(Some(today), move |from| Some(from.plus(length)))
        .take_while(move |from| *from <= end)
        .map(move |from| Window {
            from,
            to: from.plus(length - 1).min(end),
        })
}

async fn list(
    run: &Run<'_>,
    stream: &'static str,
    part: usize,
    window: Window,
) -> Result<Listed, Stop> {
    let mut pager = Pager::default();
    let mut listed = Listed {
        events: Vec::new(),
        rejects: Rejects::default(),
        to: window.to,
    };
    loop {
        let request = PageRequest {
            stream,
            part,
            window: Some(window),
            page_size: None,
            cursor: pager.cursor(),
            began: run.began,
        };
        let answer = run.page(&request).await?;
        let page = match pager.turn(stream, answer)? {
            NextPage::Page(page) => page,
            NextPage::Restart => {
                listed.events.clear();
                listed.rejects = Rejects::default();
                continue;
            }
        };
        let fingerprint = fingerprint(&page.records);
        let answered = page.answered(window).filter(|it| it.from == window.from);
        listed.to = listed
            .to
            .min(answered.map_or(window.from.plus(-1), |answered| answered.to));
        if let Records::Upcoming(events) = page.records {
            listed.events.extend(events);
        }
        listed.rejects.add(page.rejected, Some(window));
        if !pager.advance(run.application_name(), page.next, fingerprint)? {
            return Ok(listed);
        }
    }
}

//! What is ahead: meetings and webinars that are scheduled for the next thirty days. The two kinds
//! are asked for apart, because the rows do not tell which they are. What a window holds is stored
//! when all of it was read; before that the calendar of the last time stands.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use futures_util::future::try_join;
use model::{Day, EventKind, UpcomingEvent};
use store::SyncWrite;
use zoom::{EventType, Rejected};

use super::history::PAGE_SIZE;
use super::pager::{Pager, Turn};
use super::{declared, quarantine};
use crate::plan::{self, Window};
use crate::run::{Run, Stop};
use crate::zoom::application::stream::UPCOMING_EVENTS;
use crate::zoom::map;
use crate::zoom::problem::Problem;

/// How far ahead is looked: a report covers a month.
const AHEAD_DAYS: i32 = 30;
/// A calendar younger than this is not read again: the list is long and changes slowly, and a licence
/// is only taken after a look at its holder's own calendar.
const FRESH_MS: i64 = 6 * 3600 * 1000;
/// Most events that are kept, the soonest ones: a bound for memory, reached by very large accounts.
const MOST: usize = 100_000;

pub(crate) async fn read(run: &Run<'_>) -> Result<(), Stop> {
    let read_before = run.update(UPCOMING_EVENTS, |_| ()).complete_at;
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
    let mut rejected = Vec::new();
    let mut known = today;
    for window in windows(run) {
        let (meetings, webinars) = try_join(
            list(run, window, EventType::Meeting),
            list(run, window, EventType::Webinar),
        )
        .await?;
        known = meetings.to.min(webinars.to);
        for listed in [meetings, webinars] {
            events.extend(listed.events);
            rejected.extend(listed.rejected);
        }
        // Zoom narrows a range that is too wide to it; what lies behind is then not known.
        if known < window.to || events.len() >= MOST {
            break;
        }
    }
    if known < today {
        return Err(Stop::Problem(Problem::failed(
            "Zoom answered for other days than were asked for. What was known before stays as it is; \
             it is tried again with the next run.",
        )));
    }
    events.retain(|event: &UpcomingEvent| (today..=known).contains(&event.start.day()));
    // The pages of a list that shifted while it was read overlap.
    events.sort();
    events.dedup_by(|one, other| (&one.id, one.start) == (&other.id, other.start));
    let count = events.len();
    let mut writes = quarantine(UPCOMING_EVENTS, rejected);
    writes.push(SyncWrite::Upcoming {
        from: today,
        to: known,
        events,
    });
    run.apply(UPCOMING_EVENTS, count, writes).await?;
    Ok(())
}

/// Windows of days, the nearest first.
fn windows(run: &Run<'_>) -> impl Iterator<Item = Window> {
    let length = match plan::window_length(run.users_told()) {
        length if length < AHEAD_DAYS => length,
        _ => AHEAD_DAYS + 1,
    };
    let today = run.began.day();
    let end = today.plus(AHEAD_DAYS);
    std::iter::successors(Some(today), move |from| Some(from.plus(length)))
        .take_while(move |from| *from <= end)
        .map(move |from| Window {
            from,
            to: from.plus(length - 1).min(end),
        })
}

/// What a window holds of one kind.
struct Listed {
    events: Vec<UpcomingEvent>,
    rejected: Vec<Rejected>,
    /// The last day that was answered.
    to: Day,
}

/// All events of one kind in a window.
async fn list(run: &Run<'_>, window: Window, kind: EventType) -> Result<Listed, Stop> {
    let stream = declared(UPCOMING_EVENTS);
    let (from, to) = (window.from.to_string(), window.to.to_string());
    let kept = match kind {
        EventType::Meeting => EventKind::Meeting,
        EventType::Webinar => EventKind::Webinar,
    };
    let mut pager = Pager::default();
    let (mut events, mut rejected, mut answered) = (Vec::new(), Vec::new(), window.to);
    loop {
        let request = run
            .client
            .report_upcoming_events(kind, &from, &to, PAGE_SIZE, pager.token());
        let answer = run.ask(stream, request).await?;
        let page = match pager.turn(stream, answer)? {
            Turn::Page(page) => page,
            Turn::Restart => {
                events.clear();
                rejected.clear();
                continue;
            }
        };
        let found: Vec<UpcomingEvent> = page
            .items
            .iter()
            .filter_map(|event| map::upcoming(event, kept))
            .collect();
        let fingerprint = (!found.is_empty()).then(|| {
            let ids: Vec<_> = found.iter().map(|event| (&event.id, event.start)).collect();
            BuildHasherDefault::<DefaultHasher>::default().hash_one(ids)
        });
        events.extend(found);
        rejected.extend(page.rejected);
        if let Some(to) = page.to.as_deref().and_then(map::day) {
            answered = answered.min(to);
        }
        if !pager.advance(page.next, fingerprint)? {
            return Ok(Listed {
                events,
                rejected,
                to: answered,
            });
        }
    }
}

//! Planned events: the account-wide report of upcoming events, and the meetings of one user.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use super::meetings::{number, topic, uuid};
use super::paging::{ListHead, ReportHead};
use super::range::Range;
use crate::calendar::{DAY, time};
use crate::company::habits::{Meeting, hosted, planned};
use crate::company::person::{Person, Status};
use crate::company::scheduling::made;
use serde::Serialize;

/// Number of days that the list of one user's meetings covers.
const REACH: i64 = 180;

#[derive(Serialize)]
struct Event {
    dept: &'static str,
    host_id: String,
    host_name: String,
    id: String,
    start_time: String,
    topic: String,
}

#[derive(Serialize)]
struct UpcomingReport {
    #[serde(flatten)]
    head: ReportHead,
    upcoming_events: Vec<Event>,
}

/// `GET /report/upcoming_events`
pub(crate) fn report(call: &Call<'_>) -> Result<Body, Refusal> {
    let range = call.range(true)?;
    let webinar = match call.param("type").unwrap_or("all") {
        "all" => None,
        "meeting" => Some(false),
        "webinar" => Some(true),
        _ => return Err(Refusal::invalid("type", "Invalid field.")),
    };
    let group = match call.param("group_id").filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => Some(
            call.account
                .group(id)
                .ok_or_else(|| Refusal::no_group(id))?,
        ),
    };
    let page = call.page(300)?;
    // All pages show the calendar at the time when the first page was requested.
    let seen = page.at(2, call.now as u64) as i64;
    let first = range.from.max(seen.div_euclid(DAY));
    let (mut day, mut at) = (page.at(0, first as u64) as i64, page.at(1, 0));
    let (mut rows, mut next) = (Vec::with_capacity(page.rows), String::new());
    let mut groups = Vec::new();
    'days: while day <= range.to {
        let all = call.sim.days.scheduled(call.account, day);
        for (no, meeting, made) in all.iter().skip(at as usize) {
            let start = day * DAY + i64::from(meeting.start);
            let known = *made <= seen && start > seen && !call.account.gone(*no, seen);
            if known && webinar.is_none_or(|webinar| webinar == meeting.webinar) {
                let person = call.account.person(*no).filter(|p| p.life.active(seen));
                let wanted = person.filter(|person| {
                    group.is_none_or(|group| {
                        call.account.groups(person, &mut groups);
                        groups.contains(&group)
                    })
                });
                if let Some(person) = wanted {
                    if rows.len() == page.rows {
                        next = call.token(&[day as u64, at, seen as u64]);
                        break 'days;
                    }
                    rows.push(event(call, &person, day, meeting));
                }
            }
            at += 1;
        }
        (day, at) = (day + 1, 0);
    }
    let (from, to) = range.text();
    body(&UpcomingReport {
        head: ReportHead {
            from,
            to,
            page_size: page.size,
            next_page_token: next,
        },
        upcoming_events: rows,
    })
}

fn event(call: &Call<'_>, person: &Person, day: i64, meeting: &Meeting) -> Event {
    let face = call.account.face(person);
    Event {
        dept: face.dept.unwrap_or_default(),
        host_id: call.account.user_id(person.no),
        host_name: face.display,
        id: uuid(person.key, day, meeting),
        start_time: time(day * DAY + i64::from(meeting.start)),
        topic: topic(person, day, meeting),
    }
}

#[derive(Serialize)]
struct Planned {
    uuid: String,
    id: u64,
    host_id: String,
    topic: String,
    r#type: u8,
    start_time: String,
    duration: u32,
    timezone: &'static str,
    created_at: String,
    join_url: String,
    agenda: &'static str,
}

#[derive(Serialize)]
struct UserMeetingsPage {
    #[serde(flatten)]
    head: ListHead,
    meetings: Vec<Planned>,
}

/// Collects the meetings, without webinars, that are running now.
fn live(call: &Call<'_>, person: &Person, out: &mut Vec<(i64, Meeting)>) {
    let mut one = Vec::new();
    for day in call.today() - 1..=call.today() {
        one.clear();
        hosted(person, &call.sim.days.holidays, day, &mut one);
        out.extend(one.iter().filter_map(|meeting| {
            let start = day * DAY + i64::from(meeting.start);
            let on = (start..start + i64::from(meeting.length)).contains(&call.now);
            (on && !meeting.webinar).then_some((day, *meeting))
        }));
    }
}

/// Collects the meetings, without webinars, that are in the calendar and begin on these days after
/// now.
fn ahead(call: &Call<'_>, person: &Person, range: Range, out: &mut Vec<(i64, Meeting)>) {
    let mut one = Vec::new();
    for day in range.from..=range.to {
        one.clear();
        planned(person, &call.sim.days.holidays, day, &mut one);
        out.extend(one.iter().filter_map(|meeting| {
            let start = day * DAY + i64::from(meeting.start);
            let known = made(person, day, meeting).is_some_and(|made| made <= call.now);
            (known && start > call.now && !meeting.webinar).then_some((day, *meeting))
        }));
    }
}

/// `GET /users/{userId}/meetings`
pub(crate) fn of_user(call: &Call<'_>) -> Result<Body, Refusal> {
    let person = call.user()?;
    if person.life.status(call.now) == Status::Pending || person.user_type(call.now) == 4 {
        let text =
            "Meeting hosting and scheduling capabilities are not allowed for your user account.";
        return Err(Refusal::new(400, 3161, text));
    }
    let page = call.numbered_page(300)?;
    let range = Range {
        from: call.today(),
        to: call.today() + REACH,
    };
    let mut all = Vec::new();
    match call.param("type").unwrap_or("scheduled") {
        "live" => live(call, &person, &mut all),
        "scheduled" | "upcoming" | "upcoming_meetings" => {
            live(call, &person, &mut all);
            ahead(call, &person, range, &mut all);
        }
        // Empty, because the simulator keeps no past plans; past meetings are in the reports.
        "previous_meetings" => {}
        _ => return Err(Refusal::invalid("type", "Invalid field.")),
    }
    if !person.life.active(call.now) {
        all.clear();
    }
    all.sort_by_key(|(day, meeting)| (*day, meeting.start));
    let from = page.at(0, page.skip as u64) as usize;
    let rows = all.iter().skip(from).take(page.rows);
    let meetings: Vec<Planned> = rows
        .map(|(day, meeting)| plan(call, &person, *day, meeting))
        .collect();
    let end = from + meetings.len();
    body(&UserMeetingsPage {
        head: ListHead {
            page_count: call.page_count(&page, all.len() as u64),
            page_number: call.page_number((from / page.size) as u64 + 1),
            page_size: page.size,
            total_records: all.len() as u64,
            next_page_token: if end < all.len() {
                call.token(&[end as u64])
            } else {
                String::new()
            },
        },
        meetings,
    })
}

fn plan(call: &Call<'_>, person: &Person, day: i64, meeting: &Meeting) -> Planned {
    let start = day * DAY + i64::from(meeting.start);
    let id = number(person, day, meeting);
    let made = made(person, day, meeting);
    Planned {
        uuid: uuid(person.key, day, meeting),
        id,
        host_id: call.account.user_id(person.no),
        topic: topic(person, day, meeting),
        r#type: match (made, meeting.series) {
            (None, _) => 1,
            (Some(_), 0) => 2,
            (Some(_), _) => 8,
        },
        start_time: time(start),
        duration: meeting.minutes(),
        timezone: person.zone().name,
        created_at: time(made.unwrap_or(start)),
        join_url: format!("{}/j/{id}", call.sim.base_url()),
        agenda: "",
    }
}

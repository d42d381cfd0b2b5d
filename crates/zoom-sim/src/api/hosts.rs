//! `GET /report/users`: the users with, or without, hosted meetings in a range.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use super::paging::ListHead;
use super::range::Range;
use crate::calendar::DAY;
use crate::company::habits::{Meeting, hosted};
use crate::company::person::Person;
use crate::company::visibility::visible;
use serde::Serialize;

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    meetings: u64,
    participants: u64,
    minutes: u64,
}

#[derive(Serialize)]
struct Host {
    id: String,
    email: String,
    user_name: String,
    r#type: i64,
    dept: &'static str,
    meetings: u64,
    participants: u64,
    meeting_minutes: u64,
}

#[derive(Serialize)]
struct HostsReport {
    from: String,
    to: String,
    #[serde(flatten)]
    head: ListHead,
    total_meetings: u64,
    total_participants: u64,
    total_meeting_minutes: u64,
    users: Vec<Host>,
}

struct ReportRequest {
    range: Range,
    active: bool,
    group: Option<usize>,
    /// Second at which the first page was requested.
    seen: i64,
}

/// Sums up the meetings of a person in a range that are visible in reports.
fn sum(
    call: &Call<'_>,
    person: &Person,
    request: &ReportRequest,
    scratch: &mut Vec<Meeting>,
) -> Sum {
    let mut sum = Sum::default();
    let (from, to) = (
        person.life.activated.div_euclid(DAY),
        person.life.deactivated.div_euclid(DAY),
    );
    let last = request.range.to.min(request.seen.div_euclid(DAY)).min(to);
    for day in request.range.from.max(from)..=last {
        scratch.clear();
        hosted(person, &call.sim.days.holidays, day, scratch);
        for meeting in scratch.iter().filter(|m| visible(day, m, request.seen)) {
            if call
                .account
                .gone(person.no, day * DAY + i64::from(meeting.start))
            {
                continue;
            }
            sum.meetings += 1;
            sum.participants += u64::from(meeting.participants);
            sum.minutes += u64::from(meeting.minutes());
        }
    }
    sum
}

/// Collects the people of a seat that belong in the report, with the sums of their meetings. Hosts
/// stay in the report after their deletion; people without meetings do not.
fn of_seat(
    call: &Call<'_>,
    slot: u32,
    request: &ReportRequest,
    scratch: &mut Vec<Meeting>,
    out: &mut Vec<(Person, Sum)>,
) {
    let (from, to) = request.range.seconds();
    let mut groups = Vec::new();
    for person in call.account.during(slot, from, to.min(request.seen)) {
        if person.life.activated > to.min(request.seen) {
            continue;
        }
        if let Some(group) = request.group {
            call.account.groups(&person, &mut groups);
            if !groups.contains(&group) {
                continue;
            }
        }
        let sum = sum(call, &person, request, scratch);
        let listed =
            person.life.listed(request.seen) && !call.account.gone(person.no, request.seen);
        if (sum.meetings > 0) == request.active && (request.active || listed) {
            out.push((person, sum));
        }
    }
}

/// `GET /report/users`
pub(crate) fn report(call: &Call<'_>) -> Result<Body, Refusal> {
    let range = call.range(true)?;
    let active = match call.param("type").unwrap_or("active") {
        "active" => true,
        "inactive" => false,
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
    let page = call.numbered_page(300)?;
    // The position: seat, rows of this seat that are already listed, time, page number, and the
    // totals, which are counted once for all pages.
    let request = ReportRequest {
        range,
        active,
        group,
        seen: page.at(2, call.now as u64) as i64,
    };
    let (mut scratch, mut found) = (Vec::new(), Vec::new());
    let totals = if page.place.len() >= 8 {
        [page.at(4, 0), page.at(5, 0), page.at(6, 0), page.at(7, 0)]
    } else {
        let mut totals = [0; 4];
        for slot in 0..call.account.slots() {
            found.clear();
            of_seat(call, slot, &request, &mut scratch, &mut found);
            for (_, sum) in &found {
                totals[0] += 1;
                totals[1] += sum.meetings;
                totals[2] += sum.participants;
                totals[3] += sum.minutes;
            }
        }
        totals
    };
    let (mut users, mut next) = (Vec::with_capacity(page.rows), String::new());
    let (mut skip, mut before) = (page.at(1, 0) as usize, page.skip);
    'seats: for slot in page.at(0, 0) as u32..call.account.slots() {
        found.clear();
        of_seat(call, slot, &request, &mut scratch, &mut found);
        for (index, (person, sum)) in found.iter().enumerate().skip(skip) {
            if before > 0 {
                before -= 1;
                continue;
            }
            if users.len() == page.rows {
                let mut place = vec![
                    u64::from(slot),
                    index as u64,
                    request.seen as u64,
                    page.at(3, page.number) + 1,
                ];
                place.extend(totals);
                next = call.token(&place);
                break 'seats;
            }
            users.push(host(call, person, *sum));
        }
        skip = 0;
    }
    let (from, to) = range.text();
    body(&HostsReport {
        from,
        to,
        head: ListHead {
            page_count: call.page_count(&page, totals[0]),
            page_number: call.page_number(page.at(3, page.number)),
            page_size: page.size,
            total_records: totals[0],
            next_page_token: next,
        },
        total_meetings: totals[1],
        total_participants: totals[2],
        total_meeting_minutes: totals[3],
        users,
    })
}

fn host(call: &Call<'_>, person: &Person, sum: Sum) -> Host {
    let face = call.account.face(person);
    Host {
        id: call.account.user_id(person.no),
        email: face.email,
        user_name: face.display,
        r#type: person.user_type(call.now),
        dept: face.dept.unwrap_or_default(),
        meetings: sum.meetings,
        participants: sum.participants,
        meeting_minutes: sum.minutes,
    }
}

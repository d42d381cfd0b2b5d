//! `GET /report/users`: who hosted in a range and how much, or who did not.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use super::range::Range;
use crate::calendar::DAY;
use crate::company::habits::{Meeting, held};
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
struct Report {
    from: String,
    to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_number: Option<u64>,
    page_size: usize,
    total_records: u64,
    next_page_token: String,
    total_meetings: u64,
    total_participants: u64,
    total_meeting_minutes: u64,
    users: Vec<Host>,
}

struct Asked {
    range: Range,
    active: bool,
    group: Option<usize>,
    /// Second at which the first page was asked for.
    seen: i64,
}

/// What a person hosted in a range, as far as it can be seen.
fn sum(call: &Call<'_>, person: &Person, asked: &Asked, scratch: &mut Vec<Meeting>) -> Sum {
    let mut sum = Sum::default();
    let (from, to) = (
        person.life.activated.div_euclid(DAY),
        person.life.deactivated.div_euclid(DAY),
    );
    let last = asked.range.to.min(asked.seen.div_euclid(DAY)).min(to);
    for day in asked.range.from.max(from)..=last {
        scratch.clear();
        held(person, &call.sim.days.holidays, day, scratch);
        for meeting in scratch.iter().filter(|m| visible(day, m, asked.seen)) {
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

/// Those of a seat who belong in the report, with what they hosted. Hosts stay in it after they
/// were deleted; people without meetings must still be in the account.
fn of_seat(
    call: &Call<'_>,
    slot: u32,
    asked: &Asked,
    scratch: &mut Vec<Meeting>,
    out: &mut Vec<(Person, Sum)>,
) {
    let (from, to) = asked.range.seconds();
    let mut groups = Vec::new();
    for person in call.account.during(slot, from, to.min(asked.seen)) {
        if person.life.activated > to.min(asked.seen) {
            continue;
        }
        if let Some(group) = asked.group {
            call.account.groups(&person, &mut groups);
            if !groups.contains(&group) {
                continue;
            }
        }
        let sum = sum(call, &person, asked, scratch);
        let listed = person.life.listed(asked.seen) && !call.account.gone(person.no, asked.seen);
        if (sum.meetings > 0) == asked.active && (asked.active || listed) {
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
    let page = call.page(300)?;
    // The place: seat, rows of the seat already given, moment, page number, and the totals, which
    // are counted once for all pages.
    let asked = Asked {
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
            of_seat(call, slot, &asked, &mut scratch, &mut found);
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
    let mut skip = page.at(1, 0) as usize;
    'seats: for slot in page.at(0, 0) as u32..call.account.slots() {
        found.clear();
        of_seat(call, slot, &asked, &mut scratch, &mut found);
        for (index, (person, sum)) in found.iter().enumerate().skip(skip) {
            if users.len() == page.rows {
                let mut place = vec![
                    u64::from(slot),
                    index as u64,
                    asked.seen as u64,
                    page.at(3, 1) + 1,
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
    body(&Report {
        from,
        to,
        page_count: call.page_number(totals[0].div_ceil(page.size as u64)),
        page_number: call.page_number(page.at(3, 1)),
        page_size: page.size,
        total_records: totals[0],
        next_page_token: next,
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

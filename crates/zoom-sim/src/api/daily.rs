//! `GET /report/daily`: sums for each day of a month.

use super::answer::{Body, body};
use super::call::Call;
use super::error::Refusal;
use crate::calendar::{DAY, civil, date, day_of, days_in, months_before};
use crate::company::visibility::visible;
use serde_json::{Value, json};

/// `GET /report/daily`
pub(crate) fn report(call: &Call<'_>) -> Result<Body, Refusal> {
    let (this_year, this_month, _) = civil(call.today());
    let number =
        |name: &str, default: i64, allowed: std::ops::RangeInclusive<i64>| match call.param(name) {
            None => Ok(default),
            Some(text) => text
                .parse::<i64>()
                .ok()
                .filter(|number| allowed.contains(number))
                .ok_or_else(|| Refusal::invalid(name, "Invalid field.")),
        };
    let year = number("year", this_year, 1970..=9999)?;
    let month = number("month", this_month, 1..=12)?;
    let first = day_of(year, month, 1);
    let (oldest_year, oldest_month, _) = civil(months_before(call.today(), 6));
    if first < day_of(oldest_year, oldest_month, 1) || first > call.today() {
        let text =
            "Daily report can only be provided for a month that falls within the recent 6 months.";
        return Err(Refusal::new(400, 300, text));
    }
    let group = match call.param("group_id").filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => Some(
            call.account
                .group(id)
                .ok_or_else(|| Refusal::no_group(id))?,
        ),
    };
    let last = (first + days_in(year, month) - 1).min(call.today());
    let dates: Vec<Value> = (first..=last).map(|day| one(call, day, group)).collect();
    body(&json!({ "year": year, "month": month, "dates": dates }))
}

fn one(call: &Call<'_>, day: i64, group: Option<usize>) -> Value {
    let mut groups = Vec::new();
    let mut belongs = |no| {
        group.is_none_or(|group| {
            call.account.person(no).is_some_and(|person| {
                call.account.groups(&person, &mut groups);
                groups.contains(&group)
            })
        })
    };
    let (mut meetings, mut participants, mut minutes) = (0_u64, 0_u64, 0_u64);
    for (no, meeting) in call.sim.days.meetings(call.account, day).iter() {
        let start = day * DAY + i64::from(meeting.start);
        if visible(day, meeting, call.now) && !call.account.gone(*no, start) && belongs(*no) {
            meetings += 1;
            participants += u64::from(meeting.participants);
            minutes += u64::from(meeting.minutes());
        }
    }
    let acts = call.sim.days.acts(call.account, day);
    let new = acts.iter().filter(|(no, at, act)| {
        *act == crate::company::act::Act::Add
            && day * DAY + i64::from(*at) <= call.now
            && belongs(*no)
    });
    json!({
        "date": date(day), "new_users": new.count(), "meetings": meetings,
        "participants": participants, "meeting_minutes": minutes,
    })
}

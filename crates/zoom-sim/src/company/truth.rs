//! The real needs of each person, computed from past and future plans.
//!
//! Tests compare recommendations with it. No answer of the simulated Zoom contains it.

use super::account::Account;
use super::habits::{Meeting, planned};
use super::person::{Person, Status};
use crate::calendar::{DAY, Holidays, date};
use serde::Serialize;
use std::io::{self, Write};

/// Number of days before now for which needs are listed.
pub(crate) const PAST: i64 = 365;
/// Number of days after now for which needs are listed.
pub(crate) const FUTURE: i64 = 180;

#[derive(Serialize)]
struct Need {
    on: String,
    why: &'static str,
}

#[derive(Serialize)]
struct Truth<'a> {
    id: Option<String>,
    email: &'a str,
    account_id: &'a str,
    status: &'static str,
    licensed: bool,
    needs_licence_until: Option<String>,
    needs: Vec<Need>,
    persona: &'static str,
}

/// The reason why a Basic user can't host a planned meeting, if there is one.
pub(crate) const fn reason(meeting: &Meeting) -> Option<&'static str> {
    if meeting.webinar {
        Some("webinar")
    } else if meeting.participants > 300 {
        Some("large meeting")
    } else if meeting.participants > 100 {
        Some("over 100 participants")
    } else if meeting.length > 40 * 60 && meeting.participants > 1 {
        Some("over 40 minutes")
    } else if meeting.cloud {
        Some("cloud recording")
    } else if meeting.registration {
        Some("registration")
    } else if meeting.poll {
        Some("poll")
    } else {
        None
    }
}

fn needs(person: &Person, holidays: &Holidays, today: i64) -> Vec<(i64, &'static str)> {
    let (mut found, mut plan) = (Vec::new(), Vec::new());
    let first = (today - PAST).max(person.life.activated.div_euclid(DAY));
    for day in first..=today + FUTURE {
        plan.clear();
        planned(person, holidays, day, &mut plan);
        plan.retain(|meeting| person.life.active(day * DAY + i64::from(meeting.start)));
        if let Some(why) = plan.iter().find_map(reason) {
            found.push((day, why));
        }
    }
    found
}

/// Writes one JSON line for each person that is listed at `now` (seconds since 1970).
pub(crate) fn write(
    account: &Account,
    holidays: &Holidays,
    now: i64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let today = now.div_euclid(DAY);
    for slot in 0..account.slots() {
        let Some(person) = account.occupant(slot, now) else {
            continue;
        };
        let status = person.life.status(now);
        let needs = needs(&person, holidays, today);
        let last = needs
            .last()
            .filter(|(day, _)| *day >= today)
            .map(|(day, _)| date(*day));
        let truth = Truth {
            id: (status != Status::Pending).then(|| account.user_id(person.no)),
            email: &account.face(&person).email,
            account_id: &account.id,
            status: status.text(),
            licensed: person.licensed(now),
            needs_licence_until: last,
            needs: needs
                .into_iter()
                .map(|(day, why)| Need { on: date(day), why })
                .collect(),
            persona: person.persona.name(),
        };
        serde_json::to_writer(&mut *out, &truth)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

//! The company as plain rows, without the REST interface: each person with licences, activity and real
//! needs. Contains the result of a complete sync and, beyond it, the future.

use super::account::Account;
use super::habits::{apply_licence_limits, planned};
use super::person::Person;
use super::scheduling::made;
use super::signing::{signings, stored};
use super::truth::reason;
use super::visibility::visible;
use crate::calendar::{DAY, Holidays};

/// One person with licences, activity and the truth about the needs.
///
/// Moments are seconds since 1970 and days are days since 1970, both in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonHistory {
    /// Zoom's id of the user.
    pub id: String,
    /// E-mail address of the user.
    pub email: String,
    /// First name, may be empty.
    pub first_name: String,
    /// Last name, may be empty.
    pub last_name: String,
    /// Department; empty if answers leave it out.
    pub department: String,
    /// Names of the person's groups.
    pub groups: Vec<&'static str>,
    /// Employee number, if Zoom knows it.
    pub employee_id: Option<String>,
    /// Kind of person, a fixed text.
    pub persona: &'static str,
    /// Second of the invitation: listed as pending from then on.
    pub invited: i64,
    /// Second from which the person is listed as active.
    pub activated: i64,
    /// Second from which the person is listed as inactive, without a licence; `i64::MAX` for never.
    pub deactivated: i64,
    /// Second from which the person is no longer listed; `i64::MAX` for never.
    pub deleted: i64,
    /// Times with the base licence, each from the first value to before the second.
    pub licence: Vec<(i64, i64)>,
    /// Size of the webinar licence that comes with the base licence.
    pub webinar: Option<u16>,
    /// Size of the large-meeting licence that comes with the base licence.
    pub large_meeting: Option<u16>,
    /// Participants allowed in a meeting while licensed, without a large-meeting licence.
    pub meeting_capacity: u16,
    /// User type that replaces the one of the licence: 3, 4 or 99.
    pub odd_type: Option<i64>,
    /// Seconds of sign-ins until now, in order of time.
    pub sign_ins: Vec<i64>,
    /// Hosted meetings that reports contain by now, in order of time.
    pub hosted: Vec<HistoryHosted>,
    /// Past and future days with a plan that Basic does not allow, each with the reason.
    pub needs: Vec<(i64, &'static str)>,
    /// Last sign-in as the list of users shows it now.
    pub listed_sign_in: Option<i64>,
    /// Begin of every event in the calendar of the next thirty days, and whether it is a webinar.
    pub scheduled: Vec<(i64, bool)>,
}

/// A hosted meeting or webinar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent features")]
pub struct HistoryHosted {
    /// Second since 1970 of the begin.
    pub start: i64,
    /// Length in seconds; reports round it up to minutes.
    pub seconds: u32,
    /// Number of people that took part.
    pub participants: u16,
    /// Whether it is a webinar.
    pub webinar: bool,
    /// Whether it was recorded to the cloud.
    pub cloud: bool,
    /// Whether it had a poll.
    pub poll: bool,
    /// Whether participants had to register.
    pub registration: bool,
}

/// The real needs of one person, without the activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// Zoom's id of the user.
    pub id: String,
    /// E-mail address of the user.
    pub email: String,
    /// Kind of person, a fixed text.
    pub persona: &'static str,
    /// Days since 1970 with a plan that Basic does not allow, each with the reason.
    pub needs: Vec<(i64, &'static str)>,
}

/// Number of days of the calendar in [`PersonHistory::scheduled`].
const AHEAD: i64 = 30;

/// The days of a range on which a person is active.
fn working_days(person: &Person, (from, to): (i64, i64)) -> std::ops::RangeInclusive<i64> {
    let first = from.max(person.life.activated.div_euclid(DAY));
    first..=to.min(person.life.deactivated.div_euclid(DAY))
}

/// All people that are listed at some time of a range of days.
fn people_in(account: &Account, (from, to): (i64, i64)) -> impl Iterator<Item = Person> {
    let end = (to + 1) * DAY - 1;
    (0..account.slots()).flat_map(move |slot| account.during(slot, from * DAY, end))
}

/// The rows of all people that are listed at some time of a range of days, both ends included.
pub(crate) fn history(
    account: &Account,
    holidays: &Holidays,
    range: (i64, i64),
    now: i64,
) -> Vec<PersonHistory> {
    people_in(account, range)
        .map(|person| of_person(account, holidays, &person, range, now))
        .collect()
}

/// The needs of all people that are listed at some time of a range of days, both ends included.
pub(crate) fn truth(account: &Account, holidays: &Holidays, range: (i64, i64)) -> Vec<TruthRow> {
    let row = |person: Person| {
        let mut needs = Vec::new();
        let mut plan = Vec::new();
        for day in working_days(&person, range) {
            plan.clear();
            planned(&person, holidays, day, &mut plan);
            plan.retain(|meeting| person.life.active(day * DAY + i64::from(meeting.start)));
            needs.extend(plan.iter().find_map(reason).map(|why| (day, why)));
        }
        TruthRow {
            id: account.user_id(person.no),
            email: account.face(&person).email,
            persona: person.persona.name(),
            needs,
        }
    };
    people_in(account, range).map(row).collect()
}

/// The row of a person without sign-ins, meetings and needs.
fn without_activity(
    account: &Account,
    holidays: &Holidays,
    person: &Person,
    now: i64,
) -> PersonHistory {
    let face = account.face(person);
    let mut groups = Vec::new();
    account.groups(person, &mut groups);
    let life = person.life;
    // An add-on is assigned from the first second of the base licence on.
    let licensed_from = person.licence.from.max(life.invited);
    let mut row = PersonHistory {
        id: account.user_id(person.no),
        email: face.email,
        first_name: face.first.into_owned(),
        last_name: face.last.into_owned(),
        department: face.dept.unwrap_or_default().to_owned(),
        groups: groups.into_iter().map(super::groups::group_name).collect(),
        employee_id: account
            .has_employee_id(person)
            .then(|| account.employee_id(person)),
        persona: person.persona.name(),
        invited: life.invited,
        activated: life.activated,
        deactivated: life.deactivated,
        deleted: life.deleted,
        licence: Vec::new(),
        webinar: person.webinar(licensed_from),
        large_meeting: person.large_meeting(licensed_from),
        meeting_capacity: super::addons::USUAL,
        odd_type: person.odd_type,
        sign_ins: Vec::new(),
        hosted: Vec::new(),
        needs: Vec::new(),
        listed_sign_in: stored(person, holidays, now).map(|(at, _)| at),
        scheduled: Vec::new(),
    };
    if person.licence.from < person.licence.until {
        row.licence
            .push((person.licence.from, person.licence.until));
    }
    row
}

fn of_person(
    account: &Account,
    holidays: &Holidays,
    person: &Person,
    range: (i64, i64),
    now: i64,
) -> PersonHistory {
    let life = person.life;
    let mut row = without_activity(account, holidays, person, now);
    let today = now.div_euclid(DAY);
    let (mut plan, mut signed) = (Vec::new(), Vec::new());
    for day in working_days(person, range) {
        let second = |of_day: u32| day * DAY + i64::from(of_day);
        plan.clear();
        planned(person, holidays, day, &mut plan);
        let meant = plan
            .iter()
            .filter(|meeting| life.active(second(meeting.start)));
        row.needs
            .extend(meant.clone().find_map(reason).map(|why| (day, why)));
        if (today..=today + AHEAD).contains(&day) {
            row.scheduled.extend(meant.filter_map(|meeting| {
                let start = second(meeting.start);
                let known = made(person, day, meeting).is_some_and(|made| made <= now);
                (known && start > now).then_some((start, meeting.webinar))
            }));
        }
        if day > today {
            continue;
        }
        apply_licence_limits(person, day, 0, &mut plan);
        plan.sort_unstable_by_key(|meeting| meeting.start);
        let seen = plan.iter().filter(|meeting| visible(day, meeting, now));
        row.hosted.extend(seen.map(|meeting| HistoryHosted {
            start: second(meeting.start),
            seconds: meeting.length,
            participants: meeting.participants,
            webinar: meeting.webinar,
            cloud: meeting.cloud,
            poll: meeting.poll,
            registration: meeting.registration,
        }));
        signed.clear();
        signings(person, holidays, day, &mut signed);
        let came = signed
            .iter()
            .filter(|row| !row.out)
            .map(|row| second(row.at));
        row.sign_ins.extend(came.filter(|at| *at <= now));
    }
    row
}

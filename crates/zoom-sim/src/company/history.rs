//! The company without an interface: everybody with what they held, did and really need, as plain
//! rows. What a whole sync would bring, and what no sync can: the future.

use super::account::Account;
use super::habits::{happen, planned};
use super::person::Person;
use super::scheduling::made;
use super::signing::{signings, stored};
use super::truth::reason;
use super::visibility::visible;
use crate::calendar::{DAY, Holidays};

/// One person: who they are, what they held and did, and the truth about what they need.
///
/// Moments are seconds since 1970 and days are days since 1970, both in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonHistory {
    /// User id.
    pub id: String,
    /// Address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Department; empty when none is told.
    pub department: String,
    /// Names of groups.
    pub groups: Vec<&'static str>,
    /// Number that the organisation gave, where Zoom knows one.
    pub employee_id: Option<String>,
    /// What the person is like.
    pub persona: &'static str,
    /// Second of the invitation: listed as pending from then on.
    pub invited: i64,
    /// Second from which the person is listed as active.
    pub activated: i64,
    /// Second from which the person is listed as inactive, without a licence; `i64::MAX` for never.
    pub deactivated: i64,
    /// Second from which the person is no longer listed; `i64::MAX` for never.
    pub deleted: i64,
    /// When the base licence is held: from the first second to before the second.
    pub licence: Vec<(i64, i64)>,
    /// Size of the webinar licence held together with the base licence.
    pub webinar: Option<u16>,
    /// Size of the large-meeting licence held together with the base licence.
    pub large_meeting: Option<u16>,
    /// Participants allowed in a meeting while licensed, without a large-meeting licence.
    pub meeting_capacity: u16,
    /// User type that overrides what the licence says: 3, 4 or 99.
    pub odd_type: Option<i64>,
    /// Seconds of sign-ins until now, in order of time.
    pub sign_ins: Vec<i64>,
    /// What was hosted and can be seen in reports by now, in order of time.
    pub hosted: Vec<HistoryHosted>,
    /// Days on which the person plans something that Basic does not allow, with the reason; the past
    /// and the future.
    pub needs: Vec<(i64, &'static str)>,
    /// The last sign-in as the list of users tells it now.
    pub listed_sign_in: Option<i64>,
    /// Start of everything in the calendar for the next thirty days, and whether it is a webinar.
    pub scheduled: Vec<(i64, bool)>,
}

/// A hosted meeting or webinar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent features")]
pub struct HistoryHosted {
    /// Second of the beginning.
    pub start: i64,
    /// Length in seconds; reports tell it in minutes begun.
    pub seconds: u32,
    /// How many took part.
    pub participants: u16,
    /// A webinar, not a meeting.
    pub webinar: bool,
    /// Recorded to the cloud.
    pub cloud: bool,
    /// With polls.
    pub poll: bool,
    /// With registration.
    pub registration: bool,
}

/// Who really needs what, without what they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TruthRow {
    /// User id.
    pub id: String,
    /// Address.
    pub email: String,
    /// What the person is like.
    pub persona: &'static str,
    /// Days since 1970 on which something is planned that Basic does not allow, with the reason.
    pub needs: Vec<(i64, &'static str)>,
}

/// How far ahead a calendar is looked at.
const AHEAD: i64 = 30;

/// Days on which a person can do something within a range.
fn working_days(person: &Person, (from, to): (i64, i64)) -> std::ops::RangeInclusive<i64> {
    let first = from.max(person.life.activated.div_euclid(DAY));
    first..=to.min(person.life.deactivated.div_euclid(DAY))
}

/// Everybody who is listed at some time of a range of days.
fn everybody(account: &Account, (from, to): (i64, i64)) -> impl Iterator<Item = Person> {
    let end = (to + 1) * DAY - 1;
    (0..account.slots()).flat_map(move |slot| account.during(slot, from * DAY, end))
}

/// The rows of everybody who is listed at some time from one day to another, both included.
pub(crate) fn history(
    account: &Account,
    holidays: &Holidays,
    range: (i64, i64),
    now: i64,
) -> Vec<PersonHistory> {
    everybody(account, range)
        .map(|person| of_person(account, holidays, &person, range, now))
        .collect()
}

/// The needs of everybody who is listed at some time from one day to another, both included.
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
    everybody(account, range).map(row).collect()
}

fn of_person(
    account: &Account,
    holidays: &Holidays,
    person: &Person,
    range: (i64, i64),
    now: i64,
) -> PersonHistory {
    let face = account.face(person);
    let mut groups = Vec::new();
    account.groups(person, &mut groups);
    let life = person.life;
    // Whoever is to have an add-on has it from the first second of the licence.
    let held = person.licence.from.max(life.invited);
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
        webinar: person.webinar(held),
        large_meeting: person.large_meeting(held),
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
        happen(person, day, 0, &mut plan);
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

//! The meetings and webinars that a person hosts on a day.
//!
//! There are two steps: the plan of the person, and the meetings that took place. They differ, because
//! without a licence Zoom ends a meeting after forty minutes and the host starts the next one. The truth
//! is computed from the plan, the reports from the meetings that took place.

use super::person::Person;
use super::persona::Persona;
use super::rhythm::{SEASON, in_term, recurs, works};
use crate::calendar::{Holidays, civil, weekday};
use crate::dice::{Dice, mix};

/// A meeting or webinar that a person hosts on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent features")]
pub(crate) struct Meeting {
    /// Start in seconds of the UTC day.
    pub(crate) start: u32,
    pub(crate) length: u32,
    pub(crate) participants: u16,
    pub(crate) webinar: bool,
    pub(crate) cloud: bool,
    pub(crate) poll: bool,
    pub(crate) registration: bool,
    /// Meetings of one series share number and topic; 0 is an instant meeting.
    pub(crate) series: u8,
    /// Position among the person's meetings of this day, from 0.
    pub(crate) nth: u8,
}

impl Meeting {
    pub(crate) const fn minutes(&self) -> u32 {
        self.length.div_ceil(60)
    }
}

const MEETINGS: u64 = 0x4d45_4554;
const EXTRAS: u64 = 0x4558_5452;
const BASIC_LIMIT: u32 = 40 * 60;

struct Plan<'a> {
    person: &'a Person,
    day: i64,
    dice: Dice,
    hours: (i64, i64),
    out: &'a mut Vec<Meeting>,
}

impl Plan<'_> {
    /// Adds a meeting in the given part (of `parts`) of the working day.
    fn add(&mut self, part: u64, parts: u64, minutes: (u64, u64), people: (u64, u64), kind: Kind) {
        let span = (self.hours.1 - self.hours.0).max(1) as u64;
        let begin = self.hours.0 as u64 + span * part / parts;
        let quarter = (begin + self.dice.below(span / parts)) / 900 * 900;
        let start = (quarter.max(self.hours.0 as u64) + self.dice.below(240)).min(85_000);
        let rounded = |n: u64| if n > 40 { n / 5 * 5 } else { n };
        let length = rounded(self.dice.between(minutes.0, minutes.1)) * 60;
        let length = (length + self.dice.below(60)).saturating_sub(45).max(60);
        let cloud =
            matches!(kind, Kind::Lecture) || matches!(kind, Kind::Long) && self.dice.chance(1200);
        let nth = self.out.len() as u8;
        let salt = mix(EXTRAS, (self.day as u64) << 8 | u64::from(nth));
        let mut extras = Dice::of(self.person.key, salt);
        // Chances, of ten thousand, for a poll and for registration.
        let (poll, registration) = match kind {
            Kind::Short => (0, 0),
            Kind::Long => (300, 150),
            Kind::Lecture => (900, 300),
            Kind::Webinar => (4500, 8000),
        };
        self.out.push(Meeting {
            start: start as u32,
            length: length as u32,
            participants: self.dice.between(people.0, people.1) as u16,
            webinar: matches!(kind, Kind::Webinar),
            cloud,
            poll: extras.chance(poll),
            registration: extras.chance(registration),
            series: if self.dice.chance(6500) {
                1 + self.dice.below(6) as u8
            } else {
                0
            },
            nth,
        });
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Short,
    Long,
    Lecture,
    Webinar,
}

/// Appends the meetings that the person plans for a day, in order of time; none on days off.
pub(crate) fn planned(person: &Person, holidays: &Holidays, day: i64, out: &mut Vec<Meeting>) {
    let mut dice = Dice::of(person.key, mix(MEETINGS, day as u64));
    let lot = dice.below(65_536);
    let lapsed = day >= person.change;
    // Chance, of 65,536, to host on this day. Rare hosts always pass, because their events follow
    // the calendar.
    let rate = match person.persona {
        Persona::HeavyHost => 62_000,
        Persona::RegularHost => 24_000 + person.lot(21) % 14_000,
        Persona::OccasionalHost => 1_600 + person.lot(21) % 2_200,
        Persona::Faded => {
            if lapsed {
                300
            } else {
                28_000
            }
        }
        Persona::ShortHost => {
            if lapsed {
                0
            } else {
                26_000
            }
        }
        Persona::Attendee => {
            if lapsed {
                0
            } else {
                500
            }
        }
        Persona::Executive | Persona::LargeMeeting => 9_000,
        Persona::WebinarUnused => 6_500,
        Persona::Lecturer | Persona::WebinarHost | Persona::YearlyEvent => 65_536,
        Persona::SignInOnly | Persona::NeverCame | Persona::SecondAccount | Persona::Service => 0,
    };
    let recurring = matches!(person.persona, Persona::Executive | Persona::LargeMeeting);
    if lot >= rate && !recurring || rate == 0 {
        return;
    }
    let month = civil(day).1;
    let quiet = dice.below(100) >= SEASON[(month - 1) as usize];
    let hours = person.zone().working_hours(month);
    let mut plan = Plan {
        person,
        day,
        dice,
        hours,
        out,
    };
    plan.fill(holidays, day, quiet, lapsed, lot < rate);
    plan.out.sort_unstable_by_key(|meeting| meeting.start);
    plan.out
        .iter_mut()
        .enumerate()
        .for_each(|(index, meeting)| meeting.nth = index as u8);
}

impl Plan<'_> {
    fn fill(&mut self, holidays: &Holidays, day: i64, quiet: bool, lapsed: bool, lucky: bool) {
        let person = self.person;
        let open = || works(person, holidays, day);
        match person.persona {
            Persona::HeavyHost if open() => {
                let count = 1 + self.dice.below(if quiet { 2 } else { 4 });
                for part in 0..count {
                    self.add(part, count, (20, 95), (2, 22), Kind::Long);
                }
            }
            Persona::RegularHost if !quiet && open() => {
                let count = 1 + self.dice.below(2);
                for part in 0..count {
                    self.add(part, count, (25, 80), (2, 14), Kind::Long);
                }
            }
            Persona::OccasionalHost if !quiet && open() => {
                self.add(0, 1, (42, 100), (3, 18), Kind::Long);
            }
            Persona::Faded if !quiet && open() => {
                let (minutes, people) = if lapsed {
                    ((10, 35), (2, 4))
                } else {
                    ((25, 80), (2, 14))
                };
                self.add(
                    0,
                    1,
                    minutes,
                    people,
                    if lapsed { Kind::Short } else { Kind::Long },
                );
            }
            Persona::ShortHost | Persona::WebinarUnused if !quiet && open() => {
                for part in 0..=self.dice.below(2) {
                    self.add(part, 2, (8, 37), (1, 6), Kind::Short);
                }
            }
            Persona::Attendee if open() => self.add(0, 1, (6, 35), (1, 3), Kind::Short),
            Persona::Executive => {
                if recurs(person, holidays, day, 28, 22) {
                    self.add(0, 2, (50, 90), (12, 95), Kind::Long);
                }
                if lucky && open() {
                    self.add(1, 2, (42, 90), (3, 12), Kind::Long);
                }
            }
            Persona::LargeMeeting => {
                if recurs(person, holidays, day, 28, 22) {
                    self.add(0, 2, (50, 75), (120, 450), Kind::Long);
                }
                if lucky && open() {
                    self.add(1, 2, (20, 50), (3, 12), Kind::Long);
                }
            }
            Persona::Lecturer => {
                let first = (person.lot(23) % 5) as i64;
                let teaches = weekday(day) == first || weekday(day) == (first + 2) % 5;
                if teaches && in_term(person, day) && !holidays.closed(person.region(), day) {
                    self.add(0, 2, (85, 95), (18, 160), Kind::Lecture);
                }
            }
            Persona::WebinarHost => {
                let period = [28, 28, 56, 91][(person.lot(24) % 4) as usize];
                if recurs(person, holidays, day, period, 22) {
                    self.add(1, 2, (55, 90), (70, 480), Kind::Webinar);
                }
            }
            Persona::YearlyEvent if recurs(person, holidays, day, 364, 22) => {
                self.add(0, 2, (60, 240), (40, 280), Kind::Long);
                self.add(1, 2, (45, 90), (20, 120), Kind::Long);
            }
            _ => {}
        }
    }
}

/// Appends the meetings of a day that took place.
pub(crate) fn hosted(person: &Person, holidays: &Holidays, day: i64, out: &mut Vec<Meeting>) {
    let from = out.len();
    planned(person, holidays, day, out);
    apply_licence_limits(person, day, from, out);
}

/// Applies the limits of the person's licence to the plan of a day, which begins at index `from`: no
/// more participants than allowed, no webinar without a licence and, for a Basic user, no meeting
/// longer than forty minutes.
pub(crate) fn apply_licence_limits(person: &Person, day: i64, from: usize, out: &mut Vec<Meeting>) {
    let midnight = day * crate::calendar::DAY;
    let mut extra: Vec<Meeting> = Vec::new();
    out[from..]
        .iter_mut()
        .enumerate()
        .for_each(|(index, meeting)| {
            meeting.nth = index as u8;
            let at = midnight + i64::from(meeting.start);
            let licensed = person.licensed(at);
            meeting.cloud &= licensed;
            meeting.poll &= licensed;
            meeting.registration &= licensed;
            let capacity = if meeting.webinar {
                person.webinar(at).unwrap_or_default()
            } else {
                person.capacity(at)
            };
            meeting.participants = meeting.participants.min(capacity);
            if !licensed
                && !meeting.webinar
                && meeting.length > BASIC_LIMIT
                && meeting.participants > 1
            {
                let mut rest = meeting.length - BASIC_LIMIT;
                meeting.length = BASIC_LIMIT;
                let mut next = *meeting;
                while rest > 0 && next.start + BASIC_LIMIT + 90 < 86_000 {
                    next.start += next.length + 70;
                    next.length = rest.min(BASIC_LIMIT);
                    rest -= next.length;
                    next.nth = 100 + extra.len() as u8;
                    extra.push(next);
                }
            }
        });
    out.retain({
        let mut index = 0;
        move |meeting| {
            index += 1;
            let at = midnight + i64::from(meeting.start);
            let possible = !meeting.webinar || person.webinar(at).is_some();
            index <= from || possible && person.life.active(at)
        }
    });
    extra.retain(|meeting| person.life.active(midnight + i64::from(meeting.start)));
    out.append(&mut extra);
}

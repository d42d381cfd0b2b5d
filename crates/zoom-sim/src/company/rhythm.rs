//! The working days of a person: holidays, vacations, terms and recurring events.

use super::person::Person;
use crate::calendar::{Holidays, civil, day_of};
use crate::dice::Dice;

/// Whether the person works on a day that is no weekend, no holiday and no vacation.
pub(crate) fn works(person: &Person, holidays: &Holidays, day: i64) -> bool {
    !holidays.closed(person.region(), day) && !on_vacation(person, day)
}

fn on_vacation(person: &Person, day: i64) -> bool {
    let (year, month, dom) = civil(day);
    let mut dice = Dice::of(person.key, 0x7661_6361 ^ year as u64);
    let long = 10 + dice.below(12) as i64;
    let south = person.region() as usize == 7 || person.region() as usize == 4;
    let summer = day_of(year, if south { 1 } else { 6 }, 25) + dice.below(55) as i64;
    let short = day_of(year, 2, 1) + dice.below(270) as i64;
    let winter = dice.chance(7500) && (month == 12 && dom >= 23 || month == 1 && dom <= 3);
    winter || (summer..summer + long).contains(&day) || (short..short + 6).contains(&day)
}

/// Whether a day is in a teaching term of the person. Some people teach in summer terms only.
pub(crate) fn in_term(person: &Person, day: i64) -> bool {
    let (_, month, dom) = civil(day);
    let summer = month == 4 && dom >= 10 || month == 5 || month == 6 || month == 7 && dom <= 20;
    let winter = month == 10 && dom >= 8 || month == 11 || month == 12 && dom <= 20;
    let winter = winter || month == 1 && dom >= 8 || month == 2 && dom <= 5;
    summer || winter && person.lot(20) % 10 < 6
}

/// Whether an event that recurs every `period` days takes place on this day: on the planned day, or
/// the first working day after it.
pub(super) fn recurs(
    person: &Person,
    holidays: &Holidays,
    day: i64,
    period: i64,
    salt: u64,
) -> bool {
    let phase = (person.lot(salt) % period as u64) as i64;
    let planned = day - (day - phase).rem_euclid(period);
    day - planned < 30
        && works(person, holidays, day)
        && (planned..day).all(|earlier| !works(person, holidays, earlier))
}

/// Activity of each month in percent, lower in summer and around the turn of the year.
pub(super) const SEASON: [u64; 12] = [92, 100, 100, 96, 98, 96, 72, 68, 100, 104, 104, 82];

//! Sign-ins and sign-outs of a person, and the client used.

use super::person::Person;
use super::persona::Persona;
use super::rhythm::{in_term, works};
use crate::calendar::{DAY, Holidays, civil, day_of};
use crate::dice::{Dice, mix};

/// A row of the sign-in log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signing {
    /// Second of the UTC day.
    pub(crate) at: u32,
    pub(crate) out: bool,
    pub(crate) client: Client,
}

/// The client of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Windows,
    Mac,
    Browser,
    Iphone,
    Android,
    Linux,
}

impl Client {
    /// Name of the client in the sign-in log.
    pub(crate) const fn log(self) -> &'static str {
        match self {
            Self::Windows => "win",
            Self::Mac => "mac",
            Self::Browser => "Browser",
            Self::Iphone => "iphone",
            Self::Android => "android",
            Self::Linux => "linux",
        }
    }

    fn main(person: &Person) -> Self {
        match person.lot(30) % 100 {
            0..=54 => Self::Windows,
            55..=83 => Self::Mac,
            84..=94 => Self::Browser,
            _ => Self::Linux,
        }
    }
}

/// The version of the person's client on a day, as in `6.2.11.43613`. There is an update every month,
/// which each person installs some weeks later.
pub(crate) fn version(person: &Person, day: i64) -> String {
    let (year, month, _) = civil(day - (person.lot(31) % 120) as i64);
    let months = (year * 12 + month - 1 - 2024 * 12).max(0) as u64;
    let build = 30_000 + months * 611 + mix(77, months) % 500;
    format!(
        "{}.{}.{}.{build}",
        5 + (months + 8) / 20,
        (months + 8) % 20 / 2,
        months % 5 * 5
    )
}

const SIGNING: u64 = 0x5349_474e;

/// Appends the sign-ins and sign-outs of a day, in order of time.
pub(crate) fn signings(person: &Person, holidays: &Holidays, day: i64, out: &mut Vec<Signing>) {
    let first = person.life.activated.div_euclid(DAY) == day;
    if person.persona == Persona::NeverCame {
        return;
    }
    let mut dice = Dice::of(person.key, mix(SIGNING, day as u64));
    let lapsed = day >= person.change && lapses(person);
    let rate = if lapsed {
        0
    } else {
        person.persona.signs_in() * (40 + person.lot(32) % 120) / 100
    };
    let lot = dice.below(65_536);
    if lot >= rate && !first {
        return;
    }
    let works = works(person, holidays, day)
        && (person.persona != Persona::Lecturer || in_term(person, day) || lot.is_multiple_of(16));
    // On days off a few people sign in with their phones.
    if !works && !first && !lot.is_multiple_of(23) {
        return;
    }
    let main = Client::main(person);
    let hours = person.zone().working_hours(civil(day).1);
    let mobile = if person.lot(33) % 5 < 3 {
        Client::Iphone
    } else {
        Client::Android
    };
    let mut at = (hours.0 - 1800 + dice.below(9000) as i64).max(0);
    if first {
        at = person.life.activated.rem_euclid(DAY) + 40;
    }
    let client = if works || first { main } else { mobile };
    let mut push = |at: i64, leaving, client| {
        let row = Signing {
            at: at.clamp(0, DAY - 1) as u32,
            out: leaving,
            client,
        };
        if person.life.active(day * DAY + i64::from(row.at)) {
            out.push(row);
        }
    };
    push(at, false, client);
    if dice.chance(150) {
        push(at, false, client);
    }
    if works && dice.chance(1400) {
        push(at + 3600 + dice.below(14_000) as i64, false, mobile);
    }
    if works && dice.chance(2600) {
        push(
            (hours.1 - 600 + dice.below(3000) as i64).max(at + 60),
            true,
            client,
        );
    }
}

/// The last sign-in that Zoom stores at `now` (seconds): the stored time is replaced only by one that is
/// more than three days later, so it can be up to three days old. `None` if the person never signed in.
///
/// The sequence of replacements restarts every 64 days, because the whole history would take too long.
pub(crate) fn stored(person: &Person, holidays: &Holidays, now: i64) -> Option<(i64, Client)> {
    if person.persona == Persona::NeverCame || now < person.life.activated {
        return None;
    }
    let now = now.min(person.life.deactivated);
    let begin = person.life.activated.div_euclid(DAY);
    // There are no sign-ins after the change of people that stop signing in.
    let end = if lapses(person) {
        person.change.max(begin + 1) - 1
    } else {
        i64::MAX
    };
    let (mut rows, mut upper) = (Vec::new(), now.div_euclid(DAY).min(end));
    let oldest = begin.max(upper - 4 * 366).max(day_of(2012, 1, 1));
    while upper >= oldest {
        let lower = upper.div_euclid(64) * 64;
        let mut kept: Option<(i64, Client)> = None;
        let mut day = lower.max(oldest);
        while day <= upper {
            rows.clear();
            signings(person, holidays, day, &mut rows);
            let mut next = day + 1;
            for row in rows.iter().filter(|row| !row.out) {
                let at = day * DAY + i64::from(row.at);
                if at <= now && kept.is_none_or(|(stored, _)| at - stored > 3 * DAY) {
                    kept = Some((at, row.client));
                    next = day + 3;
                }
            }
            day = next;
        }
        if kept.is_some() {
            return kept;
        }
        upper = lower - 1;
    }
    Some((person.life.activated + 40, Client::main(person)))
}

/// Whether the person stops signing in on the day of the change.
fn lapses(person: &Person) -> bool {
    person.change < i64::MAX && person.persona != Persona::Faded
}

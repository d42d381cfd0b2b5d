//! A person: dates, habits and licence.

use super::edits::Edits;
use super::persona::Persona;
use super::place::{Region, ZONES, Zone};
use crate::calendar::DAY;
use crate::dice::{Dice, mix};

/// Seats below this number are for service accounts and for rare user types.
pub(crate) const RESERVED: u32 = 8;

/// Identifies a person of an account: the seat, and the position in the sequence of people on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PersonNo {
    pub(crate) slot: u32,
    pub(crate) generation: u8,
}

impl PersonNo {
    /// First name, last name and local part of the address, for service accounts.
    pub(crate) const fn service(self) -> Option<(&'static str, &'static str, &'static str)> {
        match (self.slot, self.generation) {
            (0, 0) => Some(("Integration", "Service", "integration.service")),
            (1, 0) => Some(("Integration", "Without Logs", "integration.nologs")),
            (2, 0) => Some(("Integration", "Without Activity", "integration.noactivity")),
            (3, 0) => Some(("Morgan", "Member", "morgan.member")),
            _ => None,
        }
    }
}

/// The stages of a person's time in the account, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Life {
    /// Second of the invitation; listed as pending from then on.
    pub(crate) invited: i64,
    /// Second from which the person is listed as active.
    pub(crate) activated: i64,
    /// Second from which the person is listed as inactive, without a licence.
    pub(crate) deactivated: i64,
    /// Second from which the person is not listed; the next person of the seat is invited then.
    pub(crate) deleted: i64,
}

/// The `status` in the list of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Inactive,
    Pending,
}

impl Status {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Pending => "pending",
        }
    }
}

impl Life {
    /// The status at `at` (seconds), between invitation and deletion.
    pub(crate) const fn status(&self, at: i64) -> Status {
        if at < self.activated {
            Status::Pending
        } else if at < self.deactivated {
            Status::Active
        } else {
            Status::Inactive
        }
    }

    /// Whether the person can sign in or host at `at` (seconds).
    pub(crate) const fn active(&self, at: i64) -> bool {
        self.activated <= at && at < self.deactivated
    }

    /// Whether the person is in the lists at `at` (seconds).
    pub(crate) const fn listed(&self, at: i64) -> bool {
        self.invited <= at && at < self.deleted
    }
}

/// The time with a licence in seconds since 1970: from `from` to before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Licence {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

/// The data of a person that the habits need. Name and address are in [`super::face`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) no: PersonNo,
    pub(crate) key: u64,
    pub(crate) life: Life,
    pub(crate) persona: Persona,
    pub(crate) zone: usize,
    pub(crate) licence: Licence,
    /// The day from which the habits change: hosts that host less, people that stop signing in.
    pub(crate) change: i64,
    /// User type that replaces the one of the licence, for a few people of the company.
    pub(crate) odd_type: Option<i64>,
    /// Whether the account has bought suites.
    pub(crate) suites: bool,
    /// Changes of licences at run time.
    pub(crate) edits: Edits,
}

impl Person {
    pub(crate) fn new(
        no: PersonNo,
        key: u64,
        life: Life,
        (persona, zone): (Persona, usize),
        licensing: bool,
    ) -> Self {
        let mut dice = Dice::of(key, 2);
        let never = Licence {
            from: i64::MAX,
            until: i64::MAX,
        };
        let late = dice.between(20, 300) as i64 * DAY + dice.below(8 * 3600) as i64;
        let lost = dice.between(90, 700) as i64 * DAY + dice.below(8 * 3600) as i64;
        let licence = if !licensing {
            never
        } else if dice.chance(persona.licensed()) {
            // Some people get the licence together with the invitation.
            let early = Dice::of(key, 3).chance(2500);
            let from = match (dice.chance(1800), early) {
                (true, _) => life.activated + late,
                (false, true) => life.invited,
                (false, false) => life.activated,
            };
            Licence {
                from,
                until: life.deactivated,
            }
        } else if dice.chance(900) {
            let until = (life.activated + lost).min(life.deactivated);
            Licence {
                from: life.activated,
                until,
            }
        } else {
            never
        };
        let lapses = match persona {
            Persona::Faded => true,
            Persona::Attendee | Persona::SignInOnly | Persona::ShortHost => dice.chance(1500),
            _ => false,
        };
        let after = dice.between(150, 1900) as i64;
        let change = if lapses {
            life.activated.div_euclid(DAY) + after
        } else {
            i64::MAX
        };
        Self {
            no,
            key,
            life,
            persona,
            zone,
            licence,
            change,
            odd_type: None,
            suites: false,
            edits: Edits::default(),
        }
    }

    pub(crate) fn zone(&self) -> &'static Zone {
        &ZONES[self.zone]
    }

    pub(crate) fn region(&self) -> Region {
        self.zone().region
    }

    /// A fixed pseudo-random number of this person for one purpose.
    pub(crate) const fn lot(&self, purpose: u64) -> u64 {
        mix(self.key, purpose)
    }

    pub(crate) fn licensed(&self, at: i64) -> bool {
        let usual = self.licence.from <= at && at < self.licence.until;
        // Deactivation always removes the licence.
        at < self.life.deactivated && self.edits.licensed(at).unwrap_or(usual)
    }

    /// Number of the personal meeting room.
    pub(crate) const fn pmi(&self) -> u64 {
        1_000_000_000 + self.lot(70) % 9_000_000_000
    }

    /// Id and name of the role.
    pub(crate) const fn role(&self) -> (&'static str, &'static str) {
        match self.no.slot {
            0 => ("1", "Admin"),
            1 => ("RkL9x2QbTnSvW0aUe4HgJw", "Reporting without admin logs"),
            2 => ("RqP7c5ZmSYe1oD8fVt3NnA", "Reporting without user activity"),
            4 => ("0", "Owner"),
            slot if slot >= RESERVED && self.lot(46).is_multiple_of(250) => ("1", "Admin"),
            _ => ("2", "Member"),
        }
    }

    /// The `type` in the list of users.
    pub(crate) fn user_type(&self, at: i64) -> i64 {
        match self.odd_type {
            Some(odd) => odd,
            None if self.licensed(at) => 2,
            None => 1,
        }
    }
}

//! What decisions need of users beside metadata and days: since when they hold what, what is
//! scheduled, who left, what was bought, single webinars and large meetings, and cut-off meetings.
//! All of it is sparse, so it is kept as short sorted lists.

use model::{Day, Licence, Timestamp};

use crate::bits::Bits;

/// Seats of a licence as the application's plan usage tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchased {
    /// What was bought.
    pub licence: Licence,
    /// Seats bought.
    pub bought: i64,
    /// Seats that the application counts as given to users.
    pub assigned: i64,
}

/// A line of an imported list of employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPerson {
    /// E-mail address, in any case.
    pub email: String,
    /// The last day of work, where the list tells one.
    pub left_on: Option<Day>,
}

/// What an imported list of employees says of somebody who is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Not in the list.
    NotListed,
    /// Has a last day of work, which may lie ahead.
    LeftOn(Day),
}

/// A webinar, or a meeting too large for a base licence, that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gathering {
    /// The host's row.
    pub(crate) row: u32,
    /// Seconds since 1970.
    pub(crate) start: u32,
    /// Length in minutes.
    pub minutes: u16,
    /// How many took part.
    pub participants: u32,
    /// Whether it was a webinar.
    pub webinar: bool,
}

impl Gathering {
    /// When it began, to the second.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        Timestamp(i64::from(self.start) * 1000)
    }

    /// When it ended, to the minute.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start().plus_seconds(i64::from(self.minutes) * 60)
    }
}

/// A meeting that was cut off and begun anew while its host had no licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CutOff {
    pub(crate) row: u32,
    /// Seconds since 1970.
    start: u32,
    /// How long it lasted.
    pub(crate) minutes: u8,
}

impl CutOff {
    pub(crate) fn new(row: u32, start: u32, minutes: u8) -> Self {
        Self {
            row,
            start,
            minutes,
        }
    }

    pub(crate) fn start(&self) -> Timestamp {
        Timestamp(i64::from(self.start) * 1000)
    }

    pub(crate) fn day(&self) -> Day {
        self.start().day()
    }
}

/// Since when a user holds a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) row: u32,
    /// Position in [`Extra::licences`].
    pub(crate) licence: u16,
    /// Whether the moment itself was seen, and not only that it was held then.
    pub(crate) exact: bool,
    pub(crate) since: Day,
}

/// Something scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scheduled {
    pub(crate) row: u32,
    /// Seconds since 1970.
    pub(crate) start: u32,
    pub(crate) webinar: bool,
}

/// What an imported list of employees says of the users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) read_at: Timestamp,
    /// How many people are in the list.
    pub(crate) people: usize,
    /// Users who are not in it, and those who have a last day of work.
    pub(crate) gone: Vec<(u32, Option<Day>)>,
}

/// What an event must exceed to need a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NeedLimits {
    /// Minutes of a meeting with company.
    pub(crate) minutes: i32,
    /// Participants of a free user's meeting.
    pub(crate) audience: i64,
    /// Participants of a licensed user's meeting without an add-on.
    pub(crate) licensed_audience: i64,
}

/// What decisions need beside metadata and days.
#[derive(Debug)]
pub(crate) struct Extra {
    pub(crate) limits: NeedLimits,
    /// Seconds since 1970: when the account was made, else when it was first seen.
    pub(crate) since: Vec<u32>,
    /// Rows of which it is known when the account was made.
    pub(crate) created: Bits,
    pub(crate) licences: Vec<Licence>,
    pub(crate) held: Vec<Held>,
    pub(crate) scheduled: Vec<Scheduled>,
    pub(crate) scheduled_until: Option<Day>,
    pub(crate) import: Option<Import>,
    pub(crate) delegations: Vec<(u32, u32)>,
    pub(crate) purchased: Vec<Purchased>,
    pub(crate) gatherings: Vec<Gathering>,
    /// By row and start.
    pub(crate) cut_offs: Vec<CutOff>,
    /// The suites that anybody is on, by the application's word.
    pub(crate) suites: Vec<Box<str>>,
    /// Row and position in `suites` of those who are on one.
    pub(crate) suite_of: Vec<(u32, u16)>,
}

/// The entries of one row in a list that is sorted by row.
pub(crate) fn of_row<T>(list: &[T], row: usize, row_of: impl Fn(&T) -> u32) -> &[T] {
    let first = list.partition_point(|item| (row_of(item) as usize) < row);
    let rest = &list[first..];
    &rest[..rest.partition_point(|item| row_of(item) as usize == row)]
}

impl Extra {
    pub(crate) fn held_by(&self, row: usize) -> &[Held] {
        of_row(&self.held, row, |held| held.row)
    }

    pub(crate) fn scheduled_by(&self, row: usize) -> &[Scheduled] {
        of_row(&self.scheduled, row, |event| event.row)
    }

    pub(crate) fn gatherings_of(&self, row: usize) -> &[Gathering] {
        of_row(&self.gatherings, row, |event| event.row)
    }

    pub(crate) fn cut_offs_of(&self, row: usize) -> &[CutOff] {
        of_row(&self.cut_offs, row, |cut| cut.row)
    }

    /// The position in `suites` of the one that this user is on.
    pub(crate) fn suite_of(&self, row: usize) -> Option<u16> {
        let on = of_row(&self.suite_of, row, |on| on.0).first()?;
        Some(on.1)
    }

    /// How many act for this user.
    pub(crate) fn delegates_of(&self, row: usize) -> u32 {
        of_row(&self.delegations, row, |entry| entry.0)
            .first()
            .map_or(0, |entry| entry.1)
    }

    /// What the imported list says of a user who is gone.
    pub(crate) fn gone(&self, row: usize) -> Option<Gone> {
        let import = self.import.as_ref()?;
        let (_, left_on) = of_row(&import.gone, row, |entry| entry.0).first()?;
        Some(left_on.map_or(Gone::NotListed, Gone::LeftOn))
    }

    pub(crate) fn bytes(&self) -> usize {
        self.since.capacity() * 4
            + self.created.bytes()
            + self.held.capacity() * size_of::<Held>()
            + self.scheduled.capacity() * size_of::<Scheduled>()
            + self
                .import
                .as_ref()
                .map_or(0, |import| import.gone.capacity() * 16)
            + self.delegations.capacity() * 8
            + self.gatherings.capacity() * size_of::<Gathering>()
            + self.cut_offs.capacity() * size_of::<CutOff>()
            + self.suite_of.capacity() * 8
    }
}

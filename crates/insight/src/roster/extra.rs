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

/// What a pushed directory says of whoever has an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPerson {
    /// E-mail address, in any case.
    pub email: String,
    /// How they left, when they did; `None` for those who are active.
    pub departure: Option<Departure>,
}

/// How somebody left a pushed directory, and on which day that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// Deactivated there.
    Deactivated(Day),
    /// Deleted there while they were active.
    Removed(Day),
}

impl Departure {
    /// The day.
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            Self::Deactivated(day) | Self::Removed(day) => day,
        }
    }
}

/// What a list of employees or a pushed directory says of somebody who is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Not in the list, which is complete. A directory never says this: it may not be.
    NotListed,
    /// Has a last day of work in the list, which may lie ahead.
    LeftOn(Day),
    /// Left the directory.
    Departed(Departure),
}

impl Gone {
    /// The last day, where one is told.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        match self {
            Self::NotListed => None,
            Self::LeftOn(day) => Some(day),
            Self::Departed(departure) => Some(departure.day()),
        }
    }
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

/// What a list of employees or a pushed directory says of the users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Employees {
    pub(crate) source: Source,
    /// How many people are in it, and have not left a directory.
    pub(crate) people: usize,
    /// Users who are gone.
    pub(crate) gone: Vec<(u32, Gone)>,
}

/// Where it is known from who works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A list of everybody: whoever is not on it is gone.
    List { read_at: Timestamp },
    /// A directory that pushes people one by one: nothing tells whether it is complete, so that
    /// whoever is not in it may be here as well.
    Directory {
        changed_at: Timestamp,
        /// Users who are not in it.
        absent: Vec<u32>,
    },
}

impl Employees {
    /// When the list was read; `None` of a directory.
    pub(crate) fn listed_at(&self) -> Option<Timestamp> {
        match self.source {
            Source::List { read_at } => Some(read_at),
            Source::Directory { .. } => None,
        }
    }

    fn bytes(&self) -> usize {
        let absent = match &self.source {
            Source::List { .. } => 0,
            Source::Directory { absent, .. } => absent.capacity() * 4,
        };
        absent + self.gone.capacity() * size_of::<(u32, Gone)>()
    }
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
    pub(crate) employees: Option<Employees>,
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

    /// What the list of employees or the directory says of a user who is gone.
    pub(crate) fn gone(&self, row: usize) -> Option<Gone> {
        let gone = &self.employees.as_ref()?.gone;
        Some(of_row(gone, row, |entry| entry.0).first()?.1)
    }

    /// Whether a directory is pushed and doesn't have this user, of whom it tells nothing.
    pub(crate) fn is_absent(&self, row: usize) -> bool {
        self.employees
            .as_ref()
            .is_some_and(|employees| match &employees.source {
                Source::List { .. } => false,
                Source::Directory { absent, .. } => !of_row(absent, row, |row| *row).is_empty(),
            })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.since.capacity() * 4
            + self.created.bytes()
            + self.held.capacity() * size_of::<Held>()
            + self.scheduled.capacity() * size_of::<Scheduled>()
            + self.employees.as_ref().map_or(0, Employees::bytes)
            + self.delegations.capacity() * 8
            + self.gatherings.capacity() * size_of::<Gathering>()
            + self.cut_offs.capacity() * size_of::<CutOff>()
            + self.suite_of.capacity() * 8
    }
}

//! The data that decisions need in addition to metadata and days: licences with their dates, scheduled
//! events, leavers, bought seats, webinars and large meetings one by one, and cut-off meetings. All of them
//! are sparse, so they are kept as short sorted lists.

use model::{Day, Licence, Timestamp};

use crate::bits::Bits;

/// Seats of a licence according to the application's plan usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchased {
    /// The licence that was bought.
    pub licence: Licence,
    pub bought: i64,
    /// Number of seats that the application counts as given to users.
    pub assigned: i64,
}

/// A line of an imported list of employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPerson {
    /// E-mail address, in any case.
    pub email: String,
    /// The last day of work; `None` when the list has none.
    pub left_on: Option<Day>,
}

/// A person of a pushed directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPerson {
    /// E-mail address, in any case.
    pub email: String,
    /// How the person left; `None` for an active person.
    pub departure: Option<Departure>,
}

/// How a person left a pushed directory, with the day on which the change arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    Deactivated(Day),
    /// Deleted in the directory while active.
    Removed(Day),
}

impl Departure {
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            Self::Deactivated(day) | Self::Removed(day) => day,
        }
    }
}

/// How a user left, according to a list of employees or a pushed directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// Not in the list, which is complete. Never the case for a directory, which may be incomplete.
    NotListed,
    /// Has a last day of work in the list, which may be in the future.
    LeftOn(Day),
    Departed(Departure),
}

impl Gone {
    /// The last day; `None` when it is not known.
    #[must_use]
    pub fn day(self) -> Option<Day> {
        match self {
            Self::NotListed => None,
            Self::LeftOn(day) => Some(day),
            Self::Departed(departure) => Some(departure.day()),
        }
    }
}

/// A webinar, or a meeting that was too large for a base licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gathering {
    pub(crate) row: u32,
    /// Start in seconds since 1970 (UTC).
    pub(crate) start: u32,
    pub minutes: u16,
    pub participants: u32,
    /// Whether it was a webinar.
    pub webinar: bool,
}

impl Gathering {
    /// Start of the event, to the second.
    #[must_use]
    pub fn start(&self) -> Timestamp {
        Timestamp(i64::from(self.start) * 1000)
    }

    /// End of the event, to the minute.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.start().plus_seconds(i64::from(self.minutes) * 60)
    }
}

/// A meeting that was cut off and started again while its host had no licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CutOff {
    pub(crate) row: u32,
    /// Start in seconds since 1970 (UTC).
    start: u32,
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

/// The day since which a user has had a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LicenceSince {
    pub(crate) row: u32,
    pub(crate) licence: u16,
    /// Whether that day is certain, and not only the first day on which the licence was seen.
    pub(crate) exact: bool,
    pub(crate) since: Day,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scheduled {
    pub(crate) row: u32,
    /// Start in seconds since 1970 (UTC).
    pub(crate) start: u32,
    pub(crate) webinar: bool,
}

/// The data of a list of employees or a pushed directory about the users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Employees {
    pub(crate) source: Source,
    /// Number of people in it that have not left.
    pub(crate) people: usize,
    pub(crate) gone: Vec<(u32, Gone)>,
}

/// The source of the data about employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A complete list: users that are not on it have left.
    List { read_at: Timestamp },
    /// A directory that pushes people one by one. It is not known if it is complete, so a user that is not in
    /// it may still be an employee.
    Directory {
        changed_at: Timestamp,
        /// The users that are not in it.
        absent: Vec<u32>,
    },
}

impl Employees {
    /// The time at which the list was read; `None` for a directory.
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

/// The limits above which an event needs a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NeedLimits {
    /// Minutes of a meeting with at least two participants.
    pub(crate) minutes: i32,
    /// Participants of a free user's meeting.
    pub(crate) audience: i64,
    /// Participants of a licensed user's meeting without an add-on.
    pub(crate) licensed_audience: i64,
}

/// The data that decisions need in addition to metadata and days.
#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) limits: NeedLimits,
    /// The time at which the account was created, or else first seen, in seconds since 1970.
    pub(crate) since: Vec<u32>,
    /// The rows for which the creation of the account is known.
    pub(crate) created: Bits,
    pub(crate) licences: Vec<Licence>,
    pub(crate) licences_since: Vec<LicenceSince>,
    pub(crate) scheduled: Vec<Scheduled>,
    pub(crate) scheduled_until: Option<Day>,
    pub(crate) employees: Option<Employees>,
    pub(crate) delegations: Vec<(u32, u32)>,
    pub(crate) purchased: Vec<Purchased>,
    pub(crate) gatherings: Vec<Gathering>,
    /// Ordered by row and then by start.
    pub(crate) cut_offs: Vec<CutOff>,
}

/// The entries of one row in a list that is sorted by row.
pub(crate) fn of_row<T>(list: &[T], row: usize, row_of: impl Fn(&T) -> u32) -> &[T] {
    let first = list.partition_point(|item| (row_of(item) as usize) < row);
    let rest = &list[first..];
    &rest[..rest.partition_point(|item| row_of(item) as usize == row)]
}

impl Details {
    pub(crate) fn licences_since_of(&self, row: usize) -> &[LicenceSince] {
        of_row(&self.licences_since, row, |held| held.row)
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

    /// The number of people that act for this user.
    pub(crate) fn delegates_of(&self, row: usize) -> u32 {
        of_row(&self.delegations, row, |entry| entry.0)
            .first()
            .map_or(0, |entry| entry.1)
    }

    /// How a user left, according to the list of employees or the directory.
    pub(crate) fn gone(&self, row: usize) -> Option<Gone> {
        let gone = &self.employees.as_ref()?.gone;
        Some(of_row(gone, row, |entry| entry.0).first()?.1)
    }

    /// Whether a directory is pushed that does not contain this user, so that nothing is known.
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
            + self.licences_since.capacity() * size_of::<LicenceSince>()
            + self.scheduled.capacity() * size_of::<Scheduled>()
            + self.employees.as_ref().map_or(0, Employees::bytes)
            + self.delegations.capacity() * 8
            + self.gatherings.capacity() * size_of::<Gathering>()
            + self.cut_offs.capacity() * size_of::<CutOff>()
    }
}

//! Pages: the engine asks for one page at a time, and stores each together with its progress.

use std::fmt;

use model::{Day, Timestamp};

use crate::records::Records;

/// Where a listing continues: opaque text of the application.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(pub String);

/// Days from `from` to `to` (UTC), both included, that one listing asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// First day of the window.
    pub from: Day,
    /// Last day of the window.
    pub to: Day,
}

impl Window {
    /// Number of days in the window, at least 1.
    #[must_use]
    pub fn days(self) -> i32 {
        self.to.since(self.from) + 1
    }
}

/// A request for one page of a stream.
#[derive(Debug, Clone, Copy)]
pub struct PageRequest<'a> {
    /// Key of the stream to read.
    pub stream: &'static str,
    /// Position of the listing among those of the stream: see [`Shape`](crate::Shape).
    pub part: usize,
    /// Days to ask for; `None` for streams without history.
    pub window: Option<Window>,
    /// Rows per page, for streams that state page sizes; others choose their own.
    pub page_size: Option<u32>,
    /// Where the listing continues; `None` for the first page.
    pub cursor: Option<&'a Cursor>,
    /// When the run began. Users that are listed for the first time count as seen at this moment.
    pub began: Timestamp,
}

/// One page of records, and where the listing continues.
#[derive(Debug, Clone)]
pub struct Page {
    /// The records, mapped to Seatwise's types.
    pub records: Records,
    /// Where the listing continues; `None` on its last page, however many records it has.
    pub next: Option<Cursor>,
    /// Number of records of the whole listing, if the application states it.
    pub total: Option<u64>,
    /// First day for which the application answered, if it states it. Some applications narrow a range
    /// that is too wide without reporting an error.
    pub from: Option<Day>,
    /// Last day for which the application answered, if it states it.
    pub to: Option<Day>,
    /// Records that could not be understood, or only in part. The engine stores them, and nothing is
    /// concluded from the absence of other records of their days.
    pub rejected: Vec<Rejected>,
    /// Number of requests that the page took.
    pub requests: i64,
}

impl Page {
    /// The only page of a listing, read by one request.
    #[must_use]
    pub fn single(records: Records) -> Self {
        Self {
            records,
            next: None,
            total: None,
            from: None,
            to: None,
            rejected: Vec::new(),
            requests: 1,
        }
    }

    /// Number of records that the application sent and that are not among [`Page::records`]. A listing
    /// that has some proves no absence.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.rejected.iter().filter(|record| record.lost).count()
    }

    /// The part of the days that were asked for to which the answer applies: some applications narrow a
    /// range that is too wide without reporting an error. `None` when the answer is about other days.
    #[must_use]
    pub fn answered(&self, asked: Window) -> Option<Window> {
        let from = self.from.map_or(asked.from, |from| asked.from.max(from));
        let to = self.to.map_or(asked.to, |to| asked.to.min(to));
        (from <= to).then_some(Window { from, to })
    }
}

/// A record of which a value could not be understood.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The member and the problem with it; never the value, which may be personal.
    pub reason: String,
    /// The day that the record is about. `None` when that is unknown: then any day that was asked for
    /// may be meant.
    pub day: Option<Day>,
    /// The person that the record is about: an e-mail address, or the application's id of a user. `None`
    /// when that is unknown: then everyone may be meant.
    pub person: Option<String>,
    /// Whether the record is missing among [`Page::records`]. Otherwise only a value of it is unknown.
    pub lost: bool,
    /// The record as the application sent it, without what is never stored. It may be personal.
    pub text: Box<str>,
}

impl fmt::Debug for Rejected {
    /// Leaves out person and text, because they are personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected")
            .field("reason", &self.reason)
            .field("day", &self.day)
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

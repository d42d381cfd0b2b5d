//! How the streams of an application are read: declared as data, carried out by the engine.

/// How one stream is read. The engine reads streams in the order in which a connector lists them:
/// users first, then small streams one after the other, and beside them all streams of history.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Key of the stream, which [`model::Application::streams`] declares too.
    pub stream: &'static str,
    /// The order of requests that reads it.
    pub shape: Shape,
}

/// The order of requests that reads a stream.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// The list of users, in one or more listings that are read side by side. A user is removed only
    /// after all listings were complete and agreed with their totals.
    Users {
        /// Names of the listings, for messages (`active`, `pending`); the position is
        /// [`PageRequest::part`](crate::PageRequest::part).
        listings: &'static [&'static str],
        /// Page sizes to try, largest first: the next one is used after the application refused the
        /// first page as [`Invalid`](crate::ErrorKind::Invalid). At least one.
        page_sizes: &'static [u32],
    },
    /// A listing of groups. Groups that a complete listing does not contain are removed.
    Groups,
    /// One page that replaces the sections that it contains.
    Snapshot,
    /// One request per user, by [`Session::details`](crate::Session::details), for users whose details
    /// are due.
    UserDetails,
    /// Rows of a log or report, in windows of days.
    History(History),
    /// Scheduled events of the coming days, in one or more listings that are read side by side. Stored
    /// when all of them were read.
    Calendar {
        /// Number of listings; the position is [`PageRequest::part`](crate::PageRequest::part).
        listings: usize,
        /// How far ahead to ask, in days.
        days_ahead: i32,
    },
}

/// How a log or report is read.
#[derive(Debug, Clone, Copy)]
pub struct History {
    /// How days are put together into windows.
    pub windows: Windows,
    /// Number of listings per window, read one after the other. The window's days count as known
    /// after the last one. The position is [`PageRequest::part`](crate::PageRequest::part).
    pub listings: usize,
    /// How far back the application gives data out, in days.
    pub look_back_days: i32,
    /// Whether to ask for one day more than today, because the application may count days in the
    /// account's time zone. If it refuses that as [`Invalid`](crate::ErrorKind::Invalid), today is the
    /// last day.
    pub ask_tomorrow: bool,
}

/// How days of history are put together into windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Windows {
    /// As many days as make sense for the number of users, because rows grow with users.
    BySize,
    /// Long windows, because there are few rows however many users there are.
    Long,
    /// Calendar months, read once a day until their days have settled.
    Months,
}

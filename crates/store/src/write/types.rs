//! The writes of a sync as types.

use model::{
    AddressChange, AdminChange, Application, DailyUsage, Day, DayState, Fields, Group, HostReport,
    HostedEvent, SignIn, StreamState, Timestamp, UpcomingEvent, User,
};

use super::rejected_records::RejectedRecords;

/// One write of a sync.
#[derive(Debug, Clone)]
pub enum SyncWrite {
    /// The application of the users. Users and details that follow in the same call then also
    /// update the history of licences.
    Application(&'static Application),
    /// Users from a listing, with the time at which their details are due.
    Users(Vec<ListedUser>),
    /// These users are absent from a complete listing. The number of the first such listing is
    /// stored.
    UsersMissing {
        keys: Vec<String>,
        generation: i64,
    },
    /// These users no longer exist at the application.
    UsersRemoved {
        keys: Vec<String>,
        /// Time at which this was detected.
        at: Timestamp,
    },
    /// Details of users, with the time at which they are due again.
    Details(Vec<UserDetails>),
    /// The users with these addresses (in any case) changed at these times. Their details are due
    /// at once if they were read before that time. Users without details are not affected.
    /// Repeating the write has no effect after the details were read.
    DetailsDue(Vec<(String, Timestamp)>),
    /// These users have no details to read, so their details are no longer due.
    DetailsUnavailable {
        keys: Vec<String>,
        /// Time at which this was detected.
        at: Timestamp,
    },
    /// Details of these users could not be read; the time at which they are due again.
    DetailsRetry {
        keys: Vec<String>,
        at: Timestamp,
    },
    Groups(Vec<Group>),
    /// All other groups no longer exist.
    GroupsRemoved {
        /// Ids of the groups that still exist.
        keep: Vec<String>,
    },
    /// One section of the account's settings.
    AccountSettings {
        /// `settings`, `lock_settings`, `managed_domains`, `trusted_domains`, `plan_usage`, …
        section: String,
        /// JSON text from the application.
        json: String,
    },
    /// Rows of the sign-in log.
    SignIns(Vec<SignIn>),
    /// Meetings and webinars that took place.
    Events(Vec<HostedEvent>),
    /// Rows of the log of administrators' actions.
    AdminChanges(Vec<AdminChange>),
    /// Addresses that users had before. Unlike those that listings show, they may be older than the
    /// integration.
    AddressChanges(Vec<AddressChange>),
    /// Totals of the account by day (UTC).
    DailyUsage(Vec<(Day, DailyUsage)>),
    /// Reports on hosts over a span of days.
    HostReports {
        /// First day of the span (UTC).
        from: Day,
        /// Last day of the span (UTC), included.
        to: Day,
        hosts: Vec<HostReport>,
    },
    /// Meetings and webinars that are scheduled for these days. They replace all earlier ones of
    /// these days, and those of days before are deleted.
    Upcoming {
        /// First day (UTC).
        from: Day,
        /// Last day (UTC); events after it are not known.
        to: Day,
        /// The events; those that begin on other days are left out.
        events: Vec<UpcomingEvent>,
    },
    /// Number of assistants and schedulers of each user, by key of the user.
    Delegations(Vec<(String, u32)>),
    /// These days of a stream were read.
    Coverage {
        stream: &'static str,
        days: Vec<Day>,
        /// The state of these days now.
        state: DayState,
        read_at: Timestamp,
    },
    /// Records that could not be understood. They replace those that were found before in the same part
    /// of the stream.
    Rejected(RejectedRecords),
    /// A checkpoint of a stream; `None` deletes it.
    Checkpoint {
        stream: &'static str,
        /// Name of the checkpoint within the stream.
        key: String,
        value: Option<String>,
    },
    /// The state of a stream.
    Stream(StreamState),
    Requests {
        /// Category of the application's rate limits.
        category: &'static str,
        /// Day (UTC) on which the application counts them.
        day: Day,
        count: i64,
    },
}

/// A user from a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    pub user: User,
    /// Changes whenever the details must be read again, for example with the licence.
    pub details_key: i64,
    /// Time at which the details are due of a new user or of one with a new details key; `None`
    /// when the user has no details to read. Without a new details key, the stored time stays.
    pub details_due: Option<Timestamp>,
}

/// Details that were read for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetails {
    pub key: String,
    pub fields: Fields,
    /// Time of the read.
    pub at: Timestamp,
    /// Time at which they are due again.
    pub next_due: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AppliedWrites {
    /// Number of data rows that were new or different (without stream states, checkpoints, requests
    /// and coverage).
    pub changed: u64,
    pub revision: i64,
}

/// A kind of history for which the store keeps the days with changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HistoryKind {
    SignIns,
    Events,
    DailyUsage,
    AdminChanges,
}

impl HistoryKind {
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::SignIns => "sign_ins",
            Self::Events => "events",
            Self::DailyUsage => "daily_usage",
            Self::AdminChanges => "admin_changes",
        }
    }
}

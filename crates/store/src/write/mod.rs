//! What a sync writes, and the one method that writes it.

mod ahead;
mod apply;
mod details;
pub(crate) mod dictionary;
pub(crate) mod history;
mod licences;
mod rekey;
mod users;

use model::{
    AdminChange, Application, DailyUsage, Day, DayState, Fields, Group, HostReport, HostedEvent,
    SignIn, StreamState, Timestamp, UpcomingEvent, User,
};

use apply::Batch;

/// One thing that a sync has learnt.
#[derive(Debug, Clone)]
pub enum Write {
    /// Which application the users are of. With it, users and details that follow in the same call also
    /// keep the history of who held which licence since when.
    Application(&'static Application),
    /// Users as a listing shows them, with when their details are due.
    Users(Vec<ListedUser>),
    /// These users are not in a complete listing; the first such generation is kept.
    UsersMissing {
        /// Keys of the users.
        keys: Vec<String>,
        /// Number of the listing.
        generation: i64,
    },
    /// These users are gone.
    UsersRemoved {
        /// Keys of the users.
        keys: Vec<String>,
        /// When that was found.
        at: Timestamp,
    },
    /// Details of users. They are due again when the row says.
    Details(Vec<Details>),
    /// The users with these addresses (any case) were changed at these moments: those whose details
    /// were read before that moment are due at once. Users whose details are never read stay so; to say
    /// the same twice changes nothing once the details were read.
    DetailsDue(Vec<(String, Timestamp)>),
    /// These users have no details to read: no longer due.
    DetailsUnavailable {
        /// Keys of the users.
        keys: Vec<String>,
        /// When that was found.
        at: Timestamp,
    },
    /// Groups as listed.
    Groups(Vec<Group>),
    /// All other groups are gone.
    GroupsRemoved {
        /// Ids of the groups that are left.
        keep: Vec<String>,
    },
    /// One section of the account's settings.
    AccountSettings {
        /// `settings`, `lock_settings`, `managed_domains`, `trusted_domains`, `plan_usage`, …
        section: String,
        /// Its JSON text.
        json: String,
    },
    /// Rows of the sign-in log.
    SignIns(Vec<SignIn>),
    /// Meetings and webinars.
    Events(Vec<HostedEvent>),
    /// Rows of the log of administrators' actions.
    AdminChanges(Vec<AdminChange>),
    /// Totals of the account by day.
    DailyUsage(Vec<(Day, DailyUsage)>),
    /// What hosts did over a span of days.
    HostReports {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
        /// The hosts.
        hosts: Vec<HostReport>,
    },
    /// Meetings and webinars that are scheduled for these days: all others of these days are off, and
    /// whatever was scheduled for days before them is forgotten.
    Upcoming {
        /// First day (UTC).
        from: Day,
        /// Last day: later ones are unknown.
        to: Day,
        /// What is scheduled; what does not begin on these days is left out.
        events: Vec<UpcomingEvent>,
    },
    /// How many others may act for a user (by key): assistants, schedulers.
    Delegations(Vec<(String, u32)>),
    /// These days of a stream were read.
    Coverage {
        /// Key of the stream.
        stream: &'static str,
        /// The days.
        days: Vec<Day>,
        /// How much is known of them now.
        state: DayState,
        /// When they were read.
        read_at: Timestamp,
    },
    /// A record that could not be understood.
    Quarantine {
        /// Key of the stream.
        stream: &'static str,
        /// What was wrong, without personal data.
        reason: String,
        /// Hash of the record, so that the same one is counted once.
        sample_hash: String,
    },
    /// How far a stream was read; `None` removes the note.
    Checkpoint {
        /// Key of the stream.
        stream: &'static str,
        /// Name of the note within the stream.
        key: String,
        /// What to note.
        value: Option<String>,
    },
    /// How a stream fares.
    Stream(StreamState),
    /// Requests were made.
    Requests {
        /// Category of the application's rate limits.
        category: &'static str,
        /// The day (UTC) on which they count.
        day: Day,
        /// How many.
        count: i64,
    },
}

/// A user as a listing shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// The user.
    pub user: User,
    /// Changes whenever the details must be read again: what a licence depends on.
    pub details_key: i64,
    /// When the details of a user who is new, or whose details key changed, are due; `None` when this
    /// user has none to read. For a user whose details key did not change nothing changes.
    pub details_due: Option<Timestamp>,
}

/// Details that were read for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Key of the user.
    pub key: String,
    /// What was read.
    pub fields: Fields,
    /// When.
    pub at: Timestamp,
    /// When they are due again.
    pub next_due: Timestamp,
}

/// What [`Store::apply`](crate::Store::apply) did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Data rows that were new or differed (not: stream states, checkpoints, requests, coverage).
    pub changed: u64,
    /// The integration's revision afterwards.
    pub revision: i64,
}

/// A kind of history whose changed days can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum History {
    /// [`Write::SignIns`].
    SignIns,
    /// [`Write::Events`].
    Events,
    /// [`Write::DailyUsage`].
    DailyUsage,
    /// [`Write::AdminChanges`].
    AdminChanges,
}

impl History {
    /// The word that is stored.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::SignIns => "sign_ins",
            Self::Events => "events",
            Self::DailyUsage => "daily_usage",
            Self::AdminChanges => "admin_changes",
        }
    }
}

//! Records of streams, in the types of the crate `model`.

use std::collections::BTreeMap;

use model::{
    AddressChange, AdminChange, DailyUsage, Day, Fields, Group, HostReport, HostedEvent, SignIn,
    Timestamp, UpcomingEvent, User,
};

/// The records of one page. Which kind a stream has follows from its key: see [`model::streams`].
#[derive(Debug, Clone)]
pub enum Records {
    /// Users, with whether their details are worth a request.
    Users(Vec<ListedUser>),
    /// Groups with their names and sizes.
    Groups(Vec<Group>),
    /// Settings of the account by section.
    Sections {
        /// Sections that were read.
        known: Vec<Section>,
        /// Sections that the application did not give out, with the reason in words. `None` for a
        /// stream whose sections are always complete.
        unknown: Option<BTreeMap<&'static str, String>>,
    },
    /// Rows of the sign-in log. The engine numbers equal rows.
    SignIns(Vec<SignIn>),
    /// Meetings and webinars that took place.
    Events(Vec<HostedEvent>),
    /// Rows of the log of administrators' actions. The engine numbers equal rows.
    AdminChanges {
        /// The rows of the log.
        rows: Vec<AdminChange>,
        /// E-mail addresses of users that were changed, and when: their details are read again.
        users_changed: Vec<(String, Timestamp)>,
        /// Addresses that were changed: earlier history names the users by their old ones.
        addresses_changed: Vec<AddressChange>,
    },
    /// Totals of hosts over the days of the window.
    HostReports(Vec<HostReport>),
    /// Totals of the account by day.
    DailyUsage(Vec<(Day, DailyUsage)>),
    /// Scheduled meetings and webinars.
    Upcoming(Vec<UpcomingEvent>),
}

impl Records {
    /// Number of records, of whatever kind.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Users(rows) => rows.len(),
            Self::Groups(rows) => rows.len(),
            Self::Sections { known, .. } => known.len(),
            Self::SignIns(rows) => rows.len(),
            Self::Events(rows) => rows.len(),
            Self::AdminChanges { rows, .. } => rows.len(),
            Self::HostReports(rows) => rows.len(),
            Self::DailyUsage(rows) => rows.len(),
            Self::Upcoming(rows) => rows.len(),
        }
    }

    /// Whether there are no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A user of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// The user as listed, without details.
    pub user: User,
    /// Changes whenever the user's details must be read again: a hash of the values that licences depend on.
    pub details_key: i64,
    /// Whether the user's details are worth a request of their own.
    pub details: DetailsNeed,
}

/// Whether the details of a user are read, and how soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DetailsNeed {
    /// The application has none or does not give them out.
    Never,
    /// At once, because the user holds a licence.
    Soon,
    /// When there is time, because the user holds no licence.
    Later,
}

/// Details of one user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Details {
    /// The values that could be understood.
    pub fields: Fields,
    /// Reasons for which other values are unknown.
    pub unread: Vec<String>,
}

/// A section of the account's settings, kept as the application sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Name under which the section is stored.
    pub name: &'static str,
    /// JSON text of the section.
    pub json: String,
}

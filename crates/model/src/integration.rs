//! One connected account of an application, what was granted to it, and how its streams fare.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::{Day, Timestamp};

/// Number of an integration: small, never used again after removal. Written as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntegrationId(pub i64);

impl fmt::Display for IntegrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for IntegrationId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl Serialize for IntegrationId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A connected account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Integration {
    /// Its number.
    pub id: IntegrationId,
    /// Key of the application: `zoom`.
    pub application: String,
    /// Name that the administrator gave it.
    pub name: String,
    /// Whether it runs, and if not, why.
    pub state: IntegrationState,
    /// One sentence on the state when it is not [`IntegrationState::Active`].
    pub state_reason: Option<String>,
    /// What was granted, by whom.
    pub grant: Grant,
    /// Rate limits to assume.
    pub plan: Plan,
    /// Share of the account's rate limits that may be used, in percent (1 to 100).
    pub budget_percent: i32,
    /// Minutes between scheduled runs.
    pub interval_minutes: i32,
    /// Moves on whenever a sync changed something.
    pub revision: i64,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When the next run is due.
    pub next_run_at: Timestamp,
    /// When the first complete run ended.
    pub first_complete_at: Option<Timestamp>,
    /// When the last complete run ended.
    pub last_complete_at: Option<Timestamp>,
}

/// How Seatwise was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// An administrator authorised a general OAuth app.
    AuthorizationCode,
    /// The account's own Server-to-Server OAuth app.
    ServerToServer,
}

/// What was granted, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// How.
    pub kind: GrantKind,
    /// The application's id of the account.
    pub account_id: String,
    /// E-mail address of the user who authorised; empty for Server-to-Server.
    pub authorised_by: String,
    /// The application's id of that user, when known: for the list of their permissions.
    pub authorised_user_id: Option<String>,
    /// Scopes as granted.
    pub scopes: Vec<String>,
    /// Client id of the OAuth app.
    pub client_id: String,
}

/// Whether an integration runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationState {
    /// Runs as scheduled.
    Active,
    /// Paused by somebody.
    Paused,
    /// The grant no longer works; somebody must authorise again. Data is kept.
    ReconnectNeeded,
    /// Disconnected by somebody; data is kept, tokens are gone.
    Disconnected,
}

/// Which rate limits to assume: no call tells an ordinary app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Free plans.
    Free,
    /// Pro plans: the safe assumption.
    Pro,
    /// Business, Education, Enterprise and partner plans.
    Business,
}

macro_rules! value_enum {
    ($type:ty { $($variant:path => $value:literal),+ $(,)? }) => {
        impl $type {
            /// The word that is stored and shown to machines.
            #[must_use]
            pub fn value(self) -> &'static str {
                match self { $($variant => $value),+ }
            }

            /// Reads what [`Self::value`] writes.
            #[must_use]
            pub fn from_value(value: &str) -> Option<Self> {
                match value { $($value => Some($variant),)+ _ => None }
            }
        }
    };
}
value_enum!(IntegrationState {
    IntegrationState::Active => "active",
    IntegrationState::Paused => "paused",
    IntegrationState::ReconnectNeeded => "reconnect_needed",
    IntegrationState::Disconnected => "disconnected",
});
value_enum!(Plan { Plan::Free => "free", Plan::Pro => "pro", Plan::Business => "business" });
value_enum!(GrantKind {
    GrantKind::AuthorizationCode => "authorization_code",
    GrantKind::ServerToServer => "server_to_server",
});

/// How a sync run stands or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Going on, or its process died and another will take over.
    Running,
    /// Every stream that can be read was read.
    Complete,
    /// Stopped before the end and will go on at its due time: a daily limit, or an outage.
    Postponed,
    /// Ended with at least one stream that failed.
    Failed,
    /// Stopped by somebody.
    Cancelled,
}
value_enum!(RunState {
    RunState::Running => "running",
    RunState::Complete => "complete",
    RunState::Postponed => "postponed",
    RunState::Failed => "failed",
    RunState::Cancelled => "cancelled",
});

/// How one stream fares, as far as the last run got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    /// Key of the stream.
    pub stream: String,
    /// What the last attempt came to.
    pub outcome: StreamOutcome,
    /// One sentence on the outcome when it is not fine: what happened and what to do.
    pub reason: Option<String>,
    /// Rows received in the last or running run.
    pub rows: i64,
    /// Rows expected, when the application told.
    pub expected: Option<i64>,
    /// Requests made in the last or running run.
    pub requests: i64,
    /// When the stream was last read to the end.
    pub complete_at: Option<Timestamp>,
    /// For history: first day that was asked for.
    pub since: Option<Day>,
}

/// What reading a stream came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamOutcome {
    /// Not begun.
    Waiting,
    /// Being read.
    Running,
    /// Read to the end.
    Complete,
    /// A scope is missing: the stream is off.
    ScopeMissing,
    /// The role's permission is missing: the stream is off.
    PermissionMissing,
    /// The account's plan does not have it.
    PlanTooLow,
    /// The day's requests are used up; goes on at midnight UTC.
    QuotaExhausted,
    /// Failed; will be tried again.
    Failed,
}
value_enum!(StreamOutcome {
    StreamOutcome::Waiting => "waiting",
    StreamOutcome::Running => "running",
    StreamOutcome::Complete => "complete",
    StreamOutcome::ScopeMissing => "scope_missing",
    StreamOutcome::PermissionMissing => "permission_missing",
    StreamOutcome::PlanTooLow => "plan_too_low",
    StreamOutcome::QuotaExhausted => "quota_exhausted",
    StreamOutcome::Failed => "failed",
});

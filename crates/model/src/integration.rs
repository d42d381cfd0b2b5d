//! Integrations: connected accounts of an application, the access that was granted to Seatwise, and the
//! state of their streams.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::application::Application;
use crate::plan::Plan;
use crate::time::{Day, Timestamp};

/// Number of an integration, written as decimal text. A number is never used again after removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String)]
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
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A connected account of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Integration {
    /// Number of the integration, as text.
    pub id: IntegrationId,
    /// Key of the application: `zoom`.
    pub application: String,
    /// Name that an administrator gave the integration.
    pub name: String,
    /// `active`, `paused`, `reconnect_needed` or `disconnected`.
    pub state: IntegrationState,
    /// One sentence that explains the state when it is not `active`; null otherwise.
    pub state_reason: Option<String>,
    /// The access that was granted.
    #[serde(flatten, serialize_with = "public_grant")]
    #[schema(value_type = PublicGrant<'static>)]
    pub grant: Grant,
    /// Rate limits that are assumed: `free`, `pro` or `business`.
    pub plan: Plan,
    /// Share of the account's rate limits that Seatwise uses at most, in percent (1 to 100).
    pub budget_percent: i32,
    /// Number of minutes between scheduled sync runs.
    pub interval_minutes: i32,
    /// Number that increases whenever a sync changes any data.
    pub revision: i64,
    /// Time at which the account was connected (UTC).
    pub created_at: Timestamp,
    /// Time at which the next sync run is due (UTC).
    pub next_run_at: Timestamp,
    /// End of the first complete sync run (UTC); null before that.
    pub first_complete_at: Option<Timestamp>,
    /// End of the last complete sync run (UTC); null before the first.
    pub last_complete_at: Option<Timestamp>,
}

/// The kind of OAuth app through which Seatwise has access: `authorization_code` (an administrator
/// authorised a general app) or `server_to_server` (the account's own app).
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum GrantKind {
    /// An administrator authorised a general OAuth app.
    AuthorizationCode,
    /// The account's own Server-to-Server OAuth app.
    ServerToServer,
}

/// The access that was granted, as stored. [`PublicGrant`] is the part that the API answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The kind of OAuth app.
    pub kind: GrantKind,
    /// The application's id of the account.
    pub account_id: String,
    /// E-mail address of the administrator who authorised the app; empty for Server-to-Server.
    pub authorised_by: String,
    /// The application's id of that administrator, with which the permissions are read; `None` when not
    /// known.
    pub authorised_user_id: Option<String>,
    /// The scopes that were granted.
    pub scopes: Vec<String>,
    /// Client id of the OAuth app.
    pub client_id: String,
}

/// The granted access as the API answers it: without the ids that only the connector needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicGrant<'a> {
    /// The application's id of the account.
    pub account_id: &'a str,
    /// The kind of access: `authorization_code` or `server_to_server`.
    #[serde(rename = "grant")]
    pub kind: GrantKind,
    /// E-mail address of the administrator who authorised the app; null for Server-to-Server.
    pub authorised_by: Option<&'a str>,
    /// The scopes that were granted.
    pub scopes: &'a [String],
}

fn public_grant<S: Serializer>(grant: &Grant, serializer: S) -> Result<S::Ok, S::Error> {
    let authorised_by = grant.authorised_by.as_str();
    PublicGrant {
        account_id: &grant.account_id,
        kind: grant.kind,
        authorised_by: (!authorised_by.is_empty()).then_some(authorised_by),
        scopes: &grant.scopes,
    }
    .serialize(serializer)
}

/// Whether the sync of an integration runs.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IntegrationState {
    /// The sync runs as scheduled.
    Active,
    /// A member paused the integration.
    Paused,
    /// The access no longer works and has to be authorised again. The data is kept.
    ReconnectNeeded,
    /// A member disconnected the integration. The data is kept, the tokens are deleted.
    Disconnected,
}

crate::word_enum!(GrantKind, IntegrationState, RunState, StreamOutcome);

/// The state of a sync run.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RunState {
    /// In progress, or its process died and another one will take over.
    Running,
    /// Every stream that can be read was read to the end.
    Complete,
    /// Every stream that can be read was read to the end, but some records could not be understood.
    Incomplete,
    /// Stopped before the end because of a daily limit or an outage; continues when it is due.
    Postponed,
    /// Ended with at least one stream that failed.
    Failed,
    /// A member stopped the run.
    Cancelled,
}

/// The state of one stream after the last or during the running sync run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StreamState {
    /// Key of the stream, such as `users` or `sign_ins`.
    pub stream: String,
    /// Result of the last attempt.
    pub outcome: StreamOutcome,
    /// What happened and what to do about it, when the stream could not be read; null otherwise.
    pub reason: Option<String>,
    /// Number of rows received in the last or running run.
    pub rows: i64,
    /// Number of rows that the application announced; null when it does not announce it.
    pub expected: Option<i64>,
    /// Number of requests made in the last or running run.
    pub requests: i64,
    /// Time at which the stream was last read to the end (UTC); null before the first time.
    pub complete_at: Option<Timestamp>,
    /// First day of the history that was requested (UTC); null for streams without history.
    pub since: Option<Day>,
}

/// The state of a stream with its name, as the API answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Stream)]
pub struct LabelledStreamState {
    /// Name of the stream for people.
    pub label: String,
    /// The state of the stream.
    #[serde(flatten)]
    pub state: StreamState,
}

impl LabelledStreamState {
    /// The state with the name that the application gives the stream; with its key when the application
    /// no longer has such a stream.
    #[must_use]
    pub fn new(application: &Application, state: StreamState) -> Self {
        let label = application
            .stream(&state.stream)
            .map_or_else(|| state.stream.clone(), |stream| stream.label.to_owned());
        Self { label, state }
    }
}

/// Result of reading a stream.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StreamOutcome {
    /// The stream was not started yet.
    Waiting,
    /// The stream is being read now.
    Running,
    /// The stream was read to the end.
    Complete,
    /// A scope is missing, so the stream cannot be read.
    ScopeMissing,
    /// A permission of the administrator's role is missing, so the stream cannot be read.
    PermissionMissing,
    /// The account's plan does not include the data.
    PlanTooLow,
    /// The application does not offer this stream to the account.
    NotOffered,
    /// The requests of the day are used up; continues after midnight UTC.
    QuotaExhausted,
    /// Failed; the next run tries again.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integration_is_written_as_the_api_answers_it() {
        let integration = Integration {
            id: IntegrationId(1),
            application: "zoom".to_owned(),
            name: "ACME".to_owned(),
            state: IntegrationState::ReconnectNeeded,
            state_reason: None,
            grant: Grant {
                kind: GrantKind::ServerToServer,
                account_id: "abc".to_owned(),
                authorised_by: String::new(),
                authorised_user_id: Some("secret".to_owned()),
                scopes: vec!["user:read:admin".to_owned()],
                client_id: "secret".to_owned(),
            },
            plan: Plan::Pro,
            budget_percent: 50,
            interval_minutes: 60,
            revision: 7,
            created_at: Timestamp(0),
            next_run_at: Timestamp(0),
            first_complete_at: None,
            last_complete_at: None,
        };
        assert_eq!(
            serde_json::to_string(&integration).unwrap(),
            "{\"id\":\"1\",\"application\":\"zoom\",\"name\":\"ACME\",\
             \"state\":\"reconnect_needed\",\"state_reason\":null,\"account_id\":\"abc\",\
             \"grant\":\"server_to_server\",\"authorised_by\":null,\
             \"scopes\":[\"user:read:admin\"],\"plan\":\"pro\",\"budget_percent\":50,\
             \"interval_minutes\":60,\"revision\":7,\"created_at\":\"1970-01-01T00:00:00Z\",\
             \"next_run_at\":\"1970-01-01T00:00:00Z\",\"first_complete_at\":null,\
             \"last_complete_at\":null}"
        );
    }
}

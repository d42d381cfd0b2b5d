//! Events by users and administrators, as the application's reports contain it. Users appear by e-mail
//! address, because reports have no other key.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::empty_as_null;
use crate::time::Timestamp;

/// Kind of a hosted event: `meeting` or `webinar`.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    /// The event is an ordinary meeting.
    Meeting,
    /// The event is a webinar.
    Webinar,
}

crate::word_enum!(EventKind, SignInKind);

/// A meeting or webinar that took place. Neither its topic nor its participants are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Meeting)]
pub struct HostedEvent {
    /// The application's id of this one occurrence.
    pub id: String,
    /// Kind of the event: `meeting` or `webinar`.
    pub kind: EventKind,
    /// The host's e-mail address in lower case; null when the application withholds it.
    // Empty instead of `None`, because the database stores it as part of a key.
    #[serde(serialize_with = "empty_as_null")]
    #[schema(value_type = Option<String>)]
    pub host: String,
    /// Time at which it started (UTC).
    pub start: Timestamp,
    /// Time at which it ended (UTC).
    pub end: Timestamp,
    /// Length in minutes, as the application counts it.
    pub minutes: i32,
    /// Number of participants, the host included; null when not known.
    pub participants: Option<i32>,
    /// Highest number of viewers of a webinar at the same time; null when not known.
    pub peak_viewers: Option<i32>,
    /// Features that were used, one bit each. The connector of the application names the bits.
    #[serde(skip)]
    pub features: i64,
}

/// Kind of a row of the sign-in log: `in` for a sign-in, `out` for a sign-out.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    ToSchema,
    strum::EnumCount,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SignInKind {
    /// The user signed in.
    In,
    /// The user signed out.
    Out,
}

/// One row of the sign-in log. Rows have no id in the application, so the whole row and its ordinal among
/// equal rows are the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct SignIn {
    /// Time of the sign-in or sign-out (UTC).
    pub at: Timestamp,
    /// E-mail address of the user, in lower case.
    pub email: String,
    /// Kind of the row: `in` or `out`.
    pub kind: SignInKind,
    /// Kind of client, as the application names it; null when not known.
    #[serde(serialize_with = "empty_as_null")]
    #[schema(value_type = Option<String>)]
    pub client: String,
    /// Version of the client; null when not known.
    #[serde(serialize_with = "empty_as_null")]
    #[schema(value_type = Option<String>)]
    pub version: String,
    /// Network of the IP address (`192.0.2.0/24`), never the address itself; null when not known.
    #[serde(serialize_with = "empty_as_null")]
    #[schema(value_type = Option<String>)]
    pub network: String,
    /// 0 for the first of equal rows, 1 for the second, and so on.
    #[serde(skip)]
    pub ordinal: i32,
}

/// One row of the log of administrators' actions. Rows have no id in the application, as in
/// [`SignIn`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
pub struct AdminChange {
    /// Time of the action (UTC).
    pub at: Timestamp,
    /// E-mail address of the administrator.
    pub operator: String,
    /// The kind of object that was changed, such as `User`.
    pub category: String,
    /// The action, such as `Update`.
    pub action: String,
    /// The application's own description of the change.
    pub detail: String,
    /// 0 for the first of equal rows, 1 for the second, and so on.
    #[serde(skip)]
    pub ordinal: i32,
}

/// A user's address that an administrator or the user changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressChange {
    /// Address before, in lower case.
    pub old: String,
    /// Address afterwards, in lower case.
    pub new: String,
    /// Time of the change.
    pub at: Timestamp,
}

/// A meeting or webinar that is scheduled. Its title is never stored.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpcomingEvent {
    /// The application's id of the event.
    pub id: String,
    /// The application's id of the host.
    pub host_id: String,
    /// Whether it is a meeting or a webinar.
    pub kind: EventKind,
    /// Time at which it is scheduled to start.
    pub start: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_written_as_the_api_answers_them() {
        let event = HostedEvent {
            id: "a".to_owned(),
            kind: EventKind::Webinar,
            host: String::new(),
            start: Timestamp(0),
            end: Timestamp(60_000),
            minutes: 1,
            participants: Some(2),
            peak_viewers: None,
            features: 3,
        };
        assert_eq!(
            serde_json::to_string(&event).unwrap(),
            "{\"id\":\"a\",\"kind\":\"webinar\",\"host\":null,\"start\":\"1970-01-01T00:00:00Z\",\
             \"end\":\"1970-01-01T00:01:00Z\",\"minutes\":1,\"participants\":2,\"peak_viewers\":null}"
        );
        let sign_in = SignIn {
            at: Timestamp(0),
            email: "a@x.example".to_owned(),
            kind: SignInKind::In,
            client: "Web".to_owned(),
            version: String::new(),
            network: String::new(),
            ordinal: 1,
        };
        assert_eq!(
            serde_json::to_string(&sign_in).unwrap(),
            "{\"at\":\"1970-01-01T00:00:00Z\",\"email\":\"a@x.example\",\"kind\":\"in\",\
             \"client\":\"Web\",\"version\":null,\"network\":null}"
        );
    }
}

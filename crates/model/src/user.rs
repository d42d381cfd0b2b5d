//! Users: accounts of people *in the application*. A person who signs in to Seatwise is a
//! [member](crate::member) instead.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time::Timestamp;

/// A value of a metadata field. An unknown value is not represented here: it is absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Yes or no, for flags.
    YesNo(bool),
    /// A whole number; zero when the user is known to have none.
    Integer(i64),
    /// A text; empty when the user is known to have none. For a choice, its stable value.
    Text(String),
}

/// Metadata by key of the field (see [`Application::fields`](crate::Application)). A field that is absent is
/// unknown.
pub type Fields = BTreeMap<String, FieldValue>;

/// A user as in the application's last listing. The key is the application's own id, or the lower-cased
/// e-mail address as long as there is no id, because an invitation has not been accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Unique and stable key within the integration.
    pub key: String,
    /// The application's id; `None` while an invitation is open.
    pub external_id: Option<String>,
    /// E-mail address as the application writes it; may be empty.
    pub email: String,
    /// Name to show; may be empty.
    pub display_name: String,
    /// Ids of the groups of which the user is a member.
    pub groups: Vec<String>,
    /// Time at which the account was created; `None` when not known.
    pub created_at: Option<Timestamp>,
    /// Last sign-in according to the list of users; `None` when the list has none. Zoom's value can be three
    /// days old, because Zoom updates it only then.
    pub listed_sign_in: Option<Timestamp>,
    /// Metadata from the list of users.
    pub fields: Fields,
    /// Metadata that is read user by user (settings); empty until it was read.
    pub details: Fields,
    /// Time at which the details were read.
    pub details_at: Option<Timestamp>,
    /// Time at which the user was first in a listing.
    pub first_seen: Timestamp,
    /// Time of the first complete listing without the user; `None` while the user exists.
    pub removed_at: Option<Timestamp>,
}

/// A group of users in the application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// The application's id of the group.
    pub id: String,
    /// Name of the group to show.
    pub name: String,
    /// Number of members according to the application; null when it does not report one.
    pub total_members: Option<i64>,
}

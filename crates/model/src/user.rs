//! A user is a person's account *in the application*; someone who signs in to Seatwise is a
//! [member](crate::member).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A value of a metadata field. What is not known is not a value: it is absent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Yes or no.
    YesNo(bool),
    /// A whole number; zero where the user is known to have none.
    Integer(i64),
    /// A text, empty where the user is known to have none. For a choice, its stable value.
    Text(String),
}

/// Metadata by field key (see [`Application::fields`](crate::Application)). Absent means unknown.
pub type Fields = BTreeMap<String, FieldValue>;

/// A user as the application last listed them. The key is the application's own id, or the
/// lower-cased e-mail address as long as there is none (an invitation that is not yet accepted).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Stable key within the integration; unique.
    pub key: String,
    /// The application's id, when it has given one.
    pub external_id: Option<String>,
    /// E-mail address as the application writes it; may be empty.
    pub email: String,
    /// Name to show; may be empty.
    pub display_name: String,
    /// Ids of the groups that the user is in.
    pub groups: Vec<String>,
    /// When the account was made, when known.
    pub created_at: Option<Timestamp>,
    /// Last sign-in as the list of users tells it, when it does. Zoom's can be three days old.
    pub listed_sign_in: Option<Timestamp>,
    /// Metadata from the list of users.
    pub fields: Fields,
    /// Metadata that was read for this user alone (settings); empty when it was never read.
    pub details: Fields,
    /// When the details were read.
    pub details_at: Option<Timestamp>,
    /// When the user was first seen in a listing.
    pub first_seen: Timestamp,
    /// When a complete listing showed that the user is gone.
    pub removed_at: Option<Timestamp>,
}

/// A group of users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The application's id.
    pub id: String,
    /// Name to show.
    pub name: String,
    /// How many members the application says that it has.
    pub total_members: Option<i64>,
}

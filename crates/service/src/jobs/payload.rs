//! Content of the messages in the outbox.

use serde::{Deserialize, Serialize};
use store::QuestionId;

use crate::error::Error;
use crate::notify::Notice;

/// Content of a message, stored as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Payload {
    /// A question to a person, or its reminder.
    Question {
        request: QuestionId,
        /// Whether it is the reminder.
        #[serde(rename = "again")]
        reminder: bool,
    },
    /// A notice for a channel. It is stored under its former name, because the outbox may contain
    /// messages of an older version.
    #[serde(rename = "news")]
    Notice(Notice),
}

impl Payload {
    pub(super) fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::internal(&error))
    }
}

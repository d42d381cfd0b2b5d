//! The place in an order at which a page ended: sort value and user key, so that it still means the
//! same place after users came, went or changed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::FieldValue;
use serde::{Deserialize, Serialize};

/// The last row of a page: the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The word of the order for which it was made.
    pub(crate) sort: String,
    /// The row's value in that order; absent when unknown.
    pub(crate) value: Option<FieldValue>,
    /// The row's user key.
    pub(crate) key: String,
}

impl Cursor {
    /// The text that goes into addresses: letters, digits, `-` and `_`.
    #[must_use]
    pub fn encode(&self) -> String {
        let tuple = (&self.sort, &self.value, &self.key);
        // Text, numbers and null always have a JSON form; an empty cursor would be refused.
        let json = serde_json::to_vec(&tuple).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Reads what [`Self::encode`] writes.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (sort, value, key) = serde_json::from_slice(&json).ok()?;
        Some(Self { sort, value, key })
    }
}

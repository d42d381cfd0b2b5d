//! The end of a page: sort value and user key, so that the next page begins at the same place even after
//! users were added, removed or changed.

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
    pub(crate) key: String,
}

impl Cursor {
    /// The cursor as text for URLs: letters, digits, `-` and `_`.
    #[must_use]
    pub fn encode(&self) -> String {
        let tuple = (&self.sort, &self.value, &self.key);
        // Text, numbers and null always have a JSON form; an empty cursor would be refused.
        let json = serde_json::to_vec(&tuple).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }

    /// Decodes a cursor; `None` when the text is not one.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let json = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (sort, value, key) = serde_json::from_slice(&json).ok()?;
        Some(Self { sort, value, key })
    }
}

//! Helpers that serialise stored values as the API answers them.

use serde::{Serialize, Serializer};

/// A stored JSON text as the document itself. A text that is not JSON is null, because an old row must
/// not make a whole list unreadable.
pub(crate) fn document<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<serde_json::Value>(text)
        .unwrap_or_default()
        .serialize(serializer)
}

/// An empty text as null.
pub(crate) fn null_if_empty<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    Some(text)
        .filter(|text| !text.is_empty())
        .serialize(serializer)
}

//! Helpers for `#[serde(serialize_with)]` on types that the API answers.

use serde::Serializer;

/// Writes an empty text as null, because in the API an empty text means "known to have none".
///
/// # Errors
///
/// Those of the serializer.
pub fn empty_as_null<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if text.is_empty() {
        serializer.serialize_none()
    } else {
        serializer.serialize_str(text)
    }
}

//! The order of metadata values, which depends on the kind of the field.

use std::cmp::Ordering;

use model::{FieldKind, FieldValue};

use super::version;
use crate::fold::fold;

/// The order of a field's values.
pub(crate) fn compare_values(kind: FieldKind, a: &FieldValue, b: &FieldValue) -> Ordering {
    let natural = match (kind, a, b) {
        (FieldKind::Version, FieldValue::Text(a), FieldValue::Text(b)) => version::compare(a, b),
        (FieldKind::Choice(choices), FieldValue::Text(a), FieldValue::Text(b)) => {
            let place = |text: &str| {
                choices
                    .iter()
                    .position(|choice| choice.value == text)
                    .unwrap_or(choices.len())
            };
            place(a).cmp(&place(b))
        }
        (_, FieldValue::Text(a), FieldValue::Text(b)) => fold(a).cmp(&fold(b)),
        _ => Ordering::Equal,
    };
    natural.then_with(|| a.cmp(b))
}

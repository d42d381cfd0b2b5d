//! The organisation's rules, as people and programs change them.

use insight::{Settings, SettingsErrors};
use serde_json::Value;

use crate::error::FieldError;

/// The rules of a settings document that are to be stored for a reason.
///
/// # Errors
///
/// Everything that is wrong with the document and the reason.
pub fn new_rules(document: &Value, reason: &str) -> Result<Settings, Vec<FieldError>> {
    let mut errors = Vec::new();
    if reason.trim().is_empty() {
        errors.push(FieldError::new(
            "reason",
            "is missing: say why the rules change, it stays on record",
        ));
    }
    match Settings::from_json(&document.to_string()) {
        Ok(settings) if errors.is_empty() => Ok(settings),
        Ok(_) => Err(errors),
        Err(faults) => {
            errors.extend(field_errors(faults));
            Err(errors)
        }
    }
}

/// The mistakes of a settings document, field by field.
#[must_use]
pub fn field_errors(faults: SettingsErrors) -> Vec<FieldError> {
    let faults = faults.0.into_iter();
    faults
        .map(|fault| FieldError::new(fault.field, fault.message))
        .collect()
}

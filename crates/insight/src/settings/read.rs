//! Reads a settings document. It is checked completely before any of it is used, and errors name the field.

use model::Licence;
use serde_json::{Map, Value};

use super::rules::RuleSet;
use super::types::Settings;
use crate::query::nearest;

/// The error of a settings document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct SettingsError {
    /// The field by its path, as `rules.dormant.days`; `settings` for the document itself.
    pub field: String,
    /// The mistake, and a correct value.
    pub message: String,
}

impl SettingsError {
    fn new(field: &str, message: String) -> Self {
        let field = if field.is_empty() { "settings" } else { field };
        Self {
            field: field.to_owned(),
            message,
        }
    }
}

/// Bounds of numbers by the last part of their path. Other numbers have the bounds of their type.
const BOUNDS: [(&str, i64, i64); 18] = [
    ("days", 1, 730),
    ("look_back_days", 30, 800),
    ("margin_percent", 0, 500),
    ("spare", 0, 10_000),
    ("times", 1, 1000),
    ("ignore_new_days", 0, 365),
    ("rhythm_chance_permille", 0, 500),
    ("rhythm_prior_days", 0, 365),
    ("rhythm_needs", 1, 1000),
    ("rhythm_gap_percent", 0, 1000),
    ("season_gap_days", 14, 300),
    ("season_ahead_days", 0, 300),
    ("season_slip_days", 0, 60),
    ("settling_days", 0, 730),
    ("settling_meetings", 0, 1000),
    ("leaver_days", 0, 365),
    ("minutes", 1, 1440),
    ("audience", 1, 1_000_000),
];

impl Settings {
    /// Reads a document. Fields that it leaves out have their defaults.
    ///
    /// # Errors
    ///
    /// Names the first wrong field, the mistake and a correct value.
    pub fn from_json(text: &str) -> Result<Self, SettingsError> {
        let given: Value = serde_json::from_str(text)
            .map_err(|wrong| SettingsError::new("", format!("is not JSON: {wrong}")))?;
        check("", &given, &template())?;
        for (name, wanted) in [
            ("per_licence", &given["per_licence"]),
            ("per_group", &given["per_group"]),
        ] {
            check_patches(name, wanted)?;
        }
        check_suites(&given["suites"])?;
        let mut whole = template();
        merge(&mut whole, given);
        let settings: Self = serde_json::from_value(whole)
            .map_err(|wrong| SettingsError::new("", wrong.to_string()))?;
        settings
            .renewal
            .check()
            .map_err(|(field, message)| SettingsError::new(&format!("renewal.{field}"), message))?;
        Ok(settings)
    }

    /// The whole document, defaults included.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Numbers, texts and lists of them can always be written as JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Replaces defaults by the given values.
fn merge(whole: &mut Value, given: Value) {
    match (whole, given) {
        (Value::Object(whole), Value::Object(given)) => {
            for (key, value) in given {
                merge(whole.entry(key).or_insert(Value::Null), value);
            }
        }
        (whole, given) => *whole = given,
    }
}

fn template() -> Value {
    serde_json::to_value(Settings::default()).unwrap_or_default()
}

fn check_patches(name: &str, patches: &Value) -> Result<(), SettingsError> {
    let rules = serde_json::to_value(RuleSet::default()).unwrap_or_default();
    let Some(patches) = patches.as_object() else {
        return Ok(());
    };
    for (key, patch) in patches {
        check(&format!("{name}.{key}"), patch, &rules)?;
    }
    Ok(())
}

/// Checks the add-ons that suites include: add-ons with their sizes.
fn check_suites(suites: &Value) -> Result<(), SettingsError> {
    for (suite, carried) in suites.as_object().into_iter().flatten() {
        let path = format!("suites.{suite}");
        let example = "write add-ons with their sizes, as [\"webinar_500\"], or [] for none";
        let Some(carried) = carried.as_array() else {
            let message = format!("{} is not a list: {example}", shown(carried));
            return Err(SettingsError::new(&path, message));
        };
        for licence in carried {
            let sized = licence.as_str().map(Licence::from_key);
            let size = sized.and_then(|licence| licence.size);
            if size.is_none_or(|size| size <= 0) {
                let message = format!("{} is not an add-on: {example}", shown(licence));
                return Err(SettingsError::new(&path, message));
            }
        }
    }
    Ok(())
}

/// Checks a value against one of the same shape.
fn check(path: &str, given: &Value, like: &Value) -> Result<(), SettingsError> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let wrong = |expected: &str| {
        Err(SettingsError::new(
            path,
            format!("{} is not {expected}", shown(given)),
        ))
    };
    match like {
        Value::Object(fields) if matches!(name, "per_licence" | "per_group") => match given {
            Value::Object(_) => Ok(()),
            _ => wrong(&format!(
                "a list of {} with their rules; write {{}} for none{}",
                if name == "per_group" {
                    "groups"
                } else {
                    "licences"
                },
                if fields.is_empty() { "" } else { " of them" }
            )),
        },
        Value::Object(_) if path == "suites" => match given {
            Value::Object(_) => Ok(()),
            _ => wrong("a list of suites with what they include; write {} for none of your own"),
        },
        Value::Object(fields) => match given {
            Value::Object(given) => check_fields(path, given, fields),
            _ => wrong("a list of fields in curly brackets"),
        },
        Value::Bool(_) => match given {
            Value::Bool(_) => Ok(()),
            _ => wrong("`true` or `false`"),
        },
        Value::Null if given.is_null() => Ok(()),
        Value::Null | Value::Number(_) => check_number(path, name, given, like),
        Value::String(_) | Value::Array(_) => Ok(()),
    }
}

fn check_fields(
    path: &str,
    given: &Map<String, Value>,
    fields: &Map<String, Value>,
) -> Result<(), SettingsError> {
    for (key, value) in given {
        let inner = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        let Some(like) = fields.get(key) else {
            let words = fields.keys().map(String::as_str);
            let message = match nearest(key, words.clone()) {
                Some(word) => format!("is not a setting: did you mean `{word}`?"),
                None => format!(
                    "is not a setting: known here are {}",
                    words.collect::<Vec<_>>().join(", ")
                ),
            };
            return Err(SettingsError::new(&inner, message));
        };
        check(&inner, value, like)?;
    }
    Ok(())
}

fn check_number(path: &str, name: &str, given: &Value, like: &Value) -> Result<(), SettingsError> {
    if like.is_f64() && given.is_number() {
        return Ok(());
    }
    // Numbers for renewals have a check of their own.
    let known = BOUNDS.iter().find(|(known, ..)| *known == name);
    let known = known.filter(|_| !path.starts_with("renewal."));
    let (first, last) = known.map_or((0, 65_535), |(_, first, last)| (*first, *last));
    match given.as_i64() {
        Some(number) if (first..=last).contains(&number) => Ok(()),
        _ => Err(SettingsError::new(
            path,
            format!(
                "{} is not a whole number from {first} to {last}{}",
                shown(given),
                if like.is_null() { ", or `null`" } else { "" }
            ),
        )),
    }
}

/// The given value, short enough for a sentence.
fn shown(given: &Value) -> String {
    match given {
        Value::Object(_) => "a list of fields".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => format!("`{other}`"),
    }
}

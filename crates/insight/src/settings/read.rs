//! Reads a settings document. It is checked completely before any of it is used, and errors name the field.

use model::Licence;
use serde_json::{Map, Value};

use super::renewal::RENEWAL_BOUNDS;
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

/// Everything that is wrong with a settings document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct SettingsErrors(pub Vec<SettingsError>);

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
    /// Names every wrong field, the mistake and a correct value.
    pub fn from_json(text: &str) -> Result<Self, SettingsErrors> {
        let whole = |message: String| SettingsErrors(vec![SettingsError::new("", message)]);
        let given: Value =
            serde_json::from_str(text).map_err(|wrong| whole(format!("is not JSON: {wrong}")))?;
        let mut errors = Vec::new();
        check("", &given, &template(), &mut errors);
        check_patches("per_licence", &given["per_licence"], &mut errors);
        check_patches("per_group", &given["per_group"], &mut errors);
        check_suites(&given["suites"], &mut errors);
        check_renewal(&given["renewal"], &mut errors);
        if !errors.is_empty() {
            return Err(SettingsErrors(errors));
        }
        let mut document = template();
        merge(&mut document, given);
        serde_json::from_value(document).map_err(|wrong| whole(wrong.to_string()))
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

fn check_patches(name: &str, patches: &Value, errors: &mut Vec<SettingsError>) {
    let rules = serde_json::to_value(RuleSet::default()).unwrap_or_default();
    for (key, patch) in patches.as_object().into_iter().flatten() {
        check(&format!("{name}.{key}"), patch, &rules, errors);
    }
}

/// Checks the add-ons that suites include: add-ons with their sizes.
fn check_suites(suites: &Value, errors: &mut Vec<SettingsError>) {
    for (suite, carried) in suites.as_object().into_iter().flatten() {
        let path = format!("suites.{suite}");
        let example = "write add-ons with their sizes, as [\"webinar_500\"], or [] for none";
        let Some(carried) = carried.as_array() else {
            let message = format!("{} is not a list: {example}", shown(carried));
            errors.push(SettingsError::new(&path, message));
            continue;
        };
        for licence in carried {
            let sized = licence.as_str().map(Licence::from_key);
            let size = sized.and_then(|licence| licence.size);
            if size.is_none_or(|size| size <= 0) {
                let message = format!("{} is not an add-on: {example}", shown(licence));
                errors.push(SettingsError::new(&path, message));
            }
        }
    }
}

/// Checks the numbers for renewals, which have bounds of their own.
fn check_renewal(renewal: &Value, errors: &mut Vec<SettingsError>) {
    for (name, first, last) in RENEWAL_BOUNDS {
        if let Some(number) = renewal[name].as_i64()
            && (0..=65_535).contains(&number)
            && !(first..=last).contains(&number)
        {
            let message =
                format!("{number} is out of bounds; give a number from {first} to {last}");
            errors.push(SettingsError::new(&format!("renewal.{name}"), message));
        }
    }
}

/// Checks a value against one of the same shape.
fn check(path: &str, given: &Value, like: &Value, errors: &mut Vec<SettingsError>) {
    let name = path.rsplit('.').next().unwrap_or(path);
    let mut wrong = |expected: &str| {
        let message = format!("{} is not {expected}", shown(given));
        errors.push(SettingsError::new(path, message));
    };
    match (like, given) {
        (Value::Object(fields), _) if matches!(name, "per_licence" | "per_group") => {
            if !given.is_object() {
                wrong(&format!(
                    "a list of {} with their rules; write {{}} for none{}",
                    if name == "per_group" {
                        "groups"
                    } else {
                        "licences"
                    },
                    if fields.is_empty() { "" } else { " of them" }
                ));
            }
        }
        (Value::Object(_), _) if path == "suites" => {
            if !given.is_object() {
                wrong("a list of suites with what they include; write {} for none of your own");
            }
        }
        (Value::Object(fields), Value::Object(given)) => check_fields(path, given, fields, errors),
        (Value::Object(_), _) => wrong("a list of fields in curly brackets"),
        (Value::Bool(_), _) => {
            if !given.is_boolean() {
                wrong("`true` or `false`");
            }
        }
        (Value::Null, Value::Null) | (Value::String(_) | Value::Array(_), _) => {}
        (Value::Null | Value::Number(_), _) => {
            if let Err(message) = check_number(path, name, given, like) {
                errors.push(SettingsError::new(path, message));
            }
        }
    }
}

fn check_fields(
    path: &str,
    given: &Map<String, Value>,
    fields: &Map<String, Value>,
    errors: &mut Vec<SettingsError>,
) {
    for (key, value) in given {
        let inner = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        if let Some(like) = fields.get(key) {
            check(&inner, value, like, errors);
            continue;
        }
        let words = fields.keys().map(String::as_str);
        let message = match nearest(key, words.clone()) {
            Some(word) => format!("is not a setting: did you mean `{word}`?"),
            None => format!(
                "is not a setting: known here are {}",
                words.collect::<Vec<_>>().join(", ")
            ),
        };
        errors.push(SettingsError::new(&inner, message));
    }
}

fn check_number(path: &str, name: &str, given: &Value, like: &Value) -> Result<(), String> {
    if like.is_f64() && given.is_number() {
        return Ok(());
    }
    // Numbers for renewals have a check of their own.
    let known = BOUNDS.iter().find(|(known, ..)| *known == name);
    let known = known.filter(|_| !path.starts_with("renewal."));
    let (first, last) = known.map_or((0, 65_535), |(_, first, last)| (*first, *last));
    match given.as_i64() {
        Some(number) if (first..=last).contains(&number) => Ok(()),
        _ => Err(format!(
            "{} is not a whole number from {first} to {last}{}",
            shown(given),
            if like.is_null() { ", or `null`" } else { "" }
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

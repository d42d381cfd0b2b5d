//! The types of parameters, and how they are read from texts.

use model::{Currency, Day, Rule, SignInKind};
use store::{ChangeId, ChangeState, QuestionState};

/// The type of a parameter: optional, repeated, or required.
pub trait FromParameter: Sized {
    /// Reads the values with the parameter's name, or returns a message for each error.
    ///
    /// # Errors
    ///
    /// A message for each invalid value, or that the parameter is missing.
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>>;
}

/// The type of a single value.
pub trait ParameterValue: Sized {
    /// Parses a value that is not empty, or returns a message with the wrong and the right values.
    ///
    /// # Errors
    ///
    /// The message.
    fn parse(text: &str) -> Result<Self, String>;
}

/// The first value; `None` when it is missing or empty.
fn first<'a>(values: &[&'a str]) -> Option<&'a str> {
    values.first().copied().filter(|value| !value.is_empty())
}

/// A parameter without which the request is invalid; `right` says what to give.
///
/// # Errors
///
/// That it is missing, or the message of its type.
pub fn required<T: ParameterValue>(
    values: &[&str],
    right: impl FnOnce() -> String,
) -> Result<T, Vec<String>> {
    match first(values) {
        None => Err(vec![format!("is missing: give {}", right())]),
        Some(text) => T::parse(text).map_err(|message| vec![message]),
    }
}

impl<T: ParameterValue> FromParameter for Option<T> {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let value = first(values).map(T::parse).transpose();
        value.map_err(|message| vec![message])
    }
}

impl<T: ParameterValue> FromParameter for Vec<T> {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let mut parsed = Vec::new();
        let mut errors = Vec::new();
        for value in values.iter().filter(|value| !value.is_empty()) {
            match T::parse(value) {
                Ok(value) => parsed.push(value),
                Err(message) => errors.push(message),
            }
        }
        if errors.is_empty() {
            Ok(parsed)
        } else {
            Err(errors)
        }
    }
}

/// A text that may be empty.
impl FromParameter for String {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        Ok(first(values).unwrap_or_default().to_owned())
    }
}

impl FromParameter for Rule {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let rules = || format!("one of {}", Rule::ALL.map(Rule::value).join(", "));
        required(values, rules)
    }
}

impl ParameterValue for String {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl ParameterValue for Day {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|error: model::time::ParseTimeError| error.to_string())
    }
}

impl ParameterValue for i64 {
    fn parse(text: &str) -> Result<Self, String> {
        whole_number(text)
    }
}

/// A whole number within the bounds of its type.
///
/// # Errors
///
/// The message for another text.
pub(crate) fn whole_number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is not a whole number in range"))
}

/// `yes` or `no`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YesNo(pub bool);

impl ParameterValue for YesNo {
    fn parse(text: &str) -> Result<Self, String> {
        match text.to_lowercase().as_str() {
            "yes" | "true" | "on" | "1" => Ok(Self(true)),
            "no" | "false" | "off" | "0" => Ok(Self(false)),
            _ => Err(format!("`{text}` is not `yes` or `no`")),
        }
    }
}

/// `yes` or `no`; no when it is not given.
impl FromParameter for YesNo {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        Ok(Option::from_values(values)?.unwrap_or(Self(false)))
    }
}

impl FromParameter for Currency {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        required(values, || "a three-letter code such as EUR".to_owned())
    }
}

impl ParameterValue for Currency {
    fn parse(text: &str) -> Result<Self, String> {
        let currency: Self = text
            .parse()
            .map_err(|error: <Self as std::str::FromStr>::Err| error.to_string())?;
        if currency.is_listed() {
            Ok(currency)
        } else {
            Err(format!(
                "`{text}` is not a currency of ISO 4217; give its three-letter code, such as EUR"
            ))
        }
    }
}

impl ParameterValue for SignInKind {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "in" => Ok(Self::In),
            "out" => Ok(Self::Out),
            _ => Err(format!("`{text}` is not `in` or `out`")),
        }
    }
}

impl ParameterValue for Rule {
    fn parse(text: &str) -> Result<Self, String> {
        Self::from_value(text).ok_or_else(|| not_one_of(text, &Self::ALL.map(Self::value)))
    }
}

impl ParameterValue for ChangeState {
    fn parse(text: &str) -> Result<Self, String> {
        Self::from_value(text).ok_or_else(|| not_one_of(text, &Self::ALL.map(Self::value)))
    }
}

impl ParameterValue for QuestionState {
    fn parse(text: &str) -> Result<Self, String> {
        Self::from_value(text).ok_or_else(|| not_one_of(text, &Self::ALL.map(Self::value)))
    }
}

impl ParameterValue for ChangeId {
    fn parse(text: &str) -> Result<Self, String> {
        let id = text.parse().map(Self);
        id.map_err(|_| format!("`{text}` is not the number of a change"))
    }
}

/// The message for a word that is not one of the known ones.
#[must_use]
pub fn not_one_of(text: &str, known: &[&str]) -> String {
    format!("`{text}` is not one of {}", known.join(", "))
}

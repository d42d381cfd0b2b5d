//! Typed parameters of requests. A struct of [`parameters!`] names each parameter once: the API's
//! document, the reader and the check for unknown names all come from its fields. All invalid and
//! unknown parameters are reported together, because a client should not have to find them one by
//! one.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use model::{Day, Rule, SignInKind};
use service::{FieldError, Pairs};
use store::{ChangeId, ChangeState, QuestionState};

use super::body::JsonBody;
use crate::failure::Failure;

/// Defines a struct whose fields are the parameters of a request, and implements [`Parameters`] for
/// it. `checked by` names a function for rules about several fields.
macro_rules! parameters {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident $(checked by $check:path)? {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $type,)*
        }

        impl $crate::api::parameters::Parameters for $name {
            fn read(reader: &mut $crate::api::parameters::Reader<'_>) -> Option<Self> {
                $(let $field = reader.get::<$type>(stringify!($field));)*
                let value = Self { $($field: $field?,)* };
                $($check(&value, reader);)?
                Some(value)
            }
        }
    };
}
pub(crate) use parameters;

/// A set of parameters that are read together.
pub(crate) trait Parameters: Sized {
    /// Reads the parameters; errors are added to the reader. `None` if one of them is invalid.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;
}

impl Parameters for () {
    fn read(_: &mut Reader<'_>) -> Option<Self> {
        Some(())
    }
}

impl<A: Parameters, B: Parameters> Parameters for (A, B) {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let (first, second) = (A::read(reader), B::read(reader));
        Some((first?, second?))
    }
}

/// Reads parameters by name and collects the errors.
pub(crate) struct Reader<'a> {
    pairs: &'a Pairs,
    known: Vec<&'static str>,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    /// Reads one parameter; an invalid value is added to the errors.
    pub(crate) fn get<T: FromParameter>(&mut self, name: &'static str) -> Option<T> {
        self.known.push(name);
        let named = self.pairs.0.iter().filter(|(key, _)| key == name);
        let values: Vec<&str> = named.map(|(_, value)| value.trim()).collect();
        match T::from_values(&values) {
            Ok(value) => Some(value),
            Err(messages) => {
                for message in messages {
                    self.error(name, message);
                }
                None
            }
        }
    }

    /// Adds an error about a parameter.
    pub(crate) fn error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError {
            field: field.to_owned(),
            message: message.into(),
        });
    }
}

/// Reads the parameters and ignores unknown ones, for pages that have parameters of their own.
pub(crate) fn read_known<T: Parameters>(pairs: &Pairs) -> Result<T, Failure> {
    read(pairs, |_| Vec::new())
}

/// Reads the parameters; unknown ones are errors.
fn read_all<T: Parameters>(pairs: &Pairs) -> Result<T, Failure> {
    read(pairs, |known| super::unknown(pairs, known))
}

fn read<T: Parameters>(
    pairs: &Pairs,
    unknown: impl Fn(&[&str]) -> Vec<FieldError>,
) -> Result<T, Failure> {
    let mut reader = Reader {
        pairs,
        known: Vec::new(),
        errors: Vec::new(),
    };
    let value = T::read(&mut reader);
    let mut errors = unknown(&reader.known);
    errors.append(&mut reader.errors);
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(Failure::parameters(errors)),
    }
}

/// The query parameters of a request.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Sync, T: Parameters> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let query = parts.uri.query().unwrap_or_default();
        read_all(&Pairs::parse(query.as_bytes())).map(Self)
    }
}

/// The members of a JSON object as parameters; a list is a repeated parameter.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: Parameters> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = JsonBody::from_request(request, state).await?;
        let (pairs, mut errors) = body.scalars();
        match read_all(&pairs) {
            Ok(value) if errors.is_empty() => Ok(Self(value)),
            Ok(_) => Err(Failure::parameters(errors)),
            Err(failure) => {
                let others = failure.field_errors().iter();
                let known: Vec<_> = errors.iter().map(|error| error.field.clone()).collect();
                // A member of a wrong type is not missing as well.
                errors.extend(
                    others
                        .filter(|error| !known.contains(&error.field))
                        .cloned(),
                );
                Err(Failure::parameters(errors))
            }
        }
    }
}

/// The type of a parameter: optional, repeated, or required.
pub(crate) trait FromParameter: Sized {
    /// Reads the values with the parameter's name, or returns a message for each error.
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>>;
}

/// The type of a single value.
pub(crate) trait ParameterValue: Sized {
    /// Parses a value that is not empty, or returns a message with the wrong and the right values.
    fn parse(text: &str) -> Result<Self, String>;
}

/// The first value; `None` when it is missing or empty.
fn first<'a>(values: &[&'a str]) -> Option<&'a str> {
    values.first().copied().filter(|value| !value.is_empty())
}

/// A parameter without which the request is invalid.
pub(crate) fn required<T: ParameterValue>(
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
        text.parse()
            .map_err(|_| format!("`{text}` is not a whole number in range"))
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

fn not_one_of(text: &str, known: &[&str]) -> String {
    format!("`{text}` is not one of {}", known.join(", "))
}

/// The number of rows of a page, 1 to 1000; 50 when it is not given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageSize(pub(crate) u32);

impl FromParameter for PageSize {
    fn from_values(values: &[&str]) -> Result<Self, Vec<String>> {
        let Some(text) = first(values) else {
            return Ok(Self(50));
        };
        match text.parse() {
            Ok(limit @ 1..=1000) => Ok(Self(limit)),
            Ok(_) => Err(vec![format!(
                "`{text}` is not a number of rows from 1 to 1000"
            )]),
            Err(_) => Err(vec![format!("`{text}` is not a whole number in range")]),
        }
    }
}

/// The cursor of a list whose cursors are numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberCursor(pub(crate) i64);

impl ParameterValue for NumberCursor {
    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| {
            "is not a cursor of an earlier answer: use `next_cursor` unchanged".to_owned()
        })
    }
}

parameters! {
    /// The page of a list.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct Paging {
        /// Rows of a page, 1 to 1000.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
        pub(crate) limit: PageSize,
        /// `next_cursor` of the page before.
        #[param(value_type = Option<String>)]
        pub(crate) cursor: Option<String>,
    }
}

parameters! {
    /// The page of a list whose cursors are numbers.
    #[derive(Debug, utoipa::IntoParams)]
    #[into_params(parameter_in = Query)]
    pub(crate) struct NumberPaging {
        /// Rows of a page, 1 to 1000.
        #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
        pub(crate) limit: PageSize,
        /// `next_cursor` of the page before.
        #[param(value_type = Option<String>)]
        pub(crate) cursor: Option<NumberCursor>,
    }
}

/// Adds an error if `from` is after `to`, because such a period would silently return an empty
/// list.
pub(crate) fn check_period(from: Option<Day>, to: Option<Day>, reader: &mut Reader<'_>) {
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        reader.error(
            "from",
            format!("{from} is after {to}: give the earlier day first"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    parameters! {
        struct Example checked by Example::check {
            from: Option<Day>,
            to: Option<Day>,
            state: Vec<ChangeState>,
            rule: Rule,
        }
    }

    impl Example {
        fn check(&self, reader: &mut Reader<'_>) {
            check_period(self.from, self.to, reader);
        }
    }

    fn errors(query: &str) -> Vec<String> {
        let pairs = Pairs::parse(query.as_bytes());
        let result = read_all::<(Example, Paging)>(&pairs);
        let failure = result.err();
        failure.map_or_else(Vec::new, |failure| {
            let errors = failure.field_errors().iter();
            errors.map(|error| error.field.clone()).collect()
        })
    }

    #[test]
    fn all_invalid_and_unknown_parameters_are_reported_at_once() {
        assert_eq!(
            errors("from=x&colour=red&state=open&state=gone&limit=0"),
            ["colour", "from", "state", "state", "rule", "limit"]
        );
        assert_eq!(
            errors("rule=dormant&from=2026-02-01&to=2026-01-01&size=1"),
            ["size", "from"]
        );
        assert!(errors("rule=dormant&state=done&state=&limit=1000&from=").is_empty());
    }

    #[test]
    fn pages_ignore_parameters_of_their_own() {
        let pairs = Pairs::parse(b"rule=dormant&tab=1");
        let example = read_known::<Example>(&pairs).ok();
        let read = example.map(|example| (example.rule, example.state.len()));
        assert_eq!(read, Some((Rule::Dormant, 0)));
    }
}

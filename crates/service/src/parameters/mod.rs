//! Typed input: a query string, a form, a JSON object or a line of a file is a list of names and
//! texts, and [`Reader`] makes a typed value of it. All invalid and unknown parameters are reported
//! together, because a person or a client should not have to find them one by one.
//!
//! A struct of [`parameters!`](crate::parameters!) names each parameter once: the API's document,
//! the reader and the check for unknown names all come from its fields. Input whose meaning depends
//! on stored data or on an application has a function that takes the reader instead.

mod member;
mod values;

pub use member::{Member, MemberKind};
pub(crate) use values::whole_number;
pub use values::{FromParameter, ParameterValue, YesNo, not_one_of, required};

use secrecy::SecretString;

use crate::error::FieldError;
use crate::pairs::Pairs;

/// Defines a struct whose fields are the parameters of a request, and implements
/// [`Parameters`] for it. `checked by` names a function for rules
/// about several fields.
#[macro_export]
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

        impl $crate::parameters::Parameters for $name {
            fn read(reader: &mut $crate::parameters::Reader<'_>) -> Option<Self> {
                $(let $field = reader.get::<$type>(stringify!($field));)*
                let value = Self { $($field: $field?,)* };
                $($check(&value, reader);)?
                Some(value)
            }
        }
    };
}

/// A set of parameters that are read together.
pub trait Parameters: Sized {
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
pub struct Reader<'a> {
    pairs: &'a Pairs,
    known: Vec<String>,
    errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    fn new(pairs: &'a Pairs) -> Self {
        Self {
            pairs,
            known: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Reads one parameter; an invalid value is added to the errors.
    pub fn get<T: FromParameter>(&mut self, name: &str) -> Option<T> {
        self.known.push(name.to_owned());
        match T::from_values(&self.pairs.trimmed(name)) {
            Ok(value) => Some(value),
            Err(messages) => {
                for message in messages {
                    self.error(name, message);
                }
                None
            }
        }
    }

    /// Reads a set of parameters.
    pub fn read<T: Parameters>(&mut self) -> Option<T> {
        T::read(self)
    }

    /// The text of a parameter; `None` if it is missing or empty.
    pub fn text(&mut self, name: &str) -> Option<&'a str> {
        self.known.push(name.to_owned());
        self.pairs.text(name)
    }

    /// A secret, without trimming; empty if it is missing.
    pub fn secret(&mut self, name: &str) -> SecretString {
        self.known.push(name.to_owned());
        SecretString::from(self.pairs.get(name).unwrap_or_default())
    }

    /// Reads an optional parameter with a function; its message is added to the errors.
    pub fn parse<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(self.text(name)?) {
            Ok(value) => Some(value),
            Err(message) => {
                self.error(name, message);
                None
            }
        }
    }

    /// The same for a parameter that must be there; `right` says what to give.
    pub fn needed<T>(
        &mut self,
        name: &str,
        right: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.text(name).is_none() {
            self.error(name, format!("is missing: {right}"));
        }
        self.parse(name, read)
    }

    /// Names of parameters that are allowed although they are not read.
    pub fn allow(&mut self, names: &[&str]) {
        self.known
            .extend(names.iter().map(|name| (*name).to_owned()));
    }

    /// Adds an error about a parameter.
    pub fn error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, message));
    }

    /// Whether an error about a parameter was found.
    #[must_use]
    pub fn is_wrong(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field == field)
    }
}

/// The value, if neither it nor anything else is wrong.
fn whole<T>(value: Option<T>, errors: Vec<FieldError>) -> Result<T, Vec<FieldError>> {
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        _ => Err(errors),
    }
}

impl Pairs {
    /// Reads the parameters and ignores unknown ones, for pages and forms that have parameters of
    /// their own.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, field by field.
    pub fn read<T: Parameters>(&self) -> Result<T, Vec<FieldError>> {
        self.read_with(T::read)
    }

    /// The same with a function that needs more than the parameters.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, field by field.
    pub fn read_with<T>(
        &self,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Vec<FieldError>> {
        let mut reader = Reader::new(self);
        let value = read(&mut reader);
        whole(value, reader.errors)
    }

    /// Reads the parameters with a function; unknown parameters are errors.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, field by field, unknown parameters first.
    pub fn read_all_with<T>(
        &self,
        read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    ) -> Result<T, Vec<FieldError>> {
        let mut reader = Reader::new(self);
        let value = read(&mut reader);
        let mut errors = self.unknown(&reader.known);
        errors.append(&mut reader.errors);
        whole(value, errors)
    }

    /// The errors for parameters that are not in `known`.
    fn unknown(&self, known: &[String]) -> Vec<FieldError> {
        let mut words: Vec<&str> = Vec::new();
        for word in known {
            if !words.contains(&word.as_str()) {
                words.push(word);
            }
        }
        let message = match words.as_slice() {
            [] => "is not a parameter here: there are none".to_owned(),
            words => format!("is not a parameter here: known are {}", words.join(", ")),
        };
        self.0
            .iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, _)| FieldError::new(name.as_str(), message.as_str()))
            .collect()
    }

    /// Every value of a name without surrounding white space.
    fn trimmed(&self, name: &str) -> Vec<&str> {
        let named = self.0.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.trim()).collect()
    }
}

/// Both values, or the errors of both.
///
/// # Errors
///
/// The errors of the first, and then those of the second.
pub fn both<A, B>(
    first: Result<A, Vec<FieldError>>,
    second: Result<B, Vec<FieldError>>,
) -> Result<(A, B), Vec<FieldError>> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(mut errors), Err(mut more)) => {
            errors.append(&mut more);
            Err(errors)
        }
        (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use model::{Day, Rule};
    use store::ChangeState;

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
            if self.from > self.to && self.to.is_some() {
                reader.error("from", "is after `to`");
            }
        }
    }

    parameters! {
        struct More {
            limit: Option<i64>,
        }
    }

    fn errors(query: &str) -> Vec<String> {
        let pairs = Pairs::parse(query.as_bytes());
        let result = pairs.read_all_with(<(Example, More)>::read);
        let errors = result.err().unwrap_or_default().into_iter();
        errors.map(|error| error.field).collect()
    }

    #[test]
    fn all_invalid_and_unknown_parameters_are_reported_at_once() {
        assert_eq!(
            errors("from=x&colour=red&state=open&state=gone&limit=y"),
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
        let read = pairs.read::<(Example, More)>().ok();
        let read = read.map(|(example, more)| (example.rule, example.state.len(), more.limit));
        assert_eq!(read, Some((Rule::Dormant, 0, None)));
    }
}

//! The names and values of a query or a form, in the order in which they were sent.

use crate::error::Error;

/// Pairs of names and values, in the order in which they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    pub fn parse(text: &[u8]) -> Self {
        Self(
            url::form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of that name without surrounding white space; nothing when it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    /// The number of that name; an error when there is something else.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        self.text(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Error::parameter(name, format!("`{text}` is not a whole number in range"))
                })
            })
            .transpose()
    }

    /// The date of that name; an error when there is something else.
    pub fn day(&self, name: &str) -> Result<Option<model::Day>, Error> {
        self.text(name)
            .map(|text| {
                text.parse::<model::Day>()
                    .map_err(|error| Error::parameter(name, error.to_string()))
            })
            .transpose()
    }
}

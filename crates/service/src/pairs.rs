//! Names and values of a query string or a form.

use crate::error::Error;

/// Names and values, in the order in which they were sent.
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

    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a name without surrounding white space; `None` if it is empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }

    /// The value of a name as a number.
    ///
    /// # Errors
    ///
    /// When the value is not a number in the range of `T`.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Error> {
        self.text(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Error::parameter(name, format!("`{text}` is not a whole number in range"))
                })
            })
            .transpose()
    }

    /// The value of a name as a day (`yyyy-mm-dd`).
    ///
    /// # Errors
    ///
    /// When the value is not a day.
    pub fn day(&self, name: &str) -> Result<Option<model::Day>, Error> {
        self.text(name)
            .map(|text| {
                text.parse::<model::Day>()
                    .map_err(|error| Error::parameter(name, error.to_string()))
            })
            .transpose()
    }
}

//! Query of the current address. Links derive other queries from it, because all state of a page is
//! in its URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'@');

/// An address and its query parameters, in order. A parameter may occur several times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Params {
    /// Path without the query: `/i/1/users`.
    pub path: String,
    /// Names and values, decoded.
    pub pairs: Vec<(String, String)>,
}

/// Parameter for the position in a list; dropped whenever another parameter changes.
const CURSOR: &str = "cursor";

impl Params {
    #[must_use]
    pub fn new(path: impl Into<String>, pairs: Vec<(String, String)>) -> Self {
        Self {
            path: path.into(),
            pairs,
        }
    }

    /// The first value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the parameter occurs with this value.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.pairs.iter().any(|(k, v)| k == name && v == value)
    }

    /// Sets the parameter to one value and returns to the first page.
    #[must_use]
    pub fn set(&self, name: &str, value: &str) -> Self {
        let mut next = self.drop(name);
        next.pairs.push((name.to_owned(), value.to_owned()));
        next
    }

    /// Removes all values of the parameter and returns to the first page.
    #[must_use]
    pub fn drop(&self, name: &str) -> Self {
        let kept = |(key, _): &&(String, String)| key != name && key != CURSOR;
        Self::new(
            self.path.clone(),
            self.pairs.iter().filter(kept).cloned().collect(),
        )
    }

    /// Removes one value of the parameter and returns to the first page.
    #[must_use]
    pub fn remove(&self, name: &str, value: &str) -> Self {
        let kept = |(key, v): &&(String, String)| !(key == name && v == value) && key != CURSOR;
        Self::new(
            self.path.clone(),
            self.pairs.iter().filter(kept).cloned().collect(),
        )
    }

    /// The same query at another path, such as the CSV export of a list.
    #[must_use]
    pub fn at(&self, path: impl Into<String>) -> Self {
        Self::new(path, self.pairs.clone())
    }

    /// The page that begins at this cursor.
    #[must_use]
    pub fn after(&self, cursor: &str) -> Self {
        self.set(CURSOR, cursor)
    }

    /// Path and query, percent-encoded.
    #[must_use]
    pub fn href(&self) -> String {
        let mut out = self.path.clone();
        for (index, (key, value)) in self.pairs.iter().enumerate() {
            out.push(if index == 0 { '?' } else { '&' });
            out.extend(utf8_percent_encode(key, QUERY));
            out.push('=');
            out.extend(utf8_percent_encode(value, QUERY));
        }
        out
    }
}

/// A path segment, percent-encoded.
#[must_use]
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changing_a_filter_goes_back_to_the_first_page() {
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let at = Params::new(
            "/u",
            vec![pair("d", "R&D"), pair("d", "Sales"), pair("cursor", "x")],
        );
        assert_eq!(at.remove("d", "Sales").href(), "/u?d=R%26D");
        assert_eq!(
            at.set("sort", "-name").href(),
            "/u?d=R%26D&d=Sales&sort=-name"
        );
        assert_eq!(at.after("y").href(), "/u?d=R%26D&d=Sales&cursor=y");
        assert_eq!(at.at("/u.csv").href(), "/u.csv?d=R%26D&d=Sales&cursor=x");
    }
}

//! The outermost JSON object of an answer, split into members without building a tree: the members
//! stay raw text, so that one bad record, a deep tree or a huge number in one of them can't spoil the
//! rest. If a name comes twice, the last member counts, because most JSON readers do the same.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::member::Member as _;

/// A JSON object whose members are still raw.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Body<'a> {
    /// Decodes the bytes of a body. Bytes that are not UTF-8 become replacement characters,
    /// because one bad byte must not make the whole page unreadable.
    pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        String::from_utf8_lossy(bytes)
    }

    /// Splits an object into its members. The error describes the problem without quoting the body.
    pub(crate) fn parse(text: &'a str) -> Result<Self, &'static str> {
        let start = text.trim_ascii_start();
        if start.is_empty() {
            return Err("empty instead of JSON");
        }
        if !start.starts_with('{') {
            return Err(if start.starts_with('<') {
                "HTML instead of JSON"
            } else {
                "not a JSON object"
            });
        }
        let mut source = serde_json::Deserializer::from_str(text);
        let members = source.deserialize_map(Members).map_err(|error| {
            if error.is_eof() {
                "the JSON is cut off"
            } else {
                "the JSON is broken"
            }
        })?;
        source
            .end()
            .map_err(|_| "there is something after the JSON")?;
        Ok(Self { members })
    }

    /// The raw value of a member; a null counts as absent.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let (_, value) = self.members.iter().rev().find(|(have, _)| have == name)?;
        (value.get() != "null").then_some(*value)
    }

    /// All members in the order of the text.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.members
            .iter()
            .map(|(name, value)| (name.as_ref(), *value))
    }

    /// A text member. `None` also if the value is neither text nor a number.
    pub(crate) fn string(&self, name: &str) -> Option<String> {
        self.get(name).and_then(|raw| String::read(raw).ok())
    }

    /// An integer member, also when it is written as text. `None` also if the value is something else.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|raw| i64::read(raw).ok())
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key_seed(Name)? {
            members.push((name, map.next_value::<&RawValue>()?));
        }
        Ok(members)
    }
}

/// Reads a member name, borrowed unless it contains escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

//! Attribute paths (`emails[type eq "work"].value`) and the supported filters: an identifying
//! attribute, `eq`, and a string.

use serde_json::Value;

use super::constants::USER;
use crate::failure::Failure;

/// An attribute path, with names in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// Whether the path names another schema than that of users.
    pub(crate) foreign: bool,
    /// The name of the attribute.
    pub(crate) attribute: String,
    /// Selects one of several values: an attribute of the value and the expected content.
    pub(crate) selector: Option<(String, Value)>,
    /// The sub-attribute of the value.
    pub(crate) sub: Option<String>,
}

impl Path {
    /// Parses a path; `None` when the text is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (path, rest) = Self::take(text.trim())?;
        rest.is_empty().then_some(path)
    }

    /// Parses the path at the start of a text and returns the rest.
    fn take(text: &str) -> Option<(Self, &str)> {
        let (foreign, rest) = schema(text);
        let (attribute, mut rest) = name(rest)?;
        let mut selector = None;
        if let Some(inner) = rest.strip_prefix('[') {
            let (by, after) = name(inner.trim_start())?;
            let (value, after) = equals(after)?;
            selector = Some((by, value));
            rest = after.trim_start().strip_prefix(']')?;
        }
        let mut sub = None;
        if let Some(inner) = rest.strip_prefix('.') {
            let (of, after) = name(inner)?;
            sub = Some(of);
            rest = after;
        }
        let path = Self {
            foreign,
            attribute,
            selector,
            sub,
        };
        Some((path, rest))
    }

    /// Whether the path selects the work address or the preferred one; true without a selector.
    pub(crate) fn is_at_work(&self) -> bool {
        let Some((by, value)) = &self.selector else {
            return true;
        };
        let is = |text: &str| {
            let words = value.as_str();
            words.is_some_and(|words| words.eq_ignore_ascii_case(text))
        };
        match by.as_str() {
            "type" => is("work"),
            "primary" => *value == Value::Bool(true) || is("true"),
            _ => false,
        }
    }
}

/// Whether another schema than that of users is named, and the text after the schema.
fn schema(text: &str) -> (bool, &str) {
    let is_named = text
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let end = text.find(['[', ' ']).unwrap_or(text.len());
    match text[..end].rfind(':').filter(|_| is_named) {
        None => (false, text),
        Some(colon) => (
            !text[..colon].eq_ignore_ascii_case(USER),
            &text[colon + 1..],
        ),
    }
}

/// The name at the start of a text, in lower case, and the rest.
fn name(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "_-$".contains(c)))
        .unwrap_or(text.len());
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
    begins.then(|| (text[..end].to_ascii_lowercase(), &text[end..]))
}

/// The value after ` eq ` at the start of a text, and the rest.
fn equals(text: &str) -> Option<(Value, &str)> {
    let rest = text.strip_prefix(' ')?.trim_start();
    let (operator, rest) = rest.split_once(' ')?;
    if !operator.eq_ignore_ascii_case("eq") {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let end = values.byte_offset();
    Some((value, rest.get(end..)?))
}

/// The user that a list request filters for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The user with our id.
    Id(String),
    /// The user with this name.
    UserName(String),
    /// The user with this id of the directory.
    ExternalId(String),
    /// The user with this work address.
    Email(String),
}

/// Parses a filter; an error with the supported forms for any other text.
pub(crate) fn filter(text: &str) -> Result<Wanted, Failure> {
    wanted(text.trim()).ok_or_else(|| {
        let shown: String = text.chars().take(100).collect();
        Failure::scim_type(
            "invalidFilter",
            format!(
                "filter: `{shown}` is not understood: use one of `userName eq \"…\"`, `externalId \
                 eq \"…\"`, `id eq \"…\"`, `emails.value eq \"…\"` and `emails[type eq \
                 \"work\"].value eq \"…\"`"
            ),
        )
    })
}

fn wanted(text: &str) -> Option<Wanted> {
    let (path, rest) = Path::take(text)?;
    let (Value::String(value), "") = equals(rest).map(|(value, rest)| (value, rest.trim()))? else {
        return None;
    };
    let plain = path.selector.is_none() && path.sub.is_none();
    let selected = path.selector.as_ref().is_none_or(|(by, _)| by == "type");
    let of_value = selected && path.sub.as_deref() == Some("value");
    match path.attribute.as_str() {
        _ if path.foreign => None,
        "id" if plain => Some(Wanted::Id(value)),
        "username" if plain => Some(Wanted::UserName(value)),
        "externalid" if plain => Some(Wanted::ExternalId(value)),
        "emails" if of_value && path.is_at_work() => Some(Wanted::Email(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn filters_of_known_directories_are_parsed() {
        let ann = || "ann@x.example".to_owned();
        for (text, wanted) in [
            (r#"userName eq "ann@x.example""#, Wanted::UserName(ann())),
            (r#" USERNAME EQ  "ann@x.example" "#, Wanted::UserName(ann())),
            (
                r#"externalId eq "ann@x.example""#,
                Wanted::ExternalId(ann()),
            ),
            (r#"id eq "ann@x.example""#, Wanted::Id(ann())),
            (r#"emails.value eq "ann@x.example""#, Wanted::Email(ann())),
            (
                r#"emails[type eq "work"].value eq "ann@x.example""#,
                Wanted::Email(ann()),
            ),
            (
                r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ann@x.example""#,
                Wanted::UserName(ann()),
            ),
            (
                r#"userName eq "a \"b\" and c""#,
                Wanted::UserName("a \"b\" and c".to_owned()),
            ),
        ] {
            assert_eq!(filter(text).ok(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn any_other_filter_is_refused() {
        for text in [
            "",
            "userName",
            "userName pr",
            "userName eq",
            "userName eq ann",
            "userName eq 7",
            "userName eq true",
            r#"userName sw "a""#,
            r#"userName eq "a" or userName eq "b""#,
            r#"userName eq "a" and active eq true"#,
            r#"not (userName eq "a")"#,
            r#"userName eq "a"#,
            r#"name.familyName eq "Lee""#,
            r#"userName.value eq "a""#,
            r#"emails.type eq "work""#,
            r#"emails eq "a""#,
            r#"emails[primary eq true].value eq "a""#,
            r#"emails[type eq "home"].value eq "a""#,
            r#"emails[type eq "work].value eq "a""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:userName eq "a""#,
            r#"urn:x eq "a""#,
            "é eq \"a\"",
        ] {
            assert!(filter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn paths_are_read() {
        let path = Path::parse(r#"Emails[Type EQ "Work"].Value"#).unwrap();
        assert_eq!(
            (
                path.attribute.as_str(),
                path.sub.as_deref(),
                path.is_at_work()
            ),
            ("emails", Some("value"), true)
        );
        let primary = Path::parse("emails[primary eq true]").unwrap();
        assert!(primary.is_at_work() && primary.sub.is_none());
        let home = Path::parse("emails[type eq \"home\"].value").unwrap();
        assert!(!home.is_at_work());
        let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
        assert!(Path::parse(extension).unwrap().foreign);
        for text in [
            "", ".", "a.", "a[", "a[b]", "a[b eq]", "a b", "a.b.c", "7", "a[b eq 1",
        ] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_input_panics(text in "\\PC{0,60}") {
            let _ = Path::parse(&text);
            let _ = filter(&text);
        }

        #[test]
        fn every_name_can_be_asked_for(name in "\\PC{0,40}") {
            let text = format!("userName eq {}", Value::String(name.clone()));
            prop_assert_eq!(filter(&text).ok(), Some(Wanted::UserName(name)));
        }
    }
}

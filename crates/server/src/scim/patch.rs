//! PATCH requests of a `User` (RFC 7644, section 3.5.2) as directories send them: with a path, or
//! with an object whose members are paths. Changes of attributes that are not stored are accepted
//! and ignored.

use serde_json::{Map, Value};
use store::DirectoryEntry;

use super::body::{member, of_schema, text, wrong, yes_no};
use super::path::Path;
use super::person::{Kind, best};
use crate::failure::Failure;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The kind of change of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Add,
    Replace,
    Remove,
}

/// The entry after all operations in their order, or an error and no change.
pub(crate) fn patched(
    body: &Map<String, Value>,
    entry: &DirectoryEntry,
) -> Result<DirectoryEntry, Failure> {
    of_schema(body, PATCH)?;
    let operations = member(body, "Operations").and_then(Value::as_array);
    let operations = operations.filter(|list| !list.is_empty()).ok_or_else(|| {
        let right = "is not a list with an operation: use [{\"op\": \"replace\", \"path\": \
                     \"active\", \"value\": false}]";
        wrong("Operations", right)
    })?;
    let mut entry = entry.clone();
    for (position, operation) in operations.iter().enumerate() {
        let place = format!("Operations[{position}]");
        let Value::Object(operation) = operation else {
            let message = format!("{place}: is not an object: begin it with `{{`");
            return Err(Failure::scim_type("invalidSyntax", message));
        };
        apply(&mut entry, operation, &place)?;
    }
    Ok(entry)
}

fn apply(
    entry: &mut DirectoryEntry,
    operation: &Map<String, Value>,
    place: &str,
) -> Result<(), Failure> {
    let op = member(operation, "op").and_then(Value::as_str);
    let kind = match op.unwrap_or_default().to_ascii_lowercase().as_str() {
        "add" => Operation::Add,
        "replace" => Operation::Replace,
        "remove" => Operation::Remove,
        other => {
            let message = format!("{place}.op: is `{other}`: use add, replace or remove");
            return Err(Failure::scim_type("invalidSyntax", message));
        }
    };
    // Null is a valid value: the attribute has no value.
    let value = operation
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("value"))
        .map(|(_, value)| value);
    let value = match (kind, value) {
        (Operation::Remove, _) => &Value::Null,
        (_, Some(value)) => value,
        (_, None) => {
            let name = format!("{place}.value");
            return Err(wrong(&name, "is missing: give what to set"));
        }
    };
    if let Some(path) = member(operation, "path") {
        let path = text(&format!("{place}.path"), path)?;
        let read = Path::parse(&path).ok_or_else(|| {
            let shown: String = path.chars().take(100).collect();
            Failure::scim_type(
                "invalidPath",
                format!(
                    "{place}.path: `{shown}` is not a path to an attribute: use one such as \
                     `active` or `emails[type eq \"work\"].value`"
                ),
            )
        })?;
        if !read.foreign && ["id", "meta", "schemas"].contains(&read.attribute.as_str()) {
            return Err(Failure::scim_type(
                "mutability",
                format!("{place}.path: `{path}` cannot be changed: leave it out"),
            ));
        }
        return set(entry, &read, kind, value);
    }
    if kind == Operation::Remove {
        return Err(Failure::scim_type(
            "noTarget",
            format!("{place}.path: is missing: name the attribute to remove"),
        ));
    }
    let Value::Object(values) = value else {
        let name = format!("{place}.value");
        let right = "is not an object, and there is no path: name the attributes in it, such as \
                     {\"active\": false}";
        return Err(wrong(&name, right));
    };
    for (name, value) in values {
        // A name that is not a valid path belongs to an attribute that is not stored.
        if let Some(path) = Path::parse(name) {
            set(entry, &path, kind, value)?;
        }
    }
    Ok(())
}

/// Sets the attribute of a path; null removes its value.
fn set(
    entry: &mut DirectoryEntry,
    path: &Path,
    kind: Operation,
    value: &Value,
) -> Result<(), Failure> {
    if path.foreign {
        return Ok(());
    }
    let plain = path.selector.is_none() && path.sub.is_none();
    let needed = |name: &str, right: &str| {
        let message = format!("cannot be removed: {right}");
        Err(wrong(name, &message))
    };
    match path.attribute.as_str() {
        "username" if plain && value.is_null() => {
            return needed("userName", "replace it by another name");
        }
        "username" if plain => entry.user_name = text("userName", value)?,
        "externalid" if plain && value.is_null() => entry.external_id = None,
        "externalid" if plain => entry.external_id = Some(text("externalId", value)?),
        "active" if plain && value.is_null() => {
            return needed("active", "replace it by `true` or `false`");
        }
        "active" if plain => entry.active = yes_no("active", value)?,
        "emails" if path.is_at_work() => email(entry, path, kind, value)?,
        _ => {}
    }
    Ok(())
}

/// Sets the work e-mail address.
fn email(
    entry: &mut DirectoryEntry,
    path: &Path,
    kind: Operation,
    value: &Value,
) -> Result<(), Failure> {
    let of_value = path.sub.as_deref() == Some("value");
    if path.sub.is_some() && !of_value {
        // Its type and its label are not stored.
        return Ok(());
    }
    let email = match value {
        Value::Null => None,
        Value::String(address) if of_value || path.selector.is_some() => {
            Some(address.clone()).filter(|address| !address.trim().is_empty())
        }
        _ if of_value => return Err(wrong("emails.value", "is not a text: give an address")),
        // The path already selects the work address.
        Value::Object(one) if path.selector.is_some() => match member(one, "value") {
            None => return Ok(()),
            Some(address) => Some(text("emails.value", address)?),
        },
        several => {
            let found = best(several)?;
            // An added address replaces the work address only when its type says that it is one.
            let beside = kind == Operation::Add && entry.email.is_some();
            match found {
                Some((Kind::Plain, _)) | None if beside => return Ok(()),
                found => found.map(|(_, email)| email),
            }
        }
    };
    entry.email = email;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ann() -> DirectoryEntry {
        DirectoryEntry {
            user_name: "ann".to_owned(),
            external_id: Some("7".to_owned()),
            email: Some("ann@x.example".to_owned()),
            active: true,
        }
    }

    fn after(operations: &Value) -> Result<DirectoryEntry, Failure> {
        let body = json!({ "schemas": [PATCH], "Operations": operations });
        patched(body.as_object().unwrap(), &ann())
    }

    #[test]
    fn directories_deactivate_in_their_ways() {
        for operation in [
            json!({"op": "replace", "value": {"active": false}}),
            json!({"op": "Replace", "path": "active", "value": "False"}),
            json!({"op": "REPLACE", "path": "active", "value": false}),
            json!({"op": "add", "path": "Active", "value": "false"}),
            json!({"OP": "Add", "VALUE": {"ACTIVE": "false", "title": "x"}}),
            json!({
                "op": "replace", "value": false,
                "path": "urn:ietf:params:scim:schemas:core:2.0:User:active",
            }),
        ] {
            let expected = DirectoryEntry {
                active: false,
                ..ann()
            };
            assert_eq!(after(&json!([operation])).unwrap(), expected);
        }
    }

    #[test]
    fn addresses_are_set_and_taken_away() {
        let email = |operation: Value| after(&json!([operation])).unwrap().email;
        let new = Some("new@x.example".to_owned());
        for operation in [
            json!({"op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@x.example"}),
            json!({"op": "add", "path": "emails[primary eq true]", "value": {"value": "new@x.example"}}),
            json!({"op": "replace", "path": "emails", "value": [{"value": "new@x.example"}]}),
            json!({"op": "add", "path": "emails", "value": [{"value": "new@x.example", "type": "work"}]}),
            json!({"op": "add", "value": {"emails[type eq \"work\"].value": "new@x.example"}}),
        ] {
            assert_eq!(email(operation.clone()), new, "{operation}");
        }
        for operation in [
            json!({"op": "remove", "path": "emails"}),
            json!({"op": "Remove", "path": "emails[type eq \"work\"]"}),
            json!({"op": "replace", "path": "emails", "value": []}),
            json!({"op": "replace", "value": {"emails": null}}),
        ] {
            assert_eq!(email(operation.clone()), None, "{operation}");
        }
        for operation in [
            json!({"op": "add", "path": "emails", "value": [{"value": "home@x.example", "type": "home"}]}),
            json!({"op": "add", "path": "emails", "value": [{"value": "more@x.example"}]}),
            json!({"op": "replace", "path": "emails[type eq \"home\"].value", "value": "home@x.example"}),
            json!({"op": "remove", "path": "emails[type eq \"home\"]"}),
            json!({"op": "replace", "path": "emails[type eq \"work\"].display", "value": "Ann"}),
        ] {
            assert_eq!(email(operation.clone()), ann().email, "{operation}");
        }
    }

    #[test]
    fn changes_of_attributes_that_are_not_stored_are_ignored() {
        let operations = json!([
            {"op": "replace", "path": "name.givenName", "value": "Ann"},
            {"op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "7"},
            {"op": "remove", "path": "title"},
            {"op": "add", "value": {"displayName": "Ann", "name.familyName": "Lee", "id": "x"}},
            {
                "op": "add", "value": "Sales",
                "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            },
        ]);
        assert_eq!(after(&operations).unwrap(), ann());
    }

    #[test]
    fn an_invalid_operation_is_reported_with_its_position() {
        for (operations, word, place) in [
            (json!([]), "invalidValue", "Operations:"),
            (json!([7]), "invalidSyntax", "Operations[0]:"),
            (
                json!([{"op": "move", "path": "active"}]),
                "invalidSyntax",
                "Operations[0].op:",
            ),
            (
                json!([{"path": "active"}]),
                "invalidSyntax",
                "Operations[0].op:",
            ),
            (
                json!([{"op": "add", "path": "active"}]),
                "invalidValue",
                "Operations[0].value:",
            ),
            (
                json!([{"op": "add", "path": "a b", "value": 1}]),
                "invalidPath",
                "Operations[0].path:",
            ),
            (json!([{"op": "remove"}]), "noTarget", "Operations[0].path:"),
            (
                json!([{"op": "replace", "path": "id", "value": "x"}]),
                "mutability",
                "Operations[0].path:",
            ),
            (
                json!([{"op": "replace", "value": "x"}]),
                "invalidValue",
                "Operations[0].value:",
            ),
            (
                json!([{"op": "remove", "path": "userName"}]),
                "invalidValue",
                "userName:",
            ),
            (
                json!([{"op": "remove", "path": "active"}]),
                "invalidValue",
                "active:",
            ),
            (
                json!([{"op": "replace", "path": "active", "value": "no"}]),
                "invalidValue",
                "active:",
            ),
            (
                json!([{"op": "replace", "path": "externalId", "value": 7}]),
                "invalidValue",
                "externalId:",
            ),
            (
                json!([{"op": "replace", "path": "emails", "value": "a@b"}]),
                "invalidValue",
                "emails:",
            ),
        ] {
            let refused = after(&operations).unwrap_err();
            let body = format!("{refused:?}");
            assert!(
                body.contains(word) && body.contains(&format!("\"{place}")),
                "{body}"
            );
        }
    }
}

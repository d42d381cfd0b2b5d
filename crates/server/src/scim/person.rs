//! A `User` of SCIM: its stored attributes and its JSON form. Names, telephone numbers, titles and
//! all other attributes are not stored, because Seatwise does not need them.

use serde_json::{Map, Value, json};
use store::{DirectoryEntry, DirectoryPerson};

use super::body::{member, of_schema, text, wrong, yes_no};
use super::constants::USER;
use crate::failure::Failure;

/// The stored attributes of a `User`. Without `active` in the request, `was_active` stays.
pub(crate) fn entry(
    body: &Map<String, Value>,
    was_active: bool,
) -> Result<DirectoryEntry, Failure> {
    of_schema(body, USER)?;
    let user_name = member(body, "userName").ok_or_else(|| {
        let right = "is missing: give the name by which the directory knows the person";
        wrong("userName", right)
    })?;
    let external_id = member(body, "externalId");
    let external_id = external_id.map(|value| text("externalId", value));
    let active = member(body, "active").map(|value| yes_no("active", value));
    Ok(DirectoryEntry {
        user_name: text("userName", user_name)?,
        external_id: external_id.transpose()?,
        email: match member(body, "emails") {
            None => None,
            Some(emails) => best(emails)?.map(|(_, email)| email),
        },
        active: active.transpose()?.unwrap_or(was_active),
    })
}

/// How likely an address is the work address, in ascending order. Private addresses are not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// An address without a type.
    Plain,
    /// The preferred address of the directory.
    Primary,
    Work,
    PrimaryWork,
}

/// The best of several addresses: work, then preferred, then without a type.
pub(crate) fn best(emails: &Value) -> Result<Option<(Kind, String)>, Failure> {
    let one = std::slice::from_ref(emails);
    let list = emails.as_array().map_or(one, Vec::as_slice);
    let mut best: Option<(Kind, String)> = None;
    for value in list {
        let Value::Object(email) = value else {
            let right = "is not a list of addresses: use [{\"value\": \"ann@example.com\", \
                         \"type\": \"work\"}]";
            return Err(wrong("emails", right));
        };
        let Some(address) = member(email, "value") else {
            continue;
        };
        let address = text("emails.value", address)?;
        let primary = member(email, "primary").map(|value| yes_no("emails.primary", value));
        let primary = primary.transpose()?.unwrap_or(false);
        let kind = member(email, "type").and_then(Value::as_str);
        let work = kind.is_some_and(|kind| kind.eq_ignore_ascii_case("work"));
        let kind = match (work, primary) {
            (true, true) => Kind::PrimaryWork,
            (true, false) => Kind::Work,
            (false, true) => Kind::Primary,
            (false, false) if kind.is_none() => Kind::Plain,
            (false, false) => continue,
        };
        let better = best.as_ref().is_none_or(|(known, _)| kind > *known);
        if better && !address.trim().is_empty() {
            best = Some((kind, address));
        }
    }
    Ok(best)
}

/// A user in the JSON form of SCIM; `users` is the address of the list of users.
pub(crate) fn shown(person: &DirectoryPerson, users: &str) -> Value {
    let mut shown = json!({
        "schemas": [USER],
        "id": person.id,
        "userName": person.entry.user_name,
        "active": person.entry.active,
        "meta": {
            "resourceType": "User",
            "created": person.created_at,
            "lastModified": person.updated_at,
            "location": format!("{users}/{}", person.id),
        },
    });
    if let Some(external_id) = &person.entry.external_id {
        shown["externalId"] = external_id.as_str().into();
    }
    if let Some(email) = &person.entry.email {
        shown["emails"] = json!([{ "value": email, "type": "work", "primary": true }]);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(emails: &Value) -> Option<String> {
        best(emails).unwrap().map(|(_, email)| email)
    }

    #[test]
    fn the_address_at_work_is_kept_and_private_ones_are_not() {
        let home = json!({"value": "a@home.example", "type": "home"});
        let work = json!({"value": "a@work.example", "type": "Work"});
        let other = json!({"value": "b@work.example", "type": "work", "primary": "True"});
        let primary = json!({"value": "a@main.example", "primary": true});
        let plain = json!({"value": "a@plain.example"});
        let is = |list: &[&Value]| email(&json!(list));
        assert_eq!(is(&[]), None);
        assert_eq!(is(&[&home]), None);
        assert_eq!(is(&[&home, &plain]).as_deref(), Some("a@plain.example"));
        assert_eq!(is(&[&plain, &primary]).as_deref(), Some("a@main.example"));
        assert_eq!(
            is(&[&primary, &work, &home]).as_deref(),
            Some("a@work.example")
        );
        assert_eq!(is(&[&work, &other]).as_deref(), Some("b@work.example"));
        assert_eq!(email(&work).as_deref(), Some("a@work.example"));
        assert_eq!(is(&[&json!({"value": "", "type": "work"})]), None);
        assert!(best(&json!(["a@work.example"])).is_err());
        assert!(best(&json!([{"value": 7}])).is_err());
    }
}

//! Changes of licences that administrators carry out themselves: requests of Zoom's API, and the file of
//! its bulk import.

use std::fmt::Write as _;

use connector::{BulkCell, BulkFile, ManualCall};
use model::Licence;
use serde_json::json;

use crate::suites::SUITES;

/// Zoom's bulk import of users; the first three columns are required.
pub(crate) static BULK_FILE: BulkFile = BulkFile {
    most_people: 9_998,
    columns: &[
        ("Email", BulkCell::Email),
        ("First Name", BulkCell::FirstName),
        ("Last Name", BulkCell::LastName),
        ("Department", BulkCell::Department),
        ("Manager", BulkCell::Empty),
        ("User Group", BulkCell::Groups),
        ("Job Title", BulkCell::Empty),
        ("Location", BulkCell::Empty),
    ],
};

/// The call (a `PATCH`) that changes the licence of a user to `to`: `basic`, `licensed`, `none` or the
/// key of an add-on. `None` when there is no such call.
pub(crate) fn call(user_id: &str, licence: &Licence, to: &str) -> Option<ManualCall> {
    let user = escaped(user_id);
    let (path, body, words) = if licence.family == "licensed" {
        let kind = match to {
            "basic" => 1,
            "licensed" => 2,
            _ => return None,
        };
        let words = if kind == 1 { "to Basic" } else { "to Licensed" };
        (
            format!("/v2/users/{user}"),
            json!({ "type": kind }),
            words.to_owned(),
        )
    } else if let Some(suite) = SUITES.suite(&licence.family) {
        if to != "basic" {
            return None;
        }
        let off = if licence.family.starts_with("united_") {
            json!({ "plan_united_type": "none" })
        } else {
            json!({ "zoom_one_type": 0 })
        };
        // Zoom may leave a plain licence.
        let words = format!("no {}; then to Basic if Zoom leaves Licensed", suite.label);
        (format!("/v2/users/{user}"), off, words)
    } else {
        let (flag, capacity, name) = match licence.family.as_str() {
            "webinar" => ("webinar", "webinar_capacity", "Webinar"),
            "large_meeting" => ("large_meeting", "large_meeting_capacity", "Large Meeting"),
            _ => return None,
        };
        let path = format!("/v2/users/{user}/settings");
        if to == "none" {
            (
                path,
                json!({ "feature": { flag: false } }),
                format!("no {name}"),
            )
        } else {
            let other = Licence::from_key(to);
            let size = other.size.filter(|_| other.family == licence.family)?;
            let body = json!({ "feature": { flag: true, capacity: size } });
            (path, body, format!("{name} {size}"))
        }
    };
    Some(ManualCall {
        path,
        body: body.to_string(),
        words,
    })
}

/// An id as a part of a path. Zoom's ids are letters, digits, `-` and `_`; nothing else goes through.
fn escaped(id: &str) -> String {
    let mut path = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'@') {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_licence_is_changed_and_nothing_else() {
        let base = call("a/b'", &Licence::base("licensed"), "basic").unwrap();
        assert_eq!(base.path, "/v2/users/a%2Fb%27");
        assert_eq!(base.body, json!({ "type": 1 }).to_string());
        let smaller = call("u1", &Licence::sized("webinar", 1000), "webinar_500").unwrap();
        assert_eq!(smaller.path, "/v2/users/u1/settings");
        assert_eq!(
            smaller.body,
            json!({ "feature": { "webinar": true, "webinar_capacity": 500 } }).to_string()
        );
        let none = call("u1", &Licence::sized("large_meeting", 500), "none").unwrap();
        assert_eq!(
            none.body,
            json!({ "feature": { "large_meeting": false } }).to_string()
        );
        assert_eq!(call("u1", &Licence::base("licensed"), "none"), None);
        assert_eq!(
            call("u1", &Licence::sized("webinar", 500), "large_meeting_500"),
            None
        );
    }
}

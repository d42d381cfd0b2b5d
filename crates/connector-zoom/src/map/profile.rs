//! The profile of one user.

use connector::Details;
use model::{FieldValue, Fields};
use zoom::types;

use super::mapped::{first_unread, unread_reason};
use crate::suites::{SUITE_FIELD, suite_of};

/// The suite and the place in the organisation among a user's profile.
pub(crate) fn profile(user: &types::UserDetail) -> Details {
    let texts = [
        ("job_title", "job_title", &user.job_title),
        ("cost_centre", "cost_center", &user.cost_center),
        ("company", "company", &user.company),
        ("manager", "manager", &user.manager),
        ("location", "location", &user.location),
    ];
    let mut fields = Fields::new();
    let mut unread = Vec::new();
    for (key, member, text) in texts {
        // Zoom leaves the member out when there is no value: that is known, not unknown.
        if let Some(reason) = unread_reason(&user.unread, member) {
            unread.push(reason);
        } else {
            let text = text.as_deref().unwrap_or_default().trim().to_owned();
            fields.insert(key.to_owned(), FieldValue::Text(text));
        }
    }
    // A suite that cannot be understood must not look like none.
    let licences = user.license_info_list.iter();
    let inner = licences.filter_map(|licence| first_unread(&licence.unread, &LICENCE_MEMBERS));
    let odd = first_unread(&user.unread, &SUITE_MEMBERS);
    let odd: Vec<String> = odd.into_iter().chain(inner).collect();
    if odd.is_empty() {
        let suite = FieldValue::Text(suite_of(user));
        fields.insert(SUITE_FIELD.to_owned(), suite);
    }
    unread.extend(odd);
    Details { fields, unread }
}

/// Members of a user's profile that decide on which suite the user is.
const SUITE_MEMBERS: [&str; 3] = ["zoom_one_type", "plan_united_type", "license_info_list"];

/// Members of a licence that decide on which suite the user is.
const LICENCE_MEMBERS: [&str; 2] = ["license_type", "license_option"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::ZOOM;

    #[test]
    fn a_profile_has_the_suite_and_the_place_in_the_organisation() {
        let none = FieldValue::Text(String::new());
        let bundle = types::UserDetail {
            zoom_one_type: Some(16),
            cost_center: Some(" CC-1 ".to_owned()),
            ..types::UserDetail::default()
        };
        let read = profile(&bundle);
        let text = |key: &str| read.fields[key].clone();
        assert_eq!(
            text("suite"),
            FieldValue::Text("workplace_business_plus".to_owned())
        );
        assert_eq!(text("cost_centre"), FieldValue::Text("CC-1".to_owned()));
        assert_eq!(text("manager"), none);
        let plain = profile(&types::UserDetail::default());
        assert_eq!(plain.fields["suite"], none);
        assert_eq!(ZOOM.licences_of(&plain.fields), []);
    }

    #[test]
    fn r37_a_suite_that_cannot_be_understood_is_unknown_and_costs_nothing_else() {
        let odd = types::UserDetail {
            job_title: Some("Engineer".to_owned()),
            license_info_list: vec![types::LicenseInfo {
                license_type: Some("ZOOM_WORKPLACE_BUNDLE".to_owned()),
                unread: vec![zoom::Unread {
                    member: "license_option",
                    reason: "expected an integer".to_owned(),
                }],
                ..types::LicenseInfo::default()
            }],
            ..types::UserDetail::default()
        };
        let read = profile(&odd);
        assert_eq!(read.fields.get("suite"), None);
        assert_eq!(read.unread, ["license_option: expected an integer"]);
        assert!(read.fields.contains_key("job_title"));
    }
}

//! Users, their settings and groups.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use connector::{Details, DetailsNeed, ListedUser};
use model::{FieldValue, Fields, Group, Timestamp, User};
use zoom::UserStatus;
use zoom::types;

use super::mapped::{Mapped, Problem, first_unread, reason, unread_reason};
use super::text::moment;
use crate::suites::SUITE_FIELD;

/// A user of one of the three lists. One with neither id nor address is lost, because nothing can be
/// said of it. Pending users have no id: their key is the address, in lower case.
pub(crate) fn user(listed: &types::User, status: UserStatus, now: Timestamp) -> Mapped<ListedUser> {
    let unread = &listed.unread;
    let email = listed.email.clone().unwrap_or_default();
    let external_id = listed.id.clone();
    let key = external_id.clone().unwrap_or_else(|| email.to_lowercase());
    // Only an invitation has no id. Another user without one would become a second user with the address.
    let unplaced =
        (external_id.is_none() && status != UserStatus::Pending).then(|| reason(unread, "id"));
    if key.is_empty() || unplaced.is_some() {
        return Mapped::lost(Problem {
            reason: unplaced.unwrap_or_else(|| reason(unread, "id")),
            day: None,
            person: Some(email.to_lowercase()).filter(|email| !email.is_empty()),
        });
    }
    let signed_in = listed.last_login_time.as_deref().map(moment);
    let problem = match signed_in {
        Some(None) => Some("last_login_time: not a time".to_owned()),
        _ => first_unread(unread, &["last_login_time", "type", "status"]),
    };
    let problem = problem.map(|reason| Problem {
        reason,
        day: None,
        person: Some(key.clone()),
    });
    // The list that was asked for says more than a member that older answers leave out.
    let status = listed
        .status
        .clone()
        .unwrap_or_else(|| status.as_str().to_owned());
    let mut groups = listed.group_ids.clone();
    groups.sort();
    groups.dedup();
    let details = match (status.as_str(), listed.r#type) {
        ("active", Some(1 | 4 | 99) | None) => DetailsNeed::Later,
        // Licensed, on-premise, or a type that is new to us and may well be a licence.
        ("active", Some(_)) => DetailsNeed::Soon,
        _ => DetailsNeed::Never,
    };
    let created = listed
        .user_created_at
        .as_deref()
        .or(listed.created_at.as_deref());
    let details_key = details_key(listed, &status, &groups);
    let user = ListedUser {
        user: User {
            key,
            external_id,
            display_name: display_name(listed),
            email,
            groups,
            created_at: created.and_then(moment),
            listed_sign_in: signed_in.flatten(),
            fields: fields(listed, &status),
            details: Fields::new(),
            details_at: None,
            first_seen: now,
            removed_at: None,
        },
        details_key,
        details,
    };
    Mapped::row(user, problem)
}

/// The metadata that the list has.
fn fields(listed: &types::User, status: &str) -> Fields {
    let mut fields = Fields::new();
    let mut put = |key: &str, text: String| {
        fields.insert(key.to_owned(), FieldValue::Text(text));
    };
    put("user_status", status.to_owned());
    if let Some(number) = listed.r#type {
        put("user_type", user_type(number));
    }
    // Zoom leaves the member out when there is no department: that is known, not unknown.
    if unread_reason(&listed.unread, "dept").is_none() {
        let department = listed.dept.as_deref().unwrap_or_default();
        put("department", department.trim().to_owned());
    }
    if let Some(version) = listed
        .last_client_version
        .as_deref()
        .filter(|v| !v.is_empty())
    {
        put("last_client_version", client_version(version));
    }
    // Without a licence there is no suite. That of a licensed user is in the profile only.
    if matches!(listed.r#type, Some(1 | 4 | 99)) {
        put(SUITE_FIELD, String::new());
    }
    fields
}

/// Another number makes the details of all users due, because more is read of each.
const DETAILS_VERSION: u8 = 1;

/// A number that changes whenever the settings of the user may have changed.
fn details_key(listed: &types::User, status: &str, groups: &[String]) -> i64 {
    let licences: Vec<_> = listed
        .license_info_list
        .iter()
        .map(|licence| {
            (
                &licence.license_type,
                licence.license_option,
                &licence.subscription_id,
            )
        })
        .collect();
    BuildHasherDefault::<DefaultHasher>::default()
        .hash_one((
            DETAILS_VERSION,
            status,
            listed.r#type,
            groups,
            &listed.plan_united_type,
            licences,
        ))
        .cast_signed()
}

fn display_name(listed: &types::User) -> String {
    if let Some(name) = listed
        .display_name
        .as_deref()
        .map(str::trim)
        .filter(|n| !n.is_empty())
    {
        return name.to_owned();
    }
    let first = listed.first_name.as_deref().unwrap_or_default().trim();
    let last = listed.last_name.as_deref().unwrap_or_default().trim();
    format!("{first} {last}").trim().to_owned()
}

/// Stable value of a type number; see the field's choices. Unknown numbers stay recognisable.
fn user_type(number: i64) -> String {
    match number {
        1 => "basic".to_owned(),
        2 => "pro".to_owned(),
        3 => "corp".to_owned(),
        4 => "unassigned".to_owned(),
        99 => "no_type".to_owned(),
        other => format!("type {other}"),
    }
}

/// `6.2.11.43613(mac)` as `6.2.11.43613 (mac)`.
fn client_version(text: &str) -> String {
    match text.split_once('(') {
        Some((version, platform)) => {
            format!("{} ({}", version.trim_end(), platform.trim())
        }
        None => text.trim().to_owned(),
    }
}

/// The capacities among a user's settings. Zoom shows capacities of add-ons that are switched off;
/// those count as none.
pub(crate) fn settings(settings: &types::UserSettings) -> Details {
    let feature = &settings.feature;
    let mut fields = Fields::new();
    if let Some(capacity) = feature.meeting_capacity {
        fields.insert("meeting_capacity".to_owned(), FieldValue::Integer(capacity));
    }
    let mut add_on = |flag: Option<bool>, capacity: Option<i64>, enabled: &str, amount: &str| {
        if let Some(flag) = flag {
            fields.insert(enabled.to_owned(), FieldValue::YesNo(flag));
            if !flag {
                fields.insert(amount.to_owned(), FieldValue::Integer(0));
            } else if let Some(capacity) = capacity {
                fields.insert(amount.to_owned(), FieldValue::Integer(capacity));
            }
        }
    };
    add_on(
        feature.large_meeting,
        feature.large_meeting_capacity,
        "large_meeting_enabled",
        "large_meeting_capacity",
    );
    add_on(
        feature.webinar,
        feature.webinar_capacity,
        "webinar",
        "webinar_capacity",
    );
    let members = &settings.unread;
    let unread = members.iter().chain(
        feature
            .unread
            .iter()
            .filter(|it| CAPACITIES.contains(&it.member)),
    );
    let unread = unread.map(|it| format!("{}: {}", it.member, it.reason));
    Details {
        unread: unread.collect(),
        fields,
    }
}

/// Members of a user's settings that decide which add-ons the user holds.
const CAPACITIES: [&str; 5] = [
    "meeting_capacity",
    "large_meeting",
    "large_meeting_capacity",
    "webinar",
    "webinar_capacity",
];

/// A group; one without an id is lost.
pub(crate) fn group(group: &types::Group) -> Mapped<Group> {
    let Some(id) = group.id.clone() else {
        return Mapped::lost(Problem {
            reason: reason(&group.unread, "id"),
            day: None,
            person: None,
        });
    };
    let group = Group {
        name: group.name.clone().unwrap_or_else(|| id.clone()),
        id,
        total_members: group.total_members,
    };
    Mapped::row(group, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(user: &types::User, status: UserStatus) -> ListedUser {
        super::user(user, status, Timestamp(0)).row.unwrap()
    }

    #[test]
    fn a_pending_user_is_known_by_address() {
        let listed = types::User {
            email: Some("New.Person@Example.com".to_owned()),
            r#type: Some(2),
            ..types::User::default()
        };
        let pending = mapped(&listed, UserStatus::Pending);
        assert_eq!(pending.user.key, "new.person@example.com");
        assert_eq!(pending.user.external_id, None);
        assert_eq!(pending.details, DetailsNeed::Never);
        assert_eq!(
            pending.user.fields["user_status"],
            FieldValue::Text("pending".to_owned())
        );
    }

    #[test]
    fn an_unknown_type_is_kept_and_shown() {
        let listed = types::User {
            id: Some("a".to_owned()),
            r#type: Some(17),
            ..types::User::default()
        };
        let user = mapped(&listed, UserStatus::Active);
        assert_eq!(
            user.user.fields["user_type"],
            FieldValue::Text("type 17".to_owned())
        );
        assert_eq!(user.details, DetailsNeed::Soon);
    }

    #[test]
    fn only_users_without_a_licence_are_listed_with_their_suite() {
        let mut listed = types::User {
            id: Some("a".to_owned()),
            r#type: Some(2),
            ..types::User::default()
        };
        let user = mapped(&listed, UserStatus::Active).user;
        assert_eq!(user.fields.get("suite"), None);
        listed.r#type = Some(1);
        let user = mapped(&listed, UserStatus::Active).user;
        let none = FieldValue::Text(String::new());
        assert_eq!(user.fields.get("suite"), Some(&none));
    }

    #[test]
    fn a_sign_in_alone_does_not_make_settings_due() {
        let mut listed = types::User {
            id: Some("a".to_owned()),
            r#type: Some(2),
            last_login_time: Some("2026-11-01T00:00:00Z".to_owned()),
            ..types::User::default()
        };
        let before = mapped(&listed, UserStatus::Active).details_key;
        listed.last_login_time = Some("2026-11-05T00:00:00Z".to_owned());
        assert_eq!(mapped(&listed, UserStatus::Active).details_key, before);
        listed.r#type = Some(1);
        assert_ne!(mapped(&listed, UserStatus::Active).details_key, before);
    }

    #[test]
    fn a_capacity_counts_only_with_its_flag() {
        let feature = types::Feature {
            meeting_capacity: Some(300),
            large_meeting: Some(false),
            large_meeting_capacity: Some(500),
            webinar: Some(true),
            webinar_capacity: Some(1000),
            ..types::Feature::default()
        };
        let fields = settings(&types::UserSettings {
            feature,
            ..types::UserSettings::default()
        })
        .fields;
        assert_eq!(fields["large_meeting_capacity"], FieldValue::Integer(0));
        assert_eq!(fields["webinar_capacity"], FieldValue::Integer(1000));
        let nothing = settings(&types::UserSettings::default());
        assert_eq!(nothing, Details::default());
    }

    #[test]
    fn client_versions_are_split_from_their_platform() {
        assert_eq!(client_version("6.2.11.43613(mac)"), "6.2.11.43613 (mac)");
        assert_eq!(client_version("6.2.11"), "6.2.11");
    }
}

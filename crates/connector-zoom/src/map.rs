//! Zoom's records as ours. What Zoom left out stays unknown; what it says is kept even where the
//! value is new to us. Addresses in history are lower-cased, network addresses cut to their network,
//! and topics and participants are not taken over at all.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::net::IpAddr;

use model::{
    AdminChange, DailyUsage, Day, EventKind, FieldValue, Fields, Group, HostedEvent, SignIn,
    SignInKind, Timestamp, UpcomingEvent, User,
};
use store::HostReport;

use super::suites;
use zoom::UserStatus;
use zoom::types;

/// A user of the list, and what it says about reading their settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedUser {
    /// The user.
    pub user: User,
    /// Changes when the settings must be read again: with type, status, groups or licences.
    pub details_key: i64,
    /// Whether there are settings to read.
    pub settings: SettingsNeed,
}

/// Whether a user's settings are worth a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsNeed {
    /// Zoom refuses the settings of pending users, and deactivated ones hold no licence.
    None,
    /// Holds a licence.
    Licensed,
    /// Holds none, but has a capacity all the same.
    Unlicensed,
}

/// A user of one of the three lists; `None` when it has neither id nor address, so that nothing can
/// be said of it. Pending users have no id: their key is the address, in lower case.
#[must_use]
pub fn user(listed: &types::User, status: UserStatus, now: Timestamp) -> Option<MappedUser> {
    let email = listed.email.clone().unwrap_or_default();
    let external_id = listed.id.clone().filter(|id| !id.is_empty());
    let key = external_id.clone().unwrap_or_else(|| email.to_lowercase());
    if key.is_empty() {
        return None;
    }
    // The list that was asked for says more than a member that older answers leave out.
    let status = listed
        .status
        .clone()
        .unwrap_or_else(|| status.as_str().to_owned());
    let mut fields = Fields::new();
    fields.insert("user_status".to_owned(), FieldValue::Text(status.clone()));
    if let Some(number) = listed.r#type {
        fields.insert("user_type".to_owned(), FieldValue::Text(user_type(number)));
    }
    // Zoom leaves the member out when there is no department: that is known, not unknown.
    let department = listed.dept.clone().unwrap_or_default();
    fields.insert(
        "department".to_owned(),
        FieldValue::Text(department.trim().to_owned()),
    );
    if let Some(version) = listed
        .last_client_version
        .as_deref()
        .filter(|v| !v.is_empty())
    {
        fields.insert(
            "last_client_version".to_owned(),
            FieldValue::Text(client_version(version)),
        );
    }
    if let Some(suite) = suites::suite_of(listed) {
        let suite = FieldValue::Text(suite.to_owned());
        fields.insert(suites::FIELD.to_owned(), suite);
    }
    let mut groups = listed.group_ids.clone();
    groups.sort();
    groups.dedup();
    let settings = match (status.as_str(), listed.r#type) {
        ("active", Some(1 | 4 | 99) | None) => SettingsNeed::Unlicensed,
        // Licensed, on-premise, or a type that is new to us and may well be a licence.
        ("active", Some(_)) => SettingsNeed::Licensed,
        _ => SettingsNeed::None,
    };
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
    let details_key = BuildHasherDefault::<DefaultHasher>::default()
        .hash_one((
            &status,
            listed.r#type,
            &groups,
            &listed.plan_united_type,
            licences,
        ))
        .cast_signed();
    let created = listed
        .user_created_at
        .as_deref()
        .or(listed.created_at.as_deref());
    Some(MappedUser {
        user: User {
            key,
            external_id,
            display_name: display_name(listed),
            email,
            groups,
            created_at: created.and_then(moment),
            listed_sign_in: listed.last_login_time.as_deref().and_then(moment),
            fields,
            details: Fields::new(),
            details_at: None,
            first_seen: now,
            removed_at: None,
        },
        details_key,
        settings,
    })
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
#[must_use]
pub fn settings(settings: &types::UserSettings) -> Fields {
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
    fields
}

/// A group; `None` without an id.
#[must_use]
pub fn group(group: &types::Group) -> Option<Group> {
    let id = group.id.clone().filter(|id| !id.is_empty())?;
    Some(Group {
        name: group.name.clone().unwrap_or_else(|| id.clone()),
        id,
        total_members: group.total_members,
    })
}

/// A meeting or webinar held; `None` without an id or a beginning.
#[must_use]
pub fn hosted(meeting: &types::HistoryMeeting) -> Option<HostedEvent> {
    let id = meeting.meeting_uuid.clone().filter(|id| !id.is_empty())?;
    let start = meeting.start_time.as_deref().and_then(moment)?;
    let minutes = meeting.duration.unwrap_or(0);
    let end = meeting.end_time.as_deref().and_then(moment);
    let webinar = meeting
        .r#type
        .as_deref()
        .is_some_and(|t| t.eq_ignore_ascii_case("webinar"));
    Some(HostedEvent {
        id,
        kind: if webinar {
            EventKind::Webinar
        } else {
            EventKind::Meeting
        },
        host: address(meeting.host_email.as_deref()),
        start,
        end: end.unwrap_or_else(|| start.plus_seconds(minutes.saturating_mul(60))),
        minutes: small(minutes),
        participants: small(meeting.participants.unwrap_or(0)),
        peak_viewers: meeting.max_concurrent_views.map(small),
        features: meeting.feature_used.bits().cast_signed(),
    })
}

/// A scheduled meeting or webinar; `None` without an id, a host or a beginning.
#[must_use]
pub fn upcoming(event: &types::UpcomingEvent, kind: EventKind) -> Option<UpcomingEvent> {
    Some(UpcomingEvent {
        id: event.id.clone().filter(|id| !id.is_empty())?,
        host_id: event.host_id.clone().filter(|id| !id.is_empty())?,
        kind,
        start: event.start_time.as_deref().and_then(moment)?,
    })
}

/// A row of the sign-in log; `None` without a time, or when it is neither a sign-in nor a sign-out.
#[must_use]
pub fn sign_in(row: &types::ActivityLog) -> Option<SignIn> {
    let kind = match row.r#type.as_deref()?.trim().to_ascii_lowercase().as_str() {
        "sign in" => SignInKind::In,
        "sign out" => SignInKind::Out,
        _ => return None,
    };
    Some(SignIn {
        at: row.time.as_deref().and_then(moment)?,
        email: address(row.email.as_deref()),
        kind,
        client: row.client_type.clone().unwrap_or_default(),
        version: row.version.clone().unwrap_or_default(),
        network: row.ip_address.as_deref().map(network).unwrap_or_default(),
        ordinal: 0,
    })
}

/// A row of the operation log; `None` without a time.
#[must_use]
pub fn admin_change(row: &types::OperationLog) -> Option<AdminChange> {
    Some(AdminChange {
        at: row.time.as_deref().and_then(moment)?,
        operator: row.operator.clone().unwrap_or_default(),
        category: row.category_type.clone().unwrap_or_default(),
        action: row.action.clone().unwrap_or_default(),
        detail: row
            .operation_detail
            .clone()
            .unwrap_or_default()
            .trim_end()
            .to_owned(),
        ordinal: 0,
    })
}

/// Users whom a row of the operation log names, with when they were changed. The row is prose; an
/// address in it is enough to read that user's settings again.
#[must_use]
pub fn users_changed(row: &AdminChange) -> Vec<(String, Timestamp)> {
    if !row.category.to_ascii_lowercase().starts_with("user") {
        return Vec::new();
    }
    row.detail
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '<' | '>'))
        .filter(|word| {
            word.split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        })
        .map(|word| (word.trim_end_matches('.').to_lowercase(), row.at))
        .collect()
}

/// A user in the report of active or inactive hosts; `None` without id and address.
#[must_use]
pub fn host_report(row: &types::ReportUser) -> Option<HostReport> {
    let external_id = row.id.clone().unwrap_or_default();
    let email = address(row.email.as_deref());
    if external_id.is_empty() && email.is_empty() {
        return None;
    }
    Some(HostReport {
        external_id,
        email,
        meetings: row.meetings.unwrap_or(0),
        participants: row.participants.unwrap_or(0),
        minutes: row.meeting_minutes.unwrap_or(0),
    })
}

/// The days of a daily report.
#[must_use]
pub fn daily(report: &types::DailyReport) -> Vec<(Day, DailyUsage)> {
    let usage = |row: &types::DailyUsage| {
        let day = row.date.as_deref().and_then(day)?;
        Some((
            day,
            DailyUsage {
                new_users: row.new_users.unwrap_or(0),
                meetings: row.meetings.unwrap_or(0),
                participants: row.participants.unwrap_or(0),
                meeting_minutes: row.meeting_minutes.unwrap_or(0),
            },
        ))
    };
    report.dates.iter().filter_map(usage).collect()
}

/// A day, from a date or from a date-time (Zoom echoes both).
#[must_use]
pub fn day(text: &str) -> Option<Day> {
    text.get(..10)?.parse().ok()
}

fn moment(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

fn address(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().to_lowercase()
}

fn small(number: i64) -> i32 {
    i32::try_from(number.max(0)).unwrap_or(i32::MAX)
}

/// The network of an address: /24 for IPv4, /48 for IPv6. Nothing when it is no address.
fn network(text: &str) -> String {
    match text
        .trim()
        .parse::<IpAddr>()
        .map(|address| address.to_canonical())
    {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", std::net::Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(user: &types::User, status: UserStatus) -> MappedUser {
        super::user(user, status, Timestamp(0)).unwrap()
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
        assert_eq!(pending.settings, SettingsNeed::None);
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
        assert_eq!(user.settings, SettingsNeed::Licensed);
    }

    #[test]
    fn a_suite_is_kept_beside_the_metadata_that_pages_show() {
        let mut listed = types::User {
            id: Some("a".to_owned()),
            r#type: Some(2),
            ..types::User::default()
        };
        let user = mapped(&listed, UserStatus::Active).user;
        assert_eq!(user.fields.get("suite"), None);
        listed.license_info_list = vec![types::LicenseInfo {
            license_type: Some("ZOOM_WORKPLACE_BUNDLE".to_owned()),
            license_option: Some(8),
            subscription_id: None,
        }];
        let user = mapped(&listed, UserStatus::Active).user;
        let suite = FieldValue::Text("workplace_enterprise_plus".to_owned());
        assert_eq!(user.fields.get("suite"), Some(&suite));
        assert_eq!(crate::zoom::ZOOM.field_index("suite"), None);
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
        let fields = settings(&types::UserSettings { feature });
        assert_eq!(fields["large_meeting_capacity"], FieldValue::Integer(0));
        assert_eq!(fields["webinar_capacity"], FieldValue::Integer(1000));
        assert!(settings(&types::UserSettings::default()).is_empty());
    }

    #[test]
    fn addresses_are_cut_to_their_network() {
        assert_eq!(network("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("2001:db8:1:2::9"), "2001:db8:1::/48");
        assert_eq!(network("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(network("nonsense"), "");
    }

    #[test]
    fn an_operation_names_the_users_that_it_changed() {
        let row = AdminChange {
            at: Timestamp(5),
            operator: "admin@example.com".to_owned(),
            category: "User".to_owned(),
            action: "Update".to_owned(),
            detail: "Change Role  - A@example.com: from Member to Admin".to_owned(),
            ordinal: 0,
        };
        assert_eq!(
            users_changed(&row),
            [("a@example.com".to_owned(), Timestamp(5))]
        );
        let account = AdminChange {
            category: "Account".to_owned(),
            ..row
        };
        assert!(users_changed(&account).is_empty());
    }

    #[test]
    fn client_versions_are_split_from_their_platform() {
        assert_eq!(client_version("6.2.11.43613(mac)"), "6.2.11.43613 (mac)");
        assert_eq!(client_version("6.2.11"), "6.2.11");
    }
}

//! Rows of logs and reports, and scheduled events.

use model::{
    AdminChange, DailyUsage, Day, EventKind, HostReport, HostedEvent, SignIn, SignInKind,
    Timestamp, UpcomingEvent,
};
use zoom::types;

use super::text::{address, day, moment, network, small};

/// A meeting or webinar held; `None` without an id or a beginning.
pub(crate) fn hosted(meeting: &types::HistoryMeeting) -> Option<HostedEvent> {
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
pub(crate) fn upcoming(event: &types::UpcomingEvent, kind: EventKind) -> Option<UpcomingEvent> {
    Some(UpcomingEvent {
        id: event.id.clone().filter(|id| !id.is_empty())?,
        host_id: event.host_id.clone().filter(|id| !id.is_empty())?,
        kind,
        start: event.start_time.as_deref().and_then(moment)?,
    })
}

/// A row of the sign-in log; `None` without a time, or when it is neither a sign-in nor a sign-out.
pub(crate) fn sign_in(row: &types::ActivityLog) -> Option<SignIn> {
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
pub(crate) fn admin_change(row: &types::OperationLog) -> Option<AdminChange> {
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
pub(crate) fn users_changed(row: &AdminChange) -> Vec<(String, Timestamp)> {
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
pub(crate) fn host_report(row: &types::ReportUser) -> Option<HostReport> {
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
pub(crate) fn daily(report: &types::DailyReport) -> Vec<(Day, DailyUsage)> {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}

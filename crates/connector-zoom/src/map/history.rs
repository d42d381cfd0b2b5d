//! Rows of logs and reports, and scheduled events.

use model::{
    AddressChange, AdminChange, DailyUsage, Day, EventKind, HostReport, HostedEvent, SignIn,
    SignInKind, Timestamp, UpcomingEvent,
};
use zoom::{Unread, types};

use super::mapped::{Mapped, Problem, first_unread, reason};
use super::text::{day, moment, network, person, small};

/// A meeting or webinar that took place.
pub(crate) fn hosted(meeting: &types::HistoryMeeting) -> Mapped<HostedEvent> {
    let unread = &meeting.unread;
    let host = person(meeting.host_email.as_deref());
    let start = meeting.start_time.as_deref().and_then(moment);
    let end = meeting.end_time.as_deref().and_then(moment);
    let written = [&meeting.start_time, &meeting.end_time, &meeting.create_time];
    let near = written
        .into_iter()
        .find_map(|text| text.as_deref().and_then(day));
    let problem = |reason: String| Problem {
        reason,
        day: start.or(end).map(Timestamp::day).or(near),
        person: host.clone(),
    };
    let Some(start) = start else {
        return Mapped::lost(problem(time_reason(
            unread,
            "start_time",
            meeting.start_time.as_deref(),
        )));
    };
    let Some(id) = meeting.meeting_uuid.clone() else {
        return Mapped::lost(problem(reason(unread, "meeting_uuid")));
    };
    let lasted = end.map(|end| (end.since(start).max(0) + 59_999) / 60_000);
    let Some(minutes) = meeting.duration.or(lasted) else {
        return Mapped::lost(problem(reason(unread, "duration")));
    };
    let webinar = meeting
        .r#type
        .as_deref()
        .is_some_and(|kind| kind.to_ascii_lowercase().contains("webinar"));
    // Without the host nobody can be said to have hosted nothing, and without the number of people, the
    // kind or the features it is unknown whether the event needed a licence.
    let unknown = match (&host, meeting.participants) {
        (None, _) => Some(reason(unread, "host_email")),
        (_, None) => Some(reason(unread, "participants")),
        _ => first_unread(unread, &["type", "feature_used"]).or_else(|| {
            let odd = meeting.feature_used.odd.first()?;
            Some(format!("feature_used: {odd}: expected true or false"))
        }),
    };
    let problem = unknown.map(problem);
    let event = HostedEvent {
        id,
        kind: if webinar {
            EventKind::Webinar
        } else {
            EventKind::Meeting
        },
        host: host.unwrap_or_default(),
        start,
        end: end.unwrap_or_else(|| start.plus_seconds(minutes.saturating_mul(60))),
        minutes: small(minutes),
        participants: meeting.participants.map(small),
        peak_viewers: meeting.max_concurrent_views.map(small),
        features: meeting.feature_used.bits().cast_signed(),
    };
    Mapped::row(event, problem)
}

/// The reason why there is no time: the member is absent, of another type, or no time.
fn time_reason(unread: &[Unread], member: &str, text: Option<&str>) -> String {
    match text {
        Some(_) => format!("{member}: not a time"),
        None => reason(unread, member),
    }
}

/// A scheduled meeting or webinar.
pub(crate) fn upcoming(event: &types::UpcomingEvent, kind: EventKind) -> Mapped<UpcomingEvent> {
    let unread = &event.unread;
    let start = event.start_time.as_deref().and_then(moment);
    let near = event.start_time.as_deref().and_then(day);
    let lost = |reason: String| {
        Mapped::lost(Problem {
            reason,
            day: start.map(Timestamp::day).or(near),
            person: event.host_id.clone(),
        })
    };
    match (start, event.host_id.clone(), event.id.clone()) {
        (Some(start), Some(host_id), Some(id)) => Mapped::row(
            UpcomingEvent {
                id,
                host_id,
                kind,
                start,
            },
            None,
        ),
        (None, ..) => lost(time_reason(
            unread,
            "start_time",
            event.start_time.as_deref(),
        )),
        (_, None, _) => lost(reason(unread, "host_id")),
        (.., None) => lost(reason(unread, "id")),
    }
}

/// A row of the sign-in log.
pub(crate) fn sign_in(row: &types::ActivityLog) -> Mapped<SignIn> {
    let unread = &row.unread;
    let at = row.time.as_deref().and_then(moment);
    let email = person(row.email.as_deref());
    let near = row.time.as_deref().and_then(day);
    let lost = |reason: String| {
        Mapped::lost(Problem {
            reason,
            day: at.map(Timestamp::day).or(near),
            person: email.clone(),
        })
    };
    let Some(at) = at else {
        return lost(time_reason(unread, "time", row.time.as_deref()));
    };
    let Some(email) = email.clone() else {
        return lost(reason(unread, "email"));
    };
    let Some(kind) = row.r#type.as_deref() else {
        return lost(reason(unread, "type"));
    };
    let Some(kind) = sign_in_kind(kind) else {
        return lost("type: neither a sign-in nor a sign-out".to_owned());
    };
    let sign_in = SignIn {
        at,
        email,
        kind,
        client: row.client_type.clone().unwrap_or_default(),
        version: row.version.clone().unwrap_or_default(),
        network: row.ip_address.as_deref().map(network).unwrap_or_default(),
        ordinal: 0,
    };
    Mapped::row(sign_in, None)
}

/// The kind of a row: Zoom writes `Sign in`, and names the way in brackets where there are several.
fn sign_in_kind(text: &str) -> Option<SignInKind> {
    let letters: String = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let begins = |words: &[&str]| words.iter().any(|word| letters.starts_with(word));
    if begins(&["signin", "login", "logon"]) {
        Some(SignInKind::In)
    } else if begins(&["signout", "logout", "logoff"]) {
        Some(SignInKind::Out)
    } else {
        None
    }
}

/// A row of the operation log.
pub(crate) fn admin_change(row: &types::OperationLog) -> Mapped<AdminChange> {
    let Some(at) = row.time.as_deref().and_then(moment) else {
        return Mapped::lost(Problem {
            reason: time_reason(&row.unread, "time", row.time.as_deref()),
            day: row.time.as_deref().and_then(day),
            person: None,
        });
    };
    let problem = first_unread(&row.unread, &["category_type", "operation_detail"]);
    let change = AdminChange {
        at,
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
    };
    let problem = problem.map(|reason| Problem {
        reason,
        day: Some(at.day()),
        person: None,
    });
    Mapped::row(change, problem)
}

/// Users that a row of the operation log names, with the time of the change. The row is prose whose wording
/// and category vary, so an address in it is enough to read that user again.
pub(crate) fn users_changed(row: &AdminChange) -> Vec<(String, Timestamp)> {
    let addresses = words(&row.detail).filter(|word| is_address(word));
    addresses
        .map(|word| (word.to_lowercase(), row.at))
        .collect()
}

/// Changed addresses that a row of the operation log names: `… from old@x.example to new@x.example`.
pub(crate) fn addresses_changed(row: &AdminChange) -> Vec<AddressChange> {
    let words: Vec<&str> = words(&row.detail).collect();
    words
        .windows(4)
        .filter_map(|words| match words {
            [from, old, to, new]
                if from.eq_ignore_ascii_case("from")
                    && to.eq_ignore_ascii_case("to")
                    && is_address(old)
                    && is_address(new) =>
            {
                Some(AddressChange {
                    old: old.to_lowercase(),
                    new: new.to_lowercase(),
                    at: row.at,
                })
            }
            _ => None,
        })
        .collect()
}

/// The words of a text, without quotation marks, brackets and punctuation around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '|' | '='))
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '_' | '-' | '+'))
        })
        .filter(|word| !word.is_empty())
}

fn is_address(word: &str) -> bool {
    word.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// A user in the report of active or inactive hosts. Its totals are those of all days of the report.
pub(crate) fn host_report(row: &types::ReportUser) -> Mapped<HostReport> {
    let email = person(row.email.as_deref());
    let id = row.id.clone();
    let lost = |reason: String| {
        Mapped::lost(Problem {
            reason,
            day: None,
            person: id.clone().or_else(|| email.clone()),
        })
    };
    if id.is_none() && email.is_none() {
        return lost(reason(&row.unread, "email"));
    }
    let Some(meetings) = row.meetings else {
        return lost(reason(&row.unread, "meetings"));
    };
    let report = HostReport {
        external_id: id.clone().unwrap_or_default(),
        email: email.clone().unwrap_or_default(),
        meetings,
        participants: row.participants,
        minutes: row.meeting_minutes,
    };
    Mapped::row(report, None)
}

/// A day of a daily report.
pub(crate) fn daily(row: &types::DailyUsage) -> Mapped<(Day, DailyUsage)> {
    let at = row.date.as_deref().and_then(day);
    let lost = |reason: String| {
        Mapped::lost(Problem {
            reason,
            day: at,
            person: None,
        })
    };
    let Some(at) = at else {
        return lost(match row.date {
            Some(_) => "date: not a day".to_owned(),
            None => reason(&row.unread, "date"),
        });
    };
    let totals = ["new_users", "meetings", "participants", "meeting_minutes"];
    if let Some(reason) = first_unread(&row.unread, &totals) {
        return lost(reason);
    }
    let usage = DailyUsage {
        new_users: row.new_users,
        meetings: row.meetings,
        participants: row.participants,
        meeting_minutes: row.meeting_minutes,
    };
    Mapped::row((at, usage), None)
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
    }

    fn row(category: &str, detail: &str) -> AdminChange {
        AdminChange {
            at: Timestamp(5),
            operator: "admin@example.com".to_owned(),
            category: category.to_owned(),
            action: "Update".to_owned(),
            detail: detail.to_owned(),
            ordinal: 0,
        }
    }

    #[test]
    fn r51_whatever_its_wording_a_row_names_the_users_that_it_changed() {
        for (category, detail) in [
            ("License", "Remove License from \"a@x.test\""),
            ("Billing", "Unassign Webinar 500 (a@x.test)"),
            ("Role", "Change Role  - [A@x.test]: from Member to Admin"),
            ("user", "Deactivate User <a@x.test>."),
            ("User", "Edit users: a@x.test;"),
        ] {
            let changed = users_changed(&row(category, detail));
            assert_eq!(changed, [("a@x.test".to_owned(), Timestamp(5))], "{detail}");
        }
        assert!(
            users_changed(&row("Account", "Security  - Two-Factor: from On to Off")).is_empty()
        );
    }

    #[test]
    fn r51_changed_addresses_are_read_from_the_prose() {
        let detail = "Edit User Old@x.test  - Change Email: from Old@x.test to new@x.test";
        let change = AddressChange {
            old: "old@x.test".to_owned(),
            new: "new@x.test".to_owned(),
            at: Timestamp(5),
        };
        assert_eq!(
            addresses_changed(&row("User", detail)),
            std::slice::from_ref(&change)
        );
        let quoted = "Change Email from \"old@x.test\" to \"new@x.test\".";
        assert_eq!(addresses_changed(&row("User", quoted)), [change]);
        let other = "Edit User a@x.test  - Change Type: from Basic to Licensed";
        assert!(addresses_changed(&row("User", other)).is_empty());
    }
}

//! Records that could not be understood, as pages show them.

use model::{Application, Day, User, streams};
use store::StoredRejection;
use ui::pages::rejected::{RejectedRecords, RejectedRow, SHOWN};

/// The records of these groups.
pub(crate) fn records(application: &Application, found: Vec<StoredRejection>) -> RejectedRecords {
    let records = found.iter().map(|it| it.records).sum();
    let more = found.len().saturating_sub(SHOWN);
    let rows = found
        .into_iter()
        .take(SHOWN)
        .map(|it| row(application, it))
        .collect();
    RejectedRecords {
        records,
        rows,
        more,
    }
}

/// Whether the records may be about activity of a user.
pub(crate) fn may_be_about(found: &StoredRejection, user: &User) -> bool {
    match &found.person {
        Some(person) => {
            *person == user.key
                || user.external_id.as_ref() == Some(person)
                || person.eq_ignore_ascii_case(&user.email)
        }
        None => [
            streams::MEETINGS,
            streams::SIGN_INS,
            streams::UPCOMING_EVENTS,
        ]
        .contains(&found.stream.as_str()),
    }
}

fn row(application: &Application, found: StoredRejection) -> RejectedRow {
    let label = application.stream(&found.stream).map(|stream| stream.label);
    RejectedRow {
        source: label.map_or(found.stream, str::to_owned),
        days: match (found.from, found.to) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => span(from, to),
            _ => String::new(),
        },
        person: found.person,
        reason: found.reason,
        records: found.records,
    }
}

fn span(from: Day, to: Day) -> String {
    format!("{from} to {to}")
}

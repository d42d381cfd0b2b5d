//! What an error of the Zoom client means for the stream that met it.

use model::{Stream, StreamOutcome, Timestamp};

use super::ZOOM;
use crate::config::timestamp;

/// What became of a stream, in a form that is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The outcome.
    pub outcome: StreamOutcome,
    /// One sentence: what happened, and what to do.
    pub reason: String,
    /// When it is worth trying again, if Zoom said so.
    pub resume_at: Option<Timestamp>,
    /// Whether the whole run is pointless now (no token, API denied).
    pub ends_run: bool,
}

impl Problem {
    /// A failure that a later run may get over.
    #[must_use]
    pub fn failed(reason: impl Into<String>) -> Self {
        Self {
            outcome: StreamOutcome::Failed,
            reason: reason.into(),
            resume_at: None,
            ends_run: false,
        }
    }

    /// Whether the stream is simply not available to this connection: nothing failed.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self.outcome,
            StreamOutcome::ScopeMissing
                | StreamOutcome::PermissionMissing
                | StreamOutcome::PlanTooLow
        )
    }
}

/// What `error` means for `stream`.
#[must_use]
pub fn problem(stream: &Stream, error: &zoom::Error) -> Problem {
    use zoom::Error as E;
    let off = |outcome, reason| Problem {
        outcome,
        reason,
        resume_at: None,
        ends_run: false,
    };
    match error {
        E::ScopeMissing { scopes } => {
            let scopes = asked_for(stream, scopes);
            off(
                StreamOutcome::ScopeMissing,
                format!(
                    "Scope {scopes} was not granted. Add it to the app at Zoom and re-authorise. \
                     Without it: {}",
                    stream.without
                ),
            )
        }
        E::PermissionDenied { .. } => {
            let permission = stream.permission.and_then(|key| {
                ZOOM.permissions
                    .iter()
                    .find(|permission| permission.key == key)
            });
            let reason = match permission {
                Some(permission) => format!(
                    "Role permission missing: {}. {} Without it: {}",
                    permission.label, permission.how_to_grant, permission.without
                ),
                None => format!(
                    "Zoom refuses this to the role or plan of the account. Without it: {}",
                    stream.without
                ),
            };
            off(StreamOutcome::PermissionMissing, reason)
        }
        E::PlanTooLow { message } => off(
            StreamOutcome::PlanTooLow,
            format!(
                "The account's Zoom plan does not have this (“{message}”). Without it: {}",
                stream.without
            ),
        ),
        E::DailyLimit { resume_at } => Problem {
            outcome: StreamOutcome::QuotaExhausted,
            reason: format!(
                "Today's requests for this kind of data are used up. It goes on at {}.",
                timestamp(*resume_at).readable()
            ),
            resume_at: Some(timestamp(*resume_at)),
            ends_run: false,
        },
        E::Token(zoom::TokenError::Reconnect(reason)) => Problem {
            ends_run: true,
            ..Problem::failed(reason.clone())
        },
        E::Token(zoom::TokenError::Temporary(reason)) => Problem {
            ends_run: true,
            ..Problem::failed(format!(
                "No access token could be had from Zoom ({reason}). It is tried again by itself."
            ))
        },
        E::Unauthorized => Problem {
            ends_run: true,
            ..Problem::failed("Zoom refuses even a new access token. Re-authorise the integration.")
        },
        E::ApiDenied { message } => Problem {
            ends_run: true,
            ..Problem::failed(format!(
                "Zoom has blocked its API for this account (“{message}”). Contact Zoom support."
            ))
        },
        other => Problem::failed(format!("{other}. It is tried again with the next run.")),
    }
}

/// What to add to the app. Zoom names every scope that would do, also such that write; of these only
/// what Seatwise asks for is passed on.
fn asked_for(stream: &Stream, named: &[String]) -> String {
    let known = |scope: &&String| {
        scope.as_str() == stream.scopes.classic || stream.scopes.granular.contains(&scope.as_str())
    };
    let asked: Vec<&str> = named.iter().filter(known).map(String::as_str).collect();
    if asked.is_empty() {
        stream.scopes.words(named)
    } else {
        asked.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoom::application::stream;

    #[test]
    fn only_scopes_that_are_asked_for_are_named() {
        let reason = |named: &[&str]| {
            let scopes = named.iter().map(|scope| (*scope).to_owned()).collect();
            let stream = ZOOM.stream(stream::ACCOUNT_SETTINGS).unwrap();
            problem(stream, &zoom::Error::ScopeMissing { scopes }).reason
        };
        let classic = reason(&["account:read:admin", "account:write:admin"]);
        assert!(
            classic.starts_with("Scope account:read:admin was not granted"),
            "{classic}"
        );
        let granular = reason(&["account:read:lock_settings:master"]);
        assert!(
            granular.starts_with("Scope account:read:settings:admin was not granted"),
            "{granular}"
        );
    }
}

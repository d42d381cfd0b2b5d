//! Errors of the Zoom client, sorted for the engine and put into words.

use connector::{AuthError, AuthErrorKind, Error, ErrorKind, TokenError};
use model::{Stream, streams};
use zoom::oauth::OAuthError;

use crate::application::ZOOM;
use crate::change;
use crate::clock::timestamp;

/// The kind of an error, whatever request met it.
fn kind(error: &zoom::Error) -> ErrorKind {
    use zoom::Error as E;
    match error {
        E::ScopeMissing { .. } => ErrorKind::ScopeMissing,
        E::PermissionDenied { .. } => ErrorKind::PermissionMissing,
        E::PlanTooLow { .. } => ErrorKind::PlanTooLow,
        E::DailyLimit { resume_at } => ErrorKind::QuotaExhausted {
            resume_at: timestamp(*resume_at),
        },
        E::Token(zoom::TokenError::Reconnect(_)) => ErrorKind::ReconnectNeeded,
        E::Token(zoom::TokenError::Temporary(_)) => ErrorKind::NoToken,
        E::Unauthorized | E::ApiDenied { .. } | E::Token(zoom::TokenError::Refused(_)) => {
            ErrorKind::Denied
        }
        E::NotFound { .. } => ErrorKind::NotFound,
        E::Blocked { .. } | E::PendingSettings => ErrorKind::Withheld,
        E::PageTokenExpired => ErrorKind::CursorExpired,
        E::Invalid { .. } => ErrorKind::Invalid,
        E::Unconfirmed { .. }
        | E::TooManyRetries { .. }
        | E::Transport(_)
        | E::BadResponse { .. } => ErrorKind::Unanswered,
        E::SeatsExhausted { .. } | E::HostRefused { .. } => ErrorKind::Failed,
    }
}

/// Zoom's code for an address that its API does not have.
const UNKNOWN_ENDPOINT: i64 = 2300;
/// Zoom's code for parameters that it finds wrong. This is never an answer about what the account may
/// have: it is a fault of the request and must be seen.
const VALIDATION_FAILED: i64 = 300;

/// An error that the request for a page met. Zoom's refusal of a whole stream is final when the stream is
/// optional or the address unknown: the run is complete without it.
pub(crate) fn of_page(stream: &Stream, first: bool, error: &zoom::Error) -> Error {
    use zoom::Error as E;
    let unknown = matches!(
        error,
        E::Invalid {
            code: UNKNOWN_ENDPOINT,
            ..
        } | E::NotFound {
            code: UNKNOWN_ENDPOINT,
            ..
        }
    );
    let not_allowed = matches!(error, E::Invalid { code, .. } if *code != VALIDATION_FAILED);
    let refused = not_allowed
        || matches!(
            error,
            E::NotFound { .. }
                | E::Blocked { .. }
                | E::BadResponse {
                    status: 404 | 405 | 410,
                    ..
                }
        );
    if !first || stream.key == streams::USERS || !(unknown || stream.optional && refused) {
        return of_stream(stream, error);
    }
    Error::new(
        ErrorKind::NotOffered,
        format!(
            "Zoom does not offer this to the account ({error}). It is asked for again with every run. \
             Without it: {}",
            stream.without
        ),
    )
}

/// An error that the request for one user's details met.
pub(crate) fn of_details(stream: &Stream, error: &zoom::Error) -> Error {
    use zoom::Error as E;
    match error {
        // About this one user: whatever is wrong with it, the others can be read.
        E::Invalid { code, message } => Error::new(
            ErrorKind::Unreadable,
            format!("refused ({code}): {message}"),
        ),
        E::BadResponse {
            status: 200..=299,
            detail,
        } => Error::new(ErrorKind::Unreadable, detail.clone()),
        other => of_stream(stream, other),
    }
}

/// An error that a stream met.
pub(crate) fn of_stream(stream: &Stream, error: &zoom::Error) -> Error {
    use zoom::Error as E;
    let message = match error {
        E::ScopeMissing { scopes, message } => format!(
            "Scope {} was not granted. Add it to the app at Zoom and re-authorise. Without it: {} Zoom \
             says: “{message}”.",
            asked_for(stream, scopes),
            stream.without
        ),
        E::PermissionDenied { message } => {
            format!("{} Zoom says: “{message}”.", permission_missing(stream))
        }
        E::PlanTooLow { message } => format!(
            "The account's Zoom plan does not have this (“{message}”). Without it: {}",
            stream.without
        ),
        E::DailyLimit { resume_at } => format!(
            "Today's requests for this kind of data are used up. It goes on at {}.",
            timestamp(*resume_at).readable()
        ),
        E::Token(zoom::TokenError::Reconnect(reason) | zoom::TokenError::Refused(reason)) => {
            reason.clone()
        }
        E::Token(zoom::TokenError::Temporary(reason)) => format!(
            "No access token could be had from Zoom ({reason}). It is tried again by itself."
        ),
        E::Unauthorized => {
            "Zoom refuses even a new access token (HTTP status 401). If the app was switched off at \
             Zoom, activate it there; otherwise re-authorise the integration."
                .to_owned()
        }
        E::ApiDenied { message } => format!(
            "Zoom has blocked its API for this account (“{message}”). Contact Zoom support."
        ),
        other => format!("{other}. It is tried again with the next run."),
    };
    Error::new(kind(error), message)
}

fn permission_missing(stream: &Stream) -> String {
    let permission = stream
        .permission
        .and_then(|key| ZOOM.permissions.iter().find(|known| known.key == key));
    match permission {
        Some(permission) => format!(
            "Role permission missing: {}. {} Without it: {}",
            permission.label, permission.how_to_grant, permission.without
        ),
        None => format!(
            "Zoom refuses this to the role or plan of the account. Without it: {}",
            stream.without
        ),
    }
}

/// The scopes to add to the app. Zoom names every scope that would do, also such that write; only
/// those that Seatwise asks for are passed on.
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

/// An error that a change of a licence met.
pub(crate) fn of_change(error: &zoom::Error) -> Error {
    use zoom::Error as E;
    if let E::Invalid { code, message } | E::NotFound { code, message } = error
        && let Some((kind, text)) = change::meaning(*code, message)
    {
        return Error::new(kind, text);
    }
    let message = match error {
        E::SeatsExhausted { message } => {
            format!("Zoom has no licence left to give (“{message}”).")
        }
        E::ScopeMissing { scopes, message } => format!(
            "The app at Zoom lacks a scope: {} (“{message}”).",
            scopes.join(" or ")
        ),
        E::PermissionDenied { message } => {
            format!("Zoom does not allow it (“{message}”): the app's role needs “Users: Edit”.")
        }
        E::Invalid { code, message } => format!("Zoom refused it (“{message}”, code {code})."),
        E::NotFound { message, .. } => format!("Zoom does not find the user (“{message}”)."),
        E::DailyLimit { .. } => {
            "Today's requests at Zoom are used up; try again tomorrow.".to_owned()
        }
        other => format!("It did not work: {other}."),
    };
    let kind = match error {
        // Every other change would be sent to the same address.
        E::HostRefused { .. } => ErrorKind::Denied,
        other => kind(other),
    };
    Error::new(kind, message)
}

/// A token request that failed.
pub(crate) fn of_oauth(error: OAuthError) -> AuthError {
    let message = error.to_string();
    let kind = match error {
        OAuthError::InvalidCode(_) => AuthErrorKind::CodeInvalid,
        OAuthError::InvalidGrant(_) => AuthErrorKind::GrantInvalid,
        OAuthError::InvalidClient(reason) => AuthErrorKind::ClientInvalid { reason },
        OAuthError::Refused { error, reason, .. } => AuthErrorKind::Refused {
            reason: if reason.is_empty() { error } else { reason },
        },
        OAuthError::Malformed(_) | OAuthError::Busy { .. } | OAuthError::Transport(_) => {
            AuthErrorKind::Unavailable
        }
    };
    AuthError::new(kind, message)
}

/// The first request with a new token failed.
pub(crate) fn of_connection(error: zoom::Error) -> AuthError {
    use zoom::Error as E;
    let message = error.to_string();
    let kind = match error {
        E::ScopeMissing { scopes, .. } => AuthErrorKind::ScopesMissing { scopes },
        E::PermissionDenied { message } => AuthErrorKind::PermissionMissing { reason: message },
        E::ApiDenied { message } => AuthErrorKind::Refused { reason: message },
        E::PlanTooLow { .. } => AuthErrorKind::PlanTooLow,
        E::Token(zoom::TokenError::Reconnect(_)) => AuthErrorKind::ReconnectNeeded,
        E::Token(zoom::TokenError::Refused(reason)) => AuthErrorKind::Refused { reason },
        _ => AuthErrorKind::Unavailable,
    };
    AuthError::new(kind, message)
}

/// The reason for which there is no token, in the Zoom client's form.
pub(crate) fn to_token_error(error: TokenError) -> zoom::TokenError {
    match error {
        TokenError::Reconnect(reason) => zoom::TokenError::Reconnect(reason),
        TokenError::Refused(reason) => zoom::TokenError::Refused(reason),
        TokenError::Temporary(reason) => zoom::TokenError::Temporary(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scopes_that_are_asked_for_are_named() {
        let reason = |named: &[&str]| {
            let scopes = named.iter().map(|scope| (*scope).to_owned()).collect();
            let stream = ZOOM.stream(streams::ACCOUNT_SETTINGS).unwrap();
            let message = "Scope missing. (HTTP status 400)".to_owned();
            of_stream(stream, &zoom::Error::ScopeMissing { scopes, message }).message
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
        assert!(
            granular.ends_with("Zoom says: “Scope missing. (HTTP status 400)”."),
            "{granular}"
        );
    }
}

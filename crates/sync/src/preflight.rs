//! Checks the rights of a connection: one cheap request per stream, the granted scopes, and the list of
//! the authorising user's permissions where the application gives it out.

use connector::{Error, PreflightRequest};
use model::{Application, IntegrationId, RolePermission, Stream, StreamOutcome, Timestamp};

use crate::engine::Engine;
use crate::error::SyncError;

/// The result of checking one permission or stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    /// The request was answered, or the permission is listed.
    Granted,
    /// A scope or a permission of the role is missing.
    Missing,
    /// The account's plan does not include it.
    NotOnPlan,
    /// It could not be found out.
    Unknown,
}

/// The check of one role permission.
#[derive(Debug, Clone)]
pub struct PermissionCheck {
    /// The permission as the application declares it.
    pub permission: &'static RolePermission,
    /// Whether the authorising user's role has it.
    pub outcome: CheckOutcome,
    /// The source of the result, in words.
    pub detail: String,
}

/// The check of one stream.
#[derive(Debug, Clone)]
pub struct StreamCheck {
    /// The stream as the application declares it.
    pub stream: &'static Stream,
    /// Scopes that it needs and that were not granted.
    pub missing_scopes: Vec<String>,
    /// Whether the connection can read it.
    pub outcome: CheckOutcome,
    /// The source of the result, or the next step for an administrator, in words.
    pub detail: String,
}

/// The rights of a connection, as found out by requests.
#[derive(Debug, Clone)]
pub struct Preflight {
    /// When the requests were made.
    pub checked_at: Timestamp,
    /// Every role permission that the application declares.
    pub permissions: Vec<PermissionCheck>,
    /// Every stream that the application declares.
    pub streams: Vec<StreamCheck>,
    /// Scopes that were granted although no stream needs them.
    pub extra_scopes: Vec<String>,
}

impl Preflight {
    /// Whether everything that is not optional can be read.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.streams
            .iter()
            .all(|check| check.stream.optional || check.outcome == CheckOutcome::Granted)
    }
}

impl Engine {
    /// Checks the rights of an integration's connection, with about ten requests.
    #[crate::boxed]
    pub async fn preflight(&self, id: IntegrationId) -> Result<Preflight, SyncError> {
        let integration = self
            .store()
            .integration(id)
            .await?
            .ok_or(SyncError::UnknownIntegration(id))?;
        let account = self.account(&integration).await?;
        let now = self.config().clock.now();
        let answers = account
            .session
            .preflight(&PreflightRequest {
                authorised_user: integration.grant.authorised_user_id.as_deref(),
                now,
            })
            .await;
        let application = account.connector.application();
        let scopes = &integration.grant.scopes;
        let streams: Vec<StreamCheck> = application
            .streams
            .iter()
            .filter_map(|stream| {
                let (_, answer) = answers.streams.iter().find(|(key, _)| *key == stream.key)?;
                Some(check_stream(stream, answer, scopes))
            })
            .collect();
        let codes = answers.permission_codes.as_deref();
        Ok(Preflight {
            checked_at: now,
            permissions: check_permissions(application, codes, &streams),
            extra_scopes: extra_scopes(application, scopes),
            streams,
        })
    }
}

fn check_stream(
    stream: &'static Stream,
    answer: &Result<(), Error>,
    granted: &[String],
) -> StreamCheck {
    let (outcome, detail) = match answer {
        Ok(()) => (CheckOutcome::Granted, format!("{} answered", stream.source)),
        Err(error) => {
            let outcome = match error.kind.outcome() {
                StreamOutcome::ScopeMissing | StreamOutcome::PermissionMissing => {
                    CheckOutcome::Missing
                }
                StreamOutcome::PlanTooLow | StreamOutcome::NotOffered => CheckOutcome::NotOnPlan,
                _ => CheckOutcome::Unknown,
            };
            (outcome, error.message.clone())
        }
    };
    // The application's answer decides; the scopes only explain a refusal.
    let missing_scopes = if outcome == CheckOutcome::Granted || granted.is_empty() {
        Vec::new()
    } else {
        stream
            .scopes
            .missing(granted)
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    StreamCheck {
        stream,
        missing_scopes,
        outcome,
        detail,
    }
}

/// Decides each permission: by the application's own list where it contains the permission, and
/// otherwise by whether a stream that needs it was refused.
fn check_permissions(
    application: &'static Application,
    codes: Option<&[String]>,
    streams: &[StreamCheck],
) -> Vec<PermissionCheck> {
    application
        .permissions
        .iter()
        .map(|permission| {
            let needing: Vec<&StreamCheck> = streams
                .iter()
                .filter(|check| check.stream.permission == Some(permission.key))
                .collect();
            let (outcome, detail) = codes
                .and_then(|codes| by_list(permission, codes, &needing))
                .unwrap_or_else(|| by_requests(application, &needing));
            PermissionCheck {
                permission,
                outcome,
                detail,
            }
        })
        .collect()
}

/// Decides by the list of the user's permissions; `None` when it does not decide.
fn by_list(
    permission: &RolePermission,
    codes: &[String],
    needing: &[&StreamCheck],
) -> Option<(CheckOutcome, String)> {
    if permission.codes.is_empty() {
        return None;
    }
    let listed = permission
        .codes
        .iter()
        .any(|code| codes.iter().any(|c| c == code));
    if listed {
        let detail = "listed among the user's permissions".to_owned();
        return Some((CheckOutcome::Granted, detail));
    }
    // Permissions may overlap, so a request that works outweighs the list.
    let works = needing
        .iter()
        .any(|check| check.outcome == CheckOutcome::Granted);
    (!works).then(|| {
        let detail = "not listed among the user's permissions".to_owned();
        (CheckOutcome::Missing, detail)
    })
}

/// Decides by the requests of streams that need the permission.
fn by_requests(application: &Application, needing: &[&StreamCheck]) -> (CheckOutcome, String) {
    let works = needing
        .iter()
        .find(|check| check.outcome == CheckOutcome::Granted);
    if let Some(works) = works {
        return (CheckOutcome::Granted, works.detail.clone());
    }
    let refused_by_role = needing
        .iter()
        .find(|check| check.outcome == CheckOutcome::Missing && check.missing_scopes.is_empty());
    if let Some(refused) = refused_by_role {
        let detail = format!("{} was refused", refused.stream.source);
        return (CheckOutcome::Missing, detail);
    }
    match needing.first() {
        Some(check) if check.outcome == CheckOutcome::NotOnPlan => {
            (CheckOutcome::NotOnPlan, check.detail.clone())
        }
        Some(check) if !check.missing_scopes.is_empty() => (
            CheckOutcome::Unknown,
            "can't be told before the scope is granted".to_owned(),
        ),
        Some(check) => (CheckOutcome::Unknown, check.detail.clone()),
        None => (
            CheckOutcome::Unknown,
            format!(
                "{} publishes no way to tell; tick it to be safe",
                application.name
            ),
        ),
    }
}

/// Granted scopes that no stream needs. The classic set is asked for by every connection, so none of it
/// is extra.
fn extra_scopes(application: &Application, granted: &[String]) -> Vec<String> {
    let needed = |scope: &str| {
        let app = &application.scopes;
        let of_streams = application.streams.iter();
        app.classic.contains(&scope)
            || app.harmless.contains(&scope)
            || app.helpful.iter().any(|(helpful, _)| *helpful == scope)
            || of_streams
                .flat_map(|stream| stream.scopes.granular)
                .any(|granular| *granular == scope)
    };
    granted
        .iter()
        .filter(|scope| !needed(scope))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests {
    use connector_zoom::ZOOM;
    use model::streams;

    use super::*;

    fn check(key: &str, outcome: CheckOutcome, missing: &[&str]) -> StreamCheck {
        StreamCheck {
            stream: ZOOM.stream(key).unwrap(),
            missing_scopes: missing.iter().map(|s| (*s).to_owned()).collect(),
            outcome,
            detail: String::new(),
        }
    }

    fn outcome_of(checks: &[PermissionCheck], key: &str) -> CheckOutcome {
        checks
            .iter()
            .find(|check| check.permission.key == key)
            .unwrap()
            .outcome
    }

    #[test]
    fn a_refused_call_shows_the_missing_permission_without_a_published_code() {
        let streams = [
            check(streams::OPERATION_LOGS, CheckOutcome::Missing, &[]),
            check(streams::MEETINGS, CheckOutcome::Granted, &[]),
        ];
        let checks = check_permissions(&ZOOM, Some(&["UsageReport:Read".to_owned()]), &streams);
        assert_eq!(
            outcome_of(&checks, "operational_logs"),
            CheckOutcome::Missing
        );
        assert_eq!(outcome_of(&checks, "usage_reports"), CheckOutcome::Granted);
        assert_eq!(outcome_of(&checks, "groups"), CheckOutcome::Missing);
        assert_eq!(outcome_of(&checks, "meetings"), CheckOutcome::Unknown);
    }

    #[test]
    fn a_missing_scope_does_not_accuse_the_role() {
        let streams = [check(
            streams::OPERATION_LOGS,
            CheckOutcome::Missing,
            &["report:read:admin"],
        )];
        let checks = check_permissions(&ZOOM, None, &streams);
        assert_eq!(
            outcome_of(&checks, "operational_logs"),
            CheckOutcome::Unknown
        );
    }

    #[test]
    fn scopes_that_nothing_needs_are_named() {
        let granted = ["user:read:admin".to_owned(), "user:write:admin".to_owned()];
        assert_eq!(extra_scopes(&ZOOM, &granted), ["user:write:admin"]);
    }
}

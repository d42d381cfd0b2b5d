//! Checking for real what a connection may do: the granted scopes against what each stream needs,
//! the list of the authorising user's permissions where Zoom gives it, and one cheap call a stream.

use model::{Application, IntegrationId, RolePermission, Stream, Timestamp};

use crate::engine::Engine;
use crate::error::SyncError;
use crate::zoom::ZOOM;
use crate::zoom::application::{CLASSIC_SCOPES, HELPFUL_SCOPES, stream};
use crate::zoom::problem::problem;

/// What came of checking one permission or stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It is there.
    Granted,
    /// It is missing.
    Missing,
    /// The account's plan does not have it.
    NotOnPlan,
    /// Zoom gives no way to tell, or could not be asked.
    Unknown,
}

/// One role permission.
#[derive(Debug, Clone)]
pub struct PermissionCheck {
    /// Which.
    pub permission: &'static RolePermission,
    /// Whether it is there.
    pub outcome: CheckOutcome,
    /// How that is known.
    pub detail: String,
}

/// One stream.
#[derive(Debug, Clone)]
pub struct StreamCheck {
    /// Which.
    pub stream: &'static Stream,
    /// Scopes that it needs and that were not granted.
    pub missing_scopes: Vec<String>,
    /// Whether it can be read.
    pub outcome: CheckOutcome,
    /// How that is known, or what to do.
    pub detail: String,
}

/// What a connection may do.
#[derive(Debug, Clone)]
pub struct Preflight {
    /// When it was checked.
    pub checked_at: Timestamp,
    /// Every role permission that the application declares.
    pub permissions: Vec<PermissionCheck>,
    /// Every stream.
    pub streams: Vec<StreamCheck>,
    /// Scopes that were granted though nothing needs them.
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
    /// Checks what the connection of an integration may do, with about ten requests.
    pub async fn preflight(&self, id: IntegrationId) -> Result<Preflight, SyncError> {
        let integration = self
            .store()
            .integration(id)
            .await?
            .ok_or(SyncError::UnknownIntegration(id))?;
        let account = self.account(&integration).await?;
        let client = &account.client;
        let now = self.config().clock.now();
        let today = now.day();
        let (from, to) = (today.plus(-1).to_string(), today.to_string());
        let tomorrow = (today.to_string(), today.plus(1).to_string());
        let (year, month, _) = today.ymd();
        let month = month.unsigned_abs();
        // Side by side: while a sync runs, each request waits for its turn among the sync's.
        let codes = async {
            match &integration.grant.authorised_user_id {
                Some(user) => client.user_permissions(user).await.ok(),
                None => None,
            }
        };
        let people = async {
            let someone = client.users(zoom::UserStatus::Active, 1, None).await;
            let settings = match &someone {
                Ok(page) => match page.items.first() {
                    Some(user) => {
                        let id = user.id.clone().unwrap_or_default();
                        client.user_settings(&id).await.map(drop)
                    }
                    // Without users there are no settings, and nothing stands in their way.
                    None => Ok(()),
                },
                Err(error) => Err(error.clone()),
            };
            (someone.map(drop), settings)
        };
        let (
            codes,
            (users, settings),
            groups,
            account,
            meetings,
            sign_ins,
            hosts,
            daily,
            log,
            plan,
            upcoming,
        ) = tokio::join!(
            codes,
            people,
            client.groups(1, None),
            client.account_settings(None),
            client.report_history_meetings(&from, &to, 1, None),
            client.report_activities(&from, &to, 1, None),
            client.report_users(zoom::ReportKind::Active, &from, &to, 1, None),
            client.report_daily(year, month),
            client.report_operation_logs(&from, &to, 1, None),
            client.plan_usage(),
            client.report_upcoming_events(
                zoom::EventType::Meeting,
                &tomorrow.0,
                &tomorrow.1,
                1,
                None
            ),
        );
        let answers = [
            (stream::USERS, users),
            (stream::USER_SETTINGS, settings),
            (stream::GROUPS, groups.map(drop)),
            (stream::ACCOUNT_SETTINGS, account.map(drop)),
            (stream::MEETINGS, meetings.map(drop)),
            (stream::SIGN_INS, sign_ins.map(drop)),
            (stream::HOST_REPORTS, hosts.map(drop)),
            (stream::DAILY_USAGE, daily.map(drop)),
            (stream::OPERATION_LOGS, log.map(drop)),
            (stream::PLAN_USAGE, plan.map(drop)),
            (stream::UPCOMING_EVENTS, upcoming.map(drop)),
        ];
        let streams: Vec<StreamCheck> = ZOOM
            .streams
            .iter()
            .filter_map(|stream| {
                let (_, answer) = answers.iter().find(|(key, _)| *key == stream.key)?;
                Some(check_stream(stream, answer, &integration.grant.scopes))
            })
            .collect();
        Ok(Preflight {
            checked_at: now,
            permissions: check_permissions(&ZOOM, codes.as_deref(), &streams),
            extra_scopes: extra_scopes(&ZOOM, &integration.grant.scopes),
            streams,
        })
    }
}

fn check_stream(
    stream: &'static Stream,
    answer: &Result<(), zoom::Error>,
    granted: &[String],
) -> StreamCheck {
    let (outcome, detail) = match answer {
        Ok(()) => (CheckOutcome::Granted, format!("{} answered", stream.source)),
        Err(error) => {
            let problem = problem(stream, error);
            let outcome = match problem.outcome {
                model::StreamOutcome::ScopeMissing | model::StreamOutcome::PermissionMissing => {
                    CheckOutcome::Missing
                }
                model::StreamOutcome::PlanTooLow => CheckOutcome::NotOnPlan,
                _ => CheckOutcome::Unknown,
            };
            (outcome, problem.reason)
        }
    };
    // What Zoom answered is the truth; the scopes only explain a refusal.
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

/// Decides each permission: by Zoom's own list where it names the permission, and otherwise by
/// whether a stream that needs it was refused.
fn check_permissions(
    application: &'static Application,
    codes: Option<&[String]>,
    streams: &[StreamCheck],
) -> Vec<PermissionCheck> {
    let decide = |permission: &'static RolePermission| {
        let needing: Vec<&StreamCheck> = streams
            .iter()
            .filter(|s| s.stream.permission == Some(permission.key))
            .collect();
        if let Some(codes) = codes
            && !permission.codes.is_empty()
        {
            let listed = permission
                .codes
                .iter()
                .any(|code| codes.iter().any(|c| c == code));
            // The two report permissions overlap at Zoom: a call that works outweighs the list.
            if listed {
                return (
                    CheckOutcome::Granted,
                    "listed among the user's permissions".to_owned(),
                );
            }
            if !needing
                .iter()
                .any(|check| check.outcome == CheckOutcome::Granted)
            {
                return (
                    CheckOutcome::Missing,
                    "not listed among the user's permissions".to_owned(),
                );
            }
        }
        if let Some(works) = needing
            .iter()
            .find(|check| check.outcome == CheckOutcome::Granted)
        {
            return (CheckOutcome::Granted, works.detail.clone());
        }
        let refused_by_role = needing.iter().find(|check| {
            check.outcome == CheckOutcome::Missing && check.missing_scopes.is_empty()
        });
        if let Some(refused) = refused_by_role {
            return (
                CheckOutcome::Missing,
                format!("{} was refused", refused.stream.source),
            );
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
                "Zoom publishes no way to tell; tick it to be safe".to_owned(),
            ),
        }
    };
    application
        .permissions
        .iter()
        .map(|permission| {
            let (outcome, detail) = decide(permission);
            PermissionCheck {
                permission,
                outcome,
                detail,
            }
        })
        .collect()
}

/// Granted scopes that no stream needs. The classic set is what a connection asks for, so none of it
/// is extra.
fn extra_scopes(application: &Application, granted: &[String]) -> Vec<String> {
    granted
        .iter()
        .filter(|scope| {
            !CLASSIC_SCOPES.contains(&scope.as_str())
                && !application
                    .streams
                    .iter()
                    .any(|stream| stream.scopes.granular.iter().any(|needed| needed == scope))
                && !HELPFUL_SCOPES.iter().any(|(helpful, _)| helpful == scope)
                && scope.as_str() != SUMMARY
        })
        .cloned()
        .collect()
}

/// Numbers of users by kind: not asked for, and not too much.
const SUMMARY: &str = "user:read:summary:admin";

#[cfg(test)]
mod tests {
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
            check(stream::OPERATION_LOGS, CheckOutcome::Missing, &[]),
            check(stream::MEETINGS, CheckOutcome::Granted, &[]),
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
            stream::OPERATION_LOGS,
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

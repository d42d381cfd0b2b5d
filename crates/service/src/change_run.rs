//! Dry run, execution and undoing of changes at the application. The evidence is checked again just
//! before. A run continues after the client has disconnected, because it must not stop between a
//! change and its record.

use std::sync::Arc;
use std::time::Duration;

use model::{FindingState, Integration};
use store::{Actor, Change, ChangeId};
use sync::{ChangeError, ChangeReport};

use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use model::words::sentence;

/// Number of errors after which a run stops, unless the request names another one.
pub const STOP_AFTER: u32 = 3;
/// The most changes in one run.
pub const MOST_CHANGES: usize = 2_000;
/// The longest time that a request waits for the report.
const MAX_WAIT: Duration = Duration::from_secs(25);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Report the effects of an execution.
    Check,
    Execute,
    Undo,
}

/// Runs changes. Returns `None` if the run takes longer than a request may wait: it continues in the
/// background, and the change list shows the result of each change.
#[crate::boxed]
pub async fn run(
    context: &Arc<Context>,
    integration: &Integration,
    ids: &[ChangeId],
    what: Run,
    stop_after: u32,
    actor: &Actor,
) -> Result<Option<ChangeReport>, Error> {
    if ids.len() > MOST_CHANGES {
        return Err(Error::parameter(
            "ids",
            format!(
                "are {}: make {MOST_CHANGES} changes at most at once",
                ids.len()
            ),
        ));
    }
    let account = context.accounts.of(integration).await?;
    let run = tokio::spawn({
        let (context, id) = (Arc::clone(context), integration.id);
        let (ids, actor) = (ids.to_vec(), actor.clone());
        async move {
            let recheck = |change: &Change| check_evidence(&account, change);
            let stop = context.closing.clone();
            match what {
                Run::Check => {
                    let access = context.store.write_access(id).await?;
                    let access = access.ok_or(ChangeError::NoAccess)?;
                    context.engine.check_write_access(id, &access).await?;
                    context.engine.dry_run_changes(id, &ids, &recheck).await
                }
                Run::Execute => {
                    context
                        .engine
                        .execute_changes(id, &ids, stop_after, &recheck, &actor, stop)
                        .await
                }
                Run::Undo => {
                    context
                        .engine
                        .undo_changes(id, &ids, stop_after, &actor, stop)
                        .await
                }
            }
        }
    });
    match tokio::time::timeout(MAX_WAIT, run).await {
        Err(_) => Ok(None),
        Ok(Err(error)) => Err(Error::internal(&error)),
        Ok(Ok(Err(error))) => Err(failure(error)),
        Ok(Ok(Ok(report))) => Ok(Some(report)),
    }
}

/// Checks whether the reason for a change still holds; the error says why not.
fn check_evidence(account: &Arc<AccountSnapshot>, change: &Change) -> Result<(), String> {
    let Some(finding) = account.finding(&change.finding) else {
        return Err("The finding no longer exists.".to_owned());
    };
    match finding.state {
        FindingState::Exempt => {
            let decided = account.findings.decision(account.roster(), &finding);
            let until = decided.and_then(|(_, _, until)| until);
            let until = until.map_or_else(String::new, |day| format!(" until {}", day.long()));
            Err(format!("An exemption keeps the licence{until}."))
        }
        FindingState::Kept => Err("The person keeps the licence.".to_owned()),
        FindingState::Asked => Err("The person was asked and has not answered.".to_owned()),
        FindingState::Open | FindingState::OnHold | FindingState::Accepted | FindingState::Done => {
            match finding.hold_reasons.first() {
                Some(reason) => Err(format!("It is on hold: {}.", reason.label().to_lowercase())),
                None => Ok(()),
            }
        }
    }
}

/// The error for people, when no change was started.
fn failure(error: ChangeError) -> Error {
    match error {
        ChangeError::UnknownIntegration(_) => Error::not_found("integration"),
        ChangeError::Store(error) => error.into(),
        ChangeError::Unavailable(_) => Error::unavailable(sentence(&error.to_string())),
        ChangeError::NoAccess
        | ChangeError::WrongAccount { .. }
        | ChangeError::ScopesMissing { .. }
        | ChangeError::Refused(_) => Error::new(
            ErrorKind::Conflict,
            "no_write_access",
            "Seatwise may not change licences there",
            sentence(&error.to_string()),
        )
        .remedy(
            "Connect an app with write scopes on the page of changes, or export the list and make \
             the changes by hand.",
        ),
        ChangeError::NotSupported | ChangeError::NotRunnable { .. } | ChangeError::Busy => {
            Error::conflict(sentence(&error.to_string()))
        }
    }
}

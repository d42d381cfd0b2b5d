//! Making changes from the change list at the application: dry run, execution and undoing, with the
//! evidence looked at again at that moment. It goes on when whoever asked for it goes away.

use std::sync::Arc;
use std::time::Duration;

use model::{FindingState, Integration};
use store::{Actor, Change, ChangeId};
use sync::{ChangeError, ChangeReport};

use crate::account_snapshot::AccountSnapshot;
use crate::context::Context;
use crate::error::{Error, ErrorKind};
use model::words::sentence;

/// Errors after which the rest is left, when nobody says otherwise.
pub const STOP_AFTER: u32 = 3;
/// The most changes that are made at once.
pub const MOST_CHANGES: usize = 2_000;
/// So long is waited for the report before the answer is that it goes on.
const PATIENCE: Duration = Duration::from_secs(25);

/// What is done with changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Say what executing would do.
    Check,
    /// Make them.
    Execute,
    /// Take them back.
    Undo,
}

/// Does it. `None` when it takes longer than a request may: it goes on, and the list says what became
/// of each change.
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
    let case = context.accounts.of(integration).await?;
    let going = tokio::spawn({
        let (context, id) = (Arc::clone(context), integration.id);
        let (ids, actor) = (ids.to_vec(), actor.clone());
        async move {
            let recheck = |change: &Change| still_true(&case, change);
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
    match tokio::time::timeout(PATIENCE, going).await {
        Err(_) => Ok(None),
        Ok(Err(broken)) => Err(Error::internal(&broken)),
        Ok(Ok(Err(error))) => Err(failure(error)),
        Ok(Ok(Ok(report))) => Ok(Some(report)),
    }
}

/// Whether what a change rests on is still true; if not, why.
fn still_true(case: &Arc<AccountSnapshot>, change: &Change) -> Result<(), String> {
    let Some(finding) = case.finding(&change.finding) else {
        return Err("The evidence is gone: what was found is not true any more.".to_owned());
    };
    match finding.state {
        FindingState::Exempt => {
            let decided = case.findings.decision(case.roster(), &finding);
            let until = decided.and_then(|(_, _, until)| until);
            let until = until.map_or_else(String::new, |day| format!(" until {}", day.long()));
            Err(format!("It is held by an exemption{until}."))
        }
        FindingState::Kept => Err("The person keeps the licence.".to_owned()),
        FindingState::Asked => Err("The person was asked and has not answered.".to_owned()),
        FindingState::Open | FindingState::OnHold | FindingState::Accepted | FindingState::Done => {
            match finding.hold_reasons.first() {
                Some(held) => Err(format!(
                    "It is held back now: {}.",
                    held.label().to_lowercase()
                )),
                None => Ok(()),
            }
        }
    }
}

/// Why nothing was begun, for people.
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

//! Users for whom others may act, such as assistants: one request per user, so few are asked about, once
//! a day, and only users for whom it can matter: licensed users that hardly sign in. A user with an
//! assistant may need the licence without ever signing in. A refusal has no other consequence.

use connector::ErrorKind;
use futures_util::{StreamExt as _, stream};
use model::streams::USERS;
use model::{Timestamp, User};
use store::SyncWrite;

use super::hash::hash;
use crate::run::{Run, Stop};

/// Name of the checkpoint that contains the day of the last requests.
const ASKED_ON: &str = "delegations asked on";
/// Users asked about per day.
const A_DAY: usize = 60;
/// Requests under way at the same time.
const AT_ONCE: usize = 4;
/// Days without a sign-in after which a user is asked about.
const QUIET_DAYS: i64 = 30;
/// Days after which a user is asked about again; spread over the days by user.
const AGAIN_AFTER_DAYS: u64 = 30;

/// Asks about the users that are due today.
pub(crate) async fn read_delegates(run: &Run<'_>) -> Result<(), Stop> {
    let Some(is_candidate) = run.connector.delegate_candidates() else {
        return Ok(());
    };
    let id = run.integration.id;
    let today = run.began.day();
    let asked_on = run.store.checkpoint(id, USERS, ASKED_ON).await?;
    if asked_on.is_some_and(|day| day == today.to_string()) {
        return Ok(());
    }
    let due = due_users(run, is_candidate).await?;
    let mut answers = stream::iter(due)
        .map(|(key, external_id)| async move {
            let request = run.session.delegates(&external_id);
            (key, run.ask(USERS, request).await)
        })
        .buffered(AT_ONCE);
    let mut counts = Vec::new();
    while let Some((key, answer)) = answers.next().await {
        match answer? {
            Ok(delegates) => counts.push((key, delegates)),
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Withheld) => {}
            Err(error) => {
                tracing::debug!(%error, "no further user is asked about delegates today");
                break;
            }
        }
    }
    let writes = vec![
        SyncWrite::Delegations(counts),
        SyncWrite::Checkpoint {
            stream: USERS,
            key: ASKED_ON.to_owned(),
            value: Some(today.to_string()),
        },
    ];
    run.apply(USERS, 0, writes).await
}

/// Keys and external ids of the users to ask about today.
async fn due_users(
    run: &Run<'_>,
    is_candidate: fn(&User) -> bool,
) -> Result<Vec<(String, String)>, Stop> {
    let id = run.integration.id;
    let mut known: Vec<String> = run
        .store
        .delegations(id)
        .await?
        .into_iter()
        .map(|row| row.0)
        .collect();
    known.sort_unstable();
    let turn = u64::from(run.began.day().0.unsigned_abs()) % AGAIN_AFTER_DAYS;
    let mut due: Vec<(bool, String, String)> = Vec::new();
    run.store
        .for_each_user(id, false, |user| {
            let candidate = is_candidate(&user) && is_quiet(&user, run.began);
            let Some(external_id) = user.external_id.filter(|_| candidate) else {
                return;
            };
            let again = known.binary_search(&user.key).is_ok();
            if !again || hash(&user.key) % AGAIN_AFTER_DAYS == turn {
                due.push((again, user.key, external_id));
            }
            // Users that were never asked about come first; no more are remembered than needed.
            if due.len() > 2 * A_DAY {
                due.sort_unstable();
                due.truncate(A_DAY);
            }
        })
        .await?;
    due.sort_unstable();
    due.truncate(A_DAY);
    Ok(due.into_iter().map(|(_, key, id)| (key, id)).collect())
}

/// Whether the user has not signed in for a while.
fn is_quiet(user: &User, now: Timestamp) -> bool {
    let quiet = |at: Timestamp| now.since(at) > QUIET_DAYS * 86_400_000;
    user.listed_sign_in.or(user.created_at).is_none_or(quiet)
}

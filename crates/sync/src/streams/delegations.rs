//! Who has somebody else to schedule for them: one request a user, so it is asked about few, once a
//! day, and only about those for whom it can matter: licensed people who hardly sign in. Whoever has
//! an assistant may need the licence without ever signing in. A refusal costs nothing but this.

use futures_util::{StreamExt as _, stream};
use model::{FieldValue, Timestamp, User};
use store::SyncWrite;

use super::declared;
use super::users::key_hash;
use crate::run::{Run, Stop};
use crate::zoom::application::stream::USERS;

/// Name of the note on the last day on which it was asked.
const ASKED_ON: &str = "delegations asked on";
/// Users asked about in a day.
const A_DAY: usize = 60;
/// Requests under way at the same time.
const AT_ONCE: usize = 4;
/// Days without a sign-in after which somebody counts as hardly there.
const QUIET_DAYS: i64 = 30;
/// Days after which a user is asked about again; spread by user.
const AGAIN_AFTER_DAYS: u64 = 30;

pub(crate) async fn read(run: &Run<'_>) -> Result<(), Stop> {
    let id = run.integration.id;
    let today = run.began.day();
    let asked_on = run.store.checkpoint(id, USERS, ASKED_ON).await?;
    if asked_on.is_some_and(|day| day == today.to_string()) {
        return Ok(());
    }
    let mut known: Vec<String> = run
        .store
        .delegations(id)
        .await?
        .into_iter()
        .map(|row| row.0)
        .collect();
    known.sort_unstable();
    let turn = u64::from(today.0.unsigned_abs()) % AGAIN_AFTER_DAYS;
    let mut due: Vec<(bool, String, String)> = Vec::new();
    run.store
        .for_each_user(id, false, |user| {
            let Some(zoom_id) = user
                .external_id
                .clone()
                .filter(|_| is_quiet(&user, run.began))
            else {
                return;
            };
            let again = known.binary_search(&user.key).is_ok();
            if !again || key_hash(&user.key) % AGAIN_AFTER_DAYS == turn {
                due.push((again, user.key, zoom_id));
            }
            // Those who were never asked about come first; no more are remembered than needed.
            if due.len() > 2 * A_DAY {
                due.sort_unstable();
                due.truncate(A_DAY);
            }
        })
        .await?;
    due.sort_unstable();
    due.truncate(A_DAY);
    let mut answers = stream::iter(due)
        .map(|(_, key, zoom_id)| async move {
            let request = run.client.user_assistants(&zoom_id);
            (key, run.ask(declared(USERS), request).await)
        })
        .buffered(AT_ONCE);
    let mut found = Vec::new();
    while let Some((key, answer)) = answers.next().await {
        match answer? {
            Ok(assistants) => {
                found.push((key, u32::try_from(assistants.len()).unwrap_or(u32::MAX)));
            }
            Err(zoom::Error::NotFound { .. } | zoom::Error::Blocked { .. }) => {}
            Err(error) => {
                tracing::debug!(%error, "nobody is asked about assistants today");
                break;
            }
        }
    }
    let writes = vec![
        SyncWrite::Delegations(found),
        SyncWrite::Checkpoint {
            stream: USERS,
            key: ASKED_ON.to_owned(),
            value: Some(today.to_string()),
        },
    ];
    run.apply(USERS, 0, writes).await?;
    Ok(())
}

/// Licensed, active, and not signed in for a while.
fn is_quiet(user: &User, now: Timestamp) -> bool {
    let is = |field: &str, wanted: &str| matches!(user.fields.get(field), Some(FieldValue::Text(text)) if text == wanted);
    let quiet = |at: Timestamp| now.since(at) > QUIET_DAYS * 86_400_000;
    is("user_status", "active")
        && is("user_type", "pro")
        && user.listed_sign_in.or(user.created_at).is_none_or(quiet)
}

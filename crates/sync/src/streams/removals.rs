//! Users that are stored but were not listed. Each is judged by itself: the application confirms that the
//! user is gone, or a second listing does that can be trusted. A listing cannot be trusted when it contains
//! records that could not be understood, contradicts its total, lacks users that still exist, or lacks a
//! large share of all users at once.

use std::collections::HashSet;

use store::SyncWrite;

use super::hash::hash;
use crate::run::{Run, Stop};

/// How many absent users are looked up one by one in a run.
const LOOKED_UP: usize = 50;
/// More absent users than these, and than one in so many of all, wait until each was looked up.
const MANY: (usize, usize) = (50, 20);
/// Keys of stored users per look at the database.
const BATCH: u32 = 5_000;
/// Removals in one transaction.
const CHUNK: usize = 5_000;

/// Whether the absence of a user in the listings says something.
pub(super) enum Trust {
    Full,
    /// It does not, for this reason.
    Doubt(String),
}

/// Stored users that no listing contains.
struct Absent {
    /// Keys, each with whether an earlier listing did not contain the user either.
    users: Vec<(String, bool)>,
    /// Number of stored users.
    stored: usize,
}

/// Removes absent users that are proved to be gone. `listed` are hashes of the keys in each listing.
pub(super) async fn remove_absent(
    run: &Run<'_>,
    stream: &'static str,
    listed: &[HashSet<u64>],
    trust: Trust,
) -> Result<(), Stop> {
    let Absent { users, stored } = absent(run, listed).await?;
    if users.is_empty() {
        if let Trust::Doubt(doubt) = trust {
            note(run, stream, &doubt);
        }
        return Ok(());
    }
    let many = users.len() > MANY.0.max(stored / MANY.1);
    // Spread over all of them, because neighbours may have left together.
    let step = users.len().div_ceil(LOOKED_UP).max(1);
    let (mut removed, mut waiting) = (Vec::new(), Vec::new());
    let mut existing = 0;
    for (position, (key, missed_before)) in users.into_iter().enumerate() {
        if position % step == 0 {
            match run.ask(stream, run.session.has_user(&key)).await? {
                Ok(false) => removed.push(key),
                Ok(true) => existing += 1,
                Err(_) => waiting.push((key, false)),
            }
        } else {
            waiting.push((key, missed_before));
        }
    }
    let application = run.application_name();
    let doubt = match trust {
        Trust::Doubt(doubt) => Some(doubt),
        Trust::Full if existing > 0 => Some(format!(
            "{application} did not list {existing} users that it still has"
        )),
        Trust::Full if many => Some(format!(
            "{} of {stored} users are missing in {application}'s list at once. Each is looked up before \
             it counts as gone",
            removed.len() + waiting.len()
        )),
        Trust::Full => None,
    };
    let mut missing = Vec::new();
    if let Some(doubt) = doubt {
        note(run, stream, &doubt);
    } else {
        for (key, missed_before) in waiting {
            if missed_before {
                removed.push(key);
            } else {
                missing.push(key);
            }
        }
    }
    for keys in removed.chunks(CHUNK) {
        let keys = keys.to_vec();
        let at = run.began;
        run.apply(stream, 0, vec![SyncWrite::UsersRemoved { keys, at }])
            .await?;
    }
    for keys in missing.chunks(CHUNK) {
        let keys = keys.to_vec();
        let generation = run.lease.run;
        run.apply(
            stream,
            0,
            vec![SyncWrite::UsersMissing { keys, generation }],
        )
        .await?;
    }
    Ok(())
}

async fn absent(run: &Run<'_>, listed: &[HashSet<u64>]) -> Result<Absent, Stop> {
    let mut absent = Absent {
        users: Vec::new(),
        stored: 0,
    };
    let mut after: Option<String> = None;
    loop {
        let keys = run
            .store
            .user_keys(run.integration.id, after.as_deref(), BATCH)
            .await?;
        let Some((last, _)) = keys.last() else {
            return Ok(absent);
        };
        after = Some(last.clone());
        absent.stored += keys.len();
        let unlisted = keys.into_iter().filter(|(key, _)| {
            let hash = hash(key);
            listed.iter().all(|keys| !keys.contains(&hash))
        });
        absent.users.extend(unlisted.map(|(key, since)| {
            let missed_before = since.is_some_and(|since| since != run.lease.run);
            (key, missed_before)
        }));
    }
}

/// Explains at the stream, in the log and by the state of the run why nothing is concluded from absence.
fn note(run: &Run<'_>, stream: &'static str, doubt: &str) {
    tracing::warn!(integration = %run.integration.id, %doubt, "users that were not listed are kept");
    let text =
        format!("{doubt}. What was listed is stored; no user is removed because of this list.");
    run.doubt(&text);
    run.update(stream, |state| state.reason = Some(text));
}

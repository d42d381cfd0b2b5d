//! What each user may do: one request a user, for those whose settings are due. Due are licensed
//! users when they are new or their licence changed, those whom the operation log names, and everybody
//! once in a while.

use futures_util::stream;
use futures_util::{FutureExt as _, StreamExt as _};
use model::Timestamp;
use store::{DueUser, SyncWrite, UserDetails};

use super::declared;
use crate::run::{Run, Stop};
use crate::zoom::ZOOM;
use crate::zoom::application::stream::USER_SETTINGS;
use crate::zoom::map;
use crate::zoom::problem::problem;

/// Requests under way at the same time; the pacer decides how many a second.
const AT_ONCE: usize = 24;
/// Users per look at the database.
const BATCH: u32 = 960;
/// Users per transaction, at the least and the most: what is read in two seconds, so that progress
/// shows and an interruption asks for little again.
const CHUNK: (f64, f64) = (10.0, 240.0);
/// Days after which settings are read again though nothing speaks for a change; spread so that a
/// large account never has to read many on one day.
const AGAIN_AFTER_DAYS: (i64, u64) = (90, 60);

enum Read {
    Details(UserDetails),
    None(String),
}

pub(crate) async fn read(run: &Run<'_>) -> Result<(), Stop> {
    let id = run.integration.id;
    let due = run
        .store
        .details_due_count(id, run.config.clock.now())
        .await?;
    run.update(USER_SETTINGS, |state| state.expected = Some(due));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 10 to 240"
    )]
    let chunk = (run.medium_per_second() * 2.0).clamp(CHUNK.0, CHUNK.1) as usize;
    loop {
        let batch = run
            .store
            .details_due(id, run.config.clock.now(), BATCH)
            .await?;
        if batch.is_empty() {
            return Ok(());
        }
        let reads: Vec<_> = batch
            .into_iter()
            .map(|user| read_one(run, user).boxed())
            .collect();
        let mut chunks = stream::iter(reads).buffer_unordered(AT_ONCE).chunks(chunk);
        while let Some(chunk) = chunks.next().await {
            store_chunk(run, chunk).await?;
        }
    }
}

/// Keeps what was read even when one of the chunk ended the stream.
async fn store_chunk(run: &Run<'_>, chunk: Vec<Result<Read, Stop>>) -> Result<(), Stop> {
    let (mut details, mut without, mut stop) = (Vec::new(), Vec::new(), None);
    for read in chunk {
        match read {
            Ok(Read::Details(read)) => details.push(read),
            Ok(Read::None(key)) => without.push(key),
            Err(reason) => stop = Some(reason),
        }
    }
    let count = details.len() + without.len();
    if count > 0 {
        let mut writes = vec![SyncWrite::Application(&ZOOM), SyncWrite::Details(details)];
        if !without.is_empty() {
            writes.push(SyncWrite::DetailsUnavailable {
                keys: without,
                at: run.began,
            });
        }
        run.apply(USER_SETTINGS, count, writes).await?;
    }
    stop.map_or(Ok(()), Err)
}

async fn read_one(run: &Run<'_>, user: DueUser) -> Result<Read, Stop> {
    let stream = declared(USER_SETTINGS);
    let Some(zoom_id) = user.external_id else {
        return Ok(Read::None(user.key));
    };
    match run.ask(stream, run.client.user_settings(&zoom_id)).await? {
        Ok(settings) => {
            let at = run.config.clock.now();
            Ok(Read::Details(UserDetails {
                fields: map::settings(&settings),
                at,
                next_due: read_again(&user.key, at),
                key: user.key,
            }))
        }
        // Gone, not yet in, or withheld for this one user: there is nothing to be known now.
        Err(
            zoom::Error::NotFound { .. }
            | zoom::Error::PendingSettings
            | zoom::Error::Blocked { .. },
        ) => Ok(Read::None(user.key)),
        Err(error) => {
            let problem = problem(stream, &error);
            Err(Stop::Problem(problem))
        }
    }
}

fn read_again(key: &str, at: Timestamp) -> Timestamp {
    let spread = super::users::key_hash(key) % (AGAIN_AFTER_DAYS.1 * 86_400);
    at.plus_seconds(AGAIN_AFTER_DAYS.0 * 86_400 + i64::try_from(spread).unwrap_or(0))
}

//! Details of users: one request per user, for those whose details are due. Due are licensed users when
//! they are new or their licence changed, users that the log of administrators' actions names, and all
//! users once in a while.

use connector::ErrorKind;
use futures_util::stream;
use futures_util::{FutureExt as _, StreamExt as _};
use model::Timestamp;
use store::{DueUser, SyncWrite, UserDetails};

use super::hash::hash;
use crate::run::{Run, Stop};

/// Requests under way at the same time; the session's pace decides how many per second.
const AT_ONCE: usize = 24;
/// Users per look at the database.
const BATCH: u32 = 960;
/// Fewest and most users per transaction. In between are those of two seconds, so that progress shows
/// and little is asked for again after an interruption.
const CHUNK: (f64, f64) = (10.0, 240.0);
/// Days after which details are read again though there is no sign of a change. Spread over days, so
/// that a large account never has to read many on one day.
const AGAIN_AFTER_DAYS: (i64, u64) = (90, 60);

enum Read {
    Details(UserDetails),
    /// This user, by key, has no details at the moment.
    None(String),
}

pub(super) async fn read(run: &Run<'_>, stream: &'static str) -> Result<(), Stop> {
    let id = run.integration.id;
    let due = run
        .store
        .details_due_count(id, run.config.clock.now())
        .await?;
    run.update(stream, |state| state.expected = Some(due));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 10 to 240"
    )]
    let chunk = (run.session.details_per_second() * 2.0).clamp(CHUNK.0, CHUNK.1) as usize;
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
            .map(|user| read_one(run, stream, user).boxed())
            .collect();
        let mut chunks = stream::iter(reads).buffer_unordered(AT_ONCE).chunks(chunk);
        while let Some(chunk) = chunks.next().await {
            store_chunk(run, stream, chunk).await?;
        }
    }
}

/// Stores the details that were read, even when one request of the chunk ended the stream.
async fn store_chunk(
    run: &Run<'_>,
    stream: &'static str,
    chunk: Vec<Result<Read, Stop>>,
) -> Result<(), Stop> {
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
        let application = run.connector.application();
        let mut writes = vec![
            SyncWrite::Application(application),
            SyncWrite::Details(details),
        ];
        if !without.is_empty() {
            writes.push(SyncWrite::DetailsUnavailable {
                keys: without,
                at: run.began,
            });
        }
        run.apply(stream, count, writes).await?;
    }
    stop.map_or(Ok(()), Err)
}

async fn read_one(run: &Run<'_>, stream: &'static str, user: DueUser) -> Result<Read, Stop> {
    let Some(external_id) = user.external_id else {
        return Ok(Read::None(user.key));
    };
    match run.ask(stream, run.session.details(&external_id)).await? {
        Ok(fields) => {
            let at = run.config.clock.now();
            Ok(Read::Details(UserDetails {
                fields,
                at,
                next_due: read_again(&user.key, at),
                key: user.key,
            }))
        }
        // Gone, not yet in, or withheld for this one user: there is nothing to know now.
        Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Withheld) => {
            Ok(Read::None(user.key))
        }
        Err(error) => Err(Stop::Problem(error)),
    }
}

fn read_again(key: &str, at: Timestamp) -> Timestamp {
    let spread = hash(key) % (AGAIN_AFTER_DAYS.1 * 86_400);
    at.plus_seconds(AGAIN_AFTER_DAYS.0 * 86_400 + i64::try_from(spread).unwrap_or(0))
}

//! Details of users: one request per user, for those whose details are due. Due are licensed users when
//! they are new or their licence changed, users that the log of administrators' actions names, and all
//! users once in a while.

use connector::{Error, ErrorKind, Rejected};
use futures_util::stream;
use futures_util::{FutureExt as _, StreamExt as _};
use model::Timestamp;
use model::time::DAY_MS;
use store::{DueUser, RejectedScope, SyncWrite, UserDetails};

use super::hash::hash;
use super::rejects::Rejects;
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

/// Answers in a row that cannot be understood, without a good one, after which the stream ends: it is not
/// single users then.
const MOST_UNREADABLE: usize = 20;

enum Read {
    /// Details, and the reasons for which some of their values are unknown.
    Details(UserDetails, Vec<String>),
    /// This user, by key, has no details at the moment.
    None(String),
    /// The details of this user, by key, could not be read, for this reason.
    Unreadable(String, String),
}

/// Reads of users so far.
#[derive(Default)]
struct Counts {
    good: usize,
    unreadable: usize,
}

pub(super) async fn read(run: &Run<'_>, stream: &'static str) -> Result<(), Stop> {
    let id = run.integration.id;
    let due = run
        .store
        .details_due_count(id, run.config.clock.now())
        .await?;
    run.update(stream, |state| state.expected = Some(state.rows + due));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 10 to 240"
    )]
    let chunk = (run.session.details_per_second() * 2.0).clamp(CHUNK.0, CHUNK.1) as usize;
    let mut counts = Counts::default();
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
            store_chunk(run, stream, chunk, &mut counts).await?;
        }
    }
}

/// Stores the details that were read, even when one request of the chunk ended the stream.
async fn store_chunk(
    run: &Run<'_>,
    stream: &'static str,
    chunk: Vec<Result<Read, Stop>>,
    counts: &mut Counts,
) -> Result<(), Stop> {
    let (mut details, mut without, mut retry, mut stop) =
        (Vec::new(), Vec::new(), Vec::new(), None);
    let mut people = Vec::new();
    let mut rejected = Vec::new();
    for read in chunk {
        match read {
            Ok(Read::Details(read, unread)) => {
                people.push(read.key.clone());
                rejected.extend(unread.into_iter().map(|reason| about(&read.key, reason)));
                details.push(read);
            }
            Ok(Read::None(key)) => {
                people.push(key.clone());
                without.push(key);
            }
            Ok(Read::Unreadable(key, reason)) => {
                people.push(key.clone());
                rejected.push(about(&key, reason));
                retry.push(key);
            }
            Err(reason) => stop = Some(reason),
        }
    }
    counts.good += details.len() + without.len();
    counts.unreadable += retry.len();
    let count = people.len();
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
        if !retry.is_empty() {
            writes.push(SyncWrite::DetailsRetry {
                keys: retry,
                at: run.began.plus_ms(DAY_MS),
            });
        }
        let mut rejects = Rejects::default();
        rejects.add(rejected, None);
        writes.push(rejects.write(run, stream, RejectedScope::People(people), run.began));
        run.apply(stream, count, writes).await?;
    }
    if stop.is_none() && counts.good == 0 && counts.unreadable >= MOST_UNREADABLE {
        stop = Some(Stop::Problem(Error::failed(format!(
            "The answers about the first {} users could not be understood. It is tried again with the \
             next run.",
            counts.unreadable
        ))));
    }
    stop.map_or(Ok(()), Err)
}

/// A value of this user's details that is unknown.
fn about(key: &str, reason: String) -> Rejected {
    Rejected {
        reason,
        day: None,
        person: Some(key.to_owned()),
        lost: false,
        text: Box::default(),
    }
}

async fn read_one(run: &Run<'_>, stream: &'static str, user: DueUser) -> Result<Read, Stop> {
    let Some(external_id) = user.external_id else {
        return Ok(Read::None(user.key));
    };
    match run
        .ask(stream, run.session.details(&external_id, user.licensed))
        .await?
    {
        Ok(details) => {
            let at = run.config.clock.now();
            // Values that could not be understood are read again soon.
            let next_due = if details.unread.is_empty() {
                read_again(&user.key, at)
            } else {
                at.plus_ms(DAY_MS)
            };
            let read = UserDetails {
                fields: details.fields,
                at,
                next_due,
                key: user.key,
            };
            Ok(Read::Details(read, details.unread))
        }
        Err(error) if error.kind == ErrorKind::Unreadable => {
            Ok(Read::Unreadable(user.key, error.message))
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

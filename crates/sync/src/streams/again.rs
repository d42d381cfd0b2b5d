//! Days of history that are read again although they were read before: those with records that could not be
//! understood, and all days that were read before such records were kept.

use std::collections::BTreeSet;

use connector::Window;
use model::{Coverage, Day, Timestamp};
use store::{RejectedScope, StoredRejection, SyncWrite};

use super::records::writes_of;
use super::rejects::Rejects;
use crate::run::{Run, Stop};

/// Name of the checkpoint with the time since which records that could not be understood are kept.
const KEPT_SINCE: &str = "rejected records kept since";
/// Milliseconds after which days with such records are read again, because the application may have
/// repaired them meanwhile.
const AGAIN_MS: i64 = 7 * model::time::DAY_MS;

/// The days of a stream to read again. An application gives them out only for so long, so days that are
/// too old are left out by the plan.
pub(super) async fn days_to_read_again(
    run: &Run<'_>,
    stream: &'static str,
    coverage: &Coverage,
) -> Result<BTreeSet<Day>, Stop> {
    let since = kept_since(run, stream).await?;
    let read_before = coverage
        .days
        .iter()
        .filter(|(_, known)| known.read_at < since);
    let mut days: BTreeSet<Day> = read_before.map(|(day, _)| *day).collect();
    let mapper = run.connector.mapper_version();
    for found in run.store.rejected(run.integration.id).await? {
        let due = found.mapper != mapper || run.began.since(found.read_at) >= AGAIN_MS;
        if let (true, Some(from), Some(to)) = (due && found.stream == stream, found.from, found.to)
        {
            days.extend(from.to(to).filter(|day| *day <= run.began.day()));
        }
    }
    Ok(days)
}

/// Maps kept records of days that the application no longer gives out, after an upgrade that may understand
/// them. Only days of which every such record was kept can be repaired in this way.
pub(super) async fn read_kept_again(
    run: &Run<'_>,
    stream: &'static str,
    oldest: Day,
) -> Result<(), Stop> {
    let (id, mapper) = (run.integration.id, run.connector.mapper_version());
    let mut found = run.store.rejected(id).await?;
    found.retain(|it| it.stream == stream);
    let outdated: BTreeSet<(Day, Day)> = found
        .iter()
        .filter(|it| it.mapper != mapper)
        .filter_map(|it| it.from.zip(it.to))
        .filter(|(_, to)| *to < oldest)
        .collect();
    for (from, to) in outdated {
        let same = |it: &&StoredRejection| it.from == Some(from) && it.to == Some(to);
        let overlaps = |it: &&StoredRejection| it.from <= Some(to) && it.to >= Some(from);
        let records: i64 = found.iter().filter(same).map(|it| it.records).sum();
        let texts = run.store.rejected_texts(id, stream, (from, to)).await?;
        let alone = found.iter().filter(overlaps).all(|it| same(&it));
        if !alone || i64::try_from(texts.len()).unwrap_or(i64::MAX) != records {
            continue;
        }
        let Some(page) = run.connector.read_again(stream, &texts) else {
            continue;
        };
        let window = Window { from, to };
        let count = page.records.len();
        let mut rejects = Rejects::default();
        rejects.add(page.rejected, Some(window));
        let mut writes = writes_of(page.records, Some(window));
        let scope = RejectedScope::Days(from, to);
        writes.push(rejects.write(run, stream, scope, run.began));
        run.apply(stream, count, writes).await?;
    }
    Ok(())
}

/// The time since which such records are kept. A stream that was first read by an older version has days
/// whose records may have been dropped without a trace.
async fn kept_since(run: &Run<'_>, stream: &'static str) -> Result<Timestamp, Stop> {
    let id = run.integration.id;
    let known = run.store.checkpoint(id, stream, KEPT_SINCE).await?;
    if let Some(at) = known.and_then(|text| text.parse().ok()) {
        return Ok(Timestamp(at));
    }
    let checkpoint = SyncWrite::Checkpoint {
        stream,
        key: KEPT_SINCE.to_owned(),
        value: Some(run.began.0.to_string()),
    };
    run.apply(stream, 0, vec![checkpoint]).await?;
    Ok(run.began)
}

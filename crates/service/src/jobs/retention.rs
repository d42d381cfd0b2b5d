//! Deletes old data once a day, as the organisation's setting says.

use model::{Day, KeptData, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::error::Error;

/// Name of the stored value with the last day on which everything old was deleted.
const DONE_ON: &str = "retention.done";
/// Days by which the first kept day may move in one run. A clock that runs ahead by years would
/// otherwise delete everything before somebody notices. What an owner sets takes effect at once.
const LONGEST_STEP: i32 = 31;

/// Deletes what is old, unless that was done today with the present setting.
pub(super) async fn delete_old(context: &Context, stop: &CancellationToken) -> Result<(), Error> {
    let store = &context.store;
    let (now, retention) = (context.clock.now(), store.retention().await?);
    let done = serde_json::to_string(&(now.day().0, retention)).unwrap_or_default();
    if store.job_value(None, DONE_ON).await?.as_deref() == Some(&done) {
        return Ok(());
    }
    for data in KeptData::ALL {
        if stop.is_cancelled() {
            return Ok(());
        }
        if let Some(days) = retention.days(data) {
            let first = first_kept(context, data, days, now).await?;
            delete(context, data, first, now).await?;
        }
    }
    store.set_job_value(None, DONE_ON, Some(&done)).await?;
    Ok(())
}

/// The first day to keep. It is stored before anything is deleted.
async fn first_kept(
    context: &Context,
    data: KeptData,
    days: i32,
    now: Timestamp,
) -> Result<Day, Error> {
    let name = format!("retention.{}", data.value());
    let wanted = now.day().plus(-days);
    let stored = context.store.job_value(None, &name).await?;
    let stored: Option<(i32, i32)> = stored.and_then(|text| serde_json::from_str(&text).ok());
    let first = match stored {
        Some((set, first)) if set == days => wanted.min(Day(first).plus(LONGEST_STEP)),
        _ => wanted,
    };
    let value = format!("[{days},{}]", first.0);
    let store = &context.store;
    store.set_job_value(None, &name, Some(&value)).await?;
    Ok(first)
}

async fn delete(
    context: &Context,
    data: KeptData,
    first: Day,
    now: Timestamp,
) -> Result<(), Error> {
    let store = &context.store;
    let before = first.start();
    let deleted = match data {
        KeptData::SignIns | KeptData::Meetings => {
            let mut deleted = 0;
            for integration in store.integrations().await? {
                deleted += store
                    .delete_old_history(integration.id, data, first, now)
                    .await?;
            }
            deleted
        }
        KeptData::Questions => {
            let mut deleted = 0;
            for integration in store.integrations().await? {
                deleted += store.delete_old_questions(integration.id, before).await?;
            }
            deleted
        }
        KeptData::Runs => {
            store.delete_old_messages(before).await? + store.delete_old_runs(before).await?
        }
        KeptData::Audit => store.delete_old_audit(before, now).await?,
    };
    if deleted > 0 {
        tracing::info!(data = data.value(), %first, deleted, "old data were deleted");
    }
    Ok(())
}

//! Deletes old history of an integration. Its coverage is deleted first, so that a day counts as unknown
//! before the first of its rows is gone, and never as a day without activity.

use model::{Day, IntegrationId, KeptData, Timestamp, streams};

use crate::db::{Arg, Tx, args};
use crate::named_values::{CONTENT, put};
use crate::{Error, Result, Store, crash};

/// The first day that is kept, in the forms that statements need.
struct Kept {
    day: i64,
    month: i64,
    /// The bits of that day and the days after it in its month.
    bits: i64,
    start: i64,
}

impl Kept {
    fn from(first: Day) -> Self {
        let month = first.month_start();
        Self {
            day: first.0.into(),
            month: month.0.into(),
            bits: i64::from(u32::MAX) & (-1 << first.since(month)),
            start: first.start().0,
        }
    }
}

/// A statement that deletes a batch, and its arguments after the integration.
type Step = (&'static str, fn(&Kept) -> Vec<i64>);

/// Where the history of a kind of data is.
struct Tables {
    streams: &'static [&'static str],
    /// Each is repeated until it changes nothing.
    steps: &'static [Step],
}

const SIGN_INS: Tables = Tables {
    streams: &[streams::SIGN_INS],
    steps: &[
        (
            "DELETE FROM sign_ins WHERE integration_id = $1 AND day = (
               SELECT MIN(day) FROM sign_ins WHERE integration_id = $1 AND day < $2)",
            |kept| vec![kept.day],
        ),
        (
            "DELETE FROM sign_in_days WHERE integration_id = $1 AND day < $2",
            |kept| vec![kept.day],
        ),
        (
            "DELETE FROM sign_in_months WHERE integration_id = $1 AND month < $2 AND email IN (
               SELECT email FROM sign_in_months WHERE integration_id = $1 AND month < $2
               ORDER BY email LIMIT 5000)",
            |kept| vec![kept.month],
        ),
        (
            "DELETE FROM sign_in_months
             WHERE integration_id = $1 AND month = $2 AND (days & $3) = 0 AND email IN (
               SELECT email FROM sign_in_months
               WHERE integration_id = $1 AND month = $2 AND (days & $3) = 0
               ORDER BY email LIMIT 5000)",
            |kept| vec![kept.month, kept.bits],
        ),
        // The last sign-in of a month is on a day whose bit stays.
        (
            "UPDATE sign_in_months SET days = days & $3
             WHERE integration_id = $1 AND month = $2 AND (days & $3) <> days AND email IN (
               SELECT email FROM sign_in_months
               WHERE integration_id = $1 AND month = $2 AND (days & $3) <> days
               ORDER BY email LIMIT 5000)",
            |kept| vec![kept.month, kept.bits],
        ),
        (
            "DELETE FROM changed_days WHERE integration_id = $1 AND history = 'sign_ins' AND day < $2",
            |kept| vec![kept.day],
        ),
    ],
};

const MEETINGS: Tables = Tables {
    streams: &[streams::MEETINGS, streams::HOST_REPORTS],
    steps: &[
        (
            "DELETE FROM events WHERE integration_id = $1 AND start_at < $2 AND start_at IN (
               SELECT start_at FROM events WHERE integration_id = $1 AND start_at < $2
               ORDER BY start_at LIMIT 5000)",
            |kept| vec![kept.start],
        ),
        (
            "DELETE FROM hosted_months WHERE integration_id = $1 AND month < $2 AND host IN (
               SELECT host FROM hosted_months WHERE integration_id = $1 AND month < $2
               ORDER BY host LIMIT 5000)",
            |kept| vec![kept.month],
        ),
        (
            "DELETE FROM hosted_months
             WHERE integration_id = $1 AND month = $2 AND (days & $3) = 0 AND host IN (
               SELECT host FROM hosted_months
               WHERE integration_id = $1 AND month = $2 AND (days & $3) = 0
               ORDER BY host LIMIT 5000)",
            |kept| vec![kept.month, kept.bits],
        ),
        (
            "UPDATE hosted_months SET days = days & $3
             WHERE integration_id = $1 AND month = $2 AND (days & $3) <> days AND host IN (
               SELECT host FROM hosted_months
               WHERE integration_id = $1 AND month = $2 AND (days & $3) <> days
               ORDER BY host LIMIT 5000)",
            |kept| vec![kept.month, kept.bits],
        ),
        // A report is about a span that cannot be divided, and stays until its last day is old.
        (
            "DELETE FROM host_reports WHERE integration_id = $1 AND to_day < $2 AND from_day = (
               SELECT MIN(from_day) FROM host_reports WHERE integration_id = $1 AND to_day < $2)",
            |kept| vec![kept.day],
        ),
        (
            "DELETE FROM changed_days WHERE integration_id = $1 AND history = 'events' AND day < $2",
            |kept| vec![kept.day],
        ),
    ],
};

fn deleted_name(stream: &str) -> String {
    format!("deleted_days:{stream}")
}

/// The first day of a stream that was kept when its days were last deleted, and the time of it. A listing
/// that began before may have stored rows of earlier days which are deleted now, so it cannot cover them.
pub(crate) async fn deleted_days(
    tx: &mut Tx,
    id: IntegrationId,
    stream: &str,
) -> Result<Option<(Day, Timestamp)>> {
    let name = deleted_name(stream);
    let Some(row) = tx.optional(CONTENT, args![id, &name]).await? else {
        return Ok(None);
    };
    serde_json::from_str::<(i32, i64)>(row.str("content")?)
        .map(|(day, at)| Some((Day(day), Timestamp(at))))
        .map_err(|_| Error::corrupt(name))
}

impl Store {
    /// Deletes sign-ins or meetings of an integration from before a day, and their coverage, in small
    /// transactions. Other kinds of data are not history; nothing happens then. Returns the number of
    /// deleted rows. May be interrupted anywhere and called again.
    #[crate::boxed]
    pub async fn delete_old_history(
        &self,
        id: IntegrationId,
        data: KeptData,
        first: Day,
        now: Timestamp,
    ) -> Result<u64> {
        let tables = match data {
            KeptData::SignIns => SIGN_INS,
            KeptData::Meetings => MEETINGS,
            KeptData::Questions | KeptData::Runs | KeptData::Audit => return Ok(0),
        };
        let mut deleted = 0;
        for stream in tables.streams {
            deleted += self.forget_days(id, stream, first, now).await?;
        }
        let kept = Kept::from(first);
        for (sql, arguments) in tables.steps {
            loop {
                let mut tx = self.begin().await?;
                if !touch(&mut tx, id).await? {
                    return Ok(deleted);
                }
                let mut bound = args![id];
                bound.extend(arguments(&kept).into_iter().map(Arg::from));
                let rows = tx.execute(*sql, bound).await?;
                if rows == 0 {
                    break;
                }
                tx.commit().await?;
                crash::point("store: deleted a batch of old history");
                deleted += rows;
            }
        }
        Ok(deleted)
    }

    async fn forget_days(
        &self,
        id: IntegrationId,
        stream: &str,
        first: Day,
        now: Timestamp,
    ) -> Result<u64> {
        let mut tx = self.begin().await?;
        if !touch(&mut tx, id).await? {
            return Ok(0);
        }
        let mut rows = 0;
        for sql in [
            "DELETE FROM coverage WHERE integration_id = $1 AND stream = $2 AND day < $3",
            // A number below 0 is no day.
            "DELETE FROM rejected
             WHERE integration_id = $1 AND stream = $2 AND to_day < $3 AND to_day >= 0",
            "DELETE FROM rejected_texts
             WHERE integration_id = $1 AND stream = $2 AND to_day < $3 AND to_day >= 0",
        ] {
            rows += tx.execute(sql, args![id, stream, first]).await?;
        }
        let known = deleted_days(&mut tx, id, stream).await?;
        if rows == 0 && known.is_some_and(|(before, _)| before == first) {
            return Ok(0);
        }
        let content = format!("[{},{}]", first.0, now.0);
        put(&mut tx, id, &deleted_name(stream), Some(&content)).await?;
        tx.commit().await?;
        crash::point("store: forgot old days");
        Ok(rows)
    }
}

/// Raises the revision, which also makes writers of this integration wait; `false` when it is gone.
async fn touch(tx: &mut Tx, id: IntegrationId) -> Result<bool> {
    let rows = tx
        .execute(
            "UPDATE integrations SET revision = revision + 1
             WHERE integration_id = $1 AND erasing = 0",
            args![id],
        )
        .await?;
    Ok(rows > 0)
}

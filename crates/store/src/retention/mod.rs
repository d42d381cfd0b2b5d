//! How long data are kept: the organisation's setting, and the deletion of what is older.

mod audit;
mod history;
mod questions;

pub(crate) use history::deleted_days;

use model::{KeptData, MOST_KEPT_DAYS, Retention, Timestamp};

use crate::audit::record;
use crate::named_values::{ALL, put};
use crate::{Actor, Error, Result, Store};

const RETENTION: &str = "retention";

impl Store {
    /// For how many days each kind of data is kept.
    #[crate::boxed]
    pub async fn retention(&self) -> Result<Retention> {
        self.note_text(ALL, RETENTION).await?.map_or_else(
            || Ok(Retention::default()),
            |text| serde_json::from_str(&text).map_err(|_| Error::corrupt("the retention setting")),
        )
    }

    /// Sets for how many days each kind of data is kept.
    ///
    /// # Errors
    /// [`Error::Field`] when a number is too small or too large.
    #[crate::boxed]
    pub async fn set_retention(
        &self,
        retention: Retention,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        for data in KeptData::ALL {
            let least = data.info().least;
            if let Some(days) = retention.days(data)
                && !(least..=MOST_KEPT_DAYS).contains(&days)
            {
                return Err(Error::field(
                    data.value(),
                    format!("is {days} days"),
                    format!("give a number from {least} to {MOST_KEPT_DAYS}, or none to keep all"),
                ));
            }
        }
        let text = serde_json::to_string(&retention).map_err(|error| Error::Invalid {
            what: format!("the retention setting ({error})"),
        })?;
        let detail = serde_json::to_value(retention).map_err(|error| Error::Invalid {
            what: format!("the retention setting ({error})"),
        })?;
        let mut tx = self.begin().await?;
        put(&mut tx, ALL, RETENTION, Some(&text)).await?;
        record(
            &mut tx,
            actor,
            "retention.set",
            "organisation:1",
            &detail,
            now,
        )
        .await?;
        tx.commit().await
    }
}

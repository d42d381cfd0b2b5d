//! Records of the application that could not be understood, for pages, programs and the engine.

use model::{Day, IntegrationId, Timestamp};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::args;
use crate::write::{NO_DAYS, place_of};
use crate::{Result, Store};

/// Records with the same days, person and reason that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RejectedRecords)]
pub struct StoredRejection {
    /// Key of the stream, such as `meetings`.
    pub stream: String,
    /// First day that the records may be about (UTC); null when they are not about days.
    pub from: Option<Day>,
    /// Last day that the records may be about (UTC), included; null when they are not about days.
    pub to: Option<Day>,
    /// E-mail address, or the application's id, of the user that the records are about; null when that
    /// is unknown, so that they may be about everyone.
    pub person: Option<String>,
    /// The member of the record and the problem with it, without personal data.
    pub reason: String,
    /// Number of records.
    pub records: i64,
    /// Time at which they were read (UTC).
    pub read_at: Timestamp,
    /// Version of the code that could not understand them.
    #[serde(skip)]
    pub mapper: i64,
}

impl Store {
    /// All records that could not be understood, by stream and day.
    #[crate::boxed]
    pub async fn rejected(&self, id: IntegrationId) -> Result<Vec<StoredRejection>> {
        self.read()
            .await?
            .all(
                "SELECT stream, from_day, to_day, person, reason, records, mapper, read_at
                 FROM rejected WHERE integration_id = $1
                 ORDER BY stream, from_day DESC, to_day DESC, person, reason",
                args![id],
            )
            .await?
            .iter()
            .map(|row| {
                let days = (row.day("from_day")?, row.day("to_day")?);
                let about_days = days != NO_DAYS;
                Ok(StoredRejection {
                    stream: row.text("stream")?,
                    from: about_days.then_some(days.0),
                    to: about_days.then_some(days.1),
                    person: Some(row.text("person")?).filter(|person| !person.is_empty()),
                    reason: row.text("reason")?,
                    records: row.int("records")?,
                    mapper: row.int("mapper")?,
                    read_at: row.time("read_at")?,
                })
            })
            .collect()
    }

    /// Number of records that could not be understood, by stream.
    #[crate::boxed]
    pub async fn rejected_counts(&self, id: IntegrationId) -> Result<Vec<(String, i64)>> {
        self.read()
            .await?
            .all(
                "SELECT stream, CAST(SUM(records) AS BIGINT) AS total FROM rejected
                 WHERE integration_id = $1 GROUP BY stream ORDER BY stream",
                args![id],
            )
            .await?
            .iter()
            .map(|row| Ok((row.text("stream")?, row.int("total")?)))
            .collect()
    }

    /// The kept texts of records of these days, as the application sent them.
    #[crate::boxed]
    pub async fn rejected_texts(
        &self,
        id: IntegrationId,
        stream: &str,
        (from, to): (Day, Day),
    ) -> Result<Vec<String>> {
        self.read()
            .await?
            .all(
                "SELECT text_hash, sealed FROM rejected_texts
                 WHERE integration_id = $1 AND stream = $2 AND from_day = $3 AND to_day = $4
                 ORDER BY person, text_hash",
                args![id, stream, from, to],
            )
            .await?
            .iter()
            .map(|row| {
                let place = place_of(id, stream, row.str("text_hash")?);
                let text = self.unseal(&place, row.str("sealed")?)?;
                Ok(text.expose_secret().to_owned())
            })
            .collect()
    }
}

//! Small values by name: the organisation's mail template for questions, the token of its calendar
//! feed, values that jobs keep between two runs, and the last restore and rotation of the key.

use model::{IntegrationId, Timestamp};
use serde_json::json;

use crate::audit::record;
use crate::db::{Tx, args};
use crate::revision::lock_integration;
use crate::{Actor, Result, Store, validate};

const SUBJECT: &str = "question_subject";
const BODY: &str = "question_body";
const FEED: &str = "feed_token_hash";
/// The last restore of a backup.
pub(crate) const RESTORED: &str = "restored";
/// There while the master key is being replaced.
pub(crate) const KEY_ROTATION: &str = "key_rotation";
/// Reads the value of an integration (`$1`) with a name (`$2`).
pub(crate) const CONTENT: &str = "SELECT content FROM named_values
     WHERE organisation_id = 1 AND integration_id = $1 AND name = $2";
/// Prefix of the names of jobs' values.
const MEMO: &str = "job:";
/// Integration id of values that concern all integrations.
pub(crate) const ALL: IntegrationId = IntegrationId(0);

/// The organisation's mail template for questions to employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionTemplate {
    pub subject: String,
    pub body: String,
}

pub(crate) async fn put(
    tx: &mut Tx,
    id: IntegrationId,
    name: &str,
    content: Option<&str>,
) -> Result<()> {
    if let Some(content) = content {
        tx.execute(
            "INSERT INTO named_values (organisation_id, integration_id, name, content)
             VALUES (1, $1, $2, $3)
             ON CONFLICT (organisation_id, integration_id, name) DO UPDATE SET
               content = excluded.content",
            args![id, name, content],
        )
        .await?;
    } else {
        tx.execute(
            "DELETE FROM named_values WHERE organisation_id = 1 AND integration_id = $1 AND name = $2",
            args![id, name],
        )
        .await?;
    }
    Ok(())
}

impl Store {
    pub(crate) async fn note_text(&self, id: IntegrationId, name: &str) -> Result<Option<String>> {
        self.read()
            .await?
            .optional(CONTENT, args![id, name])
            .await?
            .map(|row| row.text("content"))
            .transpose()
    }

    /// The organisation's mail template for questions; `None` when it uses the default.
    #[crate::boxed]
    pub async fn question_template(&self) -> Result<Option<QuestionTemplate>> {
        let (subject, body) = (
            self.note_text(ALL, SUBJECT).await?,
            self.note_text(ALL, BODY).await?,
        );
        Ok(subject
            .zip(body)
            .map(|(subject, body)| QuestionTemplate { subject, body }))
    }

    /// Sets the organisation's mail template for questions; `None` returns to the default.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field).
    #[crate::boxed]
    pub async fn set_question_template(
        &self,
        template: Option<&QuestionTemplate>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        if let Some(template) = template {
            validate::required_line("subject", &template.subject, validate::NAME)?;
            validate::text("body", &template.body, validate::PROSE)?;
            if template.body.trim().is_empty() {
                let error = crate::Error::field("body", "is empty", "write the text of the mail");
                return Err(error);
            }
        }
        let mut tx = self.begin().await?;
        let subject = template.map(|template| template.subject.as_str());
        let body = template.map(|template| template.body.as_str());
        put(&mut tx, ALL, SUBJECT, subject).await?;
        put(&mut tx, ALL, BODY, body).await?;
        let detail = json!({ "subject": subject });
        let target = "organisation:1";
        record(
            &mut tx,
            actor,
            "question_template.set",
            target,
            &detail,
            now,
        )
        .await?;
        tx.commit().await
    }

    /// Hash of the token of the calendar feed; `None` when there is no feed.
    #[crate::boxed]
    pub async fn feed_token_hash(&self) -> Result<Option<String>> {
        self.note_text(ALL, FEED).await
    }

    /// Sets the hash of the token of the calendar feed; `None` ends the feed.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field).
    #[crate::boxed]
    pub async fn set_feed_token_hash(
        &self,
        hash: Option<&str>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        if let Some(hash) = hash {
            validate::required_line("hash", hash, validate::NAME)?;
        }
        let mut tx = self.begin().await?;
        put(&mut tx, ALL, FEED, hash).await?;
        let detail = json!({ "on": hash.is_some() });
        record(&mut tx, actor, "feed.set", "organisation:1", &detail, now).await?;
        tx.commit().await
    }

    /// The value that a job stored under this name, for one integration or for all.
    #[crate::boxed]
    pub async fn job_value(&self, id: Option<IntegrationId>, name: &str) -> Result<Option<String>> {
        self.note_text(id.unwrap_or(ALL), &format!("{MEMO}{name}"))
            .await
    }

    /// Stores a value for a job; `None` deletes it. For totals and times, never for personal data,
    /// because erasing a person does not look here.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field), [`Error::NotFound`](crate::Error::NotFound) when the
    /// integration does not exist.
    #[crate::boxed]
    pub async fn set_job_value(
        &self,
        id: Option<IntegrationId>,
        name: &str,
        content: Option<&str>,
    ) -> Result<()> {
        validate::required_line("name", name, validate::NAME)?;
        validate::text("content", content.unwrap_or_default(), validate::DOCUMENT)?;
        let mut tx = self.begin().await?;
        if let Some(id) = id {
            lock_integration(&mut tx, id).await?;
        }
        let name = format!("{MEMO}{name}");
        put(&mut tx, id.unwrap_or(ALL), &name, content).await?;
        tx.commit().await
    }
}

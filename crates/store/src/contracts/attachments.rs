//! Files that belong to a contract: an order form, an offer, a letter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{ContractId, IntegrationId, Timestamp};
use serde_json::json;

use crate::audit::record;
use crate::db::{Row, args};
use crate::numbers::next_number;
use crate::revision::bump_revision;
use crate::{Actor, Error, Result, Store, validate};

/// Largest size of an attachment, in bytes.
pub const ATTACHMENT_BYTES: usize = 5 * 1024 * 1024;
/// Largest number of attachments of one contract.
const ATTACHMENTS: usize = 20;

/// An attachment without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Unique in the organisation and never used again.
    pub id: i64,
    pub name: String,
    /// Media type as the uploader gave it, for example `application/pdf`. Do not trust it when
    /// serving the file.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// The actor that added it, as in the audit log.
    pub by: String,
    pub at: Timestamp,
}

fn read(row: &Row) -> Result<Attachment> {
    Ok(Attachment {
        id: row.int("attachment_id")?,
        name: row.text("name")?,
        media_type: row.text("media_type")?,
        size: row.int("size")?,
        by: row.text("added_by")?,
        at: row.time("added_at")?,
    })
}

impl Store {
    /// Adds a file of at most [`ATTACHMENT_BYTES`] to a contract and returns its number.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::NotFound`] when the contract does not exist.
    #[expect(
        clippy::too_many_arguments,
        reason = "a file is its name, its type and its bytes"
    )]
    #[crate::boxed]
    pub async fn attach(
        &self,
        id: IntegrationId,
        contract: ContractId,
        name: &str,
        media_type: &str,
        bytes: &[u8],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<i64> {
        validate::required_line("name", name, validate::NAME)?;
        validate::required_line("media_type", media_type, validate::NAME)?;
        if bytes.is_empty() {
            return Err(Error::field(
                "file",
                "is empty",
                "choose a file with content",
            ));
        }
        if bytes.len() > ATTACHMENT_BYTES {
            return Err(Error::field(
                "file",
                format!("has {} bytes", bytes.len()),
                format!("use {ATTACHMENT_BYTES} (5 MB) at most"),
            ));
        }
        let content = STANDARD.encode(bytes);
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let found = tx
            .optional(
                "SELECT (SELECT COUNT(*) FROM attachments a
                         WHERE a.integration_id = $1 AND a.contract_id = $2) AS total
                 FROM contracts WHERE integration_id = $1 AND contract_id = $2",
                args![id, contract.0],
            )
            .await?
            .ok_or_else(|| Error::not_found(format!("contract {contract}")))?
            .int("total")?;
        let after = usize::try_from(found).unwrap_or(0) + 1;
        validate::count("attachments", after, ATTACHMENTS)?;
        let attachment = next_number(&mut tx, "attachment").await?;
        tx.execute(
            "INSERT INTO attachments (integration_id, contract_id, attachment_id, name, media_type,
               size, content, added_by, added_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            args![
                id,
                contract.0,
                attachment,
                name,
                media_type,
                i64::try_from(bytes.len()).unwrap_or(i64::MAX),
                content,
                actor.to_string(),
                now
            ],
        )
        .await?;
        let target = format!("contract:{contract}");
        let detail = json!({ "attachment": attachment, "name": name, "bytes": bytes.len() });
        record(&mut tx, actor, "contract.attach", target, &detail, now).await?;
        tx.commit().await?;
        Ok(attachment)
    }

    /// The attachments of a contract, by number.
    #[crate::boxed]
    pub async fn attachments(
        &self,
        id: IntegrationId,
        contract: ContractId,
    ) -> Result<Vec<Attachment>> {
        self.read()
            .await?
            .all(
                "SELECT attachment_id, name, media_type, size, added_by, added_at FROM attachments
                 WHERE integration_id = $1 AND contract_id = $2 ORDER BY attachment_id",
                args![id, contract.0],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// One attachment and its content.
    #[crate::boxed]
    pub async fn attachment(
        &self,
        id: IntegrationId,
        contract: ContractId,
        attachment: i64,
    ) -> Result<Option<(Attachment, Vec<u8>)>> {
        let row = self
            .read()
            .await?
            .optional(
                "SELECT attachment_id, name, media_type, size, added_by, added_at, content
                 FROM attachments
                 WHERE integration_id = $1 AND contract_id = $2 AND attachment_id = $3",
                args![id, contract.0, attachment],
            )
            .await?;
        row.map(|row| {
            let content = STANDARD
                .decode(row.str("content")?)
                .map_err(|_| Error::corrupt(format!("content of attachment {attachment}")))?;
            Ok((read(&row)?, content))
        })
        .transpose()
    }

    /// Removes an attachment. Returns whether it existed.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the integration does not exist.
    #[crate::boxed]
    pub async fn remove_attachment(
        &self,
        id: IntegrationId,
        contract: ContractId,
        attachment: i64,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let mut tx = self.begin().await?;
        bump_revision(&mut tx, id).await?;
        let deleted = tx
            .execute(
                "DELETE FROM attachments
                 WHERE integration_id = $1 AND contract_id = $2 AND attachment_id = $3",
                args![id, contract.0, attachment],
            )
            .await?;
        if deleted == 0 {
            return Ok(false);
        }
        let target = format!("contract:{contract}");
        let detail = json!({ "attachment": attachment });
        record(&mut tx, actor, "contract.detach", target, &detail, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}

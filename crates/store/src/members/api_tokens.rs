//! API tokens of members. Only their hashes are stored.

use model::{MemberId, Timestamp};
use serde_json::json;

use super::types::{Member, member_columns};
use crate::audit::record;
use crate::db::{Row, args};
use crate::numbers::next_number;
use crate::{Actor, Error, Result, Store};

/// A token for the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    pub id: i64,
    /// The member whose permissions the token has.
    pub member: MemberId,
    /// Purpose, in the words of the member.
    pub label: String,
    pub created_at: Timestamp,
    /// Time of the last use, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Time of expiry; `None` when it does not expire.
    pub expires_at: Option<Timestamp>,
}

impl ApiToken {
    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.int("token_id")?,
            member: MemberId(row.int("member_id")?),
            label: row.text("label")?,
            created_at: row.time("created_at")?,
            last_used_at: row.opt_time("last_used_at")?,
            expires_at: row.opt_time("expires_at")?,
        })
    }
}

impl Store {
    /// Creates a token; `token_hash` is the hash of its text.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the member does not exist.
    #[crate::boxed]
    pub async fn create_api_token(
        &self,
        token_hash: &str,
        member: MemberId,
        label: &str,
        expires: Option<Timestamp>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<ApiToken> {
        let mut tx = self.begin().await?;
        let id = next_number(&mut tx, "api_token").await?;
        let added = tx
            .execute(
                "INSERT INTO api_tokens (organisation_id, token_id, member_id, token_hash, label,
                   created_at, expires_at)
                 SELECT 1, $1, m.member_id, $2, $3, $4, $5 FROM members m
                 WHERE m.organisation_id = 1 AND m.member_id = $6",
                args![id, token_hash, label, now, expires, member],
            )
            .await?;
        if added == 0 {
            return Err(Error::not_found(format!("member {member}")));
        }
        let detail = json!({ "member": member.to_string(), "label": label });
        record(
            &mut tx,
            actor,
            "api_token.create",
            format!("api_token:{id}"),
            &detail,
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(ApiToken {
            id,
            member,
            label: label.to_owned(),
            created_at: now,
            last_used_at: None,
            expires_at: expires,
        })
    }

    /// The tokens of a member, by number.
    #[crate::boxed]
    pub async fn api_tokens(&self, member: MemberId) -> Result<Vec<ApiToken>> {
        self.read()
            .await?
            .all(
                "SELECT token_id, member_id, label, created_at, last_used_at, expires_at
                 FROM api_tokens WHERE organisation_id = 1 AND member_id = $1 ORDER BY token_id",
                args![member],
            )
            .await?
            .iter()
            .map(ApiToken::read)
            .collect()
    }

    /// Revokes a token.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this member has no such token.
    #[crate::boxed]
    pub async fn revoke_api_token(
        &self,
        member: MemberId,
        id: i64,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let deleted = tx
            .execute(
                "DELETE FROM api_tokens
                 WHERE organisation_id = 1 AND token_id = $1 AND member_id = $2",
                args![id, member],
            )
            .await?;
        if deleted == 0 {
            return Err(Error::not_found(format!("API token {id}")));
        }
        let detail = json!({ "member": member.to_string() });
        record(
            &mut tx,
            actor,
            "api_token.revoke",
            format!("api_token:{id}"),
            &detail,
            now,
        )
        .await?;
        tx.commit().await
    }

    /// The member of a token, unless the token has expired or the member is disabled. Records the
    /// use, to the minute, when something can be stored.
    #[crate::boxed]
    pub async fn member_by_api_token(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<Member>> {
        let row = self
            .read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    member_columns!(),
                    ", t.token_id, t.last_used_at
                     FROM api_tokens t JOIN members m
                       ON m.organisation_id = t.organisation_id AND m.member_id = t.member_id
                     WHERE t.organisation_id = 1 AND t.token_hash = $1 AND m.disabled = 0
                       AND (t.expires_at IS NULL OR t.expires_at > $2)"
                ),
                args![token_hash, now],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (id, last_used) = (row.int("token_id")?, row.opt_time("last_used_at")?);
        if last_used.is_none_or(|last| now.since(last) >= 60_000) {
            self.record_token_use(id, now).await;
        }
        Member::read(&row).map(Some)
    }
}

//! Browser sessions, and the count of failed sign-ins that slows down guessing. Only hashes of
//! session tokens are stored.

use model::{MemberId, Timestamp};
use sha2::{Digest as _, Sha256};

use super::types::{Member, member_columns};
use crate::db::args;
use crate::hex::hex;
use crate::{Error, Result, Store, future};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub member: Member,
    /// CSRF token that forms of this session must contain (hex).
    pub csrf: String,
    /// Time of the sign-in.
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Failed sign-ins are counted for one day.
const FAILURES_KEPT_MS: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Begins a session and records the sign-in at the member; `token_hash` is the hash of the
    /// cookie.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such enabled member.
    #[crate::boxed]
    pub async fn create_session(
        &self,
        token_hash: &str,
        member: MemberId,
        now: Timestamp,
        expires: Timestamp,
    ) -> Result<()> {
        let mut tx = self.begin().await?;
        let found = tx
            .execute(
                "UPDATE members SET last_sign_in = $1
                 WHERE organisation_id = 1 AND member_id = $2 AND disabled = 0",
                args![now, member],
            )
            .await?;
        if found == 0 {
            return Err(Error::not_found(format!("enabled member {member}")));
        }
        tx.execute(
            "DELETE FROM sessions WHERE organisation_id = 1 AND expires_at <= $1",
            args![now],
        )
        .await?;
        tx.execute(
            "INSERT INTO sessions (organisation_id, token_hash, member_id, created_at, expires_at)
             VALUES (1, $1, $2, $3, $4)",
            args![token_hash, member, now, expires],
        )
        .await?;
        tx.commit().await
    }

    /// The session, unless it has expired or its member is disabled. A session from the future is
    /// not valid, because it would last until that time.
    #[crate::boxed]
    pub async fn session(&self, token_hash: &str, now: Timestamp) -> Result<Option<Session>> {
        let row = self
            .read()
            .await?
            .optional(
                concat!(
                    "SELECT ",
                    member_columns!(),
                    ", s.created_at AS session_created_at, s.expires_at AS session_expires_at
                     FROM sessions s JOIN members m
                       ON m.organisation_id = s.organisation_id AND m.member_id = s.member_id
                     WHERE s.organisation_id = 1 AND s.token_hash = $1 AND s.expires_at > $2
                       AND s.created_at <= $3 AND m.disabled = 0"
                ),
                args![token_hash, now, now.plus_ms(future::SLACK_MS)],
            )
            .await?;
        row.map(|row| {
            Ok(Session {
                member: Member::read(&row)?,
                csrf: csrf(token_hash),
                created_at: row.time("session_created_at")?,
                expires_at: row.time("session_expires_at")?,
            })
        })
        .transpose()
    }

    #[crate::boxed]
    pub async fn delete_session(&self, token_hash: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM sessions WHERE organisation_id = 1 AND token_hash = $1",
            args![token_hash],
        )
        .await?;
        tx.commit().await
    }

    /// Ends all sessions of a member.
    #[crate::boxed]
    pub async fn delete_sessions_of(&self, member: MemberId) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM sessions WHERE organisation_id = 1 AND member_id = $1",
            args![member],
        )
        .await?;
        tx.commit().await
    }

    /// Counts a failed sign-in under a key (an address, a network). Failures are stored for one
    /// day.
    #[crate::boxed]
    pub async fn record_failed_sign_in(&self, key: &str, now: Timestamp) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM failed_sign_ins WHERE organisation_id = 1 AND failed_at < $1",
            args![now.plus_ms(-FAILURES_KEPT_MS)],
        )
        .await?;
        tx.execute(
            "INSERT INTO failed_sign_ins (organisation_id, throttle_key, failed_at, times)
             VALUES (1, $1, $2, 1)
             ON CONFLICT (organisation_id, throttle_key, failed_at)
             DO UPDATE SET times = failed_sign_ins.times + 1",
            args![key, now],
        )
        .await?;
        tx.commit().await
    }

    /// Number of failed sign-ins under this key at or after `since`, within a day: later ones were
    /// counted while a clock ran ahead.
    #[crate::boxed]
    pub async fn failed_sign_ins(&self, key: &str, since: Timestamp) -> Result<i64> {
        self.read()
            .await?
            .one(
                "SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) AS total FROM failed_sign_ins
                 WHERE organisation_id = 1 AND throttle_key = $1 AND failed_at >= $2
                   AND failed_at <= $3",
                args![key, since, since.plus_ms(FAILURES_KEPT_MS)],
            )
            .await?
            .int("total")
    }

    /// Deletes the failed sign-ins under this key.
    #[crate::boxed]
    pub async fn clear_failed_sign_ins(&self, key: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.execute(
            "DELETE FROM failed_sign_ins WHERE organisation_id = 1 AND throttle_key = $1",
            args![key],
        )
        .await?;
        tx.commit().await
    }
}

/// The CSRF token is derived from the hash of the session token, because no other site knows that
/// hash.
fn csrf(token_hash: &str) -> String {
    let hash = Sha256::new()
        .chain_update(b"seatwise form\0")
        .chain_update(token_hash.as_bytes())
        .finalize();
    hex(&hash)
}

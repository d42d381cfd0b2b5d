//! One-time codes that let a person create the first owner. A server without an owner makes one at
//! every start. Only their signatures are stored, because a reader of the database must not become
//! the owner.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Timestamp;

use crate::db::{Tx, args};
use crate::hex::hex;
use crate::{Result, Store};

/// Purpose of the signatures.
const PURPOSE: &str = "set-up code";
/// The names of codes lie between these two.
const FROM: &str = "setup_code:";
const TO: &str = "setup_code;";
/// How many codes are valid on PostgreSQL, because each of several servers prints one of its own.
const KEPT: i64 = 8;

impl Store {
    /// Stores a code. On `SQLite` it replaces earlier ones, because only one server uses the files.
    #[crate::boxed]
    pub async fn add_setup_code(&self, code: &str, now: Timestamp) -> Result<()> {
        let signature = self.sign(PURPOSE, code.as_bytes());
        // Names are ordered by time.
        let name = format!("{FROM}{:015}:{}", now.0.max(0), hex(&signature[..4]));
        let mut tx = self.begin().await?;
        tx.execute(
            "INSERT INTO named_values (organisation_id, integration_id, name, content)
             VALUES (1, 0, $1, $2)
             ON CONFLICT (organisation_id, integration_id, name) DO UPDATE SET
               content = excluded.content",
            args![&name, STANDARD.encode(signature)],
        )
        .await?;
        let kept = if self.has_one_writer() { 1 } else { KEPT };
        tx.execute(
            "DELETE FROM named_values
             WHERE organisation_id = 1 AND integration_id = 0 AND name >= $1 AND name < $2
               AND name <> $3 AND name NOT IN (
                 SELECT name FROM named_values
                 WHERE organisation_id = 1 AND integration_id = 0 AND name >= $1 AND name < $2
                   AND name <> $3
                 ORDER BY name DESC LIMIT $4)",
            args![FROM, TO, &name, kept - 1],
        )
        .await?;
        tx.commit().await
    }

    /// Whether the code is one of the stored ones, compared in constant time.
    #[crate::boxed]
    pub async fn setup_code_fits(&self, code: &str) -> Result<bool> {
        let rows = self
            .read()
            .await?
            .all(
                "SELECT content FROM named_values
                 WHERE organisation_id = 1 AND integration_id = 0 AND name >= $1 AND name < $2",
                args![FROM, TO],
            )
            .await?;
        let mut fits = false;
        for row in rows {
            let signature = STANDARD.decode(row.str("content")?).unwrap_or_default();
            fits |= self.verify(PURPOSE, code.as_bytes(), &signature);
        }
        Ok(fits)
    }
}

/// Deletes all codes, because there is an owner.
pub(super) async fn delete_all(tx: &mut Tx) -> Result<()> {
    tx.execute(
        "DELETE FROM named_values
         WHERE organisation_id = 1 AND integration_id = 0 AND name >= $1 AND name < $2",
        args![FROM, TO],
    )
    .await?;
    Ok(())
}

//! The last deleted entry of the audit log, from which the chain of the rest is verified.

use model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::db::{Reader, args};
use crate::{Error, Result};

/// Name of the value that holds it.
pub(crate) const ANCHOR: &str = "audit_anchor";

/// The last entry of the audit log that was deleted because of its age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAnchor {
    /// Its number.
    pub entry: i64,
    /// Its time.
    pub at: Timestamp,
    /// Its hash.
    pub hash: String,
}

/// The anchor; `None` while nothing was deleted.
pub(crate) async fn anchor(reader: &mut Reader) -> Result<Option<AuditAnchor>> {
    let row = reader
        .optional(
            "SELECT content FROM named_values
             WHERE organisation_id = 1 AND integration_id = 0 AND name = $1",
            args![ANCHOR],
        )
        .await?;
    row.map(|row| {
        serde_json::from_str(row.str("content")?).map_err(|_| Error::corrupt("the audit anchor"))
    })
    .transpose()
}

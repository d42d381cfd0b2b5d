//! Writing addresses that users had before, as the log of administrators' actions names them.

use model::AddressChange;

use super::batch::Batch;
use crate::Result;
use crate::db::args;

/// The user that has the new address now, or had it until a later change, gets the old one until the
/// change. An address that is known of the user already stays as it is.
const OLD_ADDRESS: &str =
    "INSERT INTO user_emails (integration_id, email, user_key, since, until_at)
 SELECT u.integration_id, $2, u.user_key,
   CASE WHEN COALESCE(u.created_at, u.first_seen) < $4
     THEN COALESCE(u.created_at, u.first_seen) ELSE $4 - 1 END, $4
 FROM user_emails e
 JOIN users u ON u.integration_id = e.integration_id AND u.user_key = e.user_key
 WHERE e.integration_id = $1 AND e.email = $3 AND (e.until_at IS NULL OR e.until_at > $4)
   AND NOT EXISTS (SELECT 1 FROM user_emails o
     WHERE o.integration_id = $1 AND o.email = $2 AND o.user_key = e.user_key)
 ORDER BY e.since DESC LIMIT 1";

impl Batch<'_> {
    pub(super) async fn address_changes(&mut self, changes: &[AddressChange]) -> Result<()> {
        // The newest first: an older change leads to the address that a newer one began with.
        let mut changes: Vec<&AddressChange> = changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.at));
        for change in changes {
            let arguments = args![self.id, &change.old, &change.new, change.at];
            self.changed += self.tx.execute(OLD_ADDRESS, arguments).await?;
        }
        Ok(())
    }
}

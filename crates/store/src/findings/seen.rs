//! The findings of the last evaluation by a job, to detect new ones.

use std::collections::{BTreeSet, HashSet};

use model::{IntegrationId, Timestamp};

use super::id::parse_finding_id;
use crate::db::{Bulk, args};
use crate::revision::lock_integration;
use crate::{Result, Store};

const SEEN: Bulk = Bulk {
    head: "INSERT INTO seen_findings (integration_id, finding, user_key, since)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, finding) DO NOTHING",
};

const UNSEEN: Bulk = Bulk {
    head: "DELETE FROM seen_findings WHERE (integration_id, finding) IN (",
    columns: 2,
    tail: ")",
};

/// Differences between the present findings and those recorded before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeenFindings {
    /// Findings that were not recorded before.
    pub appeared: Vec<String>,
    /// Findings that were recorded before and no longer exist.
    pub gone: Vec<String>,
}

impl Store {
    /// Records the present findings and returns the differences from the recorded ones.
    ///
    /// # Errors
    /// [`Error::Field`](crate::Error::Field), [`Error::NotFound`](crate::Error::NotFound) when the
    /// integration does not exist.
    #[crate::boxed]
    pub async fn record_findings(
        &self,
        id: IntegrationId,
        findings: &[String],
        now: Timestamp,
    ) -> Result<SeenFindings> {
        let present: BTreeSet<&str> = findings.iter().map(String::as_str).collect();
        let mut tx = self.begin().await?;
        lock_integration(&mut tx, id).await?;
        let mut before = HashSet::new();
        let mut seen = SeenFindings::default();
        for row in tx
            .all(
                "SELECT finding FROM seen_findings WHERE integration_id = $1 ORDER BY finding",
                args![id],
            )
            .await?
        {
            let finding = row.text("finding")?;
            if present.contains(finding.as_str()) {
                before.insert(finding);
            } else {
                seen.gone.push(finding);
            }
        }
        let mut rows = Vec::new();
        for finding in present {
            if before.contains(finding) {
                continue;
            }
            rows.extend(args![id, finding, parse_finding_id(finding)?.user_key, now]);
            seen.appeared.push(finding.to_owned());
        }
        tx.bulk(&SEEN, rows).await?;
        let rows = seen
            .gone
            .iter()
            .flat_map(|finding| args![id, finding])
            .collect();
        tx.bulk(&UNSEEN, rows).await?;
        tx.commit().await?;
        Ok(seen)
    }

    /// The recorded findings with the time at which each was first recorded, by finding.
    #[crate::boxed]
    pub async fn recorded_findings(&self, id: IntegrationId) -> Result<Vec<(String, Timestamp)>> {
        self.read()
            .await?
            .all(
                "SELECT finding, since FROM seen_findings WHERE integration_id = $1 ORDER BY finding",
                args![id],
            )
            .await?
            .iter()
            .map(|row| Ok((row.text("finding")?, row.time("since")?)))
            .collect()
    }
}

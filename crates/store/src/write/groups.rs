//! Writing groups of users.

use std::collections::{BTreeMap, HashSet};

use model::Group;

use super::batch::Batch;
use crate::Result;
use crate::db::{Bulk, args};

const GROUPS: Bulk = Bulk {
    head: "INSERT INTO user_groups (integration_id, group_id, name, total_members)",
    columns: 4,
    tail: " ON CONFLICT (integration_id, group_id) DO UPDATE SET
             name = excluded.name, total_members = excluded.total_members
            WHERE (user_groups.name, user_groups.total_members)
              IS DISTINCT FROM (excluded.name, excluded.total_members)",
};

const GROUPS_GONE: Bulk = Bulk {
    head: "DELETE FROM user_groups WHERE (integration_id, group_id) IN (",
    columns: 2,
    tail: ")",
};

impl Batch<'_> {
    pub(super) async fn groups(&mut self, groups: &[Group]) -> Result<()> {
        let by_id: BTreeMap<&str, &Group> = groups
            .iter()
            .map(|group| (group.id.as_str(), group))
            .collect();
        let rows = by_id
            .into_values()
            .flat_map(|group| args![self.id, &group.id, &group.name, group.total_members])
            .collect();
        self.changed += self.tx.bulk(&GROUPS, rows).await?;
        Ok(())
    }

    pub(super) async fn groups_removed(&mut self, keep: &[String]) -> Result<()> {
        let keep: HashSet<&str> = keep.iter().map(String::as_str).collect();
        let found = self
            .tx
            .all(
                "SELECT group_id FROM user_groups WHERE integration_id = $1",
                args![self.id],
            )
            .await?;
        let mut rows = Vec::new();
        for row in &found {
            let group = row.str("group_id")?;
            if !keep.contains(group) {
                rows.extend(args![self.id, group]);
            }
        }
        self.changed += self.tx.bulk(&GROUPS_GONE, rows).await?;
        Ok(())
    }
}

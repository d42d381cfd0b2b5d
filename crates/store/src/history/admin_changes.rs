//! The log of administrators' actions, newest first, in pages.

use model::{AdminChange, IntegrationId};

use super::page::{HistoryPage, cursor, cursor_text};
use crate::db::args;
use crate::{Result, Store};

/// The columns that order the log; a cursor contains their values.
const ADMIN_CHANGE_KEY: [&str; 6] = [
    "at",
    "operator_code",
    "category_code",
    "action_code",
    "detail_hash",
    "ordinal",
];

/// Filter for administrators' actions. Empty fields match everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminChangeFilter {
    /// E-mail address of the administrator, in any case.
    pub operator: Option<String>,
    /// The exact category of the action.
    pub category: Option<String>,
    /// Text in the administrator's address, the action or the detail; ASCII case is ignored.
    pub q: Option<String>,
}

/// A LIKE pattern for texts that contain this one.
fn like_pattern(text: &str) -> String {
    let escaped = text
        .to_ascii_lowercase()
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{escaped}%")
}

impl Store {
    /// Entries of the log of administrators' actions, newest first.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) when `before` is not the `next` of an earlier
    /// page.
    #[crate::boxed]
    pub async fn admin_changes(
        &self,
        id: IntegrationId,
        filter: &AdminChangeFilter,
        limit: u32,
        before: Option<&str>,
    ) -> Result<HistoryPage<AdminChange>> {
        let [at, operator, category, action, detail_hash, ordinal] =
            cursor::<{ ADMIN_CHANGE_KEY.len() }>(before)?;
        let rows = self
            .read()
            .await?
            .all(
                "SELECT x.at, x.operator AS operator_code, x.category AS category_code,
                   x.action AS action_code, x.detail_hash, x.ordinal, o.word AS operator,
                   c.word AS category, a.word AS action, x.detail
                 FROM admin_changes x
                 JOIN dictionary o ON o.integration_id = $1 AND o.code = x.operator
                 JOIN dictionary c ON c.integration_id = $1 AND c.code = x.category
                 JOIN dictionary a ON a.integration_id = $1 AND a.code = x.action
                 WHERE x.integration_id = $1 AND x.at <= $2
                   AND (x.at, x.operator, x.category, x.action, x.detail_hash, x.ordinal)
                     < ($2, $3, $4, $5, $6, $7)
                   AND ($8 IS NULL OR lower(o.word) = $8)
                   AND ($9 IS NULL OR c.word = $9)
                   AND ($10 IS NULL OR lower(o.word) LIKE $10 ESCAPE '!'
                     OR lower(a.word) LIKE $10 ESCAPE '!' OR lower(x.detail) LIKE $10 ESCAPE '!')
                 ORDER BY x.at DESC, x.operator DESC, x.category DESC, x.action DESC,
                   x.detail_hash DESC, x.ordinal DESC LIMIT $11",
                args![
                    id,
                    at,
                    operator,
                    category,
                    action,
                    detail_hash,
                    ordinal,
                    filter
                        .operator
                        .as_deref()
                        .map(str::to_ascii_lowercase)
                        .as_deref(),
                    filter.category.as_deref(),
                    filter.q.as_deref().map(like_pattern).as_deref(),
                    limit.saturating_add(1),
                ],
            )
            .await?;
        HistoryPage::new(
            rows,
            limit,
            |row| {
                Ok(AdminChange {
                    at: row.time("at")?,
                    ordinal: row.small("ordinal")?,
                    operator: row.text("operator")?,
                    category: row.text("category")?,
                    action: row.text("action")?,
                    detail: row.text("detail")?,
                })
            },
            |row| cursor_text(row, &ADMIN_CHANGE_KEY),
        )
    }

    /// Number of entries in the log of administrators' actions.
    #[crate::boxed]
    pub async fn count_admin_changes(
        &self,
        id: IntegrationId,
        filter: &AdminChangeFilter,
    ) -> Result<i64> {
        self.read()
            .await?
            .one(
                "SELECT COUNT(*) AS total FROM admin_changes x
                 JOIN dictionary o ON o.integration_id = $1 AND o.code = x.operator
                 JOIN dictionary c ON c.integration_id = $1 AND c.code = x.category
                 JOIN dictionary a ON a.integration_id = $1 AND a.code = x.action
                 WHERE x.integration_id = $1
                   AND ($2 IS NULL OR lower(o.word) = $2)
                   AND ($3 IS NULL OR c.word = $3)
                   AND ($4 IS NULL OR lower(o.word) LIKE $4 ESCAPE '!'
                     OR lower(a.word) LIKE $4 ESCAPE '!' OR lower(x.detail) LIKE $4 ESCAPE '!')",
                args![
                    id,
                    filter
                        .operator
                        .as_deref()
                        .map(str::to_ascii_lowercase)
                        .as_deref(),
                    filter.category.as_deref(),
                    filter.q.as_deref().map(like_pattern).as_deref(),
                ],
            )
            .await?
            .int("total")
    }
}

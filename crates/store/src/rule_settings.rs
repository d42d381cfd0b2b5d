//! The settings of the rules as a JSON document, in versions, each with its author and reason. The
//! insight crate parses the document.

use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::record;
use crate::db::{Row, args};
use crate::numbers::next_number;
use crate::{Actor, Error, Result, Store, json, validate};

/// One version of the organisation's settings for the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleSettings {
    /// Goes up with every change.
    pub version: i64,
    /// The document, a JSON object.
    #[serde(rename = "settings", serialize_with = "json::document")]
    #[schema(value_type = Object)]
    pub json: String,
    /// The reason for the change.
    pub reason: String,
    /// The actor, as in the audit log.
    pub by: String,
    /// The time of the change (UTC).
    pub at: Timestamp,
}

fn read(row: &Row) -> Result<RuleSettings> {
    Ok(RuleSettings {
        version: row.int("version")?,
        json: row.text("content")?,
        reason: row.text("reason")?,
        by: row.text("actor")?,
        at: row.time("at")?,
    })
}

impl Store {
    /// The present settings; `None` unless they were changed from the defaults.
    #[crate::boxed]
    pub async fn rule_settings(&self) -> Result<Option<RuleSettings>> {
        Ok(self.rule_settings_history(1).await?.pop())
    }

    /// The versions of the settings, newest first, at most `limit`.
    #[crate::boxed]
    pub async fn rule_settings_history(&self, limit: u32) -> Result<Vec<RuleSettings>> {
        self.read()
            .await?
            .all(
                "SELECT version, content, reason, actor, at FROM rule_settings
                 WHERE organisation_id = 1 ORDER BY version DESC LIMIT $1",
                args![limit],
            )
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Stores a new version of the settings and returns its number.
    ///
    /// # Errors
    /// [`Error::Field`] when the document is not a JSON object or too long, or the reason is
    /// missing.
    #[crate::boxed]
    pub async fn set_rule_settings(
        &self,
        document: &str,
        reason: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<i64> {
        validate::text("settings", document, validate::DOCUMENT)?;
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(document).map_err(
            |error| {
                Error::field(
                    "settings",
                    format!("is not a JSON object ({error})"),
                    "write an object such as {\"rules\":{\"dormant\":{\"on\":true,\"days\":60}}}",
                )
            },
        )?;
        validate::required_line("reason", reason.trim(), validate::REASON)?;
        let mut tx = self.begin().await?;
        let version = next_number(&mut tx, "rule_settings").await?;
        tx.execute(
            "INSERT INTO rule_settings (organisation_id, version, content, reason, actor, at)
             VALUES (1, $1, $2, $3, $4, $5)",
            args![version, document, reason.trim(), actor.to_string(), now],
        )
        .await?;
        let detail = serde_json::json!({ "version": version, "reason": reason.trim() });
        record(&mut tx, actor, "rules.set", "organisation:1", &detail, now).await?;
        tx.commit().await?;
        Ok(version)
    }
}

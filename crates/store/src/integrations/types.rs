//! Integrations as types and rows.

use model::{Grant, Integration, IntegrationId, IntegrationState, Plan};
use serde_json::json;

use crate::db::Row;
use crate::{Error, Result};

/// An account to connect.
#[derive(Debug, Clone)]
pub struct NewIntegration {
    /// Key of the application.
    pub application: String,
    /// Name to show.
    pub name: String,
    /// What was granted.
    pub grant: Grant,
    /// Rate limits to assume.
    pub plan: Plan,
    /// Share of the account's rate limits that may be used, in percent.
    pub budget_percent: i32,
    /// Minutes between scheduled runs.
    pub interval_minutes: i32,
}

/// What an administrator may change of an integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationSettings {
    /// Name to show.
    pub name: String,
    /// Rate limits to assume.
    pub plan: Plan,
    /// Share of the account's rate limits that may be used, in percent.
    pub budget_percent: i32,
    /// Minutes between scheduled runs.
    pub interval_minutes: i32,
}

/// Columns of an integration in the order in which [`read`] takes them.
macro_rules! integration_columns {
    () => {
        "integration_id, application, name, state, state_reason, grant_json, plan_key, \
         budget_percent, interval_minutes, revision, created_at, next_run_at, first_complete_at, \
         last_complete_at"
    };
}

pub(crate) use integration_columns;

pub(crate) fn read(row: &Row) -> Result<Integration> {
    let (id, state, plan) = (row.int(0)?, row.str(3)?, row.str(6)?);
    let corrupt = |what: &str| Error::corrupt(format!("{what} of integration {id}"));
    Ok(Integration {
        id: IntegrationId(id),
        application: row.text(1)?,
        name: row.text(2)?,
        state: IntegrationState::from_value(state).ok_or_else(|| corrupt("state"))?,
        state_reason: row.opt_text(4)?,
        grant: parse_grant(id, row.str(5)?)?,
        plan: Plan::from_value(plan).ok_or_else(|| corrupt("plan"))?,
        budget_percent: row.small(7)?,
        interval_minutes: row.small(8)?,
        revision: row.int(9)?,
        created_at: row.time(10)?,
        next_run_at: row.time(11)?,
        first_complete_at: row.opt_time(12)?,
        last_complete_at: row.opt_time(13)?,
    })
}

pub(crate) fn parse_grant(id: i64, text: &str) -> Result<Grant> {
    serde_json::from_str(text).map_err(|_| Error::corrupt(format!("grant of integration {id}")))
}

pub(crate) fn grant_text(grant: &Grant) -> String {
    json!(grant).to_string()
}

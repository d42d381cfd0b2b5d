//! Integrations as types and rows.

use model::{Grant, Integration, IntegrationId, IntegrationState, Plan};
use serde_json::json;

use crate::db::Row;
use crate::{Error, Result};

#[derive(Debug, Clone)]
pub struct NewIntegration {
    /// Key of the application: `zoom`.
    pub application: String,
    pub grant: Grant,
    pub settings: IntegrationSettings,
}

/// The settings of an integration that an administrator can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationSettings {
    pub name: String,
    /// The application's plan, which determines the rate limits.
    pub plan: Plan,
    /// Largest share of the account's rate limits to use, in percent.
    pub budget_percent: i32,
    pub interval_minutes: i32,
}

macro_rules! integration_columns {
    () => {
        "integration_id, application, name, state, state_reason, grant_json, plan_key, \
         budget_percent, interval_minutes, revision, created_at, next_run_at, first_complete_at, \
         last_complete_at"
    };
}

pub(crate) use integration_columns;

pub(crate) fn read(row: &Row) -> Result<Integration> {
    let (id, state, plan) = (
        row.int("integration_id")?,
        row.str("state")?,
        row.str("plan_key")?,
    );
    let corrupt = |what: &str| Error::corrupt(format!("{what} of integration {id}"));
    Ok(Integration {
        id: IntegrationId(id),
        application: row.text("application")?,
        name: row.text("name")?,
        state: IntegrationState::from_value(state).ok_or_else(|| corrupt("state"))?,
        state_reason: row.opt_text("state_reason")?,
        grant: parse_grant(id, row.str("grant_json")?)?,
        plan: Plan::from_value(plan).ok_or_else(|| corrupt("plan"))?,
        budget_percent: row.small("budget_percent")?,
        interval_minutes: row.small("interval_minutes")?,
        revision: row.int("revision")?,
        created_at: row.time("created_at")?,
        next_run_at: row.time("next_run_at")?,
        first_complete_at: row.opt_time("first_complete_at")?,
        last_complete_at: row.opt_time("last_complete_at")?,
    })
}

pub(crate) fn parse_grant(id: i64, text: &str) -> Result<Grant> {
    serde_json::from_str(text).map_err(|_| Error::corrupt(format!("grant of integration {id}")))
}

pub(crate) fn grant_text(grant: &Grant) -> String {
    json!(grant).to_string()
}

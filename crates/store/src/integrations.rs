//! Connected accounts: making, changing, pausing, removing.

use model::{Grant, Integration, IntegrationId, IntegrationState, Plan, Timestamp};

use crate::{Actor, Credentials, Result, Store, Tokens};

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

impl Store {
    /// Connects an account; its first run is due at once. The number is never used again.
    pub async fn create_integration(
        &self,
        _new: NewIntegration,
        _credentials: &Credentials,
        _tokens: Option<&Tokens>,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<Integration> {
        todo!()
    }

    /// All integrations, by number.
    pub async fn integrations(&self) -> Result<Vec<Integration>> {
        todo!()
    }

    /// One integration.
    pub async fn integration(&self, _id: IntegrationId) -> Result<Option<Integration>> {
        todo!()
    }

    /// The integration of this account of an application.
    pub async fn integration_by_account(
        &self,
        _application: &str,
        _account_id: &str,
    ) -> Result<Option<Integration>> {
        todo!()
    }

    /// Replaces grant and credentials; the integration is active again and its next run due at once.
    pub async fn reauthorise(
        &self,
        _id: IntegrationId,
        _grant: Grant,
        _credentials: &Credentials,
        _tokens: Option<&Tokens>,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Pauses, resumes or marks an integration.
    pub async fn set_integration_state(
        &self,
        _id: IntegrationId,
        _state: IntegrationState,
        _reason: Option<&str>,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Changes an integration's settings.
    pub async fn update_integration(
        &self,
        _id: IntegrationId,
        _settings: IntegrationSettings,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Makes the next run due now.
    pub async fn request_run(
        &self,
        _id: IntegrationId,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }

    /// Disconnects: tokens and secrets are deleted. With `erase`, every row of the integration goes
    /// too, in several transactions; what a crash leaves over goes when the store is opened again.
    pub async fn disconnect(
        &self,
        _id: IntegrationId,
        _erase: bool,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<()> {
        todo!()
    }
}

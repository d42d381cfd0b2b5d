//! The account's own settings, domains and purchased licences. Settings and licences are returned as
//! JSON, because Zoom's documents leave their form open; integers in it are exact.

use serde_json::Value;

use super::Client;
use super::users::needed;
use crate::endpoint::{
    ACCOUNT_SETTINGS, Endpoint, LOCK_SETTINGS, MANAGED_DOMAINS, PLAN_USAGE, TRUSTED_DOMAINS,
};
use crate::error::Error;
use crate::member::Member as _;
use crate::types::ManagedDomain;

impl Client {
    /// Reads the account's settings. With an option (`security`, `meeting_security` and others) Zoom
    /// returns only that part.
    pub async fn account_settings(&self, option: Option<&str>) -> Result<Value, Error> {
        let query: Vec<_> = option
            .map(|option| ("option", option.to_owned()))
            .into_iter()
            .collect();
        self.object(&ACCOUNT_SETTINGS, "settings", &query).await
    }

    /// Reads which settings the account has locked, so that users can't change them.
    pub async fn lock_settings(&self) -> Result<Value, Error> {
        self.object(&LOCK_SETTINGS, "lock_settings", &[]).await
    }

    /// Reads the domains whose users belong to the account.
    pub async fn managed_domains(&self) -> Result<Vec<ManagedDomain>, Error> {
        let path = "/accounts/me/managed_domains";
        self.get(&MANAGED_DOMAINS, path, &[], |body| {
            Vec::read(needed(body, "domains")?)
        })
        .await
    }

    /// Reads the domains that the account trusts.
    pub async fn trusted_domains(&self) -> Result<Vec<String>, Error> {
        let path = "/accounts/me/trusted_domains";
        self.get(&TRUSTED_DOMAINS, path, &[], |body| {
            Vec::read(needed(body, "trusted_domains")?)
        })
        .await
    }

    /// Reads purchased and assigned licences by plan. Zoom refuses this to many accounts, depending on
    /// how they were bought.
    pub async fn plan_usage(&self) -> Result<Value, Error> {
        self.object(&PLAN_USAGE, "plans/usage", &[]).await
    }

    async fn object(
        &self,
        endpoint: &Endpoint,
        name: &str,
        query: &[(&str, String)],
    ) -> Result<Value, Error> {
        let path = format!("/accounts/me/{name}");
        self.get(endpoint, &path, query, |body| {
            // A member that can't be parsed, such as one that is nested too deeply, is left out: its
            // value is unknown, and the others are as good as before.
            let members = body.members().filter_map(|(name, raw)| {
                let value = serde_json::from_str(raw.get()).ok()?;
                Some((name.to_owned(), value))
            });
            Ok(Value::Object(members.collect()))
        })
        .await
    }
}

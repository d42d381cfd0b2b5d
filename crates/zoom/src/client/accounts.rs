//! The account's own settings, domains and purchased licences. Settings and licences have no fixed
//! form and come as JSON; integers in it are exact.

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
    /// The account's settings, or with an option (`security`, `meeting_security` and others) that
    /// part of them instead.
    pub async fn account_settings(&self, option: Option<&str>) -> Result<Value, Error> {
        let query: Vec<_> = option
            .map(|option| ("option", option.to_owned()))
            .into_iter()
            .collect();
        self.object(&ACCOUNT_SETTINGS, "settings", &query).await
    }

    /// Which settings users can't change.
    pub async fn lock_settings(&self) -> Result<Value, Error> {
        self.object(&LOCK_SETTINGS, "lock_settings", &[]).await
    }

    /// Domains whose users belong to the account.
    pub async fn managed_domains(&self) -> Result<Vec<ManagedDomain>, Error> {
        let path = "/accounts/me/managed_domains";
        self.get(&MANAGED_DOMAINS, path, &[], |body| {
            Vec::read(needed(body, "domains")?)
        })
        .await
    }

    /// Domains that the account trusts.
    pub async fn trusted_domains(&self) -> Result<Vec<String>, Error> {
        let path = "/accounts/me/trusted_domains";
        self.get(&TRUSTED_DOMAINS, path, &[], |body| {
            Vec::read(needed(body, "trusted_domains")?)
        })
        .await
    }

    /// Purchased and assigned licences by plan. Many accounts may not ask.
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
            let members = body.members().map(|(name, raw)| {
                let value = serde_json::from_str(raw.get());
                value
                    .map(|value| (name.to_owned(), value))
                    .map_err(|_| format!("`{name}` can't be read"))
            });
            members
                .collect::<Result<serde_json::Map<_, _>, _>>()
                .map(Value::Object)
        })
        .await
    }
}

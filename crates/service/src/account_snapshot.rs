//! One account at one moment, with everything that decisions depend on: users, rules, contracts, prices,
//! stored decisions, and the findings computed from them.
//!
//! A snapshot is computed once and shared by all requests until the account's data, a decision, the rules
//! or the day (UTC) change.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use insight::findings::{DecisionRow, ExemptScope, Finding, Findings, Inputs, find};
use insight::renewal::{Renewal, RenewalInputs, renewal};
use insight::settings::Settings;
use insight::{Purchased, Roster};
use model::{
    Application, Clock, Contract, ContractId, Day, Integration, IntegrationId, Licence, ListPrice,
};
use store::{Decision, RuleSettings, Store};

use sync::{Connectors, Engine};

use crate::error::Error;
use crate::roster::{RosterInputs, Rosters, Snapshot, purchased, settings_of, snapshot_of};

/// One account with everything that decisions depend on.
pub struct AccountSnapshot {
    /// The integration as it was read for this snapshot.
    pub integration: Integration,
    pub application: &'static Application,
    /// Users with their activity.
    pub snapshot: Arc<Snapshot>,
    /// Computed from all other fields.
    pub findings: Findings,
    /// The rules in force: the organisation's, or the defaults.
    pub settings: Settings,
    /// Version of the stored rules; 0 while the defaults are in force.
    pub settings_version: i64,
    pub contracts: Vec<Contract>,
    /// Prices of licences without a contract.
    pub prices: Vec<ListPrice>,
    /// Decisions of people on findings.
    pub decisions: Vec<DecisionRow>,
    /// Numbers of seats bought and assigned, if the application reports them.
    pub purchased: Vec<Purchased>,
    /// The day (UTC) of this snapshot.
    pub today: Day,
}

impl fmt::Debug for AccountSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountSnapshot")
            .field("integration", &self.integration.id)
            .field("today", &self.today)
            .finish_non_exhaustive()
    }
}

impl AccountSnapshot {
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.snapshot
    }

    /// The inputs of findings and what-if replays, besides the users.
    #[must_use]
    pub fn inputs(&self) -> Inputs<'_> {
        Inputs {
            settings: &self.settings,
            contracts: &self.contracts,
            prices: &self.prices,
            decisions: &self.decisions,
            today: self.today,
        }
    }

    /// The finding with this id, in any state.
    #[must_use]
    pub fn finding(&self, id: &str) -> Option<Finding> {
        self.findings.get(self.roster(), id)
    }

    /// The contract of this account with this id.
    #[must_use]
    pub fn contract(&self, id: ContractId) -> Option<&Contract> {
        self.contracts.iter().find(|contract| contract.id == id)
    }

    /// Numbers of seats of a licence bought and assigned, if the application reports them.
    #[must_use]
    pub fn purchased(&self, licence: &Licence) -> Option<&Purchased> {
        self.purchased.iter().find(|row| row.licence == *licence)
    }

    /// The recommendation for the renewal of a contract.
    #[must_use]
    pub fn renewal(&self, contract: &Contract) -> Renewal {
        let purchased = self.purchased(&contract.terms.licence);
        renewal(&RenewalInputs {
            roster: self.roster(),
            settings: &self.settings,
            findings: &self.findings,
            contract,
            contracts: &self.contracts,
            today: self.today,
            purchased: purchased.map(|row| row.bought),
            assigned: purchased.map(|row| row.assigned),
        })
    }
}

impl AccountSnapshot {
    /// Reads everything besides the users from the store and computes the findings on a thread that may
    /// block.
    async fn read(
        store: &Store,
        connectors: &Connectors,
        integration: &Integration,
        snapshot: Arc<Snapshot>,
    ) -> Result<Self, String> {
        let id = integration.id;
        let text = |error: store::Error| error.to_string();
        let connector = connectors
            .connector(&integration.application)
            .ok_or_else(|| format!("`{}` is not an application", integration.application))?;
        let application = connector.application();
        let rules = store.rule_settings().await.map_err(text)?;
        let settings = settings_of(rules.as_ref())?;
        let decisions = store.decisions(id).await.map_err(text)?;
        let decisions: Vec<DecisionRow> = decisions.into_iter().map(decision_row).collect();
        let contracts = store.contracts(id).await.map_err(text)?;
        let prices = store.prices(id).await.map_err(text)?;
        let purchased = purchased(store, &**connector, id).await?;
        let integration = integration.clone();
        let compute = move || {
            let today = snapshot.as_of().day();
            let findings = find(
                &snapshot,
                &Inputs {
                    settings: &settings,
                    contracts: &contracts,
                    prices: &prices,
                    decisions: &decisions,
                    today,
                },
            );
            Self {
                integration,
                application,
                snapshot,
                findings,
                settings,
                settings_version: rules.map_or(0, |rules| rules.version),
                contracts,
                prices,
                decisions,
                purchased,
                today,
            }
        };
        tokio::task::spawn_blocking(compute)
            .await
            .map_err(|error| error.to_string())
    }
}

/// The revision of decisions, the version of the rules and the day (UTC) of a snapshot. A new snapshot is
/// computed when one of them has changed.
type Version = (i64, i64, Day);

/// The cache of the snapshots of all accounts.
pub struct AccountSnapshots {
    store: Store,
    rosters: Rosters,
    clock: Arc<dyn Clock>,
    entries: Mutex<HashMap<IntegrationId, Arc<CacheEntry>>>,
}

/// The state of one account in the cache.
#[derive(Default)]
struct CacheEntry {
    latest: Mutex<Option<(Version, Arc<AccountSnapshot>)>>,
    roster_inputs: Mutex<Option<(Version, RosterInputs)>>,
    /// Locked while a snapshot is computed, so that several requests do not compute the same one.
    computing: tokio::sync::Mutex<()>,
}

impl CacheEntry {
    fn latest(&self) -> MutexGuard<'_, Option<(Version, Arc<AccountSnapshot>)>> {
        // A panic elsewhere leaves the value usable, because every change of it is one assignment.
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, version: Version, snapshot: &Arc<Snapshot>) -> Option<Arc<AccountSnapshot>> {
        self.latest()
            .as_ref()
            .filter(|(cached, account)| {
                *cached == version && Arc::ptr_eq(&account.snapshot, snapshot)
            })
            .map(|(_, account)| Arc::clone(account))
    }
}

impl fmt::Debug for AccountSnapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountSnapshots")
    }
}

impl AccountSnapshots {
    /// An empty cache over this store and these rosters.
    #[must_use]
    pub fn new(store: Store, rosters: Rosters, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            rosters,
            clock,
            entries: Mutex::default(),
        }
    }

    /// Drops the snapshot of an integration that was removed.
    pub fn forget(&self, id: IntegrationId) {
        self.entries().remove(&id);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<IntegrationId, Arc<CacheEntry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The snapshot that was computed last, which may be a little old. Reads and computes nothing, because
    /// it serves the numbers in the navigation of every page.
    pub fn latest(&self, id: IntegrationId) -> Option<Arc<AccountSnapshot>> {
        let entry = self.entries().get(&id).map(Arc::clone)?;
        let latest = entry.latest();
        latest.as_ref().map(|(_, account)| Arc::clone(account))
    }

    /// The snapshot of an integration that the caller has just read. Contains every decision that was
    /// stored before the call.
    #[crate::boxed]
    pub async fn of(&self, integration: &Integration) -> Result<Arc<AccountSnapshot>, Error> {
        let id = integration.id;
        let entry = Arc::clone(self.entries().entry(id).or_default());
        let rules = self.store.rule_settings().await?;
        let settings_version = rules.as_ref().map_or(0, |rules| rules.version);
        let version = (
            self.store.decision_revision(id).await?,
            settings_version,
            self.clock.now().day(),
        );
        let inputs = self
            .roster_inputs(&entry, version, id, rules.as_ref())
            .await?;
        let snapshot = self.rosters.with_inputs(integration, inputs).await?;
        if let Some(account) = entry.get(version, &snapshot) {
            return Ok(account);
        }
        let _computing = entry.computing.lock().await;
        if let Some(account) = entry.get(version, &snapshot) {
            return Ok(account);
        }
        let account = AccountSnapshot::read(
            &self.store,
            self.rosters.connectors(),
            integration,
            snapshot,
        )
        .await
        .map_err(|error| Error::internal(&error))?;
        let account = Arc::new(account);
        *entry.latest() = Some((version, Arc::clone(&account)));
        Ok(account)
    }

    /// The inputs of the roster; read again only after a decision, an import or a change of the rules.
    async fn roster_inputs(
        &self,
        entry: &CacheEntry,
        version: Version,
        id: IntegrationId,
        rules: Option<&RuleSettings>,
    ) -> Result<RosterInputs, Error> {
        let lock = || {
            entry
                .roster_inputs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let cached = *lock();
        if let Some((_, inputs)) = cached.filter(|(cached, _)| *cached == version) {
            return Ok(inputs);
        }
        let inputs = RosterInputs::read(&self.store, id, rules).await;
        let inputs = inputs.map_err(|error| Error::internal(&error))?;
        *lock() = Some((version, inputs));
        Ok(inputs)
    }
}

/// A stored decision in the form that findings are computed from.
fn decision_row(decision: Decision) -> DecisionRow {
    DecisionRow {
        finding: decision.finding,
        state: decision.state,
        until: decision.until,
        reason: decision.reason,
        owner: decision.owner,
        assignee: decision.assignee,
        user_key: decision.user_key,
        scope: match decision.scope {
            store::DecisionScope::Finding => ExemptScope::Finding,
            store::DecisionScope::User => ExemptScope::User,
        },
    }
}

/// Computes the current snapshot of an account without a cache, for a caller that needs it once.
///
/// # Errors
///
/// A sentence, when the store cannot be read or the integration is removed.
#[crate::boxed]
pub async fn account_snapshot(
    store: &Store,
    connectors: &Connectors,
    id: IntegrationId,
    clock: Arc<dyn Clock>,
) -> Result<AccountSnapshot, String> {
    let integration = store.integration(id).await;
    let integration = integration.map_err(|error| error.to_string())?;
    let integration = integration.ok_or("the integration is gone")?;
    let snapshot = Arc::new(snapshot_of(store, connectors, id, clock).await?);
    AccountSnapshot::read(store, connectors, &integration, snapshot).await
}

/// The name of an application for people, or its key if no such application is registered.
#[must_use]
pub fn application_name(engine: &Engine, key: &str) -> String {
    let application = engine.application(key);
    application.map_or_else(|| key.to_owned(), |known| known.name.to_owned())
}

//! Everything that decisions about one account rest on, at one moment: the roster, the rules in
//! force, contracts, prices, what people decided, and the findings that follow from them. One case is
//! put together for all requests and kept until something that it rests on has moved: the account's
//! data, a decision, the rules, or the day.

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

use crate::blocking::run_blocking;
use crate::error::Error;
use crate::roster::{Basis, Rosters, Snapshot, purchased, settings_of, snapshot_of};

/// What decisions about one account rest on.
pub struct AccountSnapshot {
    /// The account, as read when the case was put together.
    pub integration: Integration,
    /// Its application.
    pub application: &'static Application,
    /// Its users and what they did.
    pub snapshot: Arc<Snapshot>,
    /// What follows from all the rest.
    pub findings: Findings,
    /// The rules in force: the organisation's, or the defaults.
    pub settings: Settings,
    /// Version of the stored rules; 0 when nobody has changed the defaults.
    pub settings_version: i64,
    /// The account's contracts.
    pub contracts: Vec<Contract>,
    /// Prices for what has no contract.
    pub prices: Vec<ListPrice>,
    /// What people decided on findings.
    pub decisions: Vec<DecisionRow>,
    /// Seats bought and assigned, where the application tells.
    pub purchased: Vec<Purchased>,
    /// The day (UTC) that it shows.
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
    /// The users.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.snapshot
    }

    /// What findings and what-if replays are made of, besides the users.
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

    /// The finding with this id, whatever its state.
    #[must_use]
    pub fn finding(&self, id: &str) -> Option<Finding> {
        self.findings.get(self.roster(), id)
    }

    /// The contract with this number.
    #[must_use]
    pub fn contract(&self, id: ContractId) -> Option<&Contract> {
        self.contracts.iter().find(|contract| contract.id == id)
    }

    /// Seats of a licence bought and assigned, when the application tells.
    #[must_use]
    pub fn purchased(&self, licence: &Licence) -> Option<&Purchased> {
        self.purchased.iter().find(|row| row.licence == *licence)
    }

    /// What to renew a contract with.
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

/// What a case was made of besides its snapshot: the revision of decisions, the version of the rules
/// and the day. When one of these moves, another case is made.
type Version = (i64, i64, Day);

/// The cases of all accounts.
pub struct AccountSnapshots {
    store: Store,
    rosters: Rosters,
    clock: Arc<dyn Clock>,
    held: Mutex<HashMap<IntegrationId, Arc<Slot>>>,
}

/// One account's case, and the turn of whoever makes the next one.
#[derive(Default)]
struct Slot {
    current: Mutex<Option<(Version, Arc<AccountSnapshot>)>>,
    basis: Mutex<Option<(Version, Basis)>>,
    making: tokio::sync::Mutex<()>,
}

impl Slot {
    fn current(&self) -> MutexGuard<'_, Option<(Version, Arc<AccountSnapshot>)>> {
        // Every change is one assignment, so it is whole whatever panicked.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, version: Version, snapshot: &Arc<Snapshot>) -> Option<Arc<AccountSnapshot>> {
        self.current()
            .as_ref()
            .filter(|(held, case)| *held == version && Arc::ptr_eq(&case.snapshot, snapshot))
            .map(|(_, case)| Arc::clone(case))
    }
}

impl fmt::Debug for AccountSnapshots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountSnapshots")
    }
}

impl AccountSnapshots {
    /// Cases of what is in this store, over these rosters.
    #[must_use]
    pub fn new(store: Store, rosters: Rosters, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            rosters,
            clock,
            held: Mutex::default(),
        }
    }

    /// Drops what is held of an integration that was removed.
    pub fn forget(&self, id: IntegrationId) {
        self.slots().remove(&id);
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<IntegrationId, Arc<Slot>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The case that was made last, for numbers beside a page that is about something else: nothing is
    /// read and nothing is worked out, so that it may be a little behind.
    pub fn held(&self, id: IntegrationId) -> Option<Arc<AccountSnapshot>> {
        let slot = self.slots().get(&id).map(Arc::clone)?;
        let current = slot.current();
        current.as_ref().map(|(_, case)| Arc::clone(case))
    }

    /// The case of an integration as it was just read. A decision that was stored before is in it.
    pub async fn of(&self, integration: &Integration) -> Result<Arc<AccountSnapshot>, Error> {
        let id = integration.id;
        let slot = Arc::clone(self.slots().entry(id).or_default());
        let rules = self.store.rule_settings().await?;
        let settings_version = rules.as_ref().map_or(0, |rules| rules.version);
        let version = (
            self.store.decision_revision(id).await?,
            settings_version,
            self.clock.now().day(),
        );
        let basis = self.basis(&slot, version, id, rules.as_ref()).await?;
        let snapshot = self.rosters.based(integration, basis).await?;
        if let Some(case) = slot.at(version, &snapshot) {
            return Ok(case);
        }
        let _turn = slot.making.lock().await;
        if let Some(case) = slot.at(version, &snapshot) {
            return Ok(case);
        }
        let parts = Parts::read(&self.store, self.rosters.connectors(), integration)
            .await
            .map_err(|error| Error::internal(&error))?;
        let case = run_blocking(move || Ok::<_, Error>(Arc::new(parts.case(snapshot)))).await?;
        *slot.current() = Some((version, Arc::clone(&case)));
        Ok(case)
    }

    /// What the snapshot has to rest on; read again only when something was decided or imported.
    async fn basis(
        &self,
        slot: &Slot,
        version: Version,
        id: IntegrationId,
        rules: Option<&RuleSettings>,
    ) -> Result<Basis, Error> {
        let held = *slot.basis.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, basis)) = held.filter(|(held, _)| *held == version) {
            return Ok(basis);
        }
        let basis = Basis::read(&self.store, id, rules).await;
        let basis = basis.map_err(|error| Error::internal(&error))?;
        *slot.basis.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, basis));
        Ok(basis)
    }
}

/// What is read for a case besides its roster.
struct Parts {
    integration: Integration,
    application: &'static Application,
    settings: Settings,
    settings_version: i64,
    contracts: Vec<Contract>,
    prices: Vec<ListPrice>,
    decisions: Vec<DecisionRow>,
    purchased: Vec<Purchased>,
}

impl Parts {
    async fn read(
        store: &Store,
        connectors: &Connectors,
        integration: &Integration,
    ) -> Result<Self, String> {
        let id = integration.id;
        let words = |error: store::Error| error.to_string();
        let connector = connectors
            .connector(&integration.application)
            .ok_or_else(|| format!("`{}` is not an application", integration.application))?;
        let rules = store.rule_settings().await.map_err(words)?;
        let settings = settings_of(rules.as_ref())?;
        let decisions = store.decisions(id).await.map_err(words)?;
        Ok(Self {
            application: connector.application(),
            settings,
            settings_version: rules.map_or(0, |rules| rules.version),
            contracts: store.contracts(id).await.map_err(words)?,
            prices: store.prices(id).await.map_err(words)?,
            decisions: decisions.into_iter().map(decision_row).collect(),
            purchased: purchased(store, &**connector, id).await?,
            integration: integration.clone(),
        })
    }

    fn case(self, snapshot: Arc<Snapshot>) -> AccountSnapshot {
        let today = snapshot.as_of().day();
        let inputs = Inputs {
            settings: &self.settings,
            contracts: &self.contracts,
            prices: &self.prices,
            decisions: &self.decisions,
            today,
        };
        let findings = find(&snapshot, &inputs);
        AccountSnapshot {
            integration: self.integration,
            application: self.application,
            snapshot,
            findings,
            settings: self.settings,
            settings_version: self.settings_version,
            contracts: self.contracts,
            prices: self.prices,
            decisions: self.decisions,
            purchased: self.purchased,
            today,
        }
    }
}

/// A stored decision as findings take it.
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

/// The case of an account as it is now, for a caller that asks once.
///
/// # Errors
///
/// A sentence, when the store can't be read or the integration is gone.
pub async fn account_snapshot(
    store: &Store,
    connectors: Connectors,
    id: IntegrationId,
    clock: Arc<dyn Clock>,
) -> Result<AccountSnapshot, String> {
    let integration = store.integration(id).await;
    let integration = integration.map_err(|error| error.to_string())?;
    let integration = integration.ok_or("the integration is gone")?;
    let parts = Parts::read(store, &connectors, &integration).await?;
    let snapshot = Arc::new(snapshot_of(store, connectors, id, clock).await?);
    tokio::task::spawn_blocking(move || parts.case(snapshot))
        .await
        .map_err(|broken| broken.to_string())
}

/// The name of an application as people know it, or its key when no such application is registered.
#[must_use]
pub fn application_name(engine: &Engine, key: &str) -> String {
    let application = engine.application(key);
    application.map_or_else(|| key.to_owned(), |known| known.name.to_owned())
}

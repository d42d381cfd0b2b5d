//! Everything that decisions about one account rest on, at one moment: the roster, the rules in
//! force, contracts, prices, what people decided, and the findings that follow from them. One case is
//! put together for all requests and kept until something that it rests on has moved: the account's
//! data, a decision, the rules, or the day.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use insight::findings::{DecisionRow, ExemptScope, Finding, FindingQuery, Findings, Inputs, find};
use insight::renewal::{Renewal, RenewalInputs, renewal};
use insight::settings::Settings;
use insight::{Purchased, QueryError, Roster};
use model::{
    Application, Clock, Contract, ContractId, Day, Integration, IntegrationId, Licence, ListPrice,
};
use store::Store;

use crate::api::{aside, inactive_days};
use crate::app::App;
use crate::failure::Failure;
use crate::form::Pairs;
use crate::roster::{Rosters, Snapshot};

/// What decisions about one account rest on.
pub struct Case {
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

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("integration", &self.integration.id)
            .field("today", &self.today)
            .finish_non_exhaustive()
    }
}

impl Case {
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
            today: self.today,
            purchased: purchased.map(|row| row.bought),
            assigned: purchased.map(|row| row.assigned),
        })
    }
}

/// What a case was made of: when one of these moves, another one is made.
type Version = (i64, i64, i64, Day);

/// The cases of all accounts.
pub struct Cases {
    store: Store,
    rosters: Rosters,
    clock: Arc<dyn Clock>,
    held: Mutex<HashMap<IntegrationId, Arc<Slot>>>,
}

/// One account's case, and the turn of whoever makes the next one.
#[derive(Default)]
struct Slot {
    current: Mutex<Option<(Version, Arc<Case>)>>,
    making: tokio::sync::Mutex<()>,
}

impl Slot {
    fn current(&self) -> MutexGuard<'_, Option<(Version, Arc<Case>)>> {
        // Every change is one assignment, so it is whole whatever panicked.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, version: Version, snapshot: &Arc<Snapshot>) -> Option<Arc<Case>> {
        self.current()
            .as_ref()
            .filter(|(held, case)| *held == version && Arc::ptr_eq(&case.snapshot, snapshot))
            .map(|(_, case)| Arc::clone(case))
    }
}

impl fmt::Debug for Cases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cases")
    }
}

impl Cases {
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

    /// The case of an integration as it was just read. A decision that was stored before is in it.
    pub(crate) async fn of(&self, integration: &Integration) -> Result<Arc<Case>, Failure> {
        let id = integration.id;
        let slot = Arc::clone(self.slots().entry(id).or_default());
        let rules = self.store.rule_settings().await?;
        let settings_version = rules.as_ref().map_or(0, |rules| rules.version);
        let version = (
            integration.revision,
            self.store.decision_revision(id).await?,
            settings_version,
            self.clock.now().day(),
        );
        let basis = self.basis(id, version, rules.as_ref()).await?;
        let snapshot = self.rosters.based(integration, &basis).await?;
        if let Some(case) = slot.at(version, &snapshot) {
            return Ok(case);
        }
        let _turn = slot.making.lock().await;
        if let Some(case) = slot.at(version, &snapshot) {
            return Ok(case);
        }
        let parts = Parts::read(&self.store, integration, version.3)
            .await
            .map_err(|error| Failure::internal(&error))?;
        let case = aside(move || Ok(Arc::new(parts.case(snapshot)))).await?;
        *slot.current() = Some((version, Arc::clone(&case)));
        Ok(case)
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
    today: Day,
}

impl Parts {
    async fn read(store: &Store, integration: &Integration, today: Day) -> Result<Self, String> {
        let id = integration.id;
        let words = |error: store::Error| error.to_string();
        let application = sync::application(&integration.application)
            .ok_or_else(|| format!("`{}` is not an application", integration.application))?;
        let rules = store.rule_settings().await.map_err(words)?;
        let settings = settings_of(rules.as_ref())?;
        let decisions = store.decisions(id).await.map_err(words)?;
        Ok(Self {
            application,
            settings,
            settings_version: rules.map_or(0, |rules| rules.version),
            contracts: store.contracts(id).await.map_err(words)?,
            prices: store.prices(id).await.map_err(words)?,
            decisions: decisions.into_iter().map(decision_row).collect(),
            purchased: crate::roster::purchased(store, id).await?,
            today,
            integration: integration.clone(),
        })
    }

    fn case(self, snapshot: Arc<Snapshot>) -> Case {
        let inputs = Inputs {
            settings: &self.settings,
            contracts: &self.contracts,
            prices: &self.prices,
            decisions: &self.decisions,
            today: self.today,
        };
        let findings = find(&snapshot, &inputs);
        Case {
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
            today: self.today,
        }
    }
}

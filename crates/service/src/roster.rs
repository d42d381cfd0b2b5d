//! The snapshots that all questions about users are put to: one for each integration, built from
//! the store when its revision has moved or a new day has begun, and shared by all requests until
//! then. Building happens beside the requests, one at a time for each integration; the last
//! snapshot answers meanwhile, unless a new one is worth the short wait.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connector::Connector;
use insight::settings::{NeedSettings, Settings};
use insight::{Departure, DirectoryPerson, ImportedPerson, Purchased, Roster, RosterBuilder};
use model::{
    Application, Clock, Coverage, Day, DayCoverage, DayState, Integration, IntegrationId,
    Timestamp, streams,
};
use store::{RuleSettings, Store};
use sync::Connectors;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::Error;

/// A request waits this long for a snapshot that it needs or that is quickly made.
const PATIENCE: Duration = Duration::from_secs(2);
/// What counts as quickly made.
const QUICK: Duration = Duration::from_millis(500);
/// After a build, the next one begins no sooner than this many times its duration later.
const REST: u32 = 10;
/// Days of hosting history in a snapshot: two years and a little, so that what comes once a year shows.
pub const HISTORY_DAYS: i32 = 800;

/// The snapshots of all integrations.
#[derive(Clone)]
pub struct Rosters(Arc<Inner>);

struct Inner {
    store: Store,
    connectors: Connectors,
    clock: Arc<dyn Clock>,
    slots: Mutex<HashMap<IntegrationId, Arc<Slot>>>,
}

impl fmt::Debug for Rosters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rosters")
    }
}

/// The users of an integration with what they did, and since when their history is known.
#[derive(Debug)]
pub struct Snapshot {
    roster: Roster,
    /// First day of the unbroken history of sign-ins and hosting up to yesterday.
    pub history_since: Option<Day>,
    /// Whether the list of users was ever read to the end.
    pub listed: bool,
    /// What it rests on besides the account's data.
    basis: Basis,
}

/// What a snapshot rests on besides the account's data: it is made anew when one of these is changed.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Basis {
    /// What counts as needing a licence.
    needs: NeedSettings,
    /// Moves on when the list of employees or the directory changes.
    people: i64,
}

impl Basis {
    /// As things are stored now.
    pub async fn read(
        store: &Store,
        id: IntegrationId,
        rules: Option<&RuleSettings>,
    ) -> Result<Self, String> {
        let people = store.people_revision(id).await;
        Ok(Self {
            needs: settings_of(rules)?.needs,
            people: people.map_err(|error| error.to_string())?,
        })
    }

    /// Whether it does where the other is wanted. While a directory pushes one person after the other, it
    /// may be ahead by the time at which it is read.
    fn serves(self, wanted: Self) -> bool {
        self.needs == wanted.needs && self.people >= wanted.people
    }
}

/// Who works here, as a list or a directory tells it.
async fn employees(
    store: &Store,
    id: IntegrationId,
    builder: &mut RosterBuilder,
) -> Result<(), store::Error> {
    if let Some(import) = store.imported_people(id).await? {
        let people = import.people.into_iter().map(|person| ImportedPerson {
            email: person.email,
            left_on: person.left_on,
        });
        builder.roster_import(import.read_at, people.collect());
    } else if let Some(directory) = store.directory(id).await? {
        let people = store.directory_standings(id).await?.into_iter();
        let people = people.map(|person| DirectoryPerson {
            email: person.email,
            departure: person.departure.map(|departure| match departure {
                store::Departure::Deactivated(day) => Departure::Deactivated(day),
                store::Departure::Removed(day) => Departure::Removed(day),
            }),
        });
        builder.directory(directory.changed_at, people.collect());
    }
    Ok(())
}

/// The rules in force: the organisation's, or the defaults.
pub fn settings_of(rules: Option<&RuleSettings>) -> Result<Settings, String> {
    rules.map_or_else(
        || Ok(Settings::default()),
        |rules| {
            Settings::from_json(&rules.json).map_err(|error| {
                format!(
                    "version {} of the rules cannot be read: {error}",
                    rules.version
                )
            })
        },
    )
}

/// How far back the list of users is believed where an application has no log: two years, which is
/// more than any rule looks back.
const LISTED_DAYS: i32 = 731;

/// The days that are known of a log. An application that declares no such log has nothing that a gap
/// could hide: its list of users contains all activity up to the moment at which it was read.
async fn known_days(
    store: &Store,
    integration: &Integration,
    application: &Application,
    log: &str,
    users_complete_at: Option<Timestamp>,
) -> store::Result<Coverage> {
    if application.stream(log).is_some() {
        return store.coverage(integration.id, log).await;
    }
    let mut coverage = Coverage::default();
    if let Some(read_at) = users_complete_at {
        let last = read_at.day();
        let state = DayState::Complete;
        for day in last.plus(-LISTED_DAYS).to(last) {
            coverage.days.insert(day, DayCoverage { state, read_at });
        }
    }
    Ok(coverage)
}

/// Seats bought and assigned, where the application tells.
pub async fn purchased(
    store: &Store,
    connector: &dyn Connector,
    id: IntegrationId,
) -> Result<Vec<Purchased>, String> {
    let sections = store.account_settings(id).await;
    let sections = sections.map_err(|error| error.to_string())?;
    Ok(sections
        .iter()
        .filter(|section| section.section == streams::PLAN_USAGE)
        .flat_map(|section| connector.seats(&section.json))
        .map(|(licence, seats)| Purchased {
            licence,
            bought: seats.bought,
            assigned: seats.assigned,
        })
        .collect())
}

impl Deref for Snapshot {
    type Target = Roster;

    fn deref(&self) -> &Roster {
        &self.roster
    }
}

/// What a snapshot shows: this revision, as seen on this day.
type Version = (i64, Day);

/// What a caller wants of a snapshot: this version at least, and this basis when it matters.
#[derive(Clone, Copy)]
struct Wanted {
    version: Version,
    basis: Option<Basis>,
}

impl Wanted {
    fn is_met_by(self, version: Version, snapshot: &Snapshot) -> bool {
        version.0 >= self.version.0
            && version.1 >= self.version.1
            && self.basis.is_none_or(|basis| snapshot.basis.serves(basis))
    }
}

struct Slot {
    state: Mutex<State>,
    /// Moves on whenever a build has ended.
    ended: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    current: Option<(Version, Arc<Snapshot>)>,
    building: bool,
    failure: Option<String>,
    last_took: Duration,
    last_end: Option<Instant>,
}

impl State {
    /// The snapshot when it shows at least what is wanted, or why there is none.
    fn reached(&self, wanted: Wanted) -> Option<Result<Arc<Snapshot>, String>> {
        match (&self.current, &self.failure) {
            (_, Some(failure)) => Some(Err(failure.clone())),
            (Some((version, roster)), None) if wanted.is_met_by(*version, roster) => {
                Some(Ok(Arc::clone(roster)))
            }
            _ => None,
        }
    }
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is one assignment, so it is whole whatever panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The roster of an integration as it is now, for a caller that asks once.
///
/// # Errors
///
/// A sentence, when the store can't be read or the integration is gone.
pub async fn roster_of(
    store: &Store,
    connectors: Connectors,
    id: IntegrationId,
    clock: Arc<dyn Clock>,
) -> Result<Roster, String> {
    let rosters = Rosters::new(store.clone(), connectors, clock);
    let (_, snapshot) = rosters.0.read(id).await?;
    Ok(snapshot.roster)
}

/// The snapshot of an integration as it is now, for a caller that asks once.
pub async fn snapshot_of(
    store: &Store,
    connectors: Connectors,
    id: IntegrationId,
    clock: Arc<dyn Clock>,
) -> Result<Snapshot, String> {
    let rosters = Rosters::new(store.clone(), connectors, clock);
    rosters.0.read(id).await.map(|(_, snapshot)| snapshot)
}

impl Rosters {
    /// The applications that snapshots can be of.
    pub(crate) fn connectors(&self) -> &Connectors {
        &self.0.connectors
    }

    /// Snapshots of what is in this store, as seen at this clock's time.
    #[must_use]
    pub fn new(store: Store, connectors: Connectors, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            store,
            connectors,
            clock,
            slots: Mutex::default(),
        }))
    }

    /// Drops what is held of an integration that was removed.
    pub fn forget(&self, id: IntegrationId) {
        self.slots().remove(&id);
    }

    /// The snapshot of an integration as it was just read. For a small account it is always the newest; for a large one
    /// it may be one that is being replaced.
    pub async fn of(&self, integration: &Integration) -> Result<Arc<Snapshot>, Error> {
        self.wanted(integration, None).await
    }

    /// The same, made with this basis: a change of the rules shows at once.
    pub async fn based(
        &self,
        integration: &Integration,
        basis: Basis,
    ) -> Result<Arc<Snapshot>, Error> {
        self.wanted(integration, Some(basis)).await
    }

    async fn wanted(
        &self,
        integration: &Integration,
        basis: Option<Basis>,
    ) -> Result<Arc<Snapshot>, Error> {
        let id = integration.id;
        let slot = Arc::clone(self.slots().entry(id).or_insert_with(|| {
            Arc::new(Slot {
                state: Mutex::default(),
                ended: watch::Sender::new(0),
            })
        }));
        let wanted = Wanted {
            version: (integration.revision, self.0.clock.now().day()),
            basis,
        };
        let mut ended = slot.ended.subscribe();
        let (current, worth_waiting) = {
            let state = slot.state();
            match &state.current {
                Some((version, roster)) if wanted.is_met_by(*version, roster) => {
                    return Ok(Arc::clone(roster));
                }
                current => (
                    current.as_ref().map(|(_, roster)| Arc::clone(roster)),
                    current.is_none() || state.last_took < QUICK,
                ),
            }
        };
        self.build(&slot, id);
        if worth_waiting {
            let ready = async {
                while ended.changed().await.is_ok() {
                    // The state is let go of before a build asks for it again.
                    let answer = slot.state().reached(wanted);
                    match answer {
                        Some(answer) => return Some(answer),
                        // What was being built began before the change that is waited for.
                        None => self.build(&slot, id),
                    }
                }
                None
            };
            match tokio::time::timeout(PATIENCE, ready).await {
                Ok(Some(Ok(roster))) => return Ok(roster),
                Ok(Some(Err(failure))) if current.is_none() => {
                    return Err(Error::internal(&failure));
                }
                _ => {}
            }
        }
        current.ok_or_else(|| {
            Error::unavailable(
                "The picture of this account is being put together for the first time since the \
                 start. That takes some seconds for a large account.",
            )
        })
    }

    /// The snapshot that there is at the moment. One that is behind is replaced beside the request;
    /// only one from before the users were counted is waited for.
    pub async fn at_hand(&self, integration: &Integration) -> Option<Arc<Snapshot>> {
        let slot = self.slots().get(&integration.id).map(Arc::clone);
        let held = slot.and_then(|slot| {
            let current = slot.state().current.clone();
            current.map(|current| (slot, current))
        });
        match held {
            Some((slot, (version, snapshot))) if snapshot.listed => {
                if version != (integration.revision, self.0.clock.now().day()) {
                    self.build(&slot, integration.id);
                }
                Some(snapshot)
            }
            _ => self.of(integration).await.ok(),
        }
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<IntegrationId, Arc<Slot>>> {
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a build unless one is going on.
    fn build(&self, slot: &Arc<Slot>, id: IntegrationId) {
        let rest = {
            let mut state = slot.state();
            if state.building {
                return;
            }
            state.building = true;
            state.last_end.map_or(Duration::ZERO, |end| {
                (state.last_took * REST).saturating_sub(end.elapsed())
            })
        };
        let inner = Arc::clone(&self.0);
        let slot = Arc::clone(slot);
        tokio::spawn(async move {
            tokio::time::sleep(rest).await;
            let started = Instant::now();
            let reading = tokio::spawn(async move { inner.read(id).await });
            let built = reading
                .await
                .unwrap_or_else(|broken| Err(broken.to_string()));
            let mut state = slot.state();
            state.building = false;
            state.last_took = started.elapsed();
            state.last_end = Some(Instant::now());
            match built {
                Ok((version, roster)) => {
                    state.failure = None;
                    state.current = Some((version, Arc::new(roster)));
                }
                Err(failure) => {
                    tracing::error!(integration = %id, %failure, "no snapshot could be built");
                    state.failure = Some(failure);
                }
            }
            drop(state);
            slot.ended.send_modify(|count| *count += 1);
        });
    }
}

impl Inner {
    /// Reads everything that a snapshot is made of. The version is read first: what is written
    /// meanwhile may be in the snapshot, and moves the revision on so that the next one follows.
    async fn read(&self, id: IntegrationId) -> Result<(Version, Snapshot), String> {
        let words = |error: store::Error| error.to_string();
        let store = &self.store;
        let integration = store.integration(id).await.map_err(words)?;
        let integration = integration.ok_or("the integration is gone")?;
        let connector = self
            .connectors
            .connector(&integration.application)
            .ok_or_else(|| format!("`{}` is not an application", integration.application))?;
        let application = connector.application();
        let now = self.clock.now();
        let today = now.day();
        let streams = store.stream_states(id).await.map_err(words)?;
        let users_complete_at = streams
            .iter()
            .find(|state| state.stream == streams::USERS)
            .and_then(|state| state.complete_at);
        let known =
            async |log| known_days(store, &integration, application, log, users_complete_at).await;
        let sign_ins = known(streams::SIGN_INS).await.map_err(words)?;
        let hosted = known(streams::MEETINGS).await.map_err(words)?;
        let yesterday = today.plus(-1);
        let history_since = sign_ins
            .unbroken_since(yesterday)
            .zip(hosted.unbroken_since(yesterday))
            .map(|(one, other)| one.max(other));
        let rules = store.rule_settings().await.map_err(words)?;
        let basis = Basis::read(store, id, rules.as_ref()).await?;
        let mut builder = RosterBuilder::new(application, now, sign_ins, hosted, users_complete_at);
        builder.need_settings(&basis.needs);
        let mut seats = purchased(store, &**connector, id).await?;
        if !streams
            .iter()
            .any(|state| state.stream == streams::USER_SETTINGS && state.complete_at.is_some())
        {
            // Who holds which add-on is known only once everybody's settings were read: until then
            // nothing can be missing.
            seats.retain(|row| row.licence.size.is_none());
        }
        builder.purchased(seats);
        employees(store, id, &mut builder).await.map_err(words)?;
        for group in store.groups(id).await.map_err(words)? {
            builder.group(group);
        }
        store
            .for_each_user(id, true, |user| {
                builder.user(user);
            })
            .await
            .map_err(words)?;
        for address in store.user_emails(id).await.map_err(words)? {
            builder.email(
                &address.user_key,
                &address.email,
                address.since,
                address.until,
            );
        }
        store
            .for_each_sign_in_month(id, |month| {
                builder.sign_in_month(&month);
            })
            .await
            .map_err(words)?;
        for span in store.licence_spans(id).await.map_err(words)? {
            if span.until.is_none() {
                builder.licensed_since(&span.user_key, &span.licence, span.since, span.exact);
            }
        }
        for (user_key, assistants) in store.delegations(id).await.map_err(words)? {
            builder.delegation(&user_key, assistants);
        }
        builder.upcoming_known(store.upcoming_known_until(id).await.map_err(words)?);
        for event in store.upcoming(id).await.map_err(words)? {
            builder.upcoming(&event);
        }
        let first = today.plus(-HISTORY_DAYS);
        store
            .for_each_hosted(id, first, today.plus(1), |email, summary| {
                builder.hosted(email, summary);
            })
            .await
            .map_err(words)?;
        let roster = tokio::task::spawn_blocking(move || builder.build())
            .await
            .map_err(|broken| broken.to_string())?;
        let snapshot = Snapshot {
            roster,
            history_since,
            listed: users_complete_at.is_some(),
            basis,
        };
        Ok(((integration.revision, today), snapshot))
    }
}

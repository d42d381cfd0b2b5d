//! Builds snapshots from the store.

use std::sync::Arc;

use connector::Connector;
use insight::settings::Settings;
use insight::{
    Departure, DirectoryPerson, ImportedPerson, Purchased, Roster, RosterBuilder, UnreadRecords,
    UnreadSource,
};
use model::{
    Application, Clock, Coverage, Day, DayCoverage, DayState, Integration, IntegrationId,
    StreamState, Timestamp, streams,
};
use store::{RuleSettings, Store, StoredRejection};
use sync::Connectors;

use super::snapshot::{RosterInputs, Snapshot, Version};

/// Days of hosting history in a snapshot: a little more than two years, so that yearly events appear
/// twice.
pub const HISTORY_DAYS: i32 = 800;
/// Days for which the list of users counts as known where an application has no log: two years, which
/// is more than any rule looks back.
const LISTED_DAYS: i32 = 731;

impl RosterInputs {
    /// Reads the current inputs. `rules` are the organisation's rules, which the caller has read.
    ///
    /// # Errors
    ///
    /// A sentence, when the store or the rules cannot be read.
    #[crate::boxed]
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
}

/// The rules in force: the organisation's, or the defaults.
///
/// # Errors
///
/// A sentence, when the stored rules cannot be parsed.
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

/// Numbers of seats bought and assigned, if the application reports them.
///
/// # Errors
///
/// A sentence, when the store cannot be read.
#[crate::boxed]
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

/// Builds the current roster of an integration without a cache, for a caller that needs it once.
///
/// # Errors
///
/// A sentence, when the store cannot be read or the integration is removed.
#[crate::boxed]
pub async fn roster_of(
    store: &Store,
    connectors: &Connectors,
    id: IntegrationId,
    clock: Arc<dyn Clock>,
) -> Result<Roster, String> {
    let snapshot = snapshot_of(store, connectors, id, clock).await?;
    Ok(snapshot.roster)
}

/// Builds the current snapshot of an integration without a cache, for a caller that needs it once.
///
/// # Errors
///
/// A sentence, when the store cannot be read or the integration is removed.
#[crate::boxed]
pub async fn snapshot_of(
    store: &Store,
    connectors: &Connectors,
    id: IntegrationId,
    clock: Arc<dyn Clock>,
) -> Result<Snapshot, String> {
    let (_, snapshot) = read_snapshot(store, connectors, &*clock, id).await?;
    Ok(snapshot)
}

/// Reads all data of a snapshot and builds it. The version is read first, because data that are
/// written during the build raise the revision: the next snapshot then contains them.
pub(super) async fn read_snapshot(
    store: &Store,
    connectors: &Connectors,
    clock: &dyn Clock,
    id: IntegrationId,
) -> Result<(Version, Snapshot), String> {
    let text = |error: store::Error| error.to_string();
    let integration = store.integration(id).await.map_err(text)?;
    let integration = integration.ok_or("the integration is gone")?;
    let connector = connectors
        .connector(&integration.application)
        .ok_or_else(|| format!("`{}` is not an application", integration.application))?;
    let application = connector.application();
    let now = clock.now();
    let today = now.day();
    let states = store.stream_states(id).await.map_err(text)?;
    let users_complete_at = states
        .iter()
        .find(|state| state.stream == streams::USERS)
        .and_then(|state| state.complete_at);
    let known =
        async |log| known_days(store, &integration, application, log, users_complete_at).await;
    let sign_ins = known(streams::SIGN_INS).await.map_err(text)?;
    let hosted = known(streams::MEETINGS).await.map_err(text)?;
    let yesterday = today.plus(-1);
    let history_since = sign_ins
        .unbroken_since(yesterday)
        .zip(hosted.unbroken_since(yesterday))
        .map(|(one, other)| one.max(other));
    let rules = store.rule_settings().await.map_err(text)?;
    let inputs = RosterInputs::read(store, id, rules.as_ref()).await?;
    let mut builder = RosterBuilder::new(application, now, sign_ins, hosted, users_complete_at);
    builder.need_settings(&inputs.needs);
    builder.purchased(known_purchases(store, &**connector, id, &states).await?);
    add_employees(store, id, &mut builder).await.map_err(text)?;
    add_users(store, id, today, &mut builder)
        .await
        .map_err(text)?;
    let roster = tokio::task::spawn_blocking(move || builder.build())
        .await
        .map_err(|error| error.to_string())?;
    let snapshot = Snapshot {
        roster,
        history_since,
        listed: users_complete_at.is_some(),
        inputs,
    };
    Ok(((integration.revision, today), snapshot))
}

/// The days that are known of a log. An application that declares no such log has nothing that a gap
/// could hide, because its list of users contains all activity up to the moment at which it was read.
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

/// Purchases that can be compared with holders. Add-ons are left out until the settings of all users
/// were read, because the holders of an add-on are not known before, and none can be missing.
async fn known_purchases(
    store: &Store,
    connector: &dyn Connector,
    id: IntegrationId,
    states: &[StreamState],
) -> Result<Vec<Purchased>, String> {
    let mut seats = purchased(store, connector, id).await?;
    let settings_read = states
        .iter()
        .any(|state| state.stream == streams::USER_SETTINGS && state.complete_at.is_some());
    if !settings_read {
        seats.retain(|row| row.licence.size.is_none());
    }
    Ok(seats)
}

/// Adds the employees from the imported list or from the directory.
async fn add_employees(
    store: &Store,
    id: IntegrationId,
    builder: &mut RosterBuilder,
) -> store::Result<()> {
    if let Some(import) = store.imported_people(id).await? {
        let people = import.people.into_iter().map(|person| ImportedPerson {
            email: person.email,
            left_on: person.left_on,
        });
        builder.roster_import(import.read_at, people.collect());
    } else if let Some(directory) = store.directory(id).await? {
        let people = store.directory_statuses(id).await?.into_iter();
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

/// Records that could not be understood, if they may hide activity of users.
fn unread(found: StoredRejection) -> Option<UnreadRecords> {
    let source = match found.stream.as_str() {
        streams::MEETINGS => UnreadSource::Hosted,
        streams::SIGN_INS => UnreadSource::SignIns,
        streams::UPCOMING_EVENTS => UnreadSource::Scheduled,
        streams::USERS => UnreadSource::Users,
        _ => return None,
    };
    Some(UnreadRecords {
        source,
        days: found.from.zip(found.to),
        person: found.person,
        records: u32::try_from(found.records).unwrap_or(u32::MAX),
    })
}

/// Adds groups, users, their addresses, licences and activity.
async fn add_users(
    store: &Store,
    id: IntegrationId,
    today: Day,
    builder: &mut RosterBuilder,
) -> store::Result<()> {
    for group in store.groups(id).await? {
        builder.group(group);
    }
    store
        .for_each_user(id, true, |user| {
            builder.user(user);
        })
        .await?;
    for address in store.user_emails(id).await? {
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
        .await?;
    for span in store.licence_spans(id).await? {
        if span.until.is_none() {
            builder.licensed_since(&span.user_key, &span.licence, span.since, span.exact);
        }
    }
    for (user_key, assistants) in store.delegations(id).await? {
        builder.delegation(&user_key, assistants);
    }
    for found in store.rejected(id).await? {
        if let Some(unread) = unread(found) {
            builder.unread(unread);
        }
    }
    let first = today.plus(-HISTORY_DAYS);
    store
        .for_each_host_report(id, (first, today), |report| {
            builder.host_report(report.from, report.to, report.host);
        })
        .await?;
    builder.upcoming_known(store.upcoming_events_known_until(id).await?);
    for event in store.upcoming_events(id).await? {
        builder.upcoming(&event);
    }
    store
        .for_each_hosted(id, first, today.plus(1), |email, summary| {
            builder.hosted(email, summary);
        })
        .await
}

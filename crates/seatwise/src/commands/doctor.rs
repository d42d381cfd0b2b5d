//! `doctor`: checks the installation and prints how to fix problems.

use std::time::Duration;

use model::{Application, Clock as _, Integration, IntegrationState, RunState};
use store::{StorageFault, Store, StoreAccess, StoreCheck, SyncRun};
use sync::{CheckOutcome, Engine};
use tokio::time::{Instant, timeout_at};

use crate::cli::Common;
use crate::config::WRONG_KEY_REMEDY;
use crate::exit::Failure;
use crate::file_system::{self, network_file_system};
use crate::output::print;
use crate::serving::public_url;
use crate::system::SystemClock;

/// Longest time of the checks of the database.
const DATABASE: Duration = Duration::from_secs(9);
/// Longest time of all checks. A person or a script that waits gets an answer within 20 seconds.
const ALL: Duration = Duration::from_secs(17);
/// Longest time for an answer of one host of an application.
const HOST: Duration = Duration::from_secs(4);
/// Failed runs of an integration that are looked at.
const RUNS: u32 = 5;

/// Prints each result of a check at once and counts the problems.
struct Report {
    problems: usize,
    /// Whether the database or the master key can't be used.
    unusable: bool,
    started: Instant,
}

impl Report {
    fn good(text: &str) -> Result<(), Failure> {
        print(&format!("ok       {text}"))
    }

    fn note(text: &str) -> Result<(), Failure> {
        print(&format!("note     {text}"))
    }

    fn bad(&mut self, text: &str, remedy: &str) -> Result<(), Failure> {
        self.problems += 1;
        print(&format!("problem  {text}\n         → {remedy}"))
    }
}

pub(crate) async fn run(common: Common) -> Result<(), Failure> {
    let mut report = Report {
        problems: 0,
        unusable: false,
        started: Instant::now(),
    };
    environment(&mut report)?;
    let store = database(&common, &mut report).await?;
    report.unusable = store.is_none();
    hosts(&common, &mut report).await?;
    if let Some(store) = store {
        let until = report.started + ALL;
        let checked = timeout_at(until, integrations(&common, &store, &mut report)).await;
        match checked {
            Ok(checked) => checked?,
            Err(_) => report.bad(
                "an application did not answer in time, so not every account could be checked",
                "wait a minute and run it again; if it goes on, see the log of `seatwise serve`",
            )?,
        }
    }
    let many = match report.problems {
        0 => return print("Everything is as it should be."),
        1 => "1 problem was found".to_owned(),
        more => format!("{more} problems were found"),
    };
    Err(if report.unusable {
        Failure::store(many)
    } else {
        Failure::other(many)
    })
}

/// Checks the environment variables that only `serve` reads.
fn environment(report: &mut Report) -> Result<(), Failure> {
    if let Ok(listen) = std::env::var("SEATWISE_LISTEN")
        && listen.parse::<std::net::SocketAddr>().is_err()
    {
        report.bad(
            &format!("SEATWISE_LISTEN is `{listen}`"),
            "write an address and a port, such as 127.0.0.1:8080",
        )?;
    }
    if let Ok(url) = std::env::var("SEATWISE_PUBLIC_URL")
        && let Err(failure) = public_url(&url)
    {
        report.bad(
            &failure.to_string(),
            "write the address that browsers use, such as https://seatwise.example.com",
        )?;
    }
    Ok(())
}

async fn database(common: &Common, report: &mut Report) -> Result<Option<Store>, Failure> {
    if let Err(failure) = common.check_database_url() {
        report.bad(
            &failure.to_string(),
            "correct it, or leave it out for the embedded database",
        )?;
        return Ok(None);
    }
    if let Some(missing) = common.missing_database() {
        report.bad(
            &missing,
            "check --data (SEATWISE_DATA_DIR), or start `seatwise serve` once: it makes the database",
        )?;
        return Ok(None);
    }
    if common.database_url.is_none() {
        let directory = common.data_dir();
        match tempfile::tempfile_in(&directory) {
            Ok(_) => Report::good(&format!("data directory: {}", directory.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => report.bad(
                &format!("the disk with {} is full", directory.display()),
                StorageFault::Full.remedy(),
            )?,
            Err(error) => report.bad(
                &format!("nothing can be written to {}: {error}", directory.display()),
                "make this user the owner of the directory, and check that there is space on the disk",
            )?,
        }
    }
    if common.database_url.is_none()
        && let Some(kind) = network_file_system(&common.data_dir())
    {
        report.bad(
            &format!("the database is on a network file system ({kind}), which can damage it"),
            file_system::ADVICE,
        )?;
    }
    if let Err(failure) = common.master_key() {
        report.bad(&format!("master key: {failure}"), WRONG_KEY_REMEDY)?;
        return Ok(None);
    }
    let store = match common.existing_store(StoreAccess::Look).await {
        Ok(store) => store,
        Err(failure) => {
            let usual = match &common.database_url {
                Some(_) => "check --database-url (SEATWISE_DATABASE_URL), and that the server runs",
                None => "check that this user owns the directory",
            };
            report.bad(
                &format!("the database can't be opened: {failure}"),
                failure.remedy().unwrap_or(usual),
            )?;
            return Ok(None);
        }
    };
    let until = report.started + DATABASE;
    if let Ok(usable) = timeout_at(until, content(&store, report)).await {
        return Ok(usable?.then_some(store));
    }
    Report::note(
        "the database is too large to be checked whole in the time of this command; no fault was found so far",
    )?;
    Ok(Some(store))
}

/// Checks a database that could be opened. Returns whether the other checks can use it.
async fn content(store: &Store, report: &mut Report) -> Result<bool, Failure> {
    if !store.key_fits() {
        report.bad(
            "the master key is not the one that sealed this database's secrets",
            WRONG_KEY_REMEDY,
        )?;
        return Ok(false);
    }
    Report::good("the master key opens this database's secrets")?;
    if let Err(error) = store.probe_write().await {
        let remedy = error
            .storage_fault()
            .map_or("see the log of `seatwise serve`", StorageFault::remedy);
        report.bad(&format!("nothing can be stored: {error}"), remedy)?;
    }
    let StoreCheck {
        engine,
        schema_version,
        integrity,
        ..
    } = match store.check().await {
        Ok(check) => check,
        Err(error) => {
            let failure = Failure::from(error);
            report.bad(
                &failure.to_string(),
                failure.remedy().unwrap_or("restore the last good backup"),
            )?;
            return Ok(false);
        }
    };
    Report::good(&format!("{engine}, schema {schema_version}"))?;
    if service::proxy::was_recorded(store)
        .await
        .unwrap_or_default()
    {
        Report::note(service::proxy::ADVICE)?;
    }
    if let Some(complaint) = integrity {
        report.bad(
            &format!("the database is damaged: {complaint}"),
            StorageFault::Damaged.remedy(),
        )?;
        return Ok(false);
    }
    match store.verify_audit().await? {
        None => match store.audit_anchor().await? {
            None => Report::good("the audit log is intact")?,
            Some(anchor) => Report::good(&format!(
                "the audit log is intact from entry {}; earlier ones were deleted because of their age",
                anchor.entry + 1
            ))?,
        },
        Some(entry) => report.bad(
            &format!("the audit log was changed from entry {entry} on"),
            "check who had access to the database, and compare it with a backup",
        )?,
    }
    Ok(true)
}

/// Checks that the hosts of all applications answer. Any HTTP status is fine, because only the connection
/// is tested.
async fn hosts(common: &Common, report: &mut Report) -> Result<(), Failure> {
    let connectors = match common.connectors() {
        Ok(connectors) => connectors,
        Err(failure) => {
            return report.bad(&failure.to_string(), "leave it out for the usual address");
        }
    };
    let client = reqwest::Client::builder()
        .timeout(HOST)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| Failure::other(error.to_string()))?;
    for connector in connectors.all() {
        let Application { name, help, .. } = connector.application();
        let oauth = connector.permission_host().map(|url| url.to_string());
        for (host, url) in [("API", Some(connector.api_url())), ("OAuth", oauth)] {
            let Some(url) = url else { continue };
            let shown = url.trim_end_matches('/');
            match client.get(&url).send().await {
                Ok(_) => Report::good(&format!("{name}'s {host} host answers: {shown}"))?,
                Err(error) => report.bad(
                    &format!(
                        "{name}'s {host} host does not answer: {shown} ({})",
                        error.without_url()
                    ),
                    &format!(
                        "allow https connections to {} from this machine, or configure a proxy",
                        help.host
                    ),
                )?,
            }
        }
    }
    Ok(())
}

async fn integrations(common: &Common, store: &Store, report: &mut Report) -> Result<(), Failure> {
    let all = store.integrations().await?;
    if all.is_empty() {
        Report::note("no account is connected yet")?;
    }
    let engine = common.engine(store.clone())?;
    for integration in all {
        let name = format!("integration {} “{}”", integration.id, integration.name);
        match integration.state {
            IntegrationState::Active => {}
            IntegrationState::Paused => {
                Report::note(&format!("{name} is paused"))?;
                continue;
            }
            IntegrationState::Disconnected => {
                Report::note(&format!("{name} is disconnected; its data is kept"))?;
                continue;
            }
            IntegrationState::ReconnectNeeded => {
                let reason = integration.state_reason.unwrap_or_default();
                report.bad(
                    &format!("{name} is no longer authorised: {reason}"),
                    "open its page and choose Re-authorise",
                )?;
                continue;
            }
        }
        runs(store, &integration, &name, report).await?;
        streams(&engine, &integration, &name, report).await?;
    }
    Ok(())
}

/// Checks the last runs of an integration: whether they failed, are old, or cannot begin.
async fn runs(
    store: &Store,
    integration: &Integration,
    name: &str,
    report: &mut Report,
) -> Result<(), Failure> {
    let now = SystemClock.now();
    let interval = i64::from(integration.interval_minutes) * 60_000;
    let runs = store.runs(integration.id, RUNS, None).await?;
    let mut ended = runs.iter().filter(|run| run.state != RunState::Running);
    let last = ended.clone().next();
    let reason = |run: Option<&SyncRun>| {
        run.and_then(|run| run.reason.clone())
            .unwrap_or_else(|| "no reason was stored".to_owned())
    };
    if let Some(run) = last
        && run.state == RunState::Failed
    {
        let failed = ended
            .by_ref()
            .take_while(|run| run.state == RunState::Failed);
        report.bad(
            &format!(
                "{name}: the last syncs failed ({} in a row): {}",
                failed.count(),
                reason(last)
            ),
            "follow the reason if it names a step; `seatwise sync` tries again at once",
        )?;
    }
    if runs
        .first()
        .is_some_and(|run| run.started_at.since(now) > 600_000)
    {
        report.bad(
            &format!("{name}: the last sync began in the future, so a clock was or is wrong"),
            "correct the clock of this machine (and of the database server); nothing else has to be done",
        )?;
    }
    if let Some(run) = last
        && run.totals.refused * 5 > run.totals.requests
        && run.totals.refused > 20
    {
        Report::note(&format!(
            "{name}: Zoom refused {} of {} requests of the last sync because of its rate limits; another app of the \
             account uses them too. A smaller share under its settings leaves more to that app",
            run.totals.refused, run.totals.requests
        ))?;
    }
    match integration.last_complete_at {
        Some(at) if now.since(at) > 3 * interval => report.bad(
            &format!("{name} has had no complete sync for more than three intervals"),
            "see Sync runs on its page; is `seatwise serve` running?",
        )?,
        None if now.since(integration.created_at) > 86_400_000 => report.bad(
            &format!("{name} has had no complete sync since it was connected more than a day ago"),
            "see Sync runs on its page; is `seatwise serve` running?",
        )?,
        _ => {}
    }
    Ok(())
}

/// Asks Zoom which kinds of data can be read.
async fn streams(
    engine: &Engine,
    integration: &Integration,
    name: &str,
    report: &mut Report,
) -> Result<(), Failure> {
    let preflight = engine.preflight(integration.id).await?;
    for check in &preflight.streams {
        let stream = check.stream;
        match check.outcome {
            CheckOutcome::Granted => {
                Report::good(&format!("{name}: {} can be read", stream.label))?;
            }
            _ if stream.optional => {
                Report::note(&format!("{name}: {}: {}", stream.label, check.detail))?;
            }
            _ => report.bad(
                &format!("{name}: {} can't be read", stream.label),
                &check.detail,
            )?,
        }
    }
    Ok(())
}

//! `doctor`: is everything as it must be, and if not, what to do.

use model::{Clock as _, IntegrationState};
use store::Store;
use sync::CheckOutcome;

use super::print;
use crate::cli::Common;
use crate::exit::Failure;
use crate::system::SystemClock;

/// Findings, printed as they come.
#[derive(Default)]
struct Findings {
    problems: usize,
}

impl Findings {
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
    let mut findings = Findings::default();
    if let Some(store) = database(&common, &mut findings).await? {
        zoom(&common, &mut findings).await?;
        integrations(&common, &store, &mut findings).await?;
    }
    match findings.problems {
        0 => print("Everything is as it should be."),
        1 => Err(Failure::other("1 problem was found")),
        more => Err(Failure::other(format!("{more} problems were found"))),
    }
}

async fn database(common: &Common, findings: &mut Findings) -> Result<Option<Store>, Failure> {
    match &common.database_url {
        Some(_) => Findings::good("database: PostgreSQL, as configured")?,
        None => Findings::good(&format!("data directory: {}", common.data_dir().display()))?,
    }
    if let Some(missing) = common.missing_database() {
        findings.bad(
            &missing,
            "check --data, or start `seatwise serve` once: it makes the database",
        )?;
        return Ok(None);
    }
    if let Err(failure) = common.master_key() {
        findings.bad(
            &format!("master key: {failure}"),
            "restore the key file from your backup; without it the stored tokens can't be opened",
        )?;
        return Ok(None);
    }
    let store = match common.store(false).await {
        Ok(store) => store,
        Err(failure) => {
            findings.bad(
                &format!("the database can't be opened: {failure}"),
                "check the address, that the server runs and that the directory belongs to this user",
            )?;
            return Ok(None);
        }
    };
    let check = store.check().await?;
    Findings::good(&format!(
        "{}, schema {}",
        check.engine, check.schema_version
    ))?;
    if let Some(complaint) = check.integrity {
        findings.bad(
            &format!("the database is damaged: {complaint}"),
            "restore the last good backup",
        )?;
    }
    if check.key_ok {
        Findings::good("the master key opens this database's secrets")?;
    } else {
        findings.bad(
            "the master key is not the one that sealed this database's secrets",
            "point SEATWISE_MASTER_KEY_FILE to the right key, or re-authorise every integration",
        )?;
    }
    match store.verify_audit().await? {
        None => Findings::good("the audit log is unbroken")?,
        Some(entry) => findings.bad(
            &format!("the audit log was changed from entry {entry} on"),
            "find out who had access to the database; compare with a backup",
        )?,
    }
    Ok(Some(store))
}

/// Whether Zoom's hosts answer at all; any answer will do.
async fn zoom(common: &Common, findings: &mut Findings) -> Result<(), Failure> {
    for (what, url) in [
        ("API", &common.zoom_api_url),
        ("OAuth", &common.zoom_oauth_url),
    ] {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Failure::other(error.to_string()))?;
        match client.get(url.as_str()).send().await {
            Ok(_) => Findings::good(&format!("Zoom's {what} host answers: {url}"))?,
            Err(error) => findings.bad(
                &format!(
                    "Zoom's {what} host does not answer: {url} ({})",
                    error.without_url()
                ),
                "allow https connections to zoom.us from this machine, or configure a proxy",
            )?,
        }
    }
    Ok(())
}

async fn integrations(
    common: &Common,
    store: &Store,
    findings: &mut Findings,
) -> Result<(), Failure> {
    let all = store.integrations().await?;
    if all.is_empty() {
        Findings::note("no account is connected yet")?;
    }
    let engine = common.engine(store.clone())?;
    for integration in all {
        let name = format!("integration {} “{}”", integration.id, integration.name);
        match integration.state {
            IntegrationState::Active => {}
            IntegrationState::Paused => {
                Findings::note(&format!("{name} is paused"))?;
                continue;
            }
            IntegrationState::Disconnected => {
                Findings::note(&format!("{name} is disconnected; its data is kept"))?;
                continue;
            }
            IntegrationState::ReconnectNeeded => {
                let reason = integration.state_reason.unwrap_or_default();
                findings.bad(
                    &format!("{name} is no longer let in: {reason}"),
                    "open its page and choose Re-authorise",
                )?;
                continue;
            }
        }
        let preflight = engine.preflight(integration.id).await?;
        for check in &preflight.streams {
            let stream = check.stream;
            match check.outcome {
                CheckOutcome::Granted => {
                    Findings::good(&format!("{name}: {} can be read", stream.label))?;
                }
                _ if stream.optional => {
                    Findings::note(&format!("{name}: {}: {}", stream.label, check.detail))?;
                }
                _ => findings.bad(
                    &format!("{name}: {} can't be read", stream.label),
                    &check.detail,
                )?,
            }
        }
        let late = integration.last_complete_at.is_some_and(|at| {
            SystemClock.now().since(at) > i64::from(integration.interval_minutes) * 3 * 60_000
        });
        if late {
            findings.bad(
                &format!("{name} has not been read to the end for a while"),
                "see Sync runs on its page; is `seatwise serve` running?",
            )?;
        }
    }
    Ok(())
}

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
    /// Whether the database or the master key is among them.
    unusable: bool,
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
    environment(&mut findings)?;
    let store = database(&common, &mut findings).await?;
    findings.unusable = store.is_none();
    zoom(&common, &mut findings).await?;
    if let Some(store) = store {
        integrations(&common, &store, &mut findings).await?;
    }
    let many = match findings.problems {
        0 => return print("Everything is as it should be."),
        1 => "1 problem was found".to_owned(),
        more => format!("{more} problems were found"),
    };
    Err(if findings.unusable {
        Failure::store(many)
    } else {
        Failure::other(many)
    })
}

/// Variables that only `serve` reads: what is wrong with them shows here too.
fn environment(findings: &mut Findings) -> Result<(), Failure> {
    if let Ok(listen) = std::env::var("SEATWISE_LISTEN")
        && listen.parse::<std::net::SocketAddr>().is_err()
    {
        findings.bad(
            &format!("SEATWISE_LISTEN is `{listen}`"),
            "write an address and a port, such as 127.0.0.1:8080",
        )?;
    }
    if let Ok(url) = std::env::var("SEATWISE_PUBLIC_URL")
        && !url::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    {
        findings.bad(
            &format!("SEATWISE_PUBLIC_URL is `{url}`"),
            "write the address that browsers use, such as https://seatwise.example.com",
        )?;
    }
    Ok(())
}

async fn database(common: &Common, findings: &mut Findings) -> Result<Option<Store>, Failure> {
    if let Err(failure) = common.check_database_url() {
        findings.bad(
            &failure.to_string(),
            "correct it, or leave it out for the embedded database",
        )?;
        return Ok(None);
    }
    if let Some(missing) = common.missing_database() {
        findings.bad(
            &missing,
            "check --data (SEATWISE_DATA_DIR), or start `seatwise serve` once: it makes the database",
        )?;
        return Ok(None);
    }
    if common.database_url.is_none() {
        let directory = common.data_dir();
        match tempfile::tempfile_in(&directory) {
            Ok(_) => Findings::good(&format!("data directory: {}", directory.display()))?,
            Err(error) => findings.bad(
                &format!("nothing can be written to {}: {error}", directory.display()),
                "let the directory belong to this user, and see that there is room on the disk",
            )?,
        }
    }
    if let Err(failure) = common.master_key() {
        findings.bad(
            &format!("master key: {failure}"),
            "without it the stored tokens can't be opened",
        )?;
        return Ok(None);
    }
    let store = match common.existing_store().await {
        Ok(store) => store,
        Err(failure) => {
            findings.bad(
                &format!("the database can't be opened: {failure}"),
                match &common.database_url {
                    Some(_) => {
                        "check --database-url (SEATWISE_DATABASE_URL), and that the server runs"
                    }
                    None => "see that the directory belongs to this user",
                },
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
            "point --master-key-file (SEATWISE_MASTER_KEY_FILE) to the right key, or authorise every account again",
        )?;
        return Ok(None);
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
        if !url::Url::parse(url).is_ok_and(|url| url.has_host()) {
            findings.bad(
                &format!(
                    "`{url}` is no address of Zoom's {what} host: --zoom-{0}-url (SEATWISE_ZOOM_{1}_URL)",
                    what.to_lowercase(),
                    what.to_uppercase()
                ),
                "leave it out for the usual one",
            )?;
            continue;
        }
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

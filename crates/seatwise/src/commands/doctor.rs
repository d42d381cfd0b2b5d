//! `doctor`: checks the installation and prints how to fix problems.

use model::{Clock as _, IntegrationState};
use store::Store;
use sync::CheckOutcome;

use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;
use crate::system::SystemClock;

/// Prints each result of a check at once and counts the problems.
#[derive(Default)]
struct Report {
    problems: usize,
    /// Whether the database or the master key can't be used.
    unusable: bool,
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
    let mut report = Report::default();
    environment(&mut report)?;
    let store = database(&common, &mut report).await?;
    report.unusable = store.is_none();
    zoom(&common, &mut report).await?;
    if let Some(store) = store {
        integrations(&common, &store, &mut report).await?;
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
        && !url::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    {
        report.bad(
            &format!("SEATWISE_PUBLIC_URL is `{url}`"),
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
            Err(error) => report.bad(
                &format!("nothing can be written to {}: {error}", directory.display()),
                "make this user the owner of the directory, and check that there is space on the disk",
            )?,
        }
    }
    if let Err(failure) = common.master_key() {
        report.bad(
            &format!("master key: {failure}"),
            "without it the stored tokens can't be opened",
        )?;
        return Ok(None);
    }
    let store = match common.existing_store().await {
        Ok(store) => store,
        Err(failure) => {
            report.bad(
                &format!("the database can't be opened: {failure}"),
                match &common.database_url {
                    Some(_) => {
                        "check --database-url (SEATWISE_DATABASE_URL), and that the server runs"
                    }
                    None => "check that this user owns the directory",
                },
            )?;
            return Ok(None);
        }
    };
    let check = store.check().await?;
    Report::good(&format!(
        "{}, schema {}",
        check.engine, check.schema_version
    ))?;
    if let Some(complaint) = check.integrity {
        report.bad(
            &format!("the database is damaged: {complaint}"),
            "restore the last good backup",
        )?;
    }
    if check.key_ok {
        Report::good("the master key opens this database's secrets")?;
    } else {
        report.bad(
            "the master key is not the one that sealed this database's secrets",
            "point --master-key-file (SEATWISE_MASTER_KEY_FILE) to the right key, or authorise every account again",
        )?;
        return Ok(None);
    }
    match store.verify_audit().await? {
        None => Report::good("the audit log is intact")?,
        Some(entry) => report.bad(
            &format!("the audit log was changed from entry {entry} on"),
            "check who had access to the database, and compare it with a backup",
        )?,
    }
    Ok(Some(store))
}

/// Checks that Zoom's hosts answer. Any HTTP status is fine, because only the connection is tested.
async fn zoom(common: &Common, report: &mut Report) -> Result<(), Failure> {
    for (host, url) in [
        ("API", &common.zoom_api_url),
        ("OAuth", &common.zoom_oauth_url),
    ] {
        if !url::Url::parse(url).is_ok_and(|url| url.has_host()) {
            report.bad(
                &format!(
                    "`{url}` is no address of Zoom's {host} host: --zoom-{0}-url (SEATWISE_ZOOM_{1}_URL)",
                    host.to_lowercase(),
                    host.to_uppercase()
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
            Ok(_) => Report::good(&format!("Zoom's {host} host answers: {url}"))?,
            Err(error) => report.bad(
                &format!(
                    "Zoom's {host} host does not answer: {url} ({})",
                    error.without_url()
                ),
                "allow https connections to zoom.us from this machine, or configure a proxy",
            )?,
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
        let overdue = integration.last_complete_at.is_some_and(|at| {
            SystemClock.now().since(at) > i64::from(integration.interval_minutes) * 3 * 60_000
        });
        if overdue {
            report.bad(
                &format!("{name} has had no complete sync for more than three intervals"),
                "see Sync runs on its page; is `seatwise serve` running?",
            )?;
        }
    }
    Ok(())
}

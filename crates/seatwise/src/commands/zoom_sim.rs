//! `zoom-sim`: runs only the simulated Zoom.

use std::fs::File;
use std::io::BufWriter;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use model::{Clock as _, Plan};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use zoom_sim::{Config, Faults, ScopeStyle, Sim};

use crate::cli;
use crate::exit::Failure;
use crate::output::print;
use crate::serving::{listen, stop_requested};
use crate::system::SystemClock;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "independent flags")]
pub(crate) struct ZoomSim {
    /// Address and port on which to listen.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// Number of people in the first account.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the simulated people; the same seed gives the same people.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Plan of the account; rate limits and refused requests depend on it.
    #[arg(long, value_parser = cli::plan(), default_value = "business")]
    pub(crate) plan: Plan,
    /// Sell plain licences only, without Zoom Workplace and Zoom United plans.
    #[arg(long)]
    pub(crate) no_suites: bool,
    /// Milliseconds added to every response.
    #[arg(long, default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// Answer requests without rate limits.
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// Refuse what Zoom tolerates: wrong page sizes, unknown statuses, a slash at the end of a path.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Grant granular scopes, which apps created since 2024 have, instead of classic ones.
    #[arg(long)]
    pub(crate) granular_scopes: bool,
    /// Redirect address that the OAuth app accepts; can be repeated.
    #[arg(
        long = "redirect-uri",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/oauth/zoom/callback"
    )]
    pub(crate) redirect_uris: Vec<String>,
    /// Write the true need of every person (whether and until when a licence is needed) to a file first.
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// Address and port of this machine on which faults can be injected over HTTP: see docs/simulator.md.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) control: Option<SocketAddr>,
    /// Print addresses and Server-to-Server credentials as one line of JSON.
    #[arg(long)]
    pub(crate) print_credentials: bool,
}

pub(crate) async fn run(wanted: ZoomSim) -> Result<(), Failure> {
    let control = match wanted.control {
        Some(address) => Some(listen_for_control(address).await?),
        None => None,
    };
    let control_url = match &control {
        Some(listener) => Some(format!("http://{}", listener.local_addr()?)),
        None => None,
    };
    let listener = listen(wanted.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let sim = Sim::new(Config {
        seed: wanted.seed,
        users: wanted.users,
        plan: wanted.plan.value().parse().map_err(Failure::usage)?,
        suites: !wanted.no_suites,
        latency_ms: wanted.latency_ms,
        limits: !wanted.no_limits,
        now: Arc::new(|| SystemClock.now().0),
        scopes: if wanted.granular_scopes {
            ScopeStyle::Granular
        } else {
            ScopeStyle::Classic
        },
        redirect_uris: wanted.redirect_uris,
        faults: Faults {
            strict: wanted.strict,
            ..Faults::default()
        },
        base_url: format!("http://{address}"),
    });
    if let Some(path) = &wanted.truth {
        let file = File::create(path).map_err(|error| {
            Failure::usage(format!(
                "--truth: {} can't be written: {error}",
                path.display()
            ))
        })?;
        let mut writer = BufWriter::new(file);
        sim.truth(&mut writer)?;
        std::io::Write::flush(&mut writer)?;
    }
    if wanted.print_credentials {
        print_json(&sim, control_url.as_deref())?;
    } else {
        print_text(&sim, &address, control_url.as_deref())?;
    }
    let stop = CancellationToken::new();
    let controlled = control.map(|listener| {
        let until = stop.clone().cancelled_owned();
        tokio::spawn(zoom_sim::serve_control(listener, sim.clone(), until))
    });
    let served = zoom_sim::serve(listener, sim, stop_requested()).await;
    stop.cancel();
    if let Some(task) = controlled
        && let Ok(Err(error)) = task.await
    {
        tracing::error!(%error, "the control interface ended with an error");
    }
    served.map_err(Failure::from)
}

/// Listens for the control interface, which has no password.
async fn listen_for_control(address: SocketAddr) -> Result<TcpListener, Failure> {
    if !address.ip().to_canonical().is_loopback() {
        return Err(Failure::usage(format!(
            "--control: {address} can be reached from other machines, and everybody there could inject faults; give \
             an address of this machine such as 127.0.0.1:8082"
        )));
    }
    listen(address, "--control").await
}

/// Prints addresses and credentials as one line of JSON.
fn print_json(sim: &Sim, control_url: Option<&str>) -> Result<(), Failure> {
    let (oauth_app, sign_ins) = (sim.oauth_app(), sim.sign_ins());
    let credentials = sim.credentials();
    let sign_ins: Vec<_> = sign_ins
        .iter()
        .map(|person| {
            json!({
                "email": person.email,
                "password": person.password,
                "role": person.role,
            })
        })
        .collect();
    print(
        &json!({
            "api_url": credentials.api_url,
            "oauth_url": credentials.oauth_url,
            "account_id": credentials.account_id,
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "write_client_id": credentials.write_client_id,
            "write_client_secret": credentials.write_client_secret,
            "oauth_app": {
                "client_id": oauth_app.client_id,
                "client_secret": oauth_app.client_secret,
            },
            "sign_ins": sign_ins,
            "control_url": control_url,
        })
        .to_string(),
    )
}

/// Prints addresses and credentials for people.
fn print_text(sim: &Sim, address: &SocketAddr, control_url: Option<&str>) -> Result<(), Failure> {
    let oauth_app = sim.oauth_app();
    print(&format!("The simulated Zoom is at http://{address}"))?;
    print(&format!(
        "Its general app has the client id {} and the client secret {}.",
        oauth_app.client_id, oauth_app.client_secret
    ))?;
    print("These can sign in on its pages:")?;
    for person in sim.sign_ins() {
        print(&format!(
            "  {}, password {}: {}",
            person.email, person.password, person.role
        ))?;
    }
    if let Some(url) = control_url {
        print(&format!("Faults can be injected at {url}/faults"))?;
    }
    Ok(())
}

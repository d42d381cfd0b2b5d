//! `zoom-sim`: runs only the simulated Zoom.

use std::fs::File;
use std::io::BufWriter;
use std::net::SocketAddr;
use std::sync::Arc;

use model::Clock as _;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use zoom_sim::{Config, Faults, ScopeStyle, Sim};

use crate::cli::ZoomSim;
use crate::exit::Failure;
use crate::output::print;
use crate::serving::{listen, stop_requested};
use crate::system::SystemClock;

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
        plan: wanted.plan.simulated(),
        latency_ms: wanted.latency_ms,
        limits: !wanted.no_limits,
        now: Arc::new(|| SystemClock.now().0),
        scopes: if wanted.granular_scopes {
            ScopeStyle::Granular
        } else {
            ScopeStyle::Classic
        },
        redirect_uris: wanted.redirect_uris,
        faults: Faults::default(),
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

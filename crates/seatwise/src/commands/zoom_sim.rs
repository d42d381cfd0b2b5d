//! `zoom-sim`: the simulated Zoom by itself.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use model::Clock as _;
use serde_json::json;
use zoom_sim::{Config, Faults, ScopeStyle, Sim};

use super::{listen, print, told_to_stop};
use crate::cli::ZoomSim;
use crate::exit::Failure;
use crate::system::SystemClock;

pub(crate) async fn run(wanted: ZoomSim) -> Result<(), Failure> {
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
        let credentials = sim.credentials();
        print(
            &json!({
                "api_url": credentials.api_url,
                "oauth_url": credentials.oauth_url,
                "account_id": credentials.account_id,
                "client_id": credentials.client_id,
                "client_secret": credentials.client_secret,
                "write_client_id": credentials.write_client_id,
                "write_client_secret": credentials.write_client_secret,
            })
            .to_string(),
        )?;
    } else {
        print(&format!("The simulated Zoom is at http://{address}"))?;
    }
    zoom_sim::serve(listener, sim, told_to_stop())
        .await
        .map_err(Failure::from)
}

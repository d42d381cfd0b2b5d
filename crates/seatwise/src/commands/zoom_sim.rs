//! `zoom-sim`: runs only the simulated Zoom.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use model::Clock as _;
use serde_json::json;
use zoom_sim::{Config, Faults, ScopeStyle, Sim};

use crate::cli::ZoomSim;
use crate::exit::Failure;
use crate::output::print;
use crate::serving::{listen, stop_requested};
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
    let (oauth_app, sign_ins) = (sim.oauth_app(), sim.sign_ins());
    if wanted.print_credentials {
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
            })
            .to_string(),
        )?;
    } else {
        print(&format!("The simulated Zoom is at http://{address}"))?;
        print(&format!(
            "Its general app has the client id {} and the client secret {}.",
            oauth_app.client_id, oauth_app.client_secret
        ))?;
        print("These can sign in on its pages:")?;
        for person in sign_ins {
            print(&format!(
                "  {}, password {}: {}",
                person.email, person.password, person.role
            ))?;
        }
    }
    zoom_sim::serve(listener, sim, stop_requested())
        .await
        .map_err(Failure::from)
}

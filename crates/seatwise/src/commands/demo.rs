//! `demo`: Seatwise and a simulated Zoom in one process. One simulated account is connected; a second
//! one can be connected by hand.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use connector_zoom::{ZOOM, base_family};
use insight::renewal::months_after;
use model::{Clock as _, ContractTerms, Currency, Day, IntegrationId, Licence, Money, Plan};
use serde_json::json;
use server::App;
use service::Context;
use store::{Actor, NewMember, OAuthApp, Store, StoreAccess};
use sync::{Connected, Engine, ServerToServer};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use zoom_sim::{Config, Faults, ScopeStyle, Sim};

use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;
use crate::serving::{listen, local_url, metrics, serve_until_stopped};
use crate::system::{SystemClock, SystemRandom, random_word};

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Address and port on which Seatwise listens.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SEATWISE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Address and port on which the simulated Zoom listens.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) zoom_listen: SocketAddr,
    /// Number of people in the simulated account.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the simulated people; the same seed gives the same people.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Print addresses and credentials as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// E-mail address of the demo's owner. The domain `.example` is reserved, so mail can't reach anyone.
const OWNER_EMAIL: &str = "owner@seatwise.example";

pub(crate) async fn run(mut common: Common, demo: Demo) -> Result<(), Failure> {
    // Held until the end, because dropping it removes the directory.
    let _temporary = data_directory(&mut common)?;
    // The demo ignores a database in the environment, because it must not write into real data.
    common.database_url = None;
    let listener = listen(demo.listen, "--listen").await?;
    let zoom_listener = listen(demo.zoom_listen, "--zoom-listen").await?;
    let url = local_url(listener.local_addr()?)?;
    let zoom_url = format!("http://{}", zoom_listener.local_addr()?);
    let sim = simulated(&demo, &url, &zoom_url);
    let credentials = sim.credentials();
    common.zoom_api_url.clone_from(&credentials.api_url);
    common.zoom_oauth_url.clone_from(&credentials.oauth_url);

    let store = common.store(StoreAccess::Serve).await?;
    let engine = common.engine(store.clone())?;
    let stop = CancellationToken::new();
    let zoom = tokio::spawn({
        let (sim, stop) = (sim.clone(), stop.clone());
        async move { zoom_sim::serve(zoom_listener, sim, stop.cancelled_owned()).await }
    });
    let owner = owner(&store).await?;
    let integration = connect(&engine, &store, &credentials, account_name(&sim)).await?;
    let oauth_app = sim.oauth_app();
    let write = sim.write_credentials();
    add_contracts(&store, integration, &sim).await?;
    let app = Arc::new(App::new(
        Context::new(
            store.clone(),
            engine.clone(),
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
            url.clone(),
        ),
        server::Config {
            oauth_apps: BTreeMap::from([(
                ZOOM.key.to_owned(),
                OAuthApp {
                    client_id: oauth_app.client_id,
                    client_secret: oauth_app.client_secret.into(),
                },
            )]),
            trust_forwarded_for: false,
            metrics: metrics(),
        },
    ));
    let jobs = tokio::spawn(service::jobs::run(Arc::clone(&app.context), stop.clone()));
    let worker = tokio::spawn({
        let (engine, stop) = (engine.clone(), stop.clone());
        async move { engine.work(stop).await }
    });
    if demo.json {
        print(
            &json!({
                "url": url.as_str().trim_end_matches('/'),
                "zoom_api_url": credentials.api_url,
                "zoom_oauth_url": credentials.oauth_url,
                "owner": {"email": OWNER_EMAIL, "password": owner.password},
                "api_token": owner.api_token,
                "integration_id": integration,
                "write_client_id": write.client_id,
                "write_client_secret": write.client_secret,
            })
            .to_string(),
        )?;
    } else {
        print(&summary(&url, &owner, &sim, common.data.as_deref()))?;
    }
    let ended = serve_until_stopped(listener, app, &stop).await;
    stop.cancel();
    let ends = [worker.await.err(), jobs.await.err(), zoom.await.err()];
    for task in ends.into_iter().flatten() {
        tracing::error!(error = %task, "a task of the demo ended with an error");
    }
    store.close().await;
    ended
}

/// Makes a temporary data directory unless one was named.
fn data_directory(common: &mut Common) -> Result<Option<TempDir>, Failure> {
    if common.data.is_some() {
        return Ok(None);
    }
    let directory = tempfile::Builder::new()
        .prefix("seatwise-demo-")
        .tempdir()?;
    common.data = Some(directory.path().to_owned());
    Ok(Some(directory))
}

fn simulated(demo: &Demo, url: &url::Url, zoom_url: &str) -> Sim {
    Sim::new(Config {
        seed: demo.seed,
        users: demo.users,
        plan: zoom_sim::Plan::Business,
        suites: true,
        latency_ms: 0,
        limits: true,
        now: Arc::new(|| SystemClock.now().0),
        scopes: ScopeStyle::Classic,
        redirect_uris: vec![format!("{url}oauth/zoom/callback")],
        faults: Faults::default(),
        base_url: zoom_url.to_owned(),
    })
}

struct Owner {
    password: String,
    api_token: String,
}

/// Creates the owner, or sets a new password for the owner of an earlier demo in this directory.
async fn owner(store: &Store) -> Result<Owner, Failure> {
    let now = SystemClock.now();
    let password = random_word(16);
    let hash = service::password::hash_password(&password.clone().into(), &SystemRandom)
        .map_err(|error| Failure::other(error.to_string()))?;
    let member = if store.organisation().await?.is_none() {
        let new = NewMember {
            email: OWNER_EMAIL.to_owned(),
            name: "Demo Owner".to_owned(),
            password_hash: hash,
        };
        store.create_owner("Demo organisation", new, now).await?
    } else {
        let (member, _) = store.member_by_email(OWNER_EMAIL).await?.ok_or_else(|| {
            Failure::usage(
                "--data: this directory belongs to a real installation, not to a demo; choose another one",
            )
        })?;
        store
            .set_password(member.id, &hash, &Actor::Cli, now)
            .await?;
        member
    };
    let token = service::secret::new_api_token(&SystemRandom);
    store
        .create_api_token(&token.hash, member.id, "demo", None, &Actor::Cli, now)
        .await?;
    Ok(Owner {
        password,
        api_token: token.text,
    })
}

/// Connects the first simulated account, unless an earlier demo in this directory did.
async fn connect(
    engine: &Engine,
    store: &Store,
    credentials: &zoom_sim::Credentials,
    name: String,
) -> Result<IntegrationId, Failure> {
    if let Some(there) = store
        .integration_by_account(ZOOM.key, &credentials.account_id)
        .await?
    {
        return Ok(there.id);
    }
    let wanted = ServerToServer {
        application: ZOOM.key,
        name,
        plan: Plan::Business,
        account_id: credentials.account_id.clone(),
        client_id: credentials.client_id.clone(),
        client_secret: credentials.client_secret.clone().into(),
        reauthorise: None,
    };
    let Connected { integration, .. } = engine
        .connect_server_to_server(wanted, &Actor::Cli)
        .await
        .map_err(|error| Failure::not_connected(&error, &ZOOM))?;
    Ok(integration.id)
}

/// Days from today until the demo's contracts end.
const ENDS_IN_DAYS: i32 = 120;

/// Days since the first day of the demo's addendum.
const ADDENDUM_DAYS_AGO: i32 = 75;

/// Enters contracts for the licences of the simulated company, unless an earlier demo did. Their
/// prices are invented.
async fn add_contracts(store: &Store, id: IntegrationId, sim: &Sim) -> Result<(), Failure> {
    if !store.contracts(id).await?.is_empty() {
        return Ok(());
    }
    let now = SystemClock.now();
    let ends_on = now.day().plus(ENDS_IN_DAYS);
    let euro: Currency = "EUR"
        .parse()
        .map_err(|error: model::MoneyError| Failure::other(error.to_string()))?;
    let seats = sim.bought(0);
    let mut all = vec![(Licence::base("licensed"), seats.base.bought, 149)];
    let mut suites: BTreeMap<&str, u64> = BTreeMap::new();
    for ((plan, kind), seats) in &seats.suites {
        *suites.entry(base_family(plan, kind)).or_default() += seats.bought;
    }
    for (family, bought) in suites {
        all.push((Licence::base(family), bought, 219));
    }
    for (family, sizes, price) in [
        ("webinar", &seats.webinar, 690),
        ("large_meeting", &seats.large, 480),
    ] {
        for (size, seats) in sizes {
            let size = i64::from(*size);
            // Larger sizes cost more.
            let price = price + price * size / 1000;
            all.push((Licence::sized(family, size), seats.bought, price));
        }
    }
    let mut terms: Vec<ContractTerms> = all
        .into_iter()
        .filter(|(_, seats, _)| *seats > 0)
        .zip(1..)
        .map(|((licence, seats, price), number)| ContractTerms {
            name: format!("ZM-{number:03}"),
            unit_price: Some(Money {
                minor: price * 100,
                currency: euro,
            }),
            owner: OWNER_EMAIL.to_owned(),
            ..ContractTerms::new(
                licence,
                i64::try_from(seats).unwrap_or(i64::MAX),
                months_after(ends_on.plus(1), -12),
                ends_on,
            )
        })
        .collect();
    add_later_contracts(&mut terms, now.day());
    store.add_contracts(id, &terms, &Actor::Cli, now).await?;
    Ok(())
}

/// Adds contracts that were signed later than the others: an addendum, which has some of the seats of the first
/// contract, and a smaller successor of the second one.
fn add_later_contracts(terms: &mut Vec<ContractTerms>, today: Day) {
    let mut later = Vec::new();
    if let Some(first) = terms.first_mut().filter(|first| first.quantity > 40) {
        "ZM-ORDER-1".clone_into(&mut first.order_name);
        first.quantity -= 20;
        later.push(ContractTerms {
            name: format!("{}-A", first.name),
            quantity: 20,
            starts_on: today.plus(-ADDENDUM_DAYS_AGO),
            ..first.clone()
        });
    }
    if let Some(second) = terms.get(1) {
        let starts_on = second.ends_on.plus(1);
        later.push(ContractTerms {
            name: format!("{}-NEXT", second.name),
            quantity: (second.quantity * 3 / 4).max(1),
            starts_on,
            ends_on: months_after(starts_on, 12).plus(-1),
            ..second.clone()
        });
    }
    terms.extend(later);
}

/// Name of the account that the demo connects automatically.
fn account_name(sim: &Sim) -> String {
    sim.accounts()
        .into_iter()
        .next()
        .map_or_else(String::new, |account| account.name)
}

/// The text that is printed when the demo is ready.
fn summary(url: &url::Url, owner: &Owner, sim: &Sim, data: Option<&std::path::Path>) -> String {
    let sign_ins: Vec<String> = sim
        .sign_ins()
        .into_iter()
        .filter(|sign_in| sign_in.account == 1)
        .map(|sign_in| {
            format!(
                "  {:<44} {}   {}",
                sign_in.email, sign_in.password, sign_in.role
            )
        })
        .collect();
    let write = sim.write_credentials();
    let by_hand = format!(
        "Connect a second account by hand: Integrations → Zoom → Add Integration → Continue to Zoom, and\n\
         sign in at the simulated Zoom with one of these (e-mail, password, role):\n{}",
        sign_ins.join("\n")
    );
    format!(
        "Seatwise      {url}\n\
         sign in as    {OWNER_EMAIL}\n\
         password      {}\n\
         API token     {}\n\
         \n\
         The simulated Zoom account of {} is connected and is being read.\n\
         To let Seatwise make changes there, connect its write app (Changes → About write access):\n  \
           client id     {}\n  \
           client secret {}\n\
         {by_hand}\n\
         \n\
         Data: {} · Ctrl-C ends the demo.",
        owner.password,
        owner.api_token,
        account_name(sim),
        write.client_id,
        write.client_secret,
        data.map_or_else(String::new, |path| path.display().to_string()),
    )
}

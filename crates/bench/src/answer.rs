//! How fast pages and the API answer for an account of the given size. The account is synchronised from
//! the simulator first; then the server answers over loopback, one request after the other, each with
//! another combination of filters. Findings and what-if replays are measured on an
//! account with a year of history.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::sync::Engine;
use insight::what_if::{thresholds, what_if};
use insight::{Inputs, Settings, find};
use model::{IntegrationId, Plan, Rule};
use server::App;
use service::Context;
use store::{NewMember, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;
use zoom::pacer::Limits;

use crate::cli::{ZoomOptions, loopback};
use crate::decisions::year;
use crate::output::{Result, print};
use crate::process::peak_memory_kb;
use crate::setup::{SystemClock, SystemRandom, engine_config, local_url, new_store};
use crate::zoom::Zoom;

const EMAIL: &str = "bench@seatwise.example";

/// Thresholds of a replay, in days.
const THRESHOLDS: [u16; 10] = [14, 21, 30, 45, 60, 75, 90, 120, 150, 180];
/// Runs of which the median is printed.
const ROUNDS: usize = 5;

/// Filters that people use. Each list begins with no filter, so that combinations vary.
const FIRST: [&str; 5] = [
    "",
    "user_type=pro",
    "user_type=basic",
    "user_status=active",
    "state=inactive&inactive_days=60",
];
const SECOND: [&str; 5] = [
    "",
    "department=Sales",
    "webinar=yes",
    "large_meeting_enabled=yes",
    "meeting_capacity=300",
];
const THIRD: [&str; 5] = [
    "",
    "q=an",
    "sort=-meetings_90d",
    "sort=name",
    "sort=last_sign_in",
];

pub(crate) async fn run(users: u64) -> Result<()> {
    let directory = tempfile::Builder::new()
        .prefix("seatwise-bench-")
        .tempdir()?;
    let zoom = Zoom::start(ZoomOptions {
        users,
        plan: Plan::Business,
        latency_ms: 0,
        no_limits: true,
    })
    .await?;
    let store = new_store(directory.path()).await?;
    let (engine, id) = synced(&zoom, &store).await?;
    drop(zoom);

    let owner = owner(&store).await?;
    let listener = TcpListener::bind(loopback()).await?;
    let url = local_url(listener.local_addr()?)?;
    let app = app(&store, engine, &url);
    let stop = CancellationToken::new();
    let serving = tokio::spawn(server::serve(listener, app, stop.clone().cancelled_owned()));
    tokio::task::block_in_place(|| decisions(users))?;
    print(&format!(
        "{users} users; 125 combinations of filters, twice each"
    ))?;
    measure(&url, id, &owner).await?;
    #[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let peak = peak_memory_kb() as f64 / 1e3;
    print(&format!(
        "  peak memory        {peak:>8.1} MB, sync and serving in one process"
    ))?;
    stop.cancel();
    if let Ok(ended) = serving.await {
        ended?;
    }
    store.close().await;
    Ok(())
}

/// Connects the account and reads its users once.
async fn synced(zoom: &Zoom, store: &Store) -> Result<(Engine, IntegrationId)> {
    let (api_url, oauth_url) = (zoom.get("api_url"), zoom.get("oauth_url"));
    let mut config = engine_config(&api_url, &oauth_url, Some(Limits::unlimited()))?;
    config.only = Some(
        ["users", "user_settings", "groups"]
            .into_iter()
            .map(str::to_owned)
            .collect(),
    );
    let engine = Engine::new(store.clone(), config);
    let id = zoom.connect(&engine, Plan::Business).await?;
    engine.sync_now(id, CancellationToken::new()).await?;
    Ok((engine, id))
}

fn app(store: &Store, engine: Engine, url: &Url) -> App {
    App::new(
        Context::new(
            store.clone(),
            engine,
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
            url.clone(),
        ),
        server::Config::default(),
    )
}

/// Requests a page and two operations of the API with all combinations of filters, and prints the times.
async fn measure(url: &Url, id: IntegrationId, owner: &Owner) -> Result<()> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let cookie = sign_in(&client, url, &owner.password).await?;
    let bearer = format!("Bearer {}", owner.token);
    let api = format!("{url}api/v1/integrations/{id}");
    let answers = [
        (
            "page with facets",
            format!("{url}i/{id}/users"),
            ("cookie", &cookie),
        ),
        (
            "API users",
            format!("{api}/users"),
            ("authorization", &bearer),
        ),
        (
            "API facets",
            format!("{api}/facets"),
            ("authorization", &bearer),
        ),
    ];
    for (name, address, credential) in answers {
        let times = ask(&client, &address, credential).await?;
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
        print(&format!(
            "  {name:<18} p50 {:>8.2} ms   p99 {:>8.2} ms   (aim: 20 ms at 100,000)",
            at(50),
            at(99)
        ))?;
    }
    Ok(())
}

/// Measures how fast findings are made and rules replayed, and prints it.
fn decisions(users: u64) -> Result<()> {
    use model::Clock as _;
    let application = &connector_zoom::ZOOM;
    let today = SystemClock.now().day();
    let (roster, contract) = year(application, users, today);
    let settings = Settings::default();
    let contracts = [contract];
    let inputs = Inputs {
        settings: &settings,
        contracts: &contracts,
        prices: &[],
        decisions: &[],
        today: roster.as_of().day(),
    };
    let found = find(&roster, &inputs).len();
    print(&format!(
        "{users} users, a year of history; {found} findings"
    ))?;
    let lines = [
        (
            "findings",
            median(|| {
                std::hint::black_box(find(&roster, &inputs));
            }),
            200,
        ),
        (
            "what-if, ten thresholds",
            median(|| {
                std::hint::black_box(thresholds(&roster, &inputs, Rule::Dormant, &THRESHOLDS));
            }),
            500,
        ),
        (
            "what-if, one document",
            median(|| {
                std::hint::black_box(what_if(&roster, &inputs, &settings));
            }),
            500,
        ),
    ];
    for (name, took, aim) in lines {
        print(&format!(
            "  {name:<24} median of {ROUNDS} {:>8.1} ms   (aim: {aim} ms at 100,000)",
            took.as_secs_f64() * 1e3
        ))?;
    }
    Ok(())
}

/// The median duration of [`ROUNDS`] runs.
fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

async fn ask(
    client: &reqwest::Client,
    address: &str,
    credential: (&str, &String),
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for round in 0..3 {
        for first in FIRST {
            for second in SECOND {
                for third in THIRD {
                    let query: Vec<&str> = [first, second, third]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect();
                    let began = Instant::now();
                    let answer = client
                        .get(format!("{address}?{}", query.join("&")))
                        .header(credential.0, credential.1)
                        .send()
                        .await?;
                    // The first round is not counted, because the server answers 503 until the roster is built.
                    let building = round == 0 && answer.status().as_u16() == 503;
                    let answer = if building {
                        answer
                    } else {
                        answer.error_for_status()?
                    };
                    answer.bytes().await?;
                    if round > 0 {
                        times.push(began.elapsed());
                    }
                }
            }
        }
    }
    times.sort_unstable();
    Ok(times)
}

/// Signs in and returns the session's cookie.
async fn sign_in(client: &reqwest::Client, url: &Url, password: &str) -> Result<String> {
    let answer = client
        .post(format!("{url}sign-in"))
        .header("sec-fetch-site", "same-origin")
        .form(&[("email", EMAIL), ("password", password)])
        .send()
        .await?;
    let cookie = answer
        .headers()
        .get("set-cookie")
        .and_then(|cookie| cookie.to_str().ok());
    cookie
        .and_then(|cookie| cookie.split(';').next())
        .map(str::to_owned)
        .ok_or_else(|| format!("signing in answered {}", answer.status()).into())
}

struct Owner {
    password: String,
    token: String,
}

async fn owner(store: &Store) -> Result<Owner> {
    use model::Clock as _;
    let now = SystemClock.now();
    let password = service::secret::new_api_token(&SystemRandom).text;
    let hash = service::password::hash_password(&password.clone().into(), &SystemRandom)?;
    let new = NewMember {
        email: EMAIL.to_owned(),
        name: "Bench".to_owned(),
        password_hash: hash,
    };
    let member = store.create_owner("Bench", new, now).await?;
    let token = service::secret::new_api_token(&SystemRandom);
    store
        .create_api_token(
            &token.hash,
            member.id,
            "bench",
            None,
            &store::Actor::Cli,
            now,
        )
        .await?;
    Ok(Owner {
        password,
        token: token.text,
    })
}

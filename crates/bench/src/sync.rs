//! A first sync, and a second one in which nothing has changed. The rate limits give the lower bound of
//! the first: for each category the requests made, divided by the permitted rate. The largest of these
//! counts, because the categories run side by side.

use std::time::{Duration, Instant};

use ::sync::Engine;
use model::RunState;
use store::Store;
use tokio_util::sync::CancellationToken;
use zoom::pacer::{Category, Limits};

use crate::cli::SyncOptions;
use crate::output::{Result, print};
use crate::process::{cpu_time, peak_memory_kb};
use crate::setup::{SystemClock, engine_config, new_store};
use crate::zoom::Zoom;

pub(crate) async fn run(options: SyncOptions) -> Result<()> {
    let directory = tempfile::Builder::new()
        .prefix("seatwise-bench-")
        .tempdir()?;
    let zoom = Zoom::start(options.zoom).await?;
    let store = new_store(directory.path()).await?;
    let limits = options.zoom.no_limits.then(Limits::unlimited);
    let mut config = engine_config(&zoom.get("api_url"), &zoom.get("oauth_url"), limits)?;
    if options.list_only {
        config.only = Some(vec!["users".to_owned(), "user_settings".to_owned()]);
    }
    let engine = Engine::new(store.clone(), config);
    let id = zoom.connect(&engine, options.zoom.plan).await?;
    print(&format!(
        "{} users, {} limits, {} ms added to every answer, {}",
        options.zoom.users,
        if options.zoom.no_limits {
            "no"
        } else {
            "Zoom's"
        },
        options.zoom.latency_ms,
        if options.list_only {
            "list and settings"
        } else {
            "everything"
        },
    ))?;
    for name in ["first sync", "second sync, nothing changed"] {
        let measured = measure(&engine, &store, id).await?;
        report(name, &options, &measured)?;
    }
    let size = directory_size(directory.path());
    print(&format!("  database        {:>10.1} MB", mega(size)))?;
    store.close().await;
    Ok(())
}

struct Measured {
    wall: Duration,
    cpu: Duration,
    users_after: Option<Duration>,
    by_category: Vec<(Category, i64)>,
    user_list_requests: i64,
    totals: store::RunTotals,
    state: RunState,
    peak_kb: u64,
}

async fn measure(engine: &Engine, store: &Store, id: model::IntegrationId) -> Result<Measured> {
    let before = requests(store, id).await?;
    let (began, cpu) = (Instant::now(), cpu_time());
    let run = engine.sync_now(id, CancellationToken::new());
    let mut run = std::pin::pin!(run);
    let mut users_after = None;
    let state = loop {
        tokio::select! {
            state = &mut run => break state?,
            () = tokio::time::sleep(Duration::from_millis(50)), if users_after.is_none() => {
                let states = store.stream_states(id).await?;
                let complete = states.iter().any(|state| {
                    state.stream == "users" && state.outcome == model::StreamOutcome::Complete
                });
                if complete {
                    users_after = Some(began.elapsed());
                }
            }
        }
    };
    let (wall, cpu) = (began.elapsed(), cpu_time().saturating_sub(cpu));
    let by_category = requests(store, id)
        .await?
        .into_iter()
        .map(|(category, count)| {
            let earlier = before
                .iter()
                .find(|(c, _)| *c == category)
                .map_or(0, |(_, n)| *n);
            (category, count - earlier)
        })
        .collect();
    let states = store.stream_states(id).await?;
    let last = store.runs(id, 1, None).await?.into_iter().next();
    Ok(Measured {
        wall,
        cpu,
        users_after,
        by_category,
        user_list_requests: states
            .iter()
            .find(|s| s.stream == "users")
            .map_or(0, |s| s.requests),
        totals: last.map(|run| run.totals).unwrap_or_default(),
        state,
        peak_kb: peak_memory_kb(),
    })
}

async fn requests(store: &Store, id: model::IntegrationId) -> Result<Vec<(Category, i64)>> {
    use model::Clock as _;
    let today = store.daily_requests(id, SystemClock.now().day()).await?;
    Ok(today
        .into_iter()
        .filter_map(|(name, count)| Some((Category::parse(&name)?, count)))
        .collect())
}

fn report(name: &str, options: &SyncOptions, measured: &Measured) -> Result<()> {
    let limits = Limits::of(connector_zoom::zoom_plan(options.zoom.plan), 50);
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of requests are far below 2^52"
    )]
    let bound = measured
        .by_category
        .iter()
        .filter_map(|(category, count)| {
            Some(limits.rate(*category)?.interval.as_secs_f64() * *count as f64)
        })
        .fold(0.0_f64, f64::max);
    print(&format!("{name}: {}", measured.state.value()))?;
    let wall = measured.wall.as_secs_f64();
    if options.zoom.no_limits {
        print(&format!("  wall            {wall:>10.2} s"))?;
    } else {
        let ratio = if bound > 0.0 { wall / bound } else { 0.0 };
        print(&format!(
            "  wall            {wall:>10.2} s   bound {bound:.2} s, ratio {ratio:.3}"
        ))?;
    }
    if let Some(after) = measured.users_after {
        print(&format!(
            "  users visible   {:>10.2} s",
            after.as_secs_f64()
        ))?;
    }
    for (category, count) in &measured.by_category {
        print(&format!(
            "  requests        {count:>10}     {}",
            category.as_str()
        ))?;
    }
    print(&format!(
        "  of them list    {:>10}     users",
        measured.user_list_requests
    ))?;
    print(&format!(
        "  refused (429)   {:>10}",
        measured.totals.refused
    ))?;
    print(&format!(
        "  rows            {:>10}     {} changed",
        measured.totals.rows, measured.totals.changed
    ))?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of users are far below 2^52"
    )]
    let each = measured.cpu.as_secs_f64() * 1e6 / options.zoom.users.max(1) as f64;
    print(&format!(
        "  cpu             {:>10.2} s   {each:.0} µs a user",
        measured.cpu.as_secs_f64()
    ))?;
    print(&format!(
        "  peak memory     {:>10.1} MB",
        mega(measured.peak_kb * 1024)
    ))
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn directory_size(path: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

//! The command line of the benchmarks.

use std::net::SocketAddr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use model::Plan;

/// Measures Seatwise against a simulated Zoom and prints each figure with its bound or aim.
///
/// Build with `--release`: figures of a debug build say nothing.
#[derive(Debug, Parser)]
#[command(
    name = "bench",
    version,
    after_help = "Examples:\n  bench sync --users 10000 --plan business\n  bench sync --users 100000 --no-limits --list-only\n  \
                  bench answer --users 100000\n  bench decisions --organisations 100 --users 2000"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure a first sync and a second one in which nothing has changed.
    Sync(SyncOptions),
    /// Measure the users page, users and facets of the API, findings and what-if replays.
    Answer {
        /// How many people the account has.
        #[arg(long, default_value_t = 100_000)]
        users: u64,
    },
    /// Compare findings and recommended seats with the true needs of simulated organisations, next to
    /// the rules that others use.
    Decisions {
        #[command(flatten)]
        sample: Sample,
        /// Write JSON, which also counts the wrong decisions by kind of person.
        #[arg(long)]
        json: bool,
    },
    /// Serve the simulated Zoom; the other commands start it as a process of its own.
    #[command(hide = true)]
    ZoomSim(ZoomOptions),
}

/// Size and limits of the sync that is measured.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct SyncOptions {
    #[command(flatten)]
    pub(crate) zoom: ZoomOptions,
    /// Read only the list of users and their settings.
    #[arg(long)]
    pub(crate) list_only: bool,
}

/// How the simulated Zoom behaves.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ZoomOptions {
    /// How many people the account has.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) users: u64,
    /// Plan whose limits the simulator enforces.
    #[arg(long, value_parser = plan(), default_value = "business")]
    pub(crate) plan: Plan,
    /// Milliseconds added to every answer.
    #[arg(long, default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// Answer requests without rate limits.
    #[arg(long)]
    pub(crate) no_limits: bool,
}

/// The simulated organisations whose decisions are measured.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Sample {
    /// How many organisations to simulate.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) organisations: u64,
    /// How many people each organisation has.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(8..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the first organisation; the others have the seeds that follow.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Reads the plan of an account.
fn plan() -> impl TypedValueParser<Value = Plan> {
    let words = PossibleValuesParser::new(Plan::ALL.map(Plan::value));
    words.try_map(|word| Plan::from_value(&word).ok_or("it is no plan"))
}

/// Where the simulator and the measured server listen: a free port that only this machine reaches.
pub(crate) fn loopback() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

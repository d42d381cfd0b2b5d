//! `bench`: measures against a simulated Zoom in a process of its own, and prints each figure with
//! its bound.

use crate::cli::{Bench, BenchWhat, Common};
use crate::exit::Failure;

mod answer;
mod process;
mod sync;
mod zoom;

pub(crate) async fn run(common: Common, bench: Bench) -> Result<(), Failure> {
    match bench.what {
        BenchWhat::Sync {
            users,
            plan,
            latency_ms,
            no_limits,
            list_only,
        } => {
            sync::run(
                common,
                sync::Wanted {
                    users,
                    plan,
                    latency_ms,
                    no_limits,
                    list_only,
                },
            )
            .await
        }
        BenchWhat::Answer { users } => answer::run(common, users).await,
    }
}

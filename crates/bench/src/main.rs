//! `bench`: measures against a simulated Zoom in a process of its own, and prints each figure with
//! its bound. `bench decisions` takes the simulated people without a Zoom in between.

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{Bench, BenchWhat, Common};
use crate::commands::print;
use crate::exit::Failure;

mod answer;
mod decisions;
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
        BenchWhat::Decisions {
            organisations,
            users,
            seed,
            json,
        } => {
            let wanted = decisions::Wanted {
                organisations,
                users,
                seed,
            };
            // Nothing else runs in this process, so nobody waits for the thread that is taken.
            tokio::task::block_in_place(|| decide(wanted, json))
        }
    }
}

fn decide(wanted: decisions::Wanted, json: bool) -> Result<(), Failure> {
    let application = ::sync::application("zoom")
        .ok_or_else(|| Failure::other("the application `zoom` is not known"))?;
    let shown = ProgressBar::new(wanted.organisations);
    shown.set_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} organisations, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    let settings = insight::Settings::default();
    let table = decisions::decisions(application, wanted, &settings, |_| shown.inc(1));
    shown.finish_and_clear();
    if json {
        print(&table.json().to_string())
    } else {
        print(&table.text())
    }
}

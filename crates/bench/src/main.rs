//! Benchmarks: how fast Seatwise synchronises and answers, and how good its decisions are.
//! `sync` and `answer` run against a simulated Zoom in a process of its own, so that its CPU time and
//! memory are not counted; `decisions` takes the simulated people directly.

mod answer;
mod cli;
mod decisions;
mod output;
mod process;
mod setup;
mod sync;
mod zoom;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let measured = match Cli::parse().command {
        Command::Sync(options) => sync::run(options).await,
        Command::Answer { users } => answer::run(users).await,
        Command::Decisions { sample, json } => {
            // Blocking is fine because nothing else runs in this process.
            tokio::task::block_in_place(|| decisions::run(sample, json))
        }
        Command::ZoomSim(options) => zoom::serve(options).await,
    };
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // An error that can't be written can't be reported anywhere else either.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

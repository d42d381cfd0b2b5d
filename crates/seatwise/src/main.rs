//! The program `seatwise`. Reads the command line and the environment, creates the parts that the
//! libraries take as parameters (clock, randomness, HTTP client, database), and runs one command.

mod cli;
mod commands;
mod config;
mod exit;
mod file_system;
mod log;
mod output;
mod serving;
mod system;
mod variables;
mod zoom_options;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::commands::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let checked = variables::check(names).and_then(|()| log::start(&cli.common));
    let started = checked.and_then(|()| {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| {
                exit::Failure::other(format!("the runtime could not be started: {error}"))
            })
    });
    let ended = started.and_then(|runtime| runtime.block_on(commands::run(cli)));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // An error that can't be written can't be reported anywhere else either.
            let _ = writeln!(std::io::stderr(), "error: {failure}");
            if let Some(remedy) = failure.remedy() {
                let _ = writeln!(std::io::stderr(), "→ {remedy}");
            }
            ExitCode::from(failure.code())
        }
    }
}

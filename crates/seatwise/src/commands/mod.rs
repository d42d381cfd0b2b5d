//! The commands, one module each.

mod backup;
mod contracts;
mod demo;
mod doctor;
mod findings;
mod integrations;
mod key;
mod renewal;
mod restore;
mod serve;
mod sync;
mod table;
mod users;
mod what_if;
mod zoom_sim;

use std::io::Write as _;

use clap::CommandFactory as _;

use crate::cli::{Cli, Command};
use crate::exit::Failure;
use crate::output::print;

/// Runs the command of the command line.
pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let common = cli.common;
    match cli.command {
        Command::Demo(demo) => demo::run(common, demo).await,
        Command::Serve(serve) => serve::run(common, serve).await,
        Command::ZoomSim(sim) => zoom_sim::run(sim).await,
        Command::Integrations(command) => integrations::run(common, command).await,
        Command::Sync(sync) => sync::run(common, sync).await,
        Command::Users(users) => users::run(common, users).await,
        Command::Findings(findings) => findings::run(common, findings).await,
        Command::Renewal(renewal) => renewal::run(common, renewal).await,
        Command::WhatIf(what_if) => what_if::run(common, what_if).await,
        Command::Contracts(command) => contracts::run(common, command).await,
        Command::Backup(backup) => backup::run(common, backup).await,
        Command::Restore(restore) => restore::run(common, restore).await,
        Command::Key(command) => key::run(common, command).await,
        Command::Doctor => doctor::run(common).await,
        Command::Openapi => {
            let document = server::openapi(&[&connector_zoom::ZOOM])
                .to_pretty_json()
                .map_err(|error| {
                    Failure::other(format!("the document can't be written: {error}"))
                })?;
            print(&document)
        }
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "seatwise", &mut text);
            std::io::stdout().write_all(&text).map_err(Failure::from)
        }
    }
}

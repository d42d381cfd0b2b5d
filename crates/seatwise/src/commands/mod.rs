//! One module a command. Each opens what it needs and ends with a sentence or an answer.

mod contracts;
mod demo;
mod doctor;
mod findings;
mod integrations;
mod renewal;
mod serve;
mod sync;
mod table;
mod users;
mod what_if;
mod zoom_sim;

use std::io::Write as _;

use clap::CommandFactory as _;
use tokio_util::sync::CancellationToken;

use crate::cli::{Cli, Command};
use crate::exit::Failure;

/// How long clients have to finish their requests when the process is told to stop.
const DRAIN: std::time::Duration = std::time::Duration::from_secs(4);

/// Carries out what was asked for.
pub(crate) async fn carry_out(cli: Cli) -> Result<(), Failure> {
    let common = cli.common;
    match cli.command {
        Command::Demo(demo) => demo::run(common, demo).await,
        Command::Serve(serve) => serve::run(common, serve).await,
        Command::ZoomSim(sim) => zoom_sim::run(sim).await,
        Command::Integrations(what) => integrations::run(common, what).await,
        Command::Sync(sync) => sync::run(common, sync).await,
        Command::Users(users) => users::run(common, users).await,
        Command::Findings(findings) => findings::run(common, findings).await,
        Command::Renewal(renewal) => renewal::run(common, renewal).await,
        Command::WhatIf(what_if) => what_if::run(common, what_if).await,
        Command::Contracts(what) => contracts::run(common, what).await,
        Command::Doctor => doctor::run(common).await,
        Command::Openapi => {
            let document = server::openapi().to_pretty_json().map_err(|error| {
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

/// Writes a line to standard output. A reader that has gone away (`| head`) is not an error.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Waits for Ctrl-C or, on Unix, a request to end.
pub(crate) async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! {
                    _ = interrupted => {}
                    _ = terminated.recv() => {}
                }
            }
            Err(_) => drop(interrupted.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupted.await);
}

/// Serves until told to stop; then the worker is told at once, and clients have a few seconds to finish.
pub(crate) async fn serve_until_stopped(
    listener: tokio::net::TcpListener,
    app: std::sync::Arc<server::App>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let told = stop.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        told.cancel();
    });
    let serving = server::serve(listener, app, stop.clone().cancelled_owned());
    let drained = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = serving => ended.map_err(Failure::from),
        // Whoever holds a connection open without finishing a request is not waited for.
        () = drained => Ok(()),
    }
}

/// Binds a listening socket, with a sentence when that does not work.
pub(crate) async fn listen(
    address: std::net::SocketAddr,
    flag: &str,
) -> Result<tokio::net::TcpListener, Failure> {
    tokio::net::TcpListener::bind(address).await.map_err(|error| {
        Failure::other(format!(
            "can't listen on {address} ({error}); choose another address with {flag}, port 0 takes a free one"
        ))
    })
}

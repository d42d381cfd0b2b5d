//! The command line: one module for each command, with its arguments, and the list of all with their help.

mod backup;
mod contracts;
mod demo;
mod doctor;
mod findings;
mod integrations;
mod key;
mod list_args;
mod owner;
mod rejected_records;
mod renewal;
mod restore;
mod retention;
mod serve;
mod sync;
mod table;
mod users;
mod what_if;
mod zoom_sim;

use std::io::Write as _;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;

/// Self-hosted SaaS management with a direct Zoom integration: licences, their holders and their use.
#[derive(Debug, Parser)]
#[command(
    name = "seatwise",
    version,
    propagate_version = true,
    after_help = "Examples:\n  seatwise demo\n  seatwise serve --data /var/lib/seatwise --listen 127.0.0.1:8080\n  \
                  seatwise doctor\n\nExit codes: 0 success · 1 failure · 2 wrong arguments or configuration · \
                  3 database or master key unusable · 4 no such integration or user · 5 sync ended before everything was read"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try Seatwise with a simulated Zoom account.
    #[command(
        after_help = "Examples:\n  seatwise demo\n  seatwise demo --users 10000 --seed 3 --data ./demo-data\n  seatwise demo --json"
    )]
    Demo(demo::Demo),
    /// Run the server with pages, API and scheduled syncs.
    #[command(
        after_help = "Examples:\n  seatwise serve --data /var/lib/seatwise\n  \
                            SEATWISE_DATABASE_URL=postgres://seatwise@localhost/seatwise seatwise serve --listen 0.0.0.0:8080 --public-url https://seatwise.example.com"
    )]
    Serve(serve::Serve),
    /// Run only the simulated Zoom, for development and tests.
    #[command(
        after_help = "Examples:\n  seatwise zoom-sim --users 500 --print-credentials\n  seatwise zoom-sim --users 2000 --truth truth.jsonl --plan pro\n  \
                            seatwise zoom-sim --control 127.0.0.1:8082\n  \
                            curl -d '{\"path\":\"/users\",\"times\":3,\"effect\":{\"html\":503}}' http://127.0.0.1:8082/faults"
    )]
    ZoomSim(zoom_sim::ZoomSim),
    /// List, add or remove connected accounts.
    #[command(subcommand)]
    Integrations(integrations::Integrations),
    /// Create the first owner without a browser.
    #[command(subcommand)]
    Owner(owner::Owner),
    /// Synchronise accounts now and show the progress.
    #[command(after_help = "Examples:\n  seatwise sync\n  seatwise sync 1 --json")]
    Sync(sync::SyncNow),
    /// Show users with the same filters as the page and the API.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”:\n  \
                            department, large_meeting_capacity, large_meeting_enabled, last_client_version, meeting_capacity,\n  \
                            user_status, user_type, webinar, webinar_capacity, group, state, inactive_days, q, sort\n\n\
                            Examples:\n  seatwise users user_type=pro state=inactive inactive_days=60\n  \
                            seatwise users department=Sales department=Legal --format csv > people.csv"
    )]
    Users(list_args::ListArgs),
    /// Show findings: licences that are not needed, with evidence and cost.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”: rule, plan, state, amount,\n  \
                            assignee, activity, sort, and those of users (see seatwise users --help).\n\n\
                            Examples:\n  seatwise findings rule=dormant rule=never_used department=Sales\n  \
                            seatwise findings state=on_hold --format json\n  seatwise findings --format csv > findings.csv"
    )]
    Findings(list_args::ListArgs),
    /// Show records of the application that could not be understood, by kind of data, days, user and reason.
    #[command(
        after_help = "Examples:\n  seatwise rejected-records\n  seatwise rejected-records --integration 1 --json"
    )]
    RejectedRecords(rejected_records::RejectedRecords),
    /// Show the recommendation for renewing contracts: seats, reasons, dates and cost.
    #[command(
        after_help = "Examples:\n  seatwise renewal\n  seatwise renewal 1 --seats 1200\n  seatwise renewal --format json"
    )]
    Renewal(renewal::Renewal),
    /// Compare other rules with the current ones, and replay them over the history to count wrong findings.
    #[command(
        name = "whatif",
        after_help = "A settings document is JSON; settings that it leaves out have their default.\n\n\
                            Examples:\n  seatwise whatif --rule dormant --days 90\n  echo '{\"rules\":{\"dormant\":{\"days\":90}}}' | seatwise whatif --settings -\n  \
                            seatwise whatif --rule dormant --thresholds 30,60,90,120"
    )]
    WhatIf(what_if::WhatIf),
    /// List, add, import or remove contracts.
    #[command(subcommand)]
    Contracts(contracts::Contracts),
    /// Write all data into one file, also while the server runs, and read it back.
    #[command(
        after_help = "The file holds the data of employees: keep it as safe as the database. Without --include-key it does not hold\n\
                            the master key, and tokens and secrets in it open only with a copy of that key.\n\n\
                            Examples:\n  seatwise backup /var/backups/seatwise-2026-11-30.backup\n  seatwise backup --include-key /media/safe/seatwise.backup"
    )]
    Backup(backup::BackUp),
    /// Restore a backup into an empty directory or an empty PostgreSQL database.
    #[command(
        after_help = "A backup of SQLite can be restored into PostgreSQL and the other way round, and one of an older version into\n\
                            this one. Nothing is changed unless the whole backup can be restored.\n\n\
                            Examples:\n  seatwise restore --check seatwise-2026-11-30.backup\n  seatwise restore --data /var/lib/seatwise seatwise-2026-11-30.backup"
    )]
    Restore(restore::Restore),
    /// Show and change for how long each kind of data is kept.
    #[command(
        after_help = "What is older is deleted every day while the server runs.\n\n\
                            Examples:\n  seatwise retention\n  seatwise retention sign_ins=180 audit=2555\n  seatwise retention meetings=forever"
    )]
    Retention(retention::Keep),
    /// Replace the master key.
    #[command(subcommand)]
    Key(key::Key),
    /// Check configuration, database, key, connection and permissions, and explain how to fix problems.
    #[command(after_help = "Example:\n  seatwise doctor --data /var/lib/seatwise")]
    Doctor,
    /// Print the OpenAPI document of the REST API.
    #[command(after_help = "Example:\n  seatwise openapi > openapi.json")]
    Openapi,
    /// Print the completion script of a shell.
    #[command(
        after_help = "Example:\n  seatwise completions bash > /etc/bash_completion.d/seatwise"
    )]
    Completions {
        /// Shell that will run the script.
        shell: clap_complete::Shell,
    },
}

/// Runs the command of the command line.
pub(crate) async fn run(cli: Cli) -> Result<(), Failure> {
    let common = cli.common;
    match cli.command {
        Command::Demo(demo) => demo::run(common, demo).await,
        Command::Serve(serve) => serve::run(common, serve).await,
        Command::ZoomSim(sim) => zoom_sim::run(sim).await,
        Command::Integrations(command) => integrations::run(common, command).await,
        Command::Owner(command) => owner::run(common, command).await,
        Command::Sync(sync) => sync::run(common, sync).await,
        Command::Users(users) => users::run(common, users).await,
        Command::Findings(findings) => findings::run(common, findings).await,
        Command::RejectedRecords(wanted) => rejected_records::run(common, wanted).await,
        Command::Renewal(renewal) => renewal::run(common, renewal).await,
        Command::WhatIf(what_if) => what_if::run(common, what_if).await,
        Command::Contracts(command) => contracts::run(common, command).await,
        Command::Backup(backup) => backup::run(common, backup).await,
        Command::Restore(restore) => restore::run(common, restore).await,
        Command::Retention(keep) => retention::run(common, keep).await,
        Command::Key(command) => key::run(common, command).await,
        Command::Doctor => doctor::run(common).await,
        Command::Openapi => {
            let document = server::openapi(&common.connectors()?.applications())
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

//! The command line: all commands, flags and environment variables, with their help and examples.

mod accounts;
mod operation;
mod queries;
mod serving;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use accounts::{Contracts, Integrations, SyncNow};
pub(crate) use operation::{BackUp, Key, Restore};
pub(crate) use queries::{ListArgs, Renewal, WhatIf};
pub(crate) use serving::{Demo, Serve, ZoomSim};
pub(crate) use values::Format;

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

/// Options of all commands that open the database or call Zoom.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Directory with the embedded database and the master key.
    #[arg(
        long = "data",
        value_name = "DIR",
        env = "SEATWISE_DATA_DIR",
        global = true
    )]
    pub(crate) data: Option<PathBuf>,
    /// Address of a PostgreSQL database, used instead of the embedded one: `postgres://user:password@host/name`.
    #[arg(
        long,
        value_name = "URL",
        env = "SEATWISE_DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub(crate) database_url: Option<String>,
    /// File with the master key; created on first start (default: master.key in the data directory).
    #[arg(
        long,
        value_name = "FILE",
        env = "SEATWISE_MASTER_KEY_FILE",
        global = true
    )]
    pub(crate) master_key_file: Option<PathBuf>,
    /// Address of Zoom's API; change it for Zoom for Government or for a simulator on this machine.
    #[arg(
        long,
        value_name = "URL",
        env = "SEATWISE_ZOOM_API_URL",
        default_value = "https://api.zoom.us",
        global = true
    )]
    pub(crate) zoom_api_url: String,
    /// Address of Zoom's OAuth pages; change it together with --zoom-api-url.
    #[arg(
        long,
        value_name = "URL",
        env = "SEATWISE_ZOOM_OAUTH_URL",
        default_value = "https://zoom.us",
        global = true
    )]
    pub(crate) zoom_oauth_url: String,
    /// Level of the log: error, warn, info, debug, trace, or filters such as sync=debug,info.
    #[arg(
        long,
        value_name = "FILTER",
        env = "SEATWISE_LOG",
        default_value = "warn",
        global = true
    )]
    pub(crate) log: String,
    /// Write the log as JSON lines.
    #[arg(long, env = "SEATWISE_LOG_JSON", global = true)]
    pub(crate) log_json: bool,
}

/// The commands of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try Seatwise with a simulated Zoom account.
    #[command(
        after_help = "Examples:\n  seatwise demo\n  seatwise demo --users 10000 --seed 3 --data ./demo-data\n  seatwise demo --json"
    )]
    Demo(Demo),
    /// Run the server with pages, API and scheduled syncs.
    #[command(
        after_help = "Examples:\n  seatwise serve --data /var/lib/seatwise\n  \
                            SEATWISE_DATABASE_URL=postgres://seatwise@localhost/seatwise seatwise serve --listen 0.0.0.0:8080 --public-url https://seatwise.example.com"
    )]
    Serve(Serve),
    /// Run only the simulated Zoom, for development and tests.
    #[command(
        after_help = "Examples:\n  seatwise zoom-sim --users 500 --print-credentials\n  seatwise zoom-sim --users 2000 --truth truth.jsonl --plan pro"
    )]
    ZoomSim(ZoomSim),
    /// List, add or remove connected accounts.
    #[command(subcommand)]
    Integrations(Integrations),
    /// Synchronise accounts now and show the progress.
    #[command(after_help = "Examples:\n  seatwise sync\n  seatwise sync 1 --json")]
    Sync(SyncNow),
    /// Show users with the same filters as the page and the API.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”:\n  \
                            department, large_meeting_capacity, large_meeting_enabled, last_client_version, meeting_capacity,\n  \
                            user_status, user_type, webinar, webinar_capacity, group, state, inactive_days, q, sort\n\n\
                            Examples:\n  seatwise users user_type=pro state=inactive inactive_days=60\n  \
                            seatwise users department=Sales department=Legal --format csv > people.csv"
    )]
    Users(ListArgs),
    /// Show findings: licences that are not needed, with evidence and cost.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”: rule, plan, state, amount,\n  \
                            assignee, activity, sort, and those of users (see seatwise users --help).\n\n\
                            Examples:\n  seatwise findings rule=dormant rule=never_used department=Sales\n  \
                            seatwise findings state=on_hold --format json\n  seatwise findings --format csv > findings.csv"
    )]
    Findings(ListArgs),
    /// Show the recommendation for renewing contracts: seats, reasons, dates and cost.
    #[command(
        after_help = "Examples:\n  seatwise renewal\n  seatwise renewal 1 --seats 1200\n  seatwise renewal --format json"
    )]
    Renewal(Renewal),
    /// Compare other rules with the current ones, and replay them over the history to count wrong findings.
    #[command(
        name = "whatif",
        after_help = "A settings document is JSON; settings that it leaves out have their default.\n\n\
                            Examples:\n  seatwise whatif --rule dormant --days 90\n  echo '{\"rules\":{\"dormant\":{\"days\":90}}}' | seatwise whatif --settings -\n  \
                            seatwise whatif --rule dormant --thresholds 30,60,90,120"
    )]
    WhatIf(WhatIf),
    /// List, add, import or remove contracts.
    #[command(subcommand)]
    Contracts(Contracts),
    /// Write all data into one file, also while the server runs, and read it back.
    #[command(
        after_help = "The file holds the data of employees: keep it as safe as the database. Without --include-key it does not hold\n\
                            the master key, and tokens and secrets in it open only with a copy of that key.\n\n\
                            Examples:\n  seatwise backup /var/backups/seatwise-2026-11-30.backup\n  seatwise backup --include-key /media/safe/seatwise.backup"
    )]
    Backup(BackUp),
    /// Restore a backup into an empty directory or an empty PostgreSQL database.
    #[command(
        after_help = "A backup of SQLite can be restored into PostgreSQL and the other way round, and one of an older version into\n\
                            this one. Nothing is changed unless the whole backup can be restored.\n\n\
                            Examples:\n  seatwise restore --check seatwise-2026-11-30.backup\n  seatwise restore --data /var/lib/seatwise seatwise-2026-11-30.backup"
    )]
    Restore(Restore),
    /// Replace the master key.
    #[command(subcommand)]
    Key(Key),
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

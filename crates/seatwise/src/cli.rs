//! The command line: all commands, flags and environment variables, with their help and examples.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    Users(Users),
    /// Show findings: licences that are not needed, with evidence and cost.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”: rule, plan, state, amount,\n  \
                            assignee, activity, sort, and those of users (see seatwise users --help).\n\n\
                            Examples:\n  seatwise findings rule=dormant rule=never_used department=Sales\n  \
                            seatwise findings state=on_hold --format json\n  seatwise findings --format csv > findings.csv"
    )]
    Findings(Findings),
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

/// Rate limits of a Zoom plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanName {
    /// Rate limits of free accounts.
    Free,
    /// Rate limits of the Pro plan.
    Pro,
    /// Rate limits of the Business, Education and Enterprise plans.
    Business,
}

impl PlanName {
    pub(crate) fn model(self) -> model::Plan {
        match self {
            Self::Free => model::Plan::Free,
            Self::Pro => model::Plan::Pro,
            Self::Business => model::Plan::Business,
        }
    }

    pub(crate) fn simulated(self) -> zoom_sim::Plan {
        match self {
            Self::Free => zoom_sim::Plan::Free,
            Self::Pro => zoom_sim::Plan::Pro,
            Self::Business => zoom_sim::Plan::Business,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Address and port on which Seatwise listens.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SEATWISE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Address and port on which the simulated Zoom listens.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) zoom_listen: SocketAddr,
    /// Number of people in the simulated account.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the simulated people; the same seed gives the same people.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Print addresses and credentials as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port on which to listen.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SEATWISE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Address under which browsers reach this server (default: http:// and the listening address).
    /// Zoom redirects the browser to oauth/zoom/callback below this address.
    #[arg(long, value_name = "URL", env = "SEATWISE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Client id of the general OAuth app, as an alternative to entering it in the settings.
    #[arg(long, env = "SEATWISE_ZOOM_CLIENT_ID")]
    pub(crate) zoom_client_id: Option<String>,
    /// File with the client secret of the general OAuth app.
    #[arg(long, value_name = "FILE", env = "SEATWISE_ZOOM_CLIENT_SECRET_FILE")]
    pub(crate) zoom_client_secret_file: Option<PathBuf>,
    /// Use X-Forwarded-For when counting failed sign-ins, because a proxy of yours sets it.
    #[arg(long, env = "SEATWISE_TRUST_FORWARDED_FOR")]
    pub(crate) trust_forwarded_for: bool,
    /// Private networks that webhooks may reach, such as 10.1.0.0/16; separate several with commas.
    #[arg(
        long,
        value_name = "NETWORK",
        env = "SEATWISE_ALLOW_WEBHOOKS_TO",
        value_delimiter = ','
    )]
    pub(crate) allow_webhooks_to: Vec<service::notify::Network>,
}

#[derive(Debug, Args)]
pub(crate) struct ZoomSim {
    /// Address and port on which to listen.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// Number of people in the first account.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the simulated people; the same seed gives the same people.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Plan of the account; rate limits and refused requests depend on it.
    #[arg(long, value_enum, default_value = "business")]
    pub(crate) plan: PlanName,
    /// Milliseconds added to every response.
    #[arg(long, default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// Answer requests without rate limits.
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// Grant granular scopes, which apps created since 2024 have, instead of classic ones.
    #[arg(long)]
    pub(crate) granular_scopes: bool,
    /// Redirect address that the OAuth app accepts; can be repeated.
    #[arg(
        long = "redirect-uri",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/oauth/zoom/callback"
    )]
    pub(crate) redirect_uris: Vec<String>,
    /// Write the true need of every person (whether and until when a licence is needed) to a file first.
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// Print addresses and Server-to-Server credentials as one line of JSON.
    #[arg(long)]
    pub(crate) print_credentials: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Integrations {
    /// List the connected accounts and their state.
    List {
        /// Print the list as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Connect an account through its Server-to-Server OAuth app.
    #[command(
        after_help = "Example:\n  seatwise integrations add-s2s --account-id abc --client-id def --client-secret-file secret.txt --name \"Acme Europe\""
    )]
    AddS2s {
        /// Zoom's account id, from the app's credentials page.
        #[arg(long)]
        account_id: String,
        /// Client id, from the app's credentials page.
        #[arg(long)]
        client_id: String,
        /// File with the client secret; `-` reads it from standard input. It is not an argument because other
        /// users of the machine can see command lines.
        #[arg(long, value_name = "FILE")]
        client_secret_file: PathBuf,
        /// Name of the account on pages.
        #[arg(long, default_value = "")]
        name: String,
        /// Plan whose rate limits apply.
        #[arg(long, value_enum, default_value = "pro")]
        plan: PlanName,
    },
    /// Disconnect an account and keep its data, or erase it.
    Remove {
        /// Number of the integration to disconnect.
        id: i64,
        /// Erase the data of the account as well.
        #[arg(long)]
        erase: bool,
        /// Confirm the command; without it nothing is removed.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SyncNow {
    /// Number of the integration (default: all active ones).
    pub(crate) id: Option<i64>,
    /// Print JSON lines: one for every change of a stream, and one for the end of each run.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Format in which commands print rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for people to read.
    Table,
    /// One JSON object, as in the API.
    Json,
    /// CSV, as in the export of the page.
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Users {
    /// Filters, written KEY=VALUE (see below).
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) filters: Vec<String>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Largest number of rows (default: 50 in tables).
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Findings {
    /// Filters, written KEY=VALUE (see below).
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) filters: Vec<String>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// Largest number of rows (default: 50 in tables).
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Renewal {
    /// Number of the contract (default: all).
    pub(crate) contract: Option<i64>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Also show cost and risk of buying this number of seats.
    #[arg(long, requires = "contract", value_parser = clap::value_parser!(i64).range(0..=10_000_000))]
    pub(crate) seats: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// File with a settings document; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "rule")]
    pub(crate) settings: Option<PathBuf>,
    /// Rule whose threshold is changed, such as dormant.
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// New threshold of the rule, in days.
    #[arg(long, requires = "rule", conflicts_with = "thresholds", value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) days: Option<u16>,
    /// Several thresholds to compare, in days.
    #[arg(long, requires = "rule", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) thresholds: Vec<u16>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// Format of the output: text, JSON or CSV.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Contracts {
    /// List the contracts of an account.
    List {
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Format of the output: text, JSON or CSV.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Enter a new contract of an account.
    #[command(
        after_help = "Example:\n  seatwise contracts add licence=licensed quantity=1500 unit_price=149.90 currency=EUR starts_on=2026-04-01 ends_on=2027-03-31\n\n\
                            Fields: licence, name, quantity, unit_price, currency, billing_cycle (monthly, quarterly, yearly), starts_on, ends_on,\n  \
                            auto_renews, notice_days, minimum, reducible_each_cycle, owner, notes"
    )]
    Add {
        /// Fields of the contract, written FIELD=VALUE.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
    },
    /// Enter all contracts of a CSV file, or none if the file has an error.
    #[command(
        after_help = "The first line names the columns, the fields of `contracts add`.\n\nExample:\n  seatwise contracts import contracts.csv"
    )]
    Import {
        /// CSV file; `-` reads it from standard input.
        file: PathBuf,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Check the file without entering anything.
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove a contract and its attachments.
    Remove {
        /// Number of the contract to remove.
        id: i64,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Confirm the command; without it nothing is removed.
        #[arg(long)]
        yes: bool,
    },
}

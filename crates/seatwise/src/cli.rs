//! The command line: every command, flag and environment variable, with help and examples.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Who holds which licence, and who uses it: self-hosted SaaS management with a direct Zoom
/// integration.
#[derive(Debug, Parser)]
#[command(
    name = "seatwise",
    version,
    propagate_version = true,
    after_help = "Examples:\n  seatwise demo\n  seatwise serve --data /var/lib/seatwise --listen 127.0.0.1:8080\n  \
                  seatwise doctor\n\nExit codes: 0 done · 1 could not be done · 2 wrong arguments or configuration · \
                  3 database or master key unusable · 4 no such integration or user · 5 sync ended before everything was read"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command that opens the database or speaks to Zoom understands.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Directory of the embedded database and the master key.
    #[arg(
        long = "data",
        value_name = "DIR",
        env = "SEATWISE_DATA_DIR",
        global = true
    )]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database: `postgres://user:password@host/name`.
    #[arg(
        long,
        value_name = "URL",
        env = "SEATWISE_DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub(crate) database_url: Option<String>,
    /// File with the master key; made on first start (default: master.key in the data directory).
    #[arg(
        long,
        value_name = "FILE",
        env = "SEATWISE_MASTER_KEY_FILE",
        global = true
    )]
    pub(crate) master_key_file: Option<PathBuf>,
    /// Zoom's API: another address is for Zoom for Government or a simulator on this machine.
    #[arg(
        long,
        value_name = "URL",
        env = "SEATWISE_ZOOM_API_URL",
        default_value = "https://api.zoom.us",
        global = true
    )]
    pub(crate) zoom_api_url: String,
    /// Zoom's OAuth pages, likewise.
    #[arg(
        long,
        value_name = "URL",
        env = "SEATWISE_ZOOM_OAUTH_URL",
        default_value = "https://zoom.us",
        global = true
    )]
    pub(crate) zoom_oauth_url: String,
    /// What to log: error, warn, info, debug, trace, or filters such as sync=debug,info.
    #[arg(
        long,
        value_name = "FILTER",
        env = "SEATWISE_LOG",
        default_value = "warn",
        global = true
    )]
    pub(crate) log: String,
    /// Log as JSON lines.
    #[arg(long, env = "SEATWISE_LOG_JSON", global = true)]
    pub(crate) log_json: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Try it: Seatwise and a simulated Zoom, connected, with people to look at.
    #[command(
        after_help = "Examples:\n  seatwise demo\n  seatwise demo --users 10000 --seed 3 --data ./demo-data\n  seatwise demo --json"
    )]
    Demo(Demo),
    /// Run the server: pages, API and scheduled syncs.
    #[command(
        after_help = "Examples:\n  seatwise serve --data /var/lib/seatwise\n  \
                            SEATWISE_DATABASE_URL=postgres://seatwise@localhost/seatwise seatwise serve --listen 0.0.0.0:8080 --public-url https://seatwise.example.com"
    )]
    Serve(Serve),
    /// Run the simulated Zoom by itself, for development and tests.
    #[command(
        after_help = "Examples:\n  seatwise zoom-sim --users 500 --print-credentials\n  seatwise zoom-sim --users 2000 --truth truth.jsonl --plan pro"
    )]
    ZoomSim(ZoomSim),
    /// List, add or remove connected accounts.
    #[command(subcommand)]
    Integrations(Integrations),
    /// Synchronise now and show the progress.
    #[command(after_help = "Examples:\n  seatwise sync\n  seatwise sync 1 --json")]
    Sync(SyncNow),
    /// Show users, with the same filters as the page and the API.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”:\n  \
                            department, large_meeting_capacity, large_meeting_enabled, last_client_version, meeting_capacity,\n  \
                            user_status, user_type, webinar, webinar_capacity, group, state, inactive_days, q, sort\n\n\
                            Examples:\n  seatwise users user_type=pro state=inactive inactive_days=60\n  \
                            seatwise users department=Sales department=Legal --format csv > people.csv"
    )]
    Users(Users),
    /// Show findings: who has a licence that is not needed, with the evidence and the money.
    #[command(
        after_help = "Filters are the API's query parameters, written KEY=VALUE and repeated for “or”: rule, plan, state, amount,\n  \
                            assignee, activity, sort, and those of users (see seatwise users --help).\n\n\
                            Examples:\n  seatwise findings rule=dormant rule=never_used department=Sales\n  \
                            seatwise findings state=held --format json\n  seatwise findings --format csv > findings.csv"
    )]
    Findings(Findings),
    /// Show what to renew a contract with: seats, reasons, dates and money.
    #[command(
        after_help = "Examples:\n  seatwise renewal\n  seatwise renewal 1 --seats 1200\n  seatwise renewal --format json"
    )]
    Renewal(Renewal),
    /// Show what other rules would do, and, replayed over the history, whom they would flag wrongly.
    #[command(
        name = "whatif",
        after_help = "A settings document is JSON; what it leaves out is at its default.\n\n\
                            Examples:\n  seatwise whatif --rule dormant --days 90\n  echo '{\"rules\":{\"dormant\":{\"days\":90}}}' | seatwise whatif --settings -\n  \
                            seatwise whatif --rule dormant --thresholds 30,60,90,120"
    )]
    WhatIf(WhatIf),
    /// List, add, import or remove contracts.
    #[command(subcommand)]
    Contracts(Contracts),
    /// Check configuration, database, key, reachability and permissions, and say what to fix.
    #[command(after_help = "Example:\n  seatwise doctor --data /var/lib/seatwise")]
    Doctor,
    /// Print the OpenAPI document of the REST API.
    #[command(after_help = "Example:\n  seatwise openapi > openapi.json")]
    Openapi,
    /// Print shell completions.
    #[command(
        after_help = "Example:\n  seatwise completions bash > /etc/bash_completion.d/seatwise"
    )]
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
}

/// Rate limits of a Zoom plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanName {
    /// Free plans.
    Free,
    /// Pro plans.
    Pro,
    /// Business, Education and Enterprise plans.
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
    /// Where Seatwise listens.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SEATWISE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Where the simulated Zoom listens.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) zoom_listen: SocketAddr,
    /// How many people the simulated account has.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the simulated people: the same seed gives the same people.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Print one JSON line with addresses and credentials instead of a text.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080", env = "SEATWISE_LISTEN")]
    pub(crate) listen: SocketAddr,
    /// Address under which browsers reach this server (default: http:// and the listening address).
    /// Zoom sends the browser back to its oauth/zoom/callback.
    #[arg(long, value_name = "URL", env = "SEATWISE_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// Client id of the general OAuth app, instead of entering it in the settings.
    #[arg(long, env = "SEATWISE_ZOOM_CLIENT_ID")]
    pub(crate) zoom_client_id: Option<String>,
    /// File with the client secret of the general OAuth app.
    #[arg(long, value_name = "FILE", env = "SEATWISE_ZOOM_CLIENT_SECRET_FILE")]
    pub(crate) zoom_client_secret_file: Option<PathBuf>,
    /// A proxy of yours sets X-Forwarded-For: use it when failed sign-ins are counted.
    #[arg(long, env = "SEATWISE_TRUST_FORWARDED_FOR")]
    pub(crate) trust_forwarded_for: bool,
    /// Networks that webhooks may reach although they are not public, such as 10.1.0.0/16; several
    /// with commas.
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
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8081")]
    pub(crate) listen: SocketAddr,
    /// How many people the first account has.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub(crate) users: u64,
    /// Seed of the people.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Plan of the account: decides on rate limits and on what is refused.
    #[arg(long, value_enum, default_value = "business")]
    pub(crate) plan: PlanName,
    /// Milliseconds added to every answer.
    #[arg(long, default_value_t = 0)]
    pub(crate) latency_ms: u64,
    /// Answer without rate limits.
    #[arg(long)]
    pub(crate) no_limits: bool,
    /// Give granular scopes, as apps made since 2024 have them, instead of classic ones.
    #[arg(long)]
    pub(crate) granular_scopes: bool,
    /// Redirect addresses that the OAuth app accepts.
    #[arg(
        long = "redirect-uri",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080/oauth/zoom/callback"
    )]
    pub(crate) redirect_uris: Vec<String>,
    /// Write the truth about every person (who needs a licence, and until when) and go on.
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// Print one JSON line with the addresses and Server-to-Server credentials.
    #[arg(long)]
    pub(crate) print_credentials: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Integrations {
    /// List connected accounts.
    List {
        /// As JSON.
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
        /// File with the client secret; `-` reads it from standard input. Secrets on a command line
        /// can be seen by other users of the machine.
        #[arg(long, value_name = "FILE")]
        client_secret_file: PathBuf,
        /// Name to show.
        #[arg(long, default_value = "")]
        name: String,
        /// Rate limits to assume.
        #[arg(long, value_enum, default_value = "pro")]
        plan: PlanName,
    },
    /// Disconnect an account.
    Remove {
        /// Number of the integration.
        id: i64,
        /// Erase its data too; otherwise it is kept.
        #[arg(long)]
        erase: bool,
        /// Do it without asking.
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

/// How users are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading.
    Table,
    /// As the API answers: one JSON object.
    Json,
    /// As the page exports it.
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Users {
    /// Filters, KEY=VALUE.
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) filters: Vec<String>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// How many at the most.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Findings {
    /// Filters, KEY=VALUE.
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) filters: Vec<String>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    /// How many at the most.
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
    /// What if so many seats were bought?
    #[arg(long, requires = "contract", value_parser = clap::value_parser!(i64).range(0..=10_000_000))]
    pub(crate) seats: Option<i64>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct WhatIf {
    /// File with a settings document; `-` reads it from standard input.
    #[arg(long, value_name = "FILE", conflicts_with = "rule")]
    pub(crate) settings: Option<PathBuf>,
    /// The rule whose threshold is moved, such as dormant.
    #[arg(long)]
    pub(crate) rule: Option<String>,
    /// Its threshold in days.
    #[arg(long, requires = "rule", conflicts_with = "thresholds", value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) days: Option<u16>,
    /// Several thresholds in days, to compare.
    #[arg(long, requires = "rule", value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=730))]
    pub(crate) thresholds: Vec<u16>,
    /// Number of the integration (default: the only one).
    #[arg(long, value_name = "ID")]
    pub(crate) integration: Option<i64>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Contracts {
    /// List contracts.
    List {
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// How to print.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Enter a contract.
    #[command(
        after_help = "Example:\n  seatwise contracts add licence=licensed quantity=1500 unit_price=149.90 currency=EUR starts_on=2026-04-01 ends_on=2027-03-31\n\n\
                            Fields: licence, name, quantity, unit_price, currency, billing_cycle (monthly, quarterly, yearly), starts_on, ends_on,\n  \
                            auto_renews, notice_days, minimum, reducible_each_cycle, owner, notes"
    )]
    Add {
        /// What it says, FIELD=VALUE.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
    },
    /// Enter all contracts of a CSV file, or none when anything in it is wrong.
    #[command(
        after_help = "The first line names the columns, the fields of `contracts add`.\n\nExample:\n  seatwise contracts import contracts.csv"
    )]
    Import {
        /// The file; `-` reads it from standard input.
        file: PathBuf,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Only check the file.
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove a contract.
    Remove {
        /// Its number.
        id: i64,
        /// Number of the integration (default: the only one).
        #[arg(long, value_name = "ID")]
        integration: Option<i64>,
        /// Do it without asking.
        #[arg(long)]
        yes: bool,
    },
}

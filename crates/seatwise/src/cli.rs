//! Options of all commands and values that several of them accept. Each command has its own arguments in
//! its file in `commands`.

mod values;

use std::path::PathBuf;

use clap::Args;

pub(crate) use values::{Format, plan};

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

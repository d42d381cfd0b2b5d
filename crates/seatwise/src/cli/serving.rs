//! Arguments of the commands that run servers.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::values::PlanName;

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
    /// Address under which browsers reach this server (default: http:// and the listening address). It has no path.
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
    /// Address and port of this machine on which faults can be injected over HTTP: see docs/simulator.md.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) control: Option<SocketAddr>,
    /// Print addresses and Server-to-Server credentials as one line of JSON.
    #[arg(long)]
    pub(crate) print_credentials: bool,
}

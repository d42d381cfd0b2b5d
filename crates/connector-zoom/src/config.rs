//! Addresses and services that the binary or a test passes to the connector.

use std::sync::Arc;

use connector::Random;
use model::Clock;
use url::Url;
use zoom::Hosts;
use zoom::pacer::Limits;
use zoom::transport::Transport;

/// Addresses of Zoom, and everything that comes from outside: clock, randomness, HTTP.
#[derive(Clone)]
pub struct ZoomConfig {
    /// Host of Zoom's OAuth pages: `https://zoom.us`, or the simulator's.
    pub oauth_url: Url,
    /// Host of the API when a token response names none: `https://api.zoom.us`.
    pub api_url: Url,
    /// Hosts to which a token may be sent.
    pub hosts: Hosts,
    /// Sends every HTTP request of the client.
    pub transport: Arc<dyn Transport>,
    /// The clock of the client and its pacer.
    pub clock: Arc<dyn Clock>,
    /// Randomness for the pauses before retries.
    pub random: Arc<dyn Random>,
    /// Rate limits that replace those of the account's plan: only for measuring without limits.
    pub limits: Option<Limits>,
}

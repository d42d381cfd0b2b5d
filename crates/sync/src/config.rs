//! What the engine is handed by the binary or a test: where Zoom is, the clock, randomness and HTTP.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::{Clock, Timestamp};
use url::Url;
use zoom::Hosts;
use zoom::transport::Transport;

use crate::random::Random;

/// What the engine is handed.
#[derive(Clone)]
pub struct Config {
    /// Host of Zoom's OAuth pages: `https://zoom.us`, or the simulator's.
    pub oauth_url: Url,
    /// Host of the API when a token response names none: `https://api.zoom.us`.
    pub api_url: Url,
    /// Which hosts a token may be sent to.
    pub hosts: Hosts,
    /// Carries every request.
    pub transport: Arc<dyn Transport>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Randomness for states, verifiers and jitter.
    pub random: Arc<dyn Random>,
    /// Name of this process, unique among those that share the database.
    pub holder: String,
    /// Rate limits to pace by instead of the integration's own: only for measuring without limits.
    pub limits: Option<zoom::pacer::Limits>,
    /// Keys of the streams to read; `None` reads all. A stream that is left out keeps its state.
    pub only: Option<Vec<String>>,
}

impl Config {
    /// The clock in the form that the Zoom client takes.
    pub(crate) fn shared_now(&self) -> Arc<dyn Fn() -> SystemTime + Send + Sync> {
        let clock = Arc::clone(&self.clock);
        Arc::new(move || system_time(clock.now()))
    }
}

pub(crate) fn system_time(at: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

pub(crate) fn timestamp(at: SystemTime) -> Timestamp {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

//! The parts of a Seatwise process that the benchmarks build: a database in a temporary directory, an
//! engine that talks to the simulated Zoom, clock and randomness.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ::sync::{Config, Connectors, Random};
use connector_zoom::{ZoomConfig, ZoomConnector};
use model::{Clock, Timestamp};
use store::{LeaseClock, MasterKey, Store, StoreAccess, StoreLocation, StoreOptions};
use url::Url;
use zoom::Hosts;
use zoom::pacer::Limits;
use zoom::transport::ReqwestTransport;

use crate::output::Result;

/// The clock of the operating system, in milliseconds since 1970 (UTC).
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else receives"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The random number generator of the operating system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) {
        // Continuing is not safe because tokens and sessions without randomness can be guessed.
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// A new database in a directory, with a new master key beside it.
pub(crate) async fn new_store(directory: &Path) -> Result<Store> {
    let options = StoreOptions {
        location: StoreLocation::Sqlite(directory.to_owned()),
        key: MasterKey::create(&directory.join("master.key"))?,
        clock: Arc::new(SystemClock),
        lease_clock: LeaseClock::Database,
        access: StoreAccess::Serve,
    };
    Ok(Store::open(options).await?)
}

/// Configuration of an engine that reads the Zoom at these addresses on this machine. `limits` are the
/// rate limits to keep to; `None` means those of the account's plan.
pub(crate) fn engine_config(
    api_url: &str,
    oauth_url: &str,
    limits: Option<Limits>,
) -> Result<Config> {
    let hosts = Hosts {
        allow_loopback: true,
    };
    let zoom = ZoomConnector::new(ZoomConfig {
        oauth_url: hosts.check(oauth_url)?,
        api_url: hosts.check(api_url)?,
        hosts,
        transport: Arc::new(ReqwestTransport::new()?),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        limits,
    });
    Ok(Config {
        connectors: Connectors::new(vec![Arc::new(zoom)]),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        holder: format!("bench-{}", std::process::id()),
        only: None,
    })
}

/// The address under which a server on this machine is reached.
pub(crate) fn local_url(address: std::net::SocketAddr) -> Result<Url> {
    Ok(Url::parse(&format!("http://{address}/"))?)
}

//! Guessing passwords must be slow, without locking out those who know theirs. Failures are counted
//! in the store, so that they hold for every process: per account and address, per address, and per
//! account. The last one doesn't apply to addresses from which the member has signed in before.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Mutex;

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::http::HeaderMap;
use model::Timestamp;

use crate::app::App;
use crate::failure::Failure;
use service::secret::digest;

/// Failures are remembered this long, in milliseconds.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Failures of one account from one address.
const PER_PAIR: i64 = 8;
/// Failures of any account from one address.
const PER_ADDRESS: i64 = 100;
/// Failures of one account from anywhere.
const PER_ACCOUNT: i64 = 60;
/// How many deeds of strangers at one address go into the audit log within a window.
const NOTED_PER_ADDRESS: i64 = 10;
/// How many of all strangers do.
const NOTED: i64 = 200;
/// That window, in milliseconds.
const NOTED_WINDOW_MS: i64 = 60 * 60 * 1000;
/// How many addresses of successful sign-ins are remembered.
const KNOWN: usize = 10_000;

/// Addresses from which members have signed in since this process began.
#[derive(Debug, Default)]
pub(crate) struct KnownAddresses(Mutex<VecDeque<String>>);

impl KnownAddresses {
    fn holds(&self, pair: &str) -> bool {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .iter()
            .any(|known| known == pair)
    }

    fn learn(&self, pair: String) {
        let mut known = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if !known.contains(&pair) {
            if known.len() >= KNOWN {
                known.pop_front();
            }
            known.push_back(pair);
        }
    }
}

/// One try to sign in.
#[derive(Debug)]
pub(crate) struct Attempt {
    pair: String,
    address: String,
    account: String,
}

impl Attempt {
    /// `email` in lower case; `client` as [`client`] tells it.
    pub(crate) fn new(email: &str, client: &str) -> Self {
        Self {
            pair: format!("pair:{}", digest(&format!("{client}\n{email}"))),
            address: format!("address:{client}"),
            account: format!("account:{}", digest(email)),
        }
    }

    /// Counts this try as failed until it is known better, and refuses it when there were too many.
    pub(crate) async fn begin(&self, app: &App, now: Timestamp) -> Result<(), Failure> {
        self.check(app, now, 0).await?;
        app.context
            .store
            .record_failed_sign_in(&self.pair, now)
            .await?;
        // Counted again, this one included: tries made at the same moment see each other here.
        self.check(app, now, 1).await
    }

    /// The password was wrong.
    pub(crate) async fn failed(self, app: &App, now: Timestamp) -> Result<(), Failure> {
        app.context
            .store
            .record_failed_sign_in(&self.address, now)
            .await?;
        app.context
            .store
            .record_failed_sign_in(&self.account, now)
            .await?;
        Ok(())
    }

    /// The password was right.
    pub(crate) async fn succeeded(self, app: &App) -> Result<(), Failure> {
        app.context.store.clear_failed_sign_ins(&self.pair).await?;
        app.known_addresses.learn(self.pair);
        Ok(())
    }

    async fn check(&self, app: &App, now: Timestamp, own: i64) -> Result<(), Failure> {
        let since = now.plus_ms(-WINDOW_MS);
        let known = app.known_addresses.holds(&self.pair);
        for (key, most) in [
            (&self.pair, PER_PAIR),
            (&self.address, PER_ADDRESS),
            (
                &self.account,
                if known { i64::MAX - 1 } else { PER_ACCOUNT },
            ),
        ] {
            if app.context.store.failed_sign_ins(key, since).await? >= most + own {
                return Err(Failure::too_many(
                    "Too many tries to sign in have failed. Whether the password was right this \
                     time has not been looked at.",
                    WINDOW_MS / 1000,
                )
                .remedy("Wait 15 minutes and try again."));
            }
        }
        Ok(())
    }
}

/// Whether what somebody unknown did is noted in the audit log: only so many are of one address and
/// of all together, or anybody could fill it.
pub(crate) async fn may_note(app: &App, what: &str, client: &str) -> Result<bool, Failure> {
    let now = app.context.clock.now();
    let since = now.plus_ms(-NOTED_WINDOW_MS);
    let keys = [
        (format!("noted:{what}:{client}"), NOTED_PER_ADDRESS),
        (format!("noted:{what}"), NOTED),
    ];
    for (key, most) in &keys {
        if app.context.store.failed_sign_ins(key, since).await? >= *most {
            return Ok(false);
        }
    }
    for (key, _) in &keys {
        app.context.store.record_failed_sign_in(key, now).await?;
    }
    Ok(true)
}

/// The client's address as far as throttling goes: a whole IPv4 address, or the /64 of an IPv6 one.
/// `X-Forwarded-For` counts only where a proxy of ours sets it, and then its last entry.
pub(crate) fn client(
    extensions: &Extensions,
    headers: &HeaderMap,
    trust_forwarded: bool,
) -> String {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?;
        last.to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse::<IpAddr>()
            .ok()
    };
    let peer = || {
        extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip())
    };
    let address = if trust_forwarded {
        forwarded().or_else(peer)
    } else {
        peer()
    };
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let bits = u128::from(address) & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from(bits))
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], trust: bool) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client(&extensions, &headers, trust)
    }

    #[test]
    fn s17_an_address_is_what_cannot_be_made_up() {
        assert_eq!(seen("192.0.2.1", &["198.51.100.7"], false), "192.0.2.1");
        assert_eq!(
            seen(
                "192.0.2.1",
                &["203.0.113.9", "10.0.0.1, 198.51.100.7"],
                true
            ),
            "198.51.100.7"
        );
        assert_eq!(seen("192.0.2.1", &["nonsense"], true), "192.0.2.1");
        assert_eq!(seen("::ffff:192.0.2.1", &[], false), "192.0.2.1");
        assert_eq!(
            seen("2001:db8:1:2:3:4:5:6", &[], false),
            seen("2001:db8:1:2:ffff::1", &[], false)
        );
    }
}

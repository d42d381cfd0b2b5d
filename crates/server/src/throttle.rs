//! Slows down password guessing without locking out members who know their password. Failed
//! sign-ins are counted in the store, because all processes share the limits: per account and
//! address, per address, and per account. The last limit does not apply to addresses from which the
//! member has signed in before.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Mutex;

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::http::HeaderMap;
use model::Timestamp;
use service::Context;
use store::Store;

use crate::failure::Failure;
use service::secret::digest;

/// How long failed sign-ins count, in milliseconds.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// Maximum failures of one account from one address.
const PER_PAIR: i64 = 8;
/// Maximum failures of all accounts from one address.
const PER_ADDRESS: i64 = 100;
/// Maximum failures of one account from all addresses.
const PER_ACCOUNT: i64 = 60;
/// Maximum wrong set-up codes from one address.
const WRONG_CODES: i64 = 10;
/// Maximum audit events by unknown callers from one address within a window.
const NOTED_PER_ADDRESS: i64 = 10;
/// Maximum audit events by all unknown callers within a window.
const NOTED: i64 = 200;
/// The window of both limits, in milliseconds.
const NOTED_WINDOW_MS: i64 = 60 * 60 * 1000;
/// How many addresses of successful sign-ins are remembered.
const KNOWN: usize = 10_000;

/// Addresses from which members have signed in since this process started.
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

/// One attempt to sign in.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    store: &'a Store,
    known_addresses: &'a KnownAddresses,
    pair: String,
    address: String,
    account: String,
}

impl<'a> Attempt<'a> {
    /// `email` in lower case; `client` as [`client`] returns it.
    pub(crate) fn new(
        store: &'a Store,
        known_addresses: &'a KnownAddresses,
        email: &str,
        client: &str,
    ) -> Self {
        Self {
            store,
            known_addresses,
            pair: format!("pair:{}", digest(&format!("{client}\n{email}"))),
            address: format!("address:{client}"),
            account: format!("account:{}", digest(email)),
        }
    }

    /// Counts this attempt as failed until it succeeds, and refuses it when there were too many.
    pub(crate) async fn begin(&self, now: Timestamp) -> Result<(), Failure> {
        self.check(now, 0).await?;
        self.store.record_failed_sign_in(&self.pair, now).await?;
        // Counted again including this attempt, because simultaneous attempts see each other only
        // here.
        self.check(now, 1).await
    }

    pub(crate) async fn failed(self, now: Timestamp) -> Result<(), Failure> {
        self.store.record_failed_sign_in(&self.address, now).await?;
        self.store.record_failed_sign_in(&self.account, now).await?;
        Ok(())
    }

    /// Removes the failures of this account and address after a successful sign-in.
    pub(crate) async fn succeeded(self) -> Result<(), Failure> {
        self.store.clear_failed_sign_ins(&self.pair).await?;
        self.known_addresses.learn(self.pair);
        Ok(())
    }

    async fn check(&self, now: Timestamp, own: i64) -> Result<(), Failure> {
        let since = now.plus_ms(-WINDOW_MS);
        let known = self.known_addresses.holds(&self.pair);
        for (key, most) in [
            (&self.pair, PER_PAIR),
            (&self.address, PER_ADDRESS),
            (
                &self.account,
                if known { i64::MAX - 1 } else { PER_ACCOUNT },
            ),
        ] {
            if self.store.failed_sign_ins(key, since).await? >= most + own {
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

/// Refuses to look at a set-up code when too many from this address were wrong. There is no limit
/// for all addresses together, because a code cannot be guessed and strangers could use it to keep
/// the owner out.
pub(crate) async fn admit_setup(
    store: &Store,
    client: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    let since = now.plus_ms(-WINDOW_MS);
    if store.failed_sign_ins(&setup_key(client), since).await? >= WRONG_CODES {
        return Err(Failure::too_many(
            "Too many set-up codes from your address were wrong.",
            WINDOW_MS / 1000,
        )
        .remedy("Wait 15 minutes, or run `seatwise owner create` on the server."));
    }
    Ok(())
}

pub(crate) async fn note_wrong_code(
    store: &Store,
    client: &str,
    now: Timestamp,
) -> Result<(), Failure> {
    Ok(store.record_failed_sign_in(&setup_key(client), now).await?)
}

fn setup_key(client: &str) -> String {
    format!("setup:{client}")
}

/// Whether an action of an unknown caller is written to the audit log. The number is limited per
/// address and in total, because anyone could otherwise fill the log.
pub(crate) async fn may_note(context: &Context, what: &str, client: &str) -> Result<bool, Failure> {
    let now = context.clock.now();
    let since = now.plus_ms(-NOTED_WINDOW_MS);
    let keys = [
        (format!("noted:{what}:{client}"), NOTED_PER_ADDRESS),
        (format!("noted:{what}"), NOTED),
    ];
    for (key, most) in &keys {
        if context.store.failed_sign_ins(key, since).await? >= *most {
            return Ok(false);
        }
    }
    for (key, _) in &keys {
        context.store.record_failed_sign_in(key, now).await?;
    }
    Ok(true)
}

/// The client's address for throttling: a whole IPv4 address, or the /64 network of an IPv6
/// address. `X-Forwarded-For` counts only with a trusted proxy, and then its last entry.
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
    fn s17_the_client_address_cannot_be_forged() {
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

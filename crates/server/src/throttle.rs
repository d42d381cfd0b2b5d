//! Slows down password guessing without locking out members who know their password. Failed
//! sign-ins are counted in the store, because all processes share the limits: per account and
//! address, per address, and per account. The last limit does not apply to addresses from which the
//! member has signed in before. A known device has a limit of its own and none of the others, so
//! that strangers cannot lock the member out.

use std::collections::VecDeque;
use std::sync::Mutex;

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
/// Maximum failures of one known device.
const PER_DEVICE: i64 = 10;
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
    /// Counted when the attempt begins, and cleared when it succeeds.
    own: Limit,
    /// Counted when the attempt has failed.
    shared: Vec<Limit>,
    /// Remembers the address after a success.
    addresses: Option<&'a KnownAddresses>,
}

/// Maximum failures under a key.
#[derive(Debug)]
struct Limit {
    key: String,
    most: i64,
}

impl<'a> Attempt<'a> {
    /// An attempt with a device that is not known. `email` in lower case; `client` as
    /// [`client_address::client`](crate::client_address::client) returns it.
    pub(crate) fn of_stranger(
        store: &'a Store,
        known_addresses: &'a KnownAddresses,
        email: &str,
        client: &str,
    ) -> Self {
        let pair = format!("pair:{}", digest(&format!("{client}\n{email}")));
        let mut shared = vec![Limit {
            key: format!("address:{client}"),
            most: PER_ADDRESS,
        }];
        let known = known_addresses.holds(&pair);
        shared.push(Limit {
            key: format!("account:{}", digest(email)),
            most: if known { i64::MAX - 1 } else { PER_ACCOUNT },
        });
        Self {
            store,
            own: Limit {
                key: pair,
                most: PER_PAIR,
            },
            shared,
            addresses: Some(known_addresses),
        }
    }

    /// An attempt with a device with which the member has signed in before; `key` names it.
    pub(crate) fn of_device(store: &'a Store, key: String) -> Self {
        Self {
            store,
            own: Limit {
                key,
                most: PER_DEVICE,
            },
            shared: Vec::new(),
            addresses: None,
        }
    }

    /// Counts this attempt as failed until it succeeds, and refuses it when there were too many.
    pub(crate) async fn begin(&self, now: Timestamp) -> Result<(), Failure> {
        self.check(now, 0).await?;
        self.store.record_failed_sign_in(&self.own.key, now).await?;
        // Counted again including this attempt, because simultaneous attempts see each other only
        // here.
        self.check(now, 1).await
    }

    pub(crate) async fn failed(self, now: Timestamp) -> Result<(), Failure> {
        for limit in &self.shared {
            self.store.record_failed_sign_in(&limit.key, now).await?;
        }
        Ok(())
    }

    /// Removes the own failures after a successful sign-in.
    pub(crate) async fn succeeded(self) -> Result<(), Failure> {
        self.store.clear_failed_sign_ins(&self.own.key).await?;
        if let Some(addresses) = self.addresses {
            addresses.learn(self.own.key);
        }
        Ok(())
    }

    async fn check(&self, now: Timestamp, own: i64) -> Result<(), Failure> {
        let since = now.plus_ms(-WINDOW_MS);
        for Limit { key, most } in std::iter::once(&self.own).chain(&self.shared) {
            if self.store.failed_sign_ins(key, since).await? >= *most + own {
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

//! The authorisations of apps, and those that have been revoked.

use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// The content of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    /// Index of the account in the simulator.
    #[serde(rename = "aid")]
    pub(crate) account: usize,
    /// Seat of the user that authorised the app; `None` for Server-to-Server apps.
    #[serde(rename = "uid")]
    pub(crate) user: Option<u32>,
    pub(crate) scopes: Vec<String>,
    /// Number of the authorisation, which grows with every new one; 0 for Server-to-Server apps.
    #[serde(rename = "gno")]
    pub(crate) grant: u64,
    /// Serial number, unique within the simulator.
    pub(crate) serial: u64,
    /// Time of issue in milliseconds since 1970.
    pub(super) iat: i64,
    pub(super) exp: i64,
}

#[derive(Debug, Default)]
pub(super) struct Family {
    /// Serial of the refresh token that is valid now.
    pub(super) current: u64,
    /// Serials of replaced refresh tokens with the time of replacement (milliseconds).
    pub(super) replaced: HashMap<u64, i64>,
    pub(super) ended: bool,
}

/// The state of authorisations that is not in the tokens themselves.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    /// Number of the newest authorisation of each account.
    pub(super) newest: HashMap<usize, u64>,
    pub(super) families: HashMap<u64, Family>,
    pub(super) ended_tokens: HashSet<u64>,
    pub(crate) used_codes: HashSet<u64>,
    serial: u64,
    /// Access tokens issued until this time (milliseconds) count as expired.
    pub(super) expired_until: i64,
}

impl Grants {
    /// A number that was never used before, also not before a restart of the program.
    pub(crate) fn next(&mut self, now: i64) -> u64 {
        self.serial = (self.serial + 1).max(now as u64 * 1000);
        self.serial
    }

    pub(crate) fn expire_access(&mut self, now: i64) {
        self.expired_until = now;
    }

    /// Revokes the authorisation of an account, as if it uninstalled the app.
    pub(crate) fn end_account(&mut self, account: usize, now: i64) {
        let next = self.next(now);
        self.newest.insert(account, next);
        self.families.entry(next).or_default().ended = true;
    }
}

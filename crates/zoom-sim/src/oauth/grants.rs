//! The authorisations that were given, and what of them has ended.

use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// What an access token allows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Access {
    /// Index of the account.
    #[serde(rename = "aid")]
    pub(crate) account: usize,
    /// Seat of the user who authorised; none with Server-to-Server.
    #[serde(rename = "uid")]
    pub(crate) user: Option<u32>,
    pub(crate) scopes: Vec<String>,
    /// The authorisation; later ones have higher numbers. Zero with Server-to-Server.
    #[serde(rename = "gno")]
    pub(crate) grant: u64,
    /// Unique within the simulator.
    pub(crate) serial: u64,
    /// Milliseconds since 1970.
    pub(super) iat: i64,
    pub(super) exp: i64,
}

#[derive(Debug, Default)]
pub(super) struct Family {
    /// Serial of the refresh token that is good now.
    pub(super) current: u64,
    /// Serials of replaced ones, and when (milliseconds).
    pub(super) replaced: HashMap<u64, i64>,
    pub(super) ended: bool,
}

/// What tokens do not carry themselves.
#[derive(Debug, Default)]
pub(crate) struct Grants {
    /// The newest authorisation of each account.
    pub(super) newest: HashMap<usize, u64>,
    pub(super) families: HashMap<u64, Family>,
    pub(super) ended_tokens: HashSet<u64>,
    pub(crate) used_codes: HashSet<u64>,
    serial: u64,
    /// Access tokens made until this moment count as expired.
    pub(super) expired_until: i64,
}

impl Grants {
    /// A number never given before, also not before a restart of the program.
    pub(crate) fn next(&mut self, now: i64) -> u64 {
        self.serial = (self.serial + 1).max(now as u64 * 1000);
        self.serial
    }

    pub(crate) fn expire_access(&mut self, now: i64) {
        self.expired_until = now;
    }

    /// Ends the authorisation of an account, as when it uninstalls the app.
    pub(crate) fn end_account(&mut self, account: usize, now: i64) {
        let next = self.next(now);
        self.newest.insert(account, next);
        self.families.entry(next).or_default().ended = true;
    }
}

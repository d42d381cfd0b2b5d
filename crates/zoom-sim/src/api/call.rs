//! A checked request, as operations receive it.

use super::error::Refusal;
use crate::SimState;
use crate::calendar::DAY;
use crate::company::account::Account;
use crate::company::person::Person;
use crate::config::Faults;

/// A request that passed all checks.
pub(crate) struct Call<'a> {
    pub(crate) sim: &'a SimState,
    pub(crate) account: &'a Account,
    pub(crate) faults: &'a Faults,
    /// Path below `/v2`, still percent-encoded.
    pub(crate) path: &'a str,
    /// Decoded values of the variable parts of the path.
    pub(crate) parts: Vec<String>,
    pub(crate) query: &'a [(String, String)],
    pub(crate) body: &'a [u8],
    /// Time of the request in seconds since 1970.
    pub(crate) now: i64,
    /// Seat of the user that authorised the app; `None` for Server-to-Server apps.
    pub(crate) user: Option<u32>,
    /// Largest number of rows of the page, if an injected fault limits it.
    pub(crate) rows: Option<usize>,
}

impl Call<'_> {
    /// A query parameter; the first if it is repeated.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Day number of today in UTC.
    pub(crate) const fn today(&self) -> i64 {
        self.now.div_euclid(DAY)
    }

    /// The user named by the first part of the path: `me`, an id or an address.
    pub(crate) fn user(&self) -> Result<Person, Refusal> {
        let text = self.parts.first().map_or("", String::as_str);
        if text == "me" {
            // The owner, because Server-to-Server apps have no installing user.
            let slot = self.user.unwrap_or(4);
            return self
                .account
                .occupant(slot, self.now)
                .ok_or_else(|| Refusal::no_user(text));
        }
        if let Some(found) = self.account.find(text, self.now) {
            return Ok(found);
        }
        let elsewhere = self
            .sim
            .accounts
            .iter()
            .any(|a| a.find(text, self.now).is_some());
        Err(if elsewhere && text.contains('@') {
            Refusal::new(400, 1010, "User not found on this account")
        } else {
            Refusal::no_user(text)
        })
    }

    /// The page number for the answer, unless a fault leaves it out.
    pub(crate) const fn page_number(&self, number: u64) -> Option<u64> {
        if self.faults.no_page_number {
            None
        } else {
            Some(number)
        }
    }
}

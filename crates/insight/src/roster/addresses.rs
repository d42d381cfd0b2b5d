//! Holders of e-mail addresses over time. Reports identify people by address, and an address can pass from
//! one user to another, so activity is assigned to the user that had the address at that time.

use model::Timestamp;
use rustc_hash::FxHashMap;

/// Number of a person while a roster is built: the position of a user, or the number of an address of a
/// stranger, which belongs to no user of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Person(pub(crate) u32);

const STRANGER: u32 = 1 << 31;

impl Person {
    /// The position of the user; `None` for a stranger.
    pub(crate) fn user(self) -> Option<usize> {
        (self.0 & STRANGER == 0).then_some(self.0 as usize)
    }
}

#[derive(Debug, Clone, Copy)]
struct Holding {
    address: u32,
    since: Timestamp,
    until: Option<Timestamp>,
    /// `None` for a holder that is not in the roster, such as a removed user.
    user: Option<u32>,
}

/// Addresses and their holders over time.
#[derive(Debug, Default)]
pub(crate) struct AddressHolders {
    addresses: FxHashMap<Box<str>, u32>,
    /// Sorted by address and since when `settled`.
    holdings: Vec<Holding>,
    /// Where the holdings of each address begin, one more than there are addresses.
    starts: Vec<u32>,
    settled: bool,
    /// The last address that was looked up, because reports often have one person after the other.
    last: (Box<str>, u32),
}

impl AddressHolders {
    pub(crate) fn hold(
        &mut self,
        email: &str,
        user: Option<u32>,
        since: Timestamp,
        until: Option<Timestamp>,
    ) {
        let address = self.address(email);
        self.holdings.push(Holding {
            address,
            since,
            until,
            user,
        });
        self.settled = false;
    }

    /// The number of an address, the same for any case.
    fn address(&mut self, email: &str) -> u32 {
        let email = email.trim().to_lowercase();
        if let Some(address) = self.addresses.get(email.as_str()) {
            return *address;
        }
        // Numbers stay below the stranger bit, because there are fewer than two thousand million addresses.
        let next = u32::try_from(self.addresses.len()).unwrap_or(STRANGER - 1);
        self.addresses.insert(email.into_boxed_str(), next);
        next
    }

    /// Sorts the holders, so that [`Self::holder`] finds all of them.
    pub(crate) fn settle(&mut self) {
        if self.settled {
            return;
        }
        self.holdings
            .sort_by_key(|holding| (holding.address, holding.since));
        self.starts = vec![0; self.addresses.len() + 1];
        for holding in &self.holdings {
            self.starts[holding.address as usize + 1] += 1;
        }
        for i in 1..self.starts.len() {
            self.starts[i] += self.starts[i - 1];
        }
        self.settled = true;
    }

    /// The number of an address for [`Self::holder`].
    pub(crate) fn known_address(&mut self, email: &str) -> u32 {
        if *self.last.0 == *email && !email.is_empty() {
            return self.last.1;
        }
        let address = self.address(email);
        self.last = (email.into(), address);
        address
    }

    fn of(&self, address: u32) -> &[Holding] {
        let i = address as usize;
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(first), Some(end)) => &self.holdings[*first as usize..*end as usize],
            _ => &[],
        }
    }

    /// The holder of the address at that time. The first holder also gets earlier activity, because the
    /// address was in use before the first sync. Without a holder at that time, the result is a stranger.
    pub(crate) fn holder(&self, address: u32, at: Timestamp) -> Person {
        let holdings = self.of(address);
        let then = holdings
            .iter()
            .rev()
            .find(|h| h.since <= at && h.until.is_none_or(|until| at < until))
            .or_else(|| holdings.first().filter(|first| at < first.since));
        match then.and_then(|holding| holding.user) {
            Some(user) => Person(user),
            None => Person(STRANGER | address),
        }
    }

    /// The only holder of the address up to `last`; `None` when there are several.
    pub(crate) fn sole_holder(&self, address: u32, last: Timestamp) -> Option<Person> {
        match self.of(address) {
            [one] if one.until.is_none_or(|until| last < until) => one.user.map(Person),
            [] => Some(Person(STRANGER | address)),
            _ => None,
        }
    }

    /// The stranger for activity without an address; `None` when there is none.
    pub(crate) fn nameless(&self) -> Option<Person> {
        self.addresses
            .get("")
            .map(|address| Person(STRANGER | address))
    }
}

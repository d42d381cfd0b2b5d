//! The transaction of a sync step, and helpers that its writers share.

use std::collections::HashSet;

use model::{Application, Day, IntegrationId, Timestamp};

use super::types::HistoryKind;
use crate::db::{Arg, Tx, args};
use crate::{Error, Result, Store};

/// Number of rows handled together, so that the rows to compare with stay few in memory.
pub(super) const CHUNK: usize = 500;

/// The writes of one transaction.
pub(super) struct Batch<'a> {
    pub(super) tx: &'a mut Tx,
    /// Seals texts.
    pub(super) store: &'a Store,
    pub(super) id: IntegrationId,
    pub(super) now: Timestamp,
    /// Number of data rows that were new or different.
    pub(super) changed: u64,
    /// The application of the users, when [`SyncWrite::Application`](super::types::SyncWrite::Application)
    /// came first.
    pub(super) application: Option<&'static Application>,
    /// End of the first complete run: a user first seen after it is new at the application.
    pub(super) first_complete_at: Option<Timestamp>,
    /// Whether a day became covered, or better covered.
    pub(super) covered: bool,
    pub(super) touched: HashSet<(HistoryKind, Day)>,
}

impl Batch<'_> {
    /// Records that rows of this day changed.
    pub(super) fn touched(&mut self, history: HistoryKind, day: Day) {
        self.touched.insert((history, day));
    }

    /// Whether a user was first seen after the first complete listing.
    pub(super) fn is_newcomer(&self, first_seen: Timestamp) -> bool {
        self.first_complete_at.is_some_and(|at| first_seen > at)
    }

    pub(super) fn keyed<'a>(&self, keys: &[&'a str]) -> Vec<Arg<'a>> {
        keys.iter().flat_map(|key| args![self.id, *key]).collect()
    }
}

/// The first day of the month, and the bit of the day in it.
pub(super) fn month_bit(day: Day) -> (Day, i64) {
    let month = day.month_start();
    (month, 1 << day.since(month))
}

/// The first 8 bytes of a hash as a number.
pub(super) fn first_8(hash: &[u8]) -> i64 {
    hash.first_chunk::<8>()
        .map_or(0, |first| i64::from_be_bytes(*first))
}

pub(super) fn json_text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Invalid {
        what: format!("a value to store ({error})"),
    })
}

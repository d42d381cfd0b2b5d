//! The limit of requests to the page where questions are answered. It is kept in memory, because the
//! page is public and a counter in the database would let anonymous visitors write there.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

/// Requests of one address within a window; many, because a whole office may share one address.
const MOST: u32 = 120;
/// Length of the window in milliseconds.
const WINDOW_MS: i64 = 60_000;
/// The most addresses that are counted; beyond it all counts start at zero again.
const ADDRESSES: usize = 10_000;

#[derive(Debug, Default)]
pub struct AnswerLimit(Mutex<(Timestamp, HashMap<String, u32>)>);

impl AnswerLimit {
    /// Counts one request. The error is the number of seconds to wait.
    pub fn admit(&self, client: &str, now: Timestamp) -> Result<(), i64> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, seen) = &mut *counts;
        if !(0..WINDOW_MS).contains(&now.since(*since)) || seen.len() >= ADDRESSES {
            *since = now;
            seen.clear();
        }
        let count = seen.entry(client.to_owned()).or_default();
        *count += 1;
        if *count > MOST {
            return Err((WINDOW_MS - now.since(*since)).div_euclid(1000) + 1);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_slowed_down_and_others_are_not() {
        let limit = AnswerLimit::default();
        let at = Timestamp(1_000_000);
        for _ in 0..MOST {
            assert_eq!(limit.admit("192.0.2.1", at), Ok(()));
        }
        assert_eq!(limit.admit("192.0.2.1", at.plus_ms(30_000)), Err(31));
        assert_eq!(limit.admit("192.0.2.2", at), Ok(()));
        assert_eq!(limit.admit("192.0.2.1", at.plus_ms(WINDOW_MS)), Ok(()));
    }
}

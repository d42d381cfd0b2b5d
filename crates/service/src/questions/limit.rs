//! How often one address may come to the page where questions are answered. It is counted in memory:
//! the page is public, and a count in the database would let anybody write there.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::Timestamp;

/// Requests of one address within a window. A whole office may share one address.
const MOST: u32 = 120;
/// The window, in milliseconds.
const WINDOW_MS: i64 = 60_000;
/// Addresses that are remembered; when there are more, the count begins anew.
const ADDRESSES: usize = 10_000;

/// Counts requests by address.
#[derive(Debug, Default)]
pub struct AnswerLimit(Mutex<(Timestamp, HashMap<String, u32>)>);

impl AnswerLimit {
    /// Counts one request; answers the seconds to wait when it is one too many.
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

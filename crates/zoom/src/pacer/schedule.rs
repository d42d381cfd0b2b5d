//! When the next request of one category may go. Slots lie on an absolute grid, so that a timer that
//! wakes late costs nothing: the next slot is reckoned from the last one, not from the late waking.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::limits::Rate;

/// How far the schedule may lag behind the clock and still be caught up with: late timers, short gaps
/// between requests. Longer gaps are lost, so that no burst builds up.
const CATCH_UP: Duration = Duration::from_millis(100);
/// Kept free beyond the window when the ceiling is reached: requests can move closer on their way.
const MARGIN: Duration = Duration::from_millis(8);
/// First wait after a refusal without a time; doubles with every refusal in a row.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest wait of this kind.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// What remains of the pace after a refusal.
const SLOWER: f64 = 0.7;
/// The pace never falls below this part.
const SLOWEST: f64 = 0.05;
/// The part of the pace that comes back in every window without a refusal.
const RECOVERY: f64 = 0.01;

#[derive(Debug)]
pub(super) struct Schedule {
    rate: Option<Rate>,
    /// The last slot given out.
    last: Option<Instant>,
    /// When the latest requests really went, as many as the ceiling allows in a window.
    sent: VecDeque<Instant>,
    /// Nothing goes before.
    held_until: Option<Instant>,
    /// Part of the pace that is used, since when.
    part: f64,
    part_since: Option<Instant>,
    /// Refusals in a row.
    refusals: u32,
}

impl Schedule {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        Self {
            rate,
            last: None,
            sent: VecDeque::new(),
            held_until: None,
            part: 1.0,
            part_since: None,
            refusals: 0,
        }
    }

    /// Takes the slot that is due, or says when to ask again.
    pub(super) fn claim(&mut self, now: Instant) -> Result<(), Instant> {
        if let Some(until) = self.held_until {
            if now < until {
                return Err(until);
            }
            self.held_until = None;
            // The time of waiting is not caught up with.
            self.last = None;
        }
        let Some(rate) = self.rate else { return Ok(()) };
        self.recover(now, rate.window);
        let interval = rate.interval.div_f64(self.part);
        let earliest = now.checked_sub(CATCH_UP).unwrap_or(now);
        let slot = self
            .last
            .map_or(now, |last| (last + interval).max(earliest));
        let full = self.sent.len() >= rate.ceiling as usize;
        let free = self
            .sent
            .front()
            .filter(|_| full)
            .map(|first| *first + rate.window + MARGIN);
        let due = free.map_or(slot, |free| free.max(slot));
        if now < due {
            return Err(due);
        }
        self.last = Some(slot);
        if full {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        Ok(())
    }

    /// Slower from here on, and nothing before the time that was told. Refusals of requests that were
    /// already on their way count once.
    pub(super) fn refused(&mut self, now: Instant, told: Option<Duration>) {
        let held = self.held_until.is_some_and(|until| now < until);
        if !held {
            self.part = (self.part * SLOWER).max(SLOWEST);
            self.part_since = Some(now);
            self.refusals = self.refusals.saturating_add(1);
        }
        let doubled = FIRST_WAIT * 2_u32.saturating_pow(self.refusals.saturating_sub(1).min(6));
        let wait = told.unwrap_or(doubled).min(LONGEST_WAIT);
        let until = now + wait;
        if told.is_some() || !held {
            self.held_until = Some(self.held_until.map_or(until, |held| held.max(until)));
        }
    }

    pub(super) fn accepted(&mut self) {
        self.refusals = 0;
    }

    fn recover(&mut self, now: Instant, window: Duration) {
        let Some(since) = self.part_since else { return };
        let windows = now.saturating_duration_since(since).as_secs_f64() / window.as_secs_f64();
        self.part = (self.part + RECOVERY * windows).min(1.0);
        self.part_since = (self.part < 1.0).then_some(now);
    }
}

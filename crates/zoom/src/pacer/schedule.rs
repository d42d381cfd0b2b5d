//! Decides when the next request of one category may be sent. Slots lie on an absolute grid: the next
//! slot is computed from the last slot and not from the time at which a timer fired, because timers
//! fire late and the delays would add up.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::limits::Rate;

/// Longest delay of the schedule behind the clock that is still made up for: late timers, short gaps
/// between requests. Longer gaps are lost, because a burst would follow otherwise.
const CATCH_UP: Duration = Duration::from_millis(100);
/// Added to the window when the ceiling is reached, because requests can come closer together on the
/// network.
const MARGIN: Duration = Duration::from_millis(8);
/// First wait after a refusal that names no time; it doubles with every refusal in a row.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Longest wait after refusals that name no time, and longest time that is accepted from Zoom.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// Factor by which a refusal reduces the pace.
const SLOWER: f64 = 0.7;
/// Smallest part of the pace that refusals leave.
const SLOWEST: f64 = 0.05;
/// Part of the pace that is restored in every window without a refusal.
const RECOVERY: f64 = 0.01;

/// The slots of one category.
#[derive(Debug)]
pub(super) struct Schedule {
    rate: Option<Rate>,
    /// The slot of the last request.
    last: Option<Instant>,
    /// Times at which the latest requests were really sent, as many as the ceiling allows in a window.
    sent: VecDeque<Instant>,
    /// No request is sent before this time.
    stopped_until: Option<Instant>,
    /// Part of the pace that is used, and the time since which it is.
    part: f64,
    part_since: Option<Instant>,
    /// Number of refusals in a row.
    refusals: u32,
}

impl Schedule {
    pub(super) fn new(rate: Option<Rate>) -> Self {
        Self {
            rate,
            last: None,
            sent: VecDeque::new(),
            stopped_until: None,
            part: 1.0,
            part_since: None,
            refusals: 0,
        }
    }

    /// Takes the slot that is due. The error is the time at which to ask again.
    pub(super) fn claim(&mut self, now: Instant) -> Result<(), Instant> {
        if let Some(until) = self.stopped_until {
            if now < until {
                return Err(until);
            }
            self.stopped_until = None;
            // The time of waiting is not made up for.
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

    /// Slows the pace down and stops until the end of the wait that Zoom named. Refusals of requests
    /// that were already on their way count once.
    pub(super) fn refused(&mut self, now: Instant, named: Option<Duration>) {
        let stopped = self.stopped_until.is_some_and(|until| now < until);
        if !stopped {
            self.part = (self.part * SLOWER).max(SLOWEST);
            self.part_since = Some(now);
            self.refusals = self.refusals.saturating_add(1);
        }
        let doubled = FIRST_WAIT * 2_u32.saturating_pow(self.refusals.saturating_sub(1).min(6));
        let wait = named.unwrap_or(doubled).min(LONGEST_WAIT);
        let until = now + wait;
        if named.is_some() || !stopped {
            self.stopped_until = Some(
                self.stopped_until
                    .map_or(until, |earlier| earlier.max(until)),
            );
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

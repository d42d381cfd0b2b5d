//! Keeps requests within Zoom's rate limits, which count per customer account and are shared with
//! all other apps of that customer. One [`Pacer`] per account; every request of the account passes
//! through it. Per category requests get evenly spaced slots, first come first served; a day's
//! allowance ends at midnight UTC; a refusal by Zoom slows its category down.

use std::sync::Mutex as Lock;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::SharedNow;

mod limits;
mod schedule;

pub use limits::{Category, Limits, Plan, Rate};
use schedule::Schedule;

const DAY: Duration = Duration::from_hours(24);

/// The day's allowance is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the day's request allowance is used up")]
pub struct DailyLimit {
    /// When requests are possible again.
    pub resume_at: SystemTime,
}

/// How long Zoom asked to wait, when it refused a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// This long: the limit per second.
    After(Duration),
    /// Until this time: the limit per day.
    At(SystemTime),
}

/// What has passed through a pacer in one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The category.
    pub category: Category,
    /// Requests let through since the pacer was made.
    pub requests: u64,
    /// Refusals by Zoom since then.
    pub refused: u64,
    /// Requests that wait now.
    pub waiting: u64,
}

/// Lets requests through at the pace that the limits allow.
pub struct Pacer {
    limits: Limits,
    now: SharedNow,
    lanes: [Lane; 4],
    days: Lock<Days>,
}

/// The way of one category.
struct Lane {
    /// Held by the first in the queue while it waits for its slot; tokio's mutex is fair.
    gate: Mutex<()>,
    schedule: Lock<Schedule>,
    requests: AtomicU64,
    refused: AtomicU64,
    waiting: AtomicU64,
    untaken: AtomicU64,
}

/// Use of the current UTC day.
struct Days {
    day: u64,
    used: [u64; 4],
    /// Zoom said that nothing more is possible before this time.
    exhausted: [Option<SystemTime>; 4],
}

impl Pacer {
    /// `used_today` is what was already sent since midnight UTC, by category.
    pub fn new(limits: Limits, now: SharedNow, used_today: &[(Category, u64)]) -> Self {
        let mut used = [0; 4];
        for (category, count) in used_today {
            used[category.index()] += count;
        }
        let days = Lock::new(Days {
            day: day_of(now()),
            used,
            exhausted: [None; 4],
        });
        let lanes = Category::ALL.map(|category| Lane {
            gate: Mutex::new(()),
            schedule: Lock::new(Schedule::new(limits.rate(category))),
            requests: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            waiting: AtomicU64::new(0),
            untaken: AtomicU64::new(0),
        });
        Self {
            limits,
            now,
            lanes,
            days,
        }
    }

    /// Waits for a slot. Whoever gives up waiting loses nothing for those behind.
    ///
    /// # Errors
    /// [`DailyLimit`] at once, without waiting, when the day's allowance is used up.
    pub async fn acquire(&self, category: Category) -> Result<(), DailyLimit> {
        let lane = &self.lanes[category.index()];
        let _waiting = Waiting::new(&lane.waiting);
        self.check_day(category)?;
        let _turn = lane.gate.lock().await;
        loop {
            let slot = locked(&lane.schedule).claim(Instant::now());
            match slot {
                Ok(()) => break,
                // Asked again afterwards: a refusal may have come meanwhile.
                Err(at) => sleep_until(at).await,
            }
        }
        self.spend(category)?;
        lane.requests.fetch_add(1, Ordering::Relaxed);
        lane.untaken.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Zoom refused a request with 429: slows the category down and holds it for as long as told, or
    /// for a time that doubles with every refusal in a row.
    pub fn refused(&self, category: Category, retry: Option<Retry>) {
        let lane = &self.lanes[category.index()];
        lane.refused.fetch_add(1, Ordering::Relaxed);
        if let Some(Retry::At(until)) = retry {
            let mut days = locked(&self.days);
            for other in Category::ALL {
                if other == category || self.limits.pooled(category, other) {
                    days.exhausted[other.index()] = Some(until);
                }
            }
            return;
        }
        let told = match retry {
            Some(Retry::After(wait)) => Some(wait),
            _ => None,
        };
        locked(&lane.schedule).refused(Instant::now(), told);
    }

    /// Zoom let a request through: refusals before it are no longer in a row with later ones.
    pub fn accepted(&self, category: Category) {
        locked(&self.lanes[category.index()].schedule).accepted();
    }

    /// What has passed so far.
    pub fn counts(&self) -> [Counts; 4] {
        Category::ALL.map(|category| {
            let lane = &self.lanes[category.index()];
            Counts {
                category,
                requests: lane.requests.load(Ordering::Relaxed),
                refused: lane.refused.load(Ordering::Relaxed),
                waiting: lane.waiting.load(Ordering::Relaxed),
            }
        })
    }

    /// The requests since the last call, for storing the day's use; categories without any are left
    /// out.
    pub fn take_counts(&self) -> Vec<(Category, u64)> {
        Category::ALL
            .into_iter()
            .map(|category| {
                (
                    category,
                    self.lanes[category.index()]
                        .untaken
                        .swap(0, Ordering::Relaxed),
                )
            })
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    fn check_day(&self, category: Category) -> Result<(), DailyLimit> {
        let now = (self.now)();
        self.room(&mut locked(&self.days), category, now)
    }

    fn spend(&self, category: Category) -> Result<(), DailyLimit> {
        let now = (self.now)();
        let mut days = locked(&self.days);
        self.room(&mut days, category, now)?;
        days.used[category.index()] += 1;
        Ok(())
    }

    fn room(&self, days: &mut Days, category: Category, now: SystemTime) -> Result<(), DailyLimit> {
        let today = day_of(now);
        // A clock put back over midnight must not give the day's allowance twice; one that was days
        // ahead must not hold back the days until then.
        if today > days.day || today + 1 < days.day {
            days.day = today;
            days.used = [0; 4];
        }
        match days.exhausted[category.index()] {
            Some(until) if now < until => return Err(DailyLimit { resume_at: until }),
            _ => days.exhausted[category.index()] = None,
        }
        let Some(allowed) = self.limits.per_day(category) else {
            return Ok(());
        };
        let used: u64 = Category::ALL
            .into_iter()
            .filter(|other| *other == category || self.limits.pooled(category, *other))
            .map(|other| days.used[other.index()])
            .sum();
        if used < allowed {
            return Ok(());
        }
        Err(DailyLimit {
            resume_at: midnight_after(now),
        })
    }
}

/// Counts somebody as waiting until dropped.
struct Waiting<'a>(&'a AtomicU64);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The data under these locks is a few numbers, whole at any moment: a panic elsewhere spoils nothing.
fn locked<T>(lock: &Lock<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn day_of(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        / DAY.as_secs()
}

/// The next midnight UTC, when Zoom's daily allowances start again.
pub(crate) fn midnight_after(time: SystemTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs((day_of(time) + 1) * DAY.as_secs())
}

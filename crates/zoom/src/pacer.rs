//! Keeps requests within Zoom's rate limits. There must be one [`Pacer`] per customer account and all
//! requests of the account must use it, because Zoom counts per account, together with all other apps
//! of that account. Requests of a category get evenly spaced slots in the order in which they asked;
//! daily limits end at midnight UTC; a refusal by Zoom slows its category down.

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

/// The daily limit of a category is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the day's request allowance is used up")]
pub struct DailyLimit {
    /// Time from which requests are possible again.
    pub resume_at: SystemTime,
}

/// The wait that a refusal by Zoom asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// A duration, for the limit per second.
    After(Duration),
    /// A point in time, for the limit per day.
    At(SystemTime),
}

/// Numbers of requests of one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Category that the numbers belong to.
    pub category: Category,
    /// Requests that got a slot since the pacer was created.
    pub requests: u64,
    /// Requests that Zoom refused since the pacer was created.
    pub refused: u64,
    /// Requests that are waiting for a slot now.
    pub waiting: u64,
}

/// The kind of an answer, for statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// A result.
    Good,
    /// 429 because of the limit per second.
    LimitedPerSecond,
    /// 429 because of the limit per day.
    LimitedPerDay,
    /// Another refusal.
    Refused,
    /// No answer, one that cannot be used, or a fault of the server.
    Failed,
}

impl Answered {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Good,
        Self::LimitedPerSecond,
        Self::LimitedPerDay,
        Self::Refused,
        Self::Failed,
    ];
}

/// Delays requests so that they stay within the limits of one account.
pub struct Pacer {
    limits: Limits,
    now: SharedNow,
    lanes: [Lane; 4],
    days: Lock<Days>,
}

/// Queue and counters of one category.
struct Lane {
    /// Locked by the first request in the queue while it waits for its slot. The order is kept
    /// because tokio's mutex is fair.
    gate: Mutex<()>,
    schedule: Lock<Schedule>,
    requests: AtomicU64,
    refused: AtomicU64,
    waiting: AtomicU64,
    untaken: AtomicU64,
    /// In the order of [`Answered::ALL`].
    answers: [AtomicU64; 5],
}

/// Requests of the current UTC day.
struct Days {
    day: u64,
    used: [u64; 4],
    /// Time before which Zoom refuses all requests of the category.
    exhausted: [Option<SystemTime>; 4],
}

impl Pacer {
    /// `used_today` is the number of requests already sent since midnight UTC, by category.
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
            answers: Answered::ALL.map(|_| AtomicU64::new(0)),
        });
        Self {
            limits,
            now,
            lanes,
            days,
        }
    }

    /// Waits for a slot. Dropping the future frees the place in the queue; requests behind it lose
    /// no time.
    ///
    /// # Errors
    /// [`DailyLimit`] immediately, without waiting, if the daily limit is reached.
    pub async fn acquire(&self, category: Category) -> Result<(), DailyLimit> {
        let lane = &self.lanes[category.index()];
        let _waiting = Waiting::new(&lane.waiting);
        self.check_day(category)?;
        let _turn = lane.gate.lock().await;
        loop {
            let slot = locked(&lane.schedule).claim(Instant::now());
            match slot {
                Ok(()) => break,
                // The schedule is asked again after the wait, because a refusal may have come in between.
                Err(at) => sleep_until(at).await,
            }
        }
        self.spend(category)?;
        lane.requests.fetch_add(1, Ordering::Relaxed);
        lane.untaken.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Records that Zoom refused a request with 429: slows the category down and stops it for the time
    /// that Zoom named, or for a time that doubles with every refusal in a row.
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
        let named = match retry {
            Some(Retry::After(wait)) => Some(wait),
            _ => None,
        };
        locked(&lane.schedule).refused(Instant::now(), named);
    }

    /// Records that Zoom accepted a request: later refusals are no longer in a row with earlier ones.
    pub fn accepted(&self, category: Category) {
        locked(&self.lanes[category.index()].schedule).accepted();
    }

    /// Counts an answer for statistics.
    pub(crate) fn answered(&self, category: Category, answer: Answered) {
        self.lanes[category.index()].answers[answer as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// Numbers of answers since the pacer was created, by category and kind.
    pub fn answers(&self) -> Vec<(Category, Answered, u64)> {
        let count = |category: Category, answer: Answered| {
            let count = &self.lanes[category.index()].answers[answer as usize];
            (category, answer, count.load(Ordering::Relaxed))
        };
        Category::ALL
            .into_iter()
            .flat_map(|category| Answered::ALL.map(|answer| count(category, answer)))
            .collect()
    }

    /// Numbers of requests since the pacer was created, by category.
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

    /// Numbers of requests since the last call of this function, for storing the use of the day.
    /// Categories without requests are left out.
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
        self.check_limit(&mut locked(&self.days), category, now)
    }

    fn spend(&self, category: Category) -> Result<(), DailyLimit> {
        let now = (self.now)();
        let mut days = locked(&self.days);
        self.check_limit(&mut days, category, now)?;
        days.used[category.index()] += 1;
        Ok(())
    }

    /// Whether the daily limit allows one more request of the category.
    fn check_limit(
        &self,
        days: &mut Days,
        category: Category,
        now: SystemTime,
    ) -> Result<(), DailyLimit> {
        let today = day_of(now);
        // A clock that is set back over midnight must not allow the daily limit twice; a clock that
        // was days ahead must not block the days until then.
        if today > days.day || today + 1 < days.day {
            days.day = today;
            days.used = [0; 4];
        }
        match days.exhausted[category.index()] {
            // A time further away than the next midnight comes from a clock that ran ahead.
            Some(until) if now < until && until <= midnight_after(now) + DAY => {
                return Err(DailyLimit { resume_at: until });
            }
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

/// Counts a request as waiting until it is dropped.
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

/// Locks and ignores poisoning. This is correct because the data is a few numbers that are
/// consistent after every single write.
fn locked<T>(lock: &Lock<T>) -> std::sync::MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn day_of(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        / DAY.as_secs()
}

/// The next midnight UTC, when Zoom's daily limits start again.
pub(crate) fn midnight_after(time: SystemTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs((day_of(time) + 1) * DAY.as_secs())
}

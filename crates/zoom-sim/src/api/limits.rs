//! Rate limits: per account, per category, per second and per UTC day.
//!
//! Seconds are counted with a sliding window, so that no window of one second ever contains more
//! requests than allowed. Heavy and resource-intensive calls share one daily limit.

use crate::config::{LimitHeaders, Plan};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use std::collections::VecDeque;

/// Rate-limit category of an operation, as in Zoom's rate limits document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    /// LIGHT: mostly requests for a single object.
    Light,
    /// MEDIUM: mostly lists and settings.
    Medium,
    /// HEAVY: all of the reports.
    Heavy,
    /// RESOURCE-INTENSIVE: dashboards of meetings, counted per minute.
    ResourceIntensive,
}

impl Category {
    /// All categories, in the order of their cost.
    pub const ALL: [Self; 4] = [
        Self::Light,
        Self::Medium,
        Self::Heavy,
        Self::ResourceIntensive,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Medium => "Medium",
            Self::Heavy => "Heavy",
            Self::ResourceIntensive => "Resource-intensive",
        }
    }

    /// Calls allowed in a window, and the window in milliseconds.
    pub(crate) const fn rate(self, plan: Plan) -> (usize, i64) {
        match (self, plan) {
            (Self::Light, Plan::Free) => (4, 1000),
            (Self::Light, Plan::Pro) => (30, 1000),
            (Self::Light, Plan::Business) => (80, 1000),
            (Self::Medium, Plan::Free) => (2, 1000),
            (Self::Medium, Plan::Pro) => (20, 1000),
            (Self::Medium, Plan::Business) => (60, 1000),
            (Self::Heavy, Plan::Free) => (1, 1000),
            (Self::Heavy, Plan::Pro) => (10, 1000),
            (Self::Heavy, Plan::Business) => (40, 1000),
            (Self::ResourceIntensive, Plan::Free | Plan::Pro) => (10, 60_000),
            (Self::ResourceIntensive, Plan::Business) => (20, 60_000),
        }
    }

    /// Calls allowed in a UTC day, and the index of the counter that they share.
    const fn daily(self, plan: Plan) -> Option<(u64, usize)> {
        match (self, plan) {
            (Self::Light, Plan::Free) => Some((6_000, 0)),
            (Self::Medium, Plan::Free) => Some((2_000, 1)),
            (Self::Heavy, Plan::Free) => Some((1_000, 2)),
            (Self::ResourceIntensive, Plan::Free) => Some((30_000, 3)),
            (Self::Heavy | Self::ResourceIntensive, Plan::Pro) => Some((30_000, 2)),
            (Self::Heavy | Self::ResourceIntensive, Plan::Business) => Some((60_000, 2)),
            (Self::Light | Self::Medium, Plan::Pro | Plan::Business) => None,
        }
    }
}

/// The limit for which a call was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    PerSecond,
    Daily,
}

impl Limit {
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::PerSecond => {
                "You have reached the maximum per-second rate limit for this API. Try again later."
            }
            Self::Daily => {
                "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request."
            }
        }
    }
}

/// The request counters of one account.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    recent: [VecDeque<i64>; 4],
    used: [u64; 4],
    day: i64,
    /// Requests of each category, refused ones included.
    pub(crate) requests: [u64; 4],
    /// Number of requests refused with 429.
    pub(crate) refused: u64,
    /// Largest number of accepted requests in any one second.
    pub(crate) peak: [u64; 4],
}

impl Meter {
    /// Counts a call at `now` (milliseconds) and refuses it when a limit is reached.
    pub(crate) fn pass(
        &mut self,
        category: Category,
        plan: Plan,
        now: i64,
        enforce: bool,
    ) -> Result<(), Limit> {
        let at = category as usize;
        let (most, window) = category.rate(plan);
        self.requests[at] += 1;
        let today = now.div_euclid(86_400_000);
        if self.day != today {
            (self.day, self.used) = (today, [0; 4]);
        }
        let recent = &mut self.recent[at];
        while recent.front().is_some_and(|first| *first <= now - window) {
            recent.pop_front();
        }
        let pool = category.daily(plan);
        let full = pool.is_some_and(|(most, pool)| self.used[pool] >= most);
        if enforce && (full || recent.len() >= most) {
            self.refused += 1;
            return Err(if full { Limit::Daily } else { Limit::PerSecond });
        }
        if let Some((_, pool)) = pool {
            self.used[pool] += 1;
        }
        recent.push_back(now);
        let second = recent
            .iter()
            .rev()
            .take_while(|at| **at > now - 1000)
            .count() as u64;
        self.peak[at] = self.peak[at].max(second);
        Ok(())
    }

    /// Marks all but `left` calls of today's limit as used.
    pub(crate) fn drain(&mut self, category: Category, plan: Plan, now: i64, left: u64) {
        if let Some((most, pool)) = category.daily(plan) {
            self.day = now.div_euclid(86_400_000);
            self.used[pool] = most.saturating_sub(left);
        }
    }

    /// Size of the per-second or daily limit, and the number of calls left.
    fn remaining(&self, category: Category, plan: Plan, limit: Limit) -> (u64, u64) {
        if let (Limit::Daily, Some((most, pool))) = (limit, category.daily(plan)) {
            return (most, most.saturating_sub(self.used[pool]));
        }
        let (most, _) = category.rate(plan);
        (
            most as u64,
            most.saturating_sub(self.recent[category as usize].len()) as u64,
        )
    }

    /// Sets the rate-limit headers of an answer; `limit` is given for a 429.
    pub(crate) fn headers(
        &self,
        mode: LimitHeaders,
        (category, plan): (Category, Plan),
        limit: Option<Limit>,
        now: i64,
        headers: &mut HeaderMap,
    ) {
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        let midnight = (now.div_euclid(86_400_000) + 1) * 86_400;
        let second = now.div_euclid(1000);
        let kind = limit.unwrap_or(Limit::PerSecond);
        if mode != LimitHeaders::None {
            set("x-ratelimit-category", category.name().to_owned());
        }
        if mode == LimitHeaders::All {
            let (most, left) = self.remaining(category, plan, kind);
            let text = if kind == Limit::Daily {
                "Daily-limit"
            } else {
                "QPS"
            };
            set("x-ratelimit-type", text.to_owned());
            set("x-ratelimit-limit", most.to_string());
            set("x-ratelimit-remaining", left.to_string());
        }
        let Some(limit) = limit else { return };
        let end = if limit == Limit::Daily {
            midnight
        } else {
            second + 1
        };
        match mode {
            LimitHeaders::Usual if limit == Limit::Daily => {
                set("retry-after", crate::calendar::time(midnight));
            }
            LimitHeaders::All => {
                set("x-ratelimit-reset", end.to_string());
                if limit == Limit::Daily {
                    set("retry-after", crate::calendar::time(midnight));
                }
            }
            LimitHeaders::Seconds => set("retry-after", (end - second).to_string()),
            LimitHeaders::HttpDate => set("retry-after", http_date(end)),
            LimitHeaders::Absurd => set("retry-after", (10_i64 * 365 * 86_400).to_string()),
            LimitHeaders::Contradicting => {
                set("retry-after", "0".to_owned());
                set("x-ratelimit-type", "QPS".to_owned());
                set("x-ratelimit-remaining", "17".to_owned());
                set("x-ratelimit-reset", midnight.to_string());
            }
            LimitHeaders::Usual | LimitHeaders::None => {}
        }
    }
}

fn http_date(second: i64) -> String {
    let day = second.div_euclid(86_400);
    let (year, month, dom) = crate::calendar::civil(day);
    let weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let rest = second.rem_euclid(86_400);
    format!(
        "{}, {dom:02} {} {year} {:02}:{:02}:{:02} GMT",
        weekday[crate::calendar::weekday(day) as usize],
        months[(month - 1) as usize],
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

//! Zoom's published rate limits as data, and the share of them that is used.

use std::time::Duration;

/// Rate-limit category of an endpoint, as in Zoom's rate limits document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// LIGHT: mostly requests for a single object.
    Light,
    /// MEDIUM: mostly lists and settings.
    Medium,
    /// HEAVY: mostly reports.
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

    /// Stable name for storage and metrics: `light`, `medium`, `heavy`, `resource_intensive`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Medium => "medium",
            Self::Heavy => "heavy",
            Self::ResourceIntensive => "resource_intensive",
        }
    }

    /// The category with this stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == name)
    }

    pub(super) fn index(self) -> usize {
        match self {
            Self::Light => 0,
            Self::Medium => 1,
            Self::Heavy => 2,
            Self::ResourceIntensive => 3,
        }
    }
}

/// The account's plan, as far as rate limits depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// A free account, without a subscription.
    Free,
    /// Zoom's plan named Pro.
    Pro,
    /// Business, Education, Enterprise and Partner plans.
    Business,
}

/// The pace of a category: evenly spaced requests, and never more than a ceiling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Time from one request to the next.
    pub interval: Duration,
    /// Largest number of requests in any `window`: Zoom's limit, not the used share.
    pub ceiling: u32,
    /// Length of the interval in which Zoom counts: a second or a minute.
    pub window: Duration,
}

impl Rate {
    /// The pace for `percent` of a limit of `ceiling` requests per `window`.
    ///
    /// A percentage outside 1 to 100 and a ceiling of 0 are replaced by the nearest valid value.
    pub fn share(ceiling: u32, window: Duration, percent: u8) -> Self {
        let ceiling = ceiling.max(1);
        let percent = u32::from(percent.clamp(1, 100));
        Self {
            interval: window * 100 / ceiling.saturating_mul(percent),
            ceiling,
            window,
        }
    }
}

/// The pace and the daily limit of every category.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    rates: [Option<Rate>; 4],
    per_day: [Option<u64>; 4],
    /// Whether HEAVY and RESOURCE-INTENSIVE share one daily limit.
    pool: bool,
}

impl Limits {
    /// `percent` (1 to 100) of the plan's limits. The rest is left to other apps of the account,
    /// because Zoom counts all apps of an account together.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zoom::pacer::{Category, Limits, Plan};
    ///
    /// let limits = Limits::of(Plan::Pro, 50);
    /// let medium = limits.rate(Category::Medium).unwrap();
    /// assert_eq!(medium.interval, Duration::from_millis(100));
    /// assert_eq!(limits.per_day(Category::Heavy), Some(15_000));
    /// ```
    pub fn of(plan: Plan, percent: u8) -> Self {
        const SECOND: Duration = Duration::from_secs(1);
        const MINUTE: Duration = Duration::from_mins(1);
        let (ceilings, per_day) = match plan {
            Plan::Free => (
                [4, 2, 1, 10],
                [Some(6_000), Some(2_000), Some(1_000), Some(30_000)],
            ),
            Plan::Pro => ([30, 20, 10, 10], [None, None, Some(30_000), Some(30_000)]),
            Plan::Business => ([80, 60, 40, 20], [None, None, Some(60_000), Some(60_000)]),
        };
        let percent = percent.clamp(1, 100);
        let rates = Category::ALL.map(|category| {
            let window = if category == Category::ResourceIntensive {
                MINUTE
            } else {
                SECOND
            };
            Some(Rate::share(ceilings[category.index()], window, percent))
        });
        let per_day = per_day.map(|day| day.map(|day: u64| day * u64::from(percent) / 100));
        Self {
            rates,
            per_day,
            pool: plan != Plan::Free,
        }
    }

    /// No limits at all, for tests and for a simulator without limits.
    pub fn unlimited() -> Self {
        Self {
            rates: [None; 4],
            per_day: [None; 4],
            pool: false,
        }
    }

    /// The same limits with another pace for one category.
    #[must_use]
    pub fn with_rate(mut self, category: Category, rate: Option<Rate>) -> Self {
        self.rates[category.index()] = rate;
        self
    }

    /// The same limits with another daily limit for one category.
    #[must_use]
    pub fn with_per_day(mut self, category: Category, allowed: Option<u64>) -> Self {
        self.per_day[category.index()] = allowed;
        self
    }

    /// The pace of a category; `None` means no limit.
    pub fn rate(&self, category: Category) -> Option<Rate> {
        self.rates[category.index()]
    }

    /// Requests allowed per UTC day; `None` means any number.
    pub fn per_day(&self, category: Category) -> Option<u64> {
        self.per_day[category.index()]
    }

    /// Whether two categories share one daily limit.
    pub(super) fn pooled(&self, one: Category, other: Category) -> bool {
        let heavy = |c| matches!(c, Category::Heavy | Category::ResourceIntensive);
        self.pool && heavy(one) && heavy(other)
    }
}

//! The data of a chart over time.

use model::Day;

/// One day or week of a chart.
#[derive(Debug, Clone)]
pub struct Point {
    /// The day, or the Monday of the week (UTC).
    pub day: Day,
    /// The number; `None` where it is not known.
    pub value: Option<i64>,
    /// Whether the number may still rise.
    pub provisional: bool,
    /// Address of the rows behind the number.
    pub href: Option<String>,
}

/// Period of one bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Per {
    #[default]
    Day,
    /// A week, Monday to Sunday.
    Week,
}

/// A dashed line across a chart for comparison, such as the number of seats paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub value: i64,
    /// Short label at the line, such as "1,240 licensed".
    pub label: String,
}

/// A number per day or week.
#[derive(Debug, Clone)]
pub struct Series {
    /// Element id, unique on the page.
    pub id: &'static str,
    /// Title of the chart, such as "Sign-ins per day".
    pub title: String,
    /// Singular of the unit: "sign-in".
    pub one: &'static str,
    /// Plural of the unit: "sign-ins".
    pub many: &'static str,
    /// Whether the numbers can be summed: meetings can; people can't, because one person may sign
    /// in on several days.
    pub adds_up: bool,
    pub per: Per,
    /// Line for comparison; `None` for no line.
    pub mark: Option<Mark>,
    /// Oldest first, one per day or week without gaps.
    pub points: Vec<Point>,
}

impl Series {
    /// The same series with numbers that must not be summed over days.
    #[must_use]
    pub fn without_sum(self) -> Self {
        Self {
            adds_up: false,
            ..self
        }
    }
}

//! A chart in words: its summary, and the text of each point.

use std::fmt::Write as _;

use model::Day;

use super::series::{Per, Point, Series};
use crate::parts::text::{counted, number};

/// Summary of the chart in one sentence, as its caption and for screen readers.
pub(super) fn summary(series: &Series) -> String {
    let mut known: Vec<i64> = series.points.iter().filter_map(|p| p.value).collect();
    known.sort_unstable();
    let gaps = series.points.len() - known.len();
    let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else {
        return "No days yet.".to_owned();
    };
    if series.per == Per::Week {
        return weekly(
            series,
            &known,
            first.day,
            (!last.provisional).then(|| last.day.plus(6)),
        );
    }
    if known.is_empty() && first.day == last.day {
        return format!("Nothing is known of {}.", last.day.long());
    }
    if known.is_empty() {
        return format!(
            "Nothing is known of the days from {} to {}.",
            first.day.short(),
            last.day.long()
        );
    }
    let most = known[known.len() - 1];
    let days = if first.day == last.day {
        format!("on {}", last.day.long())
    } else {
        format!("from {} to {}", first.day.short(), last.day.long())
    };
    let mut text = if first.day == last.day {
        format!("{} {days}", counted(most, series.one, series.many))
    } else if series.adds_up {
        let sum = counted(known.iter().sum(), series.one, series.many);
        if most > 1 {
            format!("{sum} {days}, at most {} a day", number(most))
        } else {
            format!("{sum} {days}")
        }
    } else {
        // The median is shown because a few extreme days would distort an average.
        let middle = counted(known[known.len() / 2], series.one, series.many);
        format!(
            "On a typical day {middle}, at most {}, {days}",
            number(most)
        )
    };
    if gaps > 0 {
        let _ = write!(
            text,
            "; {} not known",
            counted(count(gaps), "day is", "days are")
        );
    }
    text.push('.');
    text
}

/// Summary of a chart of weeks.
fn weekly(series: &Series, known: &[i64], from: Day, to: Option<Day>) -> String {
    // The current week is not complete, so it has no last day to name.
    let days = match to {
        Some(to) => format!("from {} to {}", from.short(), to.long()),
        None => format!("from {} to this week", from.long()),
    };
    let Some(most) = known.last() else {
        return format!("Nothing is known of the weeks {days}.");
    };
    let middle = counted(known[known.len() / 2], series.one, series.many);
    let mut text = format!(
        "In a typical week {middle}, at most {}, {days}",
        number(*most)
    );
    let gaps = series.points.len() - known.len();
    if gaps > 0 {
        let _ = write!(
            text,
            "; {} not known",
            counted(count(gaps), "week is", "weeks are")
        );
    }
    text.push('.');
    text
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

pub(super) fn words(series: &Series, point: &Point) -> String {
    let what = match point.value {
        Some(value) => counted(value, series.one, series.many),
        None => "unknown".to_owned(),
    };
    let so_far = if point.provisional { " so far" } else { "" };
    let week = if series.per == Per::Week {
        "Week of "
    } else {
        ""
    };
    format!("{week}{}: {what}{so_far}", point.day.long())
}

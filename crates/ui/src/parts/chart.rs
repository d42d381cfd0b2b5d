//! Charts, drawn on the server as SVG. There is no view box: lengths along the time axis are
//! percentages, so that text keeps its size at every width. Each chart has a title, a summary
//! sentence and a table of its numbers that can be opened.

mod columns;
mod dots;
mod interval;
mod series;
mod words;

use std::fmt::Write as _;

use maud::{Markup, html};
use model::Timestamp;

use self::words::{summary, words};
use super::progress::percent;
use super::text::{day, number, unknown};

pub use columns::{Column, Columns, columns};
pub use dots::{Dot, DotTone, Dots, dots};
pub use interval::{Interval, interval, interval_between};
pub use series::{Mark, Per, Point, Series};

const HEIGHT: i64 = 168;
const PLOT: i64 = 140;

/// Step and top of the scale: the top is a multiple of the step, at or above the largest value,
/// with at most four steps.
fn scale(max: i64) -> (i64, i64) {
    let mut step = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let candidate = step.saturating_mul(factor);
            if max <= candidate.saturating_mul(4) {
                let steps = (max.max(1) + candidate - 1) / candidate;
                return (candidate, steps * candidate);
            }
        }
        step = step.saturating_mul(10);
    }
}

/// Maps a value to its vertical position.
fn height(top: i64) -> impl Fn(i64) -> i64 {
    move |value| PLOT - value.saturating_mul(PLOT - 8) / top
}

fn highest(series: &Series) -> i64 {
    let values = series.points.iter().filter_map(|point| point.value);
    values
        .chain(series.mark.iter().map(|mark| mark.value))
        .max()
        .unwrap_or(0)
}

/// One position of a chart: its tooltip and the link to its rows. Of the links only the newest can
/// be reached with the Tab key (`stop`); arrow keys reach the others, and the table of numbers has
/// all of them.
fn place(words: &str, href: Option<&str>, stop: bool, marks: &Markup) -> Markup {
    html! {
        @if let Some(href) = href { a.day href=(href) tabindex=[(!stop).then_some("-1")] { title { (words) } (marks) } }
        @else { g.day { title { (words) } (marks) } }
    }
}

/// ARIA role of a drawing: a group if it contains links, otherwise an image.
fn role(links: bool) -> &'static str {
    if links { "group" } else { "img" }
}

/// The positions of a series; `mark` draws each one from its index and point.
fn places(series: &Series, plot: i64, mark: &dyn Fn(usize, &Point) -> Markup) -> Markup {
    let total = series.points.len().max(1);
    let newest = series.points.iter().rposition(|point| point.href.is_some());
    html! {
        @for (index, point) in series.points.iter().enumerate() {
            (place(&words(series, point), point.href.as_deref(), newest == Some(index), &html! {
                rect.hit x={ (percent(index, total)) "%" } width={ (percent(1, total)) "%" } y="0" height=(plot) {}
                (mark(index, point))
            }))
        }
    }
}

/// A bar chart, one bar per day or week.
#[must_use]
pub fn bars(now: Timestamp, series: &Series) -> Markup {
    let most = highest(series);
    if most <= 1 && series.per == Per::Day && series.mark.is_none() {
        return strip(now, series);
    }
    let total = series.points.len().max(1);
    let (step, top) = scale(most);
    let y = height(top);
    let marks = places(series, PLOT, &|index, point| {
        html! {
            @match point.value {
                Some(0) => {},
                Some(value) => rect.bar.provisional[point.provisional]
                    x={ (percent(index * 6 + 1, total * 6)) "%" } width={ (percent(4, total * 6)) "%" }
                    y=(y(value).min(PLOT - 1)) height=((PLOT - y(value)).max(1)) {},
                None => rect.unknown-day x={ (percent(index, total)) "%" } width={ (percent(1, total)) "%" }
                    y=(PLOT - 6) height="6" {},
            }
        }
    });
    figure(now, series, Some((step, top)), &marks)
}

/// Height of a strip, in pixels.
const STRIP: i64 = 20;

/// A strip of days for series with at most one per day: yes, no, or not known.
fn strip(now: Timestamp, series: &Series) -> Markup {
    let total = series.points.len().max(1);
    let marks = places(series, STRIP, &|index, point| {
        let (class, height) = match point.value {
            Some(0) => ("rail-day", STRIP),
            Some(_) => ("bar", STRIP),
            None => ("unknown-day", 6),
        };
        html! {
            rect.(class).provisional[point.provisional] x={ (percent(index, total)) "%" } width={ (percent(1, total)) "%" }
                y=(STRIP - height) height=(height) {}
        }
    });
    figure(now, series, None, &marks)
}

/// A line chart; the line is interrupted where values are not known.
#[must_use]
pub fn line(now: Timestamp, series: &Series) -> Markup {
    let total = series.points.len().max(1);
    let (step, top) = scale(highest(series));
    let y = height(top);
    let mut path = String::new();
    let mut pen_down = false;
    for (index, point) in series.points.iter().enumerate() {
        let Some(value) = point.value else {
            pen_down = false;
            continue;
        };
        let letter = if pen_down { 'L' } else { 'M' };
        let _ = write!(path, "{letter}{} {}", index * 10 + 5, y(value));
        pen_down = true;
    }
    let marks = html! {
        svg viewBox={ "0 0 " (total * 10) " " (PLOT) } width="100%" height=(PLOT) preserveAspectRatio="none" {
            path.curve d=(path) {}
        }
        (places(series, PLOT, &|_, _| html! {}))
    };
    figure(now, series, Some((step, top)), &marks)
}

/// A drawing with its dates below and its table of numbers; `scale` (step and top) is `None` for a
/// strip.
fn figure(now: Timestamp, series: &Series, scale: Option<(i64, i64)>, marks: &Markup) -> Markup {
    let total = series.points.len();
    let links = series.points.iter().any(|point| point.href.is_some());
    let plot = if scale.is_some() { PLOT } else { STRIP };
    let ticks: Vec<i64> = scale
        .map(|(step, top)| (0..=top / step).map(|n| n * step).collect())
        .unwrap_or_default();
    let y = height(scale.map_or(1, |(_, top)| top));
    let labels = 5.min(total);
    let title_id = format!("{}-title", series.id);
    let text_id = format!("{}-text", series.id);
    html! {
        figure.chart id=(series.id) {
            div.chart-body.strip-body[scale.is_none()] {
                @if scale.is_some() {
                    svg.chart-scale width="44" height=(HEIGHT) aria-hidden="true" {
                        @for value in &ticks { text x="36" y=(y(*value) + 4) text-anchor="end" { (compact(*value)) } }
                    }
                }
                svg.chart-plot width="100%" height=(plot + HEIGHT - PLOT) role=(role(links)) aria-labelledby={ (title_id) " " (text_id) } {
                    title id=(title_id) { (series.title) }
                    desc id=(text_id) { (summary(series)) }
                    @for value in &ticks { line.grid x1="0" x2="100%" y1={ (y(*value)) ".5" } y2={ (y(*value)) ".5" } {} }
                    (marks)
                    @if let Some(mark) = &series.mark { (mark_line(y(mark.value), &mark.label)) }
                    @for label in 0..labels {
                        @let index = if labels > 1 { label * (total - 1) / (labels - 1) } else { 0 };
                        @let anchor = if label == 0 { "start" } else if label + 1 == labels { "end" } else { "middle" };
                        text.chart-day.inner[label % 2 == 1]
                            x={ (if label + 1 == labels && labels > 1 { "100".to_owned() } else if label == 0 { "0".to_owned() } else { percent(index * 2 + 1, total * 2) }) "%" }
                            y=(plot + HEIGHT - PLOT - 6) text-anchor=(anchor) { (series.points[index].day.short()) }
                    }
                }
            }
            figcaption { (summary(series)) }
            (numbers(now, series))
        }
    }
}

/// A dashed line with a label above its right end.
fn mark_line(y: i64, label: &str) -> Markup {
    html! {
        line.mark-line x1="0" x2="100%" y1={ (y) ".5" } y2={ (y) ".5" } {}
        text.mark-label x="100%" y=(if y < 16 { y + 14 } else { y - 5 }) text-anchor="end" { (label) }
    }
}

/// The numbers of a chart as a table, newest first, closed until it is clicked.
fn numbers(now: Timestamp, series: &Series) -> Markup {
    html! {
        details.numbers {
            summary { "Show the numbers" }
            div.frame.short role="region" aria-label={ (series.title) ", as a table" } tabindex="0" {
                table {
                    thead { tr { th scope="col" { (if series.per == Per::Week { "Week from (UTC)" } else { "Day (UTC)" }) } th.num scope="col" { (series.title) } } }
                    tbody {
                        @for point in series.points.iter().rev() {
                            tr {
                                th scope="row" { (day(now, point.day)) }
                                td.num {
                                    @match (point.value, &point.href) {
                                        (Some(value), Some(href)) => a href=(href) { (number(value)) },
                                        (Some(value), None) => (number(value)),
                                        (None, _) => (unknown()),
                                    }
                                    @if point.provisional { " so far" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Shortens `12,000` to `12k`, for scales.
fn compact(value: i64) -> String {
    match value {
        10_000..1_000_000 if value % 1000 == 0 => format!("{}k", value / 1000),
        1_000_000.. if value % 100_000 == 0 => {
            format!("{}.{}M", value / 1_000_000, value % 1_000_000 / 100_000).replace(".0M", "M")
        }
        _ => number(value),
    }
}

/// A small chart for a table cell: one bar per value, none where it is not known.
#[must_use]
pub fn sparkline(label: &str, values: &[Option<i64>]) -> Markup {
    let max = values.iter().flatten().copied().max().unwrap_or(0).max(1);
    let total = values.len().max(1);
    html! {
        svg.spark role="img" aria-label=(label) width="88" height="18" {
            @for (index, value) in values.iter().enumerate() {
                @if let Some(value) = value.filter(|v| *v > 0) {
                    @let height = (value * 18 / max).max(2);
                    rect.bar x={ (percent(index, total)) "%" } width={ (percent(2, total * 3)) "%" } y=(18 - height) height=(height) {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Day;

    use super::*;

    #[test]
    fn a_scale_is_round_and_holds_the_largest_value() {
        assert_eq!(scale(0), (1, 1));
        assert_eq!(scale(3), (1, 3));
        assert_eq!(scale(871), (500, 1000));
        assert_eq!(scale(1240), (500, 1500));
        for max in [1, 9, 99, 101, 4_000_001, i64::MAX / 100] {
            let (step, top) = scale(max);
            assert!(top >= max && top / step <= 4, "{max}");
        }
    }

    #[test]
    fn an_unknown_day_is_not_drawn_as_zero() {
        let point = |day, value| Point {
            day: Day(day),
            value,
            provisional: false,
            href: None,
        };
        let series = Series {
            id: "x",
            title: "Sign-ins per day".to_owned(),
            one: "sign-in",
            many: "sign-ins",
            adds_up: true,
            per: Per::Day,
            mark: None,
            points: vec![point(0, Some(0)), point(1, None), point(2, Some(4))],
        };
        let html = bars(Timestamp(0), &series).into_string();
        assert_eq!(html.matches("unknown-day").count(), 1);
        assert_eq!(html.matches("class=\"bar\"").count(), 1);
        assert!(html.contains("1 day is not known"));
    }

    #[test]
    fn days_with_one_at_most_are_a_strip_that_tells_unknown_from_none() {
        let point = |day, value| Point {
            day: Day(day),
            value,
            provisional: false,
            href: Some(format!("/day/{day}")),
        };
        let series = Series {
            id: "x",
            title: "Days with a sign-in".to_owned(),
            one: "day",
            many: "days",
            adds_up: true,
            per: Per::Day,
            mark: None,
            points: vec![point(0, Some(0)), point(1, None), point(2, Some(1))],
        };
        let html = bars(Timestamp(0), &series).into_string();
        for class in ["rail-day", "unknown-day", "bar"] {
            assert_eq!(html.matches(&format!("<rect class=\"{class}\"")).count(), 1);
        }
        assert!(!html.contains("at most 1"), "{html}");
        // Three links, but only one can be reached with the Tab key.
        assert_eq!(html.matches("<a class=\"day\"").count(), 3);
        assert_eq!(html.matches("tabindex=\"-1\"").count(), 2);
    }
}

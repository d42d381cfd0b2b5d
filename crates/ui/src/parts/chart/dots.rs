//! Charts of single events as dots: date and size, with a line at the limit for free users.

use maud::{Markup, html};
use model::{Day, Timestamp};

use super::super::progress::percent;
use super::super::text::{day, number};
use super::{HEIGHT, Mark, compact, height, mark_line, scale};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DotTone {
    /// Within the limits of a free user.
    Free,
    /// Within the limits, but close to them.
    Near,
    /// Beyond the limits of a free user.
    Need,
}

impl DotTone {
    fn class(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Near => "near",
            Self::Need => "need",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Free => "no licence needed",
            Self::Near => "near miss",
            Self::Need => "needed the licence",
        }
    }
}

/// One event of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dot {
    /// Day of the event (UTC).
    pub day: Day,
    /// Height of the dot, in the chart's unit.
    pub value: i64,
    pub tone: DotTone,
    /// Further detail in words, such as "4 people".
    pub note: String,
}

/// A chart of events.
#[derive(Debug, Clone)]
pub struct Dots {
    pub id: &'static str,
    /// Title of the chart, such as "Minutes of each meeting".
    pub title: String,
    /// Summary of the chart in one sentence.
    pub sentence: String,
    /// Unit of the values: "minutes".
    pub unit: &'static str,
    /// First day of the axis.
    pub from: Day,
    /// Last day of the axis.
    pub to: Day,
    /// In order of time, oldest first.
    pub dots: Vec<Dot>,
    /// Line at the limit for free users; `None` for no line.
    pub mark: Option<Mark>,
}

/// The chart with its table of numbers.
#[must_use]
pub fn dots(now: Timestamp, chart: &Dots) -> Markup {
    let highest = chart.dots.iter().map(|dot| dot.value);
    let highest = highest.chain(chart.mark.iter().map(|mark| mark.value));
    // Leaves room above the highest value for the label of the line.
    let (step, top) = scale(highest.max().unwrap_or(0) * 5 / 4);
    let y = height(top);
    let span = position(chart.to.since(chart.from)).max(1);
    let x = |day: Day| percent(position(day.since(chart.from)).min(span), span);
    let title_id = format!("{}-title", chart.id);
    let text_id = format!("{}-text", chart.id);
    html! {
        figure.chart id=(chart.id) {
            div.chart-body {
                svg.chart-scale width="44" height=(HEIGHT) aria-hidden="true" {
                    @for value in (0..=top / step).map(|n| n * step) {
                        text x="36" y=(y(value) + 4) text-anchor="end" { (compact(value)) }
                    }
                }
                svg.chart-plot width="100%" height=(HEIGHT) role="img" aria-labelledby={ (title_id) " " (text_id) } {
                    title id=(title_id) { (chart.title) }
                    desc id=(text_id) { (chart.sentence) }
                    @for value in (0..=top / step).map(|n| n * step) {
                        line.grid x1="0" x2="100%" y1={ (y(value)) ".5" } y2={ (y(value)) ".5" } {}
                    }
                    @if let Some(mark) = &chart.mark { (mark_line(y(mark.value), &mark.label)) }
                    @for dot in &chart.dots {
                        circle.dot.(dot.tone.class()) cx={ (x(dot.day)) "%" } cy=(y(dot.value)) r="4" {
                            title { (dot.day.long()) ": " (number(dot.value)) " " (chart.unit) ", " (dot.note) "; " (dot.tone.words()) }
                        }
                    }
                    @for part in 0..=4_i32 {
                        @let at = chart.from.plus(i32::try_from(span).unwrap_or(0) * part / 4);
                        text.chart-day.inner[part % 2 == 1] x={ (x(at)) "%" } y=(HEIGHT - 6) text-anchor=(match part { 0 => "start", 4 => "end", _ => "middle" }) { (at.short()) }
                    }
                }
            }
            figcaption { (chart.sentence) }
            details.numbers {
                summary { "Show the numbers" }
                div.frame.short role="region" aria-label={ (chart.title) ", as a table" } tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "Day (UTC)" } th.num scope="col" { (chart.title) } th scope="col" { "With" } th scope="col" { "What it was" } } }
                        tbody {
                            @for dot in chart.dots.iter().rev() {
                                tr { th scope="row" { (day(now, dot.day)) } td.num { (number(dot.value)) } td { (dot.note) } td { (dot.tone.words()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn position(days: i32) -> usize {
    usize::try_from(days).unwrap_or(0)
}

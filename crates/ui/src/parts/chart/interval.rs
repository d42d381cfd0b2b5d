//! A range on a line: seats to buy, from low to high, with the likely number and today's number.

use maud::{Markup, html};

use super::super::progress::percent;
use super::super::text::number;

/// A range with today's number for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Lower end of the likely range.
    pub low: i64,
    /// Most likely number.
    pub likely: i64,
    /// Number that is nearly always enough.
    pub high: i64,
    /// Today's number; `None` when not known.
    pub today: Option<i64>,
}

impl Interval {
    /// Ends of the line, with a margin at both sides; it starts near the smallest number rather
    /// than at zero.
    fn ends(&self) -> (i64, i64) {
        let most = self.high.max(self.today.unwrap_or(self.high));
        let least = self.low.min(self.today.unwrap_or(self.low));
        let margin = ((most - least) / 8).max(1);
        ((least - margin * 3).max(0), most + margin)
    }

    fn words(&self) -> String {
        let today = self.today.map(|today| format!(", today {}", number(today)));
        format!(
            "Likely {}, low {}, high {}{}",
            number(self.likely),
            number(self.low),
            number(self.high),
            today.unwrap_or_default()
        )
    }
}

/// The range as a drawing. The same numbers should be on the page as text.
#[must_use]
pub fn interval(range: &Interval) -> Markup {
    interval_between(range, range.ends())
}

/// The same on a line with given ends, such as those of a slider below it.
#[must_use]
pub fn interval_between(range: &Interval, (start, end): (i64, i64)) -> Markup {
    let span = usize::try_from(end - start).unwrap_or(1).max(1);
    let part = |value: i64| usize::try_from(value - start).unwrap_or(0).min(span);
    let at = |value: i64| percent(part(value), span);
    // Labels stay on their own side unless they would run past an end of the line.
    let anchor = |value: i64, usual: &'static str| match part(value) * 5 / span {
        0 => "start",
        4.. => "end",
        _ => usual,
    };
    let close = (part(range.high) - part(range.low)) * 4 < span;
    let width = percent(part(range.high) - part(range.low), span);
    let (low, high) = (number(range.low), number(range.high));
    html! {
        svg.interval width="100%" height="76" role="img" aria-label=(range.words()) {
            rect.rail x="0" y="32" width="100%" height="8" rx="4" {}
            rect.range x={ (at(range.low)) "%" } y="32" width={ (width) "%" } height="8" rx="4" {}
            circle.dot.free cx={ (at(range.likely)) "%" } cy="36" r="7" {}
            text.strong x={ (at(range.likely)) "%" } y="18" text-anchor=(anchor(range.likely, "middle")) { "likely " (number(range.likely)) }
            @if range.low != range.high {
                @match (anchor(range.low, "end"), anchor(range.high, "start")) {
                    // Both labels on the same side and close together: written as one text.
                    ("end", "end") if close => text x={ (at(range.high)) "%" } y="60" text-anchor="end" { "low " (low) ", high " (high) },
                    ("start", "start") if close => text x={ (at(range.low)) "%" } y="60" text-anchor="start" { "low " (low) ", high " (high) },
                    (left, right) => {
                        text x={ (at(range.low)) "%" } y="60" text-anchor=(left) dx=(if left == "end" { "6" } else { "0" }) { "low " (low) }
                        text x={ (at(range.high)) "%" } y="60" text-anchor=(right) dx=(if right == "start" { "-6" } else { "0" }) { "high " (high) }
                    }
                }
            }
            @if let Some(today) = range.today {
                line.now x1={ (at(today)) "%" } x2={ (at(today)) "%" } y1="26" y2="46" {}
                text x={ (at(today)) "%" } y="74" text-anchor=(anchor(today, if today >= range.likely { "end" } else { "start" })) { "today " (number(today)) }
            }
        }
    }
}

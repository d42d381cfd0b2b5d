//! A range on a line: seats to buy from low to high with the likely number, beside today's.

use maud::{Markup, html};

use super::super::progress::percent;
use super::super::text::number;

/// A range and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The lowest number that is reasonable.
    pub low: i64,
    /// The number that is most likely right.
    pub likely: i64,
    /// The number that is safe.
    pub high: i64,
    /// The number of today; `None` when not known.
    pub today: Option<i64>,
}

/// The range as a drawing; its numbers stand beside it as text.
#[must_use]
pub fn interval(range: &Interval) -> Markup {
    let most = [Some(range.high), range.today].into_iter().flatten().max();
    let least = [Some(range.low), range.today].into_iter().flatten().min();
    let (most, least) = (most.unwrap_or(0), least.unwrap_or(0));
    // Room at both ends, and a start that is not far below the smallest number.
    let margin = ((most - least) / 8).max(1);
    let start = (least - margin * 3).max(0);
    let span = usize::try_from(most + margin - start).unwrap_or(1).max(1);
    let at = |value: i64| percent(usize::try_from(value - start).unwrap_or(0), span);
    let width = percent(usize::try_from(range.high - range.low).unwrap_or(0), span);
    let words = format!(
        "Likely {}, low {}, high {}{}",
        number(range.likely),
        number(range.low),
        number(range.high),
        range
            .today
            .map_or_else(String::new, |today| format!(", today {}", number(today)))
    );
    html! {
        svg.interval width="100%" height="76" role="img" aria-label=(words) {
            rect.rail x="0" y="32" width="100%" height="8" rx="4" {}
            rect.range x={ (at(range.low)) "%" } y="32" width={ (width) "%" } height="8" rx="4" {}
            circle.dot.free cx={ (at(range.likely)) "%" } cy="36" r="7" {}
            text.strong x={ (at(range.likely)) "%" } y="18" text-anchor="middle" { "likely " (number(range.likely)) }
            @if range.low != range.high {
                text x={ (at(range.low)) "%" } y="60" text-anchor="end" dx="6" { "low " (number(range.low)) }
                text x={ (at(range.high)) "%" } y="60" text-anchor="start" dx="-6" { "high " (number(range.high)) }
            }
            @if let Some(today) = range.today {
                line.now x1={ (at(today)) "%" } x2={ (at(today)) "%" } y1="26" y2="46" {}
                text x={ (at(today)) "%" } y="74" text-anchor=(if today >= range.likely { "end" } else { "start" }) { "today " (number(today)) }
            }
        }
    }
}

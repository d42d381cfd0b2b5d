//! The days until notice is due and the term ends, on a line. Lengths are percentages of the width,
//! so that text keeps its size; a sentence describes the drawing.

use maud::{Markup, html};
use model::Day;

use super::progress::percent;
use super::text::counted;

/// Keeps the text near an end of the line inside the drawing.
fn anchor(percent: &str) -> &'static str {
    match percent
        .split('.')
        .next()
        .and_then(|whole| whole.parse().ok())
    {
        Some(0..20) => "start",
        Some(80..) => "end",
        _ => "middle",
    }
}

/// Dates that matter for a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    pub today: Day,
    /// Last day on which notice can be given.
    pub notice_by: Day,
    /// Last day of the current term.
    pub ends_on: Day,
}

impl Deadline {
    /// The remaining days in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let left = self.notice_by.since(self.today);
        let ends = self.ends_on.since(self.today);
        let notice = match left {
            ..0 => format!("Notice was due on {}.", self.notice_by.long()),
            0 => "Notice has to arrive today.".to_owned(),
            _ => format!(
                "Notice has to arrive by {}, in {}.",
                self.notice_by.long(),
                counted(i64::from(left), "day", "days")
            ),
        };
        match ends {
            ..0 => format!("{notice} The term ended on {}.", self.ends_on.long()),
            _ => format!(
                "{notice} The term ends on {}, in {}.",
                self.ends_on.long(),
                counted(i64::from(ends), "day", "days")
            ),
        }
    }
}

/// The dates on a line that starts today, or at the deadline if that has passed.
#[must_use]
pub fn deadline(view: &Deadline) -> Markup {
    let first = view.today.min(view.notice_by).min(view.ends_on);
    let last = view.ends_on.max(view.today).max(view.notice_by);
    let span = usize::try_from(last.since(first)).unwrap_or(0).max(1);
    // A small margin at both ends for the dots.
    let at = |day: Day| {
        let days = usize::try_from(day.since(first)).unwrap_or(0);
        percent(days * 97 + span, span * 100)
    };
    let (today, notice, ends) = (at(view.today), at(view.notice_by), at(view.ends_on));
    let missed = view.notice_by < view.today;
    html! {
        svg.deadline width="100%" height="96" role="img" aria-label=(view.sentence()) {
            line.deadline-line x1="0" x2="100%" y1="36" y2="36" {}
            @if !missed { line.deadline-left x1={ (today) "%" } x2={ (notice) "%" } y1="36" y2="36" {} }
            @for (class, place) in [("today", &today), (if missed { "missed" } else { "notice" }, &notice), ("ends", &ends)] {
                circle.deadline-day.(class) cx={ (place) "%" } cy="36" r="6" {}
            }
            text x={ (today) "%" } y="16" text-anchor=(anchor(&today)) { "today, " (view.today.short()) }
            text.notice x={ (notice) "%" } y="64" text-anchor=(anchor(&notice)) {
                (if missed { "notice was due " } else { "notice by " }) (view.notice_by.short())
            }
            text x={ (ends) "%" } y="88" text-anchor=(anchor(&ends)) { "term ends " (view.ends_on.long()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_deadline_is_said_as_such() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let view = Deadline {
            today: day("2027-01-10"),
            notice_by: day("2026-12-30"),
            ends_on: day("2027-02-28"),
        };
        let sentence = view.sentence();
        assert!(
            sentence.starts_with("Notice was due on 30 December 2026."),
            "{sentence}"
        );
        assert!(deadline(&view).into_string().contains("missed"));
    }
}

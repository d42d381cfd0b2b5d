//! Progress bars, and strips that show the coverage of history.

use maud::{Markup, html};
use model::DayState;

/// A progress bar for `done` of `of`; without an end when `of` is not known.
#[must_use]
pub fn bar(label: &str, done: i64, of: Option<i64>) -> Markup {
    match of {
        Some(of) if of > 0 => {
            html! { progress aria-label=(label) value=(done.clamp(0, of)) max=(of) {} }
        }
        _ => html! { progress aria-label=(label) {} },
    }
}

/// Maximum number of cells in a strip; more would be thinner than a pixel in a narrow column.
const CELLS: usize = 60;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Complete,
    Provisional,
    Partial,
    Unknown,
}

/// The days of a stream's history, oldest first: complete, provisional or unknown (`None`).
#[must_use]
pub fn strip(label: &str, days: &[Option<DayState>]) -> Markup {
    let cells = if days.is_empty() {
        CELLS
    } else {
        days.len().min(CELLS)
    };
    let state = |index: usize| {
        let part = &days[index * days.len() / cells..(index + 1) * days.len() / cells];
        if part.iter().all(Option::is_none) {
            Cell::Unknown
        } else if part.iter().all(|day| *day == Some(DayState::Complete)) {
            Cell::Complete
        } else if part.iter().all(Option::is_some) {
            Cell::Provisional
        } else {
            Cell::Partial
        }
    };
    // Equal neighbours are drawn as one bar because single cells can be thinner than a pixel and
    // would flicker.
    let states: Vec<Cell> = (0..cells).map(state).collect();
    let runs = states.chunk_by(|a, b| a == b).scan(0, |end, run| {
        let from = *end;
        *end += run.len();
        Some((run[0], from, run.len()))
    });
    html! {
        svg.strip role="img" aria-label=(label) height="14" {
            @for (state, from, length) in runs {
                rect.(match state { Cell::Complete => "complete", Cell::Provisional => "provisional", Cell::Partial => "partial", Cell::Unknown => "gap" })
                    x={ (percent(from, cells)) "%" } width={ (percent(length, cells)) "%" } height="14" {}
            }
        }
    }
}

/// `part` of `whole` in percent, with two decimals.
#[must_use]
pub fn percent(part: usize, whole: usize) -> String {
    let hundredths = part * 10_000 / whole.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_shows_even_among_many_days() {
        let mut days = vec![Some(DayState::Complete); 180];
        assert!(!strip("x", &days).into_string().contains("partial"));
        days[90] = None;
        assert_eq!(
            strip("x", &days).into_string().matches("partial").count(),
            1
        );
    }
}

//! Figures and table cells that the page and the printed sheet share.

use maud::{Markup, html};
use model::Money;

use crate::parts::text::{number, unknown};

pub(super) fn figure(label: &str, value: &Markup, note: Option<String>) -> Markup {
    html! { div { dt { (label) } dd { (value) @if let Some(note) = note { span.sub { (note) } } } } }
}

/// Capitalises the first letter, for the start of a line.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A number with its sign: "+12", "−3", "0".
pub(super) fn signed(value: i64) -> String {
    if value > 0 {
        format!("+{}", number(value))
    } else {
        number(value)
    }
}

/// Difference to today's cost; a saving has a minus sign.
pub(super) fn against(saving: Option<Money>) -> Markup {
    match saving {
        None => unknown(),
        Some(saving) if saving.minor == 0 => html! { span.none { "the same" } },
        Some(saving) if saving.minor > 0 => html! { (saving.times(-1)) },
        Some(saving) => html! { "+" (saving.times(-1)) },
    }
}

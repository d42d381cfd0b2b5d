//! Dialogs. Without scripts each is either a page of its own or not needed.

use maud::{Markup, html};

/// A dialog that an element with `data-open="id"` opens.
#[must_use]
pub fn dialog(id: &str, title: &str, body: &Markup) -> Markup {
    let heading = format!("{id}-title");
    html! {
        dialog id=(id) aria-labelledby=(heading) {
            h2 id=(heading) { (title) }
            (body)
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}

/// Dialog that lists the keyboard shortcuts.
#[must_use]
pub fn help() -> Markup {
    let keys = [
        ("/", "Search on this page"),
        ("?", "This help"),
        ("↑ ↓", "Previous and next row of a table"),
        ("← →", "Previous and next bar of a chart"),
        ("Enter", "Open the row or the bar"),
        ("Esc", "Close, or leave the search"),
    ];
    dialog(
        "help",
        "Keyboard",
        &html! {
            dl.keys { @for (key, what) in keys { div { dt { kbd { (key) } } dd { (what) } } } }
        },
    )
}

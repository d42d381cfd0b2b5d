//! Dialogs. Each works as a page of its own, or is not needed, where there is no script.

use maud::{Markup, html};

/// A dialog that `data-open="id"` opens.
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

/// The keys that do something.
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

//! Drawings: the Seatwise logo, marks of applications, and icons for buttons. Icons are hidden from
//! screen readers because they always accompany a text.

use maud::{Markup, html};

/// An icon of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Menu,
    Search,
    Filter,
    Plus,
    Cross,
    Check,
    Warning,
    Problem,
    Question,
    Copy,
    Arrow,
}

/// The icon in the colour of the surrounding text.
#[must_use]
pub fn icon(icon: Icon) -> Markup {
    let path = match icon {
        Icon::Menu => "M2.5 4h11M2.5 8h11M2.5 12h11",
        Icon::Search => "M11.2 11.2 14 14M7.2 12.4a5.2 5.2 0 1 0 0-10.4 5.2 5.2 0 0 0 0 10.4Z",
        Icon::Filter => "M2 4h12M4.5 8h7M6.5 12h3",
        Icon::Plus => "M8 3v10M3 8h10",
        Icon::Cross => "m4 4 8 8M12 4l-8 8",
        Icon::Check => "m3 8.5 3.3 3.3L13 5",
        Icon::Warning => "M8 2.2 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.1",
        Icon::Problem => "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM8 4.8v3.9M8 11v.1",
        Icon::Question => {
            "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM6.2 6.2a1.8 1.8 0 1 1 2.6 1.7c-.5.3-.8.6-.8 1.2M8 11.3v.1"
        }
        Icon::Copy => "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8Z",
        Icon::Arrow => "m6 3 5 5-5 5",
    };
    html! {
        svg.icon viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" {
            path d=(path) fill="none" stroke="currentColor" stroke-width="1.5"
                stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}

/// The logo of Seatwise.
#[must_use]
pub fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false" {
            rect.mark-back width="20" height="20" rx="5" {}
            path.mark-front d="M0 5a5 5 0 0 1 5-5h10a5 5 0 0 1 1.6.3L.3 16.6A5 5 0 0 1 0 15Z" {}
        }
    }
}

/// The mark of an application: its first letter in a tile.
#[must_use]
pub fn application(name: &str) -> Markup {
    let letter = name.chars().next().unwrap_or('?');
    html! { span.app-mark aria-hidden="true" { (letter) } }
}

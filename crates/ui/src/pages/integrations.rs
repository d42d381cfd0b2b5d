//! `/integrations`: tiles of the applications that can be connected.

use maud::{Markup, html};
use model::Application;

use crate::parts::icon;
use crate::parts::text::counted;
use crate::parts::{Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct IntegrationsPage {
    /// One tile per application.
    pub tiles: Vec<ApplicationTile>,
}

/// An application that can be connected.
#[derive(Debug, Clone)]
pub struct ApplicationTile {
    pub application: &'static Application,
    /// Number of connected accounts of the application.
    pub connections: i64,
    /// Number of these accounts that need attention.
    pub attention: i64,
}

#[must_use]
pub fn page(shell: &Shell, view: &IntegrationsPage) -> Markup {
    let body = html! {
        (page::plain_head("Integrations", "Choose an application to connect or manage its accounts.", &html! {}))
        ul.tiles {
            @for tile in &view.tiles {
                li {
                    a.card.tile href={ "/integrations/" (tile.application.key) } {
                        (icon::application(tile.application.name))
                        span.tile-name { (tile.application.name) }
                        span.tile-note {
                            @if tile.connections == 0 { "Not connected yet" }
                            @else { (counted(tile.connections, "account", "accounts")) " connected" }
                        }
                        @if tile.attention > 0 {
                            (page::pill(Tone::Warn, &format!("{} need attention", tile.attention)))
                        } @else if tile.connections > 0 { (page::pill(Tone::Good, "connected")) }
                    }
                }
            }
        }
    };
    shell.page("Integrations", &body)
}

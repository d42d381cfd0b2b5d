//! The head of every page of one integration: its name, how fresh it is, its tabs.

use maud::{Markup, html};
use model::{Application, Day, IntegrationId, IntegrationState, Permission, Timestamp};

use super::page;
use super::shell::{Shell, Tone};
use super::text::{ago, counted, day};

/// The integration that a page is about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its number.
    pub id: IntegrationId,
    /// What it is an account of.
    pub application: &'static Application,
    /// Name that the administrator gave it.
    pub name: String,
    /// Whether it runs.
    pub state: IntegrationState,
    /// One sentence on the state when it is not active.
    pub state_reason: Option<String>,
    /// How many users are known; `None` until the first listing is complete.
    pub users: Option<i64>,
    /// Whether a run is going on.
    pub running: bool,
    /// When the last complete run ended.
    pub last_complete_at: Option<Timestamp>,
    /// First day of the unbroken history that is known.
    pub history_since: Option<Day>,
}

/// The pages of an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as its tab is labelled")]
pub enum Tab {
    Overview,
    Users,
    Groups,
    AccountSettings,
    SignIns,
    AdminChanges,
    Runs,
    Integration,
}

impl Tab {
    const ALL: [Self; 8] = [
        Self::Overview,
        Self::Users,
        Self::Groups,
        Self::AccountSettings,
        Self::SignIns,
        Self::AdminChanges,
        Self::Runs,
        Self::Integration,
    ];

    /// What the tab is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Users => "Users",
            Self::Groups => "Groups",
            Self::AccountSettings => "Account settings",
            Self::SignIns => "Sign-ins",
            Self::AdminChanges => "Admin changes",
            Self::Runs => "Sync runs",
            Self::Integration => "Integration",
        }
    }

    /// Its address for this integration.
    #[must_use]
    pub fn href(self, id: IntegrationId) -> String {
        let rest = match self {
            Self::Overview => "",
            Self::Users => "/users",
            Self::Groups => "/groups",
            Self::AccountSettings => "/account",
            Self::SignIns => "/sign-ins",
            Self::AdminChanges => "/admin-changes",
            Self::Runs => "/runs",
            Self::Integration => "/integration",
        };
        format!("/i/{id}{rest}")
    }
}

impl Subject {
    /// "Zoom · Acme Europe".
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} · {}", self.application.name, self.name)
    }

    /// Whether the first complete run is still to come.
    #[must_use]
    pub fn first_sync(&self) -> bool {
        self.last_complete_at.is_none()
    }

    /// The word for how it stands, and its colour.
    #[must_use]
    pub fn standing(&self) -> (Tone, &'static str) {
        match self.state {
            IntegrationState::Active if self.running && self.first_sync() => {
                (Tone::Info, "first sync running")
            }
            IntegrationState::Active if self.running => (Tone::Info, "sync running"),
            IntegrationState::Active if self.first_sync() => (Tone::Quiet, "first sync waiting"),
            IntegrationState::Active => (Tone::Good, "up to date"),
            IntegrationState::Paused => (Tone::Warn, "paused"),
            IntegrationState::ReconnectNeeded => (Tone::Bad, "authorise again"),
            IntegrationState::Disconnected => (Tone::Quiet, "disconnected"),
        }
    }

    /// Head and tabs, with `tab` marked.
    #[must_use]
    pub fn head(&self, shell: &Shell, tab: Tab) -> Markup {
        let (tone, word) = self.standing();
        let facts = html! {
            @match self.users {
                Some(users) => a href=(Tab::Users.href(self.id)) { (counted(users, "user", "users")) },
                None => span { "users not yet counted" },
            }
            " · "
            @match self.last_complete_at {
                Some(at) => { "last complete sync " (ago(shell.now, at)) }
                None => "no complete sync yet",
            }
            @if let Some(since) = self.history_since { " · history from " (day(shell.now, since)) }
        };
        let actions = html! {
            @if tab != Tab::Integration && self.state == IntegrationState::Active && shell.may(Permission::RunSync) {
                @if self.running {
                    a.button href=(Tab::Integration.href(self.id)) { "See progress" }
                } @else {
                    form method="post" action={ "/i/" (self.id) "/sync" } {
                        button type="submit" { "Sync now" }
                    }
                }
            }
        };
        html! {
            (page::head(&self.title(), &page::pill(tone, word), &facts, &actions))
            nav.tabs aria-label=(self.title()) {
                @for each in Tab::ALL {
                    a href=(each.href(self.id)) aria-current=[(each == tab).then_some("page")] { (each.label()) }
                }
            }
            @if tab != Tab::Integration { (self.notice(shell)) }
        }
    }

    fn notice(&self, shell: &Shell) -> Markup {
        let (tone, text) = match self.state {
            IntegrationState::Active => return html! {},
            IntegrationState::Paused => (
                Tone::Warn,
                "Syncing is paused: what you see does not get newer.",
            ),
            IntegrationState::ReconnectNeeded => (
                Tone::Bad,
                "The authorisation no longer works, so what you see does not get newer. Nothing is lost; authorise again to go on.",
            ),
            IntegrationState::Disconnected => (
                Tone::Quiet,
                "This integration is disconnected: what you see was kept and does not get newer.",
            ),
        };
        let _ = shell;
        page::notice(
            tone,
            text,
            &html! {
                @if let Some(reason) = &self.state_reason { p { (reason) } }
                p { a href=(Tab::Integration.href(self.id)) { "Open the integration" } }
            },
        )
    }
}

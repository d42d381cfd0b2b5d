//! Head of every page of one integration: name, status, age of the data, and tabs.

use std::borrow::Cow;

use maud::{Markup, html};
use model::{
    Application, Day, IntegrationId, IntegrationState, Permission, RunState, Timestamp, Tone,
};

use super::page;
use super::shell::Shell;
use super::text::{ago, counted, day};

/// The integration that a page belongs to.
#[derive(Debug, Clone)]
pub struct Subject {
    pub id: IntegrationId,
    pub application: &'static Application,
    /// Name given by the administrator.
    pub name: String,
    pub state: IntegrationState,
    /// Reason for the state, in one sentence; `None` when active.
    pub state_reason: Option<String>,
    /// Number of known users; `None` until the first listing is complete.
    pub users: Option<i64>,
    /// Whether a sync run is in progress.
    pub running: bool,
    /// Result of the last finished run; `None` before the first one.
    pub last_run: Option<RunState>,
    /// Names of sources that can't be read because access is denied or the attempt failed.
    pub unread: Vec<&'static str>,
    /// End of the last complete run.
    pub last_complete_at: Option<Timestamp>,
    /// First day of the history that is known without a gap.
    pub history_since: Option<Day>,
}

/// A source that the last run could not read.
#[derive(Debug, Clone)]
pub struct Stopped {
    /// Time of the last complete read; `None` for never.
    pub read_at: Option<Timestamp>,
    /// Reason why it can't be read, in one sentence.
    pub why: String,
}

impl Stopped {
    /// Notice for display above the data of earlier runs.
    #[must_use]
    pub fn notice(&self, now: Timestamp, id: IntegrationId) -> Markup {
        let title = match self.read_at {
            Some(at) => format!("Not refreshed since {}", at.day().long()),
            None => "Never read completely".to_owned(),
        };
        page::notice(
            Tone::Warn,
            &title,
            &html! {
                p { (self.why) }
                @if let Some(at) = self.read_at { p { "It was last read " (ago(now, at)) "; the data from then is kept and shown." } }
                p { a href={ (Tab::Integration.href(id)) "#preflight" } { "See what is missing" } }
            },
        )
    }
}

/// The pages of an integration, as tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Overview,
    Users,
    Licences,
    Findings,
    Renewals,
    WhatIf,
    Changes,
    Groups,
    Meetings,
    SignIns,
    AdminChanges,
    AccountSettings,
    Runs,
    Integration,
}

impl Tab {
    const ALL: [Self; 14] = [
        Self::Overview,
        Self::Users,
        Self::Licences,
        Self::Findings,
        Self::Renewals,
        Self::WhatIf,
        Self::Changes,
        Self::Groups,
        Self::Meetings,
        Self::SignIns,
        Self::AdminChanges,
        Self::AccountSettings,
        Self::Runs,
        Self::Integration,
    ];

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Users => "Users",
            Self::Licences => "Licences",
            Self::Findings => "Findings",
            Self::Renewals => "Renewals",
            Self::WhatIf => "What-if",
            Self::Changes => "Changes",
            Self::Groups => "Groups",
            Self::AccountSettings => "Account",
            Self::Meetings => "Meetings",
            Self::SignIns => "Sign-ins",
            Self::AdminChanges => "Admin changes",
            Self::Runs => "Runs",
            Self::Integration => "Integration",
        }
    }

    /// Address of the tab for this integration.
    #[must_use]
    pub fn href(self, id: IntegrationId) -> String {
        let rest = match self {
            Self::Overview => "",
            Self::Users => "/users",
            Self::Licences => "/licences",
            Self::Findings => "/findings",
            Self::Renewals => "/renewals",
            Self::WhatIf => "/what-if",
            Self::Changes => "/changes",
            Self::Groups => "/groups",
            Self::AccountSettings => "/account",
            Self::Meetings => "/meetings",
            Self::SignIns => "/sign-ins",
            Self::AdminChanges => "/admin-changes",
            Self::Runs => "/runs",
            Self::Integration => "/integration",
        };
        format!("/i/{id}{rest}")
    }
}

impl Subject {
    /// Title such as "Zoom · Acme Europe".
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} · {}", self.application.name, self.name)
    }

    /// Whether no run was complete so far.
    #[must_use]
    pub fn first_sync(&self) -> bool {
        self.last_complete_at.is_none()
    }

    /// Status of the integration: colour and label.
    #[must_use]
    pub fn status(&self) -> (Tone, Cow<'static, str>) {
        let (tone, word) = match self.state {
            IntegrationState::Active if self.running && self.first_sync() => {
                (Tone::Info, "first sync running")
            }
            IntegrationState::Active if self.running => (Tone::Info, "sync running"),
            IntegrationState::Active if self.last_run == Some(RunState::Failed) => {
                (Tone::Bad, "last sync failed")
            }
            IntegrationState::Active if self.last_run == Some(RunState::Postponed) => {
                (Tone::Warn, "sync postponed")
            }
            IntegrationState::Active if self.last_run == Some(RunState::Incomplete) => {
                (Tone::Warn, "some records can't be read")
            }
            IntegrationState::Active if self.first_sync() => (Tone::Quiet, "first sync waiting"),
            IntegrationState::Active => match self.unread.len() {
                0 => (Tone::Good, "up to date"),
                1 => (Tone::Warn, "a source can't be read"),
                several => {
                    return (
                        Tone::Warn,
                        format!("{several} sources can't be read").into(),
                    );
                }
            },
            IntegrationState::Paused => (Tone::Warn, "paused"),
            IntegrationState::ReconnectNeeded => (Tone::Bad, "authorise again"),
            IntegrationState::Disconnected => (Tone::Quiet, "disconnected"),
        };
        (tone, word.into())
    }

    /// Status as a coloured label, with the element id `integration-status`; the event stream replaces it.
    #[must_use]
    pub fn status_pill(&self) -> Markup {
        let (tone, word) = self.status();
        html! { span #integration-status data-running=(self.running) { (page::pill(tone, &word)) } }
    }

    /// Age of the data, and the sources missing from it.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Markup {
        let without: Vec<String> = self.unread.iter().map(|label| lower(label)).collect();
        html! {
            @match self.last_complete_at {
                None => "no complete sync yet",
                Some(at) if without.is_empty() => { "last complete sync " (ago(now, at)) }
                Some(at) if without.len() > 3 => {
                    "last sync " (ago(now, at)) ", without " (without.len()) " sources"
                }
                Some(at) => { "last sync " (ago(now, at)) ", without " (without.join(", ")) }
            }
        }
    }

    /// Number of users and age of the data, with the element id `facts`; the event stream replaces
    /// it.
    #[must_use]
    pub fn facts(&self, now: Timestamp) -> Markup {
        html! {
            span #facts {
                @match self.users {
                    Some(users) => a href=(Tab::Users.href(self.id)) { (counted(users, "user", "users")) },
                    None => span { "users not yet counted" },
                }
                " · "
                (self.freshness(now))
                @if let Some(since) = self.history_since { " · history from " (day(now, since)) }
            }
        }
    }

    /// Head and tabs, with `tab` marked as current.
    #[must_use]
    pub fn head(&self, shell: &Shell, tab: Tab) -> Markup {
        // Only on pages without input, because an update could disturb a form that is being filled
        // in.
        let live = self.running && matches!(tab, Tab::Overview | Tab::Runs);
        let events = live.then(|| format!("/i/{}/integration/events", self.id));
        let pill = html! { span data-live=[events] { (self.status_pill()) } };
        let facts = self.facts(shell.now);
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
            (page::head(&self.title(), &pill, &facts, &actions))
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
            IntegrationState::Paused => {
                (Tone::Warn, "Syncing is paused: this data is not updated.")
            }
            IntegrationState::ReconnectNeeded => (
                Tone::Bad,
                "The authorisation no longer works, so this data is not updated. Nothing is lost; authorise again to continue.",
            ),
            IntegrationState::Disconnected => (
                Tone::Quiet,
                "This integration is disconnected: its data was kept and is not updated.",
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

/// The name of a source within a sentence: only its first letter is lower-cased.
fn lower(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject {
        Subject {
            id: IntegrationId(1),
            application: &connector_zoom::ZOOM,
            name: "Acme".to_owned(),
            state: IntegrationState::Active,
            state_reason: None,
            users: Some(1),
            running: false,
            last_run: Some(RunState::Complete),
            unread: Vec::new(),
            last_complete_at: Some(Timestamp(0)),
            history_since: None,
        }
    }

    #[test]
    fn only_what_was_read_whole_is_called_up_to_date() {
        let words = |subject: &Subject| subject.status().1.into_owned();
        let now = Timestamp(60_000);
        let mut subject = subject();
        assert_eq!(words(&subject), "up to date");
        assert!(
            subject.freshness(now).0.starts_with("last complete sync"),
            "{}",
            subject.freshness(now).0
        );
        subject.unread = vec!["Operation logs"];
        assert_eq!(words(&subject), "a source can't be read");
        let said = subject.freshness(now).0;
        assert!(
            said.starts_with("last sync") && said.ends_with(", without operation logs"),
            "{said}"
        );
        subject.unread = vec!["Operation logs", "Meetings"];
        assert_eq!(words(&subject), "2 sources can't be read");
        subject.last_run = Some(RunState::Failed);
        assert_eq!(subject.status(), (Tone::Bad, "last sync failed".into()));
    }
}

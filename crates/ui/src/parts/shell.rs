//! The frame around every page: document head, navigation, flash message, dialogs that are on every
//! page. And the narrow frame of pages that are seen without being signed in.

use maud::{DOCTYPE, Markup, html};
use model::{IntegrationId, Permission, Role, Timestamp};

use super::dialog;
use super::icon::{Icon, icon, mark};
use super::text::number;
use crate::assets::href;

/// What every page of somebody who is signed in needs to know.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Who looks.
    pub member: ShellMember,
    /// Connected accounts, for the navigation.
    pub integrations: Vec<NavIntegration>,
    /// Findings that wait for a decision, over all accounts; `None` when not yet worked out.
    pub open_findings: Option<i64>,
    /// Path of the page, e.g. `/i/1/users`: marks where one is.
    pub path: String,
    /// What the last action came to.
    pub flash: Option<Flash>,
    /// Now, for "4 minutes ago".
    pub now: Timestamp,
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct ShellMember {
    /// Name to show.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A connected account in the navigation.
#[derive(Debug, Clone)]
pub struct NavIntegration {
    /// Its number.
    pub id: IntegrationId,
    /// Name of the application: `Zoom`.
    pub application: String,
    /// Name that the administrator gave it.
    pub name: String,
    /// Whether somebody has to do something about it.
    pub attention: bool,
}

/// What colour means; there is always a word too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Complete, granted, fine.
    Good,
    /// Needs attention.
    Warn,
    /// A problem.
    Bad,
    /// Where you are, what goes on.
    Info,
    /// Unknown, or off.
    #[default]
    Quiet,
}

impl Tone {
    /// Its class in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Quiet => "quiet",
        }
    }
}

/// What an action came to, shown once.
#[derive(Debug, Clone)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

impl Shell {
    /// Whether the member may do that.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.member.role.allows(permission)
    }

    /// A whole page: `title` for the window, `body` for the main part.
    #[must_use]
    pub fn page(&self, title: &str, body: &Markup) -> Markup {
        self.page_refreshing(title, None, body)
    }

    /// A whole page that loads itself again every `refresh` seconds where there is no script.
    #[must_use]
    pub fn page_refreshing(&self, title: &str, refresh: Option<u32>, body: &Markup) -> Markup {
        let inner = html! {
            a.skip href="#main" { "Skip to the content" }
            div.shell {
                header.side {
                    div.side-top {
                        a.brand href="/" { (mark()) span { "Seatwise" } }
                        details.nav-toggle data-menu {
                            summary { (icon(Icon::Menu)) span { "Menu" } }
                            (self.navigation("Menu"))
                        }
                    }
                    div.side-wide { (self.navigation("Main")) }
                }
                main #main tabindex="-1" {
                    @if let Some(flash) = &self.flash { (toast(flash)) }
                    (body)
                }
            }
            (dialog::help())
        };
        document(title, refresh, &inner)
    }

    fn navigation(&self, label: &str) -> Markup {
        let exact = |path: &str| self.path == path;
        let under = |path: &str| {
            self.path == path
                || self
                    .path
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        html! {
            nav aria-label=(label) {
                ul.nav-list {
                    (entry("/", "Overview", exact("/"), false))
                    @if !self.integrations.is_empty() {
                        (counted_entry("/findings", "Findings", under("/findings"), self.open_findings, "open"))
                        (entry("/renewals", "Renewals", under("/renewals"), false))
                        (entry("/requests", "Requests", under("/requests"), false))
                    }
                }
                @if !self.integrations.is_empty() {
                    p.nav-head { "Applications" }
                    ul.nav-list {
                        @for item in &self.integrations {
                            @let path = format!("/i/{}", item.id);
                            (entry(&path, &format!("{} · {}", item.application, item.name), under(&path), item.attention))
                        }
                    }
                }
                p.nav-head { "Set-up" }
                ul.nav-list {
                    (entry("/integrations", "Integrations", under("/integrations"), false))
                    @if self.may(Permission::ManageMembers) {
                        (entry("/members", "Members", under("/members"), false))
                    }
                    (entry("/settings/rules", "Rules", under("/settings/rules"), false))
                    @if self.may(Permission::ManageSettings) {
                        (entry("/settings/notifications", "Notifications", under("/settings/notifications"), false))
                    }
                    (entry("/settings", "Settings", exact("/settings"), false))
                    @if self.may(Permission::ViewAudit) {
                        (entry("/audit", "Audit log", under("/audit"), false))
                    }
                    (entry("/api", "API", under("/api"), false))
                }
                div.nav-foot {
                    p.nav-who {
                        span.cut title=(self.member.name) { (self.member.name) }
                        span.cut.muted title=(self.member.email) { (self.member.email) }
                        span.muted { (self.member.role.label()) }
                    }
                    div.nav-actions {
                        button.link type="button" data-theme-switch hidden { "Theme: system" }
                        button.link type="button" data-open="help" hidden { "Keyboard" }
                        form method="post" action="/sign-out" {
                            button.link type="submit" { "Sign out" }
                        }
                    }
                }
            }
        }
    }
}

fn counted_entry(path: &str, label: &str, current: bool, count: Option<i64>, what: &str) -> Markup {
    html! {
        li {
            a.nav-link href=(path) aria-current=[current.then_some("page")] title=(label) {
                span.cut { (label) }
                @if let Some(count) = count.filter(|count| *count > 0) {
                    span.pill.warn { (number(count)) span.hidden { " " (what) } }
                }
            }
        }
    }
}

fn entry(path: &str, label: &str, current: bool, attention: bool) -> Markup {
    html! {
        li {
            a.nav-link href=(path) aria-current=[current.then_some("page")] title=(label) {
                span.cut { (label) }
                @if attention { span.pill.warn { "attention" } }
            }
        }
    }
}

fn toast(flash: &Flash) -> Markup {
    let role = if flash.tone == Tone::Bad {
        "alert"
    } else {
        "status"
    };
    html! {
        div.flash.(flash.tone.class()) role=(role) data-flash data-kept {
            p { (flash.text) }
            button.icon-button type="button" data-dismiss hidden aria-label="Dismiss" { (icon(Icon::Cross)) }
        }
    }
}

/// A page for somebody who is not signed in: one narrow column.
#[must_use]
pub fn narrow(title: &str, body: &Markup) -> Markup {
    let inner = html! {
        main.narrow #main {
            div.narrow-brand { (mark()) span { "Seatwise" } }
            (body)
        }
    };
    document(title, None, &inner)
}

/// A page that is made for paper: no navigation, one sheet.
#[must_use]
pub fn paper(title: &str, body: &Markup) -> Markup {
    document(title, None, &html! { main.sheet #main { (body) } })
}

fn document(title: &str, refresh: Option<u32>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Seatwise" }
                link rel="icon" type="image/svg+xml" href=(href("icon.svg"));
                link rel="preload" as="font" type="font/woff2" crossorigin href=(href("inter-latin.woff2"));
                link rel="stylesheet" href=(href("style.css"));
                // Not a module and not deferred: the theme is known before anything is painted.
                script src=(href("theme.js")) {}
                @for module in ["keys.js", "filter.js", "live.js", "controls.js", "select.js", "tip.js"] {
                    script type="module" src=(href(module)) {}
                }
                @if let Some(seconds) = refresh {
                    noscript { meta http-equiv="refresh" content=(seconds); }
                }
            }
            body { (body) }
        }
    }
}

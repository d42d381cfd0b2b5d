//! Frame of every page: document head, navigation, flash message and common dialogs; also the
//! narrow frame of pages without sign-in.

use maud::{DOCTYPE, Markup, html};
use model::{IntegrationId, Permission, Role, Timestamp, Tone};

use super::dialog;
use super::icon::{Icon, icon, mark};
use super::text::number;
use crate::assets::href;

/// Data that every page needs when a member is signed in.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Name, address and role of the signed-in member.
    pub member: ShellMember,
    /// Connected accounts, for the navigation.
    pub integrations: Vec<NavIntegration>,
    /// Findings without a decision, over all accounts; `None` when not yet calculated.
    pub open_findings: Option<i64>,
    /// Path of the page, such as `/i/1/users`, to mark the current entry.
    pub path: String,
    /// Result of the last action; `None` when there was none.
    pub flash: Option<Flash>,
    /// Current time, for texts such as "4 minutes ago".
    pub now: Timestamp,
}

#[derive(Debug, Clone)]
pub struct ShellMember {
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// A connected account in the navigation.
#[derive(Debug, Clone)]
pub struct NavIntegration {
    pub id: IntegrationId,
    /// Name of the application, such as `Zoom`.
    pub application: String,
    /// Name given by the administrator.
    pub name: String,
    /// Whether the account needs an action.
    pub attention: bool,
}

/// Result of an action, shown once.
#[derive(Debug, Clone)]
pub struct Flash {
    pub tone: Tone,
    /// Text of one or two sentences.
    pub text: String,
}

impl Shell {
    /// Whether the member's role has the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.member.role.allows(permission)
    }

    /// A whole page: `title` for the window, `body` for the main part.
    #[must_use]
    pub fn page(&self, title: &str, body: &Markup) -> Markup {
        self.page_refreshing(title, None, body)
    }

    /// A whole page that reloads every `refresh` seconds where no scripts are available.
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
                        (entry("/questions", "Questions", under("/questions"), false))
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

/// A page without sign-in: one narrow column.
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

/// A page for printing: no navigation, one sheet.
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
                // Neither a module nor deferred, so that the theme is set before the first paint.
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

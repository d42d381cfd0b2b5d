//! `/settings`. Posts to `/settings/inactivity` (`inactive_days`), `/settings/password` (`current`,
//! `password`, `repeat`), `/settings/tokens` (`label`, `days`), `/settings/tokens/{id}/revoke`,
//! `/settings/apps/{application}` (`client_id`, `client_secret`).

use maud::{Markup, html};
use model::{Application, Permission, Timestamp};

use crate::parts::form::{Input, copyable, select, summary};
use crate::parts::table::{frame, head};
use crate::parts::text::{ago, moment};
use crate::parts::{Errors, Shell, Tone, page};

/// The settings.
#[derive(Debug, Clone)]
pub struct View {
    /// Name of the organisation.
    pub organisation: String,
    /// The threshold, in days.
    pub inactive_days: i32,
    /// What was typed as the threshold and refused.
    pub typed_days: Option<String>,
    /// API tokens of the one who looks.
    pub tokens: Vec<Token>,
    /// A token that was made a moment ago: shown this once.
    pub new_token: Option<String>,
    /// General apps.
    pub apps: Vec<App>,
    /// Which form the errors are about: `inactivity`, `password`, `tokens` or `apps/{application}`.
    pub form: String,
    /// What was wrong with it.
    pub errors: Errors,
}

/// An API token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// The general OAuth app of an application.
#[derive(Debug, Clone)]
pub struct App {
    /// Of which application.
    pub application: &'static Application,
    /// Its client id, when there is one.
    pub client_id: Option<String>,
    /// Whether it comes from the configuration, and so can't be changed here.
    pub fixed: bool,
    /// Where the application sends the browser back to.
    pub redirect_uri: String,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let none = Errors::default();
    let of = |form: &str| {
        if view.form == form {
            &view.errors
        } else {
            &none
        }
    };
    let body = html! {
        (page::plain_head("Settings", &format!("Of {}, and of your own account.", view.organisation), &html! {}))
        @if let Some(token) = &view.new_token {
            (page::notice(Tone::Good, "Your new API token", &html! {
                p { "Copy it now: it is not shown again, and only its hash is stored." }
                (copyable("new-token", "the token", token))
            }))
        }
        div.halves {
            @if shell.may(Permission::ManageSettings) { (inactivity(view, of("inactivity"))) }
            (password(shell, of("password")))
        }
        (tokens(shell, view, of("tokens")))
        @if shell.may(Permission::ManageIntegrations) {
            @for app in &view.apps { (oauth_app(app, of(&format!("apps/{}", app.application.key)))) }
        }
    };
    shell.page("Settings", &body)
}

fn inactivity(view: &View, errors: &Errors) -> Markup {
    let set = view.inactive_days.to_string();
    let days = view.typed_days.as_deref().unwrap_or(&set);
    html! {
        section.card.form-card #inactivity {
            h2 { "Inactivity" }
            p.card-lead { "After how many days without sign-in or hosted meeting a user counts as inactive." }
            (summary(errors))
            form method="post" action="/settings/inactivity" {
                (Input::text("inactive_days", "Days", days).between(1, 365)
                    .help("30 is common. Every page and the API can use another threshold for once.").render(errors))
                button type="submit" { "Save" }
            }
        }
    }
}

fn password(shell: &Shell, errors: &Errors) -> Markup {
    html! {
        section.card.form-card #password-form {
            h2 { "Your password" }
            p.card-lead { "Changing it ends your other sessions." }
            (summary(errors))
            form method="post" action="/settings/password" {
                // For password managers: whose password this is.
                input type="text" name="username" autocomplete="username" value=(shell.member.email) readonly hidden;
                (Input::text("current", "Current password", "").kind("password", "current-password").render(errors))
                (Input::text("password", "New password", "").kind("password", "new-password").help("At least 12 characters.").render(errors))
                (Input::text("repeat", "New password again", "").kind("password", "new-password").render(errors))
                button type="submit" { "Change password" }
            }
        }
    }
}

fn tokens(shell: &Shell, view: &View, errors: &Errors) -> Markup {
    let heads = html! { (head("Token", false)) (head("Made", false)) (head("Last used", false)) (head("Ends", false)) (head("Revoke", false)) };
    let rows = html! {
        @for token in &view.tokens {
            tr {
                th.person scope="row" { span title=(token.label) { (token.label) } }
                td { (moment(shell.now, token.created_at)) }
                td { @match token.last_used_at { Some(at) => (ago(shell.now, at)), None => span.never { "never" } } }
                td {
                    @match token.expires_at {
                        Some(at) if at <= shell.now => (page::pill(Tone::Quiet, "ended")),
                        Some(at) => (moment(shell.now, at)),
                        None => span.none { "no end" },
                    }
                }
                td { form method="post" action={ "/settings/tokens/" (token.id) "/revoke" } { button.small.danger type="submit" { "Revoke" span.hidden { " " (token.label) } } } }
            }
        }
    };
    html! {
        section.card #tokens {
            h2 { "API tokens" }
            p.card-lead { "For scripts. A token may do what you may do. " a href="/api" { "The API" } }
            @if view.tokens.is_empty() { p.muted { "You have none." } } @else { (frame("API tokens", &heads, &rows)) }
            (summary(errors))
            form.form-row method="post" action="/settings/tokens" {
                (Input::text("label", "What it is for", "").render(errors))
                (select("days", "Ends", "90", &[("30", "in 30 days"), ("90", "in 90 days"), ("365", "in a year"), ("", "never")]))
                button type="submit" { "Make a token" }
            }
        }
    }
}

fn oauth_app(app: &App, errors: &Errors) -> Markup {
    let application = app.application;
    html! {
        section.card #{ "app-" (application.key) } {
            h2 { (application.name) " general app" }
            p.card-lead { "With which administrators authorise in the browser. Connections that exist keep the app that they were made with." }
            div.field { span.label { "Redirect address" } (copyable(&format!("redirect-{}", application.key), "the redirect address", &app.redirect_uri)) }
            @if app.fixed {
                p { "Client id " code { (app.client_id.as_deref().unwrap_or_default()) } ", from the server's configuration; it can be changed there only." }
            } @else {
                (summary(errors))
                form.form-row method="post" action={ "/settings/apps/" (application.key) } {
                    (Input::text("client_id", "Client id", app.client_id.as_deref().unwrap_or_default()).render(errors))
                    (Input::text("client_secret", if app.client_id.is_some() { "New client secret" } else { "Client secret" }, "").kind("password", "off").render(errors))
                    button type="submit" { "Save" }
                }
            }
        }
    }
}

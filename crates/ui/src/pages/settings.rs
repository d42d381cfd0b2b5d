//! `/settings`: settings of the organisation and of the member. Posts to `/settings/inactivity`
//! (`inactive_days`), `/settings/retention` (a field for each of [`KEPT_DATA`]), `/settings/password` (`current`, `password`, `repeat`), `/settings/tokens`
//! (`label`, `days`), `/settings/tokens/{id}/revoke`, `/settings/apps/{application}` (`client_id`,
//! `client_secret`).

use maud::{Markup, html};
use model::{Application, KEPT_DATA, MOST_KEPT_DAYS, Permission, Retention, Timestamp};

use crate::parts::form::{Input, copyable, select, summary};
use crate::parts::table::{frame, head};
use crate::parts::text::{ago, moment};
use crate::parts::{Errors, Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct SettingsPage {
    pub organisation: String,
    /// Threshold for inactivity, in days.
    pub inactive_days: i32,
    /// Threshold as typed, when it was not valid.
    pub typed_days: Option<String>,
    /// For how many days each kind of data is kept.
    pub retention: Retention,
    /// The same as typed, in the order of [`KEPT_DATA`], when it was not valid.
    pub typed_retention: Option<[String; KEPT_DATA.len()]>,
    /// API tokens of the current member.
    pub tokens: Vec<TokenRow>,
    /// A token that was just created; shown only once.
    pub new_token: Option<String>,
    /// Whether requests come through a proxy that is not configured.
    pub unknown_proxy: bool,
    /// OAuth apps for authorisation in the browser.
    pub apps: Vec<OauthApp>,
    /// The form that the errors belong to: `inactivity`, `retention`, `password`, `tokens` or
    /// `apps/{application}`.
    pub form: String,
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct TokenRow {
    pub id: i64,
    /// Purpose of the token, as entered.
    pub label: String,
    pub created_at: Timestamp,
    /// Time of the last use; `None` for never.
    pub last_used_at: Option<Timestamp>,
    /// Expiry; `None` for a token without expiry.
    pub expires_at: Option<Timestamp>,
}

/// The OAuth app ("general app") of an application.
#[derive(Debug, Clone)]
pub struct OauthApp {
    pub application: &'static Application,
    /// Client id; `None` when no app is set up.
    pub client_id: Option<String>,
    /// Whether the app is set in the configuration and can't be changed here.
    pub fixed: bool,
    /// Address to which the application sends the browser back.
    pub redirect_uri: String,
}

#[must_use]
pub fn page(shell: &Shell, view: &SettingsPage) -> Markup {
    let none = Errors::default();
    let of = |form: &str| {
        if view.form == form {
            &view.errors
        } else {
            &none
        }
    };
    let body = html! {
        (page::plain_head("Settings", &format!("For {} and for your own account.", view.organisation), &html! {}))
        @if let Some(token) = &view.new_token {
            (page::notice(Tone::Good, "Your new API token", &html! {
                p { "Copy it now: it is not shown again, and only its hash is stored." }
                (copyable("new-token", "the token", token))
            }))
        }
        @if view.unknown_proxy {
            (page::notice(Tone::Warn, "A reverse proxy is not configured", &html! {
                p { "Requests come through a proxy, and its header is not trusted. So all people seem to have one address, and failed sign-ins of one count against the others." }
                p { "Let the proxy set " code { "X-Forwarded-For" } ", and start Seatwise with " code { "--trust-forwarded-for" } " (" code { "SEATWISE_TRUST_FORWARDED_FOR=true" } ")." }
            }))
        }
        div.halves {
            @if shell.may(Permission::ManageSettings) { (inactivity(view, of("inactivity"))) }
            (password(shell, of("password")))
        }
        @if shell.may(Permission::ManageSettings) { (retention(view, of("retention"))) }
        (tokens(shell, view, of("tokens")))
        @if shell.may(Permission::ManageIntegrations) {
            @for app in &view.apps { (oauth_app(app, of(&format!("apps/{}", app.application.key)))) }
        }
    };
    shell.page("Settings", &body)
}

fn inactivity(view: &SettingsPage, errors: &Errors) -> Markup {
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

fn retention(view: &SettingsPage, errors: &Errors) -> Markup {
    let set = |data| {
        let days: Option<i32> = view.retention.days(data);
        days.map_or(String::new(), |days| days.to_string())
    };
    let shown = view
        .typed_retention
        .clone()
        .unwrap_or_else(|| KEPT_DATA.map(|info| set(info.data)));
    html! {
        section.card.form-card #retention {
            h2 { "How long data is kept" }
            p.card-lead { "Older data is deleted every day and does not come back, except from a backup or as far as the application still has it. An empty field keeps it for ever." }
            (summary(errors))
            form method="post" action="/settings/retention" {
                @for (info, days) in KEPT_DATA.iter().zip(&shown) {
                    @let usual = info.default.map_or("for ever".to_owned(), |days| format!("{days} days"));
                    @let label = format!("{}: days", info.label);
                    @let help = format!("{} Usual: {usual}.", info.effect);
                    (Input::text(info.data.value(), &label, days).between(info.least.into(), MOST_KEPT_DAYS.into()).optional().help(&help).render(errors))
                }
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
                // Lets password managers know the account of the password.
                input type="text" name="username" autocomplete="username" value=(shell.member.email) readonly hidden;
                (Input::text("current", "Current password", "").kind("password", "current-password").render(errors))
                (Input::text("password", "New password", "").kind("password", "new-password").help("At least 12 characters.").render(errors))
                (Input::text("repeat", "New password again", "").kind("password", "new-password").render(errors))
                button type="submit" { "Change password" }
            }
        }
    }
}

fn tokens(shell: &Shell, view: &SettingsPage, errors: &Errors) -> Markup {
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
            @if view.tokens.is_empty() { p.muted { "No tokens yet." } } @else { (frame("API tokens", &heads, &rows)) }
            (summary(errors))
            form.form-row method="post" action="/settings/tokens" {
                (Input::text("label", "What it is for", "").render(errors))
                (select("days", "Ends", "90", &[("30", "in 30 days"), ("90", "in 90 days"), ("365", "in a year"), ("", "never")]))
                button type="submit" { "Make a token" }
            }
        }
    }
}

fn oauth_app(app: &OauthApp, errors: &Errors) -> Markup {
    let application = app.application;
    html! {
        section.card #{ "app-" (application.key) } {
            h2 { (application.name) " general app" }
            p.card-lead { "Used by administrators to authorise in the browser. Existing connections keep their own app." }
            div.field { span.label { "Redirect address" } (copyable(&format!("redirect-{}", application.key), "the redirect address", &app.redirect_uri)) }
            @if app.fixed {
                p { "Client id " code { (app.client_id.as_deref().unwrap_or_default()) } ", from the server's configuration; it can only be changed there." }
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

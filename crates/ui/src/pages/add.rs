//! `/integrations/{application}/add`: how to authorise Seatwise. Two ways, chosen by `?method=`:
//! `oauth` posts `name`, `plan`, `client_id`, `client_secret`, `integration` to `…/add/oauth`;
//! `server-to-server` posts these and `account_id` to `…/add/server-to-server`. `integration` is
//! sent only when an existing integration is authorised again.

use std::collections::BTreeSet;

use maud::{Markup, html};
use model::{Application, GrantKind, IntegrationId, Plan};

use crate::parts::form::{Input, copyable, select, summary};
use crate::parts::icon::{Icon, icon};
use crate::parts::{Errors, Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct AddIntegrationPage {
    pub application: &'static Application,
    /// Scopes that older (classic) apps need.
    pub classic_scopes: &'static [&'static str],
    /// Granular scopes that no source requires, each with the feature that uses it.
    pub helpful_scopes: &'static [(&'static str, &'static str)],
    pub method: GrantKind,
    /// Whether administrators can sign in at the application; otherwise an app of the account is the only way.
    pub has_sign_in: bool,
    /// The integration that is authorised again, with its name; `None` for a new one.
    pub again: Option<(IntegrationId, String)>,
    pub name: String,
    /// Plan of the account; it determines the rate limits that Seatwise assumes.
    pub plan: Plan,
    /// Client id of the general app that is already configured.
    pub configured_client_id: Option<String>,
    /// Address to which the application sends the browser back.
    pub redirect_uri: String,
    /// Account id as typed, to fill the form again.
    pub account_id: String,
    pub client_id: String,
    pub errors: Errors,
}

#[must_use]
pub fn page(shell: &Shell, view: &AddIntegrationPage) -> Markup {
    let name = view.application.name;
    let base = format!("/integrations/{}/add", view.application.key);
    let title = match &view.again {
        Some((_, name)) => format!("Authorise “{name}” again"),
        None => format!("Add a {name} integration"),
    };
    let sentence = match view.method {
        GrantKind::AuthorizationCode => format!(
            "You sign in at {name}, review what Seatwise asks for, and authorise. Seatwise only reads."
        ),
        GrantKind::ServerToServer => {
            format!("Seatwise signs in by itself, as an app of your {name} account. It only reads.")
        }
    };
    let again = view
        .again
        .as_ref()
        .map(|(id, _)| format!("&integration={id}"))
        .unwrap_or_default();
    let body = html! {
        (page::plain_head(&title, &sentence, &html! {}))
        @if view.has_sign_in {
            nav.tabs aria-label="Ways to connect" {
                a href={ (base) "?method=oauth" (again) } aria-current=[(view.method == GrantKind::AuthorizationCode).then_some("page")] { "General app" }
                a href={ (base) "?method=server-to-server" (again) } aria-current=[(view.method == GrantKind::ServerToServer).then_some("page")] { "Server-to-Server app" }
            }
        }
        div.split-page {
            div {
                @match view.method {
                    GrantKind::AuthorizationCode => (general(view, &base)),
                    GrantKind::ServerToServer => (server_to_server(view, &base)),
                }
            }
            aside { (scopes(view)) (permissions(view)) }
        }
    };
    shell.page(&title, &body)
}

fn general(view: &AddIntegrationPage, base: &str) -> Markup {
    let name = view.application.name;
    html! {
        (page::notice(Tone::Warn, "Before you continue", &html! {
            p { "Sign out of any personal " (name) " account in this browser. Sign in with the " strong { (name) " service account" } " that holds the role with the permissions listed here: Seatwise will see what that account may see." }
        }))
        section.card.form-card {
            (summary(&view.errors))
            form method="post" action={ (base) "/oauth" } {
                (common(view))
                (redirect(view))
                @if let Some(id) = &view.configured_client_id {
                    div.configured {
                        p { (icon(Icon::Check)) "The general app is configured: client id " code { (id) } }
                        details open[!view.client_id.is_empty() || view.errors.of("client_id").is_some() || view.errors.of("client_secret").is_some()] {
                            summary { "Use another app" }
                            (credentials(view, false))
                        }
                    }
                } @else {
                    (credentials(view, true))
                }
                button.primary type="submit" { "Continue to " (name) (icon(Icon::Arrow)) }
            }
        }
        @if view.configured_client_id.is_none() { (general_steps(view)) }
    }
}

fn common(view: &AddIntegrationPage) -> Markup {
    html! {
        @if let Some((id, _)) = &view.again {
            input type="hidden" name="integration" value=(id);
            p.card-lead { "Name, plan and data stay as they are." }
        } @else {
            (Input::text("name", "Name of the integration", &view.name)
                .optional()
                .help("To tell several accounts apart, e.g. “Acme Europe”. Otherwise the account's domain or id.").render(&view.errors))
            (plans(view))
        }
    }
}

fn plans(view: &AddIntegrationPage) -> Markup {
    let plans = view.application.help.plans;
    if plans.is_empty() {
        return html! {};
    }
    let labels: Vec<(&str, String)> = plans
        .iter()
        .map(|(plan, label)| match plan {
            Plan::Pro => (
                plan.value(),
                format!("{label} (or not sure: the safe choice)"),
            ),
            Plan::Free | Plan::Business => (plan.value(), (*label).to_owned()),
        })
        .collect();
    let options: Vec<(&str, &str)> = labels
        .iter()
        .map(|(value, label)| (*value, label.as_str()))
        .collect();
    html! {
        (select("plan", &format!("{} plan of the account", view.application.name), view.plan.value(), &options))
        p.help { "The plan sets the rate limits that Seatwise keeps below. It can be changed later." }
    }
}

fn redirect(view: &AddIntegrationPage) -> Markup {
    html! {
        div.field {
            span.label { "Redirect address to enter at " (view.application.name) }
            (copyable("redirect-uri", "the redirect address", &view.redirect_uri))
            p.help { (view.application.help.redirect) }
        }
    }
}

fn credentials(view: &AddIntegrationPage, required: bool) -> Markup {
    let id = Input::text("client_id", "Client id", &view.client_id);
    let secret = Input::text("client_secret", "Client secret", "")
        .kind("password", "off")
        .help("Stored encrypted. It is never shown again.");
    html! {
        (if required { id } else { id.optional() }.render(&view.errors))
        (if required { secret } else { secret.optional() }.render(&view.errors))
    }
}

fn general_steps(view: &AddIntegrationPage) -> Markup {
    page::card(
        "Where client id and secret come from",
        &html! { "Once per organisation, about three minutes." },
        &steps(view.application.help.general_app),
    )
}

/// Steps of an application. Names of menus are between asterisks.
fn steps(steps: &[&str]) -> Markup {
    html! {
        ol.plain-steps {
            @for step in steps {
                li {
                    @for (position, part) in step.split('*').enumerate() {
                        @if position % 2 == 1 { strong { (part) } } @else { (part) }
                    }
                }
            }
        }
    }
}

fn server_to_server(view: &AddIntegrationPage, base: &str) -> Markup {
    html! {
        section.card.form-card {
            (summary(&view.errors))
            form method="post" action={ (base) "/server-to-server" } {
                (common(view))
                (Input::text("account_id", "Account id", &view.account_id)
                    .help(view.application.help.account_id).render(&view.errors))
                (credentials(view, true))
                button.primary type="submit" { "Connect" }
            }
        }
        (page::card("Where these come from", &html! { "Once per account, about two minutes." }, &steps(view.application.help.account_app)))
    }
}

fn scopes(view: &AddIntegrationPage) -> Markup {
    // In the order of the streams, without duplicates.
    let mut known = BTreeSet::new();
    let granular: Vec<&str> = view
        .application
        .streams
        .iter()
        .flat_map(|stream| stream.scopes.granular.iter().copied())
        .filter(|scope| known.insert(*scope))
        .collect();
    page::card(
        "Scopes",
        &html! { "What Seatwise asks for, and nothing else. One that is left out switches off one feature and breaks nothing." },
        &html! {
            h3 { "Newer apps (granular)" }
            ul.codes {
                @for scope in granular { li { code { (scope) } @if optional(view, scope) { " " span.muted { "optional" } } } }
                @for (scope, use_of_it) in view.helpful_scopes { li { code { (scope) } " " span.muted { "optional: " (use_of_it) } } }
            }
            details.more {
                summary { "Older apps (classic)" }
                ul.codes { @for scope in view.classic_scopes { li { code { (scope) } } } }
            }
        },
    )
}

/// Whether a granular scope is needed only by streams that are optional.
fn optional(view: &AddIntegrationPage, scope: &str) -> bool {
    view.application
        .streams
        .iter()
        .filter(|stream| stream.scopes.granular.contains(&scope))
        .all(|stream| stream.optional)
}

fn permissions(view: &AddIntegrationPage) -> Markup {
    page::card(
        "Role permissions",
        &html! { "The role of the account that authorises needs each of these, View only." },
        &html! {
            ul.permissions {
                @for permission in view.application.permissions {
                    li { strong { (permission.label) } span.muted { "Without it: " (lower(permission.without)) } }
                }
            }
        },
    )
}

/// Lower-cases the first letter, for use after a colon.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

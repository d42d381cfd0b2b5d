//! The pages of the authorisation. They resemble no real product and state that they are a simulation.

use super::forms::ConsentRequest;
use super::scopes::words;
use crate::config::ScopeStyle;
use axum::response::Html;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:#eceff4;color:#1c2330}
header{background:repeating-linear-gradient(135deg,#2b4c7e 0 18px,#32568d 18px 36px);color:#fff;padding:.9rem 1.5rem;font-weight:600}
header small{font-weight:400;display:block}
main{max-width:34rem;margin:2rem auto;background:#fff;padding:1.75rem 2rem;border-radius:.5rem;box-shadow:0 1px 4px #0003}
h1{font-size:1.3rem;margin:0 0 .75rem}
label.field{display:block;margin:.9rem 0 .25rem;font-weight:600}
input[type=email],input[type=password]{width:100%;box-sizing:border-box;font:inherit;padding:.55rem;border:1px solid #7b8798;border-radius:.3rem}
ul{padding-left:1.2rem}li{margin:.3rem 0}code{font-size:.8rem;color:#52607a}
.optional{list-style:none;padding:0}
button{font:inherit;padding:.55rem 1.3rem;border-radius:.3rem;border:1px solid #2b4c7e;background:#fff;color:#2b4c7e;cursor:pointer;margin:1rem .6rem 0 0}
button.main{background:#2b4c7e;color:#fff}
.wrong{background:#fdecea;border-left:4px solid #b3261e;padding:.6rem .9rem}
@media(prefers-color-scheme:dark){body{background:#12161d;color:#e6e9ef}main{background:#1c222c}button{background:#1c222c;color:#b9cdf0}code{color:#9fb0cc}.wrong{background:#3a1f1d}}
";

fn page(title: &str, content: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                link rel="icon" href="data:,";
                title { (title) " – Simulated Zoom" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { "Simulated Zoom" small { "A stand-in for development and tests. Nothing here is Zoom." } }
                main { (content) }
            }
        }
    };
    Html(page.into_string())
}

pub(super) fn error(text: &str) -> Html<String> {
    page(
        "Error",
        &html! {
            h1 { "The app cannot be authorised" }
            p.wrong role="alert" { (text) }
        },
    )
}

pub(super) fn sign_in(ask: &str, email: &str, wrong: Option<&str>) -> Html<String> {
    page(
        "Sign in",
        &html! {
            h1 { "Sign in" }
            @if let Some(wrong) = wrong { p.wrong role="alert" { (wrong) } }
            form method="post" action="/oauth/signin" {
                input type="hidden" name="ask" value=(ask);
                label.field for="email" { "Email address" }
                input #email type="email" name="email" value=(email) required autocomplete="username" autofocus;
                label.field for="password" { "Password" }
                input #password type="password" name="password" required autocomplete="current-password";
                button.main type="submit" { "Sign in" }
            }
        },
    )
}

pub(super) fn permissions(
    signed: &str,
    style: ScopeStyle,
    ask: &ConsentRequest,
    email: &str,
    company: &str,
) -> Html<String> {
    page(
        "Review permissions",
        &html! {
            h1 { "An app asks for access to " (company) }
            p { "Signed in as " strong { (email) } ". The app will be able to do this for the whole account:" }
            form method="post" action="/oauth/consent" {
                input type="hidden" name="signed" value=(signed);
                ul {
                    @for scope in &ask.required {
                        li { (words(style, scope).unwrap_or_default()) " " code { (scope) } }
                    }
                }
                @if !ask.optional.is_empty() {
                    p { "Optional; untick what the app should not have:" }
                    ul.optional {
                        @for scope in &ask.optional {
                            li {
                                label {
                                    input type="checkbox" name="scope" value=(scope) checked;
                                    " " (words(style, scope).unwrap_or_default()) " " code { (scope) }
                                }
                            }
                        }
                    }
                }
                button.main type="submit" name="action" value="authorize" { "Authorize" }
                button type="submit" name="action" value="decline" { "Decline" }
            }
        },
    )
}

//! `/sign-in`. Posts `email`, `password` and `next`.

use maud::{Markup, html};

use crate::parts::form::{Input, summary};
use crate::parts::{Errors, shell};

/// What was typed so far.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// E-mail address.
    pub email: String,
    /// Where to go afterwards; a path of this server.
    pub next: String,
    /// Something to say first, e.g. that the session has ended.
    pub note: Option<String>,
    /// What was wrong. Never says which of address and password it was.
    pub errors: Errors,
}

/// The page.
#[must_use]
pub fn page(view: &View) -> Markup {
    shell::narrow(
        "Sign in",
        &html! {
            section.card.form-card {
                h1 { "Sign in" }
                @if let Some(note) = &view.note { p.card-lead { (note) } }
                (summary(&view.errors))
                form method="post" action="/sign-in" {
                    input type="hidden" name="next" value=(view.next);
                    (Input::text("email", "E-mail address", &view.email).kind("email", "username").render(&view.errors))
                    (Input::text("password", "Password", "").kind("password", "current-password").render(&view.errors))
                    button.primary.wide type="submit" { "Sign in" }
                }
            }
            p.narrow-foot { "Forgotten the password? An administrator can set a new one on the Members page." }
        },
    )
}

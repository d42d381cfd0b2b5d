//! `/sign-in`: the sign-in form. Posts `email`, `password` and `next`.

use maud::{Markup, html};

use crate::parts::form::{Input, summary};
use crate::parts::{Errors, shell};

#[derive(Debug, Clone, Default)]
pub struct SignInPage {
    pub email: String,
    /// Where to go after signing in; a path of this server.
    pub next: String,
    /// Note above the form, such as that the session has ended.
    pub note: Option<String>,
    /// Errors in the form. They never say whether the address or the password was wrong, because
    /// that would reveal which accounts exist.
    pub errors: Errors,
}

#[must_use]
pub fn page(view: &SignInPage) -> Markup {
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

//! `/setup`: creates the owner's account on a new installation. Posts `code`, `organisation`, `name`,
//! `email`, `password`, `repeat`.

use maud::{Markup, html};

use crate::parts::form::{Input, summary};
use crate::parts::{Errors, shell};

#[derive(Debug, Clone, Default)]
pub struct SetupPage {
    /// The set-up code as it was entered.
    pub code: String,
    pub organisation: String,
    pub name: String,
    pub email: String,
    pub errors: Errors,
}

#[must_use]
pub fn page(view: &SetupPage) -> Markup {
    shell::narrow(
        "Set up",
        &html! {
            section.card.form-card {
                h1 { "Welcome to Seatwise" }
                p.card-lead { "Create the owner's account first. It can do everything, and adds the others later." }
                (summary(&view.errors))
                form method="post" action="/setup" {
                    (Input::text("code", "Set-up code", &view.code)
                        .help("The server printed it when it started. It shows that this server is yours. A container prints it in its log.")
                        .render(&view.errors))
                    (Input::text("organisation", "Organisation", &view.organisation).kind("text", "organization")
                        .help("Your company, as people here call it.").render(&view.errors))
                    (Input::text("name", "Your name", &view.name).kind("text", "name").render(&view.errors))
                    (Input::text("email", "E-mail address", &view.email).kind("email", "username").render(&view.errors))
                    (Input::text("password", "Password", "").kind("password", "new-password")
                        .help("At least 12 characters. A few words in a row are easy to remember and hard to guess.")
                        .render(&view.errors))
                    (Input::text("repeat", "Password again", "").kind("password", "new-password").render(&view.errors))
                    button.primary.wide type="submit" { "Create the owner's account" }
                }
            }
            p.narrow-foot { "Everything stays on this server: Seatwise sends nothing anywhere but to the applications that you connect." }
        },
    )
}

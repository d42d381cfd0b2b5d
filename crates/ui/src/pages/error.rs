//! Pages for errors: the problem, its meaning and the next step.

use maud::{Markup, html};

use crate::parts::{Shell, page, shell};

#[derive(Debug, Clone)]
pub struct ErrorPage {
    pub status: u16,
    /// Headline: the problem in a few words.
    pub title: String,
    /// Meaning of the problem for the reader.
    pub means: String,
    /// Next step for the reader.
    pub remedy: String,
    /// Link to go on with: address and label.
    pub link: (String, String),
    /// Number under which the server log has more details; `None` when there is no log entry.
    pub reference: Option<String>,
}

impl ErrorPage {
    /// Default texts for an HTTP status.
    #[must_use]
    pub fn of(status: u16) -> Self {
        let (title, means, remedy) = match status {
            400 => (
                "This request can't be understood",
                "Something in the address or the form is not as it should be. Nothing was changed.",
                "Go back, correct it and try again.",
            ),
            403 => (
                "This is not for your role",
                "You are signed in, but your role does not allow this. Nothing was changed.",
                "Ask an owner or administrator of Seatwise, who can do it or change your role.",
            ),
            404 => (
                "There is nothing at this address",
                "It was removed, or the address has a typing error.",
                "Check the address, or start from the overview.",
            ),
            405 => (
                "This address can't be used that way",
                "The page exists, but does not support this action. Nothing was changed.",
                "Go back and use the buttons of the page.",
            ),
            409 => (
                "Somebody else changed this first",
                "It was changed while you had the page open. Nothing was overwritten.",
                "Reload the page and check it before you try again.",
            ),
            413 => (
                "That is too large",
                "The server refused it before reading all of it. Nothing was changed.",
                "Send less at once.",
            ),
            429 => (
                "Too many attempts",
                "To keep guessers out, this is blocked for a while. Nothing was changed.",
                "Wait a few minutes, then try again.",
            ),
            503 => (
                "Seatwise is not ready",
                "It is starting, stopping, or can't reach its database. Nothing is lost.",
                "Try again in a minute. If that doesn't help, run `seatwise doctor` on the server.",
            ),
            _ => (
                "Something broke in Seatwise",
                "It is our fault, not yours. What was stored before is safe.",
                "Try again. If that doesn't help, look for the number below in the server's log.",
            ),
        };
        Self {
            status,
            title: title.to_owned(),
            means: means.to_owned(),
            remedy: remedy.to_owned(),
            link: ("/".to_owned(), "Overview".to_owned()),
            reference: None,
        }
    }
}

/// The error page, with navigation when a member is signed in and without it otherwise.
#[must_use]
pub fn page(shell: Option<&Shell>, view: &ErrorPage) -> Markup {
    let text = html! {
        dl.outcome {
            div { dt { "What it means" } dd { (view.means) } }
            div { dt { "What to do" } dd { (view.remedy) } }
        }
        div.actions.left { a.button.primary href=(view.link.0) { (view.link.1) } }
        p.muted.code-line { "Status " (view.status) @if let Some(reference) = &view.reference { ", number " code { (reference) } } }
    };
    match shell {
        Some(shell) => shell.page(
            &view.title,
            &html! {
                (page::plain_head(&view.title, "", &html! {}))
                section.card.reading { (text) }
            },
        ),
        None => shell::narrow(
            &view.title,
            &html! { section.card { h1 { (view.title) } (text) } },
        ),
    }
}

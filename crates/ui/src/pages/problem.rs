//! Where connecting an account ends when it did not work: what happened, what it means, what to do.

use maud::{Markup, html};

use crate::parts::{Shell, Tone, page};

/// Why an account was not connected.
#[derive(Debug, Clone)]
pub struct View {
    /// Headline.
    pub title: String,
    /// How it stands, in two words, and their colour.
    pub pill: (Tone, String),
    /// What happened: one sentence.
    pub happened: String,
    /// What it means for data and settings: one sentence.
    pub means: String,
    /// What to do next.
    pub remedy: String,
    /// Stable word, for the audit log and support.
    pub code: String,
    /// Where to try again, and what the link says.
    pub again: Option<(String, String)>,
    /// Scopes or permissions that are missing, one per line.
    pub missing: Vec<String>,
}

/// The page.
#[must_use]
pub fn page(shell: &Shell, view: &View) -> Markup {
    let body = html! {
        (page::head(&view.title, &page::pill(view.pill.0, &view.pill.1), &html! { (view.happened) }, &html! {}))
        section.card.reading {
            dl.outcome {
                div { dt { "What it means" } dd { (view.means) } }
                @if !view.missing.is_empty() {
                    div { dt { "What is missing" } dd { ul.codes { @for item in &view.missing { li { code { (item) } } } } } }
                }
                div { dt { "What to do" } dd { (view.remedy) } }
            }
            div.actions.left {
                @if let Some((href, label)) = &view.again { a.button.primary href=(href) { (label) } }
                a.button href="/integrations" { "Integrations" }
            }
            p.muted.code-line { "For the audit log and support: " code { (view.code) } }
        }
    };
    shell.page(&view.title, &body)
}

//! Page for a failed attempt to connect an account: the problem, its meaning and the next step.

use maud::{Markup, html};

use crate::parts::{Shell, Tone, page};

#[derive(Debug, Clone)]
pub struct ProblemPage {
    pub title: String,
    /// Short status of the attempt: colour and label.
    pub pill: (Tone, String),
    /// The problem in one sentence.
    pub happened: String,
    /// Consequence for data and settings, in one sentence.
    pub means: String,
    /// Next step for the reader.
    pub remedy: String,
    /// Stable code, for the audit log and support.
    pub code: String,
    /// Link to try again: address and label; `None` when that makes no sense.
    pub again: Option<(String, String)>,
    /// Missing scopes or permissions, one per line.
    pub missing: Vec<String>,
}

#[must_use]
pub fn page(shell: &Shell, view: &ProblemPage) -> Markup {
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

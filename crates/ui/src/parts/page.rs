//! The pieces of a page's body: head, key figure, card, pill, notice, definition list, empty state,
//! pagination.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::shell::Tone;

/// Title, a word on how it stands, one line of facts, actions at the right.
#[must_use]
pub fn head(title: &str, pill: &Markup, facts: &Markup, actions: &Markup) -> Markup {
    html! {
        div.page-head {
            div.page-title {
                div.title-line { h1 title=(title) { (title) } (pill) }
                p.facts { (facts) }
            }
            div.actions { (actions) }
        }
    }
}

/// Title and one sentence.
#[must_use]
pub fn plain_head(title: &str, sentence: &str, actions: &Markup) -> Markup {
    head(title, &html! {}, &html! { (sentence) }, actions)
}

/// The first line of a tab: what the page answers.
#[must_use]
pub fn lead(sentence: &Markup, actions: &Markup) -> Markup {
    html! { div.lead { h2 { (sentence) } div.actions { (actions) } } }
}

/// A word with a colour.
#[must_use]
pub fn pill(tone: Tone, word: &str) -> Markup {
    html! { span.pill.(tone.class()) { (word) } }
}

/// A key figure: what it counts, the number (linked to its rows), one line that puts it in context.
#[derive(Debug)]
pub struct Kpi<'a> {
    /// What is counted.
    pub label: &'a str,
    /// The number; `None` when it is not known.
    pub value: Option<i64>,
    /// The rows behind it.
    pub href: Option<String>,
    /// Puts it in context.
    pub note: Markup,
    /// Set when it needs attention or is a problem.
    pub tone: Option<Tone>,
}

/// Key figures side by side.
#[must_use]
pub fn kpis(items: &[Kpi<'_>]) -> Markup {
    html! { div.kpis { @for item in items { (kpi(item)) } } }
}

/// One key figure, for a row of them.
#[must_use]
pub fn kpi(item: &Kpi<'_>) -> Markup {
    html! {
        div.kpi {
            p.kpi-label { (item.label) }
            p.kpi-value.(item.tone.map_or("plain", Tone::class)) {
                @let number = super::text::amount(item.value);
                @if let (Some(href), Some(_)) = (&item.href, item.value) { a href=(href) { (number) } }
                @else { (number) }
            }
            p.kpi-note { (item.note) }
        }
    }
}

/// A key figure that is not a plain number: money, a day.
#[must_use]
pub fn figure(label: &str, value: &Markup, note: &Markup, tone: Option<Tone>) -> Markup {
    html! {
        div.kpi {
            p.kpi-label { (label) }
            p.kpi-value.(tone.map_or("plain", Tone::class)) { (value) }
            p.kpi-note { (note) }
        }
    }
}

/// A card with a heading and a sentence that says what it shows.
#[must_use]
pub fn card(title: &str, sentence: &Markup, body: &Markup) -> Markup {
    html! { section.card { h2 { (title) } p.card-lead { (sentence) } (body) } }
}

/// A message in the flow of the page: what happened, and below it what it means and what to do.
#[must_use]
pub fn notice(tone: Tone, title: &str, body: &Markup) -> Markup {
    let sign = match tone {
        Tone::Good => Icon::Check,
        Tone::Warn => Icon::Warning,
        Tone::Bad => Icon::Problem,
        Tone::Info | Tone::Quiet => Icon::Question,
    };
    html! {
        div.notice.(tone.class()) {
            (icon(sign))
            div { p.notice-title { (title) } (body) }
        }
    }
}

/// Names and values.
#[must_use]
pub fn definitions(items: &[(&str, Markup)]) -> Markup {
    html! { dl.definitions { @for (name, value) in items { div { dt { (name) } dd { (value) } } } } }
}

/// Where there is nothing: why, and what would change that.
#[must_use]
pub fn empty(title: &str, body: &Markup) -> Markup {
    html! { div.empty { p.empty-title { (title) } (body) } }
}

/// Links to the first page and the next one, with what is shown.
#[must_use]
pub fn pagination(shown: &Markup, first: Option<&str>, next: Option<&str>) -> Markup {
    html! {
        nav.pagination aria-label="Pages" {
            p { (shown) }
            div.actions {
                @if let Some(href) = first { a.button href=(href) rel="prev" { "First page" } }
                @if let Some(href) = next { a.button href=(href) rel="next" { "Next page" } }
            }
        }
    }
}

//! Elements of a page's body: head, key figure, card, coloured label, notice, definition list,
//! empty state, pagination.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use model::Tone;

/// Head of a page: title, status, one line of facts, and actions at the right.
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

/// Head of a page with a title and one sentence.
#[must_use]
pub fn plain_head(title: &str, sentence: &str, actions: &Markup) -> Markup {
    head(title, &html! {}, &html! { (sentence) }, actions)
}

/// First line of a tab: the main statement of the page.
#[must_use]
pub fn lead(sentence: &Markup, actions: &Markup) -> Markup {
    html! { div.lead { h2 { (sentence) } div.actions { (actions) } } }
}

/// A short coloured label.
#[must_use]
pub fn pill(tone: Tone, word: &str) -> Markup {
    html! { span.pill.(tone.class()) { (word) } }
}

/// A key figure: its label, the number (linked to its rows), and one line of context.
#[derive(Debug)]
pub struct Kpi<'a> {
    pub label: &'a str,
    /// The number; `None` when it is not known.
    pub value: Option<i64>,
    /// Address of the rows behind the number.
    pub href: Option<String>,
    pub note: Markup,
    /// Set when the figure needs attention or shows a problem.
    pub tone: Option<Tone>,
}

/// Key figures side by side.
#[must_use]
pub fn kpis(items: &[Kpi<'_>]) -> Markup {
    html! { div.kpis { @for item in items { (kpi(item)) } } }
}

/// One key figure of a row of several.
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

/// A key figure that is not a plain number, such as money or a day.
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

/// A card with a heading and a sentence that explains its content.
#[must_use]
pub fn card(title: &str, sentence: &Markup, body: &Markup) -> Markup {
    html! { section.card { h2 { (title) } p.card-lead { (sentence) } (body) } }
}

/// A message within the page: the event as its title; meaning and next step as its body.
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

/// A list of names and values.
#[must_use]
pub fn definitions(items: &[(&str, Markup)]) -> Markup {
    html! { dl.definitions { @for (name, value) in items { div { dt { (name) } dd { (value) } } } } }
}

/// Shown in place of an empty list: the reason, and how to change it.
#[must_use]
pub fn empty(title: &str, body: &Markup) -> Markup {
    html! { div.empty { p.empty-title { (title) } (body) } }
}

/// Links to the first and the next page, beside the range shown.
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

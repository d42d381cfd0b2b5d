//! The facet column: what one can filter by, with how many each would leave. On small screens it is
//! behind a button.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::params::Params;
use super::text::number;

/// One thing to filter by.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Parameter name: a field's key, `group` or `state`.
    pub key: String,
    /// What people read.
    pub label: String,
    /// One sentence that says what it means; empty for none.
    pub help: String,
    /// Its values, most frequent first or in their own order.
    pub options: Vec<FacetOption>,
}

/// A value of a facet.
#[derive(Debug, Clone)]
pub struct FacetOption {
    /// Value of the parameter.
    pub value: String,
    /// What people read.
    pub label: String,
    /// How many match, with every other filter in force.
    pub count: i64,
    /// Whether it is chosen.
    pub selected: bool,
    /// Whether it stands for "not known".
    pub unknown: bool,
}

/// How many values are shown before "more".
const SHOWN: usize = 6;

/// How many values are behind "more" at most; the rest is a matter for the search.
const BEHIND: usize = 100;

/// The column. It belongs to the form with the id `form`.
#[must_use]
pub fn column(form: &str, facets: &[Facet]) -> Markup {
    let chosen: usize = facets
        .iter()
        .flat_map(|facet| &facet.options)
        .filter(|option| option.selected)
        .count();
    html! {
        details.facets data-facets {
            summary { (icon(Icon::Filter)) "Filters" @if chosen > 0 { span.pill.info { (chosen) " chosen" } } }
            div.facet-list id="facets" {
                @for facet in facets { (group(form, facet)) }
                noscript { button.primary type="submit" form=(form) { "Apply filters" } }
            }
        }
    }
}

fn group(form: &str, facet: &Facet) -> Markup {
    // What is chosen is never hidden behind "more".
    let (first, rest): (Vec<_>, Vec<_>) = facet
        .options
        .iter()
        .enumerate()
        .partition(|(index, option)| *index < SHOWN || option.selected);
    html! {
        fieldset.facet {
            legend title=[(!facet.help.is_empty()).then_some(&facet.help)] { (facet.label) }
            @if facet.options.is_empty() { p.muted { "No values" } }
            @for (_, each) in first { (option(form, &facet.key, each)) }
            @if !rest.is_empty() {
                details.more {
                    summary { (number(i64::try_from(rest.len()).unwrap_or(i64::MAX))) " more" }
                    @for (_, each) in rest.iter().take(BEHIND) { (option(form, &facet.key, each)) }
                    @if rest.len() > BEHIND { p.muted { "and " (number(i64::try_from(rest.len() - BEHIND).unwrap_or(i64::MAX))) " with fewer" } }
                }
            }
        }
    }
}

fn option(form: &str, key: &str, option: &FacetOption) -> Markup {
    html! {
        label.facet-option {
            input type="checkbox" name=(key) value=(option.value) form=(form) checked[option.selected];
            span.cut.unknown[option.unknown] title=(option.label) { (option.label) }
            span.facet-count { (number(option.count)) }
        }
    }
}

/// What is chosen, and `others` (parameters with their words), each with a link that takes it away, and one that takes away all.
#[must_use]
pub fn chips(params: &Params, facets: &[Facet], others: &[(&str, String)], all: &str) -> Markup {
    let chosen: Vec<(&Facet, &FacetOption)> = facets
        .iter()
        .flat_map(|facet| facet.options.iter().map(move |option| (facet, option)))
        .filter(|(_, option)| option.selected)
        .collect();
    html! {
        @if !chosen.is_empty() || !others.is_empty() {
            ul.chips aria-label="Filters in force" {
                @for (name, words) in others {
                    li {
                        a.chip href=(params.drop(name).href()) title={ "Remove " (words) } {
                            span.cut { (words) }
                            (icon(Icon::Cross))
                            span.hidden { "remove" }
                        }
                    }
                }
                @for (facet, option) in &chosen {
                    li {
                        a.chip href=(params.remove(&facet.key, &option.value).href()) title={ "Remove the filter " (facet.label) ": " (option.label) } {
                            span.cut { (facet.label) ": " (option.label) }
                            (icon(Icon::Cross))
                            span.hidden { "remove" }
                        }
                    }
                }
                @if chosen.len() + others.len() > 1 { li { a.chip-all href=(all) { "Clear all" } } }
            }
        }
    }
}

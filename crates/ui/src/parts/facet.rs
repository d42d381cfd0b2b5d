//! The facet column: values to filter by, each with the number of matches. On small screens it is
//! behind a button.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::params::Params;
use super::text::number;

/// A field to filter by.
#[derive(Debug, Clone)]
pub struct Facet {
    /// Parameter name: a field's key, `group` or `state`.
    pub key: String,
    pub label: String,
    /// Explanation in one sentence; empty for none.
    pub help: String,
    /// Values, the most frequent first or in their natural order.
    pub options: Vec<FacetOption>,
}

impl Facet {
    /// Whether there is a value to choose, or one was chosen: a field of which nothing is known offers none.
    fn says_something(&self) -> bool {
        self.options
            .iter()
            .any(|option| !option.unknown || option.selected)
    }
}

/// A value of a facet.
#[derive(Debug, Clone)]
pub struct FacetOption {
    /// Value in the query of the address.
    pub value: String,
    pub label: String,
    /// Number of matches with all other filters applied.
    pub count: i64,
    pub selected: bool,
    /// Whether the option means "not known".
    pub unknown: bool,
}

/// Number of values shown before "more".
const SHOWN: usize = 6;

/// Maximum number of values behind "more"; others can be found with the search.
const BEHIND: usize = 100;

/// The column; its inputs belong to the form with the id `form`.
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
                @for facet in facets.iter().filter(|facet| facet.says_something()) { (group(form, facet)) }
                noscript { button.primary type="submit" form=(form) { "Apply filters" } }
            }
        }
    }
}

fn group(form: &str, facet: &Facet) -> Markup {
    // Selected values are always visible, even if they would be behind "more".
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

/// Active filters: selected facet values and `others` (parameter and label), each with a link that
/// removes it, and a link that removes all.
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

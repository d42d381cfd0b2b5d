//! `/i/{id}/account`: the account's settings, lock settings and domains as a tree that can be
//! searched (`?q=`).

use maud::{Markup, html};
use model::Timestamp;
use serde_json::Value;

use crate::parts::form::search;
use crate::parts::text::{ago, number};
use crate::parts::{Shell, Subject, Tab, page};

#[derive(Debug, Clone)]
pub struct AccountSettingsPage {
    pub subject: Subject,
    /// Settings, lock settings, domains and similar.
    pub sections: Vec<SettingsSection>,
    /// Sections that could not be read: label and reason.
    pub not_known: Vec<(String, String)>,
    /// Search text; empty to show everything.
    pub q: String,
    /// Reason why there are no sections; `None` when there are some.
    pub reason: Option<String>,
}

#[derive(Debug, Clone)]
pub struct SettingsSection {
    /// Stable key, such as `lock_settings`.
    pub key: String,
    /// Label on the page, such as "Lock settings".
    pub label: String,
    /// When the section was read from the application.
    pub read_at: Timestamp,
    /// Response of the application, as JSON.
    pub value: Value,
}

#[must_use]
pub fn page(shell: &Shell, view: &AccountSettingsPage) -> Markup {
    let path = Tab::AccountSettings.href(view.subject.id);
    let q = view.q.trim().to_lowercase();
    let shown: Vec<(&SettingsSection, Value)> = view
        .sections
        .iter()
        .filter_map(|section| Some((section, matching(&section.label, &section.value, &q)?)))
        .collect();
    let body = html! {
        (view.subject.head(shell, Tab::AccountSettings))
        (page::lead(&html! { "Settings of the account, and which of them are locked" }, &html! {}))
        @if view.sections.is_empty() {
            section.card { (page::empty("No settings", &html! { p { (view.reason.as_deref().unwrap_or("The settings have not been read yet.")) } p { a href=(Tab::Integration.href(view.subject.id)) { "See the sync status" } } })) }
        } @else {
            form.toolbar id="filter" method="get" action=(path) role="search" aria-label="Search the settings" data-filter="results" {
                (search("q", "Search settings", &view.q))
                noscript { button type="submit" { "Search" } }
            }
            div #results aria-live="polite" {
                @if shown.is_empty() {
                    section.card { (page::empty(&format!("No setting contains “{}”", view.q.trim()), &html! { p { a.button href=(path) { "Show all" } } })) }
                }
                @if q.is_empty() && !view.not_known.is_empty() {
                    section.card {
                        h2 { "Not known" }
                        dl.definitions { @for (section, why) in &view.not_known { div { dt { (section) } dd { "not known: " (why) } } } }
                    }
                }
                @for (section, value) in &shown {
                    section.card id=(section.key) {
                        h2 { (section.label) }
                        p.card-lead { "Read " (ago(shell.now, section.read_at)) "." }
                        (tree(value, !q.is_empty(), 0))
                    }
                }
            }
        }
    };
    shell.page(&format!("Account settings · {}", view.subject.name), &body)
}

/// The part of `value` that contains `q` in a name or a value; `None` when there is no match. `q`
/// is in lower case.
fn matching(name: &str, value: &Value, q: &str) -> Option<Value> {
    if q.is_empty() || words(name).to_lowercase().contains(q) || name.to_lowercase().contains(q) {
        return Some(value.clone());
    }
    match value {
        Value::Object(members) => {
            let kept: serde_json::Map<String, Value> = members
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), matching(key, value, q)?)))
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<Value> = items
                .iter()
                .filter_map(|item| matching("", item, q))
                .collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::String(text) => text.to_lowercase().contains(q).then(|| value.clone()),
        Value::Number(_) => value.to_string().contains(q).then(|| value.clone()),
        Value::Bool(_) | Value::Null => None,
    }
}

/// Turns `schedule_meeting` into "Schedule meeting".
fn words(key: &str) -> String {
    let text = key.replace('_', " ");
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn plain(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_))
}

/// Greatest depth to which a tree is drawn. Real settings are never nested this deep; the limit
/// exists because a malicious response could otherwise exhaust the stack.
const DEPTH: usize = 12;

fn tree(value: &Value, open: bool, depth: usize) -> Markup {
    if depth > DEPTH {
        return html! { span.muted { "…" } };
    }
    match value {
        Value::Object(members) => html! {
            @let (leaves, branches): (Vec<_>, Vec<_>) = members.iter().partition(|(_, value)| plain(value));
            @if !leaves.is_empty() {
                dl.definitions.settings {
                    @for (key, value) in leaves { div { dt title=(key) { (words(key)) } dd { (leaf(value)) } } }
                }
            }
            @for (key, value) in branches {
                details.branch open[open] {
                    summary { span title=(key) { (words(key)) } span.muted { (size(value)) } }
                    div.branch-body { (tree(value, open, depth + 1)) }
                }
            }
            @if members.is_empty() { p { (crate::parts::text::none()) } }
        },
        Value::Array(items) if items.is_empty() => html! { p { (crate::parts::text::none()) } },
        Value::Array(items) if items.iter().all(plain) => {
            html! { ul.values { @for item in items { li { (leaf(item)) } } } }
        }
        Value::Array(items) if items.iter().all(flat) => table(items),
        Value::Array(items) => {
            html! { ol.values { @for item in items { li { (tree(item, open, depth + 1)) } } } }
        }
        other => leaf(other),
    }
}

/// Whether the value is an object without nested objects or lists.
fn flat(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|members| members.values().all(plain))
}

/// Renders a list of similar objects, one row each.
fn table(items: &[Value]) -> Markup {
    let mut keys: Vec<&String> = Vec::new();
    for key in items
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|item| item.keys())
    {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label="List" {
            table.plain {
                thead { tr { @for key in &keys { th scope="col" { (words(key)) } } } }
                tbody {
                    @for item in items {
                        tr { @for key in &keys { td { @match item.get(key.as_str()) { Some(value) => (leaf(value)), None => (crate::parts::text::unknown()) } } } }
                    }
                }
            }
        }
    }
}

fn size(value: &Value) -> String {
    let (size, one, many) = match value {
        Value::Object(members) => (members.len(), "setting", "settings"),
        Value::Array(items) => (items.len(), "entry", "entries"),
        _ => return String::new(),
    };
    crate::parts::text::counted(i64::try_from(size).unwrap_or(i64::MAX), one, many)
}

fn leaf(value: &Value) -> Markup {
    match value {
        Value::Bool(true) => html! { span.on { "on" } },
        Value::Bool(false) => html! { span.off { "off" } },
        Value::Null => html! { span.unknown { "not set" } },
        Value::String(text) if text.is_empty() => crate::parts::text::none(),
        Value::String(text) => html! { (text) },
        Value::Number(n) => html! { @match n.as_i64() { Some(n) => (number(n)), None => (n) } },
        Value::Object(_) | Value::Array(_) => html! {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_search_keeps_the_path_to_what_it_finds() {
        let value = json!({ "in_meeting": { "chat": true, "polling": false }, "recording": { "auto": "cloud" } });
        assert_eq!(
            matching("", &value, "poll"),
            Some(json!({ "in_meeting": { "polling": false } }))
        );
        assert_eq!(
            matching("", &value, "cloud"),
            Some(json!({ "recording": { "auto": "cloud" } }))
        );
        assert_eq!(
            matching("", &value, "in meeting"),
            Some(json!({ "in_meeting": { "chat": true, "polling": false } }))
        );
        assert_eq!(matching("", &value, "nowhere"), None);
    }
}

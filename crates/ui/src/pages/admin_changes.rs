//! `/i/{id}/admin-changes`: administrators' actions at the application, newest first. Filters: `q`,
//! `operator`, `category`, `from`, `to`, `cursor`.

use maud::{Markup, html};
use model::AdminChange;

use crate::parts::form::search;
use crate::parts::subject::Stopped;
use crate::parts::table::{frame, head};
use crate::parts::text::{moment_with_time, none};
use crate::parts::{Errors, Params, Shell, Subject, Tab, log, page};

#[derive(Debug, Clone)]
pub struct AdminChangesPage {
    pub subject: Subject,
    pub params: Params,
    /// Categories that occur, as choices of the filter.
    pub categories: Vec<String>,
    /// Rows of the current page.
    pub rows: Vec<AdminChange>,
    /// Cursor of the next page; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Reason why there are no rows, when the log can't be read at all.
    pub reason: Option<String>,
    /// Set when the last run could not read the log.
    pub stopped: Option<Stopped>,
    /// Errors in the filter values.
    pub errors: Errors,
}

#[must_use]
pub fn page(shell: &Shell, view: &AdminChangesPage) -> Markup {
    let get = |name: &str| view.params.get(name).unwrap_or_default();
    let path = Tab::AdminChanges.href(view.subject.id);
    let body = html! {
        (view.subject.head(shell, Tab::AdminChanges))
        (page::lead(&html! { "What administrators changed at " (view.subject.application.name) ", newest first" }, &html! {}))
        @if let Some(stopped) = &view.stopped { (stopped.notice(shell.now, view.subject.id)) }
        form.toolbar id="filter" method="get" action=(path) role="search" aria-label="Filter changes" data-filter="results" {
            (search("q", "Search the details", get("q")))
            @if !view.categories.is_empty() {
                label.inline { "Category"
                    select name="category" {
                        option value="" { "all" }
                        @for category in &view.categories { option value=(category) selected[get("category") == category] { (category) } }
                    }
                }
            }
            @if !get("operator").is_empty() { input type="hidden" name="operator" value=(get("operator")); }
            (log::date_range(&view.params, &view.errors))
            noscript { button type="submit" { "Apply" } }
        }
        div #results aria-live="polite" {
            @if !get("operator").is_empty() { p.chips-line { a.chip href=(view.params.drop("operator").href()) { "By: " (get("operator")) " ×" } } }
            @if view.rows.is_empty() { section.card { (nothing(view, &path)) } }
            @else { (rows(shell, view)) (log::pages(&view.params, view.next_cursor.as_deref())) }
        }
    };
    shell.page(&format!("Admin changes · {}", view.subject.name), &body)
}

fn nothing(view: &AdminChangesPage, path: &str) -> Markup {
    let filtered = log::filtered(&view.params);
    let why = match &view.reason {
        _ if !view.errors.is_empty() => "Please correct the dates above.",
        Some(reason) => reason,
        None if filtered => "No changes match, or these dates have not been read yet.",
        None => "Nothing has been read yet.",
    };
    page::empty(
        "No changes to show",
        &html! {
            p { (why) }
            @if filtered { p { a.button href=(path) { "Clear the filter" } } }
        },
    )
}

fn rows(shell: &Shell, view: &AdminChangesPage) -> Markup {
    let heads = html! { (head("When", false)) (head("Who", false)) (head("What", false)) (head("Details", false)) };
    let body = html! {
        @for row in &view.rows {
            tr data-row {
                th scope="row" { (moment_with_time(shell.now, row.at)) }
                td { @if row.operator.is_empty() { (crate::parts::text::unknown()) } @else { a href=(view.params.set("operator", &row.operator).href()) { (row.operator) } } }
                td { (row.action) " " span.muted { (row.category) } }
                td.reason { @if row.detail.is_empty() { (none()) } @else { (row.detail) } }
            }
        }
    };
    frame("Changes", &heads, &body)
}

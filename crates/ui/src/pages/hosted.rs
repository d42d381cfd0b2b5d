//! `/i/{id}/meetings`: past meetings and webinars, newest first. Filters: `host` (an e-mail
//! address), `from`, `to` (days, UTC), `cursor`. Topics and participants are not stored.

use maud::{Markup, html};
use model::{EventKind, HostedEvent};

use crate::parts::chart::{Series, bars};
use crate::parts::form::search;
use crate::parts::subject::Stopped;
use crate::parts::table::{frame, head};
use crate::parts::text::{moment_with_time, number};
use crate::parts::{Errors, Params, Shell, Subject, Tab, log, page};

#[derive(Debug, Clone)]
pub struct HostedPage {
    pub subject: Subject,
    pub params: Params,
    /// Number per day, over the selected days or the last ninety; `None` when the list is limited
    /// to one host.
    pub per_day: Option<Series>,
    /// Set when the last run could not read them.
    pub stopped: Option<Stopped>,
    /// Rows of the current page.
    pub rows: Vec<HostedRow>,
    /// Cursor of the next page; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Reason why there are no rows, when none can be read at all.
    pub reason: Option<String>,
    /// Errors in the filter values.
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct HostedRow {
    /// The event as reported by the application.
    pub event: HostedEvent,
    /// Key and name of the host; `None` when no known user has the address.
    pub host: Option<(String, String)>,
}

#[must_use]
pub fn page(shell: &Shell, view: &HostedPage) -> Markup {
    let body = html! {
        (view.subject.head(shell, Tab::Meetings))
        (page::lead(&html! { "Meetings and webinars, newest first" }, &html! {}))
        @if let Some(stopped) = &view.stopped { (stopped.notice(shell.now, view.subject.id)) }
        div #per-day {
            @if let Some(per_day) = &view.per_day {
                (page::card("Meetings and webinars per day", &html! { "Each bar opens its day." }, &bars(shell.now, per_day)))
            }
        }
        form.toolbar id="filter" method="get" action=(Tab::Meetings.href(view.subject.id)) role="search" aria-label="Filter meetings" data-filter="results per-day" {
            (search("host", "E-mail address of the host", view.params.get("host").unwrap_or_default()))
            (log::date_range(&view.params, &view.errors))
            noscript { button type="submit" { "Apply" } }
        }
        div #results aria-live="polite" {
            @if view.rows.is_empty() { section.card { (nothing(view)) } }
            @else { (rows(shell, view)) (log::pages(&view.params, view.next_cursor.as_deref())) }
        }
    };
    shell.page(&format!("Meetings · {}", view.subject.name), &body)
}

fn nothing(view: &HostedPage) -> Markup {
    let filtered = log::filtered(&view.params);
    let why = match &view.reason {
        _ if !view.errors.is_empty() => "Please correct the dates above.",
        Some(reason) => reason,
        None if filtered => "No meetings match, or these dates have not been read yet.",
        None => "Nothing has been read yet.",
    };
    page::empty(
        "No meetings to show",
        &html! {
            p { (why) }
            @if filtered { p { a.button href=(Tab::Meetings.href(view.subject.id)) { "Clear the filter" } } }
        },
    )
}

fn rows(shell: &Shell, view: &HostedPage) -> Markup {
    let heads = html! { (head("Host", false)) (head("Began", false)) (head("What", false)) (head("Minutes", true)) (head("People", true)) };
    let body = html! {
        @for row in &view.rows {
            @let event = &row.event;
            tr data-row {
                th.person scope="row" {
                    (log::person(&view.subject, &event.host, row.host.as_ref()))
                }
                td { (moment_with_time(shell.now, event.start)) }
                td { (match event.kind { EventKind::Meeting => "Meeting", EventKind::Webinar => "Webinar" }) }
                td.num { (number(i64::from(event.minutes))) }
                td.num { (crate::parts::text::amount(event.participants.map(i64::from))) }
            }
        }
    };
    frame("Meetings and webinars", &heads, &body)
}

//! `/i/{id}/sign-ins`: the sign-in log, newest first. Filters: `email`, `from`, `to` (days, UTC),
//! `kind` (`in`, `out`), `cursor`.

use maud::{Markup, html};
use model::{SignIn, SignInKind};

use crate::parts::chart::{Series, bars};
use crate::parts::form::search;
use crate::parts::subject::Stopped;
use crate::parts::table::{frame, head};
use crate::parts::text::{moment_with_time, unknown};
use crate::parts::{Errors, Params, Shell, Subject, Tab, log, page};

#[derive(Debug, Clone)]
pub struct SignInsPage {
    pub subject: Subject,
    pub params: Params,
    /// Different people with a sign-in per day, over the selected days or the last ninety; `None` when the
    /// list is limited to some people.
    pub per_day: Option<Series>,
    /// Set when the last run could not read the log.
    pub stopped: Option<Stopped>,
    /// Rows of the current page.
    pub rows: Vec<SignInRow>,
    /// Cursor of the next page; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Reason why there are no rows, when the log can't be read at all.
    pub reason: Option<String>,
    /// Errors in the filter values.
    pub errors: Errors,
}

#[derive(Debug, Clone)]
pub struct SignInRow {
    /// The sign-in as reported by the application.
    pub sign_in: SignIn,
    /// Key and name of the user; `None` when no known user has the address.
    pub user: Option<(String, String)>,
}

#[must_use]
pub fn page(shell: &Shell, view: &SignInsPage) -> Markup {
    let body = html! {
        (view.subject.head(shell, Tab::SignIns))
        (page::lead(&html! { "Who signed in and out, newest first" }, &html! {}))
        @if let Some(stopped) = &view.stopped { (stopped.notice(shell.now, view.subject.id)) }
        div #per-day {
            @if let Some(per_day) = &view.per_day {
                (page::card("People who signed in per day", &html! { "Each bar opens its day." }, &bars(shell.now, per_day)))
            }
        }
        (filters(view))
        div #results aria-live="polite" {
            @if view.rows.is_empty() { section.card { (nothing(view)) } }
            @else { (rows(shell, view)) (log::pages(&view.params, view.next_cursor.as_deref())) }
        }
    };
    shell.page(&format!("Sign-ins · {}", view.subject.name), &body)
}

fn nothing(view: &SignInsPage) -> Markup {
    let filtered = log::filtered(&view.params);
    let why = match &view.reason {
        _ if !view.errors.is_empty() => "Please correct the dates above.",
        Some(reason) => reason,
        None if filtered => "No sign-ins match, or these dates have not been read yet.",
        None => "Nothing has been read yet.",
    };
    page::empty(
        "No sign-ins to show",
        &html! {
            p { (why) }
            @if filtered { p { a.button href=(Tab::SignIns.href(view.subject.id)) { "Clear the filter" } } }
        },
    )
}

fn filters(view: &SignInsPage) -> Markup {
    let get = |name: &str| view.params.get(name).unwrap_or_default();
    html! {
        form.toolbar id="filter" method="get" action=(Tab::SignIns.href(view.subject.id)) role="search" aria-label="Filter sign-ins" data-filter="results per-day" {
            (search("email", "E-mail address", get("email")))
            (log::date_range(&view.params, &view.errors))
            label.inline { "Show"
                select name="kind" {
                    option value="" { "in and out" }
                    option value="in" selected[get("kind") == "in"] { "sign-ins" }
                    option value="out" selected[get("kind") == "out"] { "sign-outs" }
                }
            }
            noscript { button type="submit" { "Apply" } }
        }
    }
}

fn rows(shell: &Shell, view: &SignInsPage) -> Markup {
    let heads = html! { (head("Person", false)) (head("When", false)) (head("What", false)) (head("Client", false)) (head("Version", false)) (head("Network", false)) };
    let body = html! {
        @for row in &view.rows {
            @let it = &row.sign_in;
            tr data-row {
                th.person scope="row" {
                    (log::person(&view.subject, &it.email, row.user.as_ref()))
                }
                td { (moment_with_time(shell.now, it.at)) }
                td { (match it.kind { SignInKind::In => "Signed in", SignInKind::Out => "Signed out" }) }
                td { @if it.client.is_empty() { (unknown()) } @else { (it.client) } }
                td { @if it.version.is_empty() { (unknown()) } @else { (it.version) } }
                td { @if it.network.is_empty() { (unknown()) } @else { code { (it.network) } } }
            }
        }
    };
    frame("Sign-ins", &heads, &body)
}

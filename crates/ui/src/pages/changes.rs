//! `/i/{id}/changes`: accepted changes that have to be made at the application, as files for a
//! colleague, or made by Seatwise where an administrator connected write access. Filter: `state`.
//! Posts to `/i/{id}/changes/preview` and, from there, `/i/{id}/changes/run` (field `what`:
//! `dry_run`, `execute` or `undo`; `change` repeated, or `all=yes`; `stop_after`);
//! `/i/{id}/changes/remove`.

mod journal;
mod row;
mod run;

use maud::{Markup, html};
use model::{Permission, Sums};

use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{counted, day, moment_with_time, unknown};
use crate::parts::{Params, Shell, Subject, Tab, Tone, page};

pub use journal::{ChangeJournal, journal};
pub use row::{ChangeRow, ChangeStatus};
pub use run::{ChangeOutcome, ChangePreview, RunReport, RunReportRow, preview, report};

#[derive(Debug, Clone)]
pub struct ChangesPage {
    pub subject: Subject,
    pub params: Params,
    /// Changes that match the filter, newest decision first.
    pub rows: Vec<ChangeRow>,
    /// Number of changes in each state.
    pub states: Vec<(ChangeStatus, i64)>,
    /// Yearly saving of the changes that are to do.
    pub saving: Sums,
    /// Seats among them that have no price.
    pub without_price: i64,
    /// Files for a bulk import: the kind of change, and the query that selects it. There is one
    /// file per kind because the application accepts only one kind of change in a file.
    pub kinds: Vec<(String, String)>,
    /// Whether the application imports such files.
    pub bulk_import: bool,
    /// Whether write access is connected, so that Seatwise can make changes itself.
    pub writable: bool,
}

fn href(view: &ChangesPage) -> String {
    Tab::Changes.href(view.subject.id)
}

#[must_use]
pub fn page(shell: &Shell, view: &ChangesPage) -> Markup {
    let all: i64 = view.states.iter().map(|(_, n)| n).sum();
    let many = |fits: fn(ChangeStatus) -> bool| -> i64 {
        let fitting = view.states.iter().filter(|(state, _)| fits(*state));
        fitting.map(|(_, n)| n).sum()
    };
    let (open, waiting) = (many(ChangeStatus::open), many(ChangeStatus::waits));
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        @if all == 0 {
            section.card { (page::empty("Nothing is on the change list", &html! {
                p { "Findings that are accepted come here: as files to import at " (view.subject.application.name) ", or for Seatwise to carry out where write access is connected." }
                p { a.button href={ "/i/" (view.subject.id) "/findings" } { "Open the findings" } }
            })) }
            (access(shell, view))
        } @else {
            (page::lead(&headline(view, waiting), &html! { a.button href={ "/i/" (view.subject.id) "/ledger" } { "Savings ledger" } }))
            (filter(view, all))
            (table(shell, view, open > 0))
            div.halves { (exports(view, waiting)) (access(shell, view)) }
        }
    };
    shell.page(&format!("Changes · {}", view.subject.name), &body)
}

fn headline(view: &ChangesPage, open: i64) -> Markup {
    html! {
        @if open == 0 { "No changes to make" }
        @else {
            (counted(open, "change", "changes")) " to make"
            @if !view.saving.is_empty() { ", worth " (view.saving) " a year" }
            @if view.without_price > 0 { @if view.saving.is_empty() { "; their price is unknown" } @else { ", and " (counted(view.without_price, "seat", "seats")) " without a price" } }
        }
    }
}

fn filter(view: &ChangesPage, all: i64) -> Markup {
    let chosen = view.params.get("state");
    html! {
        nav.segments aria-label="By state" {
            a href=(view.params.drop("state").href()) aria-current=[chosen.is_none().then_some("true")] { "All " span.muted { (all) } }
            @for (state, count) in &view.states {
                @if *count > 0 || chosen == Some(state.value()) {
                    a href=(view.params.set("state", state.value()).href()) aria-current=[(chosen == Some(state.value())).then_some("true")] { (state.label().0) " " span.muted { (count) } }
                }
            }
        }
    }
}

fn table(shell: &Shell, view: &ChangesPage, open: bool) -> Markup {
    let may = shell.may(Permission::Decide);
    let makes = shell.may(Permission::MakeChanges) && view.writable;
    let heads = html! {
        @if may { th scope="col" { span.hidden { "Select" } } }
        (head("Person", false)) (head("Change", false)) (head("State", false)) (head("Saves, a year", true))
        (head("Seat free", false)) (head("Invoice lower", false)) (head("Decided", false)) (head("Result", false))
    };
    let rows = html! {
        @for row in &view.rows {
            @let (word, tone) = row.state.label();
            tr data-row {
                @if may { td.select { input type="checkbox" form="changes" name="change" value=(row.id) aria-label={ "Select " (row.name) }; } }
                th.person scope="row" {
                    a href={ "/i/" (view.subject.id) "/users/" (segment(&row.user_key)) } title=(row.name) { (row.name) }
                    span.muted title=(row.email) { (row.email) }
                }
                td {
                    @if row.finding.is_empty() { a href={ "/i/" (view.subject.id) "/changes/" (row.id) } { (row.from) " → " (row.to) } }
                    @else { a href={ "/i/" (view.subject.id) "/findings/" (segment(&row.finding)) } { (row.from) " → " (row.to) } }
                }
                td { (page::pill(tone, word)) }
                td.num { @match row.saving { Some(saving) => (saving), None => (unknown()) } }
                td { @match row.seat_free_on { Some(on) => (day(shell.now, on)), None => (unknown()) } }
                td { @match row.invoice_lower_on { Some(on) => (day(shell.now, on)), None => (unknown()) } }
                td { (row.decided_by) span.sub { (moment_with_time(shell.now, row.decided_at)) } }
                td.reason { a href={ (href(view)) "/" (row.id) } { @if row.result.is_empty() { "Journal" } @else { (row.result) } span.hidden { " of " (row.name) } } }
            }
        }
    };
    html! {
        @if may {
            form.toolbar id="changes" method="post" action={ (href(view)) "/preview" } {
                label.inline { input type="checkbox" name="all" value="yes"; "all that are to be done" }
                div.actions {
                    @if makes {
                        button type="submit" name="what" value="dry_run" disabled[!open] { "Dry run" }
                        button.primary type="submit" name="what" value="execute" disabled[!open] { "Carry out…" }
                        button type="submit" name="what" value="undo" { "Undo…" }
                    }
                    button type="submit" name="what" value="remove" { "Take off the list…" }
                }
            }
        }
        (frame("Changes", &heads, &rows))
    }
}

fn exports(view: &ChangesPage, open: i64) -> Markup {
    let here = href(view);
    html! {
        section.card {
            h2 { "Carry them out yourself" }
            p.card-lead { (counted(open, "change", "changes")) " to do, in the form that you work with. Taking a file marks nothing as done: the next sync sees what really changed." }
            ul.exports {
                @if !view.bulk_import {}
                @else if view.kinds.len() > 1 {
                    @for (what, query) in &view.kinds {
                        li { a.button href={ (here) ".csv?" (query) } download { "CSV" } span { (what) ": for the bulk import of " (view.subject.application.name) "’s user management, which takes one kind of change in a file" } }
                    }
                } @else {
                    li { a.button href={ (here) ".csv" } download { "CSV" } span { "for the bulk import of " (view.subject.application.name) "’s user management" } }
                }
                li { a.button href={ (here) ".ps1" } download { "PowerShell" } span { "a script to read through and run" } }
                li { a.button href={ (here) ".sh" } download { "API calls" } span { "one call per person, to review" } }
            }
        }
    }
}

fn access(shell: &Shell, view: &ChangesPage) -> Markup {
    let manage = shell.may(Permission::ManageIntegrations);
    html! {
        section.card {
            h2 { "Let Seatwise carry them out" }
            @if view.writable {
                p.card-lead { (page::pill(Tone::Good, "write access is connected")) " Each change is checked against the evidence again at the moment it is made, written to a journal, and can be undone." }
            } @else {
                p.card-lead { (page::pill(Tone::Quiet, "read only")) " Seatwise cannot change anything at " (view.subject.application.name) ". An administrator can connect a second app with write access for this; nothing else needs it." }
            }
            @if manage { p { a.button href={ "/i/" (view.subject.id) "/write-access" } { (if view.writable { "Write access" } else { "About write access" }) } } }
        }
    }
}

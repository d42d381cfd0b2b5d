//! `/i/{id}/changes`: accepted changes that have to be made at the application, as files for a
//! colleague, or made by Seatwise where an administrator connected write access. Filter: `state`.
//! Posts to `/i/{id}/changes/preview` and, from there, `/i/{id}/changes/run` (field `what`:
//! `dry_run`, `execute` or `undo`; `change` repeated, or `all=yes`; `stop_after`);
//! `/i/{id}/changes/remove`.

use maud::{Markup, html};
use model::{Day, Money, Permission, Sums, Timestamp};

use crate::parts::form::Input;
use crate::parts::params::segment;
use crate::parts::table::{frame, head};
use crate::parts::text::{counted, day, moment_with_time, none, number, unknown};
use crate::parts::{Errors, Params, Shell, Subject, Tab, Tone, page};

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
    /// Whether write access is connected, so that Seatwise can make changes itself.
    pub writable: bool,
}

/// State of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeStatus {
    Listed,
    Exported,
    Running,
    Done,
    Failed,
    Skipped,
    Undone,
}

impl ChangeStatus {
    /// All states, in the order of the filter.
    pub const ALL: [Self; 7] = [
        Self::Listed,
        Self::Exported,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Skipped,
        Self::Undone,
    ];

    /// Value in the query of the address.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Exported => "exported",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Undone => "undone",
        }
    }

    /// Label on the page, and its colour.
    #[must_use]
    pub fn label(self) -> (&'static str, Tone) {
        match self {
            Self::Listed => ("to do", Tone::Info),
            Self::Exported => ("exported", Tone::Info),
            Self::Running => ("running", Tone::Warn),
            Self::Done => ("done", Tone::Good),
            Self::Failed => ("failed", Tone::Bad),
            Self::Skipped => ("skipped", Tone::Warn),
            Self::Undone => ("undone", Tone::Quiet),
        }
    }

    /// Whether the change is still to do. A skipped one is not, because its evidence was checked
    /// and no longer applied.
    #[must_use]
    pub fn waits(self) -> bool {
        matches!(self, Self::Listed | Self::Exported | Self::Failed)
    }

    /// Whether the change can still be made.
    #[must_use]
    pub fn open(self) -> bool {
        matches!(
            self,
            Self::Listed | Self::Exported | Self::Failed | Self::Skipped
        )
    }
}

#[derive(Debug, Clone)]
pub struct ChangeRow {
    pub id: i64,
    /// Name of the person, or the address when no name is known.
    pub name: String,
    pub email: String,
    /// The person's key in the integration.
    pub user_key: String,
    /// Licence before the change, such as "Licensed".
    pub from: String,
    /// Licence after the change, such as "Basic".
    pub to: String,
    /// Id of the finding behind the change; empty when that finding is no longer true.
    pub finding: String,
    pub state: ChangeStatus,
    /// Yearly saving; `None` without a price.
    pub saving: Option<Money>,
    /// Day on which the seat becomes free.
    pub seat_free_on: Option<Day>,
    /// Day from which the invoice is lower; `None` when not known.
    pub invoice_lower_on: Option<Day>,
    pub decided_by: String,
    pub decided_at: Timestamp,
    /// Result of the last attempt; empty before the first one.
    pub result: String,
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
        @if open == 0 { "No change waits to be made" }
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
                label.inline { input type="checkbox" name="all" value="yes"; "all that are to do" }
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
                @if view.kinds.len() > 1 {
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

#[derive(Debug, Clone)]
pub struct ChangePreview {
    /// `execute`, `undo`, `dry_run` or `remove`, as in the form.
    pub subject: Subject,
    pub what: String,
    /// Selected changes to which the action applies.
    pub rows: Vec<ChangeRow>,
    /// Number of selected changes that are left out, and the reason.
    pub left_out: Option<(i64, String)>,
    pub errors: Errors,
}

/// Asks for confirmation before the changes are made.
#[must_use]
pub fn preview(shell: &Shell, view: &ChangePreview) -> Markup {
    let here = Tab::Changes.href(view.subject.id);
    let count = i64::try_from(view.rows.len()).unwrap_or(i64::MAX);
    let application = view.subject.application.name;
    let people = counted(count, "person", "people");
    let (title, sentence, button, danger) = match view.what.as_str() {
        "undo" => (
            format!("Undo the change of {people} at {application}?"),
            "Each gets back exactly the licence that the journal noted before the change, if a seat is free.".to_owned(),
            "Undo these changes",
            false,
        ),
        "remove" => (
            format!("Take {} off the list?", counted(count, "change", "changes")),
            format!("Nothing is changed at {application}. The findings open again, and the promised savings are taken back."),
            "Take them off the list",
            false,
        ),
        "dry_run" => (
            format!("Try the change of {people} without making it?"),
            "Every check is made as if in earnest; nothing is changed.".to_owned(),
            "Start the dry run",
            false,
        ),
        _ => (
            format!("Change the licence of {people} at {application}?"),
            "Before each change the evidence is read again; whoever hosts something now, has something coming or used the licence in between is left out. Every change goes into a journal and can be undone.".to_owned(),
            "Carry them out now",
            true,
        ),
    };
    let heads = html! { (head("Person", false)) (head("Change", false)) (head("State", false)) };
    let rows = html! {
        @for row in &view.rows {
            @let (word, tone) = row.state.label();
            tr {
                th.person scope="row" { span title=(row.name) { (row.name) } span.muted title=(row.email) { (row.email) } }
                td { @if view.what == "undo" { (row.to) " → " (row.from) } @else { (row.from) " → " (row.to) } }
                td { (page::pill(tone, word)) }
            }
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        (page::lead(&html! { (title) }, &html! {}))
        @if let Some((left_out, why)) = &view.left_out { (page::notice(Tone::Warn, &format!("{} left out", counted(*left_out, "is", "are")), &html! { p { (why) } })) }
        @if count == 0 {
            section.card { (page::empty("Nothing is left to do", &html! { p { a.button href=(here) { "Back to the list" } } })) }
        } @else {
            form.run method="post" action={ (here) (if view.what == "remove" { "/remove" } else { "/run" }) } {
                p.page-note { (sentence) }
                input type="hidden" name="what" value=(view.what);
                @for row in &view.rows { input type="hidden" name="change" value=(row.id); }
                @if view.what == "execute" || view.what == "undo" {
                    div.stop-after { (Input::text("stop_after", "Stop after so many errors", "3").between(1, 100).render(&view.errors)) }
                }
                div.actions {
                    button.primary.danger[danger] type="submit" { (button) }
                    a.button href=(here) { "Cancel" }
                }
            }
            div.preview-rows { (frame("What will be changed", &heads, &rows)) }
        }
    };
    shell.page(&format!("{button} · {}", view.subject.name), &body)
}

/// Result of a run.
#[derive(Debug, Clone)]
pub struct RunReport {
    pub subject: Subject,
    /// `execute`, `undo` or `dry_run`, as in the form.
    pub what: String,
    /// One row for each change of the run.
    pub rows: Vec<RunReportRow>,
    /// Reason why the run stopped early; `None` when it did not.
    pub stopped: Option<String>,
}

/// Result of a run for one change.
#[derive(Debug, Clone)]
pub struct RunReportRow {
    pub name: String,
    pub change: String,
    pub outcome: ChangeOutcome,
    /// The result in one sentence.
    pub text: String,
}

/// Outcome of a run for one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The dry run found nothing against the change.
    WouldChange,
    /// Made, and confirmed by reading it back.
    Done,
    /// Undone, and confirmed by reading it back.
    Undone,
    /// Not made because the evidence no longer applies.
    Skipped,
    /// Could not be made or checked.
    Failed,
    /// The state of the change does not allow it.
    NotDue,
}

impl ChangeOutcome {
    fn label(self) -> (&'static str, Tone) {
        match self {
            Self::WouldChange => ("would be done", Tone::Good),
            Self::Done => ("done", Tone::Good),
            Self::Undone => ("undone", Tone::Good),
            Self::Skipped => ("skipped", Tone::Warn),
            Self::Failed => ("failed", Tone::Bad),
            Self::NotDue => ("not due", Tone::Quiet),
        }
    }
}

#[must_use]
pub fn report(shell: &Shell, view: &RunReport) -> Markup {
    let here = Tab::Changes.href(view.subject.id);
    let dry = view.what == "dry_run";
    let of = |outcomes: &[ChangeOutcome]| {
        let rows = view.rows.iter();
        let many = rows.filter(|row| outcomes.contains(&row.outcome)).count();
        i64::try_from(many).unwrap_or(i64::MAX)
    };
    let well = of(&[
        ChangeOutcome::WouldChange,
        ChangeOutcome::Done,
        ChangeOutcome::Undone,
    ]);
    let skipped = of(&[ChangeOutcome::Skipped, ChangeOutcome::NotDue]);
    let failed = of(&[ChangeOutcome::Failed]);
    let heads = html! { (head("Person", false)) (head("Change", false)) (head(if dry { "Would be" } else { "Came to" }, false)) (head("Why", false)) };
    let rows = html! {
        @for row in &view.rows {
            @let (word, tone) = row.outcome.label();
            tr {
                th.person scope="row" { span title=(row.name) { (row.name) } }
                td { (row.change) }
                td { (page::pill(tone, word)) }
                td.reason { @if row.text.is_empty() { (none()) } @else { (row.text) } }
            }
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        (page::lead(&html! {
            @if dry { "Dry run: " (number(well)) " would be done" } @else if view.what == "undo" { (number(well)) " undone" } @else { (number(well)) " done" }
            @if skipped > 0 { ", " (number(skipped)) " skipped" }
            @if failed > 0 { ", " (number(failed)) " failed" }
        }, &html! { a.button href=(here) { "Back to the list" } }))
        @if dry { p.page-note { "Nothing was changed." } }
        @if let Some(stopped) = &view.stopped { (page::notice(Tone::Bad, "It stopped early", &html! { p { (stopped) } })) }
        (frame("What it came to", &heads, &rows))
    };
    shell.page(&format!("Changes · {}", view.subject.name), &body)
}

/// History of one change.
#[derive(Debug, Clone)]
pub struct ChangeJournal {
    pub subject: Subject,
    pub row: ChangeRow,
    /// Evidence at the time of the decision, one sentence each.
    pub evidence: Vec<String>,
    /// Each entry: time, actor, event, and details in words.
    pub entries: Vec<(Timestamp, String, String, String)>,
}

#[must_use]
pub fn journal(shell: &Shell, view: &ChangeJournal) -> Markup {
    let row = &view.row;
    let (word, tone) = row.state.label();
    let heads = html! { (head("When", false)) (head("Who", false)) (head("What", false)) (head("Details", false)) };
    let rows = html! {
        @for (at, who, what, detail) in &view.entries {
            tr { th scope="row" { (moment_with_time(shell.now, *at)) } td { (who) } td { (what) } td.reason { @if detail.is_empty() { (none()) } @else { (detail) } } }
        }
    };
    let body = html! {
        (view.subject.head(shell, Tab::Changes))
        p.crumbs { a href=(Tab::Changes.href(view.subject.id)) { "Changes" } }
        (page::lead(&html! { (row.name) ": " (row.from) " → " (row.to) " " (page::pill(tone, word)) }, &html! {}))
        @if view.entries.is_empty() { section.card { (page::empty("Nothing was done yet", &html! { p { "Decided by " (row.decided_by) " on " (moment_with_time(shell.now, row.decided_at)) "." } })) } }
        @else { (frame("Journal", &heads, &rows)) }
        @if !view.evidence.is_empty() {
            section.card {
                h2 { "What was known when it was decided" }
                ul { @for sentence in &view.evidence { li { (sentence) } } }
            }
        }
    };
    shell.page(&format!("{} · Change", row.name), &body)
}

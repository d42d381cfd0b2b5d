//! A run over selected changes: the confirmation before it, and the report after it.

use maud::{Markup, html};

use super::row::ChangeRow;
use crate::parts::form::Input;
use crate::parts::table::{frame, head};
use crate::parts::text::{counted, none, number};
use crate::parts::{Errors, Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct ChangePreview {
    pub subject: Subject,
    /// `execute`, `undo`, `dry_run` or `remove`, as in the form.
    pub what: String,
    /// Selected changes to which the action applies.
    pub rows: Vec<ChangeRow>,
    /// Number of selected changes that are left out, and the reason.
    pub left_out: Option<(i64, String)>,
    /// Number of errors as typed.
    pub stop_after: String,
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
            "All checks are made as in a real run; nothing is changed.".to_owned(),
            "Start the dry run",
            false,
        ),
        _ => (
            format!("Change the licence of {people} at {application}?"),
            "Before each change the evidence is read again; people who are hosting now, have something scheduled or have used the licence since are left out. Every change goes into a journal and can be undone.".to_owned(),
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
            section.card { (page::empty("Nothing left to do", &html! { p { a.button href=(here) { "Back to the list" } } })) }
        } @else {
            form.run method="post" action={ (here) (if view.what == "remove" { "/remove" } else { "/run" }) } {
                p.page-note { (sentence) }
                input type="hidden" name="what" value=(view.what);
                @for row in &view.rows { input type="hidden" name="change" value=(row.id); }
                @if view.what == "execute" || view.what == "undo" {
                    div.stop-after { (Input::text("stop_after", "Stop after so many errors", &view.stop_after).between(1, 100).render(&view.errors)) }
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
    let heads = html! { (head("Person", false)) (head("Change", false)) (head(if dry { "Would be" } else { "Result" }, false)) (head("Why", false)) };
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
        @if let Some(stopped) = &view.stopped { (page::notice(Tone::Bad, "The run stopped early", &html! { p { (stopped) } })) }
        (frame("Results", &heads, &rows))
    };
    shell.page(&format!("Changes · {}", view.subject.name), &body)
}

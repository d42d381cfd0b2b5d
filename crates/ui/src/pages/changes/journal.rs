//! The journal of one change.

use maud::{Markup, html};
use model::Timestamp;

use super::row::ChangeRow;
use crate::parts::table::{frame, head};
use crate::parts::text::{moment_with_time, none};
use crate::parts::{Shell, Subject, Tab, page};

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
        @if view.entries.is_empty() { section.card { (page::empty("No entries yet", &html! { p { "Decided by " (row.decided_by) " on " (moment_with_time(shell.now, row.decided_at)) "." } })) } }
        @else { (frame("Journal", &heads, &rows)) }
        @if !view.evidence.is_empty() {
            section.card {
                h2 { "Evidence at the time of the decision" }
                ul { @for sentence in &view.evidence { li { (sentence) } } }
            }
        }
    };
    shell.page(&format!("{} · Change", row.name), &body)
}

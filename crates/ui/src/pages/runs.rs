//! `/i/{id}/runs`: the sync runs, newest first, each with its streams.

use maud::{Markup, html};
use model::{RunState, StreamOutcome, StreamState, Timestamp};

use crate::parts::text::{ago, counted, duration, number};
use crate::parts::{Shell, Subject, Tab, Tone, page};

#[derive(Debug, Clone)]
pub struct RunsPage {
    pub subject: Subject,
    /// Runs of the current page.
    pub rows: Vec<RunRow>,
    /// Address of the first page; `None` on the first page itself.
    pub first: Option<String>,
    /// Address of the next page; `None` on the last one.
    pub next: Option<String>,
}

#[derive(Debug, Clone)]
pub struct RunRow {
    pub run: i64,
    pub state: RunState,
    /// Whether a member started the run, rather than the schedule.
    pub manual: bool,
    /// Reason for the state, in one sentence; `None` when all is well.
    pub reason: Option<String>,
    pub started_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub requests: i64,
    /// Requests that the application refused because of its rate limits.
    pub refused: i64,
    /// Rows received from the application.
    pub received: i64,
    /// Rows that were new or different.
    pub changed: i64,
    /// State of each stream after the run.
    pub streams: Vec<StreamState>,
}

/// State of a run as a coloured label.
#[must_use]
pub fn state_pill(state: RunState) -> Markup {
    let (tone, word) = match state {
        RunState::Running => (Tone::Info, "running"),
        RunState::Complete => (Tone::Good, "complete"),
        RunState::Incomplete => (Tone::Warn, "incomplete"),
        RunState::Postponed => (Tone::Warn, "postponed"),
        RunState::Failed => (Tone::Bad, "failed"),
        RunState::Cancelled => (Tone::Quiet, "cancelled"),
    };
    page::pill(tone, word)
}

#[must_use]
pub fn page(shell: &Shell, view: &RunsPage) -> Markup {
    let body = html! {
        (view.subject.head(shell, Tab::Runs))
        (page::lead(&html! { "Sync runs, newest first" }, &html! {}))
        @if view.rows.is_empty() {
            section.card { (page::empty("No sync has run yet", &html! { p { "The first one starts within a minute of connecting." } })) }
        } @else {
            section.card.run-list { @for row in &view.rows { (run(shell, view, row)) } }
            (page::pagination(&html! { "Times are UTC." }, view.first.as_deref(), view.next.as_deref()))
        }
    };
    shell.page(&format!("Sync runs · {}", view.subject.name), &body)
}

fn run(shell: &Shell, view: &RunsPage, row: &RunRow) -> Markup {
    html! {
        details.run id={ "run-" (row.run) } {
            summary {
                span.run-number { "Run " (number(row.run)) }
                (state_pill(row.state))
                span.run-when { (ago(shell.now, row.started_at)) ", " (if row.manual { "asked for" } else { "scheduled" }) }
                @match row.ended_at {
                    Some(_) => {
                        span.run-figure { (number(row.received)) " rows read, " (number(row.changed)) " written" }
                        span.run-figure { (number(row.requests)) " requests" @if row.refused > 0 { ", " (number(row.refused)) " refused" } }
                    }
                    // Totals of a run are stored at its end; until then the streams are added up.
                    None => {
                        span.run-figure { (counted(row.streams.iter().map(|state| state.rows).sum(), "row", "rows")) " so far" }
                        span.run-figure { (counted(row.streams.iter().map(|state| state.requests).sum(), "request", "requests")) " so far" }
                    }
                }
                span.run-figure { @match row.ended_at { Some(end) => (duration(end.since(row.started_at))), None => { "for " (duration(shell.now.since(row.started_at))) " so far" } } }
            }
            @if let Some(reason) = &row.reason { p.run-reason { (reason) } }
            (streams(shell, view, row))
        }
    }
}

fn streams(shell: &Shell, view: &RunsPage, row: &RunRow) -> Markup {
    html! {
        div.frame role="region" aria-label={ "Streams of run " (row.run) } tabindex="0" {
            table {
                thead { tr { th scope="col" { "Source" } th scope="col" { "Outcome" } th.num scope="col" { "Rows" } th.num scope="col" { "Requests" } th scope="col" { "Read to the end" } th scope="col" { "Reason" } } }
                tbody {
                    @for state in &row.streams {
                        tr {
                            th scope="row" { (view.subject.application.stream(&state.stream).map_or(state.stream.as_str(), |s| s.label)) }
                            td { (outcome_pill(state.outcome)) }
                            td.num { (number(state.rows)) }
                            td.num { (number(state.requests)) }
                            td { @match state.complete_at { Some(at) => (ago(shell.now, at)), None => span.never { "not yet" } } }
                            td.reason { (state.reason.as_deref().unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
}

fn outcome_pill(outcome: StreamOutcome) -> Markup {
    let (tone, word) = match outcome {
        StreamOutcome::Waiting => (Tone::Quiet, "waiting"),
        StreamOutcome::Running => (Tone::Info, "being read"),
        StreamOutcome::Complete => (Tone::Good, "complete"),
        StreamOutcome::ScopeMissing => (Tone::Bad, "scope missing"),
        StreamOutcome::PermissionMissing => (Tone::Bad, "role permission missing"),
        StreamOutcome::PlanTooLow => (Tone::Quiet, "not on this plan"),
        StreamOutcome::NotOffered => (Tone::Quiet, "not offered"),
        StreamOutcome::QuotaExhausted => (Tone::Warn, "continues at midnight UTC"),
        StreamOutcome::Failed => (Tone::Bad, "failed"),
    };
    page::pill(tone, word)
}

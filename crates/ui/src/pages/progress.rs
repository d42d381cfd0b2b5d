//! Status of the streams of an integration. Part of the integration page and the overview; the
//! event stream sends it again whenever it changes.

use maud::{Markup, html};
use model::{DayState, Stream, StreamOutcome, StreamState};

use crate::parts::text::{age, ago, amount, number};
use crate::parts::{Shell, Subject, Tone, page, progress, table};

#[derive(Debug, Clone)]
pub struct SyncProgress {
    pub subject: Subject,
    /// Scopes that were granted to the app.
    pub granted: Vec<String>,
    /// One row per stream, in the application's order.
    pub rows: Vec<StreamProgress>,
    /// Estimated remaining time in words, such as "about 6 minutes"; `None` when there is no
    /// estimate.
    pub left: Option<String>,
}

/// Status of one stream.
#[derive(Debug, Clone)]
pub struct StreamProgress {
    pub stream: &'static Stream,
    /// State after the last run; `None` before the first one.
    pub state: Option<StreamState>,
    /// For history streams: state of each requested day, oldest first; `None` for a day without
    /// data.
    pub days: Vec<Option<DayState>>,
}

impl StreamProgress {
    /// Outcome of the last run.
    #[must_use]
    pub fn outcome(&self) -> StreamOutcome {
        self.state
            .as_ref()
            .map_or(StreamOutcome::Waiting, |state| state.outcome)
    }

    /// Coverage of the data: colour and label.
    #[must_use]
    pub fn known(&self) -> (Tone, String) {
        let complete = self.state.as_ref().and_then(|s| s.complete_at).is_some();
        match self.outcome() {
            StreamOutcome::ScopeMissing => (Tone::Bad, "scope missing".to_owned()),
            StreamOutcome::PermissionMissing => (Tone::Bad, "role permission missing".to_owned()),
            StreamOutcome::PlanTooLow => (Tone::Quiet, "not on this plan".to_owned()),
            StreamOutcome::NotOffered => (Tone::Quiet, "not offered".to_owned()),
            _ if self.stream.history && !self.days.is_empty() => {
                let known = self.days.iter().flatten().count();
                let all = self.days.len();
                let tone = match self.outcome() {
                    StreamOutcome::Failed => Tone::Bad,
                    _ if known == all => Tone::Good,
                    _ if known == 0 => Tone::Quiet,
                    StreamOutcome::Running => Tone::Info,
                    _ => Tone::Warn,
                };
                let so = format!("{known} of {all} days");
                (tone, so)
            }
            StreamOutcome::Complete => (Tone::Good, "complete".to_owned()),
            StreamOutcome::Running if complete => (Tone::Info, "being refreshed".to_owned()),
            StreamOutcome::Running => (Tone::Info, "being read".to_owned()),
            StreamOutcome::QuotaExhausted => (Tone::Warn, "continues at midnight UTC".to_owned()),
            StreamOutcome::Failed => (Tone::Bad, "failed, will be tried again".to_owned()),
            StreamOutcome::Waiting => (Tone::Quiet, "waiting".to_owned()),
        }
    }

    fn bar(&self) -> Markup {
        if self.stream.history {
            let known = self.days.iter().flatten().count();
            let label = format!(
                "{}: {known} of {} days known",
                self.stream.label,
                self.days.len()
            );
            return progress::strip(&label, &self.days);
        }
        let label = format!("{}, progress", self.stream.label);
        let rows = self.state.as_ref().map_or(0, |state| state.rows);
        let before = self.state.as_ref().and_then(|s| s.complete_at).is_some();
        match self.outcome() {
            StreamOutcome::Complete => progress::bar(&label, 1, Some(1)),
            StreamOutcome::Running => progress::bar(
                &label,
                rows,
                self.state.as_ref().and_then(|state| state.expected),
            ),
            // Data of an earlier run stays valid even if the last attempt failed.
            _ if before => progress::bar(&label, 1, Some(1)),
            _ => {
                let expected = self.state.as_ref().and_then(|state| state.expected);
                progress::bar(
                    &label,
                    if expected.is_some() { rows } else { 0 },
                    expected.or(Some(1)),
                )
            }
        }
    }
}

/// The fragment with the element id `progress`: the table of streams, updated live.
#[must_use]
pub fn fragment(shell: &Shell, view: &SyncProgress) -> Markup {
    let subject = &view.subject;
    let title = match (subject.running, subject.first_sync()) {
        (true, true) => "First sync",
        (true, false) => "Sync running",
        _ => "Data",
    };
    html! {
        section.card #progress data-running=(subject.running) {
            h2 { (title) }
            p.card-lead { (sentence(view)) }
            (rows(shell, view))
        }
    }
}

fn sentence(view: &SyncProgress) -> Markup {
    let subject = &view.subject;
    let history_running = view
        .rows
        .iter()
        .any(|row| row.stream.history && row.outcome() == StreamOutcome::Running);
    let listed = view.rows.first().is_some_and(|row| {
        row.state
            .as_ref()
            .is_some_and(|state| state.complete_at.is_some())
    });
    html! {
        @if !subject.running && subject.first_sync() { "No source has been read completely yet." }
        @else if !subject.running { "What Seatwise knows, and how fresh it is." }
        @else if listed && history_running { "People are complete and usable now. History is filling in, newest first" (left(view)) }
        @else if listed { "People are complete and usable now. The rest is being read" (left(view)) }
        @else { "People are being read first and appear as they arrive" (left(view)) }
    }
}

fn left(view: &SyncProgress) -> Markup {
    html! {
        @match &view.left {
            Some(left) => { ": " (left) " left at the permitted pace." }
            None => ".",
        }
    }
}

fn rows(shell: &Shell, view: &SyncProgress) -> Markup {
    // During a run the number of requests is shown, afterwards the age of the data.
    let running = view.subject.running;
    let heads = html! {
        (table::head("Source", false)) (table::head("Progress", false)) (table::head(if running { "Rows" } else { "Rows, last run" }, true))
        (table::head(if running { "Requests" } else { "Read" }, true)) (table::head("Known for", false)) (table::head("Scope and role permission", false))
    };
    let body = html! {
        @for row in &view.rows {
            @let state = row.state.as_ref();
            @let (tone, word) = row.known();
            tr {
                th scope="row" title=(row.stream.source) { (row.stream.label) }
                td.progress-cell { (row.bar()) }
                td.num {
                    @match state {
                        // Nothing was due, so no request was made; a zero would be wrong.
                        Some(state) if state.rows == 0 && state.requests == 0 && state.complete_at.is_some() => span.muted { "–" },
                        Some(state) if state.rows > 0 || row.outcome() == StreamOutcome::Complete => {
                            (number(state.rows))
                            @if let Some(expected) = state.expected.filter(|e| *e != state.rows) { " of " (number(expected)) }
                        }
                        _ => (amount(None)),
                    }
                }
                td.num {
                    @match state.and_then(|state| state.complete_at) {
                        _ if running => (number(state.map_or(0, |state| state.requests))),
                        Some(at) => (ago(shell.now, at)),
                        None => span.never { "not yet" },
                    }
                }
                td { (page::pill(tone, &word)) }
                td.reason.muted[tone != Tone::Bad].bad-text[tone == Tone::Bad] {
                    @match state.and_then(|state| state.reason.as_deref()) {
                        Some(reason) => (reason),
                        None => { (row.stream.scopes.words(&view.granted)) @if let Some(permission) = permission(view, row) { " · " (permission) } }
                    }
                }
            }
        }
    };
    table::frame("Streams", &heads, &body)
}

fn permission<'a>(view: &'a SyncProgress, row: &StreamProgress) -> Option<&'a str> {
    let key = row.stream.permission?;
    view.subject
        .application
        .permissions
        .iter()
        .find(|permission| permission.key == key)
        .map(|permission| permission.label)
}

/// Short form for the overview: one line per stream.
#[must_use]
pub fn freshness(shell: &Shell, view: &SyncProgress) -> Markup {
    html! {
        table.plain {
            caption.hidden { "How fresh each source is" }
            thead.hidden { tr { th scope="col" { "Source" } th scope="col" { "Read" } th scope="col" { "Known for" } } }
            tbody {
                @for row in &view.rows {
                    @let (tone, word) = row.known();
                    tr {
                        th scope="row" { (row.stream.label) }
                        td.num {
                            @match row.state.as_ref().and_then(|state| state.complete_at) {
                                Some(at) => (age(shell.now, at)),
                                None => span.never { "not yet" },
                            }
                        }
                        td title=[row.state.as_ref().and_then(|state| state.reason.as_deref())] { (page::pill(tone, &word)) }
                    }
                }
            }
        }
    }
}

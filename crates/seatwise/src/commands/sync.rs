//! `sync`: synchronises now and shows a progress bar for each stream, or JSON lines.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Args;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use model::{
    Application, Integration, IntegrationId, IntegrationState, RunState, StreamOutcome, StreamState,
};
use serde_json::json;
use store::{Store, StoreAccess};
use tokio_util::sync::CancellationToken;

use crate::cli::Common;
use crate::exit::Failure;
use crate::output::print;
use crate::serving::stop_requested;

#[derive(Debug, Args)]
pub(crate) struct SyncNow {
    /// Number of the integration (default: all active ones).
    pub(crate) id: Option<i64>,
    /// Print JSON lines: one for every change of a stream, and one for the end of each run.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Interval at which the progress is read from the store.
const REFRESH: Duration = Duration::from_millis(300);

pub(crate) async fn run(common: Common, wanted: SyncNow) -> Result<(), Failure> {
    let store = common.existing_store(StoreAccess::Change).await?;
    let integrations: Vec<Integration> = if let Some(id) = wanted.id {
        let id = IntegrationId(id);
        let found = store.integration(id).await?;
        vec![found.ok_or_else(|| Failure::not_found(format!("there is no integration {id}")))?]
    } else {
        let mut all = store.integrations().await?;
        all.retain(|integration| integration.state == IntegrationState::Active);
        all
    };
    if integrations.is_empty() {
        return Err(Failure::not_found("no account is connected and active"));
    }
    let engine = common.engine(store.clone())?;
    let stop = CancellationToken::new();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            stop_requested().await;
            stop.cancel();
        }
    });
    let mut incomplete = Vec::new();
    for integration in integrations {
        let application = engine.application(&integration.application);
        let mut progress = Progress::new(&integration, application, wanted.json);
        let run = engine.sync_now(integration.id, stop.clone());
        let mut run = std::pin::pin!(run);
        let state = loop {
            tokio::select! {
                state = &mut run => break state?,
                () = tokio::time::sleep(REFRESH) => progress.update(&store).await?,
            }
        };
        progress.update(&store).await?;
        progress.finish(&store, state).await?;
        let unread = unread(&store, application, integration.id).await?;
        if state != RunState::Complete || !unread.is_empty() {
            let reason = if unread.is_empty() {
                state.value().to_owned()
            } else {
                unread.join(", ")
            };
            incomplete.push(format!("{} ({reason})", integration.name));
        }
    }
    if incomplete.is_empty() {
        Ok(())
    } else {
        Err(Failure::incomplete(format!(
            "not everything was read for {}",
            incomplete.join(", ")
        )))
    }
}

/// Labels of the required streams that were not read completely.
async fn unread(
    store: &Store,
    application: Option<&'static Application>,
    id: IntegrationId,
) -> Result<Vec<&'static str>, Failure> {
    let states = store.stream_states(id).await?;
    Ok(states
        .iter()
        .filter(|state| state.outcome != StreamOutcome::Complete)
        .filter_map(|state| application?.stream(&state.stream))
        .filter(|stream| !stream.optional)
        .map(|stream| stream.label)
        .collect())
}

/// Progress of one run: bars in a terminal, or JSON lines.
struct Progress {
    id: IntegrationId,
    application: Option<&'static Application>,
    json: bool,
    last: BTreeMap<String, StreamState>,
    bars: MultiProgress,
    bar_of: BTreeMap<String, ProgressBar>,
}

impl Progress {
    fn new(
        integration: &Integration,
        application: Option<&'static Application>,
        json: bool,
    ) -> Self {
        let bars = MultiProgress::new();
        if !json && std::io::stderr().is_terminal() {
            // A failure is ignored, because the sync works without the heading.
            let _ = bars.println(&integration.name);
        }
        Self {
            id: integration.id,
            application,
            json,
            last: BTreeMap::new(),
            bars,
            bar_of: BTreeMap::new(),
        }
    }

    async fn update(&mut self, store: &Store) -> Result<(), Failure> {
        for state in store.stream_states(self.id).await? {
            if self.last.get(&state.stream) == Some(&state) {
                continue;
            }
            if self.json {
                print(&json!({"integration_id": self.id, "stream": state}).to_string())?;
            } else {
                self.draw(&state);
            }
            self.last.insert(state.stream.clone(), state);
        }
        Ok(())
    }

    fn draw(&mut self, state: &StreamState) {
        let bars = &self.bars;
        let bar = self.bar_of.entry(state.stream.clone()).or_insert_with(|| {
            let stream = self
                .application
                .and_then(|known| known.stream(&state.stream));
            let label = stream.map_or("", |stream| stream.label);
            bars.add(ProgressBar::new(0).with_prefix(label.to_owned()))
        });
        let rows = u64::try_from(state.rows).unwrap_or(0);
        match state
            .expected
            .and_then(|expected| u64::try_from(expected).ok())
        {
            Some(expected) if expected > 0 => {
                bar.set_style(style("{prefix:<26} {bar:30} {pos}/{len} {msg}"));
                bar.set_length(expected);
            }
            _ => bar.set_style(style("{prefix:<26} {pos} rows {msg}")),
        }
        bar.set_position(rows);
        match state.outcome {
            StreamOutcome::Complete => {
                // The length is set because a bar without one would jump back to 0.
                bar.set_length(bar.length().unwrap_or(0).max(rows));
                bar.set_style(style("{prefix:<26} {pos} rows {msg}"));
                bar.finish_with_message("complete");
            }
            StreamOutcome::Waiting => bar.set_message("waiting"),
            StreamOutcome::Running => bar.set_message(""),
            other => bar.abandon_with_message(other.value().replace('_', " ")),
        }
    }

    async fn finish(&self, store: &Store, state: RunState) -> Result<(), Failure> {
        let run = store.runs(self.id, 1, None).await?.into_iter().next();
        let totals = run.as_ref().map(|run| run.totals).unwrap_or_default();
        let reason = run.and_then(|run| run.reason);
        if self.json {
            return print(
                &json!({
                    "integration_id": self.id,
                    "state": state,
                    "reason": reason,
                    "requests": totals.requests,
                    "refused": totals.refused,
                    "rows": totals.rows,
                    "changed": totals.changed,
                })
                .to_string(),
            );
        }
        print(&format!(
            "{}: {} requests, {} refused, {} rows read, {} written{}",
            state.value(),
            totals.requests,
            totals.refused,
            totals.rows,
            totals.changed,
            reason.map_or_else(String::new, |reason| format!("\n{reason}")),
        ))
    }
}

fn style(template: &str) -> ProgressStyle {
    // A wrong template falls back to the default bar; the templates are constants of this module.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

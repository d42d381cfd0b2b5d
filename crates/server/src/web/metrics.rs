//! The metrics of this process and of all accounts, for Prometheus.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use model::{Integration, IntegrationState, RunState, StreamOutcome, Timestamp};

use crate::app::{App, SharedApp};
use crate::failure::Failure;

/// How many runs are looked at for the number of failures in a row.
const RUNS: u32 = 20;

/// One metric of accounts: its name, help text and labels.
struct Metric {
    /// `gauge`, or `counter` for a number that only grows.
    kind: &'static str,
    name: &'static str,
    help: &'static str,
    labels: &'static [&'static str],
}

/// A value of a metric with the values of its labels.
struct Sample {
    metric: &'static Metric,
    labels: Vec<String>,
    value: i64,
}

macro_rules! metrics {
    ($($constant:ident = $kind:ident $name:literal [$($label:literal),*] $help:literal;)*) => {
        $(const $constant: &Metric = &Metric {
            kind: stringify!($kind), name: $name, help: $help, labels: &[$($label),*],
        };)*
        /// All metrics, in the order in which they are written.
        const METRICS: &[&Metric] = &[$($constant),*];
    };
}

metrics! {
    ACTIVE = gauge "seatwise_integration_active" ["integration"]
        "1 while the account is read, 0 while it is paused, disconnected or has to be authorised again.";
    RECONNECT = gauge "seatwise_integration_reconnect_needed" ["integration"]
        "1 while the account has to be authorised again.";
    COMPLETE = gauge "seatwise_last_complete_sync_timestamp_seconds" ["integration"]
        "Time of the end of the last complete sync, in seconds since 1970. Missing before the first one.";
    FAILED_RUNS = gauge "seatwise_failed_runs_in_a_row" ["integration"]
        "Sync runs that failed since the last one that did not; counted up to 20.";
    REQUESTS = gauge "seatwise_last_run_requests" ["integration"]
        "Requests of the last run that has ended.";
    REFUSED = gauge "seatwise_last_run_refused" ["integration"]
        "Requests of that run that the application refused because of its rate limits.";
    TODAY = gauge "seatwise_requests_today" ["integration", "category"]
        "Requests since midnight UTC, by category of the application's rate limits.";
    LAG = gauge "seatwise_sync_lag_seconds" ["integration"]
        "How long a due sync has waited for its turn; 0 if none is due or it runs.";
    LEASED = gauge "seatwise_sync_running" ["integration"]
        "1 while a process has the lease of the account's sync.";
    STREAM_COMPLETE = gauge "seatwise_stream_last_complete_timestamp_seconds" ["integration", "stream"]
        "Time at which a kind of data was last read completely, in seconds since 1970.";
    STREAM_AGE = gauge "seatwise_stream_age_seconds" ["integration", "stream"]
        "Time since a kind of data was last read completely.";
    STREAM_FAILED = gauge "seatwise_stream_failed" ["integration", "stream"]
        "1 if the last attempt to read a kind of data failed.";
    REJECTED = gauge "seatwise_rejected_records" ["integration"]
        "Records of the application that could not be understood and are kept to be read again.";
    ANSWERS = counter "seatwise_application_requests_total" ["integration", "category", "result"]
        "Requests of this process since it started, by category of the application's rate limits and by result: good, limited_per_second, limited_per_day, refused (for another reason), failed (no usable answer).";
    OUTBOX = gauge "seatwise_outbox_waiting" []
        "Mails and webhooks that may be delivered and are not yet.";
    OUTBOX_AGE = gauge "seatwise_outbox_oldest_seconds" []
        "How long the oldest of them has waited; 0 without any.";
    DATABASE = gauge "seatwise_database_bytes" []
        "Size of the database.";
}

/// The metrics in the text format of Prometheus.
pub(super) async fn metrics(State(app): State<SharedApp>) -> Result<Response, Failure> {
    let process = app
        .config
        .metrics
        .as_ref()
        .ok_or_else(|| Failure::not_found("measurement"))?;
    Ok((
        [(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
        )],
        process.render() + &text(&samples(&app).await?),
    )
        .into_response())
}

fn text(samples: &[Sample]) -> String {
    let mut text = String::new();
    for metric in METRICS {
        let Metric {
            kind, name, help, ..
        } = metric;
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for sample in samples.iter().filter(|sample| sample.metric.name == *name) {
            text.push_str(name);
            let labels = metric.labels.iter().zip(&sample.labels);
            for (position, (label, value)) in labels.enumerate() {
                text.push(if position == 0 { '{' } else { ',' });
                // Values are numbers and keys of streams and categories, which need no escape.
                let _ = write!(text, "{label}=\"{value}\"");
            }
            if !metric.labels.is_empty() {
                text.push('}');
            }
            let _ = writeln!(text, " {}", sample.value);
        }
    }
    text
}

/// Read from the database, because every process must report the same.
async fn samples(app: &App) -> Result<Vec<Sample>, Failure> {
    let store = &app.context.store;
    let now = app.context.clock.now();
    let outbox = store.outbox_lag(now).await?;
    let oldest = outbox.oldest.map_or(0, |at| now.since(at).max(0) / 1000);
    let mut all: Vec<Sample> = [
        (DATABASE, store.size().await?),
        (OUTBOX, outbox.waiting),
        (OUTBOX_AGE, oldest),
    ]
    .into_iter()
    .map(|(metric, value)| Sample {
        metric,
        labels: Vec::new(),
        value,
    })
    .collect();
    answers(app, &mut all);
    let queue = store.sync_queue().await?;
    for integration in store.integrations().await? {
        let id = integration.id.to_string();
        let mut add = |metric, value| {
            all.push(Sample {
                metric,
                labels: vec![id.clone()],
                value,
            });
        };
        let state = integration.state;
        add(ACTIVE, i64::from(state == IntegrationState::Active));
        add(
            RECONNECT,
            i64::from(state == IntegrationState::ReconnectNeeded),
        );
        if let Some(at) = integration.last_complete_at {
            add(COMPLETE, at.0 / 1000);
        }
        let leased = queue
            .iter()
            .any(|(queued, leased)| *queued == integration.id && *leased);
        add(LEASED, i64::from(leased));
        add(LAG, lag_seconds(&integration, leased, now));
        let rejected = store.rejected_counts(integration.id).await?;
        add(REJECTED, rejected.iter().map(|(_, records)| records).sum());
        let runs = store.runs(integration.id, RUNS, None).await?;
        let mut ended = runs.iter().filter(|run| run.state != RunState::Running);
        let failed = ended
            .clone()
            .take_while(|run| run.state == RunState::Failed)
            .count();
        add(FAILED_RUNS, i64::try_from(failed).unwrap_or(i64::MAX));
        if let Some(last) = ended.next() {
            add(REQUESTS, last.totals.requests);
            add(REFUSED, last.totals.refused);
        }
        streams(app, &integration, now, &mut all).await?;
    }
    Ok(all)
}

fn answers(app: &App, all: &mut Vec<Sample>) {
    for (integration, counts) in app.context.engine.answers() {
        for count in counts {
            all.push(Sample {
                metric: ANSWERS,
                labels: vec![
                    integration.to_string(),
                    count.category.to_owned(),
                    count.answer.word().to_owned(),
                ],
                value: i64::try_from(count.requests).unwrap_or(i64::MAX),
            });
        }
    }
}

async fn streams(
    app: &App,
    integration: &Integration,
    now: Timestamp,
    all: &mut Vec<Sample>,
) -> Result<(), Failure> {
    let store = &app.context.store;
    let mut add = |metric, label: String, value| {
        all.push(Sample {
            metric,
            labels: vec![integration.id.to_string(), label],
            value,
        });
    };
    for (category, made) in store.daily_requests(integration.id, now.day()).await? {
        add(TODAY, category, made);
    }
    for state in store.stream_states(integration.id).await? {
        let failed = state.outcome == StreamOutcome::Failed;
        if let Some(at) = state.complete_at {
            add(STREAM_COMPLETE, state.stream.clone(), at.0 / 1000);
            add(
                STREAM_AGE,
                state.stream.clone(),
                now.since(at).max(0) / 1000,
            );
        }
        add(STREAM_FAILED, state.stream, i64::from(failed));
    }
    Ok(())
}

/// Seconds for which a due run has waited.
fn lag_seconds(integration: &Integration, leased: bool, now: Timestamp) -> i64 {
    if leased || integration.state != IntegrationState::Active {
        return 0;
    }
    now.since(integration.next_run_at).max(0) / 1000
}

//! Background jobs besides the sync: send questions and act on missing answers, settle the ledger
//! after a sync, put notices into the outbox, and deliver mail and webhooks.
//!
//! A lease in the database makes sure that only one process at a time runs a job. Due work is
//! computed from stored data and the clock, so that nothing is lost when a process ends and nothing
//! is done twice when two processes run.

mod audience;
mod delivery;
mod digest;
mod ledger;
mod notices;
mod notifications;
mod payload;
mod pending_notice;
mod questions;
mod retention;
mod trouble;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::error::Error;

pub use delivery::try_out;

/// The pause between two runs, unless a run is requested earlier.
const PAUSE: Duration = Duration::from_secs(15);
/// Lease of a job in milliseconds; renewed by every run.
const LEASE_MS: i64 = 15 * 60 * 1000;

/// Data that a process keeps between two runs. They only save work, so they may be lost.
#[derive(Debug, Default)]
struct Memory {
    /// Keys of the notices that are in the outbox.
    enqueued: HashSet<String>,
}

/// Runs all jobs repeatedly until `stop` is cancelled.
#[crate::boxed]
pub async fn run(context: Arc<Context>, stop: CancellationToken) {
    let mut memory = Memory::default();
    while !stop.is_cancelled() {
        run_all(&context, &mut memory, &stop).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = context.outgoing.jobs_requested() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Runs all due jobs once, by the application's clock.
#[crate::boxed]
pub async fn run_once(context: &Context) {
    run_all(context, &mut Memory::default(), &CancellationToken::new()).await;
}

async fn run_all(context: &Context, memory: &mut Memory, stop: &CancellationToken) {
    if !matches!(context.is_set_up().await, Ok(true)) {
        return;
    }
    // The ledger is settled first, because notices report its results. Delivery is last, because the
    // other jobs fill the outbox.
    if lease(context, "ledger").await {
        log_failure("ledger", ledger::settle(context).await);
    }
    if lease(context, "questions").await {
        log_failure("questions", questions::process(context).await);
    }
    if lease(context, "notices").await {
        log_failure(
            "notices",
            notifications::enqueue(context, &mut memory.enqueued).await,
        );
    }
    if lease(context, "retention").await {
        log_failure("retention", retention::delete_old(context, stop).await);
    }
    // Messages are leased one by one, so several processes can deliver at the same time.
    log_failure("delivery", delivery::deliver(context, stop).await);
}

/// Takes the lease of a job; `false` if another process has it.
async fn lease(context: &Context, job: &'static str) -> bool {
    let holder = &context.engine.config().holder;
    match context.store.lease_job(job, holder, LEASE_MS).await {
        Ok(leased) => leased,
        Err(error) => {
            tracing::warn!(job, %error, "the lease of a job could not be taken");
            false
        }
    }
}

fn log_failure(job: &'static str, result: Result<(), Error>) {
    if let Err(failure) = result {
        // The cause was logged where it occurred.
        tracing::warn!(job, ?failure, "a job failed");
    }
}

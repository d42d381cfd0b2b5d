//! What Seatwise does by itself besides syncing: asks people and takes note of their silence,
//! settles the ledger after a sync, tells what is new, and delivers mail and webhooks. Each duty is
//! done by one process at a time; what is due follows from what is stored and from the clock, so
//! that nothing is lost when a process ends and nothing is done twice when two run.

mod delivery;
mod digest;
mod ledger;
mod news;
mod notifications;
mod questions;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::error::Error;

pub use delivery::try_out;

/// How long duties rest when nobody wakes them.
const REST: Duration = Duration::from_secs(15);
/// For how long a process takes a duty on, in milliseconds; taken on again at every round.
const TURN_MS: i64 = 15 * 60 * 1000;

/// What one process remembers between two rounds; only spares work.
#[derive(Debug, Default)]
struct Memory {
    /// Keys of news that were put into the outbox.
    told: HashSet<String>,
}

/// Does all duties again and again, until `stop`.
pub async fn work(context: Arc<Context>, stop: CancellationToken) {
    let mut memory = Memory::default();
    while !stop.is_cancelled() {
        round_with(&context, &mut memory, &stop).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = context.outgoing.woken() => {}
            () = tokio::time::sleep(REST) => {}
        }
    }
}

/// Does once whatever is due at the application's time, and answers when it is done.
pub async fn round(context: &Context) {
    round_with(context, &mut Memory::default(), &CancellationToken::new()).await;
}

async fn round_with(context: &Context, memory: &mut Memory, stop: &CancellationToken) {
    if !matches!(context.is_set_up().await, Ok(true)) {
        return;
    }
    // The ledger first: what it settles is told. Delivery last: it takes what the others left.
    if turn(context, "ledger").await {
        note("ledger", ledger::settle(context).await);
    }
    if turn(context, "asking").await {
        note("asking", questions::ask(context).await);
    }
    if turn(context, "telling").await {
        note(
            "telling",
            notifications::tell(context, &mut memory.told).await,
        );
    }
    // Messages are leased one by one, so any number of processes may deliver.
    note("delivery", delivery::deliver(context, stop).await);
}

/// Whether this process does a duty now.
async fn turn(context: &Context, duty: &'static str) -> bool {
    let holder = &context.engine.config().holder;
    match context.store.lease_job(duty, holder, TURN_MS).await {
        Ok(ours) => ours,
        Err(error) => {
            tracing::warn!(duty, %error, "a duty can't be taken on");
            false
        }
    }
}

fn note(duty: &'static str, result: Result<(), Error>) {
    if let Err(failure) = result {
        // What went wrong inside was logged where it did.
        tracing::warn!(duty, ?failure, "a duty was not done to its end");
    }
}

//! A worker whose looks for due work are counted, so that tests can wait until it has looked.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Clock, ManualClock, Timestamp};
use sync::Engine;
use testkit::install::Install;
use testkit::wait::until;
use testkit::wire::Wire;

/// A clock that counts how often it is read. Only the store reads this one, once for every look for due
/// work and for every renewal of a lease.
#[derive(Debug)]
struct CountingClock {
    clock: Arc<ManualClock>,
    reads: AtomicU64,
}

impl Clock for CountingClock {
    fn now(&self) -> Timestamp {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.clock.now()
    }
}

/// Another process over the same database, whose looks are counted.
pub(crate) struct CountedWorker {
    pub(crate) engine: Engine,
    pub(crate) wire: Arc<Wire>,
    clock: Arc<CountingClock>,
}

impl CountedWorker {
    pub(crate) async fn new(install: &Install, holder: &str) -> Self {
        let clock = Arc::new(CountingClock {
            clock: Arc::clone(&install.clock),
            reads: AtomicU64::new(0),
        });
        let store = install.database.open(Arc::clone(&clock) as _).await;
        let (template, wire) = install.another(holder);
        let engine = Engine::new(store, template.config().clone());
        Self {
            engine,
            wire,
            clock,
        }
    }

    /// Waits until the worker has looked for due work once more, from begin to end: the second read of
    /// the clock comes after the end of the look with the first one.
    pub(crate) async fn looks_again(&self) {
        let before = self.clock.reads.load(Ordering::SeqCst);
        until("the worker has looked for due work", async || {
            self.engine.wake();
            (self.clock.reads.load(Ordering::SeqCst) >= before + 2).then_some(())
        })
        .await;
    }
}

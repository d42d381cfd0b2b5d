//! U12: many syncs one after the other. What grows with each of them would fill a disk in the end.

use model::{IntegrationId, RunState};
use testkit::database::Kind;
use testkit::install::Install;

testkit::on_both_engines!(u12_many_syncs_without_changes_leave_nothing_but_their_runs);

const SYNCS: usize = 40;

/// What must not grow.
struct Measure {
    dump: String,
    bytes: i64,
    descriptors: usize,
    requests: usize,
}

async fn measure(install: &Install) -> Measure {
    Measure {
        dump: install.store.dump().await.unwrap(),
        bytes: install.store.size().await.unwrap(),
        // Each test is a process of its own.
        descriptors: std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count),
        requests: install.wire.seen().len(),
    }
}

async fn sync(install: &Install, id: IntegrationId, times: usize) {
    for _ in 0..times {
        assert_eq!(install.sync(id).await, RunState::Complete);
    }
}

async fn u12_many_syncs_without_changes_leave_nothing_but_their_runs(kind: Kind) {
    let (install, id) = Install::connected(kind, 30).await;
    // Caches, connections and the tables' free pages are there after a few.
    sync(&install, id, 5).await;
    install.wire.forget();
    let before = measure(&install).await;
    sync(&install, id, SYNCS).await;
    let after = measure(&install).await;
    assert_eq!(after.dump, before.dump);
    let runs = install.store.runs(id, 100, None).await.unwrap();
    assert_eq!(runs.len(), 5 + SYNCS);
    // The rows of runs are the only ones: some hundred bytes each, on a few pages.
    let grown = after.bytes - before.bytes;
    assert!(grown <= 40 * 8_192, "{grown} bytes in {SYNCS} syncs");
    let (few, many) = (before.descriptors, after.descriptors);
    assert!(many <= few + 2, "{few} descriptors became {many}");
    // No sync asks for more than the one before.
    let first = after.requests;
    install.wire.forget();
    sync(&install, id, SYNCS).await;
    assert_eq!(install.wire.seen().len(), first - before.requests);
}

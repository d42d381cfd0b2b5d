//! R01: the process dies at its k-th crash point (k = 1, 2, 3 …). After a restart it ends in the same
//! state as without a crash.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{self, StreamExt as _};
use model::{Clock as _, IntegrationId};
use store::{Actor, IntegrationSettings};
use testkit::clock::SystemClock;
use testkit::database::{Database, Kind};
use testkit::install::{Install, difference};
use testkit::process::Ended;
use zoom_sim::RefreshMode;

use crate::program::seatwise_with;

testkit::on_both_engines!(
    r01_a_crash_at_any_point_of_a_sync_ends_in_the_same,
    k01_a_crash_between_answer_and_save_asks_once_to_authorise_again,
);

/// Number of points to try in addition to one or two of every name. Not all are tried, because a sync has
/// hundreds and many of them are alike.
const TRIED: usize = 14;
/// Number of syncs that run at the same time. Most of the time they wait for rate limits.
const AT_ONCE: usize = 6;

/// Connects an account two hours ago, so that a sync needs a new token first.
pub(crate) async fn connected(kind: Kind, mode: RefreshMode) -> (Install, IntegrationId) {
    let install = Install::with(kind, 40, |config| config.faults.refresh = mode).await;
    let now = SystemClock.now();
    install.clock.set(now.plus_ms(-2 * 3_600_000));
    let id = install.connect_by_oauth(0).await;
    let integration = install.integration(id).await;
    let settings = IntegrationSettings {
        name: integration.name,
        plan: integration.plan,
        budget_percent: 100,
        interval_minutes: integration.interval_minutes,
    };
    install
        .store
        .update_integration(id, settings, &Actor::Cli, now)
        .await
        .unwrap();
    install.clock.set(now);
    install.store.close().await;
    (install, id)
}

pub(crate) async fn sync(install: &Install, database: &Database, crash_at: &str) -> Ended {
    let program = seatwise_with(database, &install.zoom).env("SEATWISE_CRASH_AT", crash_at);
    program.run(&["sync", "--json"]).await
}

pub(crate) async fn dump(install: &Install, database: &Database) -> String {
    let store = database
        .open(std::sync::Arc::clone(&install.clock) as _)
        .await;
    let check = store.check().await.unwrap();
    assert_eq!(check.integrity, None);
    let dump = store.dump().await.unwrap();
    store.close().await;
    dump
}

/// Number and name of each crash point that a run logged.
fn points(ended: &Ended) -> Vec<(usize, String)> {
    let lines = ended.err.lines().filter_map(|line| {
        let (number, name) = line.split_once("crash point ")?.1.split_once(": ")?;
        Some((number.parse().ok()?, name.to_owned()))
    });
    lines.collect()
}

async fn r01_a_crash_at_any_point_of_a_sync_ends_in_the_same(kind: Kind) {
    let (install, id) = connected(kind, RefreshMode::Grace(3_600)).await;
    let quiet = install.database.copy();
    let all = points(&{
        let ended = sync(&install, &quiet, "list").await;
        assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
        ended
    });
    let wanted = dump(&install, &quiet).await;
    assert!(wanted.lines().count() > 500);
    assert!(all.len() > 100, "{}", all.len());

    // Of every name the first point and one in the middle, and many between them.
    let mut places: BTreeSet<String> = (1..=3)
        .chain((1..=all.len()).step_by(all.len().div_ceil(TRIED)))
        .map(|number| number.to_string())
        .collect();
    let mut of_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in &all {
        *of_name.entry(name).or_default() += 1;
    }
    for (name, count) in &of_name {
        places.extend([format!("{name}:1"), format!("{name}:{}", count.div_ceil(2))]);
    }

    let one = async |place: String| {
        let database = install.database.copy();
        let died = sync(&install, &database, &place).await;
        let at = points(&died).pop();
        // The number of points differs from run to run, because streams run side by side.
        if at.is_none() {
            assert_eq!(died.code, Some(0), "{place}: {}{}", died.out, died.err);
            return None;
        }
        assert_eq!(died.code, None, "{place}: {}{}", died.out, died.err);
        database.let_lease_run_out(id).await;
        let again = sync(&install, &database, "").await;
        assert_eq!(again.code, Some(0), "{at:?}: {}{}", again.out, again.err);
        let ours = dump(&install, &database).await;
        assert_eq!(difference(&wanted, &ours), "", "{at:?}");
        at.map(|(_, name)| name)
    };
    let died: Vec<Option<String>> = stream::iter(places)
        .map(one)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let covered: BTreeSet<String> = died.into_iter().flatten().collect();
    let named: BTreeSet<String> = of_name.into_keys().map(str::to_owned).collect();
    assert_eq!(covered, named, "every named point was died at");
}

async fn k01_a_crash_between_answer_and_save_asks_once_to_authorise_again(kind: Kind) {
    let (install, id) = connected(kind, RefreshMode::Strict).await;
    let point = "token answer received";
    let died = sync(&install, &install.database, &format!("{point}:1")).await;
    assert_eq!(points(&died).pop().unwrap().1, point);
    install.database.let_lease_run_out(id).await;

    let again = sync(&install, &install.database, "").await;
    assert_ne!(again.code, Some(0));
    let program = seatwise_with(&install.database, &install.zoom);
    let list = program
        .run(&["integrations", "list", "--json"])
        .await
        .json();
    assert_eq!(list["items"][0]["state"], "reconnect_needed");
    // The finished account makes no further request.
    let before = install.zoom.sim.stats().total();
    let third = program.run(&["sync", "1"]).await;
    assert_ne!(third.code, Some(0));
    assert!(third.err.contains("Authorise it again"), "{}", third.err);
    assert_eq!(install.zoom.sim.stats().total(), before);
}

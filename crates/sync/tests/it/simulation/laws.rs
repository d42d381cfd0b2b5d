//! Laws that hold after every life, and at the end.

use std::collections::{BTreeMap, BTreeSet};

use model::{Day, DayCoverage, DayState, RunState};
use store::{SignInFilter, Store};
use testkit::install::users;

use super::world::World;

/// Days before today that Zoom answers, without those around the limit.
const LOOK_BACK: i32 = 150;

/// Nothing is stored that is not true: nobody counts as removed who is still there, and a day that counts
/// as known has all its rows, unless records of it are known to be missing.
pub(super) async fn nothing_false(world: &World, store: &Store, ended: Option<RunState>) {
    let check = store.check().await.unwrap();
    assert_eq!(check.integrity, None);
    let truth = world.truth().await;
    let listed = truth.users().await;
    for user in users(store, world.id, true).await {
        assert!(
            user.removed_at.is_none() || !listed.contains_key(&user.key),
            "{} counts as removed and is still listed; the run ended {ended:?}",
            user.email
        );
    }
    let known = known_days(world, store, "meetings").await;
    let wanted = truth.hosted(&known).await;
    compare(
        &known,
        &wanted,
        &hosted(world, store).await,
        false,
        "meetings",
    );
    let known = known_days(world, store, "sign_ins").await;
    let wanted = truth.sign_ins(&known).await;
    let stored = sign_ins(world, store).await;
    compare(&known, &wanted, &stored, world.more_rows, "sign-ins");
}

/// The stored data is that of the account, and all of it is known.
pub(super) async fn everything_true(world: &World, store: &Store) {
    let listed = world.truth().await.users().await;
    let stored: BTreeMap<_, _> = users(store, world.id, false)
        .await
        .into_iter()
        .map(|user| {
            let text = |name: &str| match user.fields.get(name) {
                Some(model::FieldValue::Text(text)) => text.clone(),
                other => panic!("{}: {name} is {other:?}", user.email),
            };
            let kind = match text("user_type").as_str() {
                "basic" => 1,
                "pro" => 2,
                "corp" => 3,
                "unassigned" => 4,
                _ => 99,
            };
            (
                user.key,
                (user.email.to_lowercase(), kind, text("user_status")),
            )
        })
        .collect();
    assert_eq!(stored, listed);
    // Zoom no longer answers older days; what could not be read of them stays unknown.
    let oldest = world.last_day().plus(-LOOK_BACK);
    let mut rejected = store.rejected(world.id).await.unwrap();
    rejected.retain(|record| record.to.is_none_or(|to| to >= oldest));
    assert_eq!(rejected, []);
    // Around midnight yesterday is not reported to its end.
    let last = world.last_day().plus(-1);
    for stream in ["meetings", "sign_ins"] {
        let known = known_days(world, store, stream).await;
        let missing: Vec<Day> = last
            .plus(-LOOK_BACK)
            .to(last)
            .filter(|day| !known.contains(day))
            .collect();
        assert_eq!(missing, [], "days of {stream} that are unknown");
    }
}

/// Milliseconds after which Zoom reports the end of a meeting.
const LATE: i64 = 60 * 60 * 1000;

/// Days of a stream that count as known, up to yesterday.
async fn known_days(world: &World, store: &Store, stream: &str) -> BTreeSet<Day> {
    let coverage = store.coverage(world.id, stream).await.unwrap();
    let rejected = store.rejected(world.id).await.unwrap();
    let doubtful = |day: Day| {
        rejected.iter().any(|record| {
            record.stream == stream
                && record.from.is_none_or(|from| from <= day)
                && record.to.is_none_or(|to| day <= to)
        })
    };
    let settled = |day: Day, read: DayCoverage| match read.state {
        DayState::Complete => true,
        // Counts for the hours until it was read.
        DayState::Provisional => read.read_at >= day.plus(1).start().plus_ms(LATE),
    };
    let days = coverage.days.into_iter();
    days.filter(|&(day, read)| day <= world.last_day() && settled(day, read) && !doubtful(day))
        .map(|(day, _)| day)
        .collect()
}

async fn hosted(world: &World, store: &Store) -> BTreeMap<Day, i64> {
    let last = world.last_day();
    let days = store
        .hosted_per_day(world.id, last.plus(-400), last)
        .await
        .unwrap();
    days.into_iter()
        .map(|day| (day.day, day.meetings + day.webinars))
        .collect()
}

async fn sign_ins(world: &World, store: &Store) -> BTreeMap<Day, i64> {
    let filter = SignInFilter {
        to: Some(world.last_day()),
        ..SignInFilter::default()
    };
    let page = store.sign_ins(world.id, &filter, 1_000_000, None).await;
    let mut counts = BTreeMap::new();
    for row in page.unwrap().items {
        *counts.entry(row.at.day()).or_default() += 1;
    }
    counts
}

fn compare(
    known: &BTreeSet<Day>,
    wanted: &BTreeMap<Day, i64>,
    stored: &BTreeMap<Day, i64>,
    more: bool,
    of: &str,
) {
    let count = |counts: &BTreeMap<Day, i64>, day: &Day| counts.get(day).copied().unwrap_or(0);
    let wrong: Vec<_> = known
        .iter()
        .map(|day| (day.to_string(), count(wanted, day), count(stored, day)))
        .filter(|(_, wanted, stored)| stored < wanted || stored > wanted && !more)
        .collect();
    assert_eq!(wrong, [], "{of}: day, number at Zoom, number stored");
}

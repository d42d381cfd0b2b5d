//! Listings that expire, turn in circles, stutter or contradict themselves: the users end right, and
//! no user is removed because of a list that was not read to its end.

use std::sync::Mutex;

use model::{IntegrationId, RunState, StreamOutcome, User};
use serde_json::Value;
use testkit::database::Kind;
use testkit::install::Install;
use testkit::wire::Damage;
use zoom_sim::{Effect, Injection};

testkit::on_both_engines!(
    r05_expired_page_token_restarts_the_listing_whatever_the_page,
    r06_a_listing_in_circles_is_given_up_and_removes_nobody,
);

const EXPIRED: &str = r#"{"code":300,"message":"The next page token is invalid or expired."}"#;
/// Rows a page: with some 100 people the list has a dozen pages.
const ROWS: usize = 9;

/// An account whose list of users comes in many pages, and everybody in it.
async fn paged(kind: Kind) -> (Install, IntegrationId, Vec<User>) {
    let (install, id) = Install::connected(kind, 100).await;
    let install = install.reading(&["users"]);
    spoil(&install, Effect::ShortPage(ROWS));
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Complete);
    let users = install.users(id).await;
    assert!(users.len() > 5 * ROWS);
    (install, id, users)
}

fn spoil(install: &Install, effect: Effect) {
    install
        .zoom
        .sim
        .control()
        .inject(Injection::always("/users", effect));
}

/// Users as the listing gives them, without details.
fn listed(users: &[User]) -> Vec<(&str, &str, &str)> {
    users
        .iter()
        .map(|user| (&*user.key, &*user.email, &*user.display_name))
        .collect()
}

async fn assert_all_there(install: &Install, id: IntegrationId, before: &[User]) {
    assert_eq!(listed(&install.users(id).await), listed(before));
    assert!(install.removed(id).await.is_empty());
}

fn pages_of_active(install: &Install) -> usize {
    let seen = install.wire.seen_at("/v2/users");
    seen.iter()
        .filter(|seen| seen.parameters.contains("status=active"))
        .count()
}

async fn r05_expired_page_token_restarts_the_listing_whatever_the_page(kind: Kind) {
    let (install, id, before) = paged(kind).await;
    let pages = pages_of_active(&install);
    assert!(pages > 5);
    for page in 1..pages {
        install.wire.mend();
        install.wire.forget();
        install.wire.damage(
            Damage::answer("/v2/users", 400, EXPIRED)
                .with("status=active")
                .with("next_page_token=")
                .after(page - 1)
                .once(),
        );
        assert_eq!(install.sync(id).await, RunState::Complete, "page {page}");
        // Page one again, and from there to the end.
        assert_eq!(pages_of_active(&install), page + 1 + pages);
        assert_all_there(&install, id, &before).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r05_a_pause_longer_than_a_page_token_lives_restarts_the_listing() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    let clock = std::sync::Arc::clone(&install.clock);
    // The simulator itself lets the tokens expire: sixteen minutes pass before the ninth page.
    let pass = std::sync::Arc::new(move || clock.advance_ms(16 * 60 * 1000));
    install
        .zoom
        .sim
        .control()
        .inject(Injection::once("/users", 9, Effect::Run(pass)));
    install.wire.forget();
    assert_eq!(install.sync(id).await, RunState::Complete);
    let refused = install.wire.seen_at("/v2/users");
    assert!(refused.iter().any(|seen| seen.status == 400), "{refused:?}");
    assert_all_there(&install, id, &before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r05_page_tokens_that_always_expire_fail_the_listing_and_remove_nobody() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    install.wire.forget();
    spoil(&install, Effect::Run(std::sync::Arc::new(|| ())));
    install
        .wire
        .damage(Damage::answer("/v2/users", 400, EXPIRED).with("next_page_token="));
    assert_eq!(install.sync(id).await, RunState::Failed);
    assert_eq!(install.outcome(id, "users").await, StreamOutcome::Failed);
    assert!(install.wire.seen_at("/v2/users").len() < 30);
    assert_all_there(&install, id, &before).await;
    install.wire.mend();
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_all_there(&install, id, &before).await;
}

async fn r06_a_listing_in_circles_is_given_up_and_removes_nobody(kind: Kind) {
    for effect in [Effect::PageOneAgain, Effect::SameToken] {
        let (install, id, before) = paged(kind).await;
        spoil(&install, effect);
        install.wire.forget();
        assert_eq!(install.sync(id).await, RunState::Failed);
        let state = install.stream(id, "users").await;
        assert_eq!(state.outcome, StreamOutcome::Failed);
        assert!(state.reason.unwrap().contains("circle"));
        assert!(
            install.wire.seen_at("/v2/users").len() < 12,
            "{:?}",
            install.wire.seen()
        );
        assert_all_there(&install, id, &before).await;
        install.zoom.sim.control().clear_injections();
        assert_eq!(install.sync(id).await, RunState::Complete);
        assert_all_there(&install, id, &before).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r07_only_the_empty_token_ends_a_listing() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    // Pages of one row, an empty page with a token in the middle, and one full page.
    for rows in [1, before.len()] {
        install.zoom.sim.control().clear_injections();
        install
            .zoom
            .sim
            .control()
            .inject(Injection::once("/users", 3, Effect::ShortPage(0)));
        spoil(&install, Effect::ShortPage(rows));
        assert_eq!(
            install.sync(id).await,
            RunState::Complete,
            "{rows} rows a page"
        );
        assert_all_there(&install, id, &before).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r07_a_listing_that_ends_early_removes_nobody() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    // As if the first page were the last: the total shows that it was not.
    spoil(&install, Effect::NoToken);
    assert_eq!(install.sync(id).await, RunState::Failed);
    assert_all_there(&install, id, &before).await;
    assert_eq!(install.sync(id).await, RunState::Failed);
    assert_all_there(&install, id, &before).await;
}

/// Damage to the list of active users: a page's rows become what `edit` makes of the rows of the page
/// before and its own.
fn edit_rows(edit: impl Fn(&[Value], Vec<Value>) -> Vec<Value> + Send + Sync + 'static) -> Damage {
    let before = Mutex::new(Vec::new());
    Damage::edit_json("/v2/users", move |page| {
        let rows = page["users"].as_array().unwrap().clone();
        let mut before = before.lock().unwrap();
        page["users"] = edit(&before, rows.clone()).into();
        *before = rows;
    })
    .with("status=active")
}

#[tokio::test(flavor = "multi_thread")]
async fn r08_overlapping_and_reordered_pages_give_each_user_once_and_no_history() {
    let overlap = edit_rows(|before, mut rows| {
        rows.splice(0..0, before.iter().rev().take(5).rev().cloned());
        rows
    });
    let reorder = edit_rows(|_, mut rows| {
        rows.reverse();
        rows
    });
    let stutter = edit_rows(|_, mut rows| {
        rows.extend(rows.first().cloned());
        rows
    });
    for damage in [overlap, reorder, stutter] {
        let (install, id, before) = paged(Kind::Sqlite).await;
        install.wire.damage(damage);
        assert_eq!(install.sync(id).await, RunState::Complete);
        assert_eq!(install.last_run(id).await.totals.changed, 0);
        assert_all_there(&install, id, &before).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r08_a_page_that_comes_instead_of_the_next_one_loses_nobody() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    install
        .wire
        .damage(edit_rows(|before, _| before.to_vec()).after(3).once());
    install.wire.damage(edit_rows(|_, rows| rows));
    install.sync(id).await;
    assert_all_there(&install, id, &before).await;
    install.wire.mend();
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_all_there(&install, id, &before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r08_log_rows_that_come_twice_in_overlapping_windows_are_stored_once() {
    let (install, id) = Install::connected(Kind::Sqlite, 30).await;
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.store.dump().await.unwrap();
    // The days that can still change are read again, an hour and a day later, with other windows.
    install.clock.advance_ms(3_600_000);
    install.sync(id).await;
    let sign_ins = |dump: &str| {
        let lines: Vec<String> = dump
            .lines()
            .filter(|line| line.starts_with("sign_ins "))
            .map(str::to_owned)
            .collect();
        lines
    };
    let after = install.store.dump().await.unwrap();
    let (before, after) = (sign_ins(&before), sign_ins(&after));
    let distinct: std::collections::BTreeSet<_> = after.iter().collect();
    assert_eq!(distinct.len(), after.len());
    assert!(before.iter().all(|row| distinct.contains(row)));
}

#[tokio::test(flavor = "multi_thread")]
async fn r10_a_list_that_contradicts_its_total_removes_nobody() {
    for more in [-1, 1, 1_000_000] {
        let (install, id, before) = paged(Kind::Sqlite).await;
        let gone = before
            .iter()
            .find(|user| user.external_id.is_some())
            .unwrap();
        assert!(install.zoom.sim.control().delete_user(0, &gone.key));
        spoil(&install, Effect::TotalRecords(more));
        for _ in 0..3 {
            assert_eq!(install.sync(id).await, RunState::Failed);
            assert_all_there(&install, id, &before).await;
        }
        let reason = install.stream(id, "users").await.reason.unwrap();
        assert!(
            reason.contains("no user is removed because of this list"),
            "{reason}"
        );
        // Once the list agrees with itself, the absent user is removed.
        install.zoom.sim.control().clear_injections();
        assert_eq!(install.sync(id).await, RunState::Complete);
        assert_eq!(install.removed(id).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r39_an_unreadable_user_record_removes_nobody_and_keeps_no_other_user_that_left() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    install.wire.damage(edit_rows(|_, mut rows| {
        if let Some(row) = rows.first_mut() {
            row["id"] = serde_json::json!({ "not": "an id" });
        }
        rows
    }));
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    let reason = install.stream(id, "users").await.reason.unwrap();
    assert!(reason.contains("could not be understood"), "{reason}");
    assert_all_there(&install, id, &before).await;
    assert!(!install.store.rejected(id).await.unwrap().is_empty());
    // Whoever is looked up and does not exist has left, whatever the list is like.
    let gone = before
        .iter()
        .rfind(|user| user.external_id.is_some())
        .unwrap();
    assert!(install.zoom.sim.control().delete_user(0, &gone.key));
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    let removed = install.removed(id).await;
    assert_eq!(removed.len(), 1, "{removed:?}");
    assert_eq!(removed[0].key, gone.key);
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_users_that_still_exist_disprove_a_short_list_that_agrees_with_its_total() {
    let (install, id) = Install::connected(Kind::Sqlite, 400).await;
    let install = install.reading(&["users"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.users(id).await;
    // As after a change of the administrator's role: a few users, and a total of as many.
    install.wire.damage(
        Damage::edit_json("/v2/users", |page| {
            page["users"].as_array_mut().unwrap().truncate(8);
            page["total_records"] = page["users"].as_array().unwrap().len().into();
            page["next_page_token"] = "".into();
        })
        .with("status=active"),
    );
    for _ in 0..3 {
        assert_eq!(install.sync(id).await, RunState::Incomplete);
        assert_all_there(&install, id, &before).await;
        let reason = install.stream(id, "users").await.reason.unwrap();
        assert!(reason.contains("that it still has"), "{reason}");
    }
    install.wire.mend();
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(install.stream(id, "users").await.reason, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn r33_many_users_that_left_at_once_are_looked_up_before_they_are_removed() {
    let (install, id) = Install::connected(Kind::Sqlite, 400).await;
    let install = install.reading(&["users"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.users(id).await;
    let leaving: Vec<_> = before
        .iter()
        .filter(|user| user.external_id.is_some())
        .take(120)
        .collect();
    for user in &leaving {
        assert!(install.zoom.sim.control().delete_user(0, &user.key));
    }
    let mut gone = 0;
    let mut runs = 0;
    while gone < leaving.len() {
        assert!(runs < 4, "{gone} after {runs} runs");
        install.sync(id).await;
        let now = install.removed(id).await.len();
        assert!(now > gone && now - gone <= 60, "{now} after {gone}");
        (gone, runs) = (now, runs + 1);
    }
    assert_eq!(install.sync(id).await, RunState::Complete);
    assert_eq!(install.removed(id).await.len(), leaving.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn r43_a_large_list_that_moved_while_it_was_read_defers_removals_only() {
    let (install, id) = Install::connected(Kind::Sqlite, 2_500).await;
    let install = install.reading(&["users"]);
    assert_eq!(install.sync(id).await, RunState::Complete);
    let before = install.users(id).await;
    let moved = Damage::edit_json("/v2/users", |page| {
        page["total_records"] = (page["total_records"].as_i64().unwrap() + 1).into();
    });
    install.wire.damage(moved.with("status=active"));
    assert_eq!(install.sync(id).await, RunState::Incomplete);
    assert_eq!(install.outcome(id, "users").await, StreamOutcome::Complete);
    assert_all_there(&install, id, &before).await;
    install.wire.mend();
    assert_eq!(install.sync(id).await, RunState::Complete);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_added_and_deleted_while_a_listing_goes_on_neither_lose_nor_resurrect_anybody() {
    let (install, id, before) = paged(Kind::Sqlite).await;
    let control = install.zoom.sim.control();
    let active: Vec<_> = before
        .iter()
        .filter(|user| user.external_id.is_some())
        .collect();
    let (early, late) = (active[5].key.clone(), active[active.len() - 5].key.clone());
    for (page, key) in [(4, early.clone()), (7, late.clone())] {
        let control = control.clone();
        let delete = std::sync::Arc::new(move || {
            control.delete_user(0, &key);
            control.create_user(0);
        });
        install
            .zoom
            .sim
            .control()
            .inject(Injection::once("/users", page, Effect::Run(delete)));
    }
    install.sync(id).await;
    // Present during the whole listing: still there.
    let during = install.users(id).await;
    for user in before
        .iter()
        .filter(|user| user.key != early && user.key != late)
    {
        assert!(
            during.iter().any(|there| there.key == user.key),
            "{} was lost",
            user.email
        );
    }
    // And one quiet sync converges.
    install.zoom.sim.control().clear_injections();
    assert_eq!(install.sync(id).await, RunState::Complete);
    let after = install.users(id).await;
    assert!(
        after
            .iter()
            .all(|user| user.key != early && user.key != late)
    );
    assert_eq!(after.len(), before.len());
    assert_eq!(install.removed(id).await.len(), 2);
}

//! Zoom says "too many": per second in every form, and for the rest of the day.

use std::sync::Arc;

use model::{RunState, StreamOutcome};
use testkit::clock::moment;
use testkit::database::Kind;
use testkit::install::{Install, difference};
use tokio_util::sync::CancellationToken;
use zoom::pacer::{Category, Limits, Plan};
use zoom_sim::{Effect, Injection, LimitHeaders};

use crate::counting::CountedWorker;

testkit::on_both_engines!(r11_the_daily_limit_postpones_to_midnight_and_survives_a_restart);

#[tokio::test(flavor = "multi_thread")]
async fn r11_a_limit_per_second_is_waited_out_whatever_its_headers_say() {
    let forms = [
        LimitHeaders::Usual,
        LimitHeaders::All,
        LimitHeaders::None,
        LimitHeaders::Seconds,
        LimitHeaders::HttpDate,
        LimitHeaders::Contradicting,
    ];
    let one = async |headers: LimitHeaders| {
        let (install, id) = Install::connected(Kind::Sqlite, 20).await;
        let install = install.reading(&["users", "groups"]);
        let effect = Effect::Limited {
            daily: false,
            headers,
        };
        install
            .zoom
            .sim
            .control()
            .inject(Injection::once("/groups", 1, effect));
        assert_eq!(install.sync(id).await, RunState::Complete, "{headers:?}");
        assert_eq!(
            install.outcome(id, "groups").await,
            StreamOutcome::Complete,
            "{headers:?}"
        );
        assert_eq!(install.last_run(id).await.totals.refused, 1, "{headers:?}");
        let groups = install.wire.seen_at("/v2/groups");
        assert_eq!(
            groups.iter().map(|seen| seen.status).collect::<Vec<_>>(),
            [429, 200]
        );
    };
    futures_util::future::join_all(forms.map(one)).await;
}

async fn r11_the_daily_limit_postpones_to_midnight_and_survives_a_restart(kind: Kind) {
    let (install, id) = Install::connected(kind, 40).await;
    // The 4th request for sign-ins is one too many for today.
    let effect = Effect::Limited {
        daily: true,
        headers: LimitHeaders::Usual,
    };
    let control = install.zoom.sim.control();
    control.inject(Injection {
        path: "/report/activities".to_owned(),
        nth: 4,
        times: 1_000,
        effect,
    });

    assert_eq!(install.sync(id).await, RunState::Postponed);

    let state = install.stream(id, "sign_ins").await;
    assert_eq!(state.outcome, StreamOutcome::QuotaExhausted, "{state:?}");
    assert!(state.reason.unwrap().contains("2026-11-24 00:00:00 UTC"));
    for stream in ["users", "user_settings", "groups", "account_settings"] {
        assert_eq!(
            install.outcome(id, stream).await,
            StreamOutcome::Complete,
            "{stream}"
        );
    }
    let midnight = moment("2026-11-24T00:00:00Z");
    assert_eq!(install.integration(id).await.next_run_at, midnight);
    // Requests under way when Zoom refused had been sent; none was made after its answer.
    let refused = install.wire.seen_at("/report/activities");
    assert!(
        refused.iter().filter(|seen| seen.status == 429).count() <= 12,
        "{refused:?}"
    );

    // After a restart no request is made before midnight.
    let second = CountedWorker::new(&install, "second").await;
    let (engine, wire) = (second.engine.clone(), Arc::clone(&second.wire));
    let stop = CancellationToken::new();
    let worker = tokio::spawn({
        let (engine, stop) = (engine.clone(), stop.clone());
        async move { engine.work(stop).await }
    });
    second.looks_again().await;
    assert!(wire.seen().is_empty(), "{:?}", wire.seen());
    // At midnight it goes on, by itself, and to the end.
    control.clear_injections();
    install.clock.set(midnight);
    engine.wake();
    testkit::wait::until("the run of the new day ends", async || {
        let run = install.last_run(id).await;
        (run.run == 2 && run.state == RunState::Complete).then_some(())
    })
    .await;
    stop.cancel();
    worker.await.unwrap();

    // And the data equal those of an account that was never refused.
    let (quiet, other) = Install::connected(kind, 40).await;
    quiet.clock.set(midnight);
    assert_eq!(quiet.sync(other).await, RunState::Complete);
    let (ours, theirs) = (
        install.store.dump().await.unwrap(),
        quiet.store.dump().await.unwrap(),
    );
    let history = |dump: &str| {
        let lines = dump.lines().filter(|line| {
            ["sign_ins ", "sign_in_months ", "events ", "admin_changes "]
                .iter()
                .any(|table| line.starts_with(table))
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    // The window of the first day reached a day further back.
    let lost = difference(&history(&theirs), &history(&ours));
    assert!(lost.lines().all(|line| line.starts_with('+')), "{lost}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_the_own_daily_budget_is_kept_across_restarts() {
    let (install, id) = Install::connected(Kind::Sqlite, 20).await;
    let engine_with = |allowed: u64| {
        let limits = Limits::of(Plan::Business, 100)
            .with_rate(Category::Heavy, None)
            .with_rate(Category::Medium, None)
            .with_rate(Category::Light, None)
            .with_per_day(Category::Heavy, Some(allowed));
        install.engine_with_limits(limits)
    };
    let heavy = || {
        let seen = install.wire.seen();
        seen.iter()
            .filter(|seen| seen.path.contains("/report/"))
            .count()
    };
    // A process that may make ten heavy requests a day, and then a new one that may make twelve.
    for (allowed, made) in [(10, 10), (12, 12), (12, 12)] {
        let state = engine_with(allowed)
            .sync_now(id, CancellationToken::new())
            .await
            .unwrap();
        assert_eq!(state, RunState::Postponed);
        assert_eq!(heavy(), made);
    }
    let today = install.clock_day();
    let used = install.store.daily_requests(id, today).await.unwrap();
    let used: i64 = used
        .iter()
        .filter(|(category, _)| category == "heavy")
        .map(|(_, count)| count)
        .sum();
    assert_eq!(used, 12);
}

//! The pace: near the target, never above the limit in any window, in order, and with daily limits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use tokio::time::Instant;
use zoom::pacer::{Category, DailyLimit, Limits, Pacer, Plan, Rate, Retry};

use crate::script::{clock, noon_and};

const SECOND: Duration = Duration::from_secs(1);

fn pacer(limits: Limits) -> Arc<Pacer> {
    Arc::new(Pacer::new(limits, clock(), &[]))
}

/// Times of `count` requests by `callers`, each of which takes `latency` per request.
async fn run(
    pacer: &Arc<Pacer>,
    category: Category,
    count: usize,
    callers: usize,
    latency: Duration,
) -> Vec<Instant> {
    let times = Arc::new(Mutex::new(Vec::new()));
    let callers: Vec<_> = (0..callers)
        .map(|_| {
            let (pacer, times) = (Arc::clone(pacer), Arc::clone(&times));
            tokio::spawn(async move {
                loop {
                    pacer.acquire(category).await.unwrap();
                    {
                        let mut times = times.lock().unwrap();
                        if times.len() >= count {
                            return;
                        }
                        times.push(Instant::now());
                    }
                    tokio::time::sleep(latency).await;
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
    let mut times = times.lock().unwrap().clone();
    times.sort();
    times
}

/// The most requests in any half-open window of this length.
fn densest(times: &[Instant], window: Duration) -> usize {
    (0..times.len())
        .map(|start| {
            times[start..]
                .iter()
                .take_while(|at| **at - times[start] < window)
                .count()
        })
        .max()
        .unwrap_or(0)
}

fn only(rate: Rate) -> Limits {
    Limits::unlimited().with_rate(Category::Light, Some(rate))
}

#[tokio::test(start_paused = true)]
async fn the_target_rate_is_reached_within_a_hundredth() {
    for per_second in [1, 4, 10, 30, 40, 80, 1000] {
        let rate = Rate::share(2 * per_second, SECOND, 50);
        let pacer = pacer(only(rate));
        let count = per_second as usize * 20;
        let times = run(&pacer, Category::Light, count, 8, Duration::from_millis(3)).await;
        let took = *times.last().unwrap() - times[0];
        let ideal = SECOND * (20 * per_second - 1) / per_second;
        assert!(
            took <= ideal.mul_f64(1.01),
            "{per_second}/s: {took:?} instead of {ideal:?}"
        );
        assert!(
            took >= ideal.mul_f64(0.98),
            "{per_second}/s: {took:?} instead of {ideal:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_full_limit_is_used_to_ninety_nine_parts_and_never_exceeded() {
    for (plan, category, limit) in [
        (Plan::Free, Category::Medium, 2),
        (Plan::Pro, Category::Medium, 20),
        (Plan::Business, Category::Light, 80),
        (Plan::Business, Category::Heavy, 40),
    ] {
        let pacer = pacer(Limits::of(plan, 100));
        let times = run(&pacer, category, limit * 20, 8, Duration::from_millis(1)).await;
        assert!(densest(&times, SECOND) <= limit, "{plan:?} {category:?}");
        let took = *times.last().unwrap() - times[0];
        assert!(
            took <= SECOND.mul_f64(20.0 / 0.99),
            "{plan:?} {category:?}: {took:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn without_limits_nothing_waits() {
    let pacer = pacer(Limits::unlimited());
    let start = Instant::now();
    for _ in 0..10_000 {
        pacer.acquire(Category::Heavy).await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn an_idle_time_saves_up_no_burst() {
    let pacer = pacer(Limits::of(Plan::Pro, 50));
    pacer.acquire(Category::Medium).await.unwrap();
    tokio::time::sleep(Duration::from_hours(1)).await;
    let times = run(&pacer, Category::Medium, 30, 4, Duration::ZERO).await;
    assert!(densest(&times, Duration::from_millis(100)) <= 3);
    assert!(densest(&times, SECOND) <= 12);
}

#[tokio::test(start_paused = true)]
async fn resource_intensive_requests_count_by_the_minute() {
    let pacer = pacer(Limits::of(Plan::Pro, 100));
    let category = Category::ResourceIntensive;
    let times = run(&pacer, category, 40, 2, Duration::from_millis(5)).await;
    assert!(densest(&times, Duration::from_mins(1)) <= 10);
}

#[tokio::test(start_paused = true)]
async fn who_comes_first_goes_first_and_categories_do_not_wait_for_each_other() {
    let pacer = pacer(Limits::of(Plan::Pro, 50));
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for n in 0..20 {
        let (pacer, order) = (Arc::clone(&pacer), Arc::clone(&order));
        tasks.push(tokio::spawn(async move {
            pacer.acquire(Category::Heavy).await.unwrap();
            order.lock().unwrap().push(n);
        }));
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    pacer.acquire(Category::Light).await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(5));
    assert!(pacer.counts()[2].waiting > 10);
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), (0..20).collect::<Vec<_>>());
    assert_eq!(pacer.counts()[2].waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_takes_no_slot() {
    let pacer = pacer(Limits::of(Plan::Free, 50)); // one HEAVY request in two seconds
    pacer.acquire(Category::Heavy).await.unwrap();
    for _ in 0..5 {
        let waiting = pacer.acquire(Category::Heavy);
        assert!(
            tokio::time::timeout(Duration::from_millis(100), waiting)
                .await
                .is_err()
        );
    }
    let start = Instant::now();
    pacer.acquire(Category::Heavy).await.unwrap();
    assert!(
        start.elapsed() <= Duration::from_millis(1502),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(pacer.counts()[2].requests, 2);
}

#[tokio::test(start_paused = true)]
async fn r11_the_daily_pool_is_shared_ends_at_the_share_and_starts_again_at_midnight() {
    let used = [
        (Category::Heavy, 14_990),
        (Category::ResourceIntensive, 8),
        (Category::Light, 9),
    ];
    let pacer = Pacer::new(Limits::of(Plan::Pro, 50), clock(), &used);
    pacer.acquire(Category::Heavy).await.unwrap();
    pacer.acquire(Category::ResourceIntensive).await.unwrap();
    let start = Instant::now();
    for category in [Category::Heavy, Category::ResourceIntensive] {
        let limit = pacer.acquire(category).await.unwrap_err();
        assert_eq!(
            limit,
            DailyLimit {
                resume_at: noon_and(12 * 3600)
            }
        );
    }
    assert_eq!(start.elapsed(), Duration::ZERO, "refused without waiting");
    pacer.acquire(Category::Medium).await.unwrap();
    tokio::time::sleep(Duration::from_hours(12)).await;
    pacer.acquire(Category::Heavy).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_put_right_neither_gives_a_day_twice_nor_takes_days_away() {
    let offset = Arc::new(AtomicU64::new(2 * 12 * 3600));
    let clock = Arc::clone(&offset);
    let now: zoom::SharedNow = Arc::new(move || noon_and(clock.load(Ordering::Relaxed)));
    let limits = Limits::unlimited().with_per_day(Category::Heavy, Some(1));
    let pacer = Pacer::new(limits, now, &[]);
    pacer.acquire(Category::Heavy).await.unwrap();
    offset.store(0, Ordering::Relaxed);
    assert!(pacer.acquire(Category::Heavy).await.is_err());
    offset.store(400 * 24 * 3600, Ordering::Relaxed);
    pacer.acquire(Category::Heavy).await.unwrap();
    offset.store(2 * 24 * 3600, Ordering::Relaxed);
    pacer.acquire(Category::Heavy).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn free_accounts_have_daily_limits_of_their_own() {
    let used = [
        (Category::Light, 3_000),
        (Category::Medium, 999),
        (Category::Heavy, 499),
    ];
    let pacer = Pacer::new(Limits::of(Plan::Free, 50), clock(), &used);
    assert!(pacer.acquire(Category::Light).await.is_err());
    pacer.acquire(Category::Medium).await.unwrap();
    assert!(pacer.acquire(Category::Medium).await.is_err());
    pacer.acquire(Category::ResourceIntensive).await.unwrap();
    pacer.acquire(Category::Heavy).await.unwrap();
    assert!(pacer.acquire(Category::Heavy).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn r11_a_refusal_holds_its_category_and_slows_it_down_for_a_while() {
    let pacer = pacer(Limits::of(Plan::Pro, 50));
    pacer.acquire(Category::Medium).await.unwrap();
    // Three requests were under way; their refusals are one event.
    for _ in 0..3 {
        pacer.refused(Category::Medium, Some(Retry::After(Duration::from_secs(5))));
    }
    let start = Instant::now();
    pacer.acquire(Category::Light).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
    pacer.acquire(Category::Medium).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(5));
    let slow = run(&pacer, Category::Medium, 20, 4, Duration::ZERO).await;
    assert!(
        densest(&slow, SECOND) <= 9,
        "slower than the ten per second before"
    );
    assert!(densest(&slow, SECOND) >= 6, "but only by a third");
    tokio::time::sleep(Duration::from_mins(1)).await;
    let again = run(&pacer, Category::Medium, 40, 4, Duration::ZERO).await;
    assert!(densest(&again, SECOND) >= 10);
    assert_eq!(pacer.counts()[1].refused, 3);
}

#[tokio::test(start_paused = true)]
async fn r12_refusals_in_a_row_wait_longer_each_time_up_to_a_minute() {
    let pacer = pacer(Limits::unlimited());
    let mut waits = Vec::new();
    for _ in 0..9 {
        pacer.refused(Category::Heavy, None);
        let start = Instant::now();
        pacer.acquire(Category::Heavy).await.unwrap();
        waits.push(start.elapsed().as_secs());
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    pacer.accepted(Category::Heavy);
    pacer.refused(Category::Heavy, None);
    let start = Instant::now();
    pacer.acquire(Category::Heavy).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_use_of_the_day_is_handed_over_once() {
    let pacer = pacer(Limits::unlimited());
    for category in [Category::Heavy, Category::Light, Category::Heavy] {
        pacer.acquire(category).await.unwrap();
    }
    assert_eq!(
        pacer.take_counts(),
        [(Category::Light, 1), (Category::Heavy, 2)]
    );
    assert_eq!(pacer.take_counts(), []);
    assert_eq!(pacer.counts()[2].requests, 2);
}

#[test]
fn names_of_categories_are_stable() {
    for category in Category::ALL {
        assert_eq!(Category::parse(category.as_str()), Some(category));
    }
    assert_eq!(Category::ResourceIntensive.as_str(), "resource_intensive");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_window_ever_holds_more_than_zooms_limit(
        ceiling in 1_u32..60, percent in 1_u8..=100, callers in 1_usize..9,
        latency_ms in 0_u64..400, idle_ms in 0_u64..3000,
    ) {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let pacer = pacer(only(Rate::share(ceiling, SECOND, percent)));
            let latency = Duration::from_millis(latency_ms);
            let mut times = run(&pacer, Category::Light, 60, callers, latency).await;
            tokio::time::sleep(Duration::from_millis(idle_ms)).await;
            times.extend(run(&pacer, Category::Light, 60, callers, latency).await);
            times.sort();
            assert!(densest(&times, SECOND) <= ceiling as usize);
        });
    }
}

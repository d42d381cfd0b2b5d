//! R02, R50: the process is killed at random moments of a sync, again and again, which shows that the named
//! crash points miss nothing.
//!
//! `SEATWISE_KILLS=200` kills so often on each engine instead of the usual number, and `SEATWISE_SEED`
//! chooses other moments.

use std::time::Instant;

use testkit::database::Kind;
use testkit::install::difference;
use testkit::random::Seeded;
use zoom_sim::RefreshMode;

use crate::crash::{connected, dump, sync};
use crate::program::seatwise_with;

testkit::on_both_engines!(r02_r50_kills_at_random_moments_lose_nothing_and_repeat_little);

/// Kills on each engine in a usual run.
const USUAL: u64 = 12;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[expect(
    clippy::print_stderr,
    reason = "the figures are the result of a long run"
)]
async fn r02_r50_kills_at_random_moments_lose_nothing_and_repeat_little(kind: Kind) {
    let (install, id) = connected(kind, RefreshMode::Grace(3_600)).await;
    let requests = || install.zoom.sim.stats().total();
    let quiet = install.database.copy();
    let (before, began) = (requests(), Instant::now());
    let ended = sync(&install, &quiet, "").await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let (undisturbed, took) = (requests() - before, began.elapsed());
    let wanted = dump(&install, &quiet).await;

    let random = Seeded::new(setting("SEATWISE_SEED", 1));
    let (kills, mut killed, mut ratios) = (setting("SEATWISE_KILLS", USUAL), 0, Vec::new());
    while killed < kills {
        let database = install.database.copy();
        let (before, mut lives) = (requests(), 0_u32);
        loop {
            lives += 1;
            let moment = took.mul_f64(
                f64::from(u32::try_from(random.number() >> 32).unwrap()) / f64::from(u32::MAX),
            );
            let program = seatwise_with(&database, &install.zoom);
            let running = program.start(&["sync", "--json"]);
            let process = running.id().to_string();
            let ended = {
                let finish = running.finish();
                tokio::pin!(finish);
                tokio::select! {
                    ended = &mut finish => ended,
                    () = tokio::time::sleep(moment) => {
                        let signal = std::process::Command::new("kill")
                            .args(["-KILL", &process])
                            .status();
                        assert!(signal.is_ok());
                        finish.await
                    }
                }
            };
            if ended.code == Some(0) {
                break;
            }
            assert_eq!(ended.code, None, "{}{}", ended.out, ended.err);
            killed += 1;
            database.let_lease_run_out(id).await;
            assert!(lives < 100, "it never comes to its end");
        }
        let ours = dump(&install, &database).await;
        assert_eq!(difference(&wanted, &ours), "", "after {lives} lives");
        #[expect(clippy::cast_precision_loss, reason = "numbers of requests are small")]
        ratios.push((requests() - before) as f64 / undisturbed as f64);
    }
    let largest = ratios.iter().copied().fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "a small number")]
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    eprintln!(
        "{killed} kills in {} syncs of {undisturbed} requests: {mean:.2} times the requests, at most {largest:.2}",
        ratios.len(),
    );
}

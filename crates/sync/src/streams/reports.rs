//! Reports that are read by the month: who hosted and who did not, and the account's daily totals.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use store::{HostReport, SyncWrite};
use zoom::types::ReportUser;
use zoom::{Client, Page, PageToken, ReportKind};

use super::declared;
use super::history::{Lanes, PAGE_SIZE, Report, Rows, chain, covered, windows};
use super::users::key_hash;
use crate::plan::{self, Window};
use crate::run::{Run, Stop};
use crate::zoom::application::stream::{DAILY_USAGE, HOST_REPORTS};
use crate::zoom::map;

pub(crate) async fn read_hosts(run: &Run<'_>, lanes: &Lanes) -> Result<(), Stop> {
    let coverage = run.store.coverage(run.integration.id, HOST_REPORTS).await?;
    let due = plan::month_windows(&coverage, run.began)
        .into_iter()
        .map(|window| (window, read_month(run, window).boxed()))
        .collect();
    windows(run, declared(HOST_REPORTS), due, lanes).await
}

/// Both kinds, and only then the month's coverage: with active hosts alone, silence would mean
/// nothing.
async fn read_month(run: &Run<'_>, window: Window) -> Result<(), Stop> {
    chain(run, &Hosts(ReportKind::Active), window).await?;
    chain(run, &Hosts(ReportKind::Inactive), window).await
}

struct Hosts(ReportKind);

impl Report for Hosts {
    type Item = ReportUser;
    type Memory = ();
    const STREAM: &'static str = HOST_REPORTS;

    fn fetch<'a>(
        &'a self,
        client: &'a Client,
        from: &'a str,
        to: &'a str,
        next: Option<&'a PageToken>,
    ) -> BoxFuture<'a, Result<Page<ReportUser>, zoom::Error>> {
        client
            .report_users(self.0, from, to, PAGE_SIZE, next)
            .boxed()
    }

    fn rows(&self, window: Window, items: &[ReportUser], (): &mut ()) -> Rows {
        let hosts: Vec<HostReport> = items.iter().filter_map(map::host_report).collect();
        let fingerprint = hosts.iter().fold(0_u64, |sum, host| {
            sum.rotate_left(5) ^ key_hash(&host.email)
        });
        Rows {
            fingerprint,
            count: hosts.len(),
            writes: vec![SyncWrite::HostReports {
                from: window.from,
                to: window.to,
                hosts,
            }],
        }
    }

    fn completes(&self) -> bool {
        self.0 == ReportKind::Inactive
    }
}

pub(crate) async fn read_daily(run: &Run<'_>) -> Result<(), Stop> {
    let stream = declared(DAILY_USAGE);
    let coverage = run.store.coverage(run.integration.id, DAILY_USAGE).await?;
    let due = plan::month_windows(&coverage, run.began);
    let oldest = due.iter().map(|window| window.from).min();
    run.update(DAILY_USAGE, |state| {
        state.since = state.since.into_iter().chain(oldest).min();
    });
    for window in due {
        let read_at = run.config.clock.now();
        let (year, month, _) = window.from.ymd();
        let month = month.unsigned_abs();
        let report = run
            .need(stream, run.client.report_daily(year, month))
            .await?;
        let days: Vec<_> = map::daily(&report)
            .into_iter()
            .filter(|(day, _)| *day <= run.began.day())
            .collect();
        let count = days.len();
        let mut writes = vec![SyncWrite::DailyUsage(days)];
        writes.extend(covered(DAILY_USAGE, window, read_at));
        run.apply(DAILY_USAGE, count, writes).await?;
    }
    Ok(())
}

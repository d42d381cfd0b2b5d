//! Account-wide data, coverage and checkpoints.

use model::{Day, DayCoverage, DayState};
use store::{HostReportPeriod, SyncWrite};

use crate::history::{host_report, usage};
use crate::support::{NOW, day, on_both_engines};

on_both_engines! {
    async fn data_of_the_account_is_read_back(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let (one, two) = (day("2026-02-01"), day("2026-02-02"));
        let days = vec![(two, usage(5)), (one, usage(4)), (one, usage(3))];
        assert_eq!(setup.apply(&lease, SyncWrite::DailyUsage(days)).await.changed, 2);
        assert_eq!(setup.apply(&lease, SyncWrite::DailyUsage(vec![(one, usage(9))])).await.changed, 1);
        assert_eq!(store.daily_usage(id, one, two).await.unwrap(), [(one, usage(9)), (two, usage(5))]);
        assert_eq!(store.daily_usage(id, two, two).await.unwrap().len(), 1);

        let hosts = vec![host_report("bob@example.com", 1), host_report("ann@example.com", 2)];
        let reports = SyncWrite::HostReports { from: one, to: two, hosts };
        assert_eq!(setup.apply(&lease, reports.clone()).await.changed, 2);
        assert_eq!(setup.apply(&lease, reports).await.changed, 0);
        let read = store.host_reports(id, one, two).await.unwrap();
        let expected = |host| HostReportPeriod { from: one, to: two, host };
        assert_eq!(read, [
            expected(host_report("ann@example.com", 2)), expected(host_report("bob@example.com", 1)),
        ]);
        assert_eq!(store.host_reports(id, one, one).await.unwrap(), []);

        let settings = |json: &str| SyncWrite::AccountSettings {
            section: "settings".to_owned(), json: json.to_owned(),
        };
        assert_eq!(setup.apply(&lease, settings(r#"{"a":1}"#)).await.changed, 1);
        let later = NOW.plus_seconds(60);
        let same = store.apply(&lease, vec![settings(r#"{"a":1}"#)], later).await.unwrap();
        assert_eq!(same.changed, 0);
        assert_eq!(store.account_settings(id).await.unwrap()[0].read_at, NOW);
        store.apply(&lease, vec![settings(r#"{"a":2}"#)], later).await.unwrap();
        let read = &store.account_settings(id).await.unwrap()[0];
        assert_eq!((read.section.as_str(), read.json.as_str()), ("settings", r#"{"a":2}"#));
        assert_eq!(read.read_at, later);
    }

    async fn coverage_and_checkpoints_contain_the_progress_of_a_stream(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let (one, two, three) = (day("2026-02-01"), day("2026-02-02"), day("2026-02-03"));
        let covered = |days: &[Day], state| SyncWrite::Coverage {
            stream: "meetings", days: days.to_vec(), state, read_at: NOW,
        };
        let first = setup.apply(&lease, covered(&[one, two, three], DayState::Complete)).await;
        assert_eq!((first.changed, first.revision), (0, 1));
        let again = setup.apply(&lease, covered(&[one, two], DayState::Complete)).await;
        assert_eq!(again.revision, 1);
        let better = setup.apply(&lease, covered(&[three], DayState::Provisional)).await;
        assert_eq!(better.revision, 2);
        setup.apply(&lease, covered(&[], DayState::Complete)).await;
        let coverage = store.coverage(id, "meetings").await.unwrap();
        assert!(coverage.covers(one, three));
        assert_eq!(coverage.days[&three], DayCoverage { state: DayState::Provisional, read_at: NOW });
        assert_eq!(coverage.days[&one].state, DayState::Complete);
        assert!(store.coverage(id, "sign_ins").await.unwrap().days.is_empty());

        let note = |key: &str, value: Option<&str>| SyncWrite::Checkpoint {
            stream: "users", key: key.to_owned(), value: value.map(str::to_owned),
        };
        setup.apply(&lease, note("page", Some("1"))).await;
        setup.apply(&lease, note("generation", Some("7"))).await;
        setup.apply(&lease, note("page", Some("2"))).await;
        assert_eq!(store.checkpoint(id, "users", "page").await.unwrap().as_deref(), Some("2"));
        assert_eq!(store.checkpoints(id, "users").await.unwrap().len(), 2);
        setup.apply(&lease, note("page", None)).await;
        assert_eq!(store.checkpoint(id, "users", "page").await.unwrap(), None);
    }
}

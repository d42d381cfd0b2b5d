//! Activity of users: stored once however often it arrives, summed, listed in pages.

use std::collections::BTreeSet;

use model::{
    AdminChange, DailyUsage, Day, EventKind, HostReport, HostedEvent, IntegrationId, SignIn,
    SignInKind, SignInMonth,
};
use store::{
    AdminChangeFilter, Error, HistoryKind, HistoryPage, HostedDay, SignInDay, SignInFilter, Store,
    SyncWrite,
};

use crate::support::{Setup, at, day, on_both_engines};

pub(crate) fn sign_in(moment: &str, email: &str) -> SignIn {
    SignIn {
        at: at(moment),
        email: email.to_owned(),
        kind: SignInKind::In,
        client: "Windows".to_owned(),
        version: "6.2.1".to_owned(),
        network: "192.0.2.0/24".to_owned(),
        ordinal: 0,
    }
}

pub(crate) fn event(id: &str, host: &str, start: &str) -> HostedEvent {
    HostedEvent {
        id: id.to_owned(),
        kind: EventKind::Meeting,
        host: host.to_owned(),
        start: at(start),
        end: at(start).plus_seconds(1800),
        minutes: 30,
        participants: Some(4),
        peak_viewers: None,
        features: 5,
    }
}

fn change(moment: &str, operator: &str, action: &str, detail: &str) -> AdminChange {
    AdminChange {
        at: at(moment),
        operator: operator.to_owned(),
        category: "User".to_owned(),
        action: action.to_owned(),
        detail: detail.to_owned(),
        ordinal: 0,
    }
}

pub(crate) fn host_report(email: &str, meetings: i64) -> HostReport {
    HostReport {
        external_id: format!("id of {email}"),
        email: email.to_owned(),
        meetings,
        participants: Some(7),
        minutes: Some(90),
    }
}

pub(crate) fn usage(meetings: i64) -> DailyUsage {
    DailyUsage {
        new_users: Some(1),
        meetings: Some(meetings),
        participants: Some(3),
        meeting_minutes: None,
    }
}

/// A few rows of every kind of history.
pub(crate) fn some_of_everything() -> Vec<SyncWrite> {
    let mut writes = everything_of("ann@example.com");
    writes[0] = SyncWrite::SignIns(vec![
        sign_in("2026-03-01T08:00:00Z", "ann@example.com"),
        sign_in("2026-03-01T09:00:00Z", "bob@example.com"),
    ]);
    writes
}

/// A row of every history, about this address.
pub(crate) fn everything_of(email: &str) -> Vec<SyncWrite> {
    vec![
        SyncWrite::SignIns(vec![sign_in("2026-03-01T08:00:00Z", email)]),
        SyncWrite::Events(vec![event(
            &format!("e-{}", email.len()),
            email,
            "2026-03-01T10:00:00Z",
        )]),
        SyncWrite::AdminChanges(vec![change("2026-03-01T11:00:00Z", email, "Add", email)]),
        SyncWrite::DailyUsage(vec![(day("2026-03-01"), usage(2))]),
        SyncWrite::HostReports {
            from: day("2026-02-01"),
            to: day("2026-02-28"),
            hosts: vec![host_report(email, 3)],
        },
        SyncWrite::Groups(vec![model::Group {
            id: "g-1".to_owned(),
            name: "One".to_owned(),
            total_members: None,
        }]),
    ]
}

pub(crate) async fn months(store: &Store, id: IntegrationId) -> Vec<SignInMonth> {
    let mut months = Vec::new();
    store
        .for_each_sign_in_month(id, |month| months.push(month))
        .await
        .unwrap();
    months.sort_by(|a, b| (&a.email, a.month).cmp(&(&b.email, b.month)));
    months
}

/// Every item of a list, read page by page.
pub(crate) async fn every_page<T>(
    mut page: impl AsyncFnMut(Option<String>) -> HistoryPage<T>,
) -> Vec<T> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let mut one = page(before).await;
        all.append(&mut one.items);
        match one.next {
            Some(next) => before = Some(next),
            None => return all,
        }
    }
}

on_both_engines! {
    async fn r31_history_that_arrives_twice_is_stored_once(setup) {
        let (_, lease) = setup.leased().await;
        for write in some_of_everything() {
            assert!(setup.apply(&lease, write).await.changed > 0);
        }
        let dump = setup.store.dump().await.unwrap();
        for write in some_of_everything() {
            assert_eq!(setup.apply(&lease, write.clone()).await.changed, 0, "{write:?}");
        }
        assert_eq!(setup.store.dump().await.unwrap(), dump);
    }

    async fn sign_ins_are_listed_newest_first_and_filtered(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let mut rows = Vec::new();
        for number in 0..30_u8 {
            let who = ["ann@example.com", "bob@example.com", "eve@example.com"][usize::from(number) % 3];
            let mut row = sign_in("2026-02-27T23:00:00Z", who);
            row.at = row.at.plus_seconds(i64::from(number) * 3600);
            if number % 4 == 0 {
                row.kind = SignInKind::Out;
                row.version = String::new();
            }
            rows.push(row.clone());
            row.ordinal = 1;
            rows.push(row);
        }
        setup.apply(&lease, SyncWrite::SignIns(rows.clone())).await;
        let list = async |filter: SignInFilter, limit| {
            let found = every_page(async |before| {
                store.sign_ins(id, &filter, limit, before.as_deref()).await.unwrap()
            }).await;
            let counted = store.count_sign_ins(id, &filter).await.unwrap();
            assert_eq!(usize::try_from(counted).unwrap(), found.len(), "{filter:?}");
            found
        };
        let expect = |keep: &dyn Fn(&SignIn) -> bool| {
            rows.iter().filter(|row| keep(row)).cloned().collect::<BTreeSet<_>>()
        };
        let all = list(SignInFilter::default(), 7).await;
        assert!(all.is_sorted_by(|a, b| a.at >= b.at));
        assert_eq!(all.len(), 60);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), expect(&|_| true));
        let ann = SignInFilter { email: Some("Ann@Example.com".to_owned()), ..SignInFilter::default() };
        let found = list(ann.clone(), 3).await;
        assert!(found.is_sorted_by(|a, b| a.at >= b.at));
        assert_eq!(
            found.into_iter().collect::<BTreeSet<_>>(),
            expect(&|row| row.email == "ann@example.com"),
        );
        let outs = SignInFilter { kind: Some(SignInKind::Out), ..ann };
        assert_eq!(
            list(outs, 2).await.into_iter().collect::<BTreeSet<_>>(),
            expect(&|row| row.email == "ann@example.com" && row.kind == SignInKind::Out),
        );
        let saturday = day("2026-02-28");
        let one_day = SignInFilter {
            from: Some(saturday), to: Some(saturday), ..SignInFilter::default()
        };
        assert_eq!(
            list(one_day, 5).await.into_iter().collect::<BTreeSet<_>>(),
            expect(&|row| row.at.day() == saturday),
        );
        let nobody = SignInFilter { email: Some("x@example.com".to_owned()), ..SignInFilter::default() };
        assert_eq!(list(nobody, 5).await, []);
        let future = SignInFilter { from: Some(day("2030-01-01")), ..SignInFilter::default() };
        assert_eq!(list(future, 5).await, []);
        let wrong = store.sign_ins(id, &SignInFilter::default(), 5, Some("1:x")).await;
        assert!(matches!(wrong.unwrap_err(), Error::Invalid { .. }));
    }

    async fn sign_ins_are_summed_by_month_and_day(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let mut out = sign_in("2026-02-27T10:00:00Z", "ann@example.com");
        out.kind = SignInKind::Out;
        let rows = vec![
            sign_in("2026-02-28T23:59:59.999Z", "ann@example.com"),
            sign_in("2026-02-01T00:00:00Z", "ann@example.com"),
            sign_in("2026-02-01T10:00:00Z", "ann@example.com"),
            sign_in("2026-02-01T11:00:00Z", "bob@example.com"),
            sign_in("2026-03-01T00:00:00Z", "ann@example.com"),
            out,
        ];
        setup.apply(&lease, SyncWrite::SignIns(rows)).await;
        setup.apply(&lease, SyncWrite::SignIns(vec![sign_in("2026-02-02T00:00:00Z", "ann@example.com")])).await;
        let month = |email: &str, month, days, last| SignInMonth {
            email: email.to_owned(), month: day(month), days, last: at(last),
        };
        assert_eq!(months(store, id).await, [
            month("ann@example.com", "2026-02-01", 1 | 1 << 1 | 1 << 27, "2026-02-28T23:59:59.999Z"),
            month("ann@example.com", "2026-03-01", 1, "2026-03-01T00:00:00Z"),
            month("bob@example.com", "2026-02-01", 1, "2026-02-01T11:00:00Z"),
        ]);
        let sums = |day: &str, sign_ins, people| SignInDay { day: day.parse().unwrap(), sign_ins, people };
        assert_eq!(store.sign_ins_per_day(id, day("2026-02-01"), day("2026-02-28")).await.unwrap(), [
            sums("2026-02-01", 3, 2), sums("2026-02-02", 1, 1), sums("2026-02-28", 1, 1),
        ]);
    }

    async fn hosted_events_are_stored_corrected_and_listed(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let mut webinar = event("e-3", "bob@example.com", "2026-02-11T09:00:00Z");
        webinar.kind = EventKind::Webinar;
        webinar.peak_viewers = Some(80);
        let mut events = vec![
            event("e-1", "ann@example.com", "2026-01-31T09:00:00Z"),
            event("e-2", "ann@example.com", "2026-02-10T09:00:00Z"),
            webinar,
            event("e-4", "ann@example.com", "2026-02-11T09:00:00Z"),
            event("e-5", "", "2026-02-12T09:00:00Z"),
            event("e-6", "ann@example.com", "2026-02-12T10:00:00Z"),
        ];
        assert_eq!(setup.apply(&lease, SyncWrite::Events(events.clone())).await.changed, 6);
        // The same again, one of them corrected: its length, and the host who was withheld.
        events[4].minutes = 45;
        events[4].host = "bob@example.com".into();
        assert_eq!(setup.apply(&lease, SyncWrite::Events(events.clone())).await.changed, 1);
        events.sort_by(|a, b| (b.start, &b.id).cmp(&(a.start, &a.id)));

        let list = async |host: Option<&str>, from: Option<Day>, to: Option<Day>, limit| {
            every_page(async |before| {
                store.events(id, host, from, to, limit, before.as_deref()).await.unwrap()
            }).await
        };
        assert_eq!(list(None, None, None, 2).await, events);
        let of = |host: &str| -> Vec<HostedEvent> {
            events.iter().filter(|event| event.host == host).cloned().collect()
        };
        assert_eq!(list(Some("ANN@example.com"), None, None, 1).await, of("ann@example.com"));
        assert_eq!(list(Some("bob@example.com"), None, None, 100).await, of("bob@example.com"));
        assert_eq!(list(Some("eve@example.com"), None, None, 100).await, []);
        let (from, to) = (day("2026-02-10"), day("2026-02-11"));
        assert_eq!(list(None, Some(from), Some(to), 2).await, events[2..5]);
        assert_eq!(list(Some("ann@example.com"), Some(from), Some(to), 2).await.len(), 2);
        let wrong = store.events(id, None, None, None, 5, Some("x")).await;
        assert!(matches!(wrong.unwrap_err(), Error::Invalid { .. }));

        let mut summaries = Vec::new();
        store
            .for_each_hosted(id, from, day("2026-12-31"), |host, hosted| {
                summaries.push((hosted.start, host.to_owned(), hosted.minutes, hosted.webinar));
            })
            .await.unwrap();
        summaries.sort();
        assert_eq!(summaries, [
            (at("2026-02-10T09:00:00Z"), "ann@example.com".to_owned(), 30, false),
            (at("2026-02-11T09:00:00Z"), "ann@example.com".to_owned(), 30, false),
            (at("2026-02-11T09:00:00Z"), "bob@example.com".to_owned(), 30, true),
            (at("2026-02-12T09:00:00Z"), "bob@example.com".to_owned(), 45, false),
            (at("2026-02-12T10:00:00Z"), "ann@example.com".to_owned(), 30, false),
        ]);
        store.for_each_hosted(id, day("2020-01-01"), day("2020-02-01"), |_, _| unreachable!()).await.unwrap();
        let per_day = store.hosted_per_day(id, from, day("2026-12-31")).await.unwrap();
        let sums = |day: &str, meetings, webinars, minutes| HostedDay {
            day: day.parse().unwrap(), meetings, webinars, minutes,
        };
        assert_eq!(per_day, [
            sums("2026-02-10", 1, 0, 30), sums("2026-02-11", 1, 1, 60), sums("2026-02-12", 2, 0, 75),
        ]);
        assert_eq!(store.hosted_per_day(IntegrationId(9), from, to).await.unwrap(), []);
    }

    async fn administrators_actions_are_searched(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let mut group = change("2026-03-01T11:00:00Z", "Ann@example.com", "Delete", "Group 50% off_x");
        group.category = "Group".into();
        let mut twin = change("2026-03-01T10:00:00Z", "bob@example.com", "Add", "Eve");
        twin.ordinal = 1;
        let rows = vec![
            change("2026-03-01T12:00:00Z", "bob@example.com", "Update", "Licence of Eve"),
            group,
            twin,
            change("2026-03-01T10:00:00Z", "bob@example.com", "Add", "Eve"),
        ];
        assert_eq!(setup.apply(&lease, SyncWrite::AdminChanges(rows.clone())).await.changed, 4);
        let list = async |filter: AdminChangeFilter| {
            let found = every_page(async |before| {
                store.admin_changes(id, &filter, 1, before.as_deref()).await.unwrap()
            }).await;
            let counted = store.count_admin_changes(id, &filter).await.unwrap();
            assert_eq!(usize::try_from(counted).unwrap(), found.len(), "{filter:?}");
            found
        };
        assert_eq!(list(AdminChangeFilter::default()).await, rows);
        let operator = AdminChangeFilter {
            operator: Some("ann@EXAMPLE.com".to_owned()), ..AdminChangeFilter::default()
        };
        assert_eq!(list(operator).await, rows[1..2]);
        let category = AdminChangeFilter {
            category: Some("User".to_owned()), ..AdminChangeFilter::default()
        };
        assert_eq!(list(category).await.len(), 3);
        for (q, found) in [("LICENCE", 1), ("bob@", 3), ("update", 1), ("50%", 1), ("%", 1), ("_x", 1), ("!", 0)] {
            let filter = AdminChangeFilter { q: Some(q.to_owned()), ..AdminChangeFilter::default() };
            assert_eq!(list(filter).await.len(), found, "{q}");
        }
        let wrong = store.admin_changes(id, &AdminChangeFilter::default(), 5, Some("x")).await;
        assert!(matches!(wrong.unwrap_err(), Error::Invalid { .. }));
    }

    async fn changed_days_are_listed_since_a_revision(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        for write in some_of_everything() {
            setup.apply(&lease, write).await;
        }
        let revision = store.integration(id).await.unwrap().unwrap().revision;
        let sunday = day("2026-03-01");
        for history in [HistoryKind::SignIns, HistoryKind::Events, HistoryKind::DailyUsage, HistoryKind::AdminChanges] {
            assert_eq!(store.changed_days(id, history, 0).await.unwrap(), [sunday]);
            assert_eq!(store.changed_days(id, history, revision).await.unwrap(), []);
        }
        let write = SyncWrite::SignIns(vec![
            sign_in("2026-03-01T08:00:00Z", "ann@example.com"),
            sign_in("2026-03-02T08:00:00Z", "ann@example.com"),
        ]);
        setup.apply(&lease, write).await;
        let changed = store.changed_days(id, HistoryKind::SignIns, revision).await.unwrap();
        assert_eq!(changed, [day("2026-03-02")]);
    }
}

#[tokio::test]
async fn both_engines_end_with_the_same_dump() {
    let sqlite = Setup::sqlite().await;
    let Some(postgres) = Setup::postgres().await else {
        return;
    };
    let mut dumps = Vec::new();
    for setup in [sqlite, postgres] {
        let (_, lease) = setup.leased().await;
        let people = [
            ("u-1", "ann@example.com"),
            ("B-2", "bob@example.com"),
            ("é", "é@example.com"),
        ];
        setup.apply(&lease, crate::support::users(&people)).await;
        for write in some_of_everything() {
            setup.apply(&lease, write).await;
        }
        dumps.push(setup.store.dump().await.unwrap());
    }
    assert_eq!(dumps[0], dumps[1]);
    assert!(dumps[0].lines().count() > 15);
}

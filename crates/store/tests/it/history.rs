//! What users did: written once however often it arrives, summed, listed page by page.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AdminChange, DailyUsage, Day, DayCoverage, DayState, EventKind, HostReport, HostedEvent,
    IntegrationId, SignIn, SignInKind, SignInMonth,
};
use proptest::prelude::*;
use store::{
    AdminChangeFilter, Error, History, HostReportPeriod, HostedDay, Page, SignInDay, SignInFilter,
    Store, Write,
};

use crate::support::{NOW, Setup, at, day, on_both_engines};

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

fn event(id: &str, host: &str, start: &str) -> HostedEvent {
    HostedEvent {
        id: id.to_owned(),
        kind: EventKind::Meeting,
        host: host.to_owned(),
        start: at(start),
        end: at(start).plus_seconds(1800),
        minutes: 30,
        participants: 4,
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

fn host_report(email: &str, meetings: i64) -> HostReport {
    HostReport {
        external_id: format!("id of {email}"),
        email: email.to_owned(),
        meetings,
        participants: 7,
        minutes: 90,
    }
}

fn usage(meetings: i64) -> DailyUsage {
    DailyUsage {
        new_users: 1,
        meetings,
        participants: 3,
        meeting_minutes: 60,
    }
}

/// A few rows of every kind of history.
pub(crate) fn some_of_everything() -> Vec<Write> {
    let mut writes = everything_of("ann@example.com");
    writes[0] = Write::SignIns(vec![
        sign_in("2026-03-01T08:00:00Z", "ann@example.com"),
        sign_in("2026-03-01T09:00:00Z", "bob@example.com"),
    ]);
    writes
}

/// A row of every history, about this address.
pub(crate) fn everything_of(email: &str) -> Vec<Write> {
    vec![
        Write::SignIns(vec![sign_in("2026-03-01T08:00:00Z", email)]),
        Write::Events(vec![event(
            &format!("e-{}", email.len()),
            email,
            "2026-03-01T10:00:00Z",
        )]),
        Write::AdminChanges(vec![change("2026-03-01T11:00:00Z", email, "Add", email)]),
        Write::DailyUsage(vec![(day("2026-03-01"), usage(2))]),
        Write::HostReports {
            from: day("2026-02-01"),
            to: day("2026-02-28"),
            hosts: vec![host_report(email, 3)],
        },
        Write::Groups(vec![model::Group {
            id: "g-1".to_owned(),
            name: "One".to_owned(),
            total_members: None,
        }]),
    ]
}

async fn months(store: &Store, id: IntegrationId) -> Vec<SignInMonth> {
    let mut months = Vec::new();
    store
        .for_each_sign_in_month(id, |month| months.push(month))
        .await
        .unwrap();
    months.sort_by(|a, b| (&a.email, a.month).cmp(&(&b.email, b.month)));
    months
}

/// Every item of a list, read page by page.
async fn every_page<T>(mut page: impl AsyncFnMut(Option<String>) -> Page<T>) -> Vec<T> {
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
        setup.apply(&lease, Write::SignIns(rows.clone())).await;
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
        setup.apply(&lease, Write::SignIns(rows)).await;
        setup.apply(&lease, Write::SignIns(vec![sign_in("2026-02-02T00:00:00Z", "ann@example.com")])).await;
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

    async fn hosted_events_are_kept_corrected_and_listed(setup) {
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
        assert_eq!(setup.apply(&lease, Write::Events(events.clone())).await.changed, 6);
        // The same again, one of them corrected: its length, and the host who was withheld.
        events[4].minutes = 45;
        events[4].host = "bob@example.com".into();
        assert_eq!(setup.apply(&lease, Write::Events(events.clone())).await.changed, 1);
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
        assert_eq!(setup.apply(&lease, Write::AdminChanges(rows.clone())).await.changed, 4);
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

    async fn what_concerns_the_account_is_read_back(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let (one, two) = (day("2026-02-01"), day("2026-02-02"));
        let days = vec![(two, usage(5)), (one, usage(4)), (one, usage(3))];
        assert_eq!(setup.apply(&lease, Write::DailyUsage(days)).await.changed, 2);
        assert_eq!(setup.apply(&lease, Write::DailyUsage(vec![(one, usage(9))])).await.changed, 1);
        assert_eq!(store.daily_usage(id, one, two).await.unwrap(), [(one, usage(9)), (two, usage(5))]);
        assert_eq!(store.daily_usage(id, two, two).await.unwrap().len(), 1);

        let hosts = vec![host_report("bob@example.com", 1), host_report("ann@example.com", 2)];
        let reports = Write::HostReports { from: one, to: two, hosts };
        assert_eq!(setup.apply(&lease, reports.clone()).await.changed, 2);
        assert_eq!(setup.apply(&lease, reports).await.changed, 0);
        let read = store.host_reports(id, one, two).await.unwrap();
        let expected = |host| HostReportPeriod { from: one, to: two, host };
        assert_eq!(read, [
            expected(host_report("ann@example.com", 2)), expected(host_report("bob@example.com", 1)),
        ]);
        assert_eq!(store.host_reports(id, one, one).await.unwrap(), []);

        let settings = |json: &str| Write::AccountSettings {
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

        for (reason, hash) in [("no id", "h1"), ("no id", "h2"), ("no id", "h1"), ("bad date", "h3")] {
            let write = Write::Quarantine {
                stream: "users", reason: reason.to_owned(), sample_hash: hash.to_owned(),
            };
            assert_eq!(setup.apply(&lease, write).await.changed, 0);
        }
        let quarantine: Vec<_> = store.quarantine(id).await.unwrap().into_iter()
            .map(|found| (found.reason, found.count)).collect();
        assert_eq!(quarantine, [("bad date".to_owned(), 1), ("no id".to_owned(), 2)]);
    }

    async fn coverage_and_checkpoints_tell_how_far_a_stream_got(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let (one, two, three) = (day("2026-02-01"), day("2026-02-02"), day("2026-02-03"));
        let covered = |days: &[Day], state| Write::Coverage {
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

        let note = |key: &str, value: Option<&str>| Write::Checkpoint {
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

    async fn changed_days_are_told_since_a_revision(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        for write in some_of_everything() {
            setup.apply(&lease, write).await;
        }
        let revision = store.integration(id).await.unwrap().unwrap().revision;
        let sunday = day("2026-03-01");
        for history in [History::SignIns, History::Events, History::DailyUsage, History::AdminChanges] {
            assert_eq!(store.changed_days(id, history, 0).await.unwrap(), [sunday]);
            assert_eq!(store.changed_days(id, history, revision).await.unwrap(), []);
        }
        let write = Write::SignIns(vec![
            sign_in("2026-03-01T08:00:00Z", "ann@example.com"),
            sign_in("2026-03-02T08:00:00Z", "ann@example.com"),
        ]);
        setup.apply(&lease, write).await;
        let changed = store.changed_days(id, History::SignIns, revision).await.unwrap();
        assert_eq!(changed, [day("2026-03-02")]);
    }
}

/// Rows from few people on few days, many of them equal.
fn any_sign_ins() -> impl Strategy<Value = Vec<SignIn>> {
    let row = (0..4_i64, 0..70_i64, 0..3_i64, any::<bool>(), 0..2_i32).prop_map(
        |(who, days, hour, out, ordinal)| {
            let mut row = sign_in("2026-01-15T10:00:00Z", &format!("p{who}@example.com"));
            row.at = row.at.plus_seconds(days * 86_400 + hour * 3600);
            row.ordinal = ordinal;
            if out {
                row.kind = SignInKind::Out;
            }
            row
        },
    );
    proptest::collection::vec(row, 0..120)
}

/// What the sums must be, counted the slow way.
fn expected_sums(rows: &BTreeSet<SignIn>) -> (BTreeMap<(String, Day), u32>, Vec<SignInDay>) {
    let (mut months, mut days) = (BTreeMap::new(), BTreeMap::new());
    for row in rows.iter().filter(|row| row.kind == SignInKind::In) {
        let today = row.at.day();
        let first = today.month_start();
        *months.entry((row.email.clone(), first)).or_insert(0) |= 1 << today.since(first);
        let (count, people): &mut (i64, BTreeSet<&str>) = days.entry(today).or_default();
        *count += 1;
        people.insert(&row.email);
    }
    let days = days
        .into_iter()
        .map(|(day, (sign_ins, people))| SignInDay {
            day,
            sign_ins,
            people: i64::try_from(people.len()).unwrap(),
        })
        .collect();
    (months, days)
}

/// However rows are cut into pages and repeated, the same is stored.
async fn check_pages(setup: &Setup, rows: &[SignIn], cut: usize, number: usize) {
    let (integration, lease) = {
        let account = format!("property-{number}");
        let integration = crate::support::connect(&setup.store, &account).await;
        let lease = setup
            .store
            .lease(integration.id, "worker", 60_000)
            .await
            .unwrap();
        (integration, lease.unwrap())
    };
    let cut = cut.min(rows.len());
    for page in [&rows[..cut], &rows[cut / 2..], rows] {
        setup.apply(&lease, Write::SignIns(page.to_vec())).await;
    }
    let distinct: BTreeSet<SignIn> = rows.iter().cloned().collect();
    let (expected_months, expected_days) = expected_sums(&distinct);
    let months: BTreeMap<_, _> = months(&setup.store, integration.id)
        .await
        .into_iter()
        .map(|month| ((month.email, month.month), month.days))
        .collect();
    assert_eq!(months, expected_months);
    let (from, to) = (day("2026-01-01"), day("2026-12-31"));
    let days = setup
        .store
        .sign_ins_per_day(integration.id, from, to)
        .await
        .unwrap();
    assert_eq!(days, expected_days);
    let listed = setup
        .store
        .sign_ins(integration.id, &SignInFilter::default(), 1000, None)
        .await
        .unwrap();
    assert_eq!(listed.items.len(), distinct.len());
    assert_eq!(listed.items.into_iter().collect::<BTreeSet<_>>(), distinct);
}

#[test]
fn sums_of_sign_ins_do_not_depend_on_pages() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut setups = vec![runtime.block_on(Setup::sqlite())];
    setups.extend(runtime.block_on(Setup::postgres()));
    let number = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(24), |(rows in any_sign_ins(), cut in 0..120_usize)| {
        number.set(number.get() + 1);
        for setup in &setups {
            runtime.block_on(check_pages(setup, &rows, cut, number.get()));
        }
    });
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

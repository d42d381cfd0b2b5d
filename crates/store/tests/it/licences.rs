//! Times of licences, upcoming events and delegations, as a sync writes them.

use model::application::Application;
use model::{
    AppScopes, ConnectHelp, Day, EventKind, FieldValue, Fields, FreeUse, Holder, Licence,
    LicenceFamily, OnSuite, SuiteData, Timestamp, UpcomingEvent, User,
};
use store::{Lease, LicenceSpan, SyncWrite, UserDetails};

use crate::decided::decide_everything;
use crate::support::{NOW, Setup, TTL, change, connect, fields, listed, on_both_engines, user};

pub(crate) static APPLICATION: Application = Application {
    key: "zoom",
    name: "Zoom",
    fields: &[],
    streams: &[],
    permissions: &[],
    licences: &[
        LicenceFamily {
            key: "licensed",
            label: "Licensed",
            holder: Holder::Base {
                field: "user_type",
                values: &["licensed"],
                suite: OnSuite::NotSold,
            },
        },
        LicenceFamily {
            key: "webinar",
            label: "Webinar",
            holder: Holder::AddOn {
                flag: "webinar",
                size: "webinar_capacity",
                sizes: &[500, 1000],
            },
        },
    ],
    free: FreeUse {
        value: "basic",
        minutes: 40,
        audience: 100,
        audience_field: "meeting_capacity",
        features: &[],
    },
    suites: SuiteData::NONE,
    scopes: AppScopes::NONE,
    help: ConnectHelp::NONE,
};

const CREATED: Timestamp = Timestamp(1_700_000_000_000);

pub(crate) fn hours(hours: i64) -> Timestamp {
    NOW.plus_seconds(hours * 3600)
}

pub(crate) fn of_type(key: &str, user_type: &str) -> User {
    let mut user = user(key, &format!("{key}@example.com"));
    user.fields = fields(&[("user_type", user_type)]);
    user
}

pub(crate) fn webinar(key: &str, size: Option<i64>, at: Timestamp) -> SyncWrite {
    let mut fields = Fields::new();
    fields.insert("webinar".to_owned(), FieldValue::YesNo(size.is_some()));
    let size = FieldValue::Integer(size.unwrap_or_default());
    fields.insert("webinar_capacity".to_owned(), size);
    SyncWrite::Details(vec![UserDetails {
        key: key.to_owned(),
        fields,
        at,
        next_due: at.plus_seconds(86_400),
    }])
}

async fn write(setup: &Setup, lease: &Lease, write: SyncWrite, now: Timestamp) -> u64 {
    let writes = vec![SyncWrite::Application(&APPLICATION), write];
    setup.store.apply(lease, writes, now).await.unwrap().changed
}

async fn list(setup: &Setup, lease: &Lease, users: &[User], now: Timestamp) -> u64 {
    let users = users.iter().cloned().map(listed).collect();
    write(setup, lease, SyncWrite::Users(users), now).await
}

/// Ends the first complete run and takes the lease again.
async fn complete(setup: &Setup, lease: &Lease, now: Timestamp) -> Lease {
    let (state, totals) = (model::RunState::Complete, store::RunTotals::default());
    let store = &setup.store;
    store
        .finish_run(lease, state, None, now, totals, now)
        .await
        .unwrap();
    let id = lease.integration;
    store.lease(id, "worker", TTL).await.unwrap().unwrap()
}

/// Key of the user, licence, since, exact, until.
pub(crate) type Short = (String, String, Timestamp, bool, Option<Timestamp>);

pub(crate) async fn spans(setup: &Setup, lease: &Lease) -> Vec<Short> {
    let spans = setup.store.licence_spans(lease.integration).await.unwrap();
    let short = |span: LicenceSpan| {
        (
            span.user_key,
            span.licence.to_string(),
            span.since,
            span.exact,
            span.until,
        )
    };
    spans.into_iter().map(short).collect()
}

pub(crate) fn span(
    key: &str,
    licence: &str,
    since: Timestamp,
    exact: bool,
    until: Option<Timestamp>,
) -> Short {
    (key.to_owned(), licence.to_owned(), since, exact, until)
}

on_both_engines! {
    async fn a_licence_seen_first_may_be_older(setup) {
        let (_, lease) = setup.leased().await;
        let mut young = of_type("u-3", "licensed");
        young.created_at = None;
        let people = [of_type("u-1", "licensed"), of_type("u-2", "basic"), young];
        assert_eq!(list(&setup, &lease, &people, NOW).await, 3);
        assert_eq!(write(&setup, &lease, webinar("u-1", Some(500), NOW), hours(1)).await, 1);
        let first = [
            span("u-1", "licensed", CREATED, false, None),
            span("u-1", "webinar_500", CREATED, false, None),
            span("u-3", "licensed", NOW, false, None),
        ];
        assert_eq!(spans(&setup, &lease).await, first);
        // Without news nothing is written.
        let dump = setup.store.dump().await.unwrap();
        assert_eq!(list(&setup, &lease, &people, hours(2)).await, 0);
        assert_eq!(write(&setup, &lease, webinar("u-1", Some(500), NOW), hours(2)).await, 0);
        assert_eq!(setup.store.dump().await.unwrap(), dump);
        assert_eq!(spans(&setup, &lease).await, first);
    }

    async fn a_change_between_two_syncs_has_an_exact_time(setup) {
        let (_, lease) = setup.leased().await;
        list(&setup, &lease, &[of_type("u-1", "licensed"), of_type("u-2", "basic")], NOW).await;
        write(&setup, &lease, webinar("u-1", None, NOW), NOW).await;
        let lease = complete(&setup, &lease, hours(1)).await;
        // One loses the licence, one gets it, one is new.
        let people = [of_type("u-1", "basic"), of_type("u-2", "licensed"), of_type("u-3", "licensed")];
        list(&setup, &lease, &people, hours(2)).await;
        write(&setup, &lease, webinar("u-1", Some(500), NOW), hours(3)).await;
        write(&setup, &lease, webinar("u-1", Some(1000), NOW), hours(4)).await;
        write(&setup, &lease, webinar("u-1", None, NOW), hours(5)).await;
        // A new user: the licences in the first details were assigned since the user appeared.
        write(&setup, &lease, webinar("u-3", Some(500), NOW), hours(5)).await;
        // An old user may have had the licence all the time.
        write(&setup, &lease, webinar("u-2", Some(500), NOW), hours(5)).await;
        assert_eq!(spans(&setup, &lease).await, [
            span("u-1", "licensed", CREATED, false, Some(hours(2))),
            span("u-1", "webinar_1000", hours(4), true, Some(hours(5))),
            span("u-1", "webinar_500", hours(3), true, Some(hours(4))),
            span("u-2", "licensed", hours(2), true, None),
            span("u-2", "webinar_500", CREATED, false, None),
            span("u-3", "licensed", hours(2), true, None),
            span("u-3", "webinar_500", hours(5), true, None),
        ]);
        // Assigned again: a second span.
        list(&setup, &lease, &[of_type("u-1", "licensed")], hours(6)).await;
        assert_eq!(spans(&setup, &lease).await[0..2], [
            span("u-1", "licensed", CREATED, false, Some(hours(2))),
            span("u-1", "licensed", hours(6), true, None),
        ]);
    }

    async fn an_unknown_licence_ends_no_span(setup) {
        let (_, lease) = setup.leased().await;
        list(&setup, &lease, &[of_type("u-1", "licensed")], NOW).await;
        write(&setup, &lease, webinar("u-1", Some(500), NOW), NOW).await;
        let before = spans(&setup, &lease).await;
        let mut silent = of_type("u-1", "licensed");
        silent.fields = Fields::new();
        list(&setup, &lease, &[silent], hours(1)).await;
        let nothing = SyncWrite::Details(vec![UserDetails {
            key: "u-1".to_owned(),
            fields: Fields::new(),
            at: NOW,
            next_due: hours(9),
        }]);
        write(&setup, &lease, nothing, hours(1)).await;
        assert_eq!(spans(&setup, &lease).await, before);
        // Known again and unchanged: the span never ended.
        list(&setup, &lease, &[of_type("u-1", "licensed")], hours(2)).await;
        write(&setup, &lease, webinar("u-1", Some(500), NOW), hours(2)).await;
        assert_eq!(spans(&setup, &lease).await, before);
    }

    async fn a_removed_user_has_no_licence_until_they_return(setup) {
        let (_, lease) = setup.leased().await;
        let people = [of_type("u-1", "licensed")];
        list(&setup, &lease, &people, NOW).await;
        write(&setup, &lease, webinar("u-1", Some(500), NOW), NOW).await;
        let gone = SyncWrite::UsersRemoved { keys: vec!["u-1".to_owned()], at: hours(1) };
        write(&setup, &lease, gone, hours(1)).await;
        let ended = [
            span("u-1", "licensed", CREATED, false, Some(hours(1))),
            span("u-1", "webinar_500", CREATED, false, Some(hours(1))),
        ];
        assert_eq!(spans(&setup, &lease).await, ended);
        list(&setup, &lease, &people, hours(2)).await;
        let back = spans(&setup, &lease).await;
        assert_eq!(back[1], span("u-1", "licensed", hours(2), true, None));
        assert_eq!(back[3], span("u-1", "webinar_500", hours(2), true, None));
    }

    async fn an_old_database_gets_its_spans_at_the_next_listing(setup) {
        let (_, lease) = setup.leased().await;
        let people = [of_type("u-1", "licensed"), of_type("u-2", "basic")];
        let listing = SyncWrite::Users(people.iter().cloned().map(listed).collect());
        setup.apply(&lease, listing).await;
        setup.apply(&lease, webinar("u-1", Some(500), NOW)).await;
        assert_eq!(spans(&setup, &lease).await, []);
        let lease = complete(&setup, &lease, hours(1)).await;
        // Only new rows count as changed.
        assert_eq!(list(&setup, &lease, &people, hours(2)).await, 1);
        assert_eq!(spans(&setup, &lease).await, [
            span("u-1", "licensed", CREATED, false, None),
            span("u-1", "webinar_500", CREATED, false, None),
        ]);
        assert_eq!(list(&setup, &lease, &people, hours(3)).await, 0);
    }

    async fn upcoming_events_replace_those_of_the_same_days(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        assert_eq!(store.upcoming_events_known_until(id).await.unwrap(), None);
        let event = |name: &str, day: Day, kind| UpcomingEvent {
            id: name.to_owned(),
            host_id: "u-1".to_owned(),
            kind,
            start: day.start().plus_seconds(9 * 3600),
        };
        let today = NOW.day();
        let ahead = |from: Day, events: &[UpcomingEvent]| SyncWrite::Upcoming {
            from,
            to: from.plus(30),
            events: events.to_vec(),
        };
        let weekly = [event("w", today, EventKind::Meeting), event("w", today.plus(7), EventKind::Meeting)];
        let show = event("show", today.plus(3), EventKind::Webinar);
        let far = event("far", today.plus(31), EventKind::Meeting);
        let all = [weekly[0].clone(), show.clone(), weekly[1].clone(), far];
        assert_eq!(setup.apply(&lease, ahead(today, &all)).await.changed, 3);
        let again = setup.apply(&lease, ahead(today, &all)).await;
        assert_eq!((again.changed, again.revision), (0, 1));
        assert_eq!(store.upcoming_events(id).await.unwrap(), [weekly[0].clone(), show.clone(), weekly[1].clone()]);
        assert_eq!(store.upcoming_events_known_until(id).await.unwrap(), Some(today.plus(30)));
        // The next day: yesterday's event is deleted, a cancelled one too, one was moved.
        let mut moved = show;
        moved.kind = EventKind::Meeting;
        let applied = setup.apply(&lease, ahead(today.plus(1), std::slice::from_ref(&moved))).await;
        assert_eq!(applied.changed, 3);
        assert_eq!(store.upcoming_events(id).await.unwrap(), [moved]);
        assert_eq!(store.upcoming_events_known_until(id).await.unwrap(), Some(today.plus(31)));
    }

    async fn delegations_are_stored(setup) {
        let (integration, lease) = setup.leased().await;
        let delegations = |count| SyncWrite::Delegations(vec![("u-1".to_owned(), count), ("u-2".to_owned(), 0)]);
        assert_eq!(setup.apply(&lease, delegations(2)).await.changed, 2);
        assert_eq!(setup.apply(&lease, delegations(2)).await.changed, 0);
        assert_eq!(setup.apply(&lease, delegations(1)).await.changed, 1);
        let stored = setup.store.delegations(integration.id).await.unwrap();
        assert_eq!(stored, [("u-1".to_owned(), 1), ("u-2".to_owned(), 0)]);
    }

    async fn decisions_on_an_invited_user_stay_after_they_accept(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let address = "new@example.com";
        let mut invited = of_type(address, "licensed");
        invited.email = address.to_owned();
        invited.external_id = None;
        list(&setup, &lease, &[invited.clone()], NOW).await;
        decide_everything(store, id, address, address).await;
        for write in crate::decided::ahead(address) {
            setup.apply(&lease, write).await;
        }
        let mut accepted = of_type("u-9", "licensed");
        accepted.email = "New@example.com".into();
        list(&setup, &lease, &[accepted], hours(1)).await;
        assert_eq!(spans(&setup, &lease).await, [span("u-9", "licensed", CREATED, false, None)]);
        let decisions = store.decisions(id).await.unwrap();
        let findings: Vec<&str> = decisions.iter().map(|decision| decision.finding.as_str()).collect();
        assert_eq!(findings, ["dormant~licensed~u-9", "over_licensed~licensed~u-9"]);
        assert_eq!(decisions[0].user_key.as_deref(), Some("u-9"));
        assert!(!store.finding_history(id, "dormant~licensed~u-9").await.unwrap().is_empty());
        assert_eq!(store.ledger(id).await.unwrap()[0].user_key.as_deref(), Some("u-9"));
        assert_eq!(store.delegations(id).await.unwrap()[0].0, "u-9");
        let question = &store.questions(Some(id), &store::QuestionFilter::default()).await.unwrap()[0];
        assert_eq!((question.user_key.as_str(), question.licence.clone()), ("u-9", Licence::base("licensed")));
        // A listing that shifts contains both for a while; the decision under the id is newer.
        list(&setup, &lease, &[invited], hours(2)).await;
        store.accept_findings(id, &[change(&format!("never_used~licensed~{address}"))], None, &store::Actor::Cli, NOW).await.unwrap();
        let mut again = of_type("u-9", "licensed");
        again.email = "new@example.com".into();
        list(&setup, &lease, &[again], hours(3)).await;
        assert_eq!(store.decisions(id).await.unwrap().len(), 3);
        assert!(store.decisions(id).await.unwrap().iter().all(|d| d.user_key.as_deref() == Some("u-9")));
        assert_eq!(spans(&setup, &lease).await, [span("u-9", "licensed", CREATED, false, None)]);
    }

    async fn spans_belong_to_one_integration(setup) {
        let (_, lease) = setup.leased().await;
        list(&setup, &lease, &[of_type("u-1", "licensed")], NOW).await;
        let other = connect(&setup.store, "account-2").await.id;
        assert_eq!(setup.store.licence_spans(other).await.unwrap(), []);
        assert_eq!(setup.store.upcoming_events(other).await.unwrap(), []);
    }
}

//! S23, erasing a person: nothing about the person stays, totals do.

use model::IntegrationId;
use store::{Actor, SyncWrite};

use crate::decided::{ahead, decide_everything};
use crate::support::{Engine, NOW, Setup, TTL, connect, on_both_engines, users};

const KEY: &str = "person-4711";
const EMAIL: &str = "Erased.Person@example.com";

/// An integration with two people and rows in every table.
async fn filled(setup: &Setup) -> (IntegrationId, store::Lease) {
    let (integration, lease) = setup.leased().await;
    let people = users(&[(KEY, EMAIL), ("u-2", "bob@example.com")]);
    let application = SyncWrite::Application(&crate::licences::APPLICATION);
    let listing = vec![application, people];
    setup.store.apply(&lease, listing, NOW).await.unwrap();
    for email in [EMAIL, "bob@example.com"] {
        let email = email.to_lowercase();
        for write in crate::history::everything_of(&email) {
            setup.apply(&lease, write).await;
        }
    }
    for write in ahead(KEY) {
        setup.apply(&lease, write).await;
    }
    decide_everything(&setup.store, integration.id, KEY, EMAIL).await;
    decide_everything(&setup.store, integration.id, "u-2", "bob@example.com").await;
    (integration.id, lease)
}

on_both_engines! {
    async fn s23_a_person_is_erased_and_totals_stay(setup) {
        let (id, _) = filled(&setup).await;
        let store = &setup.store;
        let days = store.sign_ins_per_day(id, NOW.day().plus(-30), NOW.day()).await.unwrap();
        let hosted = store.hosted_per_day(id, NOW.day().plus(-30), NOW.day()).await.unwrap();
        let promised = store.ledger(id).await.unwrap();
        let (revision, decisions) = (
            store.integration(id).await.unwrap().unwrap().revision,
            store.decision_revision(id).await.unwrap(),
        );
        assert!(store.dump().await.unwrap().contains(KEY));
        let rows = store.erase_person(id, KEY, &Actor::Cli, NOW).await.unwrap();
        assert!(rows.is_some_and(|rows| rows > 8), "{rows:?}");
        let dump = store.dump().await.unwrap();
        for name in [KEY, EMAIL, &EMAIL.to_lowercase()] {
            let line = dump.lines().find(|line| line.contains(name));
            assert_eq!(line, None);
        }
        assert!(dump.contains("bob@example.com"));
        assert!(store.decisions(id).await.unwrap().iter().all(|d| d.user_key.as_deref() == Some("u-2")));
        assert_eq!(store.sign_ins_per_day(id, NOW.day().plus(-30), NOW.day()).await.unwrap(), days);
        assert_eq!(store.hosted_per_day(id, NOW.day().plus(-30), NOW.day()).await.unwrap(), hosted);
        let left = store.ledger(id).await.unwrap();
        assert_eq!(left.len(), promised.len());
        assert_eq!(left[1].promised, promised[1].promised);
        assert_eq!((left[1].user_key.as_deref(), left[1].finding.as_str()), (None, "over_licensed~licensed~"));
        assert!(store.integration(id).await.unwrap().unwrap().revision > revision);
        assert!(store.decision_revision(id).await.unwrap() > decisions);
        let entry = &store.audit(1, None).await.unwrap()[0];
        assert_eq!(entry.action, "person.erase");
        assert!(!entry.detail.contains(KEY));
        assert_eq!(store.verify_audit().await.unwrap(), None);
        assert_eq!(store.erase_person(id, KEY, &Actor::Cli, NOW).await.unwrap(), None);
    }

    async fn s23_an_address_shared_with_another_user_stays(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("u-1", "a@example.com")])).await;
        let swapped = vec![users(&[("u-1", "b@example.com"), ("u-2", "a@example.com")])];
        store.apply(&lease, swapped, NOW.plus_ms(TTL)).await.unwrap();
        for write in crate::history::everything_of("a@example.com") {
            setup.apply(&lease, write).await;
        }
        store.erase_person(id, "u-1", &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.users_by_email(id, "a@example.com").await.unwrap().len(), 1);
        assert!(store.dump().await.unwrap().contains("sign_ins [1,20513,28800000,0,0,\"a@example.com\""));
    }

    async fn s23_erasing_in_one_integration_erases_nothing_in_another(setup) {
        let (id, _) = filled(&setup).await;
        let store = &setup.store;
        let other = connect(store, "account-2").await.id;
        decide_everything(store, other, KEY, EMAIL).await;
        let before = store.decisions(other).await.unwrap();
        store.erase_person(id, KEY, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(store.decisions(other).await.unwrap(), before);
        assert_eq!(store.imported_people(other).await.unwrap().unwrap().people.len(), 2);
        assert_eq!(store.erase_person(other, KEY, &Actor::Cli, NOW).await.unwrap(), None);
    }
}

#[tokio::test]
async fn s23_the_name_of_an_erased_person_is_in_no_file() {
    let setup = Setup::sqlite().await;
    let Engine::Sqlite(directory) = &setup.engine else {
        unreachable!("made on SQLite")
    };
    let (id, _) = filled(&setup).await;
    let holds = |text: &str| {
        let raw = crate::opening::raw(directory.path());
        crate::opening::holds(&raw, text)
    };
    assert!(holds(EMAIL) && holds(&EMAIL.to_lowercase()));
    setup
        .store
        .erase_person(id, KEY, &Actor::Cli, NOW)
        .await
        .unwrap();
    assert!(!holds(EMAIL) && !holds(&EMAIL.to_lowercase()));
}

//! Employees as a directory pushes them.

use model::{IntegrationId, Timestamp};
use store::{
    Actor, Departure, DirectoryEntry, DirectoryFilter, DirectoryPerson, DirectoryStatus, Error,
    ImportedPerson, Result, Store,
};

use crate::support::{NOW, connect, day, field_of, on_both_engines, users};

const ANN: &str = "Ann.Lee@example.com";

fn entry(user_name: &str, active: bool) -> DirectoryEntry {
    DirectoryEntry {
        user_name: user_name.to_owned(),
        external_id: Some(format!("x-{user_name}")),
        email: None,
        active,
    }
}

fn later(days: i64) -> Timestamp {
    NOW.plus_seconds(days * 86_400)
}

async fn push(store: &Store, id: IntegrationId, key: &str, user_name: &str) -> DirectoryPerson {
    let entry = entry(user_name, true);
    let pushed = store.push_person(id, key, &entry, &Actor::Cli, NOW).await;
    pushed.unwrap()
}

async fn change(
    store: &Store,
    id: IntegrationId,
    key: &str,
    now: Timestamp,
    change: impl FnOnce(&mut DirectoryEntry) + Send,
) -> Result<DirectoryPerson, Error> {
    let to = |entry: &DirectoryEntry| {
        let mut entry = entry.clone();
        change(&mut entry);
        Ok(entry)
    };
    store.change_person(id, key, to, &Actor::Cli, now).await
}

async fn active(store: &Store, id: IntegrationId, key: &str, yes: bool, now: Timestamp) {
    change(store, id, key, now, |entry| entry.active = yes)
        .await
        .unwrap();
}

async fn found(store: &Store, id: IntegrationId, filter: DirectoryFilter<'_>) -> Vec<String> {
    let (total, people) = store.directory_people(id, filter, 0, 100).await.unwrap();
    assert_eq!(total, i64::try_from(people.len()).unwrap());
    people.into_iter().map(|person| person.id).collect()
}

/// How the person with this address left.
async fn departure(store: &Store, id: IntegrationId, email: &str) -> Option<Option<Departure>> {
    let all = store.directory_statuses(id).await.unwrap();
    let mut of = all.into_iter().filter(|standing| standing.email == email);
    let one = of.next().map(|standing| standing.departure);
    assert_eq!(of.next(), None);
    one
}

on_both_engines! {
    async fn a_person_is_pushed_changed_and_deleted(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        assert_eq!(store.directory(id).await.unwrap(), None);
        let before = store.decision_revision(id).await.unwrap();
        let ann = push(store, id, "p-1", ANN).await;
        assert_eq!((ann.left_on, ann.entry.user_name.as_str()), (None, ANN));
        assert!(store.decision_revision(id).await.unwrap() > before);
        assert_eq!(store.people_revision(id).await.unwrap(), store.decision_revision(id).await.unwrap());
        let email = "ann.lee@example.com";
        assert_eq!(departure(store, id, email).await, Some(None));
        // The last day is the day of the deactivation, whatever comes later.
        active(store, id, "p-1", false, later(1)).await;
        let gone = Some(Some(Departure::Deactivated(later(1).day())));
        assert_eq!(departure(store, id, email).await, gone);
        change(store, id, "p-1", later(2), |entry| entry.external_id = None).await.unwrap();
        assert_eq!(departure(store, id, email).await, gone);
        // Active again.
        active(store, id, "p-1", true, later(3)).await;
        assert_eq!(departure(store, id, email).await, Some(None));
        let directory = store.directory(id).await.unwrap().unwrap();
        assert_eq!((directory.since, directory.changed_at), (NOW, later(3)));
        assert_eq!((directory.active, directory.deactivated, directory.removed), (1, 0, 0));
        // After deletion only the address and the day stay.
        store.delete_person(id, "p-1", &Actor::Cli, later(4)).await.unwrap();
        assert_eq!(departure(store, id, email).await, Some(Some(Departure::Removed(later(4).day()))));
        assert_eq!(found(store, id, DirectoryFilter::All).await, Vec::<String>::new());
        let twice = store.delete_person(id, "p-1", &Actor::Cli, later(4)).await.unwrap_err();
        assert!(matches!(twice, Error::NotFound { .. }));
        assert!(!store.dump().await.unwrap().contains("x-Ann"));
        // Created again, with another id.
        push(store, id, "p-2", "ANN.lee@example.com").await;
        assert_eq!(departure(store, id, email).await, Some(None));
        let actions: Vec<String> = store.audit(10, None).await.unwrap().into_iter()
            .map(|entry| entry.action).filter(|action| action.starts_with("people.")).collect();
        assert_eq!(actions, [
            "people.scim_create", "people.scim_delete", "people.scim_update", "people.scim_update",
            "people.scim_update", "people.scim_create",
        ]);
        let audit = store.audit(10, None).await.unwrap();
        assert!(!audit.iter().any(|entry| entry.detail.to_lowercase().contains("ann")));
        assert_eq!(store.verify_audit().await.unwrap(), None);
    }

    async fn the_last_day_is_the_day_of_deactivation(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        push(store, id, "p-1", ANN).await;
        active(store, id, "p-1", false, later(1)).await;
        store.delete_person(id, "p-1", &Actor::Cli, later(30)).await.unwrap();
        let gone = Some(Some(Departure::Deactivated(later(1).day())));
        assert_eq!(departure(store, id, "ann.lee@example.com").await, gone);
        // Pushed again as inactive: still a leaver.
        let pushed = store.push_person(id, "p-2", &entry(ANN, false), &Actor::Cli, later(31)).await;
        assert_eq!(pushed.unwrap().left_on, Some(later(1).day()));
        assert_eq!(departure(store, id, "ann.lee@example.com").await, gone);
    }

    async fn a_push_without_a_difference_writes_nothing(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let ann = push(store, id, "p-1", ANN).await;
        let state = async || (
            store.dump().await.unwrap(),
            store.decision_revision(id).await.unwrap(),
            store.directory(id).await.unwrap(),
            store.audit(1, None).await.unwrap()[0].id,
        );
        let before = state().await;
        let same = change(store, id, "p-1", later(1), |entry| entry.active = true).await.unwrap();
        assert_eq!(same, ann);
        let spaced = change(store, id, "p-1", later(1), |entry| entry.user_name.push(' ')).await;
        assert_eq!(spaced.unwrap(), ann);
        let refused = store.change_person(
            id, "p-1", |_| Err(Error::Taken { what: "no".to_owned() }), &Actor::Cli, later(1),
        ).await;
        assert!(matches!(refused, Err(Error::Taken { .. })));
        assert_eq!(state().await, before);
    }

    async fn user_names_are_unique_and_fields_have_limits(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        push(store, id, "p-1", ANN).await;
        push(store, id, "p-2", "bob").await;
        let twice = store.push_person(id, "p-3", &entry("ann.LEE@example.com", true), &Actor::Cli, NOW).await;
        assert!(matches!(twice, Err(Error::Taken { .. })));
        let twice = change(store, id, "p-2", NOW, |entry| ANN.clone_into(&mut entry.user_name)).await;
        assert!(matches!(twice, Err(Error::Taken { .. })));
        // The own name in another case is not taken.
        change(store, id, "p-1", NOW, |entry| entry.user_name = ANN.to_uppercase()).await.unwrap();
        for (field, wrong) in [
            ("userName", DirectoryEntry { user_name: " ".to_owned(), ..entry("x", true) }),
            ("userName", DirectoryEntry { user_name: "x".repeat(300), ..entry("x", true) }),
            ("externalId", DirectoryEntry { external_id: Some("a\nb".to_owned()), ..entry("x", true) }),
            ("emails.value", DirectoryEntry { email: Some("ann".to_owned()), ..entry("x", true) }),
        ] {
            let error = store.push_person(id, "p-3", &wrong, &Actor::Cli, NOW).await.unwrap_err();
            assert_eq!(field_of(&error), field);
        }
        let nobody = store.push_person(IntegrationId(9), "p-3", &entry("x", true), &Actor::Cli, NOW).await;
        assert!(matches!(nobody, Err(Error::NotFound { .. })));
        let other = connect(store, "account-2").await.id;
        let theirs = change(store, other, "p-1", NOW, |entry| entry.active = false).await;
        assert!(matches!(theirs, Err(Error::NotFound { .. })));
        // The same name is free in another account.
        push(store, other, "p-1", ANN).await;
    }

    async fn people_are_found_and_paged(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        for (key, name) in [("a", ANN), ("b", "bob"), ("c", "cleo")] {
            push(store, id, key, name).await;
        }
        change(store, id, "b", NOW, |entry| entry.email = Some("Bob@Example.com".to_owned())).await.unwrap();
        let find = async |filter| found(store, id, filter).await;
        assert_eq!(find(DirectoryFilter::All).await, ["a", "b", "c"]);
        assert_eq!(find(DirectoryFilter::Id("b")).await, ["b"]);
        assert_eq!(find(DirectoryFilter::UserName("ANN.LEE@example.com")).await, ["a"]);
        assert_eq!(find(DirectoryFilter::ExternalId("x-cleo")).await, ["c"]);
        assert_eq!(find(DirectoryFilter::ExternalId("X-cleo")).await, Vec::<String>::new());
        assert_eq!(find(DirectoryFilter::Email("bob@EXAMPLE.com")).await, ["b"]);
        assert_eq!(find(DirectoryFilter::Id("")).await, Vec::<String>::new());
        let (total, page) = store.directory_people(id, DirectoryFilter::All, 1, 1).await.unwrap();
        assert_eq!((total, page.len(), page[0].id.as_str()), (3, 1, "b"));
        let (total, page) = store.directory_people(id, DirectoryFilter::All, 9, 0).await.unwrap();
        assert_eq!((total, page.len()), (3, 0));
    }

    async fn a_list_and_a_directory_never_replace_each_other(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let list = [ImportedPerson { email: "ann@example.com".to_owned(), left_on: None }];
        let import = async || store.import_people(id, &list, "hr.csv", &Actor::Cli, NOW).await;
        import().await.unwrap();
        let pushed = store.push_person(id, "p-1", &entry(ANN, true), &Actor::Cli, NOW).await.unwrap_err();
        assert!(matches!(&pushed, Error::Conflict { what } if what.contains("hr.csv")), "{pushed}");
        let changed = change(store, id, "p-1", NOW, |_| ()).await;
        assert!(matches!(changed, Err(Error::Conflict { .. })));
        let deleted = store.delete_person(id, "p-1", &Actor::Cli, NOW).await;
        assert!(matches!(deleted, Err(Error::Conflict { .. })));
        let moved = store.people_revision(id).await.unwrap();
        assert!(store.remove_people(id, &Actor::Cli, NOW).await.unwrap());
        assert!(store.people_revision(id).await.unwrap() > moved);
        push(store, id, "p-1", ANN).await;
        push(store, id, "p-2", "bob@example.com").await;
        store.delete_person(id, "p-2", &Actor::Cli, NOW).await.unwrap();
        assert!(matches!(import().await, Err(Error::Conflict { .. })));
        assert_eq!(store.imported_people(id).await.unwrap(), None);
        assert!(store.remove_people(id, &Actor::Cli, NOW).await.unwrap());
        assert_eq!(store.directory(id).await.unwrap(), None);
        assert_eq!(store.directory_statuses(id).await.unwrap(), Vec::<DirectoryStatus>::new());
        import().await.unwrap();
    }

    async fn s23_an_erased_person_is_deleted_from_the_directory(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("u-1", ANN), ("u-2", "bob@example.com"), ("u-3", "cleo@example.com")])).await;
        push(store, id, "p-1", ANN).await;
        let named = DirectoryEntry { email: Some("Bob@example.com".to_owned()), ..entry("bob", false) };
        store.push_person(id, "p-2", &named, &Actor::Cli, NOW).await.unwrap();
        push(store, id, "p-3", "cleo@example.com").await;
        store.delete_person(id, "p-3", &Actor::Cli, NOW).await.unwrap();
        push(store, id, "p-4", "dora@example.com").await;
        let moved = store.decision_revision(id).await.unwrap();
        for key in ["u-1", "u-2", "u-3"] {
            store.erase_person(id, key, &Actor::Cli, NOW).await.unwrap();
        }
        assert!(store.decision_revision(id).await.unwrap() > moved);
        assert_eq!(found(store, id, DirectoryFilter::All).await, ["p-4"]);
        let dump = store.dump().await.unwrap().to_lowercase();
        for name in ["ann.lee", "bob", "cleo"] {
            assert!(!dump.contains(name), "{name}");
        }
        // The old id is not known any more; a new push creates a new person.
        let erased = change(store, id, "p-1", NOW, |entry| entry.active = false).await;
        assert!(matches!(erased, Err(Error::NotFound { .. })));
    }

    async fn an_integration_is_erased_with_its_directory(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let other = connect(store, "account-2").await.id;
        for id in [id, other] {
            push(store, id, "p-1", ANN).await;
            push(store, id, "p-2", "bob@example.com").await;
            store.delete_person(id, "p-2", &Actor::Cli, NOW).await.unwrap();
        }
        store.disconnect(id, true, &Actor::Cli, NOW).await.unwrap();
        let dump = store.dump().await.unwrap();
        for table in ["directories", "directory_people", "directory_removals"] {
            let rows: Vec<&str> = dump.lines().filter(|line| line.starts_with(table)).collect();
            assert_eq!(rows.len(), 1, "{table}: {rows:?}");
        }
        assert_eq!(found(store, other, DirectoryFilter::All).await, ["p-1"]);
    }

    async fn a_list_of_employees_replaces_the_one_before(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        assert_eq!(store.imported_people(id).await.unwrap(), None);
        let person = |email: &str, left: Option<&str>| ImportedPerson {
            email: email.to_owned(),
            left_on: left.map(day),
        };
        let many: Vec<ImportedPerson> =
            (0..1200).map(|n| person(&format!("user{n}@example.com"), None)).collect();
        store.import_people(id, &many, "first.csv", &Actor::Cli, NOW).await.unwrap();
        let few = [person("Ann@Example.com ", None), person("bob@example.com", None), person("ann@example.com", Some("2026-02-28"))];
        let later = NOW.plus_seconds(60);
        store.import_people(id, &few, "second.csv", &Actor::Cli, later).await.unwrap();
        let import = store.imported_people(id).await.unwrap().unwrap();
        assert_eq!((import.read_at, import.source.as_str()), (later, "second.csv"));
        assert_eq!(import.people, [person("ann@example.com", Some("2026-02-28")), person("bob@example.com", None)]);
        let wrong = [person("ann@example.com", None), person("nobody", None)];
        let error = store.import_people(id, &wrong, "x.csv", &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "people[1].email");
        let error = store.import_people(id, &[], "x.csv", &Actor::Cli, NOW).await.unwrap_err();
        assert_eq!(field_of(&error), "people");
        assert_eq!(store.imported_people(id).await.unwrap().unwrap(), import);
        assert!(store.remove_people(id, &Actor::Cli, NOW).await.unwrap());
        assert!(!store.remove_people(id, &Actor::Cli, NOW).await.unwrap());
        assert_eq!(store.imported_people(id).await.unwrap(), None);
        let nobody = store.remove_people(IntegrationId(9), &Actor::Cli, NOW).await.unwrap_err();
        assert!(matches!(nobody, Error::NotFound { .. }));
    }
}

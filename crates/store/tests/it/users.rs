//! Listings: new, unchanged, changed, merged, missing, removed; details and groups.

use model::{Fields, Group, Timestamp};
use store::{ListedUser, SyncWrite, UserDetails};

use crate::rejected::rejected;
use crate::support::{NOW, all_users, fields, listed, on_both_engines, user, users};

const LATER: Timestamp = Timestamp(NOW.0 + 3_600_000);

fn details(key: &str, value: &str, at: Timestamp) -> UserDetails {
    UserDetails {
        key: key.to_owned(),
        fields: fields(&[("meeting_capacity", value)]),
        at,
        next_due: at.plus_seconds(86_400),
    }
}

fn email(key: &str, email: &str, since: i64, until: Option<Timestamp>) -> store::UserEmail {
    store::UserEmail {
        user_key: key.to_owned(),
        email: email.to_owned(),
        since: Timestamp(since),
        until,
    }
}

const CREATED: i64 = 1_700_000_000_000;

on_both_engines! {
    async fn a_listing_is_read_back_unchanged(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let mut ann = user("u-1", "Ann@Example.com");
        ann.groups = vec!["g-2".to_owned(), "g-1".to_owned()];
        ann.listed_sign_in = Some(NOW);
        ann.fields.insert("webinar".to_owned(), model::FieldValue::YesNo(true));
        ann.fields.insert("capacity".to_owned(), model::FieldValue::Integer(1 << 40));
        let mut bob = user("bob@example.com", "bob@example.com");
        bob.created_at = None;
        bob.display_name = "quote ' \" \\ 名前 \u{1f600}".into();
        let applied = setup
            .apply(&lease, SyncWrite::Users(vec![listed(ann.clone()), listed(bob.clone())])).await;
        assert_eq!((applied.changed, applied.revision), (2, 1));
        ann.groups.reverse();
        assert_eq!(all_users(store, id).await, [bob.clone(), ann.clone()]);
        assert_eq!(store.user(id, "u-1").await.unwrap(), Some(ann.clone()));
        assert_eq!(store.user(id, "u-2").await.unwrap(), None);
        assert_eq!(store.users_by_email(id, "ANN@example.com").await.unwrap(), [ann]);
        assert_eq!(store.integration(id).await.unwrap().unwrap().revision, 1);
    }

    async fn r31_an_unchanged_listing_writes_nothing(setup) {
        let (integration, lease) = setup.leased().await;
        let many: Vec<ListedUser> = (0..1234)
            .map(|n| listed(user(&format!("u-{n}"), &format!("user{n}@example.com"))))
            .collect();
        let first = setup.apply(&lease, SyncWrite::Users(many.clone())).await;
        assert_eq!((first.changed, first.revision), (1234, 1));
        let dump = setup.store.dump().await.unwrap();
        let again = setup.store.apply(&lease, vec![SyncWrite::Users(many.clone())], LATER).await.unwrap();
        assert_eq!((again.changed, again.revision), (0, 1));
        assert_eq!(setup.store.dump().await.unwrap(), dump);
        let mut one = many;
        one[77].user.display_name = "Changed".into();
        one[78].user.groups = vec!["g-9".to_owned()];
        let third = setup.apply(&lease, SyncWrite::Users(one)).await;
        assert_eq!((third.changed, third.revision), (2, 2));
        let keys = setup.store.user_keys(integration.id, None, 2000).await.unwrap();
        assert_eq!(keys.len(), 1234);
        assert!(keys.is_sorted());
        let page = setup.store.user_keys(integration.id, Some(&keys[9].0), 5).await.unwrap();
        assert_eq!(page, keys[10..15]);
    }

    async fn r08_the_last_of_several_rows_with_one_key_is_stored(setup) {
        let (integration, lease) = setup.leased().await;
        let mut second = user("u-1", "ann@example.com");
        second.display_name = "Second".into();
        let both = vec![listed(user("u-1", "ann@example.com")), listed(second.clone())];
        let applied = setup.apply(&lease, SyncWrite::Users(both)).await;
        assert_eq!(applied.changed, 1);
        assert_eq!(all_users(&setup.store, integration.id).await, [second]);
    }

    async fn r15_nul_and_endless_text_do_no_harm(setup) {
        let (integration, lease) = setup.leased().await;
        let mut odd = user("u-1", "ann@example.com");
        odd.display_name = "a\0b".into();
        odd.fields = fields(&[("department", "x\0y")]);
        setup.apply(&lease, SyncWrite::Users(vec![listed(odd)])).await;
        let stored = &all_users(&setup.store, integration.id).await[0];
        assert_eq!(stored.display_name, "a\u{fffd}b");
        assert_eq!(stored.fields, fields(&[("department", "x\0y")]));
        let mut sign_in = crate::history::sign_in("2026-03-01T10:00:00Z", "ann@example.com");
        sign_in.client = "\0é".repeat(50_000);
        let applied = setup.apply(&lease, SyncWrite::SignIns(vec![sign_in.clone()])).await;
        assert_eq!(applied.changed, 1);
        assert_eq!(setup.apply(&lease, SyncWrite::SignIns(vec![sign_in])).await.changed, 0);
    }

    async fn changed_addresses_are_stored_with_their_times(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("u-1", "Old@example.com")])).await;
        store.apply(&lease, vec![users(&[("u-1", "new@example.com")])], LATER).await.unwrap();
        assert_eq!(store.user_emails(id).await.unwrap(), [
            email("u-1", "new@example.com", LATER.0, None),
            email("u-1", "old@example.com", CREATED, Some(LATER)),
        ]);
        assert_eq!(store.users_by_email(id, "old@example.com").await.unwrap().len(), 1);
        // The same address in another case is not a new address.
        store.apply(&lease, vec![users(&[("u-1", "NEW@example.com")])], LATER).await.unwrap();
        assert_eq!(store.user_emails(id).await.unwrap().len(), 2);
    }

    async fn r09_swapped_addresses_never_merge_people(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("u-1", "a@example.com"), ("u-2", "b@example.com")])).await;
        setup.apply(&lease, SyncWrite::Details(vec![details("u-1", "300", NOW)])).await;
        let swap = users(&[("u-1", "b@example.com"), ("u-2", "a@example.com")]);
        store.apply(&lease, vec![swap], LATER).await.unwrap();
        let all = all_users(store, id).await;
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].details, fields(&[("meeting_capacity", "300")]));
        assert_eq!(all[1].details, Fields::new());
        assert_eq!(store.user_emails(id).await.unwrap(), [
            email("u-1", "a@example.com", CREATED, Some(LATER)),
            email("u-2", "a@example.com", LATER.0, None),
            email("u-1", "b@example.com", LATER.0, None),
            email("u-2", "b@example.com", CREATED, Some(LATER)),
        ]);
    }

    async fn an_invited_user_stays_the_same_person_after_accepting(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        setup.apply(&lease, users(&[("ann@example.com", "ann@example.com")])).await;
        setup.apply(&lease, SyncWrite::Details(vec![details("ann@example.com", "300", NOW)])).await;
        let first_seen = all_users(store, id).await[0].first_seen;
        let applied = store
            .apply(&lease, vec![users(&[("u-1", "Ann@example.com")])], LATER).await.unwrap();
        assert_eq!(applied.changed, 1);
        let all = all_users(store, id).await;
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].key.as_str(), all[0].first_seen), ("u-1", first_seen));
        assert_eq!(all[0].details, fields(&[("meeting_capacity", "300")]));
        let aliases = store.user_emails(id).await.unwrap();
        assert_eq!(aliases, [email("u-1", "ann@example.com", CREATED, None)]);
        // Both at once, as in a listing that shifts between pages: the next listing merges them.
        setup.apply(&lease, users(&[("ann@example.com", "ann@example.com")])).await;
        assert_eq!(all_users(store, id).await.len(), 2);
        let applied = setup.apply(&lease, users(&[("u-1", "Ann@example.com")])).await;
        assert_eq!(applied.changed, 1);
        assert_eq!(all_users(store, id).await.len(), 1);
        assert_eq!(store.user_emails(id).await.unwrap(), aliases);
    }

    async fn missing_and_removed_users_return_when_they_are_listed(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let both = [("u-1", "a@example.com"), ("u-2", "b@example.com")];
        setup.apply(&lease, users(&both)).await;
        let missing = |generation| SyncWrite::UsersMissing { keys: vec!["u-2".to_owned()], generation };
        assert_eq!(setup.apply(&lease, missing(7)).await.changed, 0);
        setup.apply(&lease, missing(8)).await;
        let keys = store.user_keys(id, None, 9).await.unwrap();
        assert_eq!(keys, [("u-1".to_owned(), None), ("u-2".to_owned(), Some(7))]);
        setup.apply(&lease, users(&both)).await;
        assert_eq!(store.user_keys(id, None, 9).await.unwrap()[1].1, None);

        let gone = SyncWrite::UsersRemoved { keys: vec!["u-2".to_owned()], at: LATER };
        assert_eq!(setup.apply(&lease, gone.clone()).await.changed, 1);
        assert_eq!(setup.apply(&lease, gone).await.changed, 0);
        assert_eq!(store.user_keys(id, None, 9).await.unwrap().len(), 1);
        assert_eq!(store.user(id, "u-2").await.unwrap().unwrap().removed_at, Some(LATER));
        let mut here = 0;
        store.for_each_user(id, false, |_| here += 1).await.unwrap();
        assert_eq!(here, 1);
        assert_eq!(store.details_due_count(id, LATER).await.unwrap(), 1);
        let aliases = store.user_emails(id).await.unwrap();
        assert_eq!(aliases[1], email("u-2", "b@example.com", CREATED, Some(LATER)));

        let back = LATER.plus_seconds(60);
        let applied = store.apply(&lease, vec![users(&both)], back).await.unwrap();
        assert_eq!(applied.changed, 1);
        assert_eq!(store.user(id, "u-2").await.unwrap().unwrap().removed_at, None);
        assert_eq!(store.details_due_count(id, back).await.unwrap(), 2);
        assert_eq!(store.user_emails(id).await.unwrap()[2], email("u-2", "b@example.com", back.0, None));
    }

    async fn details_are_due_when_the_listing_or_a_change_says_so(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let due = async |now| -> Vec<String> {
            let due = store.details_due(id, now, 10).await.unwrap();
            assert_eq!(store.details_due_count(id, now).await.unwrap(), i64::try_from(due.len()).unwrap());
            due.into_iter().map(|due| due.key).collect()
        };
        let mut never = listed(user("u-0", "none@example.com"));
        never.details_due = None;
        let mut soon = listed(user("u-1", "soon@example.com"));
        soon.details_due = Some(NOW.plus_seconds(10));
        let first = listed(user("u-2", "first@example.com"));
        let listing = SyncWrite::Users(vec![never.clone(), soon.clone(), first.clone()]);
        setup.apply(&lease, listing.clone()).await;
        assert_eq!(due(NOW).await, ["u-2"]);
        assert_eq!(due(LATER).await, ["u-2", "u-1"]);
        assert_eq!(store.details_due(id, NOW, 10).await.unwrap()[0].email, "first@example.com");

        let applied = setup
            .apply(&lease, SyncWrite::Details(vec![details("u-2", "300", LATER), details("gone", "1", LATER)]))
            .await;
        assert_eq!(applied.changed, 1);
        assert_eq!(due(LATER).await, ["u-1"]);
        let read = store.user(id, "u-2").await.unwrap().unwrap();
        assert_eq!(read.details, fields(&[("meeting_capacity", "300")]));
        assert_eq!(read.details_at, Some(LATER));
        // Reading the same again changes nothing.
        let again = setup.apply(&lease, SyncWrite::Details(vec![details("u-2", "300", LATER)])).await;
        assert_eq!(again.changed, 0);
        // The same listing does not make them due; another details key does.
        setup.apply(&lease, listing).await;
        assert_eq!(due(LATER).await, ["u-1"]);
        let mut other = first;
        other.details_key = 2;
        setup.apply(&lease, SyncWrite::Users(vec![other.clone()])).await;
        assert_eq!(due(LATER).await, ["u-2", "u-1"]);
        // Without a licence there is nothing to read.
        other.details_key = 3;
        other.details_due = None;
        setup.apply(&lease, SyncWrite::Users(vec![other])).await;
        assert_eq!(due(LATER).await, ["u-1"]);
        setup.apply(&lease, SyncWrite::DetailsUnavailable { keys: vec!["u-1".to_owned()], at: LATER }).await;
        assert_eq!(due(LATER).await, [""; 0]);
        let mut again = soon;
        again.details_key = 5;
        setup.apply(&lease, SyncWrite::Users(vec![again])).await;
        setup.apply(&lease, SyncWrite::Details(vec![details("u-1", "300", NOW)])).await;
        assert_eq!(due(LATER).await, [""; 0]);
        // They were changed at the application since the last read.
        let changed = |at| SyncWrite::DetailsDue(vec![
            ("Soon@example.com".to_owned(), at),
            ("none@example.com".to_owned(), at),
            ("nobody@example.com".to_owned(), at),
        ]);
        setup.apply(&lease, changed(NOW.plus_seconds(-5))).await;
        assert_eq!(due(LATER).await, [""; 0]);
        store.apply(&lease, vec![changed(NOW.plus_seconds(5))], LATER).await.unwrap();
        assert_eq!(due(LATER).await, ["u-1"]);
        setup.apply(&lease, SyncWrite::Details(vec![details("u-1", "500", LATER)])).await;
        store.apply(&lease, vec![changed(NOW.plus_seconds(5))], LATER).await.unwrap();
        assert_eq!(due(LATER).await, [""; 0]);
    }

    async fn groups_are_added_changed_and_removed(setup) {
        let (integration, lease) = setup.leased().await;
        let (store, id) = (&setup.store, integration.id);
        let group = |id: &str, name: &str, total| Group {
            id: id.to_owned(),
            name: name.to_owned(),
            total_members: total,
        };
        let both = vec![group("g-1", "One", Some(4)), group("g-2", "Two", None)];
        assert_eq!(setup.apply(&lease, SyncWrite::Groups(both.clone())).await.changed, 2);
        assert_eq!(setup.apply(&lease, SyncWrite::Groups(both.clone())).await.changed, 0);
        assert_eq!(store.groups(id).await.unwrap(), both);
        let renamed = vec![group("g-2", "Zwei", Some(1))];
        assert_eq!(setup.apply(&lease, SyncWrite::Groups(renamed.clone())).await.changed, 1);
        let keep = SyncWrite::GroupsRemoved { keep: vec!["g-2".to_owned()] };
        assert_eq!(setup.apply(&lease, keep.clone()).await.changed, 1);
        assert_eq!(setup.apply(&lease, keep).await.changed, 0);
        assert_eq!(store.groups(id).await.unwrap(), renamed);
    }

    async fn a_failed_transaction_leaves_no_trace(setup) {
        let (integration, lease) = setup.leased().await;
        let before = setup.store.dump().await.unwrap();
        setup.sql("ALTER TABLE rejected RENAME TO away").await;
        let writes = vec![
            users(&[("u-1", "a@example.com")]),
            SyncWrite::Checkpoint { stream: "users", key: "page".to_owned(), value: Some("2".to_owned()) },
            SyncWrite::Rejected(rejected("users", "no id", "u-1")),
        ];
        setup.store.apply(&lease, writes, NOW).await.unwrap_err();
        setup.sql("ALTER TABLE away RENAME TO rejected").await;
        assert_eq!(setup.store.dump().await.unwrap(), before);
        assert_eq!(setup.store.checkpoint(integration.id, "users", "page").await.unwrap(), None);
        assert_eq!(setup.store.integration(integration.id).await.unwrap().unwrap().revision, 0);
    }
}

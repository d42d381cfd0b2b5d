//! Members, sessions, API tokens, throttling.

use model::{MemberId, Role};
use store::{Actor, Error, Member, NewMember, Store};

use crate::support::{NOW, on_both_engines};

fn person(email: &str) -> NewMember {
    NewMember {
        email: email.to_owned(),
        name: "Ann".to_owned(),
        password_hash: "$argon2id$hash".to_owned(),
    }
}

async fn owner(store: &Store) -> Member {
    store
        .create_owner("Example Ltd", person("Ann@Example.com"), NOW)
        .await
        .unwrap()
}

on_both_engines! {
    async fn there_is_one_organisation_with_one_first_owner(setup) {
        let store = &setup.store;
        assert_eq!(store.organisation().await.unwrap(), None);
        let refused = store.set_inactive_days(60, &Actor::Cli, NOW).await.unwrap_err();
        assert!(matches!(refused, Error::NotFound { .. }));
        let ann = owner(store).await;
        assert_eq!((ann.id, ann.role), (MemberId(1), Role::Owner));
        let again = store.create_owner("Other", person("eve@example.com"), NOW).await.unwrap_err();
        assert!(matches!(again, Error::Conflict { .. }), "{again}");
        let organisation = store.organisation().await.unwrap().unwrap();
        assert_eq!((organisation.name.as_str(), organisation.inactive_days), ("Example Ltd", 30));
        store.set_inactive_days(60, &Actor::Member(ann.id), NOW).await.unwrap();
        assert_eq!(store.organisation().await.unwrap().unwrap().inactive_days, 60);
    }

    async fn s36_set_up_codes_are_valid_until_there_is_an_owner(setup) {
        let store = &setup.store;
        assert!(!store.setup_code_fits("ONE").await.unwrap());
        store.add_setup_code("ONE", NOW).await.unwrap();
        store.add_setup_code("TWO", NOW).await.unwrap();
        // Each server of a shared database has printed its own; a file has one server only.
        assert_eq!(store.setup_code_fits("ONE").await.unwrap(), !store.has_one_writer());
        assert!(store.setup_code_fits("TWO").await.unwrap());
        for wrong in ["", "TW", "TWOO", "two"] {
            assert!(!store.setup_code_fits(wrong).await.unwrap(), "{wrong}");
        }
        for n in 0..8_i64 {
            store.add_setup_code(&format!("LATER-{n}"), NOW.plus_ms(1 + n)).await.unwrap();
        }
        assert!(!store.setup_code_fits("TWO").await.unwrap(), "the oldest end");
        assert!(store.setup_code_fits("LATER-7").await.unwrap());
        owner(store).await;
        assert!(!store.setup_code_fits("LATER-7").await.unwrap());
    }

    async fn members_are_found_by_address_in_any_case(setup) {
        let store = &setup.store;
        let ann = owner(store).await;
        let (found, hash) = store.member_by_email(" ann@EXAMPLE.com").await.unwrap().unwrap();
        assert_eq!((found, hash.as_str()), (ann.clone(), "$argon2id$hash"));
        assert_eq!(store.member_by_email("bob@example.com").await.unwrap(), None);
        let actor = Actor::Member(ann.id);
        let bob = store.add_member(person("bob@example.com"), Role::Viewer, &actor, NOW).await.unwrap();
        let twice = store.add_member(person("BOB@example.com"), Role::Viewer, &actor, NOW).await;
        assert!(matches!(twice.unwrap_err(), Error::Conflict { .. }));
        assert_eq!(store.members().await.unwrap(), [ann, bob.clone()]);
        assert_eq!(store.member(bob.id).await.unwrap(), Some(bob));
        assert_eq!(store.member(MemberId(99)).await.unwrap(), None);
    }

    async fn one_enabled_owner_always_remains(setup) {
        let store = &setup.store;
        let ann = owner(store).await;
        let actor = Actor::Member(ann.id);
        for refused in [
            store.set_member_role(ann.id, Role::Viewer, &actor, NOW).await,
            store.set_member_disabled(ann.id, true, &actor, NOW).await,
        ] {
            assert!(matches!(refused.unwrap_err(), Error::Conflict { .. }));
        }
        assert_eq!(store.member(ann.id).await.unwrap(), Some(ann.clone()));
        let bob = store.add_member(person("bob@example.com"), Role::Owner, &actor, NOW).await.unwrap();
        // Both at the same time: one of them must stay.
        let other = setup.other().await;
        let (one, two) = tokio::join!(
            store.set_member_disabled(ann.id, true, &actor, NOW),
            other.set_member_disabled(bob.id, true, &actor, NOW),
        );
        assert!(one.is_ok() != two.is_ok());
        let missing = store.set_member_role(MemberId(99), Role::Viewer, &actor, NOW).await;
        assert!(matches!(missing.unwrap_err(), Error::NotFound { .. }));
    }

    async fn a_session_lasts_until_it_ends_or_its_member_changes(setup) {
        let store = &setup.store;
        let ann = owner(store).await;
        let actor = Actor::Member(ann.id);
        let end = NOW.plus_seconds(60);
        store.create_session("hash-1", ann.id, NOW, end).await.unwrap();
        let session = store.session("hash-1", NOW).await.unwrap().unwrap();
        assert_eq!(session.member.last_sign_in, Some(NOW));
        assert_eq!((session.created_at, session.expires_at), (NOW, end));
        assert_eq!(session.csrf.len(), 64);
        assert_eq!(store.session("hash-1", end).await.unwrap(), None);
        assert_eq!(store.session("hash-2", NOW).await.unwrap(), None);
        store.extend_session("hash-1", end.plus_seconds(60)).await;
        assert!(store.session("hash-1", end).await.unwrap().is_some());

        store.create_session("hash-2", ann.id, NOW, end).await.unwrap();
        let other = store.session("hash-2", NOW).await.unwrap().unwrap();
        assert_ne!(other.csrf, session.csrf);
        store.delete_session("hash-2").await.unwrap();
        assert_eq!(store.session("hash-2", NOW).await.unwrap(), None);

        store.set_password(ann.id, "$new", &actor, NOW).await.unwrap();
        assert_eq!(store.session("hash-1", NOW).await.unwrap(), None);
        assert_eq!(store.member_by_email("ann@example.com").await.unwrap().unwrap().1, "$new");

        let bob = store.add_member(person("bob@example.com"), Role::Viewer, &actor, NOW).await.unwrap();
        store.create_session("hash-3", bob.id, NOW, end).await.unwrap();
        store.set_member_role(bob.id, Role::Auditor, &actor, NOW).await.unwrap();
        assert_eq!(store.session("hash-3", NOW).await.unwrap(), None);
        store.create_session("hash-3", bob.id, NOW, end).await.unwrap();
        store.delete_sessions_of(bob.id).await.unwrap();
        assert_eq!(store.session("hash-3", NOW).await.unwrap(), None);
        store.set_member_disabled(bob.id, true, &actor, NOW).await.unwrap();
        let refused = store.create_session("hash-3", bob.id, NOW, end).await.unwrap_err();
        assert!(matches!(refused, Error::NotFound { .. }));
    }

    async fn an_api_token_works_until_it_ends_or_is_revoked(setup) {
        let store = &setup.store;
        let ann = owner(store).await;
        let actor = Actor::Member(ann.id);
        let end = NOW.plus_seconds(3600);
        let token = store
            .create_api_token("t-1", ann.id, "export", Some(end), &actor, NOW).await.unwrap();
        let forever = store.create_api_token("t-2", ann.id, "cron", None, &actor, NOW).await.unwrap();
        assert_ne!(token.id, forever.id);
        assert_eq!(store.api_tokens(ann.id).await.unwrap(), [token.clone(), forever.clone()]);
        assert_eq!(store.member_by_api_token("t-1", NOW).await.unwrap().unwrap().id, ann.id);
        assert_eq!(store.api_tokens(ann.id).await.unwrap()[0].last_used_at, Some(NOW));
        // A second use within the minute is not written.
        store.member_by_api_token("t-1", NOW.plus_seconds(1)).await.unwrap();
        assert_eq!(store.api_tokens(ann.id).await.unwrap()[0].last_used_at, Some(NOW));
        assert_eq!(store.member_by_api_token("t-1", end).await.unwrap(), None);
        assert!(store.member_by_api_token("t-2", end).await.unwrap().is_some());
        let wrong = store.revoke_api_token(MemberId(9), forever.id, &actor, NOW).await;
        assert!(matches!(wrong.unwrap_err(), Error::NotFound { .. }));
        store.revoke_api_token(ann.id, forever.id, &actor, NOW).await.unwrap();
        assert_eq!(store.member_by_api_token("t-2", NOW).await.unwrap(), None);
        let nobody = store.create_api_token("t-3", MemberId(9), "x", None, &actor, NOW).await;
        assert!(matches!(nobody.unwrap_err(), Error::NotFound { .. }));
    }

    async fn failed_sign_ins_are_counted_by_key_for_a_day(setup) {
        let store = &setup.store;
        for _ in 0..3 {
            store.record_failed_sign_in("ann", NOW).await.unwrap();
        }
        store.record_failed_sign_in("ann", NOW.plus_seconds(10)).await.unwrap();
        store.record_failed_sign_in("bob", NOW).await.unwrap();
        assert_eq!(store.failed_sign_ins("ann", NOW).await.unwrap(), 4);
        assert_eq!(store.failed_sign_ins("ann", NOW.plus_seconds(1)).await.unwrap(), 1);
        store.clear_failed_sign_ins("ann").await.unwrap();
        assert_eq!(store.failed_sign_ins("ann", NOW).await.unwrap(), 0);
        assert_eq!(store.failed_sign_ins("bob", NOW).await.unwrap(), 1);
        store.record_failed_sign_in("eve", NOW.plus_seconds(86_401)).await.unwrap();
        assert_eq!(store.failed_sign_ins("bob", NOW).await.unwrap(), 0);
    }
}

//! The master key, sealed values, pending authorisations, and where secrets must not appear.

use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{IntegrationId, Plan};
use secrecy::ExposeSecret as _;
use store::{
    Actor, AuthorisationReturn, ChangeAccess, ChannelKind, ChannelSettings, Error, MasterKey,
    NewMessage, OAuthApp, PendingAuthorisation, SmtpSecurity, SmtpSettings, Store, StoreOptions,
};

use crate::support::{
    Engine, NOW, connect, credentials, grant, mail, new_integration, on_both_engines, tokens,
};

pub(crate) fn pending(state: &str) -> PendingAuthorisation {
    PendingAuthorisation {
        state_hash: state.to_owned(),
        session_hash: "session".to_owned(),
        verifier: "verifier-text".into(),
        integration: Some(IntegrationId(4)),
        name: "Example".to_owned(),
        plan: Plan::Pro,
        redirect_uri: "http://127.0.0.1:8080/callback".to_owned(),
        client_id: "client".to_owned(),
        created_at: NOW,
        expires_at: NOW.plus_seconds(600),
    }
}

pub(crate) fn app(secret: &str) -> OAuthApp {
    OAuthApp {
        client_id: "client".to_owned(),
        client_secret: secret.into(),
    }
}

on_both_engines! {
    async fn credentials_and_tokens_are_read_back_unchanged(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let connection = store.connection(id).await.unwrap().unwrap();
        assert_eq!(connection.credentials.client_secret.expose_secret(), "secret");
        assert_eq!(connection.version, 1);
        let tokens = connection.tokens.unwrap();
        assert_eq!(tokens.access.expose_secret(), "access");
        assert_eq!(tokens.refresh.unwrap().expose_secret(), "refresh");
        assert_eq!(tokens.api_url, "https://api.zoom.us");
        assert!(store.connection(IntegrationId(99)).await.unwrap().is_none());
        assert!(store.oauth_app("zoom").await.unwrap().is_none());
        store.set_oauth_app("zoom", &app("one"), &Actor::Cli, NOW).await.unwrap();
        store.set_oauth_app("zoom", &app("two"), &Actor::Cli, NOW).await.unwrap();
        let app = store.oauth_app("zoom").await.unwrap().unwrap();
        assert_eq!(app.client_secret.expose_secret(), "two");
    }

    async fn k07_a_wrong_key_opens_no_secret(setup) {
        let id = connect(&setup.store, "account-1").await.id;
        setup.store.close().await;
        let options = StoreOptions { key: MasterKey::from_bytes([8; 32]), ..setup.options() };
        let store = Store::open(options).await.unwrap();
        let error = store.connection(id).await.unwrap_err();
        assert!(error.to_string().contains("connections/1/access_token"), "{error}");
        assert!(matches!(error, Error::Sealed { .. }));
    }

    async fn k07_a_secret_swapped_between_two_rows_does_not_open(setup) {
        let one = connect(&setup.store, "account-1").await.id;
        let two = connect(&setup.store, "account-2").await.id;
        setup.sql(
            "UPDATE connections SET client_secret =
               (SELECT c.client_secret FROM connections c WHERE c.integration_id = 2)
             WHERE integration_id = 1",
        ).await;
        let error = setup.store.connection(one).await.unwrap_err();
        assert!(matches!(&error, Error::Sealed { what } if what == "connections/1/client_secret"));
        assert!(setup.store.connection(two).await.is_ok());
    }

    async fn k07_a_secret_swapped_between_two_columns_does_not_open(setup) {
        let id = connect(&setup.store, "account-1").await.id;
        setup.sql("UPDATE connections SET refresh_token = access_token").await;
        let error = setup.store.connection(id).await.unwrap_err();
        assert!(matches!(&error, Error::Sealed { what } if what == "connections/1/refresh_token"));
    }

    async fn k07_a_changed_secret_does_not_open(setup) {
        setup.store.set_oauth_app("zoom", &app("one"), &Actor::Cli, NOW).await.unwrap();
        for change in [
            "client_secret || 'AAAA'",
            "substr(client_secret, 1, 8)",
            "'not base64'",
            "''",
        ] {
            setup.sql(&format!("UPDATE oauth_apps SET client_secret = {change}")).await;
            let error = setup.store.oauth_app("zoom").await.unwrap_err();
            assert!(matches!(&error, Error::Sealed { what } if what == "oauth_apps/zoom/client_secret"));
        }
    }

    async fn a_pending_authorisation_is_taken_once_and_in_time(setup) {
        let store = &setup.store;
        store.begin_authorisation(&pending("state-1")).await.unwrap();
        store.begin_authorisation(&pending("state-2")).await.unwrap();
        let other = setup.other().await;
        let (one, two) = tokio::join!(
            store.take_authorisation("state-1", "session", NOW),
            other.take_authorisation("state-1", "session", NOW),
        );
        let (taken, again) = match (one.unwrap(), two.unwrap()) {
            (AuthorisationReturn::Taken(taken), again) | (again, AuthorisationReturn::Taken(taken)) => (taken, again),
            neither => panic!("{neither:?}"),
        };
        assert!(matches!(again, AuthorisationReturn::AlreadyUsed(None)), "{again:?}");
        assert_eq!(taken.verifier.expose_secret(), "verifier-text");
        assert_eq!((taken.integration, taken.plan), (Some(IntegrationId(4)), Plan::Pro));
        assert_eq!(taken.session_hash, "session");
        store.record_authorised_integration("state-1", IntegrationId(9)).await.unwrap();
        let again = store.take_authorisation("state-1", "session", NOW).await.unwrap();
        assert!(matches!(again, AuthorisationReturn::AlreadyUsed(Some(IntegrationId(9)))), "{again:?}");
        let unknown = store.take_authorisation("state-3", "session", NOW).await.unwrap();
        assert!(matches!(unknown, AuthorisationReturn::Unknown), "{unknown:?}");
        let late = store
            .take_authorisation("state-2", "session", NOW.plus_seconds(600)).await.unwrap();
        assert!(matches!(late, AuthorisationReturn::Expired), "{late:?}");
        // Another session cannot take it away from the session that began it.
        let elsewhere = store.take_authorisation("state-2", "other", NOW).await.unwrap();
        assert!(matches!(elsewhere, AuthorisationReturn::OtherSession), "{elsewhere:?}");
        let taken = store.take_authorisation("state-2", "session", NOW).await.unwrap();
        assert!(matches!(taken, AuthorisationReturn::Taken(_)), "{taken:?}");
    }

    async fn s20_no_secret_lies_open_in_the_database_or_shows_in_debug_output(setup) {
        let canary = "CANARY-3f9a7c-CANARY";
        let store = &setup.store;
        let id = store
            .create_integration(
                new_integration("account-1"), &credentials(canary), Some(&tokens(canary, canary)),
                &Actor::Cli, NOW,
            ).await.unwrap().id;
        assert!(store.lock_refresh(id, "worker", 1000).await.unwrap());
        store.save_tokens(id, "worker", &tokens(canary, canary), None, NOW).await.unwrap();
        store.reauthorise(id, grant("account-1"), &credentials(canary), None, &Actor::Cli, NOW)
            .await.unwrap();
        store.set_oauth_app("zoom", &app(canary), &Actor::Cli, NOW).await.unwrap();
        let smtp = SmtpSettings {
            host: "mail.example.com".to_owned(),
            port: 25,
            security: SmtpSecurity::None,
            user: String::new(),
            password: Some(canary.into()),
            from: "licences@example.com".to_owned(),
        };
        store.set_smtp(Some(&smtp), &Actor::Cli, NOW).await.unwrap();
        let channel = ChannelSettings {
            name: "Team".to_owned(),
            kind: ChannelKind::Slack,
            target: format!("https://hooks.example.com/{canary}").into(),
            secret: Some(canary.into()),
            events: Vec::new(),
            min_amount: None,
            on: true,
        };
        store.add_channel(&channel, &Actor::Cli, NOW).await.unwrap();
        let access = ChangeAccess {
            client_id: "writer".to_owned(),
            client_secret: canary.into(),
            account_id: "account-1".to_owned(),
        };
        store.set_write_access(id, &access, &Actor::Cli, NOW).await.unwrap();
        let message = NewMessage { payload: canary.into(), ..mail("key") };
        store.enqueue(std::slice::from_ref(&message), NOW).await.unwrap();
        let taken = store.take_messages("worker", NOW, 1000, 9).await.unwrap();
        let mut waiting = pending("state-1");
        waiting.verifier = canary.into();
        store.begin_authorisation(&waiting).await.unwrap();

        let debug = format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            store.channels().await.unwrap(), (smtp, channel, access, message, taken),
            store.smtp().await.unwrap(), store, setup.options().key, setup.options().location, waiting,
            store.connection(id).await.unwrap(), store.audit(100, None).await.unwrap(),
        );
        assert!(!debug.contains(canary));

        let mut stored = Vec::new();
        match &setup.engine {
            Engine::Sqlite(directory) => {
                for entry in std::fs::read_dir(directory.path()).unwrap() {
                    stored.extend(std::fs::read(entry.unwrap().path()).unwrap());
                }
            }
            Engine::Postgres(database) => stored.extend(
                database
                    .sql("SELECT c::text FROM connections c; SELECT o::text FROM oauth_apps o;
                          SELECT a::text FROM authorisations a; SELECT a::text FROM audit a;
                          SELECT i::text FROM integrations i; SELECT s::text FROM smtp s;
                          SELECT c::text FROM channels c; SELECT w::text FROM write_access w;
                          SELECT m::text FROM messages m")
                    .into_bytes(),
            ),
        }
        let hex = canary.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        for form in [canary.to_owned(), STANDARD.encode(canary), hex] {
            let found = stored.windows(form.len()).any(|window| window == form.as_bytes());
            assert!(!found, "{form}");
        }
    }
}

#[test]
fn a_key_file_is_made_for_its_owner_only_and_read_again() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    assert!(MasterKey::load(&path).unwrap().is_none());
    MasterKey::create(&path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(STANDARD.decode(text.trim()).unwrap().len(), 32);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(MasterKey::load(&path).unwrap().is_some());
    // An existing file is never overwritten.
    assert!(matches!(MasterKey::create(&path), Err(Error::File { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    MasterKey::from_base64(&text).unwrap();
}

#[test]
fn a_key_file_that_others_may_read_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("master.key");
    MasterKey::create(&path).unwrap();
    for mode in [0o640, 0o604, 0o660] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let error = MasterKey::load(&path).unwrap_err();
        assert!(matches!(error, Error::KeyMissing { .. }));
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
}

#[test]
fn an_invalid_key_is_refused_without_being_shown() {
    for text in ["", "c2hvcnQ=", "not base64 at all"] {
        let error = MasterKey::from_base64(text).unwrap_err();
        assert!(text.is_empty() || !error.to_string().contains(text));
    }
}

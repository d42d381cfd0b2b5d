//! Opening: migrations, refusals, checks, the cut of the schema.

use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};
use store::{Error, MasterKey, StoreOptions, Store};

use crate::support::{Engine, NOW, Setup, connect, decide_everything, on_both_engines, users};

on_both_engines! {
    async fn a_fresh_database_is_migrated_and_opens_again_unchanged(setup) {
        let mut setup = setup;
        let (_, lease) = setup.leased().await;
        setup.apply(&lease, users(&[("u-1", "ann@example.com")])).await;
        let (before, dump) = (setup.store.check().await.unwrap(), setup.store.dump().await.unwrap());
        assert_eq!(before.schema_version, 3);
        assert_eq!(before.integrity, None);
        assert!(before.key_ok);
        assert!(before.engine.starts_with("SQLite 3.") || before.engine.starts_with("PostgreSQL 1"));
        assert!(dump.contains("ann@example.com"));
        setup.reopen().await;
        assert_eq!(setup.store.check().await.unwrap(), before);
        assert_eq!(setup.store.dump().await.unwrap(), dump);
    }

    async fn a_database_of_the_first_version_is_migrated_with_its_data(setup) {
        let mut setup = setup;
        setup.store.close().await;
        setup.empty();
        let (own, collated) = match &setup.engine {
            Engine::Sqlite(_) => (include_str!("../../migrations/0001_base.sqlite.sql"), " TEXT"),
            Engine::Postgres(_) => {
                (include_str!("../../migrations/0001_base.postgres.sql"), " TEXT COLLATE \"C\"")
            }
        };
        for part in [include_str!("../../migrations/0001_base.sql"), own] {
            setup.sql(&part.replace(" TEXT", collated)).await;
        }
        setup.sql(
            "CREATE TABLE schema_version (only_row BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
             INSERT INTO schema_version VALUES (1, 1);
             UPDATE counters SET last_value = 1 WHERE name = 'integration';
             INSERT INTO integrations (integration_id, application, account_id, name, state,
               grant_json, plan_key, budget_percent, interval_minutes, revision, created_at,
               next_run_at, next_trigger, run, fence, erasing)
             VALUES (1, 'zoom', 'account-1', 'Example', 'active',
               '{\"kind\":\"server_to_server\",\"account_id\":\"account-1\",\"authorised_by\":\"\",\"authorised_user_id\":null,\"scopes\":[],\"client_id\":\"c\"}',
               'pro', 50, 60, 5, 0, 0, 'schedule', 0, 0, 0);
             INSERT INTO users (integration_id, user_key, email, display_name, group_ids, fields,
               content, details, details_key, first_seen)
             VALUES (1, 'u-1', 'ann@example.com', 'Ann', '[]', '{}', 1, '{}', 1, 0);",
        ).await;
        setup.reopen().await;
        let store = &setup.store;
        assert_eq!(store.check().await.unwrap().schema_version, 3);
        let id = store.integrations().await.unwrap()[0].id;
        assert_eq!(store.user(id, "u-1").await.unwrap().unwrap().email, "ann@example.com");
        assert_eq!(store.decision_revision(id).await.unwrap(), 0);
        decide_everything(store, id, "u-1", "ann@example.com").await;
        assert_eq!(store.contracts(id).await.unwrap().len(), 1);
    }

    async fn a_newer_schema_is_refused_and_stays_untouched(setup) {
        connect(&setup.store, "account-1").await;
        setup.store.close().await;
        setup.sql("UPDATE schema_version SET version = 99").await;
        let file = |setup: &Setup| match &setup.engine {
            Engine::Sqlite(directory) => std::fs::read(directory.path().join("seatwise.db")).unwrap(),
            Engine::Postgres(database) => {
                database.sql("SELECT * FROM schema_version; SELECT * FROM integrations").into_bytes()
            }
        };
        let before = file(&setup);
        let error = Store::open(setup.options()).await.unwrap_err();
        assert!(matches!(error, Error::NewerSchema { found: 99, known: 3 }), "{error}");
        assert!(error.to_string().contains("version 99"));
        assert!(file(&setup) == before);
    }

    async fn a_wrong_master_key_is_noticed_and_seals_nothing(setup) {
        connect(&setup.store, "account-1").await;
        setup.store.close().await;
        let options = StoreOptions { key: MasterKey::from_bytes([8; 32]), ..setup.options() };
        let store = Store::open(options).await.unwrap();
        assert!(!store.check().await.unwrap().key_ok);
        assert_eq!(store.integrations().await.unwrap().len(), 1);
        let refused = store
            .create_integration(
                crate::support::new_integration("account-2"),
                &crate::support::credentials("secret"),
                None,
                &store::Actor::Cli,
                NOW,
            )
            .await
            .unwrap_err();
        assert!(matches!(refused, Error::KeyMissing { .. }), "{refused}");
    }
}

#[tokio::test]
async fn r24_a_second_process_that_serves_the_same_file_is_refused() {
    let setup = Setup::sqlite().await;
    let error = Store::open(setup.options()).await.unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    assert!(error.to_string().contains("in use"));
    // Tools share the file with the one that serves it.
    let tool = setup.other().await;
    connect(&tool, "account-1").await;
    assert_eq!(setup.store.integrations().await.unwrap().len(), 1);
    tool.close().await;
    setup.store.close().await;
    Store::open(setup.options()).await.unwrap();
}

#[tokio::test]
async fn several_processes_may_begin_at_once_on_an_empty_postgresql() {
    let Some(database) = testkit::postgres::database() else {
        return;
    };
    let engine = Engine::Postgres(database);
    let clock = std::sync::Arc::new(model::ManualClock::at(NOW));
    let opened = futures_util::future::join_all(
        (0..6).map(|_| tokio::spawn(Store::open(engine.options(&clock)))),
    )
    .await;
    for store in opened {
        assert_eq!(
            store
                .unwrap()
                .unwrap()
                .check()
                .await
                .unwrap()
                .schema_version,
            3
        );
    }
}

#[tokio::test]
async fn every_primary_key_begins_with_the_tenant() {
    let setup = Setup::sqlite().await;
    let Engine::Sqlite(directory) = &setup.engine else {
        unreachable!("made on SQLite")
    };
    let file = directory.path().join("seatwise.db");
    let mut conn = SqliteConnection::connect(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    let rows = conn
        .fetch_all(
            "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
             WHERE m.type = 'table' AND p.pk = 1 ORDER BY m.name",
        )
        .await
        .unwrap();
    assert!(rows.len() > 30);
    for row in rows {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        assert!(
            ["integration_id", "organisation_id"].contains(&column.as_str())
                || table == "schema_version",
            "{table}: {column}"
        );
    }
}

/// Every file of the data directory as one text.
pub(crate) fn raw(directory: &std::path::Path) -> Vec<u8> {
    let entries = std::fs::read_dir(directory).unwrap();
    entries
        .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect()
}

pub(crate) fn holds(raw: &[u8], text: &str) -> bool {
    raw.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn s23_what_was_erased_is_in_no_file() {
    let setup = Setup::sqlite().await;
    let Engine::Sqlite(directory) = &setup.engine else {
        unreachable!()
    };
    let (integration, lease) = setup.leased().await;
    let addresses: Vec<String> = (0..300)
        .map(|n| format!("erased-{n}@example.com"))
        .collect();
    let people: Vec<(String, &str)> = addresses
        .iter()
        .enumerate()
        .map(|(n, email)| (format!("u-{n}"), email.as_str()))
        .collect();
    let people: Vec<(&str, &str)> = people
        .iter()
        .map(|(key, email)| (key.as_str(), *email))
        .collect();
    setup.apply(&lease, users(&people)).await;
    let (key, email) = people[7];
    decide_everything(&setup.store, integration.id, key, email).await;
    assert!(holds(&raw(directory.path()), "erased-7@example.com"));
    setup
        .store
        .disconnect(integration.id, true, &store::Actor::Cli, NOW)
        .await
        .unwrap();
    assert!(!holds(&raw(directory.path()), "erased-"));
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let setup = Setup::sqlite().await;
    let Engine::Sqlite(directory) = &setup.engine else {
        unreachable!()
    };
    let (_, lease) = setup.leased().await;
    setup
        .apply(&lease, users(&[("u-1", "ann@example.com")]))
        .await;
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

//! Opening a store: migrations, refusals, checks, the shape of the schema.

use sqlx::{Connection as _, Executor as _, Row as _, SqliteConnection};
use store::{
    ChangeFilter, Error, FindingEventKind, MasterKey, QuestionFilter, QuestionState, Store,
    StoreAccess, StoreOptions,
};

use crate::decided::decide_everything;
use crate::support::{Engine, NOW, Setup, TTL, connect, on_both_engines, question, users};

/// The newest version of the schema.
const NEWEST: i64 = 6;

on_both_engines! {
    async fn a_fresh_database_is_migrated_and_opens_again_unchanged(setup) {
        let mut setup = setup;
        let (_, lease) = setup.leased().await;
        setup.apply(&lease, users(&[("u-1", "ann@example.com")])).await;
        let (before, dump) = (setup.store.check().await.unwrap(), setup.store.dump().await.unwrap());
        assert_eq!(before.schema_version, NEWEST);
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
        assert_eq!(store.check().await.unwrap().schema_version, NEWEST);
        let id = store.integrations().await.unwrap()[0].id;
        assert_eq!(store.user(id, "u-1").await.unwrap().unwrap().email, "ann@example.com");
        assert_eq!(store.decision_revision(id).await.unwrap(), 0);
        decide_everything(store, id, "u-1", "ann@example.com").await;
        assert_eq!(store.contracts(id).await.unwrap().len(), 1);
    }

    async fn rows_from_before_the_questions_are_read_after_the_migration(setup) {
        let mut setup = setup;
        setup.store.close().await;
        setup.empty();
        let (own, collated) = match &setup.engine {
            Engine::Sqlite(_) => (include_str!("../../migrations/0001_base.sqlite.sql"), " TEXT"),
            Engine::Postgres(_) => {
                (include_str!("../../migrations/0001_base.postgres.sql"), " TEXT COLLATE \"C\"")
            }
        };
        for part in [
            include_str!("../../migrations/0001_base.sql"),
            own,
            include_str!("../../migrations/0002_decisions.sql"),
            include_str!("../../migrations/0003_directory.sql"),
        ] {
            setup.sql(&part.replace(" TEXT", collated)).await;
        }
        setup.sql(
            "CREATE TABLE schema_version (only_row BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
             INSERT INTO schema_version VALUES (1, 3);
             UPDATE counters SET last_value = 1 WHERE name = 'integration';
             UPDATE counters SET last_value = 2 WHERE name = 'ask';
             UPDATE counters SET last_value = 9 WHERE name IN ('finding_event', 'change');
             INSERT INTO integrations (integration_id, application, account_id, name, state,
               grant_json, plan_key, budget_percent, interval_minutes, revision, created_at,
               next_run_at, next_trigger, run, fence, erasing)
             VALUES (1, 'zoom', 'account-1', 'Example', 'active',
               '{\"kind\":\"server_to_server\",\"account_id\":\"account-1\",\"authorised_by\":\"\",\"authorised_user_id\":null,\"scopes\":[],\"client_id\":\"c\"}',
               'pro', 50, 60, 5, 0, 0, 'schedule', 0, 0, 0);
             INSERT INTO asks (integration_id, ask_id, finding, user_key, email, licence, message,
               state, created_by, created_at, expires_at, on_silence, sent_at, ended_at, answer,
               note, due_at)
             VALUES (1, 1, 'dormant~licensed~u-1', 'u-1', 'ann@example.com', 'licensed', '',
               'answered', 'member:1', 1, 99, 'nothing', 2, 3, 'give_up', 'Sorry', NULL),
               (1, 2, 'dormant~licensed~u-2', 'u-2', 'bob@example.com', 'licensed', '',
               'sent', 'member:1', 1, 99, 'accept', 2, NULL, NULL, '', 99);
             INSERT INTO decisions VALUES (1, 'dormant~licensed~u-1', 'u-1', 'accepted', NULL, '',
               '', '', 'finding', 'request:1', 3);
             INSERT INTO finding_events VALUES (1, 'dormant~licensed~u-1', 1, 'u-1', 3, 'request:1',
               'request', 'Answered: gives it up');
             INSERT INTO changes (integration_id, change_id, finding, email, licence, from_value,
               to_value, state, seats, evidence, decided_by, decided_at, result)
             VALUES (1, 1, 'dormant~licensed~u-1', 'ann@example.com', 'licensed', 'licensed',
               'basic', 'listed', 1, '{}', 'request:1', 3, '');
             INSERT INTO change_journal VALUES (1, 1, 1, 'u-1', 3, 'request:1', 'listed', '');
             INSERT INTO duties VALUES (1, 'delivery', 'worker', 0);
             INSERT INTO notes VALUES (1, 0, 'ask_subject', 'Your licence'), (1, 0, 'ask_body', 'Hello'),
               (1, 0, 'memo:digest', '7'), (1, 1, 'memo:totals', '{}'), (1, 0, 'feed_token_hash', 'f');",
        ).await;
        setup.reopen().await;
        let store = &setup.store;
        let id = store.integrations().await.unwrap()[0].id;
        let questions = store.questions(Some(id), &QuestionFilter::default()).await.unwrap();
        let states: Vec<(i64, QuestionState)> = questions.iter().map(|one| (one.id.0, one.state)).collect();
        assert_eq!(states, [(2, QuestionState::Sent), (1, QuestionState::Answered)]);
        assert_eq!(questions[1].note, "Sorry");
        assert_eq!(store.due_questions(NOW, 9).await.unwrap().len(), 1);
        assert_eq!(store.decisions(id).await.unwrap()[0].by, "question:1");
        let event = store.finding_history(id, "dormant~licensed~u-1").await.unwrap().remove(0);
        assert_eq!((event.kind, event.actor.as_str()), (FindingEventKind::Question, "question:1"));
        let change = store.changes(id, &ChangeFilter::default()).await.unwrap().remove(0);
        assert_eq!(change.decided_by, "question:1");
        assert_eq!(store.change_journal(id, change.id).await.unwrap()[0].actor, "question:1");
        assert!(store.lease_job("delivery", "other", TTL).await.unwrap());
        let template = store.question_template().await.unwrap().unwrap();
        assert_eq!((template.subject.as_str(), template.body.as_str()), ("Your licence", "Hello"));
        assert_eq!(store.job_value(None, "digest").await.unwrap().as_deref(), Some("7"));
        assert_eq!(store.job_value(Some(id), "totals").await.unwrap().as_deref(), Some("{}"));
        assert_eq!(store.feed_token_hash().await.unwrap().as_deref(), Some("f"));
        // New numbers follow the used ones.
        let new = [question("dormant~licensed~u-3")];
        let next = store.create_questions(id, &new, &store::Actor::Cli, NOW).await.unwrap();
        assert_eq!(next[0].0, 3);
        store.erase_person(id, "u-1", &store::Actor::Cli, NOW).await.unwrap();
        store.disconnect(id, true, &store::Actor::Cli, NOW).await.unwrap();
    }

    async fn looking_at_a_database_never_changes_its_schema(setup) {
        let mut setup = setup;
        let look = StoreOptions { access: StoreAccess::Look, ..setup.options() };
        // Of this version it can be read.
        let looking = Store::open(look.clone()).await.unwrap();
        assert_eq!(looking.integrations().await.unwrap(), []);
        looking.close().await;
        setup.sql("UPDATE schema_version SET version = 3").await;
        let older = Store::open(look.clone()).await.unwrap_err();
        assert!(matches!(older, Error::OlderSchema { found: 3, needed: NEWEST }), "{older}");
        assert!(older.to_string().contains("seatwise serve"), "{older}");
        setup.sql(&format!("UPDATE schema_version SET version = {NEWEST}")).await;
        setup.store.close().await;
        setup.empty();
        let empty = Store::open(look).await.unwrap_err();
        assert!(matches!(empty, Error::OlderSchema { found: 0, .. }), "{empty}");
        setup.reopen().await;
    }

    async fn u08_an_older_process_writes_nothing_into_a_newer_schema(setup) {
        let (integration, lease) = setup.leased().await;
        let store = &setup.store;
        setup.apply(&lease, users(&[("u-1", "ann@example.com")])).await;
        // A newer version migrates the schema beside this process.
        setup.sql("UPDATE schema_version SET version = 99").await;
        let entries = store.audit(99, None).await.unwrap().len();
        let refused = store.apply(&lease, vec![users(&[("u-2", "bob@example.com")])], NOW).await;
        assert!(matches!(refused, Err(Error::NewerSchema { found: 99, .. })), "{refused:?}");
        let refused = store.request_run(integration.id, &store::Actor::Cli, NOW).await;
        assert!(matches!(refused, Err(Error::NewerSchema { .. })), "{refused:?}");
        // What is there can be read, and nothing was added.
        assert!(store.user(integration.id, "u-2").await.unwrap().is_none());
        assert_eq!(store.audit(99, None).await.unwrap().len(), entries);
        setup.sql(&format!("UPDATE schema_version SET version = {NEWEST}")).await;
        setup.apply(&lease, users(&[("u-2", "bob@example.com")])).await;
    }

    async fn u06_a_newer_schema_is_refused_and_stays_untouched(setup) {
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
        assert!(matches!(error, Error::NewerSchema { found: 99, known: NEWEST }), "{error}");
        assert!(error.to_string().contains("version 99"));
        assert!(file(&setup) == before);
    }

    async fn a_wrong_master_key_is_detected_and_seals_nothing(setup) {
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
    // Tools share the file with the process that serves it.
    let tool = setup.other().await;
    connect(&tool, "account-1").await;
    assert_eq!(setup.store.integrations().await.unwrap().len(), 1);
    tool.close().await;
    setup.store.close().await;
    Store::open(setup.options()).await.unwrap();
}

#[tokio::test]
async fn u07_several_processes_may_start_at_once_on_an_empty_postgresql() {
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
            NEWEST
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
async fn s23_erased_data_is_in_no_file() {
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

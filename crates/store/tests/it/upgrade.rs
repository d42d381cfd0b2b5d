//! U05: databases of every earlier schema version, with data, are brought to the newest one, and no
//! interruption leaves anything in between.

use sqlx::{Connection as _, Row as _, SqliteConnection};
use store::Store;

use crate::support::{Engine, Setup, on_both_engines};

/// The newest version of the schema.
pub(crate) const NEWEST: i64 = 6;

/// The migrations of both engines, for SQLite, for PostgreSQL.
const MIGRATIONS: [[&str; 3]; 6] = [
    [
        include_str!("../../migrations/0001_base.sql"),
        include_str!("../../migrations/0001_base.sqlite.sql"),
        include_str!("../../migrations/0001_base.postgres.sql"),
    ],
    [include_str!("../../migrations/0002_decisions.sql"), "", ""],
    [include_str!("../../migrations/0003_directory.sql"), "", ""],
    [
        include_str!("../../migrations/0004_questions.sql"),
        "",
        include_str!("../../migrations/0004_questions.postgres.sql"),
    ],
    [include_str!("../../migrations/0005_rejected.sql"), "", ""],
    [
        include_str!("../../migrations/0006_renewal_terms.sql"),
        "",
        "",
    ],
];

/// Rows that a program of a version stored.
const ROWS: [&str; 6] = [
    "UPDATE counters SET last_value = 1 WHERE name = 'integration';
     INSERT INTO integrations (integration_id, application, account_id, name, state,
       grant_json, plan_key, budget_percent, interval_minutes, revision, created_at,
       next_run_at, next_trigger, run, fence, erasing)
     VALUES (1, 'zoom', 'account-1', 'Example', 'active',
       '{\"kind\":\"server_to_server\",\"account_id\":\"account-1\",\"authorised_by\":\"\",\"authorised_user_id\":null,\"scopes\":[],\"client_id\":\"c\"}',
       'pro', 50, 60, 5, 0, 0, 'schedule', 0, 0, 0);
     INSERT INTO users (integration_id, user_key, email, display_name, group_ids, fields,
       content, details, details_key, first_seen)
     VALUES (1, 'u-1', 'ann@example.com', 'Ann', '[]', '{}', 1, '{}', 1, 0);
     INSERT INTO account_settings VALUES (1, 'meetings', '{\"passcode\":\"canary\"}', 1),
       (1, 'plan_usage', '{}', 1);
     INSERT INTO quarantine VALUES (1, 'meetings', 'no time', 'hash', 1);
     INSERT INTO dictionary VALUES (1, 1, 'ann@example.com'), (1, 2, '');
     INSERT INTO sign_ins VALUES (1, 20000, 1, 5, 0, 2, 2, 2, 0);
     INSERT INTO sign_in_months VALUES (1, 1, 657, 1, 1728000005);
     INSERT INTO sign_in_days VALUES (1, 20000, 1, 1);",
    "INSERT INTO asks (integration_id, ask_id, finding, user_key, email, licence, message,
       state, created_by, created_at, expires_at, on_silence, sent_at, ended_at, answer,
       note, due_at)
     VALUES (1, 1, 'dormant~licensed~u-1', 'u-1', 'ann@example.com', 'licensed', '',
       'answered', 'member:1', 1, 99, 'nothing', 2, 3, 'give_up', 'Sorry', NULL);
     INSERT INTO decisions VALUES (1, 'dormant~licensed~u-1', 'u-1', 'accepted', NULL, '',
       '', '', 'finding', 'request:1', 3);
     INSERT INTO finding_events VALUES (1, 'dormant~licensed~u-1', 1, 'u-1', 3, 'request:1',
       'request', 'Answered: gives it up');
     INSERT INTO duties VALUES (1, 'delivery', 'worker', 0);
     INSERT INTO notes VALUES (1, 0, 'ask_subject', 'Your licence'), (1, 0, 'memo:digest', '7');",
    "INSERT INTO directories VALUES (1, 1, 1);
     INSERT INTO directory_people VALUES (1, 'p-1', 'ann', 'ann', NULL, 'ann@example.com', 1, NULL, 1, 1);",
    "INSERT INTO sessions VALUES (1, 'hash', 1, 1, 99);",
    "INSERT INTO contracts (integration_id, contract_id, licence, name, quantity, price_minor,
       price_currency, billing_cycle, starts_on, ends_on, auto_renews, notice_days, minimum,
       reducible_each_cycle, owner, notes, created_at, updated_at)
     VALUES (1, 1, 'licensed', 'Order 1', 10, NULL, NULL, 'yearly', 20000, 20364, 1, 60, 0, 0, '', '', 1, 1);",
    "",
];

/// Replaces the database by one of an earlier version, with data. The store is closed.
pub(crate) async fn build(setup: &mut Setup, version: i64) {
    setup.store.close().await;
    setup.empty();
    let collated = match &setup.engine {
        Engine::Sqlite(_) => " TEXT",
        Engine::Postgres(_) => " TEXT COLLATE \"C\"",
    };
    for (number, ([common, sqlite, postgres], rows)) in (1..).zip(MIGRATIONS.iter().zip(ROWS)) {
        if number > version {
            break;
        }
        let own = match &setup.engine {
            Engine::Sqlite(_) => sqlite,
            Engine::Postgres(_) => postgres,
        };
        for part in [common, own] {
            if !part.is_empty() {
                setup.sql(&part.replace(" TEXT", collated)).await;
            }
        }
        if !rows.is_empty() {
            setup.sql(rows).await;
        }
    }
    setup
        .sql(&format!(
            "CREATE TABLE schema_version (only_row BIGINT NOT NULL PRIMARY KEY, version BIGINT NOT NULL);
             INSERT INTO schema_version VALUES (1, {version});"
        ))
        .await;
}

/// Columns and indexes of the database, sorted.
async fn schema(setup: &Setup) -> Vec<String> {
    let mut lines: Vec<String> = match &setup.engine {
        Engine::Postgres(database) => database
            .sql(
                "SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
                 FROM information_schema.columns WHERE table_schema = 'public';
                 SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
            )
            .lines()
            .map(str::to_owned)
            .collect(),
        Engine::Sqlite(directory) => {
            let file = directory.path().join("seatwise.db");
            let url = format!("sqlite:{}", file.display());
            let mut conn = SqliteConnection::connect(&url).await.unwrap();
            let rows = sqlx::query(
                "SELECT m.name || ' ' || p.name || ' ' || p.type || p.\"notnull\" || p.pk
                   || coalesce(p.dflt_value, '')
                 FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'
                 UNION ALL SELECT name || ' of ' || tbl_name FROM sqlite_master
                 WHERE type = 'index' AND sql IS NOT NULL",
            )
            .fetch_all(&mut conn)
            .await
            .unwrap();
            conn.close().await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        }
    };
    lines.sort();
    lines
}

on_both_engines! {
    async fn u05_every_earlier_version_is_upgraded_with_its_data_to_the_schema_of_a_new_one(setup) {
        let mut setup = setup;
        let fresh = schema(&setup).await;
        assert!(fresh.len() > 250);
        for version in 1..NEWEST {
            build(&mut setup, version).await;
            assert_ne!(schema(&setup).await, fresh);
            setup.store = Store::open(setup.options()).await.unwrap();
            let dump = setup.store.dump().await.unwrap();
            assert!(dump.contains("ann@example.com") && !dump.contains("canary"), "{dump}");
            assert_eq!(dump.contains("question:1"), version > 1, "{dump}");
            assert_eq!(setup.store.check().await.unwrap().schema_version, NEWEST);
            setup.store.close().await;
            assert_eq!(schema(&setup).await, fresh, "from version {version}");
        }
    }
}

#[cfg(feature = "crash-points")]
mod dying {
    use super::*;
    use crate::child::Work;

    on_both_engines! {
        async fn u05_a_crash_at_any_point_of_an_upgrade_is_resumed(setup) {
            let mut setup = setup;
            for version in 1..NEWEST {
                build(&mut setup, version).await;
                setup.store = Store::open(setup.options()).await.unwrap();
                let wanted = setup.store.dump().await.unwrap();
                build(&mut setup, version).await;
                let work = Work::Open(setup.engine.location());
                let points = work.points().await;
                for point in &points {
                    build(&mut setup, version).await;
                    work.dying_at(point).await;
                    setup.store = Store::open(setup.options()).await.unwrap();
                    assert_eq!(setup.store.dump().await.unwrap(), wanted, "{version}, {point}");
                    assert_eq!(setup.store.check().await.unwrap().schema_version, NEWEST);
                }
                assert!(points.len() >= 5, "{points:?}");
            }
        }
    }
}

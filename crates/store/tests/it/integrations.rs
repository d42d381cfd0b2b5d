//! Connecting, changing, disconnecting; the refresh lock.

use model::{GrantKind, IntegrationState, Plan, RunState, StreamOutcome, StreamState};
use secrecy::ExposeSecret as _;
use store::{Actor, Error, IntegrationSettings, Store, SyncWrite};

use crate::decided::decide_everything;
use crate::rejected::rejected;
use crate::support::{
    NOW, Setup, TTL, at, connect, credentials, day, grant, new_integration, on_both_engines,
    tokens, users,
};

/// Rows in every table of an integration.
async fn fill(setup: &Setup, lease: &store::Lease) {
    let people = users(&[("u-1", "ann@example.com"), ("u-2", "bob@example.com")]);
    let application = SyncWrite::Application(&crate::licences::APPLICATION);
    let listing = vec![application, people];
    setup.store.apply(lease, listing, NOW).await.unwrap();
    decide_everything(&setup.store, lease.integration, "u-1", "ann@example.com").await;
    for write in crate::decided::ahead("u-1") {
        setup.apply(lease, write).await;
    }
    for write in crate::history::some_of_everything() {
        setup.apply(lease, write).await;
    }
    let moment = at("2026-03-01T10:00:00Z");
    for write in [
        SyncWrite::Coverage {
            stream: "meetings",
            days: vec![day("2026-03-01")],
            state: model::DayState::Complete,
            read_at: moment,
        },
        SyncWrite::Checkpoint {
            stream: "meetings",
            key: "page".to_owned(),
            value: Some("t".to_owned()),
        },
        SyncWrite::Stream(StreamState {
            stream: "meetings".to_owned(),
            outcome: StreamOutcome::Complete,
            reason: None,
            rows: 1,
            expected: None,
            requests: 1,
            complete_at: Some(NOW),
            since: None,
        }),
        SyncWrite::Requests {
            category: "light",
            day: day("2026-03-01"),
            count: 2,
        },
        SyncWrite::Rejected(rejected("users", "no id", "u-1")),
        SyncWrite::AccountSettings {
            section: "settings".to_owned(),
            json: "{}".to_owned(),
        },
    ] {
        setup.apply(lease, write).await;
    }
}

async fn rows_of(store: &Store, id: i64) -> Vec<String> {
    let mark = format!("[{id},");
    store
        .dump()
        .await
        .unwrap()
        .lines()
        .filter(|line| line.contains(&mark))
        .map(str::to_owned)
        .collect()
}

on_both_engines! {
    async fn an_account_is_connected_once_and_its_number_never_used_again(setup) {
        let store = &setup.store;
        let one = connect(store, "account-1").await;
        assert_eq!(one.id.0, 1);
        assert_eq!((one.next_run_at, one.revision), (NOW, 0));
        assert_eq!(store.integration(one.id).await.unwrap().as_ref(), Some(&one));
        let twice = store
            .create_integration(
                new_integration("account-1"), &credentials("s"), None, &Actor::Cli, NOW,
            ).await.unwrap_err();
        assert!(matches!(twice, Error::Conflict { .. }));
        let found = store.integration_by_account("zoom", "account-1").await.unwrap();
        assert_eq!(found.as_ref(), Some(&one));
        assert_eq!(store.integration_by_account("zoom", "account-9").await.unwrap(), None);
        let two = connect(store, "account-2").await;
        assert_eq!(store.integrations().await.unwrap(), [one, two.clone()]);
        store.disconnect(two.id, true, &Actor::Cli, NOW).await.unwrap();
        let three = connect(store, "account-3").await;
        assert!(three.id > two.id);
    }

    async fn settings_and_state_change(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        let settings = IntegrationSettings {
            name: "New name".to_owned(),
            plan: Plan::Free,
            budget_percent: 20,
            interval_minutes: 15,
        };
        store.update_integration(id, settings, &Actor::Cli, NOW).await.unwrap();
        store
            .set_integration_state(
                id, IntegrationState::ReconnectNeeded, Some("refused"), &Actor::System, NOW,
            ).await.unwrap();
        let later = NOW.plus_seconds(100);
        store.request_run(id, &Actor::Cli, later).await.unwrap();
        let changed = store.integration(id).await.unwrap().unwrap();
        assert_eq!((changed.name.as_str(), changed.plan), ("New name", Plan::Free));
        assert_eq!((changed.budget_percent, changed.interval_minutes), (20, 15));
        assert_eq!(changed.state, IntegrationState::ReconnectNeeded);
        assert_eq!(changed.state_reason.as_deref(), Some("refused"));
        assert_eq!(changed.next_run_at, later);

        let mut new_grant = grant("account-1");
        new_grant.kind = GrantKind::ServerToServer;
        let later = NOW.plus_seconds(200);
        store
            .reauthorise(id, new_grant.clone(), &credentials("s2"), None, &Actor::Cli, later)
            .await.unwrap();
        let again = store.integration(id).await.unwrap().unwrap();
        assert_eq!((again.state, again.state_reason), (IntegrationState::Active, None));
        assert_eq!((again.grant, again.next_run_at), (new_grant, later));
        let connection = store.connection(id).await.unwrap().unwrap();
        assert!(connection.tokens.is_none());
        assert_eq!(connection.version, 2);
        assert_eq!(connection.kind, GrantKind::ServerToServer);

        let other = store
            .reauthorise(id, grant("account-2"), &credentials("s"), None, &Actor::Cli, NOW)
            .await.unwrap_err();
        assert!(matches!(other, Error::Conflict { .. }), "{other}");
        let missing = store.request_run(model::IntegrationId(9), &Actor::Cli, NOW).await;
        assert!(matches!(missing.unwrap_err(), Error::NotFound { .. }));
    }

    async fn disconnecting_deletes_secrets_and_keeps_data(setup) {
        let (integration, lease) = setup.leased().await;
        fill(&setup, &lease).await;
        let store = &setup.store;
        let before = rows_of(store, 1).await;
        store.disconnect(integration.id, false, &Actor::Cli, NOW).await.unwrap();
        assert!(store.connection(integration.id).await.unwrap().is_none());
        let kept = store.integration(integration.id).await.unwrap().unwrap();
        assert_eq!(kept.state, IntegrationState::Disconnected);
        assert_eq!(rows_of(store, 1).await.len(), before.len());
        // The run in progress can no longer write.
        let late = store.apply(&lease, vec![users(&[("u-9", "eve@example.com")])], NOW).await;
        assert!(matches!(late.unwrap_err(), Error::LeaseLost));
        assert!(matches!(store.renew(&lease, TTL).await.unwrap_err(), Error::LeaseLost));
        assert_eq!(store.runs(integration.id, 1, None).await.unwrap()[0].state, RunState::Cancelled);
        // Connected again later: the same number, the same data.
        store
            .reauthorise(
                integration.id, grant("account-1"), &credentials("s"), None, &Actor::Cli, NOW,
            ).await.unwrap();
        assert_eq!(rows_of(store, 1).await, before);
    }

    async fn erasing_leaves_nothing_of_this_integration_and_all_of_the_other(setup) {
        let (integration, lease) = setup.leased().await;
        fill(&setup, &lease).await;
        connect(&setup.store, "account-2").await;
        let (other, _) = setup.store.lease_next("worker", TTL).await.unwrap().unwrap();
        fill(&setup, &other).await;
        for number in [1, 2] {
            // A list and a directory exclude each other, so one of them is inserted directly.
            setup.sql(&format!(
                "INSERT INTO directories VALUES ({number}, 0, 0);
                 INSERT INTO directory_people
                 VALUES ({number}, 'p-1', 'ann', 'ann', NULL, NULL, 1, NULL, 0, 0);
                 INSERT INTO directory_removals VALUES ({number}, 'bob@example.com', 0, 0);"
            )).await;
        }
        let store = &setup.store;
        assert!(rows_of(store, 1).await.len() > 10);
        let others = rows_of(store, 2).await;
        store.disconnect(integration.id, true, &Actor::Cli, NOW).await.unwrap();
        assert_eq!(rows_of(store, 1).await, [""; 0]);
        assert_eq!(rows_of(store, 2).await, others);
        assert_eq!(store.integration(integration.id).await.unwrap(), None);
        assert_eq!(store.runs(integration.id, 9, None).await.unwrap(), []);
        assert_eq!(store.checkpoints(integration.id, "meetings").await.unwrap(), []);
        assert_eq!(store.stream_states(integration.id).await.unwrap(), []);
        assert_eq!(store.daily_requests(integration.id, day("2026-03-01")).await.unwrap(), []);
        for number in ["1", "2"] {
            // Every table with rows of integrations had rows of both.
            for (table, rows) in table_counts(&setup, number).await {
                assert_eq!(rows == 0, number == "1", "{table}: {rows} of {number}");
            }
        }
    }

    async fn an_interrupted_erasure_continues_at_the_next_start(setup) {
        let mut setup = setup;
        let (integration, lease) = setup.leased().await;
        fill(&setup, &lease).await;
        setup.sql("UPDATE integrations SET erasing = 1, state = 'disconnected'").await;
        setup.sql("DELETE FROM users").await;
        assert_eq!(setup.store.integrations().await.unwrap(), []);
        setup.reopen().await;
        assert_eq!(rows_of(&setup.store, integration.id.0).await, [""; 0]);
    }

    async fn k02_only_one_process_refreshes_at_a_time(setup) {
        let id = connect(&setup.store, "account-1").await.id;
        let stores = [setup.store.clone(), setup.other().await];
        let tries = (0..8).map(|number| {
            let store = stores[number % 2].clone();
            async move { store.lock_refresh(id, &format!("worker-{number}"), TTL).await.unwrap() }
        });
        let got = futures_util::future::join_all(tries).await;
        assert_eq!(got.iter().filter(|got| **got).count(), 1);
        let holder = format!("worker-{}", got.iter().position(|got| *got).unwrap());
        let store = &setup.store;
        assert!(store.lock_refresh(id, &holder, TTL).await.unwrap());
        store.unlock_refresh(id, "somebody else").await.unwrap();
        assert!(!store.lock_refresh(id, "other", TTL).await.unwrap());
        store.unlock_refresh(id, &holder).await.unwrap();
        assert!(store.lock_refresh(id, "other", TTL).await.unwrap());
    }

    async fn k03_a_refresh_that_lost_its_lock_stores_nothing(setup) {
        let store = &setup.store;
        let id = connect(store, "account-1").await.id;
        assert!(store.lock_refresh(id, "slow", TTL).await.unwrap());
        setup.clock.advance_ms(TTL);
        assert!(store.lock_refresh(id, "fast", TTL).await.unwrap());
        let scopes = ["user:read:admin".to_owned(), "report:read:admin".to_owned()];
        store.save_tokens(id, "fast", &tokens("a2", "r2"), Some(&scopes), NOW).await.unwrap();
        let late = store.save_tokens(id, "slow", &tokens("a3", "r3"), None, NOW).await.unwrap_err();
        assert!(matches!(late, Error::LeaseLost));
        let connection = store.connection(id).await.unwrap().unwrap();
        assert_eq!(connection.tokens.unwrap().refresh.unwrap().expose_secret(), "r2");
        assert_eq!(connection.version, 2);
        assert_eq!(store.integration(id).await.unwrap().unwrap().grant.scopes, scopes);
        // Saving released the lock.
        assert!(store.lock_refresh(id, "third", TTL).await.unwrap());
        // Authorising again removes the lock, because tokens of the old grant must not replace new ones.
        store
            .reauthorise(id, grant("account-1"), &credentials("s"), None, &Actor::Cli, NOW)
            .await.unwrap();
        let late = store.save_tokens(id, "third", &tokens("a4", "r4"), None, NOW).await.unwrap_err();
        assert!(matches!(late, Error::LeaseLost));
    }
}

/// Rows of one integration in every table that has them.
async fn table_counts(setup: &Setup, integration: &str) -> Vec<(String, i64)> {
    use sqlx::{Connection as _, Executor as _, Row as _};
    let mut counts = Vec::new();
    match &setup.engine {
        crate::support::Engine::Sqlite(directory) => {
            let file = directory.path().join("seatwise.db");
            let url = format!("sqlite:{}", file.display());
            let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
            let tables = conn
                .fetch_all(
                    "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
                     WHERE m.type = 'table' AND p.name = 'integration_id'",
                )
                .await
                .unwrap();
            for table in tables {
                let table: String = table.get(0);
                let sql =
                    format!("SELECT COUNT(*) FROM {table} WHERE integration_id = {integration}");
                let row = conn.fetch_one(sqlx::AssertSqlSafe(sql)).await.unwrap();
                counts.push((table, row.get(0)));
            }
        }
        crate::support::Engine::Postgres(database) => {
            let tables = database.sql(
                "SELECT table_name FROM information_schema.columns
                 WHERE column_name = 'integration_id' AND table_schema = 'public'",
            );
            for table in tables.lines() {
                let sql =
                    format!("SELECT COUNT(*) FROM {table} WHERE integration_id = {integration}");
                counts.push((table.to_owned(), database.sql(&sql).parse().unwrap()));
            }
        }
    }
    assert!(counts.len() > 40);
    counts
}

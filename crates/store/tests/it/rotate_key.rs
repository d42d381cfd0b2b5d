//! Replacing the master key: every secret is sealed again, and no interruption loses one.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{ContractTerms, Day, Licence, ManualClock};
use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use store::{Actor, Error, MasterKey, Store, StoreAccess, StoreOptions};

use crate::sealed::{lasting_secrets, passing_secrets, store_secrets};
use crate::support::{Engine, NOW, Setup, hex, on_both_engines, options};

/// The key that replaces the one of all tests.
fn new_key() -> MasterKey {
    MasterKey::from_bytes([9; 32])
}

fn with_key(setup: &Setup, key: MasterKey, access: StoreAccess) -> StoreOptions {
    let clock = Arc::new(ManualClock::at(NOW));
    StoreOptions {
        key,
        access,
        ..options(setup.engine.location(), &clock)
    }
}

async fn open(setup: &Setup, key: MasterKey) -> Store {
    Store::open(with_key(setup, key, StoreAccess::Alone))
        .await
        .unwrap()
}

/// Every text of the database that was sealed with a key, whatever its table.
async fn sealed_with(setup: &Setup, key: &MasterKey) -> usize {
    let sealed = |text: &str| {
        let bytes = STANDARD.decode(text.trim()).unwrap_or_default();
        bytes.len() > 40 && hex(&bytes[1..5]) == key.fingerprint()
    };
    match &setup.engine {
        Engine::Postgres(database) => {
            let columns = database.sql(
                "SELECT table_name, column_name FROM information_schema.columns
                 WHERE table_schema = 'public' AND data_type = 'text'",
            );
            let selects = columns.lines().map(|line| {
                let (table, column) = line.split_once('|').unwrap();
                format!("SELECT {column} FROM {table};")
            });
            let texts = database.sql(&selects.collect::<Vec<_>>().concat());
            texts.lines().filter(|line| sealed(line)).count()
        }
        Engine::Sqlite(directory) => {
            let file = directory.path().join("seatwise.db");
            let url = format!("sqlite:{}", file.display());
            let mut conn = SqliteConnection::connect(&url).await.unwrap();
            let columns = sqlx::query(
                "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p
                 WHERE m.type = 'table' AND p.type = 'TEXT'",
            )
            .fetch_all(&mut conn)
            .await
            .unwrap();
            let mut found = 0;
            for row in columns {
                let (table, column): (String, String) = (row.get(0), row.get(1));
                let select = sqlx::AssertSqlSafe(format!("SELECT {column} FROM {table}"));
                let texts = sqlx::query(select).fetch_all(&mut conn).await.unwrap();
                let texts = texts
                    .iter()
                    .filter_map(|row| row.get::<Option<String>, _>(0));
                found += texts.filter(|text| sealed(text)).count();
            }
            conn.close().await.unwrap();
            found
        }
    }
}

on_both_engines! {
    async fn k07_giving_up_a_lost_key_deletes_what_it_sealed_and_keeps_the_rest(setup) {
        let id = store_secrets(&setup).await;
        let terms = ContractTerms {
            name: "Order 7".to_owned(),
            ..ContractTerms::new(Licence::base("licensed"), 5, Day(20_000), Day(20_364))
        };
        let contract = setup.store.add_contract(id, &terms, &Actor::Cli, NOW).await.unwrap();
        setup.store.close().await;
        let store = open(&setup, MasterKey::from_bytes([8; 32])).await;
        assert!(!store.key_fits());
        let named = store.sealed_secrets().await.unwrap();
        let given_up = store.give_up_secrets(&new_key(), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(given_up, named);
        assert_eq!(given_up.integrations[0].0, id);
        assert_eq!(given_up.oauth_apps, ["zoom"]);
        assert!(given_up.mail_password && given_up.messages > 0 && !given_up.channels.is_empty());
        store.close().await;
        assert_eq!(sealed_with(&setup, &MasterKey::from_bytes([7; 32])).await, 0);
        let store = open(&setup, new_key()).await;
        assert!(store.key_fits());
        let integration = store.integration(id).await.unwrap().unwrap();
        assert_eq!(integration.state, model::IntegrationState::ReconnectNeeded);
        assert!(integration.state_reason.unwrap().contains("Authorise the account again"));
        assert!(store.connection(id).await.unwrap().is_none());
        let kept = store.contract(id, contract).await.unwrap().unwrap();
        assert_eq!(kept.terms.quantity, 5);
        assert!(store.smtp().await.unwrap().unwrap().password.is_none());
        assert_eq!(store.audit(1, None).await.unwrap()[0].action, "key.give_up");
        assert_eq!(store.verify_audit().await.unwrap(), None);
        // Nothing is given up twice.
        assert!(store.give_up_secrets(&new_key(), &Actor::Cli, NOW).await.is_err());
        store.close().await;
    }

    async fn k07_a_rotation_seals_every_secret_again(setup) {
        let id = store_secrets(&setup).await;
        let wanted = lasting_secrets(&setup.store, id).await;
        setup.store.close().await;
        let old = MasterKey::from_bytes([7; 32]);
        let before = sealed_with(&setup, &old).await;
        assert!(before > 30, "{before}");
        let store = open(&setup, old.clone()).await;
        let rotated = store.rotate_key(&new_key(), &Actor::Cli, NOW).await.unwrap();
        store.close().await;
        // All but the canary are counted.
        assert_eq!(rotated.resealed, u64::try_from(before).unwrap() - 1);
        assert_eq!(rotated.unreadable, [""; 0]);
        assert_eq!(sealed_with(&setup, &old).await, 0);
        assert_eq!(sealed_with(&setup, &new_key()).await, before);
        let store = open(&setup, new_key()).await;
        assert!(store.key_fits());
        assert!(!store.is_key_rotating().await.unwrap());
        assert_eq!(lasting_secrets(&store, id).await, wanted);
        assert_eq!(passing_secrets(&store).await.len(), 26);
        assert_eq!(store.verify_audit().await.unwrap(), None);
        let entries = store.audit(2, None).await.unwrap();
        assert_eq!(entries.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(),
            ["key.rotate", "key.rotation_begin"]);
        assert!(entries[0].detail.contains(&new_key().fingerprint()));
        store.close().await;
        let store = open(&setup, old).await;
        assert!(!store.key_fits());
        let refused = store.rotate_key(&new_key(), &Actor::Cli, NOW).await.unwrap_err();
        assert!(matches!(refused, Error::KeyMissing { .. }), "{refused}");
        store.close().await;
    }

    async fn k07_a_value_that_does_not_open_is_left_and_named(setup) {
        let id = store_secrets(&setup).await;
        setup.sql("UPDATE connections SET refresh_token = access_token").await;
        setup.store.close().await;
        let store = open(&setup, MasterKey::from_bytes([7; 32])).await;
        let rotated = store.rotate_key(&new_key(), &Actor::Cli, NOW).await.unwrap();
        assert_eq!(rotated.unreadable, ["connections/1/refresh_token"]);
        store.close().await;
        let store = open(&setup, new_key()).await;
        let app = store.oauth_app("zoom").await.unwrap().unwrap();
        assert_eq!(app.client_secret.expose_secret(), "secret-app");
        assert!(store.connection(id).await.is_err());
        store.close().await;
    }

    async fn k07_no_rotation_while_another_process_has_the_database_open(setup) {
        let alone = with_key(&setup, MasterKey::from_bytes([7; 32]), StoreAccess::Alone);
        let refused = Store::open(alone.clone()).await.unwrap_err();
        assert!(matches!(refused, Error::InUse { .. } | Error::Conflict { .. }), "{refused}");
        setup.store.close().await;
        let store = Store::open(alone).await.unwrap();
        if matches!(setup.engine, Engine::Sqlite(_)) {
            assert!(matches!(Store::open(setup.options()).await, Err(Error::InUse { .. })));
        }
        store.close().await;
    }

    async fn u02_no_backup_is_made_of_secrets_with_two_keys(setup) {
        setup.sql("INSERT INTO named_values VALUES (1, 0, 'key_rotation', '{}')").await;
        let directory = tempfile::tempdir().unwrap();
        let request = store::BackupRequest {
            location: &setup.engine.location(),
            file: &directory.path().join("file"),
            key: None,
            version: "0.1.0",
            now: NOW,
        };
        let refused = store::back_up(&request).await.unwrap_err();
        assert!(refused.to_string().contains("seatwise key rotate"), "{refused}");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    }
}

#[cfg(feature = "crash-points")]
mod dying {
    use super::*;
    use crate::child::{Work, both_keys};

    on_both_engines! {
        async fn k07_a_rotation_goes_on_after_a_crash_at_any_point(setup) {
            let id = store_secrets(&setup).await;
            let mut wanted = lasting_secrets(&setup.store, id).await;
            setup.store.close().await;
            // One database for all: each crash leaves a rotation that the next call finishes, and then it
            // goes back to the usual key.
            let back = async || {
                let store = open(&setup, new_key()).await;
                let usual = MasterKey::from_bytes([7; 32]);
                store.rotate_key(&usual, &Actor::Cli, NOW).await.unwrap();
                store.close().await;
            };
            let location = setup.engine.location();
            let work = Work::Rotate(location.clone(), 9);
            // Once before, because the first process ends the leases that the test left.
            work.carry_out().await.unwrap();
            back().await;
            let points = work.points().await;
            back().await;
            for point in &points {
                work.dying_at(point).await;
                // Whatever the state, both keys open every secret, and new ones can be stored.
                let store = Store::open(both_keys(location.clone(), 9)).await.unwrap();
                assert!(store.key_fits());
                assert_eq!(lasting_secrets(&store, id).await, wanted, "{point}");
                wanted[3].clone_from(point);
                store.set_oauth_app("zoom", &crate::secrets::app(point), &Actor::Cli, NOW).await.unwrap();
                store.rotate_key(&new_key(), &Actor::Cli, NOW).await.unwrap();
                store.close().await;
                let store = open(&setup, new_key()).await;
                assert_eq!(lasting_secrets(&store, id).await, wanted, "{point}");
                assert_eq!(store.verify_audit().await.unwrap(), None);
                store.close().await;
                back().await;
            }
            assert!(points.len() >= 10, "{points:?}");
        }
    }
}

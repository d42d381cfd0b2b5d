//! `seatwise key rotate` with files of keys: whenever it is killed, the program still starts and opens its
//! secrets, and the next call finishes the work.

use std::path::Path;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use store::{Actor, MasterKey, OAuthApp, Store, StoreAccess};
use testkit::clock::{NOON, SystemClock, moment};
use testkit::database::{Database, Kind};
use testkit::process::Program;

use crate::faults::{refused, with_own_key};

testkit::on_both_engines!(
    k07_a_rotation_that_is_killed_at_any_point_is_finished_by_the_next,
    k07_no_rotation_while_a_server_runs,
    k07_secrets_of_a_lost_key_are_given_up_wherever_it_is_killed,
);

/// A database with a secret, and its key in a file beside it.
async fn with_a_secret(kind: Kind) -> Database {
    let database = Database::new(kind);
    let store = database.open(Arc::new(SystemClock)).await;
    let app = OAuthApp {
        client_id: "client".to_owned(),
        client_secret: "the secret".into(),
    };
    store
        .set_oauth_app("zoom", &app, &Actor::Cli, moment(NOON))
        .await
        .unwrap();
    store.close().await;
    let key = MasterKey::from_base64(Database::key().1).unwrap();
    key.save(&database.directory().join("master.key")).unwrap();
    database
}

fn program(database: &Database) -> Program {
    let program = with_own_key(database.directory());
    match database.location() {
        store::StoreLocation::Postgres(url) => program.env("SEATWISE_DATABASE_URL", url),
        _ => program,
    }
}

/// Opens the secret with the keys that lie in the directory, as the program does.
async fn secret(database: &Database) -> String {
    let load = |name: &str| MasterKey::load(&database.directory().join(name)).unwrap();
    let mut options = database.options(Arc::new(SystemClock));
    options.key = load("master.key").unwrap();
    if let Some(next) = load("master.key.next") {
        options.key = options.key.with_other(&next);
    }
    options.access = StoreAccess::Look;
    let store = Store::open(options).await.unwrap();
    assert!(store.key_fits());
    let app = store.oauth_app("zoom").await.unwrap().unwrap();
    store.close().await;
    app.client_secret.expose_secret().to_owned()
}

fn keys(directory: &Path) -> Vec<String> {
    let names = std::fs::read_dir(directory).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.contains("key")).collect();
    names.sort();
    names
}

async fn k07_a_rotation_that_is_killed_at_any_point_is_finished_by_the_next(kind: Kind) {
    let database = with_a_secret(kind).await;
    let first = MasterKey::load(&database.directory().join("master.key"))
        .unwrap()
        .unwrap();
    let mut finished = 0;
    for crash_at in 1.. {
        let died = program(&database)
            .env("SEATWISE_CRASH_AT", crash_at.to_string())
            .run(&["key", "rotate"])
            .await;
        assert!(
            died.code.is_none() || died.code == Some(0),
            "{}{}",
            died.out,
            died.err
        );
        assert_eq!(secret(&database).await, "the secret", "{}", died.err);
        if died.code == Some(0) {
            assert!(died.out.contains("with a new master key"), "{}", died.out);
            break;
        }
        let again = program(&database).run(&["key", "rotate"]).await.good();
        assert!(again.contains("The new key is in"), "{again}");
        assert_eq!(secret(&database).await, "the secret");
        finished += 1;
    }
    assert!(
        finished > 12 || !cfg!(feature = "crash-points"),
        "only {finished} points"
    );
    let names = keys(database.directory());
    assert!(
        names.contains(&format!("master.key.old-{}", first.fingerprint())),
        "{names:?}"
    );
    assert!(!names.contains(&"master.key.next".to_owned()), "{names:?}");
    let mut options = database.options(Arc::new(SystemClock));
    options.key = MasterKey::load(&database.directory().join("master.key"))
        .unwrap()
        .unwrap();
    let store = Store::open(options).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap(), None);
    assert!(!store.is_key_rotating().await.unwrap());
    store.close().await;
}

async fn k07_no_rotation_while_a_server_runs(kind: Kind) {
    let database = with_a_secret(kind).await;
    let mut server = program(&database).start(&["serve", "--listen", "127.0.0.1:0"]);
    server.line_with("Seatwise is at").await;
    let ended = program(&database).run(&["key", "rotate"]).await;
    assert!(
        matches!(ended.code, Some(1 | 3)),
        "{}{}",
        ended.out,
        ended.err
    );
    assert!(ended.err.contains("stop"), "{}", ended.err);
    assert_eq!(keys(database.directory()), ["master.key"]);
    server.stop().await;
    let _ = program(&database).run(&["key", "rotate"]).await.good();
    // The server starts with the new key, without a word about keys.
    let mut server = program(&database).start(&["serve", "--listen", "127.0.0.1:0"]);
    server.line_with("Seatwise is at").await;
    let ended = server.stop().await;
    assert!(!ended.err.contains("master key"), "{}", ended.err);
}

#[tokio::test]
async fn k07_a_key_in_the_environment_is_replaced_by_hand() {
    let database = with_a_secret(Kind::Sqlite).await;
    let (name, old) = Database::key();
    let said = program(&database)
        .env(name, old)
        .run(&["key", "rotate"])
        .await
        .good();
    assert!(said.contains("set SEATWISE_MASTER_KEY"), "{said}");
    let next = database.directory().join("master.key.next");
    let new = std::fs::read_to_string(&next).unwrap();
    std::fs::remove_file(&next).unwrap();
    let wrong = program(&database)
        .env(name, old)
        .run(&["key", "rotate"])
        .await;
    refused(&wrong, 3, "is not the one that sealed");
    assert!(!next.exists());
    let _ = program(&database)
        .env(name, new.trim())
        .run(&["key", "rotate"])
        .await
        .good();
    assert_ne!(std::fs::read_to_string(&next).unwrap(), new);
}

async fn k07_secrets_of_a_lost_key_are_given_up_wherever_it_is_killed(kind: Kind) {
    let give_up = ["key", "give-up", "--yes-the-key-is-lost"];
    let mut finished = 0;
    for crash_at in 1.. {
        let database = with_a_secret(kind).await;
        let key = database.directory().join("master.key");
        // In turn the key is missing and another one is in its place.
        std::fs::remove_file(&key).unwrap();
        if crash_at % 2 == 0 {
            MasterKey::create(&key).unwrap();
        }
        let died = program(&database)
            .env("SEATWISE_CRASH_AT", crash_at.to_string())
            .run(&give_up)
            .await;
        let ended = died.code == Some(0);
        assert!(ended || died.code.is_none(), "{}{}", died.out, died.err);
        if ended {
            assert!(died.out.contains("the OAuth app of zoom"), "{}", died.out);
            assert!(died.out.contains("The new key is in"), "{}", died.out);
        } else {
            let said = program(&database).run(&give_up).await.good();
            assert!(said.contains("The new key is in"), "{said}");
            finished += 1;
        }
        assert!(!keys(database.directory()).contains(&"master.key.next".to_owned()));
        let mut options = database.options(Arc::new(SystemClock));
        options.key = MasterKey::load(&key).unwrap().unwrap();
        let store = Store::open(options).await.unwrap();
        assert!(store.key_fits());
        assert!(store.oauth_app("zoom").await.unwrap().is_none());
        assert_eq!(store.verify_audit().await.unwrap(), None);
        let audit = store.audit(9, None).await.unwrap();
        let entries = audit.iter().filter(|entry| entry.action == "key.give_up");
        assert_eq!(entries.count(), 1);
        store.close().await;
        if ended {
            break;
        }
    }
    assert!(
        finished > 2 || !cfg!(feature = "crash-points"),
        "only {finished} points"
    );
}

#[tokio::test]
async fn k07_nothing_is_given_up_without_need_or_without_the_confirmation() {
    let database = with_a_secret(Kind::Sqlite).await;
    let key = database.directory().join("master.key");
    let give_up = ["key", "give-up", "--yes-the-key-is-lost"];
    let needless = program(&database).run(&give_up).await;
    refused(&needless, 2, "nothing to give up");
    assert_eq!(secret(&database).await, "the secret");
    let elsewhere = database.directory().join("kept");
    std::fs::rename(&key, &elsewhere).unwrap();
    for command in [
        &["doctor"][..],
        &["users"],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let ended = program(&database).run(command).await;
        let said = format!("{}{}", ended.out, ended.err);
        assert!(said.contains("seatwise key give-up"), "{command:?} {said}");
    }
    let asked = program(&database).run(&["key", "give-up"]).await;
    assert!(asked.out.contains("the OAuth app of zoom"), "{}", asked.out);
    refused(&asked, 2, "nothing was changed");
    assert_eq!(keys(database.directory()), [] as [String; 0]);
    // The key was found again after all.
    std::fs::rename(&elsewhere, &key).unwrap();
    assert_eq!(secret(&database).await, "the secret");
}

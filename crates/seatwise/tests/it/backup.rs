//! `seatwise backup` and `seatwise restore` as an operator uses them: beside a running server, on a full
//! disk, into the other engine, with and without the master key.

use std::path::Path;

use testkit::database::{Database, Kind};
use testkit::install::Install;
use testkit::process::Program;

use crate::faults::{SmallDisk, refused, with_own_key};
use crate::program::{Served, seatwise, seatwise_with};

testkit::on_both_engines!(
    u01_no_writer_waits_for_a_backup_that_takes_long,
    u04_an_installation_moves_to_the_other_engine,
);

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The program on this database, with the master key of the tests.
fn on(database: &Database) -> Program {
    let program = seatwise().env("SEATWISE_DATA_DIR", database.directory());
    match database.location() {
        store::StoreLocation::Postgres(url) => program.env("SEATWISE_DATABASE_URL", url),
        _ => program,
    }
}

async fn u04_an_installation_moves_to_the_other_engine(kind: Kind) {
    let (install, id) = Install::connected(kind, 30).await;
    install.sync(id).await;
    install.store.close().await;
    let to = match kind {
        Kind::Sqlite if Kind::Postgres.is_skipped() => return,
        Kind::Sqlite => Database::new(Kind::Postgres),
        Kind::Postgres => Database::new(Kind::Sqlite),
    };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("seatwise.backup");
    let said = on(&install.database)
        .run(&["backup", "--json", text(&file)])
        .await
        .json();
    assert_eq!(said["key_included"], false);
    assert!(said["rows"]["users"].as_u64().unwrap() > 20, "{said}");
    let check = on(&to)
        .run(&["restore", "--check", text(&file)])
        .await
        .good();
    assert!(
        check.contains("The backup is complete") && check.contains("not in it"),
        "{check}"
    );
    let said = on(&to).run(&["restore", text(&file)]).await.good();
    assert!(
        said.contains("Restored") && said.contains("sign in again"),
        "{said}"
    );
    let users = ["users", "--format", "json"];
    let before = on(&install.database).run(&users).await.good();
    assert_eq!(on(&to).run(&users).await.good(), before);
    // A second time, and over the original, is refused.
    for place in [&to, &install.database] {
        let again = on(place).run(&["restore", text(&file)]).await;
        refused(&again, 1, "empty");
    }
    assert_eq!(on(&install.database).run(&users).await.good(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u01_a_running_server_is_backed_up_and_refuses_to_be_restored_over() {
    let served = Served::start(40, |_| ()).await;
    let owner = served.owner().await;
    served.connect_by_oauth(&owner, 0).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("seatwise.backup");
    let program = seatwise_with(&served.database, &served.zoom);
    // While the first sync is running.
    let said = program.run(&["backup", text(&file)]).await.good();
    assert!(
        said.contains("read them back") && said.contains("is not in the file"),
        "{said}"
    );
    served.first_sync(&owner, 1).await;
    refused(
        &program.run(&["backup", text(&file)]).await,
        1,
        "never overwritten",
    );
    let second = directory.path().join("second.backup");
    let _ = program.run(&["backup", text(&second)]).await.good();
    refused(&program.run(&["restore", text(&second)]).await, 3, "in use");
    // The server goes on, and the copy has the same users.
    let place = Database::new(Kind::Sqlite);
    let restored = seatwise_with(&place, &served.zoom);
    let _ = restored.run(&["restore", text(&second)]).await.good();
    let users = ["users", "--format", "json"];
    assert_eq!(
        restored.run(&users).await.good(),
        program.run(&users).await.good()
    );
    // The first one has a beginning of them.
    let early = Database::new(Kind::Sqlite);
    let _ = seatwise_with(&early, &served.zoom)
        .run(&["restore", text(&file)])
        .await
        .good();
    let store = early
        .open(std::sync::Arc::new(testkit::clock::SystemClock))
        .await;
    assert_eq!(store.verify_audit().await.unwrap(), None);
    assert_eq!(store.check().await.unwrap().integrity, None);
    store.close().await;
    let ended = served.server.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}

#[tokio::test]
async fn u02_a_full_disk_leaves_no_backup_and_the_old_ones() {
    let Some(disk) = SmallDisk::mount("1m") else {
        return;
    };
    let database = Database::new(Kind::Sqlite);
    database
        .open(std::sync::Arc::new(testkit::clock::SystemClock))
        .await
        .close()
        .await;
    let old = disk.0.join("old.backup");
    let _ = on(&database).run(&["backup", text(&old)]).await.good();
    disk.fill();
    let new = disk.0.join("new.backup");
    let full = on(&database).run(&["backup", text(&new)]).await;
    refused(&full, 3, "No space left");
    assert!(full.err.contains("space on the disk"), "{}", full.err);
    assert!(!new.exists());
    let _ = on(&database)
        .run(&["restore", "--check", text(&old)])
        .await
        .good();
    std::fs::remove_file(disk.filler()).unwrap();
    let _ = on(&database).run(&["backup", text(&new)]).await.good();
    assert_eq!(std::fs::read_dir(&disk.0).unwrap().count(), 2);
}

#[tokio::test]
async fn u03_a_backup_is_restored_with_its_own_key_only() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let mut server = with_own_key(&at("data")).start(&["serve", "--listen", "127.0.0.1:0"]);
    server.line_with("Seatwise is at").await;
    let (without, with) = (at("without.backup"), at("with.backup"));
    let _ = with_own_key(&at("data"))
        .run(&["backup", text(&without)])
        .await
        .good();
    let said = with_own_key(&at("data"))
        .run(&["backup", "--include-key", text(&with)])
        .await
        .good();
    assert!(said.contains("is in the file"), "{said}");
    server.stop().await;
    // Without any key the restore says which one is needed, and leaves nothing behind.
    let missing = with_own_key(&at("new"))
        .run(&["restore", text(&without)])
        .await;
    refused(&missing, 3, "does not hold the master key");
    assert!(!at("new").join("seatwise.db").exists());
    // With another one it is refused.
    std::fs::create_dir(at("other")).unwrap();
    store::MasterKey::create(&at("other").join("master.key")).unwrap();
    let wrong = with_own_key(&at("other"))
        .run(&["restore", text(&with)])
        .await;
    refused(&wrong, 1, "was sealed with the master key");
    assert_eq!(std::fs::read_dir(at("other")).unwrap().count(), 1);
    // With the one that it contains, or a copy of it, the program starts.
    std::fs::create_dir(at("copy")).unwrap();
    std::fs::copy(at("data").join("master.key"), at("copy").join("master.key")).unwrap();
    for (place, backup) in [("new", &with), ("copy", &without)] {
        let _ = with_own_key(&at(place))
            .run(&["restore", text(backup)])
            .await
            .good();
        let mut server = with_own_key(&at(place)).start(&["serve", "--listen", "127.0.0.1:0"]);
        server.line_with("Seatwise is at").await;
        let ended = server.stop().await;
        assert!(!ended.err.contains("master key"), "{}", ended.err);
        assert!(!at(place).join("master.key.new").exists());
    }
    refused(
        &with_own_key(&at("nothing"))
            .run(&["backup", text(&at("x.backup"))])
            .await,
        3,
        "there is no Seatwise database in",
    );
}

/// A backup of a large database takes minutes. Here it stands still in the middle, and writers do not wait
/// for its next step.
async fn u01_no_writer_waits_for_a_backup_that_takes_long(kind: Kind) {
    use std::process::Command;
    use std::sync::Arc;

    use store::Actor;
    use testkit::clock::{NOON, SystemClock, moment};
    use testkit::wait::until;

    const WRITES: usize = 200;

    // Only then a process can be frozen at a point.
    if !cfg!(feature = "crash-points") {
        return;
    }
    let database = Database::new(kind);
    let store = database.open(Arc::new(SystemClock)).await;
    let write = async |number: usize| {
        let detail = serde_json::json!({ "number": number });
        store
            .record_audit_entry(&Actor::Cli, "test", "thing", &detail, moment(NOON))
            .await
            .unwrap();
    };
    write(0).await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("seatwise.backup");
    let frozen = on(&database)
        .env("SEATWISE_FREEZE_AT", "backup: table written:3")
        .start(&["backup", text(&file)]);
    let id = frozen.id().to_string();
    until("it stands still", async || {
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        let (_, state) = status.rsplit_once(')').unwrap();
        state.trim_start().starts_with('T').then_some(())
    })
    .await;
    // Each of them would wait until the backup goes on, which is after the last one.
    for number in 1..=WRITES {
        write(number).await;
    }
    let thawed = Command::new("kill").args(["-CONT", &id]).status().unwrap();
    assert!(thawed.success());
    let ended = frozen.finish().await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    store.close().await;
    // It holds the state of its beginning.
    let to = Database::new(kind);
    let _ = on(&to).run(&["restore", text(&file)]).await.good();
    let restored = to.open(Arc::new(SystemClock)).await;
    let entries = restored.audit(1_000, None).await.unwrap();
    let written = entries.iter().filter(|entry| entry.action == "test");
    assert_eq!(written.count(), 1);
    restored.close().await;
}

//! Faults of the machine: the program under `strace`, which lets system calls fail or kills at one of
//! them, under a wrong clock, and behind a connection pooler. They need programs and rights that not every machine
//! has, so they run only when asked for: `./test --environment`.

use std::process::Command;

use model::{DayState, IntegrationId};
use store::StoreLocation;
use testkit::database::{Database, Kind};
use testkit::install::{Install, difference};
use testkit::process::{Ended, Program};
use testkit::wait::until;
use zoom_sim::RefreshMode;

use crate::crash::{connected, dump, sync};
use crate::program::seatwise_with;

/// The program, started by a command that ends with it.
fn under(command: &str, database: &Database, install: &Install) -> Program {
    seatwise_with(database, &install.zoom).through(&format!("exec {command} \"$0\" \"$@\""))
}

/// Runs a sync with this fault of system calls, such as `pwrite64:error=EIO:when=3`. `strace` writes nothing,
/// because its output would mix with that of the program. It injects into calls that it traces only.
async fn with_fault(fault: &str, database: &Database, install: &Install) -> Ended {
    let call = fault.split(':').next().unwrap_or_default();
    let command = format!("strace -f -qq -o /dev/null -e trace={call} -e inject={fault}");
    under(&command, database, install)
        .run(&["sync", "--json"])
        .await
}

struct Account {
    install: Install,
    id: IntegrationId,
    /// Data after a sync without faults.
    wanted: String,
}

async fn account() -> Account {
    let (install, id) = connected(Kind::Sqlite, RefreshMode::Grace(3_600)).await;
    let quiet = install.database.copy();
    let ended = sync(&install, &quiet, "").await;
    assert_eq!(ended.code, Some(0), "{}{}", ended.out, ended.err);
    let wanted = dump(&install, &quiet).await;
    Account {
        install,
        id,
        wanted,
    }
}

impl Account {
    /// After the fault a sync comes to its end, and the data is the same as without the fault.
    async fn recovers(&self, database: &Database, after: &str) {
        database.let_lease_run_out(self.id).await;
        let again = sync(&self.install, database, "").await;
        assert_eq!(again.code, Some(0), "{after}: {}{}", again.out, again.err);
        let ours = dump(&self.install, database).await;
        assert_eq!(difference(&self.wanted, &ours), "", "{after}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs strace; ./test --environment runs it"]
async fn r03_the_process_is_killed_at_the_nth_write() {
    let account = account().await;
    let mut number = 1;
    loop {
        let fault = format!("pwrite64:signal=KILL:when={number}");
        let database = account.install.database.copy();
        let ended = with_fault(&fault, &database, &account.install).await;
        account.recovers(&database, &fault).await;
        // No thread has made so many writes.
        if ended.code == Some(0) {
            break;
        }
        number += 1 + number / 3;
    }
    assert!(number > 20, "only {number} writes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs strace; ./test --environment runs it"]
async fn r22_r23_system_calls_of_the_disk_fail() {
    let account = account().await;
    for call in [
        "pwrite64:error=ENOSPC",
        "pwrite64:error=EIO",
        "fdatasync:error=EIO",
        "fsync:error=EIO",
    ] {
        for when in [1, 2, 4, 7, 12, 20, 40, 80] {
            for end in ["", "+"] {
                let fault = format!("{call}:when={when}{end}");
                let database = account.install.database.copy();
                let ended = with_fault(&fault, &database, &account.install).await;
                // Either the fault was outlasted, or it is named; a signal would be a crash.
                let code = ended
                    .code
                    .unwrap_or_else(|| panic!("{fault}: {}", ended.err));
                let said = ended.err.to_lowercase();
                assert!(
                    code == 0 || said.contains("disk") || said.contains("database"),
                    "{fault}: {code} {}{}",
                    ended.out,
                    ended.err
                );
                account.recovers(&database, &fault).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs faketime; ./test --environment runs it"]
async fn r17_r45_a_clock_that_was_wrong_for_a_run_does_no_lasting_harm() {
    let account = account().await;
    for clock in ["+1h", "-1h", "+25h", "-25h", "+10y", "-10y"] {
        let database = account.install.database.copy();
        let wrong = under(
            &format!("faketime -f '{clock}'"),
            &database,
            &account.install,
        );
        // It may fail, because tokens and days of the other side have other times.
        let ended = wrong.run(&["sync", "--json"]).await;
        assert!(ended.code.is_some(), "{clock}: {}", ended.err);
        database.let_lease_run_out(account.id).await;
        until("a sync with the right clock is complete", async || {
            let again = sync(&account.install, &database, "").await;
            (again.code == Some(0)).then_some(())
        })
        .await;
        let store = database
            .open(std::sync::Arc::new(testkit::clock::SystemClock))
            .await;
        let ours = testkit::install::users(&store, account.id, false).await;
        let stream = store.coverage(account.id, "meetings").await.unwrap();
        let today = model::Clock::now(&testkit::clock::SystemClock).day();
        assert_eq!(ours.len(), 40, "{clock}");
        // Days ahead that were read while the clock was wrong are read again when they come.
        let now = model::Clock::now(&testkit::clock::SystemClock);
        let believed: Vec<_> = stream
            .days
            .iter()
            .filter(|(day, known)| {
                **day > today && known.state == DayState::Complete && known.read_at <= now
            })
            .collect();
        assert!(believed.is_empty(), "{clock}: {believed:?}");
        assert!(stream.covers(today.plus(-150), today.plus(-1)), "{clock}");
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs pgbouncer; ./test --environment runs it"]
async fn u14_pgbouncer_in_transaction_mode_is_named_and_in_session_mode_works() {
    if Kind::Postgres.is_skipped() {
        return;
    }
    let (install, _) = connected(Kind::Postgres, RefreshMode::Grace(3_600)).await;
    let StoreLocation::Postgres(url) = install.database.location() else {
        unreachable!("made on PostgreSQL")
    };
    // postgres://user@localhost/name?host=directory
    let (address, sockets) = url.split_once("?host=").unwrap();
    for (mode, works) in [("session", true), ("transaction", false)] {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().display();
        let user = address
            .split("://")
            .nth(1)
            .unwrap()
            .split('@')
            .next()
            .unwrap();
        let user = user.split(':').next().unwrap();
        std::fs::write(directory.path().join("users"), format!("\"{user}\" \"\"\n")).unwrap();
        let config = format!(
            "[databases]\n* = host={sockets} port=5432\n[pgbouncer]\nunix_socket_dir = {place}\nlisten_port = 5432\n\
             auth_type = trust\nauth_file = {place}/users\npool_mode = {mode}\nmax_client_conn = 100\nserver_lifetime = 60\n\
             logfile = {place}/log\npidfile = {place}/pid\n"
        );
        let file = directory.path().join("ini");
        std::fs::write(&file, config).unwrap();
        // PgBouncer does not run as root.
        let owned = Command::new("chown")
            .arg("-R")
            .arg("postgres")
            .arg(directory.path())
            .status();
        assert!(owned.unwrap().success());
        let mut pooler = Command::new("pgbouncer")
            .args(["-q", "-u", "postgres"])
            .arg(&file)
            .spawn()
            .unwrap();
        until("the pooler listens", async || {
            directory
                .path()
                .join(".s.PGSQL.5432")
                .exists()
                .then_some(())
        })
        .await;
        let program = seatwise_with(&install.database, &install.zoom)
            .env("SEATWISE_DATABASE_URL", format!("{address}?host={place}"));
        let ended = program.run(&["sync", "--json"]).await;
        pooler.kill().unwrap();
        pooler.wait().unwrap();
        if works {
            assert_eq!(ended.code, Some(0), "{mode}: {}{}", ended.out, ended.err);
        } else {
            assert!(
                ended.code == Some(0) || ended.err.contains("pool_mode"),
                "{mode}: {:?} {}{}",
                ended.code,
                ended.out,
                ended.err
            );
        }
    }
}

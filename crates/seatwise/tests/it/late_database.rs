//! A PostgreSQL server that is late, goes away, or loses a process that is frozen in a transaction.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use testkit::clock::SystemClock;
use testkit::database::{Database, Kind};
use testkit::wait::until;
use testkit::web::Visitor;
use testkit::zoom::{Zoom, quiet};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;

use crate::program::seatwise_with;

/// A socket in front of PostgreSQL's, through which connections can be refused and cut.
struct Gate {
    directory: tempfile::TempDir,
    server: PathBuf,
    /// Connections that are still to be refused.
    refuse: Arc<AtomicU32>,
}

impl Gate {
    fn new(server_directory: &str, refuse: u32) -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            server: Path::new(server_directory).join(".s.PGSQL.5432"),
            refuse: Arc::new(AtomicU32::new(refuse)),
        }
    }

    /// Opens the gate until the result is aborted, which cuts all connections.
    fn open(&self) -> JoinHandle<()> {
        let socket = self.directory.path().join(".s.PGSQL.5432");
        // There is none the first time.
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(socket).unwrap();
        let (server, refuse) = (self.server.clone(), Arc::clone(&self.refuse));
        tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let refused = refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                    left.checked_sub(1)
                });
                if refused.is_ok() {
                    continue;
                }
                let server = server.clone();
                connections.spawn(async move {
                    let mut server = UnixStream::connect(server).await.unwrap();
                    // Either side may end the connection.
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r49_u11_a_server_waits_for_its_database_and_says_when_it_is_gone() {
    if Kind::Postgres.is_skipped() {
        return;
    }
    let zoom = Zoom::start(quiet(4, Arc::new(SystemClock))).await;
    let database = Database::new(Kind::Postgres);
    let store::StoreLocation::Postgres(url) = database.location() else {
        unreachable!("made on PostgreSQL")
    };
    let (address, sockets) = url.split_once("?host=").unwrap();
    let gate = Gate::new(sockets, 2);
    let through = format!("{address}?host={}", gate.directory.path().display());
    let program = seatwise_with(&database, &zoom).env("SEATWISE_DATABASE_URL", &through);

    // The first connections are refused; the server waits and tries again.
    let open = gate.open();
    let mut server = program.start(&["serve", "--listen", "127.0.0.1:0"]);
    let line = server.line_with("Seatwise is at").await;
    assert_eq!(gate.refuse.load(Ordering::SeqCst), 0);
    let url: url::Url = line.rsplit(' ').next().unwrap().parse().unwrap();
    let visitor = Visitor::new();
    let ready = async || {
        let begun = Instant::now();
        let seen = visitor.open(&url.join("/readyz").unwrap()).await;
        (seen.status.as_u16(), begun.elapsed())
    };
    assert_eq!(ready().await.0, 200);
    // Gone: said within two seconds, also when asked for the first time.
    open.abort();
    let _ = open.await;
    let socket = gate.directory.path().join(".s.PGSQL.5432");
    std::fs::remove_file(&socket).unwrap();
    for _ in 0..3 {
        let (status, time) = ready().await;
        assert_eq!(status, 503);
        assert!(time < Duration::from_secs(2), "{time:?}");
    }
    // A server that takes connections and does not answer.
    let silent = UnixListener::bind(&socket).unwrap();
    for _ in 0..2 {
        let (status, time) = ready().await;
        assert_eq!(status, 503);
        assert!(time < Duration::from_secs(2), "{time:?}");
    }
    drop(silent);
    // Back again: it goes on without a restart.
    let _open = gate.open();
    until("it is ready again", async || {
        (ready().await.0 == 200).then_some(())
    })
    .await;
    let ended = server.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("waiting for it"), "{}", ended.err);
}

#[cfg(feature = "crash-points")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r25_r48_a_process_that_is_frozen_in_a_transaction_is_taken_over() {
    use std::process::Command;

    if Kind::Postgres.is_skipped() {
        return;
    }
    let zoom = Zoom::start(quiet(20, Arc::new(SystemClock))).await;
    let database = Database::new(Kind::Postgres);
    let app = zoom.sim.credentials();
    let secret = database.directory().join("secret");
    std::fs::write(&secret, &app.client_secret).unwrap();
    let program = seatwise_with(&database, &zoom);
    let add = [
        "integrations",
        "add-s2s",
        "--account-id",
        &app.account_id,
        "--client-id",
        &app.client_id,
        "--client-secret-file",
        secret.to_str().unwrap(),
    ];
    let added = program.run(&add).await;
    assert_eq!(added.code, Some(0), "{}{}", added.out, added.err);

    let frozen = program
        .clone()
        .env("SEATWISE_FREEZE_AT", "store: between writes:4")
        .start(&["sync"]);
    let id = frozen.id().to_string();
    until("it is frozen", async || {
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        (status
            .rsplit(')')
            .next()
            .unwrap()
            .trim_start()
            .starts_with('T'))
        .then_some(())
    })
    .await;
    let begun = Instant::now();
    // A lease lasts 30 seconds.
    until("the other takes over within two leases", async || {
        let ended = program.run(&["sync"]).await;
        (ended.code == Some(0)).then_some(())
    })
    .await;
    assert!(
        begun.elapsed() < Duration::from_mins(1),
        "{:?}",
        begun.elapsed()
    );
    let store = database.open(Arc::new(SystemClock)).await;
    let dump = store.dump().await.unwrap();
    let thawed = Command::new("kill").args(["-CONT", &id]).status().unwrap();
    assert!(thawed.success());
    let late = frozen.finish().await;
    assert_ne!(late.code, Some(0), "{}{}", late.out, late.err);
    assert_eq!(
        store.dump().await.unwrap(),
        dump,
        "the late writer changed nothing"
    );
    store.close().await;
}

//! U10, U11: starts with wrong settings, files and ports, on a full disk, and without a way to Zoom. The
//! program starts safely, or not at all and with one sentence and a code.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;

use testkit::database::{Database, Kind};
use testkit::wait::until;
use testkit::web::Visitor;

use crate::faults::{SmallDisk, refused, with_own_key};
use crate::program::seatwise;

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[tokio::test]
async fn u10_wrong_files_and_ports_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    // A key that others may read.
    std::fs::create_dir(at("open")).unwrap();
    let key = at("open").join("master.key");
    store::MasterKey::create(&key).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    refused(&with_own_key(&at("open")).run(&SERVE).await, 3, "chmod 600");
    assert!(!at("open").join("seatwise.db").exists());
    // A key that is none.
    std::fs::write(&key, "not a key").unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    refused(
        &with_own_key(&at("open")).run(&SERVE).await,
        3,
        "does not hold 32 bytes",
    );
    // A data directory that is a file.
    std::fs::write(at("file"), "text").unwrap();
    refused(&with_own_key(&at("file")).run(&SERVE).await, 3, "file");
    assert_eq!(std::fs::read_to_string(at("file")).unwrap(), "text");
    // A port that is in use.
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = with_own_key(&at("port"))
        .run(&["serve", "--listen", &address])
        .await;
    refused(&ended, 1, "choose another address with --listen");
    // Values that cannot be read.
    for (name, value) in [
        ("SEATWISE_LISTEN", "here"),
        ("SEATWISE_PUBLIC_URL", "seatwise.example.com"),
        ("SEATWISE_DATABASE_URL", "mysql://localhost/seatwise"),
    ] {
        let ended = with_own_key(&at("value"))
            .env(name, value)
            .run(&["serve"])
            .await;
        assert_eq!(ended.code, Some(2), "{name}: {}", ended.err);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
    }
}

#[tokio::test]
async fn u11_a_start_on_a_full_disk_says_so() {
    let Some(disk) = SmallDisk::mount("2m") else {
        return;
    };
    disk.fill();
    let ended = with_own_key(&disk.0.join("data")).run(&SERVE).await;
    assert!(
        matches!(ended.code, Some(1 | 3)),
        "{}{}",
        ended.out,
        ended.err
    );
    assert!(
        ended.err.contains("No space left") || ended.err.contains("full"),
        "{}",
        ended.err
    );
    // With space again the same start succeeds.
    std::fs::remove_file(disk.filler()).unwrap();
    let mut server = with_own_key(&disk.0.join("data")).start(&SERVE);
    server.line_with("Seatwise is at").await;
    server.stop().await;
}

#[tokio::test]
async fn u11_a_start_without_a_way_to_zoom_serves_its_pages() {
    // A port that nothing listens on.
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let zoom = format!("http://{closed}");
    let database = Database::new(Kind::Sqlite);
    let program = seatwise()
        .env("SEATWISE_DATA_DIR", database.directory())
        .env("SEATWISE_ZOOM_API_URL", &zoom)
        .env("SEATWISE_ZOOM_OAUTH_URL", &zoom);
    let mut server = program.start(&SERVE);
    let line = server.line_with("Seatwise is at").await;
    let url: url::Url = line.rsplit(' ').next().unwrap().parse().unwrap();
    for path in ["healthz", "readyz", ""] {
        until("it answers", async || {
            let seen = Visitor::new().open(&url.join(path).unwrap()).await;
            (seen.status.as_u16() < 400).then_some(())
        })
        .await;
    }
    server.stop().await;
}

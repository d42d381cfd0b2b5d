//! Faults of the disk, of files, and of settings, on the real program.

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::database::{Database, Kind};
use testkit::process::{Ended, Program};
use testkit::wait::until;
use testkit::web::Visitor;
use testkit::zoom::{Zoom, quiet};

use crate::program::{OWNER, PASSWORD, Served, seatwise, seatwise_with};

/// The program with a key of its own in the data directory.
pub(crate) fn with_own_key(data: &Path) -> Program {
    Program::at(env!("CARGO_BIN_EXE_seatwise")).env("SEATWISE_DATA_DIR", data)
}

pub(crate) fn refused(ended: &Ended, code: i32, said: &str) {
    assert_eq!(ended.code, Some(code), "{}{}", ended.out, ended.err);
    assert!(ended.err.contains(said), "{said:?}: {}", ended.err);
}

/// Signs in with a new browser; returns the status of the answer.
async fn sign_in(served: &Served) -> (u16, String) {
    let visitor = Visitor::new();
    let page = visitor.open(&served.at("/sign-in")).await;
    let form = page
        .form("/sign-in")
        .fill("email", OWNER)
        .fill("password", PASSWORD);
    let seen = visitor.submit(&page, &form).await;
    (seen.status.as_u16(), seen.body)
}

async fn ready(served: &Served) -> (u16, String) {
    let seen = Visitor::new().open(&served.at("/readyz")).await;
    (seen.status.as_u16(), seen.body)
}

/// Reading works, writing does not, and that is said.
async fn only_reads(served: &Served, owner: &Visitor, fault: &str) {
    // The result of a write counts for a second.
    let body = until("it is no longer ready", async || {
        let (status, body) = ready(served).await;
        (status == 503).then_some(body)
    })
    .await;
    assert!(body.contains(fault), "{body}");
    for path in ["/integrations", "/api/v1/integrations", "/metrics"] {
        let seen = owner.open(&served.at(path)).await;
        assert_eq!(seen.status, 200, "{path}: {}", seen.body);
    }
    let (status, body) = sign_in(served).await;
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("disk"), "{body}");
}

async fn writes_again(served: &Served) {
    until("it is ready again", async || {
        (ready(served).await.0 == 200).then_some(())
    })
    .await;
    let (status, body) = sign_in(served).await;
    assert_eq!(status, 303, "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r22_r23_r34_the_server_goes_on_when_writes_have_failed() {
    // A limit for the size of files lets writes fail with an error of the disk.
    let served = Served::start_as(
        2,
        |_| (),
        |program| program.through("trap '' XFSZ; exec \"$0\" \"$@\""),
    )
    .await;
    let owner = served.owner().await;
    let limit = |size: &str| {
        let id = served.server.id().to_string();
        let set = Command::new("prlimit")
            .args(["--pid", &id, &format!("--fsize={size}:unlimited")])
            .status()
            .unwrap();
        assert!(set.success());
    };
    for _ in 0..3 {
        limit("1");
        only_reads(&served, &owner, "the disk of the database reports errors").await;
        limit("unlimited");
        writes_again(&served).await;
    }
    let ended = served.server.stop().await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let store = served
        .database
        .open(std::sync::Arc::new(testkit::clock::SystemClock))
        .await;
    assert_eq!(store.check().await.unwrap().integrity, None);
    store.close().await;
}

/// A file system in memory with a size, removed when dropped.
pub(crate) struct SmallDisk(pub(crate) PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount anything; says so.
    #[expect(clippy::print_stderr, reason = "a test that was passed over says so")]
    pub(crate) fn mount(size: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap().keep();
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={size},mode=700"),
                "tmpfs",
            ])
            .arg(&directory)
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(directory));
        }
        std::fs::remove_dir(&directory).unwrap();
        eprintln!("SKIPPED: this user may not mount a file system");
        None
    }

    pub(crate) fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Fills it to the last byte.
    pub(crate) fn fill(&self) {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.filler()).unwrap();
        let mut size = 65_536;
        while size > 0 {
            match file.write(&vec![1; size]) {
                Ok(written) if written > 0 => {}
                _ => size /= 2,
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Failures are ignored, because they only leave an empty directory.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r22_r34_the_server_goes_on_when_a_full_disk_has_space_again() {
    let Some(disk) = SmallDisk::mount("8m") else {
        return;
    };
    let data = disk.0.join("data");
    let served =
        Served::start_as(2, |_| (), |program| program.env("SEATWISE_DATA_DIR", &data)).await;
    let owner = served.owner().await;
    for _ in 0..2 {
        disk.fill();
        only_reads(&served, &owner, "the disk of the database").await;
        let doctor = seatwise_with(&served.database, &served.zoom).env("SEATWISE_DATA_DIR", &data);
        let said = doctor.run(&["doctor"]).await;
        assert!(said.out.contains("full"), "{}{}", said.out, said.err);
        assert!(said.out.contains("free space"), "{}{}", said.out, said.err);
        std::fs::remove_file(disk.filler()).unwrap();
        writes_again(&served).await;
    }
    served.server.stop().await;
}

#[tokio::test]
async fn r47_no_empty_database_is_made_beside_the_key_of_a_lost_one() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let mut server = with_own_key(&data).start(&serve);
    server.line_with("Seatwise is at").await;
    server.stop().await;
    let database = data.join("seatwise.db");
    let kept = directory.path().join("kept.db");
    std::fs::rename(&database, &kept).unwrap();
    refused(
        &with_own_key(&data).run(&serve).await,
        3,
        "is missing or empty",
    );
    assert!(!database.exists());
    std::fs::write(&database, "").unwrap();
    refused(
        &with_own_key(&data).run(&serve).await,
        3,
        "put the database back",
    );
    refused(
        &with_own_key(&data).run(&["users"]).await,
        3,
        "put the database back",
    );
    assert_eq!(std::fs::metadata(&database).unwrap().len(), 0);
    // The old one works again, and without its key there is a new installation.
    std::fs::rename(&kept, &database).unwrap();
    refused(
        &with_own_key(&data).run(&["users"]).await,
        4,
        "no account is connected",
    );
    std::fs::remove_file(&database).unwrap();
    std::fs::remove_file(data.join("master.key")).unwrap();
    let mut server = with_own_key(&data).start(&serve);
    server.line_with("Seatwise is at").await;
    server.stop().await;
    assert!(data.join("master.key").exists());
}

#[tokio::test]
async fn u10_a_first_start_that_was_interrupted_is_continued() {
    let directory = tempfile::tempdir().unwrap();
    // The key was made, the database was not.
    store::MasterKey::create(&directory.path().join("master.key.new")).unwrap();
    std::fs::write(directory.path().join("seatwise.db"), "").unwrap();
    let mut server = with_own_key(directory.path()).start(&["serve", "--listen", "127.0.0.1:0"]);
    server.line_with("Seatwise is at").await;
    server.stop().await;
    assert!(directory.path().join("master.key").exists());
    assert!(!directory.path().join("master.key.new").exists());
}

#[tokio::test]
async fn u17_an_unknown_variable_is_refused_by_every_command() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    for command in [&["serve"][..], &["users"], &["doctor"], &["openapi"]] {
        let ended = seatwise()
            .within(directory.path())
            .env("SEATWISE_DATADIR", &data)
            .run(command)
            .await;
        refused(
            &ended,
            2,
            "SEATWISE_DATADIR is not a setting of Seatwise; did you mean SEATWISE_DATA_DIR?",
        );
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u13_doctor_names_the_remedy_and_ends_in_time() {
    let database = Database::new(Kind::Sqlite);
    let store = database
        .open(std::sync::Arc::new(testkit::clock::SystemClock))
        .await;
    store.close().await;
    // A Zoom that takes connections and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let program = seatwise()
        .env("SEATWISE_DATA_DIR", database.directory())
        .env("SEATWISE_ZOOM_API_URL", &url)
        .env("SEATWISE_ZOOM_OAUTH_URL", &url);
    let doctor = async || {
        let ended =
            tokio::time::timeout(std::time::Duration::from_secs(20), program.run(&["doctor"]));
        ended.await.expect("it ends in time")
    };
    let said = doctor().await;
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert_eq!(
        said.out.matches("does not answer").count(),
        2,
        "{}",
        said.out
    );

    let file = database.directory().join("seatwise.db");
    let whole = std::fs::read(&file).unwrap();
    // The beginning of every page after the first is overwritten.
    let mut damaged = whole.clone();
    for page in damaged.chunks_mut(4096).skip(1) {
        page[..64].fill(0xff);
    }
    std::fs::write(&file, &damaged).unwrap();
    let said = doctor().await;
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("restore the last good backup"),
        "{}{}",
        said.out,
        said.err
    );
    std::fs::write(
        &file,
        "no database at all, but a text that is long enough to be one",
    )
    .unwrap();
    let said = doctor().await;
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("restore the last good backup"),
        "{}{}",
        said.out,
        said.err
    );
    // A newer schema.
    std::fs::write(&file, &whole).unwrap();
    let store = database
        .open(std::sync::Arc::new(testkit::clock::SystemClock))
        .await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r46_a_failed_run_is_in_the_log_with_its_reason() {
    let zoom = Zoom::start(quiet(4, std::sync::Arc::new(testkit::clock::SystemClock))).await;
    let database = Database::new(Kind::Sqlite);
    let secret = database.directory().join("secret");
    let app = zoom.sim.credentials();
    std::fs::write(&secret, &app.client_secret).unwrap();
    let program = seatwise_with(&database, &zoom);
    let added = program
        .run(&[
            "integrations",
            "add-s2s",
            "--account-id",
            &app.account_id,
            "--client-id",
            &app.client_id,
            "--client-secret-file",
            secret.to_str().unwrap(),
        ])
        .await
        .good();
    assert!(added.contains("Connected"), "{added}");
    // From now on no request is answered.
    drop(zoom);
    let ended = program.run(&["sync"]).await;
    assert_eq!(ended.code, Some(5), "{}{}", ended.out, ended.err);
    let line = ended
        .err
        .lines()
        .find(|line| line.contains("sync run ended"))
        .unwrap_or_else(|| panic!("{}", ended.err));
    assert!(
        line.contains("WARN") && line.contains("failed") && line.contains("reason="),
        "{line}"
    );
}

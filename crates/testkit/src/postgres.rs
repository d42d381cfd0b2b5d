//! Temporary PostgreSQL databases: one cluster for each test process, run by an unprivileged user on
//! a Unix socket in a directory of its own. Durability is off and the log is short, so that it needs
//! little space. A shell process owns the cluster: when the test process ends for any reason, the
//! shell's input closes and the shell removes everything.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Set to 1 where PostgreSQL is not installed, to skip the tests that need it.
pub const SKIP: &str = "SEATWISE_TEST_SKIP_POSTGRES";

/// A database for one test, removed when dropped, because a test that creates hundreds of them must
/// not need space for all.
#[derive(Debug)]
pub struct Database {
    /// The address to connect to: `postgres://…`.
    pub url: String,
    /// Name in the cluster.
    pub name: String,
}

/// Creates an empty database; `None` if tests with PostgreSQL are switched off (see [`SKIP`]).
///
/// # Panics
/// When PostgreSQL is not installed or does not start.
pub fn database() -> Option<Database> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let cluster = cluster()?;
    let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    cluster.sql("postgres", &format!("CREATE DATABASE {name}"));
    Some(cluster.database(name))
}

impl Database {
    /// Runs statements on a connection outside of the program, as an operator would, and returns
    /// their rows with `|` between columns.
    ///
    /// # Panics
    /// When a statement fails.
    pub fn sql(&self, statements: &str) -> String {
        cluster().map_or_else(String::new, |cluster| cluster.sql(&self.name, statements))
    }

    /// Runs statements on a connection that stays open, with its transaction and its locks, until
    /// the result is dropped.
    ///
    /// # Panics
    /// When the connection cannot be opened.
    #[must_use]
    pub fn hold(&self, statements: &str) -> HeldConnection {
        let cluster = cluster().expect("this database is in it");
        let mut command = cluster.psql(&self.name, statements);
        // After the statements psql waits for more on its input.
        command.args(["-c", r"\echo held", "-f", "-"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("psql lies beside initdb, which was found");
        let output = child.stdout.take().expect("its output was asked for");
        let held = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .any(|line| line == "held");
        assert!(held, "the statements failed: {statements}");
        HeldConnection(child)
    }

    /// Copies this database, which must have no connections.
    ///
    /// # Panics
    /// When a connection is open.
    #[must_use]
    pub fn copy(&self) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let name = format!("{}_{}", self.name, NUMBER.fetch_add(1, Ordering::Relaxed));
        let cluster = cluster().expect("this database is in it");
        let from = &self.name;
        cluster.sql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE {from}"),
        );
        cluster.database(name)
    }
}

/// An open connection with its locks (see [`Database::hold`]).
#[derive(Debug)]
pub struct HeldConnection(Child);

impl Drop for HeldConnection {
    fn drop(&mut self) {
        // Failures are ignored, because the process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = cluster() {
            // Closes connections that a test left open. A failure is ignored, because it only wastes
            // space.
            let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            let _ = cluster.psql("postgres", &statement).output();
        }
    }
}

struct Cluster {
    programs: PathBuf,
    directory: PathBuf,
    /// Its input stays open as long as this process lives.
    _keeper: Child,
}

impl Cluster {
    fn database(&self, name: String) -> Database {
        Database {
            url: format!(
                "postgres://postgres@localhost/{name}?host={}",
                self.directory.display()
            ),
            name,
        }
    }

    fn psql(&self, database: &str, statements: &str) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        command
            .args([
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-U",
                "postgres",
            ])
            .arg("-h")
            .arg(&self.directory)
            .args(["-d", database, "-c", statements]);
        command
    }

    fn sql(&self, database: &str, statements: &str) -> String {
        let answer = self
            .psql(database, statements)
            .output()
            .expect("psql lies beside initdb, which was found");
        assert!(
            answer.status.success(),
            "{statements}: {}",
            String::from_utf8_lossy(&answer.stderr)
        );
        String::from_utf8_lossy(&answer.stdout)
            .trim_end()
            .to_owned()
    }
}

fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER
        .get_or_init(|| {
            if std::env::var(SKIP).is_ok_and(|value| value == "1") {
                return None;
            }
            Some(start())
        })
        .as_ref()
}

/// Creates a cluster in a new directory, prints the directory, waits until its input ends, and
/// removes everything. `pg_ctl` waits until the server answers.
const KEEPER: &str = r#"
set -e
directory=$(mktemp -d /tmp/seatwise-postgres.XXXXXX)
trap : INT TERM HUP
"$PROGRAMS/initdb" -D "$directory/data" -A trust -U postgres -E UTF8 --locale=C --no-sync --wal-segsize=1 >"$directory/initdb.log"
if ! "$PROGRAMS/pg_ctl" -D "$directory/data" -l "$directory/log" -s -w -o \
  "-k $directory -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 -c min_wal_size=2MB -c max_wal_size=16MB -c max_connections=300 -c autovacuum=off" start >/dev/null
then
  cat "$directory/log" >&2
  rm -rf "$directory"
  exit 1
fi
echo "$directory"
read -r _ || true
"$PROGRAMS/pg_ctl" -D "$directory/data" -s -m immediate stop || true
rm -rf "$directory"
"#;

fn start() -> Cluster {
    let programs = programs().unwrap_or_else(|| {
        panic!(
            "PostgreSQL is not installed: install it (on Debian: apt-get install postgresql), \
             or set {SKIP}=1 to pass over tests that need it"
        )
    });
    // The server refuses to run as root.
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|answer| answer.stdout.trim_ascii() == b"0");
    let mut command = if root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", KEEPER]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER]);
        command
    };
    let mut keeper = command
        .env("PROGRAMS", &programs)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell can be started");
    let output = keeper.stdout.take().expect("its output was asked for");
    let mut directory = String::new();
    BufReader::new(output)
        .read_line(&mut directory)
        .expect("the shell tells the directory");
    let directory = PathBuf::from(directory.trim_end());
    assert!(
        directory.is_absolute(),
        "a temporary PostgreSQL did not start (see the messages above)"
    );
    Cluster {
        programs,
        directory,
        _keeper: keeper,
    }
}

/// The directory with the programs of the newest installed PostgreSQL.
fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").ok();
    let newest = installed
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
            let programs = path.join("bin");
            programs
                .join("initdb")
                .exists()
                .then_some((version, programs))
        })
        .max();
    newest.map(|(_, programs)| programs).or_else(|| {
        std::env::split_paths(&std::env::var_os("PATH")?)
            .find(|directory| directory.join("initdb").exists())
    })
}

//! The program under test, with its database and its simulated Zoom.

use std::ffi::OsStr;
use std::sync::Arc;

use testkit::clock::SystemClock;
use testkit::database::{Database, Kind};
use testkit::install::walk_through_zoom;
use testkit::process::{Program, Running};
use testkit::wait::until;
use testkit::web::{Seen, Visitor};
use testkit::zoom::{Zoom, quiet};
use url::Url;

/// The binary with the master key of the tests.
pub(crate) fn seatwise() -> Program {
    let (name, key) = Database::key();
    Program::at(env!("CARGO_BIN_EXE_seatwise")).env(name, key)
}

/// The binary, configured for a database and a simulated Zoom.
pub(crate) fn seatwise_with(database: &Database, zoom: &Zoom) -> Program {
    let mut program = seatwise()
        .env("SEATWISE_ZOOM_API_URL", zoom.url.as_str())
        .env("SEATWISE_ZOOM_OAUTH_URL", zoom.oauth_url().as_str())
        .env("SEATWISE_DATA_DIR", database.directory());
    if let store::StoreLocation::Postgres(url) = database.location() {
        program = program.env("SEATWISE_DATABASE_URL", url);
    }
    program
}

/// E-mail address of the owner that tests set up.
pub(crate) const OWNER: &str = "owner@seatwise.example";
/// Password of the owner that tests set up.
pub(crate) const PASSWORD: &str = "correct horse battery staple canary";

/// The set-up code that a server without an owner has printed.
pub(crate) async fn printed_setup_code(server: &Running) -> String {
    server
        .in_errors("a set-up code", |line| {
            let code = line.strip_prefix("    ")?;
            let shape = code.len() == 19 && code.split('-').all(|group| group.len() == 4);
            shape.then(|| code.to_owned())
        })
        .await
}

/// A server with its own database and simulated Zoom. Zoom knows the redirect address of the server.
pub(crate) struct Served {
    pub(crate) zoom: Zoom,
    pub(crate) database: Database,
    pub(crate) url: Url,
    pub(crate) server: Running,
}

impl Served {
    /// Starts server, database and Zoom. The server has no owner yet.
    pub(crate) async fn start(users: u64, set_up: impl FnOnce(&mut zoom_sim::Config)) -> Self {
        Self::start_in(users, set_up, &[]).await
    }

    /// Like [`Served::start`], with additional environment variables for the server.
    pub(crate) async fn start_in(
        users: u64,
        set_up: impl FnOnce(&mut zoom_sim::Config),
        environment: &[(&str, &OsStr)],
    ) -> Self {
        Self::start_as(users, set_up, |mut program| {
            for (name, value) in environment {
                program = program.env(name, value);
            }
            program
        })
        .await
    }

    /// Like [`Served::start`], with a program that is changed first.
    pub(crate) async fn start_as(
        users: u64,
        set_up: impl FnOnce(&mut zoom_sim::Config),
        change: impl FnOnce(Program) -> Program,
    ) -> Self {
        // The port was free a moment ago, and it is unlikely that another process takes it meanwhile.
        let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut config = quiet(users, Arc::new(SystemClock));
        config.redirect_uris = vec![format!("http://{address}/oauth/zoom/callback")];
        set_up(&mut config);
        let zoom = Zoom::start(config).await;
        let database = Database::new(Kind::Sqlite);
        let program = change(seatwise_with(&database, &zoom).env("SEATWISE_LOG", "trace"));
        let mut server = program.start(&["serve", "--listen", &address.to_string()]);
        let line = server.line_with("Seatwise is at").await;
        let url = line.rsplit(' ').next().unwrap().parse().unwrap();
        Self {
            zoom,
            database,
            url,
            server,
        }
    }

    /// Address of a path on the server.
    pub(crate) fn at(&self, path: &str) -> Url {
        self.url.join(path).unwrap()
    }

    /// The set-up code that the server has printed.
    pub(crate) async fn setup_code(&self) -> String {
        printed_setup_code(&self.server).await
    }

    /// Creates the owner and returns a signed-in visitor.
    pub(crate) async fn owner(&self) -> Visitor {
        let visitor = Visitor::new();
        let page = visitor.open(&self.url).await;
        let form = page
            .form("/setup")
            .fill("code", &self.setup_code().await)
            .fill("organisation", "Acme")
            .fill("name", "Olivia Owner")
            .fill("email", OWNER)
            .fill("password", PASSWORD)
            .fill("repeat", PASSWORD);
        let seen = visitor.submit(&page, &form).await;
        let mut home = visitor.follow(seen).await;
        if home.url.path().starts_with("/sign-in") {
            let form = home
                .form("/sign-in")
                .fill("email", OWNER)
                .fill("password", PASSWORD);
            let seen = visitor.submit(&home, &form).await;
            home = visitor.follow(seen).await;
        }
        assert!(home.status.is_success(), "{} {}", home.status, home.body);
        visitor
    }

    /// Connects an account by OAuth: sends the form, authorises on Zoom's pages and returns the callback page.
    pub(crate) async fn connect_by_oauth(&self, visitor: &Visitor, account: usize) -> Seen {
        let page = visitor
            .open(&self.at("/integrations/zoom/add?method=oauth"))
            .await;
        let app = self.zoom.sim.oauth_app();
        let mut form = page.form("/add/oauth");
        if form.fields.iter().any(|(name, _)| name == "client_id") {
            form = form
                .fill("client_id", &app.client_id)
                .fill("client_secret", &app.client_secret);
        }
        let zoom = visitor
            .submit(&page, &form)
            .await
            .redirect()
            .expect("it leads to Zoom");
        let person = &self.zoom.sim.accounts()[account].sign_ins[0];
        let back = walk_through_zoom(&zoom, &person.email, &person.password, "Authorize").await;
        visitor.open(&back).await
    }

    /// Waits until the first sync of an integration is complete.
    pub(crate) async fn first_sync(&self, visitor: &Visitor, id: i64) {
        until("the first sync is complete", async || {
            let seen = visitor
                .open(&self.at(&format!("/api/v1/integrations/{id}")))
                .await;
            let complete = !seen.json()["last_complete_at"].is_null();
            complete.then_some(())
        })
        .await;
    }
}

//! A store to test, on either engine, and the data that tests write.

use std::sync::Arc;

use model::{
    Day, FieldValue, Fields, Grant, GrantKind, Integration, IntegrationId, ManualClock, Plan,
    Timestamp, User,
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};
use store::{
    Actor, AppliedWrites, Credentials, IntegrationSettings, Lease, LeaseClock, ListedUser,
    MasterKey, NewIntegration, Store, StoreAccess, StoreLocation, StoreOptions, SyncWrite, Tokens,
};

/// The moment at which every test begins: 2026-03-02T12:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_772_452_800_000);
/// Milliseconds that leases of tests last.
pub(crate) const TTL: i64 = 60_000;

/// Runs each test on both engines.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($setup:ident) $body:block)*) => {
        $(mod $name {
            #[expect(clippy::allow_attributes, reason = "an expectation would fail where all are used")]
            #[allow(unused_imports, reason = "not every test uses every name of its file")]
            use super::*;

            $(#[$meta])*
            async fn check($setup: $crate::support::Setup) $body

            #[tokio::test]
            async fn sqlite() {
                check($crate::support::Setup::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                if let Some(setup) = $crate::support::Setup::postgres().await {
                    check(setup).await;
                }
            }
        })*
    };
}
pub(crate) use on_both_engines;

/// Where a store under test lives.
pub(crate) enum Engine {
    Sqlite(tempfile::TempDir),
    Postgres(testkit::postgres::Database),
}

/// A store under test.
pub(crate) struct Setup {
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) engine: Engine,
}

impl Setup {
    pub(crate) async fn sqlite() -> Self {
        Self::on(Engine::Sqlite(tempfile::tempdir().unwrap())).await
    }

    pub(crate) async fn postgres() -> Option<Self> {
        Some(Self::on(Engine::Postgres(testkit::postgres::database()?)).await)
    }

    async fn on(engine: Engine) -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let store = Store::open(engine.options(&clock)).await.unwrap();
        Self {
            store,
            clock,
            engine,
        }
    }

    /// Another process on the same data.
    pub(crate) async fn other(&self) -> Store {
        let options = StoreOptions {
            access: StoreAccess::Change,
            ..self.options()
        };
        Store::open(options).await.unwrap()
    }

    pub(crate) fn options(&self) -> StoreOptions {
        self.engine.options(&self.clock)
    }

    /// Closes the store and opens it again.
    pub(crate) async fn reopen(&mut self) {
        self.store.close().await;
        self.store = Store::open(self.options()).await.unwrap();
    }

    /// Changes the database without the store.
    pub(crate) async fn sql(&self, statement: &str) {
        match &self.engine {
            Engine::Sqlite(directory) => {
                let file = directory.path().join("seatwise.db");
                let mut conn = SqliteConnection::connect(&format!("sqlite:{}", file.display()))
                    .await
                    .unwrap();
                conn.execute(AssertSqlSafe(statement.to_owned()))
                    .await
                    .unwrap();
                conn.close().await.unwrap();
            }
            Engine::Postgres(database) => {
                database.sql(statement);
            }
        }
    }

    /// Empties the database without the store.
    pub(crate) fn empty(&self) {
        match &self.engine {
            Engine::Sqlite(directory) => {
                for file in std::fs::read_dir(directory.path()).unwrap() {
                    std::fs::remove_file(file.unwrap().path()).unwrap();
                }
                std::fs::write(directory.path().join("seatwise.db"), "").unwrap();
            }
            Engine::Postgres(database) => {
                database.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            }
        }
    }

    /// An integration with a lease on it.
    pub(crate) async fn leased(&self) -> (Integration, Lease) {
        let integration = connect(&self.store, "account-1").await;
        let (lease, _) = self.store.lease_next("worker", TTL).await.unwrap().unwrap();
        assert_eq!(lease.integration, integration.id);
        (integration, lease)
    }

    pub(crate) async fn apply(&self, lease: &Lease, write: SyncWrite) -> AppliedWrites {
        self.store.apply(lease, vec![write], NOW).await.unwrap()
    }
}

impl Engine {
    /// An empty place on each engine; only one where PostgreSQL is switched off.
    pub(crate) fn empty_places() -> Vec<Self> {
        let file = Self::Sqlite(tempfile::tempdir().unwrap());
        let server = testkit::postgres::database().map(Self::Postgres);
        std::iter::once(file).chain(server).collect()
    }

    /// An empty place on the same engine.
    pub(crate) fn another(&self) -> Self {
        match self {
            Self::Sqlite(_) => Self::Sqlite(tempfile::tempdir().unwrap()),
            Self::Postgres(_) => Self::Postgres(testkit::postgres::database().unwrap()),
        }
    }

    pub(crate) fn location(&self) -> StoreLocation {
        match self {
            Self::Sqlite(directory) => StoreLocation::Sqlite(directory.path().to_owned()),
            Self::Postgres(database) => StoreLocation::Postgres(database.url.clone()),
        }
    }

    pub(crate) fn options(&self, clock: &Arc<ManualClock>) -> StoreOptions {
        options(self.location(), clock)
    }
}

pub(crate) fn options(location: StoreLocation, clock: &Arc<ManualClock>) -> StoreOptions {
    StoreOptions {
        location,
        key: MasterKey::from_bytes([7; 32]),
        clock: Arc::clone(clock) as _,
        lease_clock: LeaseClock::Given,
        access: StoreAccess::Serve,
    }
}

pub(crate) fn grant(account: &str) -> Grant {
    Grant {
        kind: GrantKind::AuthorizationCode,
        account_id: account.to_owned(),
        authorised_by: "admin@example.com".to_owned(),
        authorised_user_id: Some("u-admin".to_owned()),
        scopes: vec!["user:read:admin".to_owned()],
        client_id: "client".to_owned(),
    }
}

pub(crate) fn new_integration(account: &str) -> NewIntegration {
    NewIntegration {
        application: "zoom".to_owned(),
        grant: grant(account),
        settings: IntegrationSettings {
            name: "Example".to_owned(),
            plan: Plan::Business,
            budget_percent: 50,
            interval_minutes: 60,
        },
    }
}

pub(crate) fn credentials(secret: &str) -> Credentials {
    Credentials {
        client_id: "client".to_owned(),
        client_secret: secret.into(),
        account_id: None,
    }
}

pub(crate) fn tokens(access: &str, refresh: &str) -> Tokens {
    Tokens {
        access: access.into(),
        refresh: Some(refresh.into()),
        expires_at: NOW.plus_seconds(3600),
        obtained_at: NOW,
        api_url: "https://api.zoom.us".to_owned(),
    }
}

pub(crate) async fn connect(store: &Store, account: &str) -> Integration {
    store
        .create_integration(
            new_integration(account),
            &credentials("secret"),
            Some(&tokens("access", "refresh")),
            &Actor::Cli,
            NOW,
        )
        .await
        .unwrap()
}

pub(crate) fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), FieldValue::Text((*value).to_owned())))
        .collect()
}

pub(crate) fn user(key: &str, email: &str) -> User {
    User {
        key: key.to_owned(),
        external_id: (key != email).then(|| key.to_owned()),
        email: email.to_owned(),
        display_name: format!("Name of {key}"),
        groups: vec!["g-1".to_owned()],
        created_at: Some(Timestamp(1_700_000_000_000)),
        listed_sign_in: None,
        fields: fields(&[("department", "Sales"), ("user_type", "licensed")]),
        details: Fields::new(),
        details_at: None,
        first_seen: NOW,
        removed_at: None,
    }
}

pub(crate) fn listed(user: User) -> ListedUser {
    ListedUser {
        user,
        details_key: 1,
        details_due: Some(NOW),
    }
}

pub(crate) fn users(users: &[(&str, &str)]) -> SyncWrite {
    SyncWrite::Users(
        users
            .iter()
            .map(|(key, email)| listed(user(key, email)))
            .collect(),
    )
}

pub(crate) async fn all_users(store: &Store, id: IntegrationId) -> Vec<User> {
    let mut users = Vec::new();
    store
        .for_each_user(id, true, |user| users.push(user))
        .await
        .unwrap();
    users.sort_by(|a, b| a.key.cmp(&b.key));
    users
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The field that an error is about.
pub(crate) fn field_of(error: &store::Error) -> &str {
    match error {
        store::Error::Field { field, .. } => field,
        other => panic!("not about a field: {other}"),
    }
}

/// A question about a finding: reminded after 5 days, accepted without an answer after 10, expired
/// after 14.
pub(crate) fn question(finding: &str) -> store::NewQuestion {
    let days = |days: i64| NOW.plus_seconds(days * 86_400);
    store::NewQuestion {
        finding: finding.to_owned(),
        email: "person@example.com".to_owned(),
        message: "Do you still need it?".to_owned(),
        expires_at: days(14),
        remind_at: Some(days(5)),
        on_silence: store::OnSilence::Accept,
        silence_at: Some(days(10)),
    }
}

/// A change for a finding that saves 150 euros a year.
pub(crate) fn change(finding: &str) -> store::NewChange {
    store::NewChange {
        finding: finding.to_owned(),
        external_id: Some("ext-1".to_owned()),
        email: "person@example.com".to_owned(),
        from: "pro".to_owned(),
        to: "basic".to_owned(),
        seats: 1,
        evidence_json: "{}".to_owned(),
        saving: Some(model::Money::parse("150", "EUR".parse().unwrap()).unwrap()),
        seat_free_on: Some(day("2026-03-02")),
        invoice_lower_on: Some(day("2026-07-01")),
    }
}

/// Bytes as hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

/// A mail to be queued at once.
pub(crate) fn mail(key: &str) -> store::NewMessage {
    store::NewMessage {
        key: key.to_owned(),
        integration: None,
        user_key: None,
        channel: None,
        recipient: "person@example.com".to_owned(),
        payload: "the text of the mail".into(),
        not_before: NOW,
    }
}

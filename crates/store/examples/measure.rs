//! Measures the store on a temporary `SQLite` file: `cargo run --release -p store --example measure --
//! 100000`. With a PostgreSQL address as second argument, measures that database (which must be empty).

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measuring tool prints its results and stops at errors"
)]

use std::sync::Arc;
use std::time::Instant;

use model::{
    Day, EventKind, FieldValue, Fields, Grant, GrantKind, HostedEvent, IntegrationId, ManualClock,
    Plan, SignIn, SignInKind, Timestamp, User,
};
use store::{
    Actor, Credentials, IntegrationSettings, Lease, LeaseClock, ListedUser, MasterKey,
    NewIntegration, SignInFilter, Store, StoreAccess, StoreLocation, StoreOptions, SyncWrite,
    UserDetails,
};

const NOW: Timestamp = Timestamp(1_772_452_800_000);
const PAGE: i64 = 2000;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let people: i64 = arguments
        .next()
        .map_or(100_000, |text| text.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(StoreOptions {
        location: arguments.next().map_or_else(
            || StoreLocation::Sqlite(directory.path().to_owned()),
            StoreLocation::Postgres,
        ),
        key: MasterKey::from_bytes([7; 32]),
        clock: Arc::new(ManualClock::at(NOW)),
        lease_clock: LeaseClock::Given,
        access: StoreAccess::Serve,
    })
    .await
    .unwrap();
    let lease = connect(&store).await;
    write_users(&store, &lease, people).await;
    write_history(&store, &lease, people).await;
    read_history(&store, lease.integration).await;
    store.close().await;
    let file = directory.path().join("seatwise.db");
    println!(
        "{:>9} bytes",
        std::fs::metadata(file).map_or(0, |file| file.len())
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{}",
        status
            .lines()
            .find(|line| line.starts_with("VmHWM"))
            .unwrap_or_default()
    );
}

async fn write_users(store: &Store, lease: &Lease, people: i64) {
    write(store, lease, "users, new", people, PAGE, |numbers| {
        SyncWrite::Users(numbers.map(listed).collect())
    })
    .await;
    write(store, lease, "details", people, 100, |numbers| {
        SyncWrite::Details(numbers.map(details).collect())
    })
    .await;
    write(store, lease, "users, unchanged", people, PAGE, |numbers| {
        SyncWrite::Users(numbers.map(listed).collect())
    })
    .await;
    let watch = Watch::start();
    let mut count = 0;
    store
        .for_each_user(lease.integration, true, |_| count += 1)
        .await
        .unwrap();
    watch.said("for_each_user", count);
}

async fn write_history(store: &Store, lease: &Lease, people: i64) {
    let rows = people * 10;
    write(store, lease, "sign-ins, new", rows, 300, |numbers| {
        SyncWrite::SignIns(numbers.map(|number| sign_in(number, people)).collect())
    })
    .await;
    write(store, lease, "sign-ins, again", rows, 300, |numbers| {
        SyncWrite::SignIns(numbers.map(|number| sign_in(number, people)).collect())
    })
    .await;
    write(store, lease, "events, new", rows, 300, |numbers| {
        SyncWrite::Events(numbers.map(|number| event(number, people)).collect())
    })
    .await;
}

async fn read_history(store: &Store, id: IntegrationId) {
    let watch = Watch::start();
    let mut count = 0;
    store
        .for_each_sign_in_month(id, |_| count += 1)
        .await
        .unwrap();
    watch.said("for_each_sign_in_month", count);
    let watch = Watch::start();
    let mut count = 0;
    let (from, to) = (Day(0), NOW.day());
    store
        .for_each_hosted(id, from, to, |_, _| count += 1)
        .await
        .unwrap();
    watch.said("for_each_hosted", count);
    let watch = Watch::start();
    let page = store
        .sign_ins(id, &SignInFilter::default(), 100, None)
        .await
        .unwrap();
    watch.said("newest sign-ins", page.items.len());
    let watch = Watch::start();
    let filter = SignInFilter {
        email: Some("person7@example.com".to_owned()),
        ..SignInFilter::default()
    };
    let page = store.sign_ins(id, &filter, 100, None).await.unwrap();
    watch.said("sign-ins of one", page.items.len());
    let watch = Watch::start();
    let host = Some("person7@example.com");
    let page = store.events(id, host, None, None, 100, None).await.unwrap();
    watch.said("events of one host", page.items.len());
    let watch = Watch::start();
    let days = store.hosted_per_day(id, from, to).await.unwrap();
    watch.said("hosted_per_day", days.len());
}

/// Wall clock and CPU time of this process since the line before.
struct Watch(Instant, f64);

impl Watch {
    fn start() -> Self {
        Self(Instant::now(), processor_seconds())
    }

    fn said(&self, what: &str, rows: usize) {
        println!(
            "{:>8.3} s {:>8.2} s CPU  {what} ({rows})",
            self.0.elapsed().as_secs_f64(),
            processor_seconds() - self.1
        );
    }
}

fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.rsplit(')').next().unwrap_or_default();
    ticks
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

async fn write(
    store: &Store,
    lease: &Lease,
    what: &str,
    rows: i64,
    page: i64,
    make: impl Fn(std::ops::Range<i64>) -> SyncWrite,
) {
    let watch = Watch::start();
    let mut changed = 0;
    let mut next = 0;
    while next < rows {
        let end = (next + page).min(rows);
        let writes = vec![make(next..end)];
        changed += store.apply(lease, writes, NOW).await.unwrap().changed;
        next = end;
    }
    watch.said(
        &format!("{what}, {changed} changed"),
        usize::try_from(rows).unwrap(),
    );
}

async fn connect(store: &Store) -> Lease {
    let new = NewIntegration {
        application: "zoom".to_owned(),
        grant: Grant {
            kind: GrantKind::ServerToServer,
            account_id: "account".to_owned(),
            authorised_by: String::new(),
            authorised_user_id: None,
            scopes: Vec::new(),
            client_id: "client".to_owned(),
        },
        settings: IntegrationSettings {
            name: "Example".to_owned(),
            plan: Plan::Business,
            budget_percent: 50,
            interval_minutes: 60,
        },
    };
    let credentials = Credentials {
        client_id: "client".to_owned(),
        client_secret: "secret".into(),
        account_id: None,
    };
    store
        .create_integration(new, &credentials, None, &Actor::Cli, NOW)
        .await
        .unwrap();
    store
        .lease_next("measure", 1 << 40)
        .await
        .unwrap()
        .unwrap()
        .0
}

/// Keys in an order that does not depend on the number, like real ids.
fn key(number: i64) -> String {
    format!(
        "{:016x}_person",
        number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed())
    )
}

fn listed(number: i64) -> ListedUser {
    let text = |key: &str, value: &str| (key.to_owned(), FieldValue::Text(value.to_owned()));
    ListedUser {
        user: User {
            key: key(number),
            external_id: Some(key(number)),
            email: format!("person{number}@example.com"),
            display_name: format!("Person Number {number}"),
            groups: vec!["YlRvbXMgZ3JvdXAg".to_owned()],
            created_at: Some(NOW),
            listed_sign_in: Some(NOW),
            fields: Fields::from([
                text("department", "Sales"),
                text("user_type", "licensed"),
                text("user_status", "active"),
                text("last_client_version", "6.2.11.43613 (mac)"),
            ]),
            details: Fields::new(),
            details_at: None,
            first_seen: NOW,
            removed_at: None,
        },
        details_key: 1,
        details_due: Some(NOW),
    }
}

fn details(number: i64) -> UserDetails {
    UserDetails {
        key: key(number),
        fields: Fields::from([
            ("meeting_capacity".to_owned(), FieldValue::Integer(300)),
            ("large_meeting_enabled".to_owned(), FieldValue::YesNo(false)),
            ("large_meeting_capacity".to_owned(), FieldValue::Integer(0)),
            ("webinar".to_owned(), FieldValue::YesNo(false)),
            ("webinar_capacity".to_owned(), FieldValue::Integer(0)),
        ]),
        at: NOW,
        next_due: NOW.plus_seconds(86_400),
    }
}

/// Newest first, spread over half a year.
fn moment(number: i64, people: i64) -> Timestamp {
    NOW.plus_ms(-number * (180 * 86_400_000 / (people * 10)))
}

fn sign_in(number: i64, people: i64) -> SignIn {
    SignIn {
        at: moment(number, people),
        email: format!("person{}@example.com", number * 7919 % people),
        kind: SignInKind::In,
        client: "Windows".to_owned(),
        version: "6.2.11.43613".to_owned(),
        network: format!("10.{}.{}.0/24", number % 7, number % 251),
        ordinal: 0,
    }
}

fn event(number: i64, people: i64) -> HostedEvent {
    let start = moment(number, people);
    HostedEvent {
        id: format!(
            "{:022x}==",
            number.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed())
        ),
        kind: EventKind::Meeting,
        host: format!("person{}@example.com", number * 7919 % people / 5),
        start,
        end: start.plus_seconds(1800),
        minutes: 30,
        participants: Some(5),
        peak_viewers: None,
        features: 12,
    }
}

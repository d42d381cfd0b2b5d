//! Metrics of accounts and queues.

use model::Role;
use secrecy::SecretString;
use store::NewMessage;
use testkit::web::Visitor;
use zoom_sim::{Effect, Injection};

use crate::fixture::Site;

async fn value(site: &Site, visitor: &Visitor, sample: &str) -> i64 {
    let text = site.get(visitor, "/metrics").await.body;
    let line = text.lines().find_map(|line| line.strip_prefix(sample));
    let line = line.unwrap_or_else(|| panic!("{sample} is not in {text}"));
    line.trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r46_answers_are_counted_by_category_and_result() {
    let (site, id) = Site::connected().await;
    let owner = site.visitor(Role::Owner).await;
    let refusal = Effect::Status {
        status: 400,
        headers: Vec::new(),
        body: r#"{"code": 300, "message": "No."}"#.to_owned(),
    };
    let control = site.install.zoom.sim.control();
    control.inject(Injection::once("/groups", 1, refusal));
    control.inject(Injection::once("/users", 1, Effect::Garbage));
    site.install.sync(id).await;
    let answers = async |result: &str| {
        let mut all = 0;
        for category in ["light", "medium", "heavy"] {
            let sample = format!(
                "seatwise_application_requests_total{{integration=\"{id}\",category=\"{category}\",result=\"{result}\"}}"
            );
            all += value(&site, &owner, &sample).await;
        }
        all
    };
    assert!(answers("good").await > 5);
    assert_eq!(answers("failed").await, 1);
    assert!(answers("refused").await >= 1);
    assert_eq!(answers("limited_per_second").await, 0);
    let day = Effect::Limited {
        daily: true,
        headers: zoom_sim::LimitHeaders::Usual,
    };
    control.inject(Injection::always("/groups", day));
    site.install.clock.advance_ms(3_600_000);
    site.install.sync(id).await;
    assert_eq!(answers("limited_per_day").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r46_the_age_of_the_outbox_is_measured() {
    let site = Site::with_members().await;
    let owner = site.visitor(Role::Owner).await;
    let now = site.install.clock_now();
    assert_eq!(value(&site, &owner, "seatwise_outbox_waiting").await, 0);
    assert_eq!(
        value(&site, &owner, "seatwise_outbox_oldest_seconds").await,
        0
    );
    for (key, in_ms) in [("one", 0), ("tomorrow", 86_400_000)] {
        let message = NewMessage {
            key: key.to_owned(),
            integration: None,
            user_key: None,
            channel: None,
            recipient: "person@example.com".to_owned(),
            payload: SecretString::from("text"),
            not_before: now.plus_ms(in_ms),
        };
        site.install.store.enqueue(&[message], now).await.unwrap();
    }
    site.install.clock.advance_ms(90_000);
    assert_eq!(value(&site, &owner, "seatwise_outbox_waiting").await, 1);
    assert_eq!(
        value(&site, &owner, "seatwise_outbox_oldest_seconds").await,
        90
    );
}

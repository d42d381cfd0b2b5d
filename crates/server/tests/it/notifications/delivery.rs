//! The messages that channels receive, and their delivery.

use model::{FindingState, IntegrationState, Role, RunState};
use reqwest::StatusCode;
use store::{Actor, ChannelKind, MessageState, NewDecision, NotificationKind};
use testkit::database::Kind;
use testkit::hook::Hook;
use testkit::on_both_engines;
use testkit::smtp::Mail;
use testkit::web::text_of;

use super::{SECRET, add, is_signed};
use crate::fixture::{DAY, Town};

on_both_engines!(
    deadlines_are_announced_three_times_by_signed_webhooks,
    a_failed_delivery_is_retried_with_the_same_id,
    a_new_event_is_announced_once,
);

async fn deadlines_are_announced_three_times_by_signed_webhooks(kind: Kind) {
    let town = Town::new(kind).await;
    let hook = Hook::start().await;
    let events = [NotificationKind::Deadline];
    add(
        &town,
        ChannelKind::Webhook,
        hook.url.as_str(),
        &events,
        None,
    )
    .await;
    // The notice period is 30 days: of a term that ends in 95 days, 65 are left.
    town.contract(95).await;
    let mut told = Vec::new();
    for _ in 0..70 {
        town.duties().await;
        let calls = hook.calls();
        if calls.len() > told.len() {
            told.push(
                calls[told.len()].json()["data"]["days_left"]
                    .as_i64()
                    .unwrap(),
            );
        }
        assert_eq!(calls.len(), told.len(), "one at a time");
        town.pass_days(1);
    }
    assert_eq!(told, [60, 30, 7]);
    let call = &hook.calls()[0];
    assert_eq!(call.header("seatwise-event"), "contract.deadline");
    assert_eq!(call.header("content-type"), "application/json");
    assert!(is_signed(call, SECRET), "S16");
    assert!(!is_signed(call, "whsec_other"));
    let mut changed = call.clone();
    changed.body.push(b' ');
    assert!(
        !is_signed(&changed, SECRET),
        "re-serialised is not the same"
    );
    let body = call.json();
    assert_eq!(body["id"], call.header("seatwise-delivery"));
    assert_eq!(body["data"]["name"], "ACME-1");
    assert!(
        body["link"]
            .as_str()
            .unwrap()
            .starts_with(town.site.url.as_str())
    );
    assert!(
        !String::from_utf8_lossy(&call.body).contains("canary"),
        "S20"
    );
}

async fn a_failed_delivery_is_retried_with_the_same_id(kind: Kind) {
    let town = Town::new(kind).await;
    let hook = Hook::start().await;
    let events = [NotificationKind::Deadline];
    add(
        &town,
        ChannelKind::Webhook,
        hook.url.as_str(),
        &events,
        None,
    )
    .await;
    town.contract(37).await;
    hook.answer(500);
    hook.redirect("http://127.0.0.1:1/");
    let store = &town.site.install.store;
    town.duties().await;
    town.duties().await;
    assert_eq!(hook.calls().len(), 1, "not again at once");
    let message = store.messages(1, None).await.unwrap().remove(0);
    assert_eq!(message.state, MessageState::Waiting);
    assert!(message.error.contains("500"), "{}", message.error);
    town.site.install.clock.advance_ms(60_000);
    town.duties().await;
    let message = store.messages(1, None).await.unwrap().remove(0);
    assert!(message.error.contains("302"), "S15: {}", message.error);
    town.site.install.clock.advance_ms(300_000);
    town.duties().await;
    town.duties().await;
    let calls = hook.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| is_signed(call, SECRET)));
    assert_eq!(
        calls[0].header("seatwise-delivery"),
        calls[2].header("seatwise-delivery")
    );
    assert_ne!(
        calls[0].header("seatwise-timestamp"),
        calls[2].header("seatwise-timestamp")
    );
    let message = store.messages(1, None).await.unwrap().remove(0);
    assert_eq!(message.state, MessageState::Delivered);

    // After the last attempt it fails for good, and a member can try again.
    town.contract(36).await;
    for _ in 0..10 {
        hook.answer(503);
    }
    for _ in 0..12 {
        town.duties().await;
        town.site.install.clock.advance_ms(DAY / 4);
    }
    town.pass_days(4);
    town.duties().await;
    town.pass_days(2);
    town.duties().await;
    let failed: Vec<_> = store.messages(50, None).await.unwrap();
    let failed: Vec<_> = failed
        .iter()
        .filter(|message| message.state == MessageState::Failed)
        .collect();
    assert!(!failed.is_empty());
    let owner = town.site.visitor(Role::Owner).await;
    let page = town.site.get(&owner, "/settings/notifications").await;
    assert!(page.body.contains("given up"), "{}", text_of(&page.body));
    let calls = hook.calls().len();
    let form = page.form("/retry");
    assert_eq!(
        owner.submit(&page, &form).await.status,
        StatusCode::SEE_OTHER
    );
    town.duties().await;
    assert_eq!(hook.calls().len(), calls + 1);
}

async fn a_new_event_is_announced_once(kind: Kind) {
    let town = Town::new(kind).await;
    let store = &town.site.install.store;
    town.duties().await;
    assert!(town.smtp.mails().is_empty(), "quiet by default");
    let all = NotificationKind::ALL;
    let to = add(&town, ChannelKind::Email, "it@acme.example", &all, None).await;
    let some = Some("100000");
    add(
        &town,
        ChannelKind::Email,
        "boss@acme.example",
        &[NotificationKind::NewFindings],
        some,
    )
    .await;
    town.duties().await;
    town.duties().await;
    // It is a Monday: the digest is sent. The state at the first check is not news.
    let subjects = || subjects(&town);
    assert_eq!(subjects().len(), 1, "{:?}", subjects());
    assert!(
        subjects()[0].contains("week of 23 November"),
        "{:?}",
        subjects()
    );
    let digest = town.smtp.mails().remove(0).text();
    assert!(
        digest.contains("open") && digest.contains("€360 a year"),
        "{digest}"
    );
    assert_eq!(town.smtp.mails()[0].header("Bcc"), None);

    // A user is deactivated and keeps the licence, and an exemption expires.
    let eve = town.finding("eve").await;
    let exempt = NewDecision {
        until: Some(town.now().day()),
        reason: "Back from leave soon".to_owned(),
        ..NewDecision::new(&eve, FindingState::Exempt)
    };
    store
        .decide(town.id, &[exempt], &Actor::Cli, town.now())
        .await
        .unwrap();
    town.duties().await;
    assert_eq!(subjects().len(), 1, "{:?}", subjects());
    town.pass_days(1);
    town.read("pro", &["fay"]).await;
    town.duties().await;
    town.duties().await;
    assert_eq!(subjects().len(), 3, "{:?}", subjects());
    let new = find(&town, "1 new finding").text();
    assert!(new.contains("€120 a year"), "{new}");
    let expired = find(&town, "1 exemption").text();
    assert!(expired.contains("Back from leave soon"), "{expired}");
    assert!(
        town.smtp.to("boss@acme.example").is_empty(),
        "too little for the boss"
    );

    announces_a_broken_connection(&town).await;
    // A removed channel receives no more messages.
    store
        .remove_channel(to, &Actor::Cli, town.now())
        .await
        .unwrap();
    town.pass_days(6);
    town.duties().await;
    assert_eq!(subjects().len(), 5, "{:?}", subjects());
}

/// The subjects of the messages to the channel of all events.
fn subjects(town: &Town) -> Vec<String> {
    let mails = town.smtp.to("it@acme.example");
    mails.iter().map(Mail::subject).collect()
}

fn find(town: &Town, part: &str) -> Mail {
    let mails = town.smtp.to("it@acme.example");
    mails
        .into_iter()
        .find(|mail| mail.subject().contains(part))
        .unwrap()
}

/// The connection breaks, is repaired, and breaks again.
async fn announces_a_broken_connection(town: &Town) {
    let broken = IntegrationState::ReconnectNeeded;
    for (state, count) in [(broken, 4), (IntegrationState::Active, 4), (broken, 5)] {
        town.site.install.clock.advance_ms(60_000);
        let (actor, now) = (Actor::Cli, town.now());
        let reason = (state == broken).then_some("Zoom no longer accepts the token");
        let store = &town.site.install.store;
        store
            .set_integration_state(town.id, state, reason, &actor, now)
            .await
            .unwrap();
        town.duties().await;
        town.duties().await;
        assert_eq!(subjects(town).len(), count, "{:?}", subjects(town));
    }
    let mail = find(town, "authorised again").text();
    assert!(mail.contains("Zoom no longer accepts the token"), "{mail}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chats_get_their_own_form() {
    let town = Town::new(Kind::Sqlite).await;
    let (slack, teams) = (Hook::start().await, Hook::start().await);
    let events = [NotificationKind::Deadline];
    add(&town, ChannelKind::Slack, slack.url.as_str(), &events, None).await;
    add(&town, ChannelKind::Teams, teams.url.as_str(), &events, None).await;
    town.contract(37).await;
    town.duties().await;
    let said = slack.calls().remove(0);
    assert!(
        said.json()["blocks"][0]["text"]["text"]
            .as_str()
            .unwrap()
            .contains("ACME-1")
    );
    let said = teams.calls().remove(0);
    let card = &said.json()["attachments"][0]["content"];
    assert_eq!(card["type"], "AdaptiveCard");
    assert!(card["body"][0].to_string().contains("ACME-1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r46_failing_syncs_and_old_data_are_announced_once_each() {
    let town = Town::new(Kind::Sqlite).await;
    let store = &town.site.install.store;
    let events = [NotificationKind::BrokenConnection];
    add(&town, ChannelKind::Email, "it@acme.example", &events, None).await;
    let subjects = || -> Vec<String> {
        let mails = town.smtp.to("it@acme.example");
        mails.iter().map(Mail::subject).collect()
    };
    let run = async |state: RunState| {
        town.site.install.clock.advance_ms(60_000);
        let lease = store
            .lease(town.id, "worker", 30_000)
            .await
            .unwrap()
            .unwrap();
        let reason = (state == RunState::Failed).then_some("Zoom does not answer");
        let totals = store::RunTotals::default();
        let now = town.now();
        store
            .finish_run(&lease, state, reason, now, totals, now)
            .await
            .unwrap();
        town.duties().await;
    };
    run(RunState::Failed).await;
    run(RunState::Failed).await;
    assert_eq!(
        subjects(),
        [] as [String; 0],
        "two failures may pass by themselves"
    );
    run(RunState::Failed).await;
    run(RunState::Failed).await;
    assert_eq!(subjects().len(), 1, "{:?}", subjects());
    assert!(
        subjects()[0].contains("the last 3 syncs failed"),
        "{:?}",
        subjects()
    );
    let text = town.smtp.to("it@acme.example").remove(0).text();
    assert!(text.contains("Zoom does not answer"), "{text}");
    // It ends and begins again.
    run(RunState::Complete).await;
    for _ in 0..3 {
        run(RunState::Failed).await;
    }
    assert_eq!(subjects().len(), 2, "{:?}", subjects());
    // Complete again, and then nothing for a day and more.
    run(RunState::Complete).await;
    town.pass_days(2);
    town.duties().await;
    town.duties().await;
    assert_eq!(subjects().len(), 3, "{:?}", subjects());
    assert!(subjects()[2].contains("out of date"), "{:?}", subjects());
}

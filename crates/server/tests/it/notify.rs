//! Notifications and their recipients: with a real mail server and a receiver of webhooks on
//! loopback.

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{FindingState, IntegrationState, Role};
use reqwest::StatusCode;
use secrecy::SecretString;
use store::{
    Actor, ChannelId, ChannelKind, ChannelSettings, MessageState, NewDecision, NotificationKind,
};
use testkit::database::Kind;
use testkit::hook::{Call, Hook};
use testkit::on_both_engines;
use testkit::smtp::Smtp;
use testkit::web::{Visitor, text_of};

use crate::outward::{DAY, Town, loopback};
use crate::site::Site;

const SECRET: &str = "whsec_canary_0123456789";

on_both_engines!(
    deadlines_are_announced_three_times_by_signed_webhooks,
    a_failed_delivery_is_retried_with_the_same_id,
    a_new_event_is_announced_once,
);

async fn add(
    town: &Town,
    kind: ChannelKind,
    target: &str,
    events: &[NotificationKind],
    least: Option<&str>,
) -> ChannelId {
    let store = &town.site.install.store;
    let settings = ChannelSettings {
        name: format!("{} channel", kind.value()),
        kind,
        target: SecretString::from(target),
        secret: (kind == ChannelKind::Webhook).then(|| SecretString::from(SECRET)),
        events: events.to_vec(),
        min_amount: least.map(|text| model::Money::parse(text, "EUR".parse().unwrap()).unwrap()),
        on: true,
    };
    store
        .add_channel(&settings, &Actor::Cli, town.now())
        .await
        .unwrap()
}

/// Verifies a signature as a receiver would, with the documented headers only.
fn is_signed(call: &Call, secret: &str) -> bool {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(call.header("seatwise-timestamp").as_bytes());
    mac.update(b".");
    mac.update(&call.body);
    let signature = call
        .header("seatwise-signature")
        .strip_prefix("v1=")
        .unwrap();
    mac.verify_slice(&hex::decode(signature).unwrap()).is_ok()
}

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
    let subjects = || -> Vec<String> {
        let mails = town.smtp.to("it@acme.example");
        mails.iter().map(testkit::smtp::Mail::subject).collect()
    };
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
    let find = |part: &str| {
        let mails = town.smtp.to("it@acme.example");
        mails
            .into_iter()
            .find(|mail| mail.subject().contains(part))
            .unwrap()
    };
    let new = find("1 new finding").text();
    assert!(new.contains("€120 a year"), "{new}");
    let expired = find("1 exemption").text();
    assert!(expired.contains("Back from leave soon"), "{expired}");
    assert!(
        town.smtp.to("boss@acme.example").is_empty(),
        "too little for the boss"
    );

    // The connection breaks, is repaired, and breaks again.
    let broken = IntegrationState::ReconnectNeeded;
    for (state, count) in [(broken, 4), (IntegrationState::Active, 4), (broken, 5)] {
        town.site.install.clock.advance_ms(60_000);
        let (actor, now) = (Actor::Cli, town.now());
        let reason = (state == broken).then_some("Zoom no longer accepts the token");
        store
            .set_integration_state(town.id, state, reason, &actor, now)
            .await
            .unwrap();
        town.duties().await;
        town.duties().await;
        assert_eq!(subjects().len(), count, "{:?}", subjects());
    }
    let mail = find("authorised again").text();
    assert!(mail.contains("Zoom no longer accepts the token"), "{mail}");
    // A removed channel receives no more messages.
    store
        .remove_channel(to, &Actor::Cli, town.now())
        .await
        .unwrap();
    town.pass_days(6);
    town.duties().await;
    assert_eq!(subjects().len(), 5, "{:?}", subjects());
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
async fn s15_webhooks_reach_no_inner_address_unless_the_operator_allows_it() {
    let (site, _) = Site::connected().await;
    let hook = Hook::start().await;
    let owner = site.visitor(Role::Owner).await;
    let at = "/settings/notifications/channels";
    let port = hook.url.port().unwrap();
    for target in [
        hook.url.as_str(),
        &format!("https://127.0.0.1:{port}/"),
        &format!("https://2130706433:{port}/"),
        &format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://169.254.169.254/latest/",
        "http://hooks.example/",
        "file:///etc/passwd",
        "nonsense",
    ] {
        let fields = [
            ("name", "x"),
            ("kind", "webhook"),
            ("target", target),
            ("on", "yes"),
        ];
        let seen = site.submit(&owner, at, &fields).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{target}");
    }
    // A host name is checked when the connection is made.
    let target = format!("https://localhost:{port}/hook");
    let fields = [
        ("name", "x"),
        ("kind", "webhook"),
        ("target", &target),
        ("on", "yes"),
    ];
    let seen = site.submit(&owner, at, &fields).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    let seen = site.submit(&owner, &format!("{at}/1/test"), &[]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        seen.body.contains("unless the operator allows it"),
        "{}",
        seen.body
    );
    assert!(hook.calls().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_settings_are_made_tried_and_never_tell_a_secret() {
    let site = Site::on(Kind::Sqlite, None, Some(loopback()))
        .await
        .peopled()
        .await;
    let smtp = Smtp::with_login("seatwise", "canary-password").await;
    let owner = site.visitor(Role::Owner).await;
    let at = "/settings/notifications";
    let page = site.get(&owner, at).await;
    assert!(
        page.body
            .contains("No channels yet, so no notifications are sent.")
    );
    assert!(
        text_of(&page.body).contains("Ada Lovelace"),
        "a sample of the question"
    );
    let (host, port) = (
        smtp.address().ip().to_string(),
        smtp.address().port().to_string(),
    );
    let form = page
        .form("/mail")
        .fill("host", &host)
        .fill("port", &port)
        .fill("security", "none")
        .fill("user", "seatwise")
        .fill("from", "licences@acme.example");
    let seen = owner.submit(&page, &form).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("Give the password"), "{}", seen.body);
    let wrong = form.clone().fill("password", "canary-wrong");
    assert_eq!(
        owner.submit(&page, &wrong).await.status,
        StatusCode::SEE_OTHER
    );
    let seen = site.submit(&owner, &format!("{at}/mail/test"), &[]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("name and password"), "{}", seen.body);
    assert!(!seen.body.contains("canary"), "S20");
    let right = form.clone().fill("password", "canary-password");
    assert_eq!(
        owner.submit(&page, &right).await.status,
        StatusCode::SEE_OTHER
    );
    let seen = site.submit(&owner, &format!("{at}/mail/test"), &[]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    assert_eq!(smtp.mails()[0].to, ["owner@example.com"]);
    // The stored password stays when the form is saved without one; for another server it does not.
    assert_eq!(
        owner.submit(&page, &form).await.status,
        StatusCode::SEE_OTHER
    );
    let elsewhere = form.clone().fill("host", "mail.evil.example");
    let seen = owner.submit(&page, &elsewhere).await;
    assert!(
        seen.body.contains("Give the password for this server"),
        "{}",
        seen.body
    );
    let unprotected = elsewhere.fill("password", "canary-password");
    let seen = owner.submit(&page, &unprotected).await;
    assert!(
        seen.body.contains("cross the network unprotected"),
        "{}",
        seen.body
    );

    let hook = Hook::start().await;
    let page = site.get(&owner, at).await;
    let form = page
        .form("/channels")
        .fill("name", "Ops")
        .fill("kind", "webhook")
        .fill("target", &format!("{}?token=canary-token", hook.url));
    let seen = owner.submit(&page, &form).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    let start = seen.body.find("whsec_").expect("the secret is shown");
    let secret: String = seen.body[start..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        .collect();
    let page = site.get(&owner, at).await;
    assert!(!page.body.contains("whsec_"), "once");
    assert!(!page.body.contains("canary"), "S20");
    assert!(
        !site.install.store.dump().await.unwrap().contains("canary"),
        "S20"
    );
    let seen = site
        .submit(&owner, &format!("{at}/channels/1/test"), &[])
        .await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    assert!(is_signed(&hook.calls()[0], &secret));
    // A change of the channel keeps target and secret.
    let page = site.get(&owner, &format!("{at}?channel=1")).await;
    let form = page
        .form_with("Save the channel")
        .fill("name", "Operations");
    assert_eq!(
        owner.submit(&page, &form).await.status,
        StatusCode::SEE_OTHER
    );
    site.submit(&owner, &format!("{at}/channels/1/test"), &[])
        .await;
    assert!(is_signed(&hook.calls()[1], &secret));

    let page = site.get(&owner, at).await;
    let form = page.form("/words").fill("body", "Hello {nobody}");
    let seen = owner.submit(&page, &form).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("has to contain {link}"), "{}", seen.body);
    assert!(
        seen.body.contains("Hello {nobody}"),
        "nothing typed is lost"
    );
    let form = page
        .form("/words")
        .fill("body", "Hello <b>{person}</b> {link}");
    assert_eq!(
        owner.submit(&page, &form).await.status,
        StatusCode::SEE_OTHER
    );
    let seen = site.get(&owner, at).await;
    assert!(
        seen.body.contains("Hello &lt;b&gt;Ada Lovelace"),
        "{}",
        seen.body
    );
    let seen = site
        .submit(&owner, &format!("{at}/words"), &[("usual", "yes")])
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
    for (days, status) in [("731", 422), ("x", 422), ("30", 303)] {
        let seen = site
            .submit(&owner, &format!("{at}/cool-down"), &[("days", days)])
            .await;
        assert_eq!(seen.status.as_u16(), status, "{days}");
    }
    let audit = site.install.store.audit(100, None).await.unwrap();
    for action in [
        "smtp.set",
        "channel.add",
        "channel.change",
        "question_template.set",
        "ask.cool_down",
    ] {
        assert!(audit.iter().any(|entry| entry.action == action), "{action}");
    }
    let seen = site.get(&Visitor::new(), at).await;
    assert_eq!(seen.redirect().unwrap().path(), "/sign-in");
}

//! The page of channels, mail server and texts.

use model::Role;
use reqwest::StatusCode;
use testkit::database::Kind;
use testkit::hook::Hook;
use testkit::smtp::Smtp;
use testkit::web::{Visitor, text_of};

use super::is_signed;
use crate::fixture::{Site, loopback};

/// The page of the settings.
const AT: &str = "/settings/notifications";

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
    let at = AT;
    let page = site.get(&owner, at).await;
    assert!(
        page.body
            .contains("No channels yet, so no notifications are sent.")
    );
    assert!(
        text_of(&page.body).contains("Ada Lovelace"),
        "a sample of the question"
    );
    sets_the_mail_server(&site, &owner, &smtp).await;
    sets_a_channel(&site, &owner).await;
    sets_the_texts(&site, &owner).await;
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

async fn sets_the_mail_server(site: &Site, owner: &Visitor, smtp: &Smtp) {
    let page = site.get(owner, AT).await;
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
    let seen = site.submit(owner, &format!("{AT}/mail/test"), &[]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.body.contains("name and password"), "{}", seen.body);
    assert!(!seen.body.contains("canary"), "S20");
    let right = form.clone().fill("password", "canary-password");
    assert_eq!(
        owner.submit(&page, &right).await.status,
        StatusCode::SEE_OTHER
    );
    let seen = site.submit(owner, &format!("{AT}/mail/test"), &[]).await;
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
}

async fn sets_a_channel(site: &Site, owner: &Visitor) {
    let hook = Hook::start().await;
    let page = site.get(owner, AT).await;
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
    let page = site.get(owner, AT).await;
    assert!(!page.body.contains("whsec_"), "once");
    assert!(!page.body.contains("canary"), "S20");
    assert!(
        !site.install.store.dump().await.unwrap().contains("canary"),
        "S20"
    );
    let seen = site
        .submit(owner, &format!("{AT}/channels/1/test"), &[])
        .await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    assert!(is_signed(&hook.calls()[0], &secret));
    // A change of the channel keeps target and secret.
    let page = site.get(owner, &format!("{AT}?channel=1")).await;
    let form = page
        .form_with("Save the channel")
        .fill("name", "Operations");
    assert_eq!(
        owner.submit(&page, &form).await.status,
        StatusCode::SEE_OTHER
    );
    site.submit(owner, &format!("{AT}/channels/1/test"), &[])
        .await;
    assert!(is_signed(&hook.calls()[1], &secret));
}

async fn sets_the_texts(site: &Site, owner: &Visitor) {
    let page = site.get(owner, AT).await;
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
    let seen = site.get(owner, AT).await;
    assert!(
        seen.body.contains("Hello &lt;b&gt;Ada Lovelace"),
        "{}",
        seen.body
    );
    let seen = site
        .submit(owner, &format!("{AT}/words"), &[("usual", "yes")])
        .await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER);
}

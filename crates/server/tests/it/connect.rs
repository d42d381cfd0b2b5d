//! Connecting an account through Zoom's pages, and all the ways in which it can fail.

use model::{IntegrationState, Role};
use reqwest::StatusCode;
use testkit::install::walk_through_zoom;
use testkit::web::{Seen, Visitor};
use url::Url;

use crate::fixture::Site;

/// Submits the form and is redirected to Zoom.
async fn leave(site: &Site, visitor: &Visitor) -> Url {
    let app = site.install.zoom.sim.oauth_app();
    let page = site.get(visitor, "/integrations/zoom/add").await;
    let form = page
        .form("/add/oauth")
        .fill("name", "Acme Europe")
        .fill("client_id", &app.client_id)
        .fill("client_secret", &app.client_secret);
    let seen = visitor.submit(&page, &form).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
    let url = seen.redirect().unwrap();
    let zoom = &site.install.zoom.url;
    assert_eq!(url.origin(), zoom.origin());
    url
}

/// Opens Zoom's pages as the administrator and returns with Zoom's answer.
async fn at_zoom(site: &Site, url: &Url, button: &str) -> Url {
    let person = site.install.zoom.sim.accounts()[0].sign_ins[0].clone();
    walk_through_zoom(url, &person.email, &person.password, button).await
}

async fn actions(site: &Site) -> Vec<String> {
    let entries = site.install.store.audit(50, None).await.unwrap();
    entries
        .into_iter()
        .map(|entry| format!("{} {}", entry.action, entry.detail))
        .collect()
}

async fn refused(site: &Site, seen: &Seen, code: &str, title: &str) {
    assert_eq!(seen.status, StatusCode::BAD_REQUEST, "{}", seen.body);
    assert!(seen.body.contains(title), "{title}: {}", seen.body);
    assert_eq!(seen.url.path(), "/oauth/zoom/outcome");
    let query = seen.url.query().unwrap_or_default();
    assert!(
        !query.contains("code=") && !query.contains("state="),
        "{query}"
    );
    assert_eq!(seen.headers["referrer-policy"], "no-referrer");
    let newest = actions(site).await;
    assert!(
        newest
            .iter()
            .any(|entry| entry.contains("connect_refused") && entry.contains(code)),
        "{newest:?}"
    );
    assert!(site.install.store.integrations().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_connects_an_account_in_the_browser() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    let seen = admin.open(&back).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    assert_eq!(seen.url.path(), "/i/1/integration");
    assert!(
        seen.url.query().is_none(),
        "neither code nor state stays in the address"
    );
    let who = &site.install.zoom.sim.accounts()[0];
    assert!(seen.body.contains(&who.id));
    assert!(seen.body.contains(&who.sign_ins[0].email));
    let integration = &site.install.store.integrations().await.unwrap()[0];
    assert_eq!(integration.name, "Acme Europe");
    // The secret is on no page.
    let secret = site.install.zoom.sim.oauth_app().client_secret;
    for path in ["/settings", "/integrations/zoom/add", "/i/1/integration"] {
        assert!(!site.get(&admin, path).await.body.contains(&secret));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connecting_an_account_twice_says_that_it_was_already_there() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    admin.open(&back).await;
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    let seen = admin.open(&back).await;
    assert_eq!(seen.url.path(), "/i/1/integration");
    let said = "already connected as “Acme Europe”: its authorisation was replaced";
    assert!(seen.body.contains(said), "{}", seen.body);
    let card = "Zoom is authorised again";
    let who = &site.install.zoom.sim.accounts()[0];
    assert!(seen.body.contains(card) && seen.body.contains(&who.id));
    assert_eq!(site.install.store.integrations().await.unwrap().len(), 1);
    // The page first names the account to sign in with, and mentions no second one.
    let seen = site.submit(&admin, "/i/1/reauthorise", &[]).await;
    let page = admin.follow(seen).await;
    assert_eq!(page.url.path(), "/integrations/zoom/add");
    assert!(page.body.contains("service account"), "{}", page.body);
    let seen = admin.submit(&page, &page.form("/add/oauth")).await;
    let back = at_zoom(&site, &seen.redirect().unwrap(), "Authorize").await;
    let seen = admin.open(&back).await;
    assert!(seen.body.contains("Authorised again"), "{}", seen.body);
    assert!(seen.body.contains(card), "{}", seen.body);
    assert!(!seen.body.contains("already connected"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn declining_ends_on_a_page_that_says_so() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let back = at_zoom(&site, &leave(&site, &admin).await, "Decline").await;
    let seen = admin.open(&back).await;
    refused(&site, &seen, "declined", "Zoom was not connected").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_scopes_a_missing_permission_and_an_expired_code_each_have_a_remedy() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let control = site.install.zoom.sim.control();

    control.limit_scopes(Some(vec!["group:read:admin".to_owned()]));
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    let seen = admin.open(&back).await;
    refused(&site, &seen, "scopes_missing", "A scope is missing").await;
    assert!(seen.body.contains("user:read:"), "{}", seen.body);
    control.limit_scopes(None);

    control.drop_permission(zoom_sim::Permission::Users);
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    let seen = admin.open(&back).await;
    refused(
        &site,
        &seen,
        "permission_missing",
        "A role permission is missing",
    )
    .await;
    assert!(seen.body.contains("Users: View"), "{}", seen.body);
    control.restore_permission(zoom_sim::Permission::Users);

    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    site.install.clock.advance_ms(6 * 60 * 1000);
    let seen = admin.open(&back).await;
    refused(
        &site,
        &seen,
        "code_invalid",
        "The authorisation code was not accepted",
    )
    .await;
    assert!(seen.body.contains("five minutes"), "{}", seen.body);
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap();
    assert!(!seen.body.contains(&*code.1), "{}", seen.body);
    // Other members cannot see it.
    let owner = site.visitor(Role::Owner).await;
    let other = owner.open(&seen.url).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_authorisation_names_the_connection_that_it_has_ended() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let control = site.install.zoom.sim.control();
    let state = async |number: usize| {
        let all = site.install.store.integrations().await.unwrap();
        all[number].state
    };
    for account in 0..2 {
        let url = leave(&site, &admin).await;
        let person = site.install.zoom.sim.accounts()[account].sign_ins[0].clone();
        let back = walk_through_zoom(&url, &person.email, &person.password, "Authorize").await;
        assert_eq!(
            admin.open(&back).await.url.path(),
            format!("/i/{}/integration", account + 1)
        );
    }
    assert_eq!(state(0).await, IntegrationState::Active);

    // The new token does not contain its account: the known accounts are requested with their own
    // tokens.
    control.limit_scopes(Some(vec!["group:read:admin".to_owned()]));
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    let seen = admin.open(&back).await;
    control.limit_scopes(None);
    let said = "Your earlier authorisation of “Acme Europe” was replaced at Zoom";
    assert!(seen.body.contains(said), "{}", seen.body);
    assert!(!seen.body.contains("Nothing was connected or changed"));
    assert!(seen.body.contains("/integrations/zoom/add?integration=1"));
    assert_eq!(state(0).await, IntegrationState::ReconnectNeeded);
    assert_eq!(state(1).await, IntegrationState::Active);

    // The new token contains its account, which is not the intended one.
    let seen = site.submit(&admin, "/i/1/reauthorise", &[]).await;
    let page = admin.follow(seen).await;
    let seen = admin.submit(&page, &page.form("/add/oauth")).await;
    let person = site.install.zoom.sim.accounts()[1].sign_ins[0].clone();
    let url = seen.redirect().unwrap();
    let back = walk_through_zoom(&url, &person.email, &person.password, "Authorize").await;
    let seen = admin.open(&back).await;
    assert!(
        seen.body.contains("This is another Zoom account"),
        "{}",
        seen.body
    );
    assert!(seen.body.contains("/integrations/zoom/add?integration=2"));
    assert_eq!(state(1).await, IntegrationState::ReconnectNeeded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s01_only_the_browser_that_left_may_come_back_and_only_once() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let owner = site.visitor(Role::Owner).await;
    let callback = |query: &str| site.at(&format!("/oauth/zoom/callback?{query}"));
    let asked = || site.install.zoom.sim.stats().total();
    for (query, code) in [
        ("", "state_missing"),
        ("code=x", "state_missing"),
        ("state=wrong&code=x", "state_unknown"),
        ("state=&code=", "state_missing"),
        ("error=access_denied", "state_missing"),
    ] {
        let seen = admin.open(&callback(query)).await;
        refused(&site, &seen, code, "can't be used").await;
    }
    // After the time limit.
    let back = at_zoom(&site, &leave(&site, &admin).await, "Authorize").await;
    let before = asked();
    site.install.clock.advance_ms(3_600_000);
    let seen = admin.open(&back).await;
    refused(&site, &seen, "state_expired", "has expired").await;
    // The browser of another member, and one without a session.
    let url = leave(&site, &admin).await;
    let state = url
        .query_pairs()
        .find(|(name, _)| name == "state")
        .map(|(_, value)| value.into_owned())
        .unwrap();
    let forged = callback(&format!("state={state}&code=stolen"));
    let seen = Visitor::new().open(&forged).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert_eq!(seen.url.path(), "/oauth/zoom/outcome");
    let seen = owner.open(&forged).await;
    refused(&site, &seen, "state_elsewhere", "can't be used").await;
    assert_eq!(asked(), before, "nothing was asked of Zoom");
    // That did not use up the state of the original browser.
    let back = at_zoom(&site, &url, "Authorize").await;
    let seen = admin.open(&back).await;
    assert_eq!(seen.url.path(), "/i/1/integration", "{}", seen.body);
    // The second time.
    let seen = admin.open(&back).await;
    assert_eq!(seen.status, StatusCode::OK);
    assert_eq!(seen.url.path(), "/oauth/zoom/outcome");
    let said = "This authorisation was completed already";
    assert!(seen.body.contains(said), "{}", seen.body);
    assert!(
        seen.body.contains("href=\"/i/1/integration\""),
        "{}",
        seen.body
    );
    assert!(!seen.body.contains("not connected"), "{}", seen.body);
    assert_eq!(site.install.store.integrations().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_to_server_credentials_connect_and_wrong_ones_say_why() {
    let site = Site::with_members().await;
    let admin = site.visitor(Role::Administrator).await;
    let credentials = site.install.zoom.sim.credentials();
    let page = site
        .get(&admin, "/integrations/zoom/add?method=server-to-server")
        .await;
    let form = page
        .form("/add/server-to-server")
        .fill("name", "Acme")
        .fill("account_id", &credentials.account_id)
        .fill("client_id", &credentials.client_id)
        .fill("client_secret", "wrong");
    let seen = admin.submit(&page, &form).await;
    assert_eq!(
        seen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        seen.body
    );
    assert!(
        seen.body.contains("client id and client secret"),
        "{}",
        seen.body
    );
    assert!(
        seen.body.contains("value=\"Acme\""),
        "what was typed is kept"
    );
    let form = form.fill("client_secret", &credentials.client_secret);
    // An account that does not own the app, and a text that can't be an account id and is not sent.
    for (account, said) in [
        ("nope", "same Server-to-Server app"),
        ("a b<c>", "An account id has letters"),
    ] {
        let before = site.install.zoom.sim.stats().total();
        let form = form.clone().fill("account_id", account);
        let seen = admin.submit(&page, &form).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(seen.body.contains(said), "{}", seen.body);
        assert!(!seen.body.contains("redirect address on its list"));
        if account != "nope" {
            assert_eq!(site.install.zoom.sim.stats().total(), before);
            assert!(seen.body.contains("aria-invalid"), "{}", seen.body);
        }
    }
    let seen = admin.submit(&page, &form).await;
    let seen = admin.follow(seen).await;
    assert_eq!(seen.url.path(), "/i/1/integration");
}
